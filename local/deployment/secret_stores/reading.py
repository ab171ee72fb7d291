"""Reads the secrets that a description takes from a store, each once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from local.deployment.client import PlatformClient
from local.deployment.secret_stores.secret_store import SecretStore, StoredValue
from local.deployment.secret_stores.stored_secret import StoredSecret, stored_secret
from local.deployment.secret_stores.stores import load_store
from shared.errors import (
    Conflict,
    Forbidden,
    Misconfigured,
    SyncError,
    TimedOut,
    Unauthenticated,
    Unreachable,
)
from shared.models.error_code import lookup
from shared.models.provider_errors import fill_hint
from shared.models.secret import Secret
from shared.runtime import Runtime

ENDS_ALL = (Misconfigured, TimedOut, Unauthenticated, Unreachable)
"""What every further secret of the store would end with too."""


class UnreadSecret(NamedTuple):
    """A secret that could not be read.

    Parameters
    ----------
    source: as the description names it.
    places: where the description names it.
    error: why, and what to do.
    """

    source: str
    places: tuple[str, ...]
    error: SyncError


class UnreadSecretsError(Exception):
    """Secrets could not be read.

    Parameters
    ----------
    unread: all of them, but for those of a store that could not be asked.
    """

    def __init__(self, unread: Sequence[UnreadSecret]) -> None:
        super().__init__(f"{len(unread)} secrets could not be read")
        self.unread = unread


def stores_of(sources: Iterable[str]) -> list[SecretStore]:
    """Return the stores that sources are of."""
    found = (stored_secret(source) for source in sources)
    return [load_store(name) for name in sorted({each.store for each in found if each})]


def read_secrets(
    sources: Mapping[str, Sequence[str]], region: str, project_id: str | None, process: Runtime
) -> dict[str, StoredValue]:
    """Return the value of each source that is a store's.

    Parameters
    ----------
    sources: the sources of the description, each with its places there.
    region, project_id: where the stores are.
    process: environment, home directory, clock and transport.

    Raises
    ------
    UnreadSecretsError: not all of them could be read.
    """
    values: dict[str, StoredValue] = {}
    unread: list[UnreadSecret] = []
    for store in stores_of(sources):
        client = PlatformClient(store, region, project_id, process)
        read: dict[StoredSecret, StoredValue | SyncError] = {}
        for source, places in sources.items():
            secret = stored_secret(source)
            if secret is None or secret.store != store.name:
                continue
            whole = secret._replace(key=None)
            if whole not in read:
                read[whole] = read_once(store, whole, client)
            try:
                values[source] = part_of(read[whole], secret)
            except SyncError as error:
                unread.append(UnreadSecret(source, tuple(places), error))
                if error is read[whole] and isinstance(error, ENDS_ALL):
                    break
    if unread:
        raise UnreadSecretsError(unread)
    return values


def read_once(
    store: SecretStore, secret: StoredSecret, client: PlatformClient
) -> StoredValue | SyncError:
    """Return a secret's whole value, or why it could not be read."""
    try:
        value = client.run(store.read(secret, client.context))
    except SyncError as error:
        if isinstance(error, Forbidden) and lookup(store.error_codes, error.code) is None:
            hint = store.forbidden_hint.replace("`{permission}`", f"`{store.permissions[-1]}`")
            error.hint = fill_hint(hint, None)
        return error
    client.secrets.append(value.text)
    return value


def part_of(value: StoredValue | SyncError, secret: StoredSecret) -> StoredValue:
    """Return a secret's value, or that of the key that is wanted.

    Raises
    ------
    SyncError: why the secret could not be read.
    Conflict: it is not a JSON object, or has no text under that key.
    """
    if isinstance(value, SyncError):
        raise value
    if secret.key is None:
        return value
    try:
        document = json.loads(value.text.get_secret_value())
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise Conflict(
            f"the value of {secret.name} is not a JSON object",
            code="SecretNotJson",
            hint=f"Leave out #{secret.key} to take the whole value, or store a JSON object.",
        )
    part = document.get(secret.key)
    if not isinstance(part, str) or not part:
        is_there = secret.key in document
        what = "no text under the key" if is_there else "no key"
        raise Conflict(
            f"the value of {secret.name} has {what} {secret.key}",
            code="SecretKeyNotText" if is_there else "NoSuchSecretKey",
            hint="Correct the key after # in the description, or store a version that has it.",
        )
    return value._replace(text=Secret(part))
