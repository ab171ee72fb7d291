"""Huawei Cloud's Security Token Service."""

from shared.models.flow import GetSetting, Service

DEFAULT_REGION = "cn-north-4"
"""That of ``huaweicloudsdkcore`` 3.1.219: STS has no global host, and any region's will do."""


def sts_host(region: str | None, _setting: GetSetting) -> str:
    """Return the host in a region."""
    return f"sts.{region or DEFAULT_REGION}.myhuaweicloud.com"


STS = Service(
    name="sts",
    label="STS",
    endpoint_settings=("HUAWEI_STS_ENDPOINT_URL", "HUAWEICLOUD_SDK_STS_ENDPOINT"),
    host_of=sts_host,
)
