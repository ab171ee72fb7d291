"""What people may do from chat: ``CHAT_RIGHTS``; without it, nothing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from shared import rights
from shared.chat.message import Speaker
from shared.door.problem import Problem
from shared.rights import ACTIONS, ROOT, Ask, Rule, matches

HINT = (
    'Set CHAT_RIGHTS to [{"platform": "slack", "users": ["U2CERLKJA"], "channels": ["*"], '
    '"operations": ["tencent.*"], "actions": ["plan", "status", "run"]}] or to the name of a '
    "file at the bundle's root with such a list."
)


class Rights:
    """The rules that are about one speaker.

    Parameters
    ----------
    rules: those of everybody.
    speaker: who asks, and where.
    """

    def __init__(self, rules: Iterable[Rule], speaker: Speaker) -> None:
        self._rules = tuple(rule for rule in rules if about(rule, speaker))

    def actions(self, operation: str) -> tuple[str, ...]:
        """Return what the speaker may do with an operation, in some region."""
        return tuple(
            action
            for action in ACTIONS
            if any(
                matches(operation, rule.lists["operations"])
                and matches(action, rule.lists["actions"])
                and matches("default", rule.lists["accounts"])
                for rule in self._rules
            )
        )

    def check(self, ask: Ask) -> None:
        """Refuse what no rule lets the speaker do.

        Raises
        ------
        Problem: there is no such rule.
        """
        if not any(rule.allows(ask) for rule in self._rules):
            where = f" in {ask.region}" if ask.region else ""
            raise Problem(
                403,
                f"no rule of CHAT_RIGHTS lets you {ask.action} {ask.operation}{where} from here",
            )


def rights_of(text: str | None, speaker: Speaker, root: Path = ROOT) -> Rights:
    """Return a speaker's rights.

    Parameters
    ----------
    text: the setting: JSON, the name of a file, or None.
    speaker: who asks, and where.
    root: where such a file stands.

    Raises
    ------
    Misconfigured: the setting is no list of rules; every fault is named.
    """
    return Rights(rights.read_rules("CHAT_RIGHTS", text, HINT, root) or (), speaker)


def about(rule: Rule, speaker: Speaker) -> bool:
    """Return whether a rule is about a speaker.

    A user may be written with the tenant before it (``T1DC2JH3J/U2CERLKJA``): an app that is
    installed in several workspaces meets people of all of them.
    """
    return (
        rule.platform == speaker.platform
        and matches(speaker.channel, rule.lists["channels"])
        and any(
            matches(
                f"{speaker.tenant}/{speaker.user}" if "/" in pattern else speaker.user, (pattern,)
            )
            for pattern in rule.lists["users"]
        )
    )
