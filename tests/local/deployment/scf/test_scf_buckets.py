"""Functions on SCF that a bucket of COS calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from local.deployment.description.description import DescriptionError, read_description
from local.deployment.marker import VARIABLE
from local.emulator import Emulator, faults
from local.emulator.scf_functions import ScfFunction, ScfFunctions, ScfTrigger
from tests.support.deployer import Deployer, from_call

NAME = "huawei-create-sync-events"
PLATFORM = """\
name = "production"
[platforms.scf]
region = "ap-guangzhou"
[platforms.scf.settings]
HUAWEICLOUD_REGION = "cn-north-4"
DEFAULT_PARAMETERS = '{"sync_task_id": "example-sync-task"}'
"""
DESCRIPTION = f"""\
{PLATFORM}[platforms.scf.functions.{NAME}.bucket]
name = "photos-1250000000"
prefix = "2026/"
"""
WITHOUT = f"{PLATFORM}[platforms.scf.functions.{NAME}]\n"
DOMAIN = "photos-1250000000.cos.ap-guangzhou.myqcloud.com"
FILMS = DOMAIN.replace("photos", "films")
SHOWN = "photos-1250000000, cos:ObjectCreated:*, prefix 2026/"


@pytest.fixture
def deployer(emulator: Emulator, tmp_path: Path) -> Deployer:
    deployer = Deployer(emulator, tmp_path)
    deployer.build("first", "huawei-scf")
    deployer.describe(DESCRIPTION)
    return deployer


def function_of(deployer: Deployer) -> ScfFunction:
    return deployer.functions[NAME]


def described(prefix: str = "2026/", event: str = "cos:ObjectCreated:*") -> dict[str, Any]:
    return {"event": event, "filter": {"Prefix": prefix, "Suffix": ""}}


def triggers(deployer: Deployer) -> dict[str, dict[str, Any]]:
    """Return the description of each COS trigger by its name."""
    found = function_of(deployer).triggers.values()
    assert all(each.kind == "cos" and each.enabled for each in found)
    return {each.name: json.loads(each.description) for each in found}


def add_trigger(deployer: Deployer, name: str = DOMAIN, prefix: str = "2026/") -> None:
    """Add a trigger as a person does."""
    made = ScfTrigger(name, "cos", json.dumps(described(prefix)))
    function_of(deployer).triggers[name] = made


def test_a_bucket_calls_the_function_and_the_plan_says_where_failed_events_go(
    deployer: Deployer,
) -> None:
    ended = deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    assert f"\n    bucket    {SHOWN}\n" in ended.out
    assert "\n    retries   2, kept 21600 s; then it goes to the dead-letter queue" in ended.out
    assert triggers(deployer) == {DOMAIN: described()}
    assert (function_of(deployer).retries, function_of(deployer).ttl) == (2, 21_600)
    assert "Nothing to do." in deployer.deploy("--yes").out


@pytest.mark.parametrize(
    ("old", "new", "after"),
    [
        ("2026/", "2027/", {DOMAIN: described("2027/")}),
        ("photos", "films", {FILMS: described()}),
        (
            "prefix",
            'events = ["cos:ObjectCreated:Put"]\nprefix',
            {DOMAIN: described(event="cos:ObjectCreated:Put")},
        ),
    ],
)
def test_another_bucket_or_filter_replaces_the_trigger(
    deployer: Deployer, old: str, new: str, after: dict[str, dict[str, Any]]
) -> None:
    deployer.deploy("--yes")
    deployer.describe(DESCRIPTION.replace(old, new))

    ended = deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    assert f"    bucket    {SHOWN} → " in ended.out
    assert "by hand" not in ended.out
    assert triggers(deployer) == after
    assert "Nothing to do." in deployer.deploy("--yes").out


@pytest.mark.parametrize("change", ["off", "another prefix", "gone"])
def test_a_trigger_that_was_changed_by_hand_is_refused_and_overwritten(
    deployer: Deployer, change: str
) -> None:
    deployer.deploy("--yes")
    trigger = function_of(deployer).triggers[DOMAIN]
    shown = "none"
    if change == "off":
        trigger.enabled, shown = False, f"{SHOWN}, off"
    elif change == "another prefix":
        trigger.description = json.dumps(described("2020/"))
        shown = SHOWN.replace("2026/", "2020/")
    else:
        function_of(deployer).triggers.clear()

    refused = deployer.deploy("--yes")

    assert refused.code == 3
    assert f"    bucket    {shown} → {SHOWN}  (changed by hand)\n" in refused.out
    assert deployer.deploy("--yes", "--overwrite").code == 0
    assert triggers(deployer) == {DOMAIN: described()}
    assert "Nothing to do." in deployer.deploy("--yes").out


def test_a_bucket_that_is_described_no_more_calls_no_more(deployer: Deployer) -> None:
    deployer.deploy("--yes")
    add_trigger(deployer, FILMS)
    deployer.describe(WITHOUT)

    ended = deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    assert f"    bucket    {SHOWN} → none\n" in ended.out
    assert list(triggers(deployer)) == [FILMS]
    assert function_of(deployer).retries == 0
    assert "Nothing to do." in deployer.deploy("--yes").out


def test_what_was_made_by_hand_as_described_is_taken_over_without_a_gap(
    deployer: Deployer,
) -> None:
    deployer.describe(WITHOUT)
    deployer.deploy("--yes")
    del function_of(deployer).environment[VARIABLE]
    add_trigger(deployer)
    add_trigger(deployer, FILMS)
    made = function_of(deployer).triggers[DOMAIN]
    deployer.describe(DESCRIPTION)

    ended = deployer.deploy("--yes", "--adopt", NAME)

    assert ended.code == 0, ended.out
    stays = "    bucket    films-1250000000, cos:ObjectCreated:*, prefix 2026/: it stays"
    assert [line for line in ended.out.splitlines() if "  bucket  " in line][:1] == [
        f"{stays}, so delete it by hand"
    ]
    assert function_of(deployer).triggers[DOMAIN] is made
    deployer.describe(WITHOUT)
    assert deployer.deploy("--yes").code == 0
    assert list(triggers(deployer)) == [FILMS]


def test_a_bucket_that_is_not_there_is_refused_and_can_be_made_later(deployer: Deployer) -> None:
    buckets = deployer.emulator.tencent.deployed.buckets = set()

    refused = deployer.deploy("--yes")

    assert refused.code == 1
    assert "COS does not accept the trigger" in refused.out
    buckets.add("photos-1250000000")
    assert deployer.deploy("--yes").code == 0
    assert triggers(deployer) == {DOMAIN: described()}


@pytest.mark.parametrize("action", ["CreateTrigger", "DeleteTrigger"])
def test_a_lost_answer_is_no_failure(deployer: Deployer, action: str) -> None:
    if action == "DeleteTrigger":
        deployer.deploy("--yes")
        deployer.describe(DESCRIPTION.replace("2026/", "2027/"))
    deployer.emulator.inject_fault("scf", faults.reset(work=True), action=action)

    ended = deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    assert len(triggers(deployer)) == 1
    assert "Nothing to do." in deployer.deploy("--yes").out


IN = f"platforms.scf.functions.{NAME}.bucket"


@pytest.mark.parametrize(
    ("old", "new", "place", "reason"),
    [
        ("photos-1250000000", "photos", f"{IN}.name", "is a bucket of COS with the app id"),
        (
            "prefix",
            'events = ["cos:ObjectCreated:Put", "cos:ObjectCreated:Post"]\nprefix',
            f"{IN}.events",
            "are one for a trigger of COS",
        ),
        (
            "prefix",
            'failed_events = "failed"\nprefix',
            f"{IN}.failed_events",
            "is the dead-letter queue in the function's settings on scf",
        ),
    ],
)
def test_what_cos_cannot_do_is_a_fault(
    tmp_path: Path, old: str, new: str, place: str, reason: str
) -> None:
    path = tmp_path / "deploy.toml"
    path.write_text(DESCRIPTION.replace(old, new), encoding="utf-8")

    with pytest.raises(DescriptionError) as caught:
        read_description(path)

    [(where, why)] = caught.value.faults
    assert where == place
    assert why.startswith(reason)


def state(deployer: Deployer) -> dict[str, ScfFunction]:
    """Return a copy of what is at the emulator."""
    found = deepcopy(deployer.functions)
    for each in found.values():
        each.busy_state, each.busy_looks = "", 0
    return found


def begin_empty(deployer: Deployer) -> str:
    return DESCRIPTION


def begin_with_another_bucket(deployer: Deployer) -> str:
    assert deployer.deploy("--yes").code == 0
    return DESCRIPTION.replace("photos", "films")


def begin_without(deployer: Deployer) -> str:
    assert deployer.deploy("--yes").code == 0
    return WITHOUT


@pytest.mark.parametrize("work", [True, False], ids=["the work was done", "it was not done"])
@pytest.mark.parametrize("begin", [begin_empty, begin_with_another_bucket, begin_without])
def test_a_deployment_that_was_interrupted_is_taken_up_again(
    deployer: Deployer,
    begin: Callable[[Deployer], str],
    work: bool,  # noqa: FBT001
) -> None:
    def start() -> None:
        deployer.emulator.clear()
        deployer.emulator.tencent.deployed = ScfFunctions()
        deployer.describe(DESCRIPTION)
        deployer.describe(begin(deployer))
        deployer.emulator.clear()

    start()
    assert deployer.deploy("--yes").code == 0
    wanted, calls = state(deployer), len(deployer.emulator.received.of("scf"))
    assert calls >= 10

    for number in range(calls):
        start()
        fault = faults.reset(work=work)
        deployer.emulator.inject_fault("scf", fault, times=None, when=from_call(number))
        assert deployer.deploy("--yes").code == 1, number
        deployer.emulator.clear()

        again = deployer.deploy("--yes")

        assert again.code == 0, (number, again.out)
        assert state(deployer) == wanted, number
        assert "Nothing to do." in deployer.deploy("--yes").out, number
