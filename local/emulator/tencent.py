"""Tencent Cloud as documented: CWP's SyncMachines, STS, and runs of SCF."""

from __future__ import annotations

import json
import re
import threading
import time
import uuid
from collections import deque
from dataclasses import dataclass

from local.emulator import keys as known
from local.emulator.invocations import Invocation, Invocations
from local.emulator.keys import Key, KeyRing
from local.emulator.message import Received, Reply, to_json
from local.emulator.service import Refusal
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
    "FailedOperation": "The operation failed.",
    "FailedOperation.APIServerFail": "The API server failed.",
    "InternalError": "An internal error occurred.",
    "ServiceUnavailable": "The service is unavailable for the moment.",
    "ResourceUnavailable": "The resource is unavailable.",
    "ResourceNotFound.Function": "The function does not exist.",
    "ResourceNotFound.FunctionName": "The function does not exist.",
    "InvalidParameterValue.ClientContext": "ClientContext is not JSON, or is too long.",
}
"""Code -> text. The HTTP status of every answer is 200."""

INVOKE_PARAMETERS = (
    "FunctionName",
    "InvocationType",
    "Qualifier",
    "ClientContext",
    "LogType",
    "Namespace",
    "RoutingKey",
)
LARGEST_EVENT = 128 * 1024
ACCOUNT_ID = "100000000001"

CHINA_STANDARD_TIME = 8 * 3600.0
# The limit is "20 a second"; a little less than a second keeps a sender that
# obeys exactly from being refused for the network's jitter.
RATE_WINDOW = 0.95


@dataclass(slots=True)
class SyncRun:
    """The machine list's last synchronization in one account.

    Parameters
    ----------
    state: ``NOTASK``, ``SYNCING``, ``FINISHED``, or whatever a test wants to see.
    started_at, ended_at: seconds since 1970 by the emulated clock.
    due_at: when a running one ends, by ``time.monotonic``; None if it never does.
    """

    state: str = "NOTASK"
    # As in the page's own sample: no task, although both times are set.
    started_at: float = 1605067260.0
    ended_at: float | None = 1605067320.0
    due_at: float | None = None


class Tencent:
    """The state of CWP, STS and SCF.

    Attributes
    ----------
    keys: the secret ids it knows.
    account_ids: a key's ``account`` -> its account's UIN; :data:`ACCOUNT_ID` for any other.
    run_seconds: how long a synchronization takes; None for never ending by itself.
    end_time_while_syncing: what ``LatestEndTime`` says during a run.
    requests_per_second: the limit for an action and an account; None for no limit.
    denied: actions refused for lack of rights.
    functions: the functions of SCF; None for any name.
    invocations: the runs that SCF took on.
    """

    def __init__(self, invocations: Invocations | None = None) -> None:
        self.lock = threading.RLock()
        self.keys = KeyRing(known.TENCENT, known.TENCENT_TEMPORARY, known.TENCENT_EXPIRED)
        self.account_ids: dict[str, str] = {}
        self.run_seconds: float | None = 0.2
        self.end_time_while_syncing = ""
        self.requests_per_second: int | None = 20
        self.denied: set[str] = set()
        self.runs: dict[str, SyncRun] = {}
        self.started = 0
        """How many runs were started so far, over all accounts."""
        self.functions: set[str] | None = None
        self.invocations = invocations or Invocations()
        self._recent: dict[tuple[str, str], deque[float]] = {}

    @property
    def state(self) -> str:
        """The state of the account ``default``; setting ``SYNCING`` starts a run."""
        with self.lock:
            return self._run("default").state

    @state.setter
    def state(self, state: str) -> None:
        with self.lock:
            if state == "SYNCING":
                self._start(self._run("default"), time.time())
            else:
                self.runs["default"] = SyncRun(state)

    def _run(self, account: str) -> SyncRun:
        """Return the current state of the account's run; it finishes after its duration."""
        run = self.runs.setdefault(account, SyncRun())
        if run.state == "SYNCING" and run.due_at is not None and time.monotonic() >= run.due_at:
            run.state = "FINISHED"
            run.ended_at = run.started_at + (self.run_seconds or 0.0)
            run.due_at = None
        return run

    def _start(self, run: SyncRun, now: float) -> None:
        # The times are whole seconds; two quick runs must still be distinguishable.
        run.started_at = max(now, run.started_at + 1)
        run.ended_at = None
        run.state = "SYNCING"
        run.due_at = None if self.run_seconds is None else time.monotonic() + self.run_seconds
        self.started += 1

    def synchronize(self, account: str, now: float, *, sync: bool) -> dict[str, object]:
        """Start a run if requested and none is running; return what the API answers."""
        with self.lock:
            run = self._run(account)
            if sync and run.state != "SYNCING":
                self._start(run, now)
                run = self._run(account)
            running = run.ended_at is None
            ended = self.end_time_while_syncing if running else _china_time(run.ended_at or 0.0)
            return {
                "State": run.state,
                "LatestStartTime": _china_time(run.started_at),
                "LatestEndTime": ended,
            }

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

    def services(self) -> tuple[Cwp, Scf, Sts]:
        """Return the three services over this state."""
        return (Cwp(self), Scf(self), Sts(self))


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

    def check(self, request: Received, action: str) -> None:
        """Reject everything but a POST of JSON for that action, with a valid region if any."""
        if request.method != "POST" or request.path != "/" or request.query:
            raise failure("InvalidRequest")
        if request.headers.get("content-type", "").split(";")[0] != "application/json":
            raise failure("InvalidRequest")
        if request.action != action:
            raise failure("InvalidAction")
        if request.headers.get("x-tc-version") != self.version:
            raise failure("NoSuchVersion")
        region = request.headers.get("x-tc-region")
        if region is not None and not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]+){1,4}", region):
            raise failure("UnsupportedRegion")
        if request.action in self._cloud.denied:
            raise failure("UnauthorizedOperation")

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


