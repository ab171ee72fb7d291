"""The fixtures of these tests."""

from __future__ import annotations

from tests.support.credentials import home as home  # noqa: PLC0414 - a fixture
from tests.support.credentials import resolve_credentials as resolve_credentials  # noqa: PLC0414 - a fixture
from tests.support.credentials import write_file as write_file  # noqa: PLC0414 - a fixture
