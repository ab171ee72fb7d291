"""Huawei's SDK reads DevServers: the requests of our ``huawei.modelarts.SyncDevServers``."""

from __future__ import annotations

import os
from typing import Any

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkmodelarts.v1 import ModelArtsClient, SyncDevServersRequest

PAGE_SIZE = 1000


def connect() -> ModelArtsClient:
    """Return a client for the endpoint and the keys of the environment."""
    keys = BasicCredentials(os.environ["HUAWEICLOUD_SDK_AK"], os.environ["HUAWEICLOUD_SDK_SK"])
    keys = keys.with_project_id(os.environ["HUAWEICLOUD_SDK_PROJECT_ID"])
    config = HttpConfig.get_default_config()
    config.ssl_ca_cert = os.environ.get("REQUESTS_CA_BUNDLE")
    builder = ModelArtsClient.new_builder().with_credentials(keys).with_http_config(config)
    return builder.with_endpoint(os.environ["MODELARTS_ENDPOINT_URL"]).build()


def call(client: ModelArtsClient, offset: int = 0) -> Any:
    """Read one page and return it."""
    return client.sync_dev_servers(SyncDevServersRequest(offset=offset, limit=PAGE_SIZE))


def call_all(client: ModelArtsClient) -> list[Any]:
    """Read all pages and return the servers."""
    servers: list[Any] = []
    while True:
        page = call(client, len(servers))
        servers += page.data
        if not page.data or len(servers) >= page.total:
            return servers


if __name__ == "__main__":
    assert call_all(connect())

    from memory import done  # type: ignore[import-not-found] # beside this file

    done()
