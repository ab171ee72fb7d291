"""Finds the keys of an account, in the one place that the accounts file names for it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, NamedTuple

from shared.client import credentials
from shared.client.credentials.of_account import keys_in_profile, keys_in_settings
from shared.errors import SyncError
from shared.models.credentials import AccessKey, Credentials

if TYPE_CHECKING:
    from shared.accounts.account import Account
    from shared.accounts.aws_extension import Store
    from shared.invocation import Invocation
    from shared.models.operation import Operation


class FoundKeys(NamedTuple):
    """An account's keys, or those that its role is assumed with.

    Parameters
    ----------
    credentials: the keys.
    holder: whose they are; the same after a platform has renewed them.
    """

    credentials: Credentials
    holder: Hashable


def find_keys(account: Account, operation: Operation, invocation: Invocation) -> FoundKeys:
    """Return the keys of an account; the function's own if it has nothing but a role.

    Parameters
    ----------
    account: the account.
    operation: the operation that needs them.
    invocation: the invocation that runs it.

    Raises
    ------
    SyncError: they are not there, or cannot be read; no other keys are used instead.
    """
    source, settings, home = account.keys, invocation.settings, invocation.runtime.home
    provider = operation.provider.name
    found: Credentials
    if source.prefix is not None:
        found = keys_in_settings(provider, source.prefix, settings)
    elif source.profile is not None:
        found = keys_in_profile(
            provider, source.profile, settings, on_platform=invocation.on_platform, home=home
        )
    elif (stored := _stored(account)) is not None:
        from shared.accounts.aws_extension import StoredKeys

        found = invocation.runtime.state(StoredKeys).get(provider, *stored, invocation)
    else:
        return _function_keys(operation, invocation)
    return FoundKeys(found, _id_of(found))


def discard_keys(
    account: Account, operation: Operation, invocation: Invocation, keys: Credentials
) -> None:
    """Forget cached keys that the provider does not accept; parameters as in :func:`find_keys`."""
    stored = _stored(account)
    if stored is not None and isinstance(keys, AccessKey):
        from shared.accounts.aws_extension import StoredKeys

        invocation.runtime.state(StoredKeys).discard(operation.provider.name, *stored, keys)


def _function_keys(operation: Operation, invocation: Invocation) -> FoundKeys:
    role = invocation.role_keys if invocation.is_own_cloud_of(operation) else None
    found = credentials.resolve(
        operation.provider.name,
        invocation.settings,
        role=role,
        on_platform=invocation.on_platform,
        home=invocation.runtime.home,
    ).credentials
    own = role() if role is not None else None
    if own is not None and isinstance(found, AccessKey) and own.secret == found.secret:
        return FoundKeys(found, found.source)  # its keys are renewed, but it stays the same role
    return FoundKeys(found, _id_of(found))


def _id_of(found: Credentials) -> Hashable:
    return found.access_key_id if isinstance(found, AccessKey) else found


def _stored(account: Account) -> tuple[Store, str] | None:
    """Return what the AWS extension reads the account's keys from, None if it does not."""
    source = account.keys
    if source.secret is None and source.parameter is None:
        return None
    from shared.accounts.aws_extension import PARAMETER, SECRET  # not needed elsewhere

    if source.secret is not None:
        return SECRET, source.secret
    return PARAMETER, source.parameter or ""


def named(account: Account, error: SyncError) -> SyncError:
    """Return an error that says which account it is about."""
    from copy import copy

    about = copy(error)  # another thread may be raising the same one
    about.message = f"account {account.name}: {error.message}"
    return about
