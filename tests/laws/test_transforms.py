"""Reversible transforms restore exactly; the output of the others lacks the original. One law for every file of the folder."""

import json
import re
from functools import cache
from typing import Any
from unicodedata import normalize

import pytest

import app.detectors
import app.transforms
from app.core.document import dump, parse
from app.core.finding import ENTITIES, Detector
from app.core.naming import Names, Outbound
from app.core.policy import Policy, read_policy
from app.core.registry import load
from app.core.segment import segments
from app.core.surrogate import Original, Reader, named, well_formed
from app.core.transform import PARAMETERS, Plain, Transform
from app.detectors.card import luhn
from app.engine.answer import Noted, StreamRestorer, restore_whole
from app.engine.inspect import assemble, own_surrogates, view
from app.engine.protect import TRANSFORMS, protect
from app.engine.restore import Lane, Originals
from app.engine.scan import Scanner
from app.transforms.realistic import FEWEST, GENERATORS, candidates
from laws.machine import ENDPOINTS, READ, STREAM, cuts, fed
from laws.walk import NOW, restorer_of, stand_in, walk

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
    "***",
    "1985-03-12",
    "48.137154, 11.576124",
    "47 years old",
    "12 Baker Street, London NW1 6XE",
]
ALL = load(app.transforms, Transform)
FORMS = {  # what each generator must know how to lay out
    "EMAIL_ADDRESS": ["maria.singh@mail.net", "BOB+x@example.org", "o'neil%40uni.edu"],
    "CREDIT_CARD": [
        "4111111111111111", "4111-1111-1111-1111", "5555 5555 5555 4444", "3782 822463 10005", "6011000990139424", "30569309025904",
        "3530111333300000", "4000.0566.5566.5556", "2223 0031 2200 3222", "4111 1111 1111 1112",
    ],
    "IBAN_CODE": ["DE89 3704 0044 0532 0130 00", "gb29nwbk60161331926819", "NL91-ABNA-0417-1643-00", "NO9386011117947", "FR1420041010050500013M02606"],
    "PHONE_NUMBER": ["+1 202 555 0143", "+12025550143", "(415) 555-2671", "212.555.0187", "1-800-555-0199", "202-555-0143"],
    "IP_ADDRESS": ["2a00:1450:4001:81b::200e", "2001:db8::1"],
}  # fmt: skip
NO_RANGE = {
    "PHONE_NUMBER": ["+49 30 901820", "030/901820", "4155552671"],
    "IP_ADDRESS": ["8.8.8.8"],
    "US_SSN": ["536-90-4399"],
    "PASSWORD": ["hunter2!x"],
    "PERSON": ["Maria Singh"],
    "EMAIL_ADDRESS": ["maria"],
    "CREDIT_CARD": ["4111 11"],
    "IBAN_CODE": ["DE89 37"],
}
PAIRS = [*(("PERSON", value) for value in VALUES), *((entity, form) for entity, forms in FORMS.items() for form in forms)]


@cache
def scanner() -> Scanner:
    """Every detector that is a pattern. Not at import: the mutants are judged without."""
    return Scanner([detector for detector in load(app.detectors, Detector) if detector.find is None])


def names(key: bytes = b"k" * 32) -> Names:
    return Names(key, lambda _entity, value: re.sub(r"[\W_]", "", normalize("NFC", value).casefold()) or value)


def parameters(name: str) -> list[Plain]:
    made: list[Plain] = [PARAMETERS[name]()]
    if name == "mask":
        made += [PARAMETERS[name](keep_last=4), PARAMETERS[name](keep_first=32, keep_last=32, character="x")]
    if name == "generalize":
        made += [PARAMETERS[name](date="year", age=5, grid=10), PARAMETERS[name](grid=0.25)]
    return made


def apply(name: str, entity: str, value: str, one: Names | None = None, using: Plain | None = None) -> str:
    return TRANSFORMS[name].apply(entity, value, one or names(), using or PARAMETERS[name]())


