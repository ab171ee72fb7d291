"""What the emulated stores of secrets have in common: a secret with its versions."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Literal

State = Literal["enabled", "disabled", "pending_deletion"]


@dataclass
class VersionedSecret:
    """A secret.

    Parameters
    ----------
    versions: its values by version, the oldest first; bytes are binary values.
    state: whether its value is given out.
    is_key_denied: whether the caller may not use the key that encrypts it.
    """

    versions: dict[str, str | bytes] = field(default_factory=dict)
    state: State = "enabled"
    is_key_denied: bool = False

    @property
    def latest(self) -> str:
        """The newest version."""
        return [*self.versions][-1]

    def rotate(self, value: str | bytes) -> None:
        """Add a version, ``v2`` after ``v1``."""
        self.versions[f"v{len(self.versions) + 1}"] = value


def secret_with(value: str | bytes) -> VersionedSecret:
    """Return a secret with one version, ``v1``."""
    return VersionedSecret({"v1": value})


def decoded(text: str) -> bytes:
    """Return a binary value that came in Base64; raises ``ValueError`` if it is none."""
    return b64decode(text, validate=True)


def encoded(value: bytes) -> str:
    """Return a binary value in Base64."""
    return b64encode(value).decode()
