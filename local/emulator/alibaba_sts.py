"""Alibaba Cloud's STS as documented: whose keys they are, and roles to assume."""

from __future__ import annotations

import re
from calendar import timegm
from time import gmtime, strftime, strptime
from urllib.parse import parse_qsl

from local.emulator.alibaba import ACCOUNT_ID, Alibaba, AlibabaService, failure
from local.emulator.keys import Key
from local.emulator.message import Received, Reply, to_json
from local.emulator.roles import AssumableRole, has_duration, is_policy, issue, problem_of
from local.emulator.verification import ALIBABA_WINDOW

ANONYMOUS = Key("", "", account="")
WITH_TOKEN = "AssumeRoleWithOIDC"  # noqa: S105 - an action's name
COMMON = {"Action", "Format", "Version", "Timestamp", "SignatureNonce"}
PARAMETERS = {"RoleArn", "RoleSessionName", "DurationSeconds", "Policy"}
ROLE_ID = "300000000000000001"

_ARN = re.compile(r"acs:ram::(\d+):role/(.+)")
_TIME = "%Y-%m-%dT%H:%M:%SZ"


class AlibabaSts(AlibabaService):
    """STS: ``GetCallerIdentity``, ``AssumeRole`` and ``AssumeRoleWithOIDC``."""

    def __init__(self, cloud: Alibaba) -> None:
        super().__init__(cloud, "alibaba-sts", "2015-04-01", self._respond)

    def action(self, request: Received) -> str:
        """Return the action, which an unsigned request has in its query."""
        return super().action(request) or dict(request.query).get("Action", "")

    def version(self, request: Received) -> str | None:
        """Return the version, which an unsigned request has in its query."""
        return super().version(request) or dict(request.query).get("Version")

    def authenticate(self, request: Received, now: float) -> Key:
        """Return the key that signed the request; a token needs none."""
        if request.action == WITH_TOKEN and request.authorization is None:
            _check_time(dict(request.query).get("Timestamp", ""), now)
            return ANONYMOUS
        return super().authenticate(request, now)

    def _respond(self, request: Received, key: Key, request_id: str, now: float) -> Reply:
        operations = {
            "GetCallerIdentity": self._get_caller_identity,
            "AssumeRole": self._assume_role,
            WITH_TOKEN: self._assume_role_with_token,
        }
        operation = operations.get(request.action)
        if (request.method, request.path) != ("POST", "/") or operation is None:
            raise failure("InvalidAction.NotFound")
        body = {"RequestId": request_id, **operation(request, key, now)}
        return Reply(body=to_json(body))

    def _get_caller_identity(self, _request: Received, key: Key, _now: float) -> dict[str, object]:
        """Respond as documented; it needs no permission.

        Source: https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-getcalleridentity
        """
        account = self._cloud.account_id_of(key)
        if key.token is None:
            return {
                "AccountId": account,
                "IdentityType": "RAMUser",
                "PrincipalId": "200000000000000001",
                "UserId": "200000000000000001",
                "Arn": f"acs:ram::{account}:user/example-user",
            }
        return {
            "AccountId": account,
            "IdentityType": "AssumedRoleUser",
            "PrincipalId": f"{ROLE_ID}:example-session",
            "RoleId": ROLE_ID,
            "Arn": f"acs:ram::{account}:assumed-role/example-role/example-session",
        }

    def _assume_role(self, request: Received, key: Key, now: float) -> dict[str, object]:
        """Issue temporary keys to keys that the role trusts.

        Source: https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole
        """
        if "sts:AssumeRole" in self._cloud.denied:
            raise failure("NoPermission")
        parameters = _parameters(request, PARAMETERS | {"ExternalId"})
        seconds = _seconds(parameters)
        with self._cloud.lock:
            role = self._cloud.roles.get(parameters.get("RoleArn", ""))
            problem = problem_of(role, key, parameters.get("ExternalId"), seconds)
            if role is None:
                raise failure("EntityNotExist.Role")
            if problem == "duration":
                raise failure("InvalidParameter.DurationSeconds")
            if problem is not None:
                raise failure("NoPermission")
            return self._session(role, parameters, seconds, now)

    def _assume_role_with_token(self, request: Received, _: Key, now: float) -> dict[str, object]:
        """Issue temporary keys to a token of the identity provider that the role trusts.

        Source: https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerolewithoidc
        """
        parameters = _parameters(request, PARAMETERS | {"OIDCProviderArn", "OIDCToken"})
        seconds = _seconds(parameters)
        provider = parameters.get("OIDCProviderArn", "")
        with self._cloud.lock:
            token = self._cloud.oidc_tokens.get(parameters.get("OIDCToken", ""))
            role = self._cloud.roles.get(parameters.get("RoleArn", ""))
            if token is None or token.provider != provider:
                raise failure("AuthenticationFail.OIDCToken.Invalid")
            if now >= token.expires_at:
                raise failure("AuthenticationFail.OIDCToken.Expired")
            if role is None:
                raise failure("EntityNotExist.Role")
            if role.oidc_provider != provider:
                raise failure("AuthenticationFail.NoPermission")
            if not has_duration(role, seconds):
                raise failure("InvalidParameter.DurationSeconds")
            session = self._session(role, parameters, seconds, now)
        info = {
            "ClientIds": "example-audience",
            "Issuer": "https://issuer.example.com",
            "Subject": "example-subject",
            "VerificationInfo": "Success",
        }
        return {**session, "OIDCTokenInfo": info}

    def _session(
        self, role: AssumableRole, parameters: dict[str, str], seconds: int, now: float
    ) -> dict[str, object]:
        name = parameters.get("RoleSessionName", "")
        if not re.fullmatch(r"[A-Za-z0-9.@_-]{2,64}", name):
            raise failure("InvalidParameter.RoleSessionName")
        if "Policy" in parameters and not is_policy(parameters["Policy"]):
            raise failure("InvalidParameter.PolicyGrammar")
        arn = _ARN.fullmatch(parameters["RoleArn"])
        account, role_name = arn.groups() if arn else (ACCOUNT_ID, "example-role")
        self._cloud.account_ids.setdefault(role.account, account)
        key = issue(role, self._cloud.keys, "STS.", seconds, now)
        return {
            "AssumedRoleUser": {
                "Arn": f"acs:ram::{account}:role/{role_name}/{name}",
                "AssumedRoleId": f"{ROLE_ID}:{name}",
            },
            "Credentials": {
                "AccessKeyId": key.access_key_id,
                "AccessKeySecret": key.secret,
                "SecurityToken": key.token,
                "Expiration": strftime(_TIME, gmtime(key.expires_at)),
            },
        }


