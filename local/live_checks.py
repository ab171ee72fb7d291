"""The read-only calls of doctor: whose account it is, CWP's state, an OMS task, permissions."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any

from functions.huawei import start_sync_task, sync_task
from functions.huawei.models import StartSyncTaskParams
from functions.huawei.oms_tasks import ALL_STOPPED
from functions.huawei.provider import find_project_id
from functions.registry import OPERATIONS
from functions.tencent import sync_machines
from local import caller_identity
from local.caller_identity import IGNORED_SETTINGS
from local.diagnostics import Check, Diagnosis, ProviderFacts
from local.permission_checks import Answer, check_permissions
from shared import entrypoint, validation
from shared.client.retry import clock_offset
from shared.errors import Misconfigured
from shared.models.flow import Flow, call_api
from shared.models.http import Request, Response, Transport
from shared.models.operation import CallContext, Operation
from shared.models.result import Outcome
from shared.runtime import Runtime

CWP_READ = "CWP SyncMachines with sync: false"
OMS_READ = "OMS ShowSyncTask"
IDENTITY_READ = {
    "alibaba": "Alibaba Cloud STS GetCallerIdentity",
    "tencent": "Tencent Cloud STS GetCallerIdentity",
    "huawei": "Huawei Cloud IAM GET /v3/auth/domains",
}


def perform(
    patient: Diagnosis,
    process: Runtime,
    task_id: str | None,
    operations: Iterable[str] = tuple(OPERATIONS),
    in_use: Container[str] = tuple(OPERATIONS),
) -> None:
    """Make the read-only calls, for the providers that have credentials.

    Parameters
    ----------
    patient: gets the findings.
    process: environment and home directory.
    task_id: the OMS task to read; None takes that of ``DEFAULT_PARAMETERS``.
    operations: the operations whose permissions are looked at.
    in_use: those of them whose missing permissions are problems.
    """
    offsets: list[float] = []
    bodies: list[bytes] = []

    def note(response: Response) -> None:
        offset = clock_offset(response, process.clock.now())
        if offset is not None:
            offsets.append(offset)
        bodies.append(response.body)

    listening = Runtime(
        environ=process.environ,
        home=process.home,
        clock=process.clock,
        transport_factory=lambda *key: ResponseListener(process.transport_factory(*key), note),
    )

    def ask(operation: Operation, event: Mapping[str, object]) -> Answer:
        bodies.clear()
        result = run(operation, {**event}, without_defaults(listening), patient)
        return Answer(result, bodies[-1] if bodies else b"")

    identities = {facts.provider for facts in patient.providers if facts.identity is not None}
    for facts in patient.providers:
        patient.checks.append(check_identity(facts, listening, patient))
    if "tencent" in identities:
        result = run(sync_machines.OPERATION, {"sync": False}, listening, patient)
        patient.checks.append(checked(CWP_READ, result))
    else:
        patient.checks.append(Check(CWP_READ, "skipped", "no credentials for tencent"))
    task = task_id or default_task(patient)
    if "huawei" not in identities:
        patient.checks.append(Check(OMS_READ, "skipped", "no credentials for huawei"))
    elif task is None:
        hint = "Give it with --sync-task, or as sync_task_id in DEFAULT_PARAMETERS."
        patient.checks.append(Check(OMS_READ, "skipped", "no task id is given", hint))
    else:
        result = run(SHOW_STATE, {"sync_task_id": task}, listening, patient)
        patient.checks.append(checked(f"{OMS_READ} {task}", result))
    patient.permissions += check_permissions(patient, ask, task, operations, in_use)
    if offsets:
        patient.clock_offset = round(offsets[0], 1)


def check_identity(facts: ProviderFacts, process: Runtime, patient: Diagnosis) -> Check:
    """Ask a provider whose credentials these are, and keep the account."""
    call = IDENTITY_READ[facts.provider]
    if facts.identity is None:
        return Check(call, "skipped", f"no credentials for {facts.provider}")
    result = caller_identity.ask_provider(facts.provider, process, patient.context)
    facts.account = result["data"] or None
    return checked(call, result)


def without_defaults(process: Runtime) -> Runtime:
    """Return a process without the settings that are meant for the operations' own parameters."""
    environ = process.environ or {}
    return Runtime(
        environ={name: environ[name] for name in environ if name not in IGNORED_SETTINGS},
        home=process.home,
        clock=process.clock,
        transport_factory=process.transport_factory,
    )


def default_task(patient: Diagnosis) -> str | None:
    """Return the task that ``DEFAULT_PARAMETERS`` names."""
    text = patient.settings.get("DEFAULT_PARAMETERS")
    try:
        task = validation.parse_defaults(text, start_sync_task.OPERATION).get("sync_task_id")
    except Misconfigured:
        return None
    return task if isinstance(task, str) and task != ALL_STOPPED else None


def run(
    operation: Operation, event: dict[str, Any], process: Runtime, patient: Diagnosis
) -> dict[str, Any]:
    """Run an operation through the deployed entry, without its log lines."""
    with contextlib.redirect_stdout(io.StringIO()):
        return entrypoint.handle(
            operation, {**event, "on_failure": "return"}, patient.context, process
        )


def checked(call: str, result: dict[str, Any]) -> Check:
    """Return a result as a check."""
    error = result["error"]
    return Check(call, result["status"], result["summary"], error["hint"] if error else "", result)


def show_state(params: StartSyncTaskParams, context: CallContext) -> Flow[Outcome]:
    """Read the task's state."""
    project = yield from find_project_id(params.project_id, context)
    answer = yield from call_api(sync_task.get_task(params.sync_task_id, project, context.now))
    task = sync_task.read_task(answer)
    data = sync_task.build_data(params.sync_task_id, task, task, triggered=False)
    return Outcome("succeeded", f"task {params.sync_task_id} is {task.state}", data)


SHOW_STATE = start_sync_task.OPERATION._replace(
    id="huawei.oms.ShowSyncTask",
    title="Look at a synchronization task",
    flow=show_state,
    with_secrets=None,  # reading the task needs no storage keys
    effect="changes nothing",
    supports_wait=False,
)
"""The read-only part of StartSyncTask, as an operation of its own."""


class ResponseListener:
    """A transport that shows each response to a listener.

    Parameters
    ----------
    transport: sends.
    note: receives the response.
    """

    def __init__(self, transport: Transport, note: Callable[[Response], None]) -> None:
        self._transport = transport
        self._note = note

    def send(
        self,
        request: Request,
        *,
        connect_seconds: float,
        read_seconds: float,
        total_seconds: float,
    ) -> Response:
        """Send a request once."""
        response = self._transport.send(
            request,
            connect_seconds=connect_seconds,
            read_seconds=read_seconds,
            total_seconds=total_seconds,
        )
        self._note(response)
        return response
