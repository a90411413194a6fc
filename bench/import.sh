#!/bin/sh
# import: 91,043 invented persons from CSV into a node (sealed, logged, searchable), beside sqlite3's own .import of the same rows.
# Whole processes, medians of five.
set -eu
build=$1
rows=91043
runs=5
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$build/tools/practice" --persons $rows >"$folder/persons.csv"

timed() { # COMMAND...: milliseconds of one run
    begun=$(date +%s%N)
    "$@" >"$folder/output" 2>&1 || { cat "$folder/output" >&2; exit 1; }
    echo $((($(date +%s%N) - begun) / 1000000))
}
median() { sort -n | sed -n "$(((runs + 1) / 2))p"; }

for run in $(seq $runs); do
    rm -rf "$folder/node" "$folder/plain.db"
    "$build/comity" init "$folder/node" --agency 'Bench (invented)' --country KH --kind shelter >/dev/null
    timed "$build/comity" import "$folder/node" "$folder/persons.csv" >>"$folder/ours"
    timed sqlite3 "$folder/plain.db" 'pragma journal_mode = wal' 'pragma synchronous = full' ".import --csv $folder/persons.csv person" >>"$folder/peer"
done
ours=$(median <"$folder/ours")
peer=$(median <"$folder/peer")
stored=$("$build/comity" import "$folder/node" "$folder/persons.csv" --json | sed -n 's/.*"known":\([0-9]*\).*/\1/p')
printf '%s rows: comity %s ms, sqlite3 .import %s ms (plain text, no index, no log); %s found again by a second import\n' $rows "$ours" "$peer" "$stored"
awk -v rows=$rows -v ours="$ours" -v peer="$peer" 'BEGIN {
    printf "figure\timport of %d rows, sealed, logged, searchable\t%.0f rows/s\tsqlite3 .import %.0f rows/s\t%.2f\t>= 20,000 rows/s\n",
        rows, rows * 1000 / ours, rows * 1000 / peer, peer / ours }'
