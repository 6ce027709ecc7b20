"""The admin API as commands use it: where it is, whose key is sent, and what its errors say."""

import json
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from app.config import Settings
from app.errors import HushgateError, SetupError

if TYPE_CHECKING:
    import httpx

FILE: Final = "first-run.json"
_PAGE: Final = 500
_STREAM: Final = 300.0  # seconds of silence
_BLOCK: Final = 1 << 18
_START: Final = "Start it with `hushgate serve`, or point HUSHGATE_ADMIN_URL at one that runs"
_NOT_OURS: Final = "Check HUSHGATE_ADMIN_URL: it is the admin port, 8081 unless `serve` was told another"


class Remote:
    """A connection to the admin API of a gateway that runs."""

    def __init__(self, url: str, key: str) -> None:
        """Talk to `url` with the admin key `key`."""
        self._url = url.rstrip("/")
        self._key = key

    def __repr__(self) -> str:
        return f"Remote({self._url})"

    @classmethod
    def of_environment(cls) -> "Remote":
        """Return the gateway that the settings name, else the one of `first-run.json`. Raises SetupError."""
        settings = Settings.read()
        url, key = settings.admin_url, settings.admin_key.get_secret_value() if settings.admin_key else None
        if url is None or key is None:
            found = _first_run(settings)
            url, key = url or found.get("admin_url"), key or found.get("admin_key")
        if not isinstance(url, str) or not isinstance(key, str):
            raise SetupError("it is not known where the gateway is", hint=f"{_START} and give its key as HUSHGATE_ADMIN_KEY")
        return cls(url, key)

    def get(self, path: str, params: Mapping[str, str | int] | None = None) -> Any:
        """Read something."""
        return self._ask("GET", path, params=params)

    def items(self, path: str, params: Mapping[str, str | int] | None = None) -> list[dict[str, Any]]:
        """Read a whole list, page after page."""
        return self.first(path, sys.maxsize, params or {}, _PAGE)

    def put(self, path: str, body: Any, *, expected: str | None = None) -> Any:
        """Replace something; with `expected`, only that version of it."""
        return self._ask("PUT", path, body=body, headers={"if-match": f'"{expected}"'} if expected else None)

    def post(self, path: str, body: Any) -> Any:
        """Create something."""
        return self._ask("POST", path, body=body)

    def stream(self, path: str, body: Any) -> Iterator[bytes]:
        """Create something and read the answer as it comes, in blocks. Raises SetupError if it breaks off."""
        import httpx  # noqa: PLC0415 - as below

        address, headers = f"{self._url}/api/v1/{path}", {"authorization": f"Bearer {self._key}"}
        try:
            with (
                httpx.Client(trust_env=False, timeout=_STREAM) as client,
                client.stream("POST", address, json=body, headers=headers) as answer,
            ):
                if not answer.is_success:
                    answer.read()
                    _read(answer)
                yield from answer.iter_bytes(_BLOCK)
        except httpx.HTTPError as error:
            raise SetupError(f"the answer broke off ({type(error).__name__})", hint="Run the same command again") from None

    def first(self, path: str, limit: int, params: Mapping[str, str | int], page: int) -> list[dict[str, Any]]:
        """Read the first `limit` items of a list, `page` at a time."""
        found: list[dict[str, Any]] = []
        place: dict[str, str | int] = {}
        while len(found) < limit:
            answer = self.get(path, {**params, **place, "limit": min(page, limit - len(found))})
            found += answer["items"]
            if answer["next"] is None:
                break
            place = {"cursor": answer["next"]}
        return found

    def delete(self, path: str) -> None:
        """End something."""
        self._ask("DELETE", path)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        import httpx  # noqa: PLC0415 - offline commands need not wait for it

        address = f"{self._url}/api/v1/{path}"
        try:
            with httpx.Client(trust_env=False, timeout=30) as client:
                answer = client.request(
                    method, address, params=params, json=body, headers={"authorization": f"Bearer {self._key}", **(headers or {})}
                )
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError):
            raise SetupError("the address or key of the admin API is not valid", hint=_NOT_OURS) from None
        except httpx.HTTPError as error:
            raise SetupError(f"no gateway answers at {_safe(self._url)} ({type(error).__name__})", hint=_START) from None
        return _read(answer)


def _first_run(settings: Settings) -> dict[str, Any]:
    file = settings.home.expanduser() / FILE
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SetupError(f"there is no {file}, so it is not known where the gateway is", hint=_START) from None
    except (OSError, ValueError):
        raise SetupError(f"{file} cannot be read", hint="Run `hushgate serve` again: it writes the file anew") from None
    return found if isinstance(found, dict) else {}


def _read(answer: "httpx.Response") -> Any:
    if answer.status_code == 204:  # noqa: PLR2004 - no content
        return None
    try:
        body = answer.json()
    except ValueError:
        body = None
    if answer.is_success and body is not None:
        return body
    if isinstance(body, dict) and "code" in body and "title" in body:
        raise HushgateError(str(body["title"]), where=str(body.get("where", "")), hint=str(body.get("hint", "")))
    raise SetupError(f"what answers there is no admin API of Hushgate (status {answer.status_code})", hint=_NOT_OURS)


def _safe(url: str) -> str:
    """Return the address without anything a person may have put before an @."""
    return url.rpartition("@")[2] if "@" in url else url
