"""Requests are sent as signed, once, on connections that are reused only while in sync."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.client.transport import HttpTransport
from shared.client.transport.pool import MAX_ORIGINS
from shared.errors import Unreachable
from shared.models.http import Request, Response
from shared.signing.canonical import request_target
from tests.support.raw_server import Serve, raw_server, read_request, responding

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
POISON = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned"
PIECE_SECONDS = 0.05


def send(transport: HttpTransport, request: Request) -> Response:
    return transport.send(request, connect_seconds=5, read_seconds=5, total_seconds=5)


def get(transport: HttpTransport, origin: str) -> bytes:
    return send(transport, Request("GET", origin)).body


class RecordingServer:
    """A server that keeps the requests it gets."""

    def __init__(self) -> None:
        self.received: list[bytes] = []

    def __call__(self, connection: socket.socket, _number: int) -> None:
        while request := read_request(connection):
            self.received.append(request)
            connection.sendall(ANSWER)


@pytest.fixture
def recorded() -> Iterator[tuple[str, list[bytes], list[int]]]:
    recorder = RecordingServer()
    with raw_server(recorder) as (port, accepted):
        yield f"http://127.0.0.1:{port}", recorder.received, accepted


def test_a_request_is_sent_as_it_was_signed(
    recorded: tuple[str, list[bytes], list[int]],
) -> None:
    origin, received, _ = recorded
    request = Request("POST", origin, "/a b", (("x", "1 2"),), {"accept": "*/*"}, b'{"a": 1}')
    assert send(HttpTransport(), request).body == b"{}"
    head, _, body = received[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /a%20b?x=1%202 HTTP/1.1"
    assert {b"accept: */*", b"Content-Length: 8", b"Accept-Encoding: identity"} < set(lines)
    assert b"Host: " + origin.removeprefix("http://").encode() in lines
    assert body == b'{"a": 1}'
    names = [line.partition(b":")[0].lower() for line in lines[1:]]
    assert len(names) == len(set(names))


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=12).map(lambda text: f"/{text}"),
    st.lists(st.tuples(st.text(max_size=6), st.text(max_size=6)), max_size=3),
)
def test_the_target_is_the_signed_one(path: str, query: list[tuple[str, str]]) -> None:
    recorder = RecordingServer()
    with raw_server(recorder) as (port, _):
        request = Request("GET", f"http://127.0.0.1:{port}", path, tuple(query))
        try:
            expected = request_target(path, query)
        except UnicodeEncodeError:  # half a surrogate, which no signature takes either
            return
        send(HttpTransport(), request)
    assert recorder.received[0].split(b" ")[1] == expected.encode()


@pytest.mark.parametrize(("method", "length"), [("GET", None), ("POST", b"0"), ("PUT", b"0")])
def test_only_a_write_without_a_body_says_that_it_has_none(
    recorded: tuple[str, list[bytes], list[int]], method: str, length: bytes | None
) -> None:
    origin, received, _ = recorded
    send(HttpTransport(), Request(method, origin))
    if length is None:
        assert b"content-length" not in received[0].lower()
    else:
        assert b"\r\nContent-Length: " + length + b"\r\n" in received[0]


def test_a_request_says_who_sends_it(recorded: tuple[str, list[bytes], list[int]]) -> None:
    origin, received, _ = recorded
    get(HttpTransport(), origin)
    assert b"\r\nUser-Agent: cloud-sync-functions\r\n" in received[0]


@pytest.mark.parametrize("name", ["Host", "host"])
def test_a_signed_host_header_is_sent_as_it_is(
    recorded: tuple[str, list[bytes], list[int]], name: str
) -> None:
    origin, received, _ = recorded
    send(HttpTransport(), Request("GET", origin, headers={name: "signed.test"}))
    lines = received[0].split(b"\r\n")
    hosts = [line for line in lines if line.lower().startswith(b"host:")]
    assert hosts == [f"{name}: signed.test".encode()]


@pytest.mark.parametrize("location", ["/other", "http://[not-a-url"])
def test_a_redirect_is_not_followed(location: str) -> None:
    text = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
    with raw_server(responding(text, ANSWER)) as (port, _):
        response = send(HttpTransport(), Request("GET", f"http://127.0.0.1:{port}"))
    assert (response.status, response.headers["location"]) == (302, location)


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\r\n\r\nb", "a\r\n b"])
def test_a_header_cannot_begin_a_line_of_its_own(
    recorded: tuple[str, list[bytes], list[int]], value: str
) -> None:
    origin, received, accepted = recorded
    for headers in ({"x": value}, {value: "x"}):
        with pytest.raises(ValueError, match="line break"):
            send(HttpTransport(), Request("GET", origin, headers=headers))
    assert (received, accepted) == ([], [])


def test_a_connection_is_kept(recorded: tuple[str, list[bytes], list[int]]) -> None:
    origin, received, accepted = recorded
    transport = HttpTransport()
    assert [get(transport, origin) for _ in range(3)] == [b"{}"] * 3
    assert (len(received), accepted) == (3, [0])


def test_a_tls_connection_is_kept(server_tls: ssl.SSLContext, ca_file: str) -> None:
    def serve(connection: socket.socket, number: int) -> None:
        with server_tls.wrap_socket(connection, server_side=True) as secure:
            responding(*[ANSWER] * 3)(secure, number)

    with raw_server(serve) as (port, accepted):
        transport = HttpTransport(ca_file)
        assert [get(transport, f"https://127.0.0.1:{port}") for _ in range(3)] == [b"{}"] * 3
    assert accepted == [0]


def test_threads_do_not_share_a_connection(recorded: tuple[str, list[bytes], list[int]]) -> None:
    origin, received, _ = recorded
    transport = HttpTransport()
    bodies: list[bytes] = []

    def work() -> None:
        bodies.extend(get(transport, origin) for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bodies == [b"{}"] * 160
    assert len(received) == 160


def test_a_connection_that_is_closed_without_an_answer_may_have_done_its_work() -> None:
    with raw_server(responding(b"")) as (port, _), pytest.raises(Unreachable) as refused:
        get(HttpTransport(), f"http://127.0.0.1:{port}")
    assert refused.value.outcome_unknown


def test_a_connection_that_cannot_be_made_has_sent_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable) as refused:
        get(HttpTransport(), f"http://127.0.0.1:{port}")
    assert not refused.value.outcome_unknown


def test_a_connection_that_the_server_has_closed_is_replaced() -> None:
    with raw_server(responding(ANSWER)) as (port, accepted):
        transport = HttpTransport()
        for _ in range(2):
            assert get(transport, f"http://127.0.0.1:{port}") == b"{}"
            time.sleep(PIECE_SECONDS)
    assert accepted == [0, 1]


def test_a_tls_connection_that_the_server_has_begun_to_close_is_replaced(
    server_tls: ssl.SSLContext, ca_file: str
) -> None:
    """The server waits for the client's end of TLS, so that the TCP connection stays open."""

    def serve(connection: socket.socket, _number: int) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = server_tls.wrap_bio(incoming, outgoing, server_side=True)
        request = b""
        while not request and (data := connection.recv(65_536)):
            incoming.write(data)
            with suppress(ssl.SSLWantReadError):
                tls.do_handshake()
                request = tls.read(65_536)
            connection.sendall(outgoing.read())
        tls.write(ANSWER)
        with suppress(ssl.SSLWantReadError):
            tls.unwrap()
        connection.sendall(outgoing.read())  # the response and the end of TLS in one piece
        while connection.recv(65_536):
            pass

    with raw_server(serve) as (port, accepted):
        transport = HttpTransport(ca_file)
        assert [get(transport, f"https://127.0.0.1:{port}") for _ in range(3)] == [b"{}"] * 3
    assert accepted == [0, 1, 2]


