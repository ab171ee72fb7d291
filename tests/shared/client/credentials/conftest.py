"""The fixtures of these tests."""

from __future__ import annotations

from tests.support.credentials import ask as ask  # noqa: PLC0414 - a fixture
from tests.support.credentials import home as home  # noqa: PLC0414 - a fixture
from tests.support.credentials import write as write  # noqa: PLC0414 - a fixture
