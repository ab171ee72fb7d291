"""An HTTP response is read completely or refused: lengths, chunks, ends, sizes and garbage."""

from __future__ import annotations

import http.client
import socket
import time
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.client.transport import HttpTransport
from shared.client.transport.response import FramedResponse, IncompleteResponseError
from shared.errors import BadResponse, TimedOut, TransportError, Unreachable
from shared.models.http import Request, Response
from tests.support.raw_server import raw_server, read_request, responding

OK = b"HTTP/1.1 200 OK\r\n"


def receive(text: bytes) -> Response:
    """Return what the transport makes of a response, after which the server closes."""
    with raw_server(responding(text)) as (port, _):
        return send(port)


def send(port: int, transport: HttpTransport | None = None, seconds: float = 5) -> Response:
    request = Request("GET", f"http://127.0.0.1:{port}")
    transport = transport or HttpTransport()
    return transport.send(
        request, connect_seconds=seconds, read_seconds=seconds, total_seconds=seconds
    )


def is_kept(text: bytes) -> bool:
    """Whether a second request goes over the connection on which this response came."""
    with raw_server(responding(text, OK + b"Content-Length: 0\r\n\r\n")) as (port, accepted):
        transport = HttpTransport()
        send(port, transport)
        send(port, transport)
        return len(accepted) == 1


def chunked(*pieces: bytes) -> bytes:
    body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return OK + b"Transfer-Encoding: chunked\r\n\r\n" + body + b"0\r\n\r\n"


def test_a_body_has_the_length_it_says() -> None:
    response = receive(OK + b"X-Request-Id: 1\r\nContent-Length: 2\r\n\r\n{}{}")
    assert response.status == 200
    assert dict(response.headers) == {"x-request-id": "1", "content-length": "2"}
    assert response.body == b"{}"


def test_a_repeated_content_length_is_one_length() -> None:
    assert receive(OK + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}").body == b"{}"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=200), max_size=5))
def test_chunks_are_joined(pieces: list[bytes]) -> None:
    assert receive(chunked(*pieces)).body == b"".join(pieces)


def test_after_chunks_a_connection_is_kept() -> None:
    assert is_kept(chunked(b"{", b"}"))


@pytest.mark.parametrize("coding", [b"chunked", b"Chunked", b" chunked "])
def test_a_chunks_extension_and_trailers_are_passed_over(coding: bytes) -> None:
    head = OK + b"Transfer-Encoding: " + coding + b"\r\n\r\n"
    assert receive(head + b"2;a=b\r\n{}\r\n0\r\nX-Trailer: 1\r\n\r\n").body == b"{}"


def test_a_body_without_a_length_ends_with_the_connection() -> None:
    assert receive(OK + b"\r\n{}").body == b"{}"


@pytest.mark.parametrize("status", [204, 304])
def test_a_response_without_a_body_has_none(status: int) -> None:
    text = b"HTTP/1.1 %d\r\nContent-Length: 5\r\n\r\n" % status
    assert receive(text).body == b""
    assert is_kept(text)


def test_a_response_to_head_has_a_length_but_no_body() -> None:
    with raw_server(responding(OK + b"Content-Length: 5\r\n\r\n")) as (port, _):
        request = Request("HEAD", f"http://127.0.0.1:{port}")
        response = HttpTransport().send(request, connect_seconds=5, read_seconds=5, total_seconds=5)
    assert (response.headers["content-length"], response.body) == ("5", b"")


def test_interim_responses_are_passed_over() -> None:
    text = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK
    response = receive(text + b"Content-Length: 0\r\n\r\n")
    assert (response.status, dict(response.headers)) == (200, {"content-length": "0"})


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.0 200 OK\r\n",
        OK + b"Connection: close\r\n",
        OK + b"connection: Close, x\r\n",
        OK + b"Connection: close\r\nConnection: keep-alive\r\n",
        OK + b"Connection: keep-alive\r\nConnection: close\r\n",
        OK + b"Connection: keep-alive\r\nConnection: x,close , y\r\n",
    ],
)
def test_a_connection_that_closes_is_not_used_again(head: bytes) -> None:
    text = head + b"Content-Length: 2\r\n\r\n{}"
    assert receive(text).body == b"{}"
    assert not is_kept(text)


