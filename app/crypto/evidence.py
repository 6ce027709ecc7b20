"""What an outsider checks, without the gateway and its database: pins, and the proof that a receipt carries."""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Self

from app.core.portable import COLUMNS, record_of
from app.core.receipt import compose
from app.core.record import Record, encode
from app.crypto.checkpoint import DIRECTORY, Checkpoint, origin, tree_of
from app.crypto.envelope import Context, unseal_with
from app.crypto.merkle import leaf_hash, root_of
from app.crypto.note import COSIGNATURE, Key, Note, NoteError, decoded, fingerprint
from app.errors import HushgateError

RECEIPT: Final = "hushgate-receipt/1"
PENDING, INCLUDED, WITNESSED = "pending", "included", "witnessed"
_ADDED: Final = frozenset({"format", "log", "keys", "witnesses", "records", "proof"})  # the rest of a receipt is what its records say
_HEXADECIMAL: Final = re.compile(r"[0-9a-f]{64}")
_VKEY: Final = re.compile(r"[^+]+\+[0-9a-f]{8}\+")
_KEY: Final = 32


class Refuted(HushgateError):
    """The evidence does not hold. The message says what about it is wrong."""

    code = "hushgate_refuted"


@dataclass(frozen=True, slots=True)
class Pins:
    """What the checker knows from elsewhere: fingerprints of the log's keys, of witnesses', and checkpoints. Empty: nothing."""

    keys: frozenset[str] = frozenset()
    witnesses: frozenset[str] = frozenset()
    checkpoints: tuple[Checkpoint, ...] = field(default=(), repr=False)
    pinned: bool = False  # whether checkpoints were given at all
    expired: datetime | None = None  # records from before it may be gone: their retention was over

    @classmethod
    def read(cls, keys: Iterable[str] = (), witnesses: Iterable[str] = (), checkpoints: Iterable[str] | None = None) -> Self:
        """Take keys in any of their forms and the texts of files of checkpoints. Raises Refuted."""
        heads = tuple(head for text in checkpoints or () for head in _heads(text))
        return cls(frozenset(map(_named, keys)), frozenset(map(_named, witnesses)), heads, checkpoints is not None)

    def trusted(self, keys: Sequence[str]) -> tuple[bytes, ...]:
        """Return those keys that evidence names and the checker trusts: without pins all of them. Raises Refuted."""
        publics = tuple(_public(key) for key in keys)
        found = tuple(public for public in publics if not self.keys or fingerprint(public) in self.keys)
        if not found:
            raise Refuted("it is not signed by the key that was pinned")
        return found

    def hold(self, heads: Sequence[Checkpoint]) -> None:
        """Raise Refuted if a pinned checkpoint contradicts one of `heads`, or if checkpoints were given and none of `heads` is among them."""
        if not self.pinned:
            return
        known = {(pin.origin, pin.size): pin.root for pin in self.checkpoints}
        if any(known.get((head.origin, head.size), head.root) != head.root for head in heads):
            raise Refuted("the checkpoint is not the one that was published for this size: the log was forked")
        if not any((head.origin, head.size) in known for head in heads):
            raise Refuted("its checkpoint is not among those given", hint="Give a newer or a more complete file")


@dataclass(frozen=True, slots=True)
class Verified:
    """What held: the state, the keys that vouch, and what to tell besides."""

    state: str
    keys: tuple[str, ...]
    told: tuple[str, ...] = ()


def verify_receipt(document: Mapping[str, Any], pins: Pins) -> Verified:
    """Check a receipt. Raises Refuted."""
    try:
        return _receipt(document, pins)
    except HushgateError as error:
        raise error if isinstance(error, Refuted) else Refuted(error.message) from None
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise Refuted("this is no receipt, or not all of it", hint="`hushgate receipt ID --json` writes one") from None


