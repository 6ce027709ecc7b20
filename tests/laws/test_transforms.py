"""Reversible transforms restore exactly; the output of the others lacks the original. One law for every file of the folder."""

from unicodedata import normalize

import pytest

import app.transforms
from app.core.document import parse
from app.core.finding import ENTITIES
from app.core.naming import Names
from app.core.registry import load
from app.core.surrogate import Original, Reader, well_formed
from app.core.transform import Transform
from app.engine.protect import TRANSFORMS
from app.engine.restore import Lane, Originals
from laws.machine import ENDPOINTS, fed
from laws.walk import restorer_of, stand_in, walk

VALUES = [
    "a@b.co",
    "4111 1111 1111 1111",
    'q"\\\n\t',
    "ñé漢🦊",
    "\ud83d",
    "PERSON_4K7Q2MX8FT",
    "x" * 5000,
    "\u0041\u030a",
    "Å",
    " spaced ",
    "1.50e7",
    "-",
    "[PERSON]",
]
ALL = load(app.transforms, Transform)


def names() -> Names:
    return Names(b"k" * 32, lambda _entity, value: normalize("NFC", value).casefold())


def test_every_file_of_the_folder_is_registered() -> None:
    assert set(TRANSFORMS) == {transform.name for transform in ALL} >= {"surrogate", "redact"}


@pytest.mark.parametrize("transform", ALL, ids=lambda transform: transform.name)
@pytest.mark.parametrize("value", VALUES)
def test_reversible_ones_restore_and_others_lack_the_original(transform: Transform, value: str) -> None:
    for entity in (*ENTITIES, "PROJECT_FALCON", "A1"):
        text = transform.apply(entity, value, names())
        if transform.reversible:
            originals = Originals({text: Original(value)}, frozenset)
            for size in (1, 4, 100):
                one = Lane(originals, json=False, sinks=True)
                source = f"say {text}, {text}s"
                pieces = [source[at : at + size] for at in range(0, len(source), size)]
                assert fed(one, pieces) == f"say {value}, {value}s"
        elif value not in {"-", f"[{entity}]"}:
            assert value not in text


@pytest.mark.parametrize("transform", ALL, ids=lambda transform: transform.name)
def test_a_transform_is_a_function_of_entity_value_and_key(transform: Transform) -> None:
    for value in VALUES:
        assert transform.apply("PERSON", value, names()) == transform.apply("PERSON", value, names())


def test_surrogates_are_of_their_grammar() -> None:
    for value in VALUES:
        (found,) = well_formed(TRANSFORMS["surrogate"].apply("PERSON", value, names()))
        assert found.text.startswith("PERSON_")


def test_distinct_values_get_distinct_surrogates_in_one_naming() -> None:
    one = names()
    texts = {value: TRANSFORMS["surrogate"].apply("PERSON", value, one) for value in VALUES}
    assert len(set(texts.values())) == len(VALUES)


def test_a_redacted_value_never_comes_back() -> None:
    request = parse(b'{"model":"m","messages":[{"role":"user","content":"I am maria@example.org"}]}')
    outbound = walk(request, ENDPOINTS["openai"], {"defaults": {"transform": "redact"}})
    assert outbound.document["messages"][0]["content"] == "I am [EMAIL_ADDRESS]"
    assert outbound.issued == ()


def test_restore_never_keeps_the_surrogate_in_the_answer() -> None:
    request = parse(b'{"model":"m","messages":[{"role":"user","content":"I am maria@example.org"}]}')
    outbound = walk(request, ENDPOINTS["openai"], {"defaults": {"restore": "never"}})
    name = stand_in(outbound, "maria@example.org")
    assert [issued.restore for issued in outbound.issued] == [False]
    assert name not in restorer_of(outbound).originals.by_surrogate
    assert Reader([]).read(name) == []
