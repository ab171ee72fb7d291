"""A run against the real clouds: says what it will do, asks before it changes something.

Nothing falls back: an operation that cannot run is listed with the reason, and the
emulator is never a substitute.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from functions.catalog import load
from local.caller_identity import account_of, ask_provider
from local.console import Console
from local.identity import Found, seek
from local.report import NotRun, Report, shown
from local.samples import EVENTS, Parameters, made_up, sample, sample_path
from shared import parameters
from shared.errors import SyncError
from shared.invocation import Invocation
from shared.models.operation import Operation
from shared.operation_request import prepare
from shared.runtime import Runtime
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
    hint: what to do about that.
    """

    operation: Operation
    event: Parameters
    origin: str
    requests: Sequence[Mapping[str, Any]] = ()
    reason: str | None = None
    hint: str = ""

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
    process: Runtime
    yes: bool = False
    folder: Path = EVENTS

    def run(self, operation_ids: Sequence[str], events: Mapping[str, Parameters] | None) -> None:
        """Plan, say, ask, run; the report keeps what ran and what did not.

        Parameters
        ----------
        operation_ids: which operations.
        events: parameters from a file; None takes the samples where they hold nothing made up.
        """
        environ = self.process.environ
        settings = Settings.of_environment({} if environ is None else environ)
        operations = [load(operation_id) for operation_id in operation_ids]
        providers = dict.fromkeys(operation.dialect.provider for operation in operations)
        people = {name: seek(name, settings, self.process.home) for name in providers}
        console = self.console
        console.say("Live run: the requests below are really sent, to the addresses shown.")
        console.say()
        console.say("As whom:")
        for found in people.values():
            self._show_identity(found)
        candidates = [
            self._prepare(operation, people[operation.dialect.provider], settings, events)
            for operation in operations
        ]
        console.say()
        console.say("What it will call (a run may poll again and read further pages):")
        for candidate in candidates:
            self._announce(candidate)
        console.say()
        for candidate in candidates:
            self._take(candidate)

    def _show_identity(self, found: Found) -> None:
        if found.identity is not None:
            self.console.progress(f"{found.provider}: reading the account …")
            try:
                result = ask_provider(found.provider, self.process)
            finally:
                self.console.progress("")
            account = account_of(result)
            whose = account or self.console.coloured("account not known", "yellow")
            self.console.say(f"  {found.provider}: {whose}")
            self.console.say(f"    {found.who}")
            if account is None:
                self.console.fill(result["error"]["message"], 4)
                self.console.fill(result["error"]["hint"], 4)
            return
        error = found.broken or found.absent
        word = "unusable credentials" if found.broken else "no credentials"
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
            invocation = Invocation.from_event(event, None, self.process)
            params = prepare(operation, invocation, event).params
            if operation.fill is not None:
                operation.fill(params, settings.secret_called, settings.get)
        except SyncError as error:
            hint = error.hint
            if error.category == "invalid_input":
                names = sorted(parameters.required(operation.params))
                hint = f"Parameters: {origin}. {how_to_give(operation, names)}"
            return Candidate(operation, event, origin, reason=scrub.text(error.message), hint=hint)
        rehearsed = {**event, "dry_run": True, "on_failure": "return"}
        # As a timer's, a dry run would notify people too.
        rehearsed.pop("trigger", None)
        planned = self.report.perform(operation, rehearsed, None, self.process)
        if planned["status"] != "planned":
            error_body = planned["error"]
            return Candidate(
                operation,
                event,
                origin,
                reason=error_body["message"],
                hint=error_body["hint"],
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
            return {}, f"DEFAULT_PARAMETERS only, since {path} holds made-up values"
        # Where to run is the user's to say: a sample's region is not taken.
        event.pop("region", None)
        return event, path if event else "DEFAULT_PARAMETERS only"

    def _announce(self, candidate: Candidate) -> None:
        console, operation = self.console, candidate.operation
        if candidate.reason is not None:
            skipped = console.coloured("skipped", "yellow")
            console.say(f"  {operation.id}: {skipped}: {candidate.reason}")
            console.fill(candidate.hint, 4)
            return
        console.say(f"  {operation.id} (parameters: {candidate.origin})")
        for request in candidate.requests:
            self._show_request(request)
        if candidate.writes:
            change = console.coloured(f"makes a change: it {operation.changes}", "yellow")
            console.say(f"    {change}")

    def _show_request(self, request: Mapping[str, Any]) -> None:
        """Show a request in one line, in two where it is longer than the screen is wide."""
        kind = "writes" if request["writes"] else "reads"
        line = f"    {kind:6}  {request['method']} {request['url']}"
        what = request["action"]
        if request["body"] is not None:
            what += " " + json.dumps(request["body"], ensure_ascii=False)
        if len(line) + 2 + len(what) <= self.console.width:
            self.console.say(f"{line}  {what}")
            return
        self.console.say(line)
        self.console.fill(what, 12)

    def _take(self, candidate: Candidate) -> None:
        operation = candidate.operation
        if candidate.reason is not None:
            self._skip(candidate, candidate.reason, candidate.hint)
            return
        if candidate.writes and not self.yes:
            if not self.console.can_ask:
                reason = "it makes a change, and there is no terminal to ask for confirmation on"
                self._skip(candidate, reason, "Use --yes to run it without a confirmation.")
                return
            if not self.console.ask(f"Run {operation.id}? It {operation.changes}."):
                declined = NotRun(operation.id, "declined", "you did not answer yes")
                self.report.not_run.append(declined)
                return
        self.console.progress(f"{operation.id} …")
        try:
            result = self.report.perform(operation, candidate.event, None, self.process)
        finally:
            self.console.progress("")
        self.report.add("This machine", result)

    def _skip(self, candidate: Candidate, reason: str, hint: str) -> None:
        skipped = NotRun(candidate.operation.id, "skipped", reason, hint)
        self.report.not_run.append(skipped)


def how_to_give(operation: Operation, names: Sequence[str]) -> str:
    """Return how a person gives an operation its parameters."""
    inner = ", ".join(f'"{name}": …' for name in names)
    return (
        f"Give them: --operation {operation.id} --event FILE with {{{inner}}}, "
        "or in DEFAULT_PARAMETERS."
    )
