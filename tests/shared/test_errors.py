"""Every error says what to do next."""

from __future__ import annotations

import pytest

from shared import errors
from shared.errors import SyncError

CLASSES = [
    each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, SyncError)
]


@pytest.mark.parametrize("kind", CLASSES)
def test_an_error_without_a_hint_of_its_own_has_its_classs(kind: type[SyncError]) -> None:
    hint = kind("it failed").hint
    assert hint.endswith(".")
    assert kind("it failed", hint="Do this.").hint == "Do this."