def _receipt(document: Mapping[str, Any], pins: Pins) -> Verified:
    if document["format"] != RECEIPT:
        raise Refuted("this is no receipt of a version known here")
    publics, log = pins.trusted(document["keys"]), document["log"]
    records = [record_of(row) for row in document["records"]]
    if len({(record.team, record.exchange) for record in records}) != 1 or str(records[0].exchange) != document["id"]:
        raise Refuted("the records of the receipt are not those of one exchange")
    contents = [_contents(record, row["opening"]) for record, row in zip(records, document["records"], strict=True)]
    rows = [{name: getattr(record, name) for name in COLUMNS} for record in records]
    if {key: value for key, value in document.items() if key not in _ADDED} != compose(rows, contents):
        raise Refuted("the receipt says something else than the records in it")
    told = tuple(
        f"the contents of a record ({record.kind}) were destroyed" for record, opened in zip(records, contents, strict=True) if not opened
    )
    proof = document["proof"]
    leaves = [leaf_hash(encode(record)) for record in records]
    if proof["state"] == PENDING:
        _promise(proof["promise"], origin(log, records[0].team), leaves, publics)
        return Verified(PENDING, tuple(map(fingerprint, publics)), told)
    if proof["state"] not in {INCLUDED, WITNESSED}:
        raise Refuted("the receipt is in no state known here")
    heads = _included(document, log, records[0].team, leaves, publics)
    pins.hold(heads)
    seen = _witnesses(proof["directory"]["checkpoint"], document["witnesses"], pins)
    return Verified(WITNESSED if seen else INCLUDED, tuple(map(fingerprint, publics)), (*told, *seen))


def _contents(record: Record, opening: str | None) -> dict[str, Any]:
    if opening is None:
        return {}
    place = Context(record.team, "record", (record.id,))
    contents: dict[str, Any] = json.loads(unseal_with(decoded(opening), record.sealed, place))
    return contents


def _promise(note: str, name: str, leaves: Sequence[bytes], publics: Sequence[bytes]) -> None:
    read = Note.read(note)
    first, _, *promised = read.text.rstrip("\n").split("\n")
    key = f"{name}/promise"
    if first != key or promised != [base64.b64encode(leaf).decode() for leaf in leaves] or not _signed(read, key, publics):
        raise Refuted("the promise is not one of the log for these records")


def _signed(note: Note, name: str, publics: Sequence[bytes]) -> bool:
    signatures = [note.by(Key(name, public)) for public in publics]  # all of them: a wrong one speaks against the note
    return any(signatures)


def _included(document: Mapping[str, Any], log: str, team: str, leaves: Sequence[bytes], publics: Sequence[bytes]) -> list[Checkpoint]:
    """Return the heads of the team's tree and of the directory, in which the records proved to be."""
    proof, below = document["proof"], document["proof"]["directory"]
    head, directory = Checkpoint.opened(proof["checkpoint"], publics), Checkpoint.opened(below["checkpoint"], publics)
    if tree_of(log, head.origin) != team or tree_of(log, directory.origin) != DIRECTORY:
        raise Refuted("the checkpoints are of other trees")
    for leaf, row in zip(leaves, document["records"], strict=True):
        if root_of(leaf, row["index"], head.size, [decoded(step) for step in row["path"]]) != head.root:
            raise Refuted("a record is not in the tree: it was altered, or was never there")
    if root_of(head.leaf, below["index"], directory.size, [decoded(step) for step in below["path"]]) != directory.root:
        raise Refuted("the team's checkpoint is not in the directory")
    return [head, directory]


def _witnesses(note: str, vkeys: Sequence[str], pins: Pins) -> tuple[str, ...]:
    read, keys = Note.read(note), map(Key.read, vkeys)
    trusted = [key for key in keys if key.sort == COSIGNATURE and (not pins.witnesses or key.fingerprint in pins.witnesses)]
    return tuple(f"witnessed by {key.name}, {key.fingerprint}" for key in trusted if read.by(key) is not None)


def _named(key: str) -> str:
    """Return the fingerprint of a key in any of its forms."""
    key = key.strip()
    return key if _HEXADECIMAL.fullmatch(key) else fingerprint(_public(key))


def _public(key: str) -> bytes:
    """Read a public key: a vkey, or base64 of its 32 bytes."""
    try:
        raw = Key.read(key).public if _VKEY.match(key) else base64.b64decode(key, validate=True)
    except (NoteError, binascii.Error, ValueError):
        raw = b""
    if len(raw) != _KEY:
        raise Refuted(
            "this is no key", hint="A key is its fingerprint, base64 of 32 bytes, or a vkey: `hushgate audit key` prints all three"
        )
    return raw


def _heads(text: str) -> list[Checkpoint]:
    """Read checkpoints: lines of the gateway's own file, else one note. Their signatures are not asked for: they are the pin."""
    try:
        lines = [line for line in text.split("\n") if line.strip()] if text.lstrip().startswith("{") else []
        notes = [json.loads(line)["note"] for line in lines] or [text]
        return [Checkpoint.of(Note.read(note).text) for note in notes]
    except (ValueError, KeyError, TypeError, NoteError):
        raise Refuted("these are no checkpoints", hint="Give the file of HUSHGATE_CHECKPOINTS, or one signed note") from None
