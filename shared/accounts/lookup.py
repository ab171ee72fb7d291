"""Finds the account that a run names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.accounts.account import Account, AccountsFile
from shared.accounts.accounts_file import NO_ACCOUNTS, names_of, read_accounts
from shared.accounts.entry_faults import DEFAULT
from shared.client.credentials.of_account import key_names, prefixed
from shared.errors import InvalidInput, Misconfigured

if TYPE_CHECKING:
    from shared.invocation import Invocation

MayUse = Callable[[str], bool]
"""Returns whether the caller may do anything with an account."""

MAX_NAMED = 20
"""In a message."""


def find_account(
    name: str,
    provider: str,
    invocation: Invocation,
    *,
    may_use: MayUse | None = None,
    configured: bool = False,
) -> Account:
    """Return an account of the accounts file; its keys in the settings are redacted from now on.

    Parameters
    ----------
    name: the account's.
    provider: the operation's.
    invocation: the invocation that runs it.
    may_use: which accounts the caller may know of; None for all.
    configured: whether ``DEFAULT_PARAMETERS`` names it, not the event.

    Raises
    ------
    InvalidInput: there is no such account of this provider; names those that there are.
    Misconfigured: the same if it is configured; or the accounts file is not valid.
    """
    accounts = read_accounts(invocation.settings, invocation.runtime)
    account = accounts.accounts.get(name)
    if account is None or account.provider != provider:
        error_class = Misconfigured if configured else InvalidInput
        raise error_class(
            f"account: {what_is_wrong(accounts, provider)}, "
            f"{what_can_be_used(accounts, provider, may_use)}",
            code="UnknownAccount",
            hint="Correct account, or add it to the accounts file: docs/accounts.md.",
        )
    if account.keys.prefix is not None:
        for setting in key_names(provider)[1:]:
            full_name = prefixed(account.keys.prefix, setting)
            if (secret := invocation.settings.secret_by_name(full_name)) is not None:
                invocation.redactor.add(secret)
    return account


def what_is_wrong(accounts: AccountsFile, provider: str) -> str:
    """Return why an account is unknown, without its name, which may be any text."""
    if accounts is NO_ACCOUNTS:
        return "there is no accounts file"
    return f"the accounts file has no such account of provider {provider}"


def what_can_be_used(accounts: AccountsFile, provider: str, may_use: MayUse | None) -> str:
    """Return which accounts can be used instead; parameters as in :func:`find_account`."""
    names = [*names_of(accounts, provider), DEFAULT]
    usable = [name for name in names if may_use is None or may_use(name)]
    if not usable:
        return "and this caller may use none"
    if len(usable) == 1:
        return f"only {usable[0]} can be used"
    if len(usable) > MAX_NAMED:
        usable = [*usable[:MAX_NAMED], "…"]
    *most, last = usable
    return f"use {', '.join(most)} or {last}" if last != "…" else f"use {', '.join(usable)}"
