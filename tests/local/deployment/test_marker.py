"""The marker of a deployed function, and the plan that is read from it."""

from __future__ import annotations

import re

import pytest

from local.deployment.marker import (
    LETTERS,
    TIMER,
    VARIABLE,
    Marker,
    hashes_of,
    marker_of,
    own_bucket,
    short_hash,
)
from local.deployment.models.alarm import Alarm
from local.deployment.models.bucket_trigger import BucketTrigger
from local.deployment.models.function import ManagedFunction
from local.deployment.models.function_log import FunctionLog
from local.deployment.models.function_parts import HttpUrl, Retries, Timer
from local.deployment.plan.changes import marked, plan_change
from shared.models.secret import Secret

FUNCTION = ManagedFunction(
    name="example",
    runtime="Python3.10",
    handler="sync_machines.handler",
    memory_mb=256,
    timeout_seconds=60,
    environment={"LOG_LEVEL": Secret("INFO"), "NOTIFY": Secret("exampleSecret")},
    role="role",
    description="Synchronize",
    code_digest=f"sha256 {'0' * 64}",
    code_size=10,
    retries=Retries(0, 3600),
    timers=(Timer(TIMER, "0 10 2 * * * *", ""),),
    alarms=(Alarm("failed", 300, ("notice-example",)),),
    url=HttpUrl(authorized=False),
    log=FunctionLog("example-project", "functions"),
    buckets=(BucketTrigger("photos", ("ObjectCreated",)),),
)


def deployed(function: ManagedFunction = FUNCTION, *, pending: bool = False) -> ManagedFunction:
    """Return a function as a platform reports it after its deployment."""
    known = hashes_of(function)
    marker = Marker("production", known, pending=pending, code_size=77)
    return marked(function, marker)._replace(code_digest=None, code_size=77)


def test_a_marker_is_read_as_it_was_written() -> None:
    marker = Marker("production", hashes_of(FUNCTION), pending=True, code_size=77)

    assert marker_of(marked(FUNCTION, marker)) == marker
    assert marker.hashes.keys() == LETTERS.keys()


def test_a_marker_has_only_characters_that_every_console_takes() -> None:
    text = Marker("my-1", hashes_of(FUNCTION), pending=False, code_size=77).text

    assert re.fullmatch(r"[A-Za-z0-9_-]+", text)
    assert len(text) < 200


@pytest.mark.parametrize("value", ["", "1", "2_production_done_z", "1_production_other_z"])
def test_another_value_is_no_marker(value: str) -> None:
    assert marker_of(FUNCTION._replace(environment={VARIABLE: Secret(value)})) is None


def test_a_marker_never_changes_the_hash_of_the_settings() -> None:
    assert hashes_of(deployed())["settings"] == hashes_of(FUNCTION)["settings"]


def test_hashes_depend_on_the_values_alone() -> None:
    assert short_hash({"a": 1, "b": 2}) == short_hash({"b": 2, "a": 1})
    assert short_hash("a") != short_hash("b")


def test_what_was_deployed_is_unchanged() -> None:
    assert plan_change("production", FUNCTION, deployed(), frozenset()).kind == "unchanged"


def test_a_change_of_the_description_is_none_by_hand() -> None:
    wanted = FUNCTION._replace(memory_mb=512)

    change = plan_change("production", wanted, deployed(), frozenset())

    [difference] = change.differences
    assert (difference.before, difference.after) == ("256 MB", "512 MB")
    assert change.by_hand == ()


def test_a_change_at_the_platform_is_by_hand() -> None:
    actual = deployed()._replace(memory_mb=512)

    change = plan_change("production", FUNCTION, actual, frozenset())

    assert [each.part for each in change.by_hand] == ["memory"]


def test_nothing_is_by_hand_while_a_deployment_is_under_way() -> None:
    actual = deployed(pending=True)._replace(memory_mb=512)

    change = plan_change("production", FUNCTION, actual, frozenset())

    assert change.parts == {"memory"}
    assert change.by_hand == ()


