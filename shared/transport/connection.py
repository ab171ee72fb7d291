"""urllib3 connections on which every wait has a time limit."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from shared.spared import Spared

with Spared("importlib.metadata", "version"):
    import urllib3
    from urllib3.connection import HTTPConnection, HTTPSConnection, ProxyConfig

Found = tuple[Any, Any, int, str, Any]
"""A result of ``socket.getaddrinfo``: family, kind, protocol, canonical name, address."""

CONNECT_SECONDS = 10.0
BUFFER = 16_384
"""Bytes read from a socket at once."""


class NotSentError(Exception):
    """The connection failed, so nothing was sent.

    Parameters
    ----------
    cause: the error while connecting.
    """

    def __init__(self, cause: Exception) -> None:
        super().__init__(type(cause).__name__)
        self.cause = cause


class _BoundedReader(io.RawIOBase):
    """Reads from a socket until a point in time, however slowly the bytes arrive."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self._sock = sock
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        return self._sock.recv_into(buffer)


def bounded(sock: socket.socket, seconds: float) -> io.BufferedReader:
    """Return a reader of a socket's bytes, all of which must arrive within these seconds."""
    return io.BufferedReader(_BoundedReader(sock, time.monotonic() + seconds), BUFFER)


class _BoundedSocket:
    """The part of a socket that ``http.client.HTTPResponse`` needs: a file to read from."""

    def __init__(self, sock: socket.socket, seconds: float) -> None:
        self._file = bounded(sock, seconds)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return self._file


class _Bounded:
    """Applies a urllib3 connection's timeout to the whole connection set-up."""

    timeout: float
    port: int | None
    _dns_host: str
    socket_options: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # http.client uses it to read a proxy's response to CONNECT.
        self.response_class = self._bounded_response

    def _bounded_response(self, sock: socket.socket, **options: Any) -> http.client.HTTPResponse:
        within = cast("socket.socket", _BoundedSocket(sock, self.timeout))
        return http.client.HTTPResponse(within, **options)

    def _new_conn(self) -> socket.socket:
        budget = self.timeout
        until = time.monotonic() + budget
        failure: OSError = TimeoutError("no address responded in time")
        for family, kind, protocol, _, address in addresses(self._dns_host, self.port, budget):
            left = until - time.monotonic()
            if left <= 0:
                break
            sock = socket.socket(family, kind, protocol)
            try:
                for option in self.socket_options or ():
                    sock.setsockopt(*option)
                sock.settimeout(left)
                sock.connect(address)
            except OSError as error:
                sock.close()
                failure = error
            else:
                return sock
        raise failure

    def connect(self) -> None:
        try:
            super().connect()  # type: ignore[misc]
        except Exception as error:
            self.close()  # type: ignore[attr-defined]
            raise NotSentError(error) from error


class _BoundedHTTPConnection(_Bounded, HTTPConnection):  # type: ignore[misc]
    pass


class _BoundedHTTPSConnection(_Bounded, HTTPSConnection):  # type: ignore[misc]
    pass


Connection = HTTPConnection
"""An HTTP connection, or an HTTPS one, which is a subclass."""


def addresses(host: str, port: int | None, budget: float) -> Sequence[Found]:
    """Return a host's addresses, waiting no longer than ``budget`` seconds.

    The system's resolver has no timeout, so it runs in a thread that is abandoned if it does
    not respond. IP addresses need no thread.
    """
    # As bytes, because a string would be encoded by a codec that is slow to import.
    name = host.encode("ascii") if host.isascii() else host.encode("idna")
    if host.replace(".", "").isdigit() or ":" in host:
        return socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    found: list[Found] = []
    failed: list[OSError] = []

    def look_up() -> None:
        try:
            found.extend(socket.getaddrinfo(name, port, type=socket.SOCK_STREAM))
        except OSError as error:
            failed.append(error)

    thread = threading.Thread(target=look_up, name="resolve", daemon=True)
    thread.start()
    thread.join(budget)
    if failed:
        raise failed[0]
    if not found:
        msg = f"the name {host} was not resolved within {budget:.1f} s"
        raise TimeoutError(msg)
    return found


def connect(
    origin: str, tls: ssl.SSLContext | None, proxy: str | None, seconds: float
) -> Connection:
    """Return an open connection to an origin, verified if it is HTTPS.

    Parameters
    ----------
    origin: scheme and authority.
    tls: the TLS context that verifies servers; None for plain HTTP.
    proxy: the validated URL of the proxy; None for a direct connection.
    seconds: maximum time in total.

    Raises
    ------
    NotSentError: the connection failed.
    """
    parts = urlsplit(origin)
    host, port = parts.hostname or "", parts.port
    connection: Connection
    if tls is None:
        connection = _BoundedHTTPConnection(host, port, timeout=seconds)
    elif proxy is None:
        connection = _BoundedHTTPSConnection(host, port, timeout=seconds, ssl_context=tls)
    else:
        way = urllib3.util.parse_url(proxy)
        connection = _BoundedHTTPSConnection(
            way.host or "",
            way.port or (443 if way.scheme == "https" else 80),
            timeout=seconds,
            ssl_context=tls,
            proxy=way,
            proxy_config=ProxyConfig(
                tls, use_forwarding_for_https=False, assert_hostname=None, assert_fingerprint=None
            ),
        )
        auth = urllib3.make_headers(proxy_basic_auth=unquote(way.auth)) if way.auth else None
        name = f"[{host}]" if ":" in host else host
        connection.set_tunnel(name, port or 443, auth, scheme=way.scheme or "http")
    connection.connect()
    return connection
