"""Finds known values for an operation's parameters: tasks, regions and accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from shared.accounts.accounts_file import names_of, read_accounts
from shared.client.regions import resolve_region
from shared.errors import SyncError
from shared.invocation import DEFAULT_ACCOUNT, Invocation
from shared.models.operation import Operation
from shared.operation_request import defaults_of


class Usable(NamedTuple):
    """What the caller may do anything with, for one operation.

    Parameters
    ----------
    region: returns whether the caller may use a region.
    account: returns whether the caller may use an account.
    """

    region: Callable[[str | None], bool]
    account: Callable[[str], bool]


def known_values(
    operation: Operation, invocation: Invocation, usable: Usable
) -> dict[str, list[str]]:
    """Return the known values of each parameter that the caller may use.

    An invalid setting is ignored here; a run reports it.

    Parameters
    ----------
    operation: the operation.
    invocation: the invocation, for its settings.
    usable: what the caller may use.
    """
    default = default_region(operation, invocation)
    listed: dict[str, list[str]] = {}
    regions = dict.fromkeys((*operation.regions, *([default] if default else [])))
    for name, value, region in values_from_settings(operation, invocation):
        if usable.region(region or default):
            listed.setdefault(name, []).append(value)
            regions |= {region: None} if region else {}
    accounts = [name for name in account_names(operation, invocation) if usable.account(name)]
    for name, values in (
        ("region", [region for region in regions if usable.region(region)]),
        ("account", accounts if accounts != [DEFAULT_ACCOUNT] else []),
    ):
        listed |= {name: values} if values else {}
    return listed


def account_names(operation: Operation, invocation: Invocation) -> list[str]:
    """Return the names of the accounts that the operation can run in, the function's own first."""
    try:
        accounts = read_accounts(invocation.settings, invocation.runtime)
    except SyncError:
        return [DEFAULT_ACCOUNT]
    return [DEFAULT_ACCOUNT, *names_of(accounts, operation.provider.name)]


def values_from_settings(
    operation: Operation, invocation: Invocation
) -> Iterator[tuple[str, str, str | None]]:
    """Yield each value that a setting lists: the parameter, the value, and its region if known."""
    get = invocation.settings.get
    for name, source in (operation.listed_values or {}).items():
        try:
            values = list(source.values(get))
        except SyncError:
            continue
        for value in values:
            defaults = (
                operation.defaults_from_settings({name: value}, get)
                if operation.defaults_from_settings
                else {}
            )
            region = defaults.get("region")
            yield name, value, region if isinstance(region, str) else None


def default_region(operation: Operation, invocation: Invocation) -> str | None:
    """Return the default region of a run, None if there is none."""
    try:
        return resolve_region(
            operation,
            invocation.settings,
            requested=None,
            defaults=defaults_of(operation, invocation),
            fallback=invocation.platform_region(operation),
        )
    except SyncError:
        return None
