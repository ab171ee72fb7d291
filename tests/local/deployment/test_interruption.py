"""Deployments that are interrupted at each of their calls, and run again."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import pytest

from local.emulator import faults
from local.emulator.scf_functions import ScfFunction, ScfFunctions
from tests.support.clocks import SkippingClock
from tests.support.deployer import ONE, Deployer
from tests.support.direct_transport import DirectTransport
from tests.support.interruption import CloudState, interruptions

CHANGED = ONE.replace("0 10 2", "0 30 4").replace('"INFO"', '"DEBUG"')


def state(deployer: Deployer) -> dict[str, ScfFunction]:
    """Return a copy of what is at the emulator."""
    found = deepcopy(deployer.functions)
    for each in found.values():
        each.busy_state, each.busy_looks = "", 0
    return found


def deploy_first(deployer: Deployer) -> None:
    """Begin with an empty place."""
    deployer.emulator.tencent.deployed = ScfFunctions()


def deploy_again(deployer: Deployer) -> None:
    """Begin with a deployment whose code, configuration and schedule are others."""
    deploy_first(deployer)
    deployer.describe(ONE)
    deployer.build("first")
    assert deployer.deploy("--yes").code == 0
    deployer.describe(CHANGED)
    deployer.build("second, longer")


@pytest.mark.parametrize("work", [True, False], ids=["the work was done", "it was not done"])
@pytest.mark.parametrize("begin", [deploy_first, deploy_again])
def test_a_deployment_that_was_interrupted_is_taken_up_again(
    deployer: Deployer,
    begin: Callable[[Deployer], None],
    work: bool,  # noqa: FBT001
) -> None:
    begin(deployer)
    begun = CloudState(deployer.emulator)
    deployer.emulator.clear()
    assert deployer.deploy("--yes").code == 0
    calls = len(deployer.emulator.received.of("scf"))
    wanted = state(deployer)
    assert calls > 10

    def run() -> None:
        assert deployer.deploy("--yes").code == 1

    fault = faults.reset(work=work)
    for number in interruptions(deployer.emulator, fault, ["scf"], run, begun, range(calls)):
        again = deployer.deploy("--yes")

        assert again.code == 0, (number, again.out)
        assert state(deployer) == wanted, number
        assert "Nothing to do." in deployer.deploy("--yes").out, number


@pytest.mark.parametrize("action", ["CreateFunction", "CreateTrigger", "DeleteFunction"])
def test_a_lost_answer_is_no_failure(deployer: Deployer, action: str) -> None:
    deployer.emulator.inject_fault("scf", faults.reset(work=True), action=action)

    deployed = deployer.deploy("--yes")
    removed = deployer.remove("--yes")

    assert (deployed.code, removed.code) == (0, 0), deployed.out + removed.out
    assert deployer.functions == {}


def test_a_removal_that_was_interrupted_is_taken_up_again(deployer: Deployer) -> None:
    deployer.deploy("--yes")
    deployer.emulator.inject_fault(
        "scf", faults.reset(work=True), times=None, action="DeleteFunction"
    )
    deployer.emulator.inject_fault("scf", faults.reset(work=True), times=None, action="GetFunction")
    assert deployer.remove("--yes").code == 1
    deployer.emulator.clear()

    assert deployer.remove("--yes").code == 0
    assert deployer.functions == {}


class ImpatientClock(SkippingClock):
    """A person presses Ctrl-C at the first wait."""

    def sleep(self, seconds: float) -> None:
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ((), "All changes were made; the dry run was not finished.\ninterrupted\n"),
        (("--yes",), "Nothing was changed; the dry run was not finished.\ninterrupted\n"),
    ],
    ids=["after changes", "without changes"],
)
def test_whoever_interrupts_the_dry_run_is_told_that_all_changes_were_made(
    deployer: Deployer, before: tuple[str, ...], said: str
) -> None:
    if before:
        deployer.deploy(*before)

    def interrupted(_invocation: object) -> object:
        raise KeyboardInterrupt

    deployer.transport = DirectTransport(deployer.emulator)
    deployer.emulator.invocations.run_by(interrupted)

    ended = deployer.deploy("--yes")

    assert ended.code == 130
    assert ended.out.endswith(said)


def test_whoever_interrupts__is_told_what_was_made_and_can_go_on(deployer: Deployer) -> None:
    deployer.emulator.tencent.deployed.looks = 2

    interrupted = deployer.run("deploy", "--yes", clock=ImpatientClock())

    assert interrupted.code == 130
    assert "Nothing was made so far." in interrupted.out
    assert "what was done is not repeated" in interrupted.out
    assert deployer.deploy("--yes").code == 0
    assert "Nothing to do." in deployer.deploy("--yes").out
