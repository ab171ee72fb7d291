"""One search for credentials: its sources, and those already tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shared.credentials.key_pair import key_pair
from shared.errors import Misconfigured
from shared.models.identity import Credentials, Keys
from shared.models.value import Value

if TYPE_CHECKING:
    from pathlib import Path

    from shared.settings import Settings

Role = Callable[[], "Keys | None"]


class Identity(Value):
    """The identity that calls a provider.

    Parameters
    ----------
    credentials: the keys that sign the requests, or a token sent instead of a signature.
    project_id: Huawei's project, if the source of the credentials names one.
    region: the region in a profile, if it names one.
    """

    credentials: Credentials
    project_id: str | None = None
    region: str | None = None


class Advice(Value):
    """What to do if a vendor's credentials are not found.

    Parameters
    ----------
    vendor: the vendor's name.
    own_platform: what to do on the vendor's own function platform.
    settings: which settings to set elsewhere.
    profile: how to create a profile file.
    """

    vendor: str
    own_platform: str
    settings: str
    profile: str


class Search:
    """The sources of one search, and in ``looked`` those tried in vain.

    Parameters
    ----------
    settings, role, on_platform, home: as in :func:`shared.credentials.resolve`.
    looked: one phrase for people per source, in the order of the attempts.
    """

    def __init__(
        self, settings: Settings, role: Role | None, *, on_platform: bool, home: Path | None
    ) -> None:
        self.settings = settings
        self.role = role
        self.on_platform = on_platform
        self.home = home
        self.looked: list[str] = []

    def role_keys(self) -> Keys | None:
        """Return the keys of the function's role, if the platform is the provider's own.

        Raises :class:`shared.errors.Misconfigured` if they are incomplete.
        """
        if self.role is None:
            return None
        handed = self.role()
        if handed is not None:
            keys = key_pair(
                ("the role's key ID", handed.access_key_id),
                ("the role's secret", handed.secret.reveal()),
                ("the role's token", handed.token.reveal() if handed.token else None),
                source=handed.source or "function role",
            )
            if keys is not None:
                return keys
        self.looked.append("the function's role (no credentials provided)")
        return None

    def settings_keys(self, key_id: str, secret: str, token: str | None = None) -> Keys | None:
        """Return the keys in these settings.

        Raises :class:`shared.errors.Misconfigured` if only some of them are set.
        """
        settings = self.settings
        keys = key_pair(
            (key_id, settings.get(key_id)),
            (secret, _revealed(settings, secret)),
            (token, _revealed(settings, token)) if token else None,
            source=f"{settings.where(key_id)} {key_id}",
        )
        if keys is None:
            self.looked.append(f"the settings {key_id} and {secret} (not set)")
        return keys

    def home_directory(self) -> Path | None:
        """Return the directory of the profile files; None if not read here or HOME is not set."""
        if self.on_platform:
            return None
        if self.home is None and (home := self.settings.get("HOME")):
            from pathlib import Path

            return Path(home)
        if self.home is None:
            self.looked.append("profile files (no home directory: HOME is not set)")
        return self.home

    def nothing_found(self, advice: Advice) -> Misconfigured:
        """Return the error that lists every source and says what to do."""
        own = self.on_platform and self.role is not None
        if own:
            hint = advice.own_platform
        elif self.on_platform:
            hint = (
                f"Set {advice.settings} in the function's configuration; "
                "profile files are not read on a function platform."
            )
        else:
            hint = f"Set {advice.settings}, or {advice.profile}."
        return Misconfigured(
            f"No credentials for {advice.vendor}. Tried, in this order: {'; '.join(self.looked)}.",
            code="CredentialsMissing",
            hint=hint,
        )


def _revealed(settings: Settings, name: str) -> str | None:
    secret = settings.secret(name)
    return secret.reveal() if secret else None
