"""The replies in words: help, results, plans, and refusals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from functions.web.chat.arguments import RESERVED_ARGUMENTS
from functions.web.chat.bold import bold
from functions.web.chat.message import Reply, Sender
from functions.web.chat.missing_parameter import MissingParameter
from functions.web.chat.parser import USAGE
from shared.errors import SyncError
from shared.models.operation import Operation
from shared.models.result import Result
from shared.notifications.conditions import ResultBody as Body
from shared.notifications.rendering import error_reason as reason_of
from shared.notifications.rendering import headline, next_steps
from shared.notifications.rendering import id_lines as ids
from shared.notifications.rendering import location as place
from shared.notifications.rendering import safe_id as name
from shared.notifications.rendering import single_line as one_line
from shared.notifications.rendering import timing_line as when
from shared.validation import innermost_schema

STATUS_ICONS: Mapping[object, str] = {
    "succeeded": "✅",
    "accepted": "☑️",
    "running": "⏳",
    "unchanged": "➖",  # noqa: RUF001 - a sign, not a minus
    "idle": "💤",
    "planned": "📝",
    "failed": "❌",
    "partial": "⚠️",
}
DENIED_ICON = "🚫"
WAIT_ICON = "⏳"

MAX_SERVERS = 200
"""Servers in one reply."""

UsableOperations = Sequence[tuple[Operation, tuple[str, ...]]]
"""The operations that the sender of a command may use, and the actions for each."""

VERB_DESCRIPTIONS: Mapping[str, str] = {
    "status": "reads the current state; changes nothing",
    "plan": "previews the requests that a run would send",
    "run": "runs it; if it makes a change, you confirm first",
}


def help_text(address: str, usable: UsableOperations) -> Reply:
    """Return the commands that the sender may use.

    Parameters
    ----------
    address: what a person writes before a command.
    usable: at least one.
    """
    possible = {action for _, actions in usable for action in actions}
    lines = ["Commands:", f"`{address}list` shows your operations and their parameters"]
    lines += [
        f"`{address}{USAGE[action]}` {about}"
        for action, about in VERB_DESCRIPTIONS.items()
        if action in possible
    ]
    if "run" in possible:
        lines.append(f"`{address}{USAGE['confirm']}` confirms a run, within 5 minutes")
    lines.append("In this channel, you can use:")
    lines += [f"- {bold(one.function)}: {', '.join(actions)}" for one, actions in usable]
    lines.append(
        "OPERATION is one of these names, an ID, or any part that only one of them has. "
        "Put values with spaces in quotes."
    )
    return Reply(tuple(lines))


def no_permissions(sender: Sender) -> Reply:
    """Return the reply to a person without rights: what a rule for them needs."""
    who = (
        f"platform {sender.platform}, user {name(sender.user)}, "
        f"channel {name(sender.channel)}, organization {name(sender.tenant)}"
    )
    cannot = "You can't use any operation in this channel."
    return Reply((f"{DENIED_ICON} {cannot} Ask an admin to add a CHAT_RIGHTS rule for:", who))


def operation_list(usable: UsableOperations) -> Reply:
    """Return the operations that the sender may use, and their parameters."""
    lines: list[str] = []
    for operation, actions in usable:
        lines.append(f"{bold(operation.function)}: {operation.title}")
        lines.append(f"- you can: {', '.join(actions)}")
        lines.append(f"- parameters: {', '.join(parameters_of(operation))}")
    return Reply(tuple(lines))


def parameters_of(operation: Operation) -> Iterable[str]:
    """Return each parameter as it would be written."""
    required = operation.params.required
    for key, field in operation.params.fields.items():
        if key in RESERVED_ARGUMENTS or key in operation.params.secrets:
            continue
        if key == "wait_seconds" and not operation.supports_wait:
            continue
        yield f"{key}={value_format(field)}{' (required)' if key in required else ''}"


def value_format(field: Mapping[str, Any]) -> str:
    """Return what a value looks like."""
    schema = innermost_schema(field)
    if schema["type"] == "literal":
        return "|".join(schema["expected"])
    return {"bool": "true|false", "list": "…,…"}.get(schema["type"], "…")


def value_choice(
    operation: Operation,
    missing: MissingParameter,
    values: Sequence[tuple[str, str | None]],
    command: str,
    texts: Mapping[str, str],
    *,
    more: bool,
) -> Reply:
    """Return a command for each value of a missing parameter.

    Parameters
    ----------
    operation: which.
    missing: the parameter.
    values: at least one, each with the region that a run would go to.
    command: the command up to the operation.
    texts: the parameters that were given.
    more: whether there may be more values.
    """
    given = "".join(f" {key}={quoted(value)}" for key, value in texts.items())
    lines = [f"{bold(operation.function)} needs {missing.parameter}. {missing.setting} lists:"]
    for value, region in values:
        where = f" ({name(region)})" if region else ""
        again = f"{command} {missing.parameter}={value}{given}"
        lines.append(f"- {bold(name(value))}{where}: `{one_line(again)}`")
    if more:
        lines.append(f"… {missing.setting} lists more.")
    return Reply(tuple(lines))


def quoted(value: str) -> str:
    """Return a value as it is written in a command."""
    if value and not any(character.isspace() for character in value):
        return value
    return f"'{value}'" if '"' in value else f'"{value}"'


def result_text(
    outcome: Result, warnings: Sequence[str] = (), *, every_server: bool = False
) -> Reply:
    """Return a result: what, where, why, what to do, IDs; long lists last.

    Parameters
    ----------
    outcome: the result.
    warnings: what else the run reports.
    every_server: whether healthy servers are listed too, not only counted.
    """
    body = outcome.as_dict()
    reason = reason_of(body)
    what = f"Why: {reason}" if reason else f"What: {one_line(outcome.summary)}"
    lines = [
        f"{STATUS_ICONS.get(outcome.status, '')} {bold(headline(body))}",
        what,
        f"Where: {place(body)}",
        *next_steps(body),
        *(f"Warning: {one_line(warning)}" for warning in warnings),
        *detail_lines(body),
        *ids(body),
        when(body),
        *request_lines(outcome.data),
        *server_lines(outcome.data, every=every_server),
    ]
    return Reply(tuple(lines))


def detail_lines(body: Body) -> list[str]:
    """Return the plain values of a result in one line, and each group of counts in another."""
    data = body.get("data")
    known = data if isinstance(data, Mapping) else {}
    plain = [
        f"{humanize(key)}: {format_value(value)}"
        for key, value in known.items()
        if isinstance(value, str | int | float) and value != ""
    ]
    counted = [
        f"{humanize(key).capitalize()}: "
        f"{', '.join(f'{name(k)} {name(v)}' for k, v in value.items())}"
        for key, value in known.items()
        if isinstance(value, Mapping) and value
    ]
    return [*([f"Details: {' · '.join(plain)}"] if plain else []), *counted]


def humanize(key: str) -> str:
    """Return a key as words."""
    return name(key).replace("_", " ")


def format_value(value: object) -> str:
    """Return a plain value as text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return one_line(str(value))


