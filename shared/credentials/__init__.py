"""Where the keys of a run come from: :func:`resolve` asks every place in a fixed order.

The function's role comes first, then the settings in the vendor's spelling, then, off the
function platforms only, the profile files of the vendor's tools. A place that is half
filled ends the search: whoever filled it meant it, and other keys may belong to another
account. Nothing here opens a connection, and nothing is kept between two calls.
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
    """Find out as whom a provider is called.

    Parameters
    ----------
    provider: one of :data:`PROVIDERS`; any other is a ValueError.
    settings: the door to the settings; read anew at every call.
    role: yields the keys that the platform handed for its own provider, or None when it
        handed none; None itself where the provider is not the platform's own.
    on_platform: whether this runs on a function platform, where no profile file is read.
    home: directory that holds the profile files; None takes the one that HOME names.

    Raises :class:`shared.errors.Misconfigured` when a place is half filled or cannot be
    used, and when no place has keys; no message holds any part of a secret.
    """
    search = Search(settings, role, on_platform=on_platform, home=home)
    # A bundle holds one provider, and a run needs one: each is imported when asked for.
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
