"""Tencent's SDK reads the state of CWP once: what our ``tencent.cwp.SyncMachines`` does first."""

from __future__ import annotations

import os
from typing import Any

from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.cwp.v20180228 import models
from tencentcloud.cwp.v20180228.cwp_client import CwpClient


def connect() -> CwpClient:
    """Return a client for the endpoint and the keys of the environment, keeping its connection."""
    protocol, _, address = os.environ["CWP_ENDPOINT_URL"].partition("://")
    http = HttpProfile(
        endpoint=address,
        protocol=protocol,
        certification=os.environ.get("REQUESTS_CA_BUNDLE"),
        keepAlive=True,
    )
    keys = Credential(os.environ["TENCENTCLOUD_SECRET_ID"], os.environ["TENCENTCLOUD_SECRET_KEY"])
    return CwpClient(keys, "ap-guangzhou", ClientProfile(httpProfile=http))


def call(client: CwpClient) -> Any:
    """Make the call and return its answer."""
    request = models.SyncMachinesRequest()
    request.Sync = False
    return client.SyncMachines(request)


if __name__ == "__main__":
    assert call(connect()).State

    from memory import done  # type: ignore[import-not-found] # beside this file

    done()
