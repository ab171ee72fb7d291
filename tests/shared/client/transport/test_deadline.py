"""Whatever hangs or drips, a request ends at its deadline, and nothing is sent after it."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from shared.client.transport import HttpTransport
from shared.client.transport.connection import connect_to_any, resolve
from shared.errors import SyncError, TimedOut
from shared.models.http import Request
from tests.support.raw_server import Serve, raw_server, read_request, responding, silent_port
from tests.support.side_by_side import side_by_side

BUDGET = 0.8
SLACK = 0.25
LONG = 20.0
LATE = BUDGET * 0.9
"""When a phase ends that leaves the next one little time."""

ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

Secure = Callable[[socket.socket], socket.socket]


def outcome(
    origin: str, ca_file: str | None = None, proxy: str | None = None, **seconds: float
) -> SyncError:
    """Return the error of a request, which must come at the deadline."""
    limits = {
        "connect_seconds": LONG,
        "read_seconds": LONG,
        "total_seconds": BUDGET,
    } | seconds
    started = time.monotonic()
    with pytest.raises(SyncError) as failed:
        HttpTransport(ca_file, proxy).send(Request("GET", origin), **limits)
    assert time.monotonic() - started < min(limits.values()) + SLACK
    return failed.value


def assert_timed_out(error: SyncError, *, outcome_unknown: bool) -> None:
    assert isinstance(error, TimedOut)
    assert error.outcome_unknown is outcome_unknown


def drip(connection: socket.socket, data: bytes) -> None:
    for byte in data:
        connection.sendall(bytes([byte]))
        time.sleep(0.03)


def handshake_in_drops(connection: socket.socket, server_tls: ssl.SSLContext) -> None:
    """Make a TLS handshake whose bytes arrive one by one."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = server_tls.wrap_bio(incoming, outgoing, server_side=True)
    while data := connection.recv(65_536):
        incoming.write(data)
        with suppress(ssl.SSLWantReadError):
            tls.do_handshake()
        drip(connection, outgoing.read())


# The way to the server


def test_a_resolver_that_hangs_is_abandoned() -> None:
    done = threading.Event()

    def hang(*_arguments: object, **_options: object) -> list[object]:
        done.wait(LONG)
        return []

    started = time.monotonic()
    with pytest.raises(TimeoutError):
        resolve("origin.test", 443, 0.3, hang)  # type: ignore[arg-type]
    assert time.monotonic() - started < 0.3 + SLACK
    done.set()


def test_a_server_that_accepts_nothing() -> None:
    with silent_port() as port:
        error = outcome(f"http://127.0.0.1:{port}")
    assert_timed_out(error, outcome_unknown=False)


def test_the_time_to_connect_is_shorter_than_the_whole() -> None:
    with silent_port() as port:
        origin = f"http://127.0.0.1:{port}"
        error = outcome(origin, connect_seconds=0.3, total_seconds=LONG)
    assert_timed_out(error, outcome_unknown=False)


def plain(connection: socket.socket) -> socket.socket:
    return connection


def silent(connection: socket.socket, _number: int) -> None:
    """Read everything, and send nothing."""
    while connection.recv(65_536):
        pass


def through_proxy(
    secure: Secure, server_tls: ssl.SSLContext, *, delays: tuple[float, float], rest: str
) -> Serve:
    """Return a proxy whose TLS and whose response to CONNECT take a while.

    What follows is silence, or a TLS handshake in drops, or the origin that answers.
    """

    def serve(connection: socket.socket, number: int) -> None:
        time.sleep(delays[0])
        with secure(connection) as inner:
            read_request(inner)
            time.sleep(delays[1])
            inner.sendall(ESTABLISHED)
            if rest == "drops":
                handshake_in_drops(inner, server_tls)
            silent(inner, number)

    return serve


@pytest.mark.parametrize("hangs", ["is silent", "drips"])
def test_tls_that_does_not_end(hangs: str, server_tls: ssl.SSLContext, ca_file: str) -> None:
    def serve(connection: socket.socket, number: int) -> None:
        if hangs == "drips":
            handshake_in_drops(connection, server_tls)
        silent(connection, number)

    with raw_server(serve) as (port, _):
        assert_timed_out(outcome(f"https://127.0.0.1:{port}", ca_file), outcome_unknown=False)


