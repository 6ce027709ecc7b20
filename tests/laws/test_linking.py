"""Names over whole conversations, for a detector that sees full names only: prefix law, replay law, shared and separate sevens."""

import json
import re
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.document import dump, parse
from app.core.finding import Finding
from app.core.naming import Outbound
from app.core.surrogate import IDENTITY, well_formed
from app.engine.answer import Noted, restore_whole
from laws.machine import ENDPOINTS
from laws.walk import restorer_of, walk

NAMES: Final = (
    "Maria Singh", "Dr. Maria Singh", "Maria Lopez", "Raj Singh", "Kim Min-su", "Will May", "Li Bo", "Jürgen van der Berg", "SINGH, Maria",
    "Acme GmbH", "王小明", "김민수", "Bo",
)  # fmt: skip
SAID: Final = (*NAMES, "Maria", "Ms Singh", "M. Singh", "Min-su", "Will", "Li", "maria singh", "Jurgen Berg", "Acme", "Lopez", "小明")
FRAMES: Final = ("{} called.", "Ask {}.", "we met {} and {}", "{}'s mail, {}", "nothing new", '{{"who": "{}", "n": 1}}', "{}\n{}", "a {}")
_SEEN: Final = re.compile("|".join(f"(?<!\\w){re.escape(name)}(?!\\w)" for name in sorted(NAMES, key=len, reverse=True)))

turns = st.lists(
    st.builds(
        lambda role, frame, one, other: {"role": role, "content": frame.format(one, other)},
        st.sampled_from(["user", "assistant", "user"]), st.sampled_from(FRAMES), st.sampled_from(SAID), st.sampled_from(SAID),
    ),
    min_size=1, max_size=7,
)  # fmt: skip


def see(text: str) -> list[Finding]:
    def entity(value: str) -> str:
        return "ORGANIZATION" if value.startswith("Acme") else "PERSON"

    return [Finding(*match.span(), entity(match[0]), 0.9, "names") for match in _SEEN.finditer(text)]


def backwards(text: str) -> list[Finding]:
    return see(text)[::-1]


def protected(said: list[dict[str, Any]], look: Any = see, dialect: str = "openai") -> Outbound:
    document = parse(json.dumps({"model": "m", "max_tokens": 9, "messages": said}))
    rules = {"rules": [{"entities": ["ORGANIZATION"], "action": "transform"}]}
    return walk(document, ENDPOINTS[dialect], rules, see=look)


def sevens(outbound: Outbound) -> dict[str, str]:
    return {issued.original.text: issued.text[-10:][:IDENTITY] for issued in outbound.issued}


@settings(max_examples=150)
@given(turns)
def test_what_is_said_later_changes_nothing_before_it(said: list[dict[str, Any]]) -> None:
    whole = [dump(turn) for turn in protected(said).document["messages"]]
    for count in range(1, len(said)):
        assert [dump(turn) for turn in protected(said[:count]).document["messages"]] == whole[:count]


@settings(max_examples=60)
@given(turns)
def test_the_order_in_which_detectors_report_does_not_count(said: list[dict[str, Any]]) -> None:
    assert dump(protected(said).document) == dump(protected(said, backwards).document)


@settings(max_examples=80)
@given(turns)
def test_every_form_comes_back_as_it_was(said: list[dict[str, Any]]) -> None:
    outbound = protected(said)
    for before, after in zip(said, outbound.document["messages"], strict=True):
        answer = {"choices": [{"index": 0, "message": {"role": "assistant", "content": after["content"]}}]}
        back = parse(restore_whole(json.dumps(answer).encode(), ENDPOINTS["openai"], restorer_of(outbound), Noted()))
        restored, sent = back["choices"][0]["message"]["content"], before["content"]
        assert (restored, "") == (sent, "") or json.loads(restored) == json.loads(sent)


