"""Finds the password in a URL, so that it is redacted without the rest of the URL."""

from __future__ import annotations

from urllib.parse import unquote

from shared.models.secret import Secret


def url_passwords(url: str) -> list[Secret]:
    """Return the password in a URL, as it is written and decoded; none without a password.

    Parameters
    ----------
    url: need not be valid, since it is redacted before it is used.
    """
    authority, at, _ = url.rpartition("@")
    password = authority.rpartition("//")[2].partition(":")[2] if at else ""
    return [Secret(each) for each in dict.fromkeys((password, unquote(password))) if each]
