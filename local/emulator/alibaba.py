"""Alibaba Cloud as documented: EDAS, E-HPC Instant, STS, runs of Function Compute."""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from local.emulator import keys as known
from local.emulator.invocations import Invocation, Invocations
from local.emulator.keys import Key, KeyRing, NonceMemory
from local.emulator.message import Received, Reply, to_json
from local.emulator.service import Refusal
from local.emulator.verification import ALIBABA_WINDOW, verify_acs3

ERRORS = {
    "IncompleteSignature": (400, "The request signature does not conform to the standards."),
    "SignatureDoesNotMatch": (400, "The signature does not match the one computed here."),
    "SignatureNonceUsed": (400, "Specified signature nonce was used already."),
    "InvalidTimeStamp.Format": (400, "Specified time stamp or date value is not well formatted."),
    "InvalidTimeStamp.Expired": (400, "Specified time stamp or date value is expired."),
    "InvalidAccessKeyId.NotFound": (404, "Specified access key is not found."),
    "InvalidSecurityToken.MismatchWithAccessKey": (400, "The token is not that of the key."),
    "InvalidSecurityToken.Expired": (400, "Specified SecurityToken is expired."),
    "InvalidAction.NotFound": (404, "Specified api is not found, check the url and method."),
    "InvalidVersion": (400, "Specified parameter Version is not valid."),
    "InvalidParameter": (400, "A parameter is not valid."),
    "MissingParameter": (400, "A required parameter is missing."),
    "Forbidden.RAM": (403, "User not authorized to operate on the specified resource."),
    "Throttling.User": (400, "Request was denied due to user flow control."),
    "ServiceUnavailable": (503, "The request has failed due to a temporary failure."),
    "InternalError": (500, "The request processing has failed due to some unknown error."),
    "AccessDenied": (403, "The caller is not authorized to perform the operation."),
    "FunctionNotFound": (404, "The function does not exist."),
    "InvalidArgument": (400, "An argument is not valid."),
    "RequestTooLarge": (413, "The event is larger than an asynchronous run takes."),
    "ImageAlreadyExists": (400, "The image already exists in the target region."),
    "InvalidParams": (403, "The specified parameter is not valid."),
    "ImageNotFound": (404, "The specified image does not exist."),
    "DbError": (406, "The database reported an error."),
    "ServiceAPIError": (406, "A service behind this one reported an error."),
    "EcsError": (406, "ECS reported an error."),
    "AliyunError": (406, "Alibaba Cloud reported an error."),
}
"""Code -> HTTP status and text. The last seven are E-HPC's page, the four before them Function
Compute's, the rest the gateway's."""

TYPES = ("ecs", "slb", "vpc", "ram", "all")
REGIONS = ("cn-hangzhou", "cn-beijing", "cn-shanghai", "cn-shenzhen", "ap-southeast-1")
APP = "ci-vm-exampleapp01"
ACCOUNT_ID = "1000000000000001"
LARGEST_EVENT = 128 * 1024
_INVOCATIONS = re.compile(r"/2023-03-30/functions/([^/]{1,256})/invocations")


@dataclass(frozen=True, slots=True)
class Synchronized:
    """One synchronization by EDAS: its type, and its IDs if some were given."""

    type: str
    resource_ids: tuple[str, ...]
    account: str


