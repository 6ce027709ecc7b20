"""The build stage of the image, as a script on this machine: what it makes runs alone, pinned by hash, without build tools."""

import json
import os
import subprocess
import venv
from pathlib import Path

import pytest

from tests.gateway_process import ROOT, eventually

pytestmark = pytest.mark.timeout(900)
TOOLS = {"pip", "setuptools", "wheel", "hatchling", "pytest", "mypy"}


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    """The environment that `COPY --from=build` would take over."""
    folder = tmp_path_factory.mktemp("image") / "opt"
    subprocess.run(["sh", ROOT / "deploy/build.sh", folder], cwd="/", check=True)
    return folder


def run(target, *words, **environment):
    inherited = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return subprocess.run(
        [target / "bin/hushgate", *words], env=inherited | environment, cwd="/", capture_output=True, text=True, check=False
    )


def test_it_holds_the_command_and_no_build_tools(target):
    assert run(target, "--version").stdout.startswith("hushgate ")
    names = {path.name.partition("-")[0].lower() for path in target.glob("lib/python3*/site-packages/*.dist-info")}
    assert "hushgate" in names
    assert not names & TOOLS
    assert not list(target.glob("bin/pip*"))
    assert not Path(venv.__file__).is_relative_to(target)


def test_it_prepares_a_database_and_serves_from_files_that_hold_the_secrets(target, postgres, tmp_path):
    import psycopg  # noqa: PLC0415

    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE image")
    head, _, query = postgres.partition("?")
    (tmp_path / "url").write_text(f"{head.rpartition('/')[0]}/image?{query}\n")
    (tmp_path / "kek").write_text("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=\n")
    files = {
        "HUSHGATE_HOME": str(tmp_path / "home"),
        "HUSHGATE_DATABASE_URL_FILE": str(tmp_path / "url"),
        "HUSHGATE_KEK_FILE": str(tmp_path / "kek"),
    }
    refused = run(target, "serve", "--port", "0", "--admin-port", "0", **files)
    assert (refused.returncode, "hushgate init" in refused.stderr) == (1, True)
    assert run(target, "init", **files).returncode == 0
    first = tmp_path / "home/first-run.json"
    before = first.stat().st_mtime_ns
    process = subprocess.Popen([target / "bin/hushgate", "serve", "--port", "0", "--admin-port", "0"], env=files, cwd="/")
    try:
        eventually(lambda: first.stat().st_mtime_ns != before, 60)
        listed = run(target, "team", "list", "--json", **files)
        assert [team["name"] for team in json.loads(listed.stdout)] == ["default"]
    finally:
        process.terminate()
        assert process.wait(60) == 0
