#!/bin/sh
# proofs: another implementation (@sigstore/verify, npm) believes our proofs and no changed one
#
#   proofs.sh [--short] [--changes N]
set -eu
here=$(cd "$(dirname "$0")/../foreign-js" && pwd)
changes=100000
case ${1:-} in
    --short) changes=2000 ;;
    --changes) changes=${2:?} ;;
esac
[ -d "$here/node_modules/@sigstore/verify" ] || { echo "1..1"; echo "not ok 1 - @sigstore/verify is not set up: ./dev test does it (npm ci in test/foreign-js)"; exit 1; }
work=$(mktemp -d /tmp/comity-foreign.XXXXXX)
trap 'rm -rf "$work"' EXIT
node=$work/node
"$COMITY_PROGRAM" init "$node" --agency "Lotus House (practice)" --country KH --kind shelter >/dev/null
for _ in $(seq 40); do "$COMITY_PROGRAM" search "$node" dara --purpose practice >/dev/null; done
key=$("$COMITY_PROGRAM" log "$node" head --json | sed 's/.*"log_key":"\([^"]*\)".*/\1/')
for size in 1 2 3 4 5 7 8 9 12 16 17 31 32 33 41; do
    for index in 0 1 2 5 7 8 15 16 30 31 32 40; do
        [ "$index" -ge "$size" ] || "$COMITY_PROGRAM" log "$node" proof "$index" --size "$size" >"$work/$size-$index.tlog-proof"
    done
done
echo 1..1
if told=$(node "$here/verify.js" "$key" "$changes" "$work"/*.tlog-proof 2>&1); then
    echo "ok 1 - @sigstore/verify: $told"
else
    echo "not ok 1 - @sigstore/verify: $told"
    exit 1
fi
