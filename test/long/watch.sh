#!/bin/sh
# watch: three nodes witness each other while they act and are killed (SIGKILL) again and again; nobody may ever be accused
#
#   watch.sh [--short] [--kills N] [--seed N]
set -eu
exec python3 -B "$(dirname "$0")/watch.py" "${COMITY_PROGRAM:?}" "$@"
