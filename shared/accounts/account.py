"""An account in the accounts file."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from shared.models.role import Role


class OidcSource(NamedTuple):
    """Where the token is with which a role is assumed without keys.

    Parameters
    ----------
    provider: the identity provider's ARN at the cloud.
    token_file: the path of the file with the token, which the platform renews.
    """

    provider: str
    token_file: str


class KeySource(NamedTuple):
    """Where the keys of an account come from.

    At most one of ``prefix``, ``profile``, ``secret`` and ``parameter`` is set; with none of them a
    role is assumed with the function's own keys, or with ``oidc``.

    Parameters
    ----------
    prefix: the settings' prefix: ``PROD1`` reads ``PROD1_ALIBABA_CLOUD_ACCESS_KEY_ID`` and so
        on.
    profile: a profile in the files of the vendor's tools; on a developer's machine only.
    secret: the name or ARN of a secret that the AWS Parameters and Secrets extension returns.
    role: a role to assume with these keys, None if they are used directly; its ``oidc`` is not
        filled in.
    parameter: the name or ARN of a parameter that the same extension returns.
    oidc: who assumes the role without keys, None if keys do.
    """

    prefix: str | None = None
    profile: str | None = None
    secret: str | None = None
    role: Role | None = None
    parameter: str | None = None
    oidc: OidcSource | None = None


class Account(NamedTuple):
    """One account.

    Parameters
    ----------
    name: its name in the file.
    provider: ``alibaba``, ``tencent`` or ``huawei``.
    keys: where its keys come from.
    regions: the regions that a fleet runs in, the first of them the default; empty for the
        setting's.
    projects: region -> project, for a provider with projects.
    """

    name: str
    provider: str
    keys: KeySource = KeySource()
    regions: tuple[str, ...] = ()
    projects: Mapping[str, str] = MappingProxyType({})


class AccountsFile(NamedTuple):
    """What the accounts file has.

    Parameters
    ----------
    accounts: name -> account, in the file's order.
    sets: name -> the targets of a set, as an event would give them in ``targets``.
    """

    accounts: Mapping[str, Account]
    sets: Mapping[str, object]
