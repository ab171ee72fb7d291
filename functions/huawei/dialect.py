"""How Huawei Cloud is spoken to: address, sign, read the answer, find the project.

Source: "AK/SK signing and authentication" of Huawei's API signing guide and
``GET /v3/projects`` of the IAM API reference.
"""

from __future__ import annotations

from datetime import datetime

from shared.errors import BadResponse, Misconfigured, SyncError, Unauthenticated
from shared.models.answer import error_for, json_object
from shared.models.body import as_bytes
from shared.models.identity import AuthToken, Credentials
from shared.models.operation import Dialect, Target
from shared.models.service import ReadSetting, Service
from shared.models.steps import Answer, Call, Steps, ask
from shared.models.wire import Parse, Request, Response
from shared.signing import sdk_hmac

JSON = "application/json"
PLANNED_PROJECT = "{project_id}"


def iam_host(region: str | None, _setting: ReadSetting) -> str:
    """Return IAM's host in a region."""
    return f"iam.{region}.myhuaweicloud.com"


IAM = Service(
    name="iam",
    label="IAM",
    overrides=("HUAWEI_IAM_ENDPOINT_URL", "HUAWEICLOUD_SDK_IAM_ENDPOINT"),
    host=iam_host,
)


def sign(
    call: Call, origin: str, credentials: Credentials, _target: Target, now: datetime, nonce: str
) -> Request:
    """Return a call signed with SDK-HMAC-SHA256, or carrying the ready token instead."""
    headers = {
        "Accept": JSON,
        "Content-Type": JSON if call.body is None else f"{JSON};charset=UTF-8",
        **dict(call.headers),
    }
    request = Request(
        method=call.method,
        origin=origin,
        path=call.path,
        query=call.query,
        headers=headers,
        body=as_bytes(call.body),
    )
    if isinstance(credentials, AuthToken):
        headers |= {"Host": request.host, "X-Auth-Token": credentials.token.reveal()}
        return request.changed(headers=headers)
    return sdk_hmac.sign(request, credentials, now=now, nonce=nonce)


def read(_call: Call, response: Response, parse: Parse) -> Answer:
    """Return an answer's JSON object, None for an empty body (a start answers so).

    Raises
    ------
    SyncError: the provider's code decides the class, before the HTTP status.
    BadResponse: XML, HTML, half a JSON, another type, a redirect.
    """
    request_id = response.headers.get("x-request-id")
    body = json_object(response, request_id, parse)
    if 200 <= response.status < 300:
        return Answer(body=body, status=response.status, request_id=request_id)
    raise refusal(body or {}, response.status, request_id)


def refusal(found: dict[str, object], status: int, request_id: str | None) -> SyncError:
    """Return the error of an answer that is a no."""
    from functions.huawei.error_codes import ERROR_CODES  # a good answer needs none of them

    inner = found.get("error")
    if isinstance(inner, dict):  # IAM's own shape
        found = {"error_code": inner.get("code"), "error_msg": inner.get("message"), **found}
    code = found.get("error_code", found.get("errorCode"))
    message = str(found.get("error_msg", found.get("errorMsg")) or "")
    error = error_for(
        ERROR_CODES,
        code=str(code) if code is not None else None,
        message=message,
        status=status,
        request_id=request_id,
    )
    if isinstance(error, Unauthenticated):
        error.expired_signature = "expired" in message.lower()
    return error


def project_of(asked: str | None, target: Target) -> Steps[str]:
    """Return the project: the event's, the settings', else the one IAM names as the region.

    Parameters
    ----------
    asked: the event's ``project_id``.
    target: where the run goes.

    Raises
    ------
    Misconfigured: IAM knows none, or several, of that name.
    """
    project = asked or target.project_id
    if project is not None:
        return project
    region = target.region or ""
    answer = yield from ask(look_up_project(region))
    projects = answer.body.get("projects") if isinstance(answer.body, dict) else None
    if not isinstance(projects, list):
        raise BadResponse(
            "IAM's answer has no list of projects",
            http_status=answer.status,
            retryable=False,
            request_id=answer.request_id,
        )
    found = [
        item["id"]
        for item in projects
        if isinstance(item, dict) and item.get("name") == region and isinstance(item.get("id"), str)
    ]
    if len(found) == 1 and is_path_segment(found[0]):
        return str(found[0])
    what = "no project" if not found else f"several projects ({', '.join(map(str, found))})"
    raise Misconfigured(
        f"IAM knows {what} named {region}",
        code="ProjectNotFound",
        request_id=answer.request_id,
        hint="Give project_id in the event, or HUAWEICLOUD_SDK_PROJECT_ID together with "
        f"HUAWEICLOUD_REGION={region}; looked there and in IAM (GET /v3/projects?name={region}).",
    )


def is_path_segment(project: str) -> bool:
    """Return whether an id from an answer may stand in a path."""
    return project == PLANNED_PROJECT or project.replace("-", "").replace("_", "").isalnum()


def look_up_project(region: str) -> Call:
    """``GET /v3/projects?name=<region>``: the projects of the identity in a region."""
    return Call(
        service=IAM,
        action="KeystoneListProjects",
        permission="iam:projects:listProjects",
        method="GET",
        path="/v3/projects",
        query=(("name", region),),
        cached=True,
        stand_in={"projects": [{"id": PLANNED_PROJECT, "name": region}]},
    )


HUAWEI = Dialect(
    provider="huawei",
    region_setting="HUAWEICLOUD_REGION",
    sign=sign,
    read=read,
)
