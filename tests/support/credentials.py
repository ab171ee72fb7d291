"""A home directory for profile files, and fixtures that write them and resolve credentials."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from shared.client.credentials import ResolvedCredentials, resolve
from shared.models.credentials import AccessKey
from shared.settings import Settings


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def resolve_credentials(home: Path) -> Callable[..., ResolvedCredentials]:
    """Resolve a provider's credentials from a mapping in place of the environment."""

    def resolve_with(
        provider: str,
        environment: Mapping[str, str] | None = None,
        *,
        role: Callable[[], AccessKey | None] | None = None,
        on_platform: bool = False,
    ) -> ResolvedCredentials:
        settings = Settings.from_environ(environment or {})
        return resolve(provider, settings, role=role, on_platform=on_platform, home=home)

    return resolve_with


@pytest.fixture
def write_file(home: Path) -> Callable[[str, object], Path]:
    """Write a file below the home directory; anything but a string becomes JSON."""

    def write_below(path: str, content: object) -> Path:
        file = home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return file

    return write_below
