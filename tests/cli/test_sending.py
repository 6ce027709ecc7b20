import gc
import warnings
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from app.cli.selftest.planting import Request
from app.cli.selftest.positions import Route
from app.cli.selftest.sending import Sender

REQUEST = Request(Route("GET", "/things", "", ()), [])


class Agreeing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_said):
        pass


@pytest.fixture
def agreeing():
    with ThreadingHTTPServer(("127.0.0.1", 0), Agreeing) as server:
        server.daemon_threads, server.block_on_close = True, False
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_no_connection_is_left_open_whoever_used_it_when(agreeing):
    gc.collect()
    with warnings.catch_warnings(record=True) as left:
        warnings.simplefilter("always", ResourceWarning)
        with closing(Sender(agreeing, "key")) as sender:
            for _dialect in range(2):  # what one thread opened before is opened again after
                assert sender.once("", REQUEST).status == 200
                sender.all("", [REQUEST] * 3)
            assert sender.once("", REQUEST).status == 200
        del sender
        gc.collect()
    assert [str(one.message) for one in left] == []
