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
class CredentialReport:
    """The result of the search for one provider's credentials.

    Parameters
    ----------
    provider: the provider's name.
    identity: the credentials that were found, None if none were.
    absent: the error that lists the places that were tried; None if any credentials were
        found, usable or not.
    broken: what is wrong with the credentials that were found; None if nothing is.
    """

    provider: str
    identity: Identity | None = None
    absent: Misconfigured | None = None
    broken: Misconfigured | None = None

    @property
    def who(self) -> str:
        """The source and the masked key, or the error, in one line."""
        if self.identity is not None:
            credentials = self.identity.credentials
            return f"{credentials.source}, key {credentials.masked_id}"
        error = self.broken or self.absent
        return error.message if error is not None else ""


def find_credentials(
    provider: str,
    settings: Settings,
    home: Path | None,
    *,
    role: Role | None = None,
    on_platform: bool = False,
) -> CredentialReport:
    """Look for a provider's credentials in the same places and order as a run.

    Unlike :func:`shared.credentials.resolve`, distinguishes missing from incomplete credentials.

    Parameters
    ----------
    provider, settings, home, role, on_platform: as for that function.
    """
    search = Search(settings, role, on_platform=on_platform, home=home)
    place = import_module(f"shared.credentials.{provider}")
    try:
        identity: Identity | None = place.find(search)
    except Misconfigured as error:
        return CredentialReport(provider, broken=error)
    if identity is None:
        return CredentialReport(provider, absent=search.nothing_found(place.ADVICE))
    return CredentialReport(provider, identity)
