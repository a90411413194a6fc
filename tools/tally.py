"""tally: adds up the test lanes and ends with the line 'N passed, N failed'.

A test is one TAP line ("ok" or "not ok") of a lane's log; a test program that crashed or timed out without saying so
counts as one failure. Skipped tests are named, so that a missing data folder is seen.
"""
import json
import pathlib
import re
import sys

OK = re.compile(r"^ok\b")
NOT_OK = re.compile(r"^not ok\b")
SKIP = re.compile(r"#\s*skip\b", re.IGNORECASE)


def lines_of(folder, path):
    """Yields (program, result, exit status, lines) of one lane: meson's JSON log, or a plain TAP file."""
    if path.suffix == ".txt":
        yield path.stem, "OK", 0, path.read_text(errors="replace").splitlines()
        return
    for row in path.read_text(errors="replace").splitlines():
        run = json.loads(row)
        yield run["name"], run["result"], run["returncode"], run.get("stdout", "").splitlines() + [""] + run.get("stderr", "").splitlines()


def main():
    folder = pathlib.Path(sys.argv[1])
    lanes = sorted(folder.glob("lane-*.json")) + sorted(p for p in folder.glob("*.txt") if not p.name.startswith("lane-"))
    passed = failed = 0
    skipped = []
    for path in lanes:
        lane_passed = lane_failed = 0
        for program, result, status, lines in lines_of(folder, path):
            bad = [line for line in lines if NOT_OK.match(line) and not SKIP.search(line)]
            good = [line for line in lines if OK.match(line)]
            lane_passed += sum(1 for line in good if not SKIP.search(line))
            left_out = [f"{path.stem}: {program}: {line}" for line in lines if SKIP.search(line)]
            skipped += left_out
            if result == "FAIL" and status == 0 and left_out:
                result = "OK"  # cmocka writes "not ok ... # SKIP", which meson takes for a failure
            if result not in ("OK", "SKIP", "EXPECTEDFAIL") and not bad:
                bad = [f"{program}: {result}"]
            if result == "OK" and not good and not bad:
                bad = [f"{program}: ran no test"]
            lane_failed += len(bad)
            if bad:
                print(f"--- {path.stem}: {program}")
                print("\n".join(lines[-60:]))
        print(f"{path.stem.removeprefix('lane-')}: {lane_passed} passed, {lane_failed} failed")
        passed += lane_passed
        failed += lane_failed
    for line in skipped:
        print("skipped:", line)
    if not passed:
        failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
