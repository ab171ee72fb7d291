"""A server on loopback whose every byte a test decides."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

Serve = Callable[[socket.socket, int], None]
"""Serves one connection; the number counts connections from 0."""


@contextmanager
def raw_server(serve: Serve, host: str = "127.0.0.1") -> Iterator[tuple[int, list[int]]]:
    """Yield the port, and the numbers of the connections accepted so far."""
    accepted: list[int] = []
    connections: list[socket.socket] = []

    def serve_one(connection: socket.socket, number: int) -> None:
        with connection, suppress(OSError):
            serve(connection, number)

    def accept(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                connections.append(connection)
                number = len(accepted)
                accepted.append(number)
                threading.Thread(target=serve_one, args=(connection, number), daemon=True).start()

    with socket.create_server((host, 0)) as listener:
        thread = threading.Thread(target=accept, args=(listener,), daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1], accepted
        finally:
            for connection in connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def read_request(connection: Any) -> bytes:
    """Return one request, head and body; nothing where the client has closed."""
    data = b""
    while b"\r\n\r\n" not in data:
        more: bytes = connection.recv(65_536)
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    ]
    while lengths and len(body) < lengths[0]:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


def responding(*responses: bytes) -> Serve:
    """Return a server that gives each request of a connection the next response, then closes."""

    def serve(connection: socket.socket, _number: int) -> None:
        for response in responses:
            if not read_request(connection):
                return
            connection.sendall(response)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65_536):
            pass

    return serve


@contextmanager
def silent_port() -> Iterator[int]:
    """Yield a port that neither accepts nor refuses: its queue of connections is full."""
    waiting = [socket.socket() for _ in range(8)]
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        try:
            yield listener.getsockname()[1]
        finally:
            for each in waiting:
                each.close()
