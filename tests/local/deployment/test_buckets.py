"""Functions that a bucket calls: planned, made, changed, removed, taken over."""

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
from local.emulator.functiongraph_functions import StoredFunction
from local.emulator.functiongraph_triggers import Trigger
from tests.support.deployer import Deployer, from_call

NAME = "huawei-create-sync-events"
PLATFORM = """\
name = "production"
[platforms.functiongraph]
region = "cn-north-4"
role = "cloud-sync-oms-events"
[platforms.functiongraph.settings]
HUAWEICLOUD_REGION = "cn-north-4"
DEFAULT_PARAMETERS = '{"sync_task_id": "example-sync-task"}'
"""
TABLE = f"[platforms.functiongraph.functions.{NAME}.bucket]\n"
DESCRIPTION = f"""\
{PLATFORM}{TABLE}name = "photos"
prefix = "2026/"
failed_events = "failed-photos"
"""
WITHOUT = f"{PLATFORM}[platforms.functiongraph.functions.{NAME}]\n"
SHOWN = "photos, ObjectCreated, prefix 2026/"


@pytest.fixture
def deployer(emulator: Emulator, tmp_path: Path) -> Deployer:
    deployer = Deployer(emulator, tmp_path, platform="functiongraph")
    deployer.build("first", "huawei-functiongraph")
    deployer.describe(DESCRIPTION)
    return deployer


def function_of(deployer: Deployer) -> StoredFunction:
    return deployer.emulator.huawei.functiongraph.named(NAME)


def triggers(deployer: Deployer) -> list[tuple[str, dict[str, Any]]]:
    """Return the status and the data of each OBS trigger."""
    found = function_of(deployer).triggers.values()
    assert all(each.type_code == "OBS" for each in found)
    return [(each.status, each.event_data) for each in found]


OWN = ("ACTIVE", {"name": "cloud_sync", "bucket": "photos", "events": ["ObjectCreated"]})


def own(**more: object) -> tuple[str, dict[str, Any]]:
    return ("ACTIVE", {**OWN[1], **more})


def add_trigger(deployer: Deployer, **data: object) -> Trigger:
    """Add an OBS trigger as a person does."""
    given = {"name": "NewObjects", "bucket": "photos", "events": ["ObjectCreated"], **data}
    made = Trigger("by-hand", "OBS", "ACTIVE", given, "", "")
    function_of(deployer).triggers[made.id] = made
    return made


def forget(deployer: Deployer) -> None:
    """Take the marker away, so that the function counts as deployed by hand."""
    config = function_of(deployer).config
    config["user_data"] = json.dumps(
        {name: value for name, value in json.loads(config["user_data"]).items() if name != VARIABLE}
    )


def test_a_bucket_calls_the_function_and_a_failed_event_is_kept(deployer: Deployer) -> None:
    ended = deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    assert f"\n    bucket    {SHOWN}\n" in ended.out
    assert "\n    retries   3, kept 86400 s, then in failed-photos\n" in ended.out
    assert "schedule" not in ended.out.partition("1 to create")[0]
    assert triggers(deployer) == [own(prefix="2026/")]
    config = function_of(deployer).async_config
    assert config is not None
    assert config["max_async_retry_attempts"] == 3
    assert config["max_async_event_age_in_seconds"] == 86_400
    failed = config["destination_config"]["on_failure"]
    assert failed["destination"] == "OBS"
    assert json.loads(failed["param"]) == {
        "bucket": "failed-photos",
        "prefix": f"{NAME}/",
        "expires": 0,
    }
    assert "Nothing to do." in deployer.deploy("--yes").out


def test_the_dry_run_passes_an_object_of_the_bucket(deployer: Deployer) -> None:
    assert deployer.deploy("--yes").code == 0

    (run,) = deployer.emulator.invocations.all()
    assert run.event == {
        "bucket": "photos",
        "object_keys": ["cloud-sync-dry-run"],
        "dry_run": True,
        "on_failure": "return",
    }


