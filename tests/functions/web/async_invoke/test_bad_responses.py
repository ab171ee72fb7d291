"""What can go wrong when a function asks to be run again, and what it says then."""

from __future__ import annotations

from typing import Any

import pytest

from functions.web.async_invoke import invoke_self_async
from local.emulator import Emulator, Key, faults
from shared.errors import DeadlineExceeded, Misconfigured, ProviderError, SyncError, TransportError
from shared.invocation import Invocation
from shared.runtime import Runtime
from tests.support.async_invoke import PLATFORMS, Platform, each_platform

ROLES = {
    "aws": ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
    "fc": (
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "ALIBABA_CLOUD_SECURITY_TOKEN",
    ),
    "scf": ("TENCENTCLOUD_SECRETID", "TENCENTCLOUD_SECRETKEY", "TENCENTCLOUD_SESSIONTOKEN"),
}


def fails(emulator: Emulator, platform: Platform, within: float = 2.0) -> SyncError:
    """Return the error of one attempt."""
    with pytest.raises(SyncError) as caught:
        invoke_self_async(
            {"a": 1},
            invocation=platform.invocation(emulator.environment(temporary=True)),
            timeout_seconds=within,
        )
    error = caught.value
    message = f"{error} {error!r} {error.message} {error.hint} {error.code} {error.args}"
    assert platform.key.secret not in message
    assert (platform.key.token or "") not in message
    return error


def deny(emulator: Emulator, platform: Platform) -> None:
    clouds: dict[str, Any] = {
        "lambda": emulator.aws,
        "fc": emulator.alibaba,
        "functiongraph": emulator.huawei,
    }
    if platform.service == "scf":
        emulator.tencent.denied.add("Invoke")
    else:
        clouds[platform.service].denied.add(platform.permission)


@each_platform
def test_a_missing_right_is_named_in_the_hint(emulator: Emulator, platform: Platform) -> None:
    deny(emulator, platform)

    error = fails(emulator, platform)

    assert (error.category, error.code) == ("forbidden", platform.denial)
    assert platform.permission in error.hint
    assert error.request_id
    assert emulator.invocations.all() == []


@each_platform
def test_a_function_that_is_not_there_is_reported(emulator: Emulator, platform: Platform) -> None:
    clouds = (emulator.aws, emulator.alibaba, emulator.tencent, emulator.huawei)
    for cloud in clouds:
        cloud.functions = {"another"}

    error = fails(emulator, platform)

    assert (error.category, error.code) == ("not_found", platform.missing)
    assert platform.setting in error.hint


@each_platform
def test_a_throttled_invocation_is_retryable(emulator: Emulator, platform: Platform) -> None:
    emulator.inject_fault(platform.service, faults.throttled())

    error = fails(emulator, platform)

    assert (error.category, error.retryable) == ("throttled", True)
    assert len(emulator.received) == 1


@each_platform
@pytest.mark.parametrize("status", [500, 503])
def test_a_platform_that_is_unavailable_is_called_once(
    emulator: Emulator, platform: Platform, status: int
) -> None:
    emulator.inject_fault(platform.service, faults.status(status))

    error = fails(emulator, platform)

    assert (error.category, error.http_status) == ("unavailable", status)
    assert isinstance(error, ProviderError)
    assert len(emulator.received) == 1


@each_platform
def test_keys_that_are_not_accepted_are_unauthenticated(
    emulator: Emulator, platform: Platform
) -> None:
    stranger = Key(platform.key.access_key_id, "exampleAnotherSecret", platform.key.token)
    for cloud in (emulator.aws, emulator.alibaba, emulator.tencent, emulator.huawei):
        if cloud.keys.find(stranger.access_key_id) is not None:
            cloud.keys.add(stranger)

    error = fails(emulator, platform)

    assert error.category == "unauthenticated"
    assert "role" in error.hint


@each_platform
def test_an_expired_role_is_unauthenticated(emulator: Emulator, platform: Platform) -> None:
    key = platform.key
    for cloud in (emulator.aws, emulator.alibaba, emulator.tencent, emulator.huawei):
        if cloud.keys.find(key.access_key_id) is not None:
            cloud.keys.add(Key(key.access_key_id, key.secret, key.token, expires_at=1.0))

    assert fails(emulator, platform).category == "unauthenticated"


LOST = {
    "hangs": faults.hang(5, work=True),
    "late": faults.delayed(5),
    "resets": faults.reset(work=True),
    "hangs up": faults.hang_up(work=True),
}


@each_platform
@pytest.mark.parametrize("how", LOST)
def test_a_missing_response_is_an_unknown_outcome_and_not_retried(
    emulator: Emulator, platform: Platform, how: str
) -> None:
    emulator.inject_fault(platform.service, LOST[how])

    error = fails(emulator, platform, within=0.5)

    assert isinstance(error, TransportError)
    assert (error.code, error.outcome_unknown, error.retryable) == ("DeferralUnknown", True, False)
    assert "the invocation may or may not have been queued" in error.message
    assert len(emulator.received) == 1


@each_platform
def test_an_unexpected_success_response_is_an_unknown_outcome_too(
    emulator: Emulator, platform: Platform
) -> None:
    emulator.inject_fault(platform.service, faults.status(200, {}, work=True))

    error = fails(emulator, platform)

    assert (error.category, error.code) == ("bad_response", "DeferralUnknown")


@each_platform
@pytest.mark.parametrize("fault", [faults.html(502), faults.xml(500), faults.empty_body(503)])
def test_a_proxys_page_is_not_a_response_of_the_platform(
    emulator: Emulator, platform: Platform, fault: faults.Fault
) -> None:
    emulator.inject_fault(platform.service, fault)

    assert fails(emulator, platform).category == "unavailable"


