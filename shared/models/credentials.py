"""Credentials, each with the source it was found in."""

from typing import NamedTuple

from shared.models.secret import Secret


class AccessKey(NamedTuple):
    """An access key pair, permanent or temporary.

    Parameters
    ----------
    access_key_id: the public half; shown masked.
    secret: the signing key.
    token: the security token of temporary keys, else None.
    source: where they were found, for people.
    """

    access_key_id: str
    secret: Secret
    token: Secret | None = None
    source: str = ""

    def __repr__(self) -> str:
        return f"AccessKey({self.masked_id}, source={self.source!r})"

    @property
    def masked_id(self) -> str:
        """The last four characters of the key ID, after asterisks."""
        return "****" + self.access_key_id[-4:] if len(self.access_key_id) > 8 else "****"


class AuthToken(NamedTuple):
    """A Huawei ``X-Auth-Token``, sent instead of a signature."""

    token: Secret
    source: str = ""

    @property
    def masked_id(self) -> str:
        """``token``: a token has no public part to show."""
        return "token"


class Anonymous(NamedTuple):
    """No credentials: what a request carries authenticates it, and it is sent unsigned."""

    source: str = ""

    @property
    def masked_id(self) -> str:
        """``none``: there is no key."""
        return "none"


Credentials = AccessKey | AuthToken | Anonymous
