"""Four chats and a webhook receiver on loopback: verify posts as the real ones do, keep them.

And the three URLs that late replies to a chat's commands and clicks go to.

The signatures are computed here by themselves, from the platforms' pages, so that a mistake in
``shared.notifications`` does not agree with itself.
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
LATE = ("slack-late", "slack-click", "dingtalk-late")
"""Slack's ``response_url`` of a command and of a click, and DingTalk's ``sessionWebhook``."""

PATHS = {
    "slack": "/services/T00EXAMPLE/B00EXAMPLE/exampleSlackToken00000001",
    "dingtalk": "/robot/send",
    "feishu": "/open-apis/bot/v2/hook/00000000-0000-4000-8000-example00001",
    "wecom": "/cgi-bin/webhook/send",
    "webhook": "/hooks/example-hook-0001",
    "slack-late": "/commands/T00EXAMPLE/0000000000001/exampleResponseToken0001",
    "slack-click": "/actions/T00EXAMPLE/0000000000002/exampleActionToken0001",
    "dingtalk-late": "/robot/sendBySession",
}
QUERIES = {
    "dingtalk": "access_token=exampleDingTalkToken0001",
    "wecom": "key=00000000-0000-4000-8000-example00002",
    "dingtalk-late": "session=exampleDingTalkSession0001",
}
WEBHOOK_KEY = b"example webhook signing key 0001"
SECRETS = {
    "dingtalk": "SECexampleDingTalkSecret0001",
    "feishu": "exampleFeishuSecret0001",
    "webhook": "whsec_" + base64.b64encode(WEBHOOK_KEY).decode(),
}
"""Visibly fake; Slack and WeCom sign nothing, their URL is the secret."""

WINDOW_SECONDS = {"dingtalk": 3600.0, "feishu": 3600.0, "webhook": 300.0}
WECOM_LONGEST = 2048
LARGEST = {"dingtalk": 20_000, "feishu": 20_480}
SLACK_LATE_POSTS = 5
SLACK_BLOCKS = 50
SLACK_SECTION = 3_000
SLACK_BUTTONS = 25
SLACK_LABEL = 75
SLACK_ACTION_ID = 255
SLACK_VALUE = 2_000
SLACK_STYLES = (None, "primary", "danger")
SLACK_CONTEXT = 10

FAULTS = ("throttle", "429", "refuse", "unwell", "garbage", "redirect", "drop", "hang")
"""What a receiver can be told to do with a post instead of taking it: answer as the kind
itself throttles, with HTTP 429, a refusal, HTTP 503, no JSON, a redirect, by closing the
connection, or not at all.
"""

Reply = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class Received:
    """One post.

    Parameters
    ----------
    kind: which of the eight it came to.
    at: monotonic seconds.
    body: the bytes.
    headers: with lower-case names.
    query: decoded.
    fault: what was done to it instead of taking it, empty when it was judged.
    refusal: why it was not taken, empty when it was.
    """

    kind: str
    at: float
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] = field(repr=False)
    fault: str = ""
    refusal: str = ""

    @property
    def taken(self) -> bool:
        """Whether a person would see it."""
        return not self.fault and not self.refusal

    @property
    def text(self) -> str:
        """What a person would read; of a webhook its JSON."""
        if self.kind == "webhook":
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
        """Whether it takes the place of the message with the clicked button."""
        return self.kind == "slack-click" and json.loads(self.body)["replace_original"] is True


class Receiver:
    """Plays the receivers on one port.

    Parameters
    ----------
    clock: seconds since 1970, against which signatures are judged.
    port: a port that must be known beforehand; any free one otherwise.

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

    def start(self) -> Receiver:
        """Listen; a receiver is started once."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening; posts that hang are let go."""
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Receiver:
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
        """Scheme and authority, as an override of a platform's own."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def entry(self, kind: str, *on: str) -> dict[str, Any]:
        """Return a kind's entry in ``NOTIFY``, with conditions or the default ones."""
        entry: dict[str, Any] = {"kind": kind, "url": self.url(kind)}
        if kind in SECRETS:
            entry["secret"] = SECRETS[kind]
        return entry | ({"on": list(on)} if on else {})

    def setting(self, *on: str, kinds: tuple[str, ...] = KINDS) -> str:
        """Return a value of ``NOTIFY`` with one channel of each kind."""
        return json.dumps([self.entry(kind, *on) for kind in kinds])

    def misbehave(self, kind: str, fault: str, times: int = 1) -> None:
        """Treat the next posts to a kind so; see :data:`FAULTS`."""
        if kind not in PATHS or fault not in FAULTS:
            msg = f"no such kind or fault: {kind} {fault}"
            raise ValueError(msg)
        self._faults[kind].extend([fault] * times)

    def taken(self, kind: str) -> list[Received]:
        """Return the posts to a kind that a person would see."""
        return [post for post in self.received if post.kind == kind and post.taken]

    def answer(self, target: str, headers: Mapping[str, str], body: bytes) -> Reply | None:
        """Judge one post and return the reply, None to close the connection instead."""
        parts = urlsplit(target)
        kind = next((kind for kind, path in PATHS.items() if path == parts.path), None)
        if kind is None:
            return 404, {}, b"no_service"
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        with self._lock:
            fault = self._faults[kind].popleft() if self._faults[kind] else ""
        refusal = "" if fault else JUDGES[kind](query, headers, body, self._clock())
        if kind in SLACK_LATE and not refusal and len(self.taken(kind)) >= SLACK_LATE_POSTS:
            refusal = "used_url"
        self.received.append(Received(kind, time.monotonic(), body, headers, query, fault, refusal))
        if fault == "hang":
            self._stopping.wait()
            return None
        return misbehaved(kind, fault) if fault else reply(kind, refusal)


