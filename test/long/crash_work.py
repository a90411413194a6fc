"""crash_work: the scripted workload, and what must hold after it was cut short anywhere.

A step is one command on one of two nodes. `before` and `after` it, everything a node holds is described by the number of rows
in each of its tables (its vector): a command that was cut short must leave one or the other, or one of the few states between
that it commits on purpose. All persons are invented.
"""
import json
import os
import random
import re
import select
import shutil
import signal
import socket
import sqlite3
import subprocess

FIRST = "given,family,born,document\nSergei,Kuznetsov,1990-03-05,N1234567\nMaria,Velasquez,1971-11-30,\nSomchai,Rattanakosin,1988-02,X0099887\n"
MORE = "given,family,born,document\nBopha,Mondulkiri,2001-01-20,Z0000042\nChanthou,Zzyzxplant,1985-12-01,N7654321\n"
THEIRS = "given,family,born,document\nOlena,Bondarenko,1999-09-09,P5550001\n"
NAMES = ("Kuznetsov", "Velasquez", "Rattanakosin", "Mondulkiri", "Zzyzxplant", "Bondarenko")
COMMAND_SECONDS = 60
HARMED_SECONDS = 3
TAKING_COMMITS = 2  # the letters of a stick are one transaction, the places in their order another
# a question's id is kept for minutes; what witnesses said is written by the clock: these counts depend on when the step is run again
FORGOTTEN_IN_TIME = ("peer_seen", "act_watch", "witness_own", "witness_seen", "witness_told")


def film():
    """What does not fit into one request: it travels as a file, sealed past the cache, and comes in parts."""
    return random.Random(7).randbytes(900_001)


def many():
    """A list long enough for pages to split and a checkpoint to have work."""
    given, family = ("Sok", "Dara", "Mali", "Arun", "Lin", "Nok", "Thida", "Rith"), ("Chea", "Prak", "Suwan", "Boonmee", "Tran", "Nguon", "Keo")
    rows = [f"{given[i % 8]},{family[i % 7]}{'aeiou'[i % 5]}n,{1960 + i % 45}-{i % 12 + 1:02}-{i % 28 + 1:02},M{i:07}" for i in range(300)]
    return "given,family,born,document\n" + "\n".join(rows) + "\n"


class Wrong(Exception):
    """Something that must hold does not."""


class Result:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def value(self):
        """What the command answered, if the whole answer came out."""
        try:
            found = json.loads(self.out) if self.out.endswith("\n") else None
        except ValueError:
            return None
        return None if isinstance(found, dict) and "error" in found else found


class Shim:
    """The environment under which a command is watched; see test/fault/faultio.c."""

    def __init__(self, preload, folder, state):
        self.preload, self.folder, self.state = preload, folder, state

    def environment(self, plan, journal=None):
        with open(self.state, "wb") as f:
            f.write(bytes(4096))
        return self.more(plan, journal)

    def more(self, plan, journal=None):
        """As environment, but counting goes on."""
        env = dict(os.environ, LD_PRELOAD=self.preload, FAULTIO_FOLDER=self.folder, FAULTIO_STATE=self.state, FAULTIO_PLAN=plan)
        if journal:
            env["FAULTIO_JOURNAL"] = journal
        return env

    def count(self):
        with open(self.state, "rb") as f:
            return int.from_bytes(f.read(8), "little")


