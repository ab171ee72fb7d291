"""Finds the keys of a run: :func:`resolve` tries every source in a fixed order.

The function's role comes first, then the vendor's own settings, then, outside function
platforms only, the profile files of the vendor's tools. An incomplete source is an error, not a
reason to try the next one: it was set on purpose, and other keys may belong to another account.
Nothing here opens a connection, and nothing is cached between calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.credentials.search import Identity, Role, Search

if TYPE_CHECKING:
    from pathlib import Path

    from shared.settings import Settings

__all__ = ["PROVIDERS", "Identity", "Role", "resolve"]

PROVIDERS = ("alibaba", "tencent", "huawei")


def resolve(
    provider: str,
    settings: Settings,
    *,
    role: Role | None,
    on_platform: bool,
    home: Path | None = None,
) -> Identity:
    """Return the identity that calls a provider.

    Parameters
    ----------
    provider: one of :data:`PROVIDERS`; any other is a ValueError.
    settings: the settings of this invocation.
    role: returns the platform's keys of the function's role, or None if there are none; None
        itself if the provider is not the platform's own.
    on_platform: whether this is a function platform, where no profile files are read.
    home: the directory of the profile files; None for the one in HOME.

    Raises :class:`shared.errors.Misconfigured` if a source is incomplete or unusable, or if no
    source has keys; no message contains any part of a secret.
    """
    search = Search(settings, role, on_platform=on_platform, home=home)
    # A run needs one provider, so each is imported only when needed.
    if provider == "alibaba":
        from shared.credentials import alibaba

        found, advice = alibaba.find(search), alibaba.ADVICE
    elif provider == "tencent":
        from shared.credentials import tencent

        found, advice = tencent.find(search), tencent.ADVICE
    elif provider == "huawei":
        from shared.credentials import huawei

        found, advice = huawei.find(search), huawei.ADVICE
    else:
        msg = f"unknown provider: {provider}"
        raise ValueError(msg)
    if found is None:
        raise search.nothing_found(advice)
    return found
