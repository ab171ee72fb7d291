"""What the error codes of CloudMonitor's alert rules mean, and what to do about them."""

from __future__ import annotations

from collections.abc import Mapping

from shared.models.error_code import ErrorCode, from_page, index_by_code

RIGHTS = (
    "Allow `{permission}` for the identity that deploys; "
    "deploy/policies/alibaba/deploy_fc.json has all of them."
)
LATER = "CloudMonitor failed internally. Deploy again in a few minutes: what is done is kept."
REFUSED = (
    "CloudMonitor rejected the rule. Check notify: each must be the name of a contact group of "
    "this account."
)

ROWS: tuple[ErrorCode, ...] = from_page(
    "CloudMonitor, DeleteMetricRules <https://help.aliyun.com/zh/cms/cloudmonitor-1-0/"
    "api-deletemetricrules>",
    ErrorCode("400", "invalid_input", REFUSED),
    ErrorCode("ParameterInvalid", "invalid_input", REFUSED),
    ErrorCode("AccessDeniedException", "forbidden", RIGHTS),
    ErrorCode("AccessForbidden", "forbidden", RIGHTS),
    ErrorCode("Forbidden", "forbidden", RIGHTS),
    ErrorCode("NoPermission", "forbidden", RIGHTS),
    ErrorCode(
        "LimitExceeded",
        "refused",
        "The account has as many alert rules as it may have. Delete some, or ask for a higher "
        "quota by a ticket.",
    ),
    ErrorCode(
        "ResourceNotFound",
        "not_found",
        "CloudMonitor found nothing of that name. Check the contact groups in notify.",
    ),
    ErrorCode(
        "ThrottlingException",
        "throttled",
        "Too many requests to CloudMonitor. Deploy again in a minute.",
    ),
    ErrorCode("InternetServerError", "unavailable", LATER),
    ErrorCode("InternalError", "unavailable", LATER),
)
"""All rows; CloudMonitor spells one of them Internet."""

ERROR_CODES: Mapping[str, ErrorCode] = index_by_code(ROWS)
"""The rows by code."""
