"""Every way to disguise a value that is read back, and what it does to one. None: the way does not apply to that value."""
# ruff: noqa: RUF001 - characters that look alike are the matter here

import base64
import re
import string
import textwrap
from collections.abc import Callable
from random import Random
from typing import Final
from urllib.parse import quote

Disguise = Callable[[str, Random], str | None]

_CYRILLIC: Final = dict(zip("AaBcCeEHiIjKMoOpPsSTxXyY", "АаВсСеЕНіІјКМоОрРѕЅТхХуУ", strict=True))
_GREEK: Final = dict(zip("ABEZHIKMNOoPTYXv", "ΑΒΕΖΗΙΚΜΝΟοΡΤΥΧν", strict=True))
_WORDS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def _mapped(value: str, table: dict[str, str]) -> str | None:
    """Some of the letters that have a double, at least one; in words that keep a letter or digit of their own."""
    changed = "".join(table.get(c, c) for c in value)
    return None if changed == value else changed


def _between(value: str, mark: str) -> str:
    return re.sub(r"(?<=\w)(?=\w)|(?<=\w)(?=@)", mark, value)


def _shifted(value: str, digits: int, upper: int, lower: int) -> str:
    def shift(c: str) -> str:
        first, base = (digits, "0") if c in string.digits else (upper, "A") if c in string.ascii_uppercase else (lower, "a")
        return chr(first + ord(c) - ord(base)) if c in string.digits + string.ascii_letters and first else c

    return "".join(map(shift, value))


def _fullwidth(value: str, _dice: Random) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in value)


def _digits(zero: int) -> Disguise:
    return lambda value, _dice: _shifted(value, zero, 0, 0) if any(map(str.isdigit, value)) else None


def _apart(value: str, _dice: Random) -> str | None:
    if not re.search(r"\d[ -]\d", value):
        return None
    return re.sub(r"(?<=[0-9A-Z])[ -](?=[0-9A-Z])", lambda found: "\u2003" if found[0] == " " else "\u2212", value)


def _zalgo(value: str, dice: Random) -> str:
    return "".join(c + "".join(chr(dice.randrange(0x300, 0x36F)) for _ in range(3)) if c.isalnum() else c for c in value)