def test_code_that_a_deployment_under_way_changes_is_uploaded_again() -> None:
    known = {part: each for part, each in hashes_of(FUNCTION).items() if part != "code"}
    marker = Marker("production", known, pending=True)
    actual = marked(FUNCTION, marker)._replace(code_digest=None, code_size=10)

    change = plan_change("production", FUNCTION, actual, frozenset())

    assert [(each.part, each.text) for each in change.differences] == [
        ("code", "uploaded again after an incomplete deployment")
    ]


def test_values_of_settings_that_may_be_secret_are_not_shown() -> None:
    environment = {
        "LOG_LEVEL": Secret("DEBUG"),
        "NOTIFY": Secret("otherSecret"),
        "PHOTOS_SRC_SK": Secret("thirdSecret"),
        "CONSOLE_LABEL": Secret("fourth"),
    }
    wanted = FUNCTION._replace(environment=environment)

    change = plan_change("production", wanted, deployed(), frozenset({"CONSOLE_LABEL"}))

    shown = {each.label: (each.before, each.after) for each in change.differences}
    assert shown == {
        "LOG_LEVEL": ("INFO", "DEBUG"),
        "NOTIFY": ("(not shown)", "(not shown)"),
        "PHOTOS_SRC_SK": ("none", "(not shown)"),
        "CONSOLE_LABEL": ("none", "(not shown)"),
    }


def test_a_runtime_that_cannot_be_changed_replaces_the_function() -> None:
    wanted = FUNCTION._replace(runtime="Python3.12")

    assert plan_change("production", wanted, deployed(), frozenset()).kind == "replace"


@pytest.mark.parametrize("log", [None, FunctionLog("example-project", "functions", "a", "b")])
def test_a_log_that_is_not_named_or_named_more_closely_is_no_difference(
    log: FunctionLog | None,
) -> None:
    wanted = FUNCTION._replace(log=log)

    assert plan_change("production", wanted, deployed(), frozenset()).kind == "unchanged"


def test_a_log_that_was_taken_away_is_by_hand() -> None:
    change = plan_change("production", FUNCTION, deployed()._replace(log=None), frozenset())

    [difference] = change.differences
    assert (difference.before, difference.after) == ("none", "example-project/functions")
    assert difference.by_hand


PHOTOS = BucketTrigger("photos", ("ObjectCreated",))


@pytest.mark.parametrize(
    ("there", "own"),
    [
        ((), None),
        ((PHOTOS._replace(name="a", id="1"),), "a"),
        ((PHOTOS._replace(name="a", bucket="films", own=True), PHOTOS._replace(name="b")), "b"),
        ((PHOTOS._replace(name="a", bucket="films", own=True),), "a"),
        ((PHOTOS._replace(name="a", prefix="2026/"),), "a"),
        ((PHOTOS._replace(name="a", bucket="films"),), None),
    ],
    ids=["none", "as wanted", "as wanted first", "by its name", "of the bucket", "another"],
)
def test_the_deployments_bucket_trigger_is_found(
    there: tuple[BucketTrigger, ...], own: str | None
) -> None:
    found = own_bucket(deployed()._replace(buckets=there), FUNCTION)

    assert (found and found.name) == own


def test_a_bucket_trigger_that_was_deployed_is_found_by_its_hash_alone() -> None:
    there = (PHOTOS._replace(name="a", bucket="films"), PHOTOS._replace(name="b"))
    actual = deployed()._replace(buckets=there)

    found = own_bucket(actual, None)

    assert found is not None
    assert found.name == "b"


def test_a_place_for_failed_events_changes_the_hash_of_retries_only_where_there_is_one() -> None:
    plain = hashes_of(FUNCTION)["retries"]
    kept = FUNCTION._replace(retries=Retries(0, 3600, "failed-photos"))

    assert plain == short_hash((0, 3600))
    assert hashes_of(kept)["retries"] != plain
