"""The URL of a host that a setting names, checked and taken apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from shared.models.value import Value
from shared.models.wire import Pairs

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

HOST_FORM = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
VISIBLE = re.compile(r"[!-~]+")
"""What a URL is written in; Python's own parser drops line breaks silently."""


class NotAnAddressError(ValueError):
    """A text that nothing is sent to; says why, without the text."""


class Address(Value):
    """A URL in the parts that a request wants.

    Parameters
    ----------
    origin: scheme and authority.
    path: in plain text, beginning with ``/``; of an incoming webhook it is a secret.
    query: decoded pairs; of an incoming webhook they are secrets.
    """

    origin: str
    path: str = "/"
    query: Pairs = ()

    def __repr__(self) -> str:
        return f"Address({self.origin})"


def address_of(url: str) -> Address:
    """Take a URL apart.

    Raises
    ------
    NotAnAddressError: no absolute URL of a host, plain http to another machine, a user name
        or a fragment in it, or an escape that would not arrive as it is written.
    """
    if not VISIBLE.fullmatch(url):
        raise NotAnAddressError("has characters that no URL has")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotAnAddressError("is not the URL of a host") from None
    host = parts.hostname or ""
    if parts.scheme not in {"https", "http"} or not (HOST_FORM.fullmatch(host) or is_address(host)):
        raise NotAnAddressError("is not the URL of a host")
    if parts.username is not None or parts.password is not None:
        raise NotAnAddressError("has a user name in it")
    if parts.fragment or url.endswith("#"):
        raise NotAnAddressError("has a fragment")
    if parts.scheme == "http" and not is_loopback(host):
        raise NotAnAddressError("is plain http to another machine; https is needed")
    if "%2f" in parts.path.lower():
        # The path travels as plain text and is encoded once: this slash would become a real one.
        raise NotAnAddressError("has an encoded slash in its path")
    try:
        path = unquote(parts.path, errors="strict")
        query = parse_qsl(parts.query, keep_blank_values=True, errors="strict")
    except ValueError:
        raise NotAnAddressError("has percent escapes that are not UTF-8") from None
    shown = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{shown}" + (f":{port}" if port is not None else "")
    return Address(origin, path or "/", tuple(query))


def is_address(host: str) -> bool:
    """Return whether a host is an IP address."""
    return _parsed(host) is not None


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    if host in {"localhost", "127.0.0.1"}:
        return True
    address = _parsed(host)
    return address is not None and address.is_loopback


def _parsed(host: str) -> IPv4Address | IPv6Address | None:
    from ipaddress import ip_address  # hardly ever needed

    try:
        return ip_address(host)
    except ValueError:
        return None
