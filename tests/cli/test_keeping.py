"""`hushgate keyring`, `retention` and `hold` against a real admin API."""

import json

from app.crypto.keyfile import KeyFile


def test_keys_are_listed_rotated_wrapped_anew_and_revoked(shell, home):
    shown = json.loads(shell("keyring", "list", "--json").stdout)
    assert {(one["sort"], one["current"]) for one in shown} >= {("kek", True), ("index", True)}
    assert "no new key-encryption key" in shell("keyring", "rotate", "kek", status=1).stderr
    assert json.loads(shell("keyring", "rotate", "index", "--json").stdout) == {"sort": "index", "version": "2"}
    assert json.loads(shell("keyring", "rotate", "signing", "--json").stdout)["sort"] == "signing"
    shell("keyring", "rotate", "data", "--team", "default")
    assert "every key is wrapped" in shell("keyring", "rewrap").stderr
    assert "still need this version" in shell("keyring", "revoke", "index", "1", status=1).stderr
    assert "in use" in shell("keyring", "revoke", "index", "2", status=1).stderr
    shell("keyring", "rotate", "nonsense", status=1)
    heads = shell("keyring", "list").stdout.splitlines()[0].split("\t")
    assert heads == ["sort", "version", "current", "uses", "created at", "revoked at"]


def test_a_new_kek_is_added_to_the_key_file_without_a_gateway(shell, home):
    KeyFile.create(home / "kek")
    before = KeyFile.open(home / "kek")
    made = shell("keyring", "new-kek")
    assert KeyFile.open(home / "kek").fingerprints == (before.fingerprint, made.stdout.strip())
    assert "rotate kek" in made.stderr
    (home / "kek").unlink()
    assert "cannot be read" in shell("keyring", "new-kek", status=1).stderr


def test_periods_are_set_and_a_hold_is_set_and_cleared(shell, home):
    shell("retention", "set", "default", "record", "90")
    listed = json.loads(shell("retention", "list", "--team", "default", "--json").stdout)
    assert [(one["what"], one["days"], one["usual"]) for one in listed] == [("record", 90, False), ("admin", 2557, True)]
    shell("retention", "set", "default", "record", "usual")
    assert "no number of days" in shell("retention", "set", "default", "record", "soon", status=1).stderr
    shell("retention", "set", "nobody", "record", "3", status=1)
    made = json.loads(shell("hold", "set", "default", "--reason", "a lawsuit", "--json").stdout)
    shell("hold", "clear", made["id"], "--reason", "it was settled")
    [held] = json.loads(shell("hold", "list", "--json").stdout)
    assert (held["reason"], held["cleared_for"], held["cleared_by"]) == ("a lawsuit", "it was settled", held["set_by"])
    assert "cleared before" in shell("hold", "clear", made["id"], "--reason", "again", status=1).stderr
    verbs = [one["verdict"] for one in json.loads(shell("audit", "list", "--json").stdout)]
    assert verbs[:2] == ["hold.clear", "hold.set"]
