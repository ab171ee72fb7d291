"""Requests leave in one piece, on connections that are kept, and hold no line of a stranger's."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from shared.client.transport.exchange import spelled

from shared.client.transport import Transport
from shared.errors import Unreachable
from shared.models.wire import Request

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@contextmanager
def server(*answers: bytes, close: bool = False) -> Iterator[tuple[str, list[bytes]]]:
    """Give each request, as it is received at once, the next answer."""
    received: list[bytes] = []
    left = list(answers)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while left:
                connection, _ = listener.accept()
                with connection:
                    while left and (data := connection.recv(65_536)):
                        received.append(data)
                        connection.sendall(left.pop(0))
                        if close:
                            break

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", received
        thread.join(5)


def send(transport: Transport, origin: str, method: str = "POST") -> bytes:
    body = b'{"a": 1}' if method == "POST" else b""
    request = Request(method, origin, "/a b", (("x", "1 2"),), {"accept": "*/*"}, body)
    return transport.send(request, connect_seconds=5, read_seconds=5, total_seconds=5).body


def test_a_request_is_spelled_as_it_was_signed_and_leaves_in_one_piece() -> None:
    with server(ANSWER) as (origin, received):
        assert send(Transport(), origin) == b"{}"
    head, _, body = received[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /a%20b?x=1%202 HTTP/1.1"
    assert {b"accept: */*", b"Content-Length: 8", b"Accept-Encoding: identity"} < set(lines)
    assert b"Host: " + origin.removeprefix("http://").encode() in lines
    assert body == b'{"a": 1}'


def test_a_get_says_no_length() -> None:
    assert b"Content-Length" not in spelled(Request("GET", "https://a.example"))


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\r\n\r\nb"])
def test_a_header_cannot_begin_a_line_of_its_own(value: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        spelled(Request("GET", "https://a.example", headers={"x": value}))


def test_a_connection_is_kept() -> None:
    with server(ANSWER, ANSWER, ANSWER) as (origin, received):
        transport = Transport()
        assert [send(transport, origin, "GET") for _ in range(3)] == [b"{}"] * 3
    assert len(received) == 3


def test_a_connection_that_is_closed_without_an_answer_may_have_done_its_work() -> None:
    with server(b"", close=True) as (origin, _), pytest.raises(Unreachable) as refused:
        send(Transport(), origin)
    assert refused.value.lost


def test_a_connection_that_cannot_be_made_has_sent_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unreachable) as refused:
        send(Transport(), f"http://127.0.0.1:{port}")
    assert not refused.value.lost
