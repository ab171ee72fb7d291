"""The texts of the replies: help, results, plans, and errors."""

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
from shared.notifications.conditions import (
    ResultBody,
    attention_count,
    attention_items,
    result_data,
    target_results,
)
from shared.notifications.rendering import (
    error_reason,
    headline,
    id_lines,
    location,
    next_steps,
    safe_id,
    single_line,
    timing_line,
    verified_line,
)
from shared.validation import innermost_schema

STATUS_ICONS: Mapping[object, str] = {
    "succeeded": "✅",
    "accepted": "☑️",
    "running": "⏳",
    "unchanged": "➖",  # noqa: RUF001 - an icon, not a minus sign
    "idle": "💤",
    "planned": "📝",
    "failed": "❌",
    "partial": "⚠️",
}
DENIED_ICON = "🚫"
WAIT_ICON = "⏳"

MAX_LISTED = 200
"""Items in one reply."""

SHOWN_ELSEWHERE = frozenset({"verified", "attention", "attention_count"})
"""Keys of a result's data that have lines of their own."""

TARGETS_FORMAT = "targets=set:… or accounts=…,… regions=…,…"

UsableOperations = Sequence[tuple[Operation, tuple[str, ...]]]
"""The operations that the sender of a command may use, and the actions for each."""

VERB_DESCRIPTIONS: Mapping[str, str] = {
    "status": "reads the current state; changes nothing",
    "plan": "previews the requests that a run would send",
    "run": "runs it; if it makes a change, you confirm first",
}


def help_text(prefix: str, usable: UsableOperations) -> Reply:
    """Return the commands that the sender may use.

    Parameters
    ----------
    prefix: what a person types before a command.
    usable: at least one.
    """
    possible = {action for _, actions in usable for action in actions}
    lines = ["Commands:", f"`{prefix}list` shows your operations and their parameters"]
    lines += [
        f"`{prefix}{USAGE[action]}` {description}"
        for action, description in VERB_DESCRIPTIONS.items()
        if action in possible
    ]
    if "run" in possible:
        lines.append(f"`{prefix}{USAGE['confirm']}` confirms a run, within 5 minutes")
    lines.append("In this channel, you can use:")
    lines += [f"- {bold(one.function)}: {', '.join(actions)}" for one, actions in usable]
    lines.append(
        "OPERATION is one of these names, an ID, or any part that only one of them has. "
        "Put values with spaces in quotes."
    )
    return Reply(tuple(lines))


def no_permissions(sender: Sender) -> Reply:
    """Return the reply to a person without permissions: what a rule for them must contain."""
    fields = (
        f"platform {sender.platform}, user {safe_id(sender.user)}, "
        f"channel {safe_id(sender.channel)}, organization {safe_id(sender.tenant)}"
    )
    cannot = "You can't use any operation in this channel."
    return Reply((f"{DENIED_ICON} {cannot} Ask an admin to add a CHAT_RIGHTS rule for:", fields))


def operation_list(usable: UsableOperations) -> Reply:
    """Return the operations that the sender may use, and their parameters."""
    lines: list[str] = []
    for operation, actions in usable:
        lines.append(f"{bold(operation.function)}: {operation.title}")
        lines.append(f"- you can: {', '.join(actions)}")
        lines.append(f"- parameters: {', '.join(parameters_of(operation))}")
    return Reply(tuple(lines))


def parameters_of(operation: Operation) -> Iterable[str]:
    """Yield each parameter as it is written in a command."""
    required = operation.params.required
    for key, field in operation.params.fields.items():
        if key in RESERVED_ARGUMENTS or key in operation.params.secrets:
            continue
        if key == "wait_seconds" and not operation.supports_wait:
            continue
        yield f"{key}={value_format(field)}{' (required)' if key in required else ''}"
    yield TARGETS_FORMAT


def value_format(field: Mapping[str, Any]) -> str:
    """Return the format of a parameter's value."""
    schema = innermost_schema(field)
    if schema["type"] == "literal":
        return "|".join(schema["expected"])
    return {"bool": "true|false", "list": "…,…"}.get(schema["type"], "…")


