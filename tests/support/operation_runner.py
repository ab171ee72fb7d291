"""Runs an operation's flow with a list of replies and no network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from types import MappingProxyType
from typing import Any

from local.json_schemas.result import data_model
from shared import validation
from shared.errors import SyncError
from shared.models.flow import ApiCall, ApiResponse, Flow, Sleep
from shared.models.operation import CallContext, Operation
from shared.models.result import Outcome

NOW = datetime(2026, 11, 21, 20, 24, 29, 123000, tzinfo=timezone.utc)

CONTEXT = CallContext(region="cn-north-4", project_id="exampleproject", trigger="direct", now=NOW)

ProviderReply = Mapping[str, object] | ApiResponse | SyncError | None


@dataclass
class FlowRun:
    """What a flow did.

    Parameters
    ----------
    outcome, error: how it ended; one of them is None.
    calls: its API calls, in order.
    pauses: the pauses that were granted.
    unused_replies: the replies it never requested.
    """

    outcome: Outcome | None = None
    error: SyncError | None = None
    calls: list[ApiCall] = field(default_factory=list)
    pauses: list[Sleep] = field(default_factory=list)
    unused_replies: list[ProviderReply] = field(default_factory=list)

    @property
    def successful_outcome(self) -> Outcome:
        """The outcome of a run that must have succeeded and used every reply."""
        assert self.error is None, self.error
        assert self.outcome is not None
        assert not self.unused_replies, "replies were never requested"
        return self.outcome

    @property
    def expected_error(self) -> SyncError:
        """The error of a run that must have failed and used every reply."""
        assert self.outcome is None, self.outcome
        assert self.error is not None
        assert not self.unused_replies, "replies were never requested"
        return self.error

    @property
    def actions(self) -> list[str]:
        """The provider's names of what was called."""
        return [call.action for call in self.calls]

    @property
    def writes(self) -> list[ApiCall]:
        """The calls that change something."""
        return [call for call in self.calls if call.writes]


def run_flow(
    steps: Flow[Outcome],
    *replies: ProviderReply,
    most_pauses: int = 1000,
    by_action: Mapping[str, ProviderReply] = MappingProxyType({}),
) -> FlowRun:
    """Run a flow with these replies: bodies and responses are sent, errors are thrown.

    A pause is granted as long as all of them stay within what the step allows, and there
    were fewer than ``most_pauses``. ``by_action`` has the replies to calls that are answered
    the same however often they come, and that are not among the others.
    """
    run = FlowRun(unused_replies=list(replies))
    value: Any = None
    failure: SyncError | None = None
    try:
        while True:
            step = steps.send(value) if failure is None else steps.throw(failure)
            value, failure = None, None
            if isinstance(step, Sleep):
                spent = sum(pause.seconds for pause in run.pauses)
                value = (
                    spent + step.seconds <= step.max_total_seconds and len(run.pauses) < most_pauses
                )
                if value:
                    run.pauses.append(step)
                continue
            run.calls.append(step)
            if step.action in by_action:
                reply = by_action[step.action]
            else:
                assert run.unused_replies, f"no reply left for {step.action}"
                reply = run.unused_replies.pop(0)
            if isinstance(reply, SyncError):
                failure = reply
            elif isinstance(reply, ApiResponse):
                value = reply
            else:
                value = ApiResponse(reply, request_id=f"request-{len(run.calls)}")
    except StopIteration as stop:
        run.outcome = stop.value
    except SyncError as error:
        run.error = error
    return run


def run_operation(
    operation: Operation,
    raw: Mapping[str, object],
    *replies: ProviderReply,
    trigger: str = "direct",
    context: CallContext = CONTEXT,
    most_pauses: int = 1000,
    by_action: Mapping[str, ProviderReply] = MappingProxyType({}),
) -> FlowRun:
    """Run an operation with the parameters of an event."""
    params = validation.parse_parameters(raw, {}, operation)
    steps = operation.flow(params, context._replace(trigger=trigger))
    return run_flow(steps, *replies, most_pauses=most_pauses, by_action=by_action)


def keys_of(operation: Operation) -> Iterable[str]:
    """Return the keys that an operation promises for ``data``."""
    return data_model(operation.id).__annotations__.keys()
