"""Computes the leaf and the detail_hash of each line of a log of format 2 anew, and says which line has others.

    python3 tests/audit_verify/leaves.py tests/audit_verify/format_2.txt

It is written from the README's section "What a log shows" and RFC 8785 alone and shares nothing with the program, so
that the lines that the tests hold the program to do not come from the program. Needs nothing but Python 3.
"""

import hashlib
import json
import sys

HEADER = ["seq", "id", "at", "actor", "role", "origin", "action", "target", "about", "outcome", "detail_hash"]


def canonical(value):
    """The value by RFC 8785, as bytes: members sorted by the UTF-16 of their names, no blanks, no needless escapes."""
    if isinstance(value, float) or (type(value) is int and abs(value) > 2**53):
        raise ValueError(f"{value} is no whole number of at most 2^53")
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        members = (canonical(name) + b":" + canonical(value[name]) for name in names)
        return b"{" + b",".join(members) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(canonical, value)) + b"]"
    return json.dumps(value, ensure_ascii=False).encode()


def detail_hash(entry):
    content = canonical({"detail": entry["detail"], "evidence": entry["evidence"]})
    return hashlib.sha256(bytes.fromhex(entry["salt"]) + content).hexdigest()


def leaf(entry):
    header = canonical({name: entry[name] for name in HEADER})
    return hashlib.sha256(b"\x00" + header).hexdigest()


def wrong(entry):
    """What of the entry is another than it should be, each with what it should be."""
    found = []
    withheld = [name for name in ("detail", "evidence", "salt") if name not in entry]
    if not withheld:
        should = detail_hash(entry)
        if entry["detail_hash"] != should:
            found.append(f"detail_hash should be {should}")
            entry = {**entry, "detail_hash": should}
    elif len(withheld) < 3:
        found.append("of detail, evidence and salt some are there and some are not")
    should = leaf(entry)
    if entry["leaf"] != should:
        found.append(f"leaf should be {should}")
    return found


def main(path):
    count = differ = 0
    with open(path, encoding="utf-8") as lines:
        for count, line in enumerate(lines, 1):
            for what in wrong(json.loads(line)):
                differ += 1
                print(f"line {count}: {what}")
    print(f"{count} lines, {differ} differences")
    return 1 if differ or not count else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
