"""The transport against scripted raw servers: what it refuses to reach, what it never does, how it keeps connections."""

import asyncio
import datetime as dt
import gzip
import ssl

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.gateway.transport import ALLOW_PRIVATE, PinnedTransport, PrivateAddressRefused, is_public
from tests.gateway.raw_provider import OK, always, body, each_loop, fetch, once, play, post, read

PRIVATE_TEXT = """127.0.0.1 127.1 127.255.255.254 2130706433 0x7f000001 0x7f.0.0.1 0177.0.0.1 017700000001 0 0.0.0.0 localhost 10.0.0.1
10.1 0xa.1 167772161 172.16.0.1 172.31.255.255 192.168.1.1 192.168.257 0xc0a80101 3232235777 169.254.169.254 0xa9fea9fe 2852039166
0251.0376.0251.0376 169.254.1 100.64.0.1 100.100.100.200 100.127.255.255 168.63.129.16 192.0.0.192 192.0.2.1 192.88.99.1 198.18.0.1
198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 [::] [::1] [::ffff:127.0.0.1] [::ffff:7f00:1]
[::ffff:10.0.0.1] [::ffff:169.254.169.254] [::127.0.0.1] [::ffff:0:127.0.0.1] [64:ff9b::7f00:1] [64:ff9b::169.254.169.254]
[64:ff9b:1::a00:1] [2002:7f00:1::] [2002:a9fe:a9fe::1] [2001:0:4136:e378::1] [2001:db8::1] [3fff::1] [fc00::1] [fd00:ec2::254]
[fe80::1] [fec0::1] [ff02::1] [ff0e::1] [100::1] [5f00::1] [4000::1]"""
PRIVATE = PRIVATE_TEXT.split()


@each_loop
def test_refused_and_unknown(loop):
    async def unknown(_host, _port):
        raise OSError(-2, "Name or service not known")

    async def test(port, transport, _seen):
        for given in ({"port": 1}, {"port": port, "host": "a" * 64 + ".test"}):
            with pytest.raises(httpx.ConnectError) as raised:
                await fetch(transport, **given)
            assert "127.0.0.1" not in str(raised.value)
        with pytest.raises(httpx.ConnectError):
            await fetch(PinnedTransport(resolve=unknown), port, host="unknown.test")
        with pytest.raises(httpx.UnsupportedProtocol):
            await transport.handle_async_request(httpx.Request("GET", "ftp://provider.test/"))

    play(loop, always(OK), test)


def test_slow_connect():
    async def slow(_host, _port):
        await asyncio.sleep(5)
        return ["127.0.0.1"]

    async def run():
        request = httpx.Request("POST", "http://slow.test/", extensions={"timeout": {"connect": 0.1}})
        with pytest.raises(httpx.ConnectTimeout):
            await PinnedTransport(resolve=slow).handle_async_request(request)

    asyncio.run(run())


@each_loop
def test_what_passes_as_it_is(loop, monkeypatch):
    packed = gzip.compress(b"hello")
    head = b"HTTP/1.1 %b\r\nset-cookie: a=b\r\nlocation: http://127.0.0.1:1/\r\ncontent-encoding: gzip\r\ncontent-length: %d\r\n\r\n%b"
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    async def test(port, transport, seen):
        for status in (302, 307, 429, 200):
            response = await transport.handle_async_request(post(port))
            assert response.status_code == status
            assert await body(response) == packed
        assert not any(b"cookie" in request.lower() for request in seen)
        assert len(seen) == 4

    play(loop, always(*(head % (line, len(packed), packed) for line in (b"302 Found", b"307 Temporary", b"429 Slow", b"200 OK"))), test)


@each_loop
def test_a_stale_connection_is_an_error_and_never_a_second_request(loop):
    async def script(seen, reader, writer):
        seen.append(await read(reader))
        writer.write(OK)
        seen.append(await read(reader))  # and close without an answer

    async def test(port, transport, seen):
        await fetch(transport, port)
        for method in ("POST", "GET"):
            with pytest.raises(httpx.RemoteProtocolError):
                await fetch(transport, port, method=method, content=b"")
            await fetch(transport, port)
        assert len(seen) == 5
        assert transport.opened == 3

    play(loop, script, test)


