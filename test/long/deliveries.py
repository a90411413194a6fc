"""deliveries: letters both ways between two real nodes while everything that can go wrong does.

    deliveries.py COMITY BUILD [--short] [--letters N] [--seed N] [--keep]

Both servers are killed at random moments (kill -9), and so are the programs that write the letters. Each line runs through a
relay that refuses, delays and cuts. Sticks are exported and brought over late, twice and in any order, so letters arrive
doubled and out of order. Then the harm ends, the nodes come to rest, and every letter whose writer was told "written" must be
there with exactly one effect: one row in the inbox, one leaf in the log, one receipt that verifies offline. Prints TAP.
"""
import argparse
import json
import os
import random
import re
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from crash_work import free_port
from line import Tap

REFUSE, CUT, BYTES, DELAY_MS = 10, 30, 400000, 2  # of a connection, which carries a batch of letters and their receipts
GROUP, CHUNK, BACKLOG = 25, 400, 4000             # letters in a commit, of a writer's run, that may wait before writers pause
SHORT_CHUNK, SHORT_PAUSE = 75, 0.5                # so that the short lane lasts long enough for some harm
REST_SECONDS = 600
AGENCIES = {"left": ("Lotus House (practice)", "KH", "shelter"), "right": ("Border Unit 7 (practice)", "TH", "police")}


class Node:
    """One agency: its folder, its server, the relay in front of it, and what its writers were promised."""

    def __init__(self, program, build, base, name, seed):
        self.program, self.build, self.name, self.dir = program, build, name, f"{base}/{name}"
        self.port, self.server, self.other, self.kills = free_port(), None, None, 0
        self.promised, self.lock = [], threading.Lock()
        self.relay = subprocess.Popen([f"{build}/test/fault/cutline", *map(str, (self.port, seed, REFUSE, CUT, BYTES, DELAY_MS))],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="ascii")
        self.relay_port = int(self.relay.stdout.readline().split()[1])
        agency, country, kind = AGENCIES[name]
        self.must("init", self.dir, "--agency", agency, "--country", country, "--kind", kind)

    def run(self, *args):
        return subprocess.run([self.program, *args], capture_output=True, encoding="utf-8", timeout=300, stdin=subprocess.DEVNULL, check=False)

    def must(self, *args):
        done = self.run(*args)
        if done.returncode != 0:
            raise RuntimeError(f"comity {' '.join(args)}: {done.stderr.strip()}")
        return done.stdout

    def invite(self):
        said = self.must("pair", self.dir, "invite", "--out", self.dir + ".json", "--address", f"127.0.0.1:{self.relay_port}")
        return re.search(r"(\d{5} ){5}\d{5}", said).group()

    def serve(self):
        for _ in range(50):
            with open(self.dir + ".serve", "ab") as said:
                self.server = subprocess.Popen([self.program, "serve", self.dir, "--listen", f"127.0.0.1:{self.port}"],
                                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said)
            ready, _, _ = select.select([self.server.stdout], [], [], 30)
            if ready and b"ready" in self.server.stdout.readline():
                return
            self.kill()
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} does not serve: see {self.dir}.serve")

    def kill(self, how=signal.SIGKILL):
        self.server.send_signal(how)
        self.server.wait(60)
        self.server.stdout.close()

    def write(self, count, seed, seconds):
        """A writer's run; killed when it takes longer than `seconds`. What it said was written is promised."""
        with subprocess.Popen([f"{self.build}/test/long/letters_load", self.dir, self.other.name, str(count), str(GROUP), str(seed)],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="ascii") as writer:
            timer = threading.Timer(seconds, writer.kill)
            timer.start()
            said = writer.stdout.read()
            timer.cancel()
        with self.lock:
            self.promised += [line for line in said.split("\n")[:-1] if len(line) == 32]

    def rows(self, sql):
        db = sqlite3.connect(f"file:{self.dir}/comity.db?mode=ro", uri=True, timeout=60)
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()

    def waiting(self):
        return self.rows("select count(*) from letter_out where status = 0")[0][0]


def pair(left, right):
    prints = {node: node.invite() for node in (left, right)}
    for node in (left, right):
        other = node.other
        node.must("pair", node.dir, "accept", other.dir + ".json", "--fingerprint", prints[other], "--as", other.name)


class Harm:
    """What goes wrong while letters are written, until told to stop."""

    def __init__(self, nodes, base, seed):
        self.nodes, self.base, self.chance, self.over, self.sticks, self.brought, self.troubles = nodes, base, random.Random(seed), threading.Event(), [], 0, []
        self.threads = [threading.Thread(target=self.guarded, args=(work,)) for work in (self.kill, self.carry)]
        for thread in self.threads:
            thread.start()

    def guarded(self, work):
        try:
            work()
        except Exception as trouble:  # told at the end: a thread has nobody to tell
            self.troubles.append(f"{work.__name__}: {trouble}")

    def kill(self):
        while not self.over.wait(self.chance.uniform(0.3, 4)):
            node = self.chance.choice(self.nodes)
            node.kill(signal.SIGKILL if self.chance.random() < 0.9 else signal.SIGTERM)
            node.kills += 1
            if self.chance.random() < 0.3:
                self.over.wait(self.chance.uniform(0, 2))
            node.serve()

    def carry(self):
        """A stick now and then, brought over once or twice, late ones after newer ones."""
        while not self.over.wait(self.chance.uniform(1, 6)):
            node = self.chance.choice(self.nodes)
            stick = f"{self.base}/stick-{len(self.sticks)}"
            done = node.run("letters", node.dir, "export", node.other.name, stick)
            if done.returncode == 0:
                self.sticks.append((node.other, stick))
            for to, path in self.chance.sample(self.sticks, min(2, len(self.sticks))):
                done = to.run("letters", to.dir, "import", path)
                self.brought += done.returncode == 0
            if len(self.sticks) > 12:
                os.unlink(self.sticks.pop(self.chance.randrange(len(self.sticks)))[1])

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join()


