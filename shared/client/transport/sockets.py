"""Sockets with a total timeout, for everything that is sent and received after it is set.

The timeout of a plain socket restarts with each operation, so a peer that sends a byte now and
then can keep a connection open forever.
"""

from __future__ import annotations

import errno
import socket
import ssl
import time
from typing import Any


class _TotalTimeout:
    """Counts the timeout down instead of restarting it with each operation."""

    _expires_at: float | None = None

    def settimeout(self, seconds: float | None) -> None:
        """Set the seconds for all operations from now on; 0 makes the socket non-blocking."""
        self._expires_at = time.monotonic() + seconds if seconds else None
        super().settimeout(seconds)  # type: ignore[misc]

    def gettimeout(self) -> float | None:
        """Return the seconds left, so that a TLS layer on top continues the countdown."""
        if self._expires_at is None:
            seconds: float | None = super().gettimeout()  # type: ignore[misc]
            return seconds
        return max(self._expires_at - time.monotonic(), 0.001)

    def _count_down(self) -> None:
        if self._expires_at is None:
            return
        left = self._expires_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        super().settimeout(left)  # type: ignore[misc]

    def recv(self, *args: Any) -> bytes:
        self._count_down()
        data: bytes = super().recv(*args)  # type: ignore[misc]
        return data

    def recv_into(self, *args: Any, **options: Any) -> int:
        self._count_down()
        count: int = super().recv_into(*args, **options)  # type: ignore[misc]
        return count

    def send(self, *args: Any) -> int:
        self._count_down()
        count: int = super().send(*args)  # type: ignore[misc]
        return count

    def sendall(self, *args: Any) -> None:
        self._count_down()
        super().sendall(*args)  # type: ignore[misc]


class PlainSocket(_TotalTimeout, socket.socket):
    """A TCP socket with a total timeout."""


class TlsSocket(_TotalTimeout, ssl.SSLSocket):
    """A TLS socket with a total timeout, continued from the underlying socket."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - as in ssl
        # ssl sets the timeout again afterwards, which must not restart it.
        expires_at = self._expires_at
        try:
            super().do_handshake(block)
        finally:
            self._expires_at = expires_at

    def recv(self, *args: Any) -> bytes:
        # ssl reads before the handshake if the peer has left already; it would go on without TLS,
        # or, before Python 3.13, leave the socket open.
        if self.version() is None:
            self.close()
            raise ConnectionResetError(errno.ECONNRESET, "closed before the TLS handshake")
        return super().recv(*args)
