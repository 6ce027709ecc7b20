"""Disguised values in conversations: they come back as they were written, and the prefix and replay laws hold for them."""

import json
import random
from functools import partial

import pytest

from app.core.document import parse
from app.core.naming import Names
from app.engine.answer import Noted, restore_whole
from app.engine.views import undisguised
from laws.machine import ENDPOINTS
from laws.walk import KEY, restorer_of, walk
from tests.evasion.transforms import TRANSFORMS
from tests.evasion.values import ASSERTED, VALUES
from tests.laws.test_detectors import scanner


def naming():
    return Names(KEY, lambda _entity, value: undisguised(value).casefold())


def looked(content):
    return scanner().scan(content)


walked = partial(walk, see=looked)


def sent(turns):
    request = parse(json.dumps({"model": "m", "messages": turns}))
    return walked(request, ENDPOINTS["openai"], names=naming())


def disguised(name):
    dice = random.Random(name)
    return [value for entity in ASSERTED for value in (TRANSFORMS[name](VALUES[entity](dice), dice),) if value is not None]


@pytest.mark.parametrize("name", TRANSFORMS)
def test_what_was_hidden_comes_back_as_it_was_written(name):
    for value in disguised(name):
        said = f"It is about this:\n{value}\nwhat do you think?"
        first = sent([{"role": "user", "content": said}])
        inside = first.document["messages"][0]["content"]
        assert value not in inside
        answer = {"choices": [{"index": 0, "message": {"role": "assistant", "content": inside}}]}
        back = parse(restore_whole(json.dumps(answer).encode(), ENDPOINTS["openai"], restorer_of(first), Noted()))
        assert back["choices"][0]["message"]["content"] == said
        # Replay: the answer as history is what the provider sent. Prefix: what follows changes nothing before it.
        turns = [
            {"role": "user", "content": said},
            {"role": "assistant", "content": said},
            {"role": "user", "content": f"again {value} please"},
        ]
        later = sent(turns).document["messages"]
        assert [turn["content"] for turn in later[:2]] == [inside, inside]
        assert value not in later[2]["content"]


@pytest.mark.parametrize("name", ["base64", "hex", "fullwidth", "zero-width space between all characters", "spaced out", "percent signs"])
def test_a_disguised_value_is_the_plain_one_to_the_model(name):
    value = "maria.okafor@example.com"
    outbound = sent([{"role": "user", "content": f"{value} or\n{TRANSFORMS[name](value, random.Random(1))}"}])
    one, other = (issued.text for issued in outbound.issued)
    assert one[:-3] == other[:-3]
    assert one != other


def test_a_disguised_value_over_neighbouring_parts_is_found():
    encoded = "bWFyaWEub2thZm9yQGV4YW1wbGUuY29t"
    parts = [{"type": "text", "text": f"say {encoded[:14]}"}, {"type": "text", "text": f"{encoded[14:]} now"}]
    content = sent([{"role": "user", "content": parts}]).document["messages"][0]["content"]
    assert encoded[:14] not in content[0]["text"]
    assert encoded[14:] not in content[1]["text"]
