"""Each operation has a policy in its provider's language that allows what it calls, and no more."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from functions.registry import OPERATIONS
from functions.web.async_invoke import fc, functiongraph, scf
from functions.web.async_invoke.api import InvokeApi
from local.samples import sample
from tests.support.descriptors import DEPLOY, read_json, read_yaml

POLICIES = DEPLOY / "policies"

RIGHTS = {
    ("edas", "SynchronizeResource"): "edas:SystemBase",
    ("ehpc", "SynchronizeApp"): "ehpc:SynchronizeApp",
    ("cwp", "SyncMachines"): "cwp:SyncMachines",
    ("oms", "ShowSyncTask"): "oms:synctask:get",
    ("oms", "StartSyncTask"): "oms:synctask:update",
    ("modelarts", "SyncDevServers"): "modelarts:devserver:sync",
}
"""The permission that each request needs, as the providers document it."""

VERSIONS = {"alibaba": ("1",), "tencent": ("2.0",), "huawei": ("1.1", "5.0")}


def paths(operation_id: str) -> list[Path]:
    _, provider, module = OPERATIONS[operation_id].split(".")
    return sorted((POLICIES / provider).glob(f"{module}*.json"))


def statements(policy: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the statements with keys in lower case, as Tencent's language has them."""
    found = policy.get("Statement") or policy["statement"]
    return [{key.lower(): value for key, value in each.items()} for each in found]


def calls(operation_id: str) -> set[tuple[str, str]]:
    """Return the requests that a run with the sample event would send."""
    event = {**sample(operation_id), "dry_run": True, "project_id": "example-project"}
    if not operation_id.startswith("huawei."):
        del event["project_id"]
    result = import_module(OPERATIONS[operation_id]).handler(event)
    return {(each["service"], each["action"]) for each in result["data"]["requests"]}


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
        ("tencent/trust-scf.json", "scf.qcloud.com"),
    ],
)
def test_a_role_may_be_assumed_by_the_function_platform_only(name: str, service: str) -> None:
    (statement,) = statements(read_json(POLICIES / name))

    assert statement["principal"] == {"service": [service]} or statement["principal"] == {
        "Service": [service]
    }


@pytest.mark.parametrize(
    ("provider", "api"), [("alibaba", fc), ("tencent", scf), ("huawei", functiongraph)]
)
def test_a_web_apps_function_may_only_call_itself(provider: str, api: InvokeApi) -> None:
    (statement,) = statements(read_json(POLICIES / provider / "web.json"))

    assert statement["action"] == [api.PERMISSION]
    assert all(f"{provider}-web" in each for each in statement.get("resource", []))


def test_the_table_of_sources_names_every_action() -> None:
    text = (POLICIES / "README.md").read_text("utf-8")
    of_the_web = (api.PERMISSION for api in (fc, scf, functiongraph))

    for action in (*RIGHTS.values(), "iam:projects:listProjects", *of_the_web):
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
