"""http.client's response, with strict checks of where it ends."""

from __future__ import annotations

import http.client
import io
import ssl
from collections.abc import Callable, Iterable
from email import errors
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket

MAX_LENGTH_DIGITS = 15
MALFORMED = (
    errors.FirstHeaderLineIsContinuationDefect,
    errors.InvalidHeaderDefect,
    errors.MisplacedEnvelopeHeaderDefect,
    errors.MissingHeaderBodySeparatorDefect,
)
"""Defects that the header parser ignores; it may have dropped Content-Length with other headers."""


class IncompleteResponseError(Exception):
    """A response started, but its headers are cut off or not valid.

    Parameters
    ----------
    status: its HTTP status.
    cause: what is wrong.
    """

    def __init__(self, status: int, cause: Exception) -> None:
        super().__init__(type(cause).__name__)
        self.status = status
        self.cause = cause


class FramedResponse(http.client.HTTPResponse):
    """A response that is rejected if its end is uncertain, and that reports left-over bytes.

    http.client is lenient: it accepts headers that are cut off by the end of the stream, and
    ends a body whose length it cannot parse with the connection.

    Parameters
    ----------
    sock: the socket that it is read from.
    on_end: called with whether the stream ended exactly where the response did.
    options: for ``http.client.HTTPResponse``.
    """

    def __init__(self, sock: socket.socket, on_end: Callable[[bool], None], **options: Any) -> None:
        super().__init__(sock, **options)
        self._raw = _SocketReader(self.fp.detach())
        self.fp: Any = _ResponseStream(self._raw, sock, on_end)

    def begin(self) -> None:
        """Read the status line and the headers of the final response (RFC 9112, 4 to 6).

        Raises
        ------
        http.client.HTTPException, OSError: no HTTP/1 response arrived.
        IncompleteResponseError: its headers are cut off or malformed.
        """
        try:
            super().begin()
            while self.status < 200:  # http.client itself only skips 100
                self.headers = self.msg = None  # type: ignore[assignment]
                super().begin()
            self._check_framing()
        except http.client.UnknownProtocol:
            raise
        except (http.client.HTTPException, OSError, ValueError) as error:
            status: object = self.status  # a string before the status line was read
            if isinstance(status, int):
                raise IncompleteResponseError(status, error) from error
            raise

    def _check_framing(self) -> None:
        if self._raw.at_end:
            raise http.client.IncompleteRead(b"")
        if any(isinstance(defect, MALFORMED) for defect in self.headers.defects):
            raise http.client.HTTPException("malformed header")
        lengths = {text.strip() for text in self.headers.get_all("content-length", ())}
        if len(lengths) > 1:
            raise http.client.HTTPException("conflicting Content-Length")
        if not all(map(_is_length, lengths)):
            raise http.client.HTTPException("invalid Content-Length")
        if "close" in _tokens(self.headers.get_all("connection", ())):
            self.will_close = True  # http.client only reads the first of these headers
        codings = self.headers.get_all("transfer-encoding")
        if codings:
            if [coding.strip().lower() for coding in codings] != ["chunked"]:
                raise http.client.HTTPException("unsupported Transfer-Encoding")
            if not self.chunked or lengths:
                # RFC 9112, 6.3: the peers may disagree about the end.
                self.will_close = True
            self.chunked, self.length = True, None
            self.chunk_left = None
        self._ends_with_stream = self.length is None and not self.chunked

    def read(self, amt: int | None = None) -> bytes:
        """Read at most this many bytes of the body.

        Raises
        ------
        http.client.IncompleteRead: the stream ended before the body.
        """
        data = super().read(amt)
        if self._raw.at_end and not self._ends_with_stream:
            raise http.client.IncompleteRead(data)
        return data


def _is_length(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MAX_LENGTH_DIGITS


def _tokens(lines: Iterable[str]) -> set[str]:
    """Return the members of a list header, in lower case, from all its lines (RFC 9110, 5.3)."""
    return {token.strip().lower() for line in lines for token in line.split(",")}


class _SocketReader(io.RawIOBase):
    """Reads from a socket's file.

    Attributes
    ----------
    at_end: whether the stream ended before the response did.
    is_done: whether the response has been read to its end.
    is_closed: whether the peer has closed the stream.
    """

    at_end = False
    is_done = False
    is_closed = False

    def __init__(self, file: io.RawIOBase) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        count = self._file.readinto(buffer)
        if count == 0:
            self.is_closed = True
            self.at_end = self.at_end or not self.is_done
        return count

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


class _ResponseStream(io.BufferedReader):
    """The buffered stream of a connection; it checks for left-over bytes when it is closed."""

    def __init__(
        self, raw: _SocketReader, sock: socket.socket, on_end: Callable[[bool], None]
    ) -> None:
        super().__init__(raw)
        self._reader = raw
        self._socket = sock
        self._on_end = on_end

    def read(self, size: int | None = -1, /) -> bytes:
        """Read this many bytes, fewer at the end of the stream.

        Raises
        ------
        http.client.HTTPException: a negative size, which would read everything; http.client takes
            the size from the chunk without checking it.
        """
        if size is None or size < 0:
            raise http.client.HTTPException("invalid chunk size")
        return super().read(size)

    def close(self) -> None:
        if not self.closed:
            self._reader.is_done = True
            self._on_end(self._is_at_end())
        super().close()

    def _is_at_end(self) -> bool:
        """Return whether nothing is left in this buffer, in the TLS layer and in the socket.

        A peer that has closed is no such end: TLS reads that only once, and the connection would
        look as if it were open.
        """
        try:
            timeout = self._socket.gettimeout()
            self._socket.settimeout(0)
            try:
                return not self.peek(1) and not self._reader.is_closed
            finally:
                self._socket.settimeout(timeout)
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        except (OSError, ValueError):
            return False
