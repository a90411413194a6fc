"""seizure: a node with planted persons, letters and keys is locked, and every byte of its disk is searched for what was planted.

    seizure.py COMITY [--short] [--planted N]

Planted are invented names, documents and phones of imported persons, sentences in letters that were written and that came, search
texts, references, the passphrase, the shares, the root and every key that is derived from it. Each is searched as it is (in any case),
as UTF-16, as hexadecimal digits and as base64 at each of its three places. A control searches files in which everything lies open,
and must find all of it, or the search itself is worth nothing. All persons are invented. Prints TAP.
"""
import argparse
import base64
import hashlib
import hmac
import os
import random
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

from crash_work import free_port
from line import Tap

PASSPHRASE = "quillwort zephyrine bandicoot ornithoid"
LETTERS = 8  # in each direction; each has its share of planted sentences


def words(chance, n):
    """Distinct words of 12 letters that no file has by chance."""
    found = set()
    while len(found) < n:
        found.add("".join(chance.choice("bcdfghjklmnpqrstvwxz") + chance.choice("aeiouy") for _ in range(6)))
    return sorted(found)


class House:
    def __init__(self, program, base):
        self.program, self.base, self.servers = program, base, []

    def dir(self, node):
        return f"{self.base}/{node}"

    def run(self, *args):
        return subprocess.run([self.program, *args], capture_output=True, encoding="utf-8", timeout=300, stdin=subprocess.DEVNULL, check=False)

    def must(self, *args):
        done = self.run(*args)
        if done.returncode != 0:
            raise RuntimeError(f"comity {' '.join(args[:3])}: {done.stderr.strip()}")
        return done.stdout

    def serve(self, node, port):
        with open(f"{self.base}/{node}.err", "ab") as said:
            server = subprocess.Popen([self.program, "serve", self.dir(node), "--listen", f"127.0.0.1:{port}"], stdin=subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, stderr=said)
        select.select([server.stdout], [], [], 60)
        if b"ready" not in server.stdout.readline():
            raise RuntimeError(f"{node} does not serve")
        self.servers.append(server)

    def write(self, name, text):
        path = f"{self.base}/{name}"
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path


def derived(root):
    """Every key of the node, as keycore.h says: HKDF-SHA256, RFC 5869."""
    prk = hmac.new(b"comity keyring 1", root, hashlib.sha256).digest()
    labels = ("sign agency", "sign log", "sign witness", "mac index", "mac fingerprint", "mac pseudonym", "wrap", "match", "letter")
    return [root] + [hmac.new(prk, label.encode() + b"\1", hashlib.sha256).digest() for label in labels]


