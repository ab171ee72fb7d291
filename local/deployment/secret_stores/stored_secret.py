"""How ``deploy.toml`` names a secret of a store: ``ssm:NAME@VERSION#KEY``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

NAMES: Mapping[str, str] = {
    "ssm": r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}(@[A-Za-z0-9][A-Za-z0-9_.-]{0,63})?",
    "kms": r"[A-Za-z0-9_/+=.@-]{1,64}",
    "csms": r"[A-Za-z0-9_-]{1,64}",
}
"""Store -> the names that it takes; only SSM's have a version, which whoever rotates chooses."""

KEY = r"(#[A-Za-z0-9_.-]{1,128})?"

PATTERNS = tuple(f"{store}:{name}{KEY}" for store, name in NAMES.items())
"""What a source in ``deploy.toml`` may be, besides those that are no store's."""

STORE_OF: Mapping[str, str] = {"scf": "ssm", "fc": "kms", "functiongraph": "csms"}
"""Platform -> the store of its provider."""

_FORMAT = re.compile(r"(ssm|kms|csms):([^#]+)(?:#(.+))?")


class StoredSecret(NamedTuple):
    """A secret of a store.

    Parameters
    ----------
    store: the store's prefix, e.g. ``ssm``.
    name: the secret's name.
    version: the version that is wanted, None for the current one.
    key: the key of the value's JSON object that is wanted, None for the whole value.
    """

    store: str
    name: str
    version: str | None = None
    key: str | None = None


def stored_secret(source: str) -> StoredSecret | None:
    """Return the secret that a source names, None if it is none of a store."""
    match = _FORMAT.fullmatch(source)
    if match is None:
        return None
    store, name, key = match.groups()
    version = None
    if store == "ssm":
        name, _, version = name.partition("@")
    return StoredSecret(store, name, version or None, key)
