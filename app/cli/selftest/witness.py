"""The recording provider of the self-test: it keeps every byte, and answers anything that is asked of it."""

import itertools
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from app.cli.selftest.talking import Acknowledging
from app.gateway.recorder import Connection, Received, Recorder
from app.gateway.reply import Json, Reply

DIRECT: Final = "ek_direct_6f1d0c9b7a5e4d3c2b1a"
_NUMBERS: Final = itertools.count(1)
# What would let a caller talk to the provider past the gateway, by the route that hands it out.
CHANNELS: Final[Mapping[str, Json]] = {
    r"/realtime/(translations/)?client_secrets": {"value": DIRECT, "expires_at": 1},
    r"/realtime/(transcription_)?sessions": {"client_secret": {"value": DIRECT, "expires_at": 1}},
    r"/realtime/calls": {"sdp": f"v=0 a=ice-pwd:{DIRECT}"},
    r"/chatkit/sessions": {"client_secret": DIRECT},
    r"/tunnels/[^/]+/(reveal|rotate)_token": {"token": DIRECT},
    r"/user_profiles/[^/]+/(enrollment_url|action_urls)": {"url": f"https://direct.example.com/{DIRECT}"},
}


class Witness(Recorder):
    """A provider that knows no route and answers all of them."""

    def __init__(self) -> None:
        """Listen on a free port of loopback."""
        super().__init__(lambda _dialect, _request: Reply(), _Anything)


class _Anything(Connection):
    """Answers with an object of a new id, and with what would be a direct channel where one is asked for."""

    def exchange(self, line: bytes) -> None:
        """Note the request, and answer it."""
        head, headers, body = self.read(line)
        if headers.get("upgrade", "").lower() == "websocket":
            self._talk(head)
            return
        path = line.decode("latin-1").split()[1].partition("?")[0]
        document = made(path)
        self.server.received.append(Received("", head + body, {}, document))
        self.whole(200, document, {})

    def _talk(self, head: bytes) -> None:
        """Acknowledge each event of a session, until the gateway leaves."""
        session, data = Acknowledging(), head
        self.server.received.append(Received("", head, {}, {}))
        with suppress(OSError):
            while data:
                self.wfile.write(session.feed(data))
                while session.events:
                    self.server.received.append(Received("", session.events.pop(), {}, {}))
                data = self.rfile.read1(1 << 16)


def made(path: str) -> dict[str, Any]:
    """Return what a provider would answer: an object under an id that was never given before, which is also a list of one more."""
    handed = next((document for pattern, document in CHANNELS.items() if re.search(f"{pattern}$", path)), {})
    one, other = (f"made_{next(_NUMBERS):06d}" for _ in range(2))
    listed = {"data": [{"id": other, "object": "thing"}], "first_id": other, "last_id": other, "has_more": False}
    return {"id": one, "object": "thing", "status": "completed", **listed, **handed}
