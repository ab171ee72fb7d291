"""Renders the text of a notification: what happened, where, why, what to do, and the IDs.

Untrusted text in it is sanitized, and it is truncated to the size that a channel accepts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from shared.notifications.conditions import (
    ResultBody,
    attention_count,
    attention_items,
    result_data,
    target_results,
)

if TYPE_CHECKING:
    from shared.models.operation import Operation

STATUS_PHRASES: Mapping[object, str] = {
    "succeeded": "succeeded",
    "accepted": "was accepted; the provider does not report when it is finished",
    "running": "is still running at the provider",
    "unchanged": "had nothing to do",
    "idle": "found no task at the provider",
    "planned": "was a dry run; nothing was sent",
    "failed": "failed",
    "partial": "did not finish everywhere",
}
"""A result's status, as the end of a sentence that starts with the operation."""

EFFECT_PHRASES: Mapping[object, str] = {
    "seen": "yes, the provider shows it",
    "not_seen": "no, the provider does not show it yet",
    "cannot_be_known": "no, the provider does not tell",
}
"""``verified.effect``: whether the effect of the run is there."""

MAX_LISTED = 100
MAX_NAME_LENGTH = 200
MAX_REQUEST_IDS = 5

ZERO_WIDTH_SPACE = "\u200b"
"""Inserted after ``@``: the text looks the same, but the chat recognizes no mention."""

SENTENCE_ENDS = ("\n", ". ", "! ", "? ", "; ", "\u3002", "\uff01", "\uff1f", "\uff1b")
WORD_ENDS = (", ", " ", "\uff0c", "\u3001")


class Message(NamedTuple):
    """A message in reading order; if it is too long, ``detail`` is truncated.

    Parameters
    ----------
    head: what happened, and where.
    detail: why, or what needs attention.
    tail: what to do, the IDs, and when.
    """

    head: str
    detail: str
    tail: str

    @property
    def text(self) -> str:
        """The whole message."""
        return join_lines(*self)


def render(body: ResultBody, operation: Operation) -> Message:
    """Return the message about a result.

    Parameters
    ----------
    body: the result as a JSON object; untrusted text in it is sanitized.
    operation: the operation that ran.
    """
    if target_results(body):
        from shared.notifications.targets import render_targets  # most results have one target

        return render_targets(body, operation)
    return Message(
        head=join_lines(headline(body, operation), f"Where: {location(body)}"),
        detail=join_lines(*reasons(body)),
        tail=join_lines(*next_steps(body, operation), *id_lines(body), timing_line(body)),
    )


def headline(body: ResultBody, operation: Operation | None = None) -> str:
    """Return what happened, in one line.

    Parameters
    ----------
    body: the result.
    operation: the operation that ran, for the noun of its items; None to use its ID instead.
    """
    status = body.get("status")
    urgent = 0 if status in {"failed", "partial"} else attention_count(body)
    if operation is not None:
        items = attention_items(body)
        if urgent == 1 and len(items) == 1:
            return f"{attention_label(items[0])}{in_region(body)}"
        if urgent:
            count = count_of(body, urgent)
            return f"{count} {operation.items_noun} need attention{in_region(body)}"
        if status == "idle" and body.get("summary"):
            return single_line(str(body["summary"]))
    line = f"{safe_id(body.get('operation'))} {STATUS_PHRASES.get(status, safe_id(status))}"
    return f"{line}; {urgent} need attention" if urgent else line


def count_of(body: ResultBody, urgent: int) -> str:
    """Return how many items need attention, and the total if the result counts them."""
    by_status = result_data(body).get("by_status")
    if not isinstance(by_status, Mapping):
        return f"{urgent:,}"
    total = sum(count for count in by_status.values() if isinstance(count, int))
    return f"{urgent:,} of {total:,}"


def in_region(body: ResultBody) -> str:
    """Return a result's region in parentheses, empty if it is not known."""
    return f" ({safe_id(body['region'])})" if body.get("region") else ""


def location(body: ResultBody) -> str:
    """Return the provider, and the account and the region if they are known."""
    parts = [safe_id(body.get("provider"))]
    parts += [f"{key} {safe_id(body[key])}" for key in ("account", "region") if body.get(key)]
    return ", ".join(parts)


def reasons(body: ResultBody) -> list[str]:
    """Return why the run failed or what it found, one line each."""
    reason = error_reason(body)
    line = f"Why: {reason}" if reason else f"What: {single_line(str(body.get('summary') or ''))}"
    return [line, attention_line(body), verified_line(body)]


def error_reason(body: ResultBody) -> str:
    """Return an error's category, code and message; empty if there is no error."""
    error = body.get("error")
    if not isinstance(error, Mapping):
        return ""
    category = safe_id(error.get("category")).replace("_", " ")
    code = safe_id(error.get("code"))
    message = single_line(str(error.get("message") or ""))
    return f"{category} ({code}): {message}"


def verified_line(body: ResultBody) -> str:
    """Return whether the provider shows the effect, empty if that was not checked."""
    verified = result_data(body).get("verified")
    if not isinstance(verified, Mapping):
        return ""
    by = verified.get("by")
    actions = ", ".join(map(safe_id, by)) if isinstance(by, list | tuple) else ""
    effect = verified.get("effect")
    return f"Verified: {EFFECT_PHRASES.get(effect, safe_id(effect))}" + (
        f" ({actions})" if actions else ""
    )


