"""The answers in words: what is understood, what happened, what would happen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared import parameters
from shared.chat.answer import Answer
from shared.chat.given import NOT_FOR_CHAT
from shared.chat.message import Speaker
from shared.errors import SyncError
from shared.models.fields import Choice, Field, Flag, SecretText, Texts
from shared.models.operation import Operation
from shared.models.result import Result
from shared.notify.conditions import Body
from shared.notify.message import headline, ids, name, next_steps, place, reason_of, when
from shared.notify.plain import one_line

SIGNS: Mapping[object, str] = {
    "succeeded": "✅",
    "accepted": "☑️",
    "running": "⏳",
    "unchanged": "➖",  # noqa: RUF001 - a sign, not a minus
    "idle": "💤",
    "planned": "📝",
    "failed": "❌",
    "partial": "⚠️",
}
REFUSED = "🚫"
WAIT = "⏳"

LISTED = 200
"""Names in one answer; who wants more wants the function's own answer."""

Actions = Mapping[str, tuple[str, ...]]
"""From an operation's id to what somebody may do with it."""


def help_for(speaker: Speaker, address: str, actions: Actions) -> Answer:
    """Return what the asker may say."""
    may = {action for allowed in actions.values() for action in allowed}
    if not may:
        return nothing_allowed(speaker)
    lines = ["I understand:", f"{address}list: what you may run, and what it takes"]
    if "status" in may:
        lines.append(f"{address}status OPERATION [key=value …]: only looks, changes nothing")
    if "plan" in may:
        lines.append(f"{address}plan OPERATION [key=value …]: shows what a run would send")
    if "run" in may:
        lines += [
            (
                f"{address}run OPERATION [key=value …]: runs it; where it changes something, only "
                "after you confirm"
            ),
            f"{address}confirm CODE: with the code of my answer to run, for five minutes",
        ]
    lines.append(
        "OPERATION is its name, its id, or any part that only one has. Put a value with spaces "
        "into quotes."
    )
    return Answer(tuple(lines))


def nothing_allowed(speaker: Speaker) -> Answer:
    """Return what somebody without rights is told: all that a rule for them needs."""
    return Answer(
        (
            f"{REFUSED} No rule of CHAT_RIGHTS lets you do anything from here.",
            "Whoever runs this function can add one with these ids:",
            (
                f"platform {speaker.platform}, user {name(speaker.user)}, "
                f"channel {name(speaker.channel)}, organization {name(speaker.tenant)}"
            ),
        )
    )


def listing(operations: Sequence[Operation], actions: Actions) -> Answer:
    """Return the operations that somebody may use, and what each takes.

    Parameters
    ----------
    operations: at least one.
    actions: what may be done with each.
    """
    lines: list[str] = []
    for operation in operations:
        lines.append(f"{operation.function}: {operation.title}")
        possible = [
            action
            for action in actions[operation.id]
            if action != "status" or operation.status or operation.only_reads
        ]
        lines.append(f"- you may: {', '.join(possible) or 'nothing, it cannot be only read'}")
        lines.append(f"- takes: {', '.join(taken(operation))}")
    return Answer(tuple(lines))


def taken(operation: Operation) -> Iterable[str]:
    """Return each parameter as it would be written."""
    needed = parameters.required(operation.params)
    for key, field in parameters.fields_of(operation.params).items():
        if key in NOT_FOR_CHAT or isinstance(field, SecretText):
            continue
        if key == "wait_seconds" and not operation.waits:
            continue
        yield f"{key}={shape(field)}{' (needed)' if key in needed else ''}"


def shape(field: Field) -> str:
    """Return what a value looks like."""
    if isinstance(field, Choice):
        return "|".join(field.words)
    if isinstance(field, Flag):
        return "true|false"
    return "…,…" if isinstance(field, Texts) else "…"


def result(outcome: Result, warnings: Sequence[str] = ()) -> Answer:
    """Return what came of a run: what, where, why, what to do, ids; long lists last."""
    body = outcome.as_dict()
    reason = reason_of(body)
    what = f"Why: {reason}" if reason else f"What: {one_line(outcome.summary)}"
    lines = [
        f"{SIGNS.get(outcome.status, '')} {headline(body)}",
        what,
        f"Where: {place(body)}",
        *next_steps(body),
        *(f"Mind: {one_line(warning)}" for warning in warnings),
        *facts(body),
        *ids(body),
        when(body),
        *requests(outcome.data),
        *servers(outcome.data),
    ]
    return Answer(tuple(lines))


