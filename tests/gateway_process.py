"""A real gateway process on real sockets, a toxic proxy in front of its Postgres, and the oracle that every fault must pass."""

import base64
import json
import os
import random
import secrets
import socket
import string
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import httpx
import psycopg
from psycopg.conninfo import conninfo_to_dict

from app.config import Settings
from app.main import initialise
from app.store.tables import metadata
from tests.upstream import Received, Upstream, surrogates

ROOT = Path(__file__).parents[1]
DIALECTS = ("openai", "anthropic")
PATHS = {"openai": "/chat/completions", "anthropic": "/v1/messages"}
PATIENCE = 30.0  # seconds that whatever is awaited may take on a machine that has much else to do
SOON = 1.0  # seconds in which what is promised at once comes true
ORDINARY = {  # no deadline of a gateway under test passes by chance: a test that waits for one sets it
    "HUSHGATE_READ_TIMEOUT": "60",
    "HUSHGATE_CONNECT_TIMEOUT": "60",
    "HUSHGATE_LEDGER_TIMEOUT": "60",
    "HUSHGATE_INSPECT_DEADLINE": "60",
    "HUSHGATE_MAX_BODY": "200000",
    "HUSHGATE_MAX_ANSWER": "300000",
    "HUSHGATE_LOG": "debug",
}
MESSAGE_PARTS = ("Hushgate: ", "See docs/errors.md#")


def eventually(condition: Callable[[], Any], within: float = PATIENCE, what: str = "") -> Any:
    """Poll until `condition` holds and return it."""
    deadline = time.monotonic() + within
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, what or "it did not come true in time"
        time.sleep(0.01)


def promptly(trial: Callable[[], Callable[[], Any]], tries: int = 3) -> None:
    """What a trial's condition asks comes true within a second, in the least disturbed of some tries."""
    took = []
    while not took or (min(took) > SOON and len(took) < tries):
        condition = trial()
        began = time.monotonic()
        eventually(condition)
        took.append(time.monotonic() - began)
    assert min(took) <= SOON


class Proxy:
    """TCP in front of a Postgres socket: passes, refuses, cuts or stalls."""

    def __init__(self, url: str) -> None:
        self._parts = conninfo_to_dict(url)
        self._server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._flow = threading.Event()
        self._flow.set()
        self._refusing = self._closed = False
        self._open: set[socket.socket] = set()

    @property
    def url(self) -> str:
        """The database's URL through this proxy."""
        user, password = quote(str(self._parts["user"])), quote(str(self._parts.get("password", "")), safe="")
        port = self._server.getsockname()[1]
        return f"postgresql://{user}:{password}@127.0.0.1:{port}/{self._parts['dbname']}?sslmode=disable&gssencmode=disable"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._closed = True
        self._flow.set()
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._cut()

    def down(self) -> None:
        """Reset every connection and refuse new ones."""
        self._refusing = True
        self._cut()

    def stall(self) -> None:
        """Keep every connection and pass nothing on: a host that vanished."""
        self._flow.clear()

    def up(self) -> None:
        """Heal."""
        self._refusing = False
        if not self._flow.is_set():
            self._cut()
            self._flow.set()

    def _cut(self) -> None:
        for one in list(self._open):
            with suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                one.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while not self._closed:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            if self._refusing:
                near.close()
                continue
            far = socket.socket(socket.AF_UNIX)
            far.connect(f"{self._parts['host']}/.s.PGSQL.{self._parts.get('port', 5432)}")
            self._open |= {near, far}
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._flow.wait()
                sink.sendall(data)
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        if sink in self._open:
            self._open.discard(sink)
        else:
            source.close()
            sink.close()
        self._open.discard(source)


