"""Every sort of key is rotated under load through a real gateway: no read fails, no request is refused, nothing is lost."""

import base64
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest

from app.crypto.keyfile import KeyFile
from tests import outsider
from tests.gateway_process import DIALECTS, ROOT, Canaries, ask, eventually, world
from tests.upstream import surrogates

WORKERS = 4


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("keys") / "kek"
    KeyFile.create(path)
    return path


@pytest.fixture(scope="module")
def running(postgres, tmp_path_factory, file):
    home = tmp_path_factory.mktemp("rotation") / "home"
    with world(postgres, home, ["--workers", "2"], HUSHGATE_KEK_FILE=str(file)) as built:
        yield built


class Load:
    """Callers that each tell a value and then quote its surrogate: a failed read shows as one that is not restored."""

    def __init__(self, running):
        self.running, self.stop, self.answered, self.wrong = running, threading.Event(), 0, []
        self._threads = [threading.Thread(target=self._work, args=(number,)) for number in range(WORKERS)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self._threads:
            thread.join()

    def _work(self, number):
        canaries = Canaries.fresh()
        while not self.stop.is_set():
            for dialect in DIALECTS:
                told = self.running.post(dialect, ask(dialect, canaries.text), headers={"x-hushgate-restore": "off"})
                if told.status != 200:
                    self.wrong.append((number, told.status, told.body))
                    continue
                quoted = self.running.post(dialect, ask(dialect, f"Again: {told.text}", stream=number % 2 == 0))
                if quoted.status != 200 or quoted.text != f"Again: {canaries.text}":
                    self.wrong.append((number, quoted.status, quoted.body))
                self.answered += 2
            canaries = Canaries.fresh() if self.answered % 3 else canaries

    def some(self):
        """Wait until every worker has seen the world as it is now."""
        want = self.answered + 6 * WORKERS
        eventually(lambda: self.answered >= want or self.wrong)


def test_every_sort_of_key_is_rotated_under_load_and_no_read_fails(running, file):
    old = running.sql("SELECT kek_fingerprint FROM installation")[0][0]
    with Load(running) as load:
        load.some()
        for sort in ("data", "index"):
            running.admin("POST", "keyring/rotate", {"sort": sort})
            load.some()
        fresh = KeyFile.extend(file)
        eventually(lambda: fresh in str(running.sql("SELECT min(keks) FROM lease")))
        assert running.admin("POST", "keyring/rotate", {"sort": "kek"})["version"] == fresh
        load.some()
        while running.admin("POST", "keyring/rewrap", {"limit": 3})["done"]:
            pass
        running.admin("POST", "keyring/revoke", {"sort": "kek", "version": old})
        load.some()
        eventually(lambda: running.sql("SELECT 1 FROM data_key WHERE purpose = 'root' AND created_at < now() - interval '6 seconds'"))
        load.some()  # the new index key writes now
        running.admin("POST", "keyring/rotate", {"sort": "data"})
        load.some()
    print(f"\n{load.answered} answers, {len(load.wrong)} wrong")
    assert load.wrong == []
    assert load.answered >= 40
    assert {kek for (kek,) in running.sql("SELECT kek FROM data_key WHERE wrapped IS NOT NULL")} == {fresh}
    assert running.sql("SELECT max(version) FROM data_key WHERE purpose = 'vault'")[0][0] == 3
    running.assert_invariants(Canaries.fresh())


def hushgate(running, *arguments):
    environment = {"PATH": os.environ["PATH"], "HUSHGATE_HOME": str(running.home)}
    command = [sys.executable, "-m", "app", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def signed_by(note, key):
    """The head that `key` signed, read by other code."""
    return outsider.checkpoint(outsider.opened(note, [(note.splitlines()[0], base64.b64decode(key["public"]))])[0])


def head(running):
    return running.admin("GET", "audit/checkpoint?tree=default")


def test_the_signing_key_is_rotated_under_load_and_everything_signed_before_verifies_still(running, tmp_path):
    with Load(running) as load:
        load.some()
        old, before = running.admin("GET", "audit/key"), head(running)
        size, root = signed_by(before["checkpoint"], old)[1:]
        early, late = tmp_path / "early.jsonl", tmp_path / "late.jsonl"
        assert hushgate(running, "audit", "export", "-o", early).returncode == 0
        running.admin("POST", "keyring/rotate", {"sort": "signing"})
        new = running.admin("GET", "audit/key")
        assert new["public"] != old["public"]
        assert new["earlier"] == [*old["earlier"], old["fingerprint"]]

        def signs():
            with suppress(AssertionError):
                return signed_by(head(running)["checkpoint"], new)
            return None

        began = time.monotonic()
        after = eventually(signs, 15, "the sequencer signs with the old key still")
        print(f"\nthe new key signs after {time.monotonic() - began:.1f} s")
        load.some()
        heads = tmp_path / "checkpoints.jsonl"  # both keys' heads, up to now
        heads.write_bytes((running.home / "checkpoints.jsonl").read_bytes().rpartition(b"\n")[0] + b"\n")
        assert hushgate(running, "audit", "export", "-o", late).returncode == 0
    assert load.wrong == []
    assert after[1] > size
    with pytest.raises(AssertionError):
        signed_by(before["checkpoint"], new)
    path = running.admin("GET", f"audit/consistency?tree=default&old={size}&new={after[1]}")["path"]
    assert outsider.consistent(size, after[1], [base64.b64decode(step) for step in path], root) == (root, after[2])
    keys = [word for one in (old, new) for word in ("--key", one["fingerprint"])]
    for file, pins in ((early, keys[:2]), (late, keys), (late, [*keys, "--checkpoint", heads])):
        told = hushgate(running, "audit", "verify", file, *pins)
        assert told.returncode == 0, told.stderr
    strange = hushgate(running, "audit", "verify", late, "--key", old["fingerprint"][:-4] + "0000")
    assert strange.returncode == 1


def test_what_was_told_before_is_restored_after_everything_was_rotated_and_restarted(running):
    canaries = Canaries.fresh()
    told = running.post("openai", ask("openai", canaries.text), headers={"x-hushgate-restore": "off"})
    assert len(set(surrogates(told.body))) == 3
    for sort in ("data", "index"):
        running.admin("POST", "keyring/rotate", {"sort": sort})
    running.restart()
    assert running.post("openai", ask("openai", told.text)).text == canaries.text
