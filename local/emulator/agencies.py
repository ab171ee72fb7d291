"""Huawei Cloud's agencies as documented: IAM's temporary keys by name, STS's by URN."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from time import gmtime, strftime
from typing import Any

from local.emulator.huawei_gateway import Route, failure
from local.emulator.keys import Key, KeyRing
from local.emulator.message import Received, Reply, to_json
from local.emulator.roles import AssumableRole, is_policy, issue, problem_of

LONGEST_CHAINED_SECONDS = 3600
"""The longest session that temporary keys may request of STS."""

IAM_SECONDS = 900
STS_SECONDS = 3600
STS_PARAMETERS = {
    "agency_urn",
    "agency_session_name",
    "duration_seconds",
    "policy",
    "external_id",
}

_URN = re.compile(r"iam::([A-Za-z0-9]+):agency:(.+)")


class Agencies:
    """The agencies that keys of other accounts may assume.

    Parameters
    ----------
    lock: that of the provider's state.
    keys: the keys that the provider knows.
    denied: the permissions that are refused.
    authenticate: returns the caller.

    Attributes
    ----------
    by_urn: the agencies by their URN, ``iam::<account ID>:agency:<name>``.
    """

    def __init__(
        self,
        lock: threading.RLock,
        keys: KeyRing,
        denied: AbstractSet[str],
        authenticate: Callable[[Received, float], Key],
    ) -> None:
        self.by_urn: dict[str, AssumableRole] = {}
        self._lock = lock
        self._keys = keys
        self._denied = denied
        self._authenticate = authenticate

    def iam_routes(self) -> tuple[Route, ...]:
        """Return IAM's API."""
        return (
            Route(
                "POST",
                r"/v3\.0/OS-CREDENTIAL/securitytokens",
                "CreateTemporaryAccessKeyByAgency",
                self._create_temporary_access_key,
            ),
        )

    def sts_routes(self) -> tuple[Route, ...]:
        """Return STS's API."""
        return (Route("POST", "/v5/agencies/assume", "AssumeAgency", self._assume_agency),)

    def _create_temporary_access_key(self, request: Received, now: float) -> Reply:
        """Issue temporary keys of an agency that is named with its account.

        Source: https://support.huaweicloud.com/intl/en-us/api-iam/iam_04_0101.html
        """
        caller = self._authenticate(request, now)
        if "iam:agencies:assume" in self._denied:
            raise failure("IAM.0003")
        identity = _object(_body(request, "IAM.0011").get("auth")).get("identity")
        parameters = _object(_object(identity).get("assume_role"))
        policy = _object(identity).get("policy")
        user = _object(parameters.get("session_user")).get("name", "example-user")
        if not re.fullmatch("[A-Za-z][A-Za-z0-9_-]{4,63}", str(user)):
            raise failure("IAM.0007", "session_user.name is not valid")
        if policy is not None and not isinstance(_object(policy).get("Statement"), list):
            raise failure("IAM.0007", "policy is not valid")
        seconds = parameters.get("duration_seconds", IAM_SECONDS)
        with self._lock:
            role = self._named(parameters.get("domain_name"), parameters.get("agency_name"))
            problem = problem_of(role, caller, None, _number(seconds))
            if role is None:
                raise failure("IAM.0004", "Could not find agency")
            if problem == "duration":
                raise failure("IAM.0007", "duration_seconds is not valid")
            if problem is not None:
                raise failure("IAM.0002")
            key = issue(role, self._keys, "HST", _number(seconds), now)
        credential = {
            "access": key.access_key_id,
            "secret": key.secret,
            "securitytoken": key.token,
            "expires_at": strftime("%Y-%m-%dT%H:%M:%S.000000Z", gmtime(key.expires_at)),
        }
        return Reply(201, to_json({"credential": credential}))

    def _assume_agency(self, request: Received, now: float) -> Reply:
        """Issue temporary keys of an agency.

        Source: https://support.huaweicloud.com/intl/en-us/api-iam5/AssumeAgency.html
        """
        caller = self._authenticate(request, now)
        if "sts:agencies:assume" in self._denied:
            raise failure("PAP5.0001")
        parameters = _body(request, "STS5.0400")
        urn, name = str(parameters.get("agency_urn")), str(parameters.get("agency_session_name"))
        if not set(parameters) <= STS_PARAMETERS or not re.fullmatch(
            "[A-Za-z0-9_+=,.@-]{2,128}", name
        ):
            raise failure("STS5.0400")
        if "policy" in parameters and not is_policy(str(parameters["policy"])):
            raise failure("PAP5.0011")
        seconds = _number(parameters.get("duration_seconds", STS_SECONDS))
        with self._lock:
            role = self.by_urn.get(urn)
            problem = problem_of(role, caller, parameters.get("external_id"), seconds)
            if role is None:
                raise failure("STS5.0404")
            if problem in {"not_trusted", "external_id"}:
                raise failure("PAP5.0001")
            is_chained = caller.token is not None
            if problem or (is_chained and seconds > LONGEST_CHAINED_SECONDS):
                raise failure("STS5.0400", "duration_seconds is not valid")
            key = issue(role, self._keys, "HST", seconds, now)
        found = _URN.fullmatch(urn)
        account, agency = found.groups() if found else ("", urn)
        body = {
            "assumed_agency": {
                "urn": f"sts::{account}:assumed-agency:{agency}/{name}",
                "id": f"{uuid.uuid5(uuid.NAMESPACE_URL, urn).hex}:{name}",
            },
            "credentials": {
                "access_key_id": key.access_key_id,
                "secret_access_key": key.secret,
                "security_token": key.token,
                "expiration": strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(key.expires_at)),
            },
        }
        return Reply(200, to_json(body))

    def _named(self, domain: object, name: object) -> AssumableRole | None:
        for urn, role in self.by_urn.items():
            if role.domain == domain and urn.rpartition(":")[2] == name:
                return role
        return None


def _body(request: Received, code: str) -> Mapping[str, Any]:
    try:
        body = request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise failure(code, "The body is not a JSON object")
    return body


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: object) -> int:
    return value if isinstance(value, int) else -1
