"""Lines: a key that somebody copied out of a terminal or a mail is read whole, however long it is and wherever its lines end."""

import base64
import json
import random

import pytest

from app.detectors.jwt import JSON_WEB_TOKEN
from app.engine.scan import Scanner

SCANNER = Scanner([JSON_WEB_TOKEN])
LETTERS = [20, 120, 400, 1500]  # bytes of a token's claims
WIDTHS = [30, 64, 76, 80, 120, 300]


def token(size: int) -> str:
    rng = random.Random(size)
    parts = [
        json.dumps({"alg": "RS256", "typ": "JWT"}).encode(),
        json.dumps({"sub": rng.randbytes(size // 2).hex()}).encode(),
        rng.randbytes(64),
    ]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def stays(text: str, before: int, behind: int) -> str:
    """What nobody finds between so many characters before a value and so many behind it; lines end within it, and quotations begin."""
    covered = {place for finding in SCANNER.scan(text) for place in range(finding.start, finding.end)}
    return "".join(text[place] for place in range(before, len(text) - behind) if place not in covered and text[place] not in "\n >|")


def wrapped(lines: str, width: int, quote: str) -> str:
    return f"\n{quote}".join(lines[start : start + width] for start in range(0, len(lines), width))


@pytest.mark.parametrize("quote", ["", "> ", "    ", "| "])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("size", LETTERS)
def test_a_token_in_lines_of_one_width_is_found_whole(size, width, quote):
    value = token(size)
    for opening, ending in (("", ""), ("", "\n\nIt expires."), ("token: ", ", he said"), ("my token=", "\nand more")):
        text = f"Hello,\n{quote}{wrapped(opening + value, width, quote)}{ending}"
        assert stays(text, text.index("eyJ"), len(ending)) == "", text


@pytest.mark.parametrize("size", LETTERS)
def test_a_token_that_is_cut_anywhere_is_found_whole(size):
    value = token(size)
    for place in {*range(12, 60), *range(60, len(value) - 4, 37), *range(len(value) - 40, len(value) - 4)}:
        text = f"here it is: {value[:place]}\n{value[place:]}\n\nthanks"
        assert stays(text, text.index("eyJ"), len("\n\nthanks")) == "", place


def test_what_follows_on_a_line_of_another_width_is_no_part_of_it():
    value = token(20)
    text = f"{wrapped(value, 40, '')}\n{'word' * 3}\n{'another' * 4}\n"
    assert max(finding.end for finding in SCANNER.scan(text)) <= text.index("another")
