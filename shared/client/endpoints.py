"""Resolves the endpoint of each service: a setting's, or the region's host."""

from __future__ import annotations

from functools import lru_cache

from shared.errors import Misconfigured
from shared.models.flow import Service
from shared.models.url import InvalidUrlError, parse_url
from shared.settings import Settings


def endpoint_of(service: Service, region: str | None, settings: Settings) -> str:
    """Return the origin of a service: the configured endpoint, else the region's host.

    Raises
    ------
    Misconfigured: the configured URL is not valid, or uses http for a remote host.
    """
    for name in service.endpoint_settings:
        value = settings.get(name)
        if value:
            return validate_endpoint(name, value)
    return f"https://{service.host_of(region, settings.get)}"


@lru_cache(maxsize=64)
def validate_endpoint(name: str, value: str) -> str:
    """Return an endpoint override as an origin.

    Raises
    ------
    Misconfigured: not a valid URL, or http for a remote host.
    """
    hint = f"Set {name} to https://host[:port]; http is only allowed for 127.0.0.1 and localhost."
    try:
        url = parse_url(value)
    except InvalidUrlError as error:
        raise Misconfigured(f"{name} {error}", code="BadEndpoint", hint=hint) from None
    if url.path != "/" or url.query:
        raise Misconfigured(f"{name} contains a path or a query", code="BadEndpoint", hint=hint)
    return url.origin
