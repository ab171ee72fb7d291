"""Reads the accounts file, and says every fault in it with the account's name.

Values are never shown: one of them may be a secret that does not belong there.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from shared.accounts.account import Account, AccountsFile, KeySource, OidcSource
from shared.accounts.entry_faults import document_faults, repeated_fault
from shared.cold_start.pydantic_lite import core
from shared.errors import Misconfigured
from shared.models.role import Role
from shared.settings.definitions import DEFAULT_ACCOUNTS_FILE

if TYPE_CHECKING:
    from shared.runtime import Runtime
    from shared.settings import Settings

SETTING = "ACCOUNTS_FILE"
ROOT = Path(__file__).parent.parent.parent
"""The bundle's root."""

MAX_BYTES = 1024 * 1024
HINT = (
    "Correct the accounts file; docs/accounts.md describes it, and its JSON Schema is "
    "docs/schemas/accounts.schema.json."
)
NO_ACCOUNTS = AccountsFile({}, {})


class FileVersion(NamedTuple):
    """What tells one version of the file from the next without reading it."""

    path: str
    modified_ns: int
    size: int


class AccountsCache:
    """The accounts file as it was last read by this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cached: tuple[FileVersion, AccountsFile] | None = None

    def get(self, path: Path, version: FileVersion) -> AccountsFile:
        """Return what the file has, reading it only if it has changed.

        Raises
        ------
        Misconfigured: it is not valid; every fault is named.
        """
        with self._lock:
            if self._cached is None or self._cached[0] != version:
                self._cached = (version, parse_accounts(read_text(path)))
            return self._cached[1]


def read_accounts(settings: Settings, runtime: Runtime, root: Path = ROOT) -> AccountsFile:
    """Return what the accounts file has; nothing if there is none.

    The account ``default``, the function's own, is always there and never in it.

    Parameters
    ----------
    settings: the settings of this invocation.
    runtime: caches the file until it changes.
    root: the directory of a relative path; the working directory is tried after it.

    Raises
    ------
    Misconfigured: the file that ``ACCOUNTS_FILE`` names cannot be read, or the file is not valid;
        every fault is named.
    """
    named = settings.get(SETTING)
    found = find_file(named or DEFAULT_ACCOUNTS_FILE, (root, Path()) if named else (root,))
    if found is None and named is None:
        return NO_ACCOUNTS
    if found is None:
        raise Misconfigured(
            f"{SETTING} names a file that does not exist or cannot be read",
            code="NoAccountsFile",
            hint=f"Put the file at the bundle's root, or correct {SETTING}.",
        )
    file, status = found
    if status.st_size > MAX_BYTES:
        raise bad_file(f"the accounts file has more than {MAX_BYTES:,} bytes")
    version = FileVersion(str(file), status.st_mtime_ns, status.st_size)
    return runtime.state(AccountsCache).get(file, version)


def find_file(name: str, folders: Iterable[Path]) -> tuple[Path, os.stat_result] | None:
    """Return the file with this path below the first of the folders that has it, and its status."""
    for folder in folders:
        file = folder / name
        try:
            return file, file.stat()
        except (OSError, ValueError):  # a NUL in the name
            continue
    return None


def read_text(path: Path) -> str:
    """Return the file's text.

    Raises
    ------
    Misconfigured: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        problem = "the accounts file is not UTF-8 text"
    except OSError:
        problem = "the accounts file cannot be read"
    raise bad_file(problem)


def bad_file(message: str) -> Misconfigured:
    """Return the error of a file that is not valid."""
    return Misconfigured(message, code="BadAccountsFile", hint=HINT)


def parse_accounts(text: str) -> AccountsFile:
    """Return what the text of an accounts file has.

    Raises
    ------
    Misconfigured: it is not valid; every fault is named.
    """
    from shared.accounts._core_schemas import ACCOUNTS_DOCUMENT
    from shared.validation import build_validator, details_of

    document, repeated = read_json(text)
    if not isinstance(document, dict):
        raise bad_file("the accounts file is not a JSON object")
    document.pop("$schema", None)  # for editors
    details: list[Any] = []
    values: Mapping[str, Any] = {}
    try:
        values = build_validator(ACCOUNTS_DOCUMENT.fields).validate_python(document)
    except core().ValidationError as error:
        details = [dict(detail) for detail in details_of(error)]
    found = document_faults(document, details, ACCOUNTS_DOCUMENT.formats)
    faults = list(dict.fromkeys((*map(repeated_fault, repeated), *found)))
    if faults:
        raise bad_file(f"the accounts file: {'; '.join(faults)}")
    accounts = {name: to_account(name, entry) for name, entry in values["accounts"].items()}
    return AccountsFile(accounts, values["sets"])


def read_json(text: str) -> tuple[object, list[str]]:
    """Return the decoded text, None if it is not JSON, and the keys that an object has twice.

    Of two accounts with one name only the second would be read.
    """
    import json

    repeated: list[str] = []

    def to_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in pairs:
            if key in found:
                repeated.append(key)
            found[key] = value
        return found

    try:
        return json.loads(text, object_pairs_hook=to_object), repeated
    except (ValueError, RecursionError):  # the parser's own error would quote the text
        return None, []


def to_account(name: str, entry: Mapping[str, Any]) -> Account:
    """Return the account of a valid entry."""
    role = entry["role"]
    return Account(
        name=name,
        provider=entry["provider"],
        keys=KeySource(
            prefix=entry["settings_prefix"],
            profile=entry["profile"],
            secret=entry["secret_id"],
            parameter=entry["parameter_name"],
            role=None if role is None else to_role(role),
            oidc=None if role is None else to_oidc(role),
        ),
        regions=tuple(entry["regions"]),
        projects=dict(entry["projects"]),
    )


def to_role(entry: Mapping[str, Any]) -> Role:
    """Return the role of a valid entry."""
    import json

    policy = entry["policy"]
    return Role(
        name=next(entry[key] for key in ("arn", "urn", "agency") if entry[key] is not None),
        domain=entry["domain"],
        external_id=entry["external_id"],
        duration_seconds=entry["duration_seconds"],
        policy=None if policy is None else json.dumps(policy, separators=(",", ":")),
    )


def to_oidc(entry: Mapping[str, Any]) -> OidcSource | None:
    """Return who assumes the role of a valid entry without keys, None if keys do."""
    if entry["oidc_provider_arn"] is None:
        return None
    return OidcSource(entry["oidc_provider_arn"], entry["oidc_token_file"])


def names_of(accounts: AccountsFile, provider: str) -> Iterator[str]:
    """Yield the names of a provider's accounts, in the file's order."""
    return (name for name, account in accounts.accounts.items() if account.provider == provider)
