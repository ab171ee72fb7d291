"""Deployments to the emulated SCF: what is made, asked, refused, shown."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from local.console import Console
from local.deployment.description.description import read_description
from local.deployment.marker import TIMER, VARIABLE
from local.deployment.run import Deployment
from local.deployment.scf.platform import PLATFORM
from local.emulator import faults
from local.emulator.scf_functions import ScfFunction, ScfTrigger
from shared.runtime import Runtime
from tests.support.clocks import SkippingClock
from tests.support.command import Terminal
from tests.support.deployer import ASSETS, MACHINES, ONE, TWO, Deployer, zip_with
from tests.support.prerequisites import reason

WRITES = (
    "CreateFunction",
    "UpdateFunctionCode",
    "UpdateFunctionConfiguration",
    "UpdateFunctionEventInvokeConfig",
    "CreateTrigger",
    "UpdateTrigger",
    "DeleteTrigger",
    "DeleteFunction",
)


def writes(deployer: Deployer) -> list[str]:
    """Return the changes that were asked for so far."""
    return [each.action for each in deployer.emulator.received.of("scf") if each.action in WRITES]


def test_a_first_deployment_makes_a_function_whose_timer_runs(deployer: Deployer) -> None:
    ended = deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    made = deployer.functions[MACHINES]
    assert (made.runtime, made.handler) == ("Python3.10", "sync_machines.handler")
    assert (made.memory, made.timeout, made.role) == (256, 60, "cloud-sync-cwp")
    assert (made.retries, made.ttl) == (0, 3600)
    assert made.environment.keys() == {"LOG_LEVEL", VARIABLE}
    assert made.zip_bytes == (deployer.folder / "tencent-scf.zip").read_bytes()
    assert list(made.triggers.values()) == [
        ScfTrigger(TIMER, "timer", "0 10 2 * * * *", '{"sync": true}')
    ]


def test_it_ends_with_a_dry_run_and_where_things_are(deployer: Deployer) -> None:
    out = deployer.deploy("--yes").out

    [run] = deployer.emulator.invocations.all()
    assert run.event == {"sync": True, "dry_run": True, "on_failure": "return"}
    assert f"  {MACHINES}: planned: Dry run: 1 request." in out
    for what in ("log", "schedule", "alarm"):
        assert f"  {what:9} https://console.cloud.tencent.com/" in out


def test_the_plan_says_as_whom_where_and_what_before_anything_is_changed(
    deployer: Deployer,
) -> None:
    ended = deployer.deploy("--plan")

    assert ended.code == 0
    assert writes(deployer) == []
    for text in (
        "region   ap-guangzhou",
        "account 100000000001",
        "scf:CreateFunction",
        f"create    {MACHINES}",
        "role cloud-sync-cwp",
        '0 10 2 * * * *, passes {"sync": true}',
        "1 to create.",
    ):
        assert text in ended.out


def test_a_second_deployment_changes_nothing_and_says_so(deployer: Deployer) -> None:
    deployer.deploy("--yes")
    deployer.emulator.clear()

    ended = deployer.deploy("--yes")

    assert ended.code == 0
    assert ended.out.endswith(
        "Nothing to do.\n\n"
        "A dry run of each function, which changes nothing:\n"
        f"  {MACHINES}: planned: Dry run: 1 request.\n"
    )
    assert writes(deployer) == []


@pytest.mark.parametrize(
    ("typed", "code", "made"), [("y\n", 0, True), ("n\n", 3, False), ("", 3, False)]
)
def test_a_person_is_asked(deployer: Deployer, typed: str, code: int, made: bool) -> None:  # noqa: FBT001
    ended = deployer.deploy(typed=typed)

    assert ended.code == code
    assert "Deploy? [y/N]" in ended.out
    assert (MACHINES in deployer.functions) is made


def test_without_a_terminal_nothing_is_changed(deployer: Deployer) -> None:
    ended = deployer.deploy()

    assert ended.code == 3
    assert "use --yes" in ended.out
    assert writes(deployer) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[platforms.scf.settings]", "memory_mb = 512\n[platforms.scf.settings]", "memory"),
        ('"INFO"', '"DEBUG"', "LOG_LEVEL INFO → DEBUG"),
        ('"cloud-sync-cwp"', '"another"', "role"),
    ],
)
def test_a_change_of_the_configuration_is_one_call(
    deployer: Deployer, old: str, new: str, expected: str
) -> None:
    deployer.deploy("--yes")
    deployer.emulator.clear()
    deployer.describe(ONE.replace(old, new))

    ended = deployer.deploy("--yes")

    assert ended.code == 0
    assert expected in ended.out
    assert writes(deployer) == ["UpdateFunctionConfiguration"]
    assert "Nothing to do." in deployer.deploy("--yes").out


def test_a_new_zip_replaces_the_code(deployer: Deployer) -> None:
    deployer.deploy("--yes")
    deployer.build("second")

    ended = deployer.deploy("--yes")

    assert ended.code == 0
    assert (
        deployer.functions[MACHINES].zip_bytes == (deployer.folder / "tencent-scf.zip").read_bytes()
    )
    assert "Nothing to do." in deployer.deploy("--yes").out


def test_a_schedule_is_changed_switched_off_and_removed(deployer: Deployer) -> None:
    deployer.deploy("--yes")

    deployer.describe(ONE.replace("0 10 2", "0 30 4"))
    assert deployer.deploy("--yes").code == 0
    assert deployer.functions[MACHINES].triggers[TIMER].description == "0 30 4 * * * *"

    deployer.describe(ONE + "enabled = false\n")
    assert deployer.deploy("--yes").code == 0
    assert not deployer.functions[MACHINES].triggers[TIMER].enabled

    without = [line for line in ONE.splitlines() if not line.startswith(("schedule", "param"))]
    deployer.describe("\n".join(without))
    assert deployer.deploy("--yes").code == 0
    assert deployer.functions[MACHINES].triggers == {}
    assert "Nothing to do." in deployer.deploy("--yes").out


def test_other_triggers_of_a_function_are_left_alone(deployer: Deployer) -> None:
    deployer.deploy("--yes")
    other = ScfTrigger("by-hand", "timer", "0 0 5 * * * *")
    deployer.functions[MACHINES].triggers["by-hand"] = other

    assert "Nothing to do." in deployer.deploy("--yes").out
    deployer.describe(ONE.replace("0 10 2", "0 30 4"))
    deployer.deploy("--yes")
    assert deployer.functions[MACHINES].triggers["by-hand"] is other


def test_a_function_that_the_description_does_not_name_any_more_is_removed(
    deployer: Deployer,
) -> None:
    deployer.describe(TWO)
    deployer.deploy("--yes")
    deployer.describe(ONE)

    ended = deployer.deploy("--yes")

    assert f"remove    {ASSETS}: no longer in the description" in ended.out
    assert list(deployer.functions) == [MACHINES]


@pytest.mark.parametrize("by", [{}, {VARIABLE: "1_another_done_z1"}])
def test_what_this_deployment_did_not_make_is_never_touched(
    deployer: Deployer, by: dict[str, str]
) -> None:
    deployer.functions[MACHINES] = ScfFunction(MACHINES, environment={"A": "1", **by})

    for ended in (
        deployer.deploy("--yes"),
        deployer.deploy("--yes", "--overwrite"),
    ):
        assert ended.code == 3
        assert "not ours" in ended.out
    removed = deployer.remove("--yes")

    assert (removed.code, "Nothing to do." in removed.out) == (0, True)
    assert writes(deployer) == []


def test_a_prefix_keeps_two_deployments_apart(deployer: Deployer) -> None:
    deployer.deploy("--yes")
    staging = ONE.replace("production", "staging")
    deployer.describe(staging.replace("region", 'name_prefix = "staging-"\nregion', 1))

    assert deployer.deploy("--yes").code == 0
    assert deployer.functions.keys() == {MACHINES, f"staging-{MACHINES}"}
    assert deployer.remove("--yes").code == 0
    assert deployer.functions.keys() == {MACHINES}


def test_removal_removes_what_was_made_and_then_nothing(deployer: Deployer) -> None:
    deployer.describe(TWO)
    deployer.deploy("--yes")

    assert deployer.remove().code == 3
    assert deployer.remove("--yes").code == 0
    assert deployer.functions == {}
    assert "Nothing to do." in deployer.remove("--yes").out


def test_a_function_whose_creation_failed_is_made_anew(deployer: Deployer) -> None:
    deployer.deploy("--yes")
    deployer.functions[MACHINES].status = "CreateFailed"

    ended = deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    assert f"replace   {MACHINES}: SCF reports CreateFailed: it failed" in ended.out
    assert deployer.functions[MACHINES].status == "Active"


@pytest.mark.parametrize(
    ("change", "timer", "shown"),
    [
        ({"timeout": 120}, {}, "timeout   120 s → 60 s  (changed by hand)"),
        ({"memory": 512}, {}, "memory    512 MB → 256 MB  (changed by hand)"),
        ({"role": ""}, {}, "role      none → cloud-sync-cwp  (changed by hand)"),
        ({"retries": 2}, {}, "retries   2, kept 3600 s → 0, kept 3600 s  (changed by hand)"),
        ({"zip_bytes": b"other"}, {}, "code      5 bytes → sha256"),
        ({}, {"enabled": False}, ", off → 0 10 2 * * * *"),
    ],
)
def test_a_change_by_hand_is_shown_and_kept_unless_overwriting_is_asked_for(
    deployer: Deployer, change: dict[str, object], timer: dict[str, object], shown: str
) -> None:
    deployer.deploy("--yes")
    made = deployer.functions[MACHINES]
    for name, value in change.items():
        setattr(made, name, value)
    for name, value in timer.items():
        setattr(made.triggers[TIMER], name, value)
    deployer.emulator.clear()

    refused = deployer.deploy("--yes")

    assert (refused.code, writes(deployer)) == (3, [])
    assert shown in refused.out
    assert deployer.deploy("--yes", "--overwrite").code == 0
    assert "Nothing to do." in deployer.deploy("--yes").out


def test_a_timer_that_was_deleted_by_hand_is_not_made_again_unasked(deployer: Deployer) -> None:
    deployer.deploy("--yes")
    deployer.functions[MACHINES].triggers.clear()

    assert deployer.deploy("--yes").code == 3
    assert deployer.functions[MACHINES].triggers == {}


def test_a_change_by_hand_that_the_description_has_too_is_no_difference(
    deployer: Deployer,
) -> None:
    deployer.deploy("--yes")
    deployer.functions[MACHINES].memory = 512
    deployer.describe(
        ONE.replace("[platforms.scf.settings]", "memory_mb = 512\n[platforms.scf.settings]")
    )

    assert deployer.deploy("--yes").code == 0
    assert "Nothing to do." in deployer.deploy("--yes").out


SECRET = ONE + '[platforms.scf.functions.tencent-sync-machines.secrets]\nNOTIFY = "env:MY_NOTIFY"\n'


def test_a_secret_comes_from_the_environment_and_is_never_shown(deployer: Deployer) -> None:
    deployer.describe(SECRET)
    deployer.environ = {"MY_NOTIFY": "exampleSecretOfTests"}
    shown = [deployer.deploy("--yes")]
    assert deployer.functions[MACHINES].environment["NOTIFY"] == "exampleSecretOfTests"

    deployer.environ = {"MY_NOTIFY": "anotherSecretOfTests"}
    deployer.emulator.inject_fault(
        "scf",
        faults.error("InvalidParameter", "not good: anotherSecretOfTests"),
        action="UpdateFunctionConfiguration",
    )
    shown += [deployer.deploy("--yes"), deployer.deploy("--yes")]

    assert [ended.code for ended in shown] == [0, 1, 0]
    assert "NOTIFY    (not shown) → (not shown)" in shown[1].out
    assert "not good: ***" in shown[1].out
    assert not any("SecretOfTests" in ended.out for ended in shown)


def test_a_secret_that_is_prompted_for_needs_a_terminal(deployer: Deployer) -> None:
    deployer.describe(SECRET.replace("env:MY_NOTIFY", "prompt"))

    ended = deployer.deploy("--yes")

    assert ended.code == 2
    assert "secrets.NOTIFY: there is no terminal to ask for it on: use env:NAME" in ended.out


def test_a_prompted_secret_that_the_function_has_is_kept(deployer: Deployer) -> None:
    deployer.describe(SECRET)
    deployer.environ = {"MY_NOTIFY": "exampleSecretOfTests"}
    deployer.deploy("--yes")
    deployer.describe(SECRET.replace("env:MY_NOTIFY", "prompt"))

    assert "Nothing to do." in deployer.deploy("--yes").out


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("LimitExceeded.Function", "ask for a higher quota by a ticket"),
        ("UnauthorizedOperation", "Allow `scf:CreateFunction` for the identity that deploys"),
        ("UnauthorizedOperation.CAM", "Allow `scf:CreateFunction` for the identity that deploys"),
        ("UnsupportedOperation.Region", "Correct region in the description"),
        ("ResourceNotFound.Role", "There is no such role"),
        ("InvalidParameter.RoleCheck", "Its trust policy must name scf.qcloud.com"),
        ("ResourceInUse.Function", "A function of this name is there already"),
    ],
)
def test_a_refusal_says_what_to_do(deployer: Deployer, code: str, hint: str) -> None:
    fault = faults.error(code, "no")
    deployer.emulator.inject_fault("scf", fault, times=None, action="CreateFunction")

    ended = deployer.deploy("--yes")

    assert ended.code == 1
    assert code in ended.out
    assert hint in " ".join(ended.out.split())
    assert "Nothing was made so far." in ended.out
    (_only,) = [each for each in deployer.emulator.received if each.action == "CreateFunction"]


def test_a_failure_says_what_was_made_so_far(deployer: Deployer) -> None:
    deployer.emulator.inject_fault(
        "scf", faults.error("InvalidParameterValue.TriggerDesc", "no"), action="CreateTrigger"
    )

    ended = deployer.deploy("--yes")

    assert ended.code == 1
    assert "Made so far:\n  tencent-sync-machines: created\n" in ended.out
    assert "Correct schedule in the description." in " ".join(ended.out.split())
    assert "what was done is not repeated" in ended.out


def test_a_function_that_cannot_run_is_a_failure(deployer: Deployer) -> None:
    def broken(_invocation: object) -> object:
        msg = "No module named 'shared'"
        raise ModuleNotFoundError(msg)

    deployer.emulator.invocations.run_by(broken)

    ended = deployer.deploy("--yes")

    assert ended.code == 1
    assert "No module named 'shared'" in ended.out
    assert MACHINES in deployer.functions

    deployer.emulator.clear()
    before = len(deployer.emulator.invocations.all())
    planned = deployer.deploy("--plan")
    assert (planned.code, len(deployer.emulator.invocations.all())) == (0, before)
    assert planned.out.endswith("Nothing to do.\n")

    again = deployer.deploy("--yes")
    _, _, after = again.out.partition("Nothing to do.\n\n")
    assert (again.code, writes(deployer)) == (1, [])
    assert after.startswith("A dry run of each function, which changes nothing:\n")
    assert "No module named 'shared'" in after
    assert after.endswith("\n\nThe functions are deployed, but not all of them can run.\n")
    assert "https://" not in after


def test_an_identity_may_be_limited_to_the_functions_of_the_description(
    deployer: Deployer,
) -> None:
    deployer.emulator.inject_fault(
        "scf",
        faults.error("UnauthorizedOperation.CAM", "no"),
        times=None,
        action="GetFunction",
        when=lambda request: request.json()["FunctionName"] != MACHINES,
    )

    assert deployer.deploy("--yes").code == 0
    assert deployer.remove("--yes").code == 0
    assert deployer.functions == {}


def test_an_identity_that_may_not_read_the_functions_is_told_what_to_allow(
    deployer: Deployer,
) -> None:
    deployer.emulator.tencent.denied.add("GetFunction")

    ended = deployer.deploy("--yes")

    assert ended.code == 1
    said = "The function tencent-sync-machines could not be read; nothing was changed.\n"
    assert said in ended.out
    assert "Allow `scf:GetFunction`" in ended.out
    assert "deploy/policies/tencent/deploy_scf.json has all of them" in " ".join(ended.out.split())
    assert "perform operation (scf:GetFunction)" in " ".join(ended.out.split())


def test_without_credentials_nothing_is_read(deployer: Deployer) -> None:
    deployer.environ = {"TENCENTCLOUD_SECRET_ID": "", "TENCENTCLOUD_SECRET_KEY": ""}

    ended = deployer.deploy("--yes")

    assert ended.code == 1
    assert "No credentials for Tencent Cloud" in ended.out
    assert deployer.emulator.received.of("scf") == []


@pytest.mark.skipif(sys.version_info[:2] == (3, 10), reason=reason("Python 3.11"))
def test_without_the_bundles_python_the_way_out_is_named(
    deployer: Deployer, tmp_path: Path
) -> None:
    deployer.builds = True
    deployer.environ = {"HOME": str(tmp_path), "PYENV_ROOT": str(tmp_path), "PATH": str(tmp_path)}

    ended = deployer.deploy("--yes")

    assert ended.code == 1
    assert "Python 3.10" in ended.out
    assert "bytecode = false in the description" in ended.out
    assert deployer.emulator.received.of("scf") == []


def test_only_the_functions_of_a_provider_are_deployed(deployer: Deployer) -> None:
    ended = deployer.deploy("--yes", "--provider", "huawei")

    assert ended.code == 2
    assert "no function of the provider huawei is described for scf" in ended.out


def test_a_secret_is_entered_at_a_terminal_once(deployer: Deployer) -> None:
    deployer.describe(SECRET.replace("env:MY_NOTIFY", "prompt"))
    asked: list[str] = []

    def entered(question: str) -> str:
        asked.append(question)
        return "exampleSecretOfTests"

    path = deployer.folder / "deploy.toml"
    out = Terminal()
    for _time in range(2):
        deployment = Deployment(
            path=path,
            document=read_description(path),
            platform=PLATFORM,
            provider=None,
            zips=lambda bundles, _bytecode: dict.fromkeys(bundles, zip_with("first")),
            console=Console(out, out, out, Terminal(), {"NO_COLOR": "1"}),
            process=Runtime(
                environ=deployer.emulator.environment(),
                home=deployer.folder,
                clock=SkippingClock(),
            ),
            read_secret=entered,
            yes=True,
        )
        assert deployment.deploy() == 0

    assert asked == [f"NOTIFY of {MACHINES}: "]
    assert deployer.functions[MACHINES].environment["NOTIFY"] == "exampleSecretOfTests"
    assert "exampleSecretOfTests" not in out.getvalue()
    assert "Nothing to do." in out.getvalue()
