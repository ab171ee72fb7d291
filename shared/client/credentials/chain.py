"""The credential chain: the sources of credentials, and which of them have been tried."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from shared.client.credentials.key_pair import make_access_key
from shared.errors import Misconfigured
from shared.models.credentials import AccessKey, Credentials

if TYPE_CHECKING:
    from pathlib import Path

    from shared.settings import Settings

Role = Callable[[], "AccessKey | None"]

NOT_FOUND = "CredentialsMissing"
"""The error code if no source has credentials."""


class ResolvedCredentials(NamedTuple):
    """Credentials for a provider, and what else their source contains.

    Parameters
    ----------
    credentials: the keys that sign the requests, or a token sent instead of a signature.
    project_id: Huawei's project, if the source of the credentials names one.
    region: the region in a profile, if it names one.
    """

    credentials: Credentials
    project_id: str | None = None
    region: str | None = None


class CredentialChain:
    """The sources of one run's credentials.

    Parameters
    ----------
    settings, role, on_platform, home: as in :func:`shared.client.credentials.resolve`.
    profile: the only profile to use; None for the one that the settings select.

    Attributes
    ----------
    tried: the sources without credentials so far, a phrase for each.
    """

    def __init__(
        self,
        settings: "Settings",
        role: Role | None,
        *,
        on_platform: bool,
        home: "Path | None",
        profile: str | None = None,
    ) -> None:
        self.settings = settings
        self.role = role
        self.on_platform = on_platform
        self.home = home
        self.profile = profile
        self.tried: list[str] = []

    def role_keys(self) -> AccessKey | None:
        """Return the keys of the function's role, if the platform is the provider's own.

        Raises :class:`shared.errors.Misconfigured` if they are incomplete.
        """
        if self.role is None:
            return None
        provided = self.role()
        if provided is not None:
            keys = make_access_key(
                ("the role's key ID", provided.access_key_id),
                ("the role's secret", provided.secret.get_secret_value()),
                ("the role's token", provided.token.get_secret_value() if provided.token else None),
                source=provided.source or "function role",
            )
            if keys is not None:
                return keys
        self.tried.append("the function's role (no credentials provided)")
        return None

    def settings_keys(self, key_id: str, secret: str, token: str | None = None) -> AccessKey | None:
        """Return the keys in these settings.

        Raises :class:`shared.errors.Misconfigured` if only some of them are set.
        """
        settings = self.settings
        keys = make_access_key(
            (key_id, settings.get(key_id)),
            (secret, settings.secret_value(secret)),
            (token, settings.secret_value(token)) if token else None,
            source=f"{settings.source_of(key_id)} {key_id}",
        )
        if keys is None:
            self.tried.append(f"the settings {key_id} and {secret} (not set)")
        return keys

    def refuse_assumed_role(self, names: tuple[str, ...]) -> None:
        """Refuse to run where the vendor's own tools would assume a role.

        The keys would sign requests as another identity.

        Parameters
        ----------
        names: the settings that name such a role.

        Raises :class:`shared.errors.Misconfigured` if one of them is set.
        """
        for name in names:
            if self.settings.get(name):
                raise Misconfigured(
                    f"{name} names a role to assume, which only an account in the accounts file "
                    "does; the configured keys may belong to another identity.",
                    hint=f"Remove {name}, and add an account with this role to the accounts file "
                    "(docs/accounts.md), or configure the keys of the identity to use.",
                )

    def selected_profile(self, setting: str) -> tuple[str | None, str]:
        """Return the profile to use, None for the default one, and what selects it.

        Parameters
        ----------
        setting: the setting that may select one.
        """
        if self.profile is not None:
            return self.profile, "the accounts file"
        return self.settings.get(setting), setting

    @property
    def reads_profiles(self) -> bool:
        """Whether profile files are read: not on a function platform, and never in a bundle."""
        if self.on_platform:
            return False
        from importlib.util import find_spec

        return find_spec("shared.client.credentials.profiles") is not None

    def profile_dir(self) -> "Path | None":
        """Return the directory of the profile files, None if HOME is not set."""
        if self.home is None and (home := self.settings.get("HOME")):
            from pathlib import Path

            return Path(home)
        if self.home is None:
            self.tried.append("profile files (no home directory: HOME is not set)")
        return self.home

    def not_found_error(
        self, *, vendor: str, role_hint: str, settings_hint: str, profile_hint: str
    ) -> Misconfigured:
        """Return the error that lists every source and says what to do.

        Parameters
        ----------
        vendor: the vendor's name.
        role_hint: what to do on the vendor's own function platform.
        settings_hint: which settings to set elsewhere.
        profile_hint: how to create a profile file.
        """
        if self.on_platform and self.role is not None:
            hint = role_hint
        elif self.on_platform:
            hint = (
                f"Set {settings_hint} in the function's configuration; "
                "profile files are not read on a function platform."
            )
        else:
            hint = f"Set {settings_hint}, or {profile_hint}."
        return Misconfigured(
            f"No credentials for {vendor}. Tried, in this order: {'; '.join(self.tried)}.",
            code=NOT_FOUND,
            hint=hint,
        )