class Alibaba:
    """The state that EDAS, E-HPC, STS and Function Compute share.

    Attributes
    ----------
    keys: the access keys it knows.
    account_ids: a key's ``account`` -> its account id; :data:`ACCOUNT_ID` for any other.
    region: the region in the endpoint's host name; a loopback host has none.
    regions: all the regions an application can be copied to.
    apps: application id -> the regions that have it.
    synchronized: what EDAS synchronized so far.
    denied: RAM actions that are refused, e.g. ``edas:SystemBase``.
    body_request_id: whether EDAS's good answer has ``RequestId`` in its body (the page's sample
        has none; the SDK's model has one).
    functions: the functions of Function Compute; None for any name.
    invocations: the runs that Function Compute took on.
    """

    def __init__(self, invocations: Invocations | None = None) -> None:
        self.lock = threading.RLock()
        self.keys = KeyRing(known.ALIBABA, known.ALIBABA_TEMPORARY, known.ALIBABA_EXPIRED)
        self.account_ids: dict[str, str] = {}
        self.nonces = NonceMemory(2 * ALIBABA_WINDOW)
        self.region = "cn-hangzhou"
        self.regions = set(REGIONS)
        self.apps: dict[str, set[str]] = {APP: {"cn-hangzhou"}}
        self.synchronized: list[Synchronized] = []
        self.denied: set[str] = set()
        self.body_request_id = True
        self.functions: set[str] | None = None
        self.invocations = invocations or Invocations()

    def services(self) -> tuple[AlibabaService, ...]:
        """Return the four services over this state."""
        return (
            AlibabaService(self, "edas", "2017-08-01", self._synchronize_resource),
            AlibabaService(self, "ehpc", "2023-07-01", self._synchronize_app),
            AlibabaService(self, "fc", "2023-03-30", self._invoke_function),
            AlibabaService(self, "alibaba-sts", "2015-04-01", self._get_caller_identity),
        )

    def _synchronize_resource(self, request: Received, key: Key, request_id: str) -> Reply:
        route = (request.method, request.path, request.action)
        if route != ("GET", "/pop/v5/resource/pop_sync_resource", "SynchronizeResource"):
            raise failure("InvalidAction.NotFound")
        self._check_right("edas:SystemBase")
        query = _single_values(request)
        if "Type" not in query:
            raise failure("MissingParameter", "Type is mandatory for this action.")
        if query["Type"] not in TYPES:
            raise failure("InvalidParameter", "Type is case-sensitive: " + ", ".join(TYPES))
        ids = tuple(query["ResourceIds"].split(",")) if "ResourceIds" in query else ()
        if ids and (query["Type"] != "ecs" or len(ids) > 50 or not all(ids)):
            raise failure("InvalidParameter", "ResourceIds: at most 50, only with ecs.")
        with self.lock:
            self.synchronized.append(Synchronized(query["Type"], ids, key.account))
        body: dict[str, object] = {
            "Code": 200,
            "Data": "PopSyncResource success",
            "Message": "success",
            "Success": True,
        }
        if self.body_request_id:
            body["RequestId"] = request_id
        return Reply(body=to_json(body))

    def _synchronize_app(self, request: Received, key: Key, request_id: str) -> Reply:
        if (request.method, request.path, request.action) != ("POST", "/", "SynchronizeApp"):
            raise failure("InvalidAction.NotFound")
        self._check_right("ehpc:SynchronizeApp")
        query = _single_values(request)
        app_id = query.get("AppId", "")
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", app_id):
            raise failure("InvalidParams", "AppId is not an application's id.")
        targets = self._targets(query.get("TargetRegionIds"))
        with self.lock:
            having = self.apps.get(app_id)
            if having is None:
                raise failure("ImageNotFound")
            # What several regions return if some have it is unknown: the worst case is emulated,
            # an error that leaves the others undone.
            wanted = self.regions - having if targets is None else targets - having
            if not wanted or (targets is not None and targets & having):
                raise failure("ImageAlreadyExists")
            having |= wanted
        return Reply(body=to_json({"RequestId": request_id}))

    def _get_caller_identity(self, request: Received, key: Key, request_id: str) -> Reply:
        """Respond as documented for STS; it needs no permission.

        Source: https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-getcalleridentity
        """
        route = (request.method, request.path, request.action)
        if route != ("POST", "/", "GetCallerIdentity"):
            raise failure("InvalidAction.NotFound")
        account = self.account_ids.get(key.account, ACCOUNT_ID)
        body = {"RequestId": request_id, "AccountId": account}
        if key.token is None:
            body |= {
                "IdentityType": "RAMUser",
                "PrincipalId": "200000000000000001",
                "UserId": "200000000000000001",
                "Arn": f"acs:ram::{account}:user/example-user",
            }
        else:
            body |= {
                "IdentityType": "AssumedRoleUser",
                "PrincipalId": "300000000000000001:example-session",
                "RoleId": "300000000000000001",
                "Arn": f"acs:ram::{account}:assumed-role/example-role/example-session",
            }
        return Reply(body=to_json(body))

    def _invoke_function(self, request: Received, key: Key, request_id: str) -> Reply:
        path = _INVOCATIONS.fullmatch(request.path)
        if request.method != "POST" or path is None or request.action != "InvokeFunction":
            raise failure("InvalidAction.NotFound")
        if request.headers.get("x-fc-invocation-type") != "Async":
            raise failure("InvalidArgument", "Only asynchronous invocations are played here.")
        if "fc:InvokeFunction" in self.denied:
            raise failure("AccessDenied")
        function = unquote(path.group(1))
        if self.functions is not None and function not in self.functions:
            raise failure("FunctionNotFound")
        if len(request.body) > LARGEST_EVENT:
            raise failure("RequestTooLarge")
        qualifier = dict(request.query).get("qualifier")
        self.invocations.begin(Invocation("fc", function, qualifier, request.body, request_id))
        return Reply(202, headers=(("X-Fc-Request-Id", request_id),), content_type=None)

    def _targets(self, text: str | None) -> set[str] | None:
        """Return the named regions, None for all regions that do not have it."""
        if text is None:
            return None
        try:
            names = json.loads(text)
        except ValueError:
            raise failure("InvalidParams", "TargetRegionIds is not a JSON array.") from None
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise failure("InvalidParams", "TargetRegionIds is not an array of strings.")
        if not names or "all" in names:
            return None
        if not set(names) <= self.regions:
            raise failure("InvalidParams", "TargetRegionIds names an unknown region.")
        return set(names)

    def _check_right(self, right: str) -> None:
        if right in self.denied:
            raise failure("Forbidden.RAM")


