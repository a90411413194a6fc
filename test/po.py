#!/usr/bin/env python3
"""Every message of the pages stands in every language, with the same {names}.

    po.py TMPLC

TMPLC prints the messages of the templates; those of the C sources are what N_("...") marks. `./dev po` brings the catalogues up to date.
"""
import glob
import os
import re
import subprocess
import sys

top = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")


def entries(text):
    """Each entry as {"msgid": ..., "msgstr[0]": ...}."""
    found, last = [], None
    for line in text.split("\n"):
        start = re.match(r'(msgid_plural|msgid|msgstr(?:\[\d\])?) "(.*)"$', line)
        if start:
            if start[1] == "msgid":
                found.append({})
            last = start[1]
            found[-1][last] = start[2]
        elif line.startswith('"') and last:
            found[-1][last] += line[1:-1]
    return [entry for entry in found if entry.get("msgid")]


def names(text):
    return sorted(set(re.findall(r"\{(\w+)\}", text)))


def used(tmplc):
    pages = subprocess.run([tmplc, "--messages"] + sorted(glob.glob(f"{top}/src/face/web/*.html")), check=True, capture_output=True, text=True).stdout
    messages = {entry["msgid"] for entry in entries(pages)}
    for path in glob.glob(f"{top}/src/**/*.c", recursive=True):
        if not os.path.basename(path).startswith("test_"):
            messages.update(re.findall(r'N_\("((?:[^"\\]|\\.)*)"\)', open(path, encoding="utf-8").read()))
    return messages


def faults(path, messages):
    translated = {entry["msgid"]: entry for entry in entries(open(path, encoding="utf-8").read())}
    for message in sorted(messages - {""}):
        forms = [text for key, text in translated.get(message, {}).items() if key.startswith("msgstr")]
        if not forms or not all(forms):
            yield f"not translated: {message}"
        for form in forms:
            if form and names(form) != names(message):
                yield f"other names in braces: {message} | {form}"


def main():
    messages = used(sys.argv[1])
    files = sorted(glob.glob(f"{top}/po/*.po"))
    print(f"1..{len(files) + 1}")
    print(f"{'ok' if len(messages) > 100 else 'not ok'} 1 - the messages of the pages are found")
    for i, path in enumerate(files):
        wrong = list(faults(path, messages))
        print("\n".join(f"# {line}" for line in wrong))
        print(f"{'not ok' if wrong else 'ok'} {i + 2} - {os.path.basename(path)} has every message")


main()
