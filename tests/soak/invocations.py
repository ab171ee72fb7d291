"""One invocation of a warm process after another: any operation, platform, trigger and account."""

from __future__ import annotations

import json
from collections.abc import Mapping
from random import Random
from typing import Any, NamedTuple

from functions.registry import load
from shared.clock import rfc3339_from_millis
from shared.entrypoint import handle
from shared.runtime import Runtime
from tests.soak.provider import FIRST_START, account_name, app_of, key_of, task_of
from tests.support.platform_calls import PLATFORMS, TOKEN, platform_call

OPERATIONS = (
    *("alibaba.edas.SynchronizeResource",) * 8,
    *("alibaba.ehpc.SynchronizeApp",) * 8,
    *("huawei.oms.StartSyncTask",) * 8,
    *("huawei.modelarts.SyncDevServers",) * 2,
    "tencent.cwp.SyncMachines",  # rarely, since it may be called only 20 times a second
)

TRIGGERS = ("direct", "timer", "http")

FINE = {"succeeded", "unchanged", "idle"}


class Invocation(NamedTuple):
    """What one invocation is asked for.

    Parameters
    ----------
    operation: the operation.
    account: the number of the account that it is for.
    parameters: the event's.
    platform, trigger: how it is called.
    """

    operation: str
    account: int
    parameters: Mapping[str, object]
    platform: str
    trigger: str


def make_invocation(random: Random, accounts: int) -> Invocation:
    """Return a random invocation for one of the accounts."""
    operation, account = random.choice(OPERATIONS), random.randrange(accounts)
    parameters: dict[str, Mapping[str, object]] = {
        "alibaba.edas.SynchronizeResource": {
            "type": "ecs",
            "resource_ids": [f"i-{account_name(account)}"],
        },
        "alibaba.ehpc.SynchronizeApp": {
            "app_id": app_of(account),
            "target_region_ids": ["cn-shanghai"],
        },
        "huawei.oms.StartSyncTask": {"sync_task_id": task_of(account)},
        "huawei.modelarts.SyncDevServers": {"owner": account_name(account)},
        "tencent.cwp.SyncMachines": {"sync": False},
    }
    platform, trigger = random.choice(tuple(PLATFORMS)), random.choice(TRIGGERS)
    return Invocation(operation, account, parameters[operation], platform, trigger)


def environ_of(
    base: Mapping[str, str], account: int, accounts: int, version: int
) -> dict[str, str]:
    """Return the settings of an account after so many rotations of its keys."""
    alibaba, tencent, huawei = (key_of(each, account, version) for each in ("STS.", "AKID", "HWST"))
    return {
        **base,
        "ALIBABA_CLOUD_ACCESS_KEY_ID": alibaba.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": alibaba.secret,
        "ALIBABA_CLOUD_SECURITY_TOKEN": alibaba.token or "",
        "TENCENTCLOUD_SECRET_ID": tencent.access_key_id,
        "TENCENTCLOUD_SECRET_KEY": tencent.secret,
        "TENCENTCLOUD_TOKEN": tencent.token or "",
        "HUAWEICLOUD_SDK_AK": huawei.access_key_id,
        "HUAWEICLOUD_SDK_SK": huawei.secret,
        "HUAWEICLOUD_SDK_SECURITY_TOKEN": huawei.token or "",
        "HTTP_BEARER_TOKENS": TOKEN,
        "OMS_TASKS": json.dumps({task_of(number): {} for number in range(accounts)}),
        "METRICS": "off",
    }


def run_invocation(asked: Invocation, environ: Mapping[str, str], process: Runtime) -> str | None:
    """Run one invocation in a warm process; return what is wrong with its result, or None."""
    operation = load(asked.operation)
    called = platform_call(
        asked.platform, asked.trigger, operation.function, asked.parameters, environ
    )
    returned: Any = handle(
        operation, called.event, called.context, process.with_environ(called.environ)
    )
    result = json.loads(returned["body"]) if asked.trigger == "http" else returned
    if result.get("status") not in FINE:
        return f"{asked}: {result}"
    if not belongs_to(asked, result["data"]):
        return f"{asked} was answered with another account's data: {result['data']}"
    return None


def belongs_to(asked: Invocation, data: Mapping[str, Any]) -> bool:
    """Return whether a result's data are those of the account that asked."""
    name = account_name(asked.account)
    if asked.operation == "tencent.cwp.SyncMachines":
        started = rfc3339_from_millis(int(FIRST_START + 60 * asked.account) * 1000)
        return started is not None and started[14:19] == data["latest_start_time"][14:19]
    if asked.operation == "huawei.modelarts.SyncDevServers":
        return bool(data["total"] == 0)  # no server belongs to these owners
    return name in json.dumps(data)
