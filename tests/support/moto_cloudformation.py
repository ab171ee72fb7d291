"""AWS on loopback, by moto: CloudFormation makes functions, roles, logs, the queue and the topic.

moto knows no drift, and neither schedules, alarms, subscriptions nor settings of retries as
resources of a stack; a function is not run, but returns what was given beforehand.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import boto3
from moto.server import ThreadedMotoServer

from tests.support.prerequisites import skip

REGION = "eu-west-1"
KEYS = {"AWS_ACCESS_KEY_ID": "exampleid", "AWS_SECRET_ACCESS_KEY": "exampleSecret"}


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
