"""One connection against scripted raw servers: what it sends, how it reads answers, how each failure is named."""

import asyncio
import time

import httpx
import pytest

from tests.gateway.raw_provider import CHUNKED, OK, always, body, each_loop, fetch, once, play, post, read

pytestmark = each_loop


@pytest.mark.parametrize(
    ("answer", "expected", "opened"),
    [
        (OK, b"ok", 1),
        (CHUNKED + b"2\r\nab\r\n3;x=y\r\ncde\r\n0\r\n\r\n", b"abcde", 1),
        (CHUNKED + b"2\r\nab\r\n0\r\nx-trailer: 1\r\n\r\n", b"ab", 1),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b"", 1),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + OK, b"ok", 1),
        (b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok", b"ok", 2),
        (b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok", b"ok", 2),
        (OK + OK, b"ok", 2),
        (OK + b"garbage that nobody asked for", b"ok", 2),
    ],
)
def test_whole_answers_and_reuse(loop, answer, expected, opened):
    async def test(port, transport, seen):
        for _ in range(2):
            response = await transport.handle_async_request(post(port))
            assert "x-trailer" not in response.headers
            assert "link" not in response.headers
            assert await body(response) == expected
            await response.aclose()
        assert len(seen) == 2
        assert transport.opened == opened

    play(loop, always(answer), test)


def test_answer_that_ends_with_the_connection(loop):
    async def test(port, transport, _seen):
        assert await fetch(transport, port) == b"until the end"
        assert await fetch(transport, port) == b"until the end"
        assert transport.opened == 2

    play(loop, once(b"HTTP/1.1 200 OK\r\n\r\nuntil the end"), test)


def test_head_has_no_body(loop):
    async def test(port, transport, _seen):
        response = await transport.handle_async_request(post(port, method="HEAD", content=b""))
        assert response.headers["content-length"] == "2"
        assert await body(response) == b""

    play(loop, always(OK[:-2]), test)


def test_streams_chunk_by_chunk(loop):
    got = asyncio.Event()

    async def script(_seen, reader, writer):
        await read(reader)
        writer.write(CHUNKED)
        for number in range(5):
            writer.write(b"1\r\n%d\r\n" % number)
            await got.wait()
            got.clear()
        writer.write(b"0\r\n\r\n")

    async def test(port, transport, _seen):
        response = await transport.handle_async_request(post(port))
        chunks = []
        async for chunk in response.aiter_raw():
            chunks.append(chunk)
            got.set()
        assert chunks == [b"0", b"1", b"2", b"3", b"4"]

    play(loop, script, test)


@pytest.mark.parametrize(
    ("answer", "reset", "error"),
    [
        (b"", False, httpx.RemoteProtocolError),
        (b"", True, httpx.ReadError),
        (b"HTTP/1.1 200 OK\r\ncontent-le", False, httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf", False, httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf", True, httpx.ReadError),
        (CHUNKED + b"9\r\nhalf", False, httpx.RemoteProtocolError),
        (CHUNKED + b"zz\r\nhalf", False, httpx.RemoteProtocolError),
        (b"SSH-2.0-OpenSSH_9.6\r\n", False, httpx.RemoteProtocolError),
        (b"HTTP/2.0 200 OK\r\n\r\n", False, httpx.RemoteProtocolError),
        (b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n", False, httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\nok", False, httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok", False, httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 300 + b"\r\n", False, httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nx: " + b"y" * 100_000, False, httpx.RemoteProtocolError),
    ],
)
def test_broken_answers(loop, answer, reset, error):
    async def test(port, transport, seen):
        with pytest.raises(error) as raised:
            await fetch(transport, port)
        assert type(raised.value) is error
        assert raised.value.request.url.port == port
        assert len(seen) == 1
        assert not transport._wires

    play(loop, once(answer, reset=reset), test)