def test_every_file_of_the_folder_is_registered_and_in_the_policy_document() -> None:
    assert list(TRANSFORMS) == sorted(PARAMETERS) == sorted(transform.name for transform in ALL)


@pytest.mark.parametrize("transform", ALL, ids=lambda transform: transform.name)
@pytest.mark.parametrize("value", VALUES)
def test_reversible_ones_restore_and_others_lack_the_original(transform: Transform, value: str) -> None:
    for entity in (*ENTITIES, "PROJECT_FALCON", "A1", "AGE", "STREET_ADDRESS"):
        for using in parameters(transform.name):
            text = transform.apply(entity, value, names(), using)
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
    for entity, value in PAIRS:
        assert apply(transform.name, entity, value) == apply(transform.name, entity, value)
    keyed = transform.reversible or transform.name == "hash"
    assert (apply(transform.name, "PERSON", "Maria") == apply(transform.name, "PERSON", "Maria", names(b"j" * 32))) is not keyed


def test_surrogates_are_of_their_grammar() -> None:
    for value in VALUES:
        (found,) = well_formed(apply("surrogate", "PERSON", value))
        assert found.text.startswith("PERSON_")


@pytest.mark.parametrize("name", ["surrogate", "realistic"])
def test_distinct_values_get_distinct_stand_ins_in_one_naming(name: str) -> None:
    one = names()
    pairs = [*PAIRS, *(("EMAIL_ADDRESS", f"user{number}@corp.io") for number in range(3000))]
    pairs += [("IBAN_CODE", form) for form in ("DE89370400440532013000", "de89370400440532013000")]
    texts = [apply(name, entity, value, one).casefold() for entity, value in pairs]
    assert len(set(texts)) == len(set(pairs))


# realistic


def mod97(text: str) -> int:
    plain = re.sub(r"\W", "", text).upper()
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97


CHECKS = {
    "CREDIT_CARD": lambda text: luhn(re.sub(r"\D", "", text)),
    "IBAN_CODE": lambda text: mod97(text) == 1,
    "EMAIL_ADDRESS": lambda text: re.fullmatch(r"[a-z.]+\d{4}@example\.(com|net|org)", text),
    "PHONE_NUMBER": lambda text: re.sub(r"\D", "", text)[-9] == "9",
    "IP_ADDRESS": lambda text: text.startswith("2001:db8:"),
}


@pytest.mark.parametrize("entity", GENERATORS)
def test_a_realistic_value_has_its_kind_its_layout_and_a_valid_checksum(entity: str) -> None:
    assert set(FORMS) == set(GENERATORS) == set(CHECKS)
    assert GENERATORS[entity].space >= FEWEST
    for value in FORMS[entity]:
        for serial in range(150):
            text = apply("realistic", entity, value, names(f"key {serial}".encode()))
            assert CHECKS[entity](text), text
            assert GENERATORS[entity].genuine(text)
            assert text != value
            assert candidates(f"see {text}, 12/29 or ({text}).")[text] == entity, text
            if entity in {"CREDIT_CARD", "IBAN_CODE", "PHONE_NUMBER"}:
                assert re.sub(r"[^\W_]", "x", text) == re.sub(r"[^\W_]", "x", value)
    if entity == "CREDIT_CARD":
        assert {apply("realistic", entity, value)[0] for value in ("4111111111111111",)} == {"4"}


@pytest.mark.parametrize(("entity", "value"), [(entity, value) for entity, values in NO_RANGE.items() for value in values])
def test_what_has_no_reserved_range_gets_a_surrogate(entity: str, value: str) -> None:
    assert apply("realistic", entity, value) == apply("surrogate", entity, value)


def test_forms_of_one_value_share_their_digits() -> None:
    one = names()
    texts = [apply("realistic", "CREDIT_CARD", form, one) for form in ("4111111111111111", "4111-1111-1111-1111", "4111 1111 1111 1111")]
    assert len(set(texts)) == 3
    assert len({re.sub(r"\D", "", text) for text in texts}) == 1


