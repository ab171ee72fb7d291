"""Runs of accounts with a role: when it is assumed, with which keys, and what is shown of it."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from shared.accounts.identity import session_name
from shared.invocation import Invocation
from shared.models.flow import ApiCall, Flow, call_api
from shared.models.result import Outcome
from shared.runner import run_operation
from tests.support.account_runs import OPERATION, PROVIDER, SERVICE, AccountRuns, role


@pytest.fixture
def runs(tmp_path: Path) -> AccountRuns:
    return AccountRuns(tmp_path, {"prod": role("prod"), "other": role("other")})


def test_a_role_is_assumed_with_the_functions_keys_and_its_session_signs(runs: AccountRuns) -> None:
    result = runs.result(account="prod")

    assert (result.status, result.account) == ("succeeded", "prod")
    assert runs.provider.sts_keys == ["exampleFunctionKey"]
    assert runs.provider.service_requests == [
        ("STS.example-0001", "exampleSessionSecret0001", "exampleSessionToken0001")
    ]
    assert result.data == {"looked": True, "caller": "assumed-role/acs:ram::1:role/prod"}


def test_requests_to_sts_are_no_attempts(runs: AccountRuns) -> None:
    assert runs.result(account="prod").attempts == 1


def test_a_role_is_assumed_with_the_accounts_own_keys(tmp_path: Path) -> None:
    runs = AccountRuns(tmp_path, {"prod": {**role("prod"), "settings_prefix": "BASE"}})
    runs.environ |= {
        "BASE_ALIBABA_CLOUD_ACCESS_KEY_ID": "exampleBaseKey",
        "BASE_ALIBABA_CLOUD_ACCESS_KEY_SECRET": "exampleBaseSecret",
    }

    assert runs.result(account="prod").status == "succeeded"
    assert runs.provider.sts_keys == ["exampleBaseKey"]


def test_without_keys_to_assume_it_with_nothing_is_sent(runs: AccountRuns) -> None:
    del runs.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"]

    error = runs.result(account="prod").error

    assert error is not None
    assert error.category == "misconfigured"
    assert error.message.startswith("account prod: Incomplete credentials")
    assert runs.provider.assumed == []


def test_a_token_file_is_read_for_each_session(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("exampleOidcToken1\n")
    runs = AccountRuns(
        tmp_path,
        {"prod": role("prod", oidc_provider_arn="idp", oidc_token_file=str(token))},
    )
    runs.environ.clear()
    runs.environ |= {"ACCOUNTS_FILE": str(runs.path), "ALIBABA_CLOUD_REGION_ID": "cn-hangzhou"}

    assert runs.result(account="prod").status == "succeeded"
    token.write_text("exampleOidcToken2")
    runs.clock.spend(3600)
    assert runs.result(account="prod").status == "succeeded"
    sent = [query["oidc"] for query in runs.provider.assumed]
    assert sent == ["exampleOidcToken1", "exampleOidcToken2"]
    assert runs.provider.sts_keys == ["", ""]


@pytest.mark.parametrize("content", [None, "", "\n", "a\nb", "ä", "x" * 65_537])
def test_a_file_without_a_token_is_misconfigured(tmp_path: Path, content: str | None) -> None:
    token = tmp_path / "token"
    if content is not None:
        token.write_text(content, encoding="utf-8")
    runs = AccountRuns(
        tmp_path,
        {"prod": role("prod", oidc_provider_arn="idp", oidc_token_file=str(token))},
    )

    error = runs.result(account="prod").error

    assert error is not None
    assert (error.category, error.code) == ("misconfigured", "NoOidcToken")
    assert runs.provider.assumed == []


@pytest.mark.parametrize(("status", "category"), [(401, "unauthenticated"), (403, "forbidden")])
def test_a_role_that_may_not_be_assumed_fails_the_run_before_its_first_request(
    runs: AccountRuns, status: int, category: str
) -> None:
    runs.provider.sts_status = status

    result = runs.result(account="prod")

    assert result.error is not None
    assert (result.error.category, result.attempts) == (category, 0)
    assert result.error.message.startswith("account prod: ")
    assert result.data == {}
    assert runs.provider.service_requests == []


def test_an_unavailable_sts_is_tried_again_and_then_fails_the_run(runs: AccountRuns) -> None:
    runs.provider.sts_status = 503

    result = runs.result(account="prod")

    assert result.error is not None
    assert (result.error.category, result.error.retryable) == ("unavailable", True)
    assert len(runs.provider.assumed) == 4


def test_a_failed_assumption_is_not_kept(runs: AccountRuns) -> None:
    runs.provider.sts_status = 403
    runs.result(account="prod")
    runs.provider.sts_status = 200

    assert runs.result(account="prod").status == "succeeded"


def test_a_provider_without_roles_is_misconfigured(runs: AccountRuns) -> None:
    operation = OPERATION._replace(provider=PROVIDER._replace(assume_role=None))

    error = runs.result(operation, account="prod").error

    assert error is not None
    assert (error.category, error.code) == ("misconfigured", "NoRoles")


def test_a_session_serves_later_runs_until_it_is_about_to_expire(runs: AccountRuns) -> None:
    for _ in range(3):
        runs.result(account="prod")
    runs.clock.spend(3600 - 301)
    runs.result(account="prod")
    assert len(runs.provider.assumed) == 1

    runs.clock.spend(1)
    runs.result(account="prod")
    assert len(runs.provider.assumed) == 2


def test_a_failed_refresh_ahead_of_time_does_not_fail_a_run(
    runs: AccountRuns, capfd: pytest.CaptureFixture[str]
) -> None:
    runs.result(account="prod")
    runs.clock.spend(3600 - 120)
    runs.provider.sts_status = 403

    assert runs.result(account="prod").status == "succeeded"
    assert runs.provider.service_requests[-1][0] == "STS.example-0001"
    messages = [json.loads(line)["message"] for line in capfd.readouterr().out.splitlines()]
    assert "the assumed role's keys could not be renewed ahead of time" in messages


def test_after_a_failed_refresh_ahead_of_time_the_next_is_not_tried_at_once(
    runs: AccountRuns,
) -> None:
    runs.result(account="prod")
    runs.clock.spend(3600 - 200)
    runs.provider.sts_status = 403
    for _ in range(5):
        runs.result(account="prod")
    assert len(runs.provider.assumed) == 2

    runs.clock.spend(31)
    runs.result(account="prod")
    assert len(runs.provider.assumed) == 3


def test_a_refresh_ahead_of_time_takes_little_of_the_runs_time(runs: AccountRuns) -> None:
    runs.result(account="prod")
    runs.clock.spend(3600 - 250)
    runs.provider.sts_status = 503
    runs.provider.sts_seconds = 20
    start = runs.clock.monotonic()

    assert runs.result(account="prod").status == "succeeded"
    assert runs.clock.monotonic() - start <= 5.5


def test_in_its_last_minute_a_session_is_not_used_even_if_there_is_no_other(
    runs: AccountRuns,
) -> None:
    runs.result(account="prod")
    runs.clock.spend(3600 - 60)
    runs.provider.sts_status = 403

    result = runs.result(account="prod")

    assert result.error is not None
    assert result.error.category == "forbidden"
    assert len(runs.provider.service_requests) == 1


def test_a_session_is_replaced_in_the_middle_of_a_long_run(runs: AccountRuns) -> None:
    def long(_params: object, _context: object) -> Flow[Outcome]:
        for _ in range(4):
            yield from call_api(ApiCall(SERVICE, "Look", "GET"))
            runs.clock.spend(1800)
        return Outcome("succeeded", "done", {})

    result = runs.result(OPERATION._replace(flow=long), account="prod")

    assert result.status == "succeeded"
    assert [key for key, *_ in runs.provider.service_requests] == [
        "STS.example-0001",
        "STS.example-0001",
        "STS.example-0002",
        "STS.example-0002",
    ]


@pytest.mark.parametrize("ahead", [240.0, -240.0, 3.0])
def test_the_end_of_a_session_is_read_by_the_providers_clock(
    runs: AccountRuns, ahead: float
) -> None:
    runs.provider.clock_ahead = ahead
    runs.result(account="prod")
    runs.clock.spend(3600 - 61)
    runs.provider.sts_status = 403
    assert runs.result(account="prod").status == "succeeded"

    runs.clock.spend(1)
    assert runs.result(account="prod").status == "failed"


def test_keys_that_the_provider_refuses_are_not_used_by_the_next_run(runs: AccountRuns) -> None:
    runs.result(account="prod")
    runs.provider.service_status = 401
    failed = runs.result(account="prod")
    runs.provider.service_status = 200

    assert failed.error is not None
    assert failed.error.category == "unauthenticated"
    assert failed.data == {"caller": "assumed-role/acs:ram::1:role/prod"}
    assert len(runs.provider.assumed) == 1
    assert runs.result(account="prod").status == "succeeded"
    assert len(runs.provider.assumed) == 2


def test_a_missing_permission_does_not_drop_the_session(runs: AccountRuns) -> None:
    runs.provider.service_status = 403
    runs.result(account="prod")
    runs.provider.service_status = 200

    assert runs.result(account="prod").status == "succeeded"
    assert len(runs.provider.assumed) == 1


def test_a_session_that_would_end_within_a_minute_is_not_used(runs: AccountRuns) -> None:
    runs.provider.duration_seconds = 60

    error = runs.result(account="prod").error

    assert error is not None
    assert (error.category, error.code) == ("bad_response", "SessionExpiresTooSoon")
    assert runs.provider.service_requests == []


def test_each_role_has_a_session_of_its_own(runs: AccountRuns) -> None:
    for _ in range(2):
        runs.result(account="prod")
        runs.result(account="other")

    assert [query["role"] for query in runs.provider.assumed] == [
        "acs:ram::1:role/prod",
        "acs:ram::1:role/other",
    ]


def test_who_assumes_a_role_has_a_session_of_their_own(runs: AccountRuns) -> None:
    runs.result(account="prod")
    runs.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"] = "exampleNewKey"
    runs.result(account="prod")

    assert runs.provider.sts_keys == ["exampleFunctionKey", "exampleNewKey"]


def test_a_changed_role_has_a_session_of_its_own(runs: AccountRuns) -> None:
    runs.result(account="prod")
    runs.write({"prod": role("prod", policy={"Version": "1"})})
    runs.result(account="prod")

    assert len(runs.provider.assumed) == 2


def test_nothing_of_a_session_is_shown(
    runs: AccountRuns, capfd: pytest.CaptureFixture[str]
) -> None:
    def leak(_params: object, _context: object) -> Flow[Outcome]:
        yield from ()
        return Outcome("succeeded", "exampleSessionToken0001", {"x": "exampleSessionSecret0001"})

    invocation = runs.invocation({"account": "prod"})
    report = run_operation(OPERATION._replace(flow=leak), invocation)
    invocation.logger.log_result(report.result)

    shown = capfd.readouterr().out + json.dumps(report.result.as_dict())
    assert "exampleSession" not in shown
    assert "STS.example-0001" not in shown
    assert '"identity":"role of account prod"' in shown


def test_the_session_is_named_after_the_function_and_the_invocation() -> None:
    assert session_name("alibaba-look", None) == "alibaba-look-local"
    identifier = "9d0e3a5c-0b1f-4f2e-8a51-6a1f0c2d3e4f"
    assert session_name("alibaba-look", identifier) == f"alibaba-look-{identifier}"
    long = session_name("a-function-with-quite-a-long-name", identifier)
    assert (len(long), long.endswith(identifier)) == (64, True)
    assert session_name("f", "1-a b/c:d,é" * 9) == ("f-" + "1-a-b-c-d--" * 9)[:38]


def test_an_own_function_role_keeps_its_session_when_its_keys_are_renewed(
    runs: AccountRuns,
) -> None:
    runs.environ |= {"FC_FUNCTION_NAME": "f", "FC_ACCOUNT_ID": "1", "FC_REGION": "cn-hangzhou"}
    del runs.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"], runs.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]
    for key in ("exampleFirst", "exampleSecond"):
        keys = SimpleNamespace(
            access_key_id=f"STS.{key}",
            access_key_secret=f"exampleSecretOf{key}",
            security_token=f"exampleTokenOf{key}",
        )
        context = SimpleNamespace(
            request_id="example-request",
            credentials=keys,
            function=SimpleNamespace(name="f", timeout=60),
        )
        invocation = Invocation.from_event({"account": "prod"}, context, runs.runtime)
        assert invocation.on_platform
        assert run_operation(OPERATION, invocation).result.status == "succeeded"

    assert runs.provider.sts_keys == ["STS.exampleFirst"]