def handler_of(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    """Return the request handler of one receiver."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one write for head and body, or each post waits for a delayed receipt

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length)
            headers = {name.lower(): value for name, value in self.headers.items()}
            replied = receiver.answer(self.path, headers, body)
            if replied is None:
                self.close_connection = True
                return
            status, more, said = replied
            self.send_response(status)
            for name, value in {**more, "content-length": str(len(said))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_args: object) -> None:
            """Say nothing: what came is in ``received``."""

    return Handler


def judge_slack(
    _query: Mapping[str, str], headers: Mapping[str, str], body: bytes, _now: float
) -> str:
    """Return why Slack would not take a post."""
    text = json_object(body).get("text")
    if not headers.get("content-type", "").startswith("application/json"):
        return "invalid_payload"
    if not isinstance(text, str) or not text:
        return "no_text"
    return "" if len(text) <= 40_000 else "msg_too_long"


def judge_dingtalk(
    query: Mapping[str, str], _headers: Mapping[str, str], body: bytes, now: float
) -> str:
    """Return why DingTalk would not take a post."""
    if query.get("access_token") != "exampleDingTalkToken0001":
        return "300005 token is not exist"
    stamp = query.get("timestamp", "")
    secret = SECRETS["dingtalk"].encode()
    if not stamp.isdigit() or abs(now - int(stamp) / 1000) > WINDOW_SECONDS["dingtalk"]:
        return "310000 invalid timestamp"
    if query.get("sign") != b64(hmac_sha256(secret, f"{stamp}\n".encode() + secret)):
        return "310000 sign not match"
    if len(body) > LARGEST["dingtalk"]:
        return "460101 message too long, exceed 20000 bytes"
    content = json_object(body).get("text")
    return "" if isinstance(content, dict) and content.get("content") else "43001 param error"


def judge_feishu(
    _query: Mapping[str, str], _headers: Mapping[str, str], body: bytes, now: float
) -> str:
    """Return why Feishu would not take a post."""
    given = json_object(body)
    stamp = str(given.get("timestamp", ""))
    if not stamp.isdigit() or abs(now - int(stamp)) > WINDOW_SECONDS["feishu"]:
        return "19021 sign match fail or timestamp is not within one hour from current time"
    if given.get("sign") != b64(hmac_sha256(f"{stamp}\n{SECRETS['feishu']}".encode(), b"")):
        return "19021 sign match fail or timestamp is not within one hour from current time"
    content = given.get("content")
    if len(body) > LARGEST["feishu"] or not isinstance(content, dict) or not content.get("text"):
        return "9499 Bad Request"
    return ""


def judge_wecom(
    query: Mapping[str, str], _headers: Mapping[str, str], body: bytes, _now: float
) -> str:
    """Return why WeCom would not take a post."""
    if query.get("key") != QUERIES["wecom"].removeprefix("key="):
        return "93000 invalid webhook url"
    content = json_object(body).get("text")
    text = content.get("content") if isinstance(content, dict) else None
    if not isinstance(text, str) or not text:
        return "44004 empty content"
    return "" if len(text.encode()) <= WECOM_LONGEST else "40058 content exceed max length"


def judge_webhook(
    _query: Mapping[str, str], headers: Mapping[str, str], body: bytes, now: float
) -> str:
    """Return why a receiver of Standard Webhooks would not take a post."""
    message_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id or not stamp.isdigit():
        return "headers are missing"
    if abs(now - int(stamp)) > WINDOW_SECONDS["webhook"]:
        return "the timestamp is too far off"
    signed = f"{message_id}.{stamp}.".encode() + body
    expected = f"v1,{b64(hmac_sha256(WEBHOOK_KEY, signed))}"
    given = headers.get("webhook-signature", "").split(" ")
    return "" if expected in given else "no signature matches"


def judge_slack_late(
    _query: Mapping[str, str], headers: Mapping[str, str], body: bytes, _now: float
) -> str:
    """Return why Slack would not take a late answer."""
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
    """Return whether Slack would take a block: a section, a context, or buttons."""
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
    """Return whether Slack would take a button."""
    return (
        element.get("type") == "button"
        and element["text"]["type"] == "plain_text"
        and 0 < len(element["text"]["text"]) <= SLACK_LABEL
        and 0 < len(element["action_id"]) <= SLACK_ACTION_ID
        and 0 < len(element["value"]) <= SLACK_VALUE
        and element.get("style") in SLACK_STYLES
    )


def slack_text(block: Any) -> str:
    """Return the text of a block; of buttons their labels."""
    if block["type"] == "section":
        return str(block["text"]["text"])
    texts = [element["text"] for element in block["elements"]]
    return "\n".join(text["text"] if isinstance(text, dict) else str(text) for text in texts)


def judge_dingtalk_late(
    query: Mapping[str, str], _headers: Mapping[str, str], body: bytes, _now: float
) -> str:
    """Return why DingTalk would not take a late answer."""
    if query.get("session") != "exampleDingTalkSession0001":
        return "300001 session is not exist"
    if len(body) > LARGEST["dingtalk"]:
        return "460101 message too long, exceed 20000 bytes"
    given = json_object(body)
    content = given.get("markdown")
    whole = isinstance(content, dict) and content.get("title") and content.get("text")
    return "" if given.get("msgtype") == "markdown" and whole else "43001 param error"


JUDGES: Mapping[str, Callable[[Mapping[str, str], Mapping[str, str], bytes, float], str]] = {
    "slack": judge_slack,
    "dingtalk": judge_dingtalk,
    "feishu": judge_feishu,
    "wecom": judge_wecom,
    "webhook": judge_webhook,
    "slack-late": judge_slack_late,
    "slack-click": judge_slack_late,
    "dingtalk-late": judge_dingtalk_late,
}


def reply(kind: str, refusal: str) -> Reply:
    """Return a kind's receipt, or its own way to refuse; the Chinese chats answer 200 to both."""
    if kind.startswith("slack"):
        return (400, {}, refusal.encode()) if refusal else (200, {}, b"ok")
    if kind == "webhook":
        return (401, {}, refusal.encode()) if refusal else (204, {}, b"")
    number, _, said = refusal.partition(" ")
    return coded(kind, int(number or 0), said or ("success" if kind == "feishu" else "ok"))


def misbehaved(kind: str, fault: str) -> Reply | None:
    """Return the reply that goes with a fault, None to close the connection."""
    numbers = {"dingtalk": 130101, "dingtalk-late": 130101, "feishu": 11232, "wecom": 45009}
    if fault == "drop":
        return None
    if fault == "throttle" and kind in numbers:
        return coded(kind, numbers[kind], "too fast")
    if fault == "refuse" and kind in numbers:
        return coded(kind, 310000, "refused")
    return {
        "throttle": (429, {"Retry-After": "1"}, b"rate_limited"),
        "429": (429, {"Retry-After": "1"}, b""),
        "refuse": (403, {}, b"action_prohibited"),
        "unwell": (503, {}, b"<html>unwell</html>"),
        "garbage": (200, {}, b"<html>a sign-in page</html>"),
        "redirect": (302, {"Location": "http://127.0.0.1:9/"}, b""),
    }[fault]


def coded(kind: str, number: int, said: str) -> Reply:
    """Return a JSON answer with a number in it, under HTTP 200."""
    keys = ("code", "msg") if kind == "feishu" else ("errcode", "errmsg")
    body = json.dumps(dict(zip(keys, (number, said), strict=True)))
    return 200, {"content-type": "application/json"}, body.encode()


def json_object(body: bytes) -> dict[str, Any]:
    """Return a body's JSON object, empty where it is none."""
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
