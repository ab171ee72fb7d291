"""Huawei Cloud's API gateway: routes, errors and what its services have in common."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from local.emulator.keys import Key
from local.emulator.message import Received, Reply, to_json
from local.emulator.service import Refusal

ERRORS = {
    "APIGW.0101": (404, "The API does not exist or has not been published in the environment"),
    "APIGW.0301": (401, "Incorrect IAM authentication information"),
    "APIGW.0302": (403, "The IAM user is not allowed to access the API"),
    "APIGW.0308": (429, "The throttling threshold has been reached"),
    "APIGW.0201": (503, "Backend unavailable"),
    "OMS.0001": (400, "Invalid parameter"),
    "OMS.0002": (404, "The synchronization task does not exist"),
    "OMS.0003": (400, "The synchronization task is already running"),
    "OMS.0004": (400, "The synchronization task is not running"),
    "ModelArts.0104": (400, "Invalid parameter"),
    "ModelArts.0010": (500, "Internal error"),
    "IAM.0002": (403, "You are not authorized to perform the requested action."),
    "IAM.0003": (403, "Policy does not allow iam:agencies:assume to be performed."),
    "IAM.0004": (404, "Could not find the agency."),
    "IAM.0007": (400, "Request parameter is invalid."),
    "IAM.0011": (400, "Request body is invalid."),
    "PAP5.0001": (403, "access denied: the action sts:agencies:assume is not allowed"),
    "PAP5.0011": (400, "malformed policy document"),
    "STS5.0400": (400, "A parameter is not valid"),
    "STS5.0404": (404, "The agency does not exist"),
    "CSMS.0002": (400, "The value of parameter is invalid."),
    "CSMS.0004": (400, "The requested body format is wrong."),
    "CSMS.0005": (400, "The resource does not exist."),
    "CSMS.0103": (400, "The secret is in the scheduled deletion state."),
    "CSMS.0106": (400, "The secret name not found int the db."),
    "FSS.0400": (400, "Invalid parameter."),
    "FSS.0404": (404, "The specified resource was not found."),
    "FSS.0406": (406, "Not acceptable."),
    "FSS.0413": (413, "The request body is too large."),
    "FSS.0429": (429, "Function Disabled"),
    "FSS.1002": (400, "Invalid function name."),
    "FSS.1003": (400, "Invalid function handler."),
    "FSS.1004": (400, "Invalid Package (function app)."),
    "FSS.1005": (400, "Invalid runtime."),
    "FSS.1006": (400, "Invalid function code entry mode."),
    "FSS.1007": (400, "Invalid function memory."),
    "FSS.1008": (400, "Invalid function timeout."),
    "FSS.1009": (400, "Invalid function UserData."),
    "FSS.1011": (400, "Invalid function code."),
    "FSS.1012": (400, "The function code must be configured."),
    "FSS.1013": (400, "Invalid file type."),
    "FSS.1017": (400, "The number of items in UserData exceeds the maximum allowed limit (20)."),
    "FSS.1018": (400, "The total size of UserData exceeds the maximum allowed limit."),
    "FSS.1019": (400, "The description exceeds the maximum allowed limit."),
    "FSS.1041": (403, "The number of functions exceeds the maximum allowed limit."),
    "FSS.1051": (404, "Not found the function"),
    "FSS.1061": (409, "The function already exists."),
    "FSS.1071": (413, "The size of the code package exceeds the maximum allowed limit (50 MB)."),
    "FSS.1101": (400, "Invalid trigger type."),
    "FSS.1109": (400, "Invalid timer trigger parameters."),
    "FSS.1121": (403, "Forbidden"),
    "FSS.1131": (404, "The trigger does not exist."),
    "FSS.1140": (404, "The timer trigger does not exist."),
    "FSS.1201": (413, "The request body is too large."),
    "FSS.1306": (400, "The number of triggers exceeds the maximum allowed limit."),
    "FSS.1307": (400, "The trigger name already exists."),
    "FSS.1309": (400, "Invalid function URN."),
    "FSS.1319": (502, "Invalid trigger name."),
    "ces.0001": (400, "The content must be specified."),
    "ces.0013": (400, "The URL parameter is invalid or does not exist."),
    "ces.0014": (400, "Some content in message body is not correct."),
    "ces.0016": (404, "The requested resource does not exist."),
    "ces.0018": (403, "The number of alarms exceeds the quota"),
}
"""Code -> HTTP status and text. The OMS codes are invented: no public table states them, and
so are STS5.0400 and STS5.0404. FunctionGraph's and Cloud Eye's are those of their pages of error
codes, but for the text of FSS.0429."""


@dataclass(frozen=True, slots=True)
class Route:
    """One API: its method, path pattern, name and implementation."""

    method: str
    path: str
    action: str
    work: Callable[..., Reply]


class HuaweiService:
    """One Huawei Cloud service behind the common API gateway.

    Parameters
    ----------
    authenticate: returns the caller, by signature or by token.
    name: the service's name.
    routes: its APIs.
    """

    def __init__(
        self, authenticate: Callable[[Received, float], Key], name: str, *routes: Route
    ) -> None:
        self._authenticate = authenticate
        self.name = name
        self._routes = routes

    def action(self, request: Received) -> str:
        """Return the name of the API with this method and path."""
        found = self._find(request)
        return found[0].action if found else ""

    def authenticate(self, request: Received, now: float) -> Key:
        """Return the key that signed the request; raises :class:`Refusal`."""
        if self._find(request) is None:
            raise failure("APIGW.0101")
        return self._authenticate(request, now)

    def answer(self, request: Received, key: Key, now: float) -> Reply:
        """Do the work and return the documented response; raises :class:`Refusal`."""
        found = self._find(request)
        if found is None:
            raise failure("APIGW.0101")
        route, parts = found
        reply = route.work(request, now, *parts)
        return reply.with_headers(("X-Request-Id", uuid.uuid4().hex))

    def failure(self, code: str, message: str | None = None, status: int | None = None) -> Refusal:
        """Return the error with that code; text and status from :data:`ERRORS`."""
        return failure(code, message, status)

    def throttled(self, retry_after: float | None = None) -> Refusal:
        """Return the gateway's error for too many requests."""
        refusal = failure("APIGW.0308")
        if retry_after is not None:
            refusal.headers = (("Retry-After", f"{retry_after:g}"),)
        return refusal

    def refuse(self, refusal: Refusal) -> Reply:
        """Return the error document; the gateway's own has a request id in its body too."""
        request_id = uuid.uuid4().hex
        body = {"error_code": refusal.code, "error_msg": refusal.message}
        if refusal.code.startswith("APIGW."):
            body["request_id"] = request_id
        headers = (("X-Request-Id", request_id), *refusal.headers)
        return Reply(refusal.status, to_json(body), headers, code=refusal.code)

    def _find(self, request: Received) -> tuple[Route, tuple[str, ...]] | None:
        for route in self._routes:
            match = re.fullmatch(route.path, request.path)
            if match and route.method == request.method:
                return route, match.groups()
        return None


def failure(code: str, message: str | None = None, status: int | None = None) -> Refusal:
    """Return Huawei Cloud's error with that code; text and status from :data:`ERRORS`."""
    usual_status, usual_message = ERRORS.get(code, (400, "The request was refused."))
    return Refusal(code, message or usual_message, status or usual_status)