def value_choice(
    operation: Operation,
    missing: MissingParameter,
    values: Sequence[tuple[str, str | None]],
    command: str,
    arguments: Mapping[str, str],
    *,
    more: bool,
) -> Reply:
    """Return a command for each value of a missing parameter.

    Parameters
    ----------
    operation: the operation.
    missing: the parameter.
    values: at least one, each with the region of the run.
    command: the command up to the operation.
    arguments: the parameters in the command.
    more: whether there may be more values.
    """
    rest = "".join(f" {key}={quoted(value)}" for key, value in arguments.items())
    lines = [f"{bold(operation.function)} needs {missing.parameter}. {missing.setting} lists:"]
    for value, region in values:
        location_note = f" ({safe_id(region)})" if region else ""
        suggestion = f"{command} {missing.parameter}={value}{rest}"
        lines.append(f"- {bold(safe_id(value))}{location_note}: `{single_line(suggestion)}`")
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
    """Return the reply with a result: what, where, why, what to do, IDs; long lists last.

    Parameters
    ----------
    outcome: the result.
    warnings: the run's warnings.
    every_server: whether healthy servers are listed too, not only counted.
    """
    body = outcome.as_dict()
    if target_results(body):
        from functions.web.chat.target_replies import targets_text  # most results have one target

        return targets_text(body)
    reason = error_reason(body)
    what = f"Why: {reason}" if reason else f"What: {single_line(outcome.summary)}"
    lines = [
        f"{STATUS_ICONS.get(outcome.status, '')} {bold(headline(body))}",
        what,
        f"Where: {location(body)}",
        *next_steps(body),
        *(f"Warning: {single_line(warning)}" for warning in warnings),
        verified_line(body),
        *detail_lines(body),
        *id_lines(body),
        timing_line(body),
        *request_lines(outcome.data),
        *attention_lines(body),
        *other_server_lines(body, every=every_server),
    ]
    return Reply(tuple(line for line in lines if line))


def detail_lines(body: ResultBody) -> list[str]:
    """Return a line with the simple values of a result's data, and one for each group of counts."""
    values = {key: value for key, value in result_data(body).items() if key not in SHOWN_ELSEWHERE}
    plain = [
        f"{humanize(key)}: {format_value(value)}"
        for key, value in values.items()
        if isinstance(value, str | int | float) and value != ""
    ]
    counted = [
        f"{humanize(key).capitalize()}: "
        f"{', '.join(f'{safe_id(k)} {safe_id(v)}' for k, v in value.items())}"
        for key, value in values.items()
        if isinstance(value, Mapping) and value
    ]
    return [*([f"Details: {' · '.join(plain)}"] if plain else []), *counted]


def humanize(key: str) -> str:
    """Return a key as words."""
    return safe_id(key).replace("_", " ")


