"""Alibaba Cloud's KMS as documented, as far as its secrets go: created, rotated by hand and read.

Source: ``GetSecretValue`` of KMS's API of 2016-01-20
<https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-getsecretvalue>,
and the models of alibabacloud_kms20160120 3.3.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

from local.emulator.alibaba import Alibaba, AlibabaService, failure, refused
from local.emulator.keys import Key
from local.emulator.message import Received, Reply, to_json
from local.emulator.secret_versions import VersionedSecret, decoded, encoded

NAME = re.compile(r"[A-Za-z0-9_/+=.@-]{1,64}")
CURRENT = "ACSCurrent"
MADE_AT = "2026-11-21T20:24:29Z"
PARAMETERS: Mapping[str, frozenset[str]] = {
    "CreateSecret": frozenset({"SecretName", "VersionId", "SecretData", "SecretDataType"}),
    "PutSecretValue": frozenset({"SecretName", "VersionId", "SecretData", "SecretDataType"}),
    "GetSecretValue": frozenset({"SecretName", "VersionId", "VersionStage"}),
}
"""Action -> its parameters that the emulator supports."""


class AlibabaKms(AlibabaService):
    """The secrets of KMS."""

    def __init__(self, cloud: Alibaba) -> None:
        super().__init__(cloud, "kms", "2016-01-20", self._respond)

    def _respond(self, request: Received, _key: Key, request_id: str, _now: float) -> Reply:
        known = PARAMETERS.get(request.action)
        if (request.method, request.path) != ("POST", "/") or known is None:
            raise failure("InvalidAction.NotFound")
        given = dict((*request.query, *parse_qsl(request.body.decode(), keep_blank_values=True)))
        name = given.get("SecretName", "")
        if not set(given) <= known or not NAME.fullmatch(name):
            raise failure("InvalidParameter")
        right = f"kms:{request.action}"
        if right in self._cloud.denied:
            raise refused("Forbidden.NoPermission", right)
        actions: Mapping[str, Callable[[str, Mapping[str, str]], dict[str, object]]] = {
            "CreateSecret": self._create_secret,
            "PutSecretValue": self._put_secret_value,
            "GetSecretValue": self._get_secret_value,
        }
        with self._cloud.lock:
            body = actions[request.action](name, given)
        return Reply(body=to_json({"RequestId": request_id, "SecretName": name, **body}))

    def _create_secret(self, name: str, given: Mapping[str, str]) -> dict[str, object]:
        if name in self._cloud.secrets:
            raise failure("Rejected.ResourceExist")
        version = given.get("VersionId", "")
        self._cloud.secrets[name] = VersionedSecret({version: _value(given)})
        return {"VersionId": version, "SecretType": "Generic"}

    def _put_secret_value(self, name: str, given: Mapping[str, str]) -> dict[str, object]:
        secret, version = self._usable(name), given.get("VersionId", "")
        if version in secret.versions:
            raise failure("Rejected.ResourceExist")
        secret.versions[version] = _value(given)
        return {"VersionId": version, "VersionStages": {"VersionStage": [CURRENT]}}

    def _get_secret_value(self, name: str, given: Mapping[str, str]) -> dict[str, object]:
        secret = self._usable(name)
        version = given.get("VersionId") or secret.latest
        if version not in secret.versions or given.get("VersionStage", CURRENT) != CURRENT:
            raise failure("Forbidden.ResourceNotFound")
        if secret.is_key_denied:
            raise refused("Forbidden.NoPermission", "kms:Decrypt")
        value = secret.versions[version]
        return {
            "CreateTime": MADE_AT,
            "SecretData": encoded(value) if isinstance(value, bytes) else value,
            "SecretDataType": "binary" if isinstance(value, bytes) else "text",
            "SecretType": "Generic",
            "VersionId": version,
            "VersionStages": {"VersionStage": [CURRENT]},
        }

    def _usable(self, name: str) -> VersionedSecret:
        secret = self._cloud.secrets.get(name)
        if secret is None:
            raise failure("Forbidden.ResourceNotFound")
        if secret.state != "enabled":
            raise failure("Rejected.Disabled" if secret.state == "disabled" else PENDING)
        return secret


PENDING = "Rejected.PendingDeletion"
"""Invented: no page that was found states the code for a secret that is scheduled for deletion."""


def _value(given: Mapping[str, str]) -> str | bytes:
    """Return what is stored."""
    data, kind = given.get("SecretData", ""), given.get("SecretDataType", "text")
    if not data or not given.get("VersionId"):
        raise failure("MissingParameter")
    try:
        return decoded(data) if kind == "binary" else data
    except ValueError:
        raise failure("InvalidParameter", "SecretData is not Base64.") from None
