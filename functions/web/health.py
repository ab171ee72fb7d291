"""The health check; it reveals nothing secret, so it requires no token."""

from __future__ import annotations

from functions.web import available_operations
from functions.web.version import VERSION


def health() -> dict[str, object]:
    """Return the status, the release, and the operations of this bundle."""
    return {
        "status": "ok",
        "version": VERSION,
        "operations": list(available_operations.operation_ids()),
    }