Operation = Callable[[Received, Key, str], Reply]


class AlibabaService:
    """One Alibaba Cloud service behind the common gateway."""

    def __init__(self, cloud: Alibaba, name: str, version: str, operation: Operation) -> None:
        self._cloud = cloud
        self.name = name
        self._version = version
        self._operation = operation

    def action(self, request: Received) -> str:
        """Return the value of ``x-acs-action``."""
        return request.headers.get("x-acs-action", "")

    def authenticate(self, request: Received, now: float) -> Key:
        """Return the key that signed the request; raises :class:`Refusal`."""
        return verify_acs3(request, self._cloud.keys, self._cloud.nonces, now, failure)

    def answer(self, request: Received, key: Key, now: float) -> Reply:
        """Do the work and return the documented response; raises :class:`Refusal`."""
        if request.headers.get("x-acs-version") != self._version:
            raise failure("InvalidVersion")
        request_id = _request_id()
        reply = self._operation(request, key, request_id)
        return reply.with_headers(("x-acs-request-id", request_id))

    def failure(self, code: str, message: str | None = None, status: int | None = None) -> Refusal:
        """Return the error with that code; text and status from :data:`ERRORS`."""
        return failure(code, message, status)

    def throttled(self, retry_after: float | None = None) -> Refusal:
        """Return the throttling error; the wait is in milliseconds, as the SDK reads it."""
        refusal = failure("Throttling.User")
        if retry_after is not None:
            refusal.headers = (("x-acs-retry-after", str(round(retry_after * 1000))),)
        return refusal

    def refuse(self, refusal: Refusal) -> Reply:
        """Return the gateway's error document."""
        request_id = _request_id()
        body = {
            "RequestId": request_id,
            "HostId": f"{self.name.rpartition('-')[2]}.{self._cloud.region}.aliyuncs.com",
            "Code": refusal.code,
            "Message": refusal.message,
            "Recommend": f"https://api.aliyun.com/troubleshoot?q={refusal.code}",
        }
        headers = (("x-acs-request-id", request_id), *refusal.headers)
        return Reply(refusal.status, to_json(body), headers, code=refusal.code)


def failure(code: str, message: str | None = None, status: int | None = None) -> Refusal:
    """Return Alibaba Cloud's error with that code; text and status from :data:`ERRORS`."""
    usual_status, usual_message = ERRORS.get(code, (400, "The request was refused."))
    return Refusal(code, message or usual_message, status or usual_status)


def _single_values(request: Received) -> dict[str, str]:
    query = dict(request.query)
    if len(query) != len(request.query):
        raise failure("InvalidParameter", "A parameter came twice.")
    return query


def _request_id() -> str:
    return str(uuid.uuid4()).upper()
