#!/bin/sh
# seizure: a locked node's disk is searched for planted persons, letters and keys
#
#   seizure.sh [--short] [--planted N]
set -eu
exec python3 -B "$(dirname "$0")/seizure.py" "${COMITY_PROGRAM:?}" "$@"
