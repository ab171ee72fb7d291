"""Each operation has a policy in its provider's language that allows what it calls, and no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from functions.alibaba import assume_role as alibaba_role
from functions.huawei import assume_agency
from functions.registry import OPERATIONS, load
from functions.tencent import assume_role as tencent_role
from functions.web.async_invoke import fc, functiongraph, scf
from functions.web.async_invoke.api import InvokeApi
from local.deployment.fc import platform as to_fc
from local.deployment.functiongraph import platform as to_functiongraph
from local.deployment.models.platform import Platform
from local.deployment.scf import platform as to_scf
from local.deployment.secret_stores.stores import MODULES, load_store
from local.samples import sample
from shared.entrypoint import handle
from shared.models.flow import ApiCall
from shared.models.role import Role
from shared.runtime import Runtime
from tests.support.descriptors import DEPLOY, read_json, read_yaml

POLICIES = DEPLOY / "policies"

RIGHTS = {
    ("edas", "SynchronizeResource"): "edas:SystemBase",
    ("edas", "ListVpc"): "edas:ListVpc",
    ("edas", "ListSlb"): "edas:ListSlb",
    ("edas", "ListEcsNotInCluster"): "edas:ListEcsNotInCluster",
    ("edas", "ListCluster"): "edas:ReadCluster",
    ("edas", "ListClusterMembers"): "edas:ReadCluster",
    ("ehpc", "SynchronizeApp"): "ehpc:SynchronizeApp",
    ("ehpc", "ListImages"): "ehpc:ListImages",
    ("ehpc", "GetImage"): "ehpc:GetImage",
    ("cwp", "SyncMachines"): "cwp:SyncMachines",
    ("cwp", "SyncAssetScan"): "cwp:SyncAssetScan",
    ("cwp", "DescribeMachineGeneral"): "cwp:DescribeMachineGeneral",
    ("oms", "ShowSyncTask"): "oms:synctask:get",
    ("oms", "StartSyncTask"): "oms:synctask:update",
    ("oms", "StopSyncTask"): "oms:synctask:update",
    ("oms", "CreateSyncEvents"): "oms:synctask:createEvent",
    ("oms", "ListSyncTasks"): "oms:synctask:list",
    ("oms", "ListSyncTaskStatistic"): "oms:synctask:statistics",
    ("modelarts", "SyncDevServers"): "modelarts:devserver:sync",
}
"""The permission that each request needs, as the providers document it."""

MORE_EVENTS: dict[str, tuple[dict[str, object], ...]] = {
    "alibaba.edas.SynchronizeResource": ({"type": "all", "resource_ids": None},),
    "huawei.oms.StartSyncTask": ({"sync_task_id": "stopped"},),
}
"""What differs from the sample event in other runs; None for what they do without."""

VERSIONS = {"alibaba": ("1",), "tencent": ("2.0",), "huawei": ("1.1", "5.0")}


def paths(operation_id: str) -> list[Path]:
    _, provider, module = OPERATIONS[operation_id].split(".")
    return sorted((POLICIES / provider).glob(f"{module}*.json"))


def statements(policy: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the statements with keys in lower case, as Tencent's language has them."""
    found = policy.get("Statement") or policy["statement"]
    return [{key.lower(): value for key, value in each.items()} for each in found]


def calls(operation_id: str) -> set[tuple[str, str]]:
    """Return the requests that runs with the sample event and others would send."""
    found: set[tuple[str, str]] = set()
    for more in ({}, *MORE_EVENTS.get(operation_id, ())):
        event = {**sample(operation_id), **more, "dry_run": True, "project_id": "example-project"}
        if not operation_id.startswith("huawei."):
            del event["project_id"]
        event = {name: value for name, value in event.items() if value is not None}
        runtime = Runtime(environ={"OMS_TASKS": '{"example-sync-task": {}}'})
        result: Any = handle(load(operation_id), event, None, runtime)
        found |= {(each["service"], each["action"]) for each in result["data"]["requests"]}
    return found


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_a_policy_allows_exactly_what_the_operation_calls(operation_id: str) -> None:
    needed = {RIGHTS[call] for call in calls(operation_id)}

    assert paths(operation_id)
    for path in paths(operation_id):
        allowed = {action for each in statements(read_json(path)) for action in each["action"]}
        assert allowed == needed, path.name


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_a_policy_is_written_in_its_providers_language(operation_id: str) -> None:
    provider = operation_id.split(".", maxsplit=1)[0]
    found = []
    for path in paths(operation_id):
        policy = read_json(path)
        found.append(policy.get("Version") or policy["version"])
        for statement in statements(policy):
            assert statement["effect"].lower() == "allow"
            assert not any("*" in action for action in statement["action"])

    assert sorted(found) == list(VERSIONS[provider])


