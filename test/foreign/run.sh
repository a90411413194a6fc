#!/bin/sh
# Another implementation must believe our log: golang.org/x/mod, as Debian packages it (golang-go, golang-golang-x-mod-dev).
# Skipped where it is not installed.
set -eu
echo 1..1
here=$(cd "$(dirname "$0")" && pwd)
command -v go >/dev/null 2>&1 && [ -d /usr/share/gocode/src/golang.org/x/mod ] || {
    echo "ok 1 - another implementation believes our log # SKIP golang-golang-x-mod-dev is not installed"
    exit 0
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
node=$work/node

"$COMITY_PROGRAM" init "$node" --agency "Lotus House (practice)" --country KH --kind shelter >/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do "$COMITY_PROGRAM" search "$node" dara --purpose practice >/dev/null; done
key=$("$COMITY_PROGRAM" log "$node" head --json | sed 's/.*"log_key":"\([^"]*\)".*/\1/')
for size in 1 2 5 8 13; do
    index=0
    while [ "$index" -lt "$size" ]; do
        "$COMITY_PROGRAM" log "$node" proof "$index" --size "$size" >"$work/$size-$index.tlog-proof"
        index=$((index + 1))
    done
done
if told=$(GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$work/cache GOFLAGS='' go run "$here/verify.go" "$key" "$work"/*.tlog-proof 2>&1); then
    echo "ok 1 - another implementation believes our log: $told"
else
    echo "not ok 1 - another implementation believes our log: $told"
    exit 1
fi
