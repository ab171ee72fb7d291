"""Functions that were deployed by hand, and are taken over by a deployment."""

from __future__ import annotations

import json

import pytest

from local.deployment.marker import TIMER, VARIABLE
from local.emulator import faults
from local.emulator.scf_functions import ScfFunction, ScfTrigger
from tests.support.deployer import MACHINES, Deployer, zip_with
from tests.support.direct_transport import DirectTransport
from tests.support.interruption import CloudState, interruptions

DAILY = ScfTrigger("daily", "timer", "0 10 2 * * * *", '{"sync": true}')
ADOPT = ("--adopt", MACHINES)


def deploy_by_hand(deployer: Deployer, **changes: object) -> ScfFunction:
    """Make a function as the descriptors do, without a marker."""
    made = ScfFunction(
        MACHINES,
        runtime="Python3.10",
        handler="sync_machines.handler",
        memory=512,
        timeout=60,
        role="cloud-sync-cwp",
        environment={"LOG_LEVEL": "DEBUG", "NOTIFY": "exampleSecretOfTests"},
        zip_bytes=zip_with("by hand"),
        triggers={"daily": DAILY},
    )
    for name, value in changes.items():
        setattr(made, name, value)
    deployer.functions[MACHINES] = made
    return made


def test_the_plan_shows_every_difference_as_changed_by_hand_and_asks(deployer: Deployer) -> None:
    before = deploy_by_hand(deployer)

    ended = deployer.deploy(*ADOPT, typed="n\n")

    assert ended.code == 3
    assert f"take over {MACHINES}: it was deployed by hand" in ended.out
    for line in (
        "memory    512 MB → 256 MB",
        "LOG_LEVEL DEBUG → INFO",
        "NOTIFY    (not shown) → none",
        "retries   2, kept 21600 s → 0, kept 3600 s",
        'schedule  none → 0 10 2 * * * *, passes {"sync": true}',
    ):
        assert f"    {line}  (changed by hand)" in ended.out
    assert "timer     daily, 0 10 2 * * * *" in ended.out
    assert "it stays, so delete it by hand" in ended.out
    assert "1 to take over." in ended.out
    assert "exampleSecretOfTests" not in ended.out
    assert VARIABLE not in before.environment


def test_a_function_that_was_taken_over_is_this_deployments_own(deployer: Deployer) -> None:
    deploy_by_hand(deployer)

    ended = deployer.deploy("--yes", *ADOPT)

    assert ended.code == 0, ended.out
    made = deployer.functions[MACHINES]
    assert (made.memory, made.retries, made.zip_bytes) == (256, 0, zip_with("first"))
    assert made.environment.keys() == {"LOG_LEVEL", VARIABLE}
    assert made.triggers.keys() == {"daily", TIMER}
    assert "Nothing to do." in deployer.deploy("--yes").out
    assert "Nothing to do." in deployer.deploy("--yes", *ADOPT).out
    assert deployer.remove("--yes").code == 0
    assert deployer.functions == {}


def test_without_being_named_it_is_refused_and_the_way_is_said(deployer: Deployer) -> None:
    before = deploy_by_hand(deployer)

    ended = deployer.deploy("--yes", "--overwrite")

    assert ended.code == 3
    assert "--adopt NAME" in ended.out
    assert VARIABLE not in before.environment


@pytest.mark.parametrize(
    "change",
    [
        {"environment": {VARIABLE: "1_another_done_z1"}},
        {"status": "CreateFailed"},
        {"runtime": "Python3.9"},
    ],
    ids=["another deployment's", "one that could not be made", "one of another runtime"],
)
def test_only_a_working_function_of_nobody_is_taken_over(
    deployer: Deployer, change: dict[str, object]
) -> None:
    before = deploy_by_hand(deployer, **change)
    environment = dict(before.environment)

    ended = deployer.deploy("--yes", "--overwrite", *ADOPT)

    assert ended.code == 3
    assert "not ours" in ended.out
    assert deployer.functions[MACHINES].environment == environment


