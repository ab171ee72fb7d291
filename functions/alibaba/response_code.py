"""Reads ``Success`` and ``Code``, with which services refuse a request despite HTTP 200."""

from __future__ import annotations

from collections.abc import Mapping


def field(body: Mapping[str, object], name: str) -> object:
    """Return a field of a response, also if its name begins with a lower-case letter.

    Alibaba's SDK reads errors of ROA services in both spellings (``alibabacloud_tea_openapi``
    0.4.6).
    """
    value = body.get(name)
    return value if value is not None else body.get(name[0].lower() + name[1:])


def response_code(body: Mapping[str, object]) -> int | str | None:
    """Return ``Code`` as a number if it is one, or as the string it is, None for other types."""
    code = field(body, "Code")
    if isinstance(code, str):
        return int(code) if code.isascii() and code.isdigit() and len(code) < 16 else code or None
    if isinstance(code, bool) or not isinstance(code, int | float) or code != code // 1:
        return None
    return int(code)


def is_refusal(body: Mapping[str, object]) -> bool:
    """Return whether a response with HTTP 200 says that the request was refused."""
    return field(body, "Success") is False or response_code(body) not in {None, 200}
