"""receipt: takes a receipt of a letter apart for an expert who does not trust Comity's program. Python's own library only; the
signatures are left to openssl. Written from docs/exchange-protocol.md, not from the program's code.

    receipt.py receipt.json invitation.json FOLDER

Checks what needs no key (that the leaf is about this letter, that the path leads from the leaf to the signed root), writes into FOLDER
what was signed, the signature and the public key of each of three signatures (NAME.message, NAME.signature, NAME.pem), and prints
what the receipt says. Ends with status 1 and a sentence when something does not hold.
"""
import base64
import datetime
import hashlib
import json
import pathlib
import sys


def text(value):
    """A byte string or text: four bytes of length, and the bytes."""
    raw = value.encode() if isinstance(value, str) else value
    return len(raw).to_bytes(4, "big") + raw


def number(value):
    return value.to_bytes(8, "big", signed=True)


def time(value):
    """Milliseconds since 1970 of "2026-01-31T12:00:00.000Z", in whole numbers."""
    moment = datetime.datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ") - datetime.datetime(1970, 1, 1)
    return number(moment // datetime.timedelta(milliseconds=1))


def strict(value):
    """Base64 that has one form only."""
    raw = base64.b64decode(value, validate=True)
    if base64.b64encode(raw).decode() != value:
        sys.exit("base64 that is not written as it should be")
    return raw


def pem(key):
    """RFC 8410: an Ed25519 public key as openssl reads it."""
    der = bytes.fromhex("302a300506032b6570032100") + key
    return "-----BEGIN PUBLIC KEY-----\n" + base64.b64encode(der).decode() + "\n-----END PUBLIC KEY-----\n"


def for_openssl(folder, name, message, signature, key):
    (folder / (name + ".message")).write_bytes(message)
    (folder / (name + ".signature")).write_bytes(signature)
    (folder / (name + ".pem")).write_text(pem(key))


def invitation_parts(card):
    """What the fingerprint is made of, and what is signed."""
    lasting = b"".join([text(card["agency"]), text(card["country"]), text(card["kind"]), text(bytes.fromhex(card["agency_key"])),
                        text(card["log_key"]), text(card["witness_key"]), text(bytes.fromhex(card["tls_pin"]))])
    month = text(bytes.fromhex(card.get("letter_key", "00" * 32)))
    until = time(card["letter_key_until"]) if "letter_key_until" in card else number(0)
    signed = b"comity/card/v2\0" + lasting + month + until + text(card["address"]) + time(card["created"])
    digest = hashlib.sha256(b"comity/fingerprint/v2\0" + lasting).digest()
    digits = " ".join("%05d" % (int.from_bytes(digest[4 * i:4 * i + 4], "big") % 100000) for i in range(6))
    return signed, digits


def receipt_signed(receipt):
    return b"comity/receipt/v1\0" + b"".join([
        text(bytes.fromhex(receipt["letter"])), text(bytes.fromhex(receipt["from"])), text(bytes.fromhex(receipt["to"])),
        text(bytes.fromhex(receipt["sha256"])), number({"accepted": 1, "refused": 2}[receipt["status"]]), text(receipt["reason"]),
        time(receipt["time"]), number(receipt["leaf_index"]), text(receipt["log_key"]), text(strict(receipt["leaf"]))])


def log_public_key(vkey):
    """C2SP signed-note: name+id+base64(type 1, key)."""
    name, key_id, key = vkey.split("+", 2)
    raw = strict(key)
    if raw[0] != 1 or hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()[:8] != key_id:
        sys.exit("the log's verifier key is malformed")
    return name, bytes.fromhex(key_id), raw[1:]


def root_from(leaf, index, size, path):
    """RFC 9162, section 2.1.3.2."""
    if index >= size:
        sys.exit("the place is outside the log")
    node, fn, sn = hashlib.sha256(b"\0" + leaf).digest(), index, size - 1
    for other in path:
        if sn == 0:
            sys.exit("the path is too long")
        if fn & 1 or fn == sn:
            node = hashlib.sha256(b"\1" + other + node).digest()
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = hashlib.sha256(b"\1" + node + other).digest()
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        sys.exit("the path is too short")
    return node


def log_head(receipt, leaf):
    """The tlog-proof: what the log signed, its signature and key. The path must lead from the leaf to the root that was signed."""
    proof, note = receipt["proof"].split("\n\n", 1)
    first, *lines = proof.split("\n")
    if lines and lines[0].startswith("extra "):
        lines.pop(0)
    if first != "c2sp.org/tlog-proof@v1" or lines[0] != "index %d" % receipt["leaf_index"]:
        sys.exit("the proof is for another place in the log")
    body, signatures = note.split("\n\n", 1)
    origin, size, root = body.split("\n")[:3]
    if root_from(leaf, receipt["leaf_index"], int(size), [strict(line) for line in lines[1:]]) != strict(root):
        sys.exit("the path does not lead from the leaf to the root of the log")
    name, key_id, key = log_public_key(receipt["log_key"])
    for line in signatures.splitlines():
        _, signer, value = line.split(" ")
        if signer == name == origin and strict(value)[:4] == key_id:
            return body.encode() + b"\n", strict(value)[4:], key, size
    sys.exit("the log has not signed its head")


def main(receipt_file, invitation_file, folder):
    receipt = json.loads(pathlib.Path(receipt_file).read_text())
    card = json.loads(pathlib.Path(invitation_file).read_text())
    agency_key = bytes.fromhex(card["agency_key"])
    folder = pathlib.Path(folder)
    signed, digits = invitation_parts(card)
    for_openssl(folder, "invitation", signed, strict(card["signature"]), agency_key)
    for_openssl(folder, "receipt", receipt_signed(receipt), strict(receipt["signature"]), agency_key)
    leaf = strict(receipt["leaf"])
    fact = json.loads(leaf)
    if (fact["verb"], fact["object"], fact["seq"]) != ("receive", receipt["letter"], receipt["leaf_index"]):
        sys.exit("the leaf is about something else")
    if receipt["log_key"] != card["log_key"]:
        sys.exit("the receipt names another log than the invitation")
    body, signature, key, size = log_head(receipt, leaf)
    for_openssl(folder, "head", body, signature, key)
    if receipt["to"] != hashlib.sha256(agency_key).hexdigest()[:32]:
        sys.exit("the letter was for another agency")
    print("fingerprint", digits)
    print("letter", receipt["letter"], receipt["status"], receipt["reason"])
    print("sha256", receipt["sha256"])
    print("leaf %d of %s" % (receipt["leaf_index"], size))


if __name__ == "__main__":
    main(*sys.argv[1:])
