"""Send planted requests through the gateway, many at once, and take a refused one apart until it is known what was refused."""

import json
import secrets
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPConnection, HTTPException
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlsplit

from app.cli.selftest.planting import Planted, Request
from app.cli.selftest.positions import Route
from app.cli.selftest.talking import Talker
from app.cli.selftest.witness import DIRECT
from app.core.dialect import SESSION

_AT_ONCE: Final = 8
_OURS: Final = "hushgate_"
MODEL: Final = "selftest"
_FILES: Final = frozenset({"file", "files", "image", "mask", "data", "audio_sample", "input_reference", "video"})


class Told(NamedTuple):
    """What the gateway said about a canary: the code of its refusal, or "" if it sent the request on."""

    route: Route
    planted: Planted
    code: str
    why: str  # what the refusal said
    direct: bool  # the answer held what the provider handed out for direct use


@dataclass(frozen=True)
class Answer:
    """What the gateway answered."""

    status: int
    head: str
    body: bytes

    @property
    def code(self) -> str:
        """The code of a refusal of the gateway's own, "" for success; anything else is told as it is, so that it stands out."""
        code = self._error.get("code")
        if self.status < 300:  # noqa: PLR2004
            return ""
        return code if isinstance(code, str) and code.startswith(_OURS) else f"status {self.status}"

    @property
    def why(self) -> str:
        """What a refusal of the gateway's own says, without where that is documented."""
        message = self._error.get("message")
        return message.removeprefix("Hushgate: ").partition(" See docs/")[0] if isinstance(message, str) and self.code else ""

    @cached_property
    def _error(self) -> dict[str, Any]:
        with suppress(ValueError, KeyError, TypeError):
            error = json.loads(self.body)["error"]
            return error if isinstance(error, dict) else {}
        return {}

    @property
    def direct(self) -> bool:
        """Whether it holds what the provider handed out for direct use."""
        return DIRECT in self.head or DIRECT.encode() in self.body


class Sender:
    """The gateway of the stage, as an application sees it: plain HTTP/1.1, a connection a thread."""

    def __init__(self, base_url: str, key: str) -> None:
        """Send to the gateway's address with a gateway key."""
        url = urlsplit(base_url)
        self._host, self._port, self._key = url.hostname or "", url.port, key
        self._local = threading.local()
        self._opened: list[HTTPConnection | Talker] = []

    def all(self, base: str, requests: Iterable[Request]) -> list[Told]:
        """Send every request after the path `base`; those that are refused again in halves, until each canary has an answer of its own."""
        try:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                return [told for several in pool.map(lambda request: [*self._send(base, request)], requests) for told in several]
        finally:
            self.close()

    def close(self) -> None:
        """Close every connection; a thread that goes on opens its own again, which is why none is forgotten here."""
        for one in self._opened:
            one.close()

    def _send(self, base: str, request: Request) -> Iterator[Told]:
        answer = self.once(base, request)
        if answer.code and len(request.planted) > 1:
            for half in request.halves():
                yield from self._send(base, half)
            return
        yield from (Told(request.route, one, answer.code, answer.why, answer.direct) for one in request.planted)

    def once(self, base: str, request: Request) -> Answer:
        """Send one request and return the answer."""
        path, _, query = request.route.path.partition("?")
        parameters = "&".join([*([query] if query else []), *(f"{quote(name)}={quote(value)}" for name, value in request.query.items())])
        body, sort = written(request)
        headers = {"authorization": f"Bearer {self._key}", **({"content-type": sort} if sort else {}), **request.headers}
        target = base + path.format_map(_Names(request.names)) + (f"?{parameters}" if parameters else "")
        if request.route.method == SESSION:
            headers.pop("content-type", None)
            return Answer(*self._talker().ask(f"ws://{self._host}:{self._port}{target}", headers, request.document))
        connection = self._connection()
        try:
            connection.request(request.route.method, target, body, headers)
            response = connection.getresponse()
            return Answer(response.status, str(response.msg), response.read())
        except (OSError, HTTPException) as error:
            connection.close()
            return Answer(599, "", type(error).__name__.encode())

    def _talker(self) -> Talker:
        """Return this thread's sessions."""
        if not hasattr(self._local, "talker"):
            self._local.talker = Talker()
            self._opened.append(self._local.talker)
        talker: Talker = self._local.talker
        return talker

    def _connection(self) -> HTTPConnection:
        """Return this thread's connection; `http.client` opens it again whenever it was closed."""
        if not hasattr(self._local, "connection"):
            self._local.connection = HTTPConnection(self._host, self._port, timeout=60)
            self._opened.append(self._local.connection)
        connection: HTTPConnection = self._local.connection
        return connection


def written(request: Request) -> tuple[bytes | None, str]:
    """Return the body of a request and its content type."""
    if request.document is None:
        return None, ""
    if request.route.body == "multipart":
        return form(request.document)
    text = request.document if isinstance(request.document, str) else json.dumps(request.document)
    return text.encode(), "application/sdp" if request.route.body == "sdp" else "application/json"


class _Names(dict[str, str]):
    """The names of a path, quoted; one that is not given leads nowhere."""

    def __missing__(self, name: str) -> str:
        return f"no-{name.replace('_', '-')}"

    def __getitem__(self, name: str) -> str:
        return quote(super().__getitem__(name) if name in self else self.__missing__(name), safe="")


def form(document: Any) -> tuple[bytes, str]:
    """Return a document as a form: its inner keys in brackets, and files where files belong."""
    border = f"border-{secrets.token_hex(8)}"
    parts: list[str] = []

    def fill(name: str, value: Any) -> None:
        if isinstance(value, dict):
            for key, child in value.items():
                fill(f"{name}[{key}]" if name else key, child)
        elif isinstance(value, list):
            for child in value:
                fill(f"{name}[]", child)
        else:
            file = '; filename="notes.txt"\r\nContent-Type: text/plain' if name.partition("[")[0] in _FILES else ""
            parts.append(f'--{border}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n{value}\r\n')

    fill("", document)
    return "".join([*parts, f"--{border}--\r\n"]).encode(), f"multipart/form-data; boundary={border}"
