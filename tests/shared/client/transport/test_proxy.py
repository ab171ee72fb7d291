"""A configured proxy: what goes through it, with which credentials, and its errors."""

from __future__ import annotations

import base64
import errno
import os
import socket
import ssl
import threading
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.client.transport import HttpTransport
from shared.client.transport.proxy import proxy_for, proxy_headers, validate_proxy
from shared.errors import Misconfigured, Unreachable
from shared.models.http import Request
from tests.support.raw_server import raw_server, read_request, responding

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


class TerminatingProxy:
    """A proxy that terminates each tunnel and answers as the origin.

    Parameters
    ----------
    origin: the origin's TLS.
    own: the proxy's own TLS; None for a proxy over HTTP.
    """

    def __init__(self, origin: ssl.SSLContext, own: ssl.SSLContext | None = None) -> None:
        self.connect_requests: list[bytes] = []
        self.requests: list[bytes] = []
        self._origin = origin
        self._own = own

    def __call__(self, connection: socket.socket, number: int) -> None:
        if self._own is None:
            self.connect_requests.append(read_request(connection))
            connection.sendall(ESTABLISHED)
            with self._origin.wrap_socket(connection, server_side=True) as secure:
                while request := read_request(secure):
                    self.requests.append(request)
                    secure.sendall(ANSWER)
            return
        with self._own.wrap_socket(connection, server_side=True) as outer:
            self.connect_requests.append(read_request(outer))
            outer.sendall(ESTABLISHED)
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            tls = self._origin.wrap_bio(incoming, outgoing, server_side=True)
            answered = False
            while data := outer.recv(65_536):
                incoming.write(data)
                try:
                    tls.do_handshake()
                    self.requests.append(tls.read(65_536))
                    tls.write(ANSWER)
                    answered = True
                except ssl.SSLWantReadError:
                    pass
                if data := outgoing.read():
                    outer.sendall(data)
            assert answered


def get(transport: HttpTransport, origin: str) -> bytes:
    request = Request("GET", origin)
    return transport.send(request, connect_seconds=5, read_seconds=5, total_seconds=5).body


def test_the_ipv6_address_of_a_proxy_is_not_looked_up(ca_file: str) -> None:
    with pytest.raises(Unreachable) as failed:
        get(HttpTransport(ca_file, "http://[::1]:1"), "https://origin.test")
    assert failed.value.code == "NoConnection"


def test_a_proxy_that_answers_without_tls_is_reported_as_such(ca_file: str) -> None:
    plain = ESTABLISHED + b"HTTP/1.1 403 Forbidden\r\n\r\n"
    with raw_server(responding(plain)) as (port, _), pytest.raises(Unreachable) as refused:
        get(HttpTransport(ca_file, f"http://127.0.0.1:{port}"), "https://origin.test")
    assert refused.value.message.startswith(
        "cannot connect to origin.test through HTTPS_PROXY: TLS: "
    )


@pytest.mark.parametrize("origin", ["https://origin.test", "https://[::1]:8443"])
@pytest.mark.parametrize("kind", ["http", "https"])
def test_the_origin_is_reached_and_verified_through_a_tunnel(
    kind: str, origin: str, server_tls: ssl.SSLContext, ca_file: str
) -> None:
    proxy = TerminatingProxy(server_tls, server_tls if kind == "https" else None)
    with raw_server(proxy) as (port, _):
        transport = HttpTransport(ca_file, f"{kind}://127.0.0.1:{port}")
        assert [get(transport, origin) for _ in range(2)] == [b"{}"] * 2
    authority = origin.removeprefix("https://")
    expected = authority if ":84" in authority else f"{authority}:443"
    assert proxy.connect_requests[0].startswith(f"CONNECT {expected} HTTP/1.".encode())
    assert len(proxy.connect_requests) == 1
    assert all(f"Host: {authority}\r\n".encode() in request for request in proxy.requests)
    assert not any(b"proxy-" in request.lower() for request in proxy.requests)


def test_a_host_in_no_proxy_is_called_directly(ca_file: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable) as refused:
        get(HttpTransport(ca_file, "http://127.0.0.1:9", "127.0.0.1"), f"https://127.0.0.1:{port}")
    reason = os.strerror(errno.ECONNREFUSED)
    assert refused.value.message == f"cannot connect to 127.0.0.1:{port}: {reason}"


def test_the_error_of_a_proxy_that_is_not_there_names_the_setting(ca_file: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable) as refused:
        get(HttpTransport(ca_file, f"http://127.0.0.1:{port}"), "https://origin.test")
    reason = os.strerror(errno.ECONNREFUSED)
    assert refused.value.message == f"cannot connect to origin.test through HTTPS_PROXY: {reason}"


def test_the_credentials_in_the_url_are_sent_to_the_proxy_alone(
    server_tls: ssl.SSLContext, ca_file: str
) -> None:
    proxy = TerminatingProxy(server_tls)
    with raw_server(proxy) as (port, _):
        get(HttpTransport(ca_file, f"http://user:p%40ss@127.0.0.1:{port}"), "https://origin.test")
    expected = b"proxy-authorization: basic " + base64.b64encode(b"user:p@ss").lower()
    assert expected in proxy.connect_requests[0].lower()
    assert b"authorization" not in proxy.requests[0].lower()


