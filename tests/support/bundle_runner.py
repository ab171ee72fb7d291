"""Runs an unpacked bundle under the platform's own Python, without any site-packages."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from local import contexts
from local.bundling.plan import Bundle
from local.gateway import CONTEXTS
from tests.support.bundles import python

SCRIPT = Path(__file__).with_name("bundle_process.py")
PLATFORMS = ("fc", "scf", "functiongraph")
"""Those without a runtime client of their own; Lambda's bundles run under AWS's."""
GETTERS = (
    "getRequestID",
    "getRemainingTimeInMilliSeconds",
    "getSecurityAccessKey",
    "getSecuritySecretKey",
    "getSecurityToken",
)


@dataclass(frozen=True)
class BundleRun:
    """What a process of the bundle left behind."""

    outcomes: list[dict[str, Any]]
    modules: Mapping[str, str]
    foreign: list[str]
    output: str

    @property
    def results(self) -> list[dict[str, Any]]:
        return [outcome["result"] for outcome in self.outcomes]


@dataclass
class BundleRunner:
    """Plays one platform for one unpacked bundle, its own unless another is named."""

    bundle: Bundle
    root: Path
    folder: Path
    environ: Mapping[str, str]
    path_first: Sequence[Path] = ()
    preloaded: Mapping[str, str] = field(default_factory=dict)
    platform: str = ""

    def __post_init__(self) -> None:
        self.platform = self.platform or self.bundle.platform

    def call(self, *calls: tuple[str, Mapping[str, object], bool]) -> BundleRun:
        """Call handlers in one process: entry, parameters, whether a timer calls."""
        shaped = [
            (
                entry,
                CONTEXTS[self.platform](entry, parameters, self.environ, timer=timer),
            )
            for entry, parameters, timer in calls
        ]
        return self.run([(entry, call.event, call) for entry, call in shaped])

    def run(self, calls: Sequence[tuple[str, object, contexts.Call]]) -> BundleRun:
        plan = {
            "platform": self.platform,
            "root": str(self.root),
            "before": [str(path) for path in self.path_first],
            "loaded": dict(self.preloaded),
            "calls": [
                {
                    "entry": entry,
                    "event": event.decode() if isinstance(event, bytes) else event,
                    "bytes": isinstance(event, bytes),
                    **context_as_json(call.context),
                }
                for entry, event, call in calls
            ],
        }
        given, left = self.folder / "plan.json", self.folder / "left.json"
        given.write_text(json.dumps(plan))
        left.unlink(missing_ok=True)
        ran = subprocess.run(
            [python(self.bundle.minor), "-S", "-E", str(SCRIPT), str(given), str(left)],
            check=False,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env=dict(calls[0][2].environ),
            timeout=60,
        )
        assert ran.returncode == 0, ran.stderr
        found = json.loads(left.read_text())
        return BundleRun(
            found["outcomes"], found["modules"], found["foreign"], ran.stdout + ran.stderr
        )


def context_as_json(context: Any) -> dict[str, Any]:
    """A context as JSON; the driver gives it its shape back."""
    if isinstance(context, contexts.FunctionGraphContext):
        values = {name: getattr(context, name)() for name in GETTERS}
        return {"context": values, "user_data": context._user_data}
    return {"context": members(context), "user_data": {}}


def members(value: Any) -> Any:
    if isinstance(value, SimpleNamespace):
        return {name: members(each) for name, each in vars(value).items()}
    return value