def request_lines(data: Mapping[str, Any]) -> list[str]:
    """Return the requests of a plan, one per line."""
    planned = data.get("requests")
    if not isinstance(planned, list):
        return []
    return [
        f"{number}. {each['method']} {one_line(each['url'])} ({each['action']}, "
        f"{'makes a change' if each['writes'] else 'read-only'})"
        for number, each in enumerate(planned, 1)
    ]


def server_lines(data: Mapping[str, Any], *, every: bool) -> list[str]:
    """Return the servers that need attention; the others are counted, or listed after them."""
    listed, attention = data.get("servers"), data.get("attention")
    if not isinstance(listed, list | tuple) or not isinstance(attention, list | tuple):
        return []
    urgent = set(attention)
    known = {server.get("id") for server in listed}
    first = [server_line(server) for server in listed if server.get("id") in urgent]
    first += [f"- {name(each)}" for each in attention if each not in known]
    rest = [server_line(server) for server in listed if server.get("id") not in urgent]
    lines = [f"Needs attention ({len(first):,}):", *first[:MAX_SERVERS]] if first else []
    if not every:
        others = sum(data.get("by_status", {}).values()) - len(first)
        if len(first) > MAX_SERVERS:
            lines.append(f"… and {len(first) - MAX_SERVERS:,} more that need attention.")
        if others > 0:
            lines.append(f"{others:,} others are not listed; include_servers=all lists them.")
        return lines
    room = max(0, MAX_SERVERS - len(first))
    if rest:
        lines += [f"Others ({len(rest):,}):", *rest[:room]]
    if len(first) + len(rest) > MAX_SERVERS:
        lines.append(
            f"… and {len(first) + len(rest) - MAX_SERVERS:,} more, not shown. Page through them "
            "with limit=100 offset=0 and so on, or call the function directly."
        )
    return lines


