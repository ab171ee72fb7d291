"""The pool of open connections of a warm process, each used by one request at a time."""

from __future__ import annotations

import http.client
import ssl
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import urllib3
from urllib3.util import wait_for_read

from shared.errors import Misconfigured
from shared.models.wire import Request, Response
from shared.transport.answer import BrokenOffError
from shared.transport.connection import Connection, NotSentError, connect
from shared.transport.exchange import exchange
from shared.transport.failure import lost, not_sent
from shared.transport.trust import tls_context

IDLE_SECONDS = 45.0
"""A connection that was idle for longer is not reused: gateways drop them silently."""

MOST_IDLE = 32
"""Maximum number of idle connections per origin."""


class Transport:
    """Sends signed requests on pooled connections, each request once.

    Parameters
    ----------
    trust: the setting ``SSL_CERT_FILE``, None for the system's trust store.
    proxy: the setting ``HTTPS_PROXY``, None for a direct connection.
    no_proxy: the setting ``NO_PROXY``.
    idle_seconds: if the pool was unused for longer, its connections are closed, not reused.
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
        self._idle: dict[str, list[Connection]] = {}
        self._tls: ssl.SSLContext | None = None
        self._used: tuple[float, float] | None = None

    def send(
        self,
        request: Request,
        *,
        connect_seconds: float,
        read_seconds: float,
        total_seconds: float,
    ) -> Response:
        """Send one request once and read the complete response.

        Raises
        ------
        Unreachable, TimedOut, BadResponse: ``lost`` is true if the request may have reached the
            server.
        Misconfigured: there is no trust store, or the proxy is not a valid URL.
        """
        until = time.monotonic() + total_seconds
        connection = self._take(request.origin)
        if connection is None:
            try:
                connection = self._connect(request.origin, min(connect_seconds, total_seconds))
            except NotSentError as error:
                raise not_sent(request, error.cause, self._proxy) from None
        again = False
        try:
            left = max(0.0, until - time.monotonic())
            response, again = exchange(connection, request, min(read_seconds, left))
        except BrokenOffError as error:
            raise lost(request, error.cause, error.status) from None
        except (http.client.HTTPException, OSError) as error:
            raise lost(request, error, None) from None
        finally:
            if again:
                self._give_back(request.origin, connection)
            else:
                connection.close()
        return response

    def close(self) -> None:
        """Close every pooled connection."""
        with self._lock:
            self._clear()

    def __del__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()

    def _take(self, origin: str) -> Connection | None:
        with self._lock:
            self._drop_stale()
            idle = self._idle.get(origin)
            while idle:
                connection = idle.pop()
                # No response is pending: if it is readable, the server has closed it.
                if not wait_for_read(connection.sock, 0.0):
                    return connection
                connection.close()
        return None

    def _give_back(self, origin: str, connection: Connection) -> None:
        with self._lock:
            idle = self._idle.setdefault(origin, [])
            if len(idle) < MOST_IDLE:
                idle.append(connection)
                return
        connection.close()

    def _drop_stale(self) -> None:
        # Two clocks, because a frozen process or a sleeping machine stops one of them.
        now = (time.monotonic(), time.time())
        used = self._used
        if used is not None and max(now[0] - used[0], now[1] - used[1]) > self._idle_seconds:
            self._clear()
        self._used = now

    def _connect(self, origin: str, seconds: float) -> Connection:
        if not origin.startswith("https:"):
            return connect(origin, None, None, seconds)
        proxy = self._proxy_for(origin)
        if self._tls is None:
            self._tls = tls_context(self._trust)
        return connect(origin, self._tls, proxy, seconds)

    def _proxy_for(self, origin: str) -> str | None:
        if self._proxy is None:
            return None
        from urllib import request as proxies  # slow to import, only needed with a proxy

        host = urlsplit(origin).netloc
        bypass: Callable[[str, dict[str, str]], bool] = vars(proxies)["proxy_bypass_environment"]
        if bypass(host, {"no": self._no_proxy or ""}):
            return None
        return checked_proxy(self._proxy)


def checked_proxy(proxy: str) -> str:
    """Return a proxy's URL; a host alone is a proxy over HTTP.

    Raises
    ------
    Misconfigured: it is not a valid http or https URL.
    """
    url = proxy if "://" in proxy else f"http://{proxy}"
    try:
        parts = urllib3.util.parse_url(url)
    except (urllib3.exceptions.HTTPError, ValueError):
        parts = urllib3.util.Url()
    if parts.scheme not in {"http", "https"} or not parts.host:
        raise Misconfigured(
            "HTTPS_PROXY is not a valid proxy URL",
            code="BadProxy",
            hint="Set HTTPS_PROXY to http://host:port, or unset it.",
        )
    return url
