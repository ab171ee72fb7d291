"""Calls the handlers with hostile events, and checks what must hold for every one of them."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from functions.registry import load
from functions.web.app import WebApp
from local.gateway import CONTEXTS
from shared.entrypoint import handle
from shared.errors import SyncFailed
from shared.models.http import Request, Response
from shared.observability import SERVICE
from shared.runtime import Runtime
from tests.support.clocks import FakeClock
from tests.support.fake_chat import APP_SECRET, CONFIRM_SECRET, CORP, EVERYTHING, SIGNING_SECRET
from tests.support.hostile_events import (
    EVENT_SECRET,
    NAMED_TOKEN,
    TOKEN,
    WEBHOOK_SECRET,
    Call,
)
from tests.support.platform_caller import TASK

MAX_SECONDS = 2.0
"""Of processor time: other tests run on this machine too."""

PUBLIC_STATUSES = (200, 304, 308)
REJECTED_STATUSES = (400, 401, 403, 404, 405, 413, 415)
KEYS = {"statusCode", "headers", "body", "isBase64Encoded"}

ENVIRON: Mapping[str, str] = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAIexampleKeyId",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "exampleAlibabaSecret0001",
    "ALIBABA_CLOUD_SECURITY_TOKEN": "exampleAlibabaToken0001",
    "ALIBABA_CLOUD_REGION_ID": "cn-hangzhou",
    "TENCENTCLOUD_SECRET_ID": "AKIDexampleKeyId",
    "TENCENTCLOUD_SECRET_KEY": "exampleTencentSecret0001",
    "TENCENTCLOUD_TOKEN": "exampleTencentToken0001",
    "TENCENTCLOUD_REGION": "ap-guangzhou",
    "HUAWEICLOUD_SDK_AK": "exampleHuaweiKeyId0001",
    "HUAWEICLOUD_SDK_SK": "exampleHuaweiSecret0001",
    "HUAWEICLOUD_SDK_SECURITY_TOKEN": "exampleHuaweiToken0001",
    "HUAWEICLOUD_REGION": "cn-north-4",
    "OMS_SRC_AK": "exampleSourceAk0001",
    "OMS_SRC_SK": "exampleSourceSk0001",
    "OMS_DST_AK": "exampleDestinationAk0001",
    "OMS_DST_SK": "exampleDestinationSk0001",
    "OMS_TASKS": json.dumps({TASK: {"region": "cn-north-4"}}),
    "HTTP_BEARER_TOKENS": f"{TOKEN} ci={NAMED_TOKEN}",
    "HTTP_WEBHOOK_SECRETS": WEBHOOK_SECRET,
    "SLACK_SIGNING_SECRET": SIGNING_SECRET,
    "DINGTALK_APP_SECRET": APP_SECRET,
    "DINGTALK_CORP_ID": CORP,
    "CHAT_CONFIRM_SECRET": CONFIRM_SECRET,
    "CHAT_RIGHTS": json.dumps(EVERYTHING),
}
BEHIND_AUTHORIZER = {"HTTP_AUTH": "platform", "HTTP_BEARER_TOKENS": "", "HTTP_WEBHOOK_SECRETS": ""}
"""Settings of a function whose callers the platform's own authorizer authenticates."""

SECRETS = (
    *(value for name, value in ENVIRON.items() if name.endswith(("_SECRET", "_KEY", "_TOKEN"))),
    *(ENVIRON[name] for name in ENVIRON if name.startswith("OMS_") and name.endswith("K")),
    ENVIRON["HUAWEICLOUD_SDK_SK"],
    TOKEN,
    NAMED_TOKEN,
    WEBHOOK_SECRET,
    EVENT_SECRET,
)
"""What may be neither in a response nor in the log."""


@dataclass(frozen=True)
class Observed:
    """What a handler did with one event.

    Parameters
    ----------
    value: what it returned, None if it raised.
    error: what it raised, None if it returned.
    log: what it wrote to the standard output.
    stderr: what was written to the standard error, where ``logging`` reports its own failures.
    sent: the requests that it sent.
    seconds: the processor time.
    """

    value: Any
    error: BaseException | None
    log: str
    stderr: str
    sent: list[Request]
    seconds: float


