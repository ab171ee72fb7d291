"""Runs one operation's flow: signs and sends its calls, with retries, within the deadline.

Nothing here depends on an operation or a provider. The call says what to do about an unknown
outcome, the provider parses the response, and the operation decides what comes next; this module
applies the rules that are the same for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.client import retry
from shared.client.endpoints import endpoint_of
from shared.client.transport import CONNECT_SECONDS
from shared.clock import MIN_REQUEST_SECONDS, shifted
from shared.errors import (
    DeadlineExceeded,
    SyncError,
    TimedOut,
    TransportError,
    Unauthenticated,
    Unavailable,
)
from shared.models.credentials import AuthToken, Credentials
from shared.models.flow import ApiCall, ApiResponse, Flow, Service, Sleep
from shared.models.http import Response
from shared.models.operation import CallContext, Operation
from shared.models.result import Outcome

if TYPE_CHECKING:
    from shared.invocation import Invocation
from shared.cold_start.pydantic_lite import parse_json

MAX_SKEW_SECONDS = 120.0
"""A signature is rejected because of a wrong clock if the response's ``Date`` is further off."""


class CallStats:
    """What a run has sent so far.

    Attributes
    ----------
    attempts: requests sent to the operation's own service.
    request_ids: the provider's request IDs, in the order of the responses.
    provider_seconds: time spent waiting for the provider's responses.
    """

    def __init__(self) -> None:
        self.attempts = 0
        self.request_ids: list[str] = []
        self.provider_seconds = 0.0


