"""Sends each request once, over urllib3's connection pools."""

from __future__ import annotations

import http.client
import logging
import socket
import ssl
import threading
import time
from typing import Any

import urllib3
from urllib3.util import Timeout

from shared.client.transport.body import read_body
from shared.client.transport.connection import (
    ConnectError,
    DeadlineHTTPConnection,
    DeadlineHTTPSConnection,
)
from shared.client.transport.errors import connect_error, response_error
from shared.client.transport.proxy import proxy_for, proxy_headers
from shared.client.transport.response import IncompleteResponseError
from shared.client.transport.sockets import TlsSocket
from shared.client.transport.tls import tls_context
from shared.models.http import Request, Response
from shared.signing.canonical import request_target

CONNECT_SECONDS = 10.0
IDLE_SECONDS = 45.0
"""A connection that was idle for longer is not reused: gateways drop such connections silently."""

MAX_IDLE_CONNECTIONS = 32
"""Per origin."""

MAX_ORIGINS = 64
USER_AGENT = "cloud-sync-functions"

FAILURES = (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError)
"""The exceptions that reading a response may raise."""

# Its warnings quote URLs and headers, its debug messages the whole request line.
logging.getLogger("urllib3").setLevel(logging.ERROR)


class _ReuseRules:
    """Reuses a connection only if it is not stale and its last response was read completely."""

    idle_seconds = IDLE_SECONDS

    def _get_conn(self, timeout: float | None = None) -> Any:
        """Return a connection for one request.

        Parameters
        ----------
        timeout: seconds for the whole request, passed to urlopen as ``pool_timeout``.
        """
        connection = super()._get_conn()  # type: ignore[misc]
        since = connection.idle_since
        # Two clocks: one of them may stop while the process is frozen or the machine sleeps.
        if since is not None and self.idle_seconds < max(
            time.monotonic() - since[0], time.time() - since[1]
        ):
            connection.close()
        connection.deadline = time.monotonic() + (timeout or 0.0)
        return connection

    def _put_conn(self, connection: Any) -> None:
        if connection is not None and not connection.is_reusable:
            connection.close()
        super()._put_conn(connection)  # type: ignore[misc]


class _HTTPPool(_ReuseRules, urllib3.HTTPConnectionPool):
    ConnectionCls = DeadlineHTTPConnection  # type: ignore[assignment]


class _HTTPSPool(_ReuseRules, urllib3.HTTPSConnectionPool):
    ConnectionCls = DeadlineHTTPSConnection  # type: ignore[assignment]


class HttpTransport:
    """Sends signed requests over pooled connections, each request once.

    urllib3's retries and redirects are off: a signature must not be sent twice, and credentials
    must not follow a redirect.

    Parameters
    ----------
    trust: the setting ``SSL_CERT_FILE``, None for the system's trust store.
    proxy: the setting ``HTTPS_PROXY``, None for a direct connection.
    no_proxy: the setting ``NO_PROXY``.
    idle_seconds: a connection that was idle for longer is closed, not reused.
    """

    def __init__(
        self,
        trust: str | None = None,
        proxy: str | None = None,
        no_proxy: str | None = None,
        *,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._trust = trust
        self._proxy = proxy
        self._no_proxy = no_proxy
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._tls: ssl.SSLContext | None = None
        self._managers: dict[str | None, urllib3.PoolManager] = {}
        self._pools: dict[str, urllib3.HTTPConnectionPool] = {}

    def send(
        self,
        request: Request,
        *,
        connect_seconds: float,
        read_seconds: float,
        total_seconds: float,
    ) -> Response:
        """Send one request once and read the complete response.

        Parameters
        ----------
        request: complete and signed.
        connect_seconds: maximum time to resolve the name and to connect, through a proxy and with
            TLS.
        read_seconds: maximum time for the whole response, once the request was sent.
        total_seconds: maximum time for everything; nothing is sent after it.

        Raises
        ------
        Unreachable, TimedOut, BadResponse: ``outcome_unknown`` is true if the request
            may have reached the server.
        Misconfigured: there is no trust store, or the proxy is not a valid URL.
        ValueError: a header contains a line break.
        """
        headers = _headers_of(request)
        until = time.monotonic() + total_seconds
        if min(connect_seconds, read_seconds, total_seconds) <= 0:
            raise connect_error(request, TimeoutError(), self._proxy)
        pool = self._pool(request.origin)
        try:
            response = pool.urlopen(
                request.method,
                request_target(request.path, request.query),
                body=request.body or None,
                headers=headers,
                retries=False,
                redirect=False,
                timeout=Timeout(connect=connect_seconds, read=read_seconds),
                pool_timeout=until - time.monotonic(),  # type: ignore[arg-type]
                preload_content=False,
            )
        except ConnectError as error:
            proxy = self._proxy if pool.proxy else None
            raise connect_error(request, error.cause, proxy) from None
        except IncompleteResponseError as error:
            raise response_error(request, error.cause, error.status) from None
        except FAILURES as error:
            raise response_error(request, error, None) from None
        try:
            body = read_body(response)
        except FAILURES as error:
            raise response_error(request, error, response.status) from None
        finally:
            response.close()  # has no effect after a complete response
        received = {name.lower(): value for name, value in response.headers.iteritems()}
        return Response(status=response.status, headers=received, body=body)

    def close(self) -> None:
        """Close every pooled connection."""
        with self._lock:
            for manager in self._managers.values():
                manager.clear()
            self._pools.clear()

    def _pool(self, origin: str) -> urllib3.HTTPConnectionPool:
        pool = self._pools.get(origin)
        # A manager closes pools if there are too many origins; callers' regions determine them.
        if pool is None or pool.pool is None:
            with self._lock:
                if len(self._pools) >= MAX_ORIGINS:
                    self._pools.clear()
                pool = self._manager(origin).connection_from_url(origin)
                pool.idle_seconds = self._idle_seconds  # type: ignore[attr-defined]
                self._pools[origin] = pool
        return pool

    def _manager(self, origin: str) -> urllib3.PoolManager:
        proxy = proxy_for(origin, self._proxy, self._no_proxy)
        manager = self._managers.get(proxy)
        if manager is None:
            options: dict[str, Any] = {
                "num_pools": MAX_ORIGINS,
                "maxsize": MAX_IDLE_CONNECTIONS,
                # Without it, a body sent through a proxy waits until the headers are acknowledged.
                "socket_options": [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
            }
            if proxy is None:
                manager = urllib3.PoolManager(**options)
            else:
                manager = urllib3.ProxyManager(
                    proxy,
                    proxy_headers=proxy_headers(proxy),
                    proxy_ssl_context=self._tls_context(),
                    **options,
                )
            manager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}
            self._managers[proxy] = manager
        if origin.startswith("https:"):
            manager.connection_pool_kw["ssl_context"] = self._tls_context()
        return manager

    def _tls_context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = tls_context(self._trust)
            self._tls.sslsocket_class = TlsSocket
        return self._tls


def _headers_of(request: Request) -> dict[str, str]:
    """Return the headers to send.

    Raises
    ------
    ValueError: one contains a line break.
    """
    headers = {"User-Agent": USER_AGENT, **request.headers}
    if not any(name.lower() == "host" for name in request.headers):
        headers["Host"] = request.host  # http.client brackets an IPv6 address twice in a tunnel
    text = "".join((*headers, *headers.values()))
    if "\r" in text or "\n" in text:
        raise ValueError("a header contains a line break")
    return headers