def format_value(value: object) -> str:
    """Return a simple value as text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return single_line(str(value))


def request_lines(data: Mapping[str, Any]) -> list[str]:
    """Return the requests of a plan, one per line."""
    planned = data.get("requests")
    if not isinstance(planned, list):
        return []
    return [
        f"{number}. {each['method']} {single_line(each['url'])} ({each['action']}, "
        f"{'makes a change' if each['writes'] else 'read-only'})"
        for number, each in enumerate(planned, 1)
    ]


def attention_lines(body: ResultBody) -> list[str]:
    """Return a line for each item that needs attention, after one that counts them."""
    count, items = attention_count(body), attention_items(body)
    if not count:
        return []
    lines = [f"Needs attention ({count:,}):", *map(attention_line, items[:MAX_LISTED])]
    more = count - min(len(items), MAX_LISTED)
    return [*lines, f"… and {more:,} more that need attention."] if more > 0 else lines


def attention_line(item: Mapping[str, object]) -> str:
    """Return an item that needs attention in one line."""
    label = safe_id(item.get("name") or item.get("id"))
    item_id = f" ({safe_id(item.get('id'))})" if item.get("name") and item.get("id") else ""
    return f"- {bold(label)}{item_id}: {bold(safe_id(item.get('why')))}"


def other_server_lines(body: ResultBody, *, every: bool) -> list[str]:
    """Return a line for each server that needs no attention, or how many there are."""
    data: Mapping[str, Any] = result_data(body)
    servers, by_status = data.get("servers"), data.get("by_status")
    if not isinstance(servers, list | tuple) or not isinstance(by_status, Mapping):
        return []
    count = attention_count(body)
    if not every:
        others = sum(by_status.values()) - count
        if others <= 0:
            return []
        return [f"{others:,} others are not listed; include_servers=all lists them."]
    urgent = {item.get("id") for item in attention_items(body)}
    rest = [server_line(server) for server in servers if server.get("id") not in urgent]
    shown = rest[: max(0, MAX_LISTED - min(count, MAX_LISTED))]
    lines = [f"Others ({len(rest):,}):", *shown] if rest else []
    if len(shown) < len(rest):
        lines.append(
            f"… and {len(rest) - len(shown):,} more, not shown. Page through them "
            "with limit=100 offset=0 and so on, or call the function directly."
        )
    return lines


def server_line(server: Mapping[str, object]) -> str:
    """Return a server in one line."""
    label, status = safe_id(server.get("name") or server.get("id")), safe_id(server["status"])
    return f"- {bold(label)} ({safe_id(server.get('id'))}): {bold(status)}"


def confirmation_prompt(operation: Operation, planned: Result, prefix: str, code: str) -> Reply:
    """Return the request to confirm a run, with what it would do.

    Parameters
    ----------
    operation: the operation.
    planned: the plan's result.
    prefix: what a person types before a command.
    code: the confirmation code.
    """
    body = planned.as_dict()
    where, requests = [f"Where: {location(body)}", "A run sends:"], planned.data
    if results := target_results(body):
        from functions.web.chat.target_replies import where_lines

        where, requests = where_lines(body), result_data(results[0])
    lines = (
        f"⚠️ {bold(operation.function)} {operation.effect}.",
        *where,
        *request_lines(requests),
        "Nothing has been sent yet. You have 5 minutes to confirm.",
    )
    return Reply(lines, f"{prefix}confirm {code}", code)


def queued(operation: Operation, *, writes: bool) -> Reply:
    """Return the reply that the job runs in the background."""
    if writes:
        return Reply(
            (f"{WAIT_ICON} Running {bold(operation.function)}. I'll post the result here.",)
        )
    return Reply(
        (f"{WAIT_ICON} Still reading {bold(operation.function)}. I'll post the result here.",)
    )


def queue_failed(error: SyncError, invocation_id: str | None, *, writes: bool) -> Reply:
    """Return the reply that the job could not be queued, or may or may not have been.

    Parameters
    ----------
    error: the reason.
    invocation_id: the ID of this invocation, None if there is none.
    writes: whether the job makes a change.
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
    lines = [f"❌ {first}", f"Why: {single_line(error.message)}"]
    lines += [f"What to do: {single_line(error.hint)}"] if error.hint else []
    return Reply((*lines, *log_reference(invocation_id)))


def cancelled() -> Reply:
    """Return the reply that a run was cancelled instead of confirmed."""
    return Reply(("Cancelled.",))


def rejected(error: SyncError) -> Reply:
    """Return the reply that a command was rejected, with what to do."""
    sentences = [f"{single_line(error.message)}."]
    sentences += [single_line(error.hint)] if error.hint else []
    return Reply((f"{DENIED_ICON} {' '.join(sentences)}",))


def forbidden(detail: str) -> Reply:
    """Return the reply that the sender lacks permission."""
    return Reply((f"{DENIED_ICON} {single_line(detail)}.",))


def internal_error(invocation_id: str | None) -> Reply:
    """Return the reply that an unhandled exception occurred."""
    return Reply(("❌ Internal error. See the function's log.", *log_reference(invocation_id)))


def log_reference(invocation_id: str | None) -> list[str]:
    """Return the line with the ID to search the log for."""
    return [f"Invocation ID: {safe_id(invocation_id)}"] if invocation_id else []
