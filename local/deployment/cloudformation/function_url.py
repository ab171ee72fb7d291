"""The URL of the web app's function: its resources in the stack, and the events that it makes.

Source: <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from local.deployment.models.function_parts import HttpUrl
from local.http_events import Http, aws_url

URL = "AWS::Lambda::Url"
PERMISSION = "AWS::Lambda::Permission"


class FunctionUrlEvents(NamedTuple):
    """The events of a function URL, as :class:`local.deployment.models.platform.HttpEvents`."""

    event: Callable[[Http], Mapping[str, Any]] = aws_url


def url_id(id_: str) -> str:
    """Return the logical ID of a function's URL, which is the name of the output with it too."""
    return f"{id_}Url"


def url_resources(id_: str, url: HttpUrl) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return a function's URL, and who may call it, as resources of a template.

    Parameters
    ----------
    id_: the function's logical ID.
    url: whether Lambda authorizes the callers; if not, everybody may call the URL.
    """
    auth_type = "AWS_IAM" if url.authorized else "NONE"
    yield (
        url_id(id_),
        {"Type": URL, "Properties": {"TargetFunctionArn": {"Ref": id_}, "AuthType": auth_type}},
    )
    if url.authorized:
        return
    everybody = {"FunctionName": {"Ref": id_}, "Principal": "*"}
    # Since October 2025 a URL requires both.
    of_url = {"Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": auth_type}
    of_function = {"Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": True}
    for suffix, permission in (("Permission", of_url), ("InvokePermission", of_function)):
        yield (
            f"{url_id(id_)}{suffix}",
            {"Type": PERMISSION, "Properties": {**everybody, **permission}},
        )


def url_output(id_: str, name: str) -> dict[str, Any]:
    """Return the address of a function's URL as an output of a template.

    Parameters
    ----------
    id_: the function's logical ID.
    name: the function's name.
    """
    return {
        "Description": f"The console, the API and the chats' request URL of {name}",
        "Value": {"Fn::GetAtt": [url_id(id_), "FunctionUrl"]},
    }
