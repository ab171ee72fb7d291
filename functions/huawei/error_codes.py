"""The error codes of OMS, ModelArts, IAM, STS and Huawei Cloud's gateway, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from shared.models.error_code import ErrorCode, from_page, index_by_code

ROWS: tuple[ErrorCode, ...] = (
    # StartSyncTask documents the body of a 400, but no codes. Which code means
    # "already synchronizing" is not known, so the operation reads the task's state.
    *from_page(
        "OMS, StartSyncTask <https://support.huaweicloud.com/api-oms/ErrorCode.html>",
        ErrorCode(
            "OMS.0064",
            "invalid_input",
            "OMS rejected the request's values. Check sync_task_id, and that the source and "
            "destination keys in the settings (OMS_SRC_AK, OMS_SRC_SK, OMS_DST_AK, OMS_DST_SK) "
            "belong to this task's two buckets.",
        ),
        ErrorCode(
            "OMS.1009",
            "not_found",
            "OMS found no such resource. Check that sync_task_id is in the task list of this "
            "project and region.",
        ),
    ),
    *from_page(
        "ModelArts, SyncDevServers <https://support.huaweicloud.com/api-modelarts/"
        "modelarts_03_0095.html>",
        ErrorCode(
            "ModelArts.0104",
            "invalid_input",
            "Check owner, sort_dir, sort_key, offset and limit; the message names the one that "
            "ModelArts rejected.",
        ),
        ErrorCode(
            "ModelArts.0101",
            "invalid_input",
            "A parameter is not valid. Compare the event with the ranges in the documentation.",
        ),
        ErrorCode(
            "ModelArts.0107",
            "invalid_input",
            "Correct the two parameters that the message lists.",
        ),
        ErrorCode(
            "ModelArts.0102",
            "not_found",
            "The workspace or resource does not exist in this project. Check project_id and "
            "region.",
        ),
        ErrorCode(
            "ModelArts.0105",
            "refused",
            "ModelArts does not currently allow this. Open a ticket with the request ID.",
        ),
        ErrorCode(
            "ModelArts.0108",
            "forbidden",
            "Allow `{permission}` for the function's agency (or the IAM user that owns the key).",
        ),
        ErrorCode(
            "ModelArts.0109",
            "forbidden",
            "This account is not authorized for ModelArts. Accept the service's terms and set up "
            "its access authorization in the console.",
        ),
        ErrorCode(
            "ModelArts.0112",
            "forbidden",
            "A policy denies the action that the message names. Allow `{permission}` in this "
            "project, and check for a Deny that overrides it.",
        ),
        ErrorCode(
            "ModelArts.0428",
            "forbidden",
            "ModelArts has no agency to act for this user. Add one under Permission Management in "
            "its console.",
        ),
        ErrorCode(
            "ModelArts.0429",
            "forbidden",
            "No authorization is recorded for the user. Check owner, and the user's entry under "
            "Permission Management in ModelArts.",
        ),
        ErrorCode(
            "ModelArts.0201",
            "unauthenticated",
            "No token reached ModelArts. Set keys or HUAWEICLOUD_AUTH_TOKEN, and check that no "
            "proxy removes headers.",
        ),
        ErrorCode(
            "ModelArts.0202",
            "unauthenticated",
            "HUAWEICLOUD_AUTH_TOKEN has expired, as it does after 24 hours. Use an access key or "
            "an agency for scheduled runs.",
        ),
        ErrorCode(
            "ModelArts.0203",
            "unauthenticated",
            "HUAWEICLOUD_AUTH_TOKEN is not valid here. It must come from this region's IAM, "
            "complete and without line breaks.",
        ),
        ErrorCode(
            "ModelArts.0204",
            "unauthenticated",
            "The token cannot be read or names no project. Request it with the project as its "
            "scope, not the domain.",
        ),
        ErrorCode(
            "ModelArts.0205",
            "unauthenticated",
            "The Authorization header was lost on the way. Check HTTPS_PROXY and {endpoint}.",
        ),
        ErrorCode(
            "ModelArts.0206",
            "unauthenticated",
            "HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK do not belong together, or the key was "
            "deleted.",
        ),
        ErrorCode(
            "ModelArts.0207",
            "unauthenticated",
            "HUAWEICLOUD_AUTH_TOKEN was issued for another region's project. A token is valid for "
            "one project only.",
        ),
        ErrorCode(
            "ModelArts.0208",
            "unauthenticated",
            "ModelArts could not verify the signature header. Set the access key again.",
        ),
        ErrorCode(
            "ModelArts.0212",
            "unauthenticated",
            "HUAWEICLOUD_AUTH_TOKEN has the account as its scope. Request one for the project.",
        ),
        ErrorCode(
            "ModelArts.0210",
            "invalid_input",
            "The project_id does not belong to this identity in this region. Remove it to have it "
            "looked up, or copy it from My Credentials.",
        ),
        ErrorCode(
            "ModelArts.0010",
            "unavailable",
            "ModelArts failed internally. Retry; if it persists, open a ticket with the request "
            "ID.",
        ),
        ErrorCode(
            "ModelArts.0012",
            "unavailable",
            "A part of ModelArts did not respond in time. Retry, with a smaller limit if it "
            "happens often.",
        ),
        ErrorCode(
            "ModelArts.0013",
            "unavailable",
            "A part of ModelArts could not be reached. Wait for the next run.",
        ),
        ErrorCode(
            "ModelArts.4302",
            "unavailable",
            "The ModelArts gateway could not forward the request. Retry in a few minutes.",
        ),
        ErrorCode(
            "ModelArts.4700",
            "unavailable",
            "ModelArts is being upgraded. Retry when the upgrade is complete.",
        ),
        ErrorCode(
            "ModelArts.7100",
            "unavailable",
            "ModelArts could not find the enterprise project. Retry, then check whether that "
            "project still exists.",
        ),
        ErrorCode(
            "ModelArts.7101",
            "unavailable",
            "ModelArts could not reach the permission service. Retry later.",
        ),
    ),
    # The look-up of a project, and the temporary keys of an agency.
    *from_page(
        "IAM <https://support.huaweicloud.com/api-iam/iam_02_0006.html>",
        ErrorCode(
            "IAM.0001",
            "unauthenticated",
            "IAM did not accept the caller. Check HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or "
            "renew HUAWEICLOUD_AUTH_TOKEN.",
        ),
        ErrorCode(
            "IAM.0002",
            "forbidden",
            "Allow `{permission}` for the function's agency (or the IAM user that owns the key). "
            "A project is looked up only if HUAWEICLOUD_SDK_PROJECT_ID is not set.",
        ),
        ErrorCode(
            "IAM.0003",
            "forbidden",
            "A policy denies the IAM action that the message names. Allow it; for the look-up of "
            "a project, project_id in the event makes it unnecessary.",
        ),
        ErrorCode(
            "IAM.0004",
            "not_found",
            "IAM knows no such project, agency or account. Compare the names with the IAM console; "
            "an agency is named with the account that has it.",
        ),
        ErrorCode(
            "IAM.0006",
            "unavailable",
            "IAM failed internally. Retry; with HUAWEICLOUD_SDK_PROJECT_ID no project is looked "
            "up.",
        ),
        ErrorCode(
            "IAM.0007",
            "invalid_input",
            "IAM rejected a value: of a look-up the region (region in the event or "
            "HUAWEICLOUD_REGION), of an agency its duration (900 seconds to 24 hours) or its "
            "policy.",
        ),
        ErrorCode(
            "IAM.0011",
            "refused",
            "IAM could not read the request. Check that HUAWEI_IAM_ENDPOINT_URL points at Huawei "
            "Cloud IAM.",
        ),
    ),
    # STS documents no codes of its own; identity policies and agencies have these.
    *from_page(
        "IAM 5.0 and STS <https://support.huaweicloud.com/intl/en-us/api-iam5/ErrorCode.html>",
        ErrorCode(
            "PAP5.0001",
            "forbidden",
            "An identity policy must allow `{permission}` for the function's agency (or the IAM "
            "user that owns the key).",
        ),
        ErrorCode(
            "PAP5.0011",
            "misconfigured",
            "The account's policy for the agency's sessions is not a valid identity policy of "
            "version 5.0.",
        ),
        ErrorCode(
            "PAP5.0029",
            "misconfigured",
            "The agency's name in the account is not valid: use up to 64 letters, digits and "
            "_+=,.@-.",
        ),
    ),
    # Older gateways prefix the same codes with APIG.; see OLDER_SPELLING.
    *from_page(
        "The gateway's common codes <https://support.huaweicloud.com/devg-apisign/"
        "api-sign-errorcode.html>",
        # The request.
        ErrorCode(
            "APIGW.0101",
            "not_found",
            "The host does not know the operation. Check the region and {endpoint}.",
        ),
        ErrorCode(
            "APIGW.0103",
            "unavailable",
            "The gateway has no backend for the API in this region. Use another region or open a "
            "ticket with the request ID.",
        ),
        ErrorCode(
            "APIGW.0104",
            "unavailable",
            "The gateway lacks a plug-in that it needs. Only Huawei Cloud can fix this: open a "
            "ticket.",
        ),
        ErrorCode(
            "APIGW.0105",
            "unavailable",
            "The gateway has no configuration for its backend. If it lasts longer than a "
            "maintenance window, open a ticket.",
        ),
        ErrorCode(
            "APIGW.0106",
            "invalid_input",
            "The gateway rejected the parameter that the message names. If it is a header, report "
            "a bug in this project.",
        ),
        ErrorCode(
            "APIGW.0201/400",
            "invalid_input",
            "The gateway could not read the request. Check project_id and the IDs for stray "
            "characters.",
        ),
        ErrorCode(
            "APIGW.0201/413",
            "refused",
            "The body is larger than 12 MB, which no operation here comes near. Check the proxy.",
        ),
        ErrorCode(
            "APIGW.0201/414",
            "refused",
            "The URL is longer than 32 KB. Shorten project_id, sync_task_id or sort_key.",
        ),
        ErrorCode(
            "APIGW.0201/494",
            "refused",
            "The headers are too large, most likely because of HUAWEICLOUD_AUTH_TOKEN. Use an "
            "access key instead.",
        ),
        ErrorCode(
            "APIGW.0201/500",
            "unavailable",
            "The gateway failed unexpectedly. Retry later.",
        ),
        ErrorCode(
            "APIGW.0201/502",
            "unavailable",
            "The service behind the gateway is currently unreachable. Retry later.",
        ),
        ErrorCode(
            "APIGW.0201/504",
            "unavailable",
            "The service did not respond to the gateway in time, but may still have processed the "
            "request. Check its console before retrying by hand.",
        ),
        ErrorCode(
            "APIGW.0202",
            "unavailable",
            "The backend is not available. Retry in a few minutes.",
        ),
        ErrorCode(
            "APIGW.0203",
            "unavailable",
            "The backend took too long, so the request may or may not have been processed. Check "
            "the task or the servers in the console before retrying by hand.",
        ),
        ErrorCode(
            "APIGW.0204",
            "refused",
            "The gateway does not accept this TLS version. Python's own is recent enough, so a "
            "proxy that intercepts TLS is the likely cause.",
        ),
        # Authentication.
        ErrorCode(
            "APIGW.0301",
            "unauthenticated",
            "Check HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK or the function's agency. After five "
            "failures in a row the key is locked for five minutes, so wait before retrying.",
        ),
        ErrorCode(
            "APIGW.0303",
            "unauthenticated",
            "The API expects an application's key, not an account's: {endpoint} does not point at "
            "Huawei Cloud's own service.",
        ),
        ErrorCode(
            "APIGW.0305",
            "unauthenticated",
            "The authentication data is incomplete. Set the access key again, with its security "
            "token if it is temporary.",
        ),
        ErrorCode(
            "APIGW.0307",
            "unauthenticated",
            "The token must be renewed: replace HUAWEICLOUD_AUTH_TOKEN, or remove it and use keys.",
        ),
        ErrorCode(
            "APIGW.0311",
            "unauthenticated",
            "The gateway treated the request as a debugging request. Check whether a proxy adds "
            "headers.",
        ),
        # Permissions.
        ErrorCode(
            "APIGW.0302",
            "forbidden",
            "The identity may not call this API. Allow `{permission}` for the function's agency "
            "(or the IAM user that owns the key).",
        ),
        ErrorCode(
            "APIGW.0304",
            "forbidden",
            "The application is not authorized for the API. {endpoint} points at a gateway of "
            "your own: authorize the application there.",
        ),
        ErrorCode(
            "APIGW.0306",
            "forbidden",
            "The gateway denies access to the API. Ask the account's administrator to allow "
            "`{permission}`; if it is allowed, contact Huawei Cloud support.",
        ),
        ErrorCode(
            "APIGW.0310",
            "forbidden",
            "The project is frozen or the account is in arrears. Use another project or settle "
            "the bill.",
        ),
        ErrorCode(
            "APIGW.0401",
            "forbidden",
            "The gateway cannot determine the caller's address. Check how the function's traffic "
            "leaves its VPC.",
        ),
        ErrorCode(
            "APIGW.0402",
            "forbidden",
            "The function's outbound address is not allowed. Add it to the access control of the "
            "IAM user or account.",
        ),
        ErrorCode(
            "APIGW.0404",
            "forbidden",
            "The gateway may not reach the backend's address. Open a ticket.",
        ),
        ErrorCode(
            "APIGW.0502",
            "forbidden",
            "The application that the key belongs to is frozen. Check the account's balance.",
        ),
        ErrorCode(
            "APIGW.0802",
            "forbidden",
            "The IAM user may not use this region. Add the region's project to the user's "
            "permissions.",
        ),
        # Throttling.
        ErrorCode(
            "APIGW.0308",
            "throttled",
            "Too many requests for this user or API. Run the schedule less often; the limits of "
            "cloud services cannot be raised.",
        ),
        ErrorCode(
            "APIGW.0501",
            "throttled",
            "The application's quota is used up until it is renewed or raised.",
            retryable=False,
        ),
        # Availability.
        ErrorCode(
            "APIGW.0107",
            "unavailable",
            "A script in the gateway failed. Retry; if it persists, open a ticket.",
        ),
        ErrorCode(
            "APIGW.0108",
            "unavailable",
            "The gateway's server group is missing. Open a ticket with the request ID.",
        ),
        ErrorCode(
            "APIGW.0601",
            "unavailable",
            "The gateway failed internally; the next run will most likely succeed.",
        ),
        ErrorCode(
            "APIGW.0602",
            "refused",
            "The gateway rejected the request without naming a parameter. Compare region, "
            "project_id and {endpoint} with the service's documentation.",
        ),
        ErrorCode(
            "APIGW.0605",
            "unavailable",
            "The gateway cannot resolve its backend's name. Wait; if it persists, open a ticket.",
        ),
        ErrorCode(
            "APIGW.0606",
            "unavailable",
            "The gateway could not load the API's configuration. Retry in a few minutes.",
        ),
        ErrorCode(
            "APIGW.0607",
            "misconfigured",
            "The API is not available over this protocol. Set {endpoint} to a URL that starts "
            "with https://.",
        ),
        ErrorCode(
            "APIGW.0608",
            "unavailable",
            "The gateway could not get its own token from IAM. Retry later.",
        ),
        ErrorCode(
            "APIGW.0609",
            "unavailable",
            "The backend in the provider's VPC is missing. Open a ticket with the request ID and "
            "the region.",
        ),
        ErrorCode(
            "APIGW.0610",
            "unavailable",
            "No server of the service is currently up. Retry later.",
        ),
        ErrorCode(
            "APIGW.0611",
            "unavailable",
            "The backend's port was not found. Open a ticket if the next run fails too.",
        ),
        ErrorCode(
            "APIGW.0612",
            "refused",
            "The API would call itself: {endpoint} leads back to a gateway of your own.",
        ),
        ErrorCode(
            "APIGW.0613",
            "unavailable",
            "The gateway cannot reach IAM, so it cannot authenticate anyone. Wait and retry.",
        ),
        ErrorCode(
            "APIGW.0705",
            "unavailable",
            "The gateway could not sign its request to the backend. Open a ticket if it persists.",
        ),
    ),
)
"""All rows, in the order of the documentation."""

GATEWAY_PREFIXES = ("APIGW.", "APIG.")
"""The prefixes that newer and older gateways use for the same codes."""


def _with_older_prefix(rows: tuple[ErrorCode, ...]) -> tuple[ErrorCode, ...]:
    newer, older = GATEWAY_PREFIXES
    return tuple(
        row._replace(code=older + row.code[len(newer) :])
        for row in rows
        if row.code.startswith(newer)
    )


ERROR_CODES: Mapping[str, ErrorCode] = index_by_code((*ROWS, *_with_older_prefix(ROWS)))
"""The rows by code, those of the gateway with both prefixes; look one up with
:func:`shared.models.error_code.lookup`."""
