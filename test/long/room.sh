#!/bin/sh
# room: an interview is recorded while node and browser are killed (SIGKILL) at 200 random moments; every acknowledged piece is in the seal
#
#   room.sh [--short] [--kills N] [--seed N]
#
# --short: 6 kills. Each kill is of the browser, of the node or of both; the browser comes back with the same profile.
set -eu
exec node "$(dirname "$0")/../web/room_kills.mjs" "$@"
