"""Runs a scenario against an emulator of its own, and notes what came of it."""

from __future__ import annotations

import json
import ssl
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

import trustme

from functions.registry import load
from local.emulator import Emulator
from local.emulator.alibaba import APP, REGISTRY_PASSWORD
from local.emulator.dev_servers import generate
from local.emulator.message import Received
from local.emulator.server import ENDPOINT_SETTINGS
from local.emulator.synchronizations import Synchronizations
from shared.entrypoint import handle
from shared.errors import SyncFailed
from shared.runtime import Runtime
from tests.fault_injection.fault_kinds import UNRESOLVED
from tests.fault_injection.scenario import (
    CWP,
    CWP_ASSETS,
    EDAS,
    EHPC,
    OMS,
    OMS_EVENTS,
    OMS_STOP,
    Scenario,
)
from tests.support.platform_calls import TOKEN, platform_call
from tests.support.relay import Relay, refusing_port

NO_HOME = Path("/nonexistent")
OMS_TASKS = ("example-sync-task-1", "example-sync-task-2")


@dataclass(frozen=True, slots=True)
class Observation:
    """What came of a scenario.

    Parameters
    ----------
    result: the result, None if there was none.
    problem: the response, if the request was rejected before a run.
    raised: the exception that left the handler, None for a return value.
    seconds: how long the handler took.
    received: the requests that reached the emulator.
    work: how often the provider did what was asked for.
    effect_is_there: whether the provider's state is what was asked for; None if that is not
        looked at.
    changed_tasks: the synchronization tasks that have the state that was asked for.
    secrets: all that must not be shown.
    """

    result: dict[str, Any] | None
    problem: dict[str, Any] | None
    raised: BaseException | None
    seconds: float
    received: list[Received]
    work: int
    effect_is_there: bool | None
    changed_tasks: frozenset[str]
    secrets: tuple[str, ...]

    @property
    def output(self) -> str:
        """What the platform gets to see, besides the log."""
        return json.dumps([self.result, self.problem, str(self.raised)], ensure_ascii=False)


class Certificates:
    """The emulator's TLS context, and the authority that signed for it; in a folder of its own."""

    def __init__(self) -> None:
        authority = trustme.CA()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1", "localhost").configure_cert(self.context)
        self._folder = tempfile.TemporaryDirectory()  # removed with this object
        self.file = str(Path(self._folder.name) / "authority.pem")
        authority.cert_pem.write_to_path(self.file)


certificates = lru_cache(maxsize=1)(Certificates)
"""Returns the certificates of this process."""


def run_scenario(scenario: Scenario) -> Observation:
    """Run a scenario."""
    tls = certificates().context if scenario.route != "plain" else None
    with Emulator(tls=tls) as emulator:
        prepare_provider(scenario, emulator)
        before = work_done(scenario, emulator)
        with network(scenario, emulator) as environ:
            observed = call(scenario, environ)
        return Observation(
            *observed,
            received=list(emulator.received),
            work=work_done(scenario, emulator) - before,
            effect_is_there=effect_is_there(scenario, emulator),
            changed_tasks=changed_tasks(scenario, emulator),
            secrets=(*secrets_of(environ), REGISTRY_PASSWORD),
        )


def prepare_provider(scenario: Scenario, emulator: Emulator) -> None:
    """Set the provider's state, and inject the faults into its services."""
    emulator.huawei.dev_servers = generate(scenario.server_count)
    if scenario.is_done and scenario.operation in {CWP, CWP_ASSETS}:
        synchronizations(scenario, emulator).state = "SYNCING"
    if scenario.is_done and scenario.operation == OMS:
        emulator.huawei.tasks["example-sync-task-1"].status = "SYNCHRONIZING"
    if scenario.operation == OMS and scenario.seed % 2:
        emulator.huawei.tasks["example-sync-task-2"].status = emulator.huawei.tasks[
            "example-sync-task-1"
        ].status
    if scenario.is_done and scenario.operation == OMS_STOP:
        emulator.huawei.tasks["example-sync-task-2"].status = "STOPPED"
    if scenario.is_done and scenario.operation == EHPC:
        emulator.alibaba.apps["ci-vm-exampleapp01"].add("cn-shanghai")
    service = scenario.operation.split(".")[1]
    for number, fault in scenario.service_faults:
        emulator.inject_fault(service, fault.fault, fault.times, when=from_request(number))
    if scenario.on_project_lookup is not None:
        emulator.inject_fault(
            "iam", scenario.on_project_lookup.fault, scenario.on_project_lookup.times
        )


def from_request(number: int) -> Callable[[Received], bool]:
    """Return what is true from the request with this number on, counted from 0."""
    seen = count()
    return lambda _: next(seen) >= number


