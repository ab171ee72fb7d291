"""urllib3 connections on which one deadline bounds everything from resolving to the response."""

from __future__ import annotations

import errno
import math
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection

from shared.client.transport.response import FramedResponse
from shared.client.transport.sockets import PlainSocket

AddressInfo = tuple[Any, Any, int, str, Any]
"""A result of ``socket.getaddrinfo``: family, kind, protocol, canonical name, address."""

FIRST_ADDRESSES_SECONDS = 2.0
"""Maximum time for each address but the last, so that a dead one leaves time for the others."""

NO_SUCH_ROUTE = (
    errno.EAFNOSUPPORT,
    errno.EPROTONOSUPPORT,
    errno.EADDRNOTAVAIL,
    errno.ENETUNREACH,
)
"""Errors of an address family that this machine lacks; any other error explains more."""


class ConnectError(Exception):
    """The connection failed before any part of the request was sent.

    Parameters
    ----------
    cause: the error while connecting.
    """

    def __init__(self, cause: Exception) -> None:
        super().__init__(type(cause).__name__)
        self.cause = cause


class _DeadlineConnection:
    """Limits every wait of a urllib3 connection to the deadline of its current request.

    Attributes
    ----------
    deadline: monotonic seconds.
    idle_since: monotonic and wall-clock seconds at the end of the last response.
    is_reusable: whether the stream ended exactly where the last response did.
    """

    sock: Any
    host: str
    port: int | None
    socket_options: Any
    _timeout: float

    def __init__(self, *args: Any, **options: Any) -> None:
        self.deadline = math.inf
        self.idle_since: tuple[float, float] | None = None
        self.is_reusable = False
        super().__init__(*args, **options)
        # http.client also uses it for a proxy's response to CONNECT.
        self.response_class = self._new_response

    @property
    def timeout(self) -> float:
        """The seconds for the next phase, as set by urllib3 but never beyond the deadline."""
        return max(min(self._timeout, self.deadline - time.monotonic()), 0.001)

    @timeout.setter
    def timeout(self, seconds: float) -> None:
        self._timeout = seconds

    def connect(self) -> None:
        """Open the connection: resolve, connect, CONNECT to a proxy, TLS.

        Raises
        ------
        ConnectError: it failed.
        """
        try:
            super().connect()  # type: ignore[misc]
        except Exception as error:
            self.close()  # type: ignore[attr-defined]
            raise ConnectError(error) from error

    def request(self, *args: Any, **options: Any) -> None:
        """Send a request, unless the deadline has passed.

        Raises
        ------
        ConnectError: nothing was sent.
        """
        if self.sock is None:
            self.connect()
        self.is_reusable = False
        if time.monotonic() >= self.deadline:
            raise ConnectError(TimeoutError("no time left to send the request"))
        super().request(*args, **options)  # type: ignore[misc]

    def _new_response(self, sock: socket.socket, **options: Any) -> FramedResponse:
        return FramedResponse(sock, self._on_response_end, **options)

    def _on_response_end(self, exact: bool) -> None:  # noqa: FBT001 - a callback with one argument
        self.is_reusable = exact
        self.idle_since = (time.monotonic(), time.time())

    def _new_conn(self) -> socket.socket:
        until = time.monotonic() + self.timeout
        found = resolve(self.host, self.port, self.timeout)
        return connect_to_any(found, until - time.monotonic(), self.socket_options or ())


class DeadlineHTTPConnection(_DeadlineConnection, HTTPConnection):  # type: ignore[misc]
    """An HTTP connection with a deadline."""


class DeadlineHTTPSConnection(_DeadlineConnection, HTTPSConnection):  # type: ignore[misc]
    """An HTTPS connection with a deadline."""


def resolve(
    host: str,
    port: int | None,
    seconds: float,
    getaddrinfo: Callable[..., Sequence[AddressInfo]] | None = None,
) -> Sequence[AddressInfo]:
    """Return a host's addresses.

    The system's resolver has no timeout, so it runs in a thread that is abandoned if it does
    not respond. IP addresses need no thread.

    Parameters
    ----------
    host, port: what to connect to; an IPv6 address may be in brackets.
    seconds: maximum time to wait.
    getaddrinfo: the resolver; None for ``socket.getaddrinfo``.

    Raises
    ------
    OSError: the name cannot be resolved, or not in time.
    """
    host = host.strip("[]")  # urllib3 leaves the brackets around a proxy's IPv6 address
    # As bytes, because a string would be encoded by a codec that is slow to import.
    name = host.encode("ascii") if host.isascii() else host.encode("idna")
    if host.replace(".", "").isdigit() or ":" in host:
        return socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    look_up_name = getaddrinfo or socket.getaddrinfo
    found: list[AddressInfo] = []
    failed: list[OSError] = []

    def look_up() -> None:
        try:
            found.extend(look_up_name(name, port, type=socket.SOCK_STREAM))
        except OSError as error:
            failed.append(error)

    thread = threading.Thread(target=look_up, name="resolve", daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not found:
        msg = f"the name {host} was not resolved within {seconds:.1f} s"
        raise TimeoutError(msg)
    return found


def connect_to_any(
    addresses: Sequence[AddressInfo], seconds: float, options: Sequence[tuple[Any, ...]] = ()
) -> socket.socket:
    """Return a socket connected to the first address that responds, with the time left as timeout.

    Parameters
    ----------
    addresses: the addresses, in the order to try.
    seconds: maximum time in total; no address but the last may use all of it.
    options: the arguments for ``setsockopt``.

    Raises
    ------
    OSError: none responded.
    """
    until = time.monotonic() + seconds
    failure: OSError | None = None
    for index, (family, kind, protocol, _, address) in enumerate(addresses):
        left = until - time.monotonic()
        if left <= 0:
            break
        others = len(addresses) - index - 1
        share = min(left / (others + 1), FIRST_ADDRESSES_SECONDS) if others else left
        sock: PlainSocket | None = None
        try:
            sock = PlainSocket(family, kind, protocol)
            for option in options:
                sock.setsockopt(*option)
            sock.settimeout(share)
            sock.connect(address)
            sock.settimeout(max(until - time.monotonic(), 0.001))
        except OSError as error:
            if sock is not None:
                sock.close()
            if failure is None or error.errno not in NO_SUCH_ROUTE:
                failure = error
        else:
            return sock
    raise failure or TimeoutError("no address responded in time")
