"""The error tables classify every documented code as the contract does."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timezone

import pytest

from functions.alibaba import copy_requests, synchronize_resource
from functions.alibaba import error_codes as alibaba
from functions.alibaba.models import SynchronizeResourceParams
from functions.huawei import error_codes as huawei
from functions.huawei import start_sync_task, sync_dev_servers, sync_task
from functions.huawei.models import StartSyncTaskParams, SyncDevServersParams
from functions.huawei.provider import list_projects
from functions.tencent import error_codes as tencent
from functions.tencent import sync_machines
from local.error_tables import render
from shared.errors import CATEGORIES, PROVIDER_ERRORS
from shared.models.error_code import ErrorCode, category_of_status, from_page, index_by_code, lookup
from shared.models.flow import ApiCall
from shared.models.provider_errors import error_from_code
from tests.support.repository import ROOT

TABLES: Mapping[str, Mapping[str, ErrorCode]] = {
    "alibaba": alibaba.ERROR_CODES,
    "tencent": tencent.ERROR_CODES,
    "huawei": huawei.ERROR_CODES,
}

ROWS = [
    pytest.param(row, id=f"{provider}:{row.code}")
    for provider, rows in TABLES.items()
    for row in rows.values()
]

DOCUMENTED = {
    "alibaba": {
        # E-HPC SynchronizeApp
        "ImageAlreadyExists": "conflict",
        "InvalidParams": "invalid_input",
        "ImageNotFound": "not_found",
        "DbError": "unavailable",
        "ServiceAPIError": "unavailable",
        "EcsError": "unavailable",
        "AliyunError": "unavailable",
        "ServiceUnavailable": "unavailable",
        # STS
        "EntityNotExist.Role": "not_found",
        "InvalidParameter.DurationSeconds": "misconfigured",
        "InvalidParameter.PolicyGrammar": "misconfigured",
        "AuthenticationFail.NoPermission": "forbidden",
        "AuthenticationFail.OIDCToken.Expired": "unauthenticated",
        "AuthenticationFail.OIDCToken.Invalid": "unauthenticated",
        "AuthenticationFail.OIDCToken.AnythingNew": "unauthenticated",
        # the gateway
        "InvalidAccessKeyId.NotFound": "unauthenticated",
        "InvalidAccessKeyId.Inactive": "unauthenticated",
        "SignatureDoesNotMatch": "unauthenticated",
        "IncompleteSignature": "unauthenticated",
        "SignatureNonceUsed": "unauthenticated",
        "InvalidTimeStamp.Expired": "unauthenticated",
        "InvalidSecurityToken.Expired": "unauthenticated",
        "InvalidSecurityToken.AnythingNew": "unauthenticated",
        "MissingSecurityToken": "unauthenticated",
        "Forbidden.RAM": "forbidden",
        "Forbidden.AnythingNew": "forbidden",
        "NoPermission": "forbidden",
        "Throttling": "throttled",
        "Throttling.User": "throttled",
        "Throttling.Api": "throttled",
        "InternalError": "unavailable",
        "MissingType": "invalid_input",
        "MissingAppId": "invalid_input",
        "InvalidParameter": "invalid_input",
        "InvalidParameter.AnythingNew": "invalid_input",
        "InvalidAction.NotFound": "not_found",
        "InvalidVersion": "not_found",
    },
    "tencent": {
        # CWP SyncMachines
        "FailedOperation": "refused",
        "FailedOperation.APIServerFail": "unavailable",
        "InternalError": "unavailable",
        "InvalidParameterValue": "invalid_input",
        "MissingParameter": "invalid_input",
        # STS
        "ResourceNotFound.RoleNotFound": "not_found",
        "InternalError.GetRoleError": "not_found",
        "InternalError.IllegalRole": "forbidden",
        "InternalError.DbError": "unavailable",
        "InvalidParameter.OverTimeError": "misconfigured",
        "InvalidParameter.StrategyFormatError": "misconfigured",
        # the gateway
        "ActionOffline": "refused",
        "AuthFailure.InvalidAuthorization": "unauthenticated",
        "AuthFailure.InvalidSecretId": "unauthenticated",
        "AuthFailure.MFAFailure": "unauthenticated",
        "AuthFailure.SecretIdNotFound": "unauthenticated",
        "AuthFailure.SignatureExpire": "unauthenticated",
        "AuthFailure.SignatureFailure": "unauthenticated",
        "AuthFailure.TokenFailure": "unauthenticated",
        "AuthFailure.AnythingNew": "unauthenticated",
        "AuthFailure.UnauthorizedOperation": "forbidden",
        "DryRunOperation": "refused",
        "InvalidAction": "not_found",
        "InvalidParameter": "invalid_input",
        "InvalidParameter.IllegalRequest": "invalid_input",
        "InvalidRequest": "refused",
        "IpInBlacklist": "forbidden",
        "IpNotInWhitelist": "forbidden",
        "LimitExceeded": "throttled",
        "NoSuchProduct": "not_found",
        "NoSuchVersion": "not_found",
        "RequestLimitExceeded": "throttled",
        "RequestLimitExceeded.GlobalRegionUinLimitExceeded": "throttled",
        "RequestLimitExceeded.IPLimitExceeded": "throttled",
        "RequestLimitExceeded.UinLimitExceeded": "throttled",
        "RequestSizeLimitExceeded": "refused",
        "ResourceInUse": "conflict",
        "ResourceInsufficient": "unavailable",
        "ResourceNotFound": "not_found",
        "ResourceUnavailable": "unavailable",
        "ResponseSizeLimitExceeded": "refused",
        "ServiceUnavailable": "unavailable",
        "UnauthorizedOperation": "forbidden",
        "UnknownParameter": "invalid_input",
        "UnsupportedOperation": "refused",
        "UnsupportedProtocol": "misconfigured",
        "UnsupportedRegion": "invalid_input",
    },
    "huawei": {
        # ModelArts SyncDevServers and the gateway; OMS documents no code on its page
        "ModelArts.0104": "invalid_input",
        "APIGW.0101": "not_found",
        "APIG.0101": "not_found",
        "APIGW.0301": "unauthenticated",
        "APIG.0301": "unauthenticated",
        "APIGW.0302": "forbidden",
        "APIGW.0307": "unauthenticated",
        "APIGW.0308": "throttled",
        "APIG.0308": "throttled",
        "APIGW.0601": "unavailable",
        "IAM.0002": "forbidden",
        "IAM.0004": "not_found",
        "PAP5.0001": "forbidden",
        "PAP5.0011": "misconfigured",
        "ModelArts.0108": "forbidden",
        "OMS.1009": "not_found",
    },
}


@pytest.mark.parametrize(
    ("provider", "code", "category"),
    [
        pytest.param(provider, code, category, id=f"{provider}:{code}")
        for provider, codes in DOCUMENTED.items()
        for code, category in codes.items()
    ],
)
def test_a_documented_code_has_the_category_of_the_contract(
    provider: str, code: str, category: str
) -> None:
    row = lookup(TABLES[provider], code)
    assert row is not None
    assert row.category == category


@pytest.mark.parametrize("row", ROWS)
def test_every_category_is_one_a_provider_may_be_mapped_to(row: ErrorCode) -> None:
    assert row.category in PROVIDER_ERRORS


@pytest.mark.parametrize("row", ROWS)
def test_every_hint_is_a_whole_sentence(row: ErrorCode) -> None:
    assert row.hint[:1].isupper()
    assert row.hint.endswith(".")
    assert "  " not in row.hint


@pytest.mark.parametrize("row", ROWS)
def test_every_row_names_the_page_it_comes_from(row: ErrorCode) -> None:
    assert row.source.endswith(">")
    assert " <https://" in row.source


@pytest.mark.parametrize(
    "rows", [alibaba.ROWS, tencent.ROWS, huawei.ROWS], ids=["alibaba", "tencent", "huawei"]
)
def test_no_two_codes_of_a_provider_share_a_hint(rows: tuple[ErrorCode, ...]) -> None:
    repeated = [hint for hint, times in Counter(row.hint for row in rows).items() if times > 1]
    assert repeated == []


EDAS_CALL = synchronize_resource.synchronize(SynchronizeResourceParams(type="all"))
EHPC_CALL = copy_requests.synchronize("ci-example", ())
CWP_CALL = sync_machines.MACHINES.request(sync=True)
TASK = StartSyncTaskParams(sync_task_id="example")
START_CALL = start_sync_task.start(TASK, "example")
SHOW_CALL = sync_task.get_task("example", "example", datetime.now(timezone.utc))
SYNC_CALL = sync_dev_servers.sync_dev_servers(SyncDevServersParams(), "example", 0, 1)
LIST_CALL = sync_dev_servers.list_dev_servers(SyncDevServersParams(), "example", 0, 1)


def hint(provider: str, code: str, call: ApiCall | None) -> str:
    """Return the hint of a code that a call was refused with."""
    return error_from_code(
        TABLES[provider], code=code, message="", status=403, request_id=None, call=call
    ).hint


ROLE = "for the function's role (or the RAM user that owns the key)"
EXECUTION_ROLE = "for the function's role (or the CAM user that owns the key)"
AGENCY = "for the function's agency (or the IAM user that owns the key)"


@pytest.mark.parametrize(
    ("provider", "code", "call", "expected"),
    [
        ("alibaba", "Forbidden.RAM", EDAS_CALL, f"Allow `edas:SystemBase` {ROLE}."),
        ("alibaba", "Forbidden.RAM", EHPC_CALL, f"Allow `ehpc:SynchronizeApp` {ROLE}."),
        (
            "alibaba",
            "Forbidden",
            EDAS_CALL,
            (
                f"Allow `edas:SystemBase` {ROLE}, "
                "and check that the product is activated in this account."
            ),
        ),
        (
            "tencent",
            "AuthFailure.UnauthorizedOperation",
            CWP_CALL,
            f"Allow `cwp:SyncMachines` {EXECUTION_ROLE}.",
        ),
        (
            "huawei",
            "APIGW.0302",
            START_CALL,
            f"The identity may not call this API. Allow `oms:synctask:update` {AGENCY}.",
        ),
        (
            "huawei",
            "APIGW.0302",
            SHOW_CALL,
            f"The identity may not call this API. Allow `oms:synctask:get` {AGENCY}.",
        ),
        ("huawei", "ModelArts.0108", SYNC_CALL, f"Allow `modelarts:devserver:sync` {AGENCY}."),
        (
            "huawei",
            "ModelArts.0108",
            LIST_CALL,
            f"Allow `modelarts:devserver:listByUser` {AGENCY}.",
        ),
        (
            "huawei",
            "IAM.0002",
            list_projects("cn-north-4"),
            (
                f"Allow `iam:projects:listProjects` {AGENCY}. "
                "A project is looked up only if HUAWEICLOUD_SDK_PROJECT_ID is not set."
            ),
        ),
        (
            "huawei",
            "A.NewCode",
            SYNC_CALL,
            "Allow `modelarts:devserver:sync` for the identity that the function uses.",
        ),
    ],
)
def test_a_missing_permission_is_named_for_the_request(
    provider: str, code: str, call: ApiCall, expected: str
) -> None:
    assert hint(provider, code, call) == expected


@pytest.mark.parametrize(
    ("provider", "code", "call", "expected"),
    [
        (
            "alibaba",
            "InvalidVersion",
            EDAS_CALL,
            "The host does not support this API version. Check EDAS_ENDPOINT_URL.",
        ),
        (
            "alibaba",
            "InvalidVersion",
            EHPC_CALL,
            "The host does not support this API version. Check EHPC_ENDPOINT_URL.",
        ),
        (
            "huawei",
            "APIGW.0101",
            SHOW_CALL,
            "The host does not know the operation. Check the region and OMS_ENDPOINT_URL.",
        ),
        (
            "huawei",
            "APIGW.0101",
            list_projects("cn-north-4"),
            "The host does not know the operation. Check the region and HUAWEI_IAM_ENDPOINT_URL.",
        ),
    ],
)
def test_an_endpoint_setting_is_named_for_the_request(
    provider: str, code: str, call: ApiCall, expected: str
) -> None:
    assert hint(provider, code, call) == expected


def test_without_a_call_a_hint_names_neither_permission_nor_setting() -> None:
    assert hint("alibaba", "Forbidden.RAM", None) == f"Allow the operation {ROLE}."
    assert hint("alibaba", "InvalidVersion", None) == (
        "The host does not support this API version. Check the endpoint setting."
    )


@pytest.mark.parametrize("rows", TABLES.values(), ids=TABLES)
def test_an_authentication_error_is_never_retryable(
    rows: Mapping[str, ErrorCode],
) -> None:
    marked = [r.code for r in rows.values() if r.category == "unauthenticated" and r.retryable]
    assert marked == []


LIMITS = index_by_code(
    (
        ErrorCode("Limit", "throttled", "Wait."),
        ErrorCode("Limit.User", "forbidden", "Ask."),
        ErrorCode("Limit/504", "unavailable", "Wait longer."),
    )
)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("Limit", "Limit"),
        ("Limit.User", "Limit.User"),
        ("Limit.User.Today", "Limit.User"),
        ("Limit.Api.Today", "Limit"),
    ],
)
def test_a_code_is_found_by_its_longest_known_prefix(code: str, found: str) -> None:
    row = lookup(LIMITS, code)
    assert row is not None
    assert row.code == found


@pytest.mark.parametrize("code", ["", ".", "Limi", "LimitExceeded", "User", "Other.Limit"])
def test_a_prefix_ends_at_a_dot_and_begins_at_the_beginning(code: str) -> None:
    assert lookup(LIMITS, code) is None


def test_a_row_for_the_status_goes_before_the_row_for_all() -> None:
    row = lookup(LIMITS, "Limit", 504)
    assert row is not None
    assert row.category == "unavailable"


def test_a_row_for_another_status_is_passed_over() -> None:
    row = lookup(LIMITS, "Limit", 400)
    assert row is not None
    assert row.category == "throttled"


@pytest.mark.parametrize(
    ("status", "category"),
    [
        (400, "invalid_input"),
        (413, "refused"),
        (414, "refused"),
        (494, "refused"),
        (500, "unavailable"),
        (502, "unavailable"),
        (504, "unavailable"),
        # In no table; the status tells at least that the gateway could read the request.
        (503, "unavailable"),
    ],
)
@pytest.mark.parametrize("code", ["APIGW.0201", "APIG.0201"])
def test_the_gateways_ambiguous_code_is_classified_by_status(
    code: str, status: int, category: str
) -> None:
    row = lookup(huawei.ERROR_CODES, code, status)
    assert (row.category if row else category_of_status(status)) == category


@pytest.mark.parametrize("row", [row for row in huawei.ROWS if row.code.startswith("APIGW.")])
def test_every_gateway_code_is_known_in_the_older_spelling(row: ErrorCode) -> None:
    older = huawei.ERROR_CODES[row.code.replace("APIGW.", "APIG.")]
    assert (older.category, older.hint) == (row.category, row.hint)


def test_a_code_that_appears_twice_is_refused() -> None:
    row = ErrorCode("Limit", "throttled", "Wait.")
    with pytest.raises(ValueError, match="duplicate error code Limit"):
        index_by_code((row, row))


def test_a_page_writes_its_source_into_every_row() -> None:
    rows = from_page("A page <https://example.com>", ErrorCode("Limit", "throttled", "Wait."))
    assert [row.source for row in rows] == ["A page <https://example.com>"]


@pytest.mark.parametrize(
    ("status", "category"),
    [
        (302, "refused"),
        (400, "refused"),
        (401, "unauthenticated"),
        (403, "forbidden"),
        (404, "not_found"),
        (406, "refused"),
        (408, "unavailable"),
        (409, "conflict"),
        (429, "throttled"),
        (500, "unavailable"),
        (503, "unavailable"),
        (504, "unavailable"),
    ],
)
def test_an_unknown_code_is_classified_by_its_status(status: int, category: str) -> None:
    assert category_of_status(status) == category


def test_the_documentation_matches_the_code() -> None:
    document = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    assert document == render(), "run: python -m local.error_tables > docs/errors.md"


@pytest.mark.parametrize("row", [*alibaba.ROWS, *tencent.ROWS, *huawei.ROWS])
def test_every_row_is_in_the_documentation(row: ErrorCode) -> None:
    assert f"| `{row.code}` | `{row.category}` |" in render()


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_is_explained_in_the_documentation(category: str) -> None:
    assert render().count(f"\n| `{category}` | ") == 1


@pytest.mark.parametrize("provider", TABLES)
def test_a_table_imports_only_the_row_from_this_project(provider: str) -> None:
    source = (ROOT / "functions" / provider / "error_codes.py").read_text(encoding="utf-8")
    imported = {
        node.module
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module
    }
    ours = {name for name in imported if name.startswith(("functions", "shared", "local"))}
    assert ours == {"shared.models.error_code"}
