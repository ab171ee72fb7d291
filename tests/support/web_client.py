"""Asks the web app through every platform's HTTP trigger."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from functions.web.app import WebApp
from local.emulator import Emulator
from local.gateway import CONTEXTS
from local.http_events import TRIGGERS, Http
from shared.runtime import Runtime
from tests.support.clocks import FastClock
from tests.support.http_reply import HttpReply

TOKEN = "exampleBearerToken"
CWP = "tencent.cwp.SyncMachines"
RUN = f"/operations/{CWP}"


class WebClient:
    """The web app's function, with one bearer token set.

    Parameters
    ----------
    emulator: whose environment is used.
    home: where profile files would be.
    """

    def __init__(self, emulator: Emulator, home: Path) -> None:
        self.emulator = emulator
        self.environ = emulator.environment(temporary=True)
        self.environ["HTTP_BEARER_TOKENS"] = TOKEN
        self.runtime = Runtime(home=home, clock=FastClock())
        self.app = WebApp(self.runtime)

    def request(
        self,
        path: str,
        given: Any = None,
        *,
        trigger: str = "aws-url",
        method: str = "GET",
        token: str | None = TOKEN,
        **http: Any,
    ) -> HttpReply:
        """Return the reply to one request; a ``given`` value is posted as its JSON body."""
        headers: dict[str, str] = {}
        if given is not None:
            method, http["body"] = "POST", json.dumps(given).encode()
            headers["Content-Type"] = "application/json"
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        http["headers"] = headers | http.get("headers", {})
        return self.send_event(TRIGGERS[trigger](Http(method=method, path=path, **http)), trigger)

    def send_event(self, event: Any, trigger: str = "aws-url") -> HttpReply:
        """Return the reply to one event; all four platforms' rules for replies are checked."""
        return HttpReply(json.loads(json.dumps(self.call(event, trigger))))

    def call(self, event: Any, trigger: str = "aws-url") -> dict[str, object]:
        """Return what the handler returns for an event with the context of a trigger's platform."""
        call = CONTEXTS[trigger]("web", {}, self.environ, timer=False)
        self.runtime.environ = call.environ
        return self.app.handle(event, call.context)
