"""The logs that a description names: planned, set, kept, compared, on each platform."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.deployment.description.description import DescriptionError, read_description
from local.deployment.marker import VARIABLE
from local.emulator import Emulator, faults
from tests.support.deployer import Deployer, from_call
from tests.support.logs import PLATFORMS, Logged

FC, SCF, FUNCTIONGRAPH = PLATFORMS
EVERYWHERE = pytest.mark.parametrize("logged", PLATFORMS, ids=lambda each: each.platform)


@pytest.fixture
def deployer(emulator: Emulator, tmp_path: Path) -> Deployer:
    deployer = Deployer(emulator, tmp_path)
    deployer.build("first", *(each.bundle for each in PLATFORMS))
    return deployer


def deployed(deployer: Deployer, logged: Logged, log: tuple[str, str] | None) -> str:
    """Deploy a description that names a log, or none; return what was printed."""
    deployer.platform = logged.platform
    deployer.describe(logged.described(log))
    ended = deployer.deploy("--yes")
    assert ended.code == 0, ended.out
    return ended.out


def forget(deployer: Deployer, logged: Logged) -> None:
    """Take the marker away, so that the function counts as deployed by hand."""
    if logged is FC:
        environment = deployer.emulator.alibaba.function_compute.at()[FC.name].environment
        del environment[VARIABLE]
    elif logged is SCF:
        del deployer.functions[SCF.name].environment[VARIABLE]
    else:
        config = deployer.emulator.huawei.functiongraph.named(FUNCTIONGRAPH.name).config
        config["user_data"] = '{"LOG_LEVEL": "INFO"}'


def text(log: tuple[str, str] | None) -> str:
    """Return a log as a plan shows it."""
    return "none" if log is None else "/".join(log)


@EVERYWHERE
def test_a_named_log_is_shown_set_and_led_to(deployer: Deployer, logged: Logged) -> None:
    out = deployed(deployer, logged, logged.first)

    assert f"\n    log       {text(logged.first)}\n" in out
    assert logged.log_of(deployer.emulator) == logged.first
    places = out.partition(f"\n{logged.name}:\n")[2]
    assert places.startswith("  log       https://")
    assert places.partition("\n")[0].endswith(logged.page)
    assert "no log" not in out
    assert "Nothing to do." in deployed(deployer, logged, logged.first)


@EVERYWHERE
def test_another_log_in_the_description_is_a_change(deployer: Deployer, logged: Logged) -> None:
    deployed(deployer, logged, logged.first)

    out = deployed(deployer, logged, logged.second)

    assert f"    log       {text(logged.first)} → {text(logged.second)}\n" in out
    assert "by hand" not in out
    assert logged.log_of(deployer.emulator) == logged.second
    assert "Nothing to do." in deployed(deployer, logged, logged.second)


@EVERYWHERE
def test_a_log_that_was_changed_by_hand_is_refused_and_overwritten(
    deployer: Deployer, logged: Logged
) -> None:
    deployed(deployer, logged, logged.first)
    logged.put_log(deployer.emulator, logged.third)

    refused = deployer.deploy("--yes")

    line = f"    log       {text(logged.third)} → {text(logged.first)}  (changed by hand)\n"
    assert refused.code == 3
    assert line in refused.out
    assert logged.log_of(deployer.emulator) == logged.third
    assert deployer.deploy("--yes", "--overwrite").code == 0
    assert logged.log_of(deployer.emulator) == logged.first
    assert "Nothing to do." in deployer.deploy("--yes").out


@EVERYWHERE
def test_a_log_that_no_description_names_stays(deployer: Deployer, logged: Logged) -> None:
    deployed(deployer, logged, None)
    logged.put_log(deployer.emulator, logged.third)

    assert "Nothing to do." in deployer.deploy("--yes").out

    deployer.describe(logged.description.replace('"INFO"', '"DEBUG"'))
    deployer.build("second, longer", logged.bundle)
    ended = deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    assert "code replaced" in ended.out
    assert "log  " not in ended.out.partition("A dry run")[0]
    assert logged.log_of(deployer.emulator) == logged.third


@EVERYWHERE
def test_a_log_that_is_named_no_more_stays_whatever_it_is(
    deployer: Deployer, logged: Logged
) -> None:
    deployed(deployer, logged, logged.first)

    assert "Nothing to do." in deployed(deployer, logged, None)

    logged.put_log(deployer.emulator, logged.third)
    assert "Nothing to do." in deployer.deploy("--yes").out
    deployer.describe(logged.description.replace('"INFO"', '"DEBUG"'))
    assert deployer.deploy("--yes").code == 0
    assert logged.log_of(deployer.emulator) == logged.third
    assert "Nothing to do." in deployer.deploy("--yes").out


@EVERYWHERE
def test_a_function_that_is_taken_over_keeps_its_log(deployer: Deployer, logged: Logged) -> None:
    deployed(deployer, logged, None)
    logged.put_log(deployer.emulator, logged.third)
    forget(deployer, logged)

    ended = deployer.deploy("--yes", "--adopt", logged.name)

    assert ended.code == 0, ended.out
    assert f"take over {logged.name}" in ended.out
    assert logged.log_of(deployer.emulator) == logged.third
    assert "Nothing to do." in deployer.deploy("--yes").out


@EVERYWHERE
def test_a_function_that_is_taken_over_gets_the_log_that_is_named(
    deployer: Deployer, logged: Logged
) -> None:
    deployed(deployer, logged, None)
    logged.put_log(deployer.emulator, logged.third)
    forget(deployer, logged)
    deployer.describe(logged.described(logged.first))

    ended = deployer.deploy("--yes", "--adopt", logged.name)

    line = f"    log       {text(logged.third)} → {text(logged.first)}  (changed by hand)\n"
    assert ended.code == 0, ended.out
    assert line in ended.out
    assert logged.log_of(deployer.emulator) == logged.first
    assert "Nothing to do." in deployer.deploy("--yes").out


@EVERYWHERE
def test_a_functions_own_table_says_what_differs(deployer: Deployer, logged: Logged) -> None:
    own = logged.table(("", logged.second[1]), f".functions.{logged.name}")
    deployer.platform = logged.platform
    deployer.describe(logged.described(logged.first) + own)

    assert deployer.deploy("--yes").code == 0
    assert logged.log_of(deployer.emulator) == (logged.first[0], logged.second[1])


@EVERYWHERE
def test_a_log_that_is_not_there_is_refused_and_can_be_made_later(
    deployer: Deployer, logged: Logged
) -> None:
    deployer.platform = logged.platform
    deployer.describe(logged.described(logged.first))
    logged.only(deployer.emulator, logged.third)

    ended = deployer.deploy("--yes")

    assert ended.code == 1
    assert f"{logged.name}: could not be changed" in ended.out
    assert logged.refusal in " ".join(ended.out.split())
    logged.only(deployer.emulator, logged.first)
    assert deployer.deploy("--yes").code == 0
    assert logged.log_of(deployer.emulator) == logged.first


@pytest.mark.parametrize("work", [True, False], ids=["the work was done", "it was not done"])
@pytest.mark.parametrize("before", [False, True], ids=["a creation", "a change"])
@EVERYWHERE
def test_a_deployment_that_was_interrupted_ends_with_the_log(
    deployer: Deployer,
    logged: Logged,
    before: bool,  # noqa: FBT001
    work: bool,  # noqa: FBT001
) -> None:
    def begin() -> None:
        deployer.emulator.clear()
        if before:
            # The schedule differs too, so that the change takes more than one call.
            other = logged.described(logged.second).replace("10 2 ", "30 4 ")
            deployer.describe(other.replace("@every 15m", "@every 30m"))
            assert deployer.deploy("--yes", "--overwrite").code == 0
        else:
            assert deployer.remove("--yes").code == 0
        deployer.describe(logged.described(logged.first))
        deployer.emulator.clear()

    deployer.platform = logged.platform
    deployer.describe(logged.described(logged.first))
    begin()
    assert deployer.deploy("--yes").code == 0
    calls = len(deployer.emulator.received.of(logged.platform))
    assert calls >= 8

    for number in range(calls):
        begin()
        fault = faults.reset(work=work)
        deployer.emulator.inject_fault(logged.platform, fault, times=None, when=from_call(number))
        assert deployer.deploy("--yes").code == 1, number
        deployer.emulator.clear()

        again = deployer.deploy("--yes")

        assert again.code == 0, (number, again.out)
        assert logged.log_of(deployer.emulator) == logged.first, number
        assert "Nothing to do." in deployer.deploy("--yes").out, number


def test_function_compute_without_a_log_says_so_and_leads_to_none(deployer: Deployer) -> None:
    out = deployed(deployer, FC, None)

    assert "\n  no log: add [platforms.fc.log]\n" in out
    assert out.partition(f"\n{FC.name}:\n")[2].startswith("  schedule  https://")
    assert "logConfig" not in deployer.emulator.alibaba.function_compute.at()[FC.name].config


def test_a_log_of_function_compute_that_was_set_by_hand_is_led_to(deployer: Deployer) -> None:
    deployed(deployer, FC, None)
    FC.put_log(deployer.emulator, FC.third)
    deployer.describe(FC.description.replace('"INFO"', '"DEBUG"'))

    out = deployer.deploy("--yes").out

    assert "no log" not in out
    assert f"  log       https://fcnext.console.aliyun.com/cn-hangzhou/functions/{FC.name}" in out


def test_the_functions_without_a_log_are_named_where_others_have_one(deployer: Deployer) -> None:
    other = "alibaba-synchronize-app"
    parameters = '{ app_id = "ci-example-app", target_region_ids = ["all"] }'
    function = f'[platforms.fc.functions.{other}]\nschedule = "@every 1h"\n'
    own = FC.table(FC.first, f".functions.{FC.name}")
    deployer.platform = "fc"
    deployer.describe(f"{FC.description}{own}{function}parameters = {parameters}\n")

    out = deployer.deploy("--yes").out

    assert f"\n  no log of {other}: add [platforms.fc.log]\n" in out


@pytest.mark.parametrize("logged", [SCF, FUNCTIONGRAPH], ids=lambda each: each.platform)
def test_the_other_platforms_keep_a_log_of_their_own(deployer: Deployer, logged: Logged) -> None:
    out = deployed(deployer, logged, None)

    assert "no log" not in out
    assert out.partition(f"\n{logged.name}:\n")[2].startswith("  log       https://")


def test_what_was_set_by_hand_of_function_computes_log_stays(deployer: Deployer) -> None:
    deployed(deployer, FC, FC.first)
    config = deployer.emulator.alibaba.function_compute.at()[FC.name].config
    config["logConfig"] |= {"enableInstanceMetrics": True, "logBeginRule": "DefaultRegex"}

    assert "Nothing to do." in deployed(deployer, FC, FC.first)
    deployed(deployer, FC, FC.second)

    config = deployer.emulator.alibaba.function_compute.at()[FC.name].config
    assert config["logConfig"] == {
        "project": FC.second[0],
        "logstore": FC.second[1],
        "enableInstanceMetrics": True,
        "logBeginRule": "DefaultRegex",
    }


def test_a_log_that_is_the_same_is_not_sent_again_to_function_compute(deployer: Deployer) -> None:
    deployed(deployer, FC, FC.first)
    deployer.emulator.clear()
    deployer.describe(FC.described(FC.first).replace('"INFO"', '"DEBUG"'))

    assert deployer.deploy("--yes").code == 0

    (sent,) = [
        each for each in deployer.emulator.received.of("fc") if each.action == "UpdateFunction"
    ]
    assert "logConfig" not in sent.json()


def test_a_function_that_is_made_anew_keeps_its_log_on_function_compute(deployer: Deployer) -> None:
    deployed(deployer, FC, None)
    FC.put_log(deployer.emulator, FC.third)
    deployer.emulator.alibaba.function_compute.at()[FC.name].config["runtime"] = "python3.9"

    ended = deployer.deploy("--yes", "--overwrite")

    assert ended.code == 0, ended.out
    assert f"  replace   {FC.name}" in ended.out
    assert f"    log       {text(FC.third)}\n" in ended.out
    assert FC.log_of(deployer.emulator) == FC.third
    assert "Nothing to do." in deployer.deploy("--yes").out


def test_a_role_that_may_not_write_the_log_is_named_with_the_policy(deployer: Deployer) -> None:
    deployer.platform = "fc"
    deployer.describe(FC.described(FC.first))
    deployer.emulator.alibaba.function_compute.log_writers = set()

    ended = deployer.deploy("--yes")

    assert ended.code == 1
    assert "No permission to access the logstore 'functions'" in ended.out
    assert "deploy/policies/alibaba/write_log.json" in ended.out


def test_a_log_that_was_switched_off_by_hand_is_noticed(deployer: Deployer) -> None:
    deployed(deployer, FUNCTIONGRAPH, FUNCTIONGRAPH.first)
    config = deployer.emulator.huawei.functiongraph.named(FUNCTIONGRAPH.name).config
    config["enable_lts_log"] = False

    refused = deployer.deploy("--yes")

    assert refused.code == 3
    assert f"none → {text(FUNCTIONGRAPH.first)}  (changed by hand)" in refused.out
    assert deployer.deploy("--yes", "--overwrite").code == 0
    assert FUNCTIONGRAPH.log_of(deployer.emulator) == FUNCTIONGRAPH.first


def test_functiongraph_gets_the_names_of_the_log_too(deployer: Deployer) -> None:
    deployer.platform = "functiongraph"
    names = 'group_name = "example-group"\nstream_name = "example-stream"\n'
    own = FUNCTIONGRAPH.table(("", FUNCTIONGRAPH.second[1]), f".functions.{FUNCTIONGRAPH.name}")
    deployer.describe(FUNCTIONGRAPH.described(FUNCTIONGRAPH.first) + names)
    assert deployer.deploy("--yes").code == 0
    sent = deployer.emulator.received.of("functiongraph")
    (created,) = [each.json() for each in sent if each.action == "CreateFunction"]
    assert created["log_config"] == {
        "group_id": FUNCTIONGRAPH.first[0],
        "group_name": "example-group",
        "stream_id": FUNCTIONGRAPH.first[1],
        "stream_name": "example-stream",
    }
    deployer.emulator.clear()
    deployer.describe(FUNCTIONGRAPH.described(FUNCTIONGRAPH.first) + names + own)

    assert deployer.deploy("--yes").code == 0

    sent = deployer.emulator.received.of("functiongraph")
    (changed,) = [each.json() for each in sent if each.action == "UpdateFunctionConfig"]
    # The name is that of the stream which the function's own table replaces.
    assert changed["log_config"] == {
        "group_id": FUNCTIONGRAPH.first[0],
        "group_name": "example-group",
        "stream_id": FUNCTIONGRAPH.second[1],
    }


LAMBDA = """\
name = "production"
[platforms.lambda]
region = "eu-west-1"
bucket = "example-bucket"
[platforms.lambda.log]
project = "example-project"
[platforms.lambda.functions.tencent-sync-machines]
schedule = "rate(5 minutes)"
"""

WRONG: dict[str, tuple[str, dict[str, str]]] = {
    "on lambda": (LAMBDA, {"platforms.lambda.log": "the stack makes the log groups"}),
    "an empty table": (
        FC.described(("", "")),
        {
            "platforms.fc.log.project": "is missing: the name of a project of SLS",
            "platforms.fc.log.logstore": "is missing: the name of a logstore",
        },
    ),
    "half a table of a function": (
        FC.description + FC.table(("", "functions"), f".functions.{FC.name}"),
        {f"platforms.fc.functions.{FC.name}.log.project": "is missing"},
    ),
    "names that are none": (
        FC.described(("Project", "-functions")),
        {
            "platforms.fc.log.project": "is the name of a project of SLS, 3 to 63",
            "platforms.fc.log.logstore": "is the name of a logstore of it",
        },
    ),
    "ids that are none": (
        SCF.described(("example", SCF.first[1])),
        {"platforms.scf.log.logset_id": "is the ID of a log set of CLS, a UUID"},
    ),
    "another platform's keys": (
        FUNCTIONGRAPH.described(FUNCTIONGRAPH.first) + f'topic_id = "{SCF.first[1]}"\n',
        {
            "platforms.functiongraph.log.topic_id": "is not for functiongraph, which takes "
            "group_id, stream_id, group_name, stream_name"
        },
    ),
    "a log without a role": (
        SCF.described(SCF.first).replace('role = "cloud-sync-cwp"\n', ""),
        {"platforms.scf.log": "needs a role"},
    ),
    "an unknown key": (
        FC.described(FC.first) + "retention = 30\n",
        {"platforms.fc.log.retention": "unknown key"},
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_every_fault_of_a_log_is_named_with_its_place(tmp_path: Path, case: str) -> None:
    description, wanted = WRONG[case]
    path = tmp_path / "deploy.toml"
    path.write_text(description, encoding="utf-8")

    with pytest.raises(DescriptionError) as caught:
        read_description(path)

    found = dict(caught.value.faults)
    assert found.keys() == wanted.keys()
    assert all(found[place].startswith(reason) for place, reason in wanted.items()), found
