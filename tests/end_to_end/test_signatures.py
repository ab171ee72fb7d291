"""Every attempt is signed again, whatever error it follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from itertools import count, repeat

import pytest

from functions.registry import OPERATIONS
from local.emulator import Emulator, faults
from local.emulator.huawei import PROJECT
from tests.support.clocks import FastClock
from tests.support.platform_caller import DONE, SERVICE, PlatformCaller

TRANSIENT_ERRORS = {
    "throttled": faults.throttled(0.01),
    "reset before reading": faults.reset_before_reading(),
    "reset after reading": faults.reset(work=False),
    "reset after the work": faults.reset(work=True),
    "hung up": faults.hang_up(work=False),
    "unavailable": faults.status(503),
    "half a JSON": faults.half_json(),
    "closed silently": faults.close_silently(),
}


class SetClock(FastClock):
    """A clock whose readings are so many seconds after its first."""

    def __init__(self, seconds: Iterator[int]) -> None:
        self._began = datetime.now(timezone.utc)
        self._seconds = seconds

    def now(self) -> datetime:
        return self._began + timedelta(seconds=next(self._seconds))


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        (operation, error)
        for operation in OPERATIONS
        for error in TRANSIENT_ERRORS
        # After a gateway's error EDAS may have done the work, and cannot be asked.
        if (operation, error) != ("alibaba.edas.SynchronizeResource", "unavailable")
    ],
)
def test_a_run_with_transient_errors_succeeds_and_signs_every_attempt_at_its_own_time(
    caller: PlatformCaller, emulator: Emulator, operation: str, error: str
) -> None:
    # Without a clock that moves, equal requests of Tencent and Huawei have equal signatures.
    caller.runtime.clock = SetClock(count())
    emulator.inject_fault(SERVICE[operation], TRANSIENT_ERRORS[error])

    result = caller.run(operation)

    assert result["status"] in DONE[operation], result
    signatures = caller.authorizations()
    assert signatures
    assert len(set(signatures)) == len(signatures)


@pytest.mark.parametrize(
    ("operation", "event", "different"),
    [
        ("alibaba.edas.SynchronizeResource", {"type": "ram"}, 20),
        ("tencent.cwp.SyncMachines", {"sync": False}, 1),
        ("huawei.modelarts.SyncDevServers", {"project_id": PROJECT}, 1),
    ],
)
def test_equal_requests_within_one_second_differ_only_where_the_scheme_has_a_nonce(
    caller: PlatformCaller,
    emulator: Emulator,
    operation: str,
    event: dict[str, object],
    different: int,
) -> None:
    caller.runtime.clock = SetClock(repeat(0))

    results = [caller.run(operation, event) for _ in range(20)]

    assert {result["status"] for result in results} <= DONE[operation] | {"idle"}
    signatures = caller.authorizations()
    assert len(signatures) == 20
    assert len(set(signatures)) == different
    assert all(request.accepted for request in emulator.received)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_temporary_keys_are_accepted(
    emulator: Emulator, caller: PlatformCaller, operation: str
) -> None:
    caller.environ.update(emulator.environment(temporary=True))

    assert caller.run(operation)["status"] in DONE[operation]


@pytest.mark.parametrize(
    ("operation", "sent"),
    [
        ("alibaba.edas.SynchronizeResource", 2),
        ("alibaba.ehpc.SynchronizeApp", 4),
        ("tencent.cwp.SyncMachines", 4),
        ("huawei.oms.StartSyncTask", 4),
        ("huawei.modelarts.SyncDevServers", 4),
    ],
)
def test_a_permanent_error_is_given_up_after_the_attempts_its_call_allows(
    caller: PlatformCaller, emulator: Emulator, operation: str, sent: int
) -> None:
    emulator.inject_fault(SERVICE[operation], faults.reset(work=False), times=None)

    result = caller.run(operation)

    assert result["status"] == "failed"
    assert result["error"]["category"] == "unreachable"
    assert result["error"]["retryable"] is True
    received = emulator.received.of(SERVICE[operation])
    assert result["attempts"] == len(received)
    assert Counter(request.action for request in received)[received[-1].action] == sent