def test_a_taken_stand_in_is_stepped_over() -> None:
    first = apply("realistic", "EMAIL_ADDRESS", "maria@corp.io")
    for text in (first, first.upper()):
        document = {"model": "m", "messages": [{"role": "user", "content": f"maria@corp.io, not {text}"}]}
        outbound = walked(document)
        assert first not in {issued.text for issued in outbound.issued if issued.original.text == "maria@corp.io"}


RULES = {"defaults": {"transform": "realistic"}}


def walked(
    document: Any, recalled: dict[str, tuple[str, Original]] | None = None, rules: dict[str, Any] = RULES, dialect: str = "openai"
) -> Outbound:
    """The walk with the product's own detectors."""
    endpoint, body = ENDPOINTS[dialect], parse(json.dumps(document))
    found = segments(body, endpoint.request)
    policy = Policy(read_policy({"version": 1, **rules}))
    known = {text: entry for text, entry in (recalled or {}).items() if text in own_surrogates(found, realistic=policy.realistic)}
    scanned = {view(segment)[0]: scanner().scan(view(segment)[0]) for segment in found}
    verdict = policy.decide(found, assemble(found, scanned, known, endpoint.conversation), NOW)
    return protect(body, endpoint.request, found, verdict, names(), known, endpoint.conversation)


def vault(outbound: Outbound) -> dict[str, tuple[str, Original]]:
    """What the vault would say of everything issued: it names the entity of surrogates only, from their text."""
    return {issued.text: (named(issued.text), issued.original) for issued in outbound.issued}


PROMPT = "I am maria@corp.net, card 4111 1111 1111 1111, call +1 202 555 0143, account DE89 3704 0044 0532 0130 00, host 2a00:1450:4001:81b::200e"
ORIGINALS = ["maria@corp.net", "4111 1111 1111 1111", "+1 202 555 0143", "DE89 3704 0044 0532 0130 00", "2a00:1450:4001:81b::200e"]
TEMPLATES = [
    "{}",
    "{}.",
    "x {}",
    "{} {}",
    "**{}**, ({})",
    "`{}` is {}'s",
    "{}s",
    "{}7",
    "{}more",
    "a{}",
    "{}\n- {}",
    "<{}>",
    "{}@x",
    "{}/x",
]


def test_every_value_of_the_prompt_has_its_realistic_stand_in() -> None:
    outbound = walked({"model": "m", "messages": [{"role": "user", "content": PROMPT}]})
    assert {issued.original.text for issued in outbound.issued} == set(ORIGINALS)
    assert not any(well_formed(issued.text) for issued in outbound.issued)
    assert not any(value.encode() in dump(outbound.document) for value in ORIGINALS)


@pytest.mark.parametrize("value", ORIGINALS)
def test_an_answer_is_restored_alike_at_every_cut(value: str) -> None:
    outbound = walked({"model": "m", "messages": [{"role": "user", "content": PROMPT}]})
    fake, restorer = stand_in(outbound, value), restorer_of(outbound)
    for template in TEMPLATES:
        for spelling in (fake, fake.upper()):
            text = template.replace("{}", spelling)
            whole = fed(Lane(restorer.originals, json=False, sinks=True), [text])
            joined = template in {"{}7", "{}more"}
            assert (value in whole) is not joined, template
            assert (spelling in whole) is joined
            for pieces in [*cuts(text, 2), list(text)]:
                assert fed(Lane(restorer.originals, json=False, sinks=True), pieces) == whole