class HostileRun:
    """A warm process of a function, from which nothing leaves this machine.

    Parameters
    ----------
    settings: change the usual ones.
    are_odd: whether they may be wrong, which a response may then say with status 500.
    """

    def __init__(self, settings: Mapping[str, str] | None = None, *, are_odd: bool = False) -> None:
        self.settings = {**ENVIRON, **(settings or {})}
        self.may_be_misconfigured = are_odd
        self.sent: list[Request] = []
        self.runtime = Runtime(
            home=Path("/nonexistent-home"),
            clock=FakeClock(),
            random=lambda: 0.5,
            nonce=lambda: "example-nonce",
            transport_factory=lambda *_network: self,
        )
        self.app = WebApp(self.runtime)

    def send(self, request: Request, **_bounds: float) -> Response:
        """Respond as a provider that has nothing to say."""
        self.sent.append(request)
        return Response(200, {}, b"{}")

    def operation(self, call: Call) -> Observed:
        """Call an operation's handler, and check what it does."""
        loaded = load(call.operation)
        context = self._context(call, loaded.function)
        observed = self._observe(lambda: handle(loaded, call.event, context, self.runtime))
        self._check_process(observed)
        if observed.error is not None:
            check_raised(observed.error)
        elif isinstance(observed.value, dict) and set(observed.value) == KEYS:
            self._check_http(observed, call)
        else:
            check_json(observed.value)
        return observed

    def web(self, call: Call) -> Observed:
        """Call the web app's handler, and check what it does."""
        context = self._context(call, "web")
        observed = self._observe(lambda: self.app.handle(call.event, context))
        assert observed.error is None, f"the web app raised {observed.error!r}"
        self._check_process(observed)
        if set(observed.value) == KEYS:
            self._check_http(observed, call, public=True)
        else:
            check_json(observed.value)
        return observed

    def _check_http(self, observed: Observed, call: Call, *, public: bool = False) -> None:
        """Check a response, and that an unknown caller was rejected before anything ran.

        Parameters
        ----------
        observed: what the handler did.
        call: its call.
        public: whether some pages need no caller's name.
        """
        response = observed.value
        status, headers, body = response["statusCode"], response["headers"], response["body"]
        assert type(status) is int
        assert 100 <= status <= 599
        assert all(type(name) is str and type(text) is str for name, text in headers.items())
        assert all(text.isprintable() for pair in headers.items() for text in pair)
        assert type(body) is str
        assert type(response["isBase64Encoded"]) is bool
        check_json(response)
        assert status < 500 or self.may_be_misconfigured or status in {502, 503, 504}, body
        if not call.authenticated:
            assert not observed.sent, "an unknown caller made the function send a request"
            allowed = REJECTED_STATUSES + (PUBLIC_STATUSES if public else ())
            assert status in allowed or self.may_be_misconfigured, (status, body)

    def _context(self, call: Call, function: str) -> Any:
        if call.trigger == "none":
            self.runtime.environ = self.settings
            return None
        made = CONTEXTS[call.trigger](function, {}, self.settings, timer=False)
        self.runtime.environ = made.environ
        return made.context

    def _observe(self, work: Callable[[], object]) -> Observed:
        log = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        stderr = io.StringIO()
        value: Any = None
        error: BaseException | None = None
        logger = logging.getLogger(SERVICE)
        propagates, logger.propagate = logger.propagate, False  # or pytest keeps every line
        # Collecting what other tests keep in this process would count as time of the run.
        gc.disable()
        started = time.process_time()
        with contextlib.redirect_stdout(log), contextlib.redirect_stderr(stderr):
            try:
                value = work()
            except Exception as raised:  # noqa: BLE001 - which one it may be is checked later
                error = raised
        seconds = time.process_time() - started
        gc.enable()
        logger.propagate = propagates
        written = log.buffer.getvalue().decode("utf-8")
        return Observed(value, error, written, stderr.getvalue(), self.sent, seconds)

    def _check_process(self, observed: Observed) -> None:
        assert observed.seconds < MAX_SECONDS, f"took {observed.seconds:.1f} s"
        assert not observed.stderr, observed.stderr[-3_000:]
        for line in filter(None, observed.log.split("\n")):
            fields = json.loads(line, parse_constant=reject_constant)
            if "_aws" in fields:  # metrics
                continue
            assert fields["level"] in {"DEBUG", "INFO", "WARNING", "ERROR"}, line
            assert fields["message"] != "unhandled exception", line
            assert "internal error" not in line, line
        shown = observed.log + (
            str(observed.error) if observed.error else json.dumps(observed.value, default=str)
        )
        for secret in SECRETS:
            assert secret not in shown, f"a secret is shown: {shown}"


def check_raised(error: BaseException) -> None:
    """Check that an exception is one of those that make a platform count a failed run."""
    assert isinstance(error, SyncFailed), f"the handler raised {type(error).__name__}: {error}"
    result = json.loads(str(error), parse_constant=reject_constant)
    assert result["status"] in {"failed", "partial"}


def check_json(value: object) -> None:
    """Check that platforms can pass a value on: JSON in UTF-8, without NaN."""
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


def reject_constant(name: str) -> NoReturn:
    """Refuse what Python's parser accepts although JSON has no such number."""
    msg = f"{name} is not JSON"
    raise AssertionError(msg)
