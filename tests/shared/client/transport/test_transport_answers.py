"""An HTTP answer is read whole, or refused: lengths, chunks, ends, sizes and garbage."""

from __future__ import annotations

import gzip
import io
import zlib
from http.client import BadStatusLine, HTTPException, RemoteDisconnected

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared.client.transport.answer import LARGEST_ANSWER, BrokenOffError, read_answer

from shared.errors import BadResponse

OK = b"HTTP/1.1 200 OK\r\n"
TOO_MANY = LARGEST_ANSWER + 1


def read(text: bytes) -> tuple[int, dict[str, str], bytes, bool]:
    response, follows = read_answer(io.BufferedReader(io.BytesIO(text)))
    return response.status, dict(response.headers), response.body, follows


def chunked(*pieces: bytes) -> bytes:
    body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return OK + b"Transfer-Encoding: chunked\r\n\r\n" + body + b"0\r\n\r\n"


def test_a_body_has_the_length_it_says() -> None:
    text = OK + b"X-Request-Id: 1\r\nContent-Length: 2\r\n\r\n{}{}"
    assert read(text) == (200, {"x-request-id": "1", "content-length": "2"}, b"{}", True)


@given(st.lists(st.binary(min_size=1, max_size=200), max_size=5))
def test_chunks_are_joined(pieces: list[bytes]) -> None:
    status, _, body, follows = read(chunked(*pieces))
    assert (status, body, follows) == (200, b"".join(pieces), True)


def test_a_chunks_extension_and_trailers_are_passed_over() -> None:
    text = OK + b"Transfer-Encoding: Chunked\r\n\r\n2;a=b\r\n{}\r\n0\r\nX-Trailer: 1\r\n\r\n"
    assert read(text)[2] == b"{}"


def test_a_body_without_a_length_ends_with_the_connection() -> None:
    assert read(OK + b"\r\n{}")[2:] == (b"{}", False)


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body_has_none(status: int) -> None:
    text = b"HTTP/1.1 %d\r\nContent-Length: 5\r\n\r\n" % status
    assert read(text)[2:] == (b"", True)


def test_interim_answers_are_passed_over() -> None:
    text = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK
    assert read(text + b"Content-Length: 0\r\n\r\n")[:2] == (200, {"content-length": "0"})


@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.0 200 OK\r\n", OK + b"Connection: close\r\n", OK + b"connection: Close, x\r\n"],
)
def test_a_connection_that_closes_is_not_used_again(head: bytes) -> None:
    assert read(head + b"Content-Length: 2\r\n\r\n{}")[2:] == (b"{}", False)


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate"])
def test_a_compressed_body_is_opened_though_none_was_asked_for(coding: str) -> None:
    packed = zlib.compress(b"{}") if coding == "deflate" else gzip.compress(b"{}")
    head = f"Content-Encoding: {coding}\r\nContent-Length: {len(packed)}\r\n\r\n".encode()
    assert read(OK + head + packed)[2] == b"{}"


def test_what_is_not_compressed_as_it_says_is_refused() -> None:
    with pytest.raises(BadResponse, match="not compressed"):
        read(OK + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}")


def test_no_answer_at_all_is_told_apart() -> None:
    with pytest.raises(RemoteDisconnected):
        read(b"")


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
def test_what_is_no_http_is_refused(line: bytes) -> None:
    with pytest.raises(BadStatusLine):
        read(line + b"\r\n")


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: 5\r\n\r\n{}",
        b"Content-Length: x\r\n\r\n{}",
        b"Content-Length: -1\r\n\r\n{}",
        b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"Content-Length: 2",
        b"Content-Length 2\r\n\r\n{}",
        b": 2\r\n\r\n{}",
        b" folded: 1\r\n\r\n{}",
        b"Name : 1\r\n\r\n{}",
        b"Transfer-Encoding: gzip\r\n\r\n{}",
        b"Transfer-Encoding: chunked\r\n\r\nx\r\n{}\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n\r\n{}\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n",
        b"X: 1\r\n" * 101 + b"\r\n",
        b"X: " + b"x" * 70_000 + b"\r\n\r\n",
    ],
)
def test_an_answer_that_breaks_off_or_is_framed_wrongly_is_refused(rest: bytes) -> None:
    with pytest.raises(BrokenOffError) as refused:
        read(OK + rest)
    assert refused.value.status == 200


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: %d\r\n\r\n" % TOO_MANY,
        b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % TOO_MANY,
        b"\r\n" + bytes(TOO_MANY),
        b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(TOO_MANY)),
    ],
    ids=["length", "chunk", "until the end", "compressed"],
)
def test_an_answer_above_the_limit_is_refused(rest: bytes) -> None:
    with pytest.raises(BadResponse, match="larger"):
        read(OK + rest)


@given(st.binary(max_size=300))
def test_any_bytes_are_an_answer_or_a_refusal(text: bytes) -> None:
    for start in (b"", OK, OK + b"Transfer-Encoding: chunked\r\n\r\n"):
        try:
            read(start + text)
        except (HTTPException, OSError, BrokenOffError, BadResponse):
            continue
