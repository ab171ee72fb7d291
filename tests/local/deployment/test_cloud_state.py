"""What the tests of interruptions rest on: copies of the emulator's state, and no sockets."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.emulator import Emulator, faults
from local.emulator.message import Received
from shared.client.transport import HttpTransport
from shared.errors import SyncError
from shared.models.http import Request, Transport
from tests.support import fc_deployments, functiongraph_deployments
from tests.support.deployer import MACHINES, ONE, Deployer
from tests.support.deployments import PlatformDeployments
from tests.support.direct_transport import DirectTransport
from tests.support.interruption import CloudState, interruptions

ALARMED = f'{ONE}[platforms.scf.alarms]\nnotify = ["notice-example"]\n'
PLATFORMS = pytest.mark.parametrize(
    "platform",
    [fc_deployments.Deployments, functiongraph_deployments.Deployments],
    ids=lambda platform: platform.platform,
)


def deploy_with_alarms(deployer: Deployer) -> None:
    deployer.describe(ALARMED)
    ended = deployer.deploy("--yes")
    assert ended.code == 0, ended.out


def test_what_was_deployed_is_taken_back(deployer: Deployer) -> None:
    before = CloudState(deployer.emulator)
    deploy_with_alarms(deployer)
    deployed = CloudState(deployer.emulator)
    assert MACHINES in deployed.changes_since(before)

    before.restore()

    assert CloudState(deployer.emulator).changes_since(before) == ""
    assert deployer.functions == {}
    assert deployer.emulator.tencent.alarms.at() == {}


def test_what_was_removed_is_there_again(deployer: Deployer) -> None:
    deploy_with_alarms(deployer)
    before = CloudState(deployer.emulator)
    assert deployer.remove("--yes").code == 0
    assert deployer.functions == {}

    before.restore()

    assert CloudState(deployer.emulator).changes_since(before) == ""
    assert "Nothing to do." in deployer.deploy("--yes").out


def test_a_copy_does_not_change_with_the_original(deployer: Deployer) -> None:
    deploy_with_alarms(deployer)
    before = CloudState(deployer.emulator)
    for memory in (128, 1024):
        deployer.functions[MACHINES].memory = memory
        deployer.functions[MACHINES].triggers.clear()
        before.restore()
        assert deployer.functions[MACHINES].memory == 256
        assert deployer.functions[MACHINES].triggers


@PLATFORMS
def test_two_deployments_differ_in_identifiers_and_times_only(
    emulator: Emulator, tmp_path: Path, platform: type[PlatformDeployments]
) -> None:
    deployments = platform(emulator, tmp_path)
    empty = CloudState(emulator)
    found = []
    for _ in range(2):
        empty.restore()
        assert deployments.command()[0] == 0
        found.append(CloudState(emulator).changes_since(empty))
    assert found[0] == found[1]

    deployments.bundle({"other.py": "# other code"})
    empty.restore()
    assert deployments.command()[0] == 0
    assert CloudState(emulator).changes_since(empty) != found[0]


def test_a_call_that_changes_nothing_is_interrupted_but_not_taken_up_again(
    deployer: Deployer,
) -> None:
    assert deployer.functions == {}
    runs = []

    def run() -> None:
        runs.append(deployer.deploy("--yes").code)

    begun = CloudState(deployer.emulator)
    left = interruptions(deployer.emulator, faults.reset(work=False), ["scf"], run, begun, range(4))

    # The first calls only read.
    assert [*left] == [0]
    assert runs == [1] * 4


@PLATFORMS
def test_requests_without_sockets_are_answered_as_over_http(
    emulator: Emulator, tmp_path: Path, platform: type[PlatformDeployments]
) -> None:
    deployments, before = platform(emulator, tmp_path), CloudState(emulator)
    seen = []
    for transport in (None, DirectTransport(emulator)):
        before.restore()
        emulator.clear()
        deployments.transport = transport
        assert deployments.command()[0] == 0
        assert deployments.command("remove")[0] == 0
        seen.append([noted(each) for each in emulator.received])
    assert seen[0] == seen[1]


def noted(request: Received) -> tuple[object, ...]:
    return request.service, request.method, request.action, request.status, request.code


@pytest.mark.parametrize("fault", [faults.reset(work=True), faults.hang_up(work=False)])
def test_a_missing_answer_is_the_same_error_as_over_http(
    emulator: Emulator, fault: faults.Fault
) -> None:
    errors = []
    transports: tuple[Transport, ...] = (HttpTransport(), DirectTransport(emulator))
    for transport in transports:
        emulator.inject_fault("scf", fault)
        with pytest.raises(SyncError) as caught:
            transport.send(
                Request("POST", emulator.url("scf")),
                connect_seconds=5,
                read_seconds=5,
                total_seconds=5,
            )
        found = caught.value
        errors.append((type(found), found.code, found.outcome_unknown, found.retryable))
    assert errors[0] == errors[1]
