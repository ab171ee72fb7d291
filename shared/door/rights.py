"""Who may do what: ``HTTP_RIGHTS``, a list of rules; what no rule allows is denied."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from shared.errors import Misconfigured

ACTIONS = ("plan", "status", "run")
FILE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
ROOT = Path(__file__).parent.parent.parent
"""The bundle's root, where a file of rules may stand."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a caller asks for.

    Parameters
    ----------
    operation: its id.
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
    """One rule: patterns with ``*``, matched whole.

    Parameters
    ----------
    platform: ``http``; rules of other platforms are not for us.
    tokens, operations, actions, accounts, regions: what it speaks of.
    """

    platform: str
    tokens: tuple[str, ...]
    operations: tuple[str, ...]
    actions: tuple[str, ...]
    accounts: tuple[str, ...]
    regions: tuple[str, ...]

    def allows(self, caller: str, ask: Ask) -> bool:
        """Return whether this rule lets a caller do what it asks for."""
        return (
            self.platform == "http"
            and matches(caller, self.tokens)
            and matches(ask.operation, self.operations)
            and matches(ask.action, self.actions)
            and matches(ask.account, self.accounts)
            and matches(ask.region or "", self.regions)
        )


def matches(value: str, patterns: tuple[str, ...]) -> bool:
    """Return whether a value fits one of the patterns."""
    return any(fnmatchcase(value, pattern) for pattern in patterns)


DEFAULTS: Mapping[str, tuple[str, ...]] = {"accounts": ("default",), "regions": ("*",)}
LISTS = ("tokens", "operations", "actions", "accounts", "regions")
OF_CHAT = ("users", "channels")
"""A file may hold rules for chat too; they are read where chat is."""

HINT = (
    'Set HTTP_RIGHTS to [{"tokens": ["ci"], "operations": ["tencent.*"], "actions": ["plan", '
    '"status", "run"]}] or to the name of a file at the bundle\'s root with such a list.'
)


def read_rules(text: str | None, root: Path = ROOT) -> tuple[Rule, ...] | None:
    """Return the rules, None where there is no setting.

    Parameters
    ----------
    text: JSON, or the name of a file.
    root: where such a file stands.

    Raises
    ------
    Misconfigured: neither; every fault is named.
    """
    if text is None:
        return None
    if FILE.fullmatch(text):
        try:
            text = (root / text).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise Misconfigured(
                f"HTTP_RIGHTS names the file {text}, which cannot be read",
                code="BadRights",
                hint=HINT,
            ) from None
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        raise Misconfigured("HTTP_RIGHTS is not JSON", code="BadRights", hint=HINT) from None
    if not isinstance(listed, list):
        raise Misconfigured("HTTP_RIGHTS is not a JSON list", code="BadRights", hint=HINT)
    faults = [fault for number, rule in enumerate(listed, 1) for fault in faults_in(number, rule)]
    if faults:
        raise Misconfigured(f"HTTP_RIGHTS: {'; '.join(faults)}", code="BadRights", hint=HINT)
    return tuple(read_rule(rule) for rule in listed if rule.get("platform", "http") == "http")


def faults_in(number: int, rule: object) -> list[str]:
    """Return what is wrong with one rule."""
    which = f"rule {number}"
    if not isinstance(rule, dict):
        return [f"{which} is not a JSON object"]
    of_chat = rule.get("platform", "http") != "http"
    allowed = {"platform", *LISTS, *(OF_CHAT if of_chat else ())}
    faults = [f"{which} has unknown keys"] if set(rule) - allowed else []
    needed = () if of_chat else ("tokens", "operations", "actions")
    faults += [f"{which} lacks {name}" for name in needed if name not in rule]
    if not isinstance(rule.get("platform", "http"), str):
        faults.append(f"platform of {which} is no text")
    for name in LISTS:
        values = rule.get(name, [])
        if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
            faults.append(f"{name} of {which} is not a list of texts")
        elif name == "actions" and not set(values) <= {*ACTIONS, "*"}:
            faults.append(f"actions of {which} are not {', '.join(ACTIONS)}")
    return faults


def read_rule(rule: Mapping[str, list[str]]) -> Rule:
    """Return a rule that has no faults."""
    lists = {name: tuple(rule.get(name, DEFAULTS.get(name, ()))) for name in LISTS}
    return Rule(platform="http", **lists)


def allowed(caller: str, *, known: bool, ask: Ask, rules: tuple[Rule, ...] | None) -> bool:
    """Return whether a caller may do what it asks for.

    Parameters
    ----------
    caller: its name, empty for an unnamed token.
    known: whether the deployer named it, so that rules are expected.
    ask: what it asks for.
    rules: None where there are none at all: then unnamed callers may do everything.
    """
    if rules is None:
        return not known
    return any(rule.allows(caller, ask) for rule in rules)


def actions_open_to(
    caller: str, *, known: bool, operation: str, rules: tuple[Rule, ...] | None
) -> tuple[str, ...]:
    """Return what a caller may do with an operation somewhere, in some account.

    Parameters
    ----------
    caller, known, rules: as for :func:`allowed`.
    operation: its id.
    """
    if rules is None:
        return () if known else ACTIONS
    ours = [
        rule
        for rule in rules
        if matches(caller, rule.tokens)
        and matches(operation, rule.operations)
        and rule.regions
        and rule.accounts
    ]
    return tuple(act for act in ACTIONS if any(matches(act, rule.actions) for rule in ours))
