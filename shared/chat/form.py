"""What the platforms' messages have in common: a declared type, and ids that are none too odd."""

from __future__ import annotations

from shared.door.problem import Problem
from shared.door.request import HttpRequest

LONGEST_ID = 256
UTF8 = ("", "utf-8", "utf8")


def declared_as(request: HttpRequest, kind: str) -> None:
    """Refuse a body of another type, or in another encoding.

    Raises
    ------
    Problem: it says so, or says nothing, or says it twice.
    """
    declared, _, rest = (request.header("content-type") or "").partition(";")
    if declared.strip().lower() != kind:
        raise Problem(415, f"the body is not {kind}")
    for parameter in rest.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip(' "').lower() not in UTF8:
            raise Problem(415, "the body is not in UTF-8")


def identifier(value: object, name: str) -> str:
    """Return an id.

    Raises
    ------
    Problem: it is missing or cannot be one.
    """
    if (
        not isinstance(value, str)
        or not value.isprintable()
        or not 0 < len(value.strip()) <= LONGEST_ID
    ):
        raise Problem(400, f"the message has no {name}")
    return value.strip()
