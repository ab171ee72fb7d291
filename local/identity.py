"""Which credentials each provider would be called with from this machine, and where they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shared.client.credentials import ResolvedCredentials, Role, resolve
from shared.client.credentials.chain import NOT_FOUND
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
    identity: ResolvedCredentials | None = None
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

    Unlike :func:`shared.client.credentials.resolve`, distinguishes missing from incomplete
    credentials.

    Parameters
    ----------
    provider, settings, home, role, on_platform: as for that function.
    """
    try:
        identity = resolve(provider, settings, role=role, on_platform=on_platform, home=home)
    except Misconfigured as error:
        if error.code == NOT_FOUND:
            return CredentialReport(provider, absent=error)
        return CredentialReport(provider, broken=error)
    return CredentialReport(provider, identity)
