"""What tells a secret from the names, placeholders and words that stand in the same places."""

import math
import re
from collections import Counter
from typing import Final

_PLACEHOLDER: Final = re.compile(
    r"""
    (?:your|enter|replace|insert|put|add)[\s_-].* | (?:my|the|some|a|an)[\s_-](?:password|passwd|secret|token|api|key|access)[\w\s-]*  # your-key-here
    | <[^<>]*> | \[[^\[\]]*\] | \{.*\} | \$\{?.* | %.*% | %\(?\w*\)?s | @\w+@                              # <password>, ${PASS}, %s
    | [\W_]*[xX]+(?:[\W_]+[xX]+)*[\W_]* | [\W_]+ | \.{2,}.*                                                 # xxxx, ****, ...
    | .*(?:_here|-here|redacted|placeholder|replace[_-]?me|\.\.\.|…).*
    | (?:(?:os|sys|process|self|this|config|settings|env|secrets|vars?|args|opts|options|request|req|data|params|props|state|event|user)\.)[A-Za-z_$].*
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_NOTHING: Final = frozenset(
    """null none nil undefined true false yes no on off str string bytes int integer number bool boolean any object text varchar char
    password passwd passphrase pwd pass secret token key apikey api_key value optional required secretstr type self default empty
    masked hidden encrypted hashed basic bearer digest unknown todo tbd n/a missing invalid incorrect wrong expired changed specified bytearray buffer""".split()  # noqa: SIM905 - a table of words
)
_WORDS: Final = re.compile(r"[A-Za-z]+(?:[\s._/:\-][A-Za-z]+)*")
_HUMPS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


def entropy(value: str) -> float:
    """Return the Shannon entropy of `value`'s characters, in bits a character."""
    size = len(value)
    return -sum(n / size * math.log2(n / size) for n in Counter(value).values()) if size else 0.0


def placeholder(value: str) -> bool:
    """Say whether `value` only marks the place where a secret would stand, or is a piece of code that fetches one."""
    return value.strip().casefold() in _NOTHING or _PLACEHOLDER.fullmatch(value.strip()) is not None


def filler(value: str) -> bool:
    """Say whether a key's body is mere `xxxx`, `****` or `....`."""
    return not set(value) - set("xX*._-")


def random(value: str, bits: float = 3.0) -> bool:
    """Say whether `value` looks drawn by chance: letters and digits mixed, `bits` of entropy, no words or identifier."""
    if placeholder(value) or _WORDS.fullmatch(value) or not any(map(str.isdigit, value)) or not any(map(str.isalpha, value)):
        return False
    return entropy(value) >= bits and not _worded(value)


def _worded(value: str) -> bool:
    """Say whether long words make up `value`, as in `max_position_embeddings_v2`; keys change class every few characters."""
    pieces = _HUMPS.findall(value)
    long = sum(len(piece) for piece in pieces if len(piece) >= 4 and not piece[0].isdigit())  # noqa: PLR2004 - a short word
    return long >= 0.6 * len(value) and not re.fullmatch(r"[0-9a-fA-F-]+", value)
