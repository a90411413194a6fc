#!/bin/sh
# draw: what a draw costs, and a day of 20,000 calls for whoever verifies it.
#
#   draw.sh BUILD-FOLDER [CALLS [FLIPS]]
set -eu
build=$1
shift
folder=$(mktemp -d /var/tmp/comity-bench-XXXXXX) # a disk, where /tmp may be memory
trap 'rm -rf "$folder"' EXIT
"$build/bench/bench_draw" "$folder/node" "$@"
