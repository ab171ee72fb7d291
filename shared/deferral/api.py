"""What each platform's invoke API is asked for, in the same words for all four."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from shared.arrival import Visit
from shared.errors import BadResponse, SyncError
from shared.models.answer import error_for
from shared.models.error_code import ErrorCode
from shared.models.identity import Keys
from shared.models.wire import Request, Response


class InvokeApi(Protocol):
    """The API by which a function's own platform runs it again; one module a platform.

    ``NAME``: the API's name, for people. ``PERMISSION``: what the function's role must be
    allowed. ``ENDPOINT``: the setting that may name another URL. ``LARGEST``: bytes of the
    largest event that an asynchronous invocation takes.
    """

    @property
    def NAME(self) -> str: ...  # noqa: N802 - a constant of a module, as those below

    @property
    def PERMISSION(self) -> str: ...  # noqa: N802

    @property
    def ENDPOINT(self) -> str: ...  # noqa: N802

    @property
    def LARGEST(self) -> int: ...  # noqa: N802

    def keys(self, visit: Visit, /) -> Keys | None:
        """Return the keys of the function's role, None if it has no role.

        Raises
        ------
        Misconfigured: they are half-set.
        """
        ...

    def request(
        self, visit: Visit, event: bytes, keys: Keys, /, *, now: datetime, nonce: str
    ) -> Request:
        """Return the signed request for an asynchronous run of the function itself.

        Parameters
        ----------
        visit: tells which function it is.
        event: what it is to be run with: a JSON object in UTF-8.
        keys: its role's.
        now, nonce: as the signature wants them.

        Raises
        ------
        Misconfigured: what names the function is missing, or an endpoint setting is wrong.
        """
        ...

    def read(self, response: Response, /) -> str | None:
        """Return the id of the run that the platform has taken on, None if it names none.

        Raises
        ------
        ProviderError: it refused.
        BadResponse: the answer is not the documented one; ``lost`` if the run may have begun.
        """
        ...


def refusal(
    response: Response,
    codes: Mapping[str, ErrorCode],
    *,
    code: object,
    message: object,
    request_id: str | None,
) -> SyncError:
    """Return the error of an answer that is a no.

    Parameters
    ----------
    response: the answer.
    codes: what the platform's codes mean where the HTTP status does not tell.
    code, message: the platform's own, whatever they are.
    request_id: the platform's id of the request.
    """
    return error_for(
        codes,
        code=code if isinstance(code, str) and code else None,
        message=message if isinstance(message, str) else "",
        status=response.status,
        request_id=request_id,
    )


def undocumented(name: str, response: Response, request_id: str | None) -> BadResponse:
    """Return the error for a good status that the API does not document; ``name`` is the API."""
    return BadResponse(
        f"{name} answered in a way that it does not document (HTTP {response.status})",
        lost=True,
        code="UndocumentedAnswer",
        http_status=response.status,
        request_id=request_id,
    )
