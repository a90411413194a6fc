"""test_faultio: the shim sees every change of programs whose changes are known, and does just the harm that was asked for.

    test_faultio.py LIBRARY

dd writes with write(2) and syncs; head writes through stdio, which calls the kernel without any symbol that could be replaced.
"""
import errno
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "long"))
import crash_power as power  # pylint: disable=wrong-import-position
import crash_work as work  # pylint: disable=wrong-import-position

NAMES = {power.WRITE: "write", power.SYNC: "sync", power.CREATE: "create", power.RENAME: "rename", power.UNLINK: "unlink",
         power.MKDIR: "mkdir", power.OUTPUT: "output", power.TRUNCATE: "truncate", power.RMDIR: "rmdir"}


class Trial:
    def __init__(self, library):
        self.base = tempfile.mkdtemp(prefix="comity-faultio.")
        self.folder, self.journal = self.base + "/folder", self.base + "/journal"
        self.shim = work.Shim(library, self.folder, self.base + "/state")
        self.count = self.failed = 0

    def run(self, plan, script):
        shutil.rmtree(self.folder, ignore_errors=True)
        os.mkdir(self.folder)
        open(self.journal, "wb").close()
        return subprocess.run(["sh", "-c", script], cwd=self.folder, env=self.shim.environment(plan, self.journal), capture_output=True,
                              encoding="utf-8", start_new_session=True, check=False)

    def kinds(self):
        return " ".join(NAMES[c.kind] for c in power.read(self.journal))

    def content(self, name="f"):
        path = f"{self.folder}/{name}"
        return os.path.getsize(path) if os.path.exists(path) else None

    def say(self, what, found, wanted):
        self.count += 1
        self.failed += found != wanted
        print(f"{'ok' if found == wanted else 'not ok'} {self.count} - {what}")
        if found != wanted:
            print(f"# found {found}, wanted {wanted}")


DD = "exec dd if=/dev/zero of=f bs=1000 count=3 conv=fsync status=none"
THREE = "create write write write sync"


def main():
    trial = Trial(os.path.abspath(sys.argv[1]))
    try:
        trial.run("count", DD)
        trial.say("plain writes and a sync", (trial.kinds(), trial.content()), (THREE, 3000))
        trial.run("count", "mkdir d; head -c 5000 /dev/zero >d/f; mv d/f g; rm g; rmdir d; echo said")
        trial.say("children, stdio, names, output", trial.kinds(), "mkdir create write write rename unlink rmdir output")
        trial.run("count", f"exec {sys.executable} -c 'open(\"{trial.base}/elsewhere\", \"w\").write(\"x\")'")
        trial.say("nothing outside the folder", trial.kinds(), "")
        killed = trial.run("before 3", DD)
        trial.say("killed before the second write", (killed.returncode, trial.content()), (-9, 1000))
        killed = trial.run("after 3", DD)
        trial.say("killed after it", (killed.returncode, trial.content()), (-9, 2000))
        killed = trial.run("torn 3 512", DD)
        trial.say("torn at a sector", (killed.returncode, trial.content()), (-9, 1512))
        trial.run("torn 3 99999", DD)
        trial.say("torn is never whole", trial.content(), 1999)
        full = trial.run(f"fail 3 {errno.ENOSPC} on", DD)
        trial.say("a full disk", (full.returncode, trial.content(), "No space left" in full.stderr), (1, 1000, True))
        once = trial.run(f"fail 5 {errno.EIO} once", DD)
        trial.say("a sync that fails once", (once.returncode, trial.content()), (1, 3000))
        trial.run(f"short 3 300 {errno.ENOSPC}", DD)
        trial.say("a write that finds room for a part", trial.content(), 1300)
        trial.run("count", DD)
        tree = power.Tree(trial.folder)
        changes = power.read(trial.journal)
        for change in changes[:-1]:
            tree.apply(change)
        trial.say("what is not synced may be gone", len(tree.top.now["f"].outcome("none", None)), 0)
        tree.apply(changes[-1])
        trial.say("what is synced is there", len(tree.top.now["f"].outcome("none", None)), 3000)
        trial.say("its name is not, without a sync of the folder", sorted(tree.top.outcome("none", None)), [])
    finally:
        shutil.rmtree(trial.base)
    print(f"1..{trial.count}")
    return 1 if trial.failed else 0


if __name__ == "__main__":
    sys.exit(main())
