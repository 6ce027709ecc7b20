"""Durations as people write them: `90s`, `30m`, `2h`, `7d`."""

import re
from datetime import timedelta
from typing import Final

import typer

_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SHAPE: Final = re.compile(r"([0-9]{1,5})([smhd])")


def duration(text: str) -> timedelta:
    """Read a duration. Raises a usage error."""
    match = _SHAPE.fullmatch(text.strip().lower())
    if match is None or int(match[1]) == 0:
        raise typer.BadParameter("a duration is a number and a unit: 90s, 30m, 2h, 7d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