def test_without_a_place_for_failed_events_the_plan_says_that_they_are_lost(
    deployer: Deployer,
) -> None:
    deployer.describe(DESCRIPTION.replace('failed_events = "failed-photos"\n', ""))

    out = deployer.deploy("--plan").out

    assert "retries   3, kept 86400 s; then an event is lost: set failed_events" in out


@pytest.mark.parametrize(
    ("old", "new", "after"),
    [
        ('"2026/"', '"2027/"', own(prefix="2027/")),
        ('prefix = "2026/"', 'suffix = ".jpg"', own(suffix=".jpg")),
        ('"photos"', '"films"', own(bucket="films", prefix="2026/")),
        (
            'prefix = "2026/"',
            'events = ["Put", "Copy"]',
            own(events=["Copy", "Put"]),
        ),
    ],
)
def test_another_bucket_or_filter_replaces_the_trigger(
    deployer: Deployer, old: str, new: str, after: tuple[str, dict[str, Any]]
) -> None:
    deployer.deploy("--yes")
    deployer.describe(DESCRIPTION.replace(old, new))

    ended = deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    assert f"    bucket    {SHOWN} → " in ended.out
    assert "by hand" not in ended.out
    assert triggers(deployer) == [after]
    assert "Nothing to do." in deployer.deploy("--yes").out


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"status": "DISABLED"}, f"{SHOWN}, off"),
        ({"prefix": "2020/"}, "photos, ObjectCreated, prefix 2020/"),
        ({}, "none"),
    ],
    ids=["disabled", "another prefix", "deleted"],
)
def test_a_trigger_that_was_changed_by_hand_is_refused_and_overwritten(
    deployer: Deployer, change: dict[str, str], shown: str
) -> None:
    deployer.deploy("--yes")
    (trigger,) = function_of(deployer).triggers.values()
    if not change:
        function_of(deployer).triggers.clear()
    trigger.status = change.pop("status", "ACTIVE")
    trigger.event_data |= change

    refused = deployer.deploy("--yes")

    assert refused.code == 3
    assert f"    bucket    {shown} → {SHOWN}  (changed by hand)\n" in refused.out
    assert deployer.deploy("--yes", "--overwrite").code == 0
    assert triggers(deployer) == [own(prefix="2026/")]
    assert "Nothing to do." in deployer.deploy("--yes").out


def test_a_bucket_that_is_described_no_more_calls_no_more(deployer: Deployer) -> None:
    deployer.deploy("--yes")
    other = add_trigger(deployer, bucket="films")
    deployer.describe(WITHOUT)

    ended = deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    assert f"    bucket    {SHOWN} → none\n" in ended.out
    assert list(function_of(deployer).triggers) == [other.id]
    config = function_of(deployer).async_config
    assert config is not None
    assert config["max_async_retry_attempts"] == 0
    assert "Nothing to do." in deployer.deploy("--yes").out


def test_a_trigger_that_no_description_names_stays(deployer: Deployer) -> None:
    deployer.describe(WITHOUT)
    deployer.deploy("--yes")
    other = add_trigger(deployer)

    assert "Nothing to do." in deployer.deploy("--yes").out
    deployer.describe(WITHOUT.replace("DEFAULT_", 'LOG_LEVEL = "DEBUG"\nDEFAULT_', 1))
    assert deployer.deploy("--yes").code == 0
    assert list(function_of(deployer).triggers) == [other.id]


def test_the_trigger_of_a_function_that_is_taken_over_is_the_deployments(
    deployer: Deployer,
) -> None:
    deployer.describe(WITHOUT)
    deployer.deploy("--yes")
    forget(deployer)
    by_hand = add_trigger(deployer, prefix="2026/")
    deployer.describe(DESCRIPTION)

    ended = deployer.deploy("--yes", "--adopt", NAME)

    assert ended.code == 0, ended.out
    assert "    bucket  " not in ended.out
    assert list(function_of(deployer).triggers) == [by_hand.id]
    assert "Nothing to do." in deployer.deploy("--yes").out
    deployer.describe(WITHOUT)
    assert deployer.deploy("--yes").code == 0
    assert function_of(deployer).triggers == {}


