"""line: asks a partner over a bad line while its server dies now and then; holds both logs against what was answered.

    line.py COMITY CUTLINE [--short] [--questions N] [--seed N]

Every question must end in an answer or in a sentence, never in silence. Every answer names a leaf of the partner's log: each
such leaf is there, stands for one question only, and both logs hold. Prints TAP.
"""
import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

import crash_work as work

REFUSE, CUT, BYTES, DELAY_MS = 10, 40, 14000, 3  # of a connection with a question, which takes some 12 kB both ways
KILL_EVERY = 12


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def say(self, ok, what):
        self.count += 1
        self.failed += not ok
        print(f"{'ok' if ok else 'not ok'} {self.count} - {what}", flush=True)


def build(house, line_port):
    """Two agencies that are partners; the police reaches the shelter over the line."""
    for step in work.steps_of()[:10]:
        if step.name == "pair":
            house.port, real = line_port, house.port
            work.prepare(step, house)
            house.port = real
        else:
            work.prepare(step, house)
        house.must(step.args(house))
    return work.steps_of()[10]


def leaves(house, node, verb):
    return [leaf["index"] for leaf in json.loads(house.must(["log", house.dir(node), "show", "--last", "1000000", "--json"]).out) if leaf["verb"] == verb]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("comity")
    parser.add_argument("cutline")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--questions", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    questions = 60 if options.short else options.questions
    chance, tap = random.Random(options.seed), Tap()
    base = tempfile.mkdtemp(prefix="comity-line.")
    house = work.House(options.comity, base + "/house", work.free_port())
    os.mkdir(house.folder)
    cutter = subprocess.Popen([options.cutline, *map(str, (house.port, options.seed, REFUSE, CUT, BYTES, DELAY_MS))],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="ascii")
    try:
        ask = build(house, int(cutter.stdout.readline().split()[1]))
        house.serve()
        answered, silent, kills = [], 0, 0
        for number in range(questions):
            if number % KILL_EVERY == KILL_EVERY - 1:
                act = subprocess.Popen([house.program, *ask.args(house)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
                try:
                    act.wait(chance.uniform(0, 0.08))
                except subprocess.TimeoutExpired:
                    pass
                house.server.kill()
                out, err = act.communicate(timeout=work.COMMAND_SECONDS)
                result = work.Result(act.returncode, out, err)
                house.stop()
                kills += 1
                house.serve()
            else:
                result = house.run(ask.args(house))
            if result.status == 0:
                answered.append(result.value()["partner_leaf"])
            elif result.status != 1 or not result.err.startswith("comity ask: "):
                silent += 1
        house.stop()
        asked, written = leaves(house, "police", "ask"), leaves(house, "shelter", "answer")
        tap.say(0 < len(answered) < questions, f"of {questions} questions {len(answered)} were answered, over a bad line and {kills} kills")
        tap.say(silent == 0, "each of the others ended in a sentence")
        tap.say(len(answered) <= len(asked) <= questions, f"nothing was sent without a leaf in the asker's log, which has {len(asked)}")
        tap.say(len(written) <= len(asked), "nor counted by the partner more often than asked")
        tap.say(len(set(answered)) == len(answered), "each answer has a leaf of its own in the partner's log")
        tap.say(set(answered) <= set(written), f"which is there: {len(written)} leaves, {len(set(answered) - set(written))} lost")
        for node in ("shelter", "police"):
            tap.say(house.run(["log", house.dir(node), "verify"]).status == 0, f"the {node}'s log holds")
    finally:
        if house.server:
            house.server.kill()
            house.stop()
        cutter.stdin.close()
        cutter.wait()
        shutil.rmtree(base, ignore_errors=True)
    print(f"1..{tap.count}")
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
