"""Runs one operation's flow: signs and sends its calls, with retries, within the deadline.

Nothing here depends on an operation or a provider. The call says what to do about an unknown
outcome, the provider parses the response, and the operation decides what comes next; this module
applies the rules that are the same for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from shared.client import retry
from shared.client.endpoints import endpoint_of
from shared.client.transport import CONNECT_SECONDS
from shared.clock import MIN_REQUEST_SECONDS, rfc3339, shifted
from shared.errors import (
    DeadlineExceeded,
    SyncError,
    TimedOut,
    Unauthenticated,
    Unavailable,
)
from shared.models.credentials import AccessKey, Credentials
from shared.models.flow import ApiCall, ApiResponse, Flow, Service, Sleep
from shared.models.http import Response
from shared.models.operation import CallContext, Operation
from shared.models.secret import Secret

if TYPE_CHECKING:
    from shared.client.rate_limit import Slot
    from shared.invocation import Invocation
from shared.cold_start.pydantic_lite import parse_encodable_json

T = TypeVar("T")
CredentialsOf = Callable[[float], Credentials]
"""Returns the credentials for a request, from the clock offset in seconds that is known so far."""

MAX_REQUEST_ID_LENGTH = 200

DATE_ACCURACY_SECONDS = 2.0

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
    credentials: the identity that signs the requests, or what returns it for each request.
    invocation: the deadline, the settings, the logger, and the runtime.
    stats: counts what is sent.
    """

    def __init__(
        self,
        operation: Operation,
        context: CallContext,
        credentials: Credentials | CredentialsOf,
        invocation: Invocation,
        stats: CallStats | None = None,
    ) -> None:
        runtime = invocation.runtime
        self.stats = stats or CallStats()
        self._operation = operation
        self._context = context
        self._credentials_of = credentials if callable(credentials) else lambda _offset: credentials
        self._settings = invocation.settings
        self._deadline = invocation.deadline
        self._log = invocation.logger.log
        self._redactor = invocation.redactor
        self._runtime = runtime
        self._clock = runtime.clock
        self._transport = runtime.transport(invocation.settings)
        self._origins: dict[str, str] = {}
        self._clock_offset = 0.0
        self._last_response: Response | None = None
        self._first_sleep_at: float | None = None
        self._origin(operation.service)  # an invalid endpoint is reported before anything is sent

    def run(self, flow: Flow[T]) -> T:
        """Run a flow until it returns.

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
            outcome: T = stop.value
            return outcome

    def provider_clock_offset(self) -> float:
        """Return how many seconds the provider's clock was ahead at its last response.

        0 for a difference so small that the ``Date`` header, without fractions, cannot show it.
        """
        offset = None
        if self._last_response is not None:
            offset = retry.clock_offset(self._last_response, self._clock.now())
        if offset is None:
            return self._clock_offset
        return offset if abs(offset) > DATE_ACCURACY_SECONDS else 0.0

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
        response = self._cached_or_sent(call)
        for path in call.secret_fields:
            self._redact_field(response.body, path)
        return response

    def _redact_field(self, value: Any, path: tuple[str, ...]) -> None:
        """Redact the text at a path of a response body from now on, if there is one."""
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        if isinstance(value, str):
            self._redactor.add(Secret(value))

    def _cached_or_sent(self, call: ApiCall) -> ApiResponse:
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
        identity = self._credentials_of(self._clock_offset)
        who = identity.access_key_id if isinstance(identity, AccessKey) else identity
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
                credentials = self._credentials_of(self._clock_offset)
            except SyncError as error:
                error.after_unknown_outcome = unknown_outcomes > 0
                self._add_unknown_outcome_hint(call, error, unknown_outcomes)
                raise
            try:
                response = self._send_once(call, attempt, credentials)
                parsed = self._operation.provider.parse_response(
                    call, response, parse_encodable_json
                )
            except SyncError as error:
                error.after_unknown_outcome = unknown_outcomes > 0
                # A gateway's 5xx, 408 or 499 may come after the provider did the work.
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
            return parsed._replace(
                after_unknown_outcome=unknown_outcomes > 0, received_at=rfc3339(self._clock.now())
            )

    def _send_once(self, call: ApiCall, attempt: int, credentials: Credentials) -> Response:
        if call.max_per_second is None:
            return self._send_now(call, attempt, credentials)
        slots = self._wait_for_rate_limit(call, call.max_per_second, credentials)
        try:
            return self._send_now(call, attempt, credentials)
        finally:
            for slot in slots:
                slot.finish(self._clock.monotonic())

    def _send_now(self, call: ApiCall, attempt: int, credentials: Credentials) -> Response:
        operation, context = self._operation, self._context
        left = self._deadline.remaining()
        if left < MIN_REQUEST_SECONDS:
            raise self._deadline_exceeded(call, sent=False)
        if call.is_optional:
            left *= retry.OPTIONAL_SHARE
        origin = self._origin(call.service)
        now = shifted(self._clock.now(), self._clock_offset)
        request = operation.provider.sign(
            call, origin, credentials, context, now, self._runtime.nonce()
        )
        self.stats.attempts += call.service.name == operation.service.name
        self._log(
            "debug",
            "request",
            {"action": call.action, "host": request.host, "attempt": attempt},
        )
        started_at = self._clock.monotonic()
        try:
            response = self._transport.send(
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
        self._last_response = response
        return response

    def _wait_for_rate_limit(
        self, call: ApiCall, per_second: int, identity: Credentials
    ) -> list[Slot]:
        context = self._context
        # The keys of an assumed role change, and each of two runs may have its own.
        who = context.account or (
            identity.access_key_id if isinstance(identity, AccessKey) else identity.masked_id
        )
        key = f"{self._origin(call.service)} {call.action} {who}"
        share = context.max_calls_per_second
        slots: list[Slot] = []
        try:
            if share is not None and share < per_second:
                # Apart from the limit itself, which runs with another share have too.
                slots.append(self._begin_slot(call, f"{key} {share}", share))
            slots.append(self._begin_slot(call, key, per_second))
        except DeadlineExceeded:
            for slot in slots:
                slot.finish(self._clock.monotonic())
            raise
        return slots

    def _begin_slot(self, call: ApiCall, key: str, per_second: float) -> Slot:
        clock = self._clock
        # A request that cannot wait must not delay the next ones.
        slot = self._runtime.rate_limiter.acquire(
            key, per_second, clock.monotonic(), self._deadline.remaining() - MIN_REQUEST_SECONDS
        )
        if slot is None:
            raise self._deadline_exceeded(call, sent=False)
        while (wait := slot.begin(clock.monotonic())) > 0:
            if wait + MIN_REQUEST_SECONDS >= self._deadline.remaining():
                raise self._deadline_exceeded(call, sent=False)
            clock.sleep(wait)
        return slot

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
        most = retry.OPTIONAL_ATTEMPTS if call.is_optional else retry.ATTEMPTS
        if attempt >= most or isinstance(error, DeadlineExceeded):
            return False
        if not retry.should_retry(call, error, unknown_outcomes):
            return False
        seconds = retry.backoff(attempt, error.retry_after, self._runtime.random)
        left = self._deadline.remaining() * (retry.OPTIONAL_SHARE if call.is_optional else 1.0)
        if seconds is None or seconds + MIN_REQUEST_SECONDS >= left:
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
        shown = (request_id or "")[:MAX_REQUEST_ID_LENGTH]
        if shown and shown not in self.stats.request_ids:
            self.stats.request_ids.append(shown)

    def _add_unknown_outcome_hint(
        self, call: ApiCall, error: SyncError, unknown_outcomes: int
    ) -> None:
        """Add to the hint what to do about a write whose outcome is unknown."""
        if call.writes and (error.outcome_unknown or unknown_outcomes):
            error.mark_unconfirmed(self._operation.unknown_outcome_hint)

    def _deadline_exceeded(self, call: ApiCall, *, sent: bool) -> DeadlineExceeded:
        from shared.client.deadline_exceeded import deadline_exceeded

        return deadline_exceeded(
            self._deadline,
            service=call.service.label,
            needs_seconds=self._operation.min_timeout_seconds,
            sent=sent,
        )
