"""postgres: kills the client or the server in the middle of an import, again and again, on a node whose database is PostgreSQL.

    postgres.py COMITY POSTGRES-BIN [--short] [--rounds N] [--seed N]

Each round imports two persons nobody has seen yet. If the answer came out, a second import must find both there; if not, it
must add both or find both, never one. The log must hold, and hold all that an earlier head of it held. Prints TAP.
"""
import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

VICTIMS = ("client", "server")


class Server:
    """A PostgreSQL server of its own in a folder, on a socket there."""

    def __init__(self, binaries, folder):
        self.binaries, self.folder, self.process = binaries, folder, None
        self.user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        os.mkdir(folder)
        if self.user:
            shutil.chown(folder, "postgres")
        subprocess.run([*self.user, f"{binaries}/initdb", "-D", f"{folder}/data", "-U", "comity", "-A", "trust", "-E", "UTF8", "--no-sync"],
                       cwd=folder, check=True, stdout=subprocess.DEVNULL)
        self.url = f"postgresql:host={folder} user=comity dbname=postgres"

    def start(self):
        log = open(f"{self.folder}/log", "ab")  # pylint: disable=consider-using-with
        self.process = subprocess.Popen([*self.user, f"{self.binaries}/postgres", "-D", f"{self.folder}/data", "-c", "listen_addresses=",
                                         "-c", f"unix_socket_directories={self.folder}"], cwd=self.folder, stdout=log, stderr=log,
                                        start_new_session=True)
        log.close()
        for _ in range(600):
            ready = subprocess.run([f"{self.binaries}/pg_isready", "-q", "-h", self.folder, "-U", "comity"], check=False)
            if ready.returncode == 0:
                return
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL does not start")

    def kill(self):
        """SIGKILL to every process of it, as the kernel would when memory runs out or the machine goes down."""
        with open(f"{self.folder}/data/postmaster.pid", encoding="ascii") as f:
            postmaster = int(f.readline())
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(postmaster)], capture_output=True, text=True, check=False).stdout.split()
        for pid in [postmaster, *map(int, children)]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()


class Node:
    def __init__(self, program, folder):
        self.program, self.folder, self.made = program, folder + "/node", 0
        self.csv, self.head = folder + "/two.csv", folder + "/head"

    def run(self, *args):
        return subprocess.run([self.program, *args], capture_output=True, encoding="utf-8", timeout=60, check=False)

    def must(self, *args):
        done = self.run(*args)
        if done.returncode != 0:
            raise RuntimeError(f"comity {args[0]} failed: {done.stderr.strip()}")
        return done.stdout

    def keep_head(self):
        with open(self.head, "w", encoding="utf-8") as f:
            f.write(self.must("log", self.folder, "head"))

    def two_newcomers(self):
        self.made += 2
        with open(self.csv, "w", encoding="ascii") as f:
            f.write(f"given,family,born,document\nBopha,Mondulkiri,2001-01-20,Z{self.made:07}\nChanthou,Rattanakosin,1985-12-01,Z{self.made + 1:07}\n")


def counts(out):
    """(added, known) of an import whose answer came out whole, else None."""
    try:
        value = json.loads(out) if out.endswith("\n") else {}
    except ValueError:
        value = {}
    return (value["added"], value["known"]) if "added" in value else None


def strike(server, node, victim, delay):
    """Imports, and kills the victim after the delay. Returns what the import said."""
    act = subprocess.Popen([node.program, "import", node.folder, node.csv, "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                           encoding="utf-8")
    time.sleep(delay)
    if victim == "client":
        act.kill()
    else:
        server.kill()
    out, _ = act.communicate(timeout=60)
    if victim == "server":
        server.start()
    return counts(out)


def a_round(server, node, victim, delay):
    """None, or what did not hold; and whether the act was acknowledged."""
    node.two_newcomers()
    said = strike(server, node, victim, delay)
    again = counts(node.must("import", node.folder, node.csv, "--json"))
    if said and again != (0, 2):
        return f"LOST: acknowledged {said}, then {again}", True
    if again not in ((0, 2), (2, 0)):
        return f"half: {again}", False
    node.must("log", node.folder, "verify", "--checkpoint", node.head)
    node.keep_head()
    return None, bool(said)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("comity")
    parser.add_argument("binaries")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rounds = 6 if options.short else options.rounds
    chance = random.Random(options.seed)
    folder = tempfile.mkdtemp(prefix="comity-crash-postgres.")
    os.chmod(folder, 0o755)
    failed = 0
    server = Server(options.binaries, folder + "/server")
    try:
        server.start()
        node = Node(options.comity, folder)
        node.must("init", node.folder, "--agency", "Lotus House (practice)", "--country", "KH", "--kind", "shelter", "--db", server.url)
        node.keep_head()
        node.two_newcomers()
        started = time.monotonic()
        node.must("import", node.folder, node.csv, "--json")
        span = (time.monotonic() - started) * 1.6
        for number, victim in enumerate(VICTIMS, 1):
            wrong, acked = [], 0
            for _ in range(rounds):
                delay = chance.uniform(0, span)
                why, answered = a_round(server, node, victim, delay)
                acked += answered
                if why:
                    wrong.append(f"after {delay * 1000:.1f} ms: {why}")
            failed += bool(wrong)
            print(f"{'not ok' if wrong else 'ok'} {number} - postgresql: {victim} killed {rounds} times, {acked} of the acts acknowledged, "
                  f"{sum('LOST' in w for w in wrong)} of them lost")
            for line in wrong[:10]:
                print("#  ", re.sub(r"\s+", " ", line))
        print(f"1..{len(VICTIMS)}")
    finally:
        try:
            server.kill()
        except (OSError, ValueError):
            pass
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
