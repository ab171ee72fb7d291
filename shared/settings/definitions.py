"""The definitions of all settings: name, description and default."""

from collections.abc import Mapping
from typing import NamedTuple

DEFAULT_ACCOUNTS_FILE = "accounts.json"
"""The accounts file at the bundle's root, if it is there."""


class Setting(NamedTuple):
    """The definition of one setting.

    Parameters
    ----------
    name: its name in the environment.
    group: its heading in docs/settings.md.
    description: one sentence for the person who sets it.
    default: the value if it is not set; empty for none.
    secret: whether its value must never be shown; such a value is only returned wrapped.
    aliases: other common names; the name itself takes precedence.
    """

    name: str
    group: str
    description: str
    default: str = ""
    secret: bool = False
    aliases: tuple[str, ...] = ()


ENDPOINTS = "Endpoints"
REGIONS = "Regions"
BEHAVIOUR = "Behaviour"
ACCOUNTS = "Accounts"
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
    Setting(
        "EDAS_ENDPOINT_URL", ENDPOINTS, "Endpoint URL used for EDAS instead of the public one."
    ),
    Setting(
        "EHPC_ENDPOINT_URL", ENDPOINTS, "Endpoint URL used for E-HPC instead of the public one."
    ),
    Setting("CWP_ENDPOINT_URL", ENDPOINTS, "Endpoint URL used for CWP instead of the public one."),
    Setting("OMS_ENDPOINT_URL", ENDPOINTS, "Endpoint URL used for OMS instead of the public one."),
    Setting(
        "MODELARTS_ENDPOINT_URL",
        ENDPOINTS,
        "Endpoint URL used for ModelArts instead of the public one.",
    ),
    Setting(
        "HUAWEI_IAM_ENDPOINT_URL",
        ENDPOINTS,
        "Endpoint URL used for Huawei IAM instead of the public one.",
    ),
    Setting(
        "HUAWEICLOUD_SDK_IAM_ENDPOINT",
        ENDPOINTS,
        "The same, under its name in Huawei's SDK; HUAWEI_IAM_ENDPOINT_URL takes precedence.",
    ),
    Setting(
        "HUAWEI_STS_ENDPOINT_URL",
        ENDPOINTS,
        "Endpoint URL used for Huawei Cloud STS instead of the public one.",
    ),
    Setting(
        "HUAWEICLOUD_SDK_STS_ENDPOINT",
        ENDPOINTS,
        "The same, under its name in Huawei's SDK; HUAWEI_STS_ENDPOINT_URL takes precedence.",
    ),
    Setting(
        "ALIBABA_STS_ENDPOINT_URL",
        ENDPOINTS,
        "Endpoint URL used for Alibaba Cloud STS instead of the public one.",
    ),
    Setting(
        "TENCENT_STS_ENDPOINT_URL",
        ENDPOINTS,
        "Endpoint URL used for Tencent Cloud STS instead of the public one.",
    ),
    Setting(
        "CWP_SITE",
        ENDPOINTS,
        "`intl` uses CWP's international site; unset, its Chinese one.",
    ),
    Setting(
        "AWS_ENDPOINT_URL_LAMBDA",
        ENDPOINTS,
        "Endpoint URL used to invoke this function again through AWS Lambda's API.",
    ),
    Setting(
        "ALIBABA_FC_ENDPOINT_URL",
        ENDPOINTS,
        "Endpoint URL used to invoke this function again through Function Compute's API.",
    ),
    Setting(
        "TENCENT_SCF_ENDPOINT_URL",
        ENDPOINTS,
        "Endpoint URL used to invoke this function again through SCF's API.",
    ),
    Setting(
        "TENCENT_MONITOR_ENDPOINT_URL",
        ENDPOINTS,
        "Endpoint URL used by deployments for Tencent Cloud Monitor instead of the public one.",
    ),
    Setting(
        "TENCENT_CAM_ENDPOINT_URL",
        ENDPOINTS,
        "Endpoint URL used by deployments for Tencent Cloud CAM instead of the public one.",
    ),
    Setting(
        "HUAWEI_FUNCTIONGRAPH_ENDPOINT_URL",
        ENDPOINTS,
        "Endpoint URL used to invoke this function again through FunctionGraph's API.",
    ),
    Setting(
        "HUAWEI_CES_ENDPOINT_URL",
        ENDPOINTS,
        "Endpoint URL that a deployment uses for Cloud Eye instead of the public one.",
    ),
    Setting(
        "ALIBABA_CMS_ENDPOINT_URL",
        ENDPOINTS,
        "Endpoint URL that a deployment uses for CloudMonitor instead of the public one.",
    ),
    Setting(
        "TENCENT_SSM_ENDPOINT_URL",
        ENDPOINTS,
        "Endpoint URL from which `make deploy` reads secrets of SSM instead of the public one.",
    ),
    Setting(
        "ALIBABA_KMS_ENDPOINT_URL",
        ENDPOINTS,
        "Endpoint URL from which `make deploy` reads secrets of KMS instead of the public one.",
    ),
    Setting(
        "HUAWEI_CSMS_ENDPOINT_URL",
        ENDPOINTS,
        "Endpoint URL from which `make deploy` reads secrets of CSMS instead of the public one.",
    ),
    Setting(
        "ALIBABA_CLOUD_REGION_ID",
        REGIONS,
        "Region of the Alibaba Cloud operations if the event names none.",
    ),
    Setting(
        "TENCENTCLOUD_REGION",
        REGIONS,
        "Region of the Tencent Cloud operations if the event names none; "
        "SCF reserves this name and provides its own region.",
    ),
    Setting(
        "HUAWEICLOUD_REGION",
        REGIONS,
        "Region of the Huawei Cloud operations if the event names none; "
        "on FunctionGraph the function's own region.",
    ),
    Setting(
        "DEFAULT_PARAMETERS",
        BEHAVIOUR,
        "JSON object of default parameters for every event, flat or keyed by operation ID.",
    ),
    Setting(
        "ON_FAILURE",
        BEHAVIOUR,
        "`raise` or `return`: whether a failed run raises or returns its result; "
        "unset, timers and workflows raise and everything else returns.",
    ),
    Setting("LOG_LEVEL", BEHAVIOUR, "Lowest level of the log lines to write.", "INFO"),
    Setting(
        "METRICS",
        BEHAVIOUR,
        "`emf` writes metrics (CloudWatch embedded metric format), `off` does not; "
        "unset, they are written on AWS Lambda only.",
    ),
    Setting(
        "ACCOUNTS_FILE",
        ACCOUNTS,
        "Path of the accounts file, relative to the bundle's root or the working directory; unset, "
        "accounts.json at the bundle's root if it is there; see docs/accounts.md.",
    ),
    Setting(
        "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT",
        ACCOUNTS,
        "Port of the AWS Parameters and Secrets extension on this host, which reads it too.",
        "2773",
    ),
    Setting(
        "OMS_SRC_AK",
        STORAGE_KEYS,
        "Access key ID for the source bucket of the synchronization task.",
        secret=True,
    ),
    Setting("OMS_SRC_SK", STORAGE_KEYS, "Secret key for OMS_SRC_AK.", secret=True),
    Setting(
        "OMS_DST_AK",
        STORAGE_KEYS,
        "Access key ID for the destination bucket of the synchronization task.",
        secret=True,
    ),
    Setting("OMS_DST_SK", STORAGE_KEYS, "Secret key for OMS_DST_AK.", secret=True),
    Setting(
        "OMS_SOURCE_CDN_AUTHENTICATION_KEY",
        STORAGE_KEYS,
        "Authentication key of the CDN in front of the source bucket, if there is one.",
        secret=True,
    ),
    Setting(
        "OMS_TASKS",
        STORAGE_KEYS,
        "JSON object of tasks by ID, each with project_id, region, bucket and the prefix of its "
        "key settings; only tasks listed here can be started, stopped or given objects over HTTP "
        "or from chat, and started by sync_task_id: stopped.",
    ),
    Setting(
        "HTTP_BEARER_TOKENS",
        CALLERS,
        "Bearer tokens of HTTP callers, separated by spaces: plain or sha256:<hex>, at least 16 "
        "characters; name=… gives one a name for HTTP_RIGHTS.",
        secret=True,
    ),
    Setting(
        "HTTP_WEBHOOK_SECRETS",
        CALLERS,
        "Secrets (whsec_…) of Standard Webhooks senders, separated by spaces.",
        secret=True,
    ),
    Setting(
        "HTTP_AUTH",
        CALLERS,
        "`platform`: the platform's own authorizer protects the URL, so calls need no token; "
        "only used if neither tokens nor webhook secrets are set.",
    ),
    Setting(
        "HTTP_RIGHTS",
        CALLERS,
        "Permissions of HTTP callers: a JSON list of rules, or the name of a file in the bundle "
        "that contains one.",
    ),
    Setting(
        "HTTP_DEADLINE_SECONDS",
        CALLERS,
        "How long an HTTP caller waits for the result, in seconds.",
        "25",
    ),
    Setting(
        "WEB_BASE_PATH",
        CALLERS,
        "Path prefix of the web app's URL, such as /cloud-sync on a custom domain; an AWS stage "
        "is detected without it.",
    ),
    Setting(
        "CONSOLE_LABEL",
        CALLERS,
        "Name of this deployment, such as production, that the console shows in its header.",
    ),
    Setting(
        "ALLOW_SECRETS_IN_EVENTS",
        CALLERS,
        "`1` also accepts storage keys in an HTTP body; a query string never carries them.",
    ),
    Setting(
        "SLACK_SIGNING_SECRET",
        CHAT,
        "Signing secret of the Slack app; turns on POST /chat/slack.",
        secret=True,
    ),
    Setting(
        "DINGTALK_APP_SECRET",
        CHAT,
        "App secret of the DingTalk robot; turns on POST /chat/dingtalk.",
        secret=True,
    ),
    Setting(
        "DINGTALK_CORP_ID",
        CHAT,
        "ID of the DingTalk organization (ding…) whose members may use the robot.",
    ),
    Setting(
        "CHAT_CONFIRM_SECRET",
        CHAT,
        "Random string of at least 16 characters that signs confirmations; "
        "without it, nothing that makes a change can be run from chat.",
        secret=True,
    ),
    Setting(
        "CHAT_RIGHTS",
        CHAT,
        "Permissions of chat users: a JSON list of rules, or the name of a file in the bundle "
        "that contains one; unset, chat commands are not allowed.",
    ),
    Setting(
        "SLACK_ENDPOINT_URL",
        CHAT,
        "Base URL used instead of https://hooks.slack.com to post results to Slack.",
    ),
    Setting(
        "DINGTALK_ENDPOINT_URL",
        CHAT,
        "Base URL used instead of https://oapi.dingtalk.com to post results to DingTalk.",
    ),
    Setting(
        "NOTIFY",
        NOTIFICATIONS,
        "JSON list of the chats, webhooks and monitors to notify, and about which runs; "
        "see docs/notifications.md.",
        secret=True,
    ),
    Setting(
        "SSL_CERT_FILE",
        NETWORK,
        "PEM file with the certificate authorities to trust instead of the system's.",
    ),
    Setting(
        "HTTPS_PROXY",
        NETWORK,
        "URL of the proxy for all requests; https_proxy is read if it is unset.",
        aliases=("https_proxy",),
    ),
    Setting(
        "NO_PROXY",
        NETWORK,
        "Comma-separated hosts to reach without the proxy; no_proxy is read if it is unset.",
        aliases=("no_proxy",),
    ),
    Setting("ALIBABA_CLOUD_ACCESS_KEY_ID", ALIBABA, "AccessKey ID."),
    Setting(
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        ALIBABA,
        "Secret for ALIBABA_CLOUD_ACCESS_KEY_ID.",
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
        "Profile to use from the profile files; unset, the current or default one.",
    ),
    Setting(
        "ALIBABA_CLOUD_CREDENTIALS_FILE",
        ALIBABA,
        "INI file of profiles to read instead of those in the home directory.",
    ),
    Setting(
        "ALIBABA_CLOUD_ROLE_ARN",
        ALIBABA,
        "Role that other tools would assume: refused, since no role is assumed here.",
    ),
    Setting("TENCENTCLOUD_SECRET_ID", TENCENT, "SecretId; SCF reserves this name."),
    Setting(
        "TENCENTCLOUD_SECRET_KEY",
        TENCENT,
        "SecretKey for TENCENTCLOUD_SECRET_ID.",
        secret=True,
    ),
    Setting("TENCENTCLOUD_TOKEN", TENCENT, "Token of temporary keys.", secret=True),
    Setting(
        "TCCLI_PROFILE",
        TENCENT,
        "Profile of the tccli tool to use; unset, its default one.",
    ),
    Setting(
        "TENCENTCLOUD_ROLE_ARN",
        TENCENT,
        "Role that tccli would assume: refused, since no role is assumed here.",
    ),
    Setting(
        "TKE_ROLE_ARN",
        TENCENT,
        "Role of a pod on TKE: refused, since no role is assumed here.",
    ),
    Setting(
        "HUAWEICLOUD_AUTH_TOKEN",
        HUAWEI,
        "Existing X-Auth-Token, which takes precedence over all keys and expires within a day: for "
        "local use.",
        secret=True,
    ),
    Setting("HUAWEICLOUD_SDK_AK", HUAWEI, "Access key ID."),
    Setting(
        "HUAWEICLOUD_SDK_SK",
        HUAWEI,
        "Secret key for HUAWEICLOUD_SDK_AK.",
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
        "ID of the project in the default region; unset, it is looked up.",
    ),
    Setting(
        "HUAWEICLOUD_SDK_CREDENTIALS_FILE",
        HUAWEI,
        "INI file with a [basic] section to read instead of the one in the home directory.",
    ),
    Setting(
        "HUAWEICLOUD_SDK_IDP_ID",
        HUAWEI,
        "Identity provider that the SDK would log in with: refused, since only keys are used here.",
    ),
    Setting(
        "HUAWEICLOUD_OIDC_AGENCY_URN",
        HUAWEI,
        "Agency that the SDK would assume: refused, since no agency is assumed here.",
    ),
    Setting(
        "CLOUD_SDK_AK",
        HUAWEI,
        "Access key ID, under its name in Huawei's samples; HUAWEICLOUD_SDK_AK takes precedence.",
    ),
    Setting("CLOUD_SDK_SK", HUAWEI, "Secret key for CLOUD_SDK_AK.", secret=True),
    Setting("HOME", PLATFORM, "Home directory, where the vendors' profile files are."),
    Setting("AWS_LAMBDA_FUNCTION_NAME", PLATFORM, "Name of the function on AWS Lambda."),
    Setting("AWS_REGION", PLATFORM, "Region of the function on AWS Lambda."),
    Setting("AWS_ACCESS_KEY_ID", PLATFORM, "Access key ID of the function's role on AWS Lambda."),
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
        "Region of the function on Function Compute; the Alibaba Cloud operations fall back to it.",
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
"""All settings by name, in the order of docs/settings.md."""

DEFAULTS: Mapping[str, str | None] = {
    row.name: row.default or None for row in _ROWS if not row.secret
}
"""The defaults of the settings that are not secret."""

SECRETS = frozenset(row.name for row in _ROWS if row.secret)
"""The names of the settings whose values must never be shown; none of them has an alias."""

ALIASES: Mapping[str, str] = {other: row.name for row in _ROWS for other in row.aliases}
"""Alias -> name."""

ALL_NAMES = frozenset((*SETTINGS, *ALIASES))
"""All names and aliases."""

USER_SETTINGS = ALL_NAMES.difference(row.name for row in _ROWS if row.group == PLATFORM)
"""The names and aliases of the settings that people set, not the platform."""
