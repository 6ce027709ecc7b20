"""An export checked line by line, in constant memory: every leaf is computed again, every tree must come to its signed root."""

import base64
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from app.core import export as lines
from app.core.export import Format
from app.core.portable import record_of
from app.core.record import encode
from app.crypto.checkpoint import DIRECTORY, Checkpoint, origin, tree_of
from app.crypto.envelope import Context, unseal_with
from app.crypto.evidence import INCLUDED, Pins, Refuted, Verified
from app.crypto.merkle import Tree, cover, leaf_hash, root_of
from app.crypto.note import Key, Note, decoded, fingerprint
from app.errors import HushgateError

START: Final = bytes(32)
LATE: Final = timedelta(days=1)  # records of one tree stand in the order of their time, but for a part of this
COUNTED: Final = (lines.RECORD, lines.SKIP, lines.MISSING)


def chained(chain: bytes, line: bytes) -> bytes:
    """Return the hash over everything up to and with a line: SHA-256(hash before it ‖ line)."""
    return sha256(chain + line).digest()


def manifest(counts: Mapping[str, int], chain: bytes) -> str:
    """Return what the manifest's note says after its name: leaves by how they are told, and the hash over all lines before it."""
    counted = "".join(f"{kind} {counts.get(kind, 0)}\n" for kind in COUNTED)
    return f"{counted}chain {base64.b64encode(chain).decode()}\n"


def verify_export(source: Iterable[bytes], pins: Pins, progress: Any = None) -> Verified:
    """Check the lines of an export. Raises Refuted, with the number of the line. `progress` is told of the leaves, if given."""
    check, number = None, 0
    try:
        for number, line in enumerate(source, 1):
            if check is None:
                check = Check(lines.form_of(line), pins)
            check.line(line)
            if progress is not None and not number % 1000:
                progress(check.leaves)
        if check is None:
            raise Refuted("the file is empty")
        return check.end()
    except HushgateError as error:
        raise Refuted(error.message, where=f"line {number}", hint=error.hint) from None
    except (KeyError, TypeError, ValueError, AttributeError, StopIteration, RecursionError):
        raise Refuted("this is no line of an export", where=f"line {number}") from None


