"""No platform: a developer's machine or a CI job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.models.identity import Keys
from shared.platforms.aws import AwsLambda
from shared.platforms.fc import FunctionCompute
from shared.platforms.functiongraph import FunctionGraph
from shared.platforms.incoming import Incoming
from shared.platforms.scf import CloudFunction
from shared.settings import Settings


class Workstation:
    """A call without a platform's context; any platform's sample event is understood."""

    name = "no platform"
    provider: str | None = None

    def open(self, event: object) -> Incoming:
        """Take off the envelope of whichever platform's event it is."""
        envelopes = (FunctionCompute(), CloudFunction(), FunctionGraph(), AwsLambda())
        for platform in envelopes:
            incoming = platform.open(event)
            if incoming.kind != "direct":
                return incoming
        return FunctionCompute().open(event)

    def settings(self, _context: Any, environ: Mapping[str, str]) -> Settings:
        """The settings are the process environment."""
        return Settings.of_environment(environ)

    def invocation_id(self, _context: Any) -> str | None:
        """There is none."""
        return None

    def limit(self, _context: Any, _settings: Settings) -> float | None:
        """Nothing limits the run."""
        return None

    def region(self, _context: Any, _settings: Settings) -> str | None:
        """There is none."""
        return None

    def role(self, _context: Any, _settings: Settings) -> Keys | None:
        """There is none."""
        return None
