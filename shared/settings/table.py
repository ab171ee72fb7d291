"""Every setting: its name, what it is for, its default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Setting(NamedTuple):
    """One row of the table.

    Parameters
    ----------
    name: as it is spelled in the environment.
    group: the heading it stands under in the README.
    meaning: one sentence for who sets it.
    default: what stands when nothing is set; empty for no value.
    secret: whether its value must never be shown; such a value leaves only wrapped.
    also: other spellings that other programs made common; the name itself wins over them.
    """

    name: str
    group: str
    meaning: str
    default: str = ""
    secret: bool = False
    also: tuple[str, ...] = ()


ENDPOINTS = "Endpoints"
REGIONS = "Regions"
BEHAVIOUR = "Behaviour"
STORAGE_KEYS = "Storage keys of OMS"
CALLERS = "HTTP callers"
CHAT = "Chat"
NOTIFICATIONS = "Notifications"
NETWORK = "Network"
ALIBABA = "Credentials of Alibaba Cloud"
TENCENT = "Credentials of Tencent Cloud"
HUAWEI = "Credentials of Huawei Cloud"
PLATFORM = "Set by the platform"

_ROWS = (
    Setting("EDAS_ENDPOINT_URL", ENDPOINTS, "URL that stands in for EDAS's own."),
    Setting("EHPC_ENDPOINT_URL", ENDPOINTS, "URL that stands in for E-HPC's own."),
    Setting("CWP_ENDPOINT_URL", ENDPOINTS, "URL that stands in for CWP's own."),
    Setting("OMS_ENDPOINT_URL", ENDPOINTS, "URL that stands in for OMS's own."),
    Setting("MODELARTS_ENDPOINT_URL", ENDPOINTS, "URL that stands in for ModelArts's own."),
    Setting("HUAWEI_IAM_ENDPOINT_URL", ENDPOINTS, "URL that stands in for Huawei IAM's own."),
    Setting(
        "HUAWEICLOUD_SDK_IAM_ENDPOINT",
        ENDPOINTS,
        "The same in the spelling of Huawei's SDK; HUAWEI_IAM_ENDPOINT_URL wins.",
    ),
    Setting(
        "CWP_SITE",
        ENDPOINTS,
        "`intl` sends CWP's calls to the international site; unset is the Chinese one.",
    ),
    Setting(
        "AWS_ENDPOINT_URL_LAMBDA",
        ENDPOINTS,
        "URL that stands in for AWS Lambda's own where a function asks to be run again.",
    ),
    Setting(
        "ALIBABA_FC_ENDPOINT_URL",
        ENDPOINTS,
        "URL that stands in for Function Compute's own where a function asks to be run again.",
    ),
    Setting(
        "TENCENT_SCF_ENDPOINT_URL",
        ENDPOINTS,
        "URL that stands in for SCF's own where a function asks to be run again.",
    ),
    Setting(
        "HUAWEI_FUNCTIONGRAPH_ENDPOINT_URL",
        ENDPOINTS,
        "URL that stands in for FunctionGraph's own where a function asks to be run again.",
    ),
    Setting(
        "ALIBABA_CLOUD_REGION_ID",
        REGIONS,
        "Region of the Alibaba Cloud operations when the event names none.",
    ),
    Setting(
        "TENCENTCLOUD_REGION",
        REGIONS,
        "Region of the Tencent Cloud operations when the event names none; "
        "cannot be set on SCF, which tells its own region.",
    ),
    Setting(
        "HUAWEICLOUD_REGION",
        REGIONS,
        "Region of the Huawei Cloud operations when the event names none; "
        "on FunctionGraph the function's own region.",
    ),
    Setting(
        "DEFAULT_PARAMETERS",
        BEHAVIOUR,
        "JSON object of parameters that lie under every event, flat or keyed by operation id.",
    ),
    Setting(
        "ON_FAILURE",
        BEHAVIOUR,
        "`raise` or `return`: how a failed run leaves; "
        "unset, timers and workflows raise and everything else returns.",
    ),
    Setting("LOG_LEVEL", BEHAVIOUR, "Lowest level of the log lines that are written.", "INFO"),
    Setting(
        "METRICS",
        BEHAVIOUR,
        "`emf` writes the metrics line where it is off by default, `off` never writes it; "
        "unset, it is written on AWS Lambda only.",
    ),
    Setting(
        "OMS_SRC_AK",
        STORAGE_KEYS,
        "Access key id for the source bucket of the synchronization task.",
        secret=True,
    ),
    Setting("OMS_SRC_SK", STORAGE_KEYS, "Secret key that belongs to OMS_SRC_AK.", secret=True),
    Setting(
        "OMS_DST_AK",
        STORAGE_KEYS,
        "Access key id for the destination bucket of the synchronization task.",
        secret=True,
    ),
    Setting("OMS_DST_SK", STORAGE_KEYS, "Secret key that belongs to OMS_DST_AK.", secret=True),
    Setting(
        "OMS_SOURCE_CDN_AUTHENTICATION_KEY",
        STORAGE_KEYS,
        "Key of the CDN in front of the source bucket, where there is one.",
        secret=True,
    ),
    Setting(
        "OMS_TASKS",
        STORAGE_KEYS,
        "JSON object of tasks by id: project_id, region and the prefix of the task's key "
        "settings; only tasks listed here may be started over HTTP.",
    ),
    Setting(
        "HTTP_BEARER_TOKENS",
        CALLERS,
        "Tokens that HTTP callers may show, with spaces between: plain or sha256:<hex>, "
        "each with a name before it (name=…) if HTTP_RIGHTS shall know it.",
        secret=True,
    ),
    Setting(
        "HTTP_WEBHOOK_SECRETS",
        CALLERS,
        "Secrets (whsec_…) of Standard Webhooks senders, with spaces between.",
        secret=True,
    ),
    Setting(
        "HTTP_AUTH",
        CALLERS,
        "`platform`: the platform's own authorizer stands in front, so calls without a token "
        "are taken.",
    ),
    Setting(
        "HTTP_RIGHTS",
        CALLERS,
        "Who may do what: a JSON list of rules, or the name of a file in the bundle with one.",
    ),
    Setting(
        "HTTP_DEADLINE_SECONDS",
        CALLERS,
        "How long an HTTP caller waits at the most, in seconds.",
        "25",
    ),
    Setting(
        "WEB_BASE_PATH",
        CALLERS,
        "Path at which the web app stands where its URL has one before the app's own, such as "
        "/cloud-sync on a custom domain; a stage of AWS is known without it.",
    ),
    Setting(
        "CONSOLE_LABEL",
        CALLERS,
        "Name of this deployment, such as production, that the console shows in its header.",
    ),
    Setting(
        "ALLOW_SECRETS_IN_EVENTS",
        CALLERS,
        "`1` takes storage keys from an HTTP body too; never from a query string.",
    ),
    Setting(
        "SLACK_SIGNING_SECRET",
        CHAT,
        "Signing secret of the Slack app whose slash command is answered.",
        secret=True,
    ),
    Setting(
        "DINGTALK_APP_SECRET",
        CHAT,
        "App secret of the DingTalk robot that is answered.",
        secret=True,
    ),
    Setting(
        "DINGTALK_CORP_ID",
        CHAT,
        "Id of the organization (ding…) whose members the DingTalk robot listens to.",
    ),
    Setting(
        "CHAT_CONFIRM_SECRET",
        CHAT,
        "Any long random text, with which confirmation codes are signed; "
        "without it nothing that writes is run from chat.",
        secret=True,
    ),
    Setting(
        "CHAT_RIGHTS",
        CHAT,
        "Who may do what from chat: a JSON list of rules, or the name of a file in the bundle "
        "with one; without it nobody may do anything.",
    ),
    Setting(
        "SLACK_ENDPOINT_URL",
        CHAT,
        "URL that stands in for https://hooks.slack.com when late answers are posted.",
    ),
    Setting(
        "DINGTALK_ENDPOINT_URL",
        CHAT,
        "URL that stands in for https://oapi.dingtalk.com when late answers are posted.",
    ),
    Setting(
        "NOTIFY",
        NOTIFICATIONS,
        "JSON list of the chats and webhooks that hear of a run, and of which runs; "
        "see docs/notifications.md.",
        secret=True,
    ),
    Setting(
        "SSL_CERT_FILE",
        NETWORK,
        "PEM file of the certificate authorities that are trusted, instead of the system's.",
    ),
    Setting(
        "HTTPS_PROXY",
        NETWORK,
        "URL of the proxy that requests go through; https_proxy is read after it.",
        also=("https_proxy",),
    ),
    Setting(
        "NO_PROXY",
        NETWORK,
        "Comma-separated hosts that are reached without the proxy; no_proxy is read after it.",
        also=("no_proxy",),
    ),
    Setting("ALIBABA_CLOUD_ACCESS_KEY_ID", ALIBABA, "AccessKey id."),
    Setting(
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        ALIBABA,
        "Secret that belongs to ALIBABA_CLOUD_ACCESS_KEY_ID.",
        secret=True,
    ),
    Setting(
        "ALIBABA_CLOUD_SECURITY_TOKEN",
        ALIBABA,
        "Security token of temporary keys.",
        secret=True,
    ),
    Setting(
        "ALIBABA_CLOUD_PROFILE",
        ALIBABA,
        "Profile to take from the profile files; unset is the current or default one.",
    ),
    Setting(
        "ALIBABA_CLOUD_CREDENTIALS_FILE",
        ALIBABA,
        "Ini file of profiles that is read instead of those in the home directory.",
    ),
    Setting("TENCENTCLOUD_SECRET_ID", TENCENT, "SecretId; cannot be set on SCF."),
    Setting(
        "TENCENTCLOUD_SECRET_KEY",
        TENCENT,
        "SecretKey that belongs to TENCENTCLOUD_SECRET_ID.",
        secret=True,
    ),
    Setting("TENCENTCLOUD_TOKEN", TENCENT, "Token of temporary keys.", secret=True),
    Setting(
        "TCCLI_PROFILE",
        TENCENT,
        "Profile of the tccli tool to take the keys from; unset is its default one.",
    ),
    Setting(
        "HUAWEICLOUD_AUTH_TOKEN",
        HUAWEI,
        "Ready X-Auth-Token, which wins over all keys and expires within a day: for local use.",
        secret=True,
    ),
    Setting("HUAWEICLOUD_SDK_AK", HUAWEI, "Access key id."),
    Setting(
        "HUAWEICLOUD_SDK_SK",
        HUAWEI,
        "Secret key that belongs to HUAWEICLOUD_SDK_AK.",
        secret=True,
    ),
    Setting(
        "HUAWEICLOUD_SDK_SECURITY_TOKEN",
        HUAWEI,
        "Security token of temporary keys.",
        secret=True,
    ),
    Setting(
        "HUAWEICLOUD_SDK_PROJECT_ID",
        HUAWEI,
        "Id of the project in the default region; unset, it is looked up.",
    ),
    Setting(
        "HUAWEICLOUD_SDK_CREDENTIALS_FILE",
        HUAWEI,
        "Ini file with a [basic] section that is read instead of the one in the home directory.",
    ),
    Setting(
        "CLOUD_SDK_AK",
        HUAWEI,
        "Access key id as Huawei's samples spell it; HUAWEICLOUD_SDK_AK wins.",
    ),
    Setting("CLOUD_SDK_SK", HUAWEI, "Secret key that belongs to CLOUD_SDK_AK.", secret=True),
    Setting("HOME", PLATFORM, "Home directory; the vendors' profile files are looked for there."),
    Setting("AWS_LAMBDA_FUNCTION_NAME", PLATFORM, "Name of the function on AWS Lambda."),
    Setting("AWS_REGION", PLATFORM, "Region of the function on AWS Lambda."),
    Setting("AWS_ACCESS_KEY_ID", PLATFORM, "Access key id of the function's role on AWS Lambda."),
    Setting(
        "AWS_SECRET_ACCESS_KEY",
        PLATFORM,
        "Secret access key of the function's role on AWS Lambda.",
        secret=True,
    ),
    Setting(
        "AWS_SESSION_TOKEN",
        PLATFORM,
        "Session token of the function's role on AWS Lambda.",
        secret=True,
    ),
    Setting("FC_ACCOUNT_ID", PLATFORM, "Account of the function on Function Compute."),
    Setting("FC_FUNCTION_NAME", PLATFORM, "Name of the function on Function Compute."),
    Setting(
        "FC_REGION",
        PLATFORM,
        "Region of the function on Function Compute; "
        "the last resort for the region of the Alibaba Cloud operations.",
    ),
    Setting("TENCENTCLOUD_RUNENV", PLATFORM, "`SCF` on Tencent Cloud's SCF."),
    Setting("TENCENTCLOUD_SECRETID", PLATFORM, "SecretId of the function's role on SCF."),
    Setting(
        "TENCENTCLOUD_SECRETKEY",
        PLATFORM,
        "SecretKey of the function's role on SCF.",
        secret=True,
    ),
    Setting(
        "TENCENTCLOUD_SESSIONTOKEN",
        PLATFORM,
        "Token of the function's role on SCF.",
        secret=True,
    ),
    Setting("RUNTIME_TIMEOUT", PLATFORM, "Time limit of the function on FunctionGraph, seconds."),
    Setting("RUNTIME_PROJECT_ID", PLATFORM, "Project of the function on FunctionGraph."),
    Setting("RUNTIME_FUNC_NAME", PLATFORM, "Name of the function on FunctionGraph."),
    Setting("RUNTIME_FUNC_VERSION", PLATFORM, "Version of the function on FunctionGraph."),
    Setting(
        "RUNTIME_USERDATA",
        PLATFORM,
        "The user's own settings on FunctionGraph, as one JSON object.",
        secret=True,
    ),
)

SETTINGS: Mapping[str, Setting] = {row.name: row for row in _ROWS}
"""The table: every setting there is, by name, in the README's order."""

DEFAULTS: Mapping[str, str | None] = {
    row.name: row.default or None for row in _ROWS if not row.secret
}
"""What stands for a setting that is not set, of those that are no secrets."""

SECRETS = frozenset(row.name for row in _ROWS if row.secret)
"""The names of those whose value must never be shown; none of them has a second spelling."""

OTHER_SPELLINGS: Mapping[str, str] = {other: row.name for row in _ROWS for other in row.also}
"""From another program's spelling to the name."""

SPELLINGS = frozenset((*SETTINGS, *OTHER_SPELLINGS))
"""All that the table's settings are looked for under."""

SET_BY_PEOPLE = SPELLINGS.difference(row.name for row in _ROWS if row.group == PLATFORM)
"""Those of them that are not for the platform to set."""