def test_each_connection_has_its_own_idle_time() -> None:
    one, other = RecordingServer(), RecordingServer()
    with raw_server(one) as (port, accepted), raw_server(other) as (busy, others):
        transport = HttpTransport(idle_seconds=0.2)
        get(transport, f"http://127.0.0.1:{port}")
        for _ in range(8):
            time.sleep(0.05)
            get(transport, f"http://127.0.0.1:{busy}")
        get(transport, f"http://127.0.0.1:{port}")
    assert accepted == [0, 1]
    assert others == [0]


def test_more_origins_than_are_pooled_can_be_called() -> None:
    recorder = RecordingServer()
    with raw_server(recorder, "0.0.0.0") as (port, _):
        transport = HttpTransport()
        for last in (*range(1, MAX_ORIGINS + 20), 1, 2):
            assert get(transport, f"http://127.0.0.{last}:{port}") == b"{}"


def test_sixty_four_origins_keep_their_connections() -> None:
    recorder = RecordingServer()
    with raw_server(recorder, "0.0.0.0") as (port, accepted):
        transport = HttpTransport()
        for last in (*range(1, 65), 1):
            get(transport, f"http://127.0.0.{last}:{port}")
        assert len(accepted) == 64
        for last in (*range(65, 67), 2):
            get(transport, f"http://127.0.0.{last}:{port}")
        assert len(accepted) == 67


