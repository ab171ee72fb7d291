"""All errors that a run can fail with.

::

    SyncError                     base class: category, who can fix it, retryable, hint
    ├── InvalidInput              the caller: a parameter is missing or wrong
    ├── Misconfigured             the deployer: a setting or a credential source
    ├── ProviderError             the provider rejected the request
    │   ├── Unauthenticated       it did not accept the credentials
    │   ├── Forbidden             the identity lacks a permission
    │   ├── NotFound              the resource does not exist
    │   ├── Conflict              the resource's current state does not allow it
    │   ├── Throttled             too many requests
    │   ├── Unavailable           the provider is unavailable
    │   └── Rejected              any other rejection
    ├── TransportError            no usable response; its ``outcome_unknown`` may be true
    │   ├── TimedOut              no response in time; DeadlineExceeded at the run's own deadline
    │   ├── Unreachable           no connection, or a broken one
    │   └── BadResponse           a response that is not the documented one
    └── Internal                  a bug in this project

    SyncFailed                    raised for a failed run of a timer or a workflow
    └── SyncRetryable             … if a retry may help
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class SyncError(Exception):
    """Base class of all errors: what went wrong, who can fix it and how.

    Parameters
    ----------
    message: what happened; the provider's own text if there is one.
    code: the provider's code, or one of this project's.
    hint: what a person should do next; empty for the class's default.
    http_status: the provider's HTTP status, if it responded.
    retryable: whether a retry may help; None for the class's default.
    request_id: the provider's ID of the request, if known.
    retry_after: seconds to wait before a retry, if the provider named them.
    data: what is known despite the failure; becomes the result's ``data``.
    """

    category: ClassVar[str] = "internal"
    fault: ClassVar[str] = "us"
    default_code: ClassVar[str] = "Internal"
    default_retryable: ClassVar[bool] = False
    default_hint: ClassVar[str] = "Search the function's log for the invocation ID."

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
        self.hint = hint or self.default_hint
        self.http_status = http_status
        self.retryable = self.default_retryable if retryable is None else retryable
        self.request_id = request_id
        self.retry_after = retry_after
        self.data: Mapping[str, object] = data or {}
        self.outcome_unknown = False
        """Whether the request may have been processed all the same."""
        self.after_unknown_outcome = False
        """Whether an earlier attempt got no response, so that it may have been processed."""
        self.is_unconfirmed_write = False
        """Whether it is all that is known of a change that may have been made."""
        self.unconfirmed_hint = ""
        """The part of the hint that is about such a change."""

    def mark_unconfirmed(self, hint: str) -> None:
        """Say that a change may have been made, unless the error says so already.

        Parameters
        ----------
        hint: what to do about it; added to the error's own.
        """
        if not self.is_unconfirmed_write:
            self.is_unconfirmed_write = True
            self.unconfirmed_hint = hint
            self.hint = f"{self.hint} {hint}".strip()

    def follow_unconfirmed(self, earlier: SyncError) -> None:
        """Say what an earlier error said of a change that may have been made.

        Parameters
        ----------
        earlier: the error of an earlier attempt at the same change, whose outcome is unknown.
        """
        self.after_unknown_outcome = True
        self.mark_unconfirmed(earlier.unconfirmed_hint)

    @property
    def may_have_been_processed(self) -> bool:
        """Whether this request, or an earlier attempt, may have been processed."""
        return self.outcome_unknown or self.after_unknown_outcome


class InvalidInput(SyncError):
    """A parameter is missing, unknown or wrong, as this project or the provider found."""

    category = "invalid_input"
    fault = "caller"
    default_code = "InvalidInput"
    default_hint = "Correct the parameters, then run it again."


class Misconfigured(SyncError):
    """A setting or a credential source is missing, incomplete or wrong."""

    category = "misconfigured"
    fault = "deployer"
    default_code = "Misconfigured"
    default_hint = "Correct the function's settings; docs/settings.md lists them."


class ProviderError(SyncError):
    """The provider rejected the request."""

    fault = "provider"
    category = "refused"
    default_code = "Refused"
    default_hint = (
        "Look up the error code in the provider's documentation; if it persists, contact the "
        "provider's support with the request ID."
    )


class Unauthenticated(ProviderError):
    """The provider did not accept the credentials."""

    category = "unauthenticated"
    fault = "deployer"
    default_code = "Unauthenticated"
    expired_signature = False
    """Whether the provider says that the signature has expired."""


class Forbidden(ProviderError):
    """The identity is valid but lacks a permission."""

    category = "forbidden"
    fault = "deployer"
    default_code = "Forbidden"


class NotFound(ProviderError):
    """The named resource does not exist at the provider."""

    category = "not_found"
    fault = "caller"
    default_code = "NotFound"


class Conflict(ProviderError):
    """The resource's current state does not allow the request."""

    category = "conflict"
    default_code = "Conflict"


class Throttled(ProviderError):
    """Too many requests from this function or the account."""

    category = "throttled"
    default_code = "Throttled"
    default_retryable = True


class Unavailable(ProviderError):
    """The provider is unavailable."""

    category = "unavailable"
    default_code = "Unavailable"
    default_retryable = True


class Rejected(ProviderError):
    """Any other rejection."""


class TransportError(SyncError):
    """There is no usable response.

    ``outcome_unknown`` is true if the request may have reached the provider, so that its outcome is
    unknown.
    """

    fault = "network"
    default_retryable = True

    def __init__(
        self,
        message: str,
        *,
        outcome_unknown: bool = False,
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
        self.outcome_unknown = outcome_unknown


class TimedOut(TransportError):
    """No response arrived in time."""

    category = "timeout"
    default_code = "TimedOut"
    default_hint = (
        "Usually temporary. If it persists, check the network between the function and the "
        "provider."
    )


class DeadlineExceeded(TimedOut):
    """The run reached its deadline; nothing more is sent."""

    default_code = "OutOfTime"


class Unreachable(TransportError):
    """The connection could not be established, or it broke."""

    category = "unreachable"
    default_code = "Unreachable"
    default_hint = (
        "Usually temporary. If it persists, check the endpoint, the proxy and the network of the "
        "function."
    )


class BadResponse(TransportError):
    """The response is not the documented one."""

    category = "bad_response"
    fault = "provider"
    default_code = "BadResponse"
    default_hint = (
        "Check whether a proxy or a wrong endpoint responds instead of the provider; otherwise "
        "give the request ID to the provider's support."
    )


class Internal(SyncError):
    """A bug in this project."""


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
        Rejected,
    )
}
"""Category -> error class, for the categories that a provider's code may map to."""

CATEGORIES = (*PROVIDER_ERRORS, "timeout", "unreachable", "bad_response", "internal")
"""Every value of ``error.category``."""


class SyncFailed(Exception):
    """Raised for a failed run of a timer or a workflow; its message is the result's JSON."""


class SyncRetryable(SyncFailed):
    """A failed run that may succeed if retried; workflow engines retry only this one."""