@settings(max_examples=100)
@given(turns, st.data())
def test_an_answer_goes_back_as_the_provider_wrote_it(said: list[dict[str, Any]], data: st.DataObject) -> None:
    said = [*said, {"role": "user", "content": "Dr. Maria Singh, Will May and Li Bo"}]
    first = protected(said)
    issued = [one.text for one in first.issued]
    frames = ["Dear {}, hello.", "{}\n\n- {}", "**{}** and {}'s friend", "ask {}; {}", "Will you see {}?"]
    wrote = data.draw(st.sampled_from(frames)).format(*(data.draw(st.sampled_from(issued)) for _ in range(2)))
    answer = {"choices": [{"index": 0, "message": {"role": "assistant", "content": wrote}}]}
    back = parse(restore_whole(json.dumps(answer).encode(), ENDPOINTS["openai"], restorer_of(first), Noted()))
    known = {one.original.text for one in first.issued}
    if "Will you" in wrote and "Will" in known:
        return  # a name that is a word where any word has a capital: protected, at the price of the provider's own
    second = protected([*said, back["choices"][0]["message"], {"role": "user", "content": "go on"}])
    assert second.document["messages"][len(said)]["content"] == wrote


CLEAR: Final = (
    ("Dr. Maria Singh", "Maria", "Ms Singh", "M. Singh", "maria singh", "SINGH, Maria"),
    ("Kim Min-su", "Min-su"),
    ("Jürgen van der Berg", "Jurgen Berg", "Berg"),
    ("Acme GmbH", "Acme"),
    ("王小明", "小明"),
)


def test_forms_of_one_name_share_seven_and_restore_each_and_others_share_none() -> None:
    said = [{"role": "user", "content": f"About {forms[0]}."} for forms in CLEAR]
    said += [{"role": "user", "content": f"and then {form} again"} for forms in CLEAR for form in forms[1:] if form != "小明"]
    for dialect in ("openai", "anthropic"):
        found = sevens(protected(said, dialect=dialect))
        people = {forms[0]: {found[form] for form in forms if form in found} for forms in CLEAR}
        assert all(len(share) == 1 for share in people.values())
        assert len(set.union(*people.values())) == len(CLEAR)
        assert {"Maria", "M. Singh", "maria singh", "Berg", "Acme", "Min-su"} <= found.keys()


def test_two_who_could_be_meant_are_not_merged_and_a_form_keeps_who_it_was() -> None:
    texts = ["I know Maria Singh.", "Maria is kind.", "Now Maria Lopez came.", "Is Maria here?", "and Kim Min-su?"]
    found = sevens(protected([{"role": "user", "content": text} for text in texts]))
    assert found["Maria"] == found["Maria Singh"] != found["Maria Lopez"]
    found = sevens(protected([{"role": "user", "content": text} for text in [*texts[:1], *texts[2:]]]))
    assert len({found["Maria"], found["Maria Singh"], found["Maria Lopez"]}) == 3


def test_a_name_hidden_once_stands_nowhere_after() -> None:
    texts = ["Maria Singh wrote. Maria is in Rome.", "and Maria? Singh? SINGH!", '{"to": {"Singh": ["maria singh"]}}', "M. Singh"]
    sent = dump(protected([{"role": "user", "content": text} for text in texts]).document).decode()
    assert not re.search("maria|singh", sent, re.IGNORECASE)
    assert len(well_formed(sent)) == 8


def test_a_restored_name_is_found_at_the_start_of_an_answer_and_within_a_longer_one() -> None:
    said = [{"role": "user", "content": "we met Will May and Will, and Bo"}]
    will, bo = (next(i.text for i in protected(said).issued if i.original.text == name) for name in ("Will", "Bo"))
    said += [{"role": "assistant", "content": "Will called. Will, Maria Bo Singh?"}, {"role": "user", "content": "Will called."}]
    greedy = protected(
        said, lambda text: [*see(text), *(Finding(*m.span(), "PERSON", 0.9, "x") for m in re.finditer("Maria Bo Singh", text))]
    )
    answer, asked = (turn["content"] for turn in greedy.document["messages"][1:])
    assert answer.startswith(f"{will} called. {will}, PERSON_")
    assert f" {bo} PERSON_" in answer
    assert asked == "Will called."
