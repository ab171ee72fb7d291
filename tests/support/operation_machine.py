"""What the state machines of the operations have in common.

A machine runs one operation again and again against the emulator, in a new process or a warm one,
while requests meet faults and the provider's state changes. Each run is compared with a model of
the contract (``predict``), and with what the emulator did.

A failure prints the steps that lead to it; ``pytest --hypothesis-seed=N`` repeats a run of the
tests, and ``TEST_LONG=1`` searches longer.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from contextlib import redirect_stdout
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from functions.registry import load
from local.emulator import Emulator
from shared.client.transport import HttpTransport
from shared.entrypoint import handle
from shared.errors import SyncFailed, SyncRetryable
from shared.models.http import Transport
from shared.models.operation import Operation
from shared.runtime import Runtime
from tests.fault_injection.invariants import NOT_SENT, SOMEBODY_ELSE, result_schema
from tests.fault_injection.run import NO_HOME, secrets_of
from tests.support.clocks import FakeClock
from tests.support.examples import examples
from tests.support.observed_transport import Exchange, ObservedTransport, Script, Step
from tests.support.platform_calls import PLATFORMS, TOKEN, platform_call
from tests.support.provider_answer import OPTIONAL

MACHINE_SETTINGS = settings(max_examples=examples(400), stateful_step_count=12, print_blob=True)

SHOWN = 2_000
"""Characters of each part of a run that is not as expected."""

MAX_ATTEMPTS = 4
MAX_WAIT = 60.0
"""A provider that asks for a longer wait ends the run."""

MAX_BACKOFF = 20.0
HTTP_SECONDS = 25.0
UNSET: Any = object()
"""``triggered`` of a result whose data does not have it."""

HTTP_STATUS = {
    **dict.fromkeys(("succeeded", "unchanged", "idle", "planned"), 200),
    **dict.fromkeys(("accepted", "running"), 202),
    "invalid_input": 400,
    "not_found": 404,
    "conflict": 409,
    "throttled": 429,
    **dict.fromkeys(("misconfigured", "internal"), 500),
    **dict.fromkeys(("unauthenticated", "forbidden", "refused", "bad_response"), 502),
    **dict.fromkeys(("unavailable", "unreachable"), 503),
    "timeout": 504,
}
"""Status, or category of a failure -> status of the HTTP response."""


class How(NamedTuple):
    """How the platform runs the function.

    Parameters
    ----------
    platform, trigger: one of four each.
    limit_seconds: the function's timeout.
    """

    platform: str
    trigger: str
    limit_seconds: float

    @property
    def seconds(self) -> float:
        """The seconds that the run has, without the margin that is kept for the response."""
        limit = min(self.limit_seconds, HTTP_SECONDS if self.trigger == "http" else 1e9)
        return limit - max(0.5, limit * 0.05)


DIRECT = How("aws", "direct", 900.0)


def ways(*triggers: str) -> st.SearchStrategy[How]:
    """Return a strategy for how the platform runs the function; without triggers, by three."""
    return st.builds(
        How,
        st.sampled_from(sorted(PLATFORMS)),
        st.sampled_from(triggers or ("direct", "timer", "http")),
        st.sampled_from((900.0, 60.0, 3.0)),
    )


class Run(NamedTuple):
    """A run and its requests.

    Parameters
    ----------
    how: how it was run.
    result: the result.
    exchanges: its requests, the look-up of a project included.
    seconds: how long it took by the fake clock.
    started_at: when it began by that clock.
    """

    how: How
    result: Mapping[str, Any]
    exchanges: list[Exchange]
    seconds: float
    started_at: float

    @property
    def data(self) -> Mapping[str, Any]:
        """The result's data."""
        data: Mapping[str, Any] = self.result["data"]
        return data

    @property
    def writes(self) -> list[Exchange]:
        """The requests for the operation's effect."""
        return [each for each in self.exchanges if each.writes]

    @property
    def out_of_time(self) -> bool:
        """Whether there was no time for another request."""
        error = self.result["error"]
        return error is not None and error["code"] == "OutOfTime"


class Expected(NamedTuple):
    """What the model expects of a run.

    Parameters
    ----------
    status: of the result.
    category: of the error, None if the run does not fail.
    triggered: of the data.
    """

    status: str
    category: str | None = None
    triggered: Any = UNSET


def failure(exchange: Exchange, triggered: Any = UNSET) -> Expected:
    """Return what is expected of a run that fails because of this exchange."""
    return Expected("failed", exchange.answer.category, triggered)


Call = list[Exchange]
"""All attempts of one call."""


def calls(exchanges: Iterable[Exchange]) -> list[Call]:
    """Return the exchanges by call: an attempt repeats the one before, which was not good."""
    found: list[Call] = []
    for each in exchanges:
        last = found[-1][-1] if found else None
        if last is not None and not last.answer.good and same_call(last, each):
            found[-1].append(each)
        else:
            found.append([each])
    return found