def test_several_connections_to_a_proxy_are_kept(server_tls: ssl.SSLContext, ca_file: str) -> None:
    both = threading.Barrier(2)

    def serve(connection: socket.socket, _number: int) -> None:
        read_request(connection)
        connection.sendall(ESTABLISHED)
        with server_tls.wrap_socket(connection, server_side=True) as secure:
            while read_request(secure):
                both.wait(10)
                secure.sendall(ANSWER)

    with raw_server(serve) as (port, accepted):
        transport = HttpTransport(ca_file, f"http://127.0.0.1:{port}")
        for _ in range(2):
            threads = [
                threading.Thread(target=get, args=(transport, "https://origin.test"))
                for _ in range(2)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    assert accepted == [0, 1]


def test_plain_http_goes_through_no_proxy() -> None:
    with raw_server(responding(ANSWER)) as (port, _):
        assert get(HttpTransport(None, "http://127.0.0.1:9"), f"http://127.0.0.1:{port}") == b"{}"


@pytest.mark.parametrize(
    ("status", "retryable"),
    [
        *((status, False) for status in (302, 401, 403, 404, 405, 407, 501, 511)),
        *((status, True) for status in (408, 429, 500, 502, 503, 504)),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html>no</html>"])
def test_a_refusal_of_the_proxy_is_reported(status: int, retryable: bool, body: bytes) -> None:  # noqa: FBT001
    text = b"HTTP/1.1 %d Some Reason\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body
    with raw_server(responding(text)) as (port, accepted), pytest.raises(Unreachable) as refused:
        get(HttpTransport(None, f"http://user:wrong@127.0.0.1:{port}"), "https://origin.test")
    error = refused.value
    assert f"{status} Some Reason" in error.message
    assert (error.code, error.outcome_unknown, error.retryable) == (
        "ProxyRefused",
        False,
        retryable,
    )
    assert "wrong" not in error.message + error.hint
    assert accepted == [0]


@pytest.mark.parametrize("reason", [b"", b" ", b" No Reason  "])
def test_a_refusal_of_the_proxy_ends_with_its_reason_if_it_has_one(reason: bytes) -> None:
    text = b"HTTP/1.1 407" + reason + b"\r\nContent-Length: 0\r\n\r\n"
    with raw_server(responding(text)) as (port, _), pytest.raises(Unreachable) as refused:
        get(HttpTransport(None, f"http://127.0.0.1:{port}"), "https://origin.test")
    reported = " ".join(["407", *reason.decode().split()])
    assert refused.value.message == (
        f"the proxy in HTTPS_PROXY refused to connect to origin.test: {reported}"
    )


@pytest.mark.parametrize("text", [b"", b"SSH-2.0\r\n\r\n", b"HTTP/1.1 200"])
def test_a_failed_connection_to_a_proxy_has_sent_nothing(text: bytes) -> None:
    with raw_server(responding(text)) as (port, _), pytest.raises(Unreachable) as refused:
        get(HttpTransport(None, f"http://127.0.0.1:{port}"), "https://origin.test")
    assert not refused.value.outcome_unknown


def credentials(url: str) -> bytes:
    headers = proxy_headers(url)
    assert headers is not None
    return base64.b64decode(headers["proxy-authorization"].removeprefix("Basic "))


@given(st.binary(min_size=1, max_size=20), st.binary(max_size=20))
def test_credentials_are_sent_byte_for_byte(user: bytes, password: bytes) -> None:
    url = f"http://{quote(user, safe='')}:{quote(password, safe='')}@proxy.test:3128"
    assert credentials(url) == user + b":" + password


@pytest.mark.parametrize(
    ("userinfo", "sent"), [("user", b"user:"), ("user:", b"user:"), (":word", b":word")]
)
def test_there_is_a_colon_between_user_and_password(userinfo: str, sent: bytes) -> None:
    assert credentials(f"http://{userinfo}@proxy.test:3128") == sent


def test_a_proxy_without_credentials_gets_none() -> None:
    assert proxy_headers("http://proxy.test:3128") is None


def test_a_host_alone_is_a_proxy_over_http() -> None:
    assert validate_proxy("proxy.test:3128") == "http://proxy.test:3128"
    assert proxy_for("https://a.test", "proxy.test:3128", None) == "http://proxy.test:3128"


@pytest.mark.parametrize("value", ["socks5://proxy.test", "http://", "http://[broken", "://x", ""])
def test_an_invalid_proxy_url_is_misconfigured(value: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        validate_proxy(value)
    assert refused.value.code == "BadProxy"


@pytest.mark.parametrize(
    ("no_proxy", "direct"),
    [("a.test", True), (".test", True), ("*", True), ("b.test", False), ("a.test:444", False)],
)
def test_no_proxy_lists_hosts_and_domains(no_proxy: str, direct: bool) -> None:  # noqa: FBT001
    found = proxy_for("https://a.test", "http://proxy.test:3128", no_proxy)
    assert (found is None) is direct
