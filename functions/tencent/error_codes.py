"""What the error codes of CWP, STS and Tencent Cloud's API gateway mean, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from shared.models.error_code import ErrorCode, page, table

ROWS: tuple[ErrorCode, ...] = (
    *page(
        "CWP, SyncMachines <https://cloud.tencent.com/document/api/296/99572>",
        ErrorCode(
            "FailedOperation",
            "refused",
            "CWP could not do it and gives no better reason than its message; check in the console"
            " that Cloud Workload Protection is activated, then open a ticket with the request id.",
        ),
        ErrorCode(
            "FailedOperation.APIServerFail",
            "unavailable",
            "A server behind CWP did not answer; the next run will most likely pass.",
        ),
        ErrorCode(
            "InternalError",
            "unavailable",
            "CWP failed inside; run again, and open a ticket with the request id if it lasts.",
        ),
        ErrorCode(
            "InvalidParameterValue",
            "invalid_input",
            "Check region and sync in the event; the message names the value CWP did not take.",
        ),
        ErrorCode(
            "MissingParameter",
            "invalid_input",
            "Give the parameter that the message names; if it is none of the event's, report a"
            " defect of this project.",
        ),
    ),
    # Codes that the product's code list has beside the page's, and that a synchronization can meet.
    *page(
        "CWP's code list <https://github.com/TencentCloud/tencentcloud-sdk-python/blob/master/"
        "tencentcloud/cwp/v20180228/errorcodes.py>",
        ErrorCode(
            "InternalError.MainDBFail",
            "unavailable",
            "CWP's main database failed; wait and let the schedule try again.",
        ),
        ErrorCode(
            "InvalidParameter.MissingParameter",
            "invalid_input",
            "CWP misses a parameter: see its message, and compare the event with the page.",
        ),
        ErrorCode(
            "OperationDenied",
            "refused",
            "CWP denies the operation in the account's present state; see in its console whether"
            " the edition is paid and not suspended.",
        ),
    ),
    *page(
        "The gateway's common codes <https://www.tencentcloud.com/document/api/1140/51177>",
        # Who is calling.
        ErrorCode(
            "AuthFailure",
            "unauthenticated",
            "Check TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY; on SCF give the function an"
            " execution role.",
        ),
        ErrorCode(
            "AuthFailure.InvalidAuthorization",
            "unauthenticated",
            "The Authorization header did not arrive as it was sent; look for a proxy that"
            " rewrites it.",
        ),
        ErrorCode(
            "AuthFailure.InvalidSecretId",
            "unauthenticated",
            "TENCENTCLOUD_SECRET_ID is not an API key's id: it begins with AKID, and is not the"
            " account's or application's number.",
        ),
        ErrorCode(
            "AuthFailure.MFAFailure",
            "unauthenticated",
            "The key's user must confirm by MFA, which a function cannot: use a role or a"
            " sub-user without operation protection.",
        ),
        ErrorCode(
            "AuthFailure.SecretIdNotFound",
            "unauthenticated",
            "The key was deleted or disabled, has a space in TENCENTCLOUD_SECRET_ID, or belongs to"
            " the other site: keys of tencentcloud.com want CWP_SITE=intl.",
        ),
        ErrorCode(
            "AuthFailure.SignatureExpire",
            "unauthenticated",
            "The clock is more than five minutes off and correcting it by the answer's Date did"
            " not help; set the machine's time.",
        ),
        ErrorCode(
            "AuthFailure.SignatureFailure",
            "unauthenticated",
            "TENCENTCLOUD_SECRET_KEY does not belong to the key id, or a proxy changes the body."
            " Set both halves of the key anew.",
        ),
        ErrorCode(
            "AuthFailure.TokenFailure",
            "unauthenticated",
            "TENCENTCLOUD_TOKEN has expired or belongs to another key; set all three parts from"
            " one answer of STS. On SCF see that the execution role still exists.",
        ),
        # What may be done.
        ErrorCode(
            "AuthFailure.UnauthorizedOperation",
            "forbidden",
            "Allow cwp:SyncMachines in a CAM policy of the function's execution role, or of the"
            " sub-user that TENCENTCLOUD_SECRET_ID belongs to.",
        ),
        ErrorCode(
            "UnauthorizedOperation",
            "forbidden",
            "The identity is known but not allowed: grant it cwp:SyncMachines in CAM, and"
            " sts:AssumeRole if a role is assumed.",
        ),
        ErrorCode(
            "IpInBlacklist",
            "forbidden",
            "The function's outgoing address is blocked by the key's or the account's list; take"
            " it off in CAM.",
        ),
        ErrorCode(
            "IpNotInWhitelist",
            "forbidden",
            "The key may be used from listed addresses only: add the function's fixed outgoing"
            " address in CAM.",
        ),
        # How often.
        ErrorCode(
            "RequestLimitExceeded",
            "throttled",
            "CWP takes 20 requests a second from an account; let fewer functions run at the"
            " same time.",
        ),
        ErrorCode(
            "RequestLimitExceeded.GlobalRegionUinLimitExceeded",
            "throttled",
            "The main account is over its limit, counted over all regions. Look for other callers"
            " of this API.",
        ),
        ErrorCode(
            "RequestLimitExceeded.IPLimitExceeded",
            "throttled",
            "Too many requests from one address; functions behind the same NAT gateway share it.",
        ),
        ErrorCode(
            "RequestLimitExceeded.UinLimitExceeded",
            "throttled",
            "The main account sends too many requests; give the schedules of its sub-accounts"
            " different minutes.",
        ),
        ErrorCode(
            "LimitExceeded",
            "throttled",
            "A quota of the account is used up. Look it up in the CWP console, then run again.",
        ),
        # What was asked.
        ErrorCode(
            "InvalidParameter",
            "invalid_input",
            "Check form and type of what the message names.",
        ),
        ErrorCode(
            "UnknownParameter",
            "invalid_input",
            "This site does not know a parameter that was sent; the international site may lag"
            " behind, so check CWP_SITE.",
        ),
        ErrorCode(
            "UnsupportedRegion",
            "invalid_input",
            "CWP does not take this region: correct region in the event or TENCENTCLOUD_REGION,"
            " e.g. ap-guangzhou.",
        ),
        ErrorCode(
            "InvalidAction",
            "not_found",
            "The host does not know SyncMachines; remove CWP_ENDPOINT_URL or correct CWP_SITE.",
        ),
        ErrorCode(
            "NoSuchProduct",
            "not_found",
            "No product answers under this host name; compare CWP_ENDPOINT_URL with"
            " cwp.tencentcloudapi.com.",
        ),
        ErrorCode(
            "NoSuchVersion",
            "not_found",
            "The host does not serve API version 2018-02-28; CWP_ENDPOINT_URL may name another"
            " product.",
        ),
        ErrorCode(
            "ResourceNotFound",
            "not_found",
            "What the message names does not exist in this account; check account and region.",
        ),
        ErrorCode(
            "ResourceInUse",
            "conflict",
            "Something else works on the same machines; run again when that is done.",
        ),
        ErrorCode(
            "InvalidRequest",
            "refused",
            "The gateway could not read the request's body: look for a proxy that changes it,"
            " otherwise report a defect of this project.",
        ),
        ErrorCode(
            "RequestSizeLimitExceeded",
            "refused",
            "The request is larger than the gateway takes, which SyncMachines cannot reach by"
            " itself; look at the proxy.",
        ),
        ErrorCode(
            "ResponseSizeLimitExceeded",
            "refused",
            "The answer would be larger than the gateway passes on; open a ticket with the"
            " request id.",
        ),
        ErrorCode(
            "UnsupportedOperation",
            "refused",
            "The account's edition of CWP does not offer this; see its console.",
        ),
        ErrorCode(
            "UnsupportedProtocol",
            "misconfigured",
            "Write CWP_ENDPOINT_URL with https://; GET and POST are what the gateway takes.",
        ),
        ErrorCode(
            "ActionOffline",
            "refused",
            "Tencent Cloud has taken SyncMachines out of service; look for a newer release of"
            " this project.",
        ),
        ErrorCode(
            "DryRunOperation",
            "refused",
            "The provider was asked for a trial only, which this project never does; see whether"
            " something rewrites the request.",
        ),
        # How the provider is.
        ErrorCode(
            "ServiceUnavailable",
            "unavailable",
            "The service is down for a moment; the schedule's next run will tell.",
        ),
        ErrorCode(
            "ResourceUnavailable",
            "unavailable",
            "Something CWP needs cannot be used at the moment; wait some minutes, then run again.",
        ),
        ErrorCode(
            "ResourceInsufficient",
            "unavailable",
            "Tencent Cloud is short of resources for this; try later or in another region.",
        ),
    ),
    # Only when a role is assumed.
    *page(
        "STS, AssumeRole <https://github.com/TencentCloud/tencentcloud-sdk-python/blob/master/"
        "tencentcloud/sts/v20180813/errorcodes.py>",
        ErrorCode(
            "ResourceNotFound.RoleNotFound",
            "misconfigured",
            "The role_arn of the account or profile names a role that does not exist; copy it from"
            " the CAM console (qcs::cam::uin/<account>:roleName/<name>).",
        ),
    ),
)
"""Every row as a person reads it, in the order of the documentation."""

ERROR_CODES: Mapping[str, ErrorCode] = table(ROWS)
"""The rows by code; look one up with :func:`shared.models.error_code.find`."""
