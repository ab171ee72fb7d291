"""What the error codes of OMS, ModelArts, IAM and Huawei Cloud's API gateway mean, what to do."""

from __future__ import annotations

from collections.abc import Mapping

from shared.models.error_code import ErrorCode, page, table

ROWS: tuple[ErrorCode, ...] = (
    # StartSyncTask documents the body of a 400 and no code in it. Which code says
    # "already synchronizing" is not known: the operation decides by the task's state.
    *page(
        "OMS, StartSyncTask <https://support.huaweicloud.com/api-oms/ErrorCode.html>",
        ErrorCode(
            "OMS.0064",
            "invalid_input",
            "OMS did not accept the request's values: check sync_task_id, and that OMS_SRC_AK,"
            " OMS_SRC_SK, OMS_DST_AK and OMS_DST_SK are the keys of this task's two buckets.",
        ),
        ErrorCode(
            "OMS.1009",
            "not_found",
            "OMS found no such resource: check that sync_task_id stands in the task list of this"
            " project and region.",
        ),
    ),
    *page(
        "ModelArts, SyncDevServers <https://support.huaweicloud.com/api-modelarts/"
        "modelarts_03_0095.html>",
        ErrorCode(
            "ModelArts.0104",
            "invalid_input",
            "Check owner, sort_dir, sort_key, offset and limit; the message names the one that"
            " ModelArts did not accept.",
        ),
        ErrorCode(
            "ModelArts.0101",
            "invalid_input",
            "An argument is not valid; compare the event's parameters with the page's ranges.",
        ),
        ErrorCode(
            "ModelArts.0107",
            "invalid_input",
            "Correct the two parameters that the message lists.",
        ),
        ErrorCode(
            "ModelArts.0102",
            "not_found",
            "The workspace or resource does not exist in this project; check project_id and"
            " region.",
        ),
        ErrorCode(
            "ModelArts.0105",
            "refused",
            "ModelArts does not allow this at present. Open a ticket with the request id.",
        ),
        ErrorCode(
            "ModelArts.0108",
            "forbidden",
            "Grant modelarts:devserver:sync to the function's agency or to the user of"
            " HUAWEICLOUD_SDK_AK.",
        ),
        ErrorCode(
            "ModelArts.0109",
            "forbidden",
            "This account is not authorized for ModelArts: accept the service's terms and set up"
            " its access authorization in the console.",
        ),
        ErrorCode(
            "ModelArts.0112",
            "forbidden",
            "A policy denies the action that the message names; allow modelarts:devserver:sync in"
            " this project, and look for a Deny that outweighs it.",
        ),
        ErrorCode(
            "ModelArts.0428",
            "forbidden",
            "ModelArts has no agency to act for this user: add one under Permission Management in"
            " its console.",
        ),
        ErrorCode(
            "ModelArts.0429",
            "forbidden",
            "No authorization is recorded for the user; check owner, and the user's entry under"
            " Permission Management in ModelArts.",
        ),
        ErrorCode(
            "ModelArts.0201",
            "unauthenticated",
            "No token reached ModelArts: set keys or HUAWEICLOUD_AUTH_TOKEN, and see that a proxy"
            " keeps the headers.",
        ),
        ErrorCode(
            "ModelArts.0202",
            "unauthenticated",
            "HUAWEICLOUD_AUTH_TOKEN has expired, as it does after 24 hours; use an access key or"
            " an agency for scheduled runs.",
        ),
        ErrorCode(
            "ModelArts.0203",
            "unauthenticated",
            "HUAWEICLOUD_AUTH_TOKEN is not valid here: it must be of this region's IAM, whole and"
            " without line breaks.",
        ),
        ErrorCode(
            "ModelArts.0204",
            "unauthenticated",
            "The token cannot be read or names no project; request it with the project as its"
            " scope, not the domain.",
        ),
        ErrorCode(
            "ModelArts.0205",
            "unauthenticated",
            "The Authorization header got lost on the way; check HTTPS_PROXY and"
            " MODELARTS_ENDPOINT_URL.",
        ),
        ErrorCode(
            "ModelArts.0206",
            "unauthenticated",
            "HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK do not belong together, or the key was"
            " deleted.",
        ),
        ErrorCode(
            "ModelArts.0207",
            "unauthenticated",
            "HUAWEICLOUD_AUTH_TOKEN was issued for another region's project; a token serves one"
            " project only.",
        ),
        ErrorCode(
            "ModelArts.0208",
            "unauthenticated",
            "ModelArts could not check the signature's header; set the access key anew.",
        ),
        ErrorCode(
            "ModelArts.0212",
            "unauthenticated",
            "HUAWEICLOUD_AUTH_TOKEN has the account as its scope; request one for the project.",
        ),
        ErrorCode(
            "ModelArts.0210",
            "invalid_input",
            "The project_id is not one of this identity in this region; leave it out to have it"
            " looked up, or copy it from My Credentials.",
        ),
        ErrorCode(
            "ModelArts.0010",
            "unavailable",
            "ModelArts failed inside; run again, and open a ticket with the request id if it"
            " lasts.",
        ),
        ErrorCode(
            "ModelArts.0012",
            "unavailable",
            "A part of ModelArts did not answer in time; run again, with a smaller limit if it"
            " happens often.",
        ),
        ErrorCode(
            "ModelArts.0013",
            "unavailable",
            "A part of ModelArts could not be reached; leave it to the next run.",
        ),
        ErrorCode(
            "ModelArts.4302",
            "unavailable",
            "ModelArts' gateway could not pass the request on; try again in some minutes.",
        ),
        ErrorCode(
            "ModelArts.4700",
            "unavailable",
            "ModelArts is being upgraded; try again when that is done.",
        ),
        ErrorCode(
            "ModelArts.7100",
            "unavailable",
            "ModelArts could not find the enterprise project; run again, then see whether that"
            " project still exists.",
        ),
        ErrorCode(
            "ModelArts.7101",
            "unavailable",
            "ModelArts could not ask the permission service; run again later.",
        ),
    ),
    # GET /v3/projects, asked only when no project id is set.
    *page(
        "IAM <https://support.huaweicloud.com/api-iam/iam_02_0006.html>",
        ErrorCode(
            "IAM.0001",
            "unauthenticated",
            "IAM did not accept the caller: check HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, or"
            " renew HUAWEICLOUD_AUTH_TOKEN.",
        ),
        ErrorCode(
            "IAM.0002",
            "forbidden",
            "Grant iam:projects:listProjects, or set HUAWEICLOUD_SDK_PROJECT_ID so that IAM need"
            " not be asked.",
        ),
        ErrorCode(
            "IAM.0003",
            "forbidden",
            "A policy denies the IAM action that the message names; allow it, or give project_id"
            " in the event.",
        ),
        ErrorCode(
            "IAM.0004",
            "not_found",
            "IAM knows no such project, agency or account; compare the names with the IAM console.",
        ),
        ErrorCode(
            "IAM.0006",
            "unavailable",
            "IAM failed inside; run again. With HUAWEICLOUD_SDK_PROJECT_ID set it is not needed.",
        ),
        ErrorCode(
            "IAM.0007",
            "invalid_input",
            "IAM did not take the region as a project name; check region in the event or"
            " HUAWEICLOUD_REGION.",
        ),
        ErrorCode(
            "IAM.0011",
            "refused",
            "IAM could not read the request; check that HUAWEI_IAM_ENDPOINT_URL is an IAM of"
            " Huawei Cloud.",
        ),
    ),
    # Older gateways spell the same codes APIG.*; see OLDER_SPELLING.
    *page(
        "The gateway's common codes <https://support.huaweicloud.com/devg-apisign/"
        "api-sign-errorcode.html>",
        # What is asked for.
        ErrorCode(
            "APIGW.0101",
            "not_found",
            "The host does not know the operation: check the region, and OMS_ENDPOINT_URL or"
            " MODELARTS_ENDPOINT_URL.",
        ),
        ErrorCode(
            "APIGW.0103",
            "unavailable",
            "The gateway finds no backend for the API in this region; try another region or open a"
            " ticket with the request id.",
        ),
        ErrorCode(
            "APIGW.0104",
            "unavailable",
            "The gateway lacks a plug-in it needs. Only Huawei Cloud can mend it: open a ticket.",
        ),
        ErrorCode(
            "APIGW.0105",
            "unavailable",
            "The gateway has no configuration for its backend; open a ticket if it lasts longer"
            " than a maintenance.",
        ),
        ErrorCode(
            "APIGW.0106",
            "invalid_input",
            "The gateway rejects the parameter that the message names. If it is a header, report"
            " a defect of this project.",
        ),
        ErrorCode(
            "APIGW.0201",
            "invalid_input",
            "The gateway could not read the request; check project_id and the ids for stray"
            " characters.",
        ),
        ErrorCode(
            "APIGW.0201/413",
            "refused",
            "The body is larger than 12 MB, which no operation here comes near: look at the proxy.",
        ),
        ErrorCode(
            "APIGW.0201/414",
            "refused",
            "The address is longer than 32 KB; shorten project_id, sync_task_id or sort_key.",
        ),
        ErrorCode(
            "APIGW.0201/494",
            "refused",
            "The headers are too large: HUAWEICLOUD_AUTH_TOKEN is most likely the cause, use an"
            " access key instead.",
        ),
        ErrorCode(
            "APIGW.0201/500",
            "unavailable",
            "The gateway met an unexpected fault; run again later.",
        ),
        ErrorCode(
            "APIGW.0201/502",
            "unavailable",
            "The service behind the gateway is not reachable at the moment; run again later.",
        ),
        ErrorCode(
            "APIGW.0201/504",
            "unavailable",
            "The service did not answer the gateway in time. The work may have been done: the next"
            " run looks before it starts anything.",
        ),
        ErrorCode(
            "APIGW.0202",
            "unavailable",
            "The backend is not available; try again in some minutes.",
        ),
        ErrorCode(
            "APIGW.0203",
            "unavailable",
            "The backend took too long, so whether it did the work is open; look at the task or"
            " server in the console before you repeat it by hand.",
        ),
        ErrorCode(
            "APIGW.0204",
            "refused",
            "The gateway does not take this TLS version; a proxy that opens TLS is the likely"
            " cause, since Python's own is new enough.",
        ),
        # Who is calling.
        ErrorCode(
            "APIGW.0301",
            "unauthenticated",
            "Check HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK or the function's agency; after five"
            " failures in a row the key is locked for five minutes, so wait before you try again.",
        ),
        ErrorCode(
            "APIGW.0303",
            "unauthenticated",
            "The API wants an application's key, not an account's: the endpoint override does not"
            " point at Huawei Cloud's own service.",
        ),
        ErrorCode(
            "APIGW.0305",
            "unauthenticated",
            "The authentication data is incomplete; set the access key anew, with its security"
            " token if it is temporary.",
        ),
        ErrorCode(
            "APIGW.0307",
            "unauthenticated",
            "The token must be renewed: replace HUAWEICLOUD_AUTH_TOKEN, or drop it and use keys.",
        ),
        ErrorCode(
            "APIGW.0311",
            "unauthenticated",
            "The gateway took the call for a debugging one; see whether a proxy adds headers.",
        ),
        # What may be done.
        ErrorCode(
            "APIGW.0302",
            "forbidden",
            "The user or agency may not call this API. Grant oms:synctask:update and"
            " oms:synctask:get for OMS, modelarts:devserver:sync for ModelArts.",
        ),
        ErrorCode(
            "APIGW.0304",
            "forbidden",
            "The application is not authorized for the API; the endpoint override points at a"
            " gateway of your own, where it must be granted.",
        ),
        ErrorCode(
            "APIGW.0306",
            "forbidden",
            "The gateway denies access to the API; ask the account's administrator for the"
            " service's permission, then support.",
        ),
        ErrorCode(
            "APIGW.0310",
            "forbidden",
            "The project cannot be used: it is frozen or the account is in arrears. Use another"
            " project or settle the bill.",
        ),
        ErrorCode(
            "APIGW.0401",
            "forbidden",
            "The gateway cannot tell the caller's address; see how the function leaves its VPC.",
        ),
        ErrorCode(
            "APIGW.0402",
            "forbidden",
            "The function's outgoing address is not allowed: add it to the access control of the"
            " IAM user or account.",
        ),
        ErrorCode(
            "APIGW.0404",
            "forbidden",
            "The gateway may not reach the backend's address; open a ticket.",
        ),
        ErrorCode(
            "APIGW.0502",
            "forbidden",
            "The application behind the key is frozen; check the account's balance.",
        ),
        ErrorCode(
            "APIGW.0802",
            "forbidden",
            "The IAM user may not use this region: add the region's project to the user's"
            " permissions.",
        ),
        # How often.
        ErrorCode(
            "APIGW.0308",
            "throttled",
            "Too many requests for this user or API: run less often, or with a lower"
            " max_concurrency. Limits of the cloud services cannot be raised.",
        ),
        ErrorCode(
            "APIGW.0501",
            "throttled",
            "The application's quota is used up; it comes back only when it is renewed or raised.",
            retryable=False,
        ),
        # How the provider is.
        ErrorCode(
            "APIGW.0107",
            "unavailable",
            "A script inside the gateway failed; run again, then open a ticket.",
        ),
        ErrorCode(
            "APIGW.0108",
            "unavailable",
            "The gateway's server group is missing; open a ticket with the request id.",
        ),
        ErrorCode(
            "APIGW.0601",
            "unavailable",
            "The gateway failed inside; the next run will most likely pass.",
        ),
        ErrorCode(
            "APIGW.0602",
            "refused",
            "The gateway calls the request bad without naming a parameter; compare region,"
            " project_id and the endpoint override with the service's page.",
        ),
        ErrorCode(
            "APIGW.0605",
            "unavailable",
            "The gateway cannot resolve its backend's name; wait, then open a ticket.",
        ),
        ErrorCode(
            "APIGW.0606",
            "unavailable",
            "The gateway could not load the API's configuration; try again in some minutes.",
        ),
        ErrorCode(
            "APIGW.0607",
            "misconfigured",
            "The API is not offered over this protocol: write the endpoint override with https://.",
        ),
        ErrorCode(
            "APIGW.0608",
            "unavailable",
            "The gateway could not get its own token from IAM; run again later.",
        ),
        ErrorCode(
            "APIGW.0609",
            "unavailable",
            "The backend in the provider's VPC is missing; open a ticket with the request id"
            " and the region.",
        ),
        ErrorCode(
            "APIGW.0610",
            "unavailable",
            "No server of the service is up at the moment; run again later.",
        ),
        ErrorCode(
            "APIGW.0611",
            "unavailable",
            "The backend's port is not found; open a ticket if the next run fails too.",
        ),
        ErrorCode(
            "APIGW.0612",
            "refused",
            "The API would call itself: the endpoint override leads back to a gateway of your own.",
        ),
        ErrorCode(
            "APIGW.0613",
            "unavailable",
            "IAM cannot be reached by the gateway, so nobody can be authenticated; wait and run"
            " again.",
        ),
        ErrorCode(
            "APIGW.0705",
            "unavailable",
            "The gateway could not sign its request to the backend; open a ticket if it lasts.",
        ),
    ),
)
"""Every row as a person reads it, in the order of the documentation."""

OLDER_SPELLING = ("APIGW.", "APIG.")
"""How newer and older gateways begin the same codes."""


def _in_older_spelling(rows: tuple[ErrorCode, ...]) -> tuple[ErrorCode, ...]:
    newer, older = OLDER_SPELLING
    return tuple(
        row._replace(code=older + row.code[len(newer) :])
        for row in rows
        if row.code.startswith(newer)
    )


ERROR_CODES: Mapping[str, ErrorCode] = table((*ROWS, *_in_older_spelling(ROWS)))
"""The rows by code, the gateway's in both spellings; look one up with
:func:`shared.models.error_code.find`."""
