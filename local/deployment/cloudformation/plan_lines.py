"""What a deployment will do to the stack, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from local.deployment.cloudformation.function_url import PERMISSION, URL
from local.deployment.cloudformation.stack import Drift, ResourceChange
from local.deployment.cloudformation.template import StackFunction
from local.deployment.plan.changes import HIDDEN, NONE, shown_setting
from local.deployment.plan.view import described

KINDS = {"create": "create", "change": "change", "replace": "replace", "remove": "remove"}

TYPES: Mapping[str, str] = {
    "AWS::CloudWatch::Alarm": "alarm",
    "AWS::IAM::Role": "role",
    "AWS::Lambda::EventInvokeConfig": "retries",
    "AWS::Lambda::Function": "function",
    PERMISSION: "permission",
    URL: "url",
    "AWS::Logs::LogGroup": "log group",
    "AWS::SNS::Subscription": "subscription",
    "AWS::SNS::Topic": "topic",
    "AWS::SQS::Queue": "queue",
    "AWS::Scheduler::Schedule": "schedule",
}

OWN_ROLE = "a role of its own, which may write its log and its failed events"
OWN_ROLE_OF_APP = f"{OWN_ROLE}, and run itself"

VARIABLES = "/Environment/Variables/"
LONGEST = 60


class Line(NamedTuple):
    """A line of the plan.

    Parameters
    ----------
    word: what is done; empty for a detail.
    text: to what.
    by_hand: whether it takes back what was changed by hand.
    """

    word: str
    text: str
    by_hand: bool = False


def label_of(type_: str) -> str:
    """Return what a resource is, for people."""
    return TYPES.get(type_, type_)


def lines_of(
    changes: Sequence[ResourceChange],
    drifts: Sequence[Drift],
    functions: Sequence[StackFunction],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    addresses: Mapping[str, str],
) -> Iterator[Line]:
    """Return the plan: first the functions, then what else is in the stack.

    Parameters
    ----------
    changes: of the change set.
    drifts: what was changed by hand.
    functions: those of the description.
    before, after: the templates' resources.
    addresses: the addresses of the URLs that are there, by logical ID.
    """
    left = {each.id: each for each in changes}
    by_id = drifts_by_id(drifts)
    for function in functions:
        own = [id_ for id_ in after if belongs(id_, function, functions)]
        group = [left.pop(id_) for id_ in own if id_ in left]
        changed = any(id_ in by_id for id_ in own)
        yield from function_lines(function, group, is_changed=changed)
        for change in group:
            if change.kind != "create" or not is_new(function, group):
                yield from detail_lines(change, before, after)
            yield from address_lines(change, addresses)
        for id_ in own:
            yield from drift_lines(by_id.pop(id_, []))
    for change in left.values():
        # A name is easier to recognize than a logical ID; an ARN or a URL is not.
        name = change.name if change.name and ":" not in change.name else change.id
        yield Line(KINDS[change.kind], f"{label_of(change.type)} {name}")
        if change.kind in {"change", "replace"}:
            yield from detail_lines(change, before, after)
        yield from address_lines(change, addresses)
    for rest in by_id.values():
        yield Line("change", f"{label_of(rest[0].type)} {rest[0].id}")
        yield from drift_lines(rest)


def drifts_by_id(drifts: Sequence[Drift]) -> dict[str, list[Drift]]:
    """Return what was changed by hand, by resource."""
    found: dict[str, list[Drift]] = {}
    for each in drifts:
        found.setdefault(each.id, []).append(each)
    return found


def belongs(id_: str, function: StackFunction, functions: Sequence[StackFunction]) -> bool:
    """Return whether a resource is of a function; another's ID may begin with the same words."""
    fitting = [each.id for each in functions if id_.startswith(each.id)]
    return bool(fitting) and max(fitting, key=len) == function.id


