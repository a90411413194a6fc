#!/bin/sh
# index: from a CSV of invented persons to a partner's answer map, on one core, beside psi.js doing the same number of keys.
#
#   bench/index.sh BUILD-FOLDER      COMITY_BENCH_PERSONS (default 100000), COMITY_BENCH_PEER_KEYS (default 100000)
set -eu
build=$(cd "$1" && pwd)
top=$(cd "$(dirname "$0")/.." && pwd)
persons=${COMITY_BENCH_PERSONS:-100000}
peer_keys=${COMITY_BENCH_PEER_KEYS:-100000}
comity=$build/comity
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$build/tools/practice" --persons "$persons" --seed 7 >"$work/persons.csv"
for who in holder asker; do
    "$comity" init "$work/$who" --agency "$who (practice)" --country KH --kind ngo >/dev/null
done
pair() { # INVITING, ACCEPTING
    fingerprint=$("$comity" pair "$work/$1" invite --out "$work/card" | grep -oE '([0-9]{5} ){5}[0-9]{5}' | head -n 1)
    "$comity" pair "$work/$2" accept "$work/card" --fingerprint "$fingerprint" >/dev/null
}
pair asker holder
pair holder asker

seconds_of() { # COMMAND...: wall seconds, one core
    begun=$(date +%s%N)
    taskset -c 0 "$@" >"$work/output"
    awk "BEGIN { printf \"%.2f\", ($(date +%s%N) - $begun) / 1e9 }"
}
number() { sed -n "s/.*\"$1\":\\([0-9.]*\\).*/\\1/p" "$work/output"; }

import_s=$(seconds_of "$comity" import "$work/holder" "$work/persons.csv" --format auto)
index_s=$(seconds_of "$comity" index "$work/holder" --threads 1 --json)
evaluated=$(number evaluated)
curve=$(number curve)
map_bytes=$(number map_bytes)
map_keys=$(number map_keys)

[ -d "$top/bench/psi/node_modules" ] || (cd "$top/bench/psi" && npm ci --ignore-scripts --silent)
taskset -c 0 node "$top/bench/psi/psi.mjs" "$peer_keys" >"$work/peer"
peer_s=$(awk '$1 == "setup_seconds" { print $2 }' "$work/peer")
peer_ms=$(awk '$1 == "question_ms" { print $2 }' "$work/peer")

awk -v persons="$persons" -v import_s="$import_s" -v index_s="$index_s" -v evaluated="$evaluated" -v curve="$curve" -v map_bytes="$map_bytes" \
    -v map_keys="$map_keys" -v peer_keys="$peer_keys" -v peer_s="$peer_s" -v peer_ms="$peer_ms" 'BEGIN {
    whole = import_s + index_s; ours = whole / evaluated * 1e6; peer = peer_s / peer_keys * 1e6
    printf "%d persons: %.1f s import, %.1f s index (%.1f s of it curve arithmetic), %d keys, %d evaluated\n", persons, import_s, index_s, curve, map_keys, evaluated
    printf "figure\tindex %d persons, CSV to map, one core\t%.0f s (%d keys)\t%.0f s for %d keys alone (psi.js)\t%.2f per key\tlibsodium limit %.0f s\n", persons, whole, evaluated, peer_s, peer_keys, ours / peer, curve
    printf "figure\tindex: share that is not curve arithmetic\t%.1f %%\t-\t-\t<= 15 %%\n", (whole - curve) / whole * 100
    printf "figure\tanswer map, bits a key with handle\t%.1f\t-\t-\t<= 150\n", map_bytes * 8 / map_keys
    printf "psi.js, 36 points, no log, no network, no labels: %.1f ms\n", peer_ms
}'
