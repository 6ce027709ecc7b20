"""The law of evasion: a value in disguise is found whole, whatever the disguise, and ordinary text stays what it was."""

import hashlib
import json
import random

import pytest

from app.core.policy import CHECKED_THRESHOLD, THRESHOLD
from app.engine.views import undisguised
from tests.evasion.matrix import BAR, FRAMES, PAGE, cell, found, inspector, told
from tests.evasion.transforms import FOLDED, NESTED, TRANSFORMS, WITHIN
from tests.evasion.values import ASSERTED, VALUES
from tests.laws.test_detectors import installed, scanner


@pytest.mark.parametrize("entity", VALUES)
def test_every_value_is_found_undisguised(entity):
    dice = random.Random(1)
    values = [VALUES[entity](dice) for _ in range(20)]
    assert [value for number, value in enumerate(values) if not found(entity, FRAMES[number % len(FRAMES)], value)] == []


@pytest.mark.parametrize("name", TRANSFORMS)
def test_a_disguise_hides_nothing(name):
    row = {entity: cell(entity, TRANSFORMS[name]) for entity in ASSERTED}
    assert {entity: share for entity, share in row.items() if share is not None and share < BAR} == {}
    (line,) = (
        line for line in PAGE.read_text(encoding="utf-8").partition("of a disguise")[0].splitlines() if line.startswith(f"| {name} |")
    )
    on_page = dict(zip(VALUES, line.split(" | ")[1:], strict=True))
    assert {entity: on_page[entity] for entity in ASSERTED} == {entity: told(share) for entity, share in row.items()}, (
        "run `python -m tests.evasion --write`"
    )


@pytest.mark.parametrize("outer", NESTED)
def test_a_disguise_in_a_disguise_hides_nothing(outer):
    """Two values a cell; the page has ten, and `make soak` asserts them."""
    low = {
        (inner, entity): share
        for inner in WITHIN
        for entity in ASSERTED
        if (share := cell(entity, TRANSFORMS[inner], TRANSFORMS[outer], each=2)) is not None and share < BAR
    }
    assert low == {}


def test_a_disguise_changes_the_value():
    dice = random.Random(2)
    for name, disguise in TRANSFORMS.items():
        assert any(disguise(value, dice) not in {None, value} for make in VALUES.values() for value in (make(dice), make(dice))), name


@pytest.mark.parametrize("name", [*FOLDED, *NESTED, "spaced out"])
def test_a_disguised_address_shares_the_identity_of_the_plain_one(name):
    plain = "maria.okafor@example.com"
    assert undisguised(TRANSFORMS[name](plain, random.Random(3)) or plain) == plain == undisguised(plain)


def found_anew(content):
    """What is found in views alone, as the default policy's thresholds have it."""
    reasons = scanner().explain(content)
    plain = [reason.finding for reason in reasons if not reason.views]
    return [
        (content[one.start : one.end], one.entity, reason.views)
        for reason in reasons
        if reason.views and (one := reason.finding).score >= (CHECKED_THRESHOLD if one.checked else THRESHOLD)
        if not any(known.start <= one.start and one.end <= known.end and known.entity == one.entity for known in plain)
    ]


def test_views_are_quiet_on_the_code_of_others():
    told = [hit for content in installed(600_000) for hit in found_anew(content)]
    assert len(told) <= 1, told


DICE = random.Random(4)
ORDINARY = [
    hashlib.sha256(b"x").hexdigest(),
    f'"integrity": "sha512-{"".join(DICE.choices("ABCDEFGHabcdefgh0123456789+/", k=86))}=="',
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "lodash@^4.17.21:\n  version 4.17.21\n  resolved https://registry.example/lodash-4.17.21.tgz#679591c564c3bffaae8454cf0b3df370c3d6911c",
    "!function(e,t){'object'==typeof exports?module.exports=t():e.a=t()}(this,(()=>(()=>{var e={1:(e,t)=>{t.x=n(2)}}})()))",
    "550e8400-e29b-41d4-a716-446655440000 6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "0 0 1 0 1 1 0 1 0 1 1 0 1 0 0 1\n1 1 0 0 1 0 1 1 0 1 0 0 1 0 1 1\n" * 4,
    "id,total\n12345678,1000\n12345679,2000\n12345680,3000\n" * 8,
    "we meet at noon and look at example.com, or at the dot product of a and b",
    "one two three four five six seven eight, and then nine people came",
    "@app.get('/x')\n@functools.wraps(fn)\ndef f():\n    return None\n\n\n@dataclass\nclass A: ...",
    "\u0434\u043e\u043c 5, \u043a\u0432. 12 \u2014 \u044d\u0442\u043e COVID-19\u0430 \u0438 5-\u0439 \u044d\u0442\u0430\u0436",
    "l\u2019\u00e9t\u00e9 \u2013 \u00ab d\u00e9j\u00e0 \u00bb\u2026 10\u202f000\u00a0\u20ac et 20\u2014\u2009000, \u2764\ufe0f\u200d\U0001f525",
    json.dumps({"name": "caf\u00e9", "title": "\u4f60\u597d"}),
    "Content-Type: text/plain\nx=40 timeout=30s width=20px %4d %5.2f &amp; &lt;b&gt; \\d{4}\\.\\w+@\\w+ \\x1b[31m",
]


@pytest.mark.parametrize("content", ORDINARY, ids=range(len(ORDINARY)))
def test_views_say_nothing_of_ordinary_text(content):
    assert found_anew(content) == []


def test_the_default_policy_is_what_is_measured():
    assert inspector().findings("Ym9iQGV4YW1wbGUuY29t")
