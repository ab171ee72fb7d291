"""One run of a fleet on DBOS whose worker is killed again and again."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from local.emulator import Emulator, SyncTask
from local.emulator.message import Received
from tests.crash_runs.killer import MOMENTS, Kill, Killer
from tests.support.repository import ROOT

TASKS = tuple(f"example-crash-task-{number}" for number in range(6))
APPS = tuple(f"ci-crash-app-{number}" for number in range(4))
EDAS_REGIONS = ("cn-hangzhou", "cn-shanghai", "cn-beijing", "cn-shenzhen")
TARGETS = len(TASKS) + len(APPS) + len(EDAS_REGIONS) + 2
LIMIT_SECONDS = 60.0

EDAS = "alibaba-synchronize-resource"
INPUTS: tuple[Mapping[str, Any], ...] = (
    {
        "function": "huawei-start-sync-task",
        "parameters": {"region": "cn-north-4"},
        "targets": [{"sync_task_id": task} for task in TASKS],
    },
    {
        "function": "alibaba-synchronize-app",
        "parameters": {"region": "cn-hangzhou", "target_region_ids": ["cn-shanghai"]},
        "targets": [{"app_id": app} for app in APPS],
    },
    {
        "function": "tencent-sync-machines",
        "parameters": {},
        "targets": [{"region": "ap-guangzhou"}],
    },
    {
        "function": "tencent-sync-asset-scan",
        "parameters": {},
        "targets": [{"region": "ap-guangzhou"}],
    },
    {
        "function": EDAS,
        "parameters": {"type": "all"},
        "targets": [{"region": region} for region in EDAS_REGIONS],
    },
)


class Outcome(NamedTuple):
    """What came of a run.

    Parameters
    ----------
    kills: when its workers were killed.
    requests: how many requests the emulator received.
    writes: how often the provider did what each target asks for, by function and target.
    problems: what does not hold, one sentence each.
    """

    kills: tuple[Kill, ...]
    requests: int
    writes: Mapping[tuple[str, str], int]
    problems: tuple[str, ...]

    @property
    def repeated_on_edas(self) -> int:
        """How many synchronizations of EDAS were repeated, which nothing can look for."""
        return sum(count - 1 for (function, _), count in self.writes.items() if function == EDAS)


def random_kills(seed: int, *, last_request: int = 58, most: int = 5) -> Iterator[Kill]:
    """Yield when a run's workers are killed, one after another.

    Parameters
    ----------
    seed: of the random choices.
    last_request: the highest number of a request; 58 are all that a run without kills sends.
    most: how often at most.
    """
    chosen = random.Random(seed)
    for _ in range(most):
        yield Kill(chosen.randint(1, last_request), chosen.choice(MOMENTS))


def crash_run(kills: Iterable[Kill], *, slow: bool = False) -> Outcome:
    """Run the fleet; kill its worker and start it again until it is done.

    Parameters
    ----------
    kills: when each worker is killed, if it lives that long; those after them are not.
    slow: whether a copy of E-HPC takes some looks, and CWP's synchronizations outlast the run.
    """
    planned = iter(kills)
    done: list[Kill] = []
    received: list[Received] = []
    with Emulator() as emulator, tempfile.TemporaryDirectory() as folder:
        prepare(emulator, slow=slow)
        command = command_in(Path(folder))
        while True:
            kill = next(planned, None)
            killer = Killer(kill)
            received += emulator.received.all()
            killer.watch(emulator)
            code = work(command, emulator, killer)
            if kill is None or code >= 0:
                break
            done.append(kill)
        received += emulator.received.all()
        writes = writes_of(emulator, received)
        problems = problems_of(code, writes)
    return Outcome(tuple(done), len(received), writes, tuple(problems))


def prepare(emulator: Emulator, *, slow: bool) -> None:
    """Create what the fleet's targets name."""
    if slow:
        emulator.alibaba.looks_per_copy = 2
        emulator.tencent.machines.run_seconds = LIMIT_SECONDS
        emulator.tencent.assets.run_seconds = LIMIT_SECONDS
    emulator.tencent.requests_per_second = None
    emulator.huawei.tasks.update({task: SyncTask(task) for task in TASKS})
    emulator.alibaba.apps.update({app: {"cn-hangzhou"} for app in APPS})


def command_in(folder: Path) -> list[str]:
    """Write the inputs into a folder, and return the worker's command."""
    paths = []
    for number, each in enumerate(INPUTS):
        path = folder / f"{number}.json"
        path.write_text(json.dumps(each), "utf-8")
        paths.append(str(path))
    options = ["--run-id", "example", "--database", str(folder / "fleet.sqlite")]
    limits = ["--at-once", "4", "--per-second", "100"]
    return [sys.executable, "-m", "examples.dbos.fleet", *paths, *options, *limits]


def work(command: list[str], emulator: Emulator, killer: Killer) -> int:
    """Run a worker, and return its exit code; negative if it was killed."""
    settings = {"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**emulator.environment(), **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as worker:
        killer.worker = worker
        try:
            return worker.wait(LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            worker.kill()
            raise


def writes_of(emulator: Emulator, received: list[Received]) -> dict[tuple[str, str], int]:
    """Return how often the provider did what each target asks for."""
    tasks = emulator.huawei.tasks
    writes = {("huawei-start-sync-task", task): tasks[task].starts for task in TASKS}
    writes["tencent-sync-machines", "machines"] = emulator.tencent.machines.started
    writes["tencent-sync-asset-scan", "assets"] = emulator.tencent.assets.started
    done = [each for each in received if each.processed]
    copies = Counter(dict(each.query)["AppId"] for each in done if each.action == "SynchronizeApp")
    writes |= {("alibaba-synchronize-app", app): copies[app] for app in APPS}
    # EDAS is asked at one host here; its requests do not name the region.
    asked = sum(each.action == "SynchronizeResource" for each in done)
    writes[EDAS, "all regions"] = asked - len(EDAS_REGIONS) + 1
    return writes


def problems_of(code: int, writes: Mapping[tuple[str, str], int]) -> list[str]:
    """Return what does not hold: a target that is not done, or a write that was doubled."""
    problems = [] if code == 0 else [f"the last worker's exit code is {code}: a target failed"]
    for (function, target), count in writes.items():
        if count < 1:
            problems.append(f"{function}: {target} is not done")
        elif count > 1 and function != EDAS:
            problems.append(f"{function}: {target} was done {count} times")
    return problems