class ApiClient:
    """Runs one operation's flow: sends its calls, and returns its outcome.

    Parameters
    ----------
    operation: the operation.
    context: region, project, trigger and time.
    credentials: the identity that signs the requests.
    invocation: the deadline, the settings, the logger, and the runtime.
    stats: counts what is sent.
    """

    def __init__(
        self,
        operation: Operation,
        context: CallContext,
        credentials: Credentials,
        invocation: Invocation,
        stats: CallStats | None = None,
    ) -> None:
        runtime = invocation.runtime
        self.stats = stats or CallStats()
        self._operation = operation
        self._context = context
        self._credentials = credentials
        self._settings = invocation.settings
        self._deadline = invocation.deadline
        self._log = invocation.logger.log
        self._runtime = runtime
        self._clock = runtime.clock
        self._transport = runtime.transport(invocation.settings)
        self._origins: dict[str, str] = {}
        self._clock_offset = 0.0
        self._first_sleep_at: float | None = None
        self._origin(operation.service)  # an invalid endpoint is reported before anything is sent

    def run(self, flow: Flow[Outcome]) -> Outcome:
        """Run the flow until it returns.

        Raises
        ------
        SyncError: the run failed and the operation did not catch it.
        """
        reply: Any = None
        failure: SyncError | None = None
        try:
            while True:
                step = flow.send(reply) if failure is None else flow.throw(failure)
                reply, failure = None, None
                if isinstance(step, Sleep):
                    reply = self._sleep(step)
                    continue
                try:
                    reply = self._call(step)
                except SyncError as error:
                    failure = error
        except StopIteration as stop:
            outcome: Outcome = stop.value
            return outcome

    def _sleep(self, step: Sleep) -> bool:
        now = self._clock.monotonic()
        if self._first_sleep_at is None:
            self._first_sleep_at = now
        left = step.max_total_seconds - (now - self._first_sleep_at)
        seconds = min(step.seconds, left)
        if seconds <= 0 or seconds + MIN_REQUEST_SECONDS >= self._deadline.remaining():
            return False
        self._clock.sleep(seconds)
        return True

    def _call(self, call: ApiCall) -> ApiResponse:
        if call.cache_if is None:
            return self._send_with_retries(call)
        cache, key = self._runtime.response_cache, self._cache_key(call)
        response = cache.get(key)
        if response is None:
            response = self._send_with_retries(call)
            if call.cache_if(response):
                cache.put(key, response)
        return response

    def _cache_key(self, call: ApiCall) -> tuple[object, ...]:
        identity = self._credentials
        who = identity.token if isinstance(identity, AuthToken) else identity.access_key_id
        return (self._origin(call.service), call.path, call.query, who)

    def _origin(self, service: Service) -> str:
        if service.name not in self._origins:
            self._origins[service.name] = endpoint_of(service, self._context.region, self._settings)
        return self._origins[service.name]

    def _send_with_retries(self, call: ApiCall) -> ApiResponse:
        attempt = 0
        unknown_outcomes = 0
        clock_corrected = False
        while True:
            attempt += 1
            response: Response | None = None
            try:
                response = self._send_once(call, attempt)
                parsed = self._operation.provider.parse_response(call, response, parse_json)
            except SyncError as error:
                error.after_unknown_outcome = unknown_outcomes > 0
                # A gateway's 5xx or 408 may come after the provider did the work.
                if call.writes and isinstance(error, Unavailable):
                    error.outcome_unknown = True
                self._record_request_id(error.request_id)
                if response is not None:
                    error.retry_after = retry.retry_after_of(response, self._clock.now())
                    if not clock_corrected and self._correct_clock(error, response):
                        clock_corrected = True
                        attempt -= 1
                        continue
                if not self._wait_before_retry(call, error, attempt, unknown_outcomes):
                    self._add_unknown_outcome_hint(call, error, unknown_outcomes)
                    raise
                unknown_outcomes += error.outcome_unknown
                continue
            self._record_request_id(parsed.request_id)
            return parsed._replace(after_unknown_outcome=True) if unknown_outcomes else parsed

    def _send_once(self, call: ApiCall, attempt: int) -> Response:
        operation, context = self._operation, self._context
        if call.max_per_second is not None:
            self._wait_for_rate_limit(call, call.max_per_second)
        left = self._deadline.remaining()
        if left < MIN_REQUEST_SECONDS:
            raise self._deadline_exceeded(call, sent=False)
        origin = self._origin(call.service)
        now = shifted(self._clock.now(), self._clock_offset)
        request = operation.provider.sign(
            call, origin, self._credentials, context, now, self._runtime.nonce()
        )
        self.stats.attempts += call.service.name == operation.service.name
        self._log(
            "debug",
            "request",
            {"action": call.action, "host": request.host, "attempt": attempt},
        )
        started_at = self._clock.monotonic()
        try:
            return self._transport.send(
                request,
                connect_seconds=CONNECT_SECONDS,
                read_seconds=call.read_timeout,
                total_seconds=left,
            )
        except TimedOut as error:
            if self._deadline.remaining() < MIN_REQUEST_SECONDS:
                raise self._deadline_exceeded(call, sent=error.outcome_unknown) from None
            raise
        finally:
            self.stats.provider_seconds += self._clock.monotonic() - started_at

    def _wait_for_rate_limit(self, call: ApiCall, per_second: int) -> None:
        identity = self._credentials
        who = "token" if isinstance(identity, AuthToken) else identity.access_key_id
        key = f"{self._origin(call.service)} {call.action} {who}"
        # A request that cannot wait must not delay the next ones.
        wait = self._runtime.rate_limiter.acquire(
            key,
            per_second,
            self._clock.monotonic(),
            self._deadline.remaining() - MIN_REQUEST_SECONDS,
        )
        if wait is None:
            raise self._deadline_exceeded(call, sent=False)
        if wait > 0:
            self._clock.sleep(wait)

    def _correct_clock(self, error: SyncError, response: Response) -> bool:
        if not isinstance(error, Unauthenticated):
            return False
        offset = retry.clock_offset(response, self._clock.now())
        if offset is None:
            return False
        if not error.expired_signature and abs(offset - self._clock_offset) <= MAX_SKEW_SECONDS:
            return False
        self._clock_offset = offset
        self._log(
            "warning",
            "clock skew detected; signing with the provider's time",
            {"offset_seconds": round(offset), "code": error.code},
        )
        return True

    def _wait_before_retry(
        self, call: ApiCall, error: SyncError, attempt: int, unknown_outcomes: int
    ) -> bool:
        if attempt >= retry.ATTEMPTS or isinstance(error, DeadlineExceeded):
            return False
        if not retry.should_retry(call, error, unknown_outcomes):
            return False
        seconds = retry.backoff(attempt, error.retry_after, self._runtime.random)
        if seconds is None or seconds + MIN_REQUEST_SECONDS >= self._deadline.remaining():
            return False
        self._log(
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

    def _record_request_id(self, request_id: str | None) -> None:
        if request_id and request_id not in self.stats.request_ids:
            self.stats.request_ids.append(request_id)

    def _add_unknown_outcome_hint(
        self, call: ApiCall, error: SyncError, unknown_outcomes: int
    ) -> None:
        """Add to the hint what to do about a write whose outcome is unknown."""
        transient = isinstance(error, TransportError | Unavailable)
        if call.writes and transient and (error.outcome_unknown or unknown_outcomes):
            error.hint = f"{error.hint} {self._operation.unknown_outcome_hint}".lstrip()

    def _deadline_exceeded(self, call: ApiCall, *, sent: bool) -> DeadlineExceeded:
        from shared.client.deadline_exceeded import deadline_exceeded

        return deadline_exceeded(
            self._deadline,
            service=call.service.label,
            needs_seconds=self._operation.min_timeout_seconds,
            sent=sent,
        )
