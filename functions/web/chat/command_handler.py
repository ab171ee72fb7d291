"""Handles one message, and logs one line about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from functions.web.chat import confirmation, replies
from functions.web.chat.arguments import parse_arguments
from functions.web.chat.error_reply import failed_command
from functions.web.chat.job import Job, possible_actions, prepare_job
from functions.web.chat.message import Message, Reply
from functions.web.chat.missing_parameter import missing_listed_parameter
from functions.web.chat.operation_lookup import Operations, resolve_operation
from functions.web.chat.parser import Command, parse
from functions.web.chat.permissions import ChatPermissions, permissions_for
from shared.errors import InvalidInput, Misconfigured, SyncError
from shared.http_trigger.problem import HttpProblem
from shared.invocation import Invocation
from shared.models.operation import Operation
from shared.models.secret import Secret
from shared.runner import record_run
from shared.settings.weak_secrets import require_strong

if TYPE_CHECKING:
    from functions.web.chat.fleet_job import FleetJob

CONFIRMATION_HINT = (
    "Set it to a long random value, for example with: openssl rand -base64 32. `status` and `plan` "
    "work without it."
)

INLINE_SECONDS = 2.0
"""Counted from the start of the invocation: the platforms wait 3 seconds for a reply, and the rest
is for the network, or for queueing a job."""

MAX_VALUES = 20
"""Maximum number of suggested commands in the reply to one that lacks a parameter."""

USED_CODE = "UsedCode"

InvokeAsync = Callable[[Mapping[str, object]], object]


def no_announcement(_reply: Reply) -> None:
    """Announce nothing before a job starts: a typed command gets a reply anyway."""


class CommandHandler:
    """Handles one message.

    Parameters
    ----------
    message: the message, whose signature, timestamp and tenant are verified.
    invocation: the invocation that handles it.
    operations: the operations of this bundle.
    invoke_async: invokes this function again with an event; raises ``SyncError`` if that fails.
    announce: shows a reply before a job starts in the background.
    """

    def __init__(
        self,
        message: Message,
        invocation: Invocation,
        operations: Operations,
        invoke_async: InvokeAsync,
        announce: Callable[[Reply], None] = no_announcement,
    ) -> None:
        self._message = message
        self._invocation = invocation
        self._operations = operations
        self._invoke_async = invoke_async
        self._announce = announce
        invocation.logger.bind(**message.sender.log_fields())
        self._log_fields: dict[str, object] = {"message_id": message.message_id}

    def handle(self) -> Reply:
        """Return the reply, and log one line; errors become replies too."""
        level = "info"
        try:
            reply, outcome = self._handle()
        except Exception as error:  # noqa: BLE001 - a chat never shows a traceback
            failed = failed_command(error, self._invocation.invocation_id)
            reply, level, outcome = failed.reply, failed.level, failed.outcome
            self._log_fields["frames"] = failed.frames
            if isinstance(error, SyncError) and error.code == USED_CODE:
                # The message with the buttons may already show the result.
                reply = replace(reply, keeps_original=True)
        self._invocation.logger.log(level, "chat command", {**self._log_fields, "outcome": outcome})
        return reply

    def _handle(self) -> tuple[Reply, str]:
        command = self._message.clicked_command or parse(self._message.text)
        self._log_fields["action"] = command.verb
        if command.verb == "cancel":
            return self._on_cancel(command.code)
        if command.verb == "confirm":
            return self._on_confirm(command.code)
        usable = self._usable_operations()
        if command.verb in {"help", "list"}:
            if not usable:
                return replies.no_permissions(self._message.sender), "answered"
            if command.verb == "help":
                return replies.help_text(self._message.command_prefix, usable), "answered"
            return replies.operation_list(usable), "answered"
        return self._on_command(command, frozenset(one.id for one, _ in usable))

    def _usable_operations(self) -> replies.UsableOperations:
        """Return the operations that the sender may use in this channel, and the actions."""
        usable = []
        for name, load in self._operations.items():
            if allowed := self._permissions.actions(name):
                operation = load()
                if possible := possible_actions(operation, allowed):
                    usable.append((operation, possible))
        return usable

    @cached_property
    def _permissions(self) -> ChatPermissions:
        return permissions_for(self._invocation.settings.get("CHAT_RIGHTS"), self._message.sender)

    def _on_command(self, command: Command, allowed: frozenset[str]) -> tuple[Reply, str]:
        operation = resolve_operation(command.operation, self._operations, allowed)
        self._invocation.logger.bind(operation=operation.id)
        raw = parse_arguments(command.arguments, operation, self._invocation.redactor.add)
        self._log_fields["arguments"] = raw
        choice = self._offer_values(command, operation, raw)
        if choice is not None:
            return choice, "values listed"
        job = prepare_job(command.verb, operation, raw, self._invocation, self._permissions)
        job.authorize(self._permissions)
        if job.action == "run":
            return self._ask_confirmation(job)
        return self._run_inline(job, command.verb)

    def _offer_values(
        self, command: Command, operation: Operation, raw: Mapping[str, object]
    ) -> Reply | None:
        """Return a command for each value of a missing parameter, None if nothing is missing."""
        missing = missing_listed_parameter(operation, raw, self._invocation.settings)
        if missing is None:
            return None
        usable: list[tuple[str, str | None]] = []
        more = False
        deadline = self._invocation.limited_to(INLINE_SECONDS).deadline
        for value in missing.values:
            if len(usable) == MAX_VALUES or deadline.remaining() <= 0:
                more = True
                break
            chosen = {**raw, missing.parameter: value}
            job = prepare_job(command.verb, operation, chosen, self._invocation, self._permissions)
            try:
                job.authorize(self._permissions)
            except HttpProblem:
                continue
            usable.append((value, job.region))
        if not usable:
            raise InvalidInput(
                f"{operation.function} needs {missing.parameter}, and {missing.setting} lists none "
                "that you can use in this channel",
                code="NothingListed",
                hint=f"Ask an admin to add it to {missing.setting} or to CHAT_RIGHTS.",
            )
        again = f"{self._message.command_prefix}{command.verb} {operation.function}"
        return replies.value_choice(operation, missing, usable, again, command.arguments, more=more)

    def _run_inline(self, job: Job | FleetJob, verb: str) -> tuple[Reply, str]:
        if job.action == "plan" or not job.wants_to_wait:
            report = job.execute(INLINE_SECONDS)
            result = report.result
            if result.error is None or result.error.category != "timeout":
                record_run(report, job.invocation)
                return job.to_reply(report), result.status
        return self._run_in_background(job, verb)

    def _ask_confirmation(self, job: Job | FleetJob) -> tuple[Reply, str]:
        key = self._signing_key()
        planned = job.plan()
        if planned.error is not None:
            return replies.result_text(planned), planned.status
        pending = confirmation.PendingRun(
            job.operation.id, job.raw_parameters, job.account, job.region
        )
        now = self._invocation.runtime.clock.now()
        code = confirmation.issue_code(pending, self._message.sender, key, now)
        reply = replies.confirmation_prompt(
            job.operation, planned, self._message.command_prefix, code
        )
        return reply, "confirmation requested"

    def _on_confirm(self, code: str) -> tuple[Reply, str]:
        now = self._invocation.runtime.clock.now()
        pending = confirmation.read_code(code, self._message.sender, self._signing_key(), now)
        self._log_fields |= {"operation": pending.operation, "arguments": pending.parameters}
        load = self._operations.get(pending.operation)
        if load is None:
            raise InvalidInput(
                f"{pending.operation} is no longer part of this function", code="UnknownOperation"
            )
        job = prepare_job("run", load(), pending.parameters, self._invocation, self._permissions)
        if (job.region, job.account) != (pending.region, pending.account):
            raise InvalidInput(
                "Settings have changed; the target is different now",
                code="Changed",
                hint=confirmation.HINT,
            )
        job.authorize(self._permissions)
        self._mark_used(code)
        return self._run_in_background(job, "run", confirmed_by=code)

    def _on_cancel(self, code: str) -> tuple[Reply, str]:
        now = self._invocation.runtime.clock.now()
        try:
            pending = confirmation.read_code(code, self._message.sender, self._signing_key(), now)
        except (InvalidInput, Misconfigured):
            pass  # there is nothing to cancel if the code is not valid
        else:
            self._log_fields |= {"operation": pending.operation, "arguments": pending.parameters}
            self._mark_used(code)
        return replies.cancelled(), "cancelled"

    def _mark_used(self, code: str) -> None:
        now = self._invocation.runtime.clock.now()
        if not self._invocation.runtime.replay_cache.add_if_new(
            confirmation.used_key(code), now.timestamp()
        ):
            raise InvalidInput(
                "This run was already confirmed or cancelled",
                code=USED_CODE,
                hint="To run it again, send the `run` command again.",
            )

    def _release(self, code: str) -> None:
        """Make a code valid again, because nothing was started with it."""
        self._invocation.runtime.replay_cache.discard(confirmation.used_key(code))

    def _signing_key(self) -> Secret:
        key = self._invocation.settings.secret("CHAT_CONFIRM_SECRET")
        if key is None:
            raise Misconfigured(
                "CHAT_CONFIRM_SECRET is not set, so runs that make changes are disabled in chat",
                code="NoConfirmSecret",
                hint=CONFIRMATION_HINT,
            )
        require_strong("CHAT_CONFIRM_SECRET", key.get_secret_value(), CONFIRMATION_HINT)
        return key

    def _run_in_background(
        self, job: Job | FleetJob, verb: str, *, confirmed_by: str = ""
    ) -> tuple[Reply, str]:
        """Invoke this function again; that invocation runs the job and posts the result.

        Parameters
        ----------
        job: the job.
        verb: ``status`` or ``run``.
        confirmed_by: the confirmation code; it stays valid if nothing was queued.
        """
        writes = job.action == "run"
        event = self._job_event(job, verb)
        reply = replies.queued(job.operation, writes=writes)
        self._announce(reply)
        try:
            self._log_fields["deferral"] = self._invoke_async(event)
        except SyncError as error:
            if confirmed_by and not error.outcome_unknown:
                self._release(confirmed_by)
            outcome = (
                f"not queued: {error.code}{', outcome unknown' if error.outcome_unknown else ''}"
            )
            self._log_fields["hint"] = error.hint
            return replies.queue_failed(
                error, self._invocation.invocation_id, writes=writes
            ), outcome
        return reply, "queued"

    def _job_event(self, job: Job | FleetJob, verb: str) -> Mapping[str, object]:
        sender, response_url = self._message.sender, self._message.response_url
        if response_url is None:
            raise InvalidInput(
                "The message has no URL for the result",
                code="NoCallback",
                hint="Call the function directly.",
            )
        return {
            "deferred": {
                "platform": sender.platform,
                "message_id": self._message.message_id,
                "operation": job.operation.id,
                "action": verb,
                "parameters": dict(job.raw_parameters),
                "account": job.account,
                "region": job.region,
                "tenant": sender.tenant,
                "user": sender.user,
                "channel": sender.channel,
                "callback": response_url.url.get_secret_value(),
                "callback_expires": response_url.expires,
                "replaces": self._message.clicked_command is not None,
            }
        }
