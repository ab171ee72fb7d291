"""Alibaba Cloud's Security Token Service."""

from shared.models.flow import Service

STS = Service(
    name="sts",
    label="STS",
    endpoint_settings=("ALIBABA_STS_ENDPOINT_URL",),
    host_of=lambda _region, _setting: "sts.aliyuncs.com",
)
VERSION = "2015-04-01"
