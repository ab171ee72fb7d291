"""Calls an operation over HTTP, through any platform's trigger."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from functions.registry import load
from local import contexts
from local.emulator import Emulator
from local.http_events import TRIGGERS, Http
from shared.entrypoint import handle
from shared.runtime import Runtime
from tests.support.platform_caller import FastClock

TOKEN = "exampleBearerToken"
CWP = "tencent.cwp.SyncMachines"
CONTEXTS = {
    "aws-rest": contexts.aws,
    "aws-http": contexts.aws,
    "aws-url": contexts.aws,
    "fc": contexts.function_compute,
    "scf": contexts.scf,
    "functiongraph": contexts.functiongraph,
}


@dataclass(frozen=True)
class Reply:
    """What the platform is given back, read as a caller would."""

    status: int
    headers: dict[str, str]
    json: dict[str, Any]
    raw: dict[str, Any]

    @property
    def is_problem(self) -> bool:
        return self.headers["Content-Type"] == "application/problem+json"


class HttpTriggerClient:
    """Calls an operation over HTTP.

    Parameters
    ----------
    emulator: whose environment is used, with one bearer token.
    home: where profile files would be.
    """

    def __init__(self, emulator: Emulator, home: Path) -> None:
        self.emulator = emulator
        self.environ = emulator.environment(temporary=True)
        self.environ["HTTP_BEARER_TOKENS"] = TOKEN
        self.process = Runtime(home=home, clock=FastClock())

    def call(
        self,
        given: Any = None,
        *,
        operation: str = CWP,
        trigger: str = "aws-url",
        token: str | None = TOKEN,
        **http: Any,
    ) -> Reply:
        """Return the reply to one request; a ``given`` value is sent as its JSON body."""
        headers: dict[str, str] = {}
        if given is not None and "body" not in http:
            http["body"] = json.dumps(given).encode()
            headers["Content-Type"] = "application/json"
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        http["headers"] = headers | http.get("headers", {})
        loaded = load(operation)
        call = CONTEXTS[trigger](loaded.function, {}, self.environ, timer=False)
        self.process.environ = call.environ
        event = TRIGGERS[trigger](Http(**http))
        return self.send_event(event, call.context, operation)

    def send_event(self, event: Any, context: Any, operation: str = CWP) -> Reply:
        """Return the reply to one event."""
        raw = handle(load(operation), event, context, self.process)
        raw = json.loads(json.dumps(raw))
        assert set(raw) == {"statusCode", "headers", "body", "isBase64Encoded"}
        assert raw["isBase64Encoded"] is False
        assert all(isinstance(value, str) for value in raw["headers"].values())
        return Reply(raw["statusCode"], raw["headers"], json.loads(raw["body"]), raw)
