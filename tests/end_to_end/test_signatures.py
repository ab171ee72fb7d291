"""No signature is ever sent twice, whatever goes wrong on the way."""

from __future__ import annotations

import pytest

from functions.registry import OPERATIONS
from local.emulator import Emulator, faults
from tests.support.platform_caller import DONE, SERVICE, Caller

TROUBLE = {
    "throttled": faults.throttled(0.01),
    "reset before reading": faults.reset_before_reading(),
    "reset after reading": faults.reset(work=False),
    "reset after the work": faults.reset(work=True),
    "hung up": faults.hang_up(work=False),
    "unavailable": faults.status(503),
    "half a JSON": faults.half_json(),
    "closed silently": faults.close_silently(),
}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("trouble", TROUBLE)
def test_a_run_through_trouble_ends_well_and_never_repeats_a_signature(
    caller: Caller, emulator: Emulator, operation: str, trouble: str
) -> None:
    emulator.inject_fault(SERVICE[operation], TROUBLE[trouble])

    result = caller.run(operation)

    assert result["status"] in DONE[operation], result
    seen = caller.authorizations()
    assert seen
    assert len(set(seen)) == len(seen)


def test_twenty_polls_within_one_second_carry_twenty_signatures(
    caller: Caller, emulator: Emulator
) -> None:
    for _ in range(20):
        caller.run("tencent.cwp.SyncMachines", {"sync": False})

    seen = caller.authorizations()
    assert len(seen) == 20
    assert len(set(seen)) == 20


@pytest.mark.parametrize("operation", OPERATIONS)
def test_temporary_keys_are_taken(emulator: Emulator, caller: Caller, operation: str) -> None:
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
def test_what_stays_broken_is_given_up_after_the_attempts_its_call_allows(
    caller: Caller, emulator: Emulator, operation: str, sent: int
) -> None:
    emulator.inject_fault(SERVICE[operation], faults.reset(work=False), times=None)

    result = caller.run(operation)

    assert result["status"] == "failed"
    assert result["error"]["category"] == "unreachable"
    assert result["error"]["retryable"] is True
    assert result["attempts"] == sent
    assert len(emulator.received.of(SERVICE[operation])) == sent
