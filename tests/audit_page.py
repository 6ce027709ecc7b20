"""A verifier of exports in JSONL, written from docs/audit.md and nothing else: `python audit_page.py EXPORT FINGERPRINT CHECKPOINTS`."""

import base64
import hashlib
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

COLUMNS = [
    "team",
    "id",
    "exchange",
    "kind",
    "at",
    "client",
    "user_index",
    "dialect",
    "endpoint",
    "model",
    "provider",
    "policy_version",
    "verdict",
    "entities",
    "sealed",
]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def unbase(text):
    return base64.b64decode(text, validate=True)


def encoding(row):
    out = [b"\x01"]
    for name in COLUMNS:
        value = row[name]
        if value is None:
            sort, raw = 0, b""
        elif name in {"id", "exchange"}:
            sort, raw = 3, UUID(value).bytes
        elif name == "at":
            span = datetime.fromisoformat(value) - EPOCH
            sort, raw = 4, ((span.days * 86400 + span.seconds) * 10**6 + span.microseconds).to_bytes(8, "big", signed=True)
        elif name == "entities":
            sort, raw = 5, json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
        elif name in {"user_index", "sealed"}:
            sort, raw = 2, unbase(value)
        else:
            sort, raw = 1, value.encode()
        out += [bytes([sort]), len(raw).to_bytes(4, "big"), raw]
    return b"".join(out)


def opened(note, name, keys):
    """Return the text of a note signed by one of `keys` under `name` (None: its own first line)."""
    text, _, lines = note.rpartition("\n\n")
    text += "\n"
    name = name or text.split("\n")[0]
    good = False
    for line in lines.splitlines():
        dash, who, coded = line.split(" ")
        assert dash == "—"
        for key in keys:
            if who == name and unbase(coded)[:4] == sha(name.encode(), b"\n\x01", key)[:4]:
                Ed25519PublicKey.from_public_bytes(key).verify(unbase(coded)[4:], text.encode())
                good = True
    assert good, "not signed by the log"
    return text


def head(text):
    origin, size, root, end = text.split("\n")
    assert end == ""
    return origin, int(size), unbase(root)


class Row:
    """A row of complete subtrees (number of leaves, hash): a tree that grows."""

    def __init__(self):
        self.parts = []

    def size(self):
        return sum(size for size, _ in self.parts)

    def add(self, size, value):
        assert self.size() % size == 0
        while self.parts and self.parts[-1][0] == size:
            value = sha(b"\x01", self.parts.pop()[1], value)
            size *= 2
        self.parts.append((size, value))

    def root(self):
        *rest, (_, value) = self.parts or [(0, sha())]
        for _, left in reversed(rest):
            value = sha(b"\x01", left, value)
        return value


def included(leaf, index, size, path):
    if size == 1:
        assert not path
        return leaf
    half = 1
    while half * 2 < size:
        half *= 2
    if index < half:
        return sha(b"\x01", included(leaf, index, half, path[:-1]), path[-1])
    return sha(b"\x01", path[-1], included(leaf, index - half, size - half, path[:-1]))


def subtrees(start, end):
    while start < end:
        size = 1
        while start % (size * 2) == 0 and start + size * 2 <= end:
            size *= 2
        yield size
        start += size


def verify(lines, fingerprint, pins):  # noqa: C901 - one walk over the lines, as the page tells it
    """Return how many records there are. `pins` are the texts of checkpoints from outside."""
    chain, counts, trees, over = bytes(32), {"record": 0, "skip": 0, "missing": 0}, {}, False
    row = want = header = None
    pinned = {}
    for pin in pins:
        origin, size, root = head(pin)
        pinned.setdefault(origin, {})[size] = root

    def finish():
        assert row is None or (row.size(), row.root()) == want, "not the signed root"

    def grow(origin, size, value):
        row.add(size, value)
        if row.size() in pinned.get(origin, {}):
            assert row.root() == pinned[origin][row.size()], "not what was published"

    for line in lines:
        assert line.endswith(b"\n")
        assert not over
        document = json.loads(line)
        kind, content = next(iter(document.items())) if len(document) == 1 else ("record", document)
        if header is None:
            assert kind == "header"
            header, log = content, content["log"]
            keys = [key for key in map(unbase, content["keys"]) if hashlib.sha256(key).hexdigest() == fingerprint]
            origin, top, directory = head(opened(content["directory"], None, keys))
            assert (origin, content["version"]) == (f"{log}/directory", 1)
            assert top >= max(pinned.get(origin, {0: b""})), "smaller than it was"
        elif kind == "tree":
            finish()
            text = opened(content["checkpoint"], None, keys)
            origin, size, root = head(text)
            assert origin == (f"{log}/team/{content['team']}" if content["team"] else f"{log}/installation")
            assert included(sha(b"\x00", text.encode()), content["entry"], top, [unbase(step) for step in content["path"]]) == directory
            row, want, trees[origin], team = Row(), (size, root), size, content["team"]
        elif kind == "record":
            leaf = sha(b"\x00", encoding(content))
            assert (content["index"], unbase(content["leaf"]), content["team"]) == (row.size(), leaf, team), "altered"
            grow(origin, 1, leaf)
            counts["record"] += 1
        elif kind == "skip":
            assert content["start"] == row.size()
            for size, value in zip(subtrees(content["start"], content["end"]), content["hashes"], strict=True):
                grow(origin, size, unbase(value))
            counts["skip"] += content["end"] - content["start"]
        elif kind == "manifest":
            finish()
            counted = "".join(f"{name} {counts[name]}\n" for name in ("record", "skip", "missing"))
            assert opened(content["note"], None, keys) == f"{log}/export\n{counted}chain {base64.b64encode(chain).decode()}\n"
            over = True
        else:
            assert kind == "mark", kind
        chain = sha(chain, line)
    assert over, "not whole"
    for origin, sizes in pinned.items():
        assert origin == f"{log}/directory" or max(sizes) <= trees.get(origin, 0), "smaller than it was, or gone"
    return counts["record"]


if __name__ == "__main__":
    with Path(sys.argv[3]).open(encoding="utf-8") as file:
        outside = [json.loads(line)["note"].rpartition("\n\n")[0] + "\n" for line in file]
    with Path(sys.argv[1]).open("rb") as file:
        print(verify(file, sys.argv[2], outside), "records hold")
