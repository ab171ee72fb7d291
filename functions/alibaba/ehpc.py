"""Alibaba E-HPC Instant: its host, and the refusals that it sends with HTTP 200."""

from __future__ import annotations

from functions.alibaba.response_code import is_refusal
from shared.models.flow import ApiCall, ApiResponse, Flow, GetSetting, Service, call_api

VERSION = "2023-07-01"


def host(region: str | None, _setting: GetSetting) -> str:
    """Return E-HPC Instant's host in a region."""
    return f"ehpcinstant.{region}.aliyuncs.com"


EHPC = Service(name="ehpc", label="E-HPC", endpoint_settings=("EHPC_ENDPOINT_URL",), host_of=host)


def call_ehpc(call: ApiCall) -> Flow[ApiResponse]:
    """Send one call and return its response.

    Raises
    ------
    SyncError: the client's error; or E-HPC's own if ``Success`` is false or there is a ``Code``,
        despite HTTP 200.
    """
    response = yield from call_api(call)
    body = response.body if isinstance(response.body, dict) else {}
    if is_refusal(body):
        from functions.alibaba.provider import error_from_response  # only needed for an error

        error = error_from_response(call, body, response.status, response.request_id)
        error.after_unknown_outcome = response.after_unknown_outcome
        raise error
    return response
