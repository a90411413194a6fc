"""crash: dies, tears, fills the disk and cuts the power at every change that a workload makes to files, and checks each time.

    crash.py COMITY LIBRARY [--short] [--lanes kill,again,torn,full,broken,power,control] [--points N] [--jobs N] [--seed N] [--step WORDS]

Lanes: kill -9 before and after every change; the same, and the command that then repairs is killed as well; writes torn;
the disk full from or at every change; the disk broken (EIO) likewise; power cuts; and, as a control, power cuts of a program
that syncs nothing, which must be found out. --points: at most so many of each lane. --step: only in steps that have these words in their name.

Prints TAP: a line for each lane and step. Exit status 1 if anything that must hold did not.
"""
import argparse
import collections
import errno
import multiprocessing
import os
import random
import shutil
import sys
import tempfile

import crash_power
import crash_work as work

SHORT_POINTS = {"kill": 44, "again": 22, "torn": 22, "full": 22, "broken": 22, "power": 44}  # spread over the whole workload
REPAIR_CHANGES = 40  # about as many changes as opening, repairing and closing a database makes
SHM = "/dev/shm"  # what is killed does not care for the disk; power cuts are acted out from the journal


class Recording:
    """The workload as it goes without harm, on a house of its own: a snapshot before each step, and the journal of it all."""

    def __init__(self, program, preload, base):
        self.house = work.House(program, base + "/house", work.free_port())
        self.shim = work.Shim(preload, self.house.folder, base + "/state")
        self.journal = base + "/journal"
        self.records = []
        self.spans = []  # the numbers of the first and last change of each step in the journal
        os.makedirs(self.house.folder)
        self.shim.environment("count")
        open(self.journal, "wb").close()
        for number, step in enumerate(work.steps_of()):
            self.record(number, step, base)
        self.all = crash_power.read(self.journal)

    def step_at(self, seq):
        """The number of the step that made the change, None for what was done between steps."""
        return next((i for i, (first, last) in enumerate(self.spans) if first <= seq <= last), None)

    def record(self, number, step, base):
        house = self.house
        house.env = self.shim.more("count", self.journal)
        work.prepare(step, house)
        record = work.Record(step, number, f"{base}/before-{number}", house.vector(step.harmed), work.expectation(step))
        if os.path.exists(house.dir(step.harmed)):
            record.head = f"{house.files}/head-{number}"
            with open(record.head, "w", encoding="utf-8") as f:
                f.write(house.must(["log", house.dir(step.harmed), "head"]).out)
        house.env = None
        shutil.copytree(house.folder, record.snapshot)
        # Once for the count of its own changes, once more for the journal, in which the steps stand one behind the other.
        own = f"{base}/own-journal"
        open(own, "wb").close()
        other = self.shim.state + ".own"
        alone = work.Shim(self.shim.preload, house.folder, other)
        result = work.go(house, step, alone.environment("count", own))
        record.changes = crash_power.read(own)
        self.expect_success(step, result)
        record.after = house.vector(step.harmed)
        work.restore(house, record)
        first = self.shim.count() + 1
        env = self.shim.more("count", self.journal)
        result = work.go(house, step, env, env)
        self.expect_success(step, result)
        if house.vector(step.harmed) != record.after:
            raise work.Wrong(f"{step.name}: two runs from the same state end differently")
        self.records.append(record)
        self.spans.append((first, self.shim.count()))

    @staticmethod
    def expect_success(step, result):
        if result.status != 0 or not work.acknowledged(step, result):
            raise work.Wrong(f"{step.name} fails without any harm: {result.out} {result.err}")


def kill_plans(record):
    for change in record.changes:
        yield f"before {change.seq}"
        yield f"after {change.seq}"


