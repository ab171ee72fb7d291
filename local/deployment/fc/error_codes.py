"""What the error codes of Function Compute's management calls mean, and what to do about them."""

from __future__ import annotations

from collections.abc import Mapping

from shared.models.error_code import ErrorCode, from_page, index_by_code

RIGHTS = (
    "Allow `{permission}` for the identity that deploys, and `ram:PassRole` where a role is set; "
    "deploy/policies/alibaba/deploy_fc.json has all of them. If it has them: the role must trust "
    "fc.aliyuncs.com (deploy/policies/alibaba/trust-function-compute.json), and where the message "
    "names a logstore, may write to it (deploy/policies/alibaba/write_log.json)."
)
KEYS = "Function Compute did not accept the keys. Check them with make doctor."
LATER = "Function Compute failed internally. Deploy again in a few minutes: what is done is kept."
QUOTA = (
    "The region has as many of them as the account may have. Delete one, choose another region, or "
    "ask for a higher quota in the Quota Center."
)
START = (
    "The function is there, but could not be started: its log says why. Build the bundle again "
    "with make bundle."
)

ROWS: tuple[ErrorCode, ...] = (
    *from_page(
        "Function Compute's error codes "
        "<https://help.aliyun.com/zh/functioncompute/api-fc-2023-03-30-errorcodes>",
        ErrorCode("AccessDenied", "forbidden", RIGHTS),
        ErrorCode("CAExited", "refused", START, retryable=False),
        ErrorCode("CAFileNotFound", "refused", START, retryable=False),
        ErrorCode(
            "ConcurrentUpdateError",
            "conflict",
            "Something else changes the function at the same time. Deploy again when it is done.",
        ),
        ErrorCode(
            "EntityTooLarge",
            "invalid_input",
            "The zip, or the event, is larger than Function Compute takes. Build the bundle "
            "without what is not needed.",
        ),
        ErrorCode(
            "FunctionAlreadyExists",
            "conflict",
            "A function of this name is there already. Deploy again: what it is will be read "
            "first.",
        ),
        ErrorCode(
            "FunctionNotEmpty",
            "conflict",
            "The function still has a trigger, made since its triggers were deleted. Remove it "
            "again.",
        ),
        ErrorCode(
            "FunctionNotFound",
            "not_found",
            "There is no such function in this region and account. Deploy again to make it.",
        ),
        ErrorCode("InternalServerError", "unavailable", LATER),
        ErrorCode("InvalidAccessKeyID", "unauthenticated", KEYS),
        ErrorCode(
            "InvalidArgument",
            "invalid_input",
            "Function Compute rejected a value that the message names. Correct it in deploy.toml. "
            "A project or logstore that is not there has to be made first; one that was just made "
            "may take a minute.",
        ),
        ErrorCode(
            "MissingRequiredHeader",
            "refused",
            "A header was lost on the way. Check the proxy in HTTPS_PROXY.",
        ),
        ErrorCode(
            "PathNotSupported",
            "misconfigured",
            "Function Compute 3.0 is not there under this address. Check the region, and "
            "{endpoint}.",
        ),
        ErrorCode(
            "PreconditionFailed",
            "conflict",
            "Something else changed the function at the same time. Deploy again.",
        ),
        ErrorCode(
            "ResourceExhausted",
            "throttled",
            "Too many requests, or too many runs at once. Deploy again in a minute.",
        ),
        ErrorCode("SignatureNotMatch", "unauthenticated", KEYS),
    ),
    *from_page(
        "Function Compute's error codes, API 2021-04-06 <https://www.alibabacloud.com/help/en/fc/"
        "developer-reference/api-fc-open-2021-04-06-errorcodes>",
        ErrorCode(
            "AsyncConfigNotExists",
            "not_found",
            "The function has no configuration of asynchronous runs. Deploy again to make it.",
        ),
        ErrorCode(
            "TriggerAlreadyExists",
            "conflict",
            "A trigger of this name is there already. Deploy again: it will be read first.",
        ),
        ErrorCode(
            "TriggerNotFound",
            "not_found",
            "The timer is gone. Deploy again to make it.",
        ),
    ),
    *from_page(
        "Function Compute's common error codes <https://developer.aliyun.com/ask/279119>",
        ErrorCode("LimitExceededError", "refused", QUOTA, retryable=False),
        ErrorCode("ResourceThrottled", "throttled", QUOTA),
    ),
)
"""All rows, page by page, in the order of the codes."""

ERROR_CODES: Mapping[str, ErrorCode] = index_by_code(ROWS)
"""The rows by code."""
