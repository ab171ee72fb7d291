"""The common interface to the invoke APIs of the four platforms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from shared.errors import BadResponse, SyncError
from shared.invocation import Invocation
from shared.models.credentials import AccessKey
from shared.models.error_code import ErrorCode
from shared.models.http import Request, Response
from shared.models.provider_errors import error_from_code


class InvokeApi(Protocol):
    """The API through which a function invokes itself; one module per platform."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a constant of a module
        """The API's name, for people."""
        ...

    @property
    def PERMISSION(self) -> str:  # noqa: N802
        """The permission that the function's role needs."""
        ...

    @property
    def ENDPOINT(self) -> str:  # noqa: N802
        """The setting that overrides the API's URL."""
        ...

    @property
    def MAX_EVENT_BYTES(self) -> int:  # noqa: N802
        """The maximum size of the event of an asynchronous invocation."""
        ...

    @property
    def KEY_SETTINGS(self) -> tuple[str, str, str] | None:  # noqa: N802
        """The settings in which the runtime may put the role's ID, secret and token."""
        ...

    def request(
        self, invocation: Invocation, event: bytes, keys: AccessKey, /, *, now: datetime, nonce: str
    ) -> Request:
        """Return the signed request for an asynchronous invocation of the function itself.

        Parameters
        ----------
        invocation: the current invocation, which identifies the function.
        event: the event of the new invocation: a JSON object in UTF-8.
        keys: those of the function's role.
        now, nonce: for the signature.

        Raises
        ------
        Misconfigured: the function cannot be identified, or an endpoint setting is wrong.
        """
        ...

    def parse_response(self, response: Response, /) -> str | None:
        """Return the ID of the queued invocation, None if the platform returns none.

        Raises
        ------
        ProviderError: the platform rejected the request.
        BadResponse: the response is not the documented one; ``outcome_unknown`` if it may be
            queued.
        """
        ...


def rejected(
    response: Response,
    codes: Mapping[str, ErrorCode],
    *,
    code: object,
    message: object,
    request_id: str | None,
) -> SyncError:
    """Return the error for an error response.

    Parameters
    ----------
    response: the response.
    codes: the platform's codes whose meaning differs from the HTTP status.
    code, message: as in the response, not validated yet.
    request_id: the platform's ID of the request.
    """
    return error_from_code(
        codes,
        code=code if isinstance(code, str) and code else None,
        message=message if isinstance(message, str) else "",
        status=response.status,
        request_id=request_id,
    )


def undocumented_response(name: str, response: Response, request_id: str | None) -> BadResponse:
    """Return the error for an undocumented 2xx response; ``name`` is the API's."""
    return BadResponse(
        f"{name} returned an undocumented response (HTTP {response.status})",
        outcome_unknown=True,
        code="UndocumentedAnswer",
        http_status=response.status,
        request_id=request_id,
    )