def attention_line(body: ResultBody) -> str:
    """Return the line that lists what needs attention, empty if nothing does."""
    count = attention_count(body)
    if not count:
        return ""
    labels = [attention_label(item) for item in attention_items(body)[:MAX_LISTED]]
    return f"Needs attention ({count}): {join_limited(labels, count)}"


def attention_label(item: Mapping[str, object]) -> str:
    """Return what needs attention: its name or ID, why, and the ID if it also has a name."""
    item_id, name, why = (item.get(key) for key in ("id", "name", "why"))
    details = [safe_id(value) for value in (why, item_id if name else None) if value]
    return f"{safe_id(name or item_id)} ({', '.join(details)})" if details else safe_id(item_id)


def next_steps(body: ResultBody, operation: Operation | None = None) -> list[str]:
    """Return what a person should do.

    Parameters
    ----------
    body: the result.
    operation: the operation that ran, for its service and the noun of its items; None if unknown.
    """
    error = body.get("error")
    if isinstance(error, Mapping) and error.get("hint"):
        return [f"What to do: {single_line(str(error['hint']))}"]
    if not (attention_count(body) or body.get("status") == "partial"):
        return []
    if operation is None:
        return ["What to do: Check them in the provider's console."]
    return [
        f"What to do: Check these {operation.items_noun} in the {operation.service.label} console."
    ]


def id_lines(body: ResultBody) -> list[str]:
    """Return the provider's last request IDs and the platform's invocation ID."""
    request_ids = body.get("provider_request_ids")
    lines = []
    if isinstance(request_ids, list | tuple) and request_ids:
        last = ", ".join([safe_id(item) for item in request_ids[-MAX_REQUEST_IDS:]])
        omitted = len(request_ids) > MAX_REQUEST_IDS
        note = f" (the last {MAX_REQUEST_IDS} of {len(request_ids)})" if omitted else ""
        lines.append(f"Request ID: {last}{note}")
    if body.get("invocation_id"):
        lines.append(f"Invocation ID: {safe_id(body['invocation_id'])}")
    return lines


def timing_line(body: ResultBody) -> str:
    """Return when the run started, how long it took, and what triggered it."""
    line = f"When: {safe_id(body.get('started_at'))}"
    duration_ms = body.get("duration_ms")
    if isinstance(duration_ms, int | float):
        line += f", took {duration_ms / 1000:.1f} s"
    return line + (f", started by {safe_id(body['trigger'])}" if body.get("trigger") else "")


def join_limited(items: Sequence[str], count: int) -> str:
    """Return items separated by commas, and how many more there are."""
    more = count - len(items)
    return ", ".join(items) + (f" and {more:,} more" if more > 0 else "")


def safe_id(value: object) -> str:
    """Return a word or an ID as text, truncated to 200 characters."""
    return single_line(str(value))[:MAX_NAME_LENGTH]


def single_line(text: str) -> str:
    """Return a text on one line, without invisible characters and without mentions.

    A provider's text can then neither imitate further lines of the message, nor reverse the
    writing direction, nor notify everyone in the channel.
    """
    visible = "".join([character if character.isprintable() else " " for character in text])
    return " ".join(visible.split()).replace("@", "@" + ZERO_WIDTH_SPACE)


def neutralize_tags(text: str) -> str:
    """Return a text in which no chat recognizes a tag such as ``<at …>`` or ``<@…>``."""
    return text.replace("<", "\uff1c")


def truncate_to(message: Message, size: Callable[[str], int], limit: int) -> str:
    """Return a message's text; if it is too long, truncate its details and add a note.

    Where it happened and what to do are kept, unless they alone are too long.

    Parameters
    ----------
    message: the message.
    size: returns the size of a text in the channel's unit; grows with the text.
    limit: the maximum size.
    """
    if size(message.text) <= limit:
        return message.text
    for head, detail, tail in (
        (message.head, message.detail, message.tail),
        ("", message.text, ""),
    ):
        if size(join_lines(head, truncation_note(len(detail)), tail)) <= limit:
            break
    low, high = 0, len(detail)
    while low < high:
        middle = (low + high + 1) // 2
        # Uses the note with the most digits: the real one is not longer.
        if size(join_lines(head, detail[:middle] + truncation_note(len(detail)), tail)) <= limit:
            low = middle
        else:
            high = middle - 1
    kept = detail[: break_position(detail, low)].rstrip()
    return join_lines(head, kept + truncation_note(len(detail) - len(kept)), tail)


def break_position(text: str, max_length: int) -> int:
    """Return the position at which to truncate a text to at most ``max_length`` characters.

    It is after a sentence, else after a word, unless that would drop more than half of it.
    """
    kept = text[:max_length]
    for ends in (SENTENCE_ENDS, WORD_ENDS):
        position = max([kept.rfind(end) + len(end) for end in ends if end in kept], default=0)
        if position > max_length // 2:
            return position
    return max_length


def truncation_note(characters: int) -> str:
    """Return the note that replaces truncated text."""
    return f" \u2026 [{characters:,} characters cut]"


def join_lines(*pieces: str) -> str:
    """Return the pieces that are not empty, each on a new line."""
    return "\n".join([piece for piece in pieces if piece])
