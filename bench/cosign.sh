#!/bin/sh
# cosign: three nodes as processes, each a witness of the others; how long until an act is cosigned by two.
#
#   cosign.sh BUILD-FOLDER [SECONDS [ACTS-A-SECOND]]
set -eu
build=$(cd "$1" && pwd)
comity=$build/comity
folder=$(mktemp -d /var/tmp/comity-bench-XXXXXX) # a disk, where /tmp may be memory
pids=''
trap 'for pid in $pids; do kill "$pid" 2>/dev/null || true; done; wait; rm -rf "$folder"' EXIT
cd "$folder"
ports=$(python3 -c 'import socket
s = [socket.socket() for _ in range(3)]
[x.bind(("127.0.0.1", 0)) for x in s]
print(*[x.getsockname()[1] for x in s])')
set -- "${2:-20}" "${3:-500}" $ports
for node in log first second; do
    "$comity" init $node --agency "Bench $node (practice)" --country KH --kind ngo --listen "127.0.0.1:$3" >/dev/null
    "$comity" pair $node invite --out $node.card >$node.said
    eval "set -- $1 $2 ${4:-} ${5:-}"
done
for node in log first second; do
    for other in log first second; do
        [ $node = $other ] || "$comity" pair $node accept $other.card --as $other --fingerprint "$(tail -n 1 $other.said)" >/dev/null
    done
done
for node in log first second; do
    "$comity" serve $node >$node.out 2>$node.err &
    pids="$pids $!"
done
for node in log first second; do
    for try in 1 2 3 4 5 6 7 8 9 10; do
        grep -q ready $node.out && break
        sleep 0.5
    done
done
"$build/bench/bench_cosign" log "$1" "$2"
"$comity" witness log >/dev/null # fails when an untouched log is accused
"$comity" witness first >/dev/null
