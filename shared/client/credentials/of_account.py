"""Finds the keys of one account, in the one place that the accounts file names for it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from shared.client.credentials.chain import CredentialChain
from shared.client.credentials.key_pair import make_access_key
from shared.errors import Misconfigured
from shared.models.credentials import AccessKey, Credentials

if TYPE_CHECKING:
    from pathlib import Path

    from shared.settings import Settings

PACKAGE = __name__.rpartition(".")[0]


def key_names(provider: str) -> tuple[str, str, str]:
    """Return what a provider's keys are called: the ID, the secret and the token."""
    names: tuple[str, str, str] = import_module(f"{PACKAGE}.{provider}").KEY_SETTINGS
    return names


def prefixed(prefix: str, name: str) -> str:
    """Return a setting's name under an account's prefix, which may end in an underscore."""
    return f"{prefix.rstrip('_')}_{name}"


def keys_from(
    provider: str, read: Callable[[str], str | None], *, prefix: str = "", source: str
) -> AccessKey:
    """Return the keys that a place has under the provider's names.

    Parameters
    ----------
    provider: whose keys.
    read: returns the value of a name in that place, None if it has none.
    prefix: the account's, empty if the names there have none.
    source: the place, for people.

    Raises
    ------
    Misconfigured: some or all of them are missing, or one is not valid.
    """
    names = key_names(provider)
    key_id, secret, token = (prefixed(prefix, name) if prefix else name for name in names)
    keys = make_access_key(
        (key_id, read(key_id)), (secret, read(secret)), (token, read(token)), source=source
    )
    if keys is None:
        raise Misconfigured(
            f"{source} has neither {key_id} nor {secret}",
            code="CredentialsMissing",
            hint=f"Set {key_id} and {secret} (for temporary keys, also {token}).",
        )
    return keys


def keys_in_settings(provider: str, prefix: str, settings: Settings) -> AccessKey:
    """Return the keys in the settings with a prefix: ``PROD1_ALIBABA_CLOUD_ACCESS_KEY_ID``.

    Raises
    ------
    Misconfigured: as in :func:`keys_from`.
    """

    def read(name: str) -> str | None:
        secret = settings.secret_by_name(name)
        return None if secret is None else secret.get_secret_value()

    return keys_from(provider, read, prefix=prefix, source=f"settings {prefixed(prefix, '…')}")


def keys_in_profile(
    provider: str, profile: str, settings: Settings, *, on_platform: bool, home: Path | None
) -> Credentials:
    """Return the keys in a profile of the vendor's tools.

    Raises
    ------
    Misconfigured: this is a function platform or a bundle, which has no such files, or the
        profile does not exist or has no keys.
    """
    chain = CredentialChain(settings, None, on_platform=on_platform, home=home, profile=profile)
    if not chain.reads_profiles:
        raise Misconfigured(
            f"the profile {profile} can only be used on a developer's machine",
            code="CredentialsMissing",
            hint="On a function platform use settings_prefix, secret_id, parameter_name or a role.",
        )
    files: Any = import_module(f"{PACKAGE}.profiles.{provider}")
    found = files.find(chain)
    if found is None:
        raise Misconfigured(
            f"the profile {profile} was not found. Tried: {'; '.join(chain.tried)}",
            code="CredentialsMissing",
            hint="Create it with the vendor's tool, or correct the accounts file.",
        )
    credentials: Credentials = found.credentials
    return credentials
