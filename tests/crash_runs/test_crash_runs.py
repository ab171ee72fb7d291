"""A fleet on DBOS whose worker is killed: every target is done, and none is done twice.

``make crash-runs`` does the same a hundred times, at random requests.
"""

from __future__ import annotations

import sys

import pytest

from tests.crash_runs.crash_run import EDAS, EDAS_REGIONS, crash_run
from tests.crash_runs.killer import AFTER, ANSWERED, BEFORE, Kill
from tests.support.prerequisites import reason


@pytest.mark.skipif(
    sys.version_info >= (3, 13),  # DBOS 3.4.0's first row lacks a time that SQLite requires there
    reason=reason("a Python that DBOS starts on"),
)
def test_a_killed_worker_goes_on_and_repeats_no_change() -> None:
    kills = (Kill(8, AFTER), Kill(10, ANSWERED), Kill(9, BEFORE))

    outcome = crash_run(kills)

    assert outcome.kills == kills
    assert outcome.problems == ()
    assert {count for (function, _), count in outcome.writes.items() if function != EDAS} == {1}
    assert outcome.repeated_on_edas <= len(kills) * len(EDAS_REGIONS)