@each_platform
def test_a_redirect_is_not_followed(emulator: Emulator, platform: Platform) -> None:
    emulator.inject_fault(platform.service, faults.redirect())

    assert fails(emulator, platform).code == "Redirect"


@each_platform
def test_a_refused_connection_means_nothing_was_started(
    emulator: Emulator, platform: Platform
) -> None:
    environ = {**emulator.environment(temporary=True), platform.setting: "http://127.0.0.1:9"}

    with pytest.raises(TransportError) as caught:
        invoke_self_async({}, invocation=platform.invocation(environ))

    assert (caught.value.category, caught.value.outcome_unknown) == ("unreachable", False)
    assert platform.setting in caught.value.hint


@each_platform
def test_secrets_that_the_platform_echoes_are_redacted(
    emulator: Emulator, platform: Platform
) -> None:
    token = platform.key.token or ""
    text = f"Bad token {token} of {platform.key.access_key_id}, secret {platform.key.secret}"
    emulator.inject_fault(platform.service, faults.error("Odd", text, status=400))

    error = fails(emulator, platform)

    assert platform.key.access_key_id not in error.message
    assert "***" in error.message


@pytest.mark.parametrize("name", ROLES)
def test_a_function_without_a_role_gets_a_hint_which_permission_it_needs(
    emulator: Emulator, name: str
) -> None:
    platform = PLATFORMS[name]
    invocation = platform.invocation(emulator.environment(), dict.fromkeys(ROLES[name]))
    if name == "fc":
        del invocation.context.credentials

    with pytest.raises(Misconfigured) as caught:
        invoke_self_async({}, invocation=invocation)

    assert caught.value.code == "NoRole"
    assert platform.permission in caught.value.hint
    assert len(emulator.received) == 0


def test_a_functiongraph_function_without_an_agency_gets_a_hint(emulator: Emulator) -> None:
    invocation = PLATFORMS["functiongraph"].invocation(emulator.environment(temporary=True))
    invocation.context.getSecurityAccessKey = lambda: None
    invocation.context.getSecuritySecretKey = lambda: None
    invocation.context.getSecurityToken = lambda: None

    with pytest.raises(Misconfigured) as caught:
        invoke_self_async({}, invocation=invocation)

    assert caught.value.code == "NoRole"


@pytest.mark.parametrize("missing", ROLES["aws"])
def test_an_incomplete_role_of_lambda_is_never_used(emulator: Emulator, missing: str) -> None:
    invocation = PLATFORMS["aws"].invocation(emulator.environment(), {missing: None})

    with pytest.raises(Misconfigured, match="incomplete role credentials") as caught:
        invoke_self_async({}, invocation=invocation)

    assert "exampleAws" not in str(caught.value)


@pytest.mark.parametrize("missing", ROLES["scf"][:2])
def test_an_incomplete_role_of_scf_is_never_used(emulator: Emulator, missing: str) -> None:
    invocation = PLATFORMS["scf"].invocation(emulator.environment(temporary=True), {missing: None})

    with pytest.raises(Misconfigured, match="incomplete role credentials"):
        invoke_self_async({}, invocation=invocation)


@pytest.mark.parametrize("missing", ROLES["fc"][:2])
def test_an_incomplete_role_of_function_compute_is_never_used(
    emulator: Emulator, missing: str
) -> None:
    invocation = PLATFORMS["fc"].invocation(emulator.environment(temporary=True), {missing: None})
    del invocation.context.credentials

    with pytest.raises(Misconfigured, match="Incomplete credentials"):
        invoke_self_async({}, invocation=invocation)


def test_an_incomplete_agency_is_never_used(emulator: Emulator) -> None:
    invocation = PLATFORMS["functiongraph"].invocation(emulator.environment(temporary=True))
    invocation.context.getSecurityToken = lambda: None

    with pytest.raises(Misconfigured, match="only some of the keys"):
        invoke_self_async({}, invocation=invocation)


def test_a_token_that_would_break_its_header_shows_nowhere(emulator: Emulator) -> None:
    invocation = PLATFORMS["functiongraph"].invocation(emulator.environment(temporary=True))
    invocation.context.getSecurityToken = lambda: "exampleBroken\r\nToken"

    with pytest.raises(Misconfigured) as caught:
        invoke_self_async({}, invocation=invocation)

    assert "exampleBroken" not in f"{caught.value} {caught.value.hint}"


def test_without_time_left_a_function_invokes_nothing(emulator: Emulator) -> None:
    invocation = PLATFORMS["aws"].invocation(emulator.environment())
    invocation.context.get_remaining_time_in_millis = lambda: 300
    late = Invocation.from_event({}, invocation.context, invocation.runtime)

    with pytest.raises(DeadlineExceeded):
        invoke_self_async({}, invocation=late)

    assert len(emulator.received) == 0


def test_an_invocation_is_logged_without_its_payload(
    emulator: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    platform = PLATFORMS["aws"]

    run = invoke_self_async(
        {"text": "exampleText"}, invocation=platform.invocation(emulator.environment())
    )

    logged = capsys.readouterr().out
    assert run
    assert run in logged
    assert "exampleText" not in logged
    assert platform.key.secret not in logged


def test_a_warm_process_keeps_its_connection_to_the_platform(emulator: Emulator) -> None:
    process = Runtime()
    environ = emulator.environment()

    for _ in range(2):
        invoke_self_async({}, invocation=PLATFORMS["aws"].invocation(environ, process=process))

    assert len({request.connection for request in emulator.received}) == 1