def same_call(one: Exchange, other: Exchange) -> bool:
    """Return whether two requests are the same but for the signature."""
    return one.action == other.action and one.request._replace(
        headers={}
    ) == other.request._replace(headers={})


class OperationMachine(RuleBasedStateMachine):
    """A state machine over one operation.

    Attributes
    ----------
    operation_id: the operation.
    """

    operation_id: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.emulator = Emulator().start()
        self.emulator.tencent.requests_per_second = None
        self.clock = FakeClock()
        self.script = Script()
        self.is_temporary = False
        self.others_started = 0
        self.transports: list[HttpTransport] = []
        self.start_process()

    def teardown(self) -> None:
        for transport in self.transports:
            for manager in transport._managers.values():
                manager.clear()  # closes the connections
        self.emulator.stop()

    @property
    def operation(self) -> Operation:
        """The operation."""
        return load(self.operation_id)

    # What each machine says about its operation.

    def predict(self, run: Run) -> Expected:
        """Return what the contract says of a run with these exchanges."""
        raise NotImplementedError

    def settings(self) -> dict[str, str]:
        """Return the function's own settings: the tasks that callers may use."""
        return {"OMS_TASKS": json.dumps({task: {} for task in self.emulator.huawei.tasks})}

    def may_repeat(self, call: Call, position: int) -> bool:
        """Return whether a write may be repeated although an attempt's outcome is unknown."""
        return False

    # Rules

    @rule(change=st.sampled_from(("process", "process", "connections", "keys", "time")))
    def change_surroundings(self, change: str) -> None:
        """A new process, closed connections, other keys, or another day."""
        if change == "process":
            self.start_process()
        elif change == "connections":
            self.emulator.close_connections()
        elif change == "keys":
            self.is_temporary = not self.is_temporary
        else:
            self.clock.spend(86_400.0)

    def start_process(self) -> None:
        self.runtime = Runtime(
            environ={},
            home=NO_HOME,
            clock=self.clock,
            random=lambda: 0.5,
            transport_factory=self.make_transport,
        )

    def make_transport(self, *network: str | None) -> Transport:
        transport = HttpTransport(*network)
        self.transports.append(transport)
        return ObservedTransport(transport, self.emulator, self.clock, lambda: self.script)

    # Running

    def run(
        self,
        parameters: Mapping[str, object],
        steps: Iterable[Step] = (),
        how: How = DIRECT,
        *,
        only_reads: bool = False,
    ) -> Run:
        """Run the operation once, check what holds for every run, and compare it with the model."""
        run = self.perform(parameters, steps, how, only_reads=only_reads)
        try:
            self.check_calls(run)
            if run.out_of_time:
                assert how.seconds - run.seconds < 0.2 + 1e-6, "there was time left"
            expected = self.predict(run)
            assert run.result["status"] == expected.status
            assert (run.result["error"] or {}).get("category") == expected.category
            assert run.data.get("triggered", UNSET) == expected.triggered
            self.check_truth(run)
        except AssertionError as error:
            error.add_note(f"{parameters} {how}") if hasattr(error, "add_note") else None
            self.explain(run)
            raise
        return run

    def explain(self, run: Run) -> None:
        """Print a run that is not as expected."""
        for shown in (json.dumps(run.result), *map(repr, run.exchanges)):
            print(shown[:SHOWN])  # noqa: T201 - shown with a failure

    def perform(
        self, parameters: Mapping[str, object], steps: Iterable[Step], how: How, *, only_reads: bool
    ) -> Run:
        """Call the handler as the platform does; check the form of what comes back."""
        self.script = Script(list(steps))
        operation = self.operation
        if only_reads:
            operation = operation.read_only_variant() or operation
        environ = self.emulator.environment(temporary=self.is_temporary or how.platform != "aws")
        environ |= {"HTTP_BEARER_TOKENS": TOKEN, "LOG_LEVEL": "DEBUG", **self.settings()}
        called = platform_call(
            how.platform,
            how.trigger,
            operation.function,
            parameters,
            environ,
            limit_seconds=how.limit_seconds,
        )
        started_at, log = self.clock.monotonic(), io.StringIO()
        raised: SyncFailed | None = None
        returned: Any = None
        with redirect_stdout(log):
            try:
                runtime = self.runtime.with_environ(called.environ)
                returned = handle(operation, called.event, called.context, runtime)
            except SyncFailed as error:
                raised = error
        result = json.loads(str(raised)) if raised is not None else returned
        if how.trigger == "http":
            result = json.loads(returned["body"])
            check_http_response(returned, result)
        run = Run(
            how, result, self.script.exchanges, self.clock.monotonic() - started_at, started_at
        )
        check_result(run, raised)
        check_output(json.dumps([returned, str(raised)]) + log.getvalue(), environ)
        for line in log.getvalue().splitlines():
            assert "frames" not in json.loads(line), line
        return run

    # What holds for every run

    def check_calls(self, run: Run) -> None:
        """Check each repetition, and that no call was given up too early."""
        for call in calls(run.exchanges):
            for position, (attempt, following) in enumerate(pairwise(call)):
                answer = attempt.answer
                assert answer.category in {
                    *("throttled", "unavailable", "unreachable", "timeout", "bad_response"),
                    "unauthenticated",
                }, "repeated after a refusal"
                assert following.at - attempt.at >= answer.wait_seconds, "did not wait"
                if attempt.writes and answer.outcome == "unknown":
                    assert self.may_repeat(call, position), "repeated a write that may be done"
            skewed = any(each.answer.category == "unauthenticated" for each in call[:-1])
            assert len(call) - skewed <= MAX_ATTEMPTS, "too many attempts"
            last = call[-1]
            if last.answer.category == "unauthenticated" and last.has_other_clock:
                assert skewed, "did not sign again with the provider's time"
            left = run.how.seconds - (last.at - run.started_at)
            wait = last.answer.wait_seconds
            is_tried_on = last.action not in OPTIONAL and len(call) - skewed < MAX_ATTEMPTS
            if last.answer.category == "throttled" and is_tried_on:
                assert wait > MAX_WAIT or left < wait + MAX_BACKOFF + 0.2, "gave up too early"

    def check_truth(self, run: Run) -> None:
        """Check that the result does not deny or invent work of the provider."""
        done = any(each.processed for each in run.writes)
        unknown = any(each.answer.outcome == "unknown" for each in run.writes)
        triggered = run.data.get("triggered", UNSET)
        if triggered is True:
            invented = not done and not any(each.is_false for each in run.writes)
            misled = self.others_started or any(each.misleads for each in run.exchanges)
            assert not invented or (unknown and misled), "claims what it did not do"
        if triggered is False:
            assert not done, "denies what was done"
        if triggered is None:
            assert unknown, "does not know what it could know"
        error = run.result["error"] or {}
        told = " ".join((run.result["summary"], error.get("message", ""), error.get("hint", "")))
        if done:
            assert not NOT_SENT.search(told), told
            assert not SOMEBODY_ELSE.search(told), told
        if error and self.is_unconfirmed(run):
            assert self.operation.unknown_outcome_hint in told or "console" in told, told

    def is_unconfirmed(self, run: Run) -> bool:
        """Whether a failed run must say that a write may have been done.

        ``triggered`` says it where a look, or OMS's rejection, came after that write.
        """
        writes = [call for call in calls(run.exchanges) if call[0].writes]
        if "triggered" in run.data:
            del writes[:-1]
        return any(
            any(each.answer.outcome == "unknown" for each in call)
            for call in writes
            if not call[-1].answer.good and call[-1].answer.code != "ImageAlreadyExists"
        )


