"""What a person is told of a result: what, where, why, what to do, and the ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.notify.conditions import Body, attention, data_of, parts_of
from shared.notify.plain import one_line

IN_WORDS: Mapping[object, str] = {
    "succeeded": "succeeded",
    "accepted": "was accepted; whether it is done is not known yet",
    "running": "is still running at the provider",
    "unchanged": "had nothing to do",
    "idle": "found no task at the provider",
    "planned": "was only planned, nothing was sent",
    "failed": "failed",
    "partial": "did not finish everywhere",
}
"""A result's status, as the end of a sentence that begins with the operation."""

LONGEST_LIST = 100
LONGEST_NAME = 200
REQUEST_IDS = 5


@dataclass(frozen=True, slots=True)
class Message:
    """A text in the order it is read; when it is too long, ``detail`` is what gives way.

    Parameters
    ----------
    head: what happened, and where.
    detail: why, or what needs attention.
    tail: what to do, the ids, and when.
    """

    head: str
    detail: str
    tail: str

    @property
    def text(self) -> str:
        """The whole message."""
        return "\n".join([piece for piece in (self.head, self.detail, self.tail) if piece])


def message_of(body: Body) -> Message:
    """Return what to say of a result.

    Parameters
    ----------
    body: the result as JSON object; texts from elsewhere in it are made harmless.
    """
    return Message(
        head=lines(headline(body), f"Where: {place(body)}"),
        detail=lines(*why(body)),
        tail=lines(*next_steps(body), *ids(body), when(body)),
    )


def headline(body: Body) -> str:
    """Return the operation and how it ended."""
    status = body.get("status")
    said = f"{name(body.get('operation'))} {IN_WORDS.get(status, name(status))}"
    if status not in {"failed", "partial"} and attention(body):
        said += ", and something needs attention"
    return said


def place(body: Body) -> str:
    """Return provider, account and region, those that are known."""
    where = [name(body.get("provider"))]
    where += [f"{key} {name(body[key])}" for key in ("account", "region") if body.get(key)]
    return ", ".join(where)


def why(body: Body) -> list[str]:
    """Return the reasons, one a line; for a fleet those of each target that failed."""
    said = [f"Why: {reason}" if (reason := reason_of(body)) else ""]
    if not reason_of(body):
        said = [f"What: {one_line(str(body.get('summary') or ''))}"]
    said += needing(body, "Needs attention")
    for part in parts_of(body):
        if reason := reason_of(part):
            said.append(f"{place(part)}: {reason}")
        said += needing(part, f"{place(part)}: needs attention")
    left = data_of(body).get("not_started")
    if isinstance(left, list | tuple) and left:
        said.append(f"Not started: {len(left)} targets")
    return said


def reason_of(body: Body) -> str:
    """Return an error's category, code and message; empty where there is no error."""
    error = body.get("error")
    if not isinstance(error, Mapping):
        return ""
    category = name(error.get("category")).replace("_", " ")
    code = name(error.get("code"))
    message = one_line(str(error.get("message") or ""))
    return f"{category} ({code}): {message}"


def needing(body: Body, label: str) -> list[str]:
    """Return the line of the ids that need attention, none where there are none."""
    found = data_of(body).get("attention")
    if not isinstance(found, list | tuple) or not found:
        return []
    return [f"{label} ({len(found)}): {listed(found)}"]


def next_steps(body: Body) -> list[str]:
    """Return what a person should do."""
    hints: dict[str, None] = {}
    for part in (body, *parts_of(body)):
        error = part.get("error")
        if isinstance(error, Mapping) and error.get("hint"):
            hints[one_line(str(error["hint"]))] = None
    if not hints and attention(body):
        hints["Look at what needs attention in the provider's console."] = None
    return [f"What to do: {hint}" for hint in list(hints)[:3]]


def ids(body: Body) -> list[str]:
    """Return the provider's last request ids and the platform's invocation id."""
    found = body.get("provider_request_ids")
    said = []
    if isinstance(found, list | tuple) and found:
        last = ", ".join([name(item) for item in found[-REQUEST_IDS:]])
        more = f" (the last {REQUEST_IDS} of {len(found)})" if len(found) > REQUEST_IDS else ""
        said.append(f"Request id: {last}{more}")
    if body.get("invocation_id"):
        said.append(f"Invocation id: {name(body['invocation_id'])}")
    return said


def when(body: Body) -> str:
    """Return when the run began, how long it took, and what started it."""
    said = f"When: {name(body.get('started_at'))}"
    took = body.get("duration_ms")
    if isinstance(took, int | float):
        said += f", took {took / 1000:.1f} s"
    return said + (f", started by {name(body['trigger'])}" if body.get("trigger") else "")


def listed(items: Sequence[object]) -> str:
    """Return items with commas between, and how many more there are."""
    text = ", ".join([name(item) for item in items[:LONGEST_LIST]])
    more = len(items) - LONGEST_LIST
    return f"{text} and {more:,} more" if more > 0 else text


def name(value: object) -> str:
    """Return a word or an id as text, never longer than such things are."""
    return one_line(str(value))[:LONGEST_NAME]


def lines(*said: str) -> str:
    """Return what was said, one a line."""
    return "\n".join([line for line in said if line])
