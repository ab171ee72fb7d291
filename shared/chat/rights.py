"""What people may do from chat: ``CHAT_RIGHTS``; without it, nothing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from shared.chat.message import Speaker
from shared.chat.platforms import PLATFORMS
from shared.http_trigger.permissions import (
    ACTIONS,
    HTTP,
    ROOT,
    AccessRequest,
    Rule,
    load_rules,
    matches,
)
from shared.http_trigger.problem import HttpProblem
from shared.json_settings import JsonSetting

CHAT_RIGHTS = JsonSetting(
    name="CHAT_RIGHTS",
    container=list,
    code="BadRights",
    hint='Set CHAT_RIGHTS to [{"platform": "slack", "users": ["U2CERLKJA"], "channels": ["*"], '
    '"operations": ["tencent.*"], "actions": ["plan", "status", "run"]}] or to the name of a '
    "file at the bundle's root with such a list.",
)


class Rights:
    """The rules that apply to one sender.

    Parameters
    ----------
    rules: all of them.
    speaker: who sent the command, and where.
    """

    def __init__(self, rules: Iterable[Rule], speaker: Speaker) -> None:
        self._rules = tuple(rule for rule in rules if about(rule, speaker))

    def actions(self, operation: str) -> tuple[str, ...]:
        """Return what the sender may do with an operation, in at least one region."""
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

    def check(self, request: AccessRequest) -> None:
        """Refuse what no rule allows the sender to do.

        Raises
        ------
        Problem: no rule allows it.
        """
        if not any(rule.allows(request) for rule in self._rules):
            where = f" ({request.region})" if request.region else ""
            raise HttpProblem(
                403,
                f"You can't use `{request.action}` on {request.operation}{where} in this channel. "
                "Ask an admin to add a CHAT_RIGHTS rule",
            )


def rights_of(text: str | None, speaker: Speaker, root: Path = ROOT) -> Rights:
    """Return a sender's rights.

    Parameters
    ----------
    text: the setting: JSON, the name of a file, or None.
    speaker: who sent the command, and where.
    root: the folder of such a file.

    Raises
    ------
    Misconfigured: the setting is not a list of rules; every fault is named.
    """
    rules = load_rules(text, root, setting=CHAT_RIGHTS, platforms=(HTTP, *PLATFORMS))
    return Rights(rules or (), speaker)


def about(rule: Rule, speaker: Speaker) -> bool:
    """Return whether a rule applies to a sender.

    A user may be written with the tenant before it (``T1DC2JH3J/U2CERLKJA``), for an app that is
    installed in several workspaces.
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