def test_obsolete_line_folding_is_accepted() -> None:
    response = receive(OK + b"X: a\r\n  b\r\nContent-Length: 2\r\n\r\n{}")
    assert (response.headers["x"], response.body) == ("a b", b"{}")


def test_of_a_repeated_header_the_last_value_is_used() -> None:
    response = receive(OK + b"X: 1\r\nx: 2\r\nContent-Length: 0\r\n\r\n")
    assert response.headers["x"] == "2"


def test_no_response_at_all_may_have_been_processed() -> None:
    with pytest.raises(Unreachable) as refused:
        receive(b"")
    assert refused.value.outcome_unknown


@pytest.mark.parametrize(
    "line",
    [
        b"SSH-2.0-x\r\n",
        b"HTTP/2 200\r\n",
        b"HTTP/1.1 20\r\n",
        b"HTTP/1.1 abc\r\n",
        b"\r\n",
        b"<html>",
    ],
)
def test_what_is_not_http_is_refused(line: bytes) -> None:
    with pytest.raises(Unreachable) as refused:
        receive(line + b"\r\n")
    assert refused.value.outcome_unknown


@pytest.mark.parametrize(
    "rest",
    [
        b"",
        b"X: 1\r\n",
        b"Content-Length: 5\r\n\r\n{}",
        b"Content-Length: x\r\n\r\n{}",
        b"Content-Length: nan\r\n\r\n{}",
        b"Content-Length: -1\r\n\r\n{}",
        b"Content-Length: +2\r\n\r\n{}",
        b"Content-Length: 0x2\r\n\r\n{}",
        b"Content-Length: 1_0\r\n\r\n{}",
        b"Content-Length: 2, 3\r\n\r\n{}",
        b"Content-Length: " + b"1" * 5000 + b"\r\n\r\n{}",
        b"Content-Length: \xb2\r\n\r\n{}",
        b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"Content-Length: 2",
        b"Content-Length 2\r\n\r\n{}",
        b": 2\r\n\r\n{}",
        b" folded: 1\r\n\r\n{}",
        b"Name : 1\r\n\r\n{}",
        b"Transfer-Encoding: gzip\r\n\r\n{}",
        b"Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nx\r\n{}\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n\r\n{}\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n-5\r\n{}\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-Trailer: 1\r\n",
        b"X: 1\r\n" * 101 + b"\r\n",
        b"X: " + b"x" * 70_000 + b"\r\n\r\n",
    ],
)
def test_a_response_that_is_cut_off_or_framed_wrongly_is_refused(rest: bytes) -> None:
    with pytest.raises(BadResponse) as refused:
        receive(OK + rest)
    assert (refused.value.http_status, refused.value.outcome_unknown) == (200, True)


def test_a_negative_chunk_size_is_refused_at_once() -> None:
    """Reading that many bytes would mean to read until the server closes."""

    def serve(connection: socket.socket, _number: int) -> None:
        read_request(connection)
        connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n")
        connection.recv(1)

    started = time.monotonic()
    with raw_server(serve) as (port, _), pytest.raises(BadResponse) as refused:
        send(port, seconds=3)
    assert time.monotonic() - started < 2.5
    assert refused.value.code == "BrokenAnswer"


@pytest.mark.parametrize(("digits", "code"), [(15, "BadResponse"), (16, "BrokenAnswer")])
def test_a_length_has_at_most_fifteen_digits(digits: int, code: str) -> None:
    with pytest.raises(BadResponse) as refused:
        receive(OK + b"Content-Length: " + b"9" * digits + b"\r\n\r\n{}")
    assert refused.value.code == code