def write_all(nodes, letters, chance, chunk, pause):
    """Writers on both sides until each was promised its half. Some are killed in mid-write."""
    def side(node, seed):
        own = random.Random(seed)
        while len(node.promised) < letters // 2:
            if node.waiting() > BACKLOG:
                time.sleep(0.5)
                continue
            time.sleep(pause)
            short = min(chunk, letters // 2 - len(node.promised))
            node.write(short, own.randrange(1 << 30), own.uniform(0.02, 1) if own.random() < 0.3 else 120)
    sides = [threading.Thread(target=side, args=(node, chance.random())) for node in nodes]
    for thread in sides:
        thread.start()
    while any(thread.is_alive() for thread in sides):
        time.sleep(2)
        print(f"# {' '.join(f'{n.name}: {len(n.promised)} written, {n.kills} kills;' for n in nodes)}", file=sys.stderr, flush=True)
    for thread in sides:
        thread.join()


def rest(nodes):
    """Until nothing waits any more. False when that does not come."""
    end = time.monotonic() + REST_SECONDS
    while time.monotonic() < end:
        if not any(node.waiting() for node in nodes):
            return True
        time.sleep(0.5)
    return False


def received_leaves(node):
    """How often each letter's id is the object of a leaf that says a letter was received."""
    found = {}
    for (content,) in node.rows("select content from log_leaf"):
        leaf = json.loads(content)
        if leaf["verb"] == "receive":
            found[leaf["object"]] = found.get(leaf["object"], 0) + 1
    return found


def verified(node, base):
    """How many of the receipts that the node holds a verifier without any node accepts."""
    good = 0
    receipts = node.rows("select hex(id), receipt from letter_out where receipt is not null")
    for start in range(0, len(receipts), 200):
        files = []
        for number, (_, text) in enumerate(receipts[start:start + 200]):
            files.append(f"{base}/receipt-{number}")
            with open(files[-1], "w", encoding="utf-8") as f:
                f.write(text)
        done = node.run("verify", "--agency", node.other.dir + ".json", *files)
        good += len(files) if done.returncode == 0 else 0
    return good, len(receipts)


def hold(tap, node, base):
    """What must be true of the letters that the node wrote."""
    there = node.other
    written = {r[0].lower(): r[1] for r in node.rows("select hex(id), status from letter_out")}
    taken = [r[0].lower() for r in there.rows("select hex(id) from letter_in")]
    leaves = received_leaves(there)
    lost = set(node.promised) - set(written)
    tap.say(not lost, f"of {len(node.promised)} letters that {node.name} was told were written, {len(lost)} are lost")
    tap.say(len(taken) == len(set(taken)) and set(taken) == set(written),
            f"{there.name} took in each of the {len(written)}: {len(set(written) - set(taken))} are missing, {len(taken) - len(set(taken))} doubled")
    tap.say(leaves == dict.fromkeys(written, 1), "each had one effect: one leaf")
    tap.say(all(status == 1 for status in written.values()), "each receipt came back and accepts")
    good, receipts = verified(node, base)
    tap.say(good == receipts == len(written), f"{good} of {receipts} receipts verify offline")
    tap.say(node.run("log", node.dir, "verify").returncode == 0, f"{node.name}'s log holds")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("comity")
    parser.add_argument("build")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--letters", type=int, default=100000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="leave the folders there to look at")
    options = parser.parse_args()
    letters = 1500 if options.short else options.letters
    base, tap, chance = tempfile.mkdtemp(prefix="comity-deliveries."), Tap(), random.Random(options.seed)
    left, right = (Node(options.comity, options.build, base, name, options.seed + i) for i, name in enumerate(AGENCIES))
    left.other, right.other = right, left
    nodes = (left, right)
    try:
        pair(left, right)
        for node in nodes:
            node.serve()
        begun = time.monotonic()
        harm = Harm(nodes, base, options.seed)
        try:
            write_all(nodes, letters, chance, *((SHORT_CHUNK, SHORT_PAUSE) if options.short else (CHUNK, 0)))
        finally:
            harm.stop()
        came = rest(nodes)
        took = time.monotonic() - begun
        for trouble in harm.troubles:
            print(f"# {trouble}")
        tap.say(not harm.troubles, f"{left.kills + right.kills} kills and {harm.brought} sticks, and both nodes always came up again")
        tap.say(came, f"then all came to rest, after {took:.0f} s: {sum(len(n.promised) for n in nodes) / took:.0f} letters/s")
        for node in nodes:
            node.kill(signal.SIGTERM)
        for node in nodes:
            hold(tap, node, base)
    finally:
        for node in nodes:
            if node.server and node.server.poll() is None:
                node.kill()
            node.relay.stdin.close()
            node.relay.wait()
        if options.keep:
            print(f"# kept: {base}")
        else:
            shutil.rmtree(base, ignore_errors=True)
    print(f"1..{tap.count}")
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
