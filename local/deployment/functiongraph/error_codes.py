"""What the error codes of FunctionGraph's management calls mean, and what to do about them."""

from __future__ import annotations

from collections.abc import Mapping

from shared.models.error_code import ErrorCode, from_page, index_by_code

RIGHTS = (
    "Allow `{permission}` for the identity that deploys; "
    "deploy/policies/huawei/deploy_functiongraph.json has all of them."
)
AGENCY = (
    "FunctionGraph may not use the role. It must be an agency of this account that trusts "
    "op_svc_cff (deploy/policies/huawei/trust-functiongraph.json). Under an identity policy (5.0) "
    "the identity that deploys needs iam:agencies:pass too."
)
SCHEDULE = (
    "Correct schedule: @every 15m, a rate such as 15m, 1h or 1d, or seconds first as in "
    "CRON_TZ=Asia/Shanghai 0 10 2 * * ?. The parameters must be shorter than 2 KB."
)
LATER = "FunctionGraph failed internally. Deploy again in a few minutes: what is done is kept."

ROWS: tuple[ErrorCode, ...] = from_page(
    "FunctionGraph's error codes <https://support.huaweicloud.com/intl/en-us/api-functiongraph/"
    "ErrorCode.html>",
    ErrorCode(
        "FSS.0400",
        "invalid_input",
        "FunctionGraph rejected a value that the message names. Correct it in deploy.toml.",
    ),
    ErrorCode(
        "FSS.0401",
        "unauthenticated",
        "FunctionGraph did not accept the keys. Check them with make doctor.",
    ),
    ErrorCode("FSS.0403", "forbidden", RIGHTS),
    ErrorCode(
        "FSS.0404",
        "not_found",
        "FunctionGraph found nothing of that name. Check region and project, and group_id and "
        "stream_id where the description names a log.",
    ),
    ErrorCode(
        "FSS.0409",
        "conflict",
        "It is there already. Deploy again: what is there will be read first.",
    ),
    ErrorCode(
        "FSS.0426",
        "refused",
        "This region's FunctionGraph does not support the request. Choose another region.",
    ),
    ErrorCode(
        "FSS.0428",
        "conflict",
        "Something else has to be deleted first; the message names it.",
    ),
    ErrorCode(
        "FSS.0429",
        "throttled",
        "Too many requests, or the function is switched off. Deploy again in a minute.",
    ),
    ErrorCode("FSS.0500", "unavailable", LATER),
    ErrorCode("FSS.0502", "unavailable", LATER),
    ErrorCode("FSS.0503", "unavailable", LATER),
    ErrorCode("FSS.0504", "unavailable", LATER),
    ErrorCode(
        "FSS.1002",
        "invalid_input",
        "A function's name has a letter first, a letter or digit last, and 60 characters at most. "
        "Correct name_prefix.",
    ),
    ErrorCode(
        "FSS.1003",
        "invalid_input",
        "The handler is not one of the bundle. Build it again with make bundle.",
    ),
    ErrorCode(
        "FSS.1005",
        "invalid_input",
        "This region's FunctionGraph has no Python 3.10. Choose another region.",
    ),
    ErrorCode(
        "FSS.1007",
        "invalid_input",
        "Set memory_mb to 128, 256, 512, 768, or more in steps of 256 up to 4096.",
    ),
    ErrorCode("FSS.1008", "invalid_input", "Set timeout_seconds to 3 to 259200."),
    ErrorCode(
        "FSS.1009",
        "invalid_input",
        "The name of a setting is one that FunctionGraph does not take. Correct settings or "
        "secrets.",
    ),
    ErrorCode(
        "FSS.1011",
        "invalid_input",
        "The zip is not one that FunctionGraph can unpack. Build it again with make bundle.",
    ),
    ErrorCode(
        "FSS.1017",
        "invalid_input",
        "At most 20 settings and 20 secrets fit, the deployment's own one included. Remove some.",
    ),
    ErrorCode(
        "FSS.1018",
        "invalid_input",
        "The settings, or the secrets, are too long together: 4096 characters at most.",
    ),
    ErrorCode("FSS.1021", "forbidden", AGENCY),
    ErrorCode(
        "FSS.1041",
        "refused",
        "The project has as many functions as it may have. Delete one, choose another region, or "
        "ask for a higher quota by a ticket.",
    ),
    ErrorCode(
        "FSS.1042",
        "refused",
        "The code of all functions together is as large as it may be. Delete versions or "
        "functions, or ask for a higher quota by a ticket.",
    ),
    ErrorCode(
        "FSS.1051",
        "not_found",
        "There is no such function in this region and project. Deploy again to make it.",
    ),
    ErrorCode(
        "FSS.1061",
        "conflict",
        "A function of this name is there already. Deploy again: what it is will be read first.",
    ),
    ErrorCode(
        "FSS.1071",
        "invalid_input",
        "The zip is larger than 50 MB. Build it without what is not needed.",
    ),
    ErrorCode("FSS.1109", "invalid_input", SCHEDULE),
    ErrorCode("FSS.1121", "forbidden", AGENCY),
    ErrorCode("FSS.1122", "forbidden", AGENCY),
    ErrorCode("FSS.1125", "forbidden", RIGHTS),
    ErrorCode("FSS.1126", "forbidden", RIGHTS),
    ErrorCode("FSS.1127", "forbidden", RIGHTS),
    ErrorCode(
        "FSS.1140",
        "not_found",
        "The timer is gone. Deploy again to make it.",
    ),
    ErrorCode(
        "FSS.1148",
        "conflict",
        "A timer of this name is there already. Deploy again: it will be read first.",
    ),
    ErrorCode("FSS.1303", "forbidden", RIGHTS),
    ErrorCode(
        "FSS.1306",
        "refused",
        "The function has as many triggers as it may have, 10. Delete one in the console.",
    ),
    ErrorCode(
        "FSS.1307",
        "conflict",
        "A trigger of this name is there already. Deploy again: it will be read first.",
    ),
    ErrorCode(
        "APIGW.0101",
        "misconfigured",
        "FunctionGraph is not there under this address. Check that the region has it, and "
        "{endpoint}.",
    ),
    ErrorCode("APIGW.0302", "forbidden", RIGHTS),
)
"""All rows, in the order of the codes."""

ERROR_CODES: Mapping[str, ErrorCode] = index_by_code(ROWS)
"""The rows by code."""
