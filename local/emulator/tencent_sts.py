"""Tencent Cloud's STS as documented: whose keys they are, and roles to assume."""

from __future__ import annotations

import re
import uuid
from time import gmtime, strftime
from urllib.parse import unquote

from local.emulator.keys import Key
from local.emulator.message import Received, Reply, to_json
from local.emulator.roles import is_policy, issue, problem_of
from local.emulator.tencent import ACCOUNT_ID, Api, failure, parameters_of

PARAMETERS = ("RoleArn", "RoleSessionName", "DurationSeconds", "Policy", "ExternalId")
DEFAULT_SECONDS = 7200

_ARN = re.compile(r"qcs::cam::uin/(\d+):(?:role|roleName)/.+")


class TencentSts(Api):
    """Security Token Service behind API 3.0: ``GetCallerIdentity`` and ``AssumeRole``."""

    name = "tencent-sts"
    scope = "sts"
    version = "2018-08-13"

    def answer(self, request: Received, key: Key, now: float) -> Reply:
        """Do the work and return the documented response; raises :class:`Refusal`."""
        self.check(request, "GetCallerIdentity", "AssumeRole")
        self.check_region(request)
        if request.action == "AssumeRole":
            body = self._assume_role(request, key, now)
        else:
            body = self._get_caller_identity(request, key)
        return Reply(body=to_json({"Response": {**body, "RequestId": str(uuid.uuid4())}}))

    def _get_caller_identity(self, request: Received, key: Key) -> dict[str, object]:
        """Return whose key signed the request; it needs no permission.

        Source: https://cloud.tencent.com/document/api/1312/66098
        """
        parameters_of(request, ())
        account = self._cloud.account_ids.get(key.account, ACCOUNT_ID)
        if key.token is None:
            user = "100000000002"
            return {
                "AccountId": account,
                "Type": "CAMUser",
                "UserId": user,
                "PrincipalId": user,
                "Arn": f"qcs::cam::uin/{account}:uin/{user}",
            }
        role = "4611686018427387904"
        return {
            "AccountId": account,
            "Type": "CAMRole",
            "UserId": f"{role}:example-session",
            "PrincipalId": account,
            "Arn": f"qcs::sts:{account}:assumed-role/{role}",
        }

    def _assume_role(self, request: Received, key: Key, now: float) -> dict[str, object]:
        """Issue temporary keys to keys that the role trusts.

        Source: https://www.tencentcloud.com/document/product/1150/49456
        """
        parameters = parameters_of(request, PARAMETERS)
        arn, name = parameters.get("RoleArn"), parameters.get("RoleSessionName")
        if not isinstance(arn, str) or not isinstance(name, str):
            raise failure("MissingParameter", "RoleArn and RoleSessionName are required.")
        if not re.fullmatch(r"[A-Za-z0-9_+=,.@-]{2,128}", name):
            raise failure("InvalidParameter.ParamError", "RoleSessionName is not valid.")
        seconds = parameters.get("DurationSeconds", DEFAULT_SECONDS)
        if not isinstance(seconds, int):
            raise failure("InvalidParameter", "DurationSeconds is not a number.")
        policy = parameters.get("Policy")
        if policy is not None and not _is_encoded_policy(policy):
            raise failure("InvalidParameter.StrategyFormatError")
        with self._cloud.lock:
            role = self._cloud.roles.get(arn)
            problem = problem_of(role, key, parameters.get("ExternalId"), seconds)
            if role is None:
                raise failure("InternalError.GetRoleError")
            if problem == "duration":
                raise failure("InvalidParameter.OverTimeError")
            if problem is not None:
                raise failure("UnauthorizedOperation")
            account = _ARN.fullmatch(arn)
            if account is not None:
                self._cloud.account_ids.setdefault(role.account, account.group(1))
            issued = issue(role, self._cloud.keys, "AKID", seconds, now)
        expires_at = int(now) + seconds
        return {
            "Credentials": {
                "Token": issued.token,
                "TmpSecretId": issued.access_key_id,
                "TmpSecretKey": issued.secret,
            },
            "ExpiredTime": expires_at,
            "Expiration": strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(expires_at)),
        }


def _is_encoded_policy(policy: object) -> bool:
    """Return whether it is a policy, URL-encoded as the page demands."""
    return isinstance(policy, str) and "{" not in policy and is_policy(unquote(policy))
