"""Finds the credentials of a run: :func:`resolve` tries every source in a fixed order.

The function's role comes first, then the vendor's own settings, then, on a developer's machine
only, the profile files of the vendor's tools. An incomplete source is an error, not a reason to
try the next one: it was set on purpose, and other keys may belong to another account. Nothing
here opens a connection, and nothing is cached between calls.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from shared.client.credentials.chain import CredentialChain, ResolvedCredentials, Role

if TYPE_CHECKING:
    from pathlib import Path

    from shared.settings import Settings

    class ProfileFiles(Protocol):
        """What the module of a provider's profile files has."""

        def find(self, chain: CredentialChain, /) -> ResolvedCredentials | None:
            """Return the credentials in the profile files, None if there are none."""
            ...

    class ProviderSources(Protocol):
        """What a provider's module has."""

        @property
        def VENDOR(self) -> str: ...  # noqa: N802 - constants of a module
        @property
        def ROLE_HINT(self) -> str: ...  # noqa: N802
        @property
        def ROLE_SETTINGS(self) -> tuple[str, ...]: ...  # noqa: N802
        @property
        def SETTINGS_HINT(self) -> str: ...  # noqa: N802
        @property
        def PROFILE_HINT(self) -> str: ...  # noqa: N802

        def find(self, chain: CredentialChain, /) -> ResolvedCredentials | None:
            """Return the credentials of the role or in the settings, None if there are none."""
            ...


__all__ = ["PROVIDERS", "ResolvedCredentials", "Role", "resolve"]

PROVIDERS = ("alibaba", "tencent", "huawei")


def resolve(
    provider: str,
    settings: Settings,
    *,
    role: Role | None,
    on_platform: bool,
    home: Path | None = None,
) -> ResolvedCredentials:
    """Return the credentials for a provider.

    Parameters
    ----------
    provider: one of :data:`PROVIDERS`; any other is a ValueError.
    settings: the settings of this invocation.
    role: returns the keys of the function's role, or None if there are none; None itself if the
        platform is not the provider's own.
    on_platform: whether this is a function platform, where no profile files are read.
    home: the directory of the profile files; None for HOME.

    Raises :class:`shared.errors.Misconfigured` if a source is incomplete or unusable, or if no
    source has keys; no message contains any part of a secret.
    """
    if provider not in PROVIDERS:
        msg = f"unknown provider: {provider}"
        raise ValueError(msg)
    chain = CredentialChain(settings, role, on_platform=on_platform, home=home)
    # A run needs one provider, so each is imported only when needed.
    sources: ProviderSources = import_module(f"{__name__}.{provider}")
    chain.refuse_assumed_role(sources.ROLE_SETTINGS)
    found = sources.find(chain)
    if found is None and chain.reads_profiles:
        profiles: ProfileFiles = import_module(f"{__name__}.profiles.{provider}")
        found = profiles.find(chain)
    if found is None:
        raise chain.not_found_error(
            vendor=sources.VENDOR,
            role_hint=sources.ROLE_HINT,
            settings_hint=sources.SETTINGS_HINT,
            profile_hint=sources.PROFILE_HINT,
        )
    return found
