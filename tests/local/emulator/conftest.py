"""The fixtures of these tests."""

from __future__ import annotations

from tests.support.emulator import emulator as emulator  # noqa: PLC0414 - a fixture
