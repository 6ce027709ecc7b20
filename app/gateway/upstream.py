"""Send a protected document to its provider: the header allow-list, the credential, the answer as it comes."""

import zlib
from collections.abc import AsyncIterator, Mapping, Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.parse import quote

import httpx

from app import __version__
from app.config import Settings
from app.core import metrics
from app.core.dialect import Dialect
from app.core.metrics import Metrics, status_class
from app.core.segment import Segment
from app.core.table import Kind
from app.engine.inspect import check_grammar
from app.errors import BadDocument, BadHeader, UpstreamFailed, UpstreamSlow
from app.gateway.forms import Outgoing
from app.gateway.line import Call, Declined, Line, Lines
from app.gateway.request import Request
from app.gateway.routes import Target

_AGENT: Final = f"hushgate/{__version__}"
_INFLATE: Final = {"gzip": 31, "deflate": 15}


@lru_cache(maxsize=4096)
def listed_in(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a header is on an allow-list; `*` at the end of a pattern matches a prefix."""
    return any(name == pattern or (pattern[-1] == "*" and name.startswith(pattern[:-1])) for pattern in patterns)


def forwarded(request: Request, target: Target) -> tuple[list[Segment], Mapping[str, str], Mapping[str, str]]:
    """Return the headers and query that may go on, also as segments to inspect. Raises BadHeader for an unlisted query."""
    headers = {name: value for name, value in request.headers.items() if listed_in(name, target.dialect.headers)}
    query = {name: value for name, value in request.query.items() if name != "key"}
    endpoint = target.endpoint
    for name in query:
        if endpoint is None or (name not in endpoint.query and name not in endpoint.cursors):
            raise BadHeader("a query parameter is not inspected, so it is refused", where="query", hint="Remove it")
    spoken = {name: value for name, value in headers.items() if not _known_version(target.dialect, name, value)}
    segments = [Segment(value, Kind.FUNCTIONAL, (None, f"header {name}")) for name, value in spoken.items()]
    cursors = endpoint.cursors if endpoint else ()
    segments += [
        Segment(value, Kind.OBJECT if name in cursors else Kind.FUNCTIONAL, (None, f"query {name}")) for name, value in query.items()
    ]
    segments += [
        Segment(value, Kind.OBJECT if name.endswith("_id") else Kind.FUNCTIONAL, (None, f"path {name}"))
        for name, value in target.names.items()
    ]
    for segment in segments:
        if not segment.text.isascii():
            raise BadHeader("a header or query parameter is not ASCII", where=segment.at, hint="Send it in ASCII, or not at all")
        try:
            check_grammar(segment)
        except BadDocument:
            raise BadHeader("a header or query parameter is not of its form", where=segment.at, hint="Shorten or remove it") from None
    return segments, headers, query


def _known_version(dialect: Dialect, name: str, value: str) -> bool:
    """Whether a header names a version of the protocol that the tables describe. Raises BadHeader for any other version."""
    header, known = dialect.version[:1], dialect.version[1:]
    if name in header and value not in known:
        hint = f"Send {' or '.join(known)}"
        raise BadHeader("this version of the API is not inspected, so it is refused", where=f"header {name}", hint=hint)
    return name in header


class Way(NamedTuple):
    """A way to providers: requests over any httpx transport, and sessions."""

    requests: httpx.AsyncBaseTransport
    sessions: Lines


class Upstream:
    """Providers, by one of two ways."""

    def __init__(self, settings: Settings, network: Way, sandbox: Way, count: Metrics | None = None) -> None:
        """Send by `network`; the provider `sandbox/…` answers from `sandbox` without it."""
        self._count = count or Metrics()
        self._network = network
        self.limit, self.most = settings.max_answer, settings.max_file
        self.patience = settings.client_timeout
        self._sandbox = sandbox
        self._timeout = {
            "connect": settings.connect_timeout,
            "read": settings.read_timeout,
            "write": settings.read_timeout,
            "pool": settings.connect_timeout,
        }
        self._urls: dict[str, httpx.URL] = {}

    async def send(
        self, target: Target, body: bytes | Outgoing, headers: Mapping[str, str], query: Mapping[str, str], credential: str | None = None
    ) -> httpx.Response:
        """Send once and return the answer, its body unread. Raises UpstreamFailed or UpstreamSlow; never sends twice."""
        provider, path = target.provider, target.path
        assert target.endpoint is not None  # noqa: S101 - probes are not sent
        outgoing = [*self._heads(target, headers, credential), ("accept-encoding", "identity")]
        form = body if isinstance(body, Outgoing) else None
        if body:
            outgoing.append(("content-type", form.content_type if form else "application/json"))
        request = httpx.Request(
            target.endpoint.method,
            self._url(provider.base_url + path, query),
            headers=outgoing,
            stream=httpx.ByteStream(body) if isinstance(body, bytes) else body,  # `content=` would have httpx compute headers, too
            extensions={
                "timeout": self._timeout,
                "hushgate_allow_private": provider.allow_private,
                **({"hushgate_length": form.length} if form else {}),
            },
        )
        status = 0
        try:
            response = await self._way(target).requests.handle_async_request(request)
            status = response.status_code
        except httpx.TimeoutException:
            raise _slow() from None
        except (httpx.TransportError, OSError):
            raise _unreachable() from None
        finally:
            self._count.add(metrics.UPSTREAM, target.dialect.name, status_class(status))
        if response.is_redirect:
            await response.aclose()
            raise _redirected()
        return response

    async def call(
        self, target: Target, headers: Mapping[str, str], query: Mapping[str, str], credential: str | None, protocols: Sequence[str]
    ) -> Line:
        """Open a session. Raises UpstreamFailed, UpstreamSlow, or Declined with what the provider answered instead."""
        provider, status = target.provider, 0
        url = str(self._url(provider.base_url + target.path, query))
        heads = self._heads(target, headers, credential)
        try:
            line = await self._way(target).sessions.open(Call(url, heads, protocols, provider.allow_private, self._timeout["connect"]))
            status = HTTPStatus.SWITCHING_PROTOCOLS
        except TimeoutError:
            raise _slow() from None
        except OSError:
            raise _unreachable() from None
        except Declined as answer:
            status = answer.response.status_code
            if answer.response.is_redirect:
                raise _redirected() from None
            if answer.response.is_success:
                raise _unreachable() from None  # whoever is there, it knows no sessions
            raise
        finally:
            self._count.add(metrics.UPSTREAM, target.dialect.name, status_class(status))
        return line

    def _way(self, target: Target) -> Way:
        return self._sandbox if target.provider.name.startswith("sandbox/") else self._network

    def _heads(self, target: Target, headers: Mapping[str, str], credential: str | None) -> list[tuple[str, str]]:
        name, prefix = target.dialect.credential
        secret = credential or target.provider.credential
        return [*headers.items(), ("user-agent", _AGENT), *([(name, prefix + secret)] if secret else [])]

    def _url(self, address: str, query: Mapping[str, str]) -> httpx.URL:
        if query:
            address += "?" + "&".join(f"{quote(name)}={quote(value)}" for name, value in query.items())
        url = self._urls.get(address)
        if url is None:
            if len(self._urls) > 1000:  # noqa: PLR2004
                self._urls.clear()
            url = self._urls[address] = httpx.URL(address)
        return url

    async def close(self) -> None:
        """Close every connection."""
        await self._network.requests.aclose()


def _slow() -> UpstreamSlow:
    return UpstreamSlow("the provider did not answer in time", hint="Try again, or raise HUSHGATE_READ_TIMEOUT")


def _unreachable() -> UpstreamFailed:
    return UpstreamFailed("the provider cannot be reached", hint="Check its base URL and that it is up")


def _redirected() -> UpstreamFailed:
    """A redirect would carry the credential elsewhere."""
    return UpstreamFailed("the provider answered with a redirect, which is not followed", hint="Point its base URL at the final address")


async def chunks(response: httpx.Response, limit: int) -> AsyncIterator[bytes]:
    """Yield the answer's bytes, decoded and never more than `limit`. Raises UpstreamFailed or UpstreamSlow."""
    encoding = response.headers.get("content-encoding", "identity").lower()
    if encoding not in {"identity", "", *_INFLATE}:
        raise UpstreamFailed("the provider answered in an encoding nobody asked for", hint="Try again")
    inflate = zlib.decompressobj(_INFLATE[encoding]) if encoding in _INFLATE else None
    total = 0
    try:
        async for raw in response.stream:  # type: ignore[union-attr]
            chunk = raw
            if inflate is not None:
                chunk = inflate.decompress(raw, limit - total + 1)
            total += len(chunk)
            if total > limit:
                raise UpstreamFailed("the provider's answer is too large", hint="Ask for less, or raise HUSHGATE_MAX_ANSWER")
            if chunk:
                yield chunk
    except httpx.TimeoutException:
        raise UpstreamSlow("the provider fell silent", hint="Try again, or raise HUSHGATE_READ_TIMEOUT") from None
    except (httpx.TransportError, OSError, zlib.error):
        raise UpstreamFailed("the provider's answer broke off", hint="Try again") from None
