"""Runs what an emulated platform was given: its zip, unpacked, under the platform's own Python."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from local import http_events
from local.bundling.plan import Bundle
from local.contexts import Call
from local.deployment.marker import TIMER
from local.emulator import Emulator, Invocation
from local.gateway import CONTEXTS
from local.http_events import Http
from tests.support.bundle_runner import BundleRunner
from tests.support.bundles import unpack

ROLE_KEYS: Mapping[str, tuple[str, ...]] = {
    "scf": ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN"),
    "fc": (
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "ALIBABA_CLOUD_SECURITY_TOKEN",
    ),
    "functiongraph": (
        "HUAWEICLOUD_SDK_AK",
        "HUAWEICLOUD_SDK_SK",
        "HUAWEICLOUD_SDK_SECURITY_TOKEN",
    ),
}
"""Platform -> the keys that it gives a function for its role."""


class DeployedFunction(NamedTuple):
    """A function as a platform has it.

    Parameters
    ----------
    name: its name.
    handler: its entry.
    zip_bytes: its code.
    environment: its settings.
    message: what its timer passes to it, empty without one.
    """

    name: str
    handler: str
    zip_bytes: bytes
    environment: Mapping[str, str]
    message: str


@dataclass
class DeployedFunctions:
    """The functions of an emulated platform.

    Parameters
    ----------
    platform: which one.
    emulator: where they were deployed; the clouds that they call too.
    folder: where their zips are unpacked.
    """

    platform: str
    emulator: Emulator
    folder: Path

    def named(self, name: str) -> DeployedFunction:
        """Return a function as the platform has it."""
        if self.platform == "functiongraph":
            stored = self.emulator.huawei.functiongraph.named(name)
            data = [each.event_data for each in stored.triggers.values()]
            message = next((each["user_event"] for each in data if "user_event" in each), "")
            handler = stored.config["handler"]
            return DeployedFunction(name, handler, stored.code, stored.environment, message)
        if self.platform == "fc":
            kept = self.emulator.alibaba.function_compute.at()[name]
            timer = kept.triggers.get(TIMER)
            message = timer.parsed["payload"] if timer is not None else ""
            handler = kept.config["handler"]
            return DeployedFunction(name, handler, kept.zip_bytes, kept.environment, message)
        found = self.emulator.tencent.deployed.at()[name]
        message = found.triggers[TIMER].message if TIMER in found.triggers else ""
        return DeployedFunction(name, found.handler, found.zip_bytes, found.environment, message)

    def invoke(self, invocation: Invocation) -> object:
        """Run a function with the event of an invocation."""
        (result,) = self._run(invocation.function, [invocation.event])
        return result

    def tick(self, name: str) -> Any:
        """Run a function as its timer does."""
        call = self._call(name, json.loads(self.named(name).message), timer=True)
        (result,) = self._run(name, [call.event], call)
        return result

    def requests(self, name: str, *requests: Http) -> list[Any]:
        """Run a function as its URL does, for one request after the other in one process."""
        return self._run(name, [http_events.TRIGGERS[self.platform](each) for each in requests])

    def _call(self, name: str, parameters: Mapping[str, object], *, timer: bool = False) -> Call:
        # Where the clouds are, and the role's keys; everything else has been deployed.
        environ = {
            setting: value
            for setting, value in self.emulator.environment(temporary=True).items()
            if setting.endswith("_ENDPOINT_URL") or setting in ROLE_KEYS[self.platform]
        }
        environ |= self.named(name).environment
        return CONTEXTS[self.platform](name, parameters, environ, timer=timer)

    def _run(self, name: str, events: Sequence[object], call: Call | None = None) -> list[Any]:
        function, call = self.named(name), call or self._call(name, {})
        # Any bundle for the platform: what matters is which Python it is made for.
        bundle = Bundle("tencent", self.platform)
        runner = BundleRunner(bundle, self._unpacked(function), self.folder, {})
        entry, _, attribute = function.handler.partition(".")
        assert attribute == "handler"
        as_bytes = isinstance(call.event, bytes)
        plan = [
            (
                entry,
                json.dumps(each).encode() if as_bytes and isinstance(each, dict) else each,
                call,
            )
            for each in events
        ]
        run = runner.run(plan)
        assert run.foreign == []
        return run.results

    def _unpacked(self, function: DeployedFunction) -> Path:
        root = self.folder / function.name
        if not root.exists():
            with zipfile.ZipFile(io.BytesIO(function.zip_bytes)) as archive:
                unpack({name: archive.read(name) for name in archive.namelist()}, root)
        return root
