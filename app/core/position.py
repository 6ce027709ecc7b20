"""Line and column of every value and key of a JSON text, by path, so that a fault is shown where it was written."""

import re
from json.decoder import scanstring  # type: ignore[attr-defined]  # a documented name without a stub
from typing import Final

Steps = tuple[str | int, ...]
_GAP: Final = re.compile(r"[\s,:]*")
_ATOM: Final = re.compile(r"[^\s,\]}]+")


def positions(text: str) -> dict[Steps, tuple[int, int]]:
    """Return (line, column), both from 1, of every value of a JSON text, object members at their key. The text is known to be JSON."""
    return _Reader(text).read()


class _Reader:
    """One pass over one text."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._line, self._read = 1, 0
        self._found: dict[Steps, tuple[int, int]] = {}

    def read(self) -> dict[Steps, tuple[int, int]]:
        self._gap()
        self._note(())
        self._value(())
        return self._found

    def _gap(self) -> str:
        match = _GAP.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._text[self._at : self._at + 1]

    def _note(self, path: Steps) -> None:
        self._line += self._text.count("\n", self._read, self._at)
        self._read = self._at
        self._found[path] = (self._line, self._at - self._text.rfind("\n", 0, self._at))

    def _value(self, path: Steps) -> None:
        first = self._gap()
        if first == "{":
            self._at += 1
            while self._gap() != "}":
                begin = self._at
                key, end = scanstring(self._text, begin + 1, False)
                self._note((*path, key))
                self._at = end
                self._value((*path, key))
            self._at += 1
        elif first == "[":
            self._at += 1
            index = 0
            while self._gap() != "]":
                self._note((*path, index))
                self._value((*path, index))
                index += 1
            self._at += 1
        elif first == '"':
            self._at = scanstring(self._text, self._at + 1, False)[1]
        else:
            match = _ATOM.match(self._text, self._at)
            self._at = match.end() if match else len(self._text)
