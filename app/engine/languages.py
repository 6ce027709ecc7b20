"""Which languages a text is written in: by script first, then by small words and letters, and none where too little says so.

Good enough to say whether detectors that know some languages only have seen a text; no translator should build on it. Code, JSON, logs
and short texts are undetermined: they hold too few words that any language needs.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from app.core.segment import Form, Segment
from app.core.table import Kind
from app.engine.function_words import LETTERS, WORDS

WINDOW: Final = 160  # characters read at a time, ...
WINDOWS: Final = 4  # ... this often, evenly over a long text
LATIN_ENDS: Final = "\u0370"  # letters before it are Latin
ENOUGH: Final = 0.6  # the least score of a language
SHARE: Final = 0.12  # the least share of its small words among all words
LEAD: Final = 1.05  # how far ahead it has to be of any other
LETTER: Final = 0.35  # what a letter that few languages have says, beside a word that one language alone has

_RUNS: Final = re.compile(r"\w+")
# First code point of a block → who writes with it; "" for signs and scripts of nobody in particular.
_BLOCKS: Final = (
    (0x370, "el"), (0x400, "ru"), (0x530, "hy"), (0x590, "he"), (0x600, "ar"), (0x700, ""), (0x750, "ar"), (0x780, ""), (0x8A0, "ar"),
    (0x900, "hi"), (0x980, "bn"), (0xA00, "pa"), (0xA80, "gu"), (0xB00, "or"), (0xB80, "ta"), (0xC00, "te"), (0xC80, "kn"), (0xD00, "ml"),
    (0xD80, "si"), (0xE00, "th"), (0xE80, "lo"), (0xF00, "bo"), (0x1000, "my"), (0x10A0, "ka"), (0x1100, "ko"), (0x1200, "am"),
    (0x13A0, ""), (0x1780, "km"), (0x1800, "mn"), (0x18B0, ""), (0x1C80, "ru"), (0x1C90, "ka"), (0x1CC0, ""), (0x1F00, "el"), (0x2000, ""),
    (0x3041, "ja"), (0x3100, "zh"), (0x3130, "ko"), (0x3190, ""), (0x31F0, "ja"), (0x3200, ""), (0x3400, "zh"), (0x4DC0, ""), (0x4E00, "zh"),
    (0xA000, ""), (0xA640, "ru"), (0xA6A0, ""), (0xAC00, "ko"), (0xD7B0, ""), (0xF900, "zh"), (0xFB00, ""), (0xFB1D, "he"), (0xFB50, "ar"),
    (0xFE00, ""), (0xFE70, "ar"), (0xFF00, ""), (0xFF66, "ja"), (0xFFA0, "ko"), (0xFFE0, ""), (0x20000, "zh"), (0x323B0, ""),
)  # fmt: skip
_STARTS: Final = [start for start, _ in _BLOCKS]
# A formula has a π or two, and a look-alike of a Latin letter is no Russian: these need letters in a row, others two of them anywhere.
_WORDS: Final = {"el": re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]{3}"), "ru": re.compile(r"[\u0400-\u052f]{3}")}
# Languages of one script, told by letters that the first does not have, the first that fits.
_TOLD: Final = {
    "ru": (("uk", "іїєґ"), ("be", "ў"), ("mk", "ѓќѕ"), ("sr", "ђћљњџј"), ("kk", "әғқңұһ"), ("ru", "ыэё"), ("bg", "ъ")),
    "ar": (("ur", "ٹڈڑںے"), ("fa", "پچژگ")),
}


def languages(text: str) -> frozenset[str]:
    """Return the languages (ISO 639-1) of a text; empty: undetermined."""
    foreign: frozenset[str] = frozenset()
    if not text.isascii():
        foreign = _by_script(text)
    latin = _by_words(text)
    return _same(foreign | {latin} if latin else foreign)


@lru_cache(maxsize=512)
def _same(found: frozenset[str]) -> frozenset[str]:
    """Return one set for all that are equal: what is known of many texts is kept."""
    return found


def read(segments: Iterable[Segment]) -> set[str]:
    """Return the texts of a document that somebody wrote in a language."""
    return {segment.text for segment in segments if segment.kind in _READ and segment.form is Form.STRING}


_READ: Final = frozenset({Kind.TEXT, Kind.JSON, Kind.FREE})


def _by_script(text: str) -> frozenset[str]:
    letters: dict[str, set[str]] = {}
    for character in set(text):
        if character >= LATIN_ENDS and (language := _of(character)):
            letters.setdefault(language, set()).add(character.lower())
    found = {
        next((told for told, own in _TOLD.get(script, ()) if not seen.isdisjoint(own)), script)
        for script, seen in letters.items()
        if (_WORDS[script].search(text) if script in _WORDS else len(seen) > 1)
    }
    return frozenset(found - {"zh"} if "ja" in found else found)  # Japanese is written with both


def _of(character: str) -> str:
    place = bisect_right(_STARTS, ord(character))
    return _BLOCKS[place - 1][1] if place else ""


def _index() -> dict[str, tuple[tuple[str, float], ...]]:
    """Return what every word says: the languages that have it, and how much it says for each."""
    owners: dict[str, list[str]] = {}
    for language, words in WORDS.items():
        for word in dict.fromkeys(words.split()):
            owners.setdefault(word, []).append(language)
    return {word: tuple((language, 1 / len(having)) for language in having) for word, having in owners.items()}


_SAYS: Final = _index()
# Written so much alike that one may be named for another.
_KIN: Final = {
    one: kin for kin in ({"cs", "sk"}, {"da", "no", "sv"}, {"hr", "sl"}, {"fi", "et"}, {"lt", "lv"}, {"pt", "gl"}) for one in kin
}
_MARKS: Final = {letter: tuple(having.split()) for letter, having in LETTERS.items()}


def _by_words(text: str) -> str:
    """Return the language of a text in Latin letters, or nothing."""
    if len(text) > WINDOW * WINDOWS:
        step = (len(text) - WINDOW) // (WINDOWS - 1)
        text = " ".join(text[start : start + WINDOW] for start in range(0, len(text) - WINDOW + 1, step))
    low = text.lower()
    counts = Counter(_RUNS.findall(low))
    scores: dict[str, float] = {}
    marks: dict[str, int] = {}
    share: dict[str, int] = {}
    for word in counts.keys() & _SAYS.keys():
        for language, weight in _SAYS[word]:
            scores[language] = scores.get(language, 0.0) + weight
            share[language] = share.get(language, 0) + counts[word]
    if not low.isascii():
        for letter in _MARKS.keys() & set(low):
            for language in _MARKS[letter]:
                scores[language] = scores.get(language, 0.0) + LETTER * 3 / (2 + len(_MARKS[letter]))
                marks[language] = marks.get(language, 0) + 1
    if not scores:
        return ""
    best = min(scores, key=lambda language: (-scores[language], language))
    words, letters = share.get(best, 0), marks.get(best, 0)
    enough = scores[best] >= ENOUGH and words + letters > 1 and (letters > 1 or words >= SHARE * counts.total())
    rivals = scores.keys() - _KIN.get(best, {best})
    return best if enough and all(scores[best] >= LEAD * scores[rival] for rival in rivals) else ""