@pytest.mark.parametrize("dialect", ["openai", "anthropic"])
def test_a_streamed_answer_holds_back_what_could_be_one_and_nothing_else(dialect: str) -> None:
    outbound = walked({"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": PROMPT}]}, dialect=dialect)
    answer = "; ".join(stand_in(outbound, value) for value in ORIGINALS)
    key = ("content", 0, 0)
    for size in (1, 3, 11):
        pieces = [(key, answer[at : at + size]) for at in range(0, len(answer), size)]
        endpoint = ENDPOINTS[dialect]
        assert endpoint.stream is not None
        machine = StreamRestorer(endpoint, endpoint.stream, restorer_of(outbound))
        out = machine.feed(STREAM[dialect](pieces)) + machine.finish()
        assert READ[dialect](out)[key] == "; ".join(ORIGINALS)
    reader = Reader([issued.text for issued in outbound.issued])
    for text in ("plain words", "mail me", "9 of 9", "(x", "DE00 1"):
        assert reader.holdback(text) == 0


@pytest.mark.parametrize("extra", ["", " Thanks.", " Also write to new@corp.io and 5555 5555 5555 4444."])
@pytest.mark.parametrize("restore", [True, False])
def test_replay_and_prefix_of_a_conversation(extra: str, restore: bool) -> None:
    """A restored answer goes back as the provider wrote it; one that was not restored stays as it is; earlier turns never change."""
    document: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": PROMPT}]}
    first = walked(document)
    said = "Noted: " + ", ".join(stand_in(first, value) for value in ORIGINALS) + "."
    body = dump({"choices": [{"index": 0, "message": {"role": "assistant", "content": said}}]})
    restored = restore_whole(body, ENDPOINTS["openai"], restorer_of(first), Noted()) if restore else body
    message = json.loads(restored)["choices"][0]["message"]
    assert ("4111" in message["content"]) is restore
    document["messages"] += [message, {"role": "user", "content": "Go on." + extra}]
    second = walked(document, vault(first))
    assert second.document["messages"][:1] == first.document["messages"]
    assert second.document["messages"][1]["content"] == said
    third = walked(
        {**document, "messages": [*document["messages"], {"role": "user", "content": f"{ORIGINALS[0]}?"}]}, vault(second) | vault(first)
    )
    assert third.document["messages"][:3] == second.document["messages"]
    assert third.document["messages"][3]["content"] == f"{stand_in(first, ORIGINALS[0])}?"


def test_a_stand_in_of_somebody_else_is_a_value_like_any_other() -> None:
    fake = apply("realistic", "EMAIL_ADDRESS", "maria@corp.io")
    document = {"model": "m", "messages": [{"role": "user", "content": f"write to {fake}"}]}
    assert fake.encode() not in dump(walked(document).document)
    assert fake.encode() in dump(walked(document, {fake: ("", Original("maria@corp.io"))}).document)


def test_digits_that_a_model_wrote_as_a_number_come_back_as_one() -> None:
    outbound = walked(
        {"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": "card 4111111111111111"}]}, dialect="anthropic"
    )
    fake = stand_in(outbound, "4111111111111111")
    answer = b'{"content":[{"type":"tool_use","id":"t","name":"pay","input":{"card":%s,"text":"%s"}}]}' % (fake.encode(), fake.encode())
    restored = restore_whole(answer, ENDPOINTS["anthropic"], restorer_of(outbound), Noted())
    assert json.loads(restored)["content"][0]["input"] == {"card": 4111111111111111, "text": "4111111111111111"}


def test_a_number_in_json_gets_a_surrogate_since_quotes_would_give_a_fake_away() -> None:
    block = {"type": "tool_use", "id": "t", "name": "pay", "input": {"card": 4111111111111111}}
    outbound = walked({"model": "m", "max_tokens": 1, "messages": [{"role": "assistant", "content": [block]}]}, dialect="anthropic")
    assert [well_formed(issued.text) != [] for issued in outbound.issued] == [True]


# the others


