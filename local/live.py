"""A run against the real clouds: shows what it will do, and asks before it makes a change.

There is no fallback: an operation that cannot run is listed with the reason, and the
emulator is never used instead.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from functions.registry import load
from local.caller_identity import account_of, ask_provider
from local.console import Console
from local.identity import CredentialReport, find_credentials
from local.report import NotRun, Report, shown
from local.samples import EVENTS, Parameters, placeholder_values, sample, sample_path
from shared import validation
from shared.errors import SyncError
from shared.fleet.fleet_request import prepare_fleet
from shared.invocation import DEFAULT_ACCOUNT, Invocation
from shared.models.operation import Operation
from shared.operation_request import prepare, requested_account
from shared.redaction import Redactor
from shared.runtime import Runtime
from shared.settings import Settings

MAX_SHOWN = 20
"""How many requests of an operation are shown; a run for many targets sends many."""


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One operation's call, before it is made.

    Parameters
    ----------
    operation: the operation.
    event: its parameters.
    origin: where they come from, in words.
    requests: the requests of a dry run.
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
        is_run = self.event.get("dry_run") is not True
        return is_run and any(request["writes"] for request in self.requests)


@dataclass
class LiveRun:
    """One live run over several operations.

    Parameters
    ----------
    report: collects the results.
    console: where it shows the plan and asks for confirmation.
    process: environment and home directory of the user, clock and transport.
    yes: whether to make changes without asking.
    folder: where the sample events are.
    """

    report: Report
    console: Console
    process: Runtime
    yes: bool = False
    folder: Path = EVENTS

    def run(self, operation_ids: Sequence[str], events: Mapping[str, Parameters] | None) -> None:
        """Plan, show, ask and run; the report lists what ran and what did not.

        Parameters
        ----------
        operation_ids: which operations.
        events: parameters from a file; None uses the samples that contain no placeholder values.
        """
        environ = self.process.environ
        settings = Settings.from_environ({} if environ is None else environ)
        operations = [load(operation_id) for operation_id in operation_ids]
        providers = dict.fromkeys(operation.provider.name for operation in operations)
        reports = {name: find_credentials(name, settings, self.process.home) for name in providers}
        console = self.console
        console.say("Live run: the requests below are really sent, to the addresses shown.")
        console.say()
        console.say("As whom:")
        for found in reports.values():
            self._show_identity(found)
        calls = [
            self._prepare(operation, reports[operation.provider.name], settings, events)
            for operation in operations
        ]
        console.say()
        console.say("What it will call (a run may poll again and read further pages):")
        for call in calls:
            self._announce(call)
        console.say()
        for call in calls:
            self._run_call(call)

    def _show_identity(self, found: CredentialReport) -> None:
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
        found: CredentialReport,
        settings: Settings,
        events: Mapping[str, Parameters] | None,
    ) -> PlannedCall:
        event, origin = self._event(operation, events)
        invocation = Invocation.from_event(event, None, self.process)
        account = account_in(operation, invocation, event)
        if account != DEFAULT_ACCOUNT:
            origin += f", account {account}"
        elif found.identity is None:
            reason = "no usable credentials" if found.broken else "no credentials"
            return PlannedCall(operation, event, origin, reason=f"{reason} for {found.provider}")
        if events is not None and operation.id not in events:
            return PlannedCall(operation, event, origin, reason="the event file does not name it")
        redactor = Redactor([*settings.secrets(), *validation.find_secrets(event, operation)])
        try:
            if invocation.has_targets:
                prepare_fleet(operation, invocation, event)
            else:
                params = prepare(operation, invocation, event).params
                if operation.with_secrets is not None:
                    operation.with_secrets(params, settings.secret_by_name, settings.get)
        except SyncError as error:
            hint = error.hint
            if error.category == "invalid_input":
                names = sorted(operation.params.required)
                hint = f"Parameters: {origin}. {how_to_give(operation, names)}"
            return PlannedCall(
                operation, event, origin, reason=redactor.redact(error.message), hint=hint
            )
        dry_run_event = {**event, "dry_run": True, "on_failure": "return"}
        # With the trigger "timer" a dry run would send notifications too.
        dry_run_event.pop("trigger", None)
        planned = self.report.perform(operation, dry_run_event, None, self.process)
        if planned["status"] != "planned":
            error_body = planned["error"] or {"message": planned["summary"], "hint": ""}
            return PlannedCall(
                operation,
                event,
                origin,
                reason=error_body["message"],
                hint=error_body["hint"],
            )
        return PlannedCall(operation, event, origin, planned_requests(planned))

    def _event(
        self, operation: Operation, events: Mapping[str, Parameters] | None
    ) -> tuple[Parameters, str]:
        if events is not None:
            return dict(events.get(operation.id, {})), "the event file"
        event = sample(operation.id, self.folder)
        path = shown(sample_path(operation.id, self.folder))
        if placeholder_values(event):
            # Without its placeholders the rest could mean something else: all or nothing.
            return {}, f"DEFAULT_PARAMETERS only, since {path} contains placeholder values"
        # The user decides on the region, not the sample.
        event.pop("region", None)
        return event, path if event else "DEFAULT_PARAMETERS only"

    def _announce(self, call: PlannedCall) -> None:
        console, operation = self.console, call.operation
        if call.reason is not None:
            skipped = console.coloured("skipped", "yellow")
            console.say(f"  {operation.id}: {skipped}: {call.reason}")
            console.fill(call.hint, 4)
            return
        console.say(f"  {operation.id} (parameters: {call.origin})")
        for request in call.requests[:MAX_SHOWN]:
            self._show_request(request)
        if len(call.requests) > MAX_SHOWN:
            console.say(f"    and {len(call.requests) - MAX_SHOWN:,} more requests")
        if call.writes:
            change = console.coloured(f"makes a change: it {operation.effect}", "yellow")
            console.say(f"    {change}")

    def _show_request(self, request: Mapping[str, Any]) -> None:
        """Show a request in one line, or in two if it is wider than the screen."""
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

    def _run_call(self, call: PlannedCall) -> None:
        operation = call.operation
        if call.reason is not None:
            self._skip(call, call.reason, call.hint)
            return
        if call.writes and not self.yes:
            if not self.console.can_ask:
                reason = "it makes a change, and there is no terminal to ask for confirmation on"
                self._skip(call, reason, "Use --yes to run it without a confirmation.")
                return
            if not self.console.ask(f"Run {operation.id}? It {operation.effect}."):
                declined = NotRun(operation.id, "declined", "you did not answer yes")
                self.report.not_run.append(declined)
                return
        self.console.progress(f"{operation.id} …")
        try:
            result = self.report.perform(operation, call.event, None, self.process)
        finally:
            self.console.progress("")
        self.report.add("This machine", result)

    def _skip(self, call: PlannedCall, reason: str, hint: str) -> None:
        skipped = NotRun(call.operation.id, "skipped", reason, hint)
        self.report.not_run.append(skipped)


def account_in(operation: Operation, invocation: Invocation, event: Parameters) -> str:
    """Return the account that a run would use; a fault in the defaults is reported later."""
    try:
        return requested_account(operation, invocation, event)
    except SyncError:
        return DEFAULT_ACCOUNT


def planned_requests(planned: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the requests of a dry run, those of all its targets."""
    data = planned["data"]
    bodies = [each["data"] for each in data["results"]] if "results" in data else [data]
    return [request for body in bodies for request in body.get("requests", ())]


def how_to_give(operation: Operation, names: Sequence[str]) -> str:
    """Return how to pass an operation its parameters on the command line."""
    inner = ", ".join(f'"{name}": …' for name in names)
    return (
        f"Give them: --operation {operation.id} --event FILE with {{{inner}}}, "
        "or in DEFAULT_PARAMETERS."
    )
