"""pydantic models of the result: the source of its published JSON Schema.

At run time a result is the named tuple in :mod:`shared.models.result`, which does not slow down
a cold start; a test compares the two.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from shared.models.effects import Effect
from shared.models.parameters import Timestamp
from shared.models.result import Status, Trigger


class Document(BaseModel):
    """Base class: every key is required, and no other is allowed."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Verified(TypedDict):
    """Whether the effect of a run is there, and how that is known."""

    effect: Effect
    by: list[str]
    at: Timestamp | None


class Attention(TypedDict):
    """Something at the provider that needs a person."""

    id: str | None
    name: str | None
    why: str


class EffectData(TypedDict):
    """What every operation's ``data`` has.

    ``verified`` is null if the permission to look is missing, if the run only reads, or if it
    failed before it could look. ``attention_count`` is larger than the list if not all fit.
    """

    verified: Verified | None
    attention: list[Attention]
    attention_count: int


class ErrorDocument(Document):
    """Why a run failed, and what to do about it."""

    category: str = Field(description="What kind of error it is.")
    code: str = Field(description="The provider's code, or one of this project's.")
    message: str = Field(max_length=1000, description="The provider's text with secrets redacted.")
    http_status: int | None = Field(
        description="The provider's HTTP status, null if it did not respond."
    )
    retryable: bool = Field(description="Whether a retry may help.")
    hint: str = Field(description="What a person should do next.")


class PlannedRequest(Document):
    """One request in a dry run's list."""

    service: str
    action: str
    method: Literal["GET", "POST", "PUT"]
    url: str = Field(description="Values that are not known yet are placeholders in braces.")
    body: dict[str, Any] | None
    writes: bool


class PlannedDocument(Document):
    """A dry run: the requests that a run would send, unsigned, with secrets masked."""

    requests: list[PlannedRequest]


class FleetDocument(Document):
    """The data of a run for several targets."""

    counts: dict[str, int] = Field(description="How many targets have each status.")
    results: list[dict[str, Any]] = Field(
        description="The results of the targets in their order; on a timer or in a workflow those "
        "that need a person, if all of them are too large."
    )
    results_shortened: int = Field(
        ge=0, description="How many of these results have only the part of their data for a person."
    )
    results_left_out: int = Field(ge=0, description="How many results are only in counts.")
    attention_count: int = Field(
        ge=0, description="How many items need attention, in all targets together."
    )
    not_started: list[dict[str, Any]] = Field(
        description="The targets for which there was no time, as many as fit."
    )
    not_started_count: int = Field(ge=0, description="How many targets were not started.")
    continue_with: dict[str, Any] | None = Field(
        description="An event that runs the targets that were not started, null if there are none."
    )


class ShortenedData(Document):
    """What is left of a target's data if all results together are too large."""

    verified: Verified | None = None
    attention: list[Attention] = []
    attention_count: int = 0


class ResultDocument(Document):
    """The result of one run; every key is always present."""

    schema_version: Literal["2"] = Field(description="The version of these keys.")
    operation: str = Field(description="The operation's ID.")
    status: Status = Field(description="The state of the work.")
    summary: str = Field(description="One sentence for people.")
    provider: str = Field(description="alibaba, tencent or huawei.")
    account: str | None = Field(
        description="The account's name in the accounts file, default if none is named; null if "
        "there are several targets."
    )
    region: str | None = Field(description="The provider's region, null if not known.")
    data: dict[str, Any] = Field(
        description="What the provider reported, in the operation's own keys."
    )
    error: ErrorDocument | None = Field(description="Why it failed, null if it did not.")
    provider_request_ids: list[str] = Field(description="The provider's request IDs, in order.")
    attempts: int = Field(
        ge=0,
        description="Requests sent to the operation's own service, including retries.",
    )
    trigger: Trigger = Field(description="What started the run.")
    invocation_id: str | None = Field(
        description="The platform's request ID, null without a platform."
    )
    started_at: Timestamp = Field(description="RFC 3339, UTC, milliseconds.")
    duration_ms: int = Field(ge=0, description="How long it took.")
