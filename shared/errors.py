"""Every error a run can end with.

::

    SyncError                     root: category, whose fault, retry?, hint
    ├── InvalidInput              the caller: the event does not fit the contract
    ├── Misconfigured             the deployer: a setting or a credential source
    ├── ProviderError             the provider answered, and said no
    │   ├── Unauthenticated       who we are was not accepted
    │   ├── Forbidden             we are known, and may not
    │   ├── NotFound              what was named is not there
    │   ├── Conflict              its present state does not allow it
    │   ├── Throttled             too often
    │   ├── Unavailable           the provider is unwell
    │   └── Refused               any other no
    ├── WireError                 no usable answer; ``lost`` says if it may have had effects
    │   ├── TimedOut              time ran out; OutOfTime when it was the function's own
    │   ├── Unreachable           no connection, or a broken one
    │   └── BadResponse           an answer that is not what the page describes
    └── Internal                  us

    SyncFailed                    how a failed run leaves a timer or a workflow
    └── SyncRetryable             … when trying again may help
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class SyncError(Exception):
    """The root: what went wrong, whose fault it is and what to do about it.

    Parameters
    ----------
    message: what happened; a provider's own text where there is one.
    code: the provider's code, or ours.
    hint: what a person should do next.
    http_status: the provider's HTTP status, if it answered.
    retryable: overrides the class's own answer to "may trying again help?".
    request_id: the provider's id of the request, if it named one.
    retry_after: seconds the provider asked us to wait, if it did.
    data: what is known in spite of the failure; becomes the result's ``data``.
    """

    category: ClassVar[str] = "internal"
    fault: ClassVar[str] = "us"
    default_code: ClassVar[str] = "Internal"
    default_retryable: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        hint: str = "",
        http_status: int | None = None,
        retryable: bool | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        data: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.hint = hint
        self.http_status = http_status
        self.retryable = self.default_retryable if retryable is None else retryable
        self.request_id = request_id
        self.retry_after = retry_after
        self.data: Mapping[str, object] = data or {}
        self.after_lost = False
        """Whether an earlier answer to the same call was lost, so the work may be done."""


class InvalidInput(SyncError):
    """A parameter is missing, unknown or wrong, by our contract or by the provider."""

    category = "invalid_input"
    fault = "caller"
    default_code = "InvalidInput"


class Misconfigured(SyncError):
    """A setting or a credential source is missing, half-set or wrong."""

    category = "misconfigured"
    fault = "deployer"
    default_code = "Misconfigured"


class ProviderError(SyncError):
    """The provider answered, and its answer is a no."""

    fault = "provider"
    category = "refused"
    default_code = "Refused"


class Unauthenticated(ProviderError):
    """The provider did not accept who we are."""

    category = "unauthenticated"
    fault = "deployer"
    default_code = "Unauthenticated"
    expired_signature = False
    """Whether the provider says that the signature's time is off."""


class Forbidden(ProviderError):
    """The provider knows us and does not let us."""

    category = "forbidden"
    fault = "deployer"
    default_code = "Forbidden"


class NotFound(ProviderError):
    """What was named does not exist at the provider."""

    category = "not_found"
    fault = "caller"
    default_code = "NotFound"


class Conflict(ProviderError):
    """The present state of the thing does not allow what was asked."""

    category = "conflict"
    default_code = "Conflict"


class Throttled(ProviderError):
    """We, or the account, asked too often."""

    category = "throttled"
    default_code = "Throttled"
    default_retryable = True


class Unavailable(ProviderError):
    """The provider is unwell."""

    category = "unavailable"
    default_code = "Unavailable"
    default_retryable = True


class Refused(ProviderError):
    """Any other no."""


class WireError(SyncError):
    """There is no usable answer.

    ``lost`` is true when the request may have reached the provider, so whether
    it had effects is not known.
    """

    fault = "network"
    default_retryable = True

    def __init__(
        self,
        message: str,
        *,
        lost: bool = False,
        code: str | None = None,
        hint: str = "",
        http_status: int | None = None,
        retryable: bool | None = None,
        request_id: str | None = None,
        data: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(
            message,
            code=code,
            hint=hint,
            http_status=http_status,
            retryable=retryable,
            request_id=request_id,
            data=data,
        )
        self.lost = lost


class TimedOut(WireError):
    """No answer came in time."""

    category = "timeout"
    default_code = "TimedOut"


class OutOfTime(TimedOut):
    """The function's own time is used up; nothing more is sent."""

    default_code = "OutOfTime"


class Unreachable(WireError):
    """No connection could be made, or it broke."""

    category = "unreachable"
    default_code = "Unreachable"


class BadResponse(WireError):
    """An answer came that is not what the provider's page describes."""

    category = "bad_response"
    fault = "provider"
    default_code = "BadResponse"


class Internal(SyncError):
    """A defect of ours."""


PROVIDER_ERRORS: Mapping[str, type[SyncError]] = {
    error.category: error
    for error in (
        InvalidInput,
        Misconfigured,
        Unauthenticated,
        Forbidden,
        NotFound,
        Conflict,
        Throttled,
        Unavailable,
        Refused,
    )
}
"""The class that stands for each category a provider's code may be mapped to."""

CATEGORIES = (*PROVIDER_ERRORS, "timeout", "unreachable", "bad_response", "internal")
"""Every word ``error.category`` may be."""


class SyncFailed(Exception):
    """How a failed run leaves a timer or a workflow: its message is the result's JSON."""


class SyncRetryable(SyncFailed):
    """A failed run that may succeed when tried again; engines retry only this one."""
