"""Witnesses over HTTP: a small real one that keeps the protocol, one that lies, one that is gone."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.crypto.note import COSIGNATURE, Key, Signer
from app.errors import SetupError
from app.store.outside import Outside
from app.store.sequencer import Sequencer
from app.store.signing import Signing
from app.store.witness import Witness, Witnesses
from app.store.writer import Work
from tests import outsider
from tests.store.parts import record, store

pytestmark = pytest.mark.anyio
SIGNER = Signer(b"w" * 32)
KEY = Key("witness.example/w1", SIGNER.public, COSIGNATURE)


class Server(ThreadingHTTPServer):
    """A witness after the text of c2sp.org/tlog-witness; its proofs are checked by the second implementation."""

    daemon_threads = True

    def __init__(self, lie=False):
        super().__init__(("127.0.0.1", 0), Handler)
        self.size, self.root, self.seen, self.lie = 0, b"", [], lie
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_POST(self):
        server = self.server
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        server.seen.append((self.path, body))
        if self.path == "/hook":
            return self._answer(200, "")
        head, _, note = body.partition("\n\n")
        first, *proof = head.split("\n")
        old = int(first.removeprefix("old "))
        text = note.rpartition("\n\n")[0] + "\n"
        _, size, root = outsider.checkpoint(text)
        if old != server.size:
            return self._answer(409, f"{server.size}\n")
        if old:
            first_root, second = outsider.consistent(old, size, [base64.b64decode(step) for step in proof], server.root)
            assert (first_root, second) == (server.root, root)
        server.size, server.root = size, root
        return self._answer(200, SIGNER.cosignature(KEY.name, text if not server.lie else "other\n", 1_700_000_000))

    def _answer(self, status, text):
        self.send_response(status)
        self.send_header("content-length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())


async def heads(built, sequencer, witnesses, number):
    for _ in range(number):
        await built.writer.now(Work([record()]))
        await sequencer.sequence()
        await sequencer.publish(at_once=True)
        for task in list(witnesses._asking.values()):
            await task


@pytest.mark.parametrize("lie", [False, True])
async def test_heads_of_the_directory_are_cosigned(database_url, tmp_path, lie):
    server = Server(lie)
    async with store(database_url) as built:
        for turn in range(2):  # the second begins with nothing in memory
            witnesses = Witnesses(built.database, [Witness(KEY, server.url)])
            outside = Outside(tmp_path / "checkpoints.jsonl", f"{server.url}/hook")
            sequencer = Sequencer(built.database, Signing(built.database, built.keys), outside, None, witnesses)
            await sequencer.lead()
            await heads(built, sequencer, witnesses, 5)
            await sequencer.stop()
            if turn == 0 and not lie:
                server.size, server.root = 3, _root(built, 3)  # it forgot: its answer says how far it is
        rows = built.rows("SELECT size, line FROM cosignature ORDER BY size")
        assert [size for size, _ in rows] == ([] if lie else list(range(1, 11)))
        for size, line in rows:
            [(note,)] = built.rows("SELECT note FROM checkpoint WHERE team = '*' AND size = %s", size)
            assert outsider.opened(note + line, [(KEY.name, KEY.public)], sort=4)[1] == 1_700_000_000
        sent = "".join(body for path, body in server.seen if path == "/hook")
        assert sent == (tmp_path / "checkpoints.jsonl").read_text()
        assert len([json.loads(line) for line in sent.splitlines()]) == 20
    server.shutdown()
    server.server_close()


def _root(built, size):
    [(note,)] = built.rows("SELECT note FROM checkpoint WHERE team = '*' AND size = %s", size)
    return outsider.checkpoint(note.rpartition("\n\n")[0] + "\n")[2]


async def test_a_witness_that_is_gone_holds_up_nobody(database_url, tmp_path):
    async with store(database_url) as built:
        witnesses = Witnesses(built.database, [Witness(KEY, "http://127.0.0.1:9")])
        outside = Outside(tmp_path / "checkpoints.jsonl", "http://127.0.0.1:9/hook")
        sequencer = Sequencer(built.database, Signing(built.database, built.keys), outside, None, witnesses)
        await sequencer.lead()
        await heads(built, sequencer, witnesses, 2)
        await sequencer.stop()
        assert built.rows("SELECT count(*) FROM checkpoint WHERE team = 'red'") == [(2,)]
        assert built.rows("SELECT count(*) FROM cosignature") == [(0,)]


def test_the_setting_is_read():
    assert Witness.read("") == []
    assert Witness.read(f" {KEY.vkey} https://w.example/ , {KEY.vkey} http://127.0.0.1:1") == [
        Witness(KEY, "https://w.example"),
        Witness(KEY, "http://127.0.0.1:1"),
    ]
    for bad in ("x", KEY.vkey, f"{KEY.vkey} ftp://x", f"{Key('a', KEY.public).vkey} https://x"):
        with pytest.raises(SetupError):
            Witness.read(bad)
