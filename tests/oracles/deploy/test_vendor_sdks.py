"""The vendors' own models accept what the descriptors contain.

Serverless Devs' schema is not in the repository: docs/deploy-by-hand.md says how to get it.
Without it the fields that are used are compared with what is written of them here.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.support.command import command
from tests.support.descriptors import DEPLOY, function_compute, read_body, read_json
from tests.support.prerequisites import reason
from tests.support.repository import ROOT

SCHEMA = ROOT / ".cache" / "fc3-schema.json"
RESOURCES = {
    **function_compute("s.yaml")["resources"],
    **function_compute("s.web.yaml")["resources"],
    **function_compute("s.events.yaml")["resources"],
}


@pytest.mark.skipif(not SCHEMA.exists(), reason=reason("the fc3 schema"))
@pytest.mark.parametrize("name", RESOURCES)
def test_function_computes_published_schema_takes_the_properties(name: str) -> None:
    schema = read_json(SCHEMA)
    props = RESOURCES[name]["props"]

    jsonschema.Draft7Validator(schema).validate(props)
    # The schema accepts unknown properties.
    assert set(props) <= set(schema["properties"])


@pytest.mark.skipif(not SCHEMA.exists(), reason=reason("the fc3 schema"))
def test_function_computes_published_schema_takes_what_is_made_of_a_description(
    tmp_path: Path,
) -> None:
    example = (ROOT / "deploy.example.toml").read_text("utf-8")
    web = '[platforms.fc.web]\noperations = "alibaba"\nrole = "cloud-sync-web"\n'
    secrets = '[platforms.fc.web.secrets]\nHTTP_BEARER_TOKENS = "env:HTTP_BEARER_TOKENS"\n'
    description, file = tmp_path / "deploy.toml", tmp_path / "s.yaml"
    description.write_text(f"{example}\n{web}{secrets}", encoding="utf-8")
    ran = command(tmp_path, "serverless-devs", "--file", description, "--output", file)
    assert ran.code == 0, ran.errors
    schema = read_json(SCHEMA)

    resources = yaml.safe_load(file.read_text("utf-8"))["resources"]

    assert len(resources) == 3
    for resource in resources.values():
        jsonschema.Draft7Validator(schema).validate(resource["props"])
        assert set(resource["props"]) <= set(schema["properties"])


@pytest.mark.parametrize("name", RESOURCES)
def test_function_computes_properties_are_those_of_the_fc3_component(name: str) -> None:
    resource = RESOURCES[name]
    props = resource["props"]

    assert resource["component"] == "fc3"
    assert {key: type(value) for key, value in props.items()} == {
        "region": str,
        "functionName": str,
        "description": str,
        "runtime": str,
        "handler": str,
        "code": str,
        "role": str,
        "cpu": float,
        "memorySize": int,
        "diskSize": int,
        "timeout": int,
        "instanceConcurrency": int,
        "internetAccess": bool,
        "environmentVariables": dict,
        "logConfig": str,
        "asyncInvokeConfig": dict,
        "triggers": list,
    }
    # The platform wants 1 to 4 GB for each core, memory in steps of 64 MB.
    assert 1 <= props["memorySize"] / 1024 / props["cpu"] <= 4
    assert props["memorySize"] % 64 == 0
    assert all(isinstance(value, str) for value in props["environmentVariables"].values())
    for trigger in props["triggers"]:
        of_buckets = {"sourceArn", "invocationRole"} if trigger["triggerType"] == "oss" else set()
        assert set(trigger) == {"triggerName", "triggerType", "triggerConfig", *of_buckets}
        keys = {
            "timer": {"enable", "cronExpression", "payload"},
            "http": {"authType", "methods"},
            "oss": {"events", "filter"},
        }[trigger["triggerType"]]
        assert set(trigger["triggerConfig"]) == keys


@pytest.mark.parametrize(
    ("file", "model"),
    [
        ("create-function.json", "CreateFunctionRequest"),
        ("create-trigger.json", "CreateTriggerRequest"),
        ("update-function-event-invoke-config.json", "UpdateFunctionEventInvokeConfigRequest"),
    ],
)
@pytest.mark.parametrize("folder", ["", "huawei-create-sync-events", "tencent-web"])
# The SDK reports an unknown key as a warning, which is an error in these tests.
def test_tencents_model_knows_every_key(file: str, model: str, folder: str) -> None:
    models = import_module("tencentcloud.scf.v20180416.models")
    body = read_body(DEPLOY / "tencent-scf" / folder / file)
    request = getattr(models, model)()

    request._deserialize(body)

    assert plain(request) == body


def plain(value: Any) -> Any:
    """Return one of Tencent's models as JSON, without what is not set."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if hasattr(value, "_serialize"):
        return {
            key.lstrip("_"): plain(each) for key, each in vars(value).items() if each is not None
        }
    return value


HUAWEI = sorted((DEPLOY / "huawei-functiongraph").glob("*/*.json"))
MODELS = {
    "create-function.json": "CreateFunctionRequestBody",
    "create-trigger.json": "CreateFunctionTriggerRequestBody",
    "async-invoke-config.json": "UpdateFunctionAsyncInvokeConfigRequestBody",
}


@pytest.mark.parametrize("path", HUAWEI, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_huaweis_model_knows_every_key_and_its_type(path: Path) -> None:
    body = read_body(path)

    assert body
    assert_same(body, MODELS[path.name])


def assert_same(body: Any, name: str) -> None:
    """Compare a JSON object with one of Huawei's models."""
    model = getattr(import_module("huaweicloudsdkfunctiongraph.v2"), name)
    known = {model.attribute_map[key]: kind for key, kind in model.openapi_types.items()}
    for key, value in body.items():
        kind = known[key]
        if isinstance(value, dict):
            assert_same(value, kind)
        else:
            assert type(value).__name__ == kind.partition("[")[0], key
    # Fails for a missing required parameter, and for a word that is not in an enum.
    values = {key: value for key, value in body.items() if not isinstance(value, dict)}
    model(**values)


def test_functiongraph_takes_at_most_20_values_of_user_data() -> None:
    for path in HUAWEI:
        if path.name == "create-function.json":
            assert read_json(path)["user_data"].count(":") <= 20
