"""No platform: a developer's machine or a CI job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.models.credentials import AccessKey
from shared.platforms.aws import AwsLambda
from shared.platforms.event import Event
from shared.platforms.fc import FunctionCompute
from shared.platforms.functiongraph import FunctionGraph
from shared.platforms.scf import TencentScf
from shared.settings import Settings


class LocalMachine:
    """An invocation without a platform's context; it accepts the events of any platform."""

    name = "no platform"
    provider: str | None = None

    def parse_event(self, event: object) -> Event:
        """Parse an event of any platform."""
        envelopes = (FunctionCompute(), TencentScf(), FunctionGraph(), AwsLambda())
        for platform in envelopes:
            parsed = platform.parse_event(event)
            if parsed.trigger != "direct":
                return parsed
        return FunctionCompute().parse_event(event)

    def settings(self, _context: Any, environ: Mapping[str, str]) -> Settings:
        """Return the settings: the process environment."""
        return Settings.from_environ(environ)

    def invocation_id(self, _context: Any) -> str | None:
        """Return None: there is none."""
        return None

    def timeout_seconds(self, _context: Any, _settings: Settings) -> float | None:
        """Return None: nothing limits the run."""
        return None

    def region(self, _context: Any, _settings: Settings) -> str | None:
        """Return None: there is none."""
        return None

    def role_credentials(self, _context: Any, _settings: Settings) -> AccessKey | None:
        """Return None: there is none."""
        return None
