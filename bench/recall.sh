#!/bin/sh
# recall: five partners hold a statement and a letter; the person takes it back; how long until none of them reads it any more, beside a bare HTTPS
# round trip to them in the same run. That it is one exchange with each is the test program/recall once.
#
#   recall.sh BUILD-FOLDER [HOLDERS]
set -eu
build=$(cd "$1" && pwd)
holders=${2:-5}
comity=$build/comity
folder=$(mktemp -d /var/tmp/comity-bench-XXXXXX) # a disk, where /tmp may be memory
pids=''
trap 'for pid in $pids; do kill "$pid" 2>/dev/null || true; done; wait; rm -rf "$folder"' EXIT
cd "$folder"
names=''
for i in $(seq "$holders"); do names="$names holder$i"; done
python3 -c 'import socket, sys
s = [socket.socket() for _ in sys.argv[1:]]
[x.bind(("127.0.0.1", 0)) for x in s]
for name, x in zip(sys.argv[1:], s):
    open(name + ".port", "w").write(str(x.getsockname()[1]))' giver $names
for node in giver $names; do
    "$comity" init "$node" --agency "Bench $node (practice)" --country KH --kind ngo --listen "127.0.0.1:$(cat "$node.port")" >/dev/null
    "$comity" pair "$node" invite --out "$node.card" >"$node.said"
done
for node in $names; do
    "$comity" pair giver accept "$node.card" --as "$node" --fingerprint "$(tail -n 1 "$node.said")" >/dev/null
    "$comity" pair "$node" accept giver.card --as giver --fingerprint "$(tail -n 1 giver.said)" >/dev/null
done
for node in giver $names; do
    "$comity" serve "$node" >"$node.out" 2>"$node.err" &
    pids="$pids $!"
done
for node in giver $names; do
    for try in 1 2 3 4 5 6 7 8 9 10; do
        grep -q ready "$node.out" && break
        sleep 0.5
    done
done
"$build/bench/bench_statement" recall giver $names >recalled
read -r withdrawn middle last trip <recalled
echo "withdrawn after $withdrawn ms; half of $holders holders have lost the read after $middle ms, all after $last ms; a bare HTTPS round trip to them: $trip ms"
awk -v n="$holders" -v last="$last" -v trip="$trip" 'BEGIN {
    printf "figure\trecall of a statement and a letter, until the last of %d holders\t%d ms\tHTTPS round trip: %.2f ms\t%.0f\tone exchange with each\n", n, last, trip, last / trip }'
