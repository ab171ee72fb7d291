"""One connection: reads requests, has the service respond, and applies faults."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from email.utils import formatdate
from http import HTTPStatus
from urllib.parse import unquote_plus

from local.emulator.faults import Fault, FaultQueue, pass_through
from local.emulator.message import Journal, Pairs, Received, Reply
from local.emulator.service import Refusal, Service

_REQUEST_LINE = re.compile(r"([A-Z]+) (/[^ ?]*)(?:\?([^ ]*))? HTTP/1\.([01])\r?\n")
_LONGEST_LINE = 65_536
_LONGEST_BODY = 16 * 1024 * 1024
_REASONS = {status.value: status.phrase for status in HTTPStatus}


class Malformed(Exception):
    """The received bytes are not an HTTP/1.1 request that this server supports."""


class Connection:
    """One accepted connection, served on a thread of its own.

    Parameters
    ----------
    sock: the accepted socket, without TLS yet.
    service: the service that the port emulates.
    number: a number for the journal.
    tls: makes it a TLS connection.
    clock: the emulated time, seconds since 1970.
    plans, journal: the emulator's.
    stopping: set when the emulator ends.
    """

    def __init__(
        self,
        sock: socket.socket,
        service: Service,
        number: int,
        *,
        tls: ssl.SSLContext | None,
        clock: Callable[[], float],
        plans: FaultQueue,
        journal: Journal,
        stopping: threading.Event,
    ) -> None:
        self._sock = sock
        self._service = service
        self._number = number
        self._tls = tls
        self._clock = clock
        self._plans = plans
        self._journal = journal
        self._stopping = stopping
        self._close = False
        self._now = 0.0
        self.service_name = service.name
        self.idle = True
        """Whether it is waiting for a request."""

    def serve(self) -> None:
        """Respond to requests until either side closes the connection."""
        try:
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                self._sock = self._tls.wrap_socket(self._sock, server_side=True)
            self._reader = self._sock.makefile("rb", buffering=65_536)
            while not self._stopping.is_set() and self._serve_one():
                pass
        except (OSError, ValueError):
            pass  # the peer closed the connection, or end() closed the socket during a read
        finally:
            self._sock.close()
            with contextlib.suppress(AttributeError):  # it was closed before it was read from
                self._reader.close()  # it keeps the socket open

    def end(self) -> None:
        """Close the connection in order, from another thread."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def write(self, data: bytes) -> None:
        """Send bytes at once."""
        self._sock.sendall(data)

    def wait(self, seconds: float) -> None:
        """Wait, at most until the emulator stops."""
        self._stopping.wait(seconds)

    def reset(self) -> None:
        """End the connection with a TCP reset instead of an orderly close."""
        linger = struct.pack("ii", 1, 0)
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        # makefile() holds a reference that would keep the socket open.
        self._reader.close()
        self._sock.close()

    def head(self, reply: Reply, *, length: int | None = None, close: bool = False) -> bytes:
        """Return status line and headers."""
        lines = [
            f"HTTP/1.1 {reply.status} {_REASONS.get(reply.status, 'Unknown')}",
            f"Date: {formatdate(self._now, usegmt=True)}",
            f"Content-Length: {len(reply.body) if length is None else length}",
        ]
        if reply.content_type is not None:
            lines.append(f"Content-Type: {reply.content_type}")
        lines += [f"{name}: {value}" for name, value in reply.headers]
        lines.append("Connection: close" if close or self._close else "Connection: keep-alive")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def _serve_one(self) -> bool:
        """Respond to one request; return whether the connection may be reused."""
        self.idle = True
        line = self._reader.readline(_LONGEST_LINE)
        self.idle = False
        if not line:
            return False
        try:
            request = self._begin(line)
            early = self._plans.take(request, early=True)
            if early is not None:
                request.fault = early.name
                self._journal.add(request)
                return early.leave(self, Reply())
            self._read_headers(request)
            self._read_body(request)
        except Malformed as malformed:
            self._now = self._clock()
            self._close = True
            pass_through(self, Reply(400, str(malformed).encode(), content_type="text/plain"))
            return False
        request.action = self._service.action(request)
        fault = self._plans.take(request, early=False)
        self._now = self._clock() + (fault.clock if fault else 0.0)
        request.fault = fault.name if fault else None
        self._journal.add(request)
        reply = self._reply(request, fault)
        leave = fault.leave if fault else pass_through
        if fault is None or fault.answers:
            # Recorded before it is sent: whoever has the response finds it in the journal.
            request.status, request.code = reply.status, reply.code
        return leave(self, reply) and not self._close

    def _reply(self, request: Received, fault: Fault | None) -> Reply:
        """Have the service do its work, unless the fault prevents it, and return the response."""
        service = self._service
        try:
            key = service.authenticate(request, self._now)
            request.accepted = True
            request.account = key.account
            if fault is None or fault.work:
                reply = service.answer(request, key, self._now)
                request.processed = True
                if fault is not None and fault.edit is not None:
                    reply = fault.edit(reply)
        except Refusal as refusal:
            reply = service.refuse(refusal)
        if request.accepted and fault is not None and fault.instead is not None:
            reply = fault.instead(service)
        return reply

    def _begin(self, line: bytes) -> Received:
        match = _REQUEST_LINE.fullmatch(line.decode("ascii", "replace"))
        if match is None:
            raise Malformed("request line")
        method, path, query, minor = match.groups()
        self._close = minor == "0"
        return Received(
            service=self.service_name,
            method=method,
            path=path,
            raw_query=query or "",
            query=_pairs(query or ""),
            time=time.time(),
            connection=self._number,
        )

    def _read_headers(self, request: Received) -> None:
        headers: dict[str, str] = {}
        while True:
            line = self._reader.readline(_LONGEST_LINE)
            if line in {b"\r\n", b"\n"}:
                break
            name, colon, value = line.decode("utf-8", "surrogateescape").partition(":")
            if not colon or not line.endswith(b"\n"):
                raise Malformed("header")
            lower, value = name.lower(), value.strip(" \t\r\n")
            headers[lower] = f"{headers[lower]},{value}" if lower in headers else value
        request.headers = headers
        self._close = self._close or headers.get("connection", "").lower() == "close"

    def _read_body(self, request: Received) -> None:
        length = request.headers.get("content-length", "0")
        if "transfer-encoding" in request.headers or not re.fullmatch("[0-9]{1,9}", length):
            raise Malformed("only bodies with a Content-Length are read here")
        if int(length) > _LONGEST_BODY:
            raise Malformed("body too long")
        if request.headers.get("expect", "").lower() == "100-continue":
            self.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.body = self._reader.read(int(length))
        if len(request.body) < int(length):
            raise Malformed("body too short")


def _pairs(query: str) -> Pairs:
    """Return the decoded pairs; ``+`` is a space, as the vendors' SDKs send it."""
    pairs = []
    for part in query.split("&") if query else ():
        name, _, value = part.partition("=")
        pairs.append((unquote_plus(name), unquote_plus(value)))
    return tuple(pairs)