def forms(secret):
    """The byte strings under which it would lie on a disk."""
    yield secret
    if len(secret) < 32 or secret.isascii():
        yield secret.decode("latin-1").encode("utf-16-le")
        yield secret.decode("latin-1").encode("utf-16-be")
    yield secret.hex().encode()
    for place in range(3):  # the middle of its base64, whatever stands before it
        text = base64.b64encode(b"\0" * place + secret)
        yield text[4 if place else 0:len(text) // 4 * 4 - 4]


class Search:
    """All forms of all secrets at once: grep, fixed strings, in any case."""

    def __init__(self, base, secrets):
        self.binary, self.text = [], f"{base}/patterns"
        with open(self.text, "wb") as f:
            for secret in secrets:
                for form in forms(secret):
                    if form.isascii() and b"\n" not in form and b"\0" not in form:
                        f.write(form + b"\n")
                    else:
                        self.binary.append(form)
        self.binary_pattern = re.compile(b"|".join(re.escape(form) for form in self.binary)) if self.binary else None

    def hits(self, folder):
        """Distinct strings that were found, and how many bytes were searched."""
        found, size = set(), 0
        for top, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(top, name)
                if not os.path.isfile(path):
                    continue
                with open(path, "rb") as f:
                    content = f.read()
                size += len(content)
                found.update(name.encode() for _ in [0] if self.named(name))
                done = subprocess.run(["grep", "-aoiFf", self.text, path], capture_output=True, check=False, env={"LC_ALL": "C", "PATH": os.environ["PATH"]})
                found.update(line.lower() for line in done.stdout.split(b"\n") if line)
                if self.binary_pattern:
                    found.update(self.binary_pattern.findall(content))
        return found, size

    def named(self, name):
        done = subprocess.run(["grep", "-qiFf", self.text], input=name.encode(), check=False, env={"LC_ALL": "C", "PATH": os.environ["PATH"]})
        return done.returncode == 0


def pair(house, ports):
    prints = {}
    for node, port in ports.items():
        said = house.must("pair", house.dir(node), "invite", "--out", f"{house.base}/{node}.json", "--address", f"127.0.0.1:{port}")
        prints[node] = re.search(r"(\d{5} ){5}\d{5}", said).group()
    for node, other in (("seized", "partner"), ("partner", "seized")):
        house.must("pair", house.dir(node), "accept", f"{house.base}/{other}.json", "--as", other, "--fingerprint", prints[other])


def correspond(house, node, other, texts):
    for number, share in enumerate(texts):
        path = house.write(f"letter-{node}-{number}.txt", "\n".join(share) + "\n")
        house.must("send", house.dir(node), other, path, "--kind", "notice", "--purpose", "casework", "--reference", share[0])


def settle(house, node):
    for _ in range(600):
        if '"waiting"' not in house.must("letters", house.dir(node), "list", "--json"):
            return
        time.sleep(0.1)
    raise RuntimeError(f"letters of {node} were not delivered")


def live(house, planted, chance):
    """What a node does in a month, in a minute."""
    persons, sentences = planted[:len(planted) // 2], planted[len(planted) // 2:]
    rows = [(persons[i], persons[i + 1], persons[i + 2], persons[i + 3]) for i in range(0, len(persons) - 3, 4)]
    table = "given,family,document,place\n" + "".join(",".join(row) + "\n" for row in rows)
    house.must("import", house.dir("seized"), house.write("list.csv", table))
    share = max(1, len(sentences) // (2 * LETTERS))
    shares = [sentences[i:i + share] for i in range(0, len(sentences), share)]
    for row in chance.sample(rows, min(10, len(rows))):
        house.must("search", house.dir("seized"), row[0], "--reference", row[1])
    erased = re.search(r'"id":"([0-9a-f]{32})"', house.must("search", house.dir("seized"), rows[0][1], "--json")).group(1)
    house.must("erase", house.dir("seized"), erased, "--reason", "she asked for it")
    house.must("index", house.dir("seized"))
    correspond(house, "seized", "partner", shares[:len(shares) // 2])
    correspond(house, "partner", "seized", shares[len(shares) // 2:])
    for node in ("seized", "partner"):
        settle(house, node)
    came = re.findall(r'"letter":"([0-9a-f]{32})"', house.must("letters", house.dir("seized"), "list", "--json"))
    results = [house.run("letters", house.dir("seized"), "read", letter, "--purpose", "casework") for letter in came]
    read = sum(result.returncode == 0 for result in results)
    if not read:
        raise RuntimeError(f"no letter of {len(came)} could be read: {results[:1]}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("comity")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--planted", type=int, default=10000)
    options = parser.parse_args()
    count = 1000 if options.short else options.planted
    base, tap, chance = tempfile.mkdtemp(prefix="comity-seizure."), Tap(), random.Random(7)
    house = House(options.comity, base)
    seized = house.dir("seized")
    try:
        planted = words(chance, count)
        for node, agency in (("seized", "Lotus House (practice)"), ("partner", "Border Unit 7 (practice)")):
            house.must("init", house.dir(node), "--agency", agency, "--country", "KH", "--kind", "shelter")
        with open(seized + "/keys", "rb") as f:
            root = f.read()[16:48]  # while it lies bare
        secret = house.write("passphrase", PASSPHRASE + "\n")
        house.must("keys", seized, "protect", "--new-passphrase-file", secret)
        house.must("keys", seized, "unlock", "--passphrase-file", secret)
        house.must("keys", seized, "split", "--out", base + "/shares", "--passphrase-file", secret)
        shares = [open(f"{base}/shares/share-{i}.txt", encoding="ascii").read().strip() for i in (1, 2, 3)]
        ports = {"seized": free_port(), "partner": free_port()}
        pair(house, ports)
        for node, port in ports.items():
            house.serve(node, port)
        live(house, planted, chance)
        for server in house.servers[:1]:  # the power goes: nothing is tidied up
            server.kill()
            server.wait()
        begun = time.monotonic()
        house.must("keys", seized, "lock")
        took = time.monotonic() - begun
        tap.say(house.run("search", seized, planted[0]).returncode != 0, f"locked, after {took * 1000:.0f} ms")
        secrets = [word.encode() for word in planted] + [PASSPHRASE.encode()] + [s.encode() for s in shares]
        secrets += [s.replace("-", "").encode() for s in shares] + derived(root)
        search = Search(base, secrets)
        found, size = search.hits(seized)
        tap.say(not found, f"of {count} planted strings, the passphrase, 3 shares and {len(derived(root))} keys, {len(found)} are found in the {size} bytes "
                f"of the locked node's disk")
        for hit in sorted(found)[:10]:
            print(f"# found: {hit!r}")
        os.makedirs(base + "/open")
        for name in os.listdir(base):
            if name.startswith("letter-") or name == "list.csv":
                shutil.copy(f"{base}/{name}", base + "/open")
        with open(base + "/open/keys", "wb") as f:
            f.write(b"..".join(derived(root)) + PASSPHRASE.encode() + base64.b64encode(b"x" + planted[0].encode() + b"yz") + planted[1].encode("utf-16-le"))
        control, _ = search.hits(base + "/open")
        tap.say(len(control) >= count + 11, f"the same search finds {len(control)} of them where they lie open")
        house.must("keys", seized, "unlock", "--passphrase-file", secret)
        tap.say(house.run("search", seized, planted[5]).returncode == 0, "unlocked again, it is whole")
        tap.say(house.run("log", seized, "verify").returncode == 0, "and its log holds")
    finally:
        house.run("keys", seized, "lock")
        for server in house.servers:
            if server.poll() is None:
                server.kill()
                server.wait()
        shutil.rmtree(base, ignore_errors=True)
    print(f"1..{tap.count}")
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
