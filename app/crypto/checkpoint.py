"""Checkpoints (c2sp.org/tlog-checkpoint): a tree's origin, size and root as a signed note; the names of an installation's trees.

    origin     the log's name and the tree's: `hushgate/` ‖ log ‖ "/team/" ‖ team, "/installation" for what belongs to no team,
               "/directory" for the tree over the checkpoints of all others; the name of the signing key is the origin
    log        the first 16 hexadecimal digits of the fingerprint of the first signing key
    directory  its leaves are the texts of the checkpoints of all other trees, in the order in which they were signed

Nothing is signed under a name but what begins with that name.
"""

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from app.crypto.merkle import leaf_hash
from app.crypto.note import Key, Note, NoteError, Signer, decoded, fingerprint, signed

DIRECTORY: Final = "*"
"""The tree over all others, as the database names it: no team can have this name."""
_HASH: Final = 32
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_KINDS: Final = {"": "/installation", DIRECTORY: "/directory"}
_TREES: Final = {suffix: tree for tree, suffix in _KINDS.items()}
_TEAM: Final = "/team/"


def log_name(public: bytes) -> str:
    """Return the name of the log whose first key this is."""
    return f"hushgate/{fingerprint(public)[:16]}"


def origin(log: str, tree: str) -> str:
    """Return the origin line of a tree: a team's name, "" for the installation, `DIRECTORY`."""
    return log + _KINDS.get(tree, f"{_TEAM}{tree}")


def tree_of(log: str, line: str) -> str:
    """Return which tree of a log an origin line names. Raises NoteError for one of another log."""
    rest = line.removeprefix(log)
    if line.startswith(log):
        if rest in _TREES:
            return _TREES[rest]
        if rest.startswith(_TEAM) and len(rest) > len(_TEAM):
            return rest.removeprefix(_TEAM)
    raise NoteError("a checkpoint is one of another log")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a tree."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed, and the entry of the directory tree."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @property
    def leaf(self) -> bytes:
        """The leaf hash of this checkpoint in the directory tree."""
        return leaf_hash(self.text.encode())

    def sign(self, signers: Iterable[Signer]) -> str:
        """Return the signed note: one line a key, each under the origin's name."""
        return signed(self.text, [signer.line(self.origin, self.text) for signer in signers])

    @classmethod
    def of(cls, text: str) -> Self:
        """Read the text of a checkpoint. Raises NoteError. Extension lines are not ours: nobody could audit them."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not lines[0] or not _SIZE.fullmatch(lines[1]):  # noqa: PLR2004 - three lines, each ended
            raise NoteError("a checkpoint is three lines: origin, size, root")
        root = decoded(lines[2])
        if len(root) != _HASH:
            raise NoteError("the root of a checkpoint has 32 bytes")
        return cls(lines[0], int(lines[1]), root)

    @classmethod
    def opened(cls, note: str, publics: Sequence[bytes]) -> Self:
        """Read a signed checkpoint. Raises NoteError unless one of the keys `publics` signed it, and none of them wrongly."""
        read = Note.read(note)
        found = cls.of(read.text)
        if not [public for public in publics if read.by(Key(found.origin, public))]:
            raise NoteError("a checkpoint is not signed by the log's key")
        return found
