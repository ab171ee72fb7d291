"""The one module that opens sockets.

urllib3 is told to do nothing on its own: no retries (a signature must never be
sent twice), no redirects (credentials must not follow one), and every wait is
bounded, the name look-up and a dripping answer included.
"""

from __future__ import annotations

import http.client
import io
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, cast
from urllib.parse import urlsplit

from shared.errors import BadResponse, Misconfigured, SyncError, TimedOut, Unreachable
from shared.models.wire import Request, Response
from shared.signing.canonical import target
from shared.spared import Spared

with Spared("importlib.metadata", "version"):
    import urllib3
    from urllib3.connection import HTTPConnection, HTTPSConnection

Found = tuple[Any, Any, int, str, Any]
"""What ``socket.getaddrinfo`` finds: family, kind, protocol, canonical name, address."""

CONNECT_SECONDS = 10.0
LARGEST_ANSWER = 64 * 1024 * 1024
MOST_HOSTS = 1000
"""More than there are services and regions, so that no pool in use is put out."""

IDLE_SECONDS = 45.0
"""A connection idle for longer is not trusted any more: gateways drop them silently."""

TRUST_STORES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)


class _NotSentError(Exception):
    """No connection could be made, so nothing was sent. Deliberately no urllib3 error:
    urllib3 would wrap it and the difference from a broken connection would be lost.
    """

    def __init__(self, cause: Exception) -> None:
        super().__init__(type(cause).__name__)
        self.cause = cause


class _BoundedReader(io.RawIOBase):
    """Reads from a socket until a moment, however slowly the bytes come."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        return cast("io.RawIOBase", self._raw).readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _BoundedSocket:
    """What ``http.client.HTTPResponse`` needs of a socket: a file to read from."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self._sock = sock
        self._until = until

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_BoundedReader(self._sock, self._until), 65_536)


class _Bounded:
    """Bounds every wait of a urllib3 connection by its time-outs, taken as totals."""

    timeout: float | None
    port: int | None
    _dns_host: str
    socket_options: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # http.client calls this for every answer, with self.timeout set to the read time-out.
        self.response_class = self._bounded_response
        self._parts: list[bytes] | None = None

    def _bounded_response(
        self, sock: socket.socket, *args: Any, **options: Any
    ) -> http.client.HTTPResponse:
        until = time.monotonic() + (self.timeout or CONNECT_SECONDS)
        bounded = cast("socket.socket", _BoundedSocket(sock, until))
        return http.client.HTTPResponse(bounded, *args, **options)

    def _new_conn(self) -> socket.socket:
        budget = self.timeout or CONNECT_SECONDS
        until = time.monotonic() + budget
        failure: OSError = TimeoutError("no address answered in time")
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

    def request(self, *args: Any, **options: Any) -> None:
        # Header and body in one packet: sent in two, the body waits for the other side.
        parts = self._parts = []
        try:
            super().request(*args, **options)  # type: ignore[misc]
        finally:
            self._parts = None
        super().send(b"".join(parts))  # type: ignore[misc]

    def send(self, data: Any) -> None:
        if self._parts is None:
            super().send(data)  # type: ignore[misc]
        else:
            self._parts.append(data)

    def connect(self) -> None:
        try:
            super().connect()  # type: ignore[misc]
        except Exception as error:
            raise _NotSentError(error) from error


class _BoundedHTTPConnection(_Bounded, HTTPConnection):  # type: ignore[misc]
    pass


class _BoundedHTTPSConnection(_Bounded, HTTPSConnection):  # type: ignore[misc]
    pass


# urllib3 types these attributes by a protocol that its own classes do not quite fulfil.
class _HTTPPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _BoundedHTTPConnection  # type: ignore[assignment]


class _HTTPSPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _BoundedHTTPSConnection  # type: ignore[assignment]


def addresses(host: str, port: int | None, budget: float) -> Sequence[Found]:
    """Return a host's addresses, waiting no longer than ``budget`` seconds.

    The system's resolver takes no time-out, so it is asked in a thread that is left
    behind when it does not answer. Only an address needs no thread.
    """
    # As bytes, since a text would be encoded by a codec that is slow to import.
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


