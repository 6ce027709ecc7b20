"""The reference pages: every error code and setting is there with what holds in the code, and every policy example works."""

import json
import re
from pathlib import Path

import pytest

from app.config import Settings
from app.control import policies
from app.core.finding import ENTITIES
from app.core.policy import PolicyDocument
from app.crypto.evidence import Refuted
from app.errors import HushgateError, Invalid, SetupError

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = re.compile(r"^```json(?: refused at (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = EXAMPLE.findall((DOCS / "policy.md").read_text(encoding="utf-8"))


def _tree(base):
    for kind in base.__subclasses__():
        yield kind
        yield from _tree(kind)


def test_every_error_code_is_documented_with_its_status_and_none_besides():
    sections = dict(
        re.findall(r"^## (\w+)\n\n(.*?)(?=^## |\Z)", (DOCS / "errors.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    )
    kinds = [HushgateError, *(kind for kind in _tree(HushgateError) if kind.__module__.startswith("app.") and "code" in vars(kind))]
    assert {kind.code for kind in kinds} == set(sections)
    for kind in kinds:
        text = sections[kind.code]
        assert kind in {SetupError, Refuted} or text.startswith(f"*{kind.status}.* "), kind.code
        assert len(text.strip().split("\n\n")) >= 2 or kind.code == "hushgate_setup", f"{kind.code}: what to do is missing"


def test_every_setting_is_documented_with_its_default_and_none_besides():
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", (DOCS / "settings.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(rows) == {f"HUSHGATE_{name.upper()}" for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        default = {None: "none", "": "empty"}.get(field.default, f"`{field.default}`")
        assert rows[f"HUSHGATE_{name.upper()}"] == default


def test_every_key_and_entity_of_a_policy_is_documented():
    text = (DOCS / "policy.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == set(PolicyDocument.model_fields)
    assert {name for name in ENTITIES if f"`{name}`" not in text} == set()


def test_there_are_examples():
    assert len(EXAMPLES) >= 8


@pytest.mark.parametrize(("place", "text"), EXAMPLES)
def test_an_example_does_what_the_page_says(place, text):
    document = json.loads(text)
    if not place:
        policies.check(document)
        return
    with pytest.raises(Invalid) as error:
        policies.check(document)
    assert error.value.where == place
