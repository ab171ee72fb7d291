"""Tencent Cloud as documented: its API 3.0, and runs of SCF."""

from __future__ import annotations

import json
import re
import threading
import time
import uuid
from collections import deque

from local.emulator import keys as known
from local.emulator.alarm_policies import AlarmPolicies
from local.emulator.invocations import Invocations
from local.emulator.keys import Key, KeyRing
from local.emulator.message import Received, Reply, to_json
from local.emulator.roles import AssumableRole
from local.emulator.scf_functions import ScfFunctions
from local.emulator.secret_versions import VersionedSecret
from local.emulator.service import Refusal
from local.emulator.synchronizations import Synchronizations
from local.emulator.verification import verify_tc3

ERRORS = {
    "AuthFailure.InvalidAuthorization": "Authorization in the request header is invalid.",
    "AuthFailure.SecretIdNotFound": "The SecretId is not found, please ensure it is correct.",
    "AuthFailure.SignatureExpire": "The timestamp differs by more than five minutes.",
    "AuthFailure.SignatureFailure": "The signature does not match the one computed here.",
    "AuthFailure.TokenFailure": "The token is missing, wrong or expired.",
    "UnauthorizedOperation": "You are not authorized to perform this operation.",
    "InvalidAction": "The action does not exist.",
    "NoSuchVersion": "The API version does not exist.",
    "UnsupportedRegion": "The region is not supported.",
    "InvalidRequest": "Only POST of a JSON object is accepted here.",
    "InvalidParameter": "A parameter is not valid.",
    "InvalidParameterValue": "The value of a parameter is not valid.",
    "MissingParameter": "A required parameter is missing.",
    "UnknownParameter": "A parameter is not known.",
    "RequestLimitExceeded": "The number of requests exceeds the frequency limit.",
    "ResourceNotFound": "The resource does not exist.",
    "ResourceNotFound.SecretNotExist": "The secret does not exist.",
    "ResourceInUse.SecretExists": "The secret already exists.",
    "ResourceInUse.VersionIdExists": "The version already exists.",
    "ResourceUnavailable.ResourceDisabled": "The secret is disabled.",
    "ResourceUnavailable.ResourcePendingDeleted": "The secret is in the state PendingDelete.",
    "UnauthorizedOperation.AccessKmsError": "Access to KMS failed.",
    "FailedOperation": "The operation failed.",
    "FailedOperation.APIServerFail": "The API server failed.",
    "InternalError": "An internal error occurred.",
    "ServiceUnavailable": "The service is unavailable for the moment.",
    "ResourceUnavailable": "The resource is unavailable.",
    "InternalError.GetRoleError": "role not exist",
    "InvalidParameter.OverTimeError": "The duration exceeds the limit.",
    "InvalidParameter.StrategyFormatError": "The syntax of the policy is not valid.",
    "InvalidParameter.ParamError": "A parameter is not valid.",
    "ResourceNotFound.Function": "The function does not exist.",
    "ResourceNotFound.FunctionName": "The function does not exist.",
    "InvalidParameterValue.Cos": "The bucket of COS is wrong.",
    "InvalidParameterValue.CosNotifyRuleConflict": "The notification rules of COS conflict.",
    "InvalidParameter.Cls": "The parameters of the log are wrong.",
    "InvalidParameterValue.Cls": "The log set or the topic is wrong.",
    "InvalidParameterValue.ClsRole": "Role is needed to change Cls.",
    "InvalidParameterValue.ClientContext": "ClientContext is not JSON, or is too long.",
    "ResourceInUse.Function": "The function already exists.",
    "ResourceInUse.Trigger": "The TriggerName already exists.",
    "ResourceNotFound.Trigger": "The trigger does not exist.",
    "ResourceNotFound.Role": "The role does not exist.",
    "FailedOperation.FunctionStatusError": "The function is being deployed.",
    "LimitExceeded.Function": "The number of functions exceeds the limit.",
    "RequestSizeLimitExceeded": "The request is larger than 10 MB.",
    "UnsupportedOperation.Region": "The region is not supported.",
    "InvalidParameterValue.TriggerDesc": "TriggerDesc is not valid.",
    "InvalidParameterValue.ZipFile": "It is not a standard zip file.",
    "InvalidParameterValue.EnvironmentExceededLimit": "The environment exceeds 4 KB.",
    "InvalidParameterValue.SystemEnvironment": "A system variable cannot be set.",
}
"""Code -> text. The HTTP status of every answer is 200."""

ACCOUNT_ID = "100000000001"
APP_ID = 1_250_000_001

COUNTS = {
    "MachineCnt": 12,
    "ProtectMachineCnt": 12,
    "NotProtectMachineCnt": 0,
    "RiskMachineCnt": 1,
    "CompareYesterdayMachineCnt": 0,
    "CompareYesterdayNotProtectMachineCnt": 0,
    "CompareYesterdayRiskMachineCnt": 0,
}
"""A part of the counts that CWP reports."""

# The limit is "20 a second"; a little less than a second keeps a sender that
# obeys exactly from being refused for the network's jitter.
RATE_WINDOW = 0.95


