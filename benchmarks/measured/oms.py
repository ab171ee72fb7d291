"""Huawei's SDK asks OMS once for a task: what our ``huawei.oms.StartSyncTask`` does first."""

from __future__ import annotations

import os
import time
from typing import Any

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkoms.v2 import OmsClient, ShowSyncTaskRequest


def connect() -> OmsClient:
    """Return a client for the endpoint and the keys of the environment."""
    keys = BasicCredentials(os.environ["HUAWEICLOUD_SDK_AK"], os.environ["HUAWEICLOUD_SDK_SK"])
    keys = keys.with_project_id(os.environ["HUAWEICLOUD_SDK_PROJECT_ID"])
    config = HttpConfig.get_default_config()
    config.ssl_ca_cert = os.environ.get("REQUESTS_CA_BUNDLE")
    builder = OmsClient.new_builder().with_credentials(keys).with_http_config(config)
    return builder.with_endpoint(os.environ["OMS_ENDPOINT_URL"]).build()


def call(client: OmsClient) -> Any:
    """Make the call and return its answer."""
    now = int(time.time() * 1000)
    return client.show_sync_task(
        ShowSyncTaskRequest(sync_task_id="example-sync-task", query_time=now)
    )


if __name__ == "__main__":
    assert call(connect()).status == "SYNCHRONIZING"

    from memory import done  # type: ignore[import-not-found] # beside this file

    done()
