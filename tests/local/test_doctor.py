"""``doctor``: what it finds, what it masks, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local.caller_identity import OPERATIONS
from local.diagnostics import KEY_IDS, diagnose, without_login
from local.emulator import Emulator, faults
from local.emulator.huawei import DOMAIN, DOMAIN_NAME, TASK
from shared.runtime import Runtime
from shared.settings import SETTINGS
from tests.support.command import CommandRun, command

TENCENT = {
    "TENCENTCLOUD_SECRET_ID": "AKIDexampleid",
    "TENCENTCLOUD_SECRET_KEY": "exampleTencentSecret",
}


def doctor(folder: Path, environ: dict[str, str] | None = None, *arguments: str) -> CommandRun:
    return command(folder, "doctor", *arguments, environ=environ or {})


def facts(folder: Path, environ: dict[str, str] | None = None, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(doctor(folder, environ, "--json", *arguments).out)
    return found


def provider(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in found["providers"] if each["provider"] == name)


def check(found: dict[str, Any], call: str) -> dict[str, Any]:
    """Return the one check whose call begins so."""
    [only] = [each for each in found["checks"] if each["call"].startswith(call)]
    found_check: dict[str, Any] = only
    return found_check


def messages(found: dict[str, Any], name: str) -> str:
    return " ".join(each["message"] for each in provider(found, name)["problems"])


@pytest.mark.parametrize("arguments", [(), ("--live",)])
def test_where_nothing_is_configured_there_is_nothing_to_check(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    ran = doctor(tmp_path, {}, *arguments)
    assert ran.code == 3
    assert ran.errors.count("not set up") == 3
    assert ran.errors.endswith(
        "\n\nNothing is set up yet: set the credentials of a provider as its note above says.\n"
    )
    assert facts(tmp_path, {}, *arguments)["healthy"] is None


def test_a_home_directory_does_not_count_as_a_setting(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path)}
    assert facts(tmp_path, environ)["settings"] == []
    assert doctor(tmp_path, environ).code == 3


def test_without_configuration_it_still_says_where_it_searched(tmp_path: Path) -> None:
    notes = provider(facts(tmp_path), "tencent")["notes"]
    assert "TENCENTCLOUD_SECRET_ID" in notes[0]["message"]
    assert "tccli configure" in notes[0]["hint"]


def test_a_configured_provider_is_shown_with_the_source_of_every_value(tmp_path: Path) -> None:
    found = provider(facts(tmp_path, {**TENCENT, "TENCENTCLOUD_REGION": "ap-seoul"}), "tencent")
    assert found["identity"] == {"source": "environment TENCENTCLOUD_SECRET_ID", "key": "****leid"}
    assert found["region"] == {"value": "ap-seoul", "where": "environment TENCENTCLOUD_REGION"}
    assert found["endpoints"] == [
        {
            "service": "cwp",
            "url": "https://cwp.tencentcloudapi.com",
            "where": "the provider's default",
        }
    ]


def test_a_healthy_machine_ends_with_zero_and_says_what_was_not_checked(tmp_path: Path) -> None:
    ran = doctor(tmp_path, TENCENT)
    assert ran.code == 0
    assert ran.errors.endswith(
        "\n\nNo problems found.\n"
        "No provider was called: use --live (make doctor LIVE=1) to check the keys.\n"
    )


@pytest.mark.parametrize(
    ("environ", "output"),
    [
        ({"OMS_SRC_AK": "exampleSourceAk", **TENCENT}, "6 problems found."),
        ({**TENCENT, "CWP_ENDPOINT_URL": "http://cwp.example"}, "1 problem found."),
    ],
)
def test_the_problems_are_counted(tmp_path: Path, environ: dict[str, str], output: str) -> None:
    assert f"\n{output}\n" in doctor(tmp_path, environ).errors


def test_an_endpoint_names_the_setting_that_overrides_it(tmp_path: Path) -> None:
    found = facts(tmp_path, {**TENCENT, "CWP_ENDPOINT_URL": "https://cwp.example"})
    endpoint = provider(found, "tencent")["endpoints"][0]
    assert endpoint["url"] == "https://cwp.example"
    assert endpoint["where"] == "environment CWP_ENDPOINT_URL"


def test_the_international_site_names_its_setting(tmp_path: Path) -> None:
    endpoint = provider(facts(tmp_path, {**TENCENT, "CWP_SITE": "intl"}), "tencent")["endpoints"][0]
    assert endpoint == {
        "service": "cwp",
        "url": "https://cwp.intl.tencentcloudapi.com",
        "where": "environment CWP_SITE",
    }


def test_incomplete_credentials_are_a_problem_with_a_hint(tmp_path: Path) -> None:
    ran = doctor(tmp_path, {"TENCENTCLOUD_SECRET_ID": "AKIDexampleid"})
    assert ran.code == 1
    assert "Also set TENCENTCLOUD_SECRET_KEY" in ran.errors


def test_a_region_without_credentials_is_a_problem(tmp_path: Path) -> None:
    found = facts(tmp_path, {"ALIBABA_CLOUD_REGION_ID": "cn-hangzhou"})
    assert "No credentials for Alibaba Cloud" in messages(found, "alibaba")
    assert found["healthy"] is False


def test_credentials_without_a_region_are_a_problem_where_one_is_needed(tmp_path: Path) -> None:
    environ = {"HUAWEICLOUD_SDK_AK": "HWAKexampleid", "HUAWEICLOUD_SDK_SK": "exampleHuaweiSecret"}
    ran = doctor(tmp_path, environ)
    assert ran.code == 1
    assert "HUAWEICLOUD_REGION" in ran.errors


def test_a_region_that_oms_is_not_in_is_a_problem(tmp_path: Path) -> None:
    environ = {
        "HUAWEICLOUD_SDK_AK": "HWAKexampleid",
        "HUAWEICLOUD_SDK_SK": "exampleHuaweiSecret",
        "HUAWEICLOUD_REGION": "ap-southeast-1",
    }
    assert "OMS is only available in" in messages(facts(tmp_path, environ), "huawei")


def test_an_endpoint_that_is_not_a_url_is_a_problem(tmp_path: Path) -> None:
    found = facts(tmp_path, {**TENCENT, "CWP_ENDPOINT_URL": "http://cwp.example"})
    assert "CWP_ENDPOINT_URL uses http for a remote host" in messages(found, "tencent")


def test_incomplete_storage_keys_are_a_problem(tmp_path: Path) -> None:
    found = facts(tmp_path, {"OMS_SRC_AK": "exampleSourceAk"})
    assert "Incomplete storage keys: OMS_SRC_AK is set, OMS_SRC_SK is missing" in messages(
        found, "huawei"
    )


def test_storage_keys_that_are_not_there_are_only_noted(tmp_path: Path, emulator: Emulator) -> None:
    environ = {
        name: value
        for name, value in emulator.environment().items()
        if not name.startswith("OMS_S")
    }
    found = facts(tmp_path, environ)
    assert found["healthy"] is True
    assert "OMS_SRC_AK" in provider(found, "huawei")["notes"][0]["message"]


def test_defaults_that_do_not_fit_are_a_problem(tmp_path: Path) -> None:
    found = facts(tmp_path, {**TENCENT, "DEFAULT_PARAMETERS": '{"sync": "maybe"}'})
    assert "DEFAULT_PARAMETERS: sync" in messages(found, "tencent")


@pytest.mark.parametrize(
    ("name", "value"), [("ON_FAILURE", "explode"), ("SSL_CERT_FILE", "/nowhere/ca.pem")]
)
def test_a_setting_of_all_providers_that_is_wrong_is_a_problem(
    tmp_path: Path, name: str, value: str
) -> None:
    ran = doctor(tmp_path, {**TENCENT, name: value})
    assert ran.code == 1
    assert name in ran.errors


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        (
            "HTTP_BEARER_TOKENS",
            "exampleSmall",
            "token 1 of HTTP_BEARER_TOKENS is shorter than 16 characters",
        ),
        (
            "HTTP_BEARER_TOKENS",
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "token 1 of HTTP_BEARER_TOKENS is the digest of an empty text",
        ),
        ("HTTP_AUTH", "example", "HTTP_AUTH is neither platform nor unset"),
        ("HTTP_RIGHTS", "{}", "HTTP_RIGHTS is not a JSON list"),
        (
            "SLACK_SIGNING_SECRET",
            "exampleSmall",
            "SLACK_SIGNING_SECRET is shorter than 16 characters",
        ),
        (
            "DINGTALK_APP_SECRET",
            "your-app-secret-here",
            "DINGTALK_APP_SECRET is a placeholder",
        ),
        ("CHAT_CONFIRM_SECRET", "changeme-changeme", "CHAT_CONFIRM_SECRET is a placeholder"),
    ],
)
def test_a_weak_or_wrong_setting_about_callers_is_a_problem(
    tmp_path: Path, setting: str, value: str, message: str
) -> None:
    found = facts(tmp_path, {setting: value})["problems"]

    assert [each["message"] for each in found] == [message]
    assert found[0]["hint"]
    assert doctor(tmp_path, {setting: value}).code == 1


def test_the_trust_store_says_how_it_was_chosen(tmp_path: Path) -> None:
    store = facts(tmp_path)["trust_store"]
    assert Path(store["path"]).exists()
    assert store["how"]


def test_a_proxys_password_is_masked_wherever_it_is(tmp_path: Path) -> None:
    environ = {**TENCENT, "https_proxy": "http://me:exampleProxyPass@127.0.0.1:3128"}
    ran = doctor(tmp_path, environ)
    assert "http://me:***@127.0.0.1:3128" in ran.errors
    assert "exampleProxyPass" not in ran.errors


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("http://proxy.example:3128", "http://proxy.example:3128"),
        ("http://me:word@proxy.example", "http://me:***@proxy.example"),
        ("http://me:w@rd@proxy.example", "http://me:***@proxy.example"),
        ("me:word@proxy.example:80", "me:***@proxy.example:80"),
        ("http://token@proxy.example", "http://***@proxy.example"),
    ],
)
def test_a_login_in_a_url_is_masked(url: str, masked: str) -> None:
    assert without_login(url) == masked


@pytest.mark.parametrize("form", ["--json", None])
def test_no_secret_setting_is_ever_shown(tmp_path: Path, form: str | None) -> None:
    environ = {
        row.name: f"exampleHidden{number}"
        for number, row in enumerate(SETTINGS.values())
        if row.secret or row.name in KEY_IDS
    }
    ran = doctor(tmp_path, environ, *([form] if form else []))
    assert "exampleHidden" not in ran.out + ran.errors


def test_every_setting_that_holds_a_key_id_is_known_as_one() -> None:
    ends = ("_KEY_ID", "SECRET_ID", "_AK")
    plain = {row.name for row in SETTINGS.values() if row.name.endswith(ends) and not row.secret}
    assert plain == KEY_IDS


def test_default_parameters_show_their_names_only(tmp_path: Path) -> None:
    defaults = json.dumps({"sync_task_id": "example", "src_sk": "exampleHiddenSk"})
    found = facts(tmp_path, {"DEFAULT_PARAMETERS": defaults})
    shown = next(row for row in found["settings"] if row["name"] == "DEFAULT_PARAMETERS")
    assert shown["value"] == "{sync_task_id: …, src_sk: …}"


def test_tasks_that_cannot_be_read_are_a_problem(tmp_path: Path) -> None:
    found = facts(tmp_path, {"OMS_TASKS": "photos"})
    assert "OMS_TASKS is not JSON" in messages(found, "huawei")


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("OMS_TASKS", '{"photos": {"keys": "OMS_PHOTOS"}}', "{photos: …}"),
        ("HTTP_RIGHTS", '[{"tokens": ["ci"]}]', "a list of 1"),
        ("OMS_TASKS", "exampleHidden", "not a JSON object (13 characters)"),
        ("CWP_ENDPOINT_URL", "https://a:exampleHidden@cwp.example", "https://a:***@cwp.example"),
        ("CWP_ENDPOINT_URL", "https://cwp.example?t=exampleHidden", "https://cwp.example?***"),
    ],
)
def test_a_setting_that_could_hold_a_secret_shows_none(
    tmp_path: Path, name: str, value: str, shown: str
) -> None:
    rows = facts(tmp_path, {name: value})["settings"]
    assert rows == [{"name": name, "value": shown, "where": "environment"}]


def test_settings_that_are_set_are_listed_with_their_source(tmp_path: Path) -> None:
    assert facts(tmp_path, {"METRICS": "off", "LOG_LEVEL": ""})["settings"] == [
        {"name": "METRICS", "value": "off", "where": "environment"}
    ]


def test_without_a_platform_there_is_no_function_limit(tmp_path: Path) -> None:
    found = facts(tmp_path)
    assert (found["platform"], found["function_limit_seconds"]) == ("no platform", None)


def test_on_a_platform_its_limit_and_its_role_are_shown(tmp_path: Path) -> None:
    context = SimpleNamespace(
        request_id="example",
        region="cn-hangzhou",
        function=SimpleNamespace(timeout=60),
        credentials=SimpleNamespace(
            access_key_id="STS.exampleid",
            access_key_secret="exampleRoleSecret",
            security_token="exampleRoleToken",
        ),
    )
    found = diagnose(Runtime(environ={}, home=tmp_path), context).facts()
    assert (found["platform"], found["function_limit_seconds"]) == ("Function Compute", 60.0)
    assert provider(found, "alibaba")["identity"] == {
        "source": "the function's role (FC context)",
        "key": "****leid",
    }


def test_a_profile_files_region_is_reported_as_the_profiles(tmp_path: Path) -> None:
    folder = tmp_path / "home" / ".aliyun"
    folder.mkdir(parents=True)
    profile = {
        "name": "work",
        "mode": "AK",
        "access_key_id": "LTAIexampleid",
        "access_key_secret": "exampleAlibabaSecret",
        "region_id": "cn-beijing",
    }
    folder.joinpath("config.json").write_text(
        json.dumps({"current": "work", "profiles": [profile]})
    )
    region = provider(facts(tmp_path), "alibaba")["region"]
    assert region == {"value": "cn-beijing", "where": "profile work of ~/.aliyun/config.json"}


def test_the_versions_are_those_that_are_installed(tmp_path: Path) -> None:
    versions = facts(tmp_path)["versions"]
    assert set(versions) == {"Python", "urllib3", "pydantic", "aws-lambda-powertools"}
    assert all(versions.values())


def test_without_live_nothing_is_sent_and_the_clock_is_not_measured(
    tmp_path: Path, emulator: Emulator
) -> None:
    assert "not measured" in doctor(tmp_path, emulator.environment()).errors
    assert len(emulator.received) == 0


def test_live_makes_only_the_calls_that_read(tmp_path: Path, emulator: Emulator) -> None:
    ran = doctor(tmp_path, emulator.environment(), "--live", "--sync-task", TASK)
    assert ran.code == 0
    assert f"task {TASK} is STOPPED" in ran.errors
    assert [(request.service, request.method) for request in emulator.received] == [
        ("alibaba-sts", "POST"),
        ("tencent-sts", "POST"),
        ("iam", "GET"),
        ("cwp", "POST"),
        ("iam", "GET"),
        ("oms", "GET"),
        *[("edas", method) for method in ("GET", "GET", "GET", "POST")],
        ("ehpc", "POST"),
        *[("cwp", "POST")] * 3,
        ("iam", "GET"),
        *[("iam", "GET"), ("oms", "GET")] * 3,
    ]
    assert [request.action for request in emulator.received.of("edas")] == [
        "ListVpc",
        "ListSlb",
        "ListEcsNotInCluster",
        "ListCluster",
    ]
    assert (emulator.tencent.machines.started, emulator.huawei.tasks[TASK].starts) == (0, 0)


def test_live_needs_no_storage_keys_to_read_oms(tmp_path: Path, emulator: Emulator) -> None:
    environ = {name: value for name, value in emulator.environment().items() if "OMS_S" not in name}
    found = facts(tmp_path, environ, "--live", "--sync-task", TASK)
    assert check(found, "OMS ShowSyncTask")["status"] == "succeeded"


def test_live_takes_the_task_of_the_defaults(tmp_path: Path, emulator: Emulator) -> None:
    defaults = json.dumps({"huawei.oms.StartSyncTask": {"sync_task_id": TASK}})
    environ = {**emulator.environment(), "DEFAULT_PARAMETERS": defaults}
    found = facts(tmp_path, environ, "--live")
    assert check(found, "OMS ShowSyncTask")["status"] == "succeeded"
    assert found["healthy"] is True


def test_live_without_a_task_says_how_to_name_one(tmp_path: Path, emulator: Emulator) -> None:
    oms = check(facts(tmp_path, emulator.environment(), "--live"), "OMS ShowSyncTask")
    assert oms["status"] == "skipped"
    assert "--sync-task" in oms["hint"]


def test_live_without_identities_calls_nothing(tmp_path: Path) -> None:
    checks = facts(tmp_path, {}, "--live")["checks"]
    assert [check["status"] for check in checks] == ["skipped"] * 5


@pytest.mark.parametrize("temporary", [False, True])
def test_live_names_the_account_at_each_provider(
    tmp_path: Path, emulator: Emulator, *, temporary: bool
) -> None:
    found = facts(tmp_path, emulator.environment(temporary=temporary), "--live")
    accounts = [each["account"]["account_id"] for each in found["providers"]]
    assert accounts == ["1000000000000001", "100000000001", DOMAIN]


def test_an_account_is_shown_in_the_text_output(tmp_path: Path, emulator: Emulator) -> None:
    output = doctor(tmp_path, emulator.environment(), "--live").errors
    assert "  account         1000000000000001 (RAMUser user/example-user)\n" in output
    assert "  account         100000000001 (CAMUser 100000000002)\n" in output
    assert f"  account         {DOMAIN} ({DOMAIN_NAME})\n" in output
    assert output.endswith("\n\nNo problems found.\n")


def test_without_live_no_account_is_known(tmp_path: Path, emulator: Emulator) -> None:
    found = facts(tmp_path, emulator.environment())
    assert [each["account"] for each in found["providers"]] == [None, None, None]


@pytest.mark.parametrize(
    ("setting", "call", "code"),
    [
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "Alibaba Cloud STS", "SignatureDoesNotMatch"),
        ("TENCENTCLOUD_SECRET_KEY", "Tencent Cloud STS", "AuthFailure.SignatureFailure"),
        ("HUAWEICLOUD_SDK_SK", "Huawei Cloud IAM", "APIGW.0301"),
    ],
)
def test_live_finds_a_wrong_secret(
    tmp_path: Path, emulator: Emulator, setting: str, call: str, code: str
) -> None:
    environ = {**emulator.environment(), setting: "exampleWrongSecret"}
    found = facts(tmp_path, environ, "--live")
    failed = check(found, call)
    assert (failed["status"], failed["result"]["error"]["code"]) == ("failed", code)
    assert failed["hint"]
    assert found["healthy"] is False
    assert doctor(tmp_path, environ, "--live").code == 1


def test_an_identity_is_read_whatever_the_defaults_say(tmp_path: Path, emulator: Emulator) -> None:
    environ = {**emulator.environment(), "DEFAULT_PARAMETERS": '{"sync": false}', "ON_FAILURE": "x"}
    found = facts(tmp_path, environ, "--live")
    assert [each["status"] for each in found["checks"][:3]] == ["succeeded"] * 3


def test_tencents_account_is_read_where_no_region_is_set(
    tmp_path: Path, emulator: Emulator
) -> None:
    environ = {**emulator.environment(), "TENCENTCLOUD_REGION": ""}
    assert check(facts(tmp_path, environ, "--live"), "Tencent Cloud STS")["summary"] == (
        "account 100000000001 (CAMUser 100000000002)"
    )
    [request] = emulator.received.of("tencent-sts")
    assert request.headers["x-tc-region"] == "ap-guangzhou"


@pytest.mark.parametrize(
    ("provider_name", "settings", "region", "host"),
    [
        ("alibaba", {}, "cn-hangzhou", "sts.aliyuncs.com"),
        ("tencent", {}, None, "sts.tencentcloudapi.com"),
        ("tencent", {"CWP_SITE": "intl"}, None, "sts.intl.tencentcloudapi.com"),
        ("huawei", {}, "cn-north-4", "iam.cn-north-4.myhuaweicloud.com"),
        ("huawei", {}, None, "iam.myhuaweicloud.com"),
    ],
)
def test_identities_are_read_at_the_providers_hosts(
    provider_name: str, settings: dict[str, str], region: str | None, host: str
) -> None:
    assert OPERATIONS[provider_name].service.host_of(region, settings.get) == host


def test_an_answer_without_an_account_is_a_failed_check(tmp_path: Path, emulator: Emulator) -> None:
    for service in ("alibaba-sts", "tencent-sts", "iam"):
        emulator.inject_fault(service, faults.edited(lambda _body: {"Response": {}}))
    found = facts(tmp_path, emulator.environment(), "--live")
    assert [each["status"] for each in found["checks"][:3]] == ["failed"] * 3
    assert "has no AccountId" in check(found, "Alibaba Cloud STS")["summary"]


def test_live_measures_the_clock_by_the_providers(tmp_path: Path, emulator: Emulator) -> None:
    emulator.clock_offset = 100.0
    offset = facts(tmp_path, emulator.environment(), "--live")["clock_offset_seconds"]
    assert 97 <= offset <= 101


def test_a_call_that_fails_ends_with_one_and_its_hint(tmp_path: Path, emulator: Emulator) -> None:
    ran = doctor(tmp_path, emulator.environment(), "--live", "--sync-task", "no-such-task")
    assert ran.code == 1
    assert "OMS ShowSyncTask no-such-task: failed" in ran.errors


def test_no_secret_is_in_any_byte_of_a_live_check(tmp_path: Path, emulator: Emulator) -> None:
    environ = emulator.environment(temporary=True)
    ran = doctor(tmp_path, environ, "--live", "--sync-task", TASK, "--json")
    secrets = [value for name, value in environ.items() if SETTINGS[name].secret]
    assert [value for value in secrets if value in ran.out + ran.errors] == []


def test_the_accounts_are_shown_with_where_their_keys_come_from(tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"
    accounts = {
        "prod-1": {"provider": "tencent", "settings_prefix": "PROD1"},
        "prod-2": {"provider": "tencent", "settings_prefix": "PROD2"},
        "prod-3": {"provider": "alibaba", "role": {"arn": "acs:ram::1:role/example"}},
        "prod-4": {"provider": "tencent", "secret_id": "cloud-sync/example"},
    }
    file.write_text(json.dumps({"accounts": accounts}), encoding="utf-8")
    environ = {
        "ACCOUNTS_FILE": str(file),
        "PROD1_TENCENTCLOUD_SECRET_ID": "AKIDexampleprod1",
        "PROD1_TENCENTCLOUD_SECRET_KEY": "exampleProd1Secret",
    }

    found = facts(tmp_path, environ)

    assert [(each["name"], each["keys"]) for each in found["accounts"]] == [
        ("prod-1", "settings PROD1_…, key ****rod1"),
        ("prod-2", "settings PROD2_…"),
        ("prod-3", "role acs:ram::1:role/example, assumed with the function's own keys"),
        ("prod-4", "secret cloud-sync/example"),
    ]
    [problem] = found["problems"]
    assert problem["message"].startswith("account prod-2: settings PROD2_… has neither")
    shown = doctor(tmp_path, environ)
    assert (shown.code, "tencent         prod-1: settings PROD1_…" in shown.errors) == (1, True)
    assert "exampleProd1Secret" not in shown.errors + shown.out


def test_a_faulty_accounts_file_is_a_problem(tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"
    file.write_text("{}", encoding="utf-8")

    found = facts(tmp_path, {"ACCOUNTS_FILE": str(file)})

    assert found["healthy"] is False
    assert [each["message"] for each in found["problems"]] == [
        "the accounts file: accounts: is required"
    ]
