"""Synthetic prompts: frames filled with names of every origin, in the manner of chats, mails, tickets, tables, code and logs."""

import random
import re
from collections.abc import Sequence
from typing import Any, Final

from app.names.training.frames import CODE, FRAMES, THINGS
from app.names.training.people import someone
from app.names.training.remarks import REMARKS

_SLOT: Final = re.compile(r"\{([PFLCOXENDHKTpflco])\}")
_MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_LEGAL: Final = (
    "Ltd",
    "Inc.",
    "GmbH",
    "LLC",
    "S.A.",
    "& Co.",
    "Group",
    "Holdings",
    "Bank",
    "Hospital",
    "University",
    "Partners",
    "AG",
    "B.V.",
    "SpA",
    "Foundation",
)
_TRADES: Final = (
    "Consulting",
    "Logistics",
    "Foods",
    "Software",
    "Energy",
    "Media",
    "Insurance",
    "Textiles",
    "Robotics",
    "Health",
    "Motors",
    "Capital",
)
_CALLS: Final = (
    "RIP",
    "Team",
    "Vote",
    "HappyBirthday",
    "WeLove",
    "Follow",
    "Free",
    "JusticeFor",
    "Pray4",
    "Welcome",
    "Save",
    "ILove",
    "Happy21st",
)
_CAUSES: Final = ("Forever", "Day", "NewVideo", "FollowMe", "ForMMVA", "Army", "Trial", "Out", "Live", "Show", "OnTour", "Gang", "Says")
LABELS: Final = ("PERSON", "LOCATION", "ORGANIZATION")


class Writer:
    """Fills frames by chance. Places and organisations come from annotated text, people from `people`."""

    def __init__(self, places: Sequence[str], organisations: Sequence[str], seed: int) -> None:
        self._places, self._organisations = places, organisations
        self._chance = random.Random(seed)

    def row(self) -> dict[str, Any]:
        """Return one synthetic text as a line of a corpus."""
        chance = self._chance
        language = "en" if chance.random() < 0.6 else chance.choice(("de", "fr", "es", "it", "it", "nl", "nl", "fr", "pt"))
        count = chance.choice((1, 1, 1, 2, 2, 3, 5))
        text = ""
        spans: list[list[Any]] = []
        cast: list[tuple[str, str]] = []
        frames = REMARKS if language == "en" and chance.random() < 0.4 else FRAMES[language]
        for frame in chance.choices(frames, k=count):
            if text:
                text += chance.choice((" ", "\n", "\n\n"))
            cast = cast[-2:] if chance.random() < 0.4 else []  # the same people again
            text, spans = self._fill(frame, text, spans, cast)
        style = chance.random()
        if style < 0.12:
            text = text.lower() if len(text.lower()) == len(text) else text
        elif style < 0.16:
            text = text.upper() if len(text.upper()) == len(text) else text
        return {"text": text, "spans": spans, "source": "synthetic", "lang": language, "labels": list(LABELS)}

    def _fill(self, frame: str, text: str, spans: list[Any], cast: list[tuple[str, str]]) -> tuple[str, list[Any]]:
        last = 0
        for slot in _SLOT.finditer(frame):
            text += frame[last : slot.start()]
            last = slot.end()
            value, label = self._value(slot[1], cast)
            if label:
                spans.append([len(text), len(text) + len(value), label])
            text += value
        return text + frame[last:], spans

    def _value(self, slot: str, cast: list[tuple[str, str]]) -> tuple[str, str]:  # noqa: PLR0911 - a table would hide the chances
        chance = self._chance
        kind = slot.upper()
        if kind in "PFL":
            value = self._person(kind, cast)
            return (value.lower() if slot.islower() else value), "PERSON"
        if kind == "T":
            given, family = someone(chance)
            tag = f"#{given}{family}" if chance.random() < 0.6 else f"#{chance.choice((given, family))}"
            if chance.random() < 0.3:
                tag = f"#{chance.choice(_CALLS)}{tag[1:]}" if chance.random() < 0.7 else f"{tag}{chance.choice(_CAUSES)}"
            tag = re.sub(r"[ '.-]", "", tag)
            return (tag.lower() if chance.random() < 0.4 else tag), "PERSON"
        if kind == "C":
            value = chance.choice(self._places)
            return (value.lower() if slot.islower() else value), "LOCATION"
        if kind == "O":
            value = self._organisation()
            return (value.lower() if slot.islower() else value), "ORGANIZATION"
        if kind == "E":
            given, family = cast[-1] if cast else someone(chance)
            return (
                f"{_plain(given)}{chance.choice('._-')}{_plain(family)}@{chance.choice(('example.com', 'mail.example.org', 'corp.test'))}",
                "",
            )
        if kind == "D":
            day, month, year = chance.randint(1, 28), chance.choice(_MONTHS), chance.randint(1950, 2026)
            return chance.choice(
                (f"{day} {month} {year}", f"{month} {day}", f"{year}-{_MONTHS.index(month) + 1:02}-{day:02}", str(year))
            ), ""
        if kind == "H":
            return chance.choice((f"{chance.randint(0, 23)}:{chance.randint(0, 59):02}", f"{chance.randint(1, 12)} pm")), ""
        return (str(chance.randint(1, 10 ** chance.randint(1, 8))) if kind == "N" else chance.choice(THINGS if kind == "X" else CODE)), ""

    def _person(self, kind: str, cast: list[tuple[str, str]]) -> str:
        chance = self._chance
        if cast and chance.random() < 0.35:
            given, family = chance.choice(cast)
        else:
            given, family = someone(chance)
            cast.append((given, family))
        if kind == "F":
            return given
        if kind == "L":
            return family
        form = chance.random()
        forms = (
            (0.52, f"{given} {family}"),
            (0.66, given),
            (0.70, family),
            (0.75, f"{family}, {given}"),
            (0.79, f"{given[0]}. {family}"),
            (0.83, f"{given} {chance.choice('ABCDEFGHJKLMNPRSTW')}. {family}"),
            (0.87, f"{family} {given}"),
            (0.90, f"{given} {someone(chance)[0]} {family}"),
            (0.93, f"{given} {family}-{someone(chance)[1]}"),
            (0.95, f"{given} {family}".upper()),
            (0.98, f"{given} {family}".lower()),
            (1.01, f"{given} {chance.choice(('van der', 'de', 'von', 'bin', 'dos', 'della', 'el'))} {family}"),
        )
        return next(text for bound, text in forms if form < bound)

    def _organisation(self) -> str:
        chance = self._chance
        if chance.random() < 0.6:
            return chance.choice(self._organisations)
        return chance.choice(
            (
                f"{someone(chance)[1]} {chance.choice(_LEGAL)}",
                f"{someone(chance)[1]} {chance.choice(_TRADES)}",
                f"{chance.choice(self._places)} {chance.choice(_TRADES)} {chance.choice(_LEGAL)}",
                f"{someone(chance)[1]} & {someone(chance)[1]}",
            )
        )


def _plain(name: str) -> str:
    return "".join(c for c in name.lower() if c.isascii() and c.isalnum()) or "someone"
