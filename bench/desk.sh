#!/bin/sh
# desk: the hall's line in the simulator, and its speed beside SimPy in the same run.
#
#   bench/desk.sh BUILD-FOLDER      COMITY_BENCH_TRAVELLERS a run (default 1000000), COMITY_BENCH_SEEDS (default 20),
#                                   COMITY_BENCH_SIMPY customers (default 300000)
set -eu
build=$1
here=$(dirname "$0")
"$build/bench/bench_desk" "${COMITY_BENCH_TRAVELLERS:-1000000}" "${COMITY_BENCH_SEEDS:-20}"
ours=$("$build/bench/bench_desk" speed 3000000)
peer=$(/usr/bin/python3 "$here/desk_simpy.py" "${COMITY_BENCH_SIMPY:-300000}") || {
    echo 'SimPy is not there: apt install python3-simpy3' >&2
    exit 1
}
echo "$ours $peer" | awk '{
    printf "SimPy, M/M/5 at load .9: mean wait %s (theory 1.5250)\n", $4
    printf "figure\tsimulator with the draw, 10 counters, load .97\t%.2f million travellers/s\t-\t-\t>= 2 million/s\n", $1 / 1e6
    printf "figure\tthe same, M/M/5 at load .9\t%.2f million travellers/s\tSimPy %.0f/s\t%.0f\t-\n", $2 / 1e6, $3, $2 / $3
}'
