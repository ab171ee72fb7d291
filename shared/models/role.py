"""A role to assume at a provider, and the session that it returns."""

from datetime import datetime
from typing import NamedTuple

from shared.models.credentials import AccessKey
from shared.models.secret import Secret


class OidcIdentity(NamedTuple):
    """Who assumes a role without keys: an OpenID Connect token, and the provider that issued it.

    Parameters
    ----------
    provider: the identity provider's ARN at the cloud.
    token: the token.
    """

    provider: str
    token: Secret


class Role(NamedTuple):
    """A role to assume.

    Parameters
    ----------
    name: the role's ARN; Huawei's: an agency's name, or the URN that its STS takes.
    domain: the account that has an agency, by its name; None for a role with an ARN or a URN.
    external_id: the value that the role's trust policy requires, None for none.
    duration_seconds: how long the session is valid, None for the provider's default.
    policy: restricts the session further; JSON text in the provider's policy language.
    oidc: who assumes it without keys, None if keys do.
    """

    name: str
    domain: str | None = None
    external_id: str | None = None
    duration_seconds: int | None = None
    policy: str | None = None
    oidc: OidcIdentity | None = None

    @property
    def qualified_name(self) -> str:
        """The name, with the account before it if it does not hold it itself."""
        return f"{self.domain}/{self.name}" if self.domain else self.name


class RoleSession(NamedTuple):
    """Temporary keys of an assumed role.

    Parameters
    ----------
    credentials: the keys, always with a token.
    expires_at: when they expire, timezone-aware.
    caller: the identity that they act as, such as its ARN, as the provider reports it; None if it
        does not.
    """

    credentials: AccessKey
    expires_at: datetime
    caller: str | None = None
