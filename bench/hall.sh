#!/bin/sh
# hall: a hall with a real load: three real nodes as processes that speak TLS over loopback, ten counters, an invented crowd, as fast as they can.
#
#   bench/hall.sh BUILD-FOLDER [SECONDS [PRESSES]]      SECONDS of each load (default 4), PRESSES of one counter alone (default 60)
#
# What is done goes through the pages, as without JavaScript: signed-in officers on kept connections press "served", follow the redirect, look at their
# counter; three others give tickets so that 150 wait. A call is timed from the press until the ticket that is called next stands
#   - on the public board, when one counter presses and the others are at rest (nobody else presses: what an officer waits in a quiet hall);
#   - at the counter, when all ten press at once: the board has room for six calls only, and reads the same records. A call that waits for those of
#     the nine others is part of the time then: with ten counters it is about ten times what a call takes.
# That with all three holders, with one that hangs (SIGSTOP: the line is there and nobody answers), with one stopped, and with two stopped: then the
# hall's own share draws alone, and each such (weak) call needs a leaf before it. The bench fails when the calls were of another kind than it says.
#
# Beside it the pace of a post: passengers for each booth and hour at O'Hare (data/desk/cbp_awt, five years of hours: 39.9 at the median, 96 at
# p95), so that ten booths need 0.11 to 0.27 calls a second. And what a call costs by count, not by guess: counted.c stands before the three nodes and
# counts what they ask of the disk, of the line and of the curve; syncs are the limit that no processor lifts.
# Who was overtaken as often as may be is called without a draw: such calls are among those counted, and ask nobody. CPU is of the whole processes
# (three nodes and their key processes; pages and tickets with them), in clock ticks of 10 ms.
set -eu
exec nice node "$(dirname "$0")/hall.mjs" "$@"
