"""Which credentials each provider would be called with from this machine, and where they are."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from shared.credentials import Identity, Role
from shared.credentials.search import Search
from shared.errors import Misconfigured
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Found:
    """What a search for one provider's credentials came to.

    Parameters
    ----------
    provider: which.
    identity: the credentials that were found, None if none were.
    absent: why there is nobody, and where it was looked; None if somebody was found, or
        if what is there cannot be used.
    broken: what is wrong with what is there; None if nothing is.
    """

    provider: str
    identity: Identity | None = None
    absent: Misconfigured | None = None
    broken: Misconfigured | None = None

    @property
    def who(self) -> str:
        """One line for people."""
        if self.identity is not None:
            credentials = self.identity.credentials
            return f"{credentials.source}, key {credentials.masked_id}"
        error = self.broken or self.absent
        return error.message if error is not None else ""


def seek(
    provider: str,
    settings: Settings,
    home: Path | None,
    *,
    role: Role | None = None,
    on_platform: bool = False,
) -> Found:
    """Look for a provider's credentials in the places, and the order, a run looks in.

    Absent and half-set are told apart, which :func:`shared.credentials.resolve` need not.

    Parameters
    ----------
    provider, settings, home, role, on_platform: as for that function.
    """
    search = Search(settings, role, on_platform=on_platform, home=home)
    place = import_module(f"shared.credentials.{provider}")
    try:
        identity: Identity | None = place.find(search)
    except Misconfigured as error:
        return Found(provider, broken=error)
    if identity is None:
        return Found(provider, absent=search.nothing_found(place.ADVICE))
    return Found(provider, identity)
