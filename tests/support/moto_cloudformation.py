"""AWS on loopback, by moto: CloudFormation makes functions, roles, logs, the queue and the topic.

moto knows no drift, and neither schedules, alarms, subscriptions nor settings of retries as
resources of a stack; a function is not run, but returns what was given beforehand. The URL
of a function is made by the model below, through moto's own Lambda.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import boto3
from moto.awslambda.utils import get_backend
from moto.core.common_models import CloudFormationModel
from moto.server import ThreadedMotoServer

from tests.support.prerequisites import skip

if TYPE_CHECKING:
    from moto.awslambda.models import FunctionUrlConfig

REGION = "eu-west-1"
KEYS = {"AWS_ACCESS_KEY_ID": "exampleid", "AWS_SECRET_ACCESS_KEY": "exampleSecret"}


class FunctionUrl(CloudFormationModel):
    """``AWS::Lambda::Url``: moto has the API, but no resource of a stack.

    moto finds the subclasses of its models by itself.
    """

    def __init__(self, function: str, account_id: str, region_name: str) -> None:
        self.physical_resource_id = function
        backend = get_backend(account_id, region_name)
        self.config: FunctionUrlConfig = backend.get_function_url_config(function)

    @staticmethod
    def cloudformation_name_type() -> str:
        """Return that it has no name of its own."""
        return ""

    @staticmethod
    def cloudformation_type() -> str:
        """Return the resource's type."""
        return "AWS::Lambda::Url"

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Return whether ``Fn::GetAtt`` takes an attribute."""
        return attr in {"FunctionUrl", "FunctionArn"}

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """Return an attribute for ``Fn::GetAtt``."""
        return str(self.config.to_dict()[attribute_name])

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **_more: Any,
    ) -> FunctionUrl:
        """Make the URL of a function."""
        properties = cloudformation_json["Properties"]
        function = properties["TargetFunctionArn"]
        get_backend(account_id, region_name).create_function_url_config(
            function, {"AuthType": properties["AuthType"]}
        )
        return cls(function, account_id, region_name)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: FunctionUrl,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> FunctionUrl:
        """Change who may call the URL; its address stays."""
        properties = cloudformation_json["Properties"]
        get_backend(account_id, region_name).update_function_url_config(
            properties["TargetFunctionArn"], {"AuthType": properties["AuthType"]}
        )
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> None:
        """Delete the URL of a function, which may have gone with it."""
        backend = get_backend(account_id, region_name)
        if resource_name in [each.function_name for each in backend.list_functions()]:
            backend.delete_function_url_config(resource_name)


def folder_of_aws() -> Path:
    """Return the folder of the ``aws`` command of these tests; without it they are skipped."""
    folder = Path(sys.executable).parent
    return folder if (folder / "aws").exists() else skip("the AWS CLI")


@dataclass(frozen=True)
class MotoServer:
    """The server.

    Parameters
    ----------
    url: where it listens.
    """

    url: str

    def client(self, service: str) -> Any:
        """Return a client of AWS's SDK."""
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id="exampleid",
            aws_secret_access_key="exampleSecret",
        )

    def environment(self, home: Path) -> dict[str, str]:
        """Return the environment of the ``aws`` command, which has no settings of its own."""
        return {
            **KEYS,
            "AWS_ENDPOINT_URL": self.url,
            # What moto does not know is an error of the server, which is not worth a retry.
            "AWS_MAX_ATTEMPTS": "1",
            "HOME": str(home),
            "NO_PROXY": "127.0.0.1",
            "PATH": os.pathsep.join([str(folder_of_aws()), "/usr/bin", "/bin"]),
        }

    def post(self, path: str, body: Any) -> None:
        """Post to moto's own API."""
        with urlopen(Request(f"{self.url}{path}", json.dumps(body).encode()), timeout=10):
            pass

    def return_from_functions(self, results: Sequence[Any]) -> None:
        """Set what functions return, one run after the other."""
        given = {"results": [json.dumps(each) for each in results], "region": REGION}
        self.post("/moto-api/static/lambda-simple/response", given)


@contextmanager
def moto_server() -> Iterator[MotoServer]:
    """Serve AWS on a free port, without anything in it."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    moto = MotoServer("http://{}:{}".format(*server.get_host_and_port()))
    try:
        moto.post("/moto-api/reset", {})
        moto.post("/moto-api/config", {"lambda": {"use_docker": False}})
        yield moto
    finally:
        # Other tests of this process use moto too.
        moto.post("/moto-api/config", {"lambda": {"use_docker": True}})
        moto.post("/moto-api/reset", {})
        server.stop()
