"""Providers: the address is checked, the credential sealed and never handed to another host."""

import pytest
from sqlalchemy import select

from app.control import audit, providers
from app.control.providers import Entry
from app.errors import Invalid, NotFound
from app.store import tables
from tests.control.parts import OWNER

pytestmark = pytest.mark.anyio
SECRET = "sk-canary-4f9d2c7b"
ADDRESSES = (
    "",
    "api.example.test",
    "ftp://api.example.test",
    "https://",
    f"https://user:{SECRET}@api.example.test",
    f"https://api.example.test?key={SECRET}",
    "https://api.example.test#x",
    "https://api.example.test:99999",
    "https://api.example.test:0",
    "https://api example.test",
    "https://api.example.test\\@evil.test",
    "https://[::1",
    "http://api.example.test",
    "https://äpi.example.test",
)


async def _sealed(control, name):
    async with control.database.transaction() as connection:
        return (await connection.execute(select(tables.provider.c.credential).where(tables.provider.c.name == name))).scalar_one()


async def test_a_provider_is_set_shown_and_listed_without_its_credential(control):
    entry = Entry("openai", "https://api.example.test/v1", SECRET, terms={"retention": "30 days"})
    made = await providers.put(control, OWNER, "mine", entry)
    assert made.credential_set
    assert made == await providers.get(control, OWNER, "mine")
    assert [made] == (await providers.every(control, OWNER)).items
    assert SECRET not in repr(made) + repr(entry)
    sealed = await _sealed(control, "mine")
    assert SECRET.encode() not in sealed
    async with control.database.transaction() as connection:
        assert await control.keys.open_credential(connection, "mine", sealed) == SECRET
    [record] = (await audit.entries(control, OWNER)).items
    assert record.details["details"]["credential"] == "set"
    assert SECRET not in str(record)


async def test_a_credential_stays_goes_or_changes_as_told(control):
    await providers.put(control, OWNER, "mine", Entry("openai", "https://api.example.test/v1", SECRET))
    kept = await providers.put(control, OWNER, "mine", Entry("openai", "https://api.example.test/v2", keep_credential=True))
    assert kept.credential_set
    assert kept.base_url.endswith("/v2")
    gone = await providers.put(control, OWNER, "mine", Entry("openai", "https://api.example.test/v2"))
    assert not gone.credential_set


@pytest.mark.parametrize("moved", ["https://evil.test/v1", "https://api.example.test:8443/v1"])
async def test_a_kept_credential_does_not_follow_the_address_to_another_host(control, moved):
    await providers.put(control, OWNER, "mine", Entry("openai", "https://api.example.test/v1", SECRET))
    with pytest.raises(Invalid, match="credential"):
        await providers.put(control, OWNER, "mine", Entry("openai", moved, keep_credential=True))
    assert (await providers.get(control, OWNER, "mine")).base_url == "https://api.example.test/v1"


async def test_an_address_is_an_address_and_no_more(control):
    for address in ADDRESSES:
        with pytest.raises(Invalid) as error:
            await providers.put(control, OWNER, "mine", Entry("openai", address))
        assert error.value.where == "base_url"
        assert SECRET not in str(error.value)
    assert (await providers.every(control, OWNER)).items == []


async def test_plain_http_is_for_private_hosts(control):
    made = await providers.put(control, OWNER, "local", Entry("openai", "http://127.0.0.1:9000/v1", allow_private=True))
    assert made.allow_private


async def test_a_credential_can_stand_in_a_header(control):
    for secret in ("", "two words", "line\nbreak", "sk-ümlaut", "x" * 8193):
        with pytest.raises(Invalid) as error:
            await providers.put(control, OWNER, "mine", Entry("openai", "https://api.example.test", secret))
        assert error.value.where == "credential"


async def test_names_and_dialects_are_checked(control):
    for name, dialect in (("sandbox", "openai"), ("hushgate", "openai"), ("Mine", "openai"), ("mine", "cobol")):
        with pytest.raises(Invalid):
            await providers.put(control, OWNER, name, Entry(dialect, "https://api.example.test"))


async def test_an_unknown_provider_is_not_found(control):
    with pytest.raises(NotFound):
        await providers.get(control, OWNER, "mine")
