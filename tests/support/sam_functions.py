"""A SAM template's functions as CloudFormation gets them, as far as ``deploy/aws-web`` uses SAM.

SAM's own translator is the oracle, in ``tests/deploy``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

SAME = (
    "FunctionName",
    "Description",
    "Runtime",
    "Architectures",
    "Handler",
    "MemorySize",
    "Timeout",
    "Role",
    "LoggingConfig",
    "Environment",
)
"""Properties that a function has in CloudFormation too."""


def expanded(template: Mapping[str, Any]) -> dict[str, Any]:
    """Return the resources of a SAM template without SAM's own type; the code is left out."""
    globals_: Mapping[str, Any] = template["Globals"]["Function"]
    found: dict[str, Any] = {}
    for id_, each in template["Resources"].items():
        if each["Type"] == "AWS::Serverless::Function":
            found |= dict(of_function(id_, globals_, each["Properties"]))
        else:
            found[id_] = each
    resources: dict[str, Any] = long_form(found)
    return resources


def of_function(
    id_: str, globals_: Mapping[str, Any], own: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the resources that SAM makes of one function."""
    variables = {
        **globals_["Environment"]["Variables"],
        **own.get("Environment", {}).get("Variables", {}),
    }
    whole = {**globals_, **own, "Environment": {"Variables": variables}}
    yield (
        id_,
        {"Type": "AWS::Lambda::Function", "Properties": {name: whole[name] for name in SAME}},
    )
    retries = whole["EventInvokeConfig"]
    on_failure = retries["DestinationConfig"]["OnFailure"]
    yield (
        f"{id_}EventInvokeConfig",
        {
            "Type": "AWS::Lambda::EventInvokeConfig",
            "Properties": {
                "FunctionName": {"Ref": id_},
                "Qualifier": "$LATEST",
                "MaximumRetryAttempts": retries["MaximumRetryAttempts"],
                "DestinationConfig": {"OnFailure": {"Destination": on_failure["Destination"]}},
            },
        },
    )
    auth_type = whole["FunctionUrlConfig"]["AuthType"]
    url = {"TargetFunctionArn": {"Ref": id_}, "AuthType": auth_type}
    yield f"{id_}Url", {"Type": "AWS::Lambda::Url", "Properties": url}
    if auth_type == "NONE":
        everybody = {"FunctionName": {"Ref": id_}, "Principal": "*"}
        for suffix, permission in (
            (
                "UrlPublicPermissions",
                {"Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE"},
            ),
            (
                "URLInvokeAllowPublicAccess",
                {"Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": True},
            ),
        ):
            properties = {**everybody, **permission}
            yield f"{id_}{suffix}", {"Type": "AWS::Lambda::Permission", "Properties": properties}


def long_form(value: Any) -> Any:
    """Return a value with the attribute of each ``Fn::GetAtt`` as a list."""
    if isinstance(value, Mapping):
        return {
            key: inner.split(".") if key == "Fn::GetAtt" and isinstance(inner, str)
            else long_form(inner)
            for key, inner in value.items()
        }  # fmt: skip
    return [long_form(each) for each in value] if isinstance(value, list) else value