@contextmanager
def fresh_database(postgres: str, template: str = "hushgate_template") -> Iterator[str]:
    """A database of one's own, for as long as a module wants it."""
    name = f"m{secrets.token_hex(6)}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    head, _, query = postgres.partition("?")
    try:
        yield f"{head.rpartition('/')[0]}/{name}?{query}"
    finally:
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@dataclass(frozen=True)
class Canaries:
    """Values that stand nowhere else in the world."""

    email: str
    card: str
    key: str

    @classmethod
    def fresh(cls) -> "Canaries":
        digits = "4" + "".join(secrets.choice(string.digits) for _ in range(14))
        check = sum(int(d) if i % 2 else sum(divmod(2 * int(d), 10)) for i, d in enumerate(digits)) * 9 % 10
        key = "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(16))
        return cls(f"c{secrets.token_hex(6)}@canary-{secrets.token_hex(3)}.com", f"{digits}{check}", f"AKIA{key}")

    @property
    def text(self) -> str:
        return f"Write to {self.email} about card {self.card}, key {self.key}."

    @property
    def values(self) -> tuple[bytes, ...]:
        return tuple(value.encode() for value in (self.email, self.card, self.key))

    def within(self, data: bytes) -> list[bytes]:
        """Return those that stand in `data`, in whatever case."""
        data = data.lower()
        return [value for value in self.values if value.lower() in data]


@dataclass(frozen=True)
class Answered:
    """What the caller got."""

    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def events(self) -> list[tuple[str, Any]]:
        """The events of a stream: name and document (or text)."""
        found = []
        for block in self.body.decode().split("\n\n"):
            fields = dict(line.partition(": ")[::2] for line in block.splitlines() if not line.startswith(":"))
            if "data" in fields:
                data = fields["data"]
                found.append((fields.get("event", ""), json.loads(data) if data.startswith("{") else data))
        return found

    @property
    def text(self) -> str:
        """The model's words, whole or streamed, in either dialect."""
        if not self.headers.get("content-type", "").startswith("text/event-stream"):
            document = self.json
            return document["choices"][0]["message"]["content"] if "choices" in document else document["content"][0]["text"]
        words = []
        for _, event in self.events:
            if isinstance(event, dict):
                words += [choice["delta"].get("content") or "" for choice in event.get("choices", ())]
                words.append(event.get("delta", {}).get("text", "") if event.get("type") == "content_block_delta" else "")
        return "".join(words)


def ask(dialect: str, text: str, *, stream: bool = False, **more: Any) -> dict[str, Any]:
    """A request document. The model's name is unique, so that a request upstream is traced to its intent.

    It has no digits: among thousands of hexadecimal names there is one that is a valid account number.
    """
    name = "".join(secrets.choice(string.ascii_lowercase) for _ in range(16))
    document: dict[str, Any] = {"model": f"m-{name}", "messages": [{"role": "user", "content": text}]}
    if dialect == "anthropic":
        document["max_tokens"] = 100
    return document | ({"stream": True} if stream else {}) | more


