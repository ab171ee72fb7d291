"""Validates and parses the URLs in settings."""

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from shared.models.http import QueryParams

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

HOST_PATTERN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
VISIBLE_ASCII = re.compile(r"[!-~]+")
"""The characters of a URL; Python's own parser silently drops line breaks."""


class InvalidUrlError(ValueError):
    """The text is not a URL that requests may be sent to; the message does not quote it."""


class ParsedUrl(NamedTuple):
    """The parts of a URL that a request needs.

    Parameters
    ----------
    origin: scheme and authority.
    path: not encoded, starts with ``/``; a secret if the URL is an incoming webhook.
    query: decoded pairs; secrets if the URL is an incoming webhook.
    """

    origin: str
    path: str = "/"
    query: QueryParams = ()

    def __repr__(self) -> str:
        return f"ParsedUrl({self.origin})"


def parse_url(url: str) -> ParsedUrl:
    """Parse a URL.

    Raises
    ------
    InvalidUrlError: not an absolute http or https URL, http for a remote host, a user name or
        a fragment, or an escape that would not arrive unchanged.
    """
    if not VISIBLE_ASCII.fullmatch(url):
        raise InvalidUrlError("contains characters that are not allowed in a URL")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InvalidUrlError("is not a valid http or https URL") from None
    host = parts.hostname or ""
    if parts.scheme not in {"https", "http"} or not (
        HOST_PATTERN.fullmatch(host) or is_ip_address(host)
    ):
        raise InvalidUrlError("is not a valid http or https URL")
    if parts.username is not None or parts.password is not None:
        raise InvalidUrlError("contains a user name")
    if parts.fragment or url.endswith("#"):
        raise InvalidUrlError("contains a fragment")
    if parts.scheme == "http" and not is_loopback(host):
        raise InvalidUrlError("uses http for a remote host; use https")
    if "%2f" in parts.path.lower():
        # The path is stored decoded and encoded once: this slash would become a real one.
        raise InvalidUrlError("contains an encoded slash in its path")
    try:
        path = unquote(parts.path, errors="strict")
        query = parse_qsl(parts.query, keep_blank_values=True, errors="strict")
    except ValueError:
        raise InvalidUrlError("contains percent escapes that are not UTF-8") from None
    bracketed = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{bracketed}" + (f":{port}" if port is not None else "")
    return ParsedUrl(origin, path or "/", tuple(query))


def is_ip_address(host: str) -> bool:
    """Return whether a host is an IP address."""
    return _ip_address(host) is not None


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    if host in {"localhost", "127.0.0.1"}:
        return True
    address = _ip_address(host)
    return address is not None and address.is_loopback


def _ip_address(host: str) -> "IPv4Address | IPv6Address | None":
    from ipaddress import ip_address  # rarely needed

    try:
        return ip_address(host)
    except ValueError:
        return None
