"""Sends one request and reads its response on an open connection.

A signature must never be sent twice and credentials must not follow a redirect, so nothing is
retried or followed here. A request is sent in one piece: the second of two pieces would wait for
the server's acknowledgement.
"""

from __future__ import annotations

from contextlib import suppress

from shared.models.wire import Request, Response
from shared.signing.canonical import target
from shared.transport.answer import read_answer
from shared.transport.connection import Connection, bounded

USER_AGENT = "cloud-sync-functions"
WITH_BODY = ("POST", "PUT", "PATCH")


def exchange(connection: Connection, request: Request, seconds: float) -> tuple[Response, bool]:
    """Send a request and return the complete response, and whether the connection is reusable.

    Parameters
    ----------
    connection: open, with no response pending.
    request: complete and signed.
    seconds: maximum time for the whole response, from when the request was sent.

    Raises
    ------
    http.client.HTTPException, OSError, BrokenOffError, BadResponse: see ``read_answer``.
    """
    sock = connection.sock
    sock.settimeout(seconds)
    # The server may have responded, and closed, before it had read everything.
    with suppress(BrokenPipeError):
        sock.sendall(spelled(request))
    with bounded(sock, seconds) as stream:
        return read_answer(stream)


def spelled(request: Request) -> bytes:
    """Return the bytes of a request.

    Raises
    ------
    ValueError: a header contains a line break.
    """
    method, body = request.method, request.body
    lines = [f"{method} {target(request.path, request.query)} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    given = {name.lower() for name in request.headers}
    if "host" not in given:
        lines.append(f"Host: {request.host}")
    if (body or method in WITH_BODY) and "content-length" not in given:
        lines.append(f"Content-Length: {len(body)}")
    lines.append(f"User-Agent: {USER_AGENT}\r\nAccept-Encoding: identity\r\n\r\n")
    head = "\r\n".join(lines)
    ends = len(lines) + 2
    if head.count("\n") != ends or head.count("\r") != ends:
        raise ValueError("a header contains a line break")
    return head.encode("latin-1") + body
