"""Whether the web app answers; nothing secret, so no token is needed."""

from __future__ import annotations

from functions.web import available_operations
from functions.web.version import VERSION


def health() -> dict[str, object]:
    """Return that it answers, which release it is, and which operations it holds."""
    return {
        "status": "ok",
        "version": VERSION,
        "operations": list(available_operations.operation_ids()),
    }
