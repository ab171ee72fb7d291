"""Alibaba Cloud as documented: EDAS, E-HPC Instant, runs of Function Compute."""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from local.emulator import keys as known
from local.emulator.edas import Edas, EdasError, Synchronized
from local.emulator.fc import FunctionCompute
from local.emulator.fc_errors import ERRORS as FC_ERRORS
from local.emulator.invocations import Invocation, Invocations
from local.emulator.keys import Key, KeyRing, NonceMemory
from local.emulator.message import Received, Reply, to_json
from local.emulator.roles import AssumableRole, OidcToken
from local.emulator.secret_versions import VersionedSecret
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
    "Forbidden.NoPermission": (403, "This operation is forbidden by permission system."),
    "Forbidden.ResourceNotFound": (404, "The specified Resource is not found."),
    "Rejected.Disabled": (409, "The request was rejected because the secret is disabled."),
    "Rejected.PendingDeletion": (409, "The request was rejected because of a planned deletion."),
    "Rejected.ResourceExist": (409, "The request was rejected because the resource exists."),
    "Throttling.User": (400, "Request was denied due to user flow control."),
    "ServiceUnavailable": (503, "The request has failed due to a temporary failure."),
    "InternalError": (500, "The request processing has failed due to some unknown error."),
    "NoPermission": (403, "You are not authorized to do this action."),
    "EntityNotExist.Role": (404, "The specified Role not exists."),
    "InvalidParameter.RoleSessionName": (400, "The parameter RoleSessionName is wrongly formed."),
    "InvalidParameter.DurationSeconds": (400, "The value of DurationSeconds is out of range."),
    "InvalidParameter.PolicyGrammar": (400, "The parameter Policy has not passed grammar check."),
    "AuthenticationFail.NoPermission": (401, "There is no permission."),
    "AuthenticationFail.OIDCToken.Expired": (401, "This JsonWebToken is expired."),
    "AuthenticationFail.OIDCToken.Invalid": (401, "The Jwt content is invalid."),
    "ImageAlreadyExists": (400, "The image already exists in the target region."),
    "InvalidParams": (403, "The specified parameter is not valid."),
    "ImageNotFound": (404, "The specified image does not exist."),
    "DbError": (406, "The database reported an error."),
    "ServiceAPIError": (406, "A service behind this one reported an error."),
    "EcsError": (406, "ECS reported an error."),
    "AliyunError": (406, "Alibaba Cloud reported an error."),
    "ParameterInvalid": (400, "Illegal parameters."),
    "LimitExceeded": (402, "The quota for this customer had been reached."),
    "AccessForbidden": (403, "User not authorized to operate on the specified resource."),
    "ResourceNotFound": (404, "The specified resource is not found."),
    **FC_ERRORS,
}
"""Code -> HTTP status and text: the gateway's, then those of STS, E-HPC, CloudMonitor and FC."""

REGIONS = ("cn-hangzhou", "cn-beijing", "cn-shanghai", "cn-shenzhen", "ap-southeast-1")
APP = "ci-vm-exampleapp01"
ACCOUNT_ID = "1000000000000001"
REGISTRY_PASSWORD = "exampleRegistryPassword1"  # noqa: S105 - an example
LARGEST_EVENT = 128 * 1024
PAGE_DEFAULTS = (("PageNumber", "1"), ("PageSize", "20"))
_INVOCATIONS = re.compile(r"/2023-03-30/functions/([^/]{1,256})/invocations")


