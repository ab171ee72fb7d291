"""The OpenAPI 3.1 document of the web app."""

from __future__ import annotations

from functions.web.version import VERSION


def document() -> dict[str, object]:
    """Return the document."""
    return {"openapi": "3.1.0", "info": {"title": "Cloud sync functions", "version": VERSION}}
