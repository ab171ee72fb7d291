"""What a client may conclude from a response, by the contract alone and without the product."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

from shared.errors import SyncError
from shared.models.http import Request, Response

Outcome = Literal["good", "refused", "unknown"]
"""``refused``: surely nothing was done; ``unknown``: it may have been done."""

CATEGORY_OF_CODE: Mapping[str, str] = {
    "InvalidTimeStamp.Expired": "unauthenticated",
    "SignatureDoesNotMatch": "unauthenticated",
    "Forbidden.RAM": "forbidden",
    "Throttling.User": "throttled",
    "InvalidParameter": "invalid_input",
    "InvalidParams": "invalid_input",
    "ImageNotFound": "not_found",
    "DbError": "unavailable",
    "EcsError": "unavailable",
    "AuthFailure.SignatureExpire": "unauthenticated",
    "AuthFailure.SecretIdNotFound": "unauthenticated",
    "UnauthorizedOperation": "forbidden",
    "RequestLimitExceeded": "throttled",
    "InvalidParameterValue": "invalid_input",
    "FailedOperation": "refused",
    "FailedOperation.APIServerFail": "unavailable",
    "InternalError": "unavailable",
    "ModelArts.0104": "invalid_input",
}
"""The provider's code decides before its HTTP status."""

CATEGORY_OF_STATUS = {
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    408: "unavailable",
    409: "conflict",
    429: "throttled",
}


class Answer(NamedTuple):
    """What a request led to, as far as its client can know.

    Parameters
    ----------
    outcome: see :data:`Outcome`.
    category: the error's category, None if there is no error.
    code: the provider's code, if it is an error of the provider.
    status: the HTTP status, if a response came.
    body: the documented object; None without one.
    wait_seconds: how long the provider asks to wait.
    """

    outcome: Outcome
    category: str | None = None
    code: str | None = None
    status: int | None = None
    body: Any = None
    wait_seconds: float = 0.0

    @property
    def good(self) -> bool:
        """Whether it is the documented response."""
        return self.outcome == "good"


def answer_of(action: str, received: Response | SyncError) -> Answer:
    """Return what a client may conclude from what it received.

    Parameters
    ----------
    action: the provider's name of the operation.
    received: the response, or the error of the connection.
    """
    if isinstance(received, SyncError):
        return Answer("unknown", received.category)
    status, wait = received.status, wait_seconds(received)
    if 300 <= status < 400:
        return Answer("refused", "bad_response", status=status)
    body = parse(received.body)
    code = error_code(body)
    if code is not None or not 200 <= status < 300:
        category = category_of(code, status)
        if code is None and received.body and not isinstance(body, dict):
            category = category if category in {"throttled", "unavailable"} else "bad_response"
        # What EDAS says in its own response is known, whatever code it gives.
        is_known = category != "unavailable" or "Success" in (body or {})
        outcome: Outcome = "refused" if is_known else "unknown"
        return Answer(outcome, category, code, status, wait_seconds=wait)
    if action in {*SYNCHRONIZATIONS, COUNTS}:
        body = body.get("Response") if isinstance(body, dict) else None
    if not DOCUMENTED[action](body, received):
        return Answer("unknown", "bad_response", status=status)
    return Answer("good", status=status, body=body)


def parse(body: bytes) -> Any:
    """Return a body's JSON object; None without a body, an empty list for anything else."""
    try:
        parsed = json.loads(body) if body.strip() else None
    except ValueError:
        return []
    return parsed if isinstance(parsed, dict) or not body.strip() else []


def error_code(body: Any) -> str | None:
    """Return the provider's code in a body, None if it holds no error."""
    if not isinstance(body, dict):
        return None
    inner = body.get("Response")
    if isinstance(inner, dict):
        error = inner.get("Error")
        return str(error["Code"]) if isinstance(error, dict) else None
    if body.get("Success") is False or isinstance(body.get("Code"), str):
        return str(body["Code"])
    code = body.get("error_code")
    return None if code is None else str(code)


def category_of(code: str | None, status: int) -> str:
    """Return the category of a refusal; HTTP 200 with an unknown code is ``refused``."""
    if code is not None and code in CATEGORY_OF_CODE:
        return CATEGORY_OF_CODE[code]
    if code is not None and code.isdigit():
        status = int(code)
    if status >= 500:
        return "unavailable"
    return CATEGORY_OF_STATUS.get(status, "refused")