def test_a_cut_off_interim_response_is_refused() -> None:
    with pytest.raises(TransportError) as refused:
        receive(b"HTTP/1.1 103 Early Hints\r\n\r\n")
    assert refused.value.outcome_unknown


@pytest.mark.parametrize("text", [OK + b"X", OK + b"Content-Length: 5\r\n\r\n{"])
def test_a_response_that_stops_midway_times_out_with_its_status(text: bytes) -> None:
    def serve(connection: socket.socket, _number: int) -> None:
        read_request(connection)
        connection.sendall(text)
        connection.recv(1)

    with raw_server(serve) as (port, _), pytest.raises(TimedOut) as caught:
        send(port, seconds=0.3)
    assert (caught.value.http_status, caught.value.outcome_unknown) == (200, True)


STARTS = st.sampled_from([b"", OK, OK + b"Transfer-Encoding: chunked\r\n\r\n"])


@settings(max_examples=60, deadline=None)
@given(STARTS, st.binary(max_size=300))
def test_any_bytes_are_a_response_or_a_refusal(start: bytes, rest: bytes) -> None:
    failure: TransportError | None = None
    try:
        receive(start + rest)
    except TransportError as error:
        failure = error
    assert failure is None or failure.outcome_unknown


@pytest.mark.parametrize("codings", [b"chunked", b"Chunked", b" chunked "])
def test_after_chunks_with_a_length_a_connection_is_not_kept(codings: bytes) -> None:
    """The peers may disagree about where such a response ends (RFC 9112, 6.3)."""
    head = OK + b"Transfer-Encoding:" + codings + b"\r\nContent-Length: 2\r\n\r\n"
    text = head + b"2\r\n{}\r\n0\r\n\r\n"
    assert receive(text).body == b"{}"
    assert not is_kept(text)


class OnePeer:
    """A response that is read from a socket, and what is reported at its end."""

    def __init__(self, text: bytes) -> None:
        self.ends: list[bool] = []
        self.client, self.server = socket.socketpair()
        self.client.settimeout(5)
        self.server.sendall(text)
        self.response = FramedResponse(self.client, self.ends.append)

    def close_before_reading(self) -> None:
        """Close the server's end, which breaks the connection as it has bytes left to read."""
        self.client.sendall(b"unread")
        self.server.close()


@pytest.mark.parametrize("left_over", [b"", b"x"])
def test_a_response_reports_whether_the_stream_ends_where_it_does(left_over: bytes) -> None:
    peer = OnePeer(OK + b"Content-Length: 2\r\n\r\n{}" + left_over)
    with peer.client, peer.server:
        peer.response.begin()
        assert peer.response.read(5) == b"{}"
        assert peer.response.isclosed()
        assert peer.client.gettimeout() == 5
    assert peer.ends == [not left_over]


def test_a_connection_that_the_peer_closed_after_the_response_is_not_used_again() -> None:
    peer = OnePeer(OK + b"Content-Length: 2\r\n\r\n{}")
    peer.response.begin()
    peer.server.close()
    with peer.client:
        assert peer.response.read(2) == b"{}"
        peer.response.close()
    assert peer.ends == [False]


def test_a_connection_that_broke_after_the_response_does_not_end_where_it_does() -> None:
    peer = OnePeer(OK + b"Content-Length: 2\r\n\r\n{}")
    peer.response.begin()
    peer.close_before_reading()
    with peer.client:
        assert peer.response.read(2) == b"{}"
        peer.response.close()
    assert peer.ends == [False]


def test_the_error_for_headers_that_are_cut_off_has_the_status_and_nothing_of_them() -> None:
    peer = OnePeer(OK + b"X: a secret\r\n")
    peer.server.close()
    with peer.client, closing(peer.response), pytest.raises(IncompleteResponseError) as cut_off:
        peer.response.begin()
    assert (cut_off.value.status, str(cut_off.value)) == (200, "IncompleteRead")
    assert isinstance(cut_off.value.cause, http.client.IncompleteRead)
    assert cut_off.value.cause.partial == b""
