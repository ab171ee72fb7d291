"""One run of one operation on one platform, and the faults on its way; made from a seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from tests.fault_injection.fault_kinds import (
    NetworkFault,
    ServiceFault,
    network_fault,
    service_fault,
)

EDAS = "alibaba.edas.SynchronizeResource"
EHPC = "alibaba.ehpc.SynchronizeApp"
CWP = "tencent.cwp.SyncMachines"
CWP_ASSETS = "tencent.cwp.SyncAssetScan"
OMS = "huawei.oms.StartSyncTask"
OMS_STOP = "huawei.oms.StopSyncTask"
OMS_EVENTS = "huawei.oms.CreateSyncEvents"
MODELARTS = "huawei.modelarts.SyncDevServers"

PARAMETERS: dict[str, tuple[dict[str, object], ...]] = {
    EDAS: (
        {"type": "all"},
        {"type": "ram"},
        {"type": "ecs", "resource_ids": ["i-exampleinstance1", "i-exampleinstance2"]},
        {"type": "ecs", "resource_ids": ["i-exampleinstance1", "i-gone"]},
    ),
    EHPC: (
        {"app_id": "ci-vm-exampleapp01", "target_region_ids": ["cn-shanghai"]},
        {"app_id": "ci-vm-exampleapp01", "target_region_ids": ["cn-shanghai", "cn-beijing"]},
        {"app_id": "ci-vm-exampleapp01", "target_region_ids": ["cn-shanghai"], "wait_seconds": 2},
        {"app_id": "ci-vm-exampleapp01", "target_region_ids": ["all"]},
    ),
    CWP: ({}, {"wait_seconds": 1}, {"wait_seconds": 2}, {"sync": False}),
    CWP_ASSETS: ({}, {"wait_seconds": 1}, {"wait_seconds": 2}, {"sync": False}),
    OMS: (
        {"sync_task_id": "example-sync-task-1"},
        {"sync_task_id": "example-sync-task-1", "wait_seconds": 1},
        {"sync_task_id": "example-sync-task-1", "project_id": "0000000000000000000000000000aa01"},
        {"sync_task_id": "stopped"},
        {"sync_task_id": "stopped", "wait_seconds": 1},
    ),
    OMS_STOP: (
        {"sync_task_id": "example-sync-task-2"},
        {"sync_task_id": "example-sync-task-2", "wait_seconds": 1},
        {"sync_task_id": "example-sync-task-2", "project_id": "0000000000000000000000000000aa01"},
    ),
    OMS_EVENTS: (
        {"sync_task_id": "example-sync-task-1", "object_keys": ["photos%2Fa%20b.jpg"]},
        {
            "sync_task_id": "example-sync-task-1",
            "object_keys": [f"photos%2F{number}.jpg" for number in range(25)],
        },
        {
            "sync_task_id": "example-sync-task-1",
            "object_keys": ["a/b", "a%2fb", "c"],
            "project_id": "0000000000000000000000000000aa01",
        },
    ),
    MODELARTS: ({}, {"include_servers": "all"}, {"limit": 10}),
}

Platform = Literal["aws", "fc", "scf", "functiongraph"]
Trigger = Literal["direct", "timer", "workflow", "http"]
Route = Literal["plain", "tls", "proxy"]

LIMITS = (1.5, 2.0, 3.0)
"""The function's time limit in seconds: short, so that a hang is over soon."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is run, and what goes wrong.

    Parameters
    ----------
    seed: what it was made from.
    operation, parameters, platform, trigger: the run.
    route: how requests reach the provider.
    limit_seconds: the function's time limit.
    is_temporary: whether the keys have a token; those of a function's role always do.
    is_done: whether what the operation asks for is so, or on its way, before the run.
    server_count: how many DevServers there are.
    service_faults: each with the number of the request to the operation's service that it hits.
    on_project_lookup: a fault of the look-up of Huawei's project.
    network_fault: with the number of the connection that it hits.
    """

    seed: int
    operation: str
    parameters: dict[str, object]
    platform: Platform
    trigger: Trigger
    route: Route
    limit_seconds: float
    is_temporary: bool
    is_done: bool
    server_count: int
    service_faults: tuple[tuple[int, ServiceFault], ...]
    on_project_lookup: ServiceFault | None
    network_fault: tuple[int, NetworkFault] | None

    @property
    def faults(self) -> tuple[ServiceFault | NetworkFault, ...]:
        """All faults."""
        found: list[ServiceFault | NetworkFault] = [fault for _, fault in self.service_faults]
        found += [self.on_project_lookup] if self.on_project_lookup else []
        found += [self.network_fault[1]] if self.network_fault else []
        return tuple(found)

    @property
    def categories(self) -> frozenset[str]:
        """The categories of a run that fails because of the faults."""
        return frozenset().union(*(fault.categories for fault in self.faults))

    def __str__(self) -> str:
        faults = ", ".join(fault.name for fault in self.faults) or "no fault"
        done = ", already done" if self.is_done else ""
        return (
            f"seed {self.seed}: {self.operation} {self.parameters} on {self.platform}, "
            f"{self.trigger}, {self.route}, {self.limit_seconds:g} s{done}: {faults}"
        )


def make_scenario(seed: int) -> Scenario:
    """Return the scenario of a seed; the same one every time."""
    random = Random(seed)
    operation = random.choice(tuple(PARAMETERS))
    platform: Platform = random.choice(("aws", "fc", "scf", "functiongraph"))
    scenario = Scenario(
        seed=seed,
        operation=operation,
        parameters=random.choice(PARAMETERS[operation]),
        platform=platform,
        trigger=random.choice(("direct", "timer", "workflow", "http")),
        route=random.choice(("plain", "plain", "tls", "proxy")),
        limit_seconds=random.choice(LIMITS),
        is_temporary=platform != "aws" or random.random() < 0.5,
        is_done=random.random() < 0.25,
        server_count=random.choice((0, 25, 25, 25, 1_100)),
        service_faults=(),
        on_project_lookup=None,
        network_fault=None,
    )
    count = random.choice((0, 1, 1, 1, 1, 2, 2, 3))
    scenario = replace(
        scenario,
        service_faults=tuple(
            (random.choice((0, 0, 1, 1, 2, 3)), service_fault(random)) for _ in range(count)
        ),
    )
    if operation in {OMS, OMS_STOP, OMS_EVENTS, MODELARTS} and random.random() < 0.15:
        scenario = replace(scenario, on_project_lookup=service_fault(random))
    if random.random() < (0.8 if count == 0 else 0.15):
        fault = network_fault(
            random, tls=scenario.route != "plain", proxy=scenario.route == "proxy"
        )
        scenario = replace(scenario, network_fault=(random.choice((0, 0, 1)), fault))
    return scenario