def _parameters(request: Received, known_names: set[str]) -> dict[str, str]:
    """Return the parameters, from the query or from a form."""
    pairs = [pair for pair in request.query if pair[0] not in COMMON]
    if request.body:
        if request.headers.get("content-type") != "application/x-www-form-urlencoded":
            raise failure("InvalidParameter", "The body is not a form.")
        pairs += parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    parameters = dict(pairs)
    if len(parameters) != len(pairs) or not set(parameters) <= known_names:
        raise failure("InvalidParameter", "A parameter came twice, or is not known.")
    for name in ("RoleArn", "RoleSessionName"):
        if not parameters.get(name):
            raise failure("MissingParameter", f"{name} is mandatory for this action.")
    return parameters


def _seconds(parameters: dict[str, str]) -> int:
    text = parameters.get("DurationSeconds", "3600")
    if not re.fullmatch("[0-9]{1,6}", text):
        raise failure("InvalidParameter.DurationSeconds")
    return int(text)


def _check_time(text: str, now: float) -> None:
    try:
        sent_at = timegm(strptime(text, _TIME))
    except ValueError:
        raise failure("InvalidTimeStamp.Format") from None
    if abs(now - sent_at) > ALIBABA_WINDOW:
        raise failure("InvalidTimeStamp.Expired")
