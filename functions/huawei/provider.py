"""Signs requests to Huawei Cloud, parses its responses and looks up the project.

Source: "AK/SK signing and authentication" of Huawei's API signing guide and
``GET /v3/projects`` of the IAM API reference.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from shared.errors import BadResponse, Misconfigured, SyncError, Unauthenticated
from shared.models.credentials import AccessKey, AuthToken, Credentials
from shared.models.error_reason import find_reason, first_text
from shared.models.flow import ApiCall, ApiResponse, Flow, GetSetting, Service, call_api
from shared.models.http import JsonParser, Request, Response, encode_json
from shared.models.operation import CallContext, Provider
from shared.models.provider_errors import error_from_code, parse_json_object
from shared.signing import sdk_hmac

if TYPE_CHECKING:
    from shared.models.role import Role, RoleSession

JSON = "application/json"
PROJECT_PLACEHOLDER = "{project_id}"


def iam_host(region: str | None, _setting: GetSetting) -> str:
    """Return IAM's host in a region, the global one without a region."""
    return f"iam.{region}.myhuaweicloud.com" if region else "iam.myhuaweicloud.com"


IAM = Service(
    name="iam",
    label="IAM",
    endpoint_settings=("HUAWEI_IAM_ENDPOINT_URL", "HUAWEICLOUD_SDK_IAM_ENDPOINT"),
    host_of=iam_host,
)


def sign(
    call: ApiCall,
    origin: str,
    credentials: Credentials,
    _context: CallContext,
    now: datetime,
    _nonce: str,
) -> Request:
    """Return a call as a request, signed with SDK-HMAC-SHA256 or with an ``X-Auth-Token``."""
    headers = {
        "Accept": JSON,
        "Content-Type": JSON if call.body is None else f"{JSON};charset=utf-8",
        **dict(call.headers),
    }
    request = Request(
        method=call.method,
        origin=origin,
        path=call.path,
        query=call.query,
        headers=headers,
        body=encode_json(call.body),
    )
    if isinstance(credentials, AuthToken):
        headers |= {"Host": request.host, "X-Auth-Token": credentials.token.get_secret_value()}
        return request._replace(headers=headers)
    if not isinstance(credentials, AccessKey):
        raise Misconfigured("Huawei Cloud requires access keys or a token")
    return sdk_hmac.sign(request, credentials, now=now)


def parse_response(call: ApiCall, response: Response, parse: JsonParser) -> ApiResponse:
    """Return a response's JSON object, None for an empty body (as StartSyncTask has).

    Raises
    ------
    SyncError: its class depends on the provider's code, then on the HTTP status.
    BadResponse: XML, HTML, truncated JSON, another JSON type or a redirect.
    """
    request_id = response.headers.get("x-request-id")
    body = parse_json_object(response, request_id, parse)
    if 200 <= response.status < 300:
        return ApiResponse(body=body, status=response.status, request_id=request_id)
    body_id = first_text(body or {}, ("request_id", "requestId"))
    raise error_from_response(call, body or {}, response.status, request_id or body_id)


def error_from_response(
    call: ApiCall, body: dict[str, object], status: int, request_id: str | None
) -> SyncError:
    """Return the error for an error response."""
    from functions.huawei.error_codes import ERROR_CODES  # only needed for an error

    reason = find_reason(body)
    error = error_from_code(
        ERROR_CODES,
        code=reason.code,
        message=reason.message,
        status=status,
        request_id=request_id,
        call=call,
    )
    if isinstance(error, Unauthenticated):
        error.expired_signature = "expired" in reason.message.lower()
    return error


def find_project_id(requested: str | None, context: CallContext) -> Flow[str]:
    """Return the project ID: the requested or the configured one, else look it up in IAM.

    A region's default project has the region's name.

    Parameters
    ----------
    requested: ``project_id`` in the parameters.
    context: the region, and the configured project.

    Raises
    ------
    Misconfigured: IAM has no project of that name, or several.
    """
    project = requested or context.project_id
    if project is not None:
        return project
    region = context.region or ""
    response = yield from call_api(list_projects(region))
    ids = default_projects(response.body, region)
    if ids is None:
        raise BadResponse(
            "IAM's response has no list of projects",
            http_status=response.status,
            retryable=False,
            request_id=response.request_id,
        )
    if len(ids) == 1:
        return ids[0]
    matches = f"several projects ({', '.join(ids)})" if ids else "no project"
    raise Misconfigured(
        f"IAM lists {matches} named {region}",
        code="ProjectNotFound",
        request_id=response.request_id,
        hint="Set project_id in the event, or HUAWEICLOUD_SDK_PROJECT_ID together with "
        f"HUAWEICLOUD_REGION={region}.",
    )


def default_projects(body: object, region: str) -> list[str] | None:
    """Return the IDs of the projects that have the region's name; None if the body has no list.

    A project whose ID could not be part of a path is left out.
    """
    projects = body.get("projects") if isinstance(body, dict) else None
    if not isinstance(projects, list):
        return None
    return [
        item["id"]
        for item in projects
        if isinstance(item, dict) and item.get("name") == region and is_path_segment(item.get("id"))
    ]


def is_path_segment(project: object) -> bool:
    """Return whether a project ID from a response is safe in a path."""
    if project == PROJECT_PLACEHOLDER:
        return True
    if not isinstance(project, str) or not project.isascii() or len(project) > 64:
        return False
    return project.replace("-", "").replace("_", "").isalnum()


def list_projects(region: str) -> ApiCall:
    """Return ``GET /v3/projects?name=<region>``: the identity's projects in a region."""
    return ApiCall(
        service=IAM,
        action="KeystoneListProjects",
        permission="iam:projects:listProjects",
        method="GET",
        path="/v3/projects",
        query=(("name", region),),
        cache_if=lambda response: len(default_projects(response.body, region) or ()) == 1,
        dry_run_response={"projects": [{"id": PROJECT_PLACEHOLDER, "name": region}]},
    )


def assume_role(role: Role, session_name: str, context: CallContext) -> Flow[RoleSession]:
    """Return the flow that assumes an agency."""
    from functions.huawei import assume_agency as flow  # only needed for an account with a role

    return flow.assume_role(role, session_name, context)


HUAWEI = Provider(
    name="huawei",
    region_setting="HUAWEICLOUD_REGION",
    sign=sign,
    parse_response=parse_response,
    assume_role=assume_role,
    project_setting="HUAWEICLOUD_SDK_PROJECT_ID",
    own_project_setting="RUNTIME_PROJECT_ID",
)
