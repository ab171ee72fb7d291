"""Four fake chats, a webhook receiver and two monitors on loopback, which verify as real ones do.

They also have the three URLs that late replies to a chat's commands and clicks go to.

The signatures are computed here independently, from the platforms' documentation, so that a bug in
``shared.notifications`` is not confirmed by itself.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

KINDS = ("slack", "dingtalk", "feishu", "wecom", "webhook")
SLACK_LATE = ("slack-late", "slack-click")
HEARTBEATS = ("healthchecks", "uptime_kuma")
"""The monitors, by the style of their reports."""

LATE = ("slack-late", "slack-click", "dingtalk-late")
"""Slack's ``response_url`` of a command and of a click, and DingTalk's ``sessionWebhook``."""

PATHS = {
    "slack": "/services/T00EXAMPLE/B00EXAMPLE/exampleSlackToken00000001",
    "dingtalk": "/robot/send",
    "feishu": "/open-apis/bot/v2/hook/00000000-0000-4000-8000-example00001",
    "wecom": "/cgi-bin/webhook/send",
    "webhook": "/hooks/example-hook-0001",
    "healthchecks": "/ping/00000000-0000-4000-8000-example00003",
    "uptime_kuma": "/api/push/exampleKumaToken0000000000000001",
    "slack-late": "/commands/T00EXAMPLE/0000000000001/exampleResponseToken0001",
    "slack-click": "/actions/T00EXAMPLE/0000000000002/exampleActionToken0001",
    "dingtalk-late": "/robot/sendBySession",
}
QUERIES = {
    "dingtalk": "access_token=exampleDingTalkToken0001",
    "wecom": "key=00000000-0000-4000-8000-example00002",
    "dingtalk-late": "session=exampleDingTalkSession0001",
    "uptime_kuma": "status=up&msg=OK&ping=",
}
"""Uptime Kuma shows its push URL with a sample report."""
WEBHOOK_KEY = b"example webhook signing key 0001"
SECRETS = {
    "dingtalk": "SECexampleDingTalkSecret0001",
    "feishu": "exampleFeishuSecret0001",
    "webhook": "whsec_" + base64.b64encode(WEBHOOK_KEY).decode(),
}
"""Visibly fake; Slack and WeCom sign nothing, their URL is the secret."""

WINDOW_SECONDS = {"dingtalk": 3600.0, "feishu": 3600.0, "webhook": 300.0}
WECOM_MAX_TEXT_BYTES = 2048
MAX_BODY_BYTES = {"dingtalk": 20_000, "feishu": 20_480}
HEALTHCHECKS_MAX_BODY_BYTES = 10_000
SLACK_LATE_POSTS = 5
SLACK_BLOCKS = 50
SLACK_SECTION = 3_000
SLACK_BUTTONS = 25
SLACK_LABEL = 75
SLACK_ACTION_ID = 255
SLACK_VALUE = 2_000
SLACK_STYLES = (None, "primary", "danger")
SLACK_CONTEXT = 10

FAULTS = ("throttle", "429", "refuse", "unavailable", "garbage", "redirect", "drop", "hang")
"""What can be injected instead of accepting a post: the chat's own throttling, HTTP 429, a
rejection, HTTP 503, a body that is not JSON, a redirect, a closed connection, or no response.
"""

Reply = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class Received:
    """One post.

    Parameters
    ----------
    kind: which of the ten URLs it was sent to.
    at: monotonic seconds.
    body: the bytes.
    headers: with lower-case names.
    query: decoded.
    fault: the injected fault, empty if it was verified.
    refusal: why it was not accepted, empty if it was.
    is_down: whether it reports a failure to a monitor.
    """

    kind: str
    at: float
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] = field(repr=False)
    fault: str = ""
    refusal: str = ""
    is_down: bool = False

    @property
    def is_accepted(self) -> bool:
        """Whether it was accepted, so that a person would see it."""
        return not self.fault and not self.refusal

    @property
    def text(self) -> str:
        """The text that a person would read; for a webhook its JSON."""
        if self.kind == "uptime_kuma":
            return self.query["msg"]
        if self.kind in {"webhook", "healthchecks"}:
            return self.body.decode()
        body = json.loads(self.body)
        if self.kind == "slack":
            return str(body["text"])
        if self.kind in SLACK_LATE:
            return "\n".join(slack_text(block) for block in body["blocks"])
        if self.kind == "dingtalk-late":
            return str(body["markdown"]["text"])
        content = body["content"] if self.kind == "feishu" else body["text"]
        return str(content["text" if self.kind == "feishu" else "content"])

    @property
    def replaces(self) -> bool:
        """Whether it replaces the message with the clicked button."""
        return self.kind == "slack-click" and json.loads(self.body)["replace_original"] is True


class FakeChats:
    """All the receivers, on one port.

    Parameters
    ----------
    clock: returns seconds since 1970, for the age of signatures.
    port: the port, 0 for any free one.

    Attributes
    ----------
    received: every post so far, in order.
    """

    def __init__(self, *, clock: Callable[[], float] = time.time, port: int = 0) -> None:
        self.received: list[Received] = []
        self._clock = clock
        self._faults: dict[str, deque[str]] = {kind: deque() for kind in PATHS}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler_of(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="receiver", daemon=True
        )

    def start(self) -> FakeChats:
        """Listen; can be called once."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening; posts that hang end."""
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> FakeChats:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def url(self, kind: str) -> str:
        """Return the URL to post to."""
        query = f"?{QUERIES[kind]}" if kind in QUERIES else ""
        return f"{self.origin}{PATHS[kind]}{query}"

    @property
    def origin(self) -> str:
        """Scheme and authority, for the settings that override a platform's own."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def entry(self, kind: str, *on: str) -> dict[str, Any]:
        """Return a kind's entry in ``NOTIFY``, with these conditions or the default ones."""
        if kind in HEARTBEATS:
            return {"kind": "heartbeat", "url": self.url(kind), "style": kind}
        entry: dict[str, Any] = {"kind": kind, "url": self.url(kind)}
        if kind in SECRETS:
            entry["secret"] = SECRETS[kind]
        return entry | ({"on": list(on)} if on else {})

    def setting(self, *on: str, kinds: tuple[str, ...] = KINDS) -> str:
        """Return a value of ``NOTIFY`` with one channel of each kind."""
        return json.dumps([self.entry(kind, *on) for kind in kinds])

    def inject_fault(self, kind: str, fault: str, times: int = 1) -> None:
        """Inject a fault of :data:`FAULTS` into the next posts to a kind."""
        if kind not in PATHS or fault not in FAULTS:
            msg = f"no such kind or fault: {kind} {fault}"
            raise ValueError(msg)
        self._faults[kind].extend([fault] * times)

    def accepted(self, kind: str) -> list[Received]:
        """Return the accepted posts to a kind."""
        return [post for post in self.received if post.kind == kind and post.is_accepted]

    def handle_post(
        self, target: str, headers: Mapping[str, str], body: bytes, method: str = "POST"
    ) -> Reply | None:
        """Verify one post and return the reply, None to close the connection instead."""
        parts = urlsplit(target)
        path = parts.path.removesuffix("/fail")
        kind = next((kind for kind, each in PATHS.items() if each == path), None)
        if kind is None or method != ("GET" if kind == "uptime_kuma" else "POST"):
            return 404, {}, b"no_service"
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        with self._lock:
            fault = self._faults[kind].popleft() if self._faults[kind] else ""
        refusal = "" if fault else VERIFIERS[kind](query, headers, body, self._clock())
        if kind in SLACK_LATE and not refusal and len(self.accepted(kind)) >= SLACK_LATE_POSTS:
            refusal = "used_url"
        is_down = path != parts.path or query.get("status") == "down"
        self.received.append(
            Received(kind, time.monotonic(), body, headers, query, fault, refusal, is_down)
        )
        if fault == "hang":
            self._stopping.wait()
            return None
        return fault_reply(kind, fault) if fault else reply(kind, refusal)