def facts(body: Body) -> list[str]:
    """Return the small things a result tells, in one line each kind."""
    data = body.get("data")
    told = data if isinstance(data, Mapping) else {}
    plain = [
        f"{words(key)} {said(value)}"
        for key, value in told.items()
        if isinstance(value, str | int | float) and value != ""
    ]
    counted = [
        f"{words(key).capitalize()}: {', '.join(f'{name(k)} {name(v)}' for k, v in value.items())}"
        for key, value in told.items()
        if isinstance(value, Mapping) and value
    ]
    return [*([f"Told: {'; '.join(plain)}"] if plain else []), *counted]


def words(key: str) -> str:
    """Return a key as words."""
    return name(key).replace("_", " ")


def said(value: object) -> str:
    """Return a plain value as somebody would say it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return one_line(str(value))


def requests(data: Mapping[str, Any]) -> list[str]:
    """Return the requests of a plan, one a line."""
    planned = data.get("requests")
    if not isinstance(planned, list):
        return []
    return [
        f"{number}. {each['method']} {one_line(each['url'])} ({each['action']}, "
        f"{'changes something' if each['writes'] else 'only reads'})"
        for number, each in enumerate(planned, 1)
    ]


def servers(data: Mapping[str, Any]) -> list[str]:
    """Return the servers of a result: those that need attention first, then the others."""
    listed, attention = data.get("servers"), data.get("attention")
    if not isinstance(listed, list | tuple) or not isinstance(attention, list | tuple):
        return []
    urgent = set(attention)
    known = {server.get("id") for server in listed}
    first = [one_server(server) for server in listed if server.get("id") in urgent]
    first += [f"- {name(each)}" for each in attention if each not in known]
    rest = [one_server(server) for server in listed if server.get("id") not in urgent]
    lines: list[str] = []
    room = LISTED
    for title, group in (("Needs attention", first), ("The others", rest)):
        if group:
            lines += [f"{title} ({len(group)}):", *group[:room]]
            room -= min(room, len(group))
    left = len(first) + len(rest) - LISTED
    if left > 0:
        lines.append(
            f"… and {left:,} more, not shown: ask page by page, with limit=100 offset=0 and so on, "
            "for include_servers=attention, or call the function itself."
        )
    return lines


def one_server(server: Mapping[str, object]) -> str:
    """Return a server in a line."""
    return f"- {name(server.get('name') or '')} {name(server.get('id'))}: {name(server['status'])}"


def card(operation: Operation, planned: Result, address: str, code: str) -> Answer:
    """Return what a run would do, and how to confirm it.

    Parameters
    ----------
    operation: which.
    planned: the plan's result.
    address: what a person writes before a command.
    code: the confirmation code.
    """
    lines = (
        f"⚠️ {operation.function} changes something: it {operation.changes}.",
        f"Where: {place(planned.as_dict())}",
        "It would send:",
        *requests(planned.data),
        "Nothing was sent yet. To run it, send this within five minutes:",
    )
    return Answer(lines, f"{address}confirm {code}")


def begun(operation: Operation, *, writes: bool) -> Answer:
    """Return that a run was put off and its answer will come."""
    what = "is being run" if writes else "takes longer than a chat waits"
    return Answer((f"{WAIT} {operation.function} {what}; the answer comes here.",))


def not_begun(error: SyncError, *, writes: bool) -> Answer:
    """Return that a run could not be put off, and whether it may have been begun."""
    if not writes:
        first = "That takes longer than a chat waits, and it could not be put off."
    elif getattr(error, "lost", False):
        first = "Whether it was begun is not known: look with status before you ask again."
    else:
        first = "It could not be begun; nothing was sent."
    return Answer((f"❌ {first}", *why(error)))


def refusal(error: SyncError) -> Answer:
    """Return why a command was not run."""
    return Answer((f"{REFUSED} {one_line(error.message)}.", *why(error)[1:]))


def why(error: SyncError) -> list[str]:
    """Return an error's reason, and what to do about it."""
    lines = [f"Why: {one_line(error.message)}"]
    return [*lines, f"What to do: {one_line(error.hint)}"] if error.hint else lines


def denied(detail: str) -> Answer:
    """Return why somebody may not do what was asked."""
    return Answer((f"{REFUSED} {one_line(detail)}.",))


def defect() -> Answer:
    """Return that we are at fault."""
    return Answer(("❌ That met a defect of ours; the function's log names where.",))
