"""Alibaba's SDK asks EDAS once: the request of our ``alibaba.edas.SynchronizeResource``."""

from __future__ import annotations

import os
from typing import Any

from alibabacloud_edas20170801 import models
from alibabacloud_edas20170801.client import Client
from alibabacloud_tea_openapi.utils_models import Config


def connect() -> Client:
    """Return a client for the endpoint and the keys of the environment."""
    protocol, _, address = os.environ["EDAS_ENDPOINT_URL"].partition("://")
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
    return client.synchronize_resource(models.SynchronizeResourceRequest(type="all")).body


if __name__ == "__main__":
    assert call(connect()).success

    from memory import done  # type: ignore[import-not-found] # beside this file

    done()
