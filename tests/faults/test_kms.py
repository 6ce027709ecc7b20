"""A gateway whose key-encryption key is in a KMS: it serves through a short outage and fails closed in a long one."""

import time

import pytest

from app.config import Settings
from app.errors import SetupError
from app.main import initialise
from tests.gateway_process import ask, assert_refused, eventually, world
from tests.kms import Kms

UNAVAILABLE = (503, "hushgate_ledger_unavailable")


@pytest.fixture(scope="module")
def kms():
    with Kms() as running:
        yield running


@pytest.fixture(scope="module")
def running(postgres, tmp_path_factory, kms):
    folder = tmp_path_factory.mktemp("kms")
    token = folder / "token"
    token.write_text(kms.token)
    environment = {
        "HUSHGATE_KMS_URL": kms.url,
        "HUSHGATE_KMS_TOKEN_FILE": str(token),
        "HUSHGATE_KMS_TTL": "60",
        "HUSHGATE_KMS_TIMEOUT": "0.5",
    }
    with world(postgres, folder / "home", **environment) as built:
        yield built


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 403}, {"delay": 2.0}], ids=["sealed", "forbidden", "slow"])
def test_an_outage_is_served_from_memory_and_then_nothing_is_sent(running, kms, canaries, fault):
    time.sleep(0.5)  # until the gateway has heard of all that was set up, and remembers what it reads from now on
    running.assert_good("openai")
    for name, value in fault.items():
        setattr(kms, name, value)
    running.assert_good("openai")  # keys are remembered
    running.database.execute("NOTIFY hushgate")  # and now not any more
    document = ask("openai", canaries.text)
    answer = eventually(lambda: (found := running.post("openai", document)).status != 200 and found)
    assert_refused(answer, "openai", *UNAVAILABLE, receipt=False)
    before = len(running.upstream.received)
    assert running.post("openai", ask("openai", canaries.text)).status == 503
    assert len(running.upstream.received) == before
    kms.status, kms.delay = 0, 0.0
    eventually(lambda: running.post("openai", ask("openai", "hello")).status == 200)
    running.assert_invariants(canaries, answer)


def test_its_key_is_rotated_and_keys_are_wrapped_anew(running, kms, canaries):
    kms.rotate()
    version = eventually(lambda: _rotated(running))
    assert version == f"transit/hushgate:v{max(kms.versions)}"
    while running.admin("POST", "keyring/rewrap", {"limit": 100})["done"]:
        pass
    assert running.sql("SELECT DISTINCT kek FROM data_key WHERE wrapped IS NOT NULL") == [(version,)]
    kms.minimum = max(kms.versions)
    running.restart()
    running.assert_invariants(canaries)


def _rotated(running):
    answer = running.http.post(
        f"{running.first['admin_url']}/api/v1/keyring/rotate",
        json={"sort": "kek"},
        headers={"authorization": f"Bearer {running.first['admin_key']}"},
    )
    return answer.json()["version"] if answer.status_code == 201 else None


def test_without_it_nothing_starts_and_the_message_names_the_fix(running, kms):
    kms.status = 503
    with pytest.raises(SetupError, match=r"sealed.*HUSHGATE_KMS_URL"):
        initialise(Settings.read(running.environment), mint=False, base_url="", admin_url="")
    kms.status = 0


def test_the_token_and_the_keys_stand_nowhere(running, kms):
    for path, content in running.files():
        assert kms.token.encode() not in content, path
    assert kms.token.encode() not in running.dump()
