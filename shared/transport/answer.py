"""Reads one HTTP response from a stream (RFC 9112, sections 4 to 7).

http.client parses headers with the e-mail parser, which takes a quarter of a warm request.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http.client import (
    BadStatusLine,
    HTTPException,
    IncompleteRead,
    LineTooLong,
    RemoteDisconnected,
)
from io import BufferedReader

from shared.errors import BadResponse
from shared.models.wire import Response

LARGEST_ANSWER = 64 * 1024 * 1024
"""Bytes of a body, before and after decompression."""

LONGEST_LINE = 65_536
MOST_HEADERS = 100
PIECE = 1024 * 1024
STATUS_LINE = re.compile(rb"HTTP/1\.([0-9]) ([1-9][0-9]{2})(?: .*)?")
BLANK = (b"\r\n", b"\n", b"")
FOLD = " \t\r"
WITHOUT_BODY = (204, 304)
ENCODINGS = ("gzip", "x-gzip", "deflate")
GZIP_OR_ZLIB = 47
"""``wbits`` of :func:`zlib.decompressobj` that accepts either header."""


class BrokenOffError(Exception):
    """A response started but was cut off.

    Parameters
    ----------
    status: its HTTP status.
    cause: the error while the rest was read.
    """

    def __init__(self, status: int, cause: Exception) -> None:
        super().__init__(type(cause).__name__)
        self.status = status
        self.cause = cause


def read_answer(stream: BufferedReader) -> tuple[Response, bool]:
    """Return the response on a stream, and whether the connection can be reused.

    Raises
    ------
    http.client.HTTPException, OSError: there is no response, or it is not valid.
    BrokenOffError: it started but was cut off.
    BadResponse: it is too large.
    """
    status, version = read_status(stream)
    try:
        headers = read_headers(stream)
        while status < 200:
            status, version = read_status(stream)
            headers = read_headers(stream)
        follows = version >= 1 and "close" not in headers.get("connection", "").lower()
        body, framed = read_body(stream, status, headers)
    except (HTTPException, OSError) as error:
        raise BrokenOffError(status, error) from error
    if headers.get("content-encoding", "").lower() in ENCODINGS:
        body = decoded(body, status)
    return Response(status=status, headers=headers, body=body), follows and framed


def read_line(stream: BufferedReader) -> bytes:
    """Return a line without its line break.

    Raises
    ------
    LineTooLong: it is too long.
    IncompleteRead: the stream ended before the line did.
    """
    line = stream.readline(LONGEST_LINE + 1)
    if len(line) > LONGEST_LINE:
        raise LineTooLong("response line")
    if not line.endswith(b"\n"):
        raise IncompleteRead(line)
    return line.rstrip(b"\r\n")


def read_status(stream: BufferedReader) -> tuple[int, int]:
    """Return the status and the minor version of HTTP in a status line.

    Raises
    ------
    RemoteDisconnected: the server closed the connection without a response.
    BadStatusLine: it is not a status line of HTTP/1.
    """
    line = stream.readline(LONGEST_LINE + 1)
    if not line:
        raise RemoteDisconnected("closed without a response")
    found = STATUS_LINE.fullmatch(line.rstrip(b"\r\n"))
    if found is None:
        raise BadStatusLine("not a status line of HTTP/1")
    return int(found[2]), int(found[1])


def read_headers(stream: BufferedReader) -> dict[str, str]:
    """Return the headers with lower-case names; the last value of a repeated one.

    Raises
    ------
    HTTPException: there are too many, or one is too long or malformed.
    IncompleteRead: the stream ended before the headers did.
    """
    lines: list[bytes] = []
    while (line := stream.readline(LONGEST_LINE + 1)) not in BLANK:
        lines.append(line)
        if len(lines) > MOST_HEADERS or len(line) > LONGEST_LINE or not line.endswith(b"\n"):
            raise HTTPException("too many headers, or one that is too long or incomplete")
    if not line:
        raise IncompleteRead(b"".join(lines))
    headers: dict[str, str] = {}
    for text in b"".join(lines).decode("latin-1").split("\n")[:-1]:
        name, colon, value = text.partition(":")
        if not colon or not name or name.strip(FOLD) != name:
            raise HTTPException("malformed header")
        name, value = name.lower(), value.strip()
        if name in headers and name == "content-length" and headers[name] != value:
            raise HTTPException("conflicting Content-Length")
        headers[name] = value
    return headers


def read_body(
    stream: BufferedReader, status: int, headers: Mapping[str, str]
) -> tuple[bytes, bool]:
    """Return the body, and whether its end was marked otherwise than by the stream's end.

    Raises
    ------
    HTTPException: it was cut off, or its framing is not valid.
    BadResponse: it is too large.
    """
    if status in WITHOUT_BODY:
        return b"", True
    coding = headers.get("transfer-encoding")
    if coding is not None:
        if coding.lower() != "chunked":
            raise HTTPException("unsupported Transfer-Encoding")
        return collected(read_chunks(stream, status), status), True
    length = headers.get("content-length")
    if length is None:
        return collected(iter(lambda: stream.read(PIECE), b""), status), False
    if not (length.isascii() and length.isdigit()):
        raise HTTPException("invalid Content-Length")
    return read_exactly(stream, int(length), status), True


def read_exactly(stream: BufferedReader, length: int, status: int) -> bytes:
    """Return exactly this many bytes.

    Raises
    ------
    IncompleteRead: the stream ended before.
    BadResponse: there are too many.
    """
    if length > LARGEST_ANSWER:
        raise too_large(status)
    body = stream.read(length)
    if len(body) < length:
        raise IncompleteRead(body, length - len(body))
    return body


def read_chunks(stream: BufferedReader, status: int) -> Iterator[bytes]:
    """Yield the chunks of a body, and skip the trailer.

    Raises
    ------
    HTTPException: one was cut off, or its framing is not valid.
    """
    while True:
        size = read_line(stream).partition(b";")[0].strip()
        if not re.fullmatch(rb"[0-9A-Fa-f]{1,15}", size):
            raise HTTPException("invalid chunk size")
        length = int(size, 16)
        if length == 0:
            read_headers(stream)
            return
        yield read_exactly(stream, length, status)
        if read_line(stream):
            raise HTTPException("chunk longer than its size")


def collected(pieces: Iterator[bytes], status: int) -> bytes:
    """Return the joined pieces.

    Raises
    ------
    BadResponse: they are too large.
    """
    kept: list[bytes] = []
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > LARGEST_ANSWER:
            raise too_large(status)
        kept.append(piece)
    return b"".join(kept)


def decoded(body: bytes, status: int) -> bytes:
    """Return the decompressed body; a server may compress it although it was not requested.

    Raises
    ------
    BadResponse: it is too large, or not compressed as declared.
    """
    import zlib

    decoder = zlib.decompressobj(GZIP_OR_ZLIB)
    try:
        plain = decoder.decompress(body, LARGEST_ANSWER + 1)
    except zlib.error:
        raise BadResponse(
            "the response is not compressed as its header says", lost=True, http_status=status
        ) from None
    if len(plain) > LARGEST_ANSWER:
        raise too_large(status)
    return plain


def too_large(status: int) -> BadResponse:
    """Return the error for a response above the size limit."""
    return BadResponse(
        f"the response is larger than {LARGEST_ANSWER} bytes",
        lost=True,
        http_status=status,
        retryable=False,
    )
