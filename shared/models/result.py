"""The result of a run, the same for every operation, provider and platform."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

SCHEMA_VERSION: Literal["2"] = "2"

Status = Literal[
    "succeeded", "accepted", "running", "unchanged", "idle", "planned", "failed", "partial"
]
STATUSES: tuple[str, ...] = get_args(Status)

Trigger = Literal["direct", "timer", "workflow", "http", "chat"]
TRIGGERS: tuple[str, ...] = get_args(Trigger)


class Outcome(NamedTuple):
    """What an operation concludes from the provider's responses.

    Parameters
    ----------
    status: the state of the work.
    summary: one sentence for people.
    data: what the provider reported, in the operation's own keys.
    warnings: problems that did not fail the run; they go to the log.
    hints: what would make the runs better, such as a missing permission; reported once per process.
    """

    status: Status
    summary: str
    data: Mapping[str, object] = MappingProxyType({})
    warnings: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


class ErrorBody(NamedTuple):
    """Why a run failed, and what to do about it.

    Parameters
    ----------
    category: one of :data:`shared.errors.CATEGORIES`.
    code: the provider's code, or one of this project's.
    message: the provider's text with secrets redacted, at most 1,000 characters.
    http_status: the provider's HTTP status, null if it did not respond.
    retryable: whether a retry may help.
    hint: what a person should do next.
    """

    category: str
    code: str
    message: str
    http_status: int | None
    retryable: bool
    hint: str


class Result(NamedTuple):
    """The result of one run; every key is always present.

    Parameters
    ----------
    schema_version: the version of these keys.
    operation: the operation's ID.
    status: the state of the work.
    summary: one sentence for people.
    provider: ``alibaba``, ``tencent`` or ``huawei``.
    account: the account's name in the accounts file, ``default`` if none is named; null for
        several targets.
    region: the provider's region, null if not known.
    data: what the provider reported, in the operation's own keys.
    error: why it failed, null if it did not.
    provider_request_ids: the provider's request IDs, in order.
    attempts: requests sent to the operation's own service, including retries.
    trigger: what started the run.
    invocation_id: the platform's request ID, null without a platform.
    started_at: RFC 3339, UTC, milliseconds.
    duration_ms: how long it took.
    """

    schema_version: Literal["2"]
    operation: str
    status: Status
    summary: str
    provider: str
    account: str | None
    region: str | None
    data: Mapping[str, object]
    error: ErrorBody | None
    provider_request_ids: tuple[str, ...]
    attempts: int
    trigger: Trigger
    invocation_id: str | None
    started_at: str
    duration_ms: int

    def as_dict(self) -> dict[str, object]:
        """Return the result as a JSON object, in the contract's order of keys."""
        return {
            **self._asdict(),
            "data": dict(self.data),
            "error": None if self.error is None else self.error._asdict(),
            "provider_request_ids": list(self.provider_request_ids),
        }
