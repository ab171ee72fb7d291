"""Calls of a function with given parameters, by any platform and trigger."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from local import contexts, http_events

TOKEN = "exampleBearerTokenOfTests"
"""The bearer token of HTTP calls; ``HTTP_BEARER_TOKENS`` of the environment must have it."""

PLATFORMS = {
    "aws": (contexts.aws, http_events.aws_http),
    "fc": (contexts.function_compute, http_events.fc),
    "scf": (contexts.scf, http_events.scf),
    "functiongraph": (contexts.functiongraph, http_events.functiongraph),
}
"""Platform -> how it calls a function, and the event of its HTTP trigger."""


def platform_call(
    platform: str,
    trigger: str,
    function: str,
    parameters: Mapping[str, object],
    environ: Mapping[str, str],
    *,
    limit_seconds: float = contexts.LIMIT_SECONDS,
) -> contexts.Call:
    """Return the call of a function: its event, its context and its environment.

    Parameters
    ----------
    platform: one of :data:`PLATFORMS`.
    trigger: ``direct``, ``timer``, ``workflow`` or ``http``.
    function: its name.
    parameters: the operation's.
    environ: the settings.
    limit_seconds: the function's time limit.
    """
    call, http_event = PLATFORMS[platform]
    if trigger == "workflow":
        parameters = {"trigger": "workflow", **parameters}
    called = call(
        function, parameters, environ, timer=trigger == "timer", limit_seconds=limit_seconds
    )
    if trigger != "http":
        return called
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
    body = json.dumps(parameters).encode()
    return replace(called, event=http_event(http_events.Http(headers=headers, body=body)))
