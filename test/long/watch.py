"""watch: a killed node restarts with what it committed. A head that was cosigned was committed before it was sent, so no kill may make
a log look rewritten. Three real nodes act, cosign and look while their processes are killed at random; in the end there is no
evidence against anybody, every log is whole, and each has its quorum again.
"""
import argparse
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time

NODES = ("lotus", "border", "harbour")
PATIENCE = 60


class Nodes:
    def __init__(self, comity, folder):
        self.comity, self.folder, self.running = comity, folder, {}

    def run(self, *args, status=(0,)):
        done = subprocess.run([self.comity, *args], cwd=self.folder, capture_output=True, text=True, timeout=PATIENCE)
        if done.returncode not in status:
            raise SystemExit(f"comity {' '.join(args)}: status {done.returncode}: {done.stderr}")
        return done.stdout

    def witness(self, node, *words):
        return json.loads(self.run("witness", node, *words, "--json", status=(0, 1)))

    def make(self):
        sockets = [socket.socket() for _ in NODES]
        for s in sockets:
            s.bind(("127.0.0.1", 0))
        words = {}
        for node, s in zip(NODES, sockets):
            port = s.getsockname()[1]
            self.run("init", node, "--agency", f"{node} (practice)", "--country", "KH", "--kind", "police", "--listen", f"127.0.0.1:{port}")
            words[node] = self.run("pair", node, "invite", "--out", f"{node}.card").strip().splitlines()[-1].strip()
        for s in sockets:
            s.close()
        for node in NODES:
            for other in NODES:
                if node != other:
                    self.run("pair", node, "accept", f"{other}.card", "--as", other, "--fingerprint", words[other])

    def start(self, node):
        said = open(f"{self.folder}/{node}.said", "ab")
        self.running[node] = subprocess.Popen([self.comity, "serve", node], cwd=self.folder, stdout=said, stderr=said)
        said.close()

    def kill(self, node):
        self.running[node].kill()
        self.running[node].wait()

    def act(self, node):
        self.run("search", node, "dara", "--purpose", "practice")

    def accused(self):
        return [f"{node}: {e['kind']} against {e['log']}" for node in NODES for e in self.witness(node)["evidence"]]

    def confirmed(self, node):
        size = json.loads(self.run("log", node, "head", "--json"))["size"]
        return self.witness(node)["quorum_size"] == size


def main():
    p = argparse.ArgumentParser()
    p.add_argument("comity")
    p.add_argument("--short", action="store_true")
    p.add_argument("--kills", type=int, default=500)
    p.add_argument("--seed", type=int, default=1)
    options = p.parse_args()
    kills = 8 if options.short else options.kills
    chance = random.Random(options.seed)
    folder = tempfile.mkdtemp(prefix="comity-watch.")
    nodes = Nodes(os.path.abspath(options.comity), folder)
    acts, failed = 0, 0

    def say(what, good, more=""):
        nonlocal failed
        say.n += 1
        failed += not good
        print(f"{'ok' if good else 'not ok'} {say.n} - {what}{': ' + more if more else ''}", flush=True)
    say.n = 0

    try:
        nodes.make()
        for node in NODES:
            nodes.start(node)
        for i in range(kills):
            for _ in range(chance.randrange(3)):
                nodes.act(chance.choice(NODES))
                acts += 1
            time.sleep(chance.random() * 1.2)
            victim = chance.choice(NODES)
            nodes.kill(victim)
            if chance.randrange(3) == 0:
                nodes.act(victim)
                acts += 1
            nodes.start(victim)
            if i % 20 == 19:
                nodes.witness(chance.choice(NODES), "look")
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and not all(nodes.confirmed(n) for n in NODES):
            time.sleep(0.5)
        say("each log has its quorum again", all(nodes.confirmed(n) for n in NODES))
        for node in NODES:
            nodes.witness(node, "look")
        found = nodes.accused()
        say("nobody is accused", not found, "; ".join(found))
        whole = [json.loads(nodes.run("log", n, "verify", "--json"))["verified"] for n in NODES]
        say("every log is whole", all(whole))
        print(f"# kills {kills}, acts {acts}, evidence {len(found)}; seed {options.seed}")
        print(f"1..{say.n}")
    finally:
        for process in nodes.running.values():
            process.kill()
            process.wait()
        shutil.rmtree(folder)
    sys.exit(1 if failed else 0)


main()
