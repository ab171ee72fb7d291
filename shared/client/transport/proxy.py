"""Selects the proxy for a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import unquote, urlsplit

import urllib3

from shared.errors import Misconfigured


def proxy_for(origin: str, proxy: str | None, no_proxy: str | None) -> str | None:
    """Return the URL of the proxy for an origin, None for a direct connection.

    Parameters
    ----------
    origin: scheme and authority; only https goes through a proxy.
    proxy: the setting ``HTTPS_PROXY``.
    no_proxy: the setting ``NO_PROXY``.

    Raises
    ------
    Misconfigured: the proxy is not a valid URL.
    """
    if proxy is None or not origin.startswith("https:"):
        return None
    if no_proxy:
        from urllib import request as proxies  # slow to import

        bypass: Callable[[str, dict[str, str]], bool] = vars(proxies)["proxy_bypass_environment"]
        if bypass(urlsplit(origin).netloc, {"no": no_proxy}):
            return None
    return validate_proxy(proxy)


def validate_proxy(proxy: str) -> str:
    """Return a proxy's URL; one without a scheme uses http.

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


def proxy_headers(proxy: str) -> Mapping[str, str] | None:
    """Return the header with the credentials in a proxy's URL, byte for byte.

    A user without a password gets an empty one: there is always a colon (RFC 7617, 2).
    """
    auth = urllib3.util.parse_url(proxy).auth
    if not auth:
        return None
    user, _, password = auth.partition(":")
    credentials = f"{unquote(user, 'latin-1')}:{unquote(password, 'latin-1')}"
    return urllib3.make_headers(proxy_basic_auth=credentials)
