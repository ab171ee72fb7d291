"""What doctor says about the accounts in the accounts file, without sending a request."""

from __future__ import annotations

from dataclasses import dataclass

from shared.accounts.account import Account
from shared.accounts.accounts_file import read_accounts
from shared.client.credentials.of_account import keys_in_profile, keys_in_settings, prefixed
from shared.errors import Misconfigured
from shared.models.credentials import Credentials
from shared.redaction import Redactor
from shared.runtime import Runtime
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """One account, and where its keys come from."""

    name: str
    provider: str
    keys: str


def accounts_found(
    settings: Settings, process: Runtime, redactor: Redactor, *, on_platform: bool
) -> tuple[list[AccountFacts], list[Misconfigured]]:
    """Return the accounts and what is wrong with them.

    Keys in settings and profiles are looked for; secrets are not read, and no role is assumed.

    Parameters
    ----------
    settings: the settings to check.
    process: its home directory has the profile files.
    redactor: redacts the keys that are found.
    on_platform: whether this is a function platform.
    """
    try:
        accounts = read_accounts(settings, process).accounts.values()
    except Misconfigured as error:
        return [], [error]
    facts: list[AccountFacts] = []
    problems: list[Misconfigured] = []
    for account in accounts:
        keys = place_of(account)
        try:
            found = keys_of(account, settings, process, on_platform=on_platform)
        except Misconfigured as error:
            about = f"account {account.name}: {error.message}"
            problems.append(Misconfigured(about, code=error.code, hint=error.hint))
        else:
            if found is not None:
                redactor.add_credentials(found)
                keys = f"{keys}, key {found.masked_id}"
        if account.keys.role is not None:
            keys = f"role {account.keys.role.name}, assumed with {keys}"
        facts.append(AccountFacts(account.name, account.provider, keys))
    return facts, problems


def place_of(account: Account) -> str:
    """Return where an account's keys come from."""
    source = account.keys
    if source.prefix is not None:
        return f"settings {prefixed(source.prefix, '…')}"
    if source.profile is not None:
        return f"profile {source.profile}"
    if source.secret is not None:
        return f"secret {source.secret}"
    if source.parameter is not None:
        return f"parameter {source.parameter}"
    return "the function's own keys" if source.oidc is None else f"token {source.oidc.token_file}"


def keys_of(
    account: Account, settings: Settings, process: Runtime, *, on_platform: bool
) -> Credentials | None:
    """Return the keys of an account that can be found here, None if they are elsewhere.

    Raises
    ------
    Misconfigured: they are missing or incomplete.
    """
    source = account.keys
    if source.prefix is not None:
        return keys_in_settings(account.provider, source.prefix, settings)
    if source.profile is not None:
        return keys_in_profile(
            account.provider,
            source.profile,
            settings,
            on_platform=on_platform,
            home=process.home,
        )
    return None
