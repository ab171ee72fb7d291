"""A chat on both platforms, with emulated providers and receivers of late replies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.emulator import Emulator
from local.fake_chats import FakeChats
from tests.support.fake_chat import FakeChat


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[FakeChat]:
    with Emulator() as emulator, FakeChats() as receiver:
        emulator.tencent.requests_per_second = None
        yield FakeChat(emulator, receiver, tmp_path)
