"""What the error codes of SCF's management calls mean, and what to do about them."""

from __future__ import annotations

from collections.abc import Mapping

from shared.models.error_code import ErrorCode, from_page, index_by_code

COS = (
    "COS does not accept the trigger. The bucket must be there, in the function's region and "
    "account, with the app id at the end of its name."
)
LOG = (
    "SCF does not accept the log. Correct logset_id and topic_id in the description: both must be "
    "there, in the function's region, and the topic in that log set."
)

ROWS: tuple[ErrorCode, ...] = from_page(
    "SCF's code list <https://github.com/TencentCloud/tencentcloud-sdk-python/blob/master/"
    "tencentcloud/scf/v20180416/errorcodes.py>",
    ErrorCode(
        "ResourceInUse.Function",
        "conflict",
        "A function of this name is there already. Deploy again: what it is will be read first.",
    ),
    ErrorCode(
        "ResourceInUse.FunctionName",
        "conflict",
        "A function of this name is there already. Deploy again: what it is will be read first.",
    ),
    ErrorCode(
        "LimitExceeded.Function",
        "refused",
        "The region has as many functions as the account may have. Delete one, choose another "
        "region, or ask for a higher quota by a ticket.",
    ),
    ErrorCode(
        "LimitExceeded.Trigger",
        "refused",
        "The function has as many timers as it may have. Delete one in the console.",
    ),
    ErrorCode(
        "LimitExceeded.Memory",
        "refused",
        "memory_mb is more than the account may use. Lower it, or ask for a higher quota.",
    ),
    ErrorCode(
        "LimitExceeded",
        "refused",
        "A quota of SCF is used up; the message names it. Ask for a higher one by a ticket.",
    ),
    ErrorCode(
        "UnauthorizedOperation",
        "forbidden",
        "Allow `{permission}` for the identity that deploys; "
        "deploy/policies/tencent/deploy_scf.json has all of them.",
    ),
    ErrorCode(
        "AuthFailure.UnauthorizedOperation",
        "forbidden",
        "Allow `{permission}` for the identity that deploys; "
        "deploy/policies/tencent/deploy_scf.json has all of them.",
    ),
    ErrorCode(
        "UnauthorizedOperation.Role",
        "forbidden",
        "SCF may not use the role. Its trust policy must name scf.qcloud.com "
        "(deploy/policies/tencent/trust-scf.json), and the identity that deploys needs "
        "cam:PassRole.",
    ),
    ErrorCode(
        "UnauthorizedOperation.Region",
        "refused",
        "SCF is not offered to this account in the region. Correct region in the description.",
    ),
    ErrorCode(
        "UnsupportedOperation.Region",
        "invalid_input",
        "SCF does not exist in this region. Correct region in the description.",
    ),
    ErrorCode(
        "UnsupportedOperation.NotSupportRegion",
        "invalid_input",
        "SCF does not exist in this region. Correct region in the description.",
    ),
    ErrorCode(
        "UnsupportedRegion",
        "invalid_input",
        "SCF does not exist in this region. Correct region in the description.",
    ),
    ErrorCode(
        "ResourceNotFound.Role",
        "not_found",
        "There is no such role. Make it, or correct role in the description: "
        "deploy/tencent-scf/README.md, step 2.",
    ),
    ErrorCode(
        "FailedOperation.QcsRoleNotFound",
        "not_found",
        "There is no such role. Make it, or correct role in the description: "
        "deploy/tencent-scf/README.md, step 2.",
    ),
    ErrorCode(
        "InvalidParameter.RoleCheck",
        "refused",
        "SCF does not accept the role. Its trust policy must name scf.qcloud.com: "
        "deploy/policies/tencent/trust-scf.json.",
    ),
    ErrorCode(
        "FailedOperation.CallRoleFailed",
        "refused",
        "SCF cannot assume the role. Its trust policy must name scf.qcloud.com: "
        "deploy/policies/tencent/trust-scf.json.",
    ),
    ErrorCode(
        "InvalidParameterValue.TriggerDesc",
        "invalid_input",
        "SCF does not accept the schedule: seven fields, second minute hour day month weekday "
        "year. Correct schedule in the description. The web app's URL has none: there it is a "
        "fault of this project.",
    ),
    ErrorCode(
        "InvalidParameterValue.CustomArgument",
        "invalid_input",
        "The parameters are longer than a timer's message may be. Shorten them.",
    ),
    ErrorCode(
        "InvalidParameterValue.EnvironmentExceededLimit",
        "invalid_input",
        "The settings are more than 4 KB together. Shorten them.",
    ),
    ErrorCode(
        "InvalidParameterValue.SystemEnvironment",
        "invalid_input",
        "A setting has a name that SCF reserves: TENCENTCLOUD_…, SCF_… or QCLOUD_….",
    ),
    ErrorCode(
        "InvalidParameterValue.EnvironmentSystemProtect",
        "invalid_input",
        "A setting has a name that SCF reserves: TENCENTCLOUD_…, SCF_… or QCLOUD_….",
    ),
    ErrorCode(
        "InvalidParameterValue.ZipFile",
        "invalid_input",
        "SCF cannot read the zip. Build it again: make bundle PLATFORM=scf.",
    ),
    ErrorCode(
        "InvalidParameterValue.CosNotifyRuleConflict",
        "conflict",
        "The bucket reports these events to another function already, or by a rule of its own. "
        "Delete that one, or set another prefix or suffix.",
    ),
    ErrorCode("InvalidParameterValue.Cos", "invalid_input", COS),
    ErrorCode("FailedOperation.Cos", "refused", COS),
    ErrorCode("InvalidParameter.Cls", "invalid_input", LOG),
    ErrorCode("InvalidParameterValue.Cls", "invalid_input", LOG),
    ErrorCode(
        "InvalidParameterValue.ClsRole",
        "invalid_input",
        "SCF takes a log of yours only where the function has a role. Set role in the description.",
    ),
    ErrorCode(
        "FailedOperation.ClsServiceUnregistered",
        "refused",
        "CLS is not activated in the account. Activate it in its console, then deploy again.",
    ),
    ErrorCode(
        "RequestSizeLimitExceeded",
        "invalid_input",
        "The zip is too large for a request. Upload it through COS by hand: "
        "deploy/tencent-scf/README.md.",
    ),
    ErrorCode(
        "FailedOperation.InsufficientBalance",
        "refused",
        "The account is in arrears. Pay, then deploy again.",
    ),
    ErrorCode(
        "ResourceUnavailable.InsufficientBalance",
        "refused",
        "The account is in arrears. Pay, then deploy again.",
    ),
    ErrorCode(
        "FailedOperation.FunctionStatusError",
        "conflict",
        "SCF is working on the function. Wait a minute, then deploy again.",
    ),
)

ERROR_CODES: Mapping[str, ErrorCode] = index_by_code(ROWS)
"""The rows by code."""
