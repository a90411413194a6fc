#!/bin/sh
# tamper: an insider edits, deletes, reorders, rolls back or splits a node's log, 10,000 times; its witnesses must find each
# change at their next look, and find nothing in the log that nobody touched.
#
#   tamper.sh [--short] [--changes N] [--seed N]
set -eu
changes=10000
seed=1
while [ $# -gt 0 ]; do
    case $1 in
    --short) changes=60 seed=7 ;;
    --changes) changes=$2; shift ;;
    --seed) seed=$2; shift ;;
    *) echo "tamper.sh [--short] [--changes N] [--seed N]" >&2; exit 2 ;;
    esac
    shift
done
COMITY_TAMPERS=$changes COMITY_SEED=$seed exec "${COMITY_BUILD:?}/src/trust/witness/test_tamper"
