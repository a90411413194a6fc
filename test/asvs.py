#!/usr/bin/env python3
"""docs/asvs.md against the standard and against the tests it names.

    asvs.py [SOURCE]

Every requirement of ASVS 5.0 levels 1 and 2 stands in the table once (where the standard's table is at hand: COMITY_DATA), every file that is named
exists, every test that is named is in its file, and the counts at the top are those of the table.
"""
import csv
import os
import re
import sys

FLOORS = ("ground", "trust", "work", "face")  # a file of src/ is named as an #include names it
top = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
text = open(os.path.join(top, "docs/asvs.md"), encoding="utf-8").read()
rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.split("\n") if re.match(r"\| \d", line)]
numbers = [number for row in rows for number in row[0].split(", ")]
faults = {"numbers": [], "files and tests": [], "counts": []}
skip = ""

for number in sorted(set(numbers)):
    if numbers.count(number) > 1:
        faults["numbers"].append(f"{number} stands there {numbers.count(number)} times")
standard = os.path.join(os.environ.get("COMITY_DATA", ""), "asvs-5.0.0-en.csv")
if os.path.exists(standard):
    with open(standard, encoding="utf-8-sig", newline="") as table:
        wanted = {row["req_id"][1:] for row in csv.DictReader(table) if row["L"] in ("1", "2")}
    faults["numbers"] += [f"{number} is missing" for number in sorted(wanted - set(numbers))]
    faults["numbers"] += [f"{number} is none of levels 1 and 2" for number in sorted(set(numbers) - wanted)]
else:
    skip = " # SKIP the standard's table is not at hand (COMITY_DATA)"

for row in rows:
    if len(row) != 4 or row[1] not in ("yes", "no"):
        faults["files and tests"].append(f"{row[0]}: not a row of four cells")
        continue
    shown = re.fullmatch(r"`([^:]+): ?(.*)`", row[3])
    if not shown:
        if row[3] not in ("", "not shown"):
            faults["files and tests"].append(f"{row[0]}: {row[3]}")
        continue
    path = os.path.join(top, "src" if shown[1].split("/")[0] in FLOORS else "", shown[1])
    if not os.path.exists(path):
        faults["files and tests"].append(f"{row[0]}: there is no {shown[1]}")
    elif shown[2] and shown[2] not in open(path, encoding="utf-8").read():
        faults["files and tests"].append(f"{row[0]}: there is no {shown[2]} in {shown[1]}")

applies = [n for row in rows if row[1] == "yes" for n in row[0].split(", ")]
shown = [n for row in rows if row[1] == "yes" and row[3] != "not shown" for n in row[0].split(", ")]
line = f"{len(numbers)} requirements of levels 1 and 2; {len(applies)} apply, {len(shown)} of them are shown by a test, {len(applies) - len(shown)} are not."
if line not in text:
    faults["counts"].append(f"the top should say: {line}")

print(f"1..{len(faults)}")
for i, (name, found) in enumerate(faults.items(), 1):
    print(f"{'not ok' if found else 'ok'} {i} - {name}{skip if name == 'numbers' and not found else ''}")
    for fault in found:
        print(f"# {fault}")
sys.exit(any(faults.values()))
