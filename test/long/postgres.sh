#!/bin/sh
# postgres: a node on PostgreSQL; kill -9 of the client or of the whole server at random moments of an act
#
#   postgres.sh [--short] [--rounds N] [--seed N]
set -eu
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1)
if [ -z "$bin" ]; then
    echo '1..0 # SKIP PostgreSQL is not installed'
    exit 0
fi
exec python3 -B "$(dirname "$0")/postgres.py" "${COMITY_PROGRAM:?}" "$bin" "$@"
