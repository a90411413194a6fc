#!/bin/sh
# crash: kill -9, torn writes, full and broken disks, power cuts at every change the workload makes to files
#
#   crash.sh [--short] [--lanes kill,again,torn,full,broken,power,control] [--points N] [--jobs N] [--seed N] [--step WORDS]
#
# What is tried and what must hold each time: docs/reliability.md. Everything happens in /dev/shm (or TMPDIR); all of it
# takes about half an hour on two cores. The same seed gives the same power cuts.
set -eu
library=${COMITY_BUILD:?}/test/fault/libfaultio.so
if [ ! -f "$library" ]; then
    echo '1..0 # SKIP the fault shim is built on x86-64 only, and not with sanitizers'
    exit 0
fi
exec python3 -B "$(dirname "$0")/crash.py" "${COMITY_PROGRAM:?}" "$library" "$@"
