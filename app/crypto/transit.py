"""Key-encryption keys held by HashiCorp Vault or OpenBao: the transit engine over HTTP. The KEK never comes here.

What it wrapped is kept as `0x02 ‖ ciphertext`, the engine's own text (`vault:v3:…`), which names the key's version. What is wrapped is
`secret (32) ‖ SHA-256(place)`: a wrapped key that was moved to another row opens there and is refused. A KEK is named
`mount/key:v3`; versions are made there (`vault write -f transit/keys/hushgate/rotate`) and put to use here.
"""

import base64
import hashlib
import hmac
import re
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from app.crypto.envelope import KEY, Context, EnvelopeError, Fault
from app.errors import KeysUnavailable

_MARK: Final = b"\x02"
_CIPHERTEXT: Final = re.compile(rb"\x02(?:vault|bao|openbao):v([1-9][0-9]{0,8}):[A-Za-z0-9+/=]+")
_BATCH: Final = 250  # keys of one request: some 100 kB
_HINT: Final = "Nothing was sent. Check the key management and HUSHGATE_KMS_*"
_UNHEALTHY: Final = {403: "it refuses the token", 404: "it has no such engine or key", 429: "it is overloaded", 503: "it is sealed"}
_BAD_REQUEST: Final = 400


@dataclass(frozen=True)
class Place:
    """Where the engine is, and as whom to speak to it. `token` is called for each request, since agents renew it."""

    url: str
    key: str
    token: Callable[[], str]
    mount: str = "transit"
    namespace: str | None = None
    ca: Path | None = None
    timeout: float = 2.0


class Transit:
    """Adapter of `Wrapper`. The newest version wraps unless `use` names another."""

    remote: Final = True

    def __init__(self, place: Place) -> None:
        """Ask for the key's versions. Raises KeysUnavailable."""
        self._place: Final = place
        self._name: Final = f"{place.mount}/{place.key}"
        trusted = ssl.create_default_context(cafile=place.ca)
        self._client: Final = httpx.Client(
            trust_env=False,
            timeout=place.timeout,
            verify=trusted,
            limits=httpx.Limits(max_keepalive_connections=0),  # it is asked seldom: an idle connection would mostly be a dead one
        )
        self._versions: list[int] = []
        self._version = 1
        try:
            self.refresh()
        except KeysUnavailable:
            self.close()
            raise
        self._version = self._versions[-1]

    def __repr__(self) -> str:
        return f"Transit({self.fingerprint})"

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    @property
    def fingerprint(self) -> str:
        """The version that wraps now."""
        return f"{self._name}:v{self._version}"

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """Every version that the engine still decrypts with, oldest first."""
        return tuple(f"{self._name}:v{version}" for version in self._versions)

    def refresh(self) -> None:
        """Ask for the versions again. Raises KeysUnavailable only if none are known yet."""
        try:
            found = self._ask("GET", f"keys/{self._place.key}")
            self._versions = list(range(max(1, int(found["min_decryption_version"])), int(found["latest_version"]) + 1)) or [1]
        except KeysUnavailable:
            if not self._versions:
                raise
        except (KeyError, TypeError, ValueError):
            raise _unavailable("its answer is not understood") from None

    def use(self, fingerprint: str) -> bool:
        """Wrap with this version from now on; False if the engine has it no more, or it is another key's."""
        if fingerprint not in self.fingerprints:
            self.refresh()
        if fingerprint in self.fingerprints:
            self._version = int(fingerprint.rpartition(":v")[2])
            return True
        return False

    def wrap(self, secret: bytes, context: Context) -> bytes:
        """Have `secret` encrypted. Raises KeysUnavailable."""
        plain = base64.b64encode(secret + _bound(context)).decode()
        return self._wrapped(self._ask("POST", f"encrypt/{self._place.key}", {"plaintext": plain, "key_version": self._version}))

    def unwrap(self, wrapped: bytes, context: Context) -> bytes:
        """Have a secret decrypted. Raises EnvelopeError if the engine refuses it or it belongs elsewhere; KeysUnavailable."""
        self.version(wrapped)
        answer = self._ask("POST", f"decrypt/{self._place.key}", {"ciphertext": wrapped[1:].decode("ascii")}, refused=Fault.KEY)
        try:
            plain = base64.b64decode(answer["plaintext"], validate=True)
        except (KeyError, TypeError, ValueError):
            raise _unavailable("its answer is not understood") from None
        if len(plain) != KEY + hashlib.sha256().digest_size or not hmac.compare_digest(plain[KEY:], _bound(context)):
            raise EnvelopeError(Fault.CONTEXT)
        return plain[:KEY]

    def rewrap(self, rows: Sequence[tuple[bytes, Context]]) -> list[bytes | None]:
        """Have keys encrypted under the version in use, without seeing them; None for what the engine refuses. Raises KeysUnavailable."""
        done: list[bytes | None] = []
        for start in range(0, len(rows), _BATCH):
            done += self._again([wrapped for wrapped, _ in rows[start : start + _BATCH]])
        return done

    def _again(self, batch: list[bytes]) -> list[bytes | None]:
        good = [wrapped for wrapped in batch if _CIPHERTEXT.fullmatch(wrapped)]
        asked = [{"ciphertext": wrapped[1:].decode("ascii"), "key_version": self._version} for wrapped in good]
        results = (
            self._ask("POST", f"rewrap/{self._place.key}", {"batch_input": asked}, partly=True).get("batch_results", ()) if good else ()
        )
        if len(results) != len(good):
            raise _unavailable("its answer is not understood")
        again = {old: None if new.get("error") else self._wrapped(new) for old, new in zip(good, results, strict=True)}
        return [again.get(wrapped) for wrapped in batch]

    def version(self, wrapped: bytes) -> str:
        """Return which version a wrapped key names. Raises EnvelopeError."""
        match = _CIPHERTEXT.fullmatch(wrapped)
        if match is None:
            raise EnvelopeError(Fault.VERSION)
        return f"{self._name}:v{int(match[1])}"

    def _wrapped(self, answer: Any) -> bytes:
        wrapped = _MARK + str(answer.get("ciphertext", "")).encode("ascii", "replace")
        if not _CIPHERTEXT.fullmatch(wrapped):
            raise _unavailable("its answer is not understood")
        return wrapped

    def _ask(self, method: str, path: str, body: Any = None, *, refused: Fault | None = None, partly: bool = False) -> Any:
        place = self._place
        url = f"{place.url.rstrip('/')}/v1/{place.mount}/{path}"
        try:
            headers = {"x-vault-token": place.token(), "x-vault-request": "true"}
            headers |= {"x-vault-namespace": place.namespace} if place.namespace else {}
            answer = self._client.request(method, url, json=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            raise _unavailable(type(error).__name__) from None
        if answer.status_code == _BAD_REQUEST and refused is not None:
            raise EnvelopeError(refused)
        if not answer.is_success and not (partly and answer.status_code == _BAD_REQUEST):  # a batch with one bad key is a 400
            raise _unavailable(_UNHEALTHY.get(answer.status_code, f"status {answer.status_code}"))
        try:
            data = answer.json()["data"]
        except (ValueError, KeyError, TypeError):
            data = None
        if not isinstance(data, dict):
            raise _unavailable("its answer is not understood")
        return data


def _bound(context: Context) -> bytes:
    return hashlib.sha256(context.encode()).digest()


def _unavailable(why: str) -> KeysUnavailable:
    return KeysUnavailable(f"the key management does not answer as it should: {why}", hint=_HINT)
