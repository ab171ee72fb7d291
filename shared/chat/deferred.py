"""The second call of the function: does what was put off, and posts the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.arrival import Visit
from shared.chat import callback as callbacks
from shared.chat import words
from shared.chat.answer import Answer
from shared.chat.message import Callback, Speaker
from shared.chat.naming import Operations
from shared.chat.platforms import PLATFORMS
from shared.chat.work import ACCOUNT, work_of
from shared.door.problem import Problem
from shared.errors import InvalidInput, SyncError
from shared.notify.post import Post
from shared.run import frames

SHARE = 0.15
"""Of the function's time, kept to post the answer."""

VERBS = ("status", "run")
TEXTS = ("platform", "message_id", "operation", "action", "tenant", "user", "channel", "callback")


@dataclass(frozen=True, slots=True)
class Task:
    """What was put off.

    Parameters
    ----------
    speaker: who asked, and where.
    message_id: the message it came with.
    operation: its id.
    verb: ``status`` or ``run``.
    parameters: what was given, under our names.
    account, region: where it is to go.
    callback: where the answer goes.
    """

    speaker: Speaker
    message_id: str
    operation: str
    verb: str
    parameters: Mapping[str, object] = field(repr=False)
    account: str
    region: str | None
    callback: Callback


def finish(event: object, visit: Visit, operations: Operations) -> dict[str, object]:
    """Do what an event with ``deferred`` asks for, post the answer, and return a summary.

    Never raises: an asynchronous call that fails is run again by its platform. Rights and
    callback are checked again; the event may come from anybody who may call the function.

    Parameters
    ----------
    event: of a direct call, as the platform handed it in.
    visit: its visit.
    operations: those of this bundle.
    """
    try:
        task = read_task(event, visit)
    except (SyncError, Problem) as error:
        said = error.message if isinstance(error, SyncError) else error.detail
        visit.telemetry.report("error", "a deferred run was refused", {"outcome": said})
        return {"deferred": {"status": "refused", "outcome": said, "posted": 0}}
    except Exception as error:  # noqa: BLE001 - see above
        visit.telemetry.report("error", "a defect of ours", {"frames": frames(error)})
        return {"deferred": {"status": "failed", "outcome": "a defect of ours", "posted": 0}}
    return Finisher(task, visit, operations).finish()


def read_task(event: object, visit: Visit) -> Task:
    """Return the task in an event.

    Raises
    ------
    InvalidInput: the event is not of a direct call, or has no task.
    Problem: the callback is not the platform's own.
    """
    incoming = visit.platform.open(event)
    if incoming.kind != "direct" or incoming.refusal is not None:
        raise no_task("only a direct call may carry a deferred run")
    outer = incoming.parameters
    given = outer.get("deferred") if isinstance(outer, Mapping) else None
    if not isinstance(given, Mapping):
        raise no_task("the event has no deferred run")
    if not all(isinstance(given.get(key), str) and given[key] for key in TEXTS):
        raise no_task(f"a deferred run has texts for {', '.join(TEXTS)}")
    platform = PLATFORMS.get(given["platform"])
    if platform is None or given["action"] not in VERBS:
        raise no_task("a deferred run has no such platform or action")
    parameters, region, expires = (
        given.get(key) for key in ("parameters", "region", "callback_expires")
    )
    if (
        not isinstance(parameters, Mapping)
        or not isinstance(region, str | None)
        or not isinstance(expires, int | float)
        or given.get("account") != ACCOUNT
    ):
        raise no_task("a deferred run lacks parameters, account, region or callback_expires")
    callback = callbacks.callback_of(given["callback"], platform.ORIGIN, expires)
    speaker = Speaker(*(given[key] for key in ("platform", "tenant", "user", "channel")))
    callbacks.learn(callback, speaker, visit.scrub.learn)
    return Task(
        speaker=speaker,
        message_id=given["message_id"],
        operation=given["operation"],
        verb=given["action"],
        parameters=dict(parameters),
        account=ACCOUNT,
        region=region,
        callback=callback,
    )


def no_task(what: str) -> InvalidInput:
    """Return the refusal of an event."""
    return InvalidInput(what, code="NotDeferred", hint="Only this function itself sends them.")


class Finisher:
    """Does one task.

    Parameters
    ----------
    task: what was put off.
    visit: the event it came with.
    operations: those of this bundle.
    """

    def __init__(self, task: Task, visit: Visit, operations: Operations) -> None:
        self._task = task
        self._visit = visit
        self._operations = operations
        # Known at the start: a platform that tells the remaining time tells less later.
        self._deadline = visit.deadline()
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
        """Return the summary, after the answer is posted."""
        level, outcome, answer = "info", "", None
        posted, lost = 0, ""
        try:
            answer, outcome = self._done()
        except Problem as problem:
            level, outcome, answer = "warning", problem.detail, words.denied(problem.detail)
        except SyncError as error:
            level, outcome, answer = "warning", error.message, words.refusal(error)
        except Exception as error:  # noqa: BLE001 - see finish
            self._facts["frames"] = frames(error)
            level, outcome, answer = "error", "a defect of ours", words.defect()
        if answer is not None:
            try:
                posted, lost = self._post(answer)
            except SyncError as error:
                lost = error.message
            except Exception as error:  # noqa: BLE001 - see finish
                self._facts["frames"] = frames(error)
                lost = "a defect of ours"
        if lost:
            level = "error"
            self._facts["lost"] = lost
        facts = {**self._facts, "outcome": outcome, "posted": posted}
        self._visit.telemetry.report(level, "deferred chat command", facts)
        summary = {
            "message_id": self._task.message_id,
            "operation": self._task.operation,
            "action": self._task.verb,
            "outcome": outcome,
            "posted": posted,
            "lost": lost or None,
        }
        return {"deferred": self._visit.scrub.value(summary)}

    def _done(self) -> tuple[Answer | None, str]:
        task, process = self._task, self._visit.process
        taken = f"deferred:{task.speaker.platform}:{task.message_id}"
        if not process.replays.is_new(taken, process.clock.now().timestamp()):
            return None, "was done before"
        load = self._operations.get(task.operation)
        if load is None:
            raise InvalidInput(f"{task.operation} is not in this function", code="UnknownOperation")
        work = work_of(task.verb, load(), task.parameters, self._visit)
        if work.region != task.region:
            raise InvalidInput(
                "the settings changed since: it would go somewhere else now",
                code="Changed",
                hint="Ask again.",
            )
        work.check(task.speaker)
        run, result = work.execute(self._visit.deadline(kept=SHARE))
        work.arrival.finished(run, result)
        return words.result(result, run.warnings), result.status

    def _post(self, answer: Answer) -> tuple[int, str]:
        """Post the answer; return how many messages arrived, and why no more did."""
        task, process, settings = self._task, self._visit.process, self._visit.settings
        platform = PLATFORMS[task.speaker.platform]
        for number, body in enumerate(platform.messages(answer, platform.POSTS)):
            if process.clock.now().timestamp() >= task.callback.expires:
                return number, "the time for late answers is over"
            request = callbacks.request(task.callback, platform.ENDPOINT, settings, body)
            post = Post(process.sender(settings), self._deadline, process.clock, process.random)
            failure = post.deliver(lambda one=request: one, platform.verdict, repeatable=False)  # type: ignore[misc]
            if failure is not None:
                return number, failure
        return number + 1, ""
