"""Finds the credentials of a run: :func:`resolve` tries every source in a fixed order.

The function's role comes first, then the vendor's own settings, then, on a developer's machine
only, the profile files of the vendor's tools. An incomplete source is an error, not a reason to
try the next one: it was set on purpose, and other keys may belong to another account. Nothing
here opens a connection, and nothing is cached between calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.client.credentials.chain import CredentialChain, ResolvedCredentials, Role

if TYPE_CHECKING:
    from pathlib import Path

    from shared.settings import Settings

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
    chain = CredentialChain(settings, role, on_platform=on_platform, home=home)
    # A run needs one provider, so each is imported only when needed.
    if provider == "alibaba":
        from shared.client.credentials import alibaba

        return alibaba.find(chain)
    if provider == "tencent":
        from shared.client.credentials import tencent

        return tencent.find(chain)
    if provider == "huawei":
        from shared.client.credentials import huawei

        return huawei.find(chain)
    msg = f"unknown provider: {provider}"
    raise ValueError(msg)
