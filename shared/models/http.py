"""HTTP requests and responses, and the JSON in a request, where its secrets are revealed."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode, urlsplit

from shared.models.secret import Secret

QueryParams = tuple[tuple[str, str], ...]

JsonParser = Callable[[bytes], Any]
"""Parses JSON; raises a ValueError for anything else."""


@lru_cache(maxsize=64)
def host_header(origin: str) -> str:
    """Return an origin's ``Host`` header; cached, since a process calls few origins."""
    parts = urlsplit(origin)
    default = {"https": 443, "http": 80}.get(parts.scheme)
    name = parts.hostname or ""
    if ":" in name:
        name = f"[{name}]"
    return name if parts.port in {None, default} else f"{name}:{parts.port}"


class Request(NamedTuple):
    """One HTTP request, before or after signing.

    Parameters
    ----------
    method: upper-case HTTP method.
    origin: scheme and authority, e.g. ``https://edas.cn-hangzhou.aliyuncs.com``.
    path: the path, not percent-encoded, starting with ``/``.
    query: decoded name and value pairs; a name may repeat.
    headers: as they are sent; not in the repr, since they include the signature.
    body: the exact bytes that are signed and sent.
    """

    method: str
    origin: str
    path: str = "/"
    query: QueryParams = ()
    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes = b""

    def __repr__(self) -> str:
        return f"Request({self.method} {self.origin}{self.path})"

    @property
    def host(self) -> str:
        """The authority as in the ``Host`` header, without a default port."""
        return host_header(self.origin)


class Response(NamedTuple):
    """One complete HTTP response.

    Parameters
    ----------
    status: HTTP status code.
    headers: with lower-case names; the last value of a repeated header.
    body: the bytes, not decoded.
    """

    status: int
    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes = b""

    def __repr__(self) -> str:
        return f"Response({self.status}, {len(self.body)} bytes)"


class Transport(Protocol):
    """Sends one request once: the transport, or a fake in tests."""

    def send(
        self,
        request: Request,
        *,
        connect_seconds: float,
        read_seconds: float,
        total_seconds: float,
    ) -> Response:
        """Send a request once."""
        ...


def encode_json(body: Mapping[str, object] | None) -> bytes:
    """Return the bytes that are signed and sent, empty if there is no body."""
    if body is None:
        return b""
    return dump_json_text(body, separators=(",", ":"), default=_reveal).encode()


def encode_form(fields: Mapping[str, object] | None) -> bytes:
    """Return the fields of a form, percent-encoded as they are sent, empty if there are none."""
    if fields is None:
        return b""
    texts = {
        name: _reveal(value) if isinstance(value, Secret) else str(value)
        for name, value in fields.items()
    }
    return urlencode(texts).encode()


def dump_json_text(value: object, **options: Any) -> str:
    """Return a value as JSON text that UTF-8 can encode.

    If a string contains half a surrogate pair, as a provider's escapes may, all non-ASCII
    characters are escaped.

    Parameters
    ----------
    value: the value.
    options: for ``json.dumps``.
    """
    text = json.dumps(value, ensure_ascii=False, **options)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, **options)
    return text


def _reveal(value: object) -> str:
    if isinstance(value, Secret):
        return value.get_secret_value()
    msg = f"a {type(value).__name__} cannot be part of a request"
    raise TypeError(msg)
