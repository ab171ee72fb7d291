"""A room on both platforms, with the providers and the places for late answers behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.emulator import Emulator
from local.fake_chats import FakeChats
from tests.chat.room import Room


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with Emulator() as emulator, FakeChats() as receiver:
        emulator.tencent.requests_per_second = None
        yield Room(emulator, receiver, tmp_path)
