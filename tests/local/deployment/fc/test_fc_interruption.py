"""Deployments to Function Compute that are interrupted at each of their calls, and run again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.emulator import Emulator, faults
from tests.support.clocks import SkippingClock
from tests.support.deployer import Deployer
from tests.support.direct_transport import DirectTransport
from tests.support.interruption import CloudState, interruptions

NAME = "alibaba-synchronize-resource"
ONE = f"""\
name = "production"
[platforms.fc]
region = "cn-hangzhou"
role = "cloud-sync-edas"
[platforms.fc.settings]
LOG_LEVEL = "INFO"
[platforms.fc.functions.{NAME}]
schedule = "0 10 2 * * *"
parameters = {{ type = "all" }}
"""
CHANGED = ONE.replace("0 10 2", "0 30 4").replace('"INFO"', '"DEBUG"')


@pytest.fixture
def deployer(emulator: Emulator, tmp_path: Path) -> Deployer:
    deployer = Deployer(emulator, tmp_path, platform="fc")
    deployer.describe(ONE)
    return deployer


def state(deployer: Deployer) -> dict[str, tuple[Any, ...]]:
    """Return what is at the emulator, but for identifiers and times."""
    return {
        name: (
            each.config,
            each.zip_bytes,
            {one.name: one.parsed for one in each.triggers.values()},
            (each.async_config or {}).get("maxAsyncRetryAttempts"),
        )
        for name, each in deployer.emulator.alibaba.function_compute.at().items()
    }


def begin_empty(deployer: Deployer) -> None:
    """Begin with an empty place."""
    deployer.emulator.alibaba.function_compute.at().clear()
    deployer.describe(ONE)


def begin_deployed(deployer: Deployer) -> None:
    """Begin with a deployment as it is described."""
    begin_empty(deployer)
    deployer.build("first")
    assert deployer.deploy("--yes").code == 0


def begin_changed(deployer: Deployer) -> None:
    """Begin with a deployment whose code, configuration and schedule are others."""
    begin_deployed(deployer)
    deployer.describe(CHANGED)
    deployer.build("second")


def begin_with_another_runtime(deployer: Deployer) -> None:
    """Begin with a deployment whose function has to be made anew."""
    begin_deployed(deployer)
    deployer.emulator.alibaba.function_compute.at()[NAME].config["runtime"] = "python3.9"


@pytest.mark.parametrize(
    ("work", "begin", "verb", "more", "fewest_calls"),
    [
        (True, begin_empty, "deploy", (), 10),
        (False, begin_empty, "deploy", (), 10),
        (True, begin_changed, "deploy", (), 10),
        (False, begin_changed, "deploy", (), 10),
        (True, begin_with_another_runtime, "deploy", ("--overwrite",), 14),
        (True, begin_deployed, "remove", (), 7),
    ],
)
def test_what_was_interrupted_is_taken_up_again(
    deployer: Deployer,
    work: bool,  # noqa: FBT001
    begin: Callable[[Deployer], None],
    verb: str,
    more: tuple[str, ...],
    fewest_calls: int,
) -> None:
    begin(deployer)
    begun = CloudState(deployer.emulator)
    deployer.emulator.clear()
    assert deployer.run(verb, "--yes", *more).code == 0
    calls = len(deployer.emulator.received.of("fc"))
    wanted = state(deployer)
    assert calls >= fewest_calls

    def run() -> None:
        assert deployer.run(verb, "--yes", *more).code == 1

    deployer.transport = DirectTransport(deployer.emulator)
    fault = faults.reset(work=work)
    for number in interruptions(deployer.emulator, fault, ["fc"], run, begun, range(calls)):
        again = deployer.run(verb, "--yes", *more)

        assert again.code == 0, (number, again.out)
        assert state(deployer) == wanted, number
        assert "Nothing to do." in deployer.run(verb, "--yes").out, number


class ImpatientClock(SkippingClock):
    """A person presses Ctrl-C at the first wait."""

    def sleep(self, seconds: float) -> None:
        raise KeyboardInterrupt


def test_whoever_interrupts_is_told_what_was_made_and_can_go_on(deployer: Deployer) -> None:
    deployer.emulator.alibaba.function_compute.looks = 2

    interrupted = deployer.run("deploy", "--yes", clock=ImpatientClock())

    assert interrupted.code == 130
    assert "what was done is not repeated" in interrupted.out
    assert deployer.deploy("--yes").code == 0
    assert "Nothing to do." in deployer.deploy("--yes").out
