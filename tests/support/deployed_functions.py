"""Runs what an emulated SCF was given: its zip, unpacked, under the platform's own Python."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import contexts
from local.bundling.plan import Bundle
from local.deployment.marker import TIMER
from local.emulator import Emulator, Invocation
from local.emulator.scf_functions import ScfFunction
from local.http_events import Http
from local.http_events import scf as http_event
from tests.support.bundle_runner import BundleRunner
from tests.support.bundles import unpack

PYTHON_3_10 = Bundle("tencent", "scf")
"""Any bundle for SCF: what matters here is which Python it is made for."""


@dataclass
class DeployedFunctions:
    """The functions of an emulated SCF.

    Parameters
    ----------
    emulator: where they were deployed; the clouds that they call too.
    folder: where their zips are unpacked.
    """

    emulator: Emulator
    folder: Path

    def named(self, name: str) -> ScfFunction:
        """Return a function as SCF has it."""
        return self.emulator.tencent.deployed.at()[name]

    def invoke(self, invocation: Invocation) -> object:
        """Run a function with the event of an invocation."""
        return self.run(invocation.function, invocation.event, {})

    def tick(self, name: str) -> Any:
        """Run a function as its timer does."""
        message = json.loads(self.named(name).triggers[TIMER].message)
        return self.run(name, None, message, timer=True)

    def request(self, name: str, http: Http) -> Any:
        """Run a function as its URL does."""
        return self.run(name, http_event(http), {})

    def run(
        self, name: str, event: object, parameters: dict[str, object], *, timer: bool = False
    ) -> Any:
        """Run a function; an event of None is the one that the platform makes of parameters."""
        function = self.named(name)
        # SCF adds the role's keys to a function's own settings; where the clouds are is added here.
        environ = {**self.emulator.environment(temporary=True), **function.environment}
        call = contexts.scf(name, parameters, environ, timer=timer)
        runner = BundleRunner(PYTHON_3_10, self._unpacked(function), self.folder, environ)
        entry, _, attribute = function.handler.partition(".")
        assert attribute == "handler"
        run = runner.run([(entry, call.event if event is None else event, call)])
        assert run.foreign == []
        (outcome,) = run.outcomes
        return outcome["result"]

    def _unpacked(self, function: ScfFunction) -> Path:
        root = self.folder / function.name
        if not root.exists():
            with zipfile.ZipFile(io.BytesIO(function.zip_bytes)) as archive:
                unpack({name: archive.read(name) for name in archive.namelist()}, root)
        return root
