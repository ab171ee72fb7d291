"""The reply that a handler gives its platform for an HTTP request, read as a caller would."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KEYS = {"statusCode", "headers", "body", "isBase64Encoded"}


@dataclass(frozen=True)
class HttpReply:
    """A reply in the form that all four platforms accept.

    Parameters
    ----------
    raw: what the handler returned.
    """

    raw: Mapping[str, Any]

    def __post_init__(self) -> None:
        assert set(self.raw) == KEYS
        assert self.raw["isBase64Encoded"] is False
        assert isinstance(self.raw["body"], str)
        assert all(isinstance(value, str) for value in self.headers.values())

    @property
    def status(self) -> int:
        status: int = self.raw["statusCode"]
        return status

    @property
    def headers(self) -> Mapping[str, str]:
        headers: Mapping[str, str] = self.raw["headers"]
        return headers

    @property
    def text(self) -> str:
        body: str = self.raw["body"]
        return body

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def is_problem(self) -> bool:
        """Whether the body is problem details as RFC 9457 has them."""
        return (
            self.headers["Content-Type"] == "application/problem+json"
            and set(self.json) == {"type", "title", "status", "detail"}
            and self.json["status"] == self.status
        )