def trust_store(configured: str | None) -> tuple[str, str]:
    """Return the certificate file (or folder) that will be trusted, and how it was chosen.

    Raises
    ------
    Misconfigured: the file that was named does not exist, or none was found.
    """
    if configured:
        if not os.path.exists(configured):
            msg = f"SSL_CERT_FILE names {configured}, which does not exist"
            raise Misconfigured(msg, code="NoTrustStore", hint="Correct SSL_CERT_FILE or unset it.")
        return configured, "SSL_CERT_FILE"
    default = ssl.get_default_verify_paths()
    for path, how in (
        (default.cafile, "the interpreter's default"),
        *((path, "a usual place") for path in TRUST_STORES),
        (default.capath, "the interpreter's default folder"),
    ):
        if path and os.path.exists(path) and (os.path.isfile(path) or os.listdir(path)):
            return path, how
    msg = "no certificate authorities were found on this machine"
    raise Misconfigured(
        msg,
        code="NoTrustStore",
        hint="Set SSL_CERT_FILE to a PEM file of trusted certificates; looked for the "
        f"interpreter's default and {', '.join(TRUST_STORES)}.",
    )


def tls_context(configured: str | None) -> ssl.SSLContext:
    """Return a verifying TLS context over the trust store.

    Raises
    ------
    Misconfigured: there is no trust store or it holds no certificate.
    """
    path, how = trust_store(configured)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        if os.path.isdir(path):
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    except (ssl.SSLError, OSError) as error:
        msg = f"the trust store {path} ({how}) could not be read: {type(error).__name__}"
        raise Misconfigured(
            msg, code="NoTrustStore", hint="Set SSL_CERT_FILE to a readable PEM file."
        ) from None
    return context


