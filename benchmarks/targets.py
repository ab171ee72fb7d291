"""The processes to measure: their commands and environments."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.provider import APP, STOPPED_TASK, TASK
from functions.registry import OPERATIONS
from local import contexts

PROJECT_FOLDER = Path(__file__).resolve().parent.parent
MEASURED = PROJECT_FOLDER / "benchmarks" / "measured"

PARAMETERS: Mapping[str, Mapping[str, object]] = {
    "alibaba.edas.SynchronizeResource": {"type": "all"},
    "alibaba.ehpc.SynchronizeApp": {"app_id": APP, "target_region_ids": ["cn-shanghai"]},
    "tencent.cwp.SyncMachines": {"sync": False},
    "tencent.cwp.SyncAssetScan": {"sync": False},
    "huawei.oms.StartSyncTask": {"sync_task_id": TASK},
    "huawei.oms.StopSyncTask": {"sync_task_id": STOPPED_TASK},
    "huawei.oms.CreateSyncEvents": {"sync_task_id": TASK, "object_keys": ["photos%2Fa.jpg"]},
    "huawei.modelarts.SyncDevServers": {},
}
"""Each but CreateSyncEvents finds nothing to do: CWP reads its state, OMS a task that is
synchronizing, or stopped, already, and what it failed to copy.
"""

OWN_PLATFORM: Mapping[str, Callable[..., contexts.Call]] = {
    "alibaba": contexts.function_compute,
    "tencent": contexts.scf,
    "huawei": contexts.functiongraph,
}

OWN_SETTINGS: Mapping[str, tuple[str, ...]] = {
    "alibaba": ("ALIBABA_", "EDAS_", "EHPC_"),
    "tencent": ("TENCENTCLOUD_", "CWP_"),
    "huawei": ("HUAWEI", "OMS_S", "OMS_D", "OMS_E", "MODELARTS_"),
}
"""The prefixes of the settings that a provider's functions are deployed with; no task is listed."""

TRUST = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")

SHORT = {
    "alibaba.edas.SynchronizeResource": "edas",
    "alibaba.ehpc.SynchronizeApp": "ehpc",
    "tencent.cwp.SyncMachines": "cwp",
    "huawei.oms.StartSyncTask": "oms",
    "huawei.modelarts.SyncDevServers": "modelarts",
}
"""From an operation's id to the short name of its service: those that an SDK is compared with."""

BUDGETED = {
    **SHORT,
    "huawei.oms.StopSyncTask": "oms-stop",
    "huawei.oms.CreateSyncEvents": "oms-events",
    "tencent.cwp.SyncAssetScan": "cwp-assets",
}
"""From the id of every operation to its short name."""


@dataclass(frozen=True, slots=True)
class Target:
    """One process that can be measured.

    Parameters
    ----------
    name: for tables.
    command: the command line.
    environ: its whole environment.
    """

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Return a small environment that is always the same, with these settings in it."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(PROJECT_FOLDER),
        "PYTHONHASHSEED": "0",  # the order of sets costs instructions
        "HOME": str(PROJECT_FOLDER / "benchmarks"),  # nobody's profile files
        **settings,
    }


def bare() -> Target:
    """Return an interpreter that does nothing: the lower bound."""
    return Target("python -c pass", (sys.executable, "-c", "pass"), environment({}))


def ours(operation_id: str, settings: Mapping[str, str], *, on_lambda: bool = False) -> Target:
    """Return a cold start of an operation's handler, called by its own platform's timer.

    Parameters
    ----------
    operation_id: the operation.
    settings: those of the provider that responds.
    on_lambda: called by AWS Lambda's scheduler instead, where the metrics line is written too.
    """
    platform = contexts.aws if on_lambda else OWN_PLATFORM[operation_id.partition(".")[0]]
    settings = own(operation_id, settings)
    call = platform(BUDGETED[operation_id], PARAMETERS[operation_id], settings, timer=True)
    event = call.event.decode() if isinstance(call.event, bytes) else json.dumps(call.event)
    script = str(MEASURED / "ours.py")
    return Target(
        "ours",
        (sys.executable, script, OPERATIONS[operation_id], event),
        # On FunctionGraph the settings are the user's data, else the environment, as here.
        environment({**settings, **call.environ}),
    )


def sdk(operation_id: str, settings: Mapping[str, str]) -> Target:
    """Return a cold start of the vendor's SDK making the same call."""
    script = str(MEASURED / f"{SHORT[operation_id]}.py")
    return Target("SDK", (sys.executable, script), environment(own(operation_id, settings)))


def own(operation_id: str, settings: Mapping[str, str]) -> dict[str, str]:
    """Return the settings that an operation's function is deployed with."""
    beginnings = (*OWN_SETTINGS[operation_id.partition(".")[0]], *TRUST)
    return {name: text for name, text in settings.items() if name.startswith(beginnings)}