class Alibaba:
    """The state that EDAS, E-HPC, STS, KMS, Function Compute and CloudMonitor share.

    Attributes
    ----------
    keys: the access keys it knows.
    account_ids: a key's ``account`` -> its account id; :data:`ACCOUNT_ID` for any other.
    roles: the roles that STS lets others assume, by their ARN.
    oidc_tokens: the OpenID Connect tokens that STS knows.
    region: the region in the endpoint's host name; a loopback host has none.
    regions: all the regions an application can be copied to.
    apps: application id -> the regions that have it.
    unlisted: applications that E-HPC's list of virtual-machine images does not have.
    looks_per_copy: how often a new copy is shown as on its way.
    copying: application and region -> how often that copy is still shown as on its way.
    failing: regions that every copy to fails.
    failed: application and region of the copies that failed.
    edas: EDAS.
    denied: RAM actions that are refused, e.g. ``edas:SystemBase``.
    functions: the functions whose asynchronous runs Function Compute takes on; None for any name.
    function_compute: the functions that were deployed to Function Compute.
    invocations: the runs that Function Compute took on.
    metric_rules: CloudMonitor's alert rules by ID, as it lists them.
    contact_groups: CloudMonitor's contact groups; None for any name.
    metric_rule_quota: how many alert rules there may be.
    secrets: the secrets of KMS.
    """

    def __init__(self, invocations: Invocations | None = None) -> None:
        self.lock = threading.RLock()
        self.keys = KeyRing(known.ALIBABA, known.ALIBABA_TEMPORARY, known.ALIBABA_EXPIRED)
        self.account_ids: dict[str, str] = {}
        self.roles: dict[str, AssumableRole] = {}
        self.oidc_tokens: dict[str, OidcToken] = {}
        self.nonces = NonceMemory(2 * ALIBABA_WINDOW)
        self.region = "cn-hangzhou"
        self.regions = set(REGIONS)
        self.apps: dict[str, set[str]] = {APP: {"cn-hangzhou"}}
        self.unlisted: set[str] = set()
        self.looks_per_copy = 1
        self.copying: dict[tuple[str, str], int] = {}
        self.failing: set[str] = set()
        self.failed: set[tuple[str, str]] = set()
        self.denied: set[str] = set()
        self.edas = Edas(self.denied, self.lock)
        self.functions: set[str] | None = None
        self.invocations = invocations or Invocations()
        self.metric_rules: dict[str, dict[str, Any]] = {}
        self.contact_groups: set[str] | None = None
        self.metric_rule_quota = 1000
        self.function_compute = FunctionCompute(
            self.lock,
            self.denied,
            self.account_id_of,
            lambda: self.region,
            lambda: self.invocations,
        )
        self.secrets: dict[str, VersionedSecret] = {}

    def services(self) -> tuple[AlibabaService, ...]:
        """Return the services over this state, except STS and CloudMonitor."""
        return (
            AlibabaService(self, "edas", "2017-08-01", self._edas),
            AlibabaService(self, "ehpc", "2023-07-01", self._ehpc),
            FcService(self, "fc", "2023-03-30", self._fc),
        )

    def account_id_of(self, key: Key) -> str:
        """Return the ID of a key's account."""
        return self.account_ids.get(key.account, ACCOUNT_ID)

    def _edas(self, request: Received, key: Key, request_id: str, _now: float) -> Reply:
        try:
            return self.edas.respond(request, _single_values(request), key, request_id)
        except EdasError as error:
            if error.permission is not None:
                raise refused(error.code, error.permission) from None
            raise failure(error.code, error.message) from None

    @property
    def synchronized(self) -> list[Synchronized]:
        """What EDAS synchronized so far."""
        return self.edas.synchronized

    def _ehpc(self, request: Received, key: Key, request_id: str, _now: float) -> Reply:
        operations = {
            "SynchronizeApp": self._synchronize_app,
            "ListImages": self._list_images,
            "GetImage": self._get_image,
        }
        operation = operations.get(request.action)
        if (request.method, request.path) != ("POST", "/") or operation is None:
            raise failure("InvalidAction.NotFound")
        return operation(request, request_id)

    def _list_images(self, request: Received, request_id: str) -> Reply:
        self._check_right("ehpc:ListImages")
        query = _single_values(request)
        if not set(query) <= {"ImageCategory", "ImageType", "PageNumber", "PageSize"}:
            raise failure("InvalidParams", "ListImages has no such parameter here.")
        number, size = (int(query.get(name, usual)) for name, usual in PAGE_DEFAULTS)
        with self.lock:
            apps = sorted(set(self.apps) - self.unlisted)
        rows = [
            {"AppId": app, "ImageId": image_of(app), "ImageType": "VM", "Name": f"image of {app}"}
            for app in apps
        ]
        body = {
            "Images": rows[(number - 1) * size : number * size],
            "PageNumber": number,
            "PageSize": size,
            "RequestId": request_id,
            "Success": True,
            "TotalCount": len(rows),
        }
        return Reply(body=to_json(body))

    def _get_image(self, request: Received, request_id: str) -> Reply:
        self._check_right("ehpc:GetImage")
        query = _single_values(request)
        if not set(query) <= {"ImageId", "ImageCategory", "ImageType", "AdditionalRegionIds"}:
            raise failure("InvalidParams", "GetImage has no such parameter.")
        named = self._targets(query.get("AdditionalRegionIds"))
        with self.lock:
            app = next((app for app in self.apps if image_of(app) == query.get("ImageId")), None)
            if app is None:
                raise failure("ImageNotFound")
            regions = sorted(self.apps[app] - {self.region})
            rows = [
                {"RegionId": region, "ImageId": f"m-{region}", "Status": self._status(app, region)}
                for region in regions
                if named is None or region in named
            ]
        image = {
            "AdditionalRegionsInfo": rows,
            "AppId": app,
            "ContainerImageSpec": {"RegistryCredential": {"Password": REGISTRY_PASSWORD}},
            "ImageType": "VM",
            "Name": f"image of {app}",
            "Status": "Available",
        }
        body = {"Image": image, "RequestId": request_id, "Success": True, "TotalCount": 1}
        return Reply(body=to_json(body))

    def _status(self, app: str, region: str) -> str:
        """Return the state of a copy; each look brings its end nearer."""
        looks = self.copying.get((app, region), 0)
        if looks:
            self.copying[app, region] = looks - 1
            return "Creating"
        return "CreateFailed" if (app, region) in self.failed else "Available"

    def has_copy(self, app: str, region: str) -> bool:
        """Return whether a region has an application, and not only a copy on its way."""
        return (
            region in self.apps.get(app, set())
            and not self.copying.get((app, region))
            and (app, region) not in self.failed
        )

    def _synchronize_app(self, request: Received, request_id: str) -> Reply:
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
            present = {region for region in having if (app_id, region) not in self.failed}
            wanted = self.regions - present if targets is None else targets - present
            if not wanted or (targets is not None and targets & present):
                raise failure("ImageAlreadyExists")
            having |= wanted
            for region in wanted:
                self.copying[app_id, region] = self.looks_per_copy
                self.failed.discard((app_id, region))
                if region in self.failing:
                    self.failed.add((app_id, region))
        return Reply(body=to_json({"RequestId": request_id}))

    def _fc(self, request: Received, key: Key, request_id: str, now: float) -> Reply:
        path = _INVOCATIONS.fullmatch(request.path)
        is_async = request.headers.get("x-fc-invocation-type") == "Async"
        if path and is_async and (request.method, request.action) == ("POST", "InvokeFunction"):
            return self._invoke_async(unquote(path.group(1)), request, key, request_id)
        return self.function_compute.respond(request, key, request_id, now)

    def _invoke_async(self, function: str, request: Received, key: Key, request_id: str) -> Reply:
        if "fc:InvokeFunction" in self.denied:
            raise failure("AccessDenied")
        if self.functions is not None and function not in self.functions:
            raise failure("FunctionNotFound")
        if len(request.body) > LARGEST_EVENT:
            raise failure("RequestTooLarge")
        qualifier = dict(request.query).get("qualifier")
        handler = self.function_compute.handler_of(key.account, function)
        self.invocations.begin(
            Invocation("fc", function, qualifier, request.body, request_id, handler)
        )
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
            raise refused("Forbidden.RAM", right)


