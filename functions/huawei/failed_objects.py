"""Which objects a synchronization task failed to copy since the last tick.

Page: https://support.huaweicloud.com/intl/en-us/api-oms/ListSyncTaskStatistic.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from functions.huawei.sync_task import OMS, sentence
from shared.clock import rfc3339_from_millis
from shared.errors import Forbidden, SyncError
from shared.models.flow import ApiCall, Flow, call_api
from shared.models.provider_errors import as_count, as_text
from shared.models.result import Outcome

if TYPE_CHECKING:
    from functions.huawei.models import SyncTaskWindow as Window
    from shared.models.documents import Attention
else:
    Attention = Window = dict

STATISTICS_PERMISSION = "oms:synctask:statistics"
DATA_TYPES = ("REQUEST", "SUCCESS", "FAILURE", "SKIP", "SIZE")
BUCKET_SECONDS = 300
"""OMS counts in intervals of five minutes, or of an hour for a long time."""

READ_TIMEOUT = 5.0
"""In seconds: what was asked for is done, and only this look is missing."""

PERIODS = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def list_statistics(task_id: str, project: str, start: int, end: int) -> ApiCall:
    """Return ``GET …/sync-tasks/{sync_task_id}/statistics``: counts of objects, by interval.

    Parameters
    ----------
    task_id, project: the task.
    start, end: milliseconds since 1970.
    """
    return ApiCall(
        service=OMS,
        action="ListSyncTaskStatistic",
        permission=STATISTICS_PERMISSION,
        method="GET",
        path=f"/v2/{project}/sync-tasks/{task_id}/statistics",
        query=(
            ("data_type", ",".join(DATA_TYPES)),
            ("start_time", str(start)),
            ("end_time", str(end)),
        ),
        headers=(("X-Project-Id", project),),
        on_unknown_outcome="raise",
        read_timeout=READ_TIMEOUT,
        is_optional=True,
        dry_run_response={"statistic_datas": []},
    )


def read_counts(body: object) -> dict[str, int] | None:
    """Return the sums of OMS's counts by type in lower case; None if the body has no counts.

    Parameters
    ----------
    body: of a response; an interval without a count makes its whole type unknown.
    """
    rows = body.get("statistic_datas") if isinstance(body, dict) else None
    if not isinstance(rows, list):
        return None
    counts: dict[str, int] = {}
    for row in rows:
        kind, data = (
            (row.get("data_type"), row.get("data")) if isinstance(row, dict) else (None, None)
        )
        if kind not in DATA_TYPES or not isinstance(data, list):
            continue
        numbers = [number for each in data if (number := count_in(each)) is not None]
        if len(numbers) == len(data):
            counts[kind.lower()] = counts.get(kind.lower(), 0) + sum(numbers)
    return counts


def count_in(interval: object) -> int | None:
    """Return the count of one interval, None if there is none."""
    return as_count(interval.get("statistic_num") if isinstance(interval, dict) else None)


def report_failures(
    outcome: Outcome, project: str, since_seconds: int, now: datetime
) -> Flow[Outcome]:
    """Return a task's outcome with ``window`` and ``attention`` in its data.

    Without OMS's counts, the failures of this month need attention.

    Parameters
    ----------
    outcome: its buckets and monthly counters are known if the task's state was read.
    project: the task's project.
    since_seconds: how far back to look.
    now: when the run started.
    """
    data = dict(outcome.data)
    end = int(now.timestamp() * 1000)
    # From the start of an interval: rather twice in the results of two ticks than in none.
    start = (end - since_seconds * 1000) // (BUCKET_SECONDS * 1000) * BUCKET_SECONDS * 1000
    phrase = f"in the last {period(since_seconds)}"
    counts: Mapping[str, int] | None = None
    warnings: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    try:
        response = yield from call_api(
            list_statistics(str(data["sync_task_id"]), project, start, end)
        )
        counts = read_counts(response.body)
    except Forbidden:
        hint = f"allow `{STATISTICS_PERMISSION}` to see how many objects failed {phrase}"
        data["hint"] = " ".join(filter(None, (as_text(data["hint"]), sentence(hint))))
        hints = (hint,)
    except SyncError as error:
        warnings = (f"could not read how many objects failed {phrase}: {error.code}",)
    else:
        if counts is None or "failure" not in counts:
            warnings = (f"OMS's response does not say how many objects failed {phrase}",)
    if counts is not None:
        window = {kind.lower(): counts.get(kind.lower()) for kind in DATA_TYPES}
        times = {"from": rfc3339_from_millis(start), "to": rfc3339_from_millis(end)}
        data["window"] = {**times, **window}
    failed: object = (counts or {}).get("failure")
    if failed is None:
        failed, phrase = data["monthly_failure_object"], "this month"
    if failed:
        objects = "1 object" if failed == 1 else f"{failed} objects"
        item = Attention(
            id=str(data["sync_task_id"]), name=buckets(data), why=f"{objects} failed {phrase}"
        )
        data["attention"], data["attention_count"] = [item], 1
    return outcome._replace(
        data=data, warnings=outcome.warnings + warnings, hints=outcome.hints + hints
    )


def buckets(data: Mapping[str, object]) -> str | None:
    """Return a task's buckets for people, None if they are not known."""
    names = [str(data[key]) for key in ("src_bucket", "dst_bucket") if data[key]]
    return " to ".join(names) or None


def period(seconds: int) -> str:
    """Return a period as it follows "in the last": ``hour``, ``15 minutes``."""
    size, unit = next(each for each in PERIODS if seconds % each[0] == 0)
    count = seconds // size
    return unit if count == 1 else f"{count} {unit}s"
