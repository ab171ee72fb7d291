"""The second invocation of the function: runs what was deferred, and posts the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.chat import callback as callbacks
from shared.chat import words
from shared.chat.answer import Answer
from shared.chat.message import Callback, Speaker
from shared.chat.naming import Operations
from shared.chat.platforms import PLATFORMS
from shared.chat.posting import Poster
from shared.chat.rights import rights_of
from shared.chat.work import ACCOUNT, work_of
from shared.errors import InvalidInput, SyncError
from shared.http_trigger.problem import HttpProblem
from shared.invocation import Invocation
from shared.runner import record_run, stack_frames

SHARE = 0.15
"""The share of the function's time that is reserved for posting the result."""

VERBS = ("status", "run")
TEXTS = ("platform", "message_id", "operation", "action", "tenant", "user", "channel", "callback")


@dataclass(frozen=True, slots=True)
class Task:
    """A deferred run.

    Parameters
    ----------
    speaker: who sent the command, and where.
    message_id: the ID of the command's message.
    operation: its ID.
    verb: ``status`` or ``run``.
    parameters: the given ones, under our names.
    account, region: the target.
    callback: where the result is posted.
    replaces: whether the result replaces the message with the clicked button.
    """

    speaker: Speaker
    message_id: str
    operation: str
    verb: str
    parameters: Mapping[str, object] = field(repr=False)
    account: str
    region: str | None
    callback: Callback
    replaces: bool


def finish(invocation: Invocation, operations: Operations) -> dict[str, object]:
    """Run what an event with ``deferred`` describes, post the result, and return a summary.

    Never raises: the platforms retry an asynchronous invocation that fails. Rights and
    callback are checked again, because anyone who may invoke the function can send the event.

    Parameters
    ----------
    invocation: a direct invocation.
    operations: those of this bundle.
    """
    try:
        task = read_task(invocation)
    except (SyncError, HttpProblem) as error:
        said = error.message if isinstance(error, SyncError) else error.detail
        invocation.logger.log("error", "deferred chat command rejected", {"outcome": said})
        return {"deferred": {"status": "refused", "outcome": said, "posted": 0}}
    except Exception as error:  # noqa: BLE001 - see above
        invocation.logger.log("error", "unhandled exception", {"frames": stack_frames(error)})
        return {"deferred": {"status": "failed", "outcome": "internal error", "posted": 0}}
    return Finisher(task, invocation, operations).finish()


def read_task(invocation: Invocation) -> Task:
    """Return the deferred run in an event.

    Raises
    ------
    InvalidInput: the event is not from a direct invocation, or has no valid deferred run.
    Problem: the callback is not the platform's own.
    """
    incoming = invocation.event
    if incoming.trigger != "direct" or incoming.error is not None:
        raise no_task("deferred runs are accepted from direct invocations only")
    outer = incoming.parameters
    given = outer.get("deferred") if isinstance(outer, Mapping) else None
    if not isinstance(given, Mapping):
        raise no_task("the event has no object `deferred`")
    if not all(isinstance(given.get(key), str) and given[key] for key in TEXTS):
        raise no_task(f"deferred: {', '.join(TEXTS)} must be non-empty strings")
    platform = PLATFORMS.get(given["platform"])
    if platform is None or given["action"] not in VERBS:
        raise no_task("deferred: unknown platform or action")
    parameters, region, expires, replaces = (
        given.get(key) for key in ("parameters", "region", "callback_expires", "replaces")
    )
    if (
        not isinstance(parameters, Mapping)
        or not isinstance(region, str | None)
        or not isinstance(expires, int | float)
        or not isinstance(replaces, bool)
        or given.get("account") != ACCOUNT
    ):
        raise no_task("deferred: invalid parameters, account, region, callback_expires or replaces")
    callback = callbacks.callback_of(given["callback"], platform.ORIGIN, expires)
    speaker = Speaker(*(given[key] for key in ("platform", "tenant", "user", "channel")))
    callbacks.learn(callback, speaker, invocation.redactor.add)
    return Task(
        speaker=speaker,
        message_id=given["message_id"],
        operation=given["operation"],
        verb=given["action"],
        parameters=dict(parameters),
        account=ACCOUNT,
        region=region,
        callback=callback,
        replaces=replaces,
    )


def no_task(what: str) -> InvalidInput:
    """Return the refusal of an event."""
    return InvalidInput(what, code="NotDeferred", hint="Only this function itself sends these.")


class Finisher:
    """Executes one deferred run.

    Parameters
    ----------
    task: the deferred run.
    invocation: the event it came with.
    operations: those of this bundle.
    """

    def __init__(self, task: Task, invocation: Invocation, operations: Operations) -> None:
        self._task = task
        self._invocation = invocation
        self._operations = operations
        self._deadline = invocation.deadline
        speaker = task.speaker
        self._facts: dict[str, Any] = {
            "chat": speaker.platform,
            "tenant": speaker.tenant,
            "user": speaker.user,
            "channel": speaker.channel,
            "message_id": task.message_id,
            "operation": task.operation,
            "action": task.verb,
            "arguments": task.parameters,
        }

    def finish(self) -> dict[str, object]:
        """Return the summary, after the result is posted."""
        level, outcome, answer = "info", "", None
        invocation_id = self._invocation.invocation_id
        try:
            answer, outcome = self._done()
        except HttpProblem as problem:
            level, outcome, answer = "warning", problem.detail, words.denied(problem.detail)
        except SyncError as error:
            level, outcome, answer = "warning", error.message, words.refusal(error)
        except Exception as error:  # noqa: BLE001 - see finish
            self._facts["frames"] = stack_frames(error)
            level, outcome, answer = "error", "internal error", words.defect(invocation_id)
        poster = self._posted(answer)
        if poster.failure:
            level = "error"
            self._facts["lost"] = poster.failure
        if poster.frames:
            self._facts["frames"] = poster.frames
        facts = {**self._facts, "outcome": outcome, "posted": poster.posted}
        self._invocation.logger.log(level, "deferred chat command", facts)
        summary = {
            "message_id": self._task.message_id,
            "operation": self._task.operation,
            "action": self._task.verb,
            "outcome": outcome,
            "posted": poster.posted,
            "lost": poster.failure or None,
        }
        return {"deferred": self._invocation.redactor.redact_value(summary)}

    def _done(self) -> tuple[Answer | None, str]:
        task, process = self._task, self._invocation.runtime
        taken = f"deferred:{task.speaker.platform}:{task.message_id}"
        if not process.replay_cache.add_if_new(taken, process.clock.now().timestamp()):
            return None, "duplicate, already processed"
        load = self._operations.get(task.operation)
        if load is None:
            raise InvalidInput(
                f"{task.operation} is not part of this function", code="UnknownOperation"
            )
        work = work_of(task.verb, load(), task.parameters, self._invocation.reserving(SHARE))
        if work.region != task.region:
            raise InvalidInput(
                "Settings have changed; the target is different now",
                code="Changed",
                hint="Send the command again.",
            )
        rights = rights_of(self._invocation.settings.get("CHAT_RIGHTS"), task.speaker)
        work.check(rights)
        report = work.execute()
        record_run(report, work.invocation)
        return work.answer(report), report.result.status

    def _posted(self, answer: Answer | None) -> Poster:
        """Return what posted the result."""
        task = self._task
        platform = PLATFORMS[task.speaker.platform]
        poster = Poster(platform, task.callback, self._invocation)
        if answer is not None:
            # The first invocation has used one: it has replaced the buttons.
            most = platform.POSTS - task.replaces
            poster.post(answer, most, self._deadline, replaces=task.replaces)
        return poster
