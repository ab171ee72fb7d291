"""What the error codes of Cloud Eye's alarm rules mean, and what to do about them."""

from __future__ import annotations

from collections.abc import Mapping

from shared.models.error_code import ErrorCode, from_page, index_by_code

RIGHTS = (
    "Allow `{permission}` for the identity that deploys; "
    "deploy/policies/huawei/deploy_functiongraph.json has all of them."
)
LATER = "Cloud Eye failed internally. Deploy again in a few minutes: what is done is kept."
REFUSED = "Cloud Eye could not read the request. Report it with the request ID."

ROWS: tuple[ErrorCode, ...] = from_page(
    "Cloud Eye's error codes <https://support.huaweicloud.com/intl/en-us/api-ces/ErrorCode.html>",
    ErrorCode("ces.0001", "refused", REFUSED),
    ErrorCode(
        "ces.0003",
        "misconfigured",
        "Cloud Eye does not know the project. Correct project_id in deploy.toml, or leave it out.",
    ),
    ErrorCode("ces.0004", "refused", REFUSED),
    ErrorCode("ces.0005", "refused", REFUSED),
    ErrorCode("ces.0006", "refused", REFUSED),
    ErrorCode("ces.0007", "unavailable", LATER),
    ErrorCode("ces.0008", "unavailable", LATER),
    ErrorCode("ces.0011", "refused", REFUSED),
    ErrorCode("ces.0012", "unavailable", LATER),
    ErrorCode("ces.0013", "refused", REFUSED),
    ErrorCode(
        "ces.0014",
        "invalid_input",
        "Cloud Eye rejected the rule. Check notify: each must be the URN of an SMN topic of this "
        "region and project.",
    ),
    ErrorCode(
        "ces.0015",
        "unauthenticated",
        "Cloud Eye did not accept the keys. Check them with make doctor.",
    ),
    ErrorCode(
        "ces.0016",
        "not_found",
        "The rule is gone. Deploy again: what is there will be read first.",
    ),
    ErrorCode("ces.0017", "forbidden", RIGHTS),
    ErrorCode(
        "ces.0018",
        "refused",
        "The account has as many alarm rules as it may have. Delete some, or ask for a higher "
        "quota by a ticket.",
    ),
    ErrorCode("ces.0019", "unavailable", LATER),
    ErrorCode(
        "ces.0020",
        "throttled",
        "Too many requests to Cloud Eye. Deploy again in a minute.",
    ),
    ErrorCode("ces.0021", "unavailable", LATER),
    ErrorCode(
        "ces.0028",
        "refused",
        "Cloud Eye does not notify a topic of this metric in this region. Make the alarm by hand.",
    ),
    ErrorCode(
        "APIGW.0101",
        "misconfigured",
        "Cloud Eye is not there under this address. Check that the region has it, and {endpoint}.",
    ),
    ErrorCode("APIGW.0302", "forbidden", RIGHTS),
)
"""All rows, in the order of the codes."""

ERROR_CODES: Mapping[str, ErrorCode] = index_by_code(ROWS)
"""The rows by code."""
