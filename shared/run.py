"""Runs one operation once, from validated parameters to a result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import urandom
from random import random
from typing import TYPE_CHECKING, Any

from shared.client import credentials
from shared.client.endpoints import default_region, origin_of, project_of, region_for
from shared.client.rate_limit import RateLimit
from shared.client.transport import Transport
from shared.clock import Clock, Deadline
from shared.driver import Driver, LookUps, Tally
from shared.errors import Internal, Misconfigured, SyncError
from shared.models.identity import Keys
from shared.models.operation import Operation, Target
from shared.models.params import CommonParams
from shared.models.result import SCHEMA_VERSION, ErrorBody, Outcome, Result, Trigger
from shared.models.secret import Secret
from shared.models.service import Service
from shared.models.value import Value
from shared.models.wire import Sender
from shared.replay_cache import Replays
from shared.scrub import Scrubber
from shared.settings import Settings
from shared.telemetry import Telemetry

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_MESSAGE = 1000

Read = Callable[[], tuple[Any, Mapping[str, object]]]
"""Returns the validated parameters, and the defaults they were merged with."""

NetworkSettings = tuple[str | None, str | None, str | None]
NewSender = Callable[[str | None, str | None, str | None], Sender]


def fresh_nonce() -> str:
    """Return 128 random bits in hexadecimal."""
    return urandom(16).hex()


class Process:
    """What the runs of one warm process share.

    Parameters
    ----------
    environ: the process environment; None for the real one, read at each run.
    home: the directory of the vendors' profile files; None for the user's home directory.
    clock, random, nonce: the time, a random number (0 to 1), a new nonce.
    new_sender: creates a transport from ``SSL_CERT_FILE``, ``HTTPS_PROXY`` and ``NO_PROXY``.

    Attributes
    ----------
    limits, look_ups, replays: rate limits, cached responses and message IDs seen.
    said: the warnings that are logged once per process and have been logged.
    cold: whether no run has finished yet.
    """

    def __init__(
        self,
        *,
        environ: Mapping[str, str] | None = None,
        home: Path | None = None,
        clock: Clock | None = None,
        random: Callable[[], float] = random,
        nonce: Callable[[], str] = fresh_nonce,
        new_sender: NewSender = Transport,
    ) -> None:
        self.environ = environ
        self.home = home
        self.clock = clock or Clock()
        self.random = random
        self.nonce = nonce
        self.new_sender = new_sender
        self.limits = RateLimit()
        self.look_ups = LookUps()
        self.replays = Replays()
        self.said: set[str] = set()
        self.cold = True
        self._senders: dict[NetworkSettings, Sender] = {}

    def elsewhere(self, environ: Mapping[str, str]) -> Process:
        """Return this process with another environment; everything else stays shared."""
        other = Process(environ=environ)
        other.__dict__.update({**self.__dict__, "environ": environ})
        return other

    def sender(self, settings: Settings) -> Sender:
        """Return the pooled transport for the current network settings."""
        key = (
            settings.get("SSL_CERT_FILE"),
            settings.get("HTTPS_PROXY"),
            settings.get("NO_PROXY"),
        )
        sender = self._senders.get(key)
        if sender is None:
            sender = self._senders[key] = self.new_sender(*key)
        return sender


class Invocation(Value):
    """What a run needs to know about its invocation.

    Parameters
    ----------
    trigger: what started it.
    invocation_id: the platform's ID, None without a platform.
    deadline: when it must end.
    began: monotonic seconds at the start.
    started_at: RFC 3339.
    region: the platform's own region if the platform is the provider's own, else None.
    role: returns the keys of the function's role if the platform is the provider's own.
    on_platform: whether this is a function platform.
    """

    trigger: Trigger
    invocation_id: str | None
    deadline: Deadline
    began: float
    started_at: str
    region: str | None = None
    role: Callable[[], Keys | None] | None = None
    on_platform: bool = False


class Run:
    """Runs one operation once.

    Parameters
    ----------
    operation: the operation to run.
    process: what runs share.
    invocation: what started it.
    settings: the settings of this invocation.
    scrub: redacts the secrets.
    telemetry: writes the log.
    """

    def __init__(
        self,
        operation: Operation,
        process: Process,
        invocation: Invocation,
        settings: Settings,
        scrub: Scrubber,
        telemetry: Telemetry,
    ) -> None:
        self.tally = Tally()
        self._operation = operation
        self._process = process
        self._invocation = invocation
        self._settings = settings
        self._scrub = scrub
        self._telemetry = telemetry
        self._region: str | None = None
        self.retry_after: float | None = None
        """Seconds that the provider asked to wait, if it throttled a failed run."""
        self.warnings: tuple[str, ...] = ()
        """Problems that did not fail the run, with secrets redacted."""

    def execute(self, read: Read) -> Result:
        """Return the result; every error becomes a failed one.

        Parameters
        ----------
        read: returns the parameters; raises what is wrong with the event or the settings.
        """
        try:
            params, defaults = read()
            outcome = self._outcome(params, defaults)
        except SyncError as error:
            return self._failed(error)
        except Exception as error:  # noqa: BLE001 - no run ends without a result
            self._telemetry.report("error", "unhandled exception", {"frames": frames(error)})
            return self._failed(
                Internal(
                    f"internal error: {type(error).__name__}",
                    code=type(error).__name__,
                    hint="Search the log for this invocation ID, and report the bug with the stack "
                    "frames in it.",
                )
            )
        self.warnings = tuple(map(self._scrub.text, outcome.warnings))
        for warning in self.warnings:
            self._telemetry.report("warning", warning, {})
        return self._result(outcome)

    def _outcome(self, params: CommonParams, defaults: Mapping[str, object]) -> Outcome:
        operation, settings = self._operation, self._settings
        for value in vars(params).values():
            if isinstance(value, Secret):
                self._scrub.learn(value)
        self._region = params.region
        identity: credentials.ResolvedCredentials | None = None
        try:
            identity = self._identity()
        except Misconfigured:
            if not params.dry_run:
                # A wrong region is the caller's mistake, or easier to fix: report it first.
                self._find_region(params, defaults, None)
                raise
        profile_region = identity.region if identity else None
        self._find_region(params, defaults, profile_region)
        self._telemetry.know(region=self._region)
        target = Target(
            region=self._region,
            project_id=project_of(
                operation,
                settings,
                region=self._region,
                default_region=default_region(defaults),
                configured=identity.project_id
                if identity
                else settings.get("HUAWEICLOUD_SDK_PROJECT_ID"),
            ),
            trigger=self._invocation.trigger,
            now=self._process.clock.now(),
        )
        if operation.fill is not None:
            params = operation.fill(params, self._secret, settings.get)
        steps = operation.run(params, target)
        if params.dry_run or identity is None:
            from shared.plan import plan

            outcome = plan(steps, self._origin, self._scrub)
        else:
            outcome = self._driver(target, identity).drive(steps)
        if params.wait_seconds and not operation.waits:
            summary = f"{outcome.summary.rstrip('.')} (wait_seconds has no effect here)"
            return Outcome(outcome.status, summary, outcome.data, outcome.warnings)
        return outcome

    def _find_region(
        self, params: CommonParams, defaults: Mapping[str, object], profile: str | None
    ) -> None:
        self._region = region_for(
            self._operation,
            self._settings,
            asked=params.region,
            defaults=defaults,
            fallback=self._invocation.region or profile,
        )

    def _identity(self) -> credentials.ResolvedCredentials:
        identity = credentials.resolve(
            self._operation.dialect.provider,
            self._settings,
            role=self._invocation.role,
            on_platform=self._invocation.on_platform,
            home=self._process.home,
        )
        self._scrub.learn_identity(identity.credentials)
        self._telemetry.know(
            identity=identity.credentials.source, access_key=identity.credentials.masked_id
        )
        return identity

    def _secret(self, name: str) -> Secret | None:
        secret = self._settings.secret_by_name(name)
        if secret is not None:
            self._scrub.learn(secret)
        return secret

    def _origin(self, service: Service) -> str:
        return origin_of(service, self._region, self._settings)

    def _driver(self, target: Target, identity: credentials.ResolvedCredentials) -> Driver:
        process = self._process
        origins: dict[str, str] = {}

        def origin(service: Service) -> str:
            if service.name not in origins:
                origins[service.name] = self._origin(service)
            return origins[service.name]

        origin(self._operation.service)
        driver = Driver(
            self._operation,
            target,
            credentials=identity.credentials,
            origin=origin,
            sender=process.sender(self._settings),
            deadline=self._invocation.deadline,
            clock=process.clock,
            random=process.random,
            nonce=process.nonce,
            limits=process.limits,
            look_ups=process.look_ups,
            report=self._telemetry.report,
        )
        self.tally = driver.tally
        return driver

    def _result(self, outcome: Outcome, error: ErrorBody | None = None) -> Result:
        invocation = self._invocation
        elapsed = self._process.clock.monotonic() - invocation.began
        summary, data, request_ids = self._scrub.clean(
            [outcome.summary, outcome.data, self.tally.request_ids]
        )
        return Result(
            schema_version=SCHEMA_VERSION,
            operation=self._operation.id,
            status=outcome.status,
            summary=summary,
            provider=self._operation.dialect.provider,
            account="default",
            region=self._region,
            data=data,
            error=error,
            provider_request_ids=tuple(request_ids),
            attempts=self.tally.attempts,
            trigger=invocation.trigger,
            invocation_id=invocation.invocation_id,
            started_at=invocation.started_at,
            duration_ms=round(elapsed * 1000),
        )

    def _failed(self, error: SyncError) -> Result:
        self.retry_after = error.retry_after
        message = shortened(self._scrub.text(error.message))
        body = ErrorBody(
            category=error.category,
            code=self._scrub.text(error.code)[:200],
            message=message,
            http_status=error.http_status,
            retryable=error.retryable,
            hint=self._scrub.text(error.hint),
        )
        action = self._operation.id.rpartition(".")[2]
        return self._result(Outcome("failed", f"{action} failed: {message}", error.data), body)


def shortened(message: str) -> str:
    """Return a message, cut to 1,000 characters."""
    if len(message) <= LONGEST_MESSAGE:
        return message
    return message[: LONGEST_MESSAGE - 1] + "…"


def frames(error: BaseException) -> list[str]:
    """Return the stack frames of an error, file and line only: no values, no message."""
    found: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return found
