"""Who calls: the gateway key in whichever header the client's SDK uses, checked against its keyed digest."""

from datetime import datetime
from typing import Final, NamedTuple

from app.core.caller import Caller
from app.crypto import credentials
from app.crypto.credentials import Index
from app.errors import BadHeader, Unauthenticated
from app.gateway.request import Request
from app.store.directory import Directory

_HINT: Final = "Send the gateway key as your SDK's API key, or in x-hushgate-key beside the provider's own"
_PROTOCOL: Final = "openai-insecure-api-key."  # a browser can send no header with a WebSocket, so its key comes as a sub-protocol
_HEADERS: Final = ("x-hushgate-key", "authorization", "x-api-key", "api-key", "x-goog-api-key")


class Identity(NamedTuple):
    """The caller, and the provider credential the client brought along itself, if it did."""

    caller: Caller
    credential: str | None


async def authenticate(request: Request, directory: Directory, index: Index, now: datetime) -> Identity:
    """Return who calls. Raises Unauthenticated without telling which part of the key was wrong."""
    presented, own = _presented(request)
    parsed = credentials.parse(presented)
    if parsed is None or parsed.prefix is not credentials.Prefix.GATEWAY:
        raise Unauthenticated("no gateway key", hint=_HINT)
    key = await directory.key(parsed.id)
    if key is None or not index.matches(parsed, key.digest):
        raise Unauthenticated("the gateway key is not known here", hint=_HINT)
    if key.revoked_at is not None:
        raise Unauthenticated("the gateway key is revoked", hint="Ask for a new one: `hushgate key add`")
    if key.expires_at is not None and key.expires_at <= now:
        raise Unauthenticated("the gateway key has expired", hint="Ask for a new one: `hushgate key add`")
    renewed = None if credentials.version_of(key.digest) == index.version else index.stamp(parsed)
    directory.usage.note(key.id, now, renewed)
    user = request.headers.get("x-hushgate-user") if key.asserts_users else None
    return Identity(Caller(key.team, key.project, key.client, key.id, user), own)


def _presented(request: Request) -> tuple[str, str | None]:
    """Return the gateway key and, if that came in x-hushgate-key, the credential meant for the provider."""
    found: dict[str, str] = {name: _bare(request.headers[name]) for name in _HEADERS if name in request.headers}
    found.update((_PROTOCOL, name.removeprefix(_PROTOCOL)) for name in request.protocols if name.startswith(_PROTOCOL))
    if "key" in request.query:
        found["key"] = request.query["key"]
    ours = found.pop("x-hushgate-key", None)
    if ours is not None:
        own = next((value for value in found.values() if value and not value.startswith("hg_")), None)
        if own is not None and not own.isascii():
            raise BadHeader("the provider's credential is not ASCII", where="header", hint="Send it as the provider gave it")
        return ours, own
    # SDKs may send a placeholder in one header and the key in another: the one that looks like ours counts.
    return next((value for value in found.values() if value.startswith("hg_")), ""), None


def _bare(value: str) -> str:
    scheme, _, rest = value.partition(" ")
    return rest.strip() if scheme.lower() == "bearer" else value.strip()
