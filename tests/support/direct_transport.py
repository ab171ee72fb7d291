"""A transport that passes requests to an emulator in this thread, without a socket."""

from __future__ import annotations

import io
import itertools
import socket
import threading
from typing import cast

from local.emulator import Emulator
from local.emulator.connection import Connection
from local.emulator.service import Service
from shared.client.transport.errors import response_error
from shared.client.transport.pool import _headers_of
from shared.models.http import Request, Response
from shared.signing.canonical import request_target


class _Exchange:
    """One request and its response, as the emulator's end of a connection."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self.response = b""

    def setsockopt(self, *_option: object) -> None:
        """Do nothing: there is no network."""

    def makefile(self, *_mode: object, buffering: int) -> io.BytesIO:
        return io.BytesIO(self._request)

    def sendall(self, data: bytes) -> None:
        self.response += data

    def close(self) -> None:
        """Do nothing: it ends with the request."""


class DirectTransport:
    """Has an emulator's services answer, with their faults and their journal.

    It is for tests of what commands make of thousands of answers: between two threads and a socket,
    most of their time would be spent in waiting for the other thread. A response is complete, or
    there is none; nothing is late.

    Parameters
    ----------
    emulator: answers; it must be running.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._numbers = itertools.count(1)
        self._stopping = threading.Event()
        self._services = {
            emulator.url(key.data.name): cast("Service", key.data)
            for key in emulator._selector.get_map().values()
            if key.data is not None
        }

    def send(
        self,
        request: Request,
        *,
        connect_seconds: float,
        read_seconds: float,
        total_seconds: float,
    ) -> Response:
        """Return the response to a request; raises what a connection that ends without one does."""
        headers = {**_headers_of(request), "Content-Length": str(len(request.body))}
        lines = [
            f"{request.method} {request_target(request.path, request.query)} HTTP/1.1",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        exchange = _Exchange(("\r\n".join(lines) + "\r\n\r\n").encode() + request.body)
        Connection(
            cast("socket.socket", exchange),
            self._services[request.origin],
            next(self._numbers),
            tls=None,
            clock=self._emulator.now,
            plans=self._emulator._plans,
            journal=self._emulator.received,
            stopping=self._stopping,
        ).serve()
        if not exchange.response:
            raise response_error(request, ConnectionResetError("no response"), None)
        head, _, body = exchange.response.partition(b"\r\n\r\n")
        status, *fields = head.decode().split("\r\n")
        received = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in fields)
        }
        assert len(body) == int(received["content-length"])
        return Response(int(status.split(" ")[1]), received, body)

    def close(self) -> None:
        """Do nothing: no connection is kept."""
