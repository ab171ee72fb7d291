"""Encodes a request's JSON body, which is where the secrets in it are revealed."""

from __future__ import annotations

import json
from collections.abc import Mapping

from shared.models.secret import Secret


def encode_json(body: Mapping[str, object] | None) -> bytes:
    """Return the bytes that are signed and sent, empty if there is no body."""
    if body is None:
        return b""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False, default=_reveal).encode()


def _reveal(value: object) -> str:
    if isinstance(value, Secret):
        return value.get_secret_value()
    msg = f"a {type(value).__name__} cannot be part of a request"
    raise TypeError(msg)
