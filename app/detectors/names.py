"""People, places and organisations, by the model in `app/names`: they have no shape that a pattern could tell."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from app.core.finding import Detector, Finding
from app.detectors.places_with_numbers import with_addresses
from app.detectors.products import without_products
from app.detectors.program_words import likely

NAME: Final = "names"
VERSION: Final = 13  # raise it with the weights, and when they are read otherwise


@cache
def _model() -> tuple[Any, Any]:
    """Load the model when a text is first read: the front process, which never reads one, stays free of it."""
    from app.names.model import Model  # noqa: PLC0415
    from app.names.spans import Thresholds  # noqa: PLC0415

    model = Model()
    return model, Thresholds(**model.card["thresholds"])


def _find(text: str) -> Iterator[Finding]:
    from app.names.spans import spans  # noqa: PLC0415
    from app.names.tables import probabilities  # noqa: PLC0415
    from app.names.words import split  # noqa: PLC0415

    model, thresholds = _model()
    words = split(text)
    if any(map(str.isalpha, text)):
        names = spans(*probabilities(text, words, model.probabilities), thresholds)
        found = [Finding(span.start, span.end, span.entity, span.score, NAME) for span in names]
        yield from with_addresses(text, likely(text, list(without_products(text, found))))


NAMES = Detector(
    name=NAME,
    version=VERSION,
    find=_find,
    examples=(
        "Maria Singh called about her invoice.",
        "Dear Mr Okafor, thank you for your letter.",
        "please remind anna schmidt to sign the contract",
        "From: Jean-Pierre Dubois\nTo: the board",
        "The plaintiff, Mr Kowalczyk, lives in Warsaw.",
        "Ich habe gestern mit Frau Müller aus Hamburg telefoniert.",
        "She moved from Lisbon to New York in 2019.",
        "Mr Okafor is waiting in the lobby.",
        "Claude Monet painted the bridge in his garden.",
        "Hello Lei, the files are ready.",
        "He works for Siemens and used to work for BBC News.",
        "Weiming Ding will take over the project.",
        "first_name=Brandi",
        "Flat 302, Lotus Apartments, MG Road, Bengaluru 560001",
        "17\tKelly King\tBristol\n18\tSara Hill\tLisbon\n21\tOmar Haddad\tCologne",
    ),
    counterexamples=(
        "S3, EKS and IAM are set up by Terraform.",
        "for index, value in enumerate(values): print(index)",
        "Will you mark the date? May is a good month.",
        "{'type': 'object', 'properties': {'id': {'type': 'string'}}}",
        "Dear Customer, your parcel is on its way.",
        "Please summarise the report in three bullet points.",
        "You are Claude Code, Anthropic's assistant. Claude reads CLAUDE.md before Claude answers.",
        "Oh my God, Darling, hurray!",
        "VIN: 1HGCM82633A004352",
        "NINO QQ123456C",
        "ERROR [main] Failed to open the database after 30 seconds",
    ),
)