@dataclass
class World:
    """A gateway, what is behind it, and what must hold after whatever was done to it."""

    home: Path
    database: "psycopg.Connection[Any]"  # as superuser, past every policy
    upstream: Upstream
    proxy: Proxy
    environment: Mapping[str, str]
    options: Sequence[str] = ()  # of `serve`
    module: str = "app"  # that is run
    process: "subprocess.Popen[bytes]" = field(init=False)
    first: dict[str, str] = field(init=False)
    http: httpx.Client = field(init=False)
    unrecorded: list[str] = field(default_factory=list)  # models that went upstream without a committed intent

    @property
    def key(self) -> str:
        return self.first["gateway_key"]

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", httpx.URL(self.first["base_url"]).port or 0

    @property
    def log(self) -> bytes:
        return (self.home / "serve.log").read_bytes()

    def start(self) -> None:
        """Start the process and wait until both of its ports answer."""
        file = self.home / "first-run.json"
        before = file.stat().st_mtime_ns if file.exists() else 0
        self.http = httpx.Client(trust_env=False, timeout=2 * PATIENCE)
        with (self.home / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module, "serve", "--port", "0", "--admin-port", "0", *self.options],
                cwd=ROOT,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

        def started() -> bool:
            assert self.process.poll() is None, self.log.decode()
            with suppress(OSError, ValueError, httpx.TransportError):
                if file.stat().st_mtime_ns != before:
                    self.first = json.loads(file.read_text())
                    return all(self.http.get(f"{self.first[name]}/readyz").status_code == 200 for name in ("base_url", "admin_url"))
            return False

        eventually(started, 2 * PATIENCE, "the gateway did not start")

    def kill(self) -> None:
        """End the process without warning; its children end by themselves."""
        self.process.kill()
        self.process.wait()
        eventually(self._alone, what="a process of the gateway outlives it")
        self.http.close()  # not before: who still waits for an answer must hear that there will be none

    def _alone(self) -> bool:
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return True
        return False

    def stop(self) -> None:
        self.http.close()
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def restart(self) -> None:
        self.stop()
        self.start()

    def admin(self, method: str, path: str, document: Any = None) -> Any:
        headers = {"authorization": f"Bearer {self.first['admin_key']}"}
        answer = self.http.request(method, f"{self.first['admin_url']}/api/v1/{path}", json=document, headers=headers)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def provide(self, dialect: str, url: str, name: str | None = None, credential: str | None = "provider-secret") -> None:
        entry = {"dialect": dialect, "base_url": url, "credential": credential, "allow_private": True}
        self.admin("PUT", f"providers/{name or dialect}", entry)

    def url(self, dialect: str, path: str | None = None, provider: str | None = None) -> str:
        return f"{self.first['base_url']}/{provider or dialect}{PATHS[dialect] if path is None else path}"

    def post(self, dialect: str, document: Any, *, path: str | None = None, provider: str | None = None, **options: Any) -> Answered:
        """Send a document (or raw bytes) with the gateway key; `headers` and other httpx options replace the usual ones."""
        headers = {"authorization": f"Bearer {self.key}", "content-type": "application/json", **options.pop("headers", {})}
        headers = {name: value for name, value in headers.items() if value is not None}
        content = document if isinstance(document, bytes) else json.dumps(document).encode() if isinstance(document, dict) else document
        method = options.pop("method", "POST")
        answer = self.http.request(method, self.url(dialect, path, provider), content=content, headers=headers, **options)
        return Answered(answer.status_code, answer.headers, answer.content)

    def sql(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self.database.execute(query, parameters).fetchall()

    def outcomes(self, model: str) -> list[tuple[str, str]]:
        """Return (kind, verdict) of everything on the record about a model."""
        return [(kind, verdict) for kind, verdict in self.sql("SELECT kind, verdict FROM record WHERE model = %s ORDER BY id", model)]

    def dump(self) -> bytes:
        """Everything that lies in the database, as raw bytes."""
        rows = []
        with self.database.cursor() as cursor:
            for table in metadata.tables:
                with cursor.copy(f"COPY (SELECT * FROM {table}) TO STDOUT (FORMAT binary)") as copy:
                    rows += [bytes(block) for block in copy]
        return b"".join(rows)

    def files(self) -> Iterator[tuple[Path, bytes]]:
        """Everything that the gateway wrote to disk: its home, logs and temporary files."""
        for path in self.home.rglob("*"):
            if path.is_file() and not path.is_symlink():
                yield path, path.read_bytes()

    def traced(self, request: Received) -> None:
        """The witness upstream: at this moment the intent of this request must be on disk."""
        model = request.document.get("model")
        if not self.sql("SELECT 1 FROM record WHERE kind = 'intent' AND model IS NOT DISTINCT FROM %s", model):
            self.unrecorded.append(str(model))

    def assert_invariants(self, canaries: Canaries, *answers: Answered | bytes, settle: float = PATIENCE, good: bool = True) -> None:
        """What must hold after every fault; then one good exchange in both dialects."""
        assert not canaries.within(self.upstream.record)
        assert self.key.encode() not in self.upstream.record
        assert not self.unrecorded
        if good:
            for dialect in DIALECTS:
                self.assert_good(dialect)
        pending = "SELECT exchange FROM record GROUP BY exchange HAVING bool_or(kind = 'intent') AND NOT bool_or(kind = 'completion')"
        eventually(lambda: not self.sql(pending), settle, "an intent stays open")
        once = "kind IN ('intent', 'refusal', 'completion') AND (endpoint NOT IN ('realtime', 'responses.session') OR kind = 'completion')"
        twice = f"SELECT exchange FROM record WHERE {once} GROUP BY exchange, kind HAVING count(*) > 1"
        assert not self.sql(twice)
        assert not canaries.within(self.dump())
        for path, content in self.files():
            assert not canaries.within(content), path
        for answer in answers:
            assert not canaries.within(answer if isinstance(answer, bytes) else answer.body + repr(answer.headers).encode())

    def assert_good(self, dialect: str) -> None:
        """One exchange that must succeed: protected upstream, restored to the caller."""
        self.upstream.reset()
        fresh = Canaries.fresh()
        before = len(self.upstream.received)
        answer = self.post(dialect, ask(dialect, fresh.text))
        assert answer.status == 200, answer.body
        assert answer.text == fresh.text
        assert len(self.upstream.received) == before + 1
        assert len(set(surrogates(self.upstream.received[-1].raw))) == 3
        assert not fresh.within(self.upstream.record)


def assert_refused(answer: Answered, dialect: str, status: int, code: str, *, where: str | None = None, receipt: bool = True) -> None:
    """The refusal is in the dialect's shape and says what, where, what next, where it is documented, and on which receipt it stands."""
    assert answer.status == status, answer.body
    assert answer.headers["content-type"] == "application/json"
    document = answer.json
    error = document["error"]
    assert error["code"] == code
    message = error["message"]
    assert message.startswith("Hushgate: ")
    assert f"See docs/errors.md#{code}." in message
    if dialect == "openai":
        assert set(document) == {"error"}
        assert set(error) == {"message", "type", "param", "code"}
    else:
        assert document["type"] == "error"
        assert set(error) == {"type", "message", "code"}
    if where is not None:
        assert f" at {where}" in message
    heals = status in {429, 502, 503, 504}
    assert answer.headers["x-should-retry"] == ("true" if heals else "false")
    assert ("retry-after" in answer.headers) == heals
    if receipt:
        assert f"Receipt: {answer.headers['x-hushgate-receipt']}." in message


@contextmanager
def world(postgres: str, home: Path, options: Sequence[str] = (), module: str = "app", **environment: str) -> Iterator[World]:
    """Start everything; `options` are those of `serve`, `environment` adds to the ordinary one."""
    with ExitStack() as stack:
        url = stack.enter_context(fresh_database(postgres))
        upstream = stack.enter_context(Upstream())
        proxy = stack.enter_context(Proxy(url))
        (home / "tmp").mkdir(parents=True)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("HUSHGATE_", "PG", "COV_"))}
        database = stack.enter_context(psycopg.connect(url, autocommit=True))
        built = World(
            home,
            database,
            upstream,
            proxy,
            {
                **inherited,
                **ORDINARY,
                "TMPDIR": str(home / "tmp"),
                "HUSHGATE_HOME": str(home),
                "HUSHGATE_DATABASE_URL": proxy.url,
                "HUSHGATE_KEK": base64.b64encode(random.randbytes(32)).decode(),
                **environment,
            },
            options,
            module,
        )
        initialise(Settings.read(built.environment), mint=True, base_url="", admin_url="")
        stack.callback(built.stop)
        built.start()
        upstream.witness = built.traced
        built.provide("openai", upstream.url + "/v1")
        built.provide("anthropic", upstream.url)
        yield built