def test_other_buckets_of_a_function_that_is_taken_over_stay_and_are_named(
    deployer: Deployer,
) -> None:
    deployer.describe(WITHOUT)
    deployer.deploy("--yes")
    forget(deployer)
    by_hand = add_trigger(deployer, bucket="films")
    deployer.describe(DESCRIPTION)

    ended = deployer.deploy("--yes", "--adopt", NAME)

    assert ended.code == 0, ended.out
    assert f"    bucket    none → {SHOWN}  (changed by hand)\n" in ended.out
    assert "    bucket    films, ObjectCreated: it stays, so delete it by hand\n" in ended.out
    assert by_hand.id in function_of(deployer).triggers
    assert len(function_of(deployer).triggers) == 2


def test_a_removal_takes_the_trigger_with_it(deployer: Deployer) -> None:
    deployer.deploy("--yes")

    assert deployer.remove("--yes").code == 0
    assert deployer.emulator.huawei.functiongraph.by_urn == {}


def test_a_bucket_that_is_not_there_is_refused_and_can_be_made_later(deployer: Deployer) -> None:
    buckets = deployer.emulator.huawei.functiongraph.buckets = set()

    refused = deployer.deploy("--yes")

    assert refused.code == 1
    assert "The bucket photos does not exist" in refused.out
    buckets.add("photos")
    assert deployer.deploy("--yes").code == 0
    assert triggers(deployer) == [own(prefix="2026/")]


def test_a_function_that_a_bucket_calls_has_an_alarm_on_failures_alone(deployer: Deployer) -> None:
    topic = "urn:smn:cn-north-4:0000000000000000000000000000aa01:on-call"
    deployer.describe(f'{DESCRIPTION}[platforms.functiongraph.alarms]\nnotify = ["{topic}"]\n')

    out = deployer.deploy("--yes").out

    assert out.count("    alarm     ") == 1
    assert 'alarm "run failed" set' in out


def test_a_lost_answer_is_no_failure(deployer: Deployer) -> None:
    deployer.emulator.inject_fault(
        "functiongraph", faults.reset(work=True), action="CreateFunctionTrigger"
    )

    ended = deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    assert triggers(deployer) == [own(prefix="2026/")]


def test_a_trigger_by_hand_of_the_bucket_that_is_wanted_is_replaced(deployer: Deployer) -> None:
    deployer.describe(WITHOUT)
    deployer.deploy("--yes")
    add_trigger(deployer, bucket="films")
    deployer.describe(DESCRIPTION.replace('"photos"', '"films"'))
    fault = faults.reset(work=False)
    deployer.emulator.inject_fault("functiongraph", fault, action="CreateFunctionTrigger")

    ended = deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    assert "    bucket    films, ObjectCreated → films, ObjectCreated, prefix 2026/\n" in ended.out
    assert triggers(deployer) == [own(bucket="films", prefix="2026/")]


def state(deployer: Deployer) -> tuple[Any, ...]:
    """Return what is at the emulator, but for identifiers and times."""
    function = function_of(deployer)
    config = dict(function.async_config or {})
    return deepcopy(
        (function.config, function.code, triggers(deployer), config.get("destination_config"))
    )


def begin_empty(deployer: Deployer) -> str:
    return DESCRIPTION


def begin_changed(deployer: Deployer) -> str:
    assert deployer.deploy("--yes").code == 0
    return DESCRIPTION.replace('"photos"', '"films"').replace('"2026/"', '"2027/"')


