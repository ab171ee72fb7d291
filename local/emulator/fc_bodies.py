"""The JSON objects of requests to Function Compute, and the fields that each may have.

Source: the models of alibabacloud_fc20230330 4.8.3.
"""

from __future__ import annotations

import re
from typing import Any

from local.emulator.fc_errors import invalid
from local.emulator.message import Received

UPDATABLE = frozenset(
    {
        "code",
        "cpu",
        "customContainerConfig",
        "customDNS",
        "customRuntimeConfig",
        "description",
        "disableInjectCredentials",
        "disableOndemand",
        "diskSize",
        "enableLongLiving",
        "environmentVariables",
        "gpuConfig",
        "handler",
        "idleTimeout",
        "instanceConcurrency",
        "instanceIsolationMode",
        "instanceLifecycleConfig",
        "internetAccess",
        "juiceFsConfig",
        "layers",
        "logConfig",
        "memorySize",
        "microSandboxConfig",
        "nasConfig",
        "ossMountConfig",
        "polarFsConfig",
        "role",
        "runtime",
        "sessionAffinity",
        "sessionAffinityConfig",
        "timeout",
        "tracingConfig",
        "vpcConfig",
    }
)
CREATABLE = UPDATABLE | {"functionName", "resourceGroupId", "tags"}
OF_A_TRIGGER = frozenset({"description", "invocationRole", "qualifier", "triggerConfig"})
OF_A_NEW_TRIGGER = OF_A_TRIGGER | {"sourceArn", "triggerName", "triggerType"}
OF_ASYNC_CONFIG = frozenset(
    {"asyncTask", "destinationConfig", "maxAsyncEventAgeInSeconds", "maxAsyncRetryAttempts"}
)

ROLE = re.compile(r"acs:ram::(\d+):role/([A-Za-z0-9.-]{1,64})")
"""The ARN of a role: a function's, or that by which a bucket's trigger calls it."""


def object_of(request: Received, known: frozenset[str]) -> dict[str, Any]:
    """Return a request's JSON object, which has no other keys; raises :class:`Refusal`."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise invalid("The body is not JSON.")
    try:
        body = request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise invalid("The body is not a JSON object.")
    if unknown := body.keys() - known:
        raise invalid(f"There is no field {min(unknown)}.")
    return body
