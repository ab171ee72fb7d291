"""What the error codes of EDAS, E-HPC, STS and Alibaba Cloud's gateway mean, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from shared.models.error_code import ErrorCode, from_page, index_by_code

ROWS: tuple[ErrorCode, ...] = (
    # The EDAS page documents no code of its own: its failures come as ``Success: false``
    # with a number in ``Code``, or from the gateway below.
    *from_page(
        "E-HPC Instant, SynchronizeApp <https://help.aliyun.com/zh/e-hpc/e-hpc-instant/"
        "developer-reference/api-ehpcinstant-2023-07-01-synchronizeapp>",
        ErrorCode(
            "ImageAlreadyExists",
            "conflict",
            "The application is already in the target region. Nothing is left to do there.",
        ),
        ErrorCode(
            "InvalidParams",
            "invalid_input",
            "Compare app_id and target_region_ids with the application list in the E-HPC console; "
            "the message names the parameter that E-HPC rejected.",
        ),
        ErrorCode(
            "ImageNotFound",
            "not_found",
            "Check that app_id is in the application list of the region that this request goes to.",
        ),
        ErrorCode(
            "DbError",
            "unavailable",
            "E-HPC's database failed. Wait for the next run; if it persists, open a ticket with "
            "the request ID.",
        ),
        ErrorCode(
            "ServiceAPIError",
            "unavailable",
            "A service that E-HPC depends on failed. If the message mentions a role or a quota, "
            "fix that; otherwise retry later.",
        ),
        ErrorCode(
            "EcsError",
            "unavailable",
            "ECS rejected or failed the image copy. Check the image quota of the target regions "
            "in the ECS console, then retry.",
        ),
        ErrorCode(
            "AliyunError",
            "unavailable",
            "Another Alibaba Cloud product that E-HPC depends on failed. The message names it: "
            "check its status page and retry later.",
        ),
        ErrorCode(
            "ServiceUnavailable",
            "unavailable",
            "The service is temporarily down; the next scheduled run will most likely succeed.",
        ),
    ),
    # A refused AssumeRole is NoPermission, below, whichever side lacks it: the caller's policy or
    # the role's trust policy; the flow completes the hint.
    *from_page(
        "STS <https://help.aliyun.com/zh/ram/developer-reference/api-sts-2015-04-01-errorcodes>",
        ErrorCode(
            "EntityNotExist.Role",
            "not_found",
            "No such role: compare the account's role ARN with the role's page in the RAM console, "
            "acs:ram::<account ID>:role/<name>, in lower case.",
        ),
        ErrorCode(
            "InvalidParameter.RoleArn",
            "misconfigured",
            "The account's role is not an ARN of the form acs:ram::<account ID>:role/<name>.",
        ),
        ErrorCode(
            "InvalidParameter.RoleSessionName",
            "refused",
            "STS rejected the session's name, which this project chooses. Report it as a bug, "
            "with the request ID.",
        ),
        ErrorCode(
            "InvalidParameter.DurationSeconds",
            "misconfigured",
            "Request a duration from 900 seconds to the role's maximum session duration, or raise "
            "that in the RAM console.",
        ),
        ErrorCode(
            "InvalidParameter.PolicyGrammar",
            "misconfigured",
            "The account's policy for the role's sessions is not valid RAM policy JSON. Check it "
            "with the policy editor of the RAM console.",
        ),
        ErrorCode(
            "AuthenticationFail.NoPermission",
            "forbidden",
            "The role does not trust the token, or the identity provider is not registered in RAM.",
        ),
        ErrorCode(
            "AuthenticationFail.OIDCToken",
            "unauthenticated",
            "STS did not accept the OpenID Connect token; the message says why. Compare its issuer "
            "and audience with the identity provider in the RAM console.",
        ),
        ErrorCode(
            "AuthenticationFail.OIDCToken.Expired",
            "unauthenticated",
            "The OpenID Connect token has expired: mount a fresh one, and check that its file is "
            "renewed.",
        ),
        ErrorCode(
            "AuthenticationFail.OIDCToken.Invalid",
            "unauthenticated",
            "The OpenID Connect token is not a complete JSON Web Token: mount a fresh one, as it "
            "was issued and not base64-encoded again.",
        ),
        ErrorCode(
            "AuthenticationFail.OIDCToken.InvalidSignature",
            "unauthenticated",
            "The token's signature is not that of the identity provider registered in RAM: mount "
            "a token of that provider, or update its keys and certificates there.",
        ),
        ErrorCode(
            "AuthenticationFail.OIDCToken.AudienceNotMatch",
            "unauthenticated",
            "The token was issued for another audience: add it as a client ID of the identity "
            "provider in the RAM console, or mount a token for a registered one.",
        ),
        ErrorCode(
            "AuthenticationFail.OIDCToken.HttpsUrlInvalid",
            "unauthenticated",
            "STS cannot verify the certificate of the token's issuer. Update the identity "
            "provider's fingerprints in the RAM console.",
        ),
    ),
    # The gateway authenticates, authorizes and throttles before the service sees a request.
    *from_page(
        "The gateway's common codes <https://help.aliyun.com/document_detail/60629.html>",
        ErrorCode(
            "InvalidAccessKeyId",
            "unauthenticated",
            "Check ALIBABA_CLOUD_ACCESS_KEY_ID, or give the function a role instead of keys.",
        ),
        ErrorCode(
            "InvalidAccessKeyId.NotFound",
            "unauthenticated",
            "No such access key: check ALIBABA_CLOUD_ACCESS_KEY_ID for a typo or a space, and "
            "whether the key was deleted or, if temporary, has expired.",
        ),
        ErrorCode(
            "InvalidAccessKeyId.Inactive",
            "unauthenticated",
            "The access key is disabled. Enable it in the RAM console, or put another one into "
            "ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET.",
        ),
        ErrorCode(
            "SignatureDoesNotMatch",
            "unauthenticated",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET does not belong to the key ID, or a proxy modifies "
            "requests. Set both halves of the key again.",
        ),
        ErrorCode(
            "IncompleteSignature",
            "unauthenticated",
            "Part of the signature is missing. Check that the proxy in HTTPS_PROXY does not "
            "remove the Authorization or x-acs-* headers.",
        ),
        ErrorCode(
            "SignatureNonceUsed",
            "unauthenticated",
            "Every attempt has its own nonce, so something between the function and Alibaba Cloud "
            "sent a request twice: check HTTPS_PROXY. The first copy may have been processed.",
        ),
        ErrorCode(
            "InvalidTimeStamp.Expired",
            "unauthenticated",
            "The clock is more than 15 minutes off, and correcting it by the response's Date "
            "header did not help. Set the machine's clock.",
        ),
        ErrorCode(
            "InvalidTimeStamp.Format",
            "unauthenticated",
            "The gateway could not read the date that was sent. Check that no proxy rewrites "
            "x-acs-date; otherwise report a bug in this project.",
        ),
        ErrorCode(
            "IllegalTimestamp",
            "unauthenticated",
            "The date is missing or out of range. Check the machine's clock, and that the proxy "
            "forwards x-acs-date.",
        ),
        ErrorCode(
            "InvalidSecurityToken",
            "unauthenticated",
            "Set ALIBABA_CLOUD_SECURITY_TOKEN together with the temporary key it was issued with, "
            "or remove all three and use the function's role.",
        ),
        ErrorCode(
            "InvalidSecurityToken.Expired",
            "unauthenticated",
            "The temporary keys have expired: get new ones, including "
            "ALIBABA_CLOUD_SECURITY_TOKEN. A function with a role gets fresh ones at every "
            "invocation.",
        ),
        ErrorCode(
            "InvalidSecurityToken.Malformed",
            "unauthenticated",
            "ALIBABA_CLOUD_SECURITY_TOKEN is truncated or contains line breaks. Copy the whole "
            "token again.",
        ),
        ErrorCode(
            "InvalidSecurityToken.MismatchWithAccessKey",
            "unauthenticated",
            "ALIBABA_CLOUD_SECURITY_TOKEN belongs to another access key. Take the key ID, the "
            "secret and the token from the same STS response.",
        ),
        ErrorCode(
            "MissingSecurityToken",
            "unauthenticated",
            "A key ID that starts with STS. is temporary and also needs "
            "ALIBABA_CLOUD_SECURITY_TOKEN.",
        ),
        ErrorCode(
            "MissingAccessKeyId",
            "unauthenticated",
            "The key ID did not reach the gateway. Check that no proxy removes the Authorization "
            "header.",
        ),
        ErrorCode(
            "Forbidden",
            "forbidden",
            "Allow `{permission}` for the function's role (or the RAM user that owns the key), "
            "and check that the product is activated in this account.",
        ),
        ErrorCode(
            "Forbidden.RAM",
            "forbidden",
            "Allow `{permission}` for the function's role (or the RAM user that owns the key).",
        ),
        ErrorCode(
            "NoPermission",
            "forbidden",
            "Allow `{permission}`, or the action that the message names, for the function's role "
            "(or the RAM user that owns the key); the keys of an account's owner assume no role.",
        ),
        ErrorCode(
            "Forbidden.RiskControl",
            "forbidden",
            "Alibaba Cloud's risk control has blocked the account. Open a ticket with the request "
            "ID.",
        ),
        ErrorCode(
            "Forbidden.UserVerification",
            "forbidden",
            "The owner of the account must complete real-name verification in the account center "
            "first.",
        ),
        ErrorCode(
            "ActionUnauthorized",
            "forbidden",
            "This account may not call the operation yet. Check that the product is activated in "
            "the region, then open a ticket.",
        ),
        ErrorCode(
            "InsufficientBalance",
            "forbidden",
            "The account's balance is used up; top it up.",
        ),
        ErrorCode(
            "Throttling",
            "throttled",
            "Too many requests. Run the schedule less often, or spread the schedules over time.",
        ),
        ErrorCode(
            "Throttling.User",
            "throttled",
            "The account as a whole calls this API too often. Find the other callers, or request "
            "a higher quota in the Quota Center.",
        ),
        ErrorCode(
            "Throttling.Api",
            "throttled",
            "The operation is currently throttled for all callers. Wait for the next run.",
        ),
        ErrorCode(
            "ServiceUnavailableTemporary",
            "unavailable",
            "The gateway temporarily could not reach the service. Retry in a few minutes.",
        ),
        ErrorCode(
            "InternalError",
            "unavailable",
            "The service failed internally. Retry; if it fails for an hour, open a ticket with "
            "the request ID.",
        ),
        ErrorCode(
            "InternalFailure",
            "unavailable",
            "The gateway failed internally. Retry; if it persists, give the request ID to Alibaba "
            "Cloud support.",
        ),
        ErrorCode(
            "MissingParameter",
            "invalid_input",
            "Set the parameter that the message names.",
        ),
        ErrorCode(
            "MissingType",
            "invalid_input",
            "Set type to ecs, slb, vpc, ram or all.",
        ),
        ErrorCode(
            "MissingAppId",
            "invalid_input",
            "Set app_id to an ID from the E-HPC console; it starts with ci-.",
        ),
        ErrorCode(
            "InvalidParameter",
            "invalid_input",
            "Correct the parameter that the message names.",
        ),
        ErrorCode(
            "InvalidType",
            "invalid_input",
            "EDAS does not support this type in this region; all covers every type it supports.",
        ),
        ErrorCode(
            "InvalidResourceIds",
            "invalid_input",
            "Check that resource_ids holds at most 50 IDs, all of ECS instances of this account "
            "and region.",
        ),
        ErrorCode(
            "InvalidAppId",
            "invalid_input",
            "Copy app_id from the E-HPC console again.",
        ),
        ErrorCode(
            "InvalidTargetRegionIds",
            "invalid_input",
            "Use only regions where E-HPC Instant is available in target_region_ids, or all.",
        ),
        ErrorCode(
            "InvalidRegionId",
            "invalid_input",
            "The service is not available in this region. Correct region in the event or "
            "ALIBABA_CLOUD_REGION_ID.",
        ),
        ErrorCode(
            "UnsupportedParameter",
            "invalid_input",
            "Remove the parameter that the message names; this region may run an older version of "
            "the service.",
        ),
        ErrorCode(
            "InvalidAction",
            "not_found",
            "The host does not offer the operation. Check {endpoint}, and whether the product is "
            "available in the region.",
        ),
        ErrorCode(
            "InvalidAction.NotFound",
            "not_found",
            "The operation does not exist on this host. Unset {endpoint}, or use a region that "
            "the product's documentation lists.",
        ),
        ErrorCode(
            "InvalidApi.NotFound",
            "not_found",
            "The host knows neither this path nor this method. {endpoint}, if set, most likely "
            "points at another product.",
        ),
        ErrorCode(
            "InvalidProduct.NotFound",
            "not_found",
            "No product responds at this domain. Compare {endpoint} with the product's list of "
            "endpoints.",
        ),
        ErrorCode(
            "InvalidVersion",
            "not_found",
            "The host does not support this API version. Check {endpoint}.",
        ),
        ErrorCode(
            "NoSuchVersion",
            "not_found",
            "This host serves another API version. Check {endpoint}: an older E-HPC endpoint "
            "(ehpc.*) does not support SynchronizeApp, ehpcinstant.* does.",
        ),
        ErrorCode(
            "InvalidProtocol.NeedSsl",
            "misconfigured",
            "Set {endpoint} to a URL that starts with https://.",
        ),
        ErrorCode(
            "UnsupportedHTTPMethod",
            "refused",
            "The host does not accept this HTTP method. Check what {endpoint} and HTTPS_PROXY "
            "point at.",
        ),
        ErrorCode(
            "UnsupportedOperation",
            "refused",
            "The product does not offer this in the region or for this type of account. Contact "
            "Alibaba Cloud support with the request ID.",
        ),
        ErrorCode(
            "InvalidParameter.Accept",
            "refused",
            "The gateway rejected application/json as the response format. Check whether a proxy "
            "changes the Accept header.",
        ),
        ErrorCode(
            "InvalidParameter.Format",
            "refused",
            "The gateway rejected the requested response format. Report it as a bug in this "
            "project, with the request ID.",
        ),
        ErrorCode(
            "ContentMD5NotMatched",
            "refused",
            "The body was modified on the way. Check the proxy in HTTPS_PROXY.",
        ),
    ),
)
"""All rows, in the order of the documentation."""

ERROR_CODES: Mapping[str, ErrorCode] = index_by_code(ROWS)
"""The rows by code; look one up with :func:`shared.models.error_code.lookup`."""
