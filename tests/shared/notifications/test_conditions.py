"""Which results meet which conditions, as a table."""

from __future__ import annotations

import pytest

from functions.registry import OPERATIONS, load
from local.json_schemas.result import data_model
from shared.models.result import Result
from shared.notifications.conditions import CONDITIONS, changed, matches
from tests.support.notifications import (
    CWP,
    EDAS,
    EHPC,
    GOOD,
    OMS,
    SERVERS,
    channel,
    deliver,
    failure,
    needing_attention,
    several,
)
from tests.support.notifications import result as made

NOTHING: set[str] = set()
CASES: dict[str, tuple[Result, set[str]]] = {
    "a failure": (failure(), {"failed"}),
    "servers in order": (made(data={"attention": []}), NOTHING),
    "servers that need attention": (
        made(data={"attention": needing_attention("a")}),
        {"attention"},
    ),
    "a failure that found some": (
        failure(data={"attention": needing_attention("a")}),
        {"failed", "attention"},
    ),
    "machines started": (made(operation=CWP, data={"triggered": True}), {"changed"}),
    "machines only read": (made(operation=CWP, data={"triggered": False}), NOTHING),
    "machines still running, started by us": (
        made(operation=CWP, status="running", data={"triggered": True}),
        {"changed"},
    ),
    "machines idle": (made(operation=CWP, status="idle", data={"triggered": False}), NOTHING),
    "a task started": (
        made(operation=OMS, status="accepted", data={"triggered": True}),
        {"changed"},
    ),
    "a task that failed after its start": (
        failure(operation=OMS, data={"triggered": True}),
        {"failed", "changed"},
    ),
    "a task already running": (
        made(operation=OMS, status="unchanged", data={"triggered": False}),
        NOTHING,
    ),
    "an application accepted": (
        made(operation=EHPC, status="accepted", data={"triggered": True}),
        {"changed"},
    ),
    "an application already there": (made(operation=EHPC, status="unchanged"), NOTHING),
    "resources synchronized": (made(operation=EDAS), {"changed"}),
    "resources planned": (
        made(operation=EDAS, status="planned", data={"triggered": True, "requests": []}),
        NOTHING,
    ),
    "a run that did not finish everywhere": (made(status="partial"), {"failed", "attention"}),
    "targets of which one failed": (
        several(made(), failure(), status="partial"),
        {"failed", "attention"},
    ),
    "targets of which some were not started": (
        several(made(), status="partial", not_started_count=1),
        {"attention"},
    ),
    "targets that all failed": (several(failure(), failure(), status="failed"), {"failed"}),
    "targets in order": (several(made(), made()), NOTHING),
    "targets of which one needs attention": (
        several(made(), made(data={"attention": needing_attention("a")}), attention_count=1),
        {"attention"},
    ),
    "targets whose result did not fit": (several(made(), attention_count=3), {"attention"}),
    "targets of which one was changed": (
        several(
            made(operation=CWP, data={"triggered": False}),
            made(operation=CWP, data={"triggered": True}),
        ),
        {"changed"},
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_is_met_by_these_results_and_no_others(case: str, condition: str) -> None:
    result, expected = CASES[case]
    operation = load(result.operation)

    met = matches(frozenset({condition}), result.as_dict(), operation)

    assert met == (condition in expected | {"always"})


def test_a_success_of_dev_servers_never_counts_as_a_change() -> None:
    assert not changed(made(operation=SERVERS).as_dict(), load(SERVERS))


def test_a_channel_gets_one_message_however_many_conditions_are_met() -> None:
    everything = channel("slack", "failed", "attention", "changed", "always")
    outcome = deliver(
        failure(data={"attention": needing_attention("a")}), everything, responses=[GOOD["slack"]]
    )
    assert len(outcome.transport.sent) == 1


def test_a_channel_whose_conditions_are_not_met_gets_nothing() -> None:
    outcome = deliver(made(), channel("slack", "failed", "attention"), responses=[GOOD["slack"]])
    assert (outcome.delivery.sent, outcome.delivery.failed, outcome.transport.sent) == (0, 0, [])


def test_a_result_may_also_come_as_a_json_object() -> None:
    outcome = deliver(failure().as_dict(), channel("slack", "failed"), responses=[GOOD["slack"]])
    assert outcome.delivery.sent == 1


def servers(*updated: str | None, listed: bool = True) -> Result:
    """Return the result of a refresh that found one failed server for each time of update."""
    ids = [f"server-{number}" for number in range(len(updated))]
    found = [
        {"id": each, "name": each, "status": "ERROR", "updated_at": when}
        for each, when in zip(ids, updated, strict=True)
    ]
    return made(data={"attention": needing_attention(*ids), "servers": found if listed else []})


def test_servers_that_did_not_fit_into_the_result_count_as_new() -> None:
    data = dict(servers(EARLIER).data)
    assert not is_sent(made(data={**data, "attention_count": 1}))
    assert is_sent(made(data={**data, "attention_count": 2}))


NOW = "2026-11-21T12:00:00.000Z"
FIFTEEN_MINUTES_AGO = "2026-11-21T11:45:00.000Z"
EARLIER = "2026-11-21T11:44:59.999Z"


def is_sent(result: Result, *on: str, since_minutes: int | None = 15) -> bool:
    """Return whether a channel with this limit gets a message about a result at noon."""
    outcome = deliver(
        result,
        channel("slack", *(on or ("attention",)), since_minutes=since_minutes),
        responses=[GOOD["slack"]],
    )
    return outcome.delivery.sent == 1


@pytest.mark.parametrize(
    ("updated", "expected"),
    [
        ((NOW,), True),
        ((FIFTEEN_MINUTES_AGO,), True),
        ((EARLIER,), False),
        ((EARLIER, NOW), True),
        ((EARLIER, EARLIER), False),
        ((EARLIER, None), True),
        (("2026-11-21T12:00:30.000Z",), True),
    ],
)
def test_only_what_was_updated_within_the_minutes_is_worth_a_message(
    updated: tuple[str | None, ...], *, expected: bool
) -> None:
    assert is_sent(servers(*updated)) is expected


def test_without_a_limit_old_findings_are_sent_again() -> None:
    assert is_sent(servers(EARLIER), since_minutes=None)


def test_a_server_that_is_not_listed_counts_as_new() -> None:
    assert is_sent(servers(EARLIER, listed=False))


def test_the_limit_does_not_silence_the_other_conditions() -> None:
    old = servers(EARLIER)
    assert is_sent(failure(data=old.data), "failed", "attention")
    assert is_sent(old, "always", "attention")


def test_a_run_that_did_not_finish_needs_attention_whatever_the_limit() -> None:
    assert is_sent(made(status="partial", data=servers(EARLIER).data))


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_every_operation_shows_a_change_in_its_data_or_its_status(operation_id: str) -> None:
    operation = load(operation_id)
    tells_by_data = "triggered" in data_model(operation_id).__annotations__

    assert tells_by_data != bool(operation.changed_statuses) or operation_id == SERVERS


def test_a_new_operation_names_its_changed_statuses_itself() -> None:
    sixth = load(SERVERS)._replace(changed_statuses=frozenset({"succeeded"}))
    assert changed(made(operation="alibaba.example.Sixth").as_dict(), sixth)
    assert not changed(made(operation="alibaba.example.Sixth", status="failed").as_dict(), sixth)
