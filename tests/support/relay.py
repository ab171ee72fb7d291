"""A relay between a client and a server on loopback that injects faults into the bytes.

Without a port it is an HTTP proxy that answers CONNECT before it relays.
"""

from __future__ import annotations

import selectors
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Literal

ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


@dataclass(frozen=True, slots=True)
class RelayFault:
    """What happens to one connection.

    Parameters
    ----------
    where: ``accept``: right after it was accepted; ``connect``: instead of the proxy's answer to
        CONNECT; ``request`` or ``response``: after so many bytes in that direction.
    action: ``reset``, ``close``, ``hang`` until the relay stops, or ``send`` of ``data`` to the
        client and then a close.
    after_bytes: how many bytes of the request or the response are relayed before.
    data: the bytes to send.
    """

    where: Literal["accept", "connect", "request", "response"]
    action: Literal["reset", "close", "hang", "send"]
    after_bytes: int = 0
    data: bytes = b""


class Relay:
    """Relays connections to a port of this machine.

    Parameters
    ----------
    port: the server's port; None for a proxy, whose clients name it with CONNECT.
    fault: what happens to one of the connections.
    on_connection: to which of them, counted from 0.
    """

    def __init__(
        self, port: int | None, fault: RelayFault | None = None, on_connection: int = 0
    ) -> None:
        self._target = port
        self._fault = fault
        self._on_connection = on_connection
        self._stopping = threading.Event()
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self.faults_played = 0

    def __enter__(self) -> Relay:
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        # The first one accepts; when it has ended, no other starts.
        accepting, *_ = self._threads
        accepting.join()
        for each in self._sockets:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        number = 0
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._sockets.append(client)
                self._start(self._serve, client, number)
                number += 1

    def _serve(self, client: socket.socket, number: int) -> None:
        fault = self._fault if number == self._on_connection else None
        # A ValueError: a socket was closed meanwhile, or what it sent is no CONNECT.
        with client, suppress(OSError, ValueError, IndexError):
            if fault is not None and fault.where == "accept":
                self._play(fault, client)
                return
            port = self._target
            if port is None:
                port = _read_connect(client)
                if fault is not None and fault.where == "connect":
                    self._play(fault, client)
                    return
                client.sendall(ESTABLISHED)
            with socket.create_connection(("127.0.0.1", port)) as server:
                self._sockets.append(server)
                self._relay(client, server, fault)

    def _relay(
        self, client: socket.socket, server: socket.socket, fault: RelayFault | None
    ) -> None:
        """Relay bytes in both directions until either side closes or the fault's place is there."""
        left = {"request": -1, "response": -1}
        if fault is not None:
            left[fault.where] = fault.after_bytes
        with selectors.DefaultSelector() as selector:
            selector.register(client, selectors.EVENT_READ, (server, "request"))
            selector.register(server, selectors.EVENT_READ, (client, "response"))
            while True:
                for key, _ in selector.select():
                    source = client if key.data[1] == "request" else server
                    receiver, direction = key.data
                    data = source.recv(65_536)
                    if 0 <= left[direction] <= len(data) and fault is not None:
                        receiver.sendall(data[: left[direction]])
                        self._play(fault, client)
                        return
                    if not data:
                        return
                    left[direction] -= len(data) if left[direction] >= 0 else 0
                    receiver.sendall(data)

    def _play(self, fault: RelayFault, client: socket.socket) -> None:
        self.faults_played += 1
        if fault.action == "hang":
            self._stopping.wait()
        elif fault.action == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif fault.action == "send":
            client.sendall(fault.data)


@contextmanager
def refusing_port() -> Iterator[int]:
    """Yield a port that refuses connections, and that nothing else gets meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield int(bound.getsockname()[1])


def _read_connect(client: socket.socket) -> int:
    """Read a CONNECT request and return the port that it names."""
    head = b""
    while b"\r\n\r\n" not in head:
        data = client.recv(4096)
        if not data:
            raise OSError
        head += data
    return int(head.split(b" ")[1].rpartition(b":")[2])
