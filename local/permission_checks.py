"""Which permissions an identity has, from real calls that change nothing."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from functions.huawei.oms_tasks import UNLISTED, read_tasks
from functions.registry import OPERATIONS, load
from local.caller_identity import NO_PARAMETERS
from local.diagnostics import Diagnosis, PermissionFacts, ProviderFacts
from local.permission_looks import EHPC, Look, Named, looks
from local.refusals import Refusal, read_refusal
from shared import validation
from shared.errors import Misconfigured, SyncError
from shared.models.flow import ApiCall, Flow
from shared.models.operation import CallContext, Operation
from shared.models.result import Outcome

POLICIES = "deploy/policies"
LOOK_UP = "iam:projects:listProjects"
LOOK_UP_POLICY = f"{POLICIES}/huawei/look_up_project.json"

HOW_TO_ATTACH: Mapping[str, str] = {
    "alibaba": "Make a custom policy of {policy} in RAM (`aliyun ram CreatePolicy`), and attach it "
    "to {who} (`aliyun ram AttachPolicyToUser`, or `AttachPolicyToRole`).",
    "tencent": "Make a custom policy of {policy} in CAM (`tccli cam CreatePolicy`), and attach it "
    "to {who} (`tccli cam AttachUserPolicy`, or `AttachRolePolicy`).",
    "huawei": "Make a custom policy of {policy} in IAM (Permissions, Policies/Roles, Create Custom "
    "Policy, JSON), and grant it to the user group or the agency of {who}, in the region's "
    "project.",
}
EXPLICIT = "A policy denies it: remove the denial too, since no other policy outweighs it."
DECODE = "RAM explains it: aliyun ram DecodeDiagnosticMessage --EncodedDiagnosticMessage {text}"


class Answer(NamedTuple):
    """The result of a call, and the body of the last response.

    Parameters
    ----------
    result: as an operation returns it.
    body: of the provider's last response, empty if there was none.
    """

    result: Mapping[str, Any]
    body: bytes


Ask = Callable[[Operation, Mapping[str, object]], Answer]
"""Runs an operation with an event."""


def check_permissions(
    patient: Diagnosis,
    ask: Ask,
    task_id: str | None,
    operations: Iterable[str],
    in_use: Container[str],
) -> Iterator[PermissionFacts]:
    """Yield which permissions of the operations the identities have.

    Parameters
    ----------
    patient: what is known so far; only providers with credentials are asked.
    ask: makes a call.
    task_id: a task of OMS to look at, None for none besides those of ``OMS_TASKS``.
    operations: the operations to look at.
    in_use: those of them whose missing permissions are problems.
    """
    chosen = set(operations)
    for facts in patient.providers:
        if facts.identity is None:
            continue
        found = looks(
            facts.provider,
            default_of(patient, EHPC, "app_id"),
            tasks_of(patient, task_id),
            looks_up_project=facts.project is None or facts.project["value"] is None,
        )
        for look in found:
            needed_by = tuple(each for each in look.operations if each in chosen)
            if needed_by:
                found_out = check(look._replace(operations=needed_by), facts, ask)
                counts = any(each in in_use for each in needed_by)
                yield replace(found_out, counts=counts)


def check(look: Look, facts: ProviderFacts, ask: Ask) -> PermissionFacts:
    """Return whether an identity has one permission."""
    name, policy = facts.provider, policy_of(look)
    if look.flow is None:
        return PermissionFacts(
            name, look.permission, "unknown", look.operations, look.why_not, policy
        )
    region = look.region or (facts.region or {}).get("value")
    sent: list[ApiCall] = []
    answer = ask(operation_of(look, sent), {} if region is None else {"region": region})
    error = answer.result["error"]
    if error is None:
        return PermissionFacts(name, look.permission, "allowed", look.operations, "", policy)
    said = f"{error['code']}: {error['message']}"
    if error["category"] != "forbidden":
        return PermissionFacts(name, look.permission, "unknown", look.operations, said, policy)
    if sent and sent[-1].permission != look.permission:
        first = f"{sent[-1].permission} is refused, which a run needs before"
        return PermissionFacts(name, look.permission, "unknown", look.operations, first, policy)
    refusal = read_refusal(answer.body)
    hint = how_to_attach(policy, facts, refusal)
    return PermissionFacts(
        name, look.permission, "refused", look.operations, said, policy, hint, refusal
    )


def operation_of(look: Look, sent: list[ApiCall]) -> Operation:
    """Return a look as an operation that changes nothing.

    Parameters
    ----------
    look: the look.
    sent: receives its calls.
    """
    needing = load(look.operations[0])

    def flow(_params: object, context: CallContext) -> Flow[Outcome]:
        if look.flow is not None:
            yield from noting(look.flow(context), sent)
        return Outcome("succeeded", f"{look.permission} is allowed", {})

    return Operation(
        id=f"{needing.provider.name}.{needing.service.name}.Look",
        function="doctor",
        title=f"Look whether {look.permission} is allowed",
        docs_url=needing.docs_url,
        service=needing.service,
        provider=needing.provider,
        params=NO_PARAMETERS,
        flow=flow,
        effect="changes nothing",
        min_timeout_seconds=10,
        needs_region=needing.needs_region,
        regions=needing.regions,
        is_read_only=lambda _params: True,
    )


def noting(flow: Flow[object], sent: list[ApiCall]) -> Flow[object]:
    """Run a flow and note its calls."""
    reply: Any = None
    failure: SyncError | None = None
    try:
        while True:
            step = flow.send(reply) if failure is None else flow.throw(failure)
            reply, failure = None, None
            if isinstance(step, ApiCall):
                sent.append(step)
            try:
                reply = yield step
            except SyncError as error:
                failure = error
    except StopIteration as stop:
        return stop.value


def policy_of(look: Look) -> str:
    """Return the policy file that has a permission."""
    if look.permission == LOOK_UP:
        return LOOK_UP_POLICY
    _, provider, module = OPERATIONS[look.operations[0]].split(".")
    return f"{POLICIES}/{provider}/{module}.json"


def how_to_attach(policy: str, facts: ProviderFacts, refusal: Refusal | None) -> str:
    """Return what to do about a refusal."""
    who = (facts.account or {}).get("principal") or "the identity that owns the key"
    if facts.provider == "huawei" and refusal is not None and refusal.principal:
        who = refusal.principal  # IAM names the account only
    sentences = [HOW_TO_ATTACH[facts.provider].format(policy=policy, who=who)]
    if refusal is not None and refusal.is_explicit:
        sentences.append(EXPLICIT)
    if refusal is not None and refusal.diagnosis:
        sentences.append(DECODE.format(text=refusal.diagnosis))
    return " ".join(sentences)


def default_of(patient: Diagnosis, operation_id: str, name: str) -> str | None:
    """Return a parameter of ``DEFAULT_PARAMETERS``, None if it has none."""
    text = patient.settings.get("DEFAULT_PARAMETERS")
    try:
        value = validation.parse_defaults(text, load(operation_id)).get(name)
    except Misconfigured:
        return None
    return value if isinstance(value, str) else None


def tasks_of(patient: Diagnosis, task_id: str | None) -> Named:
    """Return one task of OMS: the one that is named, else the first that ``OMS_TASKS`` lists."""
    try:
        listed = read_tasks(patient.settings.get)
    except Misconfigured:
        listed = {}
    if task_id is not None:
        return {task_id: listed.get(task_id, UNLISTED)}
    return dict([*listed.items()][:1])
