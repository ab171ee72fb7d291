"""Huawei Cloud's CSMS as documented: secrets with versions, created and read.

Source: ``ShowSecretVersion`` <https://support.huaweicloud.com/intl/en-us/api-dew/ShowSecretVersion.html>,
and the models of huaweicloudsdkcsms 3.1.219.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from typing import Any

from local.emulator.huawei_gateway import Route, failure
from local.emulator.message import Received, Reply, to_json
from local.emulator.secret_versions import VersionedSecret, decoded, encoded

LATEST = "latest"
MADE_AT = 1_700_000_000
KEY_ID = "00000000-0000-0000-0000-0000000000c1"
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")

CheckRight = Callable[[str, str], None]


class Csms:
    """The secrets of the account.

    Parameters
    ----------
    lock: that of the provider's state.
    check_right: raises a refusal for a project and a permission.

    Attributes
    ----------
    secrets: the secrets by name.
    """

    def __init__(self, lock: threading.RLock, check_right: CheckRight) -> None:
        self.secrets: dict[str, VersionedSecret] = {}
        self._lock = lock
        self._check_right = check_right

    def routes(self) -> tuple[Route, ...]:
        """Return CSMS's API."""
        secrets = r"/v1/([A-Za-z0-9-]{1,64})/secrets"
        versions = rf"{secrets}/([^/]+)/versions"
        return (
            Route("POST", secrets, "CreateSecret", self._create_secret),
            Route("POST", versions, "CreateSecretVersion", self._create_secret_version),
            Route("GET", rf"{versions}/([^/]+)", "ShowSecretVersion", self._show_secret_version),
        )

    def _create_secret(self, request: Received, _now: float, project: str) -> Reply:
        self._check_right(project, "csms:secret:create")
        body = _body(request)
        name = str(body.get("name", ""))
        if not NAME.fullmatch(name):
            raise failure("CSMS.0002")
        with self._lock:
            if name in self.secrets:
                raise failure("CSMS.0002", "The secret name already exists")
            self.secrets[name] = VersionedSecret({"v1": _value(body)})
        return Reply(body=to_json({"secret": {"name": name, "state": "ENABLED"}}))

    def _create_secret_version(
        self, request: Received, _now: float, project: str, name: str
    ) -> Reply:
        self._check_right(project, "csms:secretVersion:create")
        with self._lock:
            secret = self._usable(name)
            secret.rotate(_value(_body(request)))
            return Reply(body=to_json({"version_metadata": _metadata(name, secret.latest)}))

    def _show_secret_version(
        self, _request: Received, _now: float, project: str, name: str, wanted: str
    ) -> Reply:
        self._check_right(project, "csms:secretVersion:get")
        with self._lock:
            secret = self._usable(name)
            version = secret.latest if wanted == LATEST else wanted
            value = secret.versions.get(version)
            if value is None:
                raise failure("CSMS.0005")
            if secret.is_key_denied:
                # Which code it is, is on no page: CSMS passes on what the gateway of KMS says.
                raise failure("APIGW.0302")
        field = "secret_binary" if isinstance(value, bytes) else "secret_string"
        shown = encoded(value) if isinstance(value, bytes) else value
        body = {"version": {"version_metadata": _metadata(name, version), field: shown}}
        return Reply(body=to_json(body))

    def _usable(self, name: str) -> VersionedSecret:
        secret = self.secrets.get(name)
        if secret is None:
            raise failure("CSMS.0106")
        if secret.state != "enabled":
            raise failure("CSMS.0103" if secret.state == "pending_deletion" else "CSMS.0005")
        return secret


def _metadata(name: str, version: str) -> dict[str, object]:
    return {
        "id": version,
        "create_time": MADE_AT,
        "kms_key_id": KEY_ID,
        "secret_name": name,
        "version_stages": ["SYSCURRENT"],
    }


def _body(request: Received) -> Mapping[str, Any]:
    try:
        body = request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise failure("CSMS.0004")
    return body


def _value(body: Mapping[str, Any]) -> str | bytes:
    """Return what is stored; exactly one of the two values has to be there."""
    text, binary = body.get("secret_string"), body.get("secret_binary")
    if bool(text) == bool(binary):
        raise failure("CSMS.0002")
    try:
        return decoded(str(binary)) if binary else str(text)
    except ValueError:
        raise failure("CSMS.0002") from None
