"""The calls to Function Compute's management API: their paths, rights, bodies and repetitions.

Source: Function Compute's API of 2023-03-30
<https://www.alibabacloud.com/help/en/functioncompute/fc/developer-reference/api-fc-2023-03-30-overview>;
the bodies are those of alibabacloud_fc20230330 4.8.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.deployment.fc.requests import FC
from shared.errors import SyncError
from shared.models.flow import ApiCall, ApiResponse, Flow, call_api, sleep

VERSION = "2023-03-30"
FUNCTIONS = f"/{VERSION}/functions"

POLL_SECONDS = 2.0
MAX_WAIT_SECONDS = 120.0

NO_FUNCTION = "FunctionNotFound"
BUSY = "ConcurrentUpdateError"
"""Something else changes the function; after a lost answer it may be the same change."""


def path_of(name: str, *more: str) -> str:
    """Return the path of a function, or of something of it."""
    return "/".join((FUNCTIONS, name, *more))


def reading(
    action: str, path: str, *, right: str = "", query: tuple[tuple[str, str], ...] = ()
) -> ApiCall:
    """Return a call that changes nothing; ``right`` where it is not the action's name."""
    return ApiCall(
        service=FC,
        action=action,
        version=VERSION,
        method="GET",
        path=path,
        query=query,
        permission=f"fc:{right or action}",
    )


def writing(
    action: str,
    method: str,
    path: str,
    body: Mapping[str, object] | None = None,
    *,
    right: str = "",
    seconds: float = 20.0,
) -> ApiCall:
    """Return a call that changes something; sent again where the answer was lost."""
    return reading(action, path, right=right)._replace(
        method=method, body=body, writes=True, read_timeout=seconds
    )


def body_of(response: ApiResponse) -> Mapping[str, Any]:
    """Return a response's object."""
    body: Mapping[str, Any] = response.body or {}
    return body


def change(call: ApiCall) -> Flow[ApiResponse]:
    """Send a call that changes something, again while something else changes the function."""
    while True:
        try:
            return (yield from call_api(call))
        except SyncError as error:
            if error.code != BUSY or not (yield from sleep(POLL_SECONDS, MAX_WAIT_SECONDS)):
                raise


def remove(call: ApiCall, *missing: str) -> Flow[None]:
    """Send a call that deletes something; that it is gone, as these codes say, is no error."""
    try:
        yield from change(call)
    except SyncError as error:
        if error.code not in missing:
            raise
