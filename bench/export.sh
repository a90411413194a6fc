#!/bin/sh
# export: 100,000 cases as HTCDS (CSV and workbook) and for CTDC: seconds and the most memory, beside half of the cases (with both the
# database's own cache of 64 MB is full). Whole processes, medians of three.
set -eu
build=$1
runs=3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

import_lines() { # NAME FIRST LAST: of the table of persons; the first is its header
    sed -n "1p;$2,$3p" "$folder/persons.csv" >"$folder/part.csv"
    "$build/comity" import "$folder/$1" "$folder/part.csv" --files bench --json | sed -n 's/.*"added":\([0-9]*\).*/\1/p'
}
exported() { # NAME FORMAT: milliseconds, kilobytes, seconds of processor time of one run
    rm -f "$folder/out"
    begun=$(date +%s%N)
    /usr/bin/time -f "%M %U %S" -o "$folder/memory" "$build/comity" export "$folder/$1" --format "$2" --purpose casework --reference bench --out "$folder/out" >/dev/null
    echo "$((($(date +%s%N) - begun) / 1000000)) $(tail -n 1 "$folder/memory" | awk '{ print $1, $2 + $3 }')"
}
median() { sort -n | sed -n "$(((runs + 1) / 2))p"; }

"$build/tools/practice" --persons 100000 >"$folder/persons.csv"
"$build/comity" init "$folder/small" --agency 'Bench (invented)' --country KH --kind shelter >/dev/null
"$build/comity" members "$folder/small" add 'Bench Member' --login bench --roles caseworker >/dev/null
half=$(import_lines small 2 50001)
cp -r "$folder/small" "$folder/large" # the large one is the small one and as much again
cases=$((half + $(import_lines large 50002 100001)))
for format in htcds-csv htcds-xlsx ctdc; do
    for run in $(seq $runs); do exported large $format; done >"$folder/runs"
    ms=$(cut -d' ' -f1 "$folder/runs" | median)
    kb=$(cut -d' ' -f2 "$folder/runs" | median)
    cpu=$(cut -d' ' -f3 "$folder/runs" | median)
    small=$(exported small $format | cut -d' ' -f2)
    printf '%s: %s cases in %s ms (%s s of processor time), at most %s KB (50,000 cases: %s KB)\n' $format "$cases" "$ms" "$cpu" "$kb" "$small"
    awk -v format=$format -v cases="$cases" -v ms="$ms" -v kb="$kb" -v small="$small" 'BEGIN {
        printf "figure\texport of %d cases as %s\t%.1f s, %.0f MB\thalf of them: %.0f MB\t%.2f\t< 5 s, memory constant\n",
            cases, format, ms / 1000, kb / 1024, small / 1024, kb / small }'
done