def server_line(server: Mapping[str, object]) -> str:
    """Return a server in one line."""
    known_as, status = name(server.get("name") or server.get("id")), name(server["status"])
    return f"- {bold(known_as)} ({name(server.get('id'))}): {bold(status)}"


def confirmation_prompt(operation: Operation, planned: Result, address: str, code: str) -> Reply:
    """Return what a run would do, to be confirmed.

    Parameters
    ----------
    operation: which.
    planned: the plan's result.
    address: what a person writes before a command.
    code: the confirmation code.
    """
    lines = (
        f"⚠️ {bold(operation.function)} {operation.effect}.",
        f"Where: {place(planned.as_dict())}",
        "A run sends:",
        *request_lines(planned.data),
        "Nothing has been sent yet. You have 5 minutes to confirm.",
    )
    return Reply(lines, f"{address}confirm {code}", code)


def queued(operation: Operation, *, writes: bool) -> Reply:
    """Return that the work is done in the background."""
    if writes:
        return Reply(
            (f"{WAIT_ICON} Running {bold(operation.function)}. I'll post the result here.",)
        )
    return Reply(
        (f"{WAIT_ICON} Still reading {bold(operation.function)}. I'll post the result here.",)
    )


def queue_failed(error: SyncError, invocation_id: str | None, *, writes: bool) -> Reply:
    """Return that the work could not be started in the background, and whether it may have been.

    Parameters
    ----------
    error: why.
    invocation_id: of this invocation, None if there is none.
    writes: whether the work makes a change.
    """
    if not writes:
        first = (
            "This takes longer than chat's 3-second limit, and starting it in the background "
            "failed."
        )
    elif error.outcome_unknown:
        first = (
            "The run may or may not have started. Check with `status`, or in the provider's "
            "console, before you try again."
        )
    else:
        first = "The run could not be started; nothing was sent."
    lines = [f"❌ {first}", f"Why: {one_line(error.message)}"]
    lines += [f"What to do: {one_line(error.hint)}"] if error.hint else []
    return Reply((*lines, *log_reference(invocation_id)))


def cancelled() -> Reply:
    """Return that a run was cancelled before it was confirmed."""
    return Reply(("Cancelled.",))


def rejected(error: SyncError) -> Reply:
    """Return why a command was not executed, and what to do."""
    sentences = [f"{one_line(error.message)}."]
    sentences += [one_line(error.hint)] if error.hint else []
    return Reply((f"{DENIED_ICON} {' '.join(sentences)}",))


def forbidden(detail: str) -> Reply:
    """Return why the sender may not do this."""
    return Reply((f"{DENIED_ICON} {one_line(detail)}.",))


def internal_error(invocation_id: str | None) -> Reply:
    """Return that our own code failed."""
    return Reply(("❌ Internal error. See the function's log.", *log_reference(invocation_id)))


def log_reference(invocation_id: str | None) -> list[str]:
    """Return where to look in the log."""
    return [f"Invocation ID: {name(invocation_id)}"] if invocation_id else []
