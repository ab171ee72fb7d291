"""Tencent Cloud's Security Token Service."""

from shared.models.flow import GetSetting, Service

VERSION = "2018-08-13"
DEFAULT_REGION = "ap-guangzhou"
"""STS requires a region, and returns the same in each."""


def sts_host(_region: str | None, setting: GetSetting) -> str:
    """Return the host at the site that ``CWP_SITE`` names."""
    site = "intl." if setting("CWP_SITE") == "intl" else ""
    return f"sts.{site}tencentcloudapi.com"


STS = Service(
    name="sts", label="STS", endpoint_settings=("TENCENT_STS_ENDPOINT_URL",), host_of=sts_host
)