@pytest.mark.parametrize(
    ("value", "using", "text"),
    [
        ("4111 1111 1111 1111", {}, "**** **** **** ****"),
        ("4111 1111 1111 1111", {"keep_last": 4}, "**** **** **** 1111"),
        ("maria@corp.io", {"keep_first": 1, "keep_last": 2, "character": "x"}, "mxxxx@xxxx.io"),
        ("4111 1111", {"keep_first": 2, "keep_last": 3}, "**** ****"),
        ("abc", {"keep_last": 4}, "***"),
        ("--", {}, "[X]"),
    ],
)
def test_mask(value: str, using: dict[str, Any], text: str) -> None:
    assert apply("mask", "X", value, using=PARAMETERS["mask"](**using)) == text


@pytest.mark.parametrize(
    ("entity", "value", "text"),
    [
        ("BIRTH_DATE", "1985-03-12", "1985-03"),
        ("BIRTH_DATE", "1985-03-12T10:00:00Z", "1985-03"),
        ("BIRTH_DATE", "12.03.1985", "1985-03"),
        ("BIRTH_DATE", "3/28/1985", "1985-03"),
        ("BIRTH_DATE", "28/3/1985", "1985-03"),
        ("BIRTH_DATE", "3/4/1985", "1985"),
        ("BIRTH_DATE", "12 March 1985", "March 1985"),
        ("BIRTH_DATE", "Mar. 12th, 1985", "Mar 1985"),
        ("BIRTH_DATE", "12 Marvel 1985", "[BIRTH_DATE]"),
        ("BIRTH_DATE", "yesterday", "[BIRTH_DATE]"),
        ("AGE", "47", "40-49"),
        ("AGE", "47 years old", "40-49 years old"),
        ("X", "47 years", "40-49 years"),
        ("X", "47", "[X]"),
        ("COORDINATES", "48.137154, 11.576124", "48.1, 11.5"),
        ("COORDINATES", "-33.8688,151.2093", "-33.9,151.2"),
        ("STREET_ADDRESS", "12 Baker Street, London NW1 6XE", "London"),
        ("STREET_ADDRESS", "Hauptstr. 5, 80331 München", "München"),
        ("ADDRESS", "1600 Pennsylvania Avenue NW, Washington, DC 20500", "Washington"),
        ("ADDRESS", "Flat 3\nSt. Albans\nAL1 3JQ", "St. Albans"),
        ("ADDRESS", "Rose Cottage, Mill Lane 4, Oxford", "[ADDRESS]"),
        ("EMAIL_ADDRESS", "1x@a.io, London", "London"),
        ("PHONE_NUMBER", "+1 202 555 0143", "[PHONE_NUMBER]"),
    ],
)
def test_generalize(entity: str, value: str, text: str) -> None:
    assert apply("generalize", entity, value) == text


def test_a_hash_joins_forms_and_tells_values_and_entities_apart() -> None:
    texts = {form: apply("hash", "CREDIT_CARD", form) for form in ("4111111111111111", "4111-1111-1111-1111", "5555555555554444")}
    assert texts["4111111111111111"] == texts["4111-1111-1111-1111"] != texts["5555555555554444"]
    assert re.fullmatch(r"\[CREDIT_CARD#[a-p]{16}\]", texts["4111111111111111"])
    assert apply("hash", "A", "x")[3:] != apply("hash", "B", "x")[3:]
    assert len(apply("hash", "A", "x", using=PARAMETERS["hash"](length=64))) == 64 + len("[A#]")


@pytest.mark.parametrize("name", [transform.name for transform in ALL if not transform.reversible])
def test_what_stands_for_a_value_stays_when_it_comes_back(name: str) -> None:
    """Replay for what is never restored: the provider's own text, sent back as history, is sent as it was."""
    text = f"{PROMPT}, password: hunter2!x, ghp_{'a1B2' * 9}, ssn 536-90-4399"
    first = walked({"model": "m", "messages": [{"role": "user", "content": text}]}, rules={"defaults": {"transform": name}})
    assert first.issued == ()
    assert walked(first.document, rules={"defaults": {"transform": name}}).document == first.document


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
