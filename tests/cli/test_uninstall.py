"""`hushgate uninstall` removes what is ours and nothing else."""

from app.store.embedded import Embedded, place


def test_nothing_is_deleted_without_being_told(offline, home):
    home.mkdir()
    (home / "kek").write_text("x")
    refused = offline("uninstall", status=1)
    assert "--yes" in refused.stderr
    assert (home / "kek").exists()


def test_the_private_database_its_keys_and_the_home_go(offline, home):
    server = Embedded.start(home)
    try:
        (home / "kek").write_text("x")
        assert "in use" in offline("uninstall", "--yes", status=1).stderr
        assert (home / "kek").exists()
    finally:
        server.stop()
    assert place(home).exists()
    offline("uninstall", "--yes")
    assert not home.exists()
    assert not place(home).exists()
    offline("uninstall", "--yes")


def test_what_is_not_ours_stays(offline, home):
    home.mkdir()
    for name in ("kek", "first-run.json", "thesis.odt"):
        (home / name).write_text("x")
    assert "thesis.odt" in offline("uninstall", "--yes").stderr
    assert [path.name for path in home.iterdir()] == ["thesis.odt"]


def test_the_key_of_an_external_database_stays(offline, home, monkeypatch):
    monkeypatch.setenv("HUSHGATE_DATABASE_URL", "postgresql://db.example.test/hushgate")
    home.mkdir()
    (home / "kek").write_text("x")
    (home / "first-run.json").write_text("{}")
    assert "kek" in offline("uninstall", "--yes").stderr
    assert [path.name for path in home.iterdir()] == ["kek"]
