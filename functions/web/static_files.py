"""Serves the console's page, style sheet and script, which contain nothing secret."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache

from werkzeug.routing import BaseConverter

CONSOLE_FOLDER = os.path.join(os.path.dirname(__file__), "console")
INDEX = "index.html"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
REVALIDATED = "no-cache"
IMMUTABLE = "public, max-age=31536000, immutable"
"""For a file whose name contains the digest of its content."""


class AssetName(BaseConverter):
    """Matches the name of an assembled file in a path."""

    regex = r"console\.[0-9a-f]{16}\.(?:css|js)"


def read_file(name: str) -> bytes | None:
    """Return the bytes of the page or of an assembled file, None if there is no such file.

    Parameters
    ----------
    name: ``index.html``, or a name that :class:`AssetName` matches.
    """
    assembled = assembled_files()
    if assembled is not None:
        return assembled.get(name)
    try:
        with open(os.path.join(CONSOLE_FOLDER, name), "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


@lru_cache(maxsize=1)
def assembled_files() -> Mapping[str, bytes] | None:
    """Return the files assembled from the source, None in a bundle, which contains them."""
    try:
        from functions.web.assembly import assemble
    except ModuleNotFoundError:
        return None
    return assemble(CONSOLE_FOLDER)


def headers_of(name: str) -> dict[str, str]:
    """Return the headers of a file's response."""
    kind = TYPES[os.path.splitext(name)[1]]
    caching = REVALIDATED if name == INDEX else IMMUTABLE
    return {"Content-Type": kind, "Cache-Control": caching, **HEADERS}
