"""The accounts file of a bundle: the one at the project's root, if it is there."""

from __future__ import annotations

from pathlib import Path

from local.bundling.problem import BundleError
from shared.accounts.accounts_file import parse_accounts, read_text
from shared.errors import Misconfigured
from shared.settings.definitions import DEFAULT_ACCOUNTS_FILE


def accounts_file(root: Path) -> dict[str, bytes]:
    """Return the accounts file by its path in the bundle, nothing if there is none.

    Raises
    ------
    BundleError: it is not valid, so that every run that names an account would fail.
    """
    path = root / DEFAULT_ACCOUNTS_FILE
    if not path.is_file():
        return {}
    try:
        parse_accounts(read_text(path))
    except Misconfigured as error:
        raise BundleError(f"{DEFAULT_ACCOUNTS_FILE}: {error.message}") from None
    return {DEFAULT_ACCOUNTS_FILE: path.read_bytes()}
