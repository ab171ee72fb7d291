"""Runs one operation: address, sign, send, retry, keep the deadline, feed the generator.

Nothing here knows an operation or a provider by name. The call states what a lost
response means, the dialect what a response means, the operation what to do next; this
module enforces the rules that apply to all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shared.client import retry
from shared.client.rate_limit import RateLimit
from shared.client.transport import CONNECT_SECONDS
from shared.clock import Clock, Deadline, corrected
from shared.errors import OutOfTime, SyncError, TimedOut, Unauthenticated, WireError
from shared.models.identity import AuthToken, Credentials
from shared.models.operation import Operation, Target
from shared.models.result import Outcome
from shared.models.service import Service
from shared.models.steps import Answer, Call, Pause, Steps
from shared.models.wire import Response, Sender
from shared.pydantic_lite import parse_json

LEAST_SECONDS = 0.2
"""With less time left nothing is sent: no answer could arrive in time."""

SKEW_SECONDS = 120.0
"""A signature is rejected because of a wrong clock if the response's ``Date`` is further off."""


Report = Callable[[str, str, Mapping[str, object]], None]
"""Writes a log line: level (``debug``, ``info``, ``warning``), message and fields."""


class Tally:
    """What a run has done so far.

    Attributes
    ----------
    attempts: requests sent to the operation's own service.
    request_ids: the provider's request IDs, in the order of the responses.
    waited_seconds: time spent waiting for the provider's responses.
    """

    def __init__(self) -> None:
        self.attempts = 0
        self.request_ids: list[str] = []
        self.waited_seconds = 0.0


class LookUps:
    """Responses that may be cached for the life of the process."""

    def __init__(self) -> None:
        self._answers: dict[tuple[object, ...], Answer] = {}

    def get(self, key: tuple[object, ...]) -> Answer | None:
        """Return a cached response, or None."""
        return self._answers.get(key)

    def keep(self, key: tuple[object, ...], answer: Answer) -> None:
        """Cache a response."""
        self._answers[key] = answer


