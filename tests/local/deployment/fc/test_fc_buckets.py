"""Functions on Function Compute that a bucket of OSS calls."""

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
from local.emulator.fc_functions import FcFunction
from local.emulator.fc_triggers import FcTrigger
from tests.support.deployer import Deployer, from_call

NAME = "huawei-create-sync-events"
PLATFORM = """\
name = "production"
[platforms.fc]
region = "cn-hangzhou"
role = "cloud-sync-events"
[platforms.fc.settings]
HUAWEICLOUD_REGION = "cn-north-4"
DEFAULT_PARAMETERS = '{"sync_task_id": "example-sync-task"}'
"""
DESCRIPTION = f"""\
{PLATFORM}[platforms.fc.functions.{NAME}.bucket]
name = "photos"
events = ["oss:ObjectCreated:PutObject"]
prefix = "2026/"
failed_events = "cloud-sync-failed"
"""
WITHOUT = f"{PLATFORM}[platforms.fc.functions.{NAME}]\n"
SHOWN = "photos, oss:ObjectCreated:PutObject, prefix 2026/"
SOURCE = "acs:oss:cn-hangzhou:1000000000000001:"
ROLE = "acs:ram::1000000000000001:role/aliyunosseventnotificationrole"


@pytest.fixture
def deployer(emulator: Emulator, tmp_path: Path) -> Deployer:
    deployer = Deployer(emulator, tmp_path, platform="fc")
    deployer.build("first", "huawei-fc")
    deployer.describe(DESCRIPTION)
    return deployer


def function_of(deployer: Deployer) -> FcFunction:
    return deployer.emulator.alibaba.function_compute.at()[NAME]


def config(prefix: str = "2026/", *events: str) -> dict[str, Any]:
    key = {"prefix": prefix, "suffix": ""}
    return {"events": list(events or ("oss:ObjectCreated:PutObject",)), "filter": {"key": key}}


def add_trigger(deployer: Deployer, bucket: str = "photos", prefix: str = "2026/") -> FcTrigger:
    """Add a trigger as ``s.events.yaml`` does."""
    text = json.dumps(config(prefix))
    made = FcTrigger("new-objects", "by-hand", text, "LATEST", "", "", "oss", SOURCE + bucket, ROLE)
    function_of(deployer).triggers[made.name] = made
    return made


def test_a_bucket_calls_the_function_and_a_failed_event_is_kept(deployer: Deployer) -> None:
    ended = deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    assert f"\n    bucket    {SHOWN}\n" in ended.out
    assert "\n    retries   3, kept 86400 s, then in cloud-sync-failed\n" in ended.out
    (trigger,) = function_of(deployer).triggers.values()
    assert (trigger.name, trigger.kind) == ("cloud-sync-bucket", "oss")
    assert (trigger.source, trigger.role) == (f"{SOURCE}photos", ROLE)
    assert trigger.parsed == config()
    found = function_of(deployer).async_config
    assert found is not None
    assert (found["maxAsyncRetryAttempts"], found["maxAsyncEventAgeInSeconds"]) == (3, 86_400)
    assert found["destinationConfig"] == {
        "onFailure": {
            "destination": "acs:mns:cn-hangzhou:1000000000000001:/queues/cloud-sync-failed/messages"
        }
    }
    assert "Nothing to do." in deployer.deploy("--yes").out


def test_new_objects_are_reported_but_no_parts_of_them(deployer: Deployer) -> None:
    deployer.describe(DESCRIPTION.replace('events = ["oss:ObjectCreated:PutObject"]\n', ""))

    assert deployer.deploy("--yes").code == 0

    (trigger,) = function_of(deployer).triggers.values()
    assert trigger.parsed["events"] == [
        f"oss:ObjectCreated:{each}"
        for each in (
            "AppendObject",
            "CompleteMultipartUpload",
            "CopyObject",
            "PostObject",
            "PutObject",
        )
    ]


def test_another_filter_changes_the_trigger_and_another_bucket_replaces_it(
    deployer: Deployer,
) -> None:
    deployer.deploy("--yes")
    (first,) = function_of(deployer).triggers.values()
    first_id = first.id
    deployer.describe(DESCRIPTION.replace("2026/", "2027/"))

    changed = deployer.deploy("--yes")

    assert changed.code == 0, changed.out
    (second,) = function_of(deployer).triggers.values()
    assert (second.id, second.parsed) == (first_id, config("2027/"))

    deployer.describe(DESCRIPTION.replace('"photos"', '"films"'))
    replaced = deployer.deploy("--yes")

    assert replaced.code == 0, replaced.out
    assert "by hand" not in changed.out + replaced.out
    (third,) = function_of(deployer).triggers.values()
    assert third.id != first_id
    assert (third.source, third.parsed) == (f"{SOURCE}films", config())
    assert "Nothing to do." in deployer.deploy("--yes").out


@pytest.mark.parametrize("gone", [False, True], ids=["changed", "deleted"])
def test_a_trigger_that_was_changed_by_hand_is_refused_and_overwritten(
    deployer: Deployer,
    gone: bool,  # noqa: FBT001
) -> None:
    deployer.deploy("--yes")
    triggers = function_of(deployer).triggers
    if gone:
        triggers.clear()
    else:
        triggers["cloud-sync-bucket"].config = json.dumps(config("2020/"))
    shown = "none" if gone else "photos, oss:ObjectCreated:PutObject, prefix 2020/"

    refused = deployer.deploy("--yes")

    assert refused.code == 3
    assert f"    bucket    {shown} → {SHOWN}  (changed by hand)\n" in refused.out
    assert deployer.deploy("--yes", "--overwrite").code == 0
    assert triggers["cloud-sync-bucket"].parsed == config()
    assert "Nothing to do." in deployer.deploy("--yes").out


