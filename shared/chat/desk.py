"""What is done with one message, and the line in the log that says so."""

from __future__ import annotations

from collections.abc import Mapping

from shared.arrival import Visit
from shared.chat import confirmation, words
from shared.chat.answer import Answer
from shared.chat.given import read_given
from shared.chat.grammar import Command, parse
from shared.chat.message import Message
from shared.chat.naming import meant
from shared.chat.office import Office
from shared.chat.rights import rights_of
from shared.chat.work import ACCOUNT, Work, work_of
from shared.door.problem import Problem
from shared.errors import InvalidInput, Misconfigured, SyncError, WireError
from shared.models.secret import Secret
from shared.run import frames
from shared.settings.weak_secrets import require_strong

CONFIRMATION_HINT = (
    "Set it to a long random text, for example with: openssl rand -base64 32. The commands status "
    "and plan work without it."
)

INLINE_SECONDS = 2.0
"""Counted from the event's arrival: the platforms wait three seconds for an answer, and the
rest is for the way there and back, or for putting the work off."""


class Desk:
    """Answers one message.

    Parameters
    ----------
    message: whose platform, time and tenant are checked already.
    visit: the event it came with.
    office: what may be used.
    """

    def __init__(self, message: Message, visit: Visit, office: Office) -> None:
        self._message = message
        self._visit = visit
        self._office = office
        speaker = message.speaker
        self._facts: dict[str, object] = {
            "chat": speaker.platform,
            "tenant": speaker.tenant,
            "user": speaker.user,
            "channel": speaker.channel,
            "message_id": message.message_id,
        }

    def answer(self) -> Answer:
        """Return the answer; whatever goes wrong becomes one, and one line in the log."""
        level, outcome = "info", ""
        try:
            answer, outcome = self._answered()
        except Problem as problem:
            level, outcome, answer = "warning", problem.detail, words.denied(problem.detail)
        except SyncError as error:
            level, outcome, answer = "warning", error.message, words.refusal(error)
        except Exception as error:  # noqa: BLE001 - nobody in a chat sees a traceback
            self._facts["frames"] = frames(error)
            level, outcome, answer = "error", "a defect of ours", words.defect()
        self._visit.telemetry.report(level, "chat command", {**self._facts, "outcome": outcome})
        return answer

    def _answered(self) -> tuple[Answer, str]:
        command = parse(self._message.text)
        self._facts["action"] = command.verb
        rights = rights_of(self._visit.settings.get("CHAT_RIGHTS"), self._message.speaker)
        actions = {name: rights.actions(name) for name in self._office.operations}
        allowed = frozenset(name for name, may in actions.items() if may)
        if command.verb == "help":
            return words.help_for(self._message.speaker, self._message.address, actions), "answered"
        if command.verb == "list":
            if not allowed:
                return words.nothing_allowed(self._message.speaker), "answered"
            usable = [load() for name, load in self._office.operations.items() if name in allowed]
            return words.listing(usable, actions), "answered"
        if command.verb == "confirm":
            return self._confirmed(command.code)
        return self._asked(command, allowed)

    def _asked(self, command: Command, allowed: frozenset[str]) -> tuple[Answer, str]:
        operation = meant(command.operation, self._office.operations, allowed)
        self._facts["operation"] = operation.id
        given = read_given(command.texts, operation, self._visit.scrub.learn)
        self._facts["arguments"] = given
        work = work_of(command.verb, operation, given, self._visit)
        work.check(self._message.speaker)
        if work.action == "run":
            return self._card(work)
        return self._at_once(work, command.verb)

    def _at_once(self, work: Work, verb: str) -> tuple[Answer, str]:
        deadline = self._visit.deadline(INLINE_SECONDS)
        if work.action == "plan" or not work.patient:
            run, result = work.execute(deadline)
            if result.error is None or result.error.category != "timeout":
                work.arrival.finished(run, result)
                return words.result(result, run.warnings), result.status
        return self._deferred(work, verb)

    def _card(self, work: Work) -> tuple[Answer, str]:
        key = self._key()
        planned = work.plan()
        if planned.error is not None:
            return words.result(planned), planned.status
        order = confirmation.Order(work.operation.id, work.given, ACCOUNT, work.region)
        now = self._visit.process.clock.now()
        code = confirmation.issue(order, self._message.speaker, key, now)
        answer = words.card(work.operation, planned, self._message.address, code)
        return answer, "asked to confirm"

    def _confirmed(self, code: str) -> tuple[Answer, str]:
        now = self._visit.process.clock.now()
        order = confirmation.read(code, self._message.speaker, self._key(), now)
        self._facts |= {"operation": order.operation, "arguments": order.parameters}
        load = self._office.operations.get(order.operation)
        if load is None:
            raise InvalidInput(
                f"{order.operation} is not in this function any more", code="UnknownOperation"
            )
        work = work_of("run", load(), order.parameters, self._visit)
        if (work.region, ACCOUNT) != (order.region, order.account):
            raise InvalidInput(
                "the settings changed since: it would go somewhere else now",
                code="Changed",
                hint=confirmation.HINT,
            )
        work.check(self._message.speaker)
        used = f"confirm:{code.partition('.')[2]}"
        if not self._visit.process.replays.is_new(used, now.timestamp()):
            raise InvalidInput(
                "that code was used before", code="UsedCode", hint="Ask again with run."
            )
        return self._deferred(work, "run")

    def _key(self) -> Secret:
        key = self._visit.settings.secret("CHAT_CONFIRM_SECRET")
        if key is None:
            raise Misconfigured(
                "CHAT_CONFIRM_SECRET is not set, so nothing that changes something is run from "
                "chat",
                code="NoConfirmSecret",
                hint=CONFIRMATION_HINT,
            )
        require_strong("CHAT_CONFIRM_SECRET", key.reveal(), CONFIRMATION_HINT)
        return key

    def _deferred(self, work: Work, verb: str) -> tuple[Answer, str]:
        """Have the work done by another call of this function, which answers later."""
        writes = work.action == "run"
        try:
            self._facts["deferral"] = self._office.defer(self._event(work, verb))
        except SyncError as error:
            lost = isinstance(error, WireError) and error.lost
            outcome = f"not deferred: {error.code}{', not known' if lost else ''}"
            self._facts["hint"] = error.hint
            return words.not_begun(error, writes=writes), outcome
        return words.begun(work.operation, writes=writes), "deferred"

    def _event(self, work: Work, verb: str) -> Mapping[str, object]:
        speaker, callback = self._message.speaker, self._message.callback
        if callback is None:
            raise InvalidInput(
                "the message names no place for late answers",
                code="NoCallback",
                hint="Call the function itself.",
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
                "callback": callback.url.reveal(),
                "callback_expires": callback.expires,
            }
        }