class Driver:
    """Drives one operation's generator to its outcome.

    Parameters
    ----------
    operation: what to run.
    target: where to run it.
    credentials: the identity that signs the requests.
    origin: returns the scheme and authority of a service.
    sender: sends a signed request once.
    deadline: when the run must end.
    clock, random, nonce: the time, a random number (0 to 1) and a new nonce.
    limits, look_ups: shared by all runs of a process.
    report: writes a log line.
    """

    def __init__(
        self,
        operation: Operation,
        target: Target,
        *,
        credentials: Credentials,
        origin: Callable[[Service], str],
        sender: Sender,
        deadline: Deadline,
        clock: Clock,
        random: Callable[[], float],
        nonce: Callable[[], str],
        limits: RateLimit,
        look_ups: LookUps,
        report: Report,
    ) -> None:
        self.tally = Tally()
        self._operation = operation
        self._target = target
        self._credentials = credentials
        self._origin = origin
        self._sender = sender
        self._deadline = deadline
        self._clock = clock
        self._random = random
        self._nonce = nonce
        self._limits = limits
        self._look_ups = look_ups
        self._report = report
        self._offset = 0.0
        self._pausing_since: float | None = None

    def drive(self, steps: Steps[Outcome]) -> Outcome:
        """Feed the generator until it returns.

        Raises
        ------
        SyncError: the run failed and the operation did not catch it.
        """
        answer: Any = None
        failure: SyncError | None = None
        try:
            while True:
                step = steps.send(answer) if failure is None else steps.throw(failure)
                answer, failure = None, None
                if isinstance(step, Pause):
                    answer = self._pause(step)
                    continue
                try:
                    answer = self._ask(step)
                except SyncError as error:
                    failure = error
        except StopIteration as stop:
            outcome: Outcome = stop.value
            return outcome

    def _pause(self, step: Pause) -> bool:
        now = self._clock.monotonic()
        if self._pausing_since is None:
            self._pausing_since = now
        within = step.within - (now - self._pausing_since)
        seconds = min(step.seconds, within)
        if seconds <= 0 or seconds + LEAST_SECONDS >= self._deadline.remaining():
            return False
        self._clock.sleep(seconds)
        return True

    def _ask(self, call: Call) -> Answer:
        key = self._look_up_key(call) if call.cached else None
        if key is not None and (kept := self._look_ups.get(key)) is not None:
            return kept
        answer = self._try(call)
        if key is not None:
            self._look_ups.keep(key, answer)
        return answer

    def _look_up_key(self, call: Call) -> tuple[object, ...]:
        identity = self._credentials
        who = identity.token if isinstance(identity, AuthToken) else identity.access_key_id
        return (self._origin(call.service), call.path, call.query, who)

    def _try(self, call: Call) -> Answer:
        attempt = 0
        losses = 0
        clock_corrected = False
        while True:
            attempt += 1
            response: Response | None = None
            try:
                response = self._send(call, attempt)
                answer = self._operation.dialect.read(call, response, parse_json)
            except SyncError as error:
                error.after_lost = losses > 0
                self._note(error.request_id)
                if response is not None:
                    error.retry_after = retry.asked_to_wait(response, self._clock.now())
                    if not clock_corrected and self._correct_clock(error, response):
                        clock_corrected = True
                        attempt -= 1
                        continue
                if not self._wait_to_repeat(call, error, attempt, losses):
                    self._advise(call, error, losses)
                    raise
                losses += isinstance(error, WireError) and error.lost
                continue
            self._note(answer.request_id)
            return answer.changed(after_lost=True) if losses else answer

    def _send(self, call: Call, attempt: int) -> Response:
        operation, target = self._operation, self._target
        if call.rate is not None:
            self._keep_rate(call, call.rate)
        left = self._deadline.remaining()
        if left < LEAST_SECONDS:
            raise self._out_of_time(call, sent=False)
        origin = self._origin(call.service)
        now = corrected(self._clock.now(), self._offset)
        request = operation.dialect.sign(
            call, origin, self._credentials, target, now, self._nonce()
        )
        own = call.service.name == operation.service.name
        self.tally.attempts += own
        self._report(
            "debug",
            "request",
            {"action": call.action, "host": request.host, "attempt": attempt},
        )
        began = self._clock.monotonic()
        try:
            return self._sender.send(
                request,
                connect_seconds=CONNECT_SECONDS,
                read_seconds=call.read_timeout,
                total_seconds=left,
            )
        except TimedOut as error:
            if self._deadline.remaining() < LEAST_SECONDS:
                raise self._out_of_time(call, sent=error.lost) from None
            raise
        finally:
            self.tally.waited_seconds += self._clock.monotonic() - began

    def _keep_rate(self, call: Call, most: int) -> None:
        identity = self._credentials
        who = "token" if isinstance(identity, AuthToken) else identity.access_key_id
        key = f"{self._origin(call.service)} {call.action} {who}"
        wait = self._limits.reserve(key, most, self._clock.monotonic())
        if wait <= 0:
            return
        if wait + LEAST_SECONDS >= self._deadline.remaining():
            raise self._out_of_time(call, sent=False)
        self._clock.sleep(wait)

    def _correct_clock(self, error: SyncError, response: Response) -> bool:
        if not isinstance(error, Unauthenticated):
            return False
        offset = retry.clock_offset(response, self._clock.now())
        if offset is None:
            return False
        if not error.expired_signature and abs(offset - self._offset) <= SKEW_SECONDS:
            return False
        self._offset = offset
        self._report(
            "warning",
            "clock skew detected; signing with the provider's time",
            {"offset_seconds": round(offset), "code": error.code},
        )
        return True

    def _wait_to_repeat(self, call: Call, error: SyncError, attempt: int, losses: int) -> bool:
        if attempt >= retry.ATTEMPTS or isinstance(error, OutOfTime):
            return False
        if not retry.may_repeat(call, error, losses):
            return False
        seconds = retry.delay(attempt, error.retry_after, self._random)
        if seconds is None or seconds + LEAST_SECONDS >= self._deadline.remaining():
            return False
        self._report(
            "warning",
            "retrying",
            {
                "action": call.action,
                "attempt": attempt,
                "category": error.category,
                "code": error.code,
                "wait_seconds": round(seconds, 3),
            },
        )
        self._clock.sleep(seconds)
        return True

    def _note(self, request_id: str | None) -> None:
        if request_id and request_id not in self.tally.request_ids:
            self.tally.request_ids.append(request_id)

    def _advise(self, call: Call, error: SyncError, losses: int) -> None:
        """Add to the hint what to do about a write whose outcome is not known."""
        if call.writes and isinstance(error, WireError) and (error.lost or losses):
            error.hint = f"{error.hint} {self._operation.unknown_outcome_hint}".lstrip()

    def _out_of_time(self, call: Call, *, sent: bool) -> OutOfTime:
        from shared.out_of_time import out_of_time

        return out_of_time(
            self._deadline,
            service=call.service.label,
            needs_seconds=self._operation.needs_seconds,
            sent=sent,
        )
