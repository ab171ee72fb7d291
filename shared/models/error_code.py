"""What a provider's error code means to us: one row of a table, and how a code is looked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple


class ErrorCode(NamedTuple):
    """One error code of a provider, and what a person should do about it.

    Parameters
    ----------
    code: as the provider spells it; ``code/status`` where one code means different
        things under different HTTP statuses (``APIGW.0201/504``).
    category: one of the words of ``shared.errors.PROVIDER_ERRORS``.
    hint: a sentence or two that say what to do next.
    retryable: whether trying again may help; None leaves it to the category.
    source: the title of the page that documents it, and its address in angle brackets.
    """

    code: str
    category: str
    hint: str
    retryable: bool | None = None
    source: str = ""


def page(source: str, *rows: ErrorCode) -> tuple[ErrorCode, ...]:
    """Return the rows with the page they were read from written into each."""
    return tuple(row._replace(source=source) for row in rows)


def table(rows: Iterable[ErrorCode]) -> Mapping[str, ErrorCode]:
    """Return the rows by their code; a code that stands twice is a ``ValueError``."""
    by_code: dict[str, ErrorCode] = {}
    for row in rows:
        if row.code in by_code:
            msg = f"the error code {row.code} stands twice in its table"
            raise ValueError(msg)
        by_code[row.code] = row
    return MappingProxyType(by_code)


def find(codes: Mapping[str, ErrorCode], code: str, status: int | None = None) -> ErrorCode | None:
    """Return the row of a code or of its longest known prefix before a dot, else None.

    A row that is narrowed to the HTTP status goes before one that is not. The row's
    own ``code`` may be shorter than the one asked for: report the provider's.

    Parameters
    ----------
    codes: a provider's table.
    code: the code as the provider sent it, e.g. ``RequestLimitExceeded.UinLimitExceeded``.
    status: the HTTP status it came with, if that is known.
    """
    while code:
        row = codes.get(f"{code}/{status}") or codes.get(code)
        if row is not None:
            return row
        code = code.rpartition(".")[0]
    return None


_BY_STATUS = {
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    408: "unavailable",
    409: "conflict",
    429: "throttled",
}


def by_status(status: int) -> str:
    """Return the category of an answer whose code no table knows, from its HTTP status.

    A bare 400 is ``refused``: without a code that says so, nobody knows that the
    caller's parameters are at fault.
    """
    if status >= 500:
        return "unavailable"
    return _BY_STATUS.get(status, "refused")