class Tencent:
    """The state of CWP, STS, SCF, Cloud Monitor, CAM and SSM.

    Attributes
    ----------
    keys: the secret ids it knows.
    account_ids: a key's ``account`` -> its account's UIN; :data:`ACCOUNT_ID` for any other.
    roles: the roles that STS lets others assume, by their ARN.
    machines, assets: CWP's synchronizations of its two lists.
    counts: how many machines CWP counts, as it spells the counts.
    requests_per_second: the limit for an action and an account; None for no limit.
    denied: actions refused for lack of rights.
    functions: the functions of SCF that can be run asynchronously; None for any name.
    deployed: the functions that were made through SCF's API.
    alarms: the alarm policies of Cloud Monitor.
    invocations: the runs that SCF took on.
    secrets: the secrets of SSM.
    """

    def __init__(self, invocations: Invocations | None = None) -> None:
        self.lock = threading.RLock()
        self.keys = KeyRing(known.TENCENT, known.TENCENT_TEMPORARY, known.TENCENT_EXPIRED)
        self.account_ids: dict[str, str] = {}
        self.roles: dict[str, AssumableRole] = {}
        self.machines = Synchronizations()
        self.assets = Synchronizations()
        self.counts = dict(COUNTS)
        self.requests_per_second: int | None = 20
        self.denied: set[str] = set()
        self.functions: set[str] | None = None
        self.deployed = ScfFunctions()
        self.alarms = AlarmPolicies()
        self.invocations = invocations or Invocations()
        self.secrets: dict[str, VersionedSecret] = {}
        self._recent: dict[tuple[str, str], deque[float]] = {}

    def check_rate(self, account: str, action: str) -> None:
        """Count one request; raises :class:`Refusal` beyond the limit."""
        if self.requests_per_second is None:
            return
        with self.lock:
            recent = self._recent.setdefault((account, action), deque())
            now = time.monotonic()
            while recent and now - recent[0] >= RATE_WINDOW:
                recent.popleft()
            if len(recent) >= self.requests_per_second:
                raise failure("RequestLimitExceeded")
            recent.append(now)


class Api:
    """What all services behind API 3.0 have in common.

    Attributes
    ----------
    name: the emulated service.
    scope: the service in the credential scope of a signature.
    version: of the API.
    """

    name: str
    scope: str
    version: str

    def __init__(self, cloud: Tencent) -> None:
        self._cloud = cloud

    def action(self, request: Received) -> str:
        """Return the value of ``X-TC-Action``."""
        return request.headers.get("x-tc-action", "")

    def authenticate(self, request: Received, now: float) -> Key:
        """Return the key that signed the request; raises :class:`Refusal`."""
        return verify_tc3(request, self._cloud.keys, self.scope, now, failure)

    def check(self, request: Received, *actions: str) -> None:
        """Reject everything but a POST of JSON for these actions, with a valid region if any."""
        if request.method != "POST" or request.path != "/" or request.query:
            raise failure("InvalidRequest")
        if request.headers.get("content-type", "").split(";")[0] != "application/json":
            raise failure("InvalidRequest")
        if request.action not in actions:
            raise failure("InvalidAction")
        if request.headers.get("x-tc-version") != self.version:
            raise failure("NoSuchVersion")
        region = request.headers.get("x-tc-region")
        if region is not None and not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]+){1,4}", region):
            raise failure("UnsupportedRegion")
        if request.action in self._cloud.denied:
            raise failure("UnauthorizedOperation", refusal_text(self.scope, request))

    def check_region(self, request: Received) -> None:
        """Reject a request without the region that some actions require."""
        if "x-tc-region" not in request.headers:
            raise failure("MissingParameter", "The request is missing the parameter `Region`.")

    def failure(self, code: str, message: str | None = None, status: int | None = None) -> Refusal:
        """Return the error with that code; text from :data:`ERRORS`."""
        return failure(code, message, status)

    def throttled(self, retry_after: float | None = None) -> Refusal:
        """Return the rate limit's error."""
        refusal = failure("RequestLimitExceeded")
        if retry_after is not None:
            refusal.headers = (("Retry-After", f"{retry_after:g}"),)
        return refusal

    def refuse(self, refusal: Refusal) -> Reply:
        """Return API 3.0's error document."""
        error = {"Code": refusal.code, "Message": refusal.message}
        body = {"Response": {"Error": error, "RequestId": str(uuid.uuid4())}}
        return Reply(refusal.status, to_json(body), refusal.headers, code=refusal.code)


def refusal_text(service: str, request: Received) -> str:
    """Return the text of a refusal, which names the action and the resource.

    Source: https://github.com/TencentCloud/tencentcloud-sdk-java/issues/78
    """
    region = request.headers.get("x-tc-region", "")
    return (
        f"{ERRORS['UnauthorizedOperation']} [[request id:{uuid.uuid4()}]you are not authorized to "
        f"perform operation ({service}:{request.action})\n"
        f"resource (qcs::{service}:{region}:uin/{ACCOUNT_ID}:*) has no permission\n]"
    )


def failure(code: str, message: str | None = None, status: int | None = None) -> Refusal:
    """Return Tencent Cloud's error with that code; text from :data:`ERRORS`, status 200."""
    return Refusal(code, message or ERRORS.get(code, "The request failed."), status or 200)


def parameters_of(request: Received, known_names: tuple[str, ...]) -> dict[str, object]:
    """Return the body's parameters; an unknown name is rejected."""
    try:
        body = json.loads(request.body)
    except ValueError:
        raise failure("InvalidParameter", "The body is not JSON.") from None
    if not isinstance(body, dict):
        raise failure("InvalidParameter", "The body is not a JSON object.")
    for name in body:
        if name not in known_names:
            raise failure("UnknownParameter", f"The parameter `{name}` is not recognized.")
    return body