def begin_without(deployer: Deployer) -> str:
    assert deployer.deploy("--yes").code == 0
    return WITHOUT


@pytest.mark.parametrize("work", [True, False], ids=["the work was done", "it was not done"])
@pytest.mark.parametrize("begin", [begin_empty, begin_changed, begin_without])
def test_a_deployment_that_was_interrupted_is_taken_up_again(
    deployer: Deployer,
    begin: Callable[[Deployer], str],
    work: bool,  # noqa: FBT001
) -> None:
    def start() -> None:
        deployer.emulator.clear()
        deployer.emulator.huawei.functiongraph.by_urn.clear()
        deployer.describe(DESCRIPTION)
        deployer.describe(begin(deployer))
        deployer.emulator.clear()

    start()
    assert deployer.deploy("--yes").code == 0
    wanted, calls = state(deployer), len(deployer.emulator.received.of("functiongraph"))
    assert calls >= 10

    for number in range(calls):
        start()
        fault = faults.reset(work=work)
        deployer.emulator.inject_fault("functiongraph", fault, times=None, when=from_call(number))
        assert deployer.deploy("--yes").code == 1, number
        deployer.emulator.clear()

        again = deployer.deploy("--yes")

        assert again.code == 0, (number, again.out)
        assert state(deployer) == wanted, number
        assert "Nothing to do." in deployer.deploy("--yes").out, number


ONE_HOUR = f"""\
[platforms.functiongraph.functions.{NAME}]
schedule = "@every 1h"
parameters = {{ object_keys = ["a"] }}
"""
IN = f"platforms.functiongraph.functions.{NAME}"
WRONG: dict[str, tuple[str, str, str]] = {
    "another platform": (
        DESCRIPTION.replace("functiongraph", "lambda").replace("cn-north-4", "eu-west-1"),
        f"platforms.lambda.functions.{NAME}.bucket",
        "its trigger is made by hand on this platform: docs/bucket-events.md",
    ),
    "another function": (
        DESCRIPTION.replace(NAME, "huawei-stop-sync-task"),
        "platforms.functiongraph.functions.huawei-stop-sync-task.bucket",
        f"only {NAME} reads a bucket's event",
    ),
    "a schedule": (
        DESCRIPTION.replace(TABLE, ONE_HOUR + TABLE),
        f"{IN}.schedule",
        "a function that a bucket calls has no timer",
    ),
    "an event": (
        f'{DESCRIPTION}events = ["Put", "s3:ObjectCreated:*"]\n',
        f"{IN}.bucket.events",
        "s3:ObjectCreated:* reports no new objects: use CompleteMultipartUpload, Copy, ",
    ),
    "a place for failed events": (
        DESCRIPTION.replace("failed-photos", "Failed Photos"),
        f"{IN}.bucket.failed_events",
        "is the name of a bucket",
    ),
    "failures that are swallowed": (
        DESCRIPTION.replace("DEFAULT_PARAMETERS", 'ON_FAILURE = "return"\nDEFAULT_PARAMETERS'),
        f"{IN}.settings.ON_FAILURE",
        "with return a failed event would count as handled",
    ),
    "no task": (
        DESCRIPTION.replace("DEFAULT_PARAMETERS", "HTTP_RIGHTS"),
        f"{IN}.settings",
        "nothing names the task of the bucket's objects: add DEFAULT_PARAMETERS = ",
    ),
    "a name that is none": (
        DESCRIPTION.replace('"photos"', '"Photos"'),
        f"{IN}.bucket.name",
        "String should match pattern",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_every_fault_of_a_bucket_is_named_with_its_place(tmp_path: Path, case: str) -> None:
    description, place, reason = WRONG[case]
    path = tmp_path / "deploy.toml"
    path.write_text(description, encoding="utf-8")

    with pytest.raises(DescriptionError) as caught:
        read_description(path)

    found = dict(caught.value.faults)
    assert place in found, found
    assert found[place].startswith(reason)
