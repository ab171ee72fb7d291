"""Calls an operation over HTTP, through any platform's trigger."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from functions.registry import load
from local.emulator import Emulator
from local.gateway import CONTEXTS
from local.http_events import TRIGGERS, Http
from shared.entrypoint import handle
from shared.runtime import Runtime
from tests.support.clocks import FastClock
from tests.support.http_reply import HttpReply

TOKEN = "exampleBearerToken"
CWP = "tencent.cwp.SyncMachines"


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
        self.runtime = Runtime(home=home, clock=FastClock())

    def call(
        self,
        given: Any = None,
        *,
        operation: str = CWP,
        trigger: str = "aws-url",
        token: str | None = TOKEN,
        **http: Any,
    ) -> HttpReply:
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
        self.runtime.environ = call.environ
        event = TRIGGERS[trigger](Http(**http))
        return self.send_event(event, call.context, operation)

    def send_event(self, event: Any, context: Any, operation: str = CWP) -> HttpReply:
        """Return the reply to one event."""
        raw = handle(load(operation), event, context, self.runtime)
        reply = HttpReply(json.loads(json.dumps(raw)))
        assert reply.json is not None
        return reply
