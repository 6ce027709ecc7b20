"""`mask`: the value's layout with its letters and digits struck out, but for a few at either end where the policy says so."""

from app.core.naming import Names
from app.core.transform import Mask, Transform
from app.transforms.redact import redacted


def _mask(entity: str, value: str, _names: Names, parameters: Mask) -> str:
    places = [index for index, character in enumerate(value) if character.isalnum()]
    first, last = parameters.keep_first, parameters.keep_last
    if 2 * (first + last) > len(places):  # more than half would be no mask: all is struck out
        first = last = 0
    struck = set(places[first : len(places) - last])
    masked = "".join(parameters.character if index in struck else character for index, character in enumerate(value))
    return redacted(entity) if masked == value else masked


MASK = Transform("mask", reversible=False, apply=_mask)
