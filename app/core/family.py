"""What a family of files is: how to read one as a document of strings, and how to write that back."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from app.core.segment import Rewriter, rewrite
from app.core.table import Kind, Table

INSIDE: Final = Table({"inside": Kind.FREE})  # what a file holds is of the caller's own shape
ENDING: Final = re.compile(r"\.([A-Za-z0-9]{1,12})$")


class Unreadable(Exception):
    """The bytes are not what the family holds: they are a file that nobody inspects."""


@dataclass(frozen=True)
class Family:
    """One kind of files: its media types (a trailing `*` matches a prefix) and the endings of its names.

    `read` turns text into a document of strings, or raises Unreadable; `write` turns one that may have changed, and the text as it
    was, into text again. `lines`: the text is a sequence of lines, each of which can be read by itself.
    """

    name: str
    types: tuple[str, ...]
    suffixes: tuple[str, ...]
    read: Callable[[str], Any]
    write: Callable[[Any, str], str]
    lines: bool = False

    def takes(self, filename: str, media_type: str) -> bool:
        """Whether a file of this name and type is one of the family: its name says so, or its type if its name does not tell."""
        suffix = ENDING.search(filename)
        if suffix is not None:
            return suffix[1].lower() in self.suffixes
        sort = media_type.partition(";")[0].strip().lower()
        return any(sort == one or (one[-1] == "*" and sort.startswith(one[:-1])) for one in self.types)

    def rewrite(self, data: bytes, fn: Rewriter) -> bytes:
        """Return a file with every piece of text in it replaced by `fn`; untouched, the bytes are the same. Raises Unreadable."""
        text = decoded(data)
        inside = self.read(text)
        new = rewrite({"inside": inside}, INSIDE, fn)["inside"]
        return data if new is inside else self.write(new, text).encode("utf-8")


def decoded(data: bytes) -> str:
    """Return the text of a file. Raises Unreadable for what is not UTF-8 text."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable from None
    if "\x00" in text or text.startswith(("%PDF", "{\\rtf")):
        raise Unreadable  # text in a form of its own
    return text