def test_chunks_before_an_error_are_delivered(loop):
    async def test(port, transport, _seen):
        response = await transport.handle_async_request(post(port))
        await asyncio.sleep(0.1)  # the whole disaster has arrived before anyone reads
        stream = aiter(response.stream)
        assert await anext(stream) == b"half"
        with pytest.raises(httpx.RemoteProtocolError):
            await anext(stream)

    play(loop, once(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"), test)


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"])
def test_a_silent_provider_is_a_read_timeout(loop, start):
    async def script(_seen, reader, writer):
        await read(reader)
        writer.write(start)
        await asyncio.sleep(5)

    async def test(port, transport, _seen):
        began = time.monotonic()
        with pytest.raises(httpx.ReadTimeout):
            await fetch(transport, port, read_timeout=0.2)
        assert 0.15 < time.monotonic() - began < 1.5

    play(loop, script, test)


def test_each_request_has_its_own_timeout_on_a_kept_connection(loop):
    async def script(seen, reader, writer):
        seen.append(await read(reader))
        writer.write(OK)
        seen.append(await read(reader))
        await asyncio.sleep(5)

    async def test(port, transport, seen):
        await fetch(transport, port, read_timeout=60.0)
        began = time.monotonic()
        with pytest.raises(httpx.ReadTimeout):
            await fetch(transport, port, read_timeout=0.2)
        assert time.monotonic() - began < 1.5
        assert transport.opened == 1

    play(loop, script, test)


def test_an_upload_nobody_reads_is_a_write_timeout(loop):
    async def script(_seen, _reader, _writer):
        await asyncio.sleep(5)

    async def test(port, transport, _seen):
        with pytest.raises(httpx.WriteTimeout):
            await fetch(transport, port, read_timeout=0.3, content=b"x" * 30_000_000)

    play(loop, script, test, limit=1024)


@pytest.mark.parametrize("how", ["aclose", "cancel"])
def test_a_half_read_answer_closes_its_connection(loop, how):
    closed = asyncio.Event()

    async def script(seen, reader, writer):
        seen.append(await read(reader))
        writer.write(CHUNKED + b"4\r\nhalf\r\n" if how == "aclose" or len(seen) > 1 else b"")
        if len(seen) > 1:
            writer.write(b"0\r\n\r\n")
        assert await reader.read() == b""
        closed.set()

    async def test(port, transport, _seen):
        if how == "aclose":
            response = await transport.handle_async_request(post(port))
            assert await anext(aiter(response.stream)) == b"half"
            await response.aclose()
        else:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(transport.handle_async_request(post(port)), 0.2)
        await asyncio.wait_for(closed.wait(), 1)
        assert not transport._wires
        assert await fetch(transport, port) == b"half"
        assert transport.opened == 2

    play(loop, script, test)


def test_a_slow_reader_slows_the_provider(loop):
    size = 30_000_000

    async def test(port, transport, _seen):
        response = await transport.handle_async_request(post(port))
        await asyncio.sleep(0.3)
        assert response.stream.size < 1_000_000
        assert len(await body(response)) == size

    play(loop, always(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size + b"x" * size), test)


def test_exactly_the_headers_given(loop):
    async def test(port, transport, seen):
        headers = [("Host", "provider.test"), ("X-B", "1"), ("x-a", "zwei"), ("X-B", "2"), ("Transfer-Encoding", "chunked")]
        await body(await transport.handle_async_request(post(port, headers=headers, content=b'{"a":1}')))
        await fetch(transport, port, method="GET", content=b"")
        host = b"Host: 127.0.0.1:%d\r\n" % port
        path = b" /v1/chat/completions HTTP/1.1\r\n"
        assert seen[0] == b"POST" + path + b'Host: provider.test\r\nX-B: 1\r\nx-a: zwei\r\nX-B: 2\r\nContent-Length: 7\r\n\r\n{"a":1}'
        assert seen[1] == b"GET" + path + host + b"\r\n"

    play(loop, always(OK), test)


@pytest.mark.parametrize(
    "headers",
    [
        [(b"x", b"a\r\nx-evil: 1")], [(b"x\r\ny", b"a")], [(b"x", b"a\nb")], [(b"x", b"a\0b")], [(b"x y", b"a")], [(b"x:", b"a")],
        [(b"", b"a")], [(b"host", b"a"), (b"Host", b"b")],
    ],
)  # fmt: skip
def test_a_head_that_could_be_misread_is_not_sent(loop, headers):
    async def test(port, transport, seen):
        with pytest.raises(httpx.LocalProtocolError):
            await fetch(transport, port, headers=headers)
        assert not seen
        assert not transport.opened

    play(loop, always(OK), test)