class Transport:
    """Sends signed requests over pooled connections.

    Parameters
    ----------
    trust: the setting ``SSL_CERT_FILE``, None for the system's trust store.
    proxy: the setting ``HTTPS_PROXY``, None for a direct way.
    no_proxy: the setting ``NO_PROXY``.
    idle_seconds: connections unused for longer are closed instead of used again.
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
        self._managers: dict[tuple[str, bool], urllib3.PoolManager] = {}
        self._pools: dict[str, urllib3.HTTPConnectionPool] = {}
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
        """Send one request once and read its answer to the end.

        Raises
        ------
        Unreachable, TimedOut, BadResponse: with ``lost`` telling whether the request may
            have reached the other side.
        Misconfigured: no trust store, or a proxy that is no URL.
        """
        pool = self._pool(request.origin)
        timeout = urllib3.Timeout(
            connect=min(connect_seconds, total_seconds),
            read=read_seconds,
            total=None if total_seconds == float("inf") else total_seconds,
        )
        answer: urllib3.BaseHTTPResponse | None = None
        try:
            answer = pool.urlopen(
                request.method,
                target(request.path, request.query),
                body=request.body or None,
                headers=dict(request.headers),
                timeout=timeout,
                retries=False,
                redirect=False,
                assert_same_host=False,
                preload_content=False,
            )
            body = answer.read(LARGEST_ANSWER + 1)
            response = Response(
                status=answer.status,
                headers={name.lower(): value for name, value in answer.headers.items()},
                body=body,
            )
            if len(body) > LARGEST_ANSWER:
                answer.close()
                raise BadResponse(
                    f"the answer is larger than {LARGEST_ANSWER} bytes",
                    lost=True,
                    http_status=answer.status,
                    retryable=False,
                )
            answer.release_conn()
        except _NotSentError as error:
            raise not_sent(request, error.cause, self._proxy) from None
        except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as error:
            if answer is not None:
                answer.close()
            raise lost(request, error, answer.status if answer is not None else None) from None
        return response

    def close(self) -> None:
        """Close every pooled connection."""
        with self._lock:
            self._clear()

    def _clear(self) -> None:
        self._pools.clear()
        for manager in self._managers.values():
            manager.clear()

    def _pool(self, origin: str) -> urllib3.HTTPConnectionPool:
        with self._lock:
            self._drop_stale()
            pool = self._pools.get(origin)
            if pool is None:
                pool = self._pools[origin] = self._manager(origin).connection_from_url(origin)
            return pool

    def _manager(self, origin: str) -> urllib3.PoolManager:
        secure = origin.startswith("https:")
        proxy = self._proxy_for(origin) if secure else None
        key = (proxy or "", secure)
        manager = self._managers.get(key)
        if manager is None:
            manager = self._managers[key] = self._new_manager(proxy, secure=secure)
        return manager

    def _drop_stale(self) -> None:
        # Two clocks: a frozen process or a sleeping machine stops one of them.
        now = (time.monotonic(), time.time())
        if self._used is not None and any(
            later - earlier > self._idle_seconds
            for later, earlier in zip(now, self._used, strict=True)
        ):
            self._clear()
        self._used = now

    def _proxy_for(self, origin: str) -> str | None:
        if self._proxy is None:
            return None
        from urllib import request as proxies  # only with a proxy: it is slow to import

        host = urlsplit(origin).netloc
        bypass: Callable[[str, dict[str, str]], bool] = vars(proxies)["proxy_bypass_environment"]
        if bypass(host, {"no": self._no_proxy or ""}):
            return None
        return self._proxy if "://" in self._proxy else f"http://{self._proxy}"

    def _new_manager(self, proxy: str | None, *, secure: bool) -> urllib3.PoolManager:
        options: dict[str, Any] = {"num_pools": MOST_HOSTS, "maxsize": 32, "retries": False}
        if secure:
            if self._tls is None:
                self._tls = tls_context(self._trust)
            options["ssl_context"] = self._tls
        manager: urllib3.PoolManager
        if proxy is None:
            manager = urllib3.PoolManager(**options)
        else:
            try:
                parts = urlsplit(proxy)
                if parts.username:
                    credentials = f"{parts.username}:{parts.password or ''}"
                    options["proxy_headers"] = urllib3.make_headers(proxy_basic_auth=credentials)
                manager = urllib3.ProxyManager(proxy, **options)
            except (urllib3.exceptions.HTTPError, ValueError):
                raise Misconfigured(
                    "HTTPS_PROXY is not the URL of a proxy",
                    code="BadProxy",
                    hint="Set HTTPS_PROXY to http://host:port, or unset it.",
                ) from None
        manager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}
        return manager


def not_sent(request: Request, cause: Exception, proxy: str | None) -> SyncError:
    """Return the error for a connection that could not be made: nothing was sent."""
    host = request.host
    way = " through HTTPS_PROXY" if proxy and request.origin.startswith("https:") else ""
    if isinstance(cause, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY" in str(cause):
        return Unreachable(
            f"the certificate of {host}{way} is not trusted",
            code="CertificateNotTrusted",
            retryable=False,
            hint="Check which trust store is used (`python -m local doctor` shows it) and "
            "whether a proxy re-signs TLS; set SSL_CERT_FILE to the right PEM file.",
        )
    if isinstance(cause, socket.gaierror):
        return Unreachable(
            f"the name {host} could not be resolved{way}",
            code="NameNotResolved",
            hint="Check the region's spelling, the function's network (VPC, NAT, DNS) and "
            "the endpoint settings.",
        )
    if isinstance(cause, TimeoutError | urllib3.exceptions.TimeoutError):
        return TimedOut(
            f"no connection to {host}{way} in time",
            code="ConnectTimedOut",
            hint="Check the function's way out to the internet (VPC, NAT, security group).",
        )
    return Unreachable(
        f"no connection to {host}{way}: {reason(cause)}",
        code="NoConnection",
        hint="Check the function's way out to the internet (VPC, NAT, proxy) and the "
        "endpoint settings; the next run tries again.",
    )


def lost(request: Request, cause: Exception, status: int | None) -> SyncError:
    """Return the error for an answer that did not come, or not whole."""
    if isinstance(cause, TimeoutError | urllib3.exceptions.TimeoutError):
        return TimedOut(
            f"{request.host} did not answer in time",
            lost=True,
            code="ReadTimedOut",
            http_status=status,
            hint="The work may have been done all the same; the next run looks or repeats it.",
        )
    if status is not None:
        return BadResponse(
            f"the answer of {request.host} broke off: {reason(cause)}",
            lost=True,
            code="BrokenAnswer",
            http_status=status,
            hint="The work may have been done all the same; the next run looks or repeats it.",
        )
    return Unreachable(
        f"the connection to {request.host} broke before an answer came: {reason(cause)}",
        lost=True,
        code="ConnectionLost",
        hint="The work may have been done all the same; the next run looks or repeats it.",
    )


def reason(cause: Exception) -> str:
    """Return a short reason that holds nothing of the request."""
    inner: BaseException = cause
    for argument in getattr(cause, "args", ()):
        if isinstance(argument, BaseException):
            inner = argument
    number = getattr(inner, "errno", None)
    return os.strerror(number) if isinstance(number, int) and number > 0 else type(inner).__name__


Send = Callable[..., Response]
