#!/bin/sh
# watch: false findings in logs where nothing is arranged, what is found of what is, and how long a million calls take.
#
#   bench/watch.sh BUILD-FOLDER
set -eu
exec nice "$1/bench/bench_watch"
