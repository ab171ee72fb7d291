"""Runs of named accounts: whose keys sign, where they run, and what the result says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from functions.registry import load
from local import contexts
from shared.client.credentials.of_account import key_names
from shared.invocation import Invocation
from shared.models.operation import CallContext
from shared.models.result import Result
from shared.operation_request import prepare
from shared.runner import run_operation
from shared.settings.definitions import SETTINGS
from tests.support.account_runs import OPERATION, PROVIDER, AccountRuns, role

PREFIXED = {"provider": "alibaba", "settings_prefix": "PROD1"}
PROD1 = {
    "PROD1_ALIBABA_CLOUD_ACCESS_KEY_ID": "exampleProdKey01",
    "PROD1_ALIBABA_CLOUD_ACCESS_KEY_SECRET": "exampleProdSecret01",
}
UNKNOWN = "account: the accounts file has no such account of provider alibaba"
HUAWEI_PROFILES = """\
[basic]
ak = exampleBasic
sk = exampleBasicSecret
[dev]
ak = exampleDevKey
sk = exampleDevSecret
"""
MODELARTS = load("huawei.modelarts.SyncDevServers")


def error_of(result: Result) -> tuple[str, str, str]:
    assert result.error is not None, result
    return result.error.category, result.error.code, result.error.message


def test_an_accounts_keys_in_the_settings_sign_its_requests(tmp_path: Path) -> None:
    runs = AccountRuns(tmp_path, {"prod-1": PREFIXED})
    runs.environ |= PROD1

    result = runs.result(account="prod-1")

    assert (result.status, result.account) == ("succeeded", "prod-1")
    assert runs.provider.service_requests == [("exampleProdKey01", "exampleProdSecret01", "")]
    assert "caller" not in result.data


def test_a_prefix_may_end_in_an_underscore_and_have_a_token(tmp_path: Path) -> None:
    runs = AccountRuns(tmp_path, {"a": {**PREFIXED, "settings_prefix": "PROD1_"}})
    runs.environ |= PROD1 | {"PROD1_ALIBABA_CLOUD_SECURITY_TOKEN": "exampleProdToken01"}

    assert runs.result(account="a").status == "succeeded"
    assert runs.provider.service_requests[0][2] == "exampleProdToken01"


@pytest.mark.parametrize("account", [None, "default"])
def test_without_an_account_the_functions_own_keys_sign(
    tmp_path: Path, account: str | None
) -> None:
    runs = AccountRuns(tmp_path, {"prod-1": PREFIXED})

    result = runs.result() if account is None else runs.result(account=account)

    assert (result.status, result.account) == ("succeeded", "default")
    assert runs.provider.service_requests[0][0] == "exampleFunctionKey"


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        ({}, "has neither PROD1_ALIBABA_CLOUD_ACCESS_KEY_ID nor"),
        (
            {"PROD1_ALIBABA_CLOUD_ACCESS_KEY_ID": "exampleProdKey01"},
            "PROD1_ALIBABA_CLOUD_ACCESS_KEY_SECRET is missing",
        ),
        (
            {"PROD1_ALIBABA_CLOUD_ACCESS_KEY_SECRET": "exampleProdSecret01"},
            "PROD1_ALIBABA_CLOUD_ACCESS_KEY_ID is missing",
        ),
    ],
)
def test_a_missing_or_half_set_key_is_misconfigured_and_no_other_key_is_used(
    tmp_path: Path, settings: dict[str, str], missing: str
) -> None:
    runs = AccountRuns(tmp_path, {"prod-1": PREFIXED})
    runs.environ |= settings

    result = runs.result(account="prod-1")

    category, _, message = error_of(result)
    assert category == "misconfigured"
    assert message.startswith("account prod-1: ")
    assert missing in message
    assert result.account == "prod-1"
    assert runs.provider.service_requests == []


def test_the_keys_of_a_prefix_are_redacted_from_the_preparation_on(tmp_path: Path) -> None:
    runs = AccountRuns(tmp_path, {"prod-1": PREFIXED})
    runs.environ |= PROD1
    invocation = runs.invocation({"account": "prod-1", "dry_run": True})

    prepare(OPERATION, invocation, invocation.raw_parameters())

    assert invocation.redactor.redact("a exampleProdSecret01 b") == "a *** b"


def test_an_unknown_account_is_refused_and_those_of_the_provider_are_named(tmp_path: Path) -> None:
    runs = AccountRuns(
        tmp_path, {"prod-1": PREFIXED, "tc": {"provider": "tencent", "profile": "x"}}
    )

    for name in ("prod-2", "tc"):
        result = runs.result(account=name)
        assert error_of(result) == (
            "invalid_input",
            "UnknownAccount",
            f"{UNKNOWN}, use prod-1 or default",
        )
        assert result.account == name
    assert runs.provider.service_requests == []


def test_an_error_names_at_most_twenty_accounts(tmp_path: Path) -> None:
    runs = AccountRuns(tmp_path, {f"a{number:02}": PREFIXED for number in range(30)})

    message = error_of(runs.result(account="b"))[2]

    assert message.endswith("a18, a19, …")
    assert "a20" not in message


def test_without_an_accounts_file_only_the_default_account_is_there(tmp_path: Path) -> None:
    runs = AccountRuns(tmp_path, None)

    assert error_of(runs.result(account="prod-1"))[1:] == (
        "UnknownAccount",
        "account: there is no accounts file, only default can be used",
    )


def test_an_unknown_account_in_the_defaults_is_misconfigured(tmp_path: Path) -> None:
    runs = AccountRuns(tmp_path, {"prod-1": PREFIXED})
    runs.environ["DEFAULT_PARAMETERS"] = '{"account": "prod-2"}'

    assert error_of(runs.result())[:2] == ("misconfigured", "UnknownAccount")
    assert error_of(runs.result(account="prod-2"))[:2] == ("invalid_input", "UnknownAccount")


@pytest.mark.parametrize("account", ["", "a b", "-a", "a/../b", 5, None, ["a"]])
def test_what_is_no_name_is_refused(tmp_path: Path, account: object) -> None:
    runs = AccountRuns(tmp_path, {"prod-1": PREFIXED})

    category, code, message = error_of(runs.result(account=account))
    assert (category, code) == ("invalid_input", "InvalidParameters")
    assert message.startswith("account: ")


def test_a_faulty_accounts_file_fails_only_runs_that_name_an_account(tmp_path: Path) -> None:
    runs = AccountRuns(tmp_path, {"a": {"provider": "alibaba"}})

    assert error_of(runs.result(account="a"))[:2] == ("misconfigured", "BadAccountsFile")
    assert runs.result().status == "succeeded"


def test_the_account_may_come_from_the_defaults(tmp_path: Path) -> None:
    runs = AccountRuns(tmp_path, {"prod-1": PREFIXED})
    runs.environ |= PROD1 | {"DEFAULT_PARAMETERS": '{"account": "prod-1"}'}

    assert runs.result().account == "prod-1"
    assert runs.result(account="default").account == "default"


@pytest.mark.parametrize(
    ("event", "defaults", "account", "setting", "region"),
    [
        ("cn-beijing", "cn-shanghai", ["cn-qingdao"], "cn-hangzhou", "cn-beijing"),
        (None, "cn-shanghai", ["cn-qingdao"], "cn-hangzhou", "cn-shanghai"),
        (None, None, ["cn-qingdao", "cn-wulan"], "cn-hangzhou", "cn-qingdao"),
        (None, None, None, "cn-hangzhou", "cn-hangzhou"),
        (None, None, ["cn-qingdao"], None, "cn-qingdao"),
    ],
)
def test_the_region_is_the_events_the_defaults_the_accounts_or_the_settings(
    tmp_path: Path,
    event: str | None,
    defaults: str | None,
    account: list[str] | None,
    setting: str | None,
    region: str,
) -> None:
    runs = AccountRuns(tmp_path, {"a": PREFIXED | ({"regions": account} if account else {})})
    runs.environ["ALIBABA_CLOUD_REGION_ID"] = setting or ""
    if defaults:
        runs.environ["DEFAULT_PARAMETERS"] = json.dumps({"region": defaults})

    run = {"account": "a", "dry_run": True} | ({"region": event} if event else {})
    assert run_operation(OPERATION, runs.invocation(run)).result.region == region


def context_of(runs: AccountRuns, **event: object) -> CallContext:
    invocation = runs.invocation(event)
    return prepare(MODELARTS, invocation, invocation.raw_parameters()).context


def test_a_project_is_the_accounts_of_the_region_and_never_the_functions_own(
    tmp_path: Path,
) -> None:
    account = {
        "provider": "huawei",
        "profile": "x",
        "regions": ["cn-north-4"],
        "projects": {"cn-north-4": "accountsproject"},
    }
    runs = AccountRuns(tmp_path, {"hw": account})
    runs.environ |= {
        "HUAWEICLOUD_REGION": "cn-north-4",
        "HUAWEICLOUD_SDK_PROJECT_ID": "functionsproject",
        "HUAWEICLOUD_SDK_AK": "exampleAk",
        "HUAWEICLOUD_SDK_SK": "exampleSk",
        "RUNTIME_PROJECT_ID": "functionsproject",
    }

    assert context_of(runs).project_id == "functionsproject"
    assert context_of(runs, account="hw").project_id == "accountsproject"
    assert context_of(runs, account="hw", region="cn-east-3").project_id is None


def test_a_dry_run_needs_no_keys_and_assumes_nothing(tmp_path: Path) -> None:
    missing = {"provider": "alibaba", "settings_prefix": "NOT_SET"}
    runs = AccountRuns(tmp_path, {"a": missing, "b": role("b")})

    for account in ("a", "b"):
        result = runs.result(account=account, dry_run=True)
        assert (result.status, result.account) == ("planned", account)
        assert set(result.data) == {"requests"}
    assert runs.provider.assumed == []


def test_the_preparation_sends_nothing(tmp_path: Path) -> None:
    runs = AccountRuns(tmp_path, {"b": role("b")})
    invocation = runs.invocation({"account": "b"})

    prepare(OPERATION, invocation, invocation.raw_parameters())

    assert runs.provider.assumed == []
    assert runs.provider.service_requests == []


def test_a_profile_of_the_vendors_tools_is_used(tmp_path: Path) -> None:
    profiles = tmp_path / ".aliyun" / "config.json"
    profiles.parent.mkdir()
    listed = [
        {
            "name": name,
            "mode": "AK",
            "access_key_id": f"exampleKey-{name}",
            "access_key_secret": "exampleProfileSecret",
        }
        for name in ("default", "dev")
    ]
    profiles.write_text(json.dumps({"current": "default", "profiles": listed}))
    runs = AccountRuns(
        tmp_path,
        {
            "dev": {"provider": "alibaba", "profile": "dev"},
            "none": {"provider": "alibaba", "profile": "none"},
        },
    )

    assert runs.result(account="dev").status == "succeeded"
    assert runs.provider.service_requests[0][0] == "exampleKey-dev"
    category, _, message = error_of(runs.result(account="none"))
    assert category == "misconfigured"
    assert "The profile none in the accounts file does not exist" in message


@pytest.mark.parametrize(
    ("provider", "path", "content"),
    [
        (
            "tencent",
            ".tccli/dev.credential",
            '{"secretId": "exampleDevKey", "secretKey": "exampleDevSecret"}',
        ),
        (
            "huawei",
            ".huaweicloud/credentials",
            HUAWEI_PROFILES,
        ),
    ],
)
def test_every_vendors_profiles_can_be_named(
    tmp_path: Path, provider: str, path: str, content: str
) -> None:
    file = tmp_path / path
    file.parent.mkdir()
    file.write_text(content)
    runs = AccountRuns(
        tmp_path,
        {name: {"provider": provider, "profile": name} for name in ("dev", "none")},
    )
    operation = OPERATION._replace(provider=PROVIDER._replace(name=provider))

    assert runs.result(operation, account="dev").status == "succeeded"
    assert runs.provider.service_requests[0][0] == "exampleDevKey"
    assert error_of(runs.result(operation, account="none"))[0] == "misconfigured"


def test_a_profile_is_refused_on_a_function_platform(tmp_path: Path) -> None:
    runs = AccountRuns(tmp_path, {"dev": {"provider": "alibaba", "profile": "dev"}})

    context = contexts.aws("alibaba-look", {}, runs.environ, timer=False).context
    invocation = Invocation.from_event({"account": "dev"}, context, runs.runtime)
    result = run_operation(OPERATION, invocation).result

    category, _, message = error_of(result)
    assert category == "misconfigured"
    assert "can only be used on a developer's machine" in message


def test_the_log_names_the_account_and_the_source_of_its_keys(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    runs = AccountRuns(tmp_path, {"prod-1": PREFIXED})
    runs.environ |= PROD1
    invocation = runs.invocation({"account": "prod-1"})
    report = run_operation(OPERATION, invocation)
    invocation.logger.log_result(report.result)

    line = json.loads(capfd.readouterr().out.splitlines()[-1])
    assert (line["account"], line["identity"]) == ("prod-1", "settings PROD1_…")
    assert line["access_key"] == "****ey01"
    assert "exampleProdSecret01" not in json.dumps(line)


@pytest.mark.parametrize("provider", ["alibaba", "tencent", "huawei"])
def test_the_names_after_a_prefix_are_the_vendors_settings(provider: str) -> None:
    assert [name in SETTINGS for name in key_names(provider)] == [True] * 3


def test_a_run_without_an_account_does_not_import_what_accounts_need() -> None:
    script = (
        "import sys\n"
        "from functions.tencent.sync_machines import handler\n"
        "handler({'dry_run': True, 'on_failure': 'return'})\n"
        "print([n for n in sys.modules if n.startswith(('shared.accounts', 'shared.client.r'))])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env={}, capture_output=True, text=True, check=True
    )
    loaded = done.stdout.splitlines()[-1]
    assert "shared.accounts" not in loaded
    assert "role_sessions" not in loaded
    assert "refresh_cache" not in loaded
