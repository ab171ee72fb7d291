"""AWS Lambda's Runtime API on loopback, for the real runtime client to ask for work.

Source: "Building a custom runtime" of the Lambda documentation (API version 2018-06-01).
"""

from __future__ import annotations

import json
import queue
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

PREFIX = "/2018-06-01/runtime/"
ARN = "arn:aws:lambda:eu-west-1:111122223333:function:example"
STOPPED = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the runtime client reported of one invocation.

    Parameters
    ----------
    failed: whether the function raised.
    document: what it returned, or the error document.
    text: the same as it came.
    """

    failed: bool
    document: Any
    text: str


@dataclass(slots=True)
class _Invocation:
    event: bytes
    deadline_ms: int
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    outcome: queue.Queue[Outcome] = field(default_factory=queue.Queue)


class NoAnswerError(Exception):
    """The function did not answer in time; the message holds the beginning of its output."""


class RuntimeApi:
    """Hands events to one function process and takes its answers."""

    def __init__(self) -> None:
        self.init_errors: list[str] = []
        self._waiting: queue.Queue[_Invocation | None] = queue.Queue()
        self._running: dict[str, _Invocation] = {}
        api = self

        class Handler(_Handler):
            runtime = api

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> RuntimeApi:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._waiting.put(STOPPED)
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def address(self) -> str:
        """What ``AWS_LAMBDA_RUNTIME_API`` is set to."""
        return f"127.0.0.1:{self._server.server_port}"

    def invoke(self, event: object, *, limit: float = 60.0) -> Outcome:
        """Hand an event to the function and return what came of it.

        Parameters
        ----------
        event: any JSON value.
        limit: seconds until the deadline that the function is given; waiting goes on for
            a while after it.

        Raises
        ------
        NoAnswerError: the function reported nothing.
        """
        deadline_ms = round((time.time() + limit) * 1000)
        invocation = _Invocation(json.dumps(event).encode(), deadline_ms)
        self._running[invocation.id] = invocation
        self._waiting.put(invocation)
        try:
            return invocation.outcome.get(timeout=limit + 10)
        except queue.Empty:
            raise NoAnswerError("; ".join(self.init_errors) or "nothing was reported") from None

    def take(self) -> tuple[bytes, Mapping[str, str]] | None:
        """Wait for the next invocation and return its event and headers; None at the end."""
        invocation = self._waiting.get()
        if invocation is STOPPED:
            return None
        return invocation.event, {
            "Lambda-Runtime-Aws-Request-Id": invocation.id,
            "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": ARN,
        }

    def report(self, path: str, body: bytes) -> bool:
        """Take what the client posted; False if there is nothing of that name."""
        text = body.decode()
        if path == "init/error":
            self.init_errors.append(text)
            return True
        kind, _, rest = path.partition("/")
        request_id, _, what = rest.partition("/")
        invocation = self._running.pop(request_id, None)
        if kind != "invocation" or invocation is None or what not in {"response", "error"}:
            return False
        invocation.outcome.put(Outcome(what == "error", json.loads(text), text))
        return True


class _Handler(BaseHTTPRequestHandler):
    """The API's three verbs."""

    runtime: RuntimeApi
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer ``invocation/next``, which waits until there is one."""
        invocation = self.runtime.take() if self.path == f"{PREFIX}invocation/next" else None
        if invocation is None:
            self._answer(410, b"", {"Connection": "close"})
            return
        event, headers = invocation
        self._answer(200, event, {"Content-Type": "application/json", **headers})

    def do_POST(self) -> None:
        """Take a response or an error."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        known = self.runtime.report(self.path.removeprefix(PREFIX), body)
        self._answer(202 if known else 404, b"{}", {"Content-Type": "application/json"})

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base has it
        """Say nothing: what the function says is what one wants to read."""
