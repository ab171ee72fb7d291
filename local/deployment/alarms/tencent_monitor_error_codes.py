"""What the error codes of Cloud Monitor's calls mean, and what to do about them."""

from __future__ import annotations

from collections.abc import Mapping

from shared.models.error_code import ErrorCode, from_page, index_by_code

ALLOW = (
    "Allow `{permission}` for the identity that deploys; "
    "deploy/policies/tencent/deploy_scf.json has all of them."
)

ROWS: tuple[ErrorCode, ...] = from_page(
    "Cloud Monitor's code list <https://github.com/TencentCloud/tencentcloud-sdk-python/blob/master/"
    "tencentcloud/monitor/v20180724/errorcodes.py>",
    ErrorCode("UnauthorizedOperation", "forbidden", ALLOW),
    ErrorCode("AuthFailure.UnauthorizedOperation", "forbidden", ALLOW),
    ErrorCode(
        "FailedOperation.ServiceNotEnabled",
        "refused",
        "Cloud Monitor is not opened for this account. Open its console once, then deploy again.",
    ),
    ErrorCode(
        "FailedOperation.DuplicateName",
        "conflict",
        "Cloud Monitor has an alarm policy of this name already that was not made by this "
        "deployment. Rename or delete it in the console, then deploy again.",
    ),
    ErrorCode(
        "LimitExceeded",
        "refused",
        "The account has as many alarm policies as it may have. Delete some in the console, or ask "
        "for a higher quota by a ticket.",
    ),
    ErrorCode(
        "InvalidParameter",
        "invalid_input",
        "Cloud Monitor does not accept the alarm. Correct notify or silence_seconds in the "
        "description.",
    ),
    ErrorCode(
        "InvalidParameterValue",
        "invalid_input",
        "Cloud Monitor does not accept the alarm. Correct notify or silence_seconds in the "
        "description.",
    ),
    ErrorCode(
        "ResourceNotFound",
        "not_found",
        "The alarm policy is not there any more. Deploy again: what is there is read first.",
    ),
    ErrorCode(
        "FailedOperation",
        "refused",
        "Cloud Monitor could not do it; the message says why. Deploy again, and report it to "
        "Tencent Cloud if it stays.",
    ),
)

ERROR_CODES: Mapping[str, ErrorCode] = index_by_code(ROWS)
"""The rows by code."""
