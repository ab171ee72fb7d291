"""Hundreds of bucket events with injected faults; ``make fire-events`` has as many as you like."""

from __future__ import annotations

import pytest

from tests.fault_injection.bucket_events import BATCH, make_delivery, run_batch


@pytest.mark.parametrize("first", range(0, 300, BATCH))
def test_whatever_goes_wrong_no_object_is_lost(first: int) -> None:
    report = run_batch(list(range(first, first + BATCH)))

    assert report.events == BATCH
    assert report.objects > BATCH
    assert report.found == []
    assert report.lost == 0


def test_a_seed_makes_the_same_delivery_every_time() -> None:
    assert str(make_delivery(7)) == str(make_delivery(7))
    assert make_delivery(7).event == make_delivery(7).event