class House:
    """The two nodes in one folder, and the commands on them."""

    def __init__(self, program, folder, port):
        self.program, self.folder, self.port = program, folder, port
        self.files = folder + ".files"
        self.server = self.env = None  # env: of commands that are run without one of their own
        os.makedirs(self.files, exist_ok=True)
        for name, text in (("first.csv", FIRST), ("more.csv", MORE), ("theirs.csv", THEIRS), ("many.csv", many())):
            with open(f"{self.files}/{name}", "w", encoding="utf-8") as f:
                f.write(text)
        with open(f"{self.files}/film.webm", "wb") as f:
            f.write(film())

    def dir(self, node):
        return f"{self.folder}/{node}"

    def run(self, args, env=None):
        env = env or self.env
        done = subprocess.run([self.program, *args], env=env, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8",
                              timeout=COMMAND_SECONDS, start_new_session=True, check=False)
        return Result(done.returncode, done.stdout, done.stderr)

    def must(self, args):
        result = self.run(args)
        if result.status != 0:
            raise Wrong(f"comity {' '.join(args[:2])} failed: {result.err.strip()}")
        return result

    def serve(self, env=None):
        """Starts the shelter's server. False if it ended before it was ready."""
        self.server = subprocess.Popen([self.program, "serve", self.dir("shelter"), "--listen", f"127.0.0.1:{self.port}"], env=env,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
        # a server whose standard output is harmed may serve without having said so
        said, _, _ = select.select([self.server.stdout], [], [], COMMAND_SECONDS if env is None else HARMED_SECONDS)
        return bool(said) and b"ready" in self.server.stdout.readline()

    def stop(self):
        """Ends the server as its service manager would. Returns its status."""
        if not self.server:
            return None
        if self.server.poll() is None:
            self.server.send_signal(signal.SIGTERM)
        status = self.server.wait(COMMAND_SECONDS)
        self.server.stdout.close()
        self.server = None
        return status

    def vector(self, node):
        """The number of rows of every table; None without a node."""
        path = self.dir(node) + "/comity.db"
        if not os.path.exists(path):
            return None
        if os.path.exists(path + "-wal"):
            raise Wrong(f"{node}: a write-ahead log stands there after the last command has ended")
        db = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
        try:
            tables = [r[0] for r in db.execute("select name from sqlite_master where type='table' order by name")]
            return tuple((t, db.execute(f'select count(*) from "{t}"').fetchone()[0]) for t in tables if t not in FORGOTTEN_IN_TIME)
        finally:
            db.close()

    def kept(self, name):
        """What prepare has put down."""
        with open(f"{self.files}/{name}.id", encoding="ascii") as f:
            return f.read()

    def searched(self, text):
        return len(json.loads(self.must(["search", self.dir("shelter"), text, "--json"]).out)["hits"])


class Step:
    """One command. commits: the transactions it makes on purpose. serving: the shelter's server runs meanwhile; of: whose
    files are harmed, node's or the server's."""

    def __init__(self, name, node, args, commits=1, serving=False, harmed=None, again=None):
        self.name, self.node, self.args, self.commits, self.serving, self.again = name, node, args, commits, serving, again
        self.harmed = harmed or node


def known_already(result, house):
    """A second import of the same file: all of it is added now, or all of it was there."""
    del house
    value = result.value()
    if result.status != 0 or not value or (value["added"] and value["known"]):
        raise Wrong(f"the import counts half: {result.out.strip()} {result.err.strip()}")


def succeeds(result, house):
    del house
    if result.status != 0:
        raise Wrong(f"the command does not work afterwards: {result.err.strip()}")


def made_or_there(result, house):
    del house
    if result.status != 0 and "is there already" not in result.err:
        raise Wrong(f"init does not work afterwards: {result.err.strip()}")


def erased(name):
    def check_erased(result, house):
        if result.status != 0 and house.searched(name) != 0:
            raise Wrong(f"she is neither there to be erased nor gone: {result.err.strip()}")
    return check_erased


def recalled(result, house):
    """Afterwards the recall has been taken in, and what it is about is not read any more."""
    succeeds(result, house)
    read = house.run(["letters", house.dir("police"), "read", house.kept("letter"), "--purpose", "protection"])
    if read.status == 0 or "withdrawn" not in read.err:
        raise Wrong(f"what was recalled is still read: {read.err.strip()}")


def filmed(result, house):
    """Afterwards the film is there, and every byte of it."""
    succeeds(result, house)
    out = f"{house.files}/film.read"
    if os.path.exists(out):
        os.unlink(out)
    house.must(["letters", house.dir("police"), "read", house.kept("film"), "--purpose", "protection", "--out", out])
    with open(out, "rb") as f:
        if f.read() != film():
            raise Wrong("the film that was taken in is another one than was sent")


def steps_of():
    """The workload. Arguments are made when the step is run, from the house as it is then."""
    def init(node, name, country, kind):
        return lambda h: ["init", h.dir(node), "--agency", name, "--country", country, "--kind", kind, "--json"]

    def imports(node, name):
        return lambda h: ["import", h.dir(node), f"{h.files}/{name}", "--json"]

    def erase(name):
        def make(house):
            with open(f"{house.files}/{name}.id", encoding="ascii") as f:
                return ["erase", house.dir("shelter"), f.read(), "--reason", "she asked for it", "--json"]
        return make

    def accept(node, card):
        def make(house):
            with open(f"{house.files}/{card}.print", encoding="ascii") as f:
                return ["pair", house.dir(node), "accept", f"{house.files}/{card}", "--fingerprint", f.read(), "--budget", "100000", "--json"]
        return make

    def ask(house, name="Kuznecov Serguei", born="1990-03-05"):
        return ["ask", house.dir("police"), "--partner", "lotus-house", "--purpose", "identification", "--reference", "warrant 12",
                "--name", name, "--born", born, "--json"]

    return [
        Step("init", "shelter", init("shelter", "Lotus House (practice)", "KH", "shelter"), again=made_or_there),
        Step("import", "shelter", imports("shelter", "first.csv"), again=known_already),
        Step("search", "shelter", lambda h: ["search", h.dir("shelter"), "Kuznetsov", "--json"], again=succeeds),
        Step("import more", "shelter", imports("shelter", "more.csv"), again=known_already),
        Step("erase", "shelter", erase("Velasquez"), again=erased("Velasquez")),
        Step("init of the partner", "police", init("police", "Border Unit 7 (practice)", "TH", "police"), again=made_or_there),
        Step("import by the partner", "police", imports("police", "theirs.csv"), again=known_already),
        Step("pair", "shelter", accept("shelter", "police.json"), again=succeeds),
        Step("pair back", "police", accept("police", "shelter.json"), again=succeeds),
        Step("index", "shelter", lambda h: ["index", h.dir("shelter"), "--threads", "1", "--json"], again=succeeds),
        Step("ask", "police", ask, commits=3, serving=True, again=succeeds),
        Step("ask again", "police", ask, commits=3, serving=True, again=succeeds),
        Step("answer", "police", ask, commits=3, serving=True, harmed="shelter", again=succeeds),
        Step("index anew", "shelter", lambda h: ["index", h.dir("shelter"), "--threads", "1", "--json"], again=succeeds),
        Step("invite", "shelter", lambda h: ["pair", h.dir("shelter"), "invite", "--address", f"127.0.0.1:{h.port}", "--json"],
             again=succeeds),
        Step("import many", "shelter", imports("shelter", "many.csv"), again=known_already),
        Step("index many", "shelter", lambda h: ["index", h.dir("shelter"), "--threads", "1", "--json"], again=succeeds),
        Step("ask about the new", "police", lambda h: ask(h, "Mondulkiri Bopha", "2001-01-20"), commits=3, serving=True, again=succeeds),
        Step("erase among many", "shelter", erase("Mondulkiri"), again=erased("Mondulkiri")),
        Step("search by the partner", "police", lambda h: ["search", h.dir("police"), "Olena", "--json"], again=succeeds),
        Step("pair anew", "shelter", accept("shelter", "police.json"), again=succeeds),
        Step("send", "shelter", lambda h: ["send", h.dir("shelter"), "border-unit-7", f"{h.files}/first.csv", "--kind", "referral",
                                           "--purpose", "protection", "--reference", "practice 3", "--json"], again=succeeds),
        Step("take in", "police", lambda h: ["letters", h.dir("police"), "import", f"{h.files}/stick", "--json"], commits=TAKING_COMMITS,
             again=succeeds),
        Step("withdraw", "shelter", lambda h: ["grants", h.dir("shelter"), "withdraw", h.kept("grant"), "--reference", "practice 3", "--json"],
             again=succeeds),
        Step("take in the recall", "police", lambda h: ["letters", h.dir("police"), "import", f"{h.files}/stick", "--json"],
             commits=TAKING_COMMITS, again=recalled),
        Step("send a film", "shelter", lambda h: ["send", h.dir("shelter"), "border-unit-7", f"{h.files}/film.webm", "--kind", "attachment",
                                                  "--purpose", "protection", "--reference", "practice 3", "--json"], again=succeeds),
        Step("take in the film", "police", lambda h: ["letters", h.dir("police"), "import", f"{h.files}/stick", "--json"],
             commits=TAKING_COMMITS, again=filmed),
    ]



TO_ERASE = {"erase": "Velasquez", "erase among many": "Mondulkiri"}


def prepare(step, house):
    """What a person would have in hand before the step: an id, a partner's invitation and its fingerprint."""
    if step.name in TO_ERASE:
        name = TO_ERASE[step.name]
        with open(f"{house.files}/{name}.id", "w", encoding="ascii") as f:
            f.write(json.loads(house.must(["search", house.dir("shelter"), name, "--json"]).out)["hits"][0]["id"])
    if step.name in ("take in", "take in the recall"):
        grant = next(g for g in json.loads(house.must(["grants", house.dir("shelter"), "--json"]).out)["grants"] if g["ours"])
        for name in ("grant", "letter"):
            with open(f"{house.files}/{name}.id", "w", encoding="ascii") as f:
                f.write(grant[name])
        if os.path.exists(f"{house.files}/stick"):
            os.unlink(f"{house.files}/stick")
        house.must(["letters", house.dir("shelter"), "export", "border-unit-7", f"{house.files}/stick"])
    if step.name == "take in the film":
        letters = json.loads(house.must(["letters", house.dir("shelter"), "list", "--json"]).out)["letters"]
        with open(f"{house.files}/film.id", "w", encoding="ascii") as f:
            f.write(next(x["letter"] for x in letters if x["kind"] == "attachment"))
        if os.path.exists(f"{house.files}/stick"):
            os.unlink(f"{house.files}/stick")
        house.must(["letters", house.dir("shelter"), "export", "border-unit-7", f"{house.files}/stick"])
    if step.name == "pair":
        for node, port in (("shelter", house.port), ("police", 9)):
            said = house.must(["pair", house.dir(node), "invite", "--out", f"{house.files}/{node}.json", "--address", f"127.0.0.1:{port}"])
            with open(f"{house.files}/{node}.json.print", "w", encoding="ascii") as f:
                f.write(re.search(r"(\d{5} ){5}\d{5}", said.out).group())


def free_port():
    """Below the ports that the system gives to outgoing connections: one of those could take it while its server is down."""
    while True:
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", random.SystemRandom().randrange(20000, 32000)))
                return s.getsockname()[1]
            except OSError:
                continue


class Record:
    """One step as it went without harm: the folder before it, the vectors, how many changes it made to files."""

    def __init__(self, step, number, snapshot, before, expected):
        self.step, self.number, self.snapshot, self.before, self.expected = step, number, snapshot, before, expected
        self.after = None
        self.changes = []
        self.between = set()
        self.head = None


def restore(house, record):
    shutil.rmtree(house.folder, ignore_errors=True)
    shutil.copytree(record.snapshot, house.folder)


def go(house, step, harmed_env, env=None):
    """Runs the step with the harmed process under its environment. Returns the command's result."""
    serving = step.serving and not house.server
    if serving and not house.serve(harmed_env if step.harmed != step.node else env):
        house.stop()
        return Result(1, "", "the server ended before it was ready")
    try:
        return house.run(step.args(house), harmed_env if step.harmed == step.node else env)
    finally:
        if serving:
            house.stop()


def acknowledged(step, result):
    value = result.value()
    return value is not None and (step.harmed == step.node or "partner_leaf" in value)


def check(house, record, acked):
    """Everything that must hold after the step was cut short, in the order in which an operator would find out."""
    step = record.step
    node = house.dir(step.harmed)
    if not os.path.exists(node):
        if acked or record.before is not None:
            raise Wrong("the node's folder is gone")
    else:
        verify = ["log", node, "verify"]
        if record.head:
            verify += ["--checkpoint", record.head]
        house.must(verify)
        found = house.vector(step.harmed)
        if acked and found != record.after:
            raise Wrong(f"LOST: acknowledged, but not there: {difference(found, record.after)}")
        if found not in (record.before, record.after):
            record.between.add(found)
            if len(record.between) >= step.commits:
                raise Wrong(f"half: neither before nor after: {difference(found, record.before)}, {difference(found, record.after)}")
    step.again(go(house, step, None), house)
    for name, hits in record.expected.items():
        if house.searched(name) != hits:
            raise Wrong(f"a search finds other than {hits} of a name")


def difference(found, wanted):
    found, wanted = dict(found or ()), dict(wanted or ())
    return ", ".join(f"{t} {found.get(t)} for {wanted.get(t)}" for t in sorted(found.keys() | wanted.keys()) if found.get(t) != wanted.get(t))


def expectation(step):
    """Whom a search in the shelter must find after the step was run to its end."""
    if step.name == "import":
        return {"Kuznetsov": 1}
    if step.name == "import more":
        return {"Mondulkiri": 1}
    if step.name in TO_ERASE:
        return {TO_ERASE[step.name]: 0, "Kuznetsov": 1}
    return {}


def private(text):
    return next((n for n in NAMES if n in text), None)


