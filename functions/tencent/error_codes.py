"""What the error codes of CWP, STS and Tencent Cloud's API gateway mean, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from shared.models.error_code import ErrorCode, from_page, index_by_code

ROWS: tuple[ErrorCode, ...] = (
    *from_page(
        "CWP, SyncMachines <https://cloud.tencent.com/document/api/296/99572>",
        ErrorCode(
            "FailedOperation",
            "refused",
            "CWP failed, and its message gives the only reason. Check in the console that Cloud "
            "Workload Protection is activated, then open a ticket with the request ID.",
        ),
        ErrorCode(
            "FailedOperation.APIServerFail",
            "unavailable",
            "A server behind CWP did not respond; the next run will most likely succeed.",
        ),
        ErrorCode(
            "InternalError",
            "unavailable",
            "CWP failed internally. Retry; if it persists, open a ticket with the request ID.",
        ),
        ErrorCode(
            "InvalidParameterValue",
            "invalid_input",
            "Check region and sync in the event; the message names the value that CWP rejected.",
        ),
        ErrorCode(
            "MissingParameter",
            "invalid_input",
            "Set the parameter that the message names; if the event has no such parameter, report "
            "a bug in this project.",
        ),
    ),
    # Further codes of the product that a synchronization can return.
    *from_page(
        "CWP's code list <https://github.com/TencentCloud/tencentcloud-sdk-python/blob/master/"
        "tencentcloud/cwp/v20180228/errorcodes.py>",
        ErrorCode(
            "InternalError.MainDBFail",
            "unavailable",
            "CWP's main database failed. Wait for the next scheduled run.",
        ),
        ErrorCode(
            "InvalidParameter.MissingParameter",
            "invalid_input",
            "A parameter is missing: read CWP's message, and compare the event with the "
            "documentation.",
        ),
        ErrorCode(
            "OperationDenied",
            "refused",
            "CWP denies the operation in the account's current state. Check in its console that "
            "the edition is paid for and not suspended.",
        ),
    ),
    # A refused AssumeRole is UnauthorizedOperation, below, whichever side lacks the permission.
    *from_page(
        "STS's code list <https://github.com/TencentCloud/tencentcloud-sdk-python/blob/master/"
        "tencentcloud/sts/v20180813/errorcodes.py>",
        ErrorCode(
            "ResourceNotFound.RoleNotFound",
            "not_found",
            "No such role: compare the account's role ARN with the role's page in the CAM console.",
        ),
        ErrorCode(
            "InternalError.GetRoleError",
            "not_found",
            "STS could not read the role: check the account ID and the name in the account's role "
            "ARN, qcs::cam::uin/<account ID>:roleName/<name>.",
        ),
        ErrorCode(
            "InternalError.IllegalRole",
            "forbidden",
            "STS does not let this identity assume the role.",
        ),
        ErrorCode(
            "InvalidParameter.OverTimeError",
            "misconfigured",
            "Request a shorter duration for the role's sessions, or raise the role's maximum "
            "session duration in the CAM console (at most 43,200 seconds).",
        ),
        ErrorCode(
            "InvalidParameter.ParamError",
            "misconfigured",
            "STS rejected a value of the account's role; the message names it. Check the role's "
            "ARN, its external ID and the duration.",
        ),
        ErrorCode(
            "InvalidParameter.StrategyFormatError",
            "misconfigured",
            "The account's policy for the role's sessions is not valid CAM policy JSON. Check it "
            "with the policy editor of the CAM console.",
        ),
        ErrorCode(
            "InvalidParameter.StrategyInvalid",
            "misconfigured",
            "CAM does not accept the account's policy for the role's sessions; it must not "
            "contain a principal.",
        ),
        ErrorCode(
            "InvalidParameter.PolicyTooLong",
            "misconfigured",
            "Shorten the account's policy for the role's sessions.",
        ),
        ErrorCode(
            "InvalidParameter.ResouceError",
            "misconfigured",
            "A resource in the account's policy for the role's sessions does not have the six "
            "parts of qcs::<service>:<region>:<account>:<resource>.",
        ),
        ErrorCode(
            "InvalidParameter.AccountNotAvaliable",
            "forbidden",
            "The account of the role does not exist or is not available.",
        ),
        ErrorCode(
            "InvalidParameter.OverLimit",
            "throttled",
            "STS was called too often; it accepts 600 requests a second.",
        ),
        ErrorCode(
            "FailedOperation.TempKeyNotAllowed",
            "misconfigured",
            "Temporary keys may not assume this role: give the account permanent keys of a CAM "
            "user.",
        ),
        ErrorCode(
            "AuthFailure.AccessKeyIllegal",
            "unauthenticated",
            "STS does not accept the key. Check that TENCENTCLOUD_SECRET_ID was copied completely "
            "and is still enabled.",
        ),
    ),
    *from_page(
        "The gateway's common codes <https://www.tencentcloud.com/document/api/1140/51177>",
        # Authentication.
        ErrorCode(
            "AuthFailure",
            "unauthenticated",
            "Check TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY; on SCF, give the function "
            "an execution role.",
        ),
        ErrorCode(
            "AuthFailure.InvalidAuthorization",
            "unauthenticated",
            "The Authorization header was modified on the way. Check for a proxy that rewrites it.",
        ),
        ErrorCode(
            "AuthFailure.InvalidSecretId",
            "unauthenticated",
            "TENCENTCLOUD_SECRET_ID is not the ID of an API key: it starts with AKID, and is not "
            "an account or application number.",
        ),
        ErrorCode(
            "AuthFailure.MFAFailure",
            "unauthenticated",
            "The key's user must confirm by MFA, which a function cannot do. Use a role, or a "
            "sub-user without operation protection.",
        ),
        ErrorCode(
            "AuthFailure.SecretIdNotFound",
            "unauthenticated",
            "The key was deleted or disabled, TENCENTCLOUD_SECRET_ID contains a space, or the key "
            "belongs to the other site: keys of tencentcloud.com need CWP_SITE=intl.",
        ),
        ErrorCode(
            "AuthFailure.SignatureExpire",
            "unauthenticated",
            "The clock is more than five minutes off, and correcting it by the response's Date "
            "header did not help. Set the machine's clock.",
        ),
        ErrorCode(
            "AuthFailure.SignatureFailure",
            "unauthenticated",
            "TENCENTCLOUD_SECRET_KEY does not belong to the key ID, or a proxy modifies the body. "
            "Set both halves of the key again.",
        ),
        ErrorCode(
            "AuthFailure.TokenFailure",
            "unauthenticated",
            "TENCENTCLOUD_TOKEN has expired or belongs to another key. Take all three parts from "
            "the same STS response. On SCF, check that the execution role still exists.",
        ),
        # Permissions.
        ErrorCode(
            "AuthFailure.UnauthorizedOperation",
            "forbidden",
            "Allow `{permission}` for the function's role (or the CAM user that owns the key).",
        ),
        ErrorCode(
            "UnauthorizedOperation",
            "forbidden",
            "The identity is valid but lacks a permission: allow `{permission}` for the "
            "function's role (or the CAM user that owns the key).",
        ),
        ErrorCode(
            "IpInBlacklist",
            "forbidden",
            "The function's outbound address is on the deny list of the key or the account. "
            "Remove it in CAM.",
        ),
        ErrorCode(
            "IpNotInWhitelist",
            "forbidden",
            "The key may only be used from listed addresses. Add the function's fixed outbound "
            "address in CAM.",
        ),
        # Throttling.
        ErrorCode(
            "RequestLimitExceeded",
            "throttled",
            "CWP accepts 20 requests a second from an account. Run fewer functions at the same "
            "time.",
        ),
        ErrorCode(
            "RequestLimitExceeded.GlobalRegionUinLimitExceeded",
            "throttled",
            "The main account has exceeded its limit, counted over all regions. Check for other "
            "callers of this API.",
        ),
        ErrorCode(
            "RequestLimitExceeded.IPLimitExceeded",
            "throttled",
            "Too many requests from one address; functions behind the same NAT gateway share it.",
        ),
        ErrorCode(
            "RequestLimitExceeded.UinLimitExceeded",
            "throttled",
            "The main account sends too many requests. Schedule its sub-accounts at different "
            "minutes.",
        ),
        ErrorCode(
            "LimitExceeded",
            "throttled",
            "A quota of the account is used up. Check it in the CWP console, then retry.",
        ),
        # The request.
        ErrorCode(
            "InvalidParameter",
            "invalid_input",
            "Check the format and the type of the parameter that the message names.",
        ),
        ErrorCode(
            "UnknownParameter",
            "invalid_input",
            "This site does not know a parameter that was sent. The international site may be "
            "behind; check CWP_SITE.",
        ),
        ErrorCode(
            "UnsupportedRegion",
            "invalid_input",
            "CWP does not support this region. Correct region in the event or "
            "TENCENTCLOUD_REGION, e.g. ap-guangzhou.",
        ),
        ErrorCode(
            "InvalidAction",
            "not_found",
            "The host does not know SyncMachines. Unset CWP_ENDPOINT_URL or correct CWP_SITE.",
        ),
        ErrorCode(
            "NoSuchProduct",
            "not_found",
            "No product responds at this host. Compare CWP_ENDPOINT_URL with "
            "cwp.tencentcloudapi.com.",
        ),
        ErrorCode(
            "NoSuchVersion",
            "not_found",
            "The host does not serve API version 2018-02-28; CWP_ENDPOINT_URL may point at "
            "another product.",
        ),
        ErrorCode(
            "ResourceNotFound",
            "not_found",
            "What the message names does not exist in this account. Check the keys and the region.",
        ),
        ErrorCode(
            "ResourceInUse",
            "conflict",
            "Another operation is working on the same machines. Retry when it has finished.",
        ),
        ErrorCode(
            "InvalidRequest",
            "refused",
            "The gateway could not read the request body. Check for a proxy that modifies it; "
            "otherwise report a bug in this project.",
        ),
        ErrorCode(
            "RequestSizeLimitExceeded",
            "refused",
            "The request is larger than the gateway accepts, which SyncMachines never is by "
            "itself. Check the proxy.",
        ),
        ErrorCode(
            "ResponseSizeLimitExceeded",
            "refused",
            "The response is larger than the gateway passes on. Open a ticket with the request ID.",
        ),
        ErrorCode(
            "UnsupportedOperation",
            "refused",
            "The account's edition of CWP does not offer this. Check its console.",
        ),
        ErrorCode(
            "UnsupportedProtocol",
            "misconfigured",
            "Set CWP_ENDPOINT_URL to a URL that starts with https://; the gateway only accepts "
            "GET and POST.",
        ),
        ErrorCode(
            "ActionOffline",
            "refused",
            "Tencent Cloud has retired SyncMachines. Check for a newer release of this project.",
        ),
        ErrorCode(
            "DryRunOperation",
            "refused",
            "The provider was asked for a dry run only, which this project never does. Check "
            "whether something rewrites the request.",
        ),
        # Availability.
        ErrorCode(
            "ServiceUnavailable",
            "unavailable",
            "The service is temporarily down; the next scheduled run will most likely succeed.",
        ),
        ErrorCode(
            "ResourceUnavailable",
            "unavailable",
            "A resource that CWP needs is currently unavailable. Retry in a few minutes.",
        ),
        ErrorCode(
            "ResourceInsufficient",
            "unavailable",
            "Tencent Cloud is short of resources for this. Retry later or in another region.",
        ),
    ),
)
"""All rows, in the order of the documentation."""

ERROR_CODES: Mapping[str, ErrorCode] = index_by_code(ROWS)
"""The rows by code; look one up with :func:`shared.models.error_code.lookup`."""
