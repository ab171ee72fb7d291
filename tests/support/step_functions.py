"""Executes state machines with moto's interpreter of the Amazon States Language."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
from moto import mock_aws

from tests.support.lambda_invoke_api import Function, LambdaInvokeApi

if TYPE_CHECKING:
    import pytest

REGION = "eu-west-1"
ROLE = "arn:aws:iam::123456789012:role/example"
WAIT_SECONDS = 400.0


class Execution(NamedTuple):
    """One execution that has ended, as ``DescribeExecution`` and the history show it."""

    status: str
    error: str | None
    cause: str
    output: Any
    history: list[dict[str, Any]]

    def output_of(self, state: str) -> Any:
        """Return what a state of the parent execution gave to the next."""
        (exited,) = (
            each["stateExitedEventDetails"]
            for each in self.history
            if each.get("stateExitedEventDetails", {}).get("name") == state
        )
        return json.loads(exited["output"])


@contextmanager
def interpreter(
    functions: Mapping[str, Function], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """Yield a client of Step Functions whose Lambda tasks call ``functions``.

    The interpreter is a client of Lambda like any other: its calls go to a server on loopback.
    """
    with (
        LambdaInvokeApi(functions) as api,
        mock_aws(config={"stepfunctions": {"execute_state_machine": True}}),
    ):
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", api.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield boto3.client("stepfunctions", region_name=REGION)


def execute(client: Any, definition: Mapping[str, object], event: object) -> Execution:
    """Create a state machine, run it with an input, and return its execution when it has ended."""
    machine = client.create_state_machine(
        name="cloud-sync-fleet", definition=json.dumps(definition), roleArn=ROLE
    )
    arn = client.start_execution(
        stateMachineArn=machine["stateMachineArn"], name="example", input=json.dumps(event)
    )["executionArn"]
    deadline = time.monotonic() + WAIT_SECONDS
    while (found := client.describe_execution(executionArn=arn))["status"] == "RUNNING":
        assert time.monotonic() < deadline, "the execution has not ended"
        time.sleep(0.01)  # its API has nothing to wait on
    output = found.get("output")
    return Execution(
        found["status"],
        found.get("error"),
        found.get("cause", ""),
        None if output is None else json.loads(output),
        client.get_execution_history(executionArn=arn)["events"],
    )