class Check:
    """An export as far as it was read."""

    def __init__(self, form: Format | None, pins: Pins) -> None:
        """Begin before the first line."""
        if form is None:
            raise Refuted("this is no export")
        self._form = form
        self._pins = pins
        self._chain = START
        self._counts: Counter[str] = Counter()
        self._header: dict[str, Any] = {}
        self._publics: tuple[bytes, ...] = ()
        self._directory: Checkpoint | None = None
        self._head: Checkpoint | None = None
        self._team = ""
        self._tree = Tree()
        self._wanted: dict[int, bytes] = {}
        self._seen: dict[str, int] = {}
        self._newest = 0
        self._fresh = False
        self._over = False
        self._takers = {
            lines.RECORD: self._record,
            lines.HEADER: self._begin,
            lines.TREE: self._enter,
            lines.SKIP: self._skip,
            lines.MISSING: self._missing,
            lines.MANIFEST: self._manifest,
        }

    @property
    def leaves(self) -> int:
        """How many leaves were read."""
        return sum(self._counts.values())

    def line(self, line: bytes) -> None:
        """Take the next line."""
        if self._over:
            raise Refuted("something stands after the manifest")
        if not line.endswith(b"\n"):
            raise Refuted("the export ends in the middle of a line")
        kind, content = lines.read(self._form, line)
        if bool(self._header) == (kind == lines.HEADER):
            raise Refuted("an export begins with its header, and has one only")
        take = self._takers.get(kind)
        if take is not None:  # marks are for going on after an interruption, the names of columns were compared when read
            take(content)
        self._chain = chained(self._chain, line)

    def end(self) -> Verified:
        """Return what held, once all lines were read."""
        if not self._over:
            raise Refuted(
                "the export ends without its manifest: it is not whole", hint="Run the same `hushgate audit export` again: it goes on"
            )
        gone, left = self._counts[lines.MISSING], self._counts[lines.SKIP]
        if gone and self._pins.expired is None:
            hint = "If their retention was over, say from when on they must be there: --expired"
            raise Refuted(f"{gone} records that have a leaf are gone from the database", hint=hint)
        self._hold()
        told = [f"{self._counts[lines.RECORD]} records of {len(self._seen)} trees"]
        told += [f"{left} records left out by the filter, told by hashes alone: {json.dumps(self._header['filter'])}"] if left else []
        told += [f"{gone} records are gone, of whose time none need be there any more"] if gone else []
        return Verified(INCLUDED, tuple(map(fingerprint, self._publics)), tuple(told))

    def _hold(self) -> None:
        """Raise Refuted if a pinned tree is missing or smaller than it was."""
        if not self._pins.pinned:
            return
        log, whole = self._header["log"], self._header["filter"].get("team") is None and self._header["all"]
        ours = [pin for pin in self._pins.checkpoints if pin.origin.startswith(f"{log}/")]
        if not ours:
            raise Refuted("no checkpoint that was given is one of this log")
        for pin in ours:
            tree = tree_of(log, pin.origin)
            size = self._directory.size if tree == DIRECTORY and self._directory is not None else self._seen.get(tree)
            if size is None and whole:
                raise Refuted(f"the tree {pin.origin} is missing, which was signed before")
            if size is not None and size < pin.size:
                raise Refuted(
                    f"the tree {pin.origin} is smaller than it was when it was signed: records were taken away, or a backup put in place",
                    hint="If the checkpoint was signed after the export had begun: give those from before, or export again",
                )

    def _begin(self, content: Mapping[str, Any]) -> None:
        if content["version"] != lines.VERSION:
            raise Refuted("the export is of a version not known here")
        self._publics = self._pins.trusted(content["keys"])
        self._directory = Checkpoint.opened(content["directory"], self._publics)
        if tree_of(content["log"], self._directory.origin) != DIRECTORY:
            raise Refuted("the checkpoint of the directory is another tree's")
        self._compare(self._directory)
        self._header = dict(content)

    def _enter(self, content: Mapping[str, Any]) -> None:
        self._finish()
        assert self._directory is not None  # noqa: S101 - the header comes first
        head, log = Checkpoint.opened(content["checkpoint"], self._publics), self._header["log"]
        if head.origin != origin(log, content["team"]) or content["team"] in self._seen:
            raise Refuted("a tree's checkpoint is another tree's")
        path = [decoded(step) for step in content["path"]]
        if root_of(head.leaf, content["entry"], self._directory.size, path) != self._directory.root:
            raise Refuted("a tree's checkpoint is not in the directory")
        self._compare(head)
        self._head, self._team, self._tree, self._fresh = head, content["team"], Tree(), False
        self._seen[self._team] = head.size
        self._wanted = {pin.size: pin.root for pin in self._pins.checkpoints if pin.origin == head.origin and pin.size <= head.size}
        self._newest = max(self._wanted, default=0)

    def _compare(self, head: Checkpoint) -> None:
        for pin in self._pins.checkpoints:
            if (pin.origin, pin.size) == (head.origin, head.size) and pin.root != head.root:
                raise Refuted("a checkpoint is not the one that was published for this size: the log was forked")

    def _record(self, content: Mapping[str, Any]) -> None:
        record = record_of(content)
        leaf = leaf_hash(encode(record))
        if record.team != self._team or content["index"] != self._tree.size or decoded(content["leaf"]) != leaf:
            raise Refuted("a record was altered, or stands in another's place")
        if "opening" in content:
            place = Context(record.team, "record", (record.id,))
            if json.loads(unseal_with(decoded(content["opening"]), record.sealed, place)) != content["contents"]:
                raise Refuted("the contents of a record are not those that were sealed")
        expired = self._pins.expired
        self._fresh = self._fresh or (expired is not None and record.at >= expired + LATE)
        self._grow(leaf, lines.RECORD)

    def _missing(self, content: Mapping[str, Any]) -> None:
        if self._fresh:  # when it was written nobody can say any more, but that its tree had come to a later time by then
            raise Refuted("a record is gone that stood after some that must still be there")
        if content["index"] != self._tree.size:
            raise Refuted("a leaf stands in another's place")
        self._grow(decoded(content["leaf"]), lines.MISSING)

    def _grow(self, leaf: bytes, kind: str) -> None:
        if self._head is None:
            raise Refuted("a record stands in no tree")
        self._tree.append(leaf)
        self._counts[kind] += 1
        size = self._tree.size
        if size in self._wanted:
            self._reached(size)

    def _skip(self, content: Mapping[str, Any]) -> None:
        start, end, hashes = content["start"], content["end"], [decoded(value) for value in content["hashes"]]
        parts = list(cover(start, end))
        if self._head is None or start != self._tree.size or len(parts) != len(hashes) or end > self._head.size:
            raise Refuted("what is left out does not fit its place")
        for (level, _), value in zip(parts, hashes, strict=True):
            self._tree.join(level, value)
            if self._tree.size in self._wanted:
                self._reached(self._tree.size)
        self._counts[lines.SKIP] += end - start

    def _reached(self, size: int) -> None:
        if self._tree.root != self._wanted.pop(size):
            raise Refuted("the records are not those that were signed before: the log was rewritten")

    def _finish(self) -> None:
        if self._head is None:
            return
        if (self._tree.size, self._tree.root) != (self._head.size, self._head.root):
            raise Refuted("the records do not come to the root that was signed: some were altered, removed, added or moved")
        if self._newest in self._wanted:
            hint = "Export without a filter, or give the newest checkpoint"
            raise Refuted("a checkpoint that was given lies within what the export leaves out", hint=hint)
        self._head = None

    def _manifest(self, content: Mapping[str, Any]) -> None:
        self._finish()
        name = f"{self._header['log']}/export"
        note = Note.read(content["note"])
        signatures = [note.by(Key(name, public)) for public in self._publics]
        if not any(signatures) or note.text != f"{name}\n{manifest(self._counts, self._chain)}":
            raise Refuted("the manifest is not one of the log for these lines")
        self._over = True