@contextmanager
def network(scenario: Scenario, emulator: Emulator) -> Iterator[dict[str, str]]:
    """Set up the way to the provider; yield the environment."""
    environ = emulator.environment(temporary=scenario.is_temporary)
    environ["HTTP_BEARER_TOKENS"] = TOKEN
    project = {
        key: scenario.parameters[key] for key in ("project_id",) if key in scenario.parameters
    }
    environ["OMS_TASKS"] = json.dumps(dict.fromkeys(OMS_TASKS, project))
    environ["LOG_LEVEL"] = "DEBUG"
    if scenario.route != "plain":
        environ["SSL_CERT_FILE"] = certificates().file
    number, fault = scenario.network_fault or (0, None)
    service = scenario.operation.split(".")[1]
    setting = ENDPOINT_SETTINGS[service]
    with ExitStack() as stack:
        if fault is not None and fault.name == UNRESOLVED:
            # No label may have 64 characters, so that no server for names is asked.
            environ[setting] = f"https://{'x' * 64}.invalid"
        elif fault is not None and fault.fault is None:
            environ[setting] = f"http://127.0.0.1:{stack.enter_context(refusing_port())}"
        elif scenario.route == "proxy":
            relay = stack.enter_context(Relay(None, fault.fault if fault else None, number))
            environ["HTTPS_PROXY"] = f"http://user:exampleProxyPassword@127.0.0.1:{relay.port}"
        elif fault is not None:
            port = int(emulator.address(service).rpartition(":")[2])
            relay = stack.enter_context(Relay(port, fault.fault, number))
            environ[setting] = emulator.url(service).rpartition(":")[0] + f":{relay.port}"
        yield environ


def call(
    scenario: Scenario, environ: dict[str, str]
) -> tuple[dict[str, Any] | None, dict[str, Any] | None, BaseException | None, float]:
    """Call the operation's handler as the platform does; return the first four observations."""
    operation = load(scenario.operation)
    called = platform_call(
        scenario.platform,
        scenario.trigger,
        operation.function,
        scenario.parameters,
        environ,
        limit_seconds=scenario.limit_seconds,
    )
    runtime = Runtime(environ=called.environ, home=NO_HOME)
    started = time.monotonic()
    raised: BaseException | None = None
    returned: Any = None
    try:
        returned = handle(operation, called.event, called.context, runtime)
    except BaseException as error:  # noqa: BLE001 - it is what is looked for
        raised = error.with_traceback(None)  # its frames would keep connections open
        raised.__context__ = None
    seconds = time.monotonic() - started
    if isinstance(raised, SyncFailed):
        return json.loads(str(raised)), None, raised, seconds
    if scenario.trigger != "http" or raised is not None:
        return returned, None, raised, seconds
    body = json.loads(returned["body"])
    if "schema_version" in body:
        return body, None, None, seconds
    return None, {**returned, "body": body}, None, seconds


def work_done(scenario: Scenario, emulator: Emulator) -> int:
    """Return how often the provider has done what the operation asks for; once for each object."""
    if scenario.operation == OMS_EVENTS:
        tasks = emulator.huawei.tasks.values()
        return len({key for task in tasks for event in task.events for key in event})
    return {
        "edas": len(emulator.alibaba.synchronized),
        "ehpc": sum(map(len, emulator.alibaba.apps.values())),
        "cwp": synchronizations(scenario, emulator).started,
        "oms": sum(
            task.stops if scenario.operation == OMS_STOP else task.starts
            for task in emulator.huawei.tasks.values()
        ),
        "modelarts": 0,
    }[scenario.operation.split(".")[1]]


def synchronizations(scenario: Scenario, emulator: Emulator) -> Synchronizations:
    """Return the emulator's synchronizations of the list that the operation is for."""
    is_of_assets = scenario.operation == CWP_ASSETS
    return emulator.tencent.assets if is_of_assets else emulator.tencent.machines


def effect_is_there(scenario: Scenario, emulator: Emulator) -> bool | None:
    """Return whether the provider has the state that was asked for; None if it is not looked at."""
    if scenario.operation == EHPC:
        named = scenario.parameters.get("target_region_ids")
        regions = named if isinstance(named, list) else []
        return all(emulator.alibaba.has_copy(APP, each) for each in regions if each != "all")
    if scenario.operation == EDAS:
        named = scenario.parameters.get("resource_ids")
        return isinstance(named, list) and set(named) <= emulator.alibaba.edas.known.instances
    if scenario.operation in {CWP, CWP_ASSETS}:
        return synchronizations(scenario, emulator).state == "FINISHED"
    if scenario.operation == OMS_EVENTS:
        return False  # nothing shows when an object is copied
    if scenario.operation not in {OMS, OMS_STOP}:
        return None
    task_id = str(scenario.parameters["sync_task_id"])
    wanted = set(OMS_TASKS) if task_id == "stopped" else {task_id}
    return wanted <= changed_tasks(scenario, emulator)


def changed_tasks(scenario: Scenario, emulator: Emulator) -> frozenset[str]:
    """Return the synchronization tasks that have the state that was asked for."""
    wanted = "STOPPED" if scenario.operation == OMS_STOP else "SYNCHRONIZING"
    tasks = emulator.huawei.tasks.items()
    return frozenset(name for name, task in tasks if task.status == wanted)


def secrets_of(environ: dict[str, str]) -> tuple[str, ...]:
    """Return the values that no output may contain."""
    names = ("SECRET", "TOKEN", "_SK", "SRC_AK", "DST_AK", "PROXY")
    found = [value for name, value in environ.items() if any(each in name for each in names)]
    return (*(each for each in found if "127.0.0.1" not in each), "exampleProxyPassword", TOKEN)
