"""changes: comity verify refuses a receipt in which one bit was changed, and one that was cut off.

    changes.py COMITY receipt.json invitation.json N      N bits spread over the file, and N / 10 cuts
"""
import pathlib
import subprocess
import sys


def holds(comity, raw, invitation):
    changed = pathlib.Path("one-bit.json")
    changed.write_bytes(raw)
    done = subprocess.run([comity, "verify", str(changed), "--agency", invitation], capture_output=True, check=False)
    refused = b"does NOT hold" if done.returncode == 1 else b"is no receipt" if done.returncode == 2 else b""
    if done.returncode not in (0, 1, 2) or refused not in done.stderr:
        sys.exit("status %d: %s" % (done.returncode, done.stderr.decode(errors="replace")))
    return done.returncode == 0


def main(comity, receipt, invitation, wanted):
    raw, wanted = pathlib.Path(receipt).read_bytes(), int(wanted)
    if not holds(comity, raw, invitation):
        sys.exit("the honest receipt is refused")
    for i in range(wanted):
        bit = i * len(raw) * 8 // wanted + i % 8
        changed = bytearray(raw)
        changed[bit // 8 % len(raw)] ^= 1 << bit % 8
        if holds(comity, bytes(changed), invitation):
            sys.exit("bit %d of byte %d can be changed" % (bit % 8, bit // 8))
    for i in range(wanted // 10):
        if holds(comity, raw[:(len(raw) - 1) * i // (wanted // 10)], invitation):
            sys.exit("a receipt that was cut off is believed")
    print(wanted, "changed bits and", wanted // 10, "cuts refused")


if __name__ == "__main__":
    main(*sys.argv[1:])
