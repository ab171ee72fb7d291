"""Writes ``docs/errors.md`` from the code: ``python -m local.error_tables > docs/errors.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import groupby

from functions.alibaba.error_codes import ROWS as ALIBABA
from functions.huawei.error_codes import OLDER_SPELLING
from functions.huawei.error_codes import ROWS as HUAWEI
from functions.tencent.error_codes import ROWS as TENCENT
from shared.errors import (
    PROVIDER_ERRORS,
    BadResponse,
    Internal,
    SyncError,
    TimedOut,
    Unreachable,
)
from shared.models.error_code import ErrorCode

CLASSES: tuple[type[SyncError], ...] = (
    *PROVIDER_ERRORS.values(),
    TimedOut,
    Unreachable,
    BadResponse,
    Internal,
)

_WHO = {
    "caller": "who called the function",
    "deployer": "who set the function up",
    "provider": "the provider, or the state of things there",
    "network": "the way between",
    "us": "this project",
}

_INTRODUCTION = """\
# Errors

<!-- Written by `python -m local.error_tables`; change the tables in the code, not here. -->

A failed result carries an `error` with a `category`, the provider's `code` and `message`, and a
`hint` that says what to do next. The provider's code decides the category; the HTTP status only
where the code is not in the tables below.

## Categories

"""

_STATUSES = """\

A code that no table knows is put into a category by its HTTP status: 401 `unauthenticated`,
403 `forbidden`, 404 `not_found`, 409 `conflict`, 429 `throttled`, 408 and 5xx `unavailable`,
anything else `refused`.

A row stands for the codes under it too, unless they have a row of their own:
`RequestLimitExceeded` covers `RequestLimitExceeded.Anything`. `code/status` is a code under one
HTTP status only.
"""


_EDAS = """\
The page of EDAS SynchronizeResource documents no code of its own: the gateway's apply, and a number
in the answer's `Code` is read like an HTTP status."""

_CWP = """\
Tencent Cloud answers every error under HTTP 200, so its code alone decides."""

_OMS = """\
The page of OMS StartSyncTask documents no code of its own, and none is known for a task that is
synchronizing already: the task's state decides that. Codes that begin with `APIGW.` also come as
"""


def render() -> str:
    """Return the whole text of ``docs/errors.md``."""
    newer, older = OLDER_SPELLING
    parts = [
        _INTRODUCTION,
        *_table(("category", "what it means", "who can mend it", "again?"), map(_class, CLASSES)),
        _STATUSES,
        *_provider("Alibaba Cloud", ALIBABA, _EDAS),
        *_provider("Tencent Cloud", TENCENT, _CWP),
        *_provider(
            "Huawei Cloud", HUAWEI, _OMS + f"`{older}*`, as older gateways spell `{newer}*`."
        ),
    ]
    return "".join(parts)


def _class(error: type[SyncError]) -> tuple[str, ...]:
    meaning = (error.__doc__ or "").partition("\n")[0].partition(";")[0].rstrip(".") + "."
    again = "yes" if error.default_retryable else "no"
    return (f"`{error.category}`", meaning, _WHO[error.fault], again)


def _provider(name: str, rows: tuple[ErrorCode, ...], note: str) -> Iterator[str]:
    yield f"\n## {name}\n\n{note}\n"
    for source, group in groupby(rows, key=lambda row: row.source):
        title, _, address = source.partition(" <")
        yield f"\n### {title}\n\nSource: <{address}\n\n"
        yield from _table(("code", "category", "again?", "what to do"), map(_row, group))


def _row(row: ErrorCode) -> tuple[str, ...]:
    again = row.retryable
    if again is None:
        again = PROVIDER_ERRORS[row.category].default_retryable
    hint = row.hint.replace("<", "&lt;").replace("*", "\\*").replace("|", "\\|")
    return (f"`{row.code}`", f"`{row.category}`", "yes" if again else "no", hint)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for cells in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    sys.stdout.write(render())
