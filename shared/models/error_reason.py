"""Finds the code and the message in a provider's error, however its service spells them.

Services of one provider differ. Alibaba's SDK reads ``Code`` and ``code``, ``Message`` and
``message`` (``alibabacloud_tea_openapi`` 0.4.6), its ROA services also send ``errorCode`` and
``errorMsg``; Huawei's SDK reads ``error_code``, ``errorCode`` and ``code`` at the top and within
another object, such as IAM's ``error`` (``huaweicloudsdkcore.exceptions.exception_handler``
3.1.219).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

CODE_NAMES = ("errorcode", "errcode", "code")
MESSAGE_NAMES = ("errormsg", "errormessage", "errmsg", "message", "msg")
"""In lower case and without underscores, the most specific first."""

MAX_DEPTH = 3
"""How many levels of objects are searched."""

MAX_CODE_BITS = 63


class Reason(NamedTuple):
    """Why a provider rejected a request: its code, None if it sent none, and its text."""

    code: str | None
    message: str


def find_reason(body: Mapping[str, object], depth: int = MAX_DEPTH) -> Reason:
    """Return the code and the message in an error's body, or within an object in it.

    Parameters
    ----------
    body: the response's.
    depth: how many levels of objects to search.
    """
    values: dict[str, object] = {}
    for name, value in body.items():
        values.setdefault(name.lower().replace("_", ""), value)
    found = Reason(first_text(values, CODE_NAMES), first_text(values, MESSAGE_NAMES) or "")
    if found.code is not None or depth <= 1:
        return found
    inner = [find_reason(each, depth - 1) for each in body.values() if isinstance(each, Mapping)]
    with_code = (each for each in inner if each.code is not None)
    with_message = (each for each in (found, *inner) if each.message)
    return next(with_code, None) or next(with_message, found)


def first_text(values: Mapping[str, object], names: Iterable[str]) -> str | None:
    """Return the first of these values that is a text or a number, None if there is none."""
    for name in names:
        value = values.get(name)
        if isinstance(value, str) and value:
            return value
        if type(value) is int and value.bit_length() <= MAX_CODE_BITS:
            return str(value)
    return None
