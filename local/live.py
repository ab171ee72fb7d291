"""A run against the real clouds: says what it will do, asks before it changes something.

Nothing falls back: an operation that cannot run is listed with the reason, and the
emulator is never a substitute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from functions.catalog import load
from local.console import Console
from local.identity import Found, seek
from local.report import Report, shown
from local.samples import EVENTS, Parameters, made_up, sample, sample_path
from shared import parameters
from shared.arrival import visit
from shared.errors import SyncError
from shared.models.operation import Operation
from shared.run import Process
from shared.scrub import Scrubber
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Candidate:
    """One operation before its live run.

    Parameters
    ----------
    operation: which.
    event: its parameters.
    origin: where they come from, in words.
    requests: what a dry run says it would send.
    reason: why it cannot run, None if it can.
    advice: what to do about that.
    """

    operation: Operation
    event: Parameters
    origin: str
    requests: Sequence[Mapping[str, Any]] = ()
    reason: str | None = None
    advice: str = ""

    @property
    def writes(self) -> bool:
        """Whether it would change something at the provider."""
        asked = self.event.get("dry_run") is not True
        return asked and any(request["writes"] for request in self.requests)


@dataclass
class Tour:
    """One live run over several operations.

    Parameters
    ----------
    report: keeps the results.
    console: where it says what it will do, and asks.
    process: environment and home directory of the user, clock and transport.
    yes: whether writing was allowed beforehand.
    folder: where the sample events are.
    """

    report: Report
    console: Console
    process: Process
    yes: bool = False
    folder: Path = EVENTS
    not_run: list[str] = field(default_factory=list)
    declined: list[str] = field(default_factory=list)

    def run(
        self,
        operation_ids: Sequence[str],
        events: Mapping[str, Parameters] | None,
        *,
        chosen: bool,
    ) -> int:
        """Plan, say, ask, run; return the exit code.

        Parameters
        ----------
        operation_ids: which operations.
        events: parameters from a file; None takes the samples where they hold nothing made up.
        chosen: whether somebody named the operations, so that skipping one is a failure.
        """
        environ = self.process.environ
        settings = Settings.of_environment({} if environ is None else environ)
        operations = [load(operation_id) for operation_id in operation_ids]
        providers = dict.fromkeys(operation.dialect.provider for operation in operations)
        people = {name: seek(name, settings, self.process.home) for name in providers}
        console = self.console
        console.say("Live run: real calls, to the addresses below; no emulator, no fallback.")
        console.say()
        console.say("As whom:")
        for found in people.values():
            self._introduce(found)
        candidates = [
            self._prepare(operation, people[operation.dialect.provider], settings, events)
            for operation in operations
        ]
        console.say()
        console.say("What it will call (a run may repeat looks, and read further pages):")
        for candidate in candidates:
            self._announce(candidate)
        console.say()
        for candidate in candidates:
            self._take(candidate)
        return self._exit_code(people, candidates, chosen=chosen)

    def _introduce(self, found: Found) -> None:
        if found.identity is not None:
            self.console.say(f"  {found.provider}: {found.who}")
            return
        error = found.broken or found.absent
        word = "unusable" if found.broken else "skipped"
        self.console.say(f"  {found.provider}: {self.console.coloured(word, 'yellow')}")
        self.console.fill(found.who, 4)
        if error is not None and error.hint:
            self.console.fill(error.hint, 4)

    def _prepare(
        self,
        operation: Operation,
        found: Found,
        settings: Settings,
        events: Mapping[str, Parameters] | None,
    ) -> Candidate:
        event, origin = self._event(operation, events)
        if found.identity is None:
            reason = "no usable credentials" if found.broken else "no credentials"
            return Candidate(operation, event, origin, reason=f"{reason} for {found.provider}")
        if events is not None and operation.id not in events:
            return Candidate(operation, event, origin, reason="the event file does not name it")
        scrub = Scrubber([*settings.secrets(), *parameters.secrets_in(event, operation)])
        try:
            params, _ = visit(event, None, self.process).to(operation).read(event)
            if operation.fill is not None:
                operation.fill(params, settings.secret_called, settings.get)
        except SyncError as error:
            advice = error.hint
            if error.category == "invalid_input":
                names = sorted(parameters.required(operation.params))
                advice = f"Parameters: {origin}. {how_to_give(operation, names)}"
            return Candidate(
                operation, event, origin, reason=scrub.text(error.message), advice=advice
            )
        rehearsed = {**event, "dry_run": True, "on_failure": "return"}
        planned = self.report.perform(operation, rehearsed, None, self.process)
        if planned["status"] != "planned":
            error_body = planned["error"]
            return Candidate(
                operation,
                event,
                origin,
                reason=error_body["message"],
                advice=error_body["hint"],
            )
        return Candidate(operation, event, origin, planned["data"]["requests"])

    def _event(
        self, operation: Operation, events: Mapping[str, Parameters] | None
    ) -> tuple[Parameters, str]:
        if events is not None:
            return dict(events.get(operation.id, {})), "the event file"
        event = sample(operation.id, self.folder)
        path = shown(sample_path(operation.id, self.folder))
        if made_up(event):
            # Without its made-up part the rest could mean something else: all or nothing.
            return {}, f"DEFAULT_PARAMETERS only; {path} is a sample of made-up values"
        # Where to run is the user's to say: a sample's region is not taken.
        event.pop("region", None)
        return event, path if event else "DEFAULT_PARAMETERS only"

    def _announce(self, candidate: Candidate) -> None:
        console, operation = self.console, candidate.operation
        if candidate.reason is not None:
            skipped = console.coloured("skipped", "yellow")
            console.say(f"  {operation.id}: {skipped}: {candidate.reason}")
            if candidate.advice:
                console.fill(candidate.advice, 4)
            return
        console.say(f"  {operation.id} (parameters: {candidate.origin})")
        for request in candidate.requests:
            kind = "writes" if request["writes"] else "reads"
            console.say(f"    {kind:6}  {request['method']} {request['url']}")
        if candidate.writes:
            change = console.coloured(f"changes something: {operation.changes}", "yellow")
            console.say(f"    {change}")

    def _take(self, candidate: Candidate) -> None:
        operation = candidate.operation
        if candidate.reason is not None:
            self.not_run.append(operation.id)
            return
        if candidate.writes and not self.yes:
            if not self.console.can_ask:
                self.not_run.append(operation.id)
                self.console.say(
                    f"{operation.id}: not run, since it changes something and there is no "
                    "terminal to ask on; --yes allows it."
                )
                return
            if not self.console.ask(f"Run {operation.id}? It {operation.changes}."):
                self.declined.append(operation.id)
                return
        self.console.progress(f"{operation.id} …")
        try:
            result = self.report.perform(operation, candidate.event, None, self.process)
        finally:
            self.console.progress("")
        self.report.add("live", result)

    def _exit_code(
        self, people: Mapping[str, Found], candidates: Sequence[Candidate], *, chosen: bool
    ) -> int:
        if self.report.failed:
            return 1
        refused = [c for c in candidates if c.operation.id in self.not_run and c.reason is None]
        broken = [found for found in people.values() if found.broken is not None]
        nothing = not self.report.results and not self.declined
        return 2 if refused or broken or nothing or (chosen and self.not_run) else 0


def how_to_give(operation: Operation, names: Sequence[str]) -> str:
    """Return how a person gives an operation its parameters."""
    inner = ", ".join(f'"{name}": …' for name in names)
    return (
        f"Give them: --operation {operation.id} --event FILE with {{{inner}}}, "
        "or in DEFAULT_PARAMETERS."
    )
