"""The console page and its files, which hold nothing secret."""

from __future__ import annotations

import os

FOLDER = os.path.join(os.path.dirname(__file__), "console")
INDEX = "index.html"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-cache",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def files(folder: str = FOLDER) -> tuple[str, ...]:
    """Return the names of the files that are served, the page itself aside."""
    return tuple(
        sorted(
            name
            for name in os.listdir(folder)
            if name != INDEX and os.path.splitext(name)[1] in TYPES
        )
    )


def read(name: str, folder: str = FOLDER) -> tuple[bytes, str]:
    """Return a file's bytes and its content type.

    Parameters
    ----------
    name: the page, or one of :func:`files`.
    """
    with open(os.path.join(folder, name), "rb") as file:
        return file.read(), TYPES[os.path.splitext(name)[1]]
