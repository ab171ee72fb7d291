"""The web app's resources in a stack are those of ``deploy/aws-web``, for the same input."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import lint

from local.deployment.cloudformation.desired_stack import desired_stack
from local.deployment.cloudformation.template import TAG, template_of
from local.deployment.description.description import parse_toml
from local.deployment.description.document import DeploymentDocument
from tests.support.descriptors import DEPLOY, read_yaml
from tests.support.sam_functions import expanded
from tests.support.stack_web import TOKEN, WEB_ONE, with_platform_auth
from tests.support.zips import zip_of

SECRETS = {
    "WebSecret": "cloud-sync-web",
    "AlibabaSecret": "cloud-sync-alibaba",
    "TencentSecret": "cloud-sync-tencent",
    "HuaweiSecret": "cloud-sync-huawei",
    "OmsSecret": "cloud-sync-oms",
}
"""The templates' parameters that are names of secrets; the others are settings."""

IDS = {
    "Url": "Url",
    "UrlPublicPermissions": "UrlPermission",
    "URLInvokeAllowPublicAccess": "UrlInvokePermission",
    "EventInvokeConfig": "Retries",
    "Log": "Log",
    "Role": "Role",
    "Broke": "Broke",
    "": "",
}
"""The end of a logical ID there, and here."""

REFERENCE = re.compile(r"\{\{resolve:secretsmanager:([^:]+):SecretString:([^}]+)\}\}")


def given(value: Any) -> Any:
    """Return a value of a hand-made template with its parameters and conditions filled in."""
    if isinstance(value, list):
        return [given(each) for each in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"Ref": str(name)} if name in SECRETS or not name.startswith(("AWS::", "Alarm")):
            return value if name[0].isupper() and is_resource(name) else f"example {name}"
        case {"Fn::If": [_, there, _]}:
            return given(there)
        case {"Fn::Sub": str(text)} if "resolve" in text:
            return re.sub(r"\$\{(\w+)\}", lambda match: SECRETS[match[1]], text)
    return {key: given(inner) for key, inner in value.items()}


def is_resource(name: str) -> bool:
    return name.endswith(("Web", "Log"))


def by_hand(file: str, prefix: str) -> dict[str, Any]:
    """Return the resources of an app in a template of ``deploy/aws-web``, by the ends of IDs."""
    found = expanded(read_yaml(DEPLOY / "aws-web" / file))
    own = {id_.removeprefix(prefix): each for id_, each in found.items() if id_.startswith(prefix)}
    return {suffix: given(each) for suffix, each in own.items()}


def described(provider: str, variables: Mapping[str, str]) -> str:
    """Return a description of an app with these variables, some of which are references."""
    settings, secrets = [], []
    for name, value in variables.items():
        reference = REFERENCE.fullmatch(value)
        if reference:
            secrets.append(f'{name} = "secretsmanager:{reference[1]}#{reference[2]}"')
        else:
            settings.append(f'{name} = "{value}"')
    return "\n".join(
        [
            'name = "production"',
            "[platforms.lambda]",
            'region = "eu-west-1"',
            'bucket = "example-code"',
            "[platforms.lambda.web]",
            f'operations = "{provider}"',
            "[platforms.lambda.web.settings]",
            *settings,
            "[platforms.lambda.web.secrets]",
            *secrets,
        ]
    )


def body(text: str, folder: Path) -> dict[str, Any]:
    """Return the template of a description."""
    path = folder / "deploy.toml"
    path.write_text(text)
    document = DeploymentDocument.model_validate(parse_toml(path))

    def zips(bundles: Any, _bytecode: bool) -> dict[Any, bytes]:  # noqa: FBT001
        return dict.fromkeys(bundles, zip_of({"web.py": "example"}))

    stack = desired_stack(path, document, None, zips, {"HTTP_BEARER_TOKENS": TOKEN})
    return dict(template_of(stack).body)


