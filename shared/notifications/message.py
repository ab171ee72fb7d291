"""The text of a notification: what happened, where, why, what to do, and the IDs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.notifications.conditions import Body, attention, attention_of, data_of, parts_of, servers_of
from shared.notifications.plain import one_line

if TYPE_CHECKING:
    from shared.models.operation import Operation

IN_WORDS: Mapping[object, str] = {
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

LONGEST_LIST = 100
LONGEST_NAME = 200
REQUEST_IDS = 5


@dataclass(frozen=True, slots=True)
class Message:
    """A text in reading order; if it is too long, ``detail`` is cut.

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
        return "\n".join([piece for piece in (self.head, self.detail, self.tail) if piece])


def message_of(body: Body, operation: Operation | None = None) -> Message:
    """Return the message about a result.

    Parameters
    ----------
    body: the result as a JSON object; text from elsewhere in it is made harmless.
    operation: the one that ran, to name its service and what it lists; None if not known.
    """
    return Message(
        head=lines(headline(body, operation), f"Where: {place(body)}"),
        detail=lines(*why(body)),
        tail=lines(*next_steps(body, operation), *ids(body), when(body)),
    )


def headline(body: Body, operation: Operation | None = None) -> str:
    """Return what happened, in one line; parameters as in :func:`message_of`."""
    status = body.get("status")
    urgent = attention_of(body)
    if status not in {"failed", "partial"} and urgent and operation is not None:
        return f"{portion(body, len(urgent))} {operation.noun} need attention{in_region(body)}"
    if status == "idle" and operation is not None and body.get("summary"):
        return one_line(str(body["summary"]))
    said = f"{name(body.get('operation'))} {IN_WORDS.get(status, name(status))}"
    if status not in {"failed", "partial"} and attention(body):
        said += f"; {len(urgent)} need attention" if urgent else "; some targets need attention"
    return said


def portion(body: Body, urgent: int) -> str:
    """Return how many need attention, of how many that were counted."""
    counted = data_of(body).get("by_status")
    if not isinstance(counted, Mapping):
        return f"{urgent:,}"
    total = sum(count for count in counted.values() if isinstance(count, int))
    return f"{urgent:,} of {total:,}"


def in_region(body: Body) -> str:
    """Return a result's region in parentheses, nothing if it is not known."""
    return f" ({name(body['region'])})" if body.get("region") else ""


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
    """Return an error's category, code and message; empty if there is no error."""
    error = body.get("error")
    if not isinstance(error, Mapping):
        return ""
    category = name(error.get("category")).replace("_", " ")
    code = name(error.get("code"))
    message = one_line(str(error.get("message") or ""))
    return f"{category} ({code}): {message}"


def needing(body: Body, label: str) -> list[str]:
    """Return the line that lists what needs attention, none if nothing does."""
    found = attention_of(body)
    if not found:
        return []
    servers = servers_of(body)
    items = [described(each, servers.get(each, {})) for each in found[:LONGEST_LIST]]
    return [f"{label} ({len(found)}): {listed(items, len(found))}"]


def described(server_id: str, server: Mapping[str, object]) -> str:
    """Return a server's name, status and ID, or the ID alone if nothing else is known."""
    title, status = server.get("name"), server.get("status")
    known = [name(each) for each in (status, server_id) if each]
    if not title:
        return f"{name(server_id)} ({name(status)})" if status else name(server_id)
    return f"{name(title)} ({', '.join(known)})"


def next_steps(body: Body, operation: Operation | None = None) -> list[str]:
    """Return what a person should do; parameters as in :func:`message_of`."""
    hints: dict[str, None] = {}
    for part in (body, *parts_of(body)):
        error = part.get("error")
        if isinstance(error, Mapping) and error.get("hint"):
            hints[one_line(str(error["hint"]))] = None
    if not hints and attention(body):
        what, whose = "them", "the provider's"
        if operation is not None:
            what, whose = f"these {operation.noun}", f"the {operation.service.label}"
        hints[f"Check {what} in {whose} console."] = None
    return [f"What to do: {hint}" for hint in list(hints)[:3]]


def ids(body: Body) -> list[str]:
    """Return the provider's last request IDs and the platform's invocation ID."""
    found = body.get("provider_request_ids")
    said = []
    if isinstance(found, list | tuple) and found:
        last = ", ".join([name(item) for item in found[-REQUEST_IDS:]])
        more = f" (the last {REQUEST_IDS} of {len(found)})" if len(found) > REQUEST_IDS else ""
        said.append(f"Request ID: {last}{more}")
    if body.get("invocation_id"):
        said.append(f"Invocation ID: {name(body['invocation_id'])}")
    return said


def when(body: Body) -> str:
    """Return when the run started, how long it took, and what triggered it."""
    said = f"When: {name(body.get('started_at'))}"
    took = body.get("duration_ms")
    if isinstance(took, int | float):
        said += f", took {took / 1000:.1f} s"
    return said + (f", started by {name(body['trigger'])}" if body.get("trigger") else "")


def listed(items: Sequence[str], count: int) -> str:
    """Return items separated by commas, and how many more of the count there are."""
    more = count - len(items)
    return ", ".join(items) + (f" and {more:,} more" if more > 0 else "")


def name(value: object) -> str:
    """Return a word or an ID as text, cut to a sensible length."""
    return one_line(str(value))[:LONGEST_NAME]


def lines(*said: str) -> str:
    """Return the texts that are not empty, one a line."""
    return "\n".join([line for line in said if line])