def test_the_project_lookup_has_a_policy_of_its_own() -> None:
    (statement,) = statements(read_json(POLICIES / "huawei" / "look_up_project.json"))

    assert statement["action"] == ["iam:projects:listProjects"]


@pytest.mark.parametrize(
    ("name", "service"),
    [
        ("alibaba/trust-function-compute.json", "fc.aliyuncs.com"),
        ("alibaba/trust-cloudflow.json", "fnf.aliyuncs.com"),
        ("tencent/trust-scf.json", "scf.qcloud.com"),
    ],
)
def test_a_role_may_be_assumed_by_the_platform_only(name: str, service: str) -> None:
    (statement,) = statements(read_json(POLICIES / name))

    assert statement["principal"] == {"service": [service]} or statement["principal"] == {
        "Service": [service]
    }


ROLE = Role("example")
ASSUMES = {
    "alibaba/assume_role.json": alibaba_role.with_keys(ROLE, "example"),
    "tencent/assume_role.json": tencent_role.request(ROLE, "example", "ap-guangzhou"),
    "huawei/assume_agency.json": assume_agency.create_temporary_access_key(
        ROLE._replace(domain="example"), "example"
    ),
    "huawei/assume_agency.identity-policy.json": assume_agency.assume_agency(ROLE, "example"),
}
"""The policy of an identity that assumes a role, and the request that it allows."""


@pytest.mark.parametrize(("name", "call"), ASSUMES.items(), ids=ASSUMES)
def test_an_identity_may_assume_one_role_only(name: str, call: ApiCall) -> None:
    (statement,) = statements(read_json(POLICIES / name))

    assert (statement["effect"].lower(), statement["action"]) == ("allow", [call.permission])
    resource = statement["resource"]
    (one,) = resource["uri"] if isinstance(resource, dict) else resource
    assert "*" not in one


@pytest.mark.parametrize(
    ("name", "principal", "condition"),
    [
        ("alibaba/trust-account.json", "RAM", "sts:ExternalId"),
        ("alibaba/trust-oidc.json", "Federated", "oidc:aud"),
        ("tencent/trust-account.json", "qcs", "sts:external_id"),
        ("huawei/trust-account.identity-policy.json", "IAM", "sts:ExternalId"),
    ],
)
def test_a_role_trusts_one_principal_under_a_condition(
    name: str, principal: str, condition: str
) -> None:
    (statement,) = statements(read_json(POLICIES / name))

    assert [*statement["principal"]] == [principal]
    assert len(statement["principal"][principal]) == 1
    (tested,) = statement["condition"].values()
    assert condition in tested
    assert "*" not in str(statement)


def test_an_agency_trusts_another_account() -> None:
    agency = read_json(POLICIES / "huawei" / "trust-account.json")["agency"]

    assert agency["trust_domain_name"] == "<account name of the function>"


@pytest.mark.parametrize(
    ("provider", "api"), [("alibaba", fc), ("tencent", scf), ("huawei", functiongraph)]
)
def test_a_web_apps_function_may_only_call_itself(provider: str, api: InvokeApi) -> None:
    (statement,) = statements(read_json(POLICIES / provider / "web.json"))

    assert statement["action"] == [api.PERMISSION]
    assert all(f"{provider}-web" in each for each in statement.get("resource", []))