def torn_plans(record):
    """Writes cut at whole sectors and elsewhere."""
    for change in record.changes:
        if change.kind == crash_power.WRITE and change.length > 1 and not change.path.endswith("-shm"):
            lengths = {1, change.length // 2, change.length - 1, change.length // 2 // 512 * 512, min(512, change.length - 1)}
            for length in sorted(lengths - {0}):
                yield f"torn {change.seq} {length}"


def again_plans(record):
    """Killed, and what repairs it is killed too, somewhere."""
    for change in record.changes:
        yield f"after {change.seq}; before {change.seq * 7919 % REPAIR_CHANGES + 1}"


def full_plans(record):
    for change in record.changes:
        yield f"fail {change.seq} {errno.ENOSPC} on"
        yield f"fail {change.seq} {errno.ENOSPC} once"
        if change.kind == crash_power.WRITE and change.length > 1:
            yield f"short {change.seq} {change.length // 2} {errno.ENOSPC}"


def broken_plans(record):
    for change in record.changes:
        yield f"fail {change.seq} {errno.EIO} on"
        yield f"fail {change.seq} {errno.EIO} once"


PLANS = {"kill": kill_plans, "again": again_plans, "torn": torn_plans, "full": full_plans, "broken": broken_plans}


def harm(recording, shim, lane, record, plan):
    house = recording.house
    plan, _, second = plan.partition("; ")
    work.restore(house, record)
    result = work.go(house, record.step, shim.environment(plan))
    if second:
        house.run(["log", house.dir(record.step.harmed), "verify"], shim.environment(second))
    if lane in ("full", "broken"):
        if result.status < 0 or (result.status != 0 and not result.err.strip()):
            raise work.Wrong(f"the command ended with {result.status} and without a word")
    if work.private(result.err):
        raise work.Wrong("an error text names a person")
    work.check(house, record, work.acknowledged(record.step, result))


def power_cut(recording, tree, at, how, chance):
    """Builds what a disk may hold when the power goes right behind change number at, and looks what the program makes of it."""
    house = recording.house
    number = recording.step_at(at)
    record = recording.records[number]
    first, last = recording.spans[number]
    shutil.rmtree(house.folder, ignore_errors=True)
    tree.leave(house.folder, how, chance)
    printed = record.step.harmed == record.step.node and any(
        c.kind == crash_power.OUTPUT and c.data.startswith(b"{") and first <= c.seq <= at for c in recording.all)  # not the server's line
    work.check(house, record, printed or at == last)


def control(recording, tree, at):
    """The test must be able to fail: of a program that syncs no file, a power cut takes what was acknowledged."""
    try:
        power_cut(recording, tree, at, "none", random.Random(0))
    except work.Wrong:
        return
    raise work.Wrong("a program that syncs nothing is not found out")


def worker(options, share, queue):
    base = tempfile.mkdtemp(prefix="comity-crash.", dir=SHM if os.access(SHM, os.W_OK) else None)
    try:
        recording = Recording(options.comity, options.preload, base)
        for lane in options.lanes:
            {"power": run_power, "control": run_control}.get(lane, run_lane)(options, share, queue, recording, lane)
    except Exception as wrong:  # pylint: disable=broad-except
        queue.put(("setup", "the workload", "", f"{type(wrong).__name__}: {wrong}"))
    finally:
        if "recording" in locals():
            recording.house.stop()
        shutil.rmtree(base, ignore_errors=True)
        queue.put(None)


def chosen(points, lane, options):
    """All of them, or so many, evenly spread."""
    wanted = min(len(points), SHORT_POINTS[lane] if options.short else options.points)
    return [points[i * len(points) // wanted] for i in range(wanted)]


def tell(queue, lane, step, plan, job):
    try:
        job()
        queue.put((lane, step.name, plan, None))
    except Exception as wrong:  # pylint: disable=broad-except
        queue.put((lane, step.name, plan, f"{type(wrong).__name__}: {wrong}"))


def run_lane(options, share, queue, recording, lane):
    shim = work.Shim(options.preload, recording.house.folder, recording.shim.state + ".own")
    points = [(record, plan) for record in recording.records if options.step in record.step.name for plan in PLANS[lane](record)]
    for i, (record, plan) in enumerate(chosen(points, lane, options)):
        if i % options.jobs == share:
            tell(queue, lane, record.step, plan, lambda r=record, p=plan: harm(recording, shim, lane, r, p))


def run_power(options, share, queue, recording, lane):
    points = [(change.seq, how) for change in recording.all for how in crash_power.HOWS
              if recording.step_at(change.seq) is not None and options.step in recording.records[recording.step_at(change.seq)].step.name]
    wanted = collections.defaultdict(list)
    for i, (at, how) in enumerate(chosen(points, lane, options)):
        if i % options.jobs == share:
            wanted[at].append(how)
    tree = crash_power.Tree(recording.house.folder)
    for change in recording.all:
        tree.apply(change)
        for how in wanted[change.seq]:
            step = recording.records[recording.step_at(change.seq)].step
            chance = random.Random(f"{options.seed} {change.seq} {how}")
            tell(queue, lane, step, f"{how} at {change.seq} (seed {options.seed})",
                 lambda a=change.seq, h=how, c=chance: power_cut(recording, tree, a, h, c))


def run_control(options, share, queue, recording, lane):
    tree = crash_power.Tree(recording.house.folder, forgetful=True)
    ends = [last for _, last in recording.spans]
    for change in recording.all:
        tree.apply(change)
        if change.seq in ends and ends.index(change.seq) % options.jobs == share:
            step = recording.records[ends.index(change.seq)].step
            tell(queue, lane, step, f"after {change.seq}", lambda a=change.seq: control(recording, tree, a))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("comity")
    parser.add_argument("preload")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--lanes", default="kill,again,torn,full,broken,power,control")
    parser.add_argument("--points", type=int, default=1 << 30)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--step", default="")
    options = parser.parse_args()
    options.lanes = options.lanes.split(",")
    queue = multiprocessing.Queue()
    workers = [multiprocessing.Process(target=worker, args=(options, share, queue)) for share in range(options.jobs)]
    for w in workers:
        w.start()
    tried, wrong, lost = collections.Counter(), collections.defaultdict(list), 0
    running = len(workers)
    while running:
        said = queue.get()
        if said is None:
            running -= 1
            continue
        lane, step, plan, why = said
        tried[lane, step] += 1
        if why:
            wrong[lane, step].append(f"{plan}: {why}")
            lost += "LOST" in why or "gone" in why
    for w in workers:
        w.join()
    for number, (lane, step) in enumerate(tried, 1):
        bad = wrong[lane, step]
        print(f"{'not ok' if bad else 'ok'} {number} - {lane}: {step}: {tried[lane, step]} points" + (f", {len(bad)} wrong" if bad else ""))
        for line in bad[:10]:
            print("#  ", line.replace("\n", " ")[:400])
    totals = collections.Counter()
    for (lane, _), n in tried.items():
        totals[lane] += n
    print("# points: " + ", ".join(f"{lane} {n}" for lane, n in totals.items()) + f"; acknowledged acts lost: {lost}; seed {options.seed}")
    print(f"1..{len(tried)}")
    return 1 if any(wrong.values()) or not tried else 0


if __name__ == "__main__":
    sys.exit(main())
