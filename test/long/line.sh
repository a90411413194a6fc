#!/bin/sh
# line: questions over a line that refuses, delays and cuts, to a server that is killed again and again
#
#   line.sh [--short] [--questions N] [--seed N]
set -eu
exec python3 -B "$(dirname "$0")/line.py" "${COMITY_PROGRAM:?}" "${COMITY_BUILD:?}/test/fault/cutline" "$@"