@each_loop
def test_idle_connections_are_closed_in_time_and_replaced_when_the_provider_closes_them(loop):
    async def test(port, transport, _seen):
        transport._keepalive = 0.1
        await fetch(transport, port)
        assert len(transport._wires) == 1
        await asyncio.sleep(0.25)
        assert not transport._wires
        assert not transport._idle
        assert transport._sweeper is None

    play(loop, always(OK), test)

    async def leave(port, transport, _seen):
        await fetch(transport, port)
        await asyncio.sleep(0.1)  # the provider has closed meanwhile
        await fetch(transport, port)
        assert transport.opened == 2

    play(loop, once(OK), leave)


@each_loop
def test_is_the_transport_of_an_ordinary_client(loop):
    async def test(port, transport, _seen):
        async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
            answers = await asyncio.gather(
                *(client.post(f"http://127.0.0.1:{port}/", json={}, extensions={ALLOW_PRIVATE: True}) for _ in range(20))
            )
        assert [answer.text for answer in answers] == ["ok"] * 20
        assert transport.opened <= 20

    play(loop, always(OK), test)


def test_private_addresses_are_refused_in_every_form():
    assert len(PRIVATE) >= 40

    async def run():
        transport, sent = PinnedTransport(), []
        for host in PRIVATE:
            try:
                await transport.handle_async_request(post(9, host=host, private=False))
            except (PrivateAddressRefused, httpx.InvalidURL):  # httpx itself knows no octal in four parts
                continue
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                sent.append((host, repr(error)))
        assert not sent
        assert not transport.opened

    asyncio.run(run())


@pytest.mark.parametrize("given", ["yes", 1, None, "True"])
def test_only_true_admits_private_addresses(given):
    with pytest.raises(PrivateAddressRefused):
        asyncio.run(PinnedTransport().handle_async_request(post(9, private=given)))


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "8.8.8.8", "104.18.6.192", "172.32.0.1", "100.128.0.1", "2606:4700::1", "2a00:1450:4001::1", "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::1"],
)  # fmt: skip
def test_public_addresses_are_not_refused(address):
    assert is_public(address)


def test_the_address_checked_is_the_address_connected_to(monkeypatch):
    """A name that is public first and private then is resolved once a connection, and never connected to when private."""
    answers = [["1.1.1.1"], ["127.0.0.1"], ["1.1.1.1", "10.0.0.1"], ["1.1.1.1", "8.8.8.8"]]
    asked, connected = [], []

    async def rebinding(host, _port):
        asked.append(host)
        return answers[len(asked) - 1]

    async def connect(_loop, _factory, host, _port, **_options):
        connected.append(host)
        raise OSError

    monkeypatch.setattr(asyncio.BaseEventLoop, "create_connection", connect)

    async def run():
        transport = PinnedTransport(resolve=rebinding)
        for error in (httpx.ConnectError, PrivateAddressRefused, PrivateAddressRefused, httpx.ConnectError):
            with pytest.raises(error) as raised:
                await fetch(transport, 80, host="rebinding.test", private=False)
            assert type(raised.value) is error

    asyncio.run(run())
    assert asked == ["rebinding.test"] * 4
    assert connected == ["1.1.1.1", "1.1.1.1", "8.8.8.8"]


@each_loop
def test_a_private_connection_never_serves_a_public_request(loop):
    async def test(port, transport, seen):
        await fetch(transport, port)
        with pytest.raises(PrivateAddressRefused):
            await fetch(transport, port, private=False)
        assert len(seen) == 1

    play(loop, always(OK), test)


def certificate(folder):
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "provider.test")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + dt.timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("provider.test")]), critical=False)
    path = folder / "provider.pem"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.sign(key, hashes.SHA256()).public_bytes(pem))
    return path


@each_loop
def test_tls_is_checked_against_the_name_not_the_address(loop, tmp_path):
    path = certificate(tmp_path)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)

    async def loopback(_host, _port):
        return ["127.0.0.1"]

    async def test(port, _transport, seen):
        trusting = ssl.create_default_context(cafile=path)
        extensions = {ALLOW_PRIVATE: True}
        cases = [("provider.test", trusting, True), ("other.test", trusting, False), ("provider.test", None, False)]
        for host, context, fine in cases:
            transport = PinnedTransport(resolve=loopback, tls=context)
            request = httpx.Request("POST", f"https://{host}:{port}/", content=b"{}", extensions=extensions)
            if fine:
                assert await body(await transport.handle_async_request(request)) == b"ok"
            else:
                with pytest.raises(httpx.ConnectError):
                    await transport.handle_async_request(request)
            await transport.aclose()
        assert len(seen) == 1

    play(loop, always(OK), test, ssl=server)
