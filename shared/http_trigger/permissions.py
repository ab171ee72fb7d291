"""What HTTP callers may do: ``HTTP_RIGHTS``."""

from __future__ import annotations

from pathlib import Path

from shared import rights
from shared.rights import ACTIONS, HTTP, ROOT, Ask, Rule, matches

__all__ = ["Ask", "Rule", "is_allowed", "read_rules"]

HINT = (
    'Set HTTP_RIGHTS to [{"tokens": ["ci"], "operations": ["tencent.*"], "actions": ["plan", '
    '"status", "run"]}] or to the name of a file at the bundle\'s root with such a list.'
)


def read_rules(text: str | None, root: Path = ROOT) -> tuple[Rule, ...] | None:
    """Return the rules about HTTP callers, None without the setting.

    Parameters
    ----------
    text: JSON, or the name of a file.
    root: the directory of such a file.

    Raises
    ------
    Misconfigured: it is neither; every error is named.
    """
    rules = rights.read_rules("HTTP_RIGHTS", text, HINT, root)
    return None if rules is None else tuple(rule for rule in rules if rule.platform == HTTP)


def is_allowed(caller: str, *, is_named: bool, ask: Ask, rules: tuple[Rule, ...] | None) -> bool:
    """Return whether a caller may do what it asks for.

    Parameters
    ----------
    caller: its name, empty for an unnamed token.
    is_named: whether the deployer named it, so that rules are expected.
    ask: what it asks for.
    rules: None without ``HTTP_RIGHTS``: then unnamed callers may do everything.
    """
    if rules is None:
        return not is_named
    return any(rule.names({"tokens": caller}) and rule.allows(ask) for rule in rules)


def allowed_actions(
    caller: str, *, is_named: bool, operation: str, rules: tuple[Rule, ...] | None
) -> tuple[str, ...]:
    """Return what a caller may do with an operation in at least one region and account.

    Parameters
    ----------
    caller, is_named, rules: as in :func:`is_allowed`.
    operation: its id.
    """
    if rules is None:
        return () if is_named else ACTIONS
    ours = [
        rule.lists
        for rule in rules
        if rule.names({"tokens": caller})
        and matches(operation, rule.lists["operations"])
        and rule.lists["regions"]
        and rule.lists["accounts"]
    ]
    return tuple(act for act in ACTIONS if any(matches(act, each["actions"]) for each in ours))
