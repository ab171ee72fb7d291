"""Handles one message, and logs one line about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property

from shared.chat import confirmation, words
from shared.chat.answer import Answer
from shared.chat.choices import missing_choice
from shared.chat.given import read_given
from shared.chat.grammar import Command, parse
from shared.chat.message import Message
from shared.chat.naming import meant
from shared.chat.office import Office
from shared.chat.rights import Rights, rights_of
from shared.chat.work import ACCOUNT, Work, possible_actions, work_of
from shared.errors import InvalidInput, Misconfigured, SyncError, TransportError
from shared.http_trigger.problem import HttpProblem
from shared.invocation import Invocation
from shared.models.operation import Operation
from shared.models.secret import Secret
from shared.runner import record_run, stack_frames
from shared.settings.weak_secrets import require_strong

CONFIRMATION_HINT = (
    "Set it to a long random value, for example with: openssl rand -base64 32. `status` and `plan` "
    "work without it."
)

INLINE_SECONDS = 2.0
"""Counted from the event's arrival: the platforms wait 3 seconds for a reply, and the rest is
for the network, or for starting the work in the background."""

CHOICES = 20
"""Commands in a reply to one that lacks a parameter."""

USED = "UsedCode"


def unannounced(_answer: Answer) -> None:
    """Show nothing before the work starts: the reply to a command says it all."""


class Desk:
    """Handles one message.

    Parameters
    ----------
    message: verified: signature, timestamp and tenant.
    invocation: the event it came with.
    office: what chat may use.
    announce: shows a reply before work starts in the background.
    """

    def __init__(
        self,
        message: Message,
        invocation: Invocation,
        office: Office,
        announce: Callable[[Answer], None] = unannounced,
    ) -> None:
        self._message = message
        self._invocation = invocation
        self._office = office
        self._announce = announce
        speaker = message.speaker
        self._facts: dict[str, object] = {
            "chat": speaker.platform,
            "tenant": speaker.tenant,
            "user": speaker.user,
            "channel": speaker.channel,
            "message_id": message.message_id,
        }

    def answer(self) -> Answer:
        """Return the reply, and log one line; errors become replies too."""
        level, outcome = "info", ""
        try:
            answer, outcome = self._answered()
        except HttpProblem as problem:
            level, outcome, answer = "warning", problem.detail, words.denied(problem.detail)
        except SyncError as error:
            level, outcome, answer = "warning", error.message, words.refusal(error)
            if error.code == USED:
                # The message with the buttons may show the result by now.
                answer = replace(answer, beside=True)
        except Exception as error:  # noqa: BLE001 - nobody in a chat sees a traceback
            self._facts["frames"] = stack_frames(error)
            level, outcome, answer = "error", "internal error", words.defect(self._invocation_id)
        self._invocation.logger.log(level, "chat command", {**self._facts, "outcome": outcome})
        return answer

    def _answered(self) -> tuple[Answer, str]:
        command = self._message.clicked or parse(self._message.text)
        self._facts["action"] = command.verb
        if command.verb == "cancel":
            return self._cancelled(command.code)
        if command.verb == "confirm":
            return self._confirmed(command.code)
        usable = self._usable()
        if command.verb in {"help", "list"}:
            if not usable:
                return words.nothing_allowed(self._message.speaker), "answered"
            if command.verb == "help":
                return words.help_for(self._message.address, usable), "answered"
            return words.listing(usable), "answered"
        return self._asked(command, frozenset(one.id for one, _ in usable))

    def _usable(self) -> words.Usable:
        """Return the operations that the sender may use in this channel, and how."""
        usable = []
        for name, load in self._office.operations.items():
            if allowed := self._rights.actions(name):
                operation = load()
                if possible := possible_actions(operation, allowed):
                    usable.append((operation, possible))
        return usable

    @cached_property
    def _rights(self) -> Rights:
        return rights_of(self._invocation.settings.get("CHAT_RIGHTS"), self._message.speaker)

    def _asked(self, command: Command, allowed: frozenset[str]) -> tuple[Answer, str]:
        operation = meant(command.operation, self._office.operations, allowed)
        self._facts["operation"] = operation.id
        given = read_given(command.texts, operation, self._invocation.redactor.add)
        self._facts["arguments"] = given
        choice = self._choice(command, operation, given)
        if choice is not None:
            return choice, "values listed"
        work = work_of(command.verb, operation, given, self._invocation)
        work.check(self._rights)
        if work.action == "run":
            return self._card(work)
        return self._at_once(work, command.verb)

    def _choice(
        self, command: Command, operation: Operation, given: Mapping[str, object]
    ) -> Answer | None:
        """Return a command for each value of a missing parameter, None if nothing is missing."""
        missing = missing_choice(operation, given, self._invocation.settings)
        if missing is None:
            return None
        usable: list[tuple[str, str | None]] = []
        more = False
        deadline = self._invocation.limited_to(INLINE_SECONDS).deadline
        for value in missing.values:
            if len(usable) == CHOICES or deadline.remaining() <= 0:
                more = True
                break
            chosen = {**given, missing.parameter: value}
            work = work_of(command.verb, operation, chosen, self._invocation)
            try:
                work.check(self._rights)
            except HttpProblem:
                continue
            usable.append((value, work.region))
        if not usable:
            raise InvalidInput(
                f"{operation.function} needs {missing.parameter}, and {missing.setting} lists none "
                "that you can use in this channel",
                code="NothingListed",
                hint=f"Ask an admin to add it to {missing.setting} or to CHAT_RIGHTS.",
            )
        again = f"{self._message.address}{command.verb} {operation.function}"
        return words.choice(operation, missing, usable, again, command.texts, more=more)

    def _at_once(self, work: Work, verb: str) -> tuple[Answer, str]:
        if work.action == "plan" or not work.patient:
            report = work.execute(INLINE_SECONDS)
            result = report.result
            if result.error is None or result.error.category != "timeout":
                record_run(report, work.invocation)
                return work.answer(report), result.status
        return self._deferred(work, verb)

    def _card(self, work: Work) -> tuple[Answer, str]:
        key = self._key()
        planned = work.plan()
        if planned.error is not None:
            return words.result(planned), planned.status
        order = confirmation.Order(work.operation.id, work.given, ACCOUNT, work.region)
        now = self._invocation.runtime.clock.now()
        code = confirmation.issue(order, self._message.speaker, key, now)
        answer = words.card(work.operation, planned, self._message.address, code)
        return answer, "confirmation requested"

    def _confirmed(self, code: str) -> tuple[Answer, str]:
        now = self._invocation.runtime.clock.now()
        order = confirmation.read(code, self._message.speaker, self._key(), now)
        self._facts |= {"operation": order.operation, "arguments": order.parameters}
        load = self._office.operations.get(order.operation)
        if load is None:
            raise InvalidInput(
                f"{order.operation} is no longer part of this function", code="UnknownOperation"
            )
        work = work_of("run", load(), order.parameters, self._invocation)
        if (work.region, ACCOUNT) != (order.region, order.account):
            raise InvalidInput(
                "Settings have changed; the target is different now",
                code="Changed",
                hint=confirmation.HINT,
            )
        work.check(self._rights)
        self._use_up(code)
        return self._deferred(work, "run")

    def _cancelled(self, code: str) -> tuple[Answer, str]:
        now = self._invocation.runtime.clock.now()
        try:
            order = confirmation.read(code, self._message.speaker, self._key(), now)
        except (InvalidInput, Misconfigured):
            pass  # a code that cannot be confirmed any more needs no cancelling
        else:
            self._facts |= {"operation": order.operation, "arguments": order.parameters}
            self._use_up(code)
        return words.cancelled(), "cancelled"

    def _use_up(self, code: str) -> None:
        now = self._invocation.runtime.clock.now()
        if not self._invocation.runtime.replay_cache.add_if_new(
            confirmation.used(code), now.timestamp()
        ):
            raise InvalidInput(
                "This run was already confirmed or cancelled",
                code=USED,
                hint="To run it again, send the `run` command again.",
            )

    @property
    def _invocation_id(self) -> str | None:
        return self._invocation.invocation_id

    def _key(self) -> Secret:
        key = self._invocation.settings.secret("CHAT_CONFIRM_SECRET")
        if key is None:
            raise Misconfigured(
                "CHAT_CONFIRM_SECRET is not set, so runs that make changes are disabled in chat",
                code="NoConfirmSecret",
                hint=CONFIRMATION_HINT,
            )
        require_strong("CHAT_CONFIRM_SECRET", key.get_secret_value(), CONFIRMATION_HINT)
        return key

    def _deferred(self, work: Work, verb: str) -> tuple[Answer, str]:
        """Invoke this function again; that invocation does the work and posts the result."""
        writes = work.action == "run"
        event = self._event(work, verb)
        begun = words.begun(work.operation, writes=writes)
        self._announce(begun)
        try:
            self._facts["deferral"] = self._office.defer(event)
        except SyncError as error:
            lost = isinstance(error, TransportError) and error.outcome_unknown
            outcome = f"not queued: {error.code}{', outcome unknown' if lost else ''}"
            self._facts["hint"] = error.hint
            return words.not_begun(error, self._invocation_id, writes=writes), outcome
        return begun, "queued"

    def _event(self, work: Work, verb: str) -> Mapping[str, object]:
        speaker, callback = self._message.speaker, self._message.callback
        if callback is None:
            raise InvalidInput(
                "The message has no URL for the result",
                code="NoCallback",
                hint="Call the function directly.",
            )
        return {
            "deferred": {
                "platform": speaker.platform,
                "message_id": self._message.message_id,
                "operation": work.operation.id,
                "action": verb,
                "parameters": dict(work.given),
                "account": ACCOUNT,
                "region": work.region,
                "tenant": speaker.tenant,
                "user": speaker.user,
                "channel": speaker.channel,
                "callback": callback.url.get_secret_value(),
                "callback_expires": callback.expires,
                "replaces": self._message.clicked is not None,
            }
        }
