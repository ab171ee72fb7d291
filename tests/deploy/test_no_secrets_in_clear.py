"""The plugin that keeps secrets in clear out of the template that osls uploads."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping

import pytest

from functions.registry import OPERATIONS, load
from tests.support.prerequisites import program
from tests.support.repository import ROOT

PLUGIN = ROOT / "deploy" / "aws-lambda" / "no-secrets-in-clear.js"
SCRIPT = """
const Plugin = require(process.argv[1]);
const [Resources, own] = process.argv.slice(2).map(JSON.parse);
const serverless = {
  classes: { Error },
  service: {
    provider: { compiledCloudFormationTemplate: { Resources } },
    resources: { Resources: own },
  },
};
try {
  new Plugin(serverless).hooks["before:package:finalize"]();
} catch (error) {
  process.stdout.write(error.message.split(":")[0]);
}
"""
REFERENCE = "{{resolve:secretsmanager:cloud-sync:SecretString:NAME}}"


def refused(variables: Mapping[str, object]) -> set[str]:
    """Return the names of a function's variables for which packaging is refused."""
    function = {"Environment": {"Variables": variables}}
    return refused_in({"F": {"Type": "AWS::Lambda::Function", "Properties": function}})


def refused_in(
    resources: Mapping[str, object], own: Mapping[str, object] | None = None
) -> set[str]:
    """Return what makes the plugin refuse to package a template.

    Parameters
    ----------
    resources: those that osls made.
    own: those of ``serverless.yml``, which osls adds later.
    """
    node = program("node", "Node.js")
    command = [node, "-e", SCRIPT, str(PLUGIN), json.dumps(resources), json.dumps(own or {})]
    found = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    return set(found.stdout.split(", ")) - {""}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OMS_SRC_SK", "exampleSourceSk"),
        ("OMS_PHOTOS_SRC_AK", "exampleSourceAk"),
        ("PHOTOS_DST_SK", "exampleDestinationSk"),
        ("PHOTOS_SOURCE_CDN_AUTHENTICATION_KEY", "exampleCdnKey"),
        ("SLACK_URL", "https://hooks.slack.com/services/T00EXAMPLE/B00EXAMPLE/example"),
        ("ROBOT", "https://oapi.dingtalk.com/robot/send?access_token=example"),
        ("MONITOR", "https://hc-ping.com/00000000-0000-4000-8000-example00005"),
        ("HOOK", "whsec_ZXhhbXBsZVdlYmhvb2tTZWNyZXQwMDAx"),
    ],
)
def test_a_secret_in_clear_is_refused_whatever_its_name(name: str, value: str) -> None:
    assert refused({name: value, "LOG_LEVEL": "INFO"}) == {name}
    assert refused({name: REFERENCE}) == set()
    assert refused({name: ""}) == set()


def test_a_variable_that_notify_refers_to_is_a_secret() -> None:
    notify = json.dumps([{"kind": "webhook", "url": "env:HOOK_URL", "secret": "env:Hook_Key"}])
    variables = {"NOTIFY": notify, "HOOK_URL": "https://example.com/hook", "Hook_Key": "example"}
    assert refused(variables) == {"NOTIFY", "HOOK_URL", "Hook_Key"}


def test_other_variables_are_packaged() -> None:
    variables = {"OMS_TASKS": "{}", "HTTP_AUTH": "platform", "TZ": "Asia/Shanghai"}
    assert refused(variables | {"REF": {"Ref": "Secret"}}) == set()


SECRET_PARAMETERS = sorted({name for each in OPERATIONS for name in load(each).params.secrets})


@pytest.mark.parametrize("name", SECRET_PARAMETERS)
def test_a_secret_parameter_in_defaults_or_in_a_schedule_is_refused(name: str) -> None:
    parameters = json.dumps({"huawei.oms.StartSyncTask": {name: "example"}})
    assert refused({"DEFAULT_PARAMETERS": parameters}) == {"DEFAULT_PARAMETERS"}
    assert refused({"DEFAULT_PARAMETERS": json.dumps({name: REFERENCE})}) == set()

    schedule = {"Target": {"Input": json.dumps({"trigger": "timer", name: "example"})}}
    rule = {"Targets": [schedule["Target"]]}
    assert refused_in(
        {
            "Nightly": {"Type": "AWS::Scheduler::Schedule", "Properties": schedule},
            "Rule": {"Type": "AWS::Events::Rule", "Properties": rule},
        }
    ) == {"the input of Nightly", "the input of Rule"}
    nightly = {"Type": "AWS::Scheduler::Schedule", "Properties": schedule}
    assert refused_in({}, {"FleetTimer": nightly}) == {"the input of FleetTimer"}


def test_other_parameters_are_packaged() -> None:
    parameters = json.dumps({"region": "cn-north-4", "source_keys": "none"})
    assert refused({"DEFAULT_PARAMETERS": parameters}) == set()
    schedule = {"Target": {"Input": parameters}}
    resources = {"Nightly": {"Type": "AWS::Scheduler::Schedule", "Properties": schedule}}
    assert refused_in(resources | {"Bucket": {"Type": "AWS::S3::Bucket"}}) == set()
