"""The tables of the providers' error codes: their rows, and how to look up a code."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple


class ErrorCode(NamedTuple):
    """One error code of a provider, and what to do about it.

    Parameters
    ----------
    code: as the provider writes it; ``code/status`` if the code means different
        things under different HTTP statuses (``APIGW.0201/504``).
    category: one of the keys of ``shared.errors.PROVIDER_ERRORS``.
    hint: what to do next, in a sentence or two; ``{permission}`` and ``{endpoint}``
        are replaced by the permission and the endpoint setting of the rejected call.
    retryable: whether a retry may help; None leaves it to the category.
    source: the title of the page that documents it, and its URL in angle brackets.
    """

    code: str
    category: str
    hint: str
    retryable: bool | None = None
    source: str = ""


def from_page(source: str, *rows: ErrorCode) -> tuple[ErrorCode, ...]:
    """Return the rows with the page that documents them as their source."""
    return tuple(row._replace(source=source) for row in rows)


def index_by_code(rows: Iterable[ErrorCode]) -> Mapping[str, ErrorCode]:
    """Return the rows by their code; a duplicate code is a ``ValueError``."""
    by_code: dict[str, ErrorCode] = {}
    for row in rows:
        if row.code in by_code:
            msg = f"duplicate error code {row.code}"
            raise ValueError(msg)
        by_code[row.code] = row
    return MappingProxyType(by_code)


def lookup(
    codes: Mapping[str, ErrorCode], code: str, status: int | None = None
) -> ErrorCode | None:
    """Return the row of a code or of its longest known prefix before a dot, else None.

    A row for the HTTP status takes precedence over one for any status. The ``code`` of the row
    may be shorter than the provider's, which is the one to report.

    Parameters
    ----------
    codes: a provider's table.
    code: the code as the provider sent it, e.g. ``RequestLimitExceeded.UinLimitExceeded``.
    status: the HTTP status of the response, if known.
    """
    while code:
        row = codes.get(f"{code}/{status}") or codes.get(code)
        if row is not None:
            return row
        code = code.rpartition(".")[0]
    return None


_CATEGORY_OF_STATUS = {
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    408: "unavailable",
    409: "conflict",
    429: "throttled",
    499: "unavailable",
}


def category_of_status(status: int) -> str:
    """Return the category for an HTTP status, used if the code is in no table.

    nginx's 499, like 408, is about the time that a request took, not about the request.
    A bare 400 is ``refused``: without a known code it is not certain that the caller's
    parameters are wrong.
    """
    if status >= 500:
        return "unavailable"
    return _CATEGORY_OF_STATUS.get(status, "refused")