@pytest.mark.parametrize(("at_once", "replaced"), [(32, 0), (33, 1)])
def test_thirty_two_idle_connections_of_an_origin_are_kept(at_once: int, replaced: int) -> None:
    all_sent = threading.Barrier(at_once)

    def serve(connection: socket.socket, _number: int) -> None:
        while read_request(connection):
            all_sent.wait(10)
            connection.sendall(ANSWER)

    with raw_server(serve) as (port, accepted):
        transport = HttpTransport()
        for _ in range(2):
            threads = [
                threading.Thread(target=get, args=(transport, f"http://127.0.0.1:{port}"))
                for _ in range(at_once)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    assert len(accepted) == at_once + replaced


def test_closing_a_transport_closes_the_connections_to_every_origin() -> None:
    closed = [threading.Event(), threading.Event()]

    def serving(event: threading.Event) -> Serve:
        def serve(connection: socket.socket, _number: int) -> None:
            while read_request(connection):
                connection.sendall(ANSWER)
            event.set()

        return serve

    with raw_server(serving(closed[0])) as (one, _), raw_server(serving(closed[1])) as (other, _):
        transport = HttpTransport()
        for port in (one, other):
            get(transport, f"http://127.0.0.1:{port}")
        transport.close()
        assert all(event.wait(5) for event in closed)


@pytest.mark.parametrize(
    ("monotonic", "wall", "is_kept"),
    [(45.5, 0, False), (0, 45.5, False), (44, 44, True)],
    ids=["the machine's clock was set back", "the process was frozen", "neither"],
)
def test_a_connection_is_replaced_after_forty_five_seconds_by_either_clock(
    recorded: tuple[str, list[bytes], list[int]],
    monotonic: float,
    wall: float,
    is_kept: bool,  # noqa: FBT001 - a column of the table
) -> None:
    origin, _, accepted = recorded
    transport = HttpTransport()
    get(transport, origin)
    pool = transport._pool(origin)
    connection: Any = pool._get_conn(5)
    connection.idle_since = (time.monotonic() - monotonic, time.time() - wall)
    pool._put_conn(connection)
    get(transport, origin)
    assert accepted == ([0] if is_kept else [0, 1])


def test_urllib3_logs_nothing_of_a_request(
    recorded: tuple[str, list[bytes], list[int]], caplog: pytest.LogCaptureFixture
) -> None:
    origin, _, _ = recorded
    with caplog.at_level(logging.DEBUG):
        send(HttpTransport(), Request("GET", origin, "/robot/send", (("access_token", "secret"),)))
    assert "secret" not in caplog.text


# Bytes after a response must never answer the next request.

BODY = b"a" * (len(POISON) + 100)
# One TLS record that is larger than what is left of the buffer.
LAST_RECORD = BODY[len(POISON) :] + b"j" * (16_384 - 100 - len(POISON)) + POISON
HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
DESYNCHRONISED = {
    "junk and a response after the body": [
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY),
        BODY[: len(POISON)],
        LAST_RECORD,
    ],
    "two responses at once": [HELLO + POISON],
    "a second response a moment later": [HELLO, POISON],
    "one byte too many": [HELLO + b"x"],
    "204 with a body": [
        b"HTTP/1.1 204 No Content\r\nContent-Length: %d\r\n\r\n" % len(POISON) + POISON
    ],
    "a length and chunks": [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"2\r\nhi\r\n0\r\n\r\n" + POISON
    ],
    "chunks": [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n" + POISON
    ],
    "interim and a second one": [b"HTTP/1.1 100 Continue\r\n\r\n" + HELLO + POISON],
}


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize("pieces", DESYNCHRONISED.values(), ids=DESYNCHRONISED)
def test_bytes_after_a_response_answer_no_other_request(
    pieces: list[bytes],
    secure: bool,  # noqa: FBT001
    server_tls: ssl.SSLContext,
    ca_file: str,
) -> None:
    def serve(connection: socket.socket, number: int) -> None:
        if secure:
            connection = server_tls.wrap_socket(connection, server_side=True)
        with connection:
            first = number == 0
            while read_request(connection):
                for piece in pieces if first else [ANSWER]:
                    connection.sendall(piece)
                    time.sleep(PIECE_SECONDS)
                first = False
                all_sent.set()

    all_sent = threading.Event()
    with raw_server(serve) as (port, accepted):
        transport = HttpTransport(ca_file)
        origin = f"{'https' if secure else 'http'}://127.0.0.1:{port}"
        get(transport, origin)
        assert all_sent.wait(10)
        assert get(transport, origin) == b"{}"
    assert accepted == [0, 1]
