"""A model of ModelArts' ``SyncDevServers``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from local.emulator import faults
from local.emulator.huawei import PROJECT
from tests.support.observed_transport import Exchange
from tests.support.operation_machine import (
    DIRECT,
    MACHINE_SETTINGS,
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

PAGE = 1000
PERMISSION = "modelarts:devserver:sync"
STATUSES = ("RUNNING", "STOPPED", "ERROR", "START_FAILED", "CREATING")
ATTENTION = {"ERROR", "START_FAILED"}
BOUNDS: list[dict[str, int]] = [{}, {}, {"limit": 10}, {"offset": 2}, {"limit": 2, "offset": 1}]
FAULTS = planned_faults(
    "modelarts",
    faults.moving_total(),
    faults.empty_page(),
    faults.duplicate_ids(),
    faults.unknown_state(),
)


def small_server(number: int) -> dict[str, Any]:
    return {"id": f"server-{number}", "status": STATUSES[number % 5], "create_at": number + 1}


class SyncDevServers(OperationMachine):
    """Servers come and go, between two runs or two pages."""

    operation_id = "huawei.modelarts.SyncDevServers"

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.parameters: dict[str, Any] = {}
        self.emulator.huawei.dev_servers = []
        self.add_servers(3)

    # What happens at the provider

    def add_servers(self, count: int) -> None:
        first, self.count = self.count, self.count + count
        added = [small_server(number) for number in range(first, self.count)]
        self.emulator.huawei.dev_servers = [*self.emulator.huawei.dev_servers, *added]

    def remove_first(self) -> None:
        self.emulator.huawei.dev_servers = self.emulator.huawei.dev_servers[1:]

    def change_status(self) -> None:
        servers = self.emulator.huawei.dev_servers
        changed = [{**server, "status": "ERROR"} for server in servers[:1]]
        self.emulator.huawei.dev_servers = [*changed, *servers[1:]]

    @property
    def events(self) -> dict[str, Callable[[], object]]:
        return {
            "add": lambda: self.add_servers(1),
            "remove": self.remove_first,
            "change": self.change_status,
        }

    @rule(count=st.sampled_from((0, 1, 40, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE + 100)))
    def have_servers(self, count: int) -> None:
        self.have(count)

    def have(self, count: int) -> None:
        self.emulator.huawei.dev_servers = []
        self.add_servers(count)

    @rule()
    def change_permission(self) -> None:
        """The identity loses the permission, or has it again."""
        self.emulator.huawei.denied ^= {PERMISSION}

    # Runs

    @rule(
        data=st.data(),
        count=st.sampled_from((None, None, 3, 2 * PAGE + 100)),
        bounds=st.sampled_from(
            ({}, {}, {}, {"limit": 10}, {"offset": 2}, {"limit": 2, "offset": 1})
        ),
        project=st.sampled_from(({}, {"project_id": PROJECT})),
        only_reads=st.booleans(),
        how=ways(),
    )
    def synchronize(
        self,
        *,
        data: st.DataObject,
        count: int | None,
        bounds: dict[str, int],
        project: dict[str, str],
        only_reads: bool,
        how: How,
    ) -> None:
        self.parameters = {**bounds, **project}
        if count is not None:
            self.have(count)
        steps = data.draw(scripts(FAULTS, self.events))
        self.run(self.parameters, steps, how, only_reads=only_reads)

    @rule(how=ways())
    def plan(self, how: How) -> None:
        run = self.perform({"dry_run": True}, (), how, only_reads=False)
        assert run.result["status"] == "planned"
        assert not run.exchanges

    @rule()
    def recover(self) -> None:
        """Without faults every server is there, after no more requests than there are pages."""
        self.emulator.huawei.denied.clear()
        self.parameters = {"project_id": PROJECT}
        run = self.run(self.parameters, (), DIRECT)
        servers = self.emulator.huawei.dev_servers
        assert run.result["status"] == "succeeded"
        assert run.data["complete"] is True
        assert run.data["total"] == len(servers)
        assert {each["id"] for each in run.data["servers"]} == {each["id"] for each in servers}
        assert len(run.exchanges) == max(1, -(-len(servers) // PAGE))

    # The model

    def predict(self, run: Run) -> Expected:
        made = calls(run.exchanges)
        if made and made[0][0].action == "KeystoneListProjects":
            lookup = made.pop(0)
            if not lookup[-1].answer.good:
                return failure(lookup[-1])
        pages = [call[-1] for call in made]
        good = [page for page in pages if page.answer.good]
        self.check_offsets(pages)
        self.check_data(run, good)
        if run.out_of_time:
            return Expected("failed", "timeout")
        if not pages[-1].answer.good:
            return failure(pages[-1])
        assert self.is_last(good), "did not read all pages"
        return Expected("succeeded")

    def check_offsets(self, pages: list[Exchange]) -> None:
        """Check that each page begins where the one before ended, and none comes after the last."""
        offset, limit = self.parameters.get("offset", 0), self.parameters.get("limit", PAGE)
        for position, page in enumerate(pages):
            query = dict(page.request.query)
            assert query == {"limit": str(limit), "offset": str(offset)}
            assert not position or not self.is_last(pages[:position]), "asked for one more page"
            offset += len(page.answer.body["data"]) if page.answer.good else 0

    def is_last(self, pages: list[Exchange]) -> bool:
        """Return whether nothing is left to read after these pages."""
        if "limit" in self.parameters:
            return True
        *earlier, last = [page.answer.body["data"] for page in pages]
        known = {server["id"] for page in earlier for server in page}
        has_new = any(server["id"] not in known for server in last)
        read = self.parameters.get("offset", 0) + sum(map(len, (*earlier, last)))
        return not has_new or read >= pages[-1].answer.body["total"]

    def check_data(self, run: Run, good: list[Exchange]) -> None:
        """Check that the data is what the pages contain, each server once."""
        found = {
            server["id"]: server for page in reversed(good) for server in page.answer.body["data"]
        }
        if run.result["status"] == "failed" and not found:
            assert run.data == {}
            return
        total = good[-1].answer.body["total"]
        bounded = {"offset", "limit"} & self.parameters.keys()
        attention = {name for name, server in found.items() if server["status"] in ATTENTION}
        assert run.data["by_status"] == dict(Counter(each["status"] for each in found.values()))
        urgent = {item["id"] for item in run.data["attention"]}
        assert run.data["attention_count"] == len(attention)
        assert urgent == attention if len(attention) < 200 else urgent <= attention
        assert run.data["total"] == (total if bounded else len(found))
        assert run.data["complete"] == (len(found) >= total)
        wanted = attention if run.how.trigger == "timer" else set(found)
        listed = {each["id"] for each in run.data["servers"]}
        assert listed < wanted if run.data["truncated"] else listed == wanted
        assert not run.data["truncated"] or (run.how.trigger == "timer" and len(listed) > 100)


TestSyncDevServers = SyncDevServers.TestCase
TestSyncDevServers.settings = MACHINE_SETTINGS
