"""Who is calling: the credentials of one run, and where they were found."""

from __future__ import annotations

from shared.models.secret import Secret
from shared.models.value import Value


class Keys(Value):
    """An access key pair, permanent or temporary.

    Parameters
    ----------
    access_key_id: the public half; shown masked all the same.
    secret: the half that signs.
    token: the security token of temporary keys, else None.
    source: where they were found, in words a person can act on.
    """

    access_key_id: str
    secret: Secret
    token: Secret | None = None
    source: str = ""

    def __repr__(self) -> str:
        return f"Keys({self.masked_id}, source={self.source!r})"

    @property
    def masked_id(self) -> str:
        """The key id's last four characters behind stars."""
        return "****" + self.access_key_id[-4:] if len(self.access_key_id) > 8 else "****"


class AuthToken(Value):
    """A ready Huawei ``X-Auth-Token``, which stands instead of a signature."""

    token: Secret
    source: str = ""

    @property
    def masked_id(self) -> str:
        """A token has no public half to show."""
        return "token"


Credentials = Keys | AuthToken