class Cwp(Api):
    """Cloud Workload Protection behind API 3.0."""

    name = scope = "cwp"
    version = "2018-02-28"

    def answer(self, request: Received, key: Key, now: float) -> Reply:
        """Do the work and return the documented response; raises :class:`Refusal`."""
        self.check(request, "SyncMachines")
        self._cloud.check_rate(key.account, request.action)
        answer = self._cloud.synchronize(key.account, now, sync=_sync(request))
        answer["RequestId"] = str(uuid.uuid4())
        return Reply(body=to_json({"Response": answer}))


class Scf(Api):
    """Serverless Cloud Function behind API 3.0: its ``Invoke``."""

    name = scope = "scf"
    version = "2018-04-16"

    def answer(self, request: Received, key: Key, now: float) -> Reply:
        """Accept the run and return the documented response; raises :class:`Refusal`."""
        self.check(request, "Invoke")
        self.check_region(request)
        parameters = _invoke_parameters(request)
        if parameters.get("InvocationType") != "Event":
            raise failure("InvalidParameterValue", "Only asynchronous runs are played here.")
        function = parameters["FunctionName"]
        if self._cloud.functions is not None and function not in self._cloud.functions:
            raise failure("ResourceNotFound.Function")
        payload = parameters.get("ClientContext", "{}").encode()
        _check_client_context(payload)
        run = str(uuid.uuid4())
        self._cloud.invocations.begin(
            Invocation(self.name, function, parameters.get("Qualifier"), payload, run)
        )
        result = {
            "BillDuration": 0,
            "Duration": 0,
            "ErrMsg": "",
            "FunctionRequestId": run,
            "InvokeResult": 0,
            "Log": "",
            "MemUsage": 0,
            "RetMsg": "",
        }
        answer = {"RequestId": str(uuid.uuid4()), "Result": result}
        return Reply(body=to_json({"Response": answer}))


class Sts(Api):
    """Security Token Service behind API 3.0: its ``GetCallerIdentity``, which needs no permission.

    Source: https://cloud.tencent.com/document/api/1312/66098
    """

    name = "tencent-sts"
    scope = "sts"
    version = "2018-08-13"

    def answer(self, request: Received, key: Key, now: float) -> Reply:
        """Return whose key signed the request, as documented; raises :class:`Refusal`."""
        self.check(request, "GetCallerIdentity")
        self.check_region(request)
        _parameters(request, ())
        account = self._cloud.account_ids.get(key.account, ACCOUNT_ID)
        identity = {"AccountId": account, "RequestId": str(uuid.uuid4())}
        if key.token is None:
            user = "100000000002"
            identity |= {
                "Type": "CAMUser",
                "UserId": user,
                "PrincipalId": user,
                "Arn": f"qcs::cam::uin/{account}:uin/{user}",
            }
        else:
            role = "4611686018427387904"
            identity |= {
                "Type": "CAMRole",
                "UserId": f"{role}:example-session",
                "PrincipalId": account,
                "Arn": f"qcs::sts:{account}:assumed-role/{role}",
            }
        return Reply(body=to_json({"Response": identity}))


def failure(code: str, message: str | None = None, status: int | None = None) -> Refusal:
    """Return Tencent Cloud's error with that code; text from :data:`ERRORS`, status 200."""
    return Refusal(code, message or ERRORS.get(code, "The request failed."), status or 200)


def _parameters(request: Received, known_names: tuple[str, ...]) -> dict[str, object]:
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


def _sync(request: Received) -> bool:
    """Return the body's ``Sync``; without it the state is only read, as in the page's sample."""
    sync = _parameters(request, ("Sync",)).get("Sync", False)
    if not isinstance(sync, bool):
        raise failure("InvalidParameter", "The value type of parameter `Sync` is not valid.")
    return sync


def _invoke_parameters(request: Received) -> dict[str, str]:
    """Return the parameters of ``Invoke``: all strings, with a function's name."""
    parameters: dict[str, str] = {}
    for name, value in _parameters(request, INVOKE_PARAMETERS).items():
        if not isinstance(value, str):
            raise failure("InvalidParameter", f"The value type of `{name}` is not valid.")
        parameters[name] = value
    if not parameters.get("FunctionName"):
        raise failure("MissingParameter", "The parameter `FunctionName` is missing.")
    return parameters


def _check_client_context(payload: bytes) -> None:
    if len(payload) > LARGEST_EVENT:
        raise failure("InvalidParameterValue.ClientContext")
    try:
        json.loads(payload)
    except ValueError:
        raise failure("InvalidParameterValue.ClientContext") from None


def _china_time(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds + CHINA_STANDARD_TIME))
