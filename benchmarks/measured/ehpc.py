"""Alibaba's SDK asks E-HPC Instant once: the request of our ``alibaba.ehpc.SynchronizeApp``."""

from __future__ import annotations

import os
from typing import Any

from alibabacloud_ehpcinstant20230701 import models
from alibabacloud_ehpcinstant20230701.client import Client
from alibabacloud_tea_openapi.utils_models import Config


def connect() -> Client:
    """Return a client for the endpoint and the keys of the environment."""
    protocol, _, address = os.environ["EHPC_ENDPOINT_URL"].partition("://")
    return Client(
        Config(
            access_key_id=os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
            access_key_secret=os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
            endpoint=address,
            protocol=protocol,
            ca=os.environ.get("REQUESTS_CA_BUNDLE"),
        )
    )


def call(client: Client) -> Any:
    """Make the call and return its answer."""
    request = models.SynchronizeAppRequest(
        app_id="ci-example-app", target_region_ids=["cn-shanghai"]
    )
    return client.synchronize_app(request).body


if __name__ == "__main__":
    assert call(connect()).request_id

    from memory import done  # type: ignore[import-not-found] # beside this file

    done()
