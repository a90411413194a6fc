"""stick: takes the letters out of a file of letters (comity-bundle/v1), without Comity's program: header line and age file of each.

    stick.py FILE FOLDER          writes FOLDER/ID.age, FOLDER/ID.header; prints ID and SHA-256 of each age file
"""
import hashlib
import json
import pathlib
import sys


def main(file, folder):
    raw = pathlib.Path(file).read_bytes()
    at = len(b"comity-bundle/v1\n")
    if raw[:at] != b"comity-bundle/v1\n":
        sys.exit("not a file of letters")
    while True:
        kind, length = raw[at:at + 1], int.from_bytes(raw[at + 1:at + 9], "big")
        body = raw[at + 9:at + 9 + length]
        if len(body) != length:
            sys.exit("the file is cut off")
        if kind == b"E":
            if body != hashlib.sha256(raw[:at]).digest() or at + 9 + length != len(raw):
                sys.exit("the file is damaged")
            return
        if kind == b"L":
            line, sealed = body.split(b"\n", 1)
            name = json.loads(line)["id"]
            (pathlib.Path(folder) / (name + ".header")).write_bytes(line)
            (pathlib.Path(folder) / (name + ".age")).write_bytes(sealed)
            print(name, hashlib.sha256(sealed).hexdigest())
        at += 9 + length


if __name__ == "__main__":
    main(*sys.argv[1:])
