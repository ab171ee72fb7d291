"""Reads a complete response body, whose size is limited before and after decompression."""

from __future__ import annotations

import http.client
import zlib
from typing import TYPE_CHECKING

from shared.errors import BadResponse

if TYPE_CHECKING:
    from urllib3.response import BaseHTTPResponse

MAX_BODY_BYTES = 8 * 1024 * 1024
"""The limit before and after decompression: a parsed body takes thirty times as much memory."""

PART_BYTES = 65_536
GZIP_OR_ZLIB = 47
RAW_DEFLATE = -15
"""Values of ``wbits`` for :func:`zlib.decompressobj`."""

GZIP_MAGIC = b"\x1f\x8b"


def read_body(response: BaseHTTPResponse) -> bytes:
    """Return the whole body, decompressed.

    Raises
    ------
    urllib3.exceptions.HTTPError, http.client.HTTPException, OSError: it is incomplete.
    BadResponse: it is too large, or not compressed as declared.
    """
    if (response.length_remaining or 0) > MAX_BODY_BYTES:
        raise _too_large(response)
    body = _read_encoded(response)
    if len(body) > MAX_BODY_BYTES:
        raise _too_large(response)
    coding = response.headers.get("content-encoding", "").strip().lower()
    if not body or coding not in {"gzip", "x-gzip", "deflate"}:
        return body
    try:
        plain = decompress(body, coding)
    except zlib.error:
        raise BadResponse(
            "the response is not compressed as its header says",
            outcome_unknown=True,
            http_status=response.status,
        ) from None
    if len(plain) > MAX_BODY_BYTES:
        raise _too_large(response)
    return plain


def _read_encoded(response: BaseHTTPResponse) -> bytes:
    """Return the body as it was sent; one without a length is truncated above the limit."""
    if response.length_remaining is not None:
        return response.read(decode_content=False)
    # In one piece, http.client would keep a list of the chunks: 700 MB if each has one byte.
    body = bytearray()
    while len(body) <= MAX_BODY_BYTES:
        part = response.read(PART_BYTES, decode_content=False)
        if not part:
            break
        body += part
    return bytes(body)


def decompress(body: bytes, coding: str) -> bytes:
    """Return a decompressed body, truncated to one byte above the limit.

    A server may compress although it was not requested. urllib3 would accept a truncated body as
    complete.

    Parameters
    ----------
    body: not empty.
    coding: ``gzip``, ``x-gzip`` or ``deflate``.

    Raises
    ------
    http.client.IncompleteRead: it is truncated.
    zlib.error: it is not compressed.
    """
    decoder = zlib.decompressobj(GZIP_OR_ZLIB)
    try:
        plain = decoder.decompress(body, MAX_BODY_BYTES + 1)
    except zlib.error:
        if coding != "deflate":
            raise
        decoder = zlib.decompressobj(RAW_DEFLATE)  # some servers leave out zlib's header
        plain = decoder.decompress(body, MAX_BODY_BYTES + 1)
    while decoder.unused_data.startswith(GZIP_MAGIC) and len(plain) <= MAX_BODY_BYTES:
        rest = decoder.unused_data  # a gzip file may have several members (RFC 1952, 2.2)
        decoder = zlib.decompressobj(GZIP_OR_ZLIB)
        plain += decoder.decompress(rest, MAX_BODY_BYTES + 1 - len(plain))
    if not decoder.eof and len(plain) <= MAX_BODY_BYTES:
        raise http.client.IncompleteRead(b"")
    return plain


def _too_large(response: BaseHTTPResponse) -> BadResponse:
    return BadResponse(
        f"the response is larger than {MAX_BODY_BYTES} bytes",
        outcome_unknown=True,
        http_status=response.status,
        retryable=False,
    )
