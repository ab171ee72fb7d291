"""What the error codes of EDAS, E-HPC, STS and Alibaba Cloud's API gateway mean, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from shared.models.error_code import ErrorCode, page, table

ROWS: tuple[ErrorCode, ...] = (
    # The EDAS page documents no code of its own: its failures come as ``Success: false``
    # with a number in ``Code``, or from the gateway below.
    *page(
        "E-HPC Instant, SynchronizeApp <https://help.aliyun.com/zh/e-hpc/e-hpc-instant/"
        "developer-reference/api-ehpcinstant-2023-07-01-synchronizeapp>",
        ErrorCode(
            "ImageAlreadyExists",
            "conflict",
            "The application is in the target region already. Nothing is left to do there.",
        ),
        ErrorCode(
            "InvalidParams",
            "invalid_input",
            "Compare app_id and target_region_ids with the application list of the E-HPC console;"
            " the message names the parameter that E-HPC did not accept.",
        ),
        ErrorCode(
            "ImageNotFound",
            "not_found",
            "Check that app_id stands in the application list of the region this call goes to.",
        ),
        ErrorCode(
            "DbError",
            "unavailable",
            "E-HPC's database failed; wait for the next run, and open a ticket with the request"
            " id if it lasts.",
        ),
        ErrorCode(
            "ServiceAPIError",
            "unavailable",
            "A service that E-HPC itself calls failed. The message names the cause: if it speaks"
            " of a role or a quota, mend that, otherwise run again later.",
        ),
        ErrorCode(
            "EcsError",
            "unavailable",
            "ECS refused or failed while E-HPC copied the image; check the image quota of the"
            " target regions in the ECS console, then run again.",
        ),
        ErrorCode(
            "AliyunError",
            "unavailable",
            "Another Alibaba Cloud product failed under E-HPC. Read its name in the message, look"
            " at its status page and run again later.",
        ),
        ErrorCode(
            "ServiceUnavailable",
            "unavailable",
            "The service is down for a moment; the next scheduled run will most likely pass.",
        ),
    ),
    # Who is calling, what may be called, how often: the gateway answers before the service does.
    *page(
        "The gateway's common codes <https://help.aliyun.com/document_detail/60629.html>",
        ErrorCode(
            "InvalidAccessKeyId",
            "unauthenticated",
            "Check ALIBABA_CLOUD_ACCESS_KEY_ID, or attach a role to the function instead of keys.",
        ),
        ErrorCode(
            "InvalidAccessKeyId.NotFound",
            "unauthenticated",
            "No such access key: look for a typing error or a space in ALIBABA_CLOUD_ACCESS_KEY_ID,"
            " a deleted key, or temporary keys that have expired.",
        ),
        ErrorCode(
            "InvalidAccessKeyId.Inactive",
            "unauthenticated",
            "The access key is disabled: enable it in the RAM console, or put another one into"
            " ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET.",
        ),
        ErrorCode(
            "SignatureDoesNotMatch",
            "unauthenticated",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET does not belong to the key id, or a proxy changes"
            " requests on their way. Set both halves of the key anew.",
        ),
        ErrorCode(
            "IncompleteSignature",
            "unauthenticated",
            "Part of the signature did not arrive: see that no proxy in HTTPS_PROXY removes the"
            " Authorization or x-acs-* headers.",
        ),
        ErrorCode(
            "SignatureNonceUsed",
            "unauthenticated",
            "Every attempt has its own nonce, so something between the function and Alibaba Cloud"
            " sent a request twice: check HTTPS_PROXY. The first copy may have done the work.",
        ),
        ErrorCode(
            "InvalidTimeStamp.Expired",
            "unauthenticated",
            "The clock is more than 15 minutes off and correcting it by the answer's Date did not"
            " help; set the machine's time.",
        ),
        ErrorCode(
            "InvalidTimeStamp.Format",
            "unauthenticated",
            "The date that was sent is not readable to the gateway: see that no proxy rewrites"
            " x-acs-date, and report a defect of this project otherwise.",
        ),
        ErrorCode(
            "IllegalTimestamp",
            "unauthenticated",
            "The date did not arrive or is out of range; check the machine's clock and that"
            " x-acs-date passes the proxy.",
        ),
        ErrorCode(
            "InvalidSecurityToken",
            "unauthenticated",
            "Set ALIBABA_CLOUD_SECURITY_TOKEN together with the temporary key it was issued with,"
            " or remove all three and use the function's role.",
        ),
        ErrorCode(
            "InvalidSecurityToken.Expired",
            "unauthenticated",
            "The temporary keys have expired: fetch new ones for ALIBABA_CLOUD_SECURITY_TOKEN. A"
            " function with a role gets fresh ones at every invocation.",
        ),
        ErrorCode(
            "InvalidSecurityToken.Malformed",
            "unauthenticated",
            "ALIBABA_CLOUD_SECURITY_TOKEN was cut or has line breaks in it; paste it whole.",
        ),
        ErrorCode(
            "InvalidSecurityToken.MismatchWithAccessKey",
            "unauthenticated",
            "ALIBABA_CLOUD_SECURITY_TOKEN belongs to another access key; set key id, secret and"
            " token from one and the same answer of STS.",
        ),
        ErrorCode(
            "MissingSecurityToken",
            "unauthenticated",
            "A key id that begins with STS. is temporary and needs"
            " ALIBABA_CLOUD_SECURITY_TOKEN beside it.",
        ),
        ErrorCode(
            "MissingAccessKeyId",
            "unauthenticated",
            "The key id did not reach the gateway; check that no proxy strips the Authorization"
            " header.",
        ),
        ErrorCode(
            "Forbidden",
            "forbidden",
            "Grant the identity of this run edas:SystemBase (EDAS) or ehpc:SynchronizeApp (E-HPC),"
            " and check that the product is activated in this account.",
        ),
        ErrorCode(
            "Forbidden.RAM",
            "forbidden",
            "Attach a RAM policy that allows ehpc:SynchronizeApp (E-HPC) or edas:SystemBase (EDAS,"
            " as the Chinese page 423146 has it) to the function's role or the key's user.",
        ),
        ErrorCode(
            "NoPermission",
            "forbidden",
            "Allow the action that the message names in the role's or user's RAM policy. For STS:"
            " allow sts:AssumeRole, and name the caller in the trust policy of"
            " ALIBABA_CLOUD_ROLE_ARN.",
        ),
        ErrorCode(
            "Forbidden.RiskControl",
            "forbidden",
            "Alibaba Cloud's risk control holds the account back; open a ticket with the"
            " request id.",
        ),
        ErrorCode(
            "Forbidden.UserVerification",
            "forbidden",
            "The account's owner must pass the real-name verification in the account centre first.",
        ),
        ErrorCode(
            "ActionUnauthorized",
            "forbidden",
            "This account may not call the operation yet: see whether the product is activated in"
            " the region, then open a ticket.",
        ),
        ErrorCode(
            "InsufficientBalance",
            "forbidden",
            "The account has run out of money; top it up.",
        ),
        ErrorCode(
            "Throttling",
            "throttled",
            "Too many calls; run the schedule less often or spread targets over time.",
        ),
        ErrorCode(
            "Throttling.User",
            "throttled",
            "The account as a whole calls this API too often. Find what else calls it, or ask for"
            " a higher quota in the Quota Center.",
        ),
        ErrorCode(
            "Throttling.Api",
            "throttled",
            "The operation is limited for everyone at the moment; leave it to the next run.",
        ),
        ErrorCode(
            "ServiceUnavailableTemporary",
            "unavailable",
            "The gateway could not reach the service for a moment; run again in a few minutes.",
        ),
        ErrorCode(
            "InternalError",
            "unavailable",
            "The service failed inside; run again, and open a ticket with the request id if it"
            " fails for an hour.",
        ),
        ErrorCode(
            "InternalFailure",
            "unavailable",
            "The gateway failed inside; run again, and give the request id to support if it stays.",
        ),
        ErrorCode(
            "MissingParameter",
            "invalid_input",
            "Give the parameter that the message names.",
        ),
        ErrorCode(
            "MissingType",
            "invalid_input",
            "Give type in the event: ecs, slb, vpc, ram or all.",
        ),
        ErrorCode(
            "MissingAppId",
            "invalid_input",
            "Give app_id in the event, e.g. one that begins with ci- in the E-HPC console.",
        ),
        ErrorCode(
            "InvalidParameter",
            "invalid_input",
            "Correct the parameter that the message names; for EDAS, type ecs may want"
            " resource_ids.",
        ),
        ErrorCode(
            "InvalidType",
            "invalid_input",
            "EDAS does not take this type in this region; all covers every kind it knows.",
        ),
        ErrorCode(
            "InvalidResourceIds",
            "invalid_input",
            "Check that every id in resource_ids is an ECS instance of this account and region, at"
            " most 50 of them.",
        ),
        ErrorCode(
            "InvalidAppId",
            "invalid_input",
            "Copy app_id from the E-HPC console once more.",
        ),
        ErrorCode(
            "InvalidTargetRegionIds",
            "invalid_input",
            "Name only regions in target_region_ids where E-HPC Instant exists, or all.",
        ),
        ErrorCode(
            "InvalidRegionId",
            "invalid_input",
            "The service does not exist in this region; correct region in the event or"
            " ALIBABA_CLOUD_REGION_ID.",
        ),
        ErrorCode(
            "UnsupportedParameter",
            "invalid_input",
            "Leave out the parameter that the message names; this region may run an older version"
            " of the service.",
        ),
        ErrorCode(
            "InvalidAction",
            "not_found",
            "The host does not offer the operation: check EDAS_ENDPOINT_URL or EHPC_ENDPOINT_URL,"
            " and whether the region has the product.",
        ),
        ErrorCode(
            "InvalidAction.NotFound",
            "not_found",
            "The operation does not exist at this host; remove EDAS_ENDPOINT_URL and"
            " EHPC_ENDPOINT_URL, or try a region the product's page lists.",
        ),
        ErrorCode(
            "InvalidApi.NotFound",
            "not_found",
            "Path and method are unknown to this host. An override in EDAS_ENDPOINT_URL or"
            " EHPC_ENDPOINT_URL most likely points at another product.",
        ),
        ErrorCode(
            "InvalidProduct.NotFound",
            "not_found",
            "No product answers under this domain; compare the endpoint override with the"
            " product's endpoint page.",
        ),
        ErrorCode(
            "InvalidVersion",
            "not_found",
            "The host does not know the API version (EDAS 2017-08-01, E-HPC 2023-07-01); check"
            " the endpoint override.",
        ),
        ErrorCode(
            "NoSuchVersion",
            "not_found",
            "This host serves another API version; an older E-HPC endpoint (ehpc.*) does not know"
            " SynchronizeApp, ehpcinstant.* does.",
        ),
        ErrorCode(
            "InvalidProtocol.NeedSsl",
            "misconfigured",
            "Write the endpoint override with https://.",
        ),
        ErrorCode(
            "UnsupportedHTTPMethod",
            "refused",
            "The host does not take GET or POST here: check what the endpoint override and"
            " HTTPS_PROXY point at.",
        ),
        ErrorCode(
            "UnsupportedOperation",
            "refused",
            "The product does not offer this in the region or for this kind of account; ask"
            " support with the request id.",
        ),
        ErrorCode(
            "InvalidParameter.Accept",
            "refused",
            "The gateway did not accept application/json as the answer's form; see whether a"
            " proxy changes the Accept header.",
        ),
        ErrorCode(
            "InvalidParameter.Format",
            "refused",
            "The gateway did not like the answer's format that was asked for. Report it as a"
            " defect of this project, with the request id.",
        ),
        ErrorCode(
            "ContentMD5NotMatched",
            "refused",
            "The body was changed on its way; look at what stands in HTTPS_PROXY.",
        ),
    ),
    # Only when a role is assumed: AssumeRole and AssumeRoleWithOIDC.
    *page(
        "STS, AssumeRole <https://www.alibabacloud.com/help/doc-detail/42775.htm>",
        ErrorCode(
            "EntityNotExist.Role",
            "misconfigured",
            "The role in ALIBABA_CLOUD_ROLE_ARN does not exist; copy its ARN from the RAM console.",
        ),
        ErrorCode(
            "InvalidParameter.RoleArn",
            "misconfigured",
            "ALIBABA_CLOUD_ROLE_ARN must read acs:ram::<account id>:role/<role name>.",
        ),
        ErrorCode(
            "InvalidParameter.RoleSessionName",
            "misconfigured",
            "ALIBABA_CLOUD_ROLE_SESSION_NAME takes 2 to 32 letters, digits and . @ - _ only.",
        ),
        ErrorCode(
            "AuthenticationFail.OIDCToken",
            "unauthenticated",
            "The token in ALIBABA_CLOUD_OIDC_TOKEN_FILE is expired or not from"
            " ALIBABA_CLOUD_OIDC_PROVIDER_ARN; renew it and check issuer and audience.",
        ),
    ),
)
"""Every row as a person reads it, in the order of the documentation."""

ERROR_CODES: Mapping[str, ErrorCode] = table(ROWS)
"""The rows by code; look one up with :func:`shared.models.error_code.find`."""
