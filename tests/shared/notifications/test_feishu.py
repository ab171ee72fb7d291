"""Feishu's custom bot: the signature in the body."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shared.models.secret import Secret
from shared.notifications import feishu

VECTORS = [
    vector
    for vector in json.loads((Path(__file__).parents[2] / "vectors" / "notify.json").read_text())
    if vector["platform"] == "feishu"
]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_signature_is_that_of_the_vector(vector: dict[str, Any]) -> None:
    inputs = vector["inputs"]
    signature = feishu.sign(Secret(inputs["secret"]), int(inputs["timestamp"]))
    assert signature == vector["expected"]
