"""Who may do what: a list of rules in a setting or a file; what no rule allows is denied.

``HTTP_RIGHTS`` is about HTTP callers. Chats have a setting of their own with the same rules, and
one file may hold both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args

from shared.models.name_pattern import matches
from shared.settings.json_entries import Fault, JsonSetting, one_of, parse_entries

Action = Literal["plan", "status", "run"]
ACTIONS: tuple[Action, ...] = get_args(Action)
FILE_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
ROOT = Path(__file__).parent.parent.parent
"""The bundle's root, where a file of rules may be."""

HTTP = "http"
SUBJECT_LISTS = {HTTP: ("tokens",), "chat": ("users", "channels")}
"""The lists of a rule's subjects; every platform but ``http`` is a chat."""

OBJECT_LISTS = ("operations", "actions", "accounts", "regions")
"""The lists that say what a rule allows."""

HTTP_RIGHTS = JsonSetting(
    name="HTTP_RIGHTS",
    container=list,
    code="BadRights",
    hint='Set HTTP_RIGHTS to [{"tokens": ["ci"], "operations": ["tencent.*"], "actions": ["plan", '
    '"status", "run"]}] or to the name of a file at the bundle\'s root with such a list.',
)


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """What a caller wants to do.

    Parameters
    ----------
    operation: its ID.
    action: ``plan`` (a dry run), ``status`` (only reads) or ``run``.
    account: the account's name.
    region: None where the operation has none.
    """

    operation: str
    action: str
    account: str
    region: str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: lists of patterns with ``*``, each matched whole.

    Parameters
    ----------
    platform: ``http`` or a chat's name.
    lists: the patterns by the list's name.
    """

    platform: str
    lists: Mapping[str, tuple[str, ...]] = field(hash=False)

    def matches_caller(self, token: str) -> bool:
        """Return whether this rule is about an HTTP caller with this token's name."""
        return self.platform == HTTP and matches(token, self.lists["tokens"])

    def allows(self, request: AccessRequest) -> bool:
        """Return whether this rule lets those it is about do something."""
        return (
            matches(request.operation, self.lists["operations"])
            and matches(request.action, self.lists["actions"])
            and matches(request.account, self.lists["accounts"])
            and matches(request.region or "", self.lists["regions"])
        )


def load_rules(
    text: str | None,
    root: Path = ROOT,
    *,
    setting: JsonSetting = HTTP_RIGHTS,
    platforms: Collection[str] = (),
) -> tuple[Rule, ...] | None:
    """Return the rules of all platforms, None without the setting.

    Parameters
    ----------
    text: JSON, or the name of a file.
    root: the directory of such a file.
    setting: where the text is from.
    platforms: those that a rule may be about; empty for any.

    Raises
    ------
    Misconfigured: the text is neither; every fault is named.
    """
    if text is None:
        return None
    from shared.http_trigger._core_schemas import RULE_ENTRY  # not needed without rules

    if FILE_NAME.fullmatch(text):
        try:
            text = (root / text).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise setting.error(
                f"{setting.name} names the file {text}, which cannot be read"
            ) from None
    entries = parse_entries(setting, text, RULE_ENTRY, partial(platform_faults, platforms))
    return tuple(to_rule(entry.values) for entry in entries)


def platform_faults(
    platforms: Collection[str], _key: str, given: Mapping[str, Any]
) -> Iterator[Fault]:
    """Yield the faults of a rule's platform, and of the lists that depend on it.

    Parameters
    ----------
    platforms: as in :func:`load_rules`.
    given: the rule; what is faulty by itself is None.
    """
    platform = given.get("platform", HTTP)
    if platform is None:
        return
    if platforms and platform not in platforms:
        yield "platform", one_of(platforms)
        return
    for name in subject_lists(platform):
        if name not in given:
            yield name, "is required"
    # A chat's rule may name tokens too; they mean nothing there.
    for name in SUBJECT_LISTS["chat"]:
        if platform == HTTP and name in given:
            yield name, f"does not apply to platform {HTTP}"


def subject_lists(platform: str) -> tuple[str, ...]:
    """Return the names of the lists of subjects in a platform's rules."""
    return SUBJECT_LISTS[HTTP if platform == HTTP else "chat"]


def to_rule(values: Mapping[str, Any]) -> Rule:
    """Return the rule of a valid entry."""
    platform = values["platform"]
    names = (*subject_lists(platform), *OBJECT_LISTS)
    return Rule(platform, {name: tuple(values[name]) for name in names})


def is_allowed(
    caller: str, *, is_named: bool, request: AccessRequest, rules: tuple[Rule, ...] | None
) -> bool:
    """Return whether a caller may do what it wants to.

    Parameters
    ----------
    caller: its name, empty for an unnamed token.
    is_named: whether the deployer named it, so that rules are expected.
    request: what it wants to do.
    rules: None without ``HTTP_RIGHTS``: then unnamed callers may do everything.
    """
    if rules is None:
        return not is_named
    return any(rule.matches_caller(caller) and rule.allows(request) for rule in rules)


def usable_by(
    kind: Literal["accounts", "regions"],
    caller: str,
    *,
    is_named: bool,
    operation: str,
    rules: tuple[Rule, ...] | None,
) -> Callable[[str | None], bool]:
    """Return a test of accounts or regions: may a caller do anything with an operation there?

    Parameters
    ----------
    kind: what it is called with.
    caller, is_named, rules: as in :func:`is_allowed`.
    operation: the operation's ID.
    """
    if rules is None:
        return lambda _name: not is_named
    patterns = [lists[kind] for lists in _lists_for(caller, operation, rules)]
    return lambda name: any(matches(name or "", each) for each in patterns)


def allowed_actions(
    caller: str, *, is_named: bool, operation: str, rules: tuple[Rule, ...] | None
) -> tuple[str, ...]:
    """Return what a caller may do with an operation in at least one region and account.

    Parameters
    ----------
    caller, is_named, rules: as in :func:`is_allowed`.
    operation: its ID.
    """
    if rules is None:
        return () if is_named else ACTIONS
    ours = _lists_for(caller, operation, rules)
    return tuple(act for act in ACTIONS if any(matches(act, each["actions"]) for each in ours))


def _lists_for(
    caller: str, operation: str, rules: tuple[Rule, ...]
) -> list[Mapping[str, tuple[str, ...]]]:
    """Return the lists of the rules that let a caller do something with an operation."""
    return [
        rule.lists
        for rule in rules
        if rule.matches_caller(caller)
        and matches(operation, rule.lists["operations"])
        and all(rule.lists[name] for name in ("actions", "accounts", "regions"))
    ]