def test_a_name_that_the_description_does_not_have_is_a_fault(deployer: Deployer) -> None:
    ended = deployer.deploy("--yes", "--adopt", "another")

    assert ended.code == 2
    assert "--adopt another: no function of the description has this name" in ended.out


def test_a_web_app_that_is_taken_over_keeps_its_address(deployer: Deployer) -> None:
    deployer.describe(
        'name = "production"\n[platforms.scf]\nregion = "ap-guangzhou"\n[platforms.scf.web]\n'
        'operations = "tencent"\n[platforms.scf.web.secrets]\nHTTP_BEARER_TOKENS = "env:TOKENS"\n'
    )
    deployer.environ = {"TOKENS": "exampleBearerToken"}
    deployer.build("web", "web-tencent-scf")
    net = {"EnableIntranet": False, "EnableExtranet": True}
    address = "https://1250000000-example.ap-guangzhou.tencentscf.com"
    text = json.dumps({"AuthType": "NONE", "NetConfig": net})
    url = ScfTrigger("url", "http", text, address=address)
    by_hand = deploy_by_hand(deployer, name="tencent-web", triggers={"url": url})
    deployer.functions["tencent-web"] = by_hand
    del deployer.functions[MACHINES]

    ended = deployer.deploy("--yes", "--adopt", "tencent-web")

    assert ended.code == 0, ended.out
    assert f"  url       {address}" in ended.out
    assert list(deployer.functions["tencent-web"].triggers) == ["url"]
    assert "Nothing to do." in deployer.deploy("--yes").out


def test_a_web_app_on_function_compute_that_is_taken_over_keeps_its_address(
    deployer: Deployer,
) -> None:
    deployer.platform = "fc"
    deployer.environ = {"TOKENS": "exampleBearerToken"}
    deployer.describe(
        'name = "production"\n[platforms.fc]\nregion = "cn-hangzhou"\n[platforms.fc.web]\n'
        'operations = "alibaba"\n[platforms.fc.web.secrets]\nHTTP_BEARER_TOKENS = "env:TOKENS"\n'
    )
    deployer.build("web", "web-alibaba-fc")
    assert deployer.deploy("--yes").code == 0
    app = deployer.emulator.alibaba.function_compute.at()["alibaba-web"]
    del app.environment[VARIABLE]
    trigger = app.triggers.pop("cloud-sync-http")
    # As deploy/alibaba-fc/s.web.yaml makes it.
    config = {"authType": "anonymous", "methods": ["GET", "HEAD", "POST"]}
    trigger.name, trigger.config = "http", json.dumps(config)
    app.triggers = {"http": trigger}

    ended = deployer.deploy("--yes", "--adopt", "alibaba-web")

    assert ended.code == 0, ended.out
    assert f"https://{trigger.id.replace('-', '')[:16]}.cn-hangzhou.fcapp.run\n" in ended.out
    assert list(app.triggers) == ["http"]
    assert "Nothing to do." in deployer.deploy("--yes").out


@pytest.mark.parametrize("work", [True, False], ids=["the work was done", "it was not done"])
def test_an_adoption_that_was_interrupted_is_taken_up_again(deployer: Deployer, work: bool) -> None:  # noqa: FBT001
    deploy_by_hand(deployer)
    begun = CloudState(deployer.emulator)
    deployer.emulator.clear()
    assert deployer.deploy("--yes", *ADOPT).code == 0
    calls = len(deployer.emulator.received.of("scf"))

    def run() -> None:
        assert deployer.deploy("--yes", *ADOPT).code == 1

    deployer.transport = DirectTransport(deployer.emulator)
    fault = faults.reset(work=work)
    for number in interruptions(deployer.emulator, fault, ["scf"], run, begun, range(calls)):
        again = deployer.deploy("--yes", *ADOPT)

        assert again.code == 0, (number, again.out)
        assert deployer.functions[MACHINES].triggers.keys() == {"daily", TIMER}, number
        assert "Nothing to do." in deployer.deploy("--yes").out, number
