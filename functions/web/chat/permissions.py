"""What people may do from chat: ``CHAT_RIGHTS``; without it, nothing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from functions.web.chat.message import Sender
from functions.web.chat.platforms import PLATFORMS
from shared.http_trigger.permissions import (
    ACTIONS,
    HTTP,
    ROOT,
    AccessRequest,
    Rule,
    load_rules,
)
from shared.http_trigger.problem import HttpProblem
from shared.invocation import DEFAULT_ACCOUNT
from shared.models.name_pattern import matches
from shared.settings.json_entries import JsonSetting

CHAT_RIGHTS = JsonSetting(
    name="CHAT_RIGHTS",
    container=list,
    code="BadRights",
    hint='Set CHAT_RIGHTS to [{"platform": "slack", "users": ["U2CERLKJA"], "channels": ["*"], '
    '"operations": ["tencent.*"], "actions": ["plan", "status", "run"]}] or to the name of a '
    "file at the bundle's root with such a list.",
)


class ChatPermissions:
    """The rules that apply to one sender.

    Parameters
    ----------
    rules: all of them.
    sender: who sent the command, and where.
    """

    def __init__(self, rules: Iterable[Rule], sender: Sender) -> None:
        self._rules = tuple(rule for rule in rules if rule_applies(rule, sender))

    def actions(self, operation: str) -> tuple[str, ...]:
        """Return what the sender may do with an operation, in at least one region and account."""
        return tuple(
            action
            for action in ACTIONS
            if any(
                matches(operation, rule.lists["operations"])
                and matches(action, rule.lists["actions"])
                and rule.lists["accounts"]
                for rule in self._rules
            )
        )

    def may_use_account(self, operation: str, account: str) -> bool:
        """Return whether the sender may do anything with an operation in an account."""
        return any(
            matches(operation, rule.lists["operations"])
            and matches(account, rule.lists["accounts"])
            and rule.lists["actions"]
            for rule in self._rules
        )

    def require_account(self, operation: str, account: str) -> None:
        """Refuse an account with which no rule allows the sender to do anything.

        Raises
        ------
        HttpProblem: no rule does; the message does not say whether there is such an account.
        """
        if not self.may_use_account(operation, account):
            raise HttpProblem(
                403,
                f"You can't use {operation} with this account in this channel. "
                "Ask an admin to add a CHAT_RIGHTS rule",
            )

    def require(self, request: AccessRequest) -> None:
        """Refuse what no rule allows the sender to do.

        Raises
        ------
        Problem: no rule allows it.
        """
        if not any(rule.allows(request) for rule in self._rules):
            account = "" if request.account == DEFAULT_ACCOUNT else request.account
            places = [place for place in (account, request.region) if place]
            where = f" ({', '.join(places)})" if places else ""
            raise HttpProblem(
                403,
                f"You can't use `{request.action}` on {request.operation}{where} in this channel. "
                "Ask an admin to add a CHAT_RIGHTS rule",
            )


def permissions_for(text: str | None, sender: Sender, root: Path = ROOT) -> ChatPermissions:
    """Return a sender's rights.

    Parameters
    ----------
    text: the setting: JSON, the name of a file, or None.
    sender: who sent the command, and where.
    root: the folder of such a file.

    Raises
    ------
    Misconfigured: the setting is not a list of rules; every fault is named.
    """
    rules = load_rules(text, root, setting=CHAT_RIGHTS, platforms=(HTTP, *PLATFORMS))
    return ChatPermissions(rules or (), sender)


def rule_applies(rule: Rule, sender: Sender) -> bool:
    """Return whether a rule applies to a sender.

    A user may be written with the tenant before it (``T1DC2JH3J/U2CERLKJA``), for an app that is
    installed in several workspaces.
    """
    return (
        rule.platform == sender.platform
        and matches(sender.channel, rule.lists["channels"])
        and any(
            matches(f"{sender.tenant}/{sender.user}" if "/" in pattern else sender.user, (pattern,))
            for pattern in rule.lists["users"]
        )
    )