@pytest.mark.parametrize("rest", ["silence", "drops"])
@pytest.mark.parametrize("kind", ["http", "https"])
def test_a_proxys_response_and_the_origins_tls_share_the_time(
    kind: str, rest: str, server_tls: ssl.SSLContext, ca_file: str
) -> None:
    def wrapped(connection: socket.socket) -> socket.socket:
        return server_tls.wrap_socket(connection, server_side=True)

    def error_after(delays: tuple[float, float]) -> SyncError:
        secure = wrapped if kind == "https" else plain
        serve = through_proxy(secure, server_tls, delays=delays, rest=rest)
        with raw_server(serve) as (port, _):
            return outcome("https://origin.test", ca_file, f"{kind}://127.0.0.1:{port}")

    cases = [(0.0, LONG), (0.0, LATE), (0.0, 0.0)]
    # Before the TLS to the proxy there is nothing to wait for over plain HTTP.
    cases += [(LONG, 0.0), (LATE, 0.0), (LATE / 2, LATE / 2)] if kind == "https" else []
    for _delays, error in side_by_side(error_after, cases):
        assert_timed_out(error, outcome_unknown=False)


def test_a_proxy_whose_response_drips(ca_file: str) -> None:
    def serve(connection: socket.socket, _number: int) -> None:
        read_request(connection)
        drip(connection, b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 200)

    with raw_server(serve) as (port, _):
        error = outcome("https://origin.test", ca_file, f"http://127.0.0.1:{port}")
    assert_timed_out(error, outcome_unknown=False)


# The response


def test_a_request_that_no_one_reads() -> None:
    with raw_server(lambda _connection, _number: time.sleep(2)) as (port, _):
        started = time.monotonic()
        request = Request("POST", f"http://127.0.0.1:{port}", body=bytes(32 * 1024 * 1024))
        with pytest.raises(TimedOut) as caught:
            HttpTransport().send(
                request, connect_seconds=LONG, read_seconds=LONG, total_seconds=BUDGET
            )
    assert time.monotonic() - started < BUDGET + SLACK
    assert caught.value.outcome_unknown


DRIPPED = {
    "a response that does not come": b"",
    "headers": b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 90,
    "interim responses": b"HTTP/1.1 103 Early Hints\r\n\r\n" * 50,
    "a body": b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + b" " * 500,
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 200,
    "a body without a length": b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 500,
}


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize("limit", ["read_seconds", "total_seconds"])
def test_what_drips(
    secure: bool,  # noqa: FBT001
    limit: str,
    server_tls: ssl.SSLContext,
    ca_file: str,
) -> None:
    def error_of(what: str) -> SyncError:
        def serve(connection: socket.socket, number: int) -> None:
            if secure:
                connection = server_tls.wrap_socket(connection, server_side=True)
            with connection:
                read_request(connection)
                drip(connection, DRIPPED[what])
                silent(connection, number)

        with raw_server(serve) as (port, _):
            origin = f"{'https' if secure else 'http'}://127.0.0.1:{port}"
            seconds = {"total_seconds": LONG, limit: BUDGET}
            return outcome(origin, ca_file, None, **seconds)

    for what, error in side_by_side(error_of, DRIPPED):
        assert isinstance(error, TimedOut), what
        assert error.outcome_unknown, what


def test_a_response_that_drips_through_a_proxy_with_tls(
    server_tls: ssl.SSLContext, ca_file: str
) -> None:
    def serve(connection: socket.socket, _number: int) -> None:
        with server_tls.wrap_socket(connection, server_side=True) as outer:
            read_request(outer)
            outer.sendall(ESTABLISHED)
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            tls = server_tls.wrap_bio(incoming, outgoing, server_side=True)
            done = False
            while not done:
                incoming.write(outer.recv(65_536))
                try:
                    tls.do_handshake()
                    done = True
                except ssl.SSLWantReadError:
                    pass
                if data := outgoing.read():
                    outer.sendall(data)
            tls.write(ANSWER)
            drip(outer, outgoing.read())

    with raw_server(serve) as (port, _):
        error = outcome("https://origin.test", ca_file, f"https://127.0.0.1:{port}")
    assert_timed_out(error, outcome_unknown=True)