def _cut(value: str, dice: Random, mark: str) -> str | None:
    """In the middle; an address in its domain."""
    first = value.index("@") + 1 if "@" in value else max(5, len(value) * 2 // 5)
    last = len(value) - 3 if "@" in value else len(value) * 4 // 5
    return None if "\n" in value else f"{value[: (place := dice.randint(first, max(first, last)))]}{mark}{value[place:]}"


def _quoted_printable(value: str, _dice: Random) -> str:
    return "".join(f"={byte:02X}" for byte in value.encode())


def _soft_breaks(value: str, dice: Random) -> str | None:
    return _cut(value, dice, "=\n") if "@" not in value else value.replace("@", "=40")


def _said(value: str, _dice: Random) -> str | None:
    if not re.fullmatch(r"[0-9 +()-]+", value):
        return None
    words = {" ": ",", "-": " dash", "+": " plus", "(": "", ")": ""}
    return "".join(words.get(c) if c in words else f" {_WORDS[int(c)]}" for c in value).strip()  # type: ignore[misc]


def _spelled(at: str, dot: str) -> Disguise:
    def spell(value: str, _dice: Random) -> str | None:
        local, _, domain = value.partition("@")
        return f"{local}{at}{domain.replace('.', dot)}" if domain else None

    return spell


def _escaped(form: str) -> Disguise:
    return lambda value, _dice: "".join(form.format(ord(c)) for c in value)


FOLDED: Final[dict[str, Disguise]] = {
    "zero-width space between all characters": lambda value, _: _between(value, "\u200b"),
    "zero-width joiner in one place": lambda value, dice: value[: (p := dice.randint(2, len(value) - 2))] + "\u200d" + value[p:],
    "word joiner between all characters": lambda value, _: _between(value, "\u2060"),
    "soft hyphen between all characters": lambda value, _: _between(value, "\u00ad"),
    "bidirectional marks": lambda value, _: _between(value, "\u200e"),
    "right-to-left override": lambda value, _: None if "\n" in value else f"\u202e{value[::-1]}\u202c",
    "fullwidth": _fullwidth,
    "mathematical bold": lambda value, _: _shifted(value, 0x1D7CE, 0x1D400, 0x1D41A),
    "mathematical monospace": lambda value, _: _shifted(value, 0x1D7F6, 0x1D670, 0x1D68A),
    "Cyrillic look-alikes": lambda value, _: _mapped(value, _CYRILLIC),
    "Greek look-alikes": lambda value, _: _mapped(value, _GREEK),
    "strike-through": lambda value, _: "".join(f"{c}\u0336" for c in value),
    "heaps of combining marks": _zalgo,
    "Arabic digits": _digits(0x660),
    "Devanagari digits": _digits(0x966),
    "foreign spaces and dashes": _apart,
    "keycaps": lambda value, _: new if (new := re.sub(r"(\d)", "\\1\ufe0f\u20e3", value)) != value else None,
    "acute accents": lambda value, _: "".join(f"{c}\u0301" if c.isalnum() else c for c in value),
    "tag characters": lambda value, _: None if "\n" in value else "".join(chr(0xE0000 + ord(c)) for c in value),
}
ENCODED: Final[dict[str, Disguise]] = {
    "base64": lambda value, _: base64.b64encode(value.encode()).decode(),
    "base64 for URLs, no padding": lambda value, _: base64.urlsafe_b64encode(value.encode()).decode().rstrip("="),
    "base64 in lines": lambda value, _: textwrap.fill(base64.b64encode(f"It is {value}, and nothing else.".encode()).decode(), 24),
    "hex": lambda value, _: value.encode().hex(),
    "hex in pairs": lambda value, _: value.encode().hex(" "),
    "base32": lambda value, _: base64.b32encode(value.encode()).decode(),
    "character codes": lambda value, _: ", ".join(map(str, value.encode())),
    "percent signs": lambda value, _: "".join(f"%{byte:02X}" for byte in value.encode()),
    "percent signs where needed": lambda value, _: None if (new := quote(value, safe="")) == value else new,
    "HTML entities, decimal": _escaped("&#{};"),
    "HTML entities, hex": _escaped("&#x{:x};"),
    "quoted-printable": _quoted_printable,
    "quoted-printable where needed": _soft_breaks,
    "JSON escapes": _escaped("\\u{:04x}"),
    "hex escapes": lambda value, _: "".join(f"\\x{byte:02x}" for byte in value.encode()),
    "octal escapes": lambda value, _: "".join(f"\\{byte:03o}" for byte in value.encode()),
}
SPELLED: Final[dict[str, Disguise]] = {
    "name (at) host (dot) com": _spelled(" (at) ", " (dot) "),
    "name[at]host[dot]com": _spelled("[at]", "[dot]"),
    "name at host dot com": _spelled(" at ", " dot "),
    "name AT host DOT com": _spelled(" AT ", " DOT "),
    "name [at] host.com": _spelled(" [at] ", "."),
    "spaced out": lambda value, _: None if "\n" in value else "   ".join(" ".join(group) for group in value.split(" ")),
    "one character a line": lambda value, _: None if "\n" in value or " " in value else "\n".join(value),
    "digits in words": _said,
    "groups between bars": lambda value, _: value.replace(" ", "|") if re.fullmatch(r"[0-9A-Z ]+ [0-9A-Z]+", value) else None,
    "strings joined by a program": lambda value, dice: _cut(value, dice, "' + '"),
    "over two lines": lambda value, dice: _cut(value, dice, "\n"),
    "over two lines of a quotation": lambda value, dice: _cut(value, dice, "\n> "),
}
TRANSFORMS: Final = {**FOLDED, **ENCODED, **SPELLED}
NESTED: Final = (
    "base64", "base64 for URLs, no padding", "hex", "percent signs", "HTML entities, decimal", "quoted-printable", "JSON escapes", "hex escapes",
)  # fmt: skip
WITHIN: Final = (*NESTED, "zero-width space between all characters", "fullwidth", "Cyrillic look-alikes")
