"""Policies: checked, compiled, immutable, and published once."""

import hashlib
import json
import re

import pytest

from app.control import apply, audit, policies, teams
from app.core.policy import read_policy
from app.crypto.keyring import KeyFile, Keyring
from app.errors import Conflict, Invalid, NotFound
from app.store.keys import Keys
from tests.control.parts import OWNER

pytestmark = pytest.mark.anyio
DOCUMENT = {
    "version": 1,
    "defaults": {"threshold": 0.6},
    "rules": [
        {"entities": ["AWS_*"], "action": "block", "reason": "rotate it"},
        {"entities": ["US_SSN"], "action": "transform", "with": "redact"},
    ],
    "terms": [{"name": "project", "texts": ["Blue Falcon"]}, {"name": "ticket", "pattern": "TCK-[0-9]{6}"}],
    "mode": "monitor",
    "mode_until": "2031-01-01T00:00:00Z",
}
FAULTS = (
    ([], "document"),
    ({}, "version"),
    ({"version": 2}, "version"),
    ({"version": 1, "rulez": []}, "rulez"),
    ({"version": 1, "rules": [{"entities": ["*"], "action": "shred"}]}, "rules.0.action"),
    ({"version": 1, "terms": [{"name": "ok", "texts": ["fine"]}, {"name": "bad", "pattern": "(canary"}]}, "terms.1.pattern"),
    ({"version": 1, "terms": [{"name": "empty", "pattern": "x*"}]}, "terms.0.pattern"),
    ({"version": 1, "terms": [{"name": "nothing"}]}, "terms.0"),
)


@pytest.fixture
async def team(control):
    await teams.create(control, OWNER, "blue")
    return "blue"


async def test_a_document_becomes_the_next_version_and_means_the_same_when_read_back(control, team):
    made = await policies.put(control, OWNER, team, DOCUMENT)
    assert (made.serial, made.changed) == (2, True)
    now = await policies.current(control, OWNER, team)
    assert (now.version, now.document) == (made.version, made.document)
    assert read_policy(now.document) == read_policy(DOCUMENT)
    assert [version.serial for version in (await policies.versions(control, OWNER, team)).items] == [2, 1]


async def test_an_equal_document_makes_no_version_and_no_record(control, team):
    first = await policies.put(control, OWNER, team, DOCUMENT)
    again = await policies.put(control, OWNER, team, {**first.document, "models": ["*"]})
    assert (again.version, again.serial, again.changed) == (first.version, first.serial, False)
    assert len((await audit.entries(control, OWNER, team)).items) == 2


async def test_an_old_version_can_come_back_as_a_new_one(control, team):
    await policies.put(control, OWNER, team, DOCUMENT)
    back = await policies.put(control, OWNER, team, {"version": 1})
    assert back.serial == 3
    versions = (await policies.versions(control, OWNER, team)).items
    assert versions[0].version == versions[2].version


async def test_the_switch_is_on_the_record(control, team):
    await policies.put(control, OWNER, team, DOCUMENT)
    details = (await audit.entries(control, OWNER, team)).items[0].details["details"]
    assert (details["mode"], details["mode_until"]) == ("monitor", "2031-01-01T00:00:00+00:00")


async def test_a_fault_is_named_by_its_place_without_the_value(control, team):
    for document, where in FAULTS:
        with pytest.raises(Invalid) as error:
            await policies.put(control, OWNER, team, document)
        assert error.value.where == where
        assert "canary" not in str(error.value)
    assert (await policies.current(control, OWNER, team)).serial == 1


async def test_a_change_on_top_of_an_old_version_is_refused(control, team):
    first = await policies.current(control, OWNER, team)
    await policies.put(control, OWNER, team, DOCUMENT, first.version)
    with pytest.raises(Conflict):
        await policies.put(control, OWNER, team, {"version": 1, "mode": "monitor"}, first.version)


async def test_a_team_that_does_not_exist_has_no_policy(control):
    for attempt in (
        policies.put(control, OWNER, "red", DOCUMENT),
        policies.current(control, OWNER, "red"),
        policies.versions(control, OWNER, "red"),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_a_version_is_comparable_here_and_tells_nothing_without_the_key(control, team):
    """The same document has the same version whoever publishes it; no hash that needs no key gives it."""
    await teams.create(control, OWNER, "red")
    blue = await policies.put(control, OWNER, team, DOCUMENT)
    red = await policies.put(control, OWNER, "red", DOCUMENT)
    other = await policies.put(control, OWNER, "red", {**DOCUMENT, "terms": [{"name": "project", "texts": ["Red Kite"]}]})
    assert blue.version == red.version != other.version
    assert re.fullmatch("[0-9a-f]{16}", blue.version)
    texts = [json.dumps(blue.document, sort_keys=keys, separators=gaps) for keys in (True, False) for gaps in ((",", ":"), None)]
    texts.append(read_policy(DOCUMENT).model_dump_json(by_alias=True))
    digests = [hashlib.new(name, text.encode()).hexdigest() for text in texts for name in ("sha256", "sha512", "sha1", "md5", "sha3_256")]
    assert not any(digest.startswith(blue.version[:12]) for digest in digests)
    elsewhere = Keys(Keyring.create(KeyFile(b"k" * 32))[0], control.database)
    assert elsewhere.policy_version(read_policy(DOCUMENT)) != blue.version


async def test_an_earlier_version_is_read_compared_and_published_again(control, team):
    one = await policies.put(control, OWNER, team, DOCUMENT)
    await policies.put(control, OWNER, team, {**DOCUMENT, "mode": "enforce"})
    for name in (one.version, str(one.serial)):
        assert (await policies.at(control, OWNER, team, name)).document == one.document
    compared = await policies.compare(control, OWNER, team, one.version, None)
    assert (compared.before.serial, compared.after.serial) == (2, 3)
    assert [str(difference) for difference in compared.differences] == ['~ mode "monitor" → "enforce"']
    with pytest.raises(Conflict):
        await policies.rollback(control, OWNER, team, "2", expected=one.version)
    back = await policies.rollback(control, OWNER, team, "2")
    assert (back.serial, back.version, back.document) == (4, one.version, one.document)
    assert (await audit.entries(control, OWNER, team)).items[0].details["details"]["rollback_to"] == 2
    for attempt in (policies.rollback(control, OWNER, team, "77"), policies.at(control, OWNER, "red", "1")):
        with pytest.raises(NotFound):
            await attempt


async def test_the_policy_of_a_closed_team_is_read_and_not_changed(control, team):
    one = await policies.put(control, OWNER, team, DOCUMENT)
    await policies.put(control, OWNER, team, {"version": 1})
    await teams.close(control, OWNER, team)
    recorded = len((await audit.entries(control, OWNER, team)).items)
    wanted = apply.Wanted(teams={team: apply.WantedTeam(policy=DOCUMENT)})
    for attempt in (
        policies.put(control, OWNER, team, DOCUMENT),
        policies.put(control, OWNER, team, {"version": 1}),
        policies.rollback(control, OWNER, team, str(one.serial)),
        apply.apply(control, OWNER, wanted),
        apply.apply(control, OWNER, wanted, dry_run=True),
    ):
        with pytest.raises(Conflict, match="closed"):
            await attempt
    assert (await policies.current(control, OWNER, team)).serial == 3
    assert len((await audit.entries(control, OWNER, team)).items) == recorded


async def test_no_team_takes_a_name_that_the_api_needs(control):
    with pytest.raises(Invalid):
        await teams.create(control, OWNER, "schema")