def wait_seconds(response: Response) -> float:
    """Return how long a provider asks to wait."""
    milliseconds = response.headers.get("x-acs-retry-after")
    if milliseconds is not None:
        return int(milliseconds) / 1000
    return float(response.headers.get("retry-after", 0))


COUNTS = "DescribeMachineGeneral"
"""CWP's counts, which a run reads beside what it is asked to do."""

SYNCHRONIZATIONS = ("SyncMachines", "SyncAssetScan")
"""CWP's operations that start with ``Sync: true`` and read their state otherwise."""

DOCUMENTED: Mapping[str, Callable[[Any, Response], bool]] = {
    "SynchronizeResource": lambda body, _: isinstance(body, dict) and "Success" in body,
    "ListVpc": lambda body, _: isinstance(body, dict) and "VpcList" in body,
    "ListSlb": lambda body, _: isinstance(body, dict) and "SlbList" in body,
    "ListEcsNotInCluster": lambda body, _: isinstance(body, dict) and "EcsEntityList" in body,
    "ListCluster": lambda body, _: isinstance(body, dict) and "ClusterList" in body,
    "ListClusterMembers": lambda body, _: isinstance(body, dict) and "ClusterMemberPage" in body,
    "SynchronizeApp": lambda body, response: (
        isinstance(body, dict) and ("RequestId" in body or "x-acs-request-id" in response.headers)
    ),
    "ListImages": lambda body, _: isinstance(body, dict) and "Images" in body,
    "GetImage": lambda body, _: isinstance(body, dict) and "Image" in body,
    "SyncMachines": lambda body, _: isinstance(body, dict) and "State" in body,
    "SyncAssetScan": lambda body, _: isinstance(body, dict) and "State" in body,
    COUNTS: lambda body, _: isinstance(body, dict) and "MachineCnt" in body,
    "ShowSyncTask": lambda body, _: isinstance(body, dict) and "status" in body,
    "StartSyncTask": lambda body, _: body is None or isinstance(body, dict),
    "StopSyncTask": lambda body, _: body is None or isinstance(body, dict),
    "CreateSyncEvents": lambda body, _: body is None or isinstance(body, dict),
    "ListSyncTasks": lambda body, _: isinstance(body, dict) and "tasks" in body,
    "ListSyncTaskStatistic": lambda body, _: body is None or isinstance(body, dict),
    "SyncDevServers": lambda body, _: isinstance(body, dict) and "data" in body,
    "ListDevServers": lambda body, _: isinstance(body, dict) and "data" in body,
    "KeystoneListProjects": lambda body, _: isinstance(body, dict) and "projects" in body,
}
"""Action -> whether a body is the documented one."""


OPTIONAL = {
    *("ListVpc", "ListSlb", "ListEcsNotInCluster", "ListCluster", "ListClusterMembers"),
    *("ListImages", "GetImage", COUNTS, "ListSyncTaskStatistic"),
}
"""The actions that a run does without if they fail: they are sent twice at most."""


def action_of(request: Request) -> str:
    """Return the provider's name of what a request asks for."""
    for header in ("x-acs-action", "X-TC-Action"):
        if header in request.headers:
            return request.headers[header]
    if request.path == "/v3/projects":
        return "KeystoneListProjects"
    if "/dev-servers" in request.path:
        return "SyncDevServers" if request.method == "PUT" else "ListDevServers"
    endings = {
        "/start": "StartSyncTask",
        "/stop": "StopSyncTask",
        "/events": "CreateSyncEvents",
        "/statistics": "ListSyncTaskStatistic",
        "/sync-tasks": "ListSyncTasks",
    }
    found = (action for ending, action in endings.items() if request.path.endswith(ending))
    return next(found, "ShowSyncTask")


def is_write(request: Request) -> bool:
    """Return whether a request asks for an effect that must not happen by mistake."""
    action = action_of(request)
    if action in SYNCHRONIZATIONS:
        return bool(json.loads(request.body)["Sync"])
    return action in {
        *("SynchronizeResource", "SynchronizeApp"),
        *("StartSyncTask", "StopSyncTask", "CreateSyncEvents"),
    }
