"""A clock that is off is corrected once, from the provider's own."""

from __future__ import annotations

import pytest

from functions.registry import OPERATIONS
from local.emulator import Emulator
from tests.support.platform_caller import DONE, PlatformCaller


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("seconds", [3600, -3600, 86_400])
def test_a_refused_signature_is_signed_again_with_the_providers_time(
    caller: PlatformCaller,
    emulator: Emulator,
    operation: str,
    seconds: int,
    capfd: pytest.CaptureFixture[str],
) -> None:
    emulator.clock_offset = seconds

    result = caller.run(operation)

    assert result["status"] in DONE[operation], result
    assert "clock skew detected" in capfd.readouterr().out
    refused = [request for request in emulator.received if not request.accepted]
    assert len(refused) == 1


@pytest.mark.parametrize("operation", OPERATIONS)
def test_wrong_keys_with_a_right_clock_are_refused_once(
    caller: PlatformCaller, emulator: Emulator, operation: str
) -> None:
    for name in (
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "TENCENTCLOUD_SECRET_KEY",
        "HUAWEICLOUD_SDK_SK",
    ):
        caller.environ[name] = "wrongSecret"

    result = caller.run(operation)

    assert result["error"]["category"] == "unauthenticated"
    assert result["error"]["retryable"] is False
    assert len(emulator.received) == 1