def check_result(run: Run, raised: SyncFailed | None) -> None:
    """Check the form of a result, and how it left the function."""
    result, failed = run.result, run.result["status"] == "failed"
    data = {**result["data"]}
    if "servers" in data:
        data["servers"] = data["servers"][:3]  # they are all alike, and the check takes long
    errors = result_schema().iter_errors({**result, "data": data})
    assert [each.message for each in errors] == []
    assert failed == (result["error"] is not None)
    assert (raised is not None) == (failed and run.how.trigger in {"timer", "workflow"})
    if failed:
        assert result["error"]["hint"]
        assert raised is None or isinstance(raised, SyncRetryable) == result["error"]["retryable"]
    assert result["trigger"] == run.how.trigger
    own = [each for each in run.exchanges if each.action != "KeystoneListProjects"]
    assert result["attempts"] == len(own)
    assert abs(result["duration_ms"] / 1000 - run.seconds) < 0.001
    assert run.seconds <= run.how.seconds + 1e-6 or not run.exchanges, "took too long"


def check_http_response(response: Mapping[str, Any], result: Mapping[str, Any]) -> None:
    """Check that the status of an HTTP response is that of its result."""
    error = result["error"]
    assert response["statusCode"] == HTTP_STATUS[error["category"] if error else result["status"]]
    if response["statusCode"] == 429:
        names = {name.lower() for name in response["headers"]}
        assert "retry-after" in names


def check_output(output: str, environ: Mapping[str, str]) -> None:
    """Check that nothing that leaves the function contains a secret."""
    for secret in secrets_of(dict(environ)):
        if secret.startswith("{"):
            continue  # OMS_TASKS has none
        assert secret not in output