Operation = Callable[[Received, Key, str, float], Reply]


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

    def version(self, request: Received) -> str | None:
        """Return the value of ``x-acs-version``."""
        return request.headers.get("x-acs-version")

    def authenticate(self, request: Received, now: float) -> Key:
        """Return the key that signed the request; raises :class:`Refusal`."""
        return verify_acs3(request, self._cloud.keys, self._cloud.nonces, now, failure)

    def answer(self, request: Received, key: Key, now: float) -> Reply:
        """Do the work and return the documented response; raises :class:`Refusal`."""
        if self.version(request) != self._version:
            raise failure("InvalidVersion")
        request_id = _request_id()
        reply = self._operation(request, key, request_id, now)
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
            **refusal.details,
        }
        headers = (("x-acs-request-id", request_id), *refusal.headers)
        return Reply(refusal.status, to_json(body), headers, code=refusal.code)


class FcService(AlibabaService):
    """Function Compute, whose error document has three fields."""

    def refuse(self, refusal: Refusal) -> Reply:
        """Return the error document."""
        request_id = _request_id()
        body = {"Code": refusal.code, "Message": refusal.message, "RequestId": request_id}
        ids = (("x-acs-request-id", request_id), ("X-Fc-Request-Id", request_id))
        return Reply(refusal.status, to_json(body), (*ids, *refusal.headers), code=refusal.code)


def failure(code: str, message: str | None = None, status: int | None = None) -> Refusal:
    """Return Alibaba Cloud's error with that code; text and status from :data:`ERRORS`."""
    usual_status, usual_message = ERRORS.get(code, (400, "The request was refused."))
    return Refusal(code, message or usual_message, status or usual_status)


def refused(code: str, right: str) -> Refusal:
    """Return the error for a missing right, with what RAM says about it.

    Source: https://www.alibabacloud.com/help/en/ram/support/how-to-troubleshoot-an-access-denied-error
    """
    refusal = failure(code)
    refusal.details = {
        "AccessDeniedDetail": {
            "AuthAction": right,
            "AuthPrincipalDisplayName": "200000000000000002",
            "AuthPrincipalOwnerId": ACCOUNT_ID,
            "AuthPrincipalType": "SubUser",
            "EncodedDiagnosticMessage": "AQEAAAAAexampleDiagnosticMessage",
            "NoPermissionType": "ImplicitDeny",
            "PolicyType": "AccountLevelIdentityBasedPolicy",
        }
    }
    return refusal


def image_of(app: str) -> str:
    """Return the ID of an application's image."""
    return f"m-{app}"


def _single_values(request: Received) -> dict[str, str]:
    query = dict(request.query)
    if len(query) != len(request.query):
        raise failure("InvalidParameter", "A parameter came twice.")
    return query


def _request_id() -> str:
    return str(uuid.uuid4()).upper()
