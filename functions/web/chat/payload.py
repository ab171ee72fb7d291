"""Validates what all platforms' messages have in common: the content type and the IDs."""

from __future__ import annotations

from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.request import HttpRequest

MAX_ID_LENGTH = 256
UTF8 = ("", "utf-8", "utf8")


def require_content_type(request: HttpRequest, kind: str) -> None:
    """Reject a body with another content type or charset.

    Raises
    ------
    HttpProblem: the Content-Type header is missing, repeated or different.
    """
    declared, _, rest = (request.header("content-type") or "").partition(";")
    if declared.strip().lower() != kind:
        raise HttpProblem(415, f"Content-Type must be {kind}")
    for parameter in rest.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip(' "').lower() not in UTF8:
            raise HttpProblem(415, "charset must be UTF-8")


def require_id(value: object, name: str) -> str:
    """Return an ID without surrounding whitespace.

    Raises
    ------
    HttpProblem: it is missing or invalid.
    """
    if (
        not isinstance(value, str)
        or not value.isprintable()
        or not 0 < len(value.strip()) <= MAX_ID_LENGTH
    ):
        raise HttpProblem(400, f"missing or invalid {name}")
    return value.strip()
