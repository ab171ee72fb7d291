"""The calls to FunctionGraph's management API: their paths, rights and bodies.

Source: FunctionGraph's API, version 2
<https://support.huaweicloud.com/intl/en-us/api-functiongraph/functiongraph_06_0108.html>; the
bodies in this package are those of huaweicloudsdkfunctiongraph 3.1.219.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from functions.huawei.provider import JSON, find_project_id
from local.deployment.functiongraph.requests import FUNCTIONGRAPH
from shared.errors import SyncError
from shared.models.flow import ApiCall, ApiResponse, Flow, call_api
from shared.models.operation import CallContext

PACKAGE = "default"

MISSING = frozenset({"FSS.0404", "FSS.0410", "FSS.1051", "FSS.1131", "FSS.1140"})
EXISTS = frozenset({"FSS.0409", "FSS.1061", "FSS.1148", "FSS.1307"})


class Target:
    """Where a function is: the paths of its calls.

    Parameters
    ----------
    project, region: where.
    name: the function's name.
    """

    def __init__(self, project: str, region: str, name: str) -> None:
        urn = f"urn:fss:{region}:{project}:function:{PACKAGE}:{name}"
        self.headers = (("Content-Type", JSON), ("X-Project-Id", project))
        self.functions = f"/v2/{project}/fgs/functions"
        self.function = f"{self.functions}/{urn}"
        self.triggers = f"/v2/{project}/fgs/triggers/{urn}"

    def reading(self, action: str, path: str, right: str) -> ApiCall:
        """Return a call that changes nothing."""
        return ApiCall(
            service=FUNCTIONGRAPH,
            action=action,
            method="GET",
            path=path,
            headers=self.headers,
            permission=f"functiongraph:{right}",
            secret_fields=(("encrypted_user_data",),),
        )

    def writing(
        self,
        action: str,
        path: str,
        right: str,
        *,
        method: str = "PUT",
        body: Mapping[str, object] | None = None,
        seconds: float = 20.0,
    ) -> ApiCall:
        """Return a call that changes something; sent again where the answer was lost."""
        return self.reading(action, path, right)._replace(
            method=method, body=body, writes=True, read_timeout=seconds
        )


def target_of(name: str, context: CallContext) -> Flow[Target]:
    """Return where a function is; its project is looked up if it is not configured."""
    project = yield from find_project_id(None, context)
    return Target(project, context.region or "", name)


def body_of(response: ApiResponse) -> Mapping[str, Any]:
    """Return a response's object."""
    body: Mapping[str, Any] = response.body or {}
    return body


def create(call: ApiCall) -> Flow[None]:
    """Send a call that creates something; an earlier attempt without a response may have done it.

    Raises
    ------
    SyncError: it failed, or what it creates was there before.
    """
    try:
        yield from call_api(call)
    except SyncError as error:
        if not (error.after_unknown_outcome and error.code in EXISTS):
            raise
