#!/bin/sh
# run: every bench of ./dev bench, or those named:   bench/run.sh BUILD-FOLDER [NAME...]
#
# A bench prints what it likes and, for each figure, one line
#     figure<TAB>what<TAB>ours<TAB>beside<TAB>ratio<TAB>to reach
# which are gathered into one table at the end. Timings are medians; none of them decides a test.
set -eu
cd "$(dirname "$0")/.."
build=$1
shift
gathered=$(mktemp)
trap 'rm -f "$gathered"' EXIT

# NAME COMMAND: what is there to run, in the order of the table
benches() {
    cat <<END
crypto $build/bench/bench_crypto
names $build/bench/bench_names
link bench/link.sh $build
index bench/index.sh $build
ask $build/bench/bench_ask
import bench/import.sh $build
import_page bench/import_page.sh $build
export bench/export.sh $build
search $build/bench/bench_search
acts $build/bench/bench_acts
cosign bench/cosign.sh $build
letters $build/bench/bench_letters
line $build/bench/bench_line
draw bench/draw.sh $build
watch bench/watch.sh $build
statement bench/statement.sh $build
recall bench/recall.sh $build
rota bench/rota.sh $build
pages node bench/pages.mjs $build
search-page node bench/search_page.mjs $build
users node bench/users.mjs $build
desk bench/desk.sh $build
hall bench/hall.sh $build
END
}

benches | while read -r name command; do
    wanted=$#
    for only in "$@"; do [ "$only" = "$name" ] && wanted=0; done
    [ "$wanted" = 0 ] || continue
    printf '\n== %s\n' "$name"
    COMITY_PROGRAM=$build/comity $command >"$gathered.one" 2>"$gathered.err" || {
        cat "$gathered.one" "$gathered.err"
        echo "bench $name failed" >&2
        rm -f "$gathered.one" "$gathered.err"
        exit 1
    }
    grep -v '^figure	' "$gathered.one" || true
    grep '^figure	' "$gathered.one" >>"$gathered" || true
    rm -f "$gathered.one" "$gathered.err"
done

printf '\n'
{
    printf 'figure\tours\tbeside\tratio\tto reach\n'
    cut -f2- "$gathered"
} | awk -F '\t' '
    { for (i = 1; i <= NF; i++) { cell[NR, i] = $i; if (length($i) > width[i]) width[i] = length($i) } if (NF > columns) columns = NF }
    END { for (r = 1; r <= NR; r++) { line = ""; for (i = 1; i <= columns; i++) line = line sprintf("%-" (width[i] + 2) "s", cell[r, i]); sub(/ +$/, "", line); print line } }'
