"""Reads a response: http.client's parser, stricter about framing, and a body of bounded size."""

from __future__ import annotations

import http.client
import io
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from urllib3.util.response import assert_header_parsing

from shared.errors import BadResponse

if TYPE_CHECKING:
    import socket

    from urllib3.response import BaseHTTPResponse

MAX_BODY_BYTES = 8 * 1024 * 1024
"""A body's limit, before and after decompression: parsed, it takes thirty times as much memory."""

CHUNK_BYTES = 64 * 1024
MAX_LENGTH_DIGITS = 15
ENCODINGS = ("gzip", "x-gzip", "deflate")
GZIP_OR_ZLIB = 47
"""``wbits`` of :func:`zlib.decompressobj` that accepts either header."""


class FramedResponse(http.client.HTTPResponse):
    """A response that is refused if its framing is ambiguous, and that says where it ended.

    Parameters
    ----------
    sock: where it is read from.
    on_end: called with whether the stream ended exactly where the response did.
    options: for ``http.client.HTTPResponse``.
    """

    def __init__(self, sock: socket.socket, on_end: Callable[[bool], None], **options: Any) -> None:
        super().__init__(sock, **options)
        self.fp: Any = _ResponseStream(self.fp.detach(), sock, on_end)

    def begin(self) -> None:
        """Read the status line and the headers of the final response (RFC 9112, 4 to 6).

        Raises
        ------
        http.client.HTTPException, urllib3.exceptions.HeaderParsingError: they are malformed.
        """
        super().begin()
        while 100 <= self.status < 200:  # http.client skips 100 alone
            self.headers = self.msg = None  # type: ignore[assignment]
            super().begin()
        assert_header_parsing(self.msg)
        lengths = set(self.headers.get_all("content-length", ()))
        if len(lengths) > 1:
            raise http.client.HTTPException("conflicting Content-Length")
        for length in lengths:
            digits = length.strip()
            if not (digits.isascii() and digits.isdigit() and len(digits) <= MAX_LENGTH_DIGITS):
                raise http.client.HTTPException("invalid Content-Length")
        coding = self.headers.get("transfer-encoding")
        if coding is not None:
            if coding.strip().lower() != "chunked":
                raise http.client.HTTPException("unsupported Transfer-Encoding")
            if lengths:
                self.will_close = True  # RFC 9112, 6.3: the peers may disagree about the end


class _ResponseStream(io.BufferedReader):
    """The buffered stream of a connection, which is checked for left-over bytes at its end."""

    def __init__(
        self, raw: io.RawIOBase, sock: socket.socket, on_end: Callable[[bool], None]
    ) -> None:
        super().__init__(raw)
        self._socket = sock
        self._on_end = on_end

    def close(self) -> None:
        if not self.closed:
            self._on_end(self._is_at_end())
        super().close()

    def _is_at_end(self) -> bool:
        """Return whether nothing is left in this buffer, in the TLS layer and in the socket."""
        try:
            timeout = self._socket.gettimeout()
            self._socket.settimeout(0)
            try:
                return not self.peek(1)
            finally:
                self._socket.settimeout(timeout)
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        except (OSError, ValueError):
            return False


def read_body(response: BaseHTTPResponse) -> bytes:
    """Return the whole body, decompressed.

    Raises
    ------
    urllib3.exceptions.HTTPError, http.client.HTTPException, OSError: it did not arrive whole.
    BadResponse: it is too large, or not compressed as declared.
    """
    body = bytearray()
    while piece := response.read(CHUNK_BYTES, decode_content=False):
        body += piece
        if len(body) > MAX_BODY_BYTES:
            response.close()
            raise _too_large(response.status)
    if response.headers.get("content-encoding", "").strip().lower() in ENCODINGS:
        return decompressed(bytes(body), response.status)
    return bytes(body)


def decompressed(body: bytes, status: int) -> bytes:
    """Return the decompressed body; a server may compress it although it was not requested.

    Raises
    ------
    BadResponse: it is too large, cut off, or not compressed as declared.
    """
    import zlib

    decoder = zlib.decompressobj(GZIP_OR_ZLIB)
    try:
        plain = decoder.decompress(body, MAX_BODY_BYTES + 1)
    except zlib.error:
        raise BadResponse(
            "the response is not compressed as its header says", lost=True, http_status=status
        ) from None
    if len(plain) > MAX_BODY_BYTES:
        raise _too_large(status)
    if not decoder.eof:
        raise BadResponse("the compressed response was cut off", lost=True, http_status=status)
    return plain


def _too_large(status: int) -> BadResponse:
    return BadResponse(
        f"the response is larger than {MAX_BODY_BYTES} bytes",
        lost=True,
        http_status=status,
        retryable=False,
    )
