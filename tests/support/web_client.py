"""Asks the web app through every platform's HTTP trigger."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from functions.web.app import WebApp
from local.emulator import Emulator
from local.gateway import CONTEXTS
from local.http_events import TRIGGERS, Http
from shared.runtime import Runtime
from tests.support.platform_caller import FastClock

TOKEN = "exampleBearerToken"
CWP = "tencent.cwp.SyncMachines"
RUN = f"/operations/{CWP}"
KEYS = {"statusCode", "headers", "body", "isBase64Encoded"}


@dataclass(frozen=True)
class Reply:
    """What the platform is given back, read as a browser would."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def is_problem(self) -> bool:
        document = self.json
        return (
            self.headers["Content-Type"] == "application/problem+json"
            and set(document) == {"type", "title", "status", "detail"}
            and document["status"] == self.status
        )


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
        self.process = Runtime(home=home, clock=FastClock())
        self.app = WebApp(self.process)

    def request(
        self,
        path: str,
        given: Any = None,
        *,
        trigger: str = "aws-url",
        method: str = "GET",
        token: str | None = TOKEN,
        **http: Any,
    ) -> Reply:
        """Return the reply to one request; a ``given`` value is posted as its JSON body."""
        headers: dict[str, str] = {}
        if given is not None:
            method, http["body"] = "POST", json.dumps(given).encode()
            headers["Content-Type"] = "application/json"
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        http["headers"] = headers | http.get("headers", {})
        return self.send_event(TRIGGERS[trigger](Http(method=method, path=path, **http)), trigger)

    def send_event(self, event: Any, trigger: str = "aws-url") -> Reply:
        """Return the reply to one event; all four platforms' rules for replies are checked."""
        raw = json.loads(json.dumps(self.call(event, trigger)))
        assert set(raw) == KEYS
        assert raw["isBase64Encoded"] is False
        assert isinstance(raw["body"], str)
        assert all(isinstance(value, str) for value in raw["headers"].values())
        return Reply(raw["statusCode"], raw["headers"], raw["body"])

    def call(self, event: Any, trigger: str = "aws-url") -> dict[str, object]:
        """Return what the handler returns for an event with the context of a trigger's platform."""
        call = CONTEXTS[trigger]("web", {}, self.environ, timer=False)
        self.process.environ = call.environ
        return self.app.handle(event, call.context)
