"""The calls to SCF's management API: their host, rights and bodies.

Source: SCF's API of 2018-04-16 <https://cloud.tencent.com/document/api/583/17235>; the bodies in
this package are those of tencentcloud-sdk-python-scf 3.1.100.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.errors import SyncError
from shared.models.flow import ApiCall, ApiResponse, GetSetting, Service

VERSION = "2018-04-16"


def host_of(region: str | None, _setting: GetSetting) -> str:
    """Return SCF's host: one for all regions, except the finance regions."""
    if region is not None and region.endswith("-fsi"):
        return f"scf.{region}.tencentcloudapi.com"
    return "scf.tencentcloudapi.com"


SCF = Service(
    name="scf", label="SCF", endpoint_settings=("TENCENT_SCF_ENDPOINT_URL",), host_of=host_of
)


def reading(action: str, body: Mapping[str, object]) -> ApiCall:
    """Return a call that changes nothing."""
    return ApiCall(
        service=SCF,
        action=action,
        version=VERSION,
        method="POST",
        body=body,
        permission=f"scf:{action}",
    )


def writing(action: str, body: Mapping[str, object], seconds: float = 20.0) -> ApiCall:
    """Return a call that changes something; sent again where the answer was lost."""
    return reading(action, body)._replace(writes=True, read_timeout=seconds)


def is_missing(error: SyncError) -> bool:
    """Return whether SCF reports that there is no such function, or trigger."""
    return error.code.startswith(("ResourceNotFound.Function", "ResourceNotFound.Trigger"))


def body_of(response: ApiResponse) -> Mapping[str, Any]:
    """Return a response's object."""
    body: Mapping[str, Any] = response.body
    return body
