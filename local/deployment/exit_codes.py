"""The exit codes of ``deploy`` and ``remove``."""

from __future__ import annotations

DONE, FAILED, USAGE, REFUSED = 0, 1, 2, 3
