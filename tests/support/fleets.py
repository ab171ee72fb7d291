"""Fleets of an operation whose flow a test chooses, without a provider."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from functions.tencent.sync_machines import OPERATION
from shared.accounts.account import Account, AccountsFile
from shared.fleet.fleet_request import prepare_fleet
from shared.fleet.run import run_fleet
from shared.invocation import Invocation
from shared.models.flow import Flow
from shared.models.operation import CallContext, Operation
from shared.models.result import Outcome, Trigger
from shared.runner import RunReport
from shared.runtime import Runtime
from tests.support.clocks import FakeClock
from tests.support.platform_caller import LambdaContext

ENVIRON = {
    "TENCENTCLOUD_SECRET_ID": "exampleId",
    "TENCENTCLOUD_SECRET_KEY": "exampleTencentKey",
    "TENCENTCLOUD_REGION": "ap-guangzhou",
    "EXAMPLE_TENCENTCLOUD_SECRET_ID": "exampleId",
    "EXAMPLE_TENCENTCLOUD_SECRET_KEY": "exampleTencentKey",
    "ACCOUNTS_FILE": str(Path(__file__).with_name("fleets.json")),
}
"""With an accounts file, in which the accounts below have keys."""

ACCOUNTS = AccountsFile(
    accounts={
        "prod-1": Account("prod-1", "tencent", regions=("ap-guangzhou", "ap-beijing")),
        "huawei-1": Account("huawei-1", "huawei", regions=("cn-north-4",)),
        "prod-2": Account("prod-2", "tencent", regions=("ap-beijing", "na-ashburn")),
        "test": Account("test", "tencent"),
    },
    sets={
        "all-prod": {"accounts": ["prod-*"]},
        "two": [{"account": "prod-1", "region": "ap-beijing"}, {"account": "test"}],
        "wrong": {"account": "prod-1"},
    },
)

Run = Callable[[CallContext, Any], Outcome]
"""Returns the outcome of a target's run, or raises its error."""


def operation_with(run: Run) -> Operation:
    """Return an operation that calls a function instead of a provider."""

    def flow(params: Any, context: CallContext) -> Flow[Outcome]:
        yield from ()
        return run(context, params)

    return OPERATION._replace(flow=flow)


def done(status: Any = "succeeded", **data: object) -> Run:
    """Return a function that always returns the same outcome."""
    return lambda _context, _params: Outcome(status, "done", data)


def fleet_runtime(clock: FakeClock | None = None, **environ: str) -> Runtime:
    """Return a runtime with visibly fake keys."""
    return Runtime(environ={**ENVIRON, **environ}, clock=clock or FakeClock())


class FakeLambdaContext(LambdaContext):
    """AWS Lambda's context on a fake clock."""

    def __init__(self, clock: FakeClock, seconds: float) -> None:
        super().__init__(seconds)
        self._clock, self._end = clock, clock.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return round((self._end - self._clock.monotonic()) * 1000)


def run_event(
    event: Mapping[str, object],
    run: Run,
    *,
    runtime: Runtime | None = None,
    context: object = None,
    accounts: AccountsFile = ACCOUNTS,
    trigger: Trigger = "direct",
) -> dict[str, Any]:
    """Return the result of an event with targets, as JSON has it."""
    result: dict[str, Any] = json.loads(
        json.dumps(
            fleet_report(
                event, run, runtime=runtime, context=context, accounts=accounts, trigger=trigger
            ).result.as_dict()
        )
    )
    return result


def fleet_report(
    event: Mapping[str, object],
    run: Run,
    *,
    runtime: Runtime | None = None,
    context: object = None,
    accounts: AccountsFile = ACCOUNTS,
    trigger: Trigger = "direct",
) -> RunReport:
    """Return the report of an event with targets."""
    operation = operation_with(run)
    invocation = Invocation.from_event(event, context, runtime or fleet_runtime())
    invocation.trigger = trigger
    fleet = prepare_fleet(operation, invocation, event, accounts=accounts)
    return run_fleet(operation, invocation, fleet)


def regions(*names: str) -> list[dict[str, object]]:
    """Return the targets with these regions."""
    return [{"region": name} for name in names]


def places(results: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return account and region of each result."""
    return [f"{each['account']}/{each['region']}" for each in results]