@pytest.mark.parametrize(
    ("file", "prefix", "provider"),
    [
        ("template.yaml", "AlibabaWeb", "alibaba"),
        ("template.yaml", "TencentWeb", "tencent"),
        ("template.yaml", "HuaweiWeb", "huawei"),
        ("all.yaml", "Web", "all"),
    ],
)
def test_an_app_is_that_of_the_template_made_by_hand(
    tmp_path: Path, file: str, prefix: str, provider: str
) -> None:
    there = by_hand(file, prefix)
    variables = there[""]["Properties"]["Environment"]["Variables"]

    made = body(described(provider, variables), tmp_path)

    id_ = f"{provider.capitalize()}Web"
    own = {name: each for name, each in made["Resources"].items() if name.startswith(id_)}
    assert own.keys() == {f"{id_}{suffix}" for suffix in IDS.values()}
    for suffix, here in IDS.items():
        resource = own[f"{id_}{here}"]
        # SAM puts the code in; only what a deployment makes has its tag.
        properties = {**resource["Properties"]}
        code, tags = properties.pop("Code", None), properties.pop("Tags", None)
        assert (code is not None) == (suffix == "")
        assert tags in (None, [{"Key": TAG, "Value": "production"}])
        assert {**resource, "Properties": properties} == renamed(there[suffix], prefix, provider)
    outputs = read_yaml(DEPLOY / "aws-web" / file)["Outputs"]
    url = outputs[f"{prefix}Url"]
    description = renamed(url["Description"], prefix, provider)
    address = {"Fn::GetAtt": [f"{id_}Url", "FunctionUrl"]}
    assert made["Outputs"] == {f"{id_}Url": {"Description": description, "Value": address}}


def renamed(value: Any, prefix: str, provider: str) -> Any:
    """Return a value with the names of a deployment: the function's, and the logical IDs."""
    if isinstance(value, Mapping):
        return {key: renamed(inner, prefix, provider) for key, inner in value.items()}
    if isinstance(value, list):
        return [renamed(each, prefix, provider) for each in value]
    if not isinstance(value, str):
        return value
    if value in {prefix, f"{prefix}Log", f"{prefix}Role"}:
        return f"{provider.capitalize()}Web{value.removeprefix(prefix)}"
    own = re.compile(r"\bcloud-sync-web(?=$|:|-broke)")
    return value if "resolve" in value else own.sub(f"{provider}-web", value)


@pytest.mark.parametrize("text", [WEB_ONE, with_platform_auth(WEB_ONE)], ids=["open", "IAM"])
@pytest.mark.parametrize("more", ["", 'role = "example-role"', 'name_prefix = "staging-"'])
def test_cfn_lint_finds_nothing(tmp_path: Path, text: str, more: str) -> None:
    template = body(text.replace("bucket =", f"{more}\nbucket ="), tmp_path)

    # Not every region has function URLs.
    found = lint(json.dumps(template), regions=["eu-west-1"])
    assert [str(each) for each in found if not each.rule.id.startswith("I")] == []


def test_cfn_lint_would_find_a_fault(tmp_path: Path) -> None:
    text = json.dumps(body(WEB_ONE, tmp_path)).replace('"AuthType": "NONE"', '"AuthType": "OPEN"')

    assert len(lint(text, regions=["eu-west-1"])) == 1


def test_a_prefix_is_in_every_name(tmp_path: Path) -> None:
    text = WEB_ONE.replace("bucket =", 'name_prefix = "staging-"\nbucket =')

    resources = body(text, tmp_path)["Resources"]

    assert resources["TencentWeb"]["Properties"]["FunctionName"] == "staging-tencent-web"
    (policy,) = resources["TencentWebRole"]["Properties"]["Policies"]
    itself = policy["PolicyDocument"]["Statement"][-1]["Resource"]
    assert [each["Fn::Sub"].partition(":function:")[2] for each in itself] == [
        "staging-tencent-web",
        "staging-tencent-web:*",
    ]


def test_a_role_of_a_persons_own_is_taken_and_none_is_made(tmp_path: Path) -> None:
    resources = body(WEB_ONE.replace("operations =", 'role = "mine"\noperations ='), tmp_path)[
        "Resources"
    ]

    assert "TencentWebRole" not in resources
    assert resources["TencentWeb"]["Properties"]["Role"]["Fn::Sub"].endswith(":role/mine")
