"""Who may do what: a list of rules in a setting or a file; what no rule allows is denied."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from shared.errors import Misconfigured

ACTIONS = ("plan", "status", "run")
FILE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
ROOT = Path(__file__).parent.parent
"""The bundle's root, where a file of rules may stand."""

HTTP = "http"
CHATS = ("slack", "dingtalk", "feishu", "wecom")
WHO: Mapping[str, tuple[str, ...]] = {
    HTTP: ("tokens",),
    **dict.fromkeys(CHATS, ("users", "channels")),
}
"""Each platform's lists of who is meant. One file may hold the rules of all of them."""

WHAT = ("operations", "actions", "accounts", "regions")
NEEDED = ("operations", "actions")
DEFAULTS: Mapping[str, tuple[str, ...]] = {"accounts": ("default",), "regions": ("*",)}


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
    """One rule: lists of patterns with ``*``, each matched whole.

    Parameters
    ----------
    platform: ``http`` or a chat's name.
    lists: the patterns by the list's name.
    """

    platform: str
    lists: Mapping[str, tuple[str, ...]] = field(hash=False)

    def names(self, who: Mapping[str, str]) -> bool:
        """Return whether this rule is about a caller: list name to the caller's own value."""
        return all(matches(value, self.lists[name]) for name, value in who.items())

    def allows(self, ask: Ask) -> bool:
        """Return whether this rule lets those it is about do something."""
        return (
            matches(ask.operation, self.lists["operations"])
            and matches(ask.action, self.lists["actions"])
            and matches(ask.account, self.lists["accounts"])
            and matches(ask.region or "", self.lists["regions"])
        )


def matches(value: str, patterns: tuple[str, ...]) -> bool:
    """Return whether a value fits one of the patterns."""
    return any(fnmatchcase(value, pattern) for pattern in patterns)


def read_rules(
    setting: str, text: str | None, hint: str, root: Path = ROOT
) -> tuple[Rule, ...] | None:
    """Return the rules of all platforms, None where there is no setting.

    Parameters
    ----------
    setting: its name, for what is said of its faults.
    text: JSON, or the name of a file.
    hint: how to write it.
    root: where such a file stands.

    Raises
    ------
    Misconfigured: neither; every fault is named by its rule's number.
    """
    if text is None:
        return None
    if FILE.fullmatch(text):
        try:
            text = (root / text).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise Misconfigured(
                f"{setting} names the file {text}, which cannot be read",
                code="BadRights",
                hint=hint,
            ) from None
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        raise Misconfigured(f"{setting} is not JSON", code="BadRights", hint=hint) from None
    if not isinstance(listed, list):
        raise Misconfigured(f"{setting} is not a JSON list", code="BadRights", hint=hint)
    faults = [fault for number, rule in enumerate(listed, 1) for fault in faults_in(number, rule)]
    if faults:
        raise Misconfigured(f"{setting}: {'; '.join(faults)}", code="BadRights", hint=hint)
    return tuple(map(read_rule, listed))


def faults_in(number: int, rule: object) -> list[str]:
    """Return what is wrong with one rule."""
    which = f"rule {number}"
    if not isinstance(rule, dict):
        return [f"{which}: must be a JSON object"]
    platform = rule.get("platform", HTTP)
    if not isinstance(platform, str):
        return [f"{which}: platform must be a string"]
    if platform not in WHO:
        return [f"{which}: platform must be one of {', '.join(WHO)}"]
    # A chat's rule may name tokens too: they mean nothing there.
    names = (*dict.fromkeys((*WHO[HTTP], *WHO[platform])), *WHAT)
    faults = [f"{which}: has unknown keys"] if set(rule) - {"platform", *names} else []
    faults += [
        f"{which}: {name} is missing" for name in (*WHO[platform], *NEEDED) if name not in rule
    ]
    for name in names:
        values = rule.get(name, [])
        if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
            faults.append(f"{which}: {name} must be a list of strings")
        elif name == "actions" and not set(values) <= {*ACTIONS, "*"}:
            faults.append(f"{which}: actions must be among {', '.join(ACTIONS)}")
    return faults


def read_rule(rule: Mapping[str, object]) -> Rule:
    """Return a rule that has no faults."""
    platform = str(rule.get("platform", HTTP))
    lists: dict[str, tuple[str, ...]] = {}
    for name in (*WHO[platform], *WHAT):
        values = rule.get(name, DEFAULTS.get(name, ()))
        lists[name] = tuple(values) if isinstance(values, list | tuple) else ()
    return Rule(platform, lists)
