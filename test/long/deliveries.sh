#!/bin/sh
# deliveries: letters both ways while servers and writers are killed, lines cut, sticks brought twice and out of order: one effect each
#
#   deliveries.sh [--short] [--letters N] [--seed N] [--keep]
set -eu
exec python3 -B "$(dirname "$0")/deliveries.py" "${COMITY_PROGRAM:?}" "${COMITY_BUILD:?}" "$@"