def test_a_bucket_that_is_described_no_more_calls_no_more(deployer: Deployer) -> None:
    deployer.deploy("--yes")
    add_trigger(deployer, "films")
    deployer.describe(WITHOUT)

    ended = deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    assert f"    bucket    {SHOWN} → none\n" in ended.out
    assert list(function_of(deployer).triggers) == ["new-objects"]
    found = function_of(deployer).async_config
    assert found is not None
    assert found["maxAsyncRetryAttempts"] == 0
    assert "destinationConfig" not in found
    assert "Nothing to do." in deployer.deploy("--yes").out


def test_what_serverless_devs_made_is_taken_over_without_a_gap(deployer: Deployer) -> None:
    deployer.describe(WITHOUT)
    deployer.deploy("--yes")
    del function_of(deployer).environment[VARIABLE]
    made = add_trigger(deployer)
    deployer.describe(DESCRIPTION)

    ended = deployer.deploy("--yes", "--adopt", NAME)

    assert ended.code == 0, ended.out
    assert "    bucket  " not in ended.out
    assert function_of(deployer).triggers == {"new-objects": made}
    assert "Nothing to do." in deployer.deploy("--yes").out
    deployer.describe(DESCRIPTION.replace("2026/", "2027/"))
    assert deployer.deploy("--yes").code == 0
    assert function_of(deployer).triggers["new-objects"].parsed == config("2027/")
    assert deployer.remove("--yes").code == 0
    assert deployer.emulator.alibaba.function_compute.at() == {}


def test_a_bucket_that_is_not_there_is_refused_and_can_be_made_later(deployer: Deployer) -> None:
    buckets = deployer.emulator.alibaba.function_compute.buckets = set()

    refused = deployer.deploy("--yes")

    assert refused.code == 1
    assert "bucket 'photos' does not exist" in refused.out
    buckets.add("photos")
    assert deployer.deploy("--yes").code == 0
    assert list(function_of(deployer).triggers) == ["cloud-sync-bucket"]


def test_a_lost_answer_is_no_failure(deployer: Deployer) -> None:
    deployer.emulator.inject_fault("fc", faults.reset(work=True), action="CreateTrigger")

    ended = deployer.deploy("--yes")

    assert ended.code == 0, ended.out
    assert list(function_of(deployer).triggers) == ["cloud-sync-bucket"]


def test_a_name_of_a_queue_that_is_none_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "deploy.toml"
    path.write_text(DESCRIPTION.replace("cloud-sync-failed", "a/queue"), encoding="utf-8")

    with pytest.raises(DescriptionError) as caught:
        read_description(path)

    place = f"platforms.fc.functions.{NAME}.bucket.failed_events"
    assert caught.value.faults == [(place, "is the name of a queue of MNS")]


def state(deployer: Deployer) -> tuple[Any, ...]:
    """Return what is at the emulator, but for identifiers and times."""
    function = function_of(deployer)
    found = {name: (each.source, each.parsed) for name, each in function.triggers.items()}
    destination = (function.async_config or {}).get("destinationConfig")
    return deepcopy((function.config, function.zip_bytes, found, destination))


def begin_empty(deployer: Deployer) -> str:
    return DESCRIPTION


def begin_with_another_filter(deployer: Deployer) -> str:
    assert deployer.deploy("--yes").code == 0
    return DESCRIPTION.replace("2026/", "2027/")


def begin_with_another_bucket(deployer: Deployer) -> str:
    assert deployer.deploy("--yes").code == 0
    return DESCRIPTION.replace('"photos"', '"films"')


def begin_without(deployer: Deployer) -> str:
    assert deployer.deploy("--yes").code == 0
    return WITHOUT


@pytest.mark.parametrize("work", [True, False], ids=["the work was done", "it was not done"])
@pytest.mark.parametrize(
    "begin",
    [begin_empty, begin_with_another_filter, begin_with_another_bucket, begin_without],
)
def test_a_deployment_that_was_interrupted_is_taken_up_again(
    deployer: Deployer,
    begin: Callable[[Deployer], str],
    work: bool,  # noqa: FBT001
) -> None:
    def start() -> None:
        deployer.emulator.clear()
        deployer.emulator.alibaba.function_compute.at().clear()
        deployer.describe(DESCRIPTION)
        deployer.describe(begin(deployer))
        deployer.emulator.clear()

    start()
    assert deployer.deploy("--yes").code == 0
    wanted, calls = state(deployer), len(deployer.emulator.received.of("fc"))
    assert calls >= 10

    for number in range(calls):
        start()
        fault = faults.reset(work=work)
        deployer.emulator.inject_fault("fc", fault, times=None, when=from_call(number))
        assert deployer.deploy("--yes").code == 1, number
        deployer.emulator.clear()

        again = deployer.deploy("--yes")

        assert again.code == 0, (number, again.out)
        assert state(deployer) == wanted, number
        assert "Nothing to do." in deployer.deploy("--yes").out, number
