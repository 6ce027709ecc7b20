"""How deep in JSON strings a text stands that comes piece by piece."""

import re
from typing import Final

_QUOTE: Final = re.compile(r'(\\*)"')
_JSON_CONTENT: Final = re.compile(r"(?:\s|\\+[nrt])*[{\[]")


class JsonDepth:
    """How many JSON strings are open at the end of the text seen so far: the levels an inserted value must be escaped.

    In the string at level d a quote behind k backslashes closes it if k mod 2^d = 2^(d-1) - 1; where that string's content is
    JSON again (it begins with a brace or bracket), one behind 2^d - 1 opens level d + 1.
    """

    def __init__(self) -> None:
        """Start outside every string."""
        self._content_is_json: list[bool] = []  # one entry per open string

    def advance(self, text: str) -> int:
        """Read `text`, which continues what was read before, and return the levels open at its end."""
        levels = self._content_is_json
        for quote in _QUOTE.finditer(text):
            slashes, depth = len(quote[1]), len(levels)
            if depth and slashes % 2**depth == 2 ** (depth - 1) - 1:
                levels.pop()
            elif depth and slashes < 2 ** (depth - 1) - 1:
                del levels[slashes.bit_length() :]  # damaged JSON: an outer string ended
            elif self.opens(slashes):
                levels.append(_JSON_CONTENT.match(text, quote.end()) is not None)
        return len(levels)

    def opens(self, slashes: int) -> bool:
        """Whether a quote behind `slashes` backslashes would open a string here."""
        levels = self._content_is_json
        return not levels or (levels[-1] and slashes == 2 ** len(levels) - 1)