def test_no_byte_of_a_request_is_sent_when_connecting_took_all_the_time(
    server_tls: ssl.SSLContext, ca_file: str
) -> None:
    received: list[bytes] = []

    def serve(connection: socket.socket, _number: int) -> None:
        read_request(connection)
        time.sleep(BUDGET * 0.7)
        connection.sendall(ESTABLISHED)
        time.sleep(BUDGET * 0.7)
        with server_tls.wrap_socket(connection, server_side=True) as secure:
            received.append(secure.recv(65_536))

    with raw_server(serve) as (port, _):
        error = outcome("https://origin.test", ca_file, f"http://127.0.0.1:{port}")
        time.sleep(BUDGET)
    assert_timed_out(error, outcome_unknown=False)
    assert not any(received)


@pytest.mark.parametrize("seconds", [0.0, -1.0])
@pytest.mark.parametrize("limit", ["connect_seconds", "read_seconds", "total_seconds"])
def test_without_any_time_nothing_is_sent(seconds: float, limit: str) -> None:
    received: list[bytes] = []
    limits = {"connect_seconds": 5.0, "read_seconds": 5.0, "total_seconds": 5.0} | {limit: seconds}

    def serve(connection: socket.socket, _number: int) -> None:
        received.append(connection.recv(65_536))

    with raw_server(serve) as (port, accepted):
        with pytest.raises(TimedOut) as caught:
            HttpTransport().send(Request("GET", f"http://127.0.0.1:{port}"), **limits)
        assert not caught.value.outcome_unknown
        time.sleep(0.05)
        assert accepted == []
    assert not any(received)


def test_without_any_time_the_error_names_the_proxy_of_the_settings() -> None:
    with pytest.raises(TimedOut) as caught:
        HttpTransport(None, "http://proxy.test:3128").send(
            Request("GET", "https://origin.test"),
            connect_seconds=5,
            read_seconds=5,
            total_seconds=0,
        )
    assert caught.value.message == "connecting to origin.test through HTTPS_PROXY timed out"


def test_a_kept_connection_sends_nothing_after_the_deadline_either() -> None:
    with raw_server(responding(ANSWER, ANSWER)) as (port, _):
        transport = HttpTransport()
        request = Request("GET", f"http://127.0.0.1:{port}")
        transport.send(request, connect_seconds=5, read_seconds=5, total_seconds=5)
        with pytest.raises(TimedOut) as caught:
            transport.send(request, connect_seconds=5, read_seconds=5, total_seconds=0)
    assert not caught.value.outcome_unknown


# Several addresses

Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int]]


def address(port: int, family: int = socket.AF_INET) -> Address:
    return (family, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))  # type: ignore[return-value]


NO_SUCH_FAMILY = 99


def refusing() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.mark.parametrize("dead", [1, 2])
def test_an_address_that_does_not_respond_leaves_time_for_the_next(dead: int) -> None:
    with silent_port() as dead_port, raw_server(responding(ANSWER)) as (port, _):
        holes = [address(dead_port)] * dead
        started = time.monotonic()
        connect_to_any([*holes, address(port)], 1.5).close()
    assert time.monotonic() - started < 1.5


def test_an_address_family_that_the_machine_lacks_is_skipped() -> None:
    with raw_server(responding(ANSWER)) as (port, _):
        connect_to_any([address(port, NO_SUCH_FAMILY), address(port)], 2).close()


@pytest.mark.parametrize("first", [True, False])
def test_the_error_that_is_reported_is_not_the_one_of_a_missing_family(first: bool) -> None:  # noqa: FBT001
    port = refusing()
    found = [address(port, NO_SUCH_FAMILY), address(port)]
    with pytest.raises(ConnectionRefusedError):
        connect_to_any(found if first else found[::-1], 2)


def test_addresses_that_all_hang_take_no_longer_than_one() -> None:
    with silent_port() as port:
        started = time.monotonic()
        with pytest.raises(TimeoutError):
            connect_to_any([address(port)] * 4, 0.6)
    assert time.monotonic() - started < 0.6 + SLACK


def test_a_name_without_addresses() -> None:
    with pytest.raises(OSError, match="responded"):
        connect_to_any([], 0.5)
