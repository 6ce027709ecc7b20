"""The first run: complete, once, whoever starts at the same time, and never a revoked key brought back."""

import asyncio
import json
import os
import stat
from datetime import UTC, datetime

import pytest

from app.config import Settings
from app.control import admin_keys, audit, install, keys, policies, providers, teams
from app.control.actor import INSTALLER
from app.crypto import credentials
from app.errors import SetupError
from tests.control.parts import OWNER, composed

pytestmark = pytest.mark.anyio
URLS = ("http://127.0.0.1:8080", "http://127.0.0.1:8081")


@pytest.fixture
def settings(tmp_path):
    return Settings(home=tmp_path / "home")


async def test_a_first_run_makes_everything_and_says_it_once(control, settings):
    run = await install.ensure(control, settings, *URLS)
    assert run.fresh
    assert [team.name for team in (await teams.every(control, OWNER)).items] == ["default"]
    assert (await policies.current(control, OWNER, "default")).serial == 1
    found = {p.name: (p.dialect, p.base_url, p.credential_set) for p in (await providers.every(control, OWNER)).items}
    assert found == {
        "openai": ("openai", "https://api.openai.com/v1", False),
        "anthropic": ("anthropic", "https://api.anthropic.com", False),
    }
    assert (await admin_keys.authenticate(control, run.admin_key)).name == "first run"
    [key] = (await keys.every(control, OWNER)).items
    assert run.gateway_key.startswith(f"hg_{key.id}_")
    assert run.gateway_key not in repr(run)
    assert run.admin_key not in repr(run)
    [record] = (await audit.entries(control, OWNER)).items
    assert (record.client, record.verdict, record.team) == (INSTALLER.id, "install", "")


async def test_the_file_holds_four_things_for_its_owner_alone(control, settings):
    previous = os.umask(0)
    try:
        run = await install.ensure(control, settings, *URLS)
    finally:
        os.umask(previous)
    file = install.path(settings)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content = json.loads(file.read_text())
    assert content == {"gateway_key": run.gateway_key, "admin_key": run.admin_key, "base_url": URLS[0], "admin_url": URLS[1]}
    assert list(settings.home.iterdir()) == [file]


async def test_later_runs_refresh_the_addresses_only(control, settings):
    first = await install.ensure(control, settings, *URLS)
    later = await install.ensure(control, settings, "http://127.0.0.1:1", "http://127.0.0.1:2")
    assert not later.fresh
    assert (later.gateway_key, later.admin_key) == (first.gateway_key, first.admin_key)
    assert json.loads(install.path(settings).read_text())["base_url"] == "http://127.0.0.1:1"
    assert len((await audit.entries(control, OWNER)).items) == 1


async def test_what_was_revoked_stays_revoked(control, settings):
    first = await install.ensure(control, settings, *URLS)
    await keys.revoke(control, OWNER, credentials.parse(first.gateway_key).id)
    assert (await install.ensure(control, settings, *URLS)).gateway_key == first.gateway_key
    assert all(key.revoked_at for key in (await keys.every(control, OWNER)).items)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"gateway_key": 7, "admin_key": "hg_x"}'])
async def test_a_lost_or_damaged_file_gets_new_keys_and_the_old_ones_go_on(control, settings, content):
    first = await install.ensure(control, settings, *URLS)
    install.path(settings).write_text(content)
    second = await install.ensure(control, settings, *URLS)
    assert second.fresh
    assert second.gateway_key != first.gateway_key
    assert await admin_keys.authenticate(control, first.admin_key)
    assert await admin_keys.authenticate(control, second.admin_key)


async def test_many_processes_at_once_agree(database_url, control, settings):
    async with composed(database_url, control.keys.keyring) as other:
        runs = await asyncio.gather(*(install.ensure(parts, settings, *URLS) for parts in (control, other) * 3))
    assert len({(run.gateway_key, run.admin_key) for run in runs}) == 1
    assert sum(run.fresh for run in runs) == 1


async def test_a_home_that_cannot_be_written_is_named(control, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match="HUSHGATE_HOME"):
        await install.ensure(control, Settings(home=tmp_path / "file"), *URLS)
    assert (await teams.every(control, OWNER)).items == []


async def test_existing_teams_and_providers_are_not_touched(control, settings):
    await teams.create(control, OWNER, "default")
    await install.ensure(control, settings, *URLS)
    assert (await providers.every(control, OWNER)).items == []
    assert await keys.create(control, OWNER, "default", now=datetime.now(UTC))
