"""Tencent Cloud's Secrets Manager as documented: secrets with versions, created and read.

Source: SSM's API of 2019-09-23 <https://cloud.tencent.com/document/api/1140/40522>, and the models
of tencentcloud-sdk-python-ssm 3.1.194.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping

from local.emulator.keys import Key
from local.emulator.message import Received, Reply, to_json
from local.emulator.secret_versions import VersionedSecret, decoded, encoded
from local.emulator.tencent import Api, failure, parameters_of

FIRST_MADE_AT = 1_700_000_000
CURRENT = "SSM_Current"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
VERSION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")

STATES = {
    "disabled": "ResourceUnavailable.ResourceDisabled",
    "pending_deletion": "ResourceUnavailable.ResourcePendingDeleted",
}
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "CreateSecret": ("SecretName", "VersionId", "SecretString", "SecretBinary", "Description"),
    "PutSecretValue": ("SecretName", "VersionId", "SecretString", "SecretBinary"),
    "GetSecretValue": ("SecretName", "VersionId"),
    "ListSecretVersionIds": ("SecretName",),
}
"""Action -> its parameters that the emulator supports."""


class TencentSsm(Api):
    """Secrets Manager behind API 3.0."""

    name = scope = "ssm"
    version = "2019-09-23"

    def answer(self, request: Received, key: Key, now: float) -> Reply:
        """Do the work and return the documented response; raises :class:`Refusal`."""
        self.check(request, *PARAMETERS)
        self.check_region(request)
        given = parameters_of(request, PARAMETERS[request.action])
        name = given.get("SecretName")
        if not isinstance(name, str):
            raise failure("MissingParameter", "SecretName is required.")
        if not NAME.fullmatch(name):
            raise failure("InvalidParameterValue", "SecretName is not valid.")
        actions: Mapping[str, Callable[[str, Mapping[str, object]], dict[str, object]]] = {
            "CreateSecret": self._create_secret,
            "PutSecretValue": self._put_secret_value,
            "GetSecretValue": self._get_secret_value,
            "ListSecretVersionIds": self._list_secret_version_ids,
        }
        with self._cloud.lock:
            body = actions[request.action](name, given)
        body = {"SecretName": name, **body, "RequestId": str(uuid.uuid4())}
        return Reply(body=to_json({"Response": body}))

    def _create_secret(self, name: str, given: Mapping[str, object]) -> dict[str, object]:
        if name in self._cloud.secrets:
            raise failure("ResourceInUse.SecretExists")
        version, value = _version_and_value(given)
        self._cloud.secrets[name] = VersionedSecret({version: value})
        return {"VersionId": version}

    def _put_secret_value(self, name: str, given: Mapping[str, object]) -> dict[str, object]:
        secret = self._usable(name)
        version, value = _version_and_value(given)
        if version in secret.versions:
            raise failure("ResourceInUse.VersionIdExists")
        secret.versions[version] = value
        return {"VersionId": version}

    def _get_secret_value(self, name: str, given: Mapping[str, object]) -> dict[str, object]:
        secret, version = self._usable(name), given.get("VersionId")
        if not isinstance(version, str):
            raise failure("MissingParameter", "VersionId is required.")
        value = secret.versions.get(version)
        if value is None:
            raise failure("ResourceNotFound")
        if secret.is_key_denied:
            raise failure("UnauthorizedOperation.AccessKmsError")
        is_binary = isinstance(value, bytes)
        return {
            "VersionId": version,
            "SecretBinary": encoded(value) if isinstance(value, bytes) else "",
            "SecretString": "" if is_binary else value,
        }

    def _list_secret_version_ids(
        self, name: str, _given: Mapping[str, object]
    ) -> dict[str, object]:
        secret = self._cloud.secrets.get(name)
        if secret is None:
            raise failure("ResourceNotFound.SecretNotExist")
        rows = [
            {"VersionId": version, "CreateTime": FIRST_MADE_AT + number}
            for number, version in enumerate(secret.versions)
        ]
        # In no order: whoever wants the newest has to look at the times.
        return {"Versions": sorted(rows, key=lambda row: str(row["VersionId"]))}

    def _usable(self, name: str) -> VersionedSecret:
        secret = self._cloud.secrets.get(name)
        if secret is None:
            raise failure("ResourceNotFound.SecretNotExist")
        if secret.state in STATES:
            raise failure(STATES[secret.state])
        return secret


def _version_and_value(given: Mapping[str, object]) -> tuple[str, str | bytes]:
    """Return what is stored; exactly one of the two values has to be there."""
    version, text, binary = (
        given.get(name) or "" for name in ("VersionId", "SecretString", "SecretBinary")
    )
    if not isinstance(version, str) or not VERSION_ID.fullmatch(version or CURRENT):
        raise failure("InvalidParameterValue", "VersionId is not valid.")
    if not isinstance(text, str) or not isinstance(binary, str) or bool(text) == bool(binary):
        raise failure("InvalidParameter", "One of SecretString and SecretBinary is required.")
    try:
        return version or CURRENT, decoded(binary) if binary else text
    except ValueError:
        raise failure("InvalidParameterValue", "SecretBinary is not Base64.") from None
