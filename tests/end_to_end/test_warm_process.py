"""A process that is kept, frozen and thawed."""

from __future__ import annotations

import threading

import pytest

from functions.registry import OPERATIONS
from local.emulator import Emulator
from shared.client.transport import HttpTransport
from shared.clock import Clock
from tests.support.platform_caller import DONE, SERVICE, PlatformCaller


@pytest.mark.parametrize("operation", OPERATIONS)
def test_one_connection_serves_many_runs(
    caller: PlatformCaller, emulator: Emulator, operation: str
) -> None:
    for _ in range(5):
        caller.run(operation)

    assert len({request.connection for request in emulator.received.of(SERVICE[operation])}) == 1


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_thawed_process_whose_connections_are_dead_succeeds(
    caller: PlatformCaller, emulator: Emulator, operation: str
) -> None:
    caller.run(operation)
    emulator.close_connections()
    emulator.alibaba.apps = {"ci-vm-exampleapp01": {"cn-hangzhou"}}

    result = caller.run(operation)

    assert result["status"] in DONE[operation] | {"unchanged"}, result


def test_a_connection_idle_for_long_is_not_used_again(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    caller.runtime.transport_factory = lambda *network: HttpTransport(*network, idle_seconds=0.0)
    caller.run("alibaba.edas.SynchronizeResource", {"type": "ram"})
    caller.run("alibaba.edas.SynchronizeResource", {"type": "ram"})

    assert len({request.connection for request in emulator.received.of("edas")}) == 2


def test_runs_side_by_side_in_one_process_do_not_disturb_each_other(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    results: list[str] = []

    def run(operation: str) -> None:
        results.extend(caller.run(operation)["status"] for _ in range(5))

    threads = [threading.Thread(target=run, args=(name,)) for name in list(OPERATIONS) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(results) == 10 * len(OPERATIONS)
    assert "failed" not in results
    assert all(request.accepted for request in emulator.received)
    # Alibaba's scheme alone has a nonce.
    seen = [
        request.authorization
        for service in ("edas", "ehpc")
        for request in emulator.received.of(service)
    ]
    assert len(seen) >= 20
    assert len(set(seen)) == len(seen)


def test_cwp_is_never_called_more_than_twenty_times_in_a_second(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    caller.runtime.clock = Clock()
    for _ in range(30):
        result = caller.run("tencent.cwp.SyncMachines", {"sync": False})
        assert result["attempts"] == 1

    times = sorted(request.time for request in emulator.received.of("cwp"))
    assert all(later - earlier > 0.95 for earlier, later in zip(times, times[20:], strict=False))


def test_settings_are_read_at_every_run(caller: PlatformCaller, emulator: Emulator) -> None:
    assert caller.run("tencent.cwp.SyncMachines")["status"] != "failed"
    caller.environ["TENCENTCLOUD_SECRET_KEY"] = ""

    assert caller.run("tencent.cwp.SyncMachines")["error"]["category"] == "misconfigured"


def test_a_project_is_looked_up_once_in_a_process(
    caller: PlatformCaller, emulator: Emulator
) -> None:
    for _ in range(3):
        caller.run("huawei.modelarts.SyncDevServers")

    assert len(emulator.received.of("iam")) == 1


def test_a_missing_permission_to_look_is_said_once_per_process(
    caller: PlatformCaller, emulator: Emulator, capfd: pytest.CaptureFixture[str]
) -> None:
    emulator.tencent.denied.add("DescribeMachineGeneral")
    for _ in range(3):
        assert caller.run("tencent.cwp.SyncMachines")["data"]["machines"]["before"] is None
    out, _ = capfd.readouterr()
    assert out.count("allow `cwp:DescribeMachineGeneral`") == 1
