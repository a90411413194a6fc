#!/bin/sh
# rota: the search of the rota beside the best that is known and beside CBC (its own program, the same processor time); social golfers; illness.
#     bench/rota.sh BUILD-FOLDER
# COMITY_ROTA_SECONDS of processor time for each instance (default 120, and 20 for a sprint; the figures to reach are for 600).
#
# Taken in processor time of one core, one run each, one seed. The search ends when nothing better is left, which it then has proved:
#     instance    1    2     3     4     5     6     7     8     9    10    11    12
#     best known  607  828   1001  1716  1143  1950  1056  1300  439  4631  3443  4040
#     of 600 s         828   1001  1716        1950  1056             4631  3443  4040
#     spent            74 s  73 s  76 s        575 s 457 s            76 s  71 s  101 s
#     of so many       30 s  30 s  30 s  60 s  60 s  130 s 150 s 100 s 30 s 30 s  150 s
#     seconds     607  828   1001  1716  1143  1950  1056  1300  442  4631  3443  4041 (8, 12: while seven eighths went to linear programs; 1: annealing)
#     bound       558  828   1001  1716  1141  1949  1055  1297  406  4631  3443  4040 (no roster costs less; the first program's)
#     CBC on the compact model: 828, 7 s; 5: 1290, 600 s; 6: 2186, 600 s; 7: 1566, 429 s; 8: none in 125 s
set -eu
cd "$(dirname "$0")/.."
build=$1
bench=$build/bench/bench_rota
data=${COMITY_DATA:-../shared/data}/desk/nurse
seconds=${COMITY_ROTA_SECONDS:-120}
sprint=${COMITY_ROTA_SECONDS:-20}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

figure() { printf 'figure\t%s\t%s\t%s\t%s\t%s\n' "$@"; }
known() { sed -n "/$2/{n;s/.*ub: *//p}" "$data/$1-best-known.yml"; }
percent() { awk -v a="$1" -v b="$2" 'BEGIN {printf "%+.1f %%", 100 * (a - b) / b}'; }
# what was found; broken laws are said
value() { if [ "$1" = 0 ]; then echo "$2"; else echo "$2, $1 broken"; fi; }

by_cbc() { # FILE: the value CBC finds in the time, or nothing
    command -v cbc >/dev/null 2>&1 || return 0
    "$bench" lp "$1" >"$work/model.lp"
    cbc "$work/model.lp" -sec "$seconds" -solve -quit 2>/dev/null | awk '/Objective value:/ {v = $3} END {if (v != "") printf "%.0f", v}'
}

if [ -d "$data" ]; then
    for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
        file=$data/curtois/Instance$i.txt
        set -- $("$bench" solve curtois "$file" "$seconds")
        best=$(known curtois "Instance$i.txt")
        beside="best $best"
        [ "$i" -gt 8 ] || beside="$beside, CBC $(by_cbc "$file" | grep . || echo none)"
        [ "$i" -gt 7 ] && goal='within 3 %, 600 s' || goal='best known, 600 s'
        figure "Curtois $i, $seconds s ($3 M moves/s)" "$(value "$1" "$2")" "$beside" "$(percent "$2" "$best")" "$goal"
    done
    for i in 01 02 03 04 05 06 07 08 09 10; do
        set -- $("$bench" solve inrc "$data/inrc1/sprint$i.txt" "$sprint")
        best=$(known inrc1 "sprint$i.txt")
        figure "INRC-I sprint$i, $sprint s ($3 M moves/s)" "$(value "$1" "$2")" "best $best" "$(percent "$2" "$best")" 'within 2 %'
    done
else
    echo "desk/nurse is not in COMITY_DATA: instances left out"
fi
for weeks in 7 8; do
    set -- $("$bench" golfer 8 4 $weeks 60)
    [ "$weeks" = 7 ] && goal='0 in 5 s' || goal='0 in 60 s'
    figure "social golfers 8-4-$weeks, pairs that meet twice" "$2 in $3 s" 'from lines of a finite plane; by search alone: 0.7 s, 2 left in 43 s' '' "$goal"
done
set -- $("$bench" ill bench/rota/post.csv 1000)
figure 'one officer ill: whole again, at most 3 others changed' "$(awk -v n="$1" 'BEGIN {printf "%.1f %%", n / 10}'), slowest $3 s" '' '' '95 %, 2 s'
