"""What programs compare byte by byte is left alone: digests, identifiers, lock files, integrity attributes, images, packed code."""

import base64
import hashlib
import json
import random
import string
import uuid
from collections.abc import Callable
from functools import cache

import pytest

from app.cli.inspection import Inspector
from app.core.finding import ENTITIES, ORDINARY

ROUNDS = 12
PACKAGES = ("left-pad", "serde_json", "lodash.merge", "golang.org/x/crypto", "zope.interface", "@types/node", "rails-html-sanitizer")


@cache
def inspector() -> Inspector:
    return Inspector("")


def hidden(text: str) -> list[tuple[str, str]]:
    return [(f.entity, text[f.start : f.end]) for f in inspector().findings(text) if ENTITIES[f.entity].sensitivity != ORDINARY]


def _digest(rng: random.Random, name: str) -> str:
    return hashlib.new(name, rng.randbytes(40)).hexdigest()


def _based(rng: random.Random, size: int) -> str:
    return base64.b64encode(rng.randbytes(size)).decode()


def _uuid(rng: random.Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def _version(rng: random.Random) -> str:
    return f"{rng.randint(0, 30)}.{rng.randint(0, 40)}.{rng.randint(0, 40)}"


def _package_lock(rng: random.Random) -> str:
    entry = {
        "version": _version(rng),
        "resolved": f"https://npm.example.com/left-pad/-/left-pad-{_version(rng)}.tgz",
        "integrity": f"sha512-{_based(rng, 64)}",
        "engines": {"node": ">= 14"},
    }
    return json.dumps({"lockfileVersion": 3, "packages": {f"node_modules/{rng.choice(PACKAGES)}": entry}}, indent=2)


def _image(rng: random.Random) -> str:
    return f'<img alt="chart" src="data:image/png;base64,iVBORw0KGgo{_based(rng, 900)}">'


def _packed(rng: random.Random) -> str:
    names = ["".join(rng.choices(string.ascii_letters, k=rng.randint(1, 2))) for _ in range(8)]
    body = ";".join(
        f"function {rng.choice(names)}({rng.choice(names)},{rng.choice(names)}){{return {rng.choice(names)}[{rng.randint(0, 999)}]&&!{rng.choice(names)}.{rng.choice(names)}({rng.randint(1, 9999)})}}"
        for _ in range(12)
    )
    return f"!function(e,t){{{body}}}(window,document);"


KINDS: dict[str, Callable[[random.Random], str]] = {
    "MD5": lambda rng: f"MD5 ({rng.randint(1, 9)}.iso) = {_digest(rng, 'md5')}",
    "SHA-1 of a commit": lambda rng: f"commit {_digest(rng, 'sha1')} (HEAD -> main, tag: v{_version(rng)})",
    "SHA-256 of a file": lambda rng: f"{_digest(rng, 'sha256')}  dist/app-{_version(rng)}.tar.gz",
    "SHA-512 of a file": lambda rng: f"{_digest(rng, 'sha512')} *setup.exe",
    "a diff's index": lambda rng: f"index {_digest(rng, 'sha1')[:10]}..{_digest(rng, 'sha1')[:10]} 100644\n--- a/app/main.py\n+++ b/app/main.py",
    "image digest": lambda rng: f"FROM registry.example.com/base@sha256:{_digest(rng, 'sha256')}",
    "UUID": lambda rng: f'{{"id": "{_uuid(rng)}", "parent": "{_uuid(rng)}"}}',
    "request id": lambda rng: f"2026-03-04T05:06:07Z INFO request_id={_uuid(rng)} trace_id={_digest(rng, 'md5')} span_id={_digest(rng, 'md5')[:16]}",
    "ETag": lambda rng: f'ETag: W/"{_digest(rng, "md5")}"\nCache-Control: max-age=60',
    "integrity attribute": lambda rng: f'<script src="/app.js" integrity="sha384-{_based(rng, 48)}" crossorigin="anonymous"></script>',
    "package-lock.json": _package_lock,
    "yarn.lock": lambda rng: f'left-pad@^1.0.0:\n  version "{_version(rng)}"\n  resolved "https://registry.yarnpkg.com/left-pad/-/left-pad-1.3.0.tgz#{_digest(rng, "sha1")}"\n  integrity sha512-{_based(rng, 64)}',
    "requirements with hashes": lambda rng: f"idna=={_version(rng)} \\\n    --hash=sha256:{_digest(rng, 'sha256')} \\\n    --hash=sha256:{_digest(rng, 'sha256')}",
    "go.sum": lambda rng: f"golang.org/x/crypto v{_version(rng)} h1:{_based(rng, 32)}\ngolang.org/x/crypto v{_version(rng)}/go.mod h1:{_based(rng, 32)}",
    "Cargo.lock": lambda rng: f'[[package]]\nname = "serde_json"\nversion = "{_version(rng)}"\nsource = "registry+https://github.com/rust-lang/crates.io-index"\nchecksum = "{_digest(rng, "sha256")}"',
    "poetry.lock": lambda rng: f'files = [\n    {{file = "idna-{_version(rng)}.whl", hash = "sha256:{_digest(rng, "sha256")}"}},\n]\ncontent-hash = "{_digest(rng, "sha256")}"',
    "Gemfile.lock": lambda rng: f"CHECKSUMS\n  rails-html-sanitizer ({_version(rng)}) sha256={_digest(rng, 'sha256')}",
    "RECORD": lambda rng: f"idna/core.py,sha256={base64.urlsafe_b64encode(rng.randbytes(32)).decode().rstrip('=')},{rng.randint(100, 99999)}",
    "image in base64": _image,
    "font in base64": lambda rng: f"src:url(data:font/woff2;base64,d09GMgABAAAAA{_based(rng, 600)}) format('woff2')",
    "packed code": _packed,
    "certificate": lambda rng: f"-----BEGIN CERTIFICATE-----\nMII{_based(rng, 300)}\n-----END CERTIFICATE-----",
    "public key": lambda rng: f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{_based(rng, 32)} deploy",
    "source map": lambda rng: "//# sourceMappingURL=data:application/json;base64," + base64.b64encode(json.dumps({"version": 3, "mappings": "".join(rng.choices("AACEGI;,", k=200))}).encode()).decode(),
    "Git LFS pointer": lambda rng: f"version https://git-lfs.github.com/spec/v1\noid sha256:{_digest(rng, 'sha256')}\nsize {rng.randint(1000, 999_999)}",
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_programs_compare_stays(kind):
    rng = random.Random(kind)
    changed = [(text, found) for text in (KINDS[kind](rng) for _ in range(ROUNDS)) if (found := hidden(text))]
    assert changed == []
