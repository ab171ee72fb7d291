"""A model of OMS's ``CreateSyncEvents``, and of what keeps an event until it is acknowledged."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import quote, unquote

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from local.emulator.oms import TASK, SyncTask
from tests.fault_injection.bucket_events import CREATED, DELETED, WRAPPED
from tests.support.bucket_events import KEYS
from tests.support.observed_transport import Step
from tests.support.operation_machine import (
    DIRECT,
    MACHINE_SETTINGS,
    Call,
    Expected,
    How,
    OperationMachine,
    Run,
    calls,
    failure,
    ways,
)
from tests.support.planned_faults import planned_faults, scripts

pytestmark = pytest.mark.timeout(600)  # hundreds of examples, on a machine that may be busy

ACTION = "CreateSyncEvents"
PERMISSION = "oms:synctask:createEvent"
BATCH = 10
FAULTS = planned_faults("oms")

OBJECTS = st.builds(
    lambda count, names: [f"{names[at % len(names)]}{at}" for at in range(count)],
    st.sampled_from((1, 1, 2, 9, 10, 11, 25)),
    st.lists(st.sampled_from(KEYS), min_size=1, max_size=4),
)
"""Distinct keys; hypothesis draws few of them, so that a failure is short."""

SPELLINGS: tuple[Callable[[str], str], ...] = (
    quote,
    lambda key: quote(key, safe=""),
    lambda key: re.sub("%..", lambda found: found[0].lower(), quote(key)),
)
"""How a caller may encode a key."""


class CreateSyncEvents(OperationMachine):
    """OMS takes the keys of each batch, or none of them.

    Attributes
    ----------
    keys: those that the current run hands over, distinct and in order.
    created: every key that was ever handed over.
    kept: what a platform or a caller keeps, since a run did not acknowledge it.
    denied: the keys that OMS's answer said it took, although it did not.
    """

    operation_id = "huawei.oms.CreateSyncEvents"

    def __init__(self) -> None:
        super().__init__()
        self.task: SyncTask = self.emulator.huawei.tasks[TASK]
        self.keys: list[str] = []
        self.created: set[str] = set()
        self.kept: list[list[str]] = []
        self.denied: set[str] = set()

    def settings(self) -> dict[str, str]:
        return {
            "OMS_TASKS": json.dumps({TASK: {}}),
            "DEFAULT_PARAMETERS": json.dumps({"sync_task_id": TASK}),
        }

    @property
    def taken(self) -> set[str]:
        """The keys that OMS has taken."""
        return {key for event in self.task.events for key in event}

    # What happens at the provider

    def delete_task(self) -> None:
        """Delete the task."""
        self.emulator.huawei.tasks.pop(TASK, None)

    def restore_task(self) -> None:
        """Have the task again."""
        self.emulator.huawei.tasks[TASK] = self.task

    @property
    def events(self) -> dict[str, Callable[[], object]]:
        return {"delete": self.delete_task, "restore": self.restore_task}

    @rule()
    def change_permission(self) -> None:
        """The identity loses the permission, or has it again."""
        self.emulator.huawei.denied ^= {PERMISSION}

    # Runs

    @rule(
        data=st.data(),
        keys=OBJECTS,
        source=st.sampled_from(sorted(CREATED)),
        repeated=st.booleans(),
        how=ways("workflow"),
    )
    def create_objects(
        self, *, data: st.DataObject, keys: list[str], source: str, repeated: bool, how: How
    ) -> None:
        """New objects make a bucket's event, which may name some of them twice."""
        self.restore_task()
        records = [CREATED[source](key) for key in keys + keys[:3] * repeated]
        records.insert(len(records) // 2, DELETED[source]("deleted"))
        way = "s3 in a queue" if source == "s3" and repeated else source
        self.hand_over(keys, WRAPPED[way](records), self.steps(data), how)

    @rule(
        data=st.data(), keys=OBJECTS, spell=st.sampled_from(SPELLINGS), other=st.booleans(),
        how=ways(),
    )  # fmt: skip
    def call_with_keys(
        self,
        *,
        data: st.DataObject,
        keys: list[str],
        spell: Callable[[str], str],
        other: bool,
        how: How,
    ) -> None:
        """A caller has keys, and may spell some in two ways."""
        self.restore_task()
        spelled = [spell(key) for key in keys] + [SPELLINGS[1](key) for key in keys] * other
        self.hand_over(keys, {"object_keys": spelled}, self.steps(data), how)

    @rule(data=st.data(), how=ways("workflow"))
    def deliver_again(self, data: st.DataObject, how: How) -> None:
        """The platform delivers the oldest event that it keeps."""
        if self.kept:
            keys = self.kept.pop(0)
            event = WRAPPED["obs"]([CREATED["obs"](key) for key in keys])
            self.hand_over(keys, event, self.steps(data), how)

    @rule(source=st.sampled_from(sorted(DELETED)), how=ways("workflow"))
    def delete_objects(self, source: str, how: How) -> None:
        """An event without a new object is acknowledged without a request."""
        records = [DELETED[source](key) for key in KEYS]
        run = self.hand_over([], WRAPPED[source](records), (), how)
        assert run.data["ignored_records"] == len(KEYS)

    @rule(how=ways(), keys=OBJECTS)
    def plan(self, how: How, keys: list[str]) -> None:
        parameters = {"object_keys": [quote(key) for key in keys], "dry_run": True}
        run = self.perform(parameters, (), how, only_reads=False)
        assert run.result["status"] == "planned"
        bodies = [each["body"] for each in run.data["requests"] if each["writes"]]
        assert [unquoted(each["object_keys"]) for each in bodies] == batches_of(keys)
        assert not run.exchanges

    @rule()
    def recover(self) -> None:
        """Without faults all that is kept is taken, each key once, and no object is lost."""
        self.restore_task()
        self.emulator.huawei.denied.clear()
        while self.kept:
            keys, before = self.kept.pop(0), len(self.task.events)
            event = WRAPPED["s3"]([CREATED["s3"](key) for key in keys])
            run = self.hand_over(keys, event, (), DIRECT._replace(trigger="workflow"))
            assert run.result["status"] == "accepted"
            assert self.task.events[before:] == batches_of(keys)
        assert self.created - self.denied <= self.taken, "an object is lost"

    def steps(self, data: st.DataObject) -> list[Step]:
        """Return what happens around the requests of a run."""
        return data.draw(scripts(FAULTS, self.events))

    def hand_over(
        self, keys: list[str], event: Mapping[str, object], steps: Iterable[Step], how: How
    ) -> Run:
        """Run the operation, check what came of each key, and keep what is not acknowledged."""
        self.keys = keys
        self.created |= set(keys)
        before = len(self.task.events)
        run = self.run(event, steps, how)
        self.denied |= {key for each in run.exchanges if each.is_false for key in keys_in([each])}
        try:
            self.check_taken(run, self.task.events[before:])
        except AssertionError:
            self.explain(run)
            raise
        if run.result["status"] == "failed":
            # A platform keeps the event; a caller has the keys that are left.
            left = unquoted(run.data["left_keys"])
            self.kept.append(keys if how.trigger == "workflow" else left)
        return run

    # What holds for every run

    def check_taken(self, run: Run, events: list[list[str]]) -> None:
        """Check what is said of each key, and what OMS got."""
        made = [call for call in calls(run.exchanges) if call[0].action == ACTION]
        good = [call for call in made if call[-1].answer.good]
        refused = [call for call in made if call[-1].answer.status == 400]
        handed_over = [key for call in good for key in keys_in(call)]
        left = [key for key in self.keys if key not in set(handed_over)]
        data = run.data
        assert (data["keys"], data["batches"]) == (len(self.keys), len(good))
        assert (data["handed_over"], data["left"]) == (len(handed_over), len(left))
        assert unquoted(data["left_keys"]) == left
        assert data["attention_count"] == sum(len(keys_in(call)) for call in refused)
        if handed_over:
            assert data["verified"]["effect"] == "cannot_be_known"
        else:
            assert data["verified"] is None
        assert len(set(handed_over)) == len(handed_over), "took a key twice"
        assert set(handed_over) - self.denied <= self.taken, "claims what OMS did not take"
        batches = batches_of(self.keys)
        assert all(event in batches for event in events)
        assert [batches.index(event) for event in events] == sorted(map(batches.index, events))
        if run.result["status"] != "failed":
            assert handed_over == self.keys, "acknowledged before OMS took all"

    # The model

    def may_repeat(self, call: Call, position: int) -> bool:
        """A key that arrives twice does no harm: it is an object to bring up to date."""
        return True

    def predict(self, run: Run) -> Expected:
        made = calls(run.exchanges)
        if not self.keys:
            assert not made, "sent a request without a key"
            return Expected("unchanged")
        if made and made[0][0].action == "KeystoneListProjects":
            lookup = made.pop(0)
            if not lookup[-1].answer.good:
                return failure(lookup[-1])
        batches = batches_of(self.keys)
        assert [keys_in(call) for call in made] == batches[: len(made)], "in another order"
        for call in made[:-1]:
            assert call[-1].answer.good or call[-1].answer.status == 400, "went on"
        refused = [call for call in made if not call[-1].answer.good]
        if run.out_of_time:
            return Expected("failed", "timeout")
        if refused and refused[-1][-1].answer.status != 400:
            return failure(refused[-1][-1])
        assert len(made) == len(batches), "left keys without a reason"
        return failure(refused[0][-1]) if refused else Expected("accepted")


def batches_of(keys: list[str]) -> list[list[str]]:
    """Return the keys of each request."""
    return [keys[start : start + BATCH] for start in range(0, len(keys), BATCH)]


def keys_in(call: Call) -> list[str]:
    """Return the keys of a call."""
    return unquoted(json.loads(call[0].request.body)["object_keys"])


def unquoted(keys: Iterable[str]) -> list[str]:
    return [unquote(key) for key in keys]


TestCreateSyncEvents = CreateSyncEvents.TestCase
TestCreateSyncEvents.settings = MACHINE_SETTINGS