def is_new(function: StackFunction, group: Sequence[ResourceChange]) -> bool:
    """Return whether the function itself is created."""
    return any(each.id == function.id and each.kind == "create" for each in group)


def function_lines(
    function: StackFunction, group: Sequence[ResourceChange], *, is_changed: bool
) -> Iterator[Line]:
    """Return what is done to a function."""
    if is_new(function, group):
        yield Line("create", function.name)
        for label, value in described(function.desired):
            is_own = label == "runs as" and function.desired.function.role is None
            own = OWN_ROLE_OF_APP if function.desired.is_web else OWN_ROLE
            yield Line("", f"{label:9} {own if is_own else value}")
        others = Counter(label_of(each.type) for each in group if each.id != function.id)
        listed = (
            label if number == 1 else f"{number} {label}s" for label, number in others.items()
        )
        yield Line("", f"{'with':9} {', '.join(listed)}")
        return
    kinds = {each.kind for each in group if each.id == function.id}
    word = "replace" if "replace" in kinds else "change"
    yield Line(word if group or is_changed else "unchanged", function.name)


def detail_lines(
    change: ResourceChange, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Line]:
    """Return what changes of a resource, with the values if both templates have them."""
    label = label_of(change.type)
    if change.kind in {"create", "remove"}:
        yield Line("", f"{label:9} {change.kind}d")
        return
    old, new = flat(before.get(change.id)), flat(after.get(change.id))
    found = [name for name in dict.fromkeys([*old, *new]) if old.get(name) != new.get(name)]
    for name in found:
        values = [shown(f"/{name}", each.get(name)) for each in (old, new)]
        yield Line("", f"{label:9} {name.removeprefix(VARIABLES[1:])} {values[0]} → {values[1]}")
    if not found:
        # A secret that has another value, or a reference to a resource that is replaced.
        listed = ", ".join(change.properties) or "(not told)"
        yield Line("", f"{label:9} {listed}")


def address_lines(change: ResourceChange, addresses: Mapping[str, str]) -> Iterator[Line]:
    """Return that an address will be deleted, if a change deletes it."""
    if change.type == URL and change.kind in {"replace", "remove"} and change.id in addresses:
        yield Line("", f"{'address':9} {addresses[change.id]} will be deleted")


def drift_lines(found: Sequence[Drift]) -> Iterator[Line]:
    """Return what was changed by hand in a resource."""
    for each in found:
        label = label_of(each.type)
        if not each.path:
            yield Line("", f"{label:9} deleted → created", by_hand=True)
            continue
        actual, expected = shown(each.path, each.actual), shown(each.path, each.expected)
        name = each.path.removeprefix(VARIABLES).removeprefix("/")
        yield Line("", f"{label:9} {name} {actual} → {expected}", by_hand=True)


def flat(resource: Any) -> dict[str, str]:
    """Return the properties of a resource, path -> value; lists are values."""
    found: dict[str, str] = {}

    def add(path: str, value: Any) -> None:
        is_function = isinstance(value, dict) and any(
            key == "Ref" or key.startswith("Fn::") for key in value
        )
        if isinstance(value, dict) and value and not is_function:
            for key, inner in value.items():
                add(f"{path}/{key}", inner)
        elif is_function or isinstance(value, (list, dict)):
            found[path[1:]] = f"({', '.join(map(str, flatten(value)))})"
        else:
            found[path[1:]] = str(value)

    add("", (resource or {}).get("Properties", {}))
    return found


def flatten(value: Any) -> Iterator[Any]:
    """Return the values inside of lists and objects."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from flatten(each)
    else:
        yield value


def shown(path: str, value: str | None) -> str:
    """Return the value of a property for people; no variable's that may be secret."""
    if path.startswith(VARIABLES):
        return shown_setting(path.removeprefix(VARIABLES), value, frozenset())
    if path.startswith("/Environment"):
        return HIDDEN
    if value is None:
        return NONE
    return value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