def test_the_role_of_a_flow_may_invoke_its_function_only() -> None:
    (statement,) = statements(read_json(POLICIES / "alibaba" / "flow.json"))

    assert statement["action"] == ["fc:InvokeFunction"]
    assert all("alibaba-synchronize-resource" in each for each in statement["resource"])


@pytest.mark.parametrize(
    ("name", "platform", "more"),
    [
        ("huawei/deploy_functiongraph.json", to_functiongraph.PLATFORM, ()),
        (
            "huawei/deploy_functiongraph.identity-policy.json",
            to_functiongraph.PLATFORM,
            ("iam:agencies:pass",),
        ),
    ],
)
def test_whoever_deploys_may_do_what_a_deployment_does_and_no_more(
    name: str, platform: Platform, more: tuple[str, ...]
) -> None:
    policy = read_json(POLICIES / name)
    (statement,) = statements(policy)
    text = (POLICIES / "README.md").read_text("utf-8")
    of_alarms = platform.alarms.permissions if platform.alarms is not None else ()
    of_urls = platform.http.permissions if platform.http is not None else ()
    needed = sorted({*platform.permissions, *of_alarms, *of_urls, *more})

    assert policy["Version"] == ("5.0" if "identity-policy" in name else "1.1")
    assert statement["action"] == needed
    for action in needed:
        assert f"`{action}`" in text


@pytest.mark.parametrize("name", MODULES)
def test_whoever_deploys_may_read_the_secrets_of_a_store_and_no_more(name: str) -> None:
    store = load_store(name)
    policy = statements(read_json(DEPLOY.parent / store.policy))
    text = (POLICIES / "README.md").read_text("utf-8")

    actions = [action for each in policy for action in each["action"]]
    to_decrypt = {"kms:Decrypt", "kms:cmk:decryptDataKey"}
    assert [each for each in actions if each not in to_decrypt] == list(store.permissions)
    assert all(f"`{action}`" in text for action in actions)


def test_the_table_of_sources_names_every_action() -> None:
    text = (POLICIES / "README.md").read_text("utf-8")
    of_the_web = (api.PERMISSION for api in (fc, scf, functiongraph))

    of_roles = (call.permission for call in ASSUMES.values())

    for action in (*RIGHTS.values(), "iam:projects:listProjects", *of_the_web, *of_roles):
        assert f"`{action}`" in text


def test_every_policy_file_is_in_the_table() -> None:
    text = (POLICIES / "README.md").read_text("utf-8")

    for path in POLICIES.glob("*/*.json"):
        assert f"({path.parent.name}/{path.name})" in text


def test_the_functions_of_aws_lambda_may_only_log_and_report_a_failed_run() -> None:
    template = read_yaml(DEPLOY.parent / "template.yaml")
    (policy,) = template["Resources"]["FunctionRole"]["Properties"]["Policies"]

    allowed = [statement["Action"] for statement in policy["PolicyDocument"]["Statement"]]
    assert allowed == [["logs:CreateLogStream", "logs:PutLogEvents"], "sqs:SendMessage"]


@pytest.mark.parametrize(
    ("name", "platform"),
    [("tencent/deploy_scf.json", to_scf.PLATFORM), ("alibaba/deploy_fc.json", to_fc.PLATFORM)],
)
def test_the_policy_of_a_deployment_allows_what_it_calls(name: str, platform: Platform) -> None:
    found = statements(read_json(POLICIES / name))

    alarms = platform.alarms.permissions if platform.alarms is not None else ()
    allowed = [action for each in found for action in each["action"]]
    assert allowed == [*platform.permissions, *alarms]


def test_whoever_deploys_to_function_compute_may_pass_its_roles_to_it_only() -> None:
    text = (POLICIES / "README.md").read_text("utf-8")
    of_calls, of_roles, *_of_alarms = statements(read_json(POLICIES / "alibaba" / "deploy_fc.json"))

    assert of_roles["condition"] == {"StringEquals": {"acs:Service": "fc.aliyuncs.com"}}
    assert not any(each.endswith("*") for each in of_roles["resource"])
    for action in (*of_calls["action"], *of_roles["action"]):
        assert f"`{action}`" in text
