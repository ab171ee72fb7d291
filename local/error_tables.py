"""Writes ``docs/errors.md`` from the code: ``python -m local.error_tables > docs/errors.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from itertools import groupby

from functions.alibaba import assume_role as alibaba_role
from functions.alibaba import copy_requests, synchronize_resource
from functions.alibaba.error_codes import ROWS as ALIBABA
from functions.alibaba.models import SynchronizeResourceParams
from functions.huawei import (
    assume_agency,
    create_sync_events,
    failed_objects,
    start_sync_task,
    stop_sync_task,
    stopped_sync_tasks,
    sync_dev_servers,
    sync_task,
)
from functions.huawei.error_codes import GATEWAY_PREFIXES
from functions.huawei.error_codes import ROWS as HUAWEI
from functions.huawei.models import StartSyncTaskParams, SyncDevServersParams
from functions.huawei.provider import list_projects
from functions.tencent import assume_role as tencent_role
from functions.tencent import machine_counts, sync_asset_scan, sync_machines
from functions.tencent.error_codes import ROWS as TENCENT
from local.deployment.platforms import MODULES, load_platform
from shared.errors import (
    PROVIDER_ERRORS,
    BadResponse,
    Internal,
    SyncError,
    TimedOut,
    Unreachable,
)
from shared.models.error_code import ErrorCode
from shared.models.flow import ApiCall
from shared.models.role import OidcIdentity, Role
from shared.models.secret import Secret

CLASSES: tuple[type[SyncError], ...] = (
    *PROVIDER_ERRORS.values(),
    TimedOut,
    Unreachable,
    BadResponse,
    Internal,
)

_WHO = {
    "caller": "the caller",
    "deployer": "whoever deployed the function",
    "provider": "the provider, or the owner of the resource",
    "network": "whoever runs the network",
    "us": "this project",
}

_INTRODUCTION = """\
# Errors

<!-- Written by `python -m local.error_tables`; change the tables in the code, not here. -->

A failed result has an `error` with a `category`, the provider's `code` and `message`, and a
`hint` that says what to do next. The provider's code decides the category; the HTTP status decides
only if the code is not in the tables below.

## Categories

"""

_STATUSES = """\

The category of a code that is in no table depends on the HTTP status: 401 `unauthenticated`,
403 `forbidden`, 404 `not_found`, 409 `conflict`, 429 `throttled`, 408, 499 and 5xx `unavailable`,
anything else `refused`.

A row also covers the codes below it, unless they have a row of their own:
`RequestLimitExceeded` covers `RequestLimitExceeded.Anything`. `code/status` is a code under one
HTTP status only.

In the hints, *permission* and *endpoint setting* are those of the rejected request.
"""


_EDAS = """\
The page of EDAS SynchronizeResource documents no codes of its own: those of the gateway apply, and
a number in the response's `Code` is treated like an HTTP status."""

_CWP = """\
Tencent Cloud returns every error with HTTP 200, so only its code decides."""

_OMS = """\
The page of OMS StartSyncTask documents no codes of its own, and none is known for a task that is
already synchronizing: the task's state decides that. Codes that start with `APIGW.` also come as
"""

_DEPLOYMENT = """\
What `make deploy` and `make remove` say about an error of the platform. These codes come before
those above."""


def render() -> str:
    """Return the text of ``docs/errors.md``."""
    newer, older = GATEWAY_PREFIXES
    parts = [
        _INTRODUCTION,
        *_table(("category", "what it means", "who can fix it", "retry?"), map(_class, CLASSES)),
        _STATUSES,
        *_provider("Alibaba Cloud", ALIBABA, _EDAS, _alibaba()),
        *_provider("Tencent Cloud", TENCENT, _CWP, _tencent()),
        *_provider(
            "Huawei Cloud",
            HUAWEI,
            _OMS + f"`{older}*`, the older gateways' spelling of `{newer}*`.",
            _huawei(),
        ),
        *_deployment(),
    ]
    return "".join(parts)


def _class(error: type[SyncError]) -> tuple[str, ...]:
    meaning = (error.__doc__ or "").partition("\n")[0].partition(";")[0].rstrip(".") + "."
    again = "yes" if error.default_retryable else "no"
    return (f"`{error.category}`", meaning, _WHO[error.fault], again)


def _alibaba() -> Iterator[ApiCall]:
    yield synchronize_resource.synchronize(SynchronizeResourceParams(type="all"))
    yield copy_requests.synchronize("ci-example", ())
    yield alibaba_role.with_keys(Role("example"), "example")
    token = OidcIdentity("example", Secret("example"))
    yield alibaba_role.with_token(Role("example", oidc=token), token, "example")


def _tencent() -> Iterator[ApiCall]:
    yield sync_machines.MACHINES.request(sync=True)
    yield machine_counts.describe_machines()
    yield sync_asset_scan.ASSETS.request(sync=True)
    yield tencent_role.request(Role("example"), "example", "ap-guangzhou")


def _huawei() -> Iterator[ApiCall]:
    task = StartSyncTaskParams(sync_task_id="example")
    yield start_sync_task.start(task, "example")
    yield stop_sync_task.stop("example", "example")
    yield create_sync_events.create_sync_events("example", "example", ["example"])
    yield sync_task.get_task("example", "example", datetime.now(timezone.utc))
    yield stopped_sync_tasks.list_stopped("example", 0)
    yield failed_objects.list_statistics("example", "example", 0, 0)
    servers = SyncDevServersParams()
    yield sync_dev_servers.sync_dev_servers(servers, "example", 0, 1)
    yield sync_dev_servers.list_dev_servers(servers, "example", 0, 1)
    yield list_projects("example")
    agency = Role("example", domain="example")
    yield assume_agency.create_temporary_access_key(agency, "example")
    yield assume_agency.assume_agency(agency, "example")


def _provider(
    name: str, rows: tuple[ErrorCode, ...], note: str, calls: Iterable[ApiCall]
) -> Iterator[str]:
    yield f"\n## {name}\n\n{note}\n\n"
    yield from _table(("request", "permission", "endpoint setting"), map(_call, calls))
    for source, group in groupby(rows, key=lambda row: row.source):
        title, _, address = source.partition(" <")
        yield f"\n### {title}\n\nSource: <{address}\n\n"
        yield from _table(("code", "category", "retry?", "what to do"), map(_row, group))


def _deployment() -> Iterator[str]:
    yield f"\n## Deployment\n\n{_DEPLOYMENT}\n"
    for name in MODULES:
        platform = load_platform(name)
        yield f"\n### {platform.title}\n\n"
        rows = map(_row, platform.error_codes.values())
        yield from _table(("code", "category", "retry?", "what to do"), rows)


def _call(call: ApiCall) -> tuple[str, ...]:
    request = f"{call.service.label} {call.action}"
    return (request, f"`{call.permission}`", f"`{call.service.endpoint_settings[0]}`")


def _row(row: ErrorCode) -> tuple[str, ...]:
    again = row.retryable
    if again is None:
        again = PROVIDER_ERRORS[row.category].default_retryable
    hint = row.hint.replace("<", "&lt;").replace("*", "\\*").replace("|", "\\|")
    hint = hint.replace("`{permission}`", "*permission*").replace(
        "{endpoint}", "*endpoint setting*"
    )
    return (f"`{row.code}`", f"`{row.category}`", "yes" if again else "no", hint)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for cells in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    sys.stdout.write(render())
