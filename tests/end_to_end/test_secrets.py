"""No secret leaks into a result, a log line, an exception, a repr or a traceback."""

from __future__ import annotations

import json
import traceback
from typing import Any
from urllib.parse import quote

import pytest

from functions.registry import OPERATIONS
from local.emulator import Emulator, faults
from local.emulator.alibaba import REGISTRY_PASSWORD
from shared.errors import SyncFailed
from shared.models.http import Request, Response
from tests.support.platform_caller import EVENTS, SERVICE, PlatformCaller

SECRET_SETTINGS = (
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    "ALIBABA_CLOUD_SECURITY_TOKEN",
    "TENCENTCLOUD_SECRET_KEY",
    "TENCENTCLOUD_TOKEN",
    "HUAWEICLOUD_SDK_SK",
    "HUAWEICLOUD_SDK_SECURITY_TOKEN",
    "OMS_SRC_AK",
    "OMS_SRC_SK",
    "OMS_DST_AK",
    "OMS_DST_SK",
)

EVENT_SECRETS = {
    "src_ak": "eventSource+Ak/1",
    "src_sk": "eventSource Sk%2",
    "dst_ak": "eventDestinationAk3",
    "dst_sk": "eventDestinationSk4/ü",
    "source_cdn_authentication_key": 'event"Cdn\\Key&5é',
}


def forms(secret: str) -> set[str]:
    """Return how a secret may appear in a text."""
    return {secret, quote(secret, safe=""), json.dumps(secret)[1:-1]}


def assert_absent(secrets: list[str], text: str) -> None:
    for secret in secrets:
        for form in forms(secret):
            assert form not in text


def all_secrets(caller: PlatformCaller, operation: str) -> list[str]:
    """Return what a run of an operation knows: its settings' secrets, and its event's."""
    secrets = EVENT_SECRETS.values() if operation == "huawei.oms.StartSyncTask" else ()
    return [*(caller.environ[name] for name in SECRET_SETTINGS), *secrets]


def event_of(operation: str) -> dict[str, object]:
    event = dict(EVENTS[operation])
    if operation == "huawei.oms.StartSyncTask":
        event |= EVENT_SECRETS
    return event


@pytest.mark.parametrize("secret", ["sta", "state", "time", "1", "true", "e"])
def test_a_short_secret_changes_no_key_of_the_result(caller: PlatformCaller, secret: str) -> None:
    caller.environ["HUAWEICLOUD_AUTH_TOKEN"] = secret
    data = caller.run("tencent.cwp.SyncMachines", {"sync": False})["data"]
    own = {"state", "triggered", "latest_start_time", "latest_end_time", "machines"}
    assert set(data) == own | {"verified", "attention", "attention_count"}


@pytest.fixture
def temporary(emulator: Emulator, caller: PlatformCaller) -> PlatformCaller:
    caller.environ.update(emulator.environment(temporary=True))
    caller.environ["LOG_LEVEL"] = "DEBUG"
    return caller


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_good_run_shows_no_secret(
    temporary: PlatformCaller, operation: str, capfd: pytest.CaptureFixture[str]
) -> None:
    result = temporary.run(operation, event_of(operation))

    out, err = capfd.readouterr()
    assert out
    assert_absent(all_secrets(temporary, operation), json.dumps(result) + out + err)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_provider_that_echoes_every_secret_shows_none(
    temporary: PlatformCaller,
    emulator: Emulator,
    operation: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    secrets = all_secrets(temporary, operation)
    text = " ".join(form for secret in secrets for form in sorted(forms(secret)))
    echo_everything = {
        "Code": text,
        "Message": text,
        "RequestId": text,
        "Response": {"Error": {"Code": text, "Message": text}, "RequestId": text},
        "error_code": text,
        "error_msg": text,
    }
    emulator.inject_fault(SERVICE[operation], faults.status(400, echo_everything), times=None)

    result = temporary.run(operation, event_of(operation))

    out, err = capfd.readouterr()
    assert result["status"] == "failed"
    assert "***" in result["error"]["message"]
    assert len(result["error"]["message"]) <= 1000
    assert_absent(secrets, json.dumps(result, ensure_ascii=False) + json.dumps(result) + out + err)


def test_a_password_that_e_hpc_reports_is_shown_by_no_later_error(
    caller: PlatformCaller, emulator: Emulator, capfd: pytest.CaptureFixture[str]
) -> None:
    message = f"cannot pull with {REGISTRY_PASSWORD}"
    emulator.inject_fault(
        "ehpc", faults.error("InvalidParams", message), times=None, action="SynchronizeApp"
    )
    result = caller.run("alibaba.ehpc.SynchronizeApp")

    assert [each.action for each in emulator.received] == [
        *("ListImages", "GetImage", "SynchronizeApp")
    ]
    assert result["error"]["message"] == "cannot pull with ***"
    assert_absent([REGISTRY_PASSWORD], json.dumps(result) + "".join(capfd.readouterr()))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_a_timer_raises_contains_no_secret_and_no_internal_value(
    temporary: PlatformCaller, emulator: Emulator, operation: str, capfd: pytest.CaptureFixture[str]
) -> None:
    secrets = all_secrets(temporary, operation)
    echo_everything = {"Message": " ".join(secrets), "error_msg": " ".join(secrets)}
    emulator.inject_fault(SERVICE[operation], faults.status(500, echo_everything), times=None)
    event: dict[str, Any] = {**event_of(operation), "trigger": "timer"}

    with pytest.raises(SyncFailed) as caught:
        temporary.run(operation, event)

    error = caught.value
    shown = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    assert error.__cause__ is None
    assert error.__suppress_context__
    assert_absent(secrets, shown + repr(error) + "".join(capfd.readouterr()))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_refused_event_shows_nothing_of_what_was_in_it(
    temporary: PlatformCaller, operation: str, capfd: pytest.CaptureFixture[str]
) -> None:
    secret = "visiblyFakeSecretValue"
    event = {
        **EVENTS[operation],
        "region": secret + "/",
        "bogus": secret,
        secret + " as a key": 1,
        "src_sk": [secret],
        "wait_seconds": secret,
        "dry_run": {secret: secret},
        "on_failure": secret,
        "trigger": secret,
    }

    result = temporary.run(operation, event)

    assert result["error"]["category"] == "invalid_input"
    assert_absent([secret], json.dumps(result) + "".join(capfd.readouterr()))


class BrokenTransport:
    """A transport with a bug, whose error message contains the whole request."""

    def send(self, request: Request, **_bounds: float) -> Response:
        raise ValueError(dict(request.headers), request.body)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_internal_error_is_a_result_without_values(
    temporary: PlatformCaller, operation: str, capfd: pytest.CaptureFixture[str]
) -> None:
    temporary.runtime.transport_factory = lambda *_network: BrokenTransport()

    result = temporary.run(operation, event_of(operation))

    out = "".join(capfd.readouterr())
    assert result["error"]["category"] == "internal"
    assert result["error"]["code"] == "ValueError"
    assert "api_client.py" in out
    assert "Signature" not in out + json.dumps(result)
    assert_absent(all_secrets(temporary, operation), json.dumps(result) + out)


def test_a_dry_run_masks_the_storage_keys(caller: PlatformCaller) -> None:
    event = {**event_of("huawei.oms.StartSyncTask"), "dry_run": True}

    result = caller.run("huawei.oms.StartSyncTask", event)

    start = next(item for item in result["data"]["requests"] if item["action"] == "StartSyncTask")
    assert set(start["body"].values()) == {"***"}
    assert_absent(list(EVENT_SECRETS.values()), json.dumps(result))