def handler_of(receiver: FakeChats) -> type[BaseHTTPRequestHandler]:
    """Return the request handler class."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one write for head and body, or each post waits for a delayed ACK

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length)
            headers = {name.lower(): value for name, value in self.headers.items()}
            replied = receiver.handle_post(self.path, headers, body, self.command)
            if replied is None:
                self.close_connection = True
                return
            status, more, text = replied
            self.send_response(status)
            for name, value in {**more, "content-length": str(len(text))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_args: object) -> None:
            """Log nothing: the posts are in ``received``."""

    return Handler


def verify_slack(
    _query: Mapping[str, str], headers: Mapping[str, str], body: bytes, _now: float
) -> str:
    """Return why Slack rejects a post, empty if it accepts it."""
    text = json_object(body).get("text")
    if not headers.get("content-type", "").startswith("application/json"):
        return "invalid_payload"
    if not isinstance(text, str) or not text:
        return "no_text"
    return "" if len(text) <= 40_000 else "msg_too_long"


def verify_dingtalk(
    query: Mapping[str, str], _headers: Mapping[str, str], body: bytes, now: float
) -> str:
    """Return why DingTalk rejects a post, empty if it accepts it."""
    if query.get("access_token") != "exampleDingTalkToken0001":
        return "300005 token is not exist"
    stamp = query.get("timestamp", "")
    secret = SECRETS["dingtalk"].encode()
    if not stamp.isdigit() or abs(now - int(stamp) / 1000) > WINDOW_SECONDS["dingtalk"]:
        return "310000 invalid timestamp"
    if query.get("sign") != b64(hmac_sha256(secret, f"{stamp}\n".encode() + secret)):
        return "310000 sign not match"
    if len(body) > MAX_BODY_BYTES["dingtalk"]:
        return "460101 message too long, exceed 20000 bytes"
    content = json_object(body).get("text")
    return "" if isinstance(content, dict) and content.get("content") else "43001 param error"


def verify_feishu(
    _query: Mapping[str, str], _headers: Mapping[str, str], body: bytes, now: float
) -> str:
    """Return why Feishu rejects a post, empty if it accepts it."""
    given = json_object(body)
    stamp = str(given.get("timestamp", ""))
    if not stamp.isdigit() or abs(now - int(stamp)) > WINDOW_SECONDS["feishu"]:
        return "19021 sign match fail or timestamp is not within one hour from current time"
    if given.get("sign") != b64(hmac_sha256(f"{stamp}\n{SECRETS['feishu']}".encode(), b"")):
        return "19021 sign match fail or timestamp is not within one hour from current time"
    content = given.get("content")
    if (
        len(body) > MAX_BODY_BYTES["feishu"]
        or not isinstance(content, dict)
        or not content.get("text")
    ):
        return "9499 Bad Request"
    return ""


def verify_wecom(
    query: Mapping[str, str], _headers: Mapping[str, str], body: bytes, _now: float
) -> str:
    """Return why WeCom rejects a post, empty if it accepts it."""
    if query.get("key") != QUERIES["wecom"].removeprefix("key="):
        return "93000 invalid webhook url"
    content = json_object(body).get("text")
    text = content.get("content") if isinstance(content, dict) else None
    if not isinstance(text, str) or not text:
        return "44004 empty content"
    return "" if len(text.encode()) <= WECOM_MAX_TEXT_BYTES else "40058 content exceed max length"


def verify_webhook(
    _query: Mapping[str, str], headers: Mapping[str, str], body: bytes, now: float
) -> str:
    """Return why a receiver of Standard Webhooks rejects a post, empty if it accepts it."""
    message_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id or not stamp.isdigit():
        return "headers are missing"
    if abs(now - int(stamp)) > WINDOW_SECONDS["webhook"]:
        return "the timestamp is too far off"
    signed = f"{message_id}.{stamp}.".encode() + body
    expected = f"v1,{b64(hmac_sha256(WEBHOOK_KEY, signed))}"
    given = headers.get("webhook-signature", "").split(" ")
    return "" if expected in given else "no signature matches"


def verify_healthchecks(
    _query: Mapping[str, str], headers: Mapping[str, str], body: bytes, _now: float
) -> str:
    """Return why a person would not see a report in Healthchecks, empty if they would."""
    if not headers.get("content-type", "").startswith("text/plain"):
        return "not a text"
    return "" if body.decode() and len(body) <= HEALTHCHECKS_MAX_BODY_BYTES else "cut"


def verify_uptime_kuma(
    query: Mapping[str, str], _headers: Mapping[str, str], _body: bytes, _now: float
) -> str:
    """Return why Uptime Kuma would not understand a report, empty if it would."""
    if query.get("status") not in {"up", "down"} or not query.get("msg"):
        return "no report"
    return "" if query.get("ping", "").isdigit() else "no time"


def verify_slack_late(
    _query: Mapping[str, str], headers: Mapping[str, str], body: bytes, _now: float
) -> str:
    """Return why Slack rejects a late reply, empty if it accepts it."""
    given = json_object(body)
    blocks = given.get("blocks")
    if not headers.get("content-type", "").startswith("application/json"):
        return "invalid_payload"
    if given.get("response_type") not in {"ephemeral", "in_channel"} or not given.get("text"):
        return "no_text"
    if not isinstance(blocks, list) or not 0 < len(blocks) <= SLACK_BLOCKS:
        return "invalid_blocks"
    return "" if all(map(fits_slack, blocks)) else "invalid_blocks"


def fits_slack(block: Any) -> bool:
    """Return whether Slack accepts a block: a section, a context, or buttons."""
    elements = block.get("elements", [])
    if block.get("type") == "actions":
        ids = {element.get("action_id") for element in elements}
        return len(ids) == len(elements) <= SLACK_BUTTONS and all(map(fits_button, elements))
    if block.get("type") == "context" and not 0 < len(elements) <= SLACK_CONTEXT:
        return False
    return (
        block.get("type") in {"section", "context"} and 0 < len(slack_text(block)) <= SLACK_SECTION
    )


def fits_button(element: Any) -> bool:
    """Return whether Slack accepts a button."""
    return (
        element.get("type") == "button"
        and element["text"]["type"] == "plain_text"
        and 0 < len(element["text"]["text"]) <= SLACK_LABEL
        and 0 < len(element["action_id"]) <= SLACK_ACTION_ID
        and 0 < len(element["value"]) <= SLACK_VALUE
        and element.get("style") in SLACK_STYLES
    )


def slack_text(block: Any) -> str:
    """Return the text of a block; for buttons their labels."""
    if block["type"] == "section":
        return str(block["text"]["text"])
    texts = [element["text"] for element in block["elements"]]
    return "\n".join(text["text"] if isinstance(text, dict) else str(text) for text in texts)


def verify_dingtalk_late(
    query: Mapping[str, str], _headers: Mapping[str, str], body: bytes, _now: float
) -> str:
    """Return why DingTalk rejects a late reply, empty if it accepts it."""
    if query.get("session") != "exampleDingTalkSession0001":
        return "300001 session is not exist"
    if len(body) > MAX_BODY_BYTES["dingtalk"]:
        return "460101 message too long, exceed 20000 bytes"
    given = json_object(body)
    content = given.get("markdown")
    whole = isinstance(content, dict) and content.get("title") and content.get("text")
    return "" if given.get("msgtype") == "markdown" and whole else "43001 param error"


VERIFIERS: Mapping[str, Callable[[Mapping[str, str], Mapping[str, str], bytes, float], str]] = {
    "slack": verify_slack,
    "dingtalk": verify_dingtalk,
    "feishu": verify_feishu,
    "wecom": verify_wecom,
    "webhook": verify_webhook,
    "healthchecks": verify_healthchecks,
    "uptime_kuma": verify_uptime_kuma,
    "slack-late": verify_slack_late,
    "slack-click": verify_slack_late,
    "dingtalk-late": verify_dingtalk_late,
}


def reply(kind: str, refusal: str) -> Reply:
    """Return how a kind accepts or rejects a post; the Chinese chats use HTTP 200 for both."""
    if kind.startswith("slack"):
        return (400, {}, refusal.encode()) if refusal else (200, {}, b"ok")
    if kind == "webhook":
        return (401, {}, refusal.encode()) if refusal else (204, {}, b"")
    if kind == "healthchecks":
        return (400, {}, refusal.encode()) if refusal else (200, {}, b"OK")
    if kind == "uptime_kuma":
        answer = {"ok": False, "msg": refusal} if refusal else {"ok": True}
        return 404 if refusal else 200, {}, json.dumps(answer).encode()
    number, _, text = refusal.partition(" ")
    return body_code_reply(
        kind, int(number or 0), text or ("success" if kind == "feishu" else "ok")
    )


def fault_reply(kind: str, fault: str) -> Reply | None:
    """Return the reply for a fault, None to close the connection."""
    if kind == "healthchecks" and fault in {"throttle", "refuse"}:
        return 200, {}, b"OK (rate limited)" if fault == "throttle" else b"OK (not found)"
    numbers = {"dingtalk": 130101, "dingtalk-late": 130101, "feishu": 11232, "wecom": 45009}
    if fault == "drop":
        return None
    if fault == "throttle" and kind in numbers:
        return body_code_reply(kind, numbers[kind], "too fast")
    if fault == "refuse" and kind in numbers:
        return body_code_reply(kind, 310000, "refused")
    return {
        "throttle": (429, {"Retry-After": "1"}, b"rate_limited"),
        "429": (429, {"Retry-After": "1"}, b""),
        "refuse": (403, {}, b"action_prohibited"),
        "unavailable": (503, {}, b"<html>unavailable</html>"),
        "garbage": (200, {}, b"<html>a sign-in page</html>"),
        "redirect": (302, {"Location": "http://127.0.0.1:9/"}, b""),
    }[fault]


def body_code_reply(kind: str, number: int, text: str) -> Reply:
    """Return a JSON body with a code, under HTTP 200."""
    keys = ("code", "msg") if kind == "feishu" else ("errcode", "errmsg")
    body = json.dumps(dict(zip(keys, (number, text), strict=True)))
    return 200, {"content-type": "application/json"}, body.encode()


def json_object(body: bytes) -> dict[str, Any]:
    """Return a body's JSON object, empty if it is not one."""
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """Return HMAC-SHA256."""
    return hmac.new(key, message, hashlib.sha256).digest()


def b64(value: bytes) -> str:
    """Return base64 as text."""
    return base64.b64encode(value).decode()
