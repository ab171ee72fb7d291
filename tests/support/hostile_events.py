"""Strategies for hostile events: odd JSON in odd envelopes, and signed requests with odd bodies.

Shared by the property tests and by the fuzz targets in ``tests/fuzz``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from hypothesis import strategies as st

from functions.registry import OPERATIONS, load
from functions.web.chat.confirmation import PendingRun, issue_code
from functions.web.chat.message import Sender
from functions.web.chat.slack import CANCEL_ACTION, RUN_ACTION
from local.http_events import TRIGGERS, Http
from shared.models.secret import Secret
from tests.support.clocks import EPOCH
from tests.support.fake_chat import (
    APP_SECRET,
    CLICK_URL,
    CONFIRM_SECRET,
    CORP,
    RESPONSE_URL,
    SESSION_URL,
    SIGNING_SECRET,
    dingtalk_headers,
    slack_headers,
)
from tests.support.platform_caller import EVENTS, TASK
from tests.support.platform_contexts import sample
from tests.support.webhook_sender import signed_headers

TOKEN = "exampleBearerToken"
"""The token in the samples under ``events/``."""

NAMED_TOKEN = "exampleNamedBearerToken"
WEBHOOK_SECRET = "whsec_ZXhhbXBsZVdlYmhvb2tTZWNyZXQwMDAx"
EVENT_SECRET = "exampleSecretOfAnEvent0001"
"""The value of a secret parameter in an event; it may not be shown anywhere."""

AUTHORIZER = {"iam": {"userId": "AIDAEXAMPLE", "cognitoIdentity": None}}
NO_CLAIMS: tuple[Any, ...] = (
    None,
    {},
    [],
    "",
    {"iam": {"userId": None}},
    {"a": [{"b": ""}]},
    False,
)
"""What an authorizer that authenticated no one passes."""

NESTED = 100_000
DEEP_TEXTS = {
    "deep list": "[" * NESTED + "]" * NESTED,
    "deep object": '{"a":' * NESTED + "1" + "}" * NESTED,
    "open list": "[" * NESTED,
    "moderately deep list": "[" * 900 + "]" * 900,
    "moderately deep object": '{"a":' * 600 + "1" + "}" * 600,
}
LONG_INTEGERS = {"5,000 digits": 10**5_000, "minus 5,000 digits": -(10**5_000)}
LONG_TEXTS = {"long text": "A" * 100_000, "long name": "x" * 3_000}

ODD_TEXTS = (
    "",
    " ",
    "\0",
    "\ud800",
    "a\udfff",
    "x\r\nSet-Cookie: a=b",
    "\u202e\u200b\x0e\x0f",
    "\U0001f980",
    "é",
    "null",
    "true",
    "NaN",
    "%",
    "%ff%00%u0000",
    "%ed%a0%80",
    "a=b&a=c&=&&;",
    "[*]?",
    "../../etc/passwd",
    "//",
    "{",
    "[]",
    "<a|b>&lt;",
    "9" * 5_000,
    "1e999",
    "=?utf-8?q?x?=",
    "sha256:",
    "env:HTTP_BEARER_TOKENS",
)
ODD_NUMBERS = (
    0,
    -1,
    2**31,
    2**63,
    2**64,
    10**30,
    10**400,
    -(10**400),
    0.1,
    -0.0,
    1e308,
    5e-324,
    float("nan"),
    float("inf"),
    float("-inf"),
)


def nested(levels: int, *, keyed: bool) -> object:
    """Return lists or objects in each other; made in a loop, since JSON parsers refuse them."""
    value: object = 1
    for _ in range(levels):
        value = {"a": value} if keyed else [value]
    return value


LARGE_VALUES: Mapping[str, object] = {
    "list": nested(NESTED, keyed=False),
    "object": nested(NESTED, keyed=True),
    "900 lists": nested(900, keyed=False),
    "150 objects": nested(150, keyed=True),
    **LONG_INTEGERS,
    **LONG_TEXTS,
    **DEEP_TEXTS,
}
"""Chosen by name, so that no test prints one."""


class Call(NamedTuple):
    """One call of a handler.

    Parameters
    ----------
    trigger: names the platform's context.
    event: what the handler is called with.
    authenticated: whether the caller's credentials are valid; never by chance.
    operation: the operation whose handler is called.
    """

    trigger: str
    event: object
    authenticated: bool = False
    operation: str = "tencent.cwp.SyncMachines"

    def __repr__(self) -> str:
        return (
            f"Call({self.trigger!r}, {brief(self.event)}, authenticated={self.authenticated}, "
            f"operation={self.operation!r})"
        )


def brief(value: object, level: int = 6) -> str:
    """Return a value for people; long, deep and unprintable parts are left out."""
    if isinstance(value, dict):
        if level == 0:
            return "{…}"
        items = (f"{brief(k, level - 1)}: {brief(v, level - 1)}" for k, v in value.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(brief(each, level - 1) for each in value) + "]" if level else "[…]"
    if isinstance(value, int) and abs(value) > 10**60:
        return f"<integer of {value.bit_length()} bits>"
    shown = repr(value)
    return shown if len(shown) < 3_000 else f"{shown[:100]}…<{len(shown)} characters>"


@cache
def texts() -> st.SearchStrategy[str]:
    """Texts of any character, half surrogates and null bytes included, and odd ones."""
    any_character = st.characters(exclude_categories=())
    return st.one_of(st.sampled_from(ODD_TEXTS), st.text(any_character, max_size=12))


def large_value(name: str) -> object:
    """Return one of the large values; a function, since hypothesis prints what it maps with."""
    return LARGE_VALUES[name]


@cache
def large_values() -> st.SearchStrategy[Any]:
    """Values that are too deep, too long or too large."""
    return st.sampled_from(sorted(LARGE_VALUES)).map(large_value)


@cache
def scalars() -> st.SearchStrategy[Any]:
    """Any JSON value that contains no other; Python's parser accepts NaN and infinities too."""
    return st.one_of(
        texts(),
        st.none(),
        st.booleans(),
        st.integers(),
        st.sampled_from(ODD_NUMBERS),
        st.just(b"\xff"),
    )


@cache
def values() -> st.SearchStrategy[Any]:
    """Any value, mostly small; keys of objects may be something other than text."""
    long_integers = st.sampled_from(sorted(LONG_INTEGERS)).map(large_value)
    keys = st.one_of(texts(), texts(), st.integers(), st.none(), long_integers)
    small = st.recursive(
        scalars(),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)
        ),
        max_leaves=6,
    )
    return st.one_of(small, small, small, large_values())


Path = tuple[Any, ...]


def paths(value: object, levels: int = 6) -> Iterator[Path]:
    """Yield the path of every part of a value, down to some levels."""
    yield ()
    items: Sequence[tuple[Any, object]] = ()
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value[:20]))
    if levels:
        for key, item in items:
            for path in paths(item, levels - 1):
                yield (key, *path)


def replaced(value: Any, path: Path, new: object) -> Any:
    """Return a value with another part at a path; only the containers on it are copied."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(copy[path[0]], path[1:], new)
    return copy


def removed(value: Any, path: Path) -> Any:
    """Return a value without the part at a path."""
    if len(path) > 1:
        return replaced(value, path[:1], removed(value[path[0]], path[1:]))
    copy = dict(value) if isinstance(value, dict) else list(value)
    del copy[path[0]]
    return copy


@st.composite
def mutated(draw: st.DrawFn, base: object, names: Sequence[str] = (), most: int = 3) -> Any:
    """Return a value of which some parts are replaced, removed or added.

    Parameters
    ----------
    base: the valid value.
    names: keys that may be added.
    most: the maximum number of changes.
    """
    value = base
    for _ in range(draw(st.integers(0, most))):
        path = draw(st.sampled_from(list(paths(value))))
        change = draw(st.sampled_from(["replace", "remove", "add"]))
        if change == "remove" and path:
            value = removed(value, path)
            continue
        part: Any = value
        for key in path:
            part = part[key]
        if change == "add" and isinstance(part, dict):
            key = draw(st.one_of(st.sampled_from(names or ("a",)), texts()))
            value = replaced(value, path, {**part, key: draw(values())})
        else:
            value = replaced(value, path, draw(values()))
    return value


def parameter_names(operation: str) -> list[str]:
    """Return the names of an operation's parameters, its own and the provider's."""
    schema = load(operation).params
    return [*schema.fields, *schema.aliases]


@st.composite
def parameters(draw: st.DrawFn, operation: str) -> Any:
    """Return an operation's parameters, valid or not; secret ones have one known value."""
    names = parameter_names(operation)
    base: dict[str, object] = dict(EVENTS[operation])
    if draw(st.booleans()):
        base["dry_run"] = True
    secrets = sorted(load(operation).params.secrets)
    if secrets:
        chosen: set[str] = draw(st.sets(st.sampled_from(secrets)))
        base |= dict.fromkeys(chosen, EVENT_SECRET)
    if draw(st.booleans()):
        base = {"targets": draw(st.sampled_from(targets_of(base))), "max_concurrency": 2}
    return draw(mutated(base, names))


def targets_of(parameters: Mapping[str, object]) -> list[object]:
    """Return targets of an event in each form, the first with all parameters."""
    return [
        [{**parameters, "region": "ap-beijing"}, {"account": "prod-1"}],
        {"accounts": ["default"], "regions": ["ap-beijing", "cn-north-4"], "after": 1, "of": 2},
        {"set": "all-prod"},
    ]


def to_json(value: object) -> bytes:
    """Return a value as JSON, or some other bytes if JSON cannot express it."""
    try:
        return json.dumps(value, default=str).encode("utf-8", "surrogatepass")
    except (ValueError, TypeError, RecursionError):
        return DEEP_TEXTS["deep object"].encode()


@st.composite
def bodies(draw: st.DrawFn, operation: str) -> bytes:
    """Return an HTTP body: JSON of odd parameters, or something that is no JSON."""
    forms = ["json", "json", "json", "text", "bytes", "encoding"]
    form = draw(st.sampled_from(forms))
    if form == "text":
        return draw(st.one_of(texts(), st.sampled_from(sorted(DEEP_TEXTS.values())))).encode(
            "utf-8", "surrogatepass"
        )
    if form == "bytes":
        return draw(st.binary(max_size=30))
    body = to_json(draw(parameters(operation)))
    if form == "encoding":
        encoding = draw(st.sampled_from(["utf-16", "utf-8-sig", "utf-32-le"]))
        return body.decode("utf-8", "replace").encode(encoding)
    return body


@st.composite
def credentials(draw: st.DrawFn, body: bytes) -> tuple[dict[str, str], bool]:
    """Return headers that authenticate a caller, or try to, and whether they do."""
    kind = draw(
        st.sampled_from(["token", "named", "webhook", "none", "wrong", "odd", "stale", "partial"])
    )
    if kind in {"token", "named"}:
        return {"Authorization": f"Bearer {TOKEN if kind == 'token' else NAMED_TOKEN}"}, True
    if kind in {"webhook", "stale", "partial"}:
        headers = signed_headers(
            WEBHOOK_SECRET, body, message_id=draw(st.sampled_from(["msg_1", "m"])), moment=EPOCH
        )
        if kind == "webhook":
            return headers, True
        name = draw(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]))
        if kind == "partial":
            del headers[name]
        else:
            headers[name] = draw(
                st.one_of(texts(), st.just("1"), st.just("v1,")).filter(
                    lambda text: text.strip() != headers[name]
                )
            )
        return headers, False
    odd = {"none": "", "wrong": "Bearer exampleUnknownToken0001"}.get(kind)
    text = draw(texts()) if odd is None else odd
    return ({"Authorization": text} if text else {}), False


@st.composite
def envelopes(draw: st.DrawFn, trigger: str, http: Http) -> object:
    """Return the event in which a platform passes a request, with some parts replaced."""
    event: Any = TRIGGERS[trigger](http)
    as_bytes = isinstance(event, bytes)
    if as_bytes:
        event = json.loads(event)
    names = (
        "cookies",
        "headers",
        "multiValueHeaders",
        "queryString",
        "queryParameters",
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "rawQueryString",
        "rawPath",
        "isBase64Encoded",
        "body",
        "source",
        "version",
        "elb",
        "authorizer",
        "httpMethod",
        "stage",
        "deferred",
    )
    event = draw(mutated(event, names, most=2))
    return to_json(event) if as_bytes else event


@st.composite
def http_calls(draw: st.DrawFn) -> Call:
    """Return a call of an operation's handler over HTTP."""
    operation = draw(st.sampled_from(sorted(OPERATIONS)))
    trigger = draw(st.sampled_from(sorted(TRIGGERS)))
    http, authenticated = draw(requests(operation, "/", "POST"))
    return Call(trigger, draw(envelopes(trigger, http)), authenticated, operation)


@st.composite
def authorizer_calls(draw: st.DrawFn) -> Call:
    """Return a call through a platform's authorizer, which need not have authenticated anyone.

    Only AWS's events show whether it did.
    """
    operation = draw(st.sampled_from(sorted(OPERATIONS)))
    trigger = draw(st.sampled_from(sorted(TRIGGERS)))
    http, _ = draw(requests(operation, "/", "POST"))
    odd = draw(st.booleans())
    authorizer = draw(mutated(AUTHORIZER)) if odd else draw(st.sampled_from(NO_CLAIMS))
    http = replace(http, authorizer=authorizer)
    authenticated = odd or not trigger.startswith("aws-")
    return Call(trigger, TRIGGERS[trigger](http), authenticated, operation)


@st.composite
def requests(
    draw: st.DrawFn, operation: str, path: str, method: str, body: bytes | None = None
) -> tuple[Http, bool]:
    """Return a request, and whether its caller is authenticated."""
    if body is None:
        body = draw(st.one_of(st.just(b""), bodies(operation)))
    headers, authenticated = draw(credentials(body))
    kind = draw(
        st.sampled_from(
            ["application/json", "", "text/html", "application/json; charset=latin-1", "\0", "é;;="]
        )
    )
    if kind:
        headers["Content-Type"] = kind
    odd_header = draw(
        st.sampled_from(["", "Cookie", "Range", "If-None-Match", "If-Modified-Since", "Host"])
    )
    if odd_header:
        headers[odd_header] = draw(texts())
    names = st.one_of(st.sampled_from(["a", *parameter_names(operation)]), texts())
    query: dict[str, str] = draw(
        st.one_of(st.just({}), st.dictionaries(names, texts(), max_size=2))
    )
    has_secrets: bool = draw(st.booleans())
    if query and has_secrets:
        query |= dict.fromkeys(sorted(load(operation).params.secrets), EVENT_SECRET)
    try:
        urlencode(query)
    except UnicodeEncodeError:  # the platforms' own gateways cannot pass it either
        query = {}
    http = Http(method, path, headers, query, body, encoded=draw(st.booleans()))
    return http, authenticated


@st.composite
def events(draw: st.DrawFn) -> Call:
    """Return a call of an operation's handler: direct, by a timer, or any other JSON."""
    operation = draw(st.sampled_from(sorted(OPERATIONS)))
    form = draw(st.sampled_from(["direct", "direct", "sample", "timer", "value"]))
    trigger = draw(st.sampled_from([*sorted(TRIGGERS), "none"]))
    if form == "direct":
        event = draw(parameters(operation))
    elif form == "sample":
        event = draw(mutated(sample(f"platforms/{draw(st.sampled_from(SAMPLES))}.json")))
    elif form == "timer":
        event = draw(timers(draw(parameters(operation))))
    else:
        event = draw(values())
    if trigger == "fc" and not (form == "value" and isinstance(event, bytes)):
        event = to_json(event)
    return Call(trigger, event, form == "sample", operation)  # HTTP samples have a valid token


SAMPLES = (
    "aws-http",
    "aws-rest-http",
    "aws-timer-rule",
    "aws-timer-scheduler",
    "aws-url-http",
    "fc-http",
    "fc-timer",
    "functiongraph-http",
    "functiongraph-timer",
    "scf-http",
    "scf-timer",
)


@st.composite
def timers(draw: st.DrawFn, message: object) -> Any:
    """Return a timer's event of any platform with these parameters."""
    text = to_json(message).decode("utf-8", "replace")
    base = draw(
        st.sampled_from(
            [
                {"triggerTime": "2026-11-21T02:00:00Z", "triggerName": "t", "payload": text},
                {"Type": "Timer", "TriggerName": "t", "Time": "", "Message": text},
                {"trigger_type": "TIMER", "trigger_name": "t", "user_event": text},
                {"source": "aws.scheduler", "detail-type": "Scheduled Event", "detail": {}},
            ]
        )
    )
    return draw(mutated(base, most=2))


PATHS = (
    "/",
    "",
    "/console.0123456789abcdef.js",
    "/health",
    "/openapi.json",
    "/operations",
    "/operations/tencent.cwp.SyncMachines",
    "/operations/huawei.oms.StartSyncTask",
    "/operations/huawei.oms.StartSyncTask/status",
    "/operations/alibaba.edas.SynchronizeResource/status",
    "/operations/unknown",
    "/chat/slack",
    "/chat/slack/interactive",
    "/chat/dingtalk",
    "/chat/unknown",
    "/cloud-sync/operations",
)
METHODS = ("GET", "HEAD", "POST", "PUT", "OPTIONS", "", "post", "\0", "É")


@st.composite
def web_calls(draw: st.DrawFn) -> Call:
    """Return a call of the web app over HTTP, on any route."""
    trigger = draw(st.sampled_from(sorted(TRIGGERS)))
    path = draw(st.sampled_from(PATHS))
    if draw(st.integers(0, 4)) == 0:
        path += draw(texts())
    method = draw(st.sampled_from(METHODS))
    if path.startswith("/operations/"):
        method = draw(st.sampled_from(["POST", method]))
    operation = draw(st.sampled_from(sorted(OPERATIONS)))
    http, authenticated = draw(requests(operation, path, method))
    return Call(trigger, draw(envelopes(trigger, http)), authenticated, operation)


DEFERRED: Mapping[str, object] = {
    "deferred": {
        "platform": "slack",
        "message_id": "1.000.example",
        "operation": "tencent.cwp.SyncMachines",
        "action": "run",
        "parameters": {},
        "account": "default",
        "region": "ap-guangzhou",
        "tenant": "T00EXAMPLE",
        "user": "U00EXAMPLE",
        "channel": "C00EXAMPLE",
        "callback": RESPONSE_URL,
        "callback_expires": EPOCH.timestamp() + 600,
        "replaces": False,
    }
}


@st.composite
def deferred_calls(draw: st.DrawFn) -> Call:
    """Return a direct call of the web app: a deferred run, a timer, or any other JSON."""
    trigger = draw(st.sampled_from([*sorted(TRIGGERS), "none"]))
    event = draw(st.one_of(mutated(DEFERRED), mutated(DEFERRED), timers({}), values()))
    if trigger == "fc":
        event = to_json(event)
    return Call(trigger, event, authenticated=True)


COMMANDS = (
    "",
    "help",
    "list",
    "plan edas type=all",
    "status cwp",
    "status devservers include_servers=all",
    "run cwp",
    "run cwp wait_seconds=9e999",
    "run cwp wait_seconds=nan",
    f"run oms sync_task_id={TASK}",
    "run oms",
    f"run oms sync_task_id={TASK} src_ak={EVENT_SECRET} src_sk={EVENT_SECRET}",
    f"plan oms dst_sk='{EVENT_SECRET}' dst_sk={EVENT_SECRET}",
    "plan edas type=ecs resource_ids=" + "i-1," * 60,
    "run devservers limit=" + "9" * 15,
    "confirm",
    "confirm e30.e30",
    "plan edas \ud800=1",
    "'" * 3_000,
    "a" * 60_000,
    "run cwp region='\x0e\x0f*'",
)


def confirmation_code(sender: Sender) -> str:
    """Return a valid code for a run of CWP."""
    pending = PendingRun("tencent.cwp.SyncMachines", {}, "default", "ap-guangzhou")
    return issue_code(pending, sender, Secret(CONFIRM_SECRET), EPOCH)


@st.composite
def commands(draw: st.DrawFn, sender: Sender) -> str:
    """Return a command: a usual one, one with an odd part, or any text."""
    text = draw(st.one_of(st.sampled_from(COMMANDS), st.just(None), texts()))
    if text is None:
        code = confirmation_code(sender)
        odd = draw(texts())
        choices = [code, code[:-1], f"{odd}.{code.partition('.')[2]}", f"{code} {odd}", odd]
        return f"confirm {draw(st.sampled_from(choices))}"
    return text + (f" {draw(texts())}={draw(texts())}" if draw(st.booleans()) else "")


@st.composite
def chat_calls(draw: st.DrawFn) -> Call:
    """Return a call of the web app by a chat platform; most are signed, their bodies are odd."""
    kind = draw(st.sampled_from(["slack", "slack/interactive", "dingtalk"]))
    if kind == "dingtalk":
        body = draw(dingtalk_bodies())
    else:
        body = draw(slack_forms() if kind == "slack" else slack_clicks())
    signed = draw(st.integers(0, 9)) > 0
    wrong = draw(st.sampled_from(["secret", "stamp"]))
    secret = APP_SECRET if kind == "dingtalk" else SIGNING_SECRET
    stamp = str(int(EPOCH.timestamp()) * (1000 if kind == "dingtalk" else 1))
    if not signed and wrong == "secret":
        secret = "exampleWrongSecret0001"
    elif not signed:
        stamp = draw(st.sampled_from(["0", "9" * 15, "9" * 5_000, "-1", "", "\u0661", "1e9"]))
    if kind == "dingtalk":
        headers = dingtalk_headers(secret=secret, stamp=stamp)
    else:
        headers = slack_headers(body, secret=secret, stamp=stamp)
    trigger = draw(st.sampled_from(sorted(TRIGGERS)))
    http = Http("POST", f"/chat/{kind}", headers, {}, body, encoded=draw(st.booleans()))
    plain: Any = TRIGGERS[trigger](http)
    event = draw(envelopes(trigger, http)) if draw(st.integers(0, 4)) == 0 else plain
    return Call(trigger, event, authenticated=signed)


@st.composite
def slack_forms(draw: st.DrawFn) -> bytes:
    """Return the form of a slash command with odd fields."""
    sender = Sender("slack", "T00EXAMPLE", "U00EXAMPLE", "C00EXAMPLE")
    form: dict[str, Any] = {
        "team_id": sender.tenant,
        "channel_id": sender.channel,
        "user_id": sender.user,
        "command": "/cloud-sync",
        "text": draw(commands(sender)),
        "response_url": RESPONSE_URL,
        "trigger_id": "1.000.example",
    }
    return encoded_form(draw(odd_fields(form)))


def encoded_form(form: Mapping[str, object]) -> bytes:
    """Return a form's bytes; half surrogates become bytes that are not UTF-8."""
    pairs = {name: value if isinstance(value, str) else "" for name, value in form.items()}
    return urlencode(pairs, errors="surrogatepass").encode()


@st.composite
def odd_fields(draw: st.DrawFn, form: dict[str, Any]) -> dict[str, Any]:
    """Return a form of which a field may be odd or missing."""
    if draw(st.booleans()):
        name = draw(st.sampled_from(sorted(form)))
        odd = draw(st.one_of(texts(), st.none(), st.sampled_from(URLS)))
        form = {**form, name: odd} if odd is not None else removed(form, (name,))
    return form


URLS = (
    "https://hooks.slack.com/",
    "https://hooks.slack.com/%ff",
    "https://hooks.slack.com/services/T00EXAMPLE/B/\ud800",
    "https://hooks.slack.com/commands/a?b=%zz&c=%ff",
    "https://hooks.slack.com:443@example.com/",
    "https://hooks.slack.com/a#b",
    "https://hooks.slack.com/[",
    "https://oapi.dingtalk.com/robot/sendBySession?session=" + "a" * 5_000,
    "https://oapi.dingtalk.com/%2f",
    "https://example.com/",
    "http://169.254.169.254/latest",
)


def slack_click(action: str) -> dict[str, Any]:
    """Return the payload of a click on a button with a valid confirmation code."""
    sender = Sender("slack", "T00EXAMPLE", "U00EXAMPLE", "C00EXAMPLE")
    return {
        "type": "block_actions",
        "user": {"id": sender.user},
        "team": {"id": sender.tenant},
        "channel": {"id": sender.channel},
        "trigger_id": "1.000.example",
        "response_url": CLICK_URL,
        "actions": [{"action_id": action, "value": confirmation_code(sender)}],
    }


@st.composite
def slack_clicks(draw: st.DrawFn) -> bytes:
    """Return the form of a click on a button with odd parts."""
    payload = slack_click(draw(st.sampled_from([RUN_ACTION, CANCEL_ACTION])))
    if draw(st.booleans()):
        payload["response_url"] = draw(st.sampled_from(URLS))
    text = to_json(draw(mutated(payload))).decode("utf-8", "replace")
    return encoded_form({"payload": draw(st.one_of(st.just(text), st.just(text), texts()))})


@st.composite
def dingtalk_bodies(draw: st.DrawFn) -> bytes:
    """Return the JSON of a message to the robot with odd parts."""
    sender = Sender("dingtalk", CORP, "user0001", "cidexample0001==")
    message = {
        "conversationId": sender.channel,
        "chatbotCorpId": CORP,
        "senderCorpId": CORP,
        "senderStaffId": sender.user,
        "msgId": "msgexample1==",
        "msgtype": "text",
        "text": {"content": draw(commands(sender))},
        "sessionWebhook": draw(st.one_of(st.just(SESSION_URL), st.sampled_from(URLS))),
        "sessionWebhookExpiredTime": draw(
            st.one_of(
                st.just(int(EPOCH.timestamp() + 600) * 1000),
                st.sampled_from([0, -1, 10**400, 1e308, float("nan"), True, "1", None]),
            )
        ),
    }
    body = to_json(draw(mutated(message)))
    return draw(st.one_of(st.just(body), st.just(body), st.binary(max_size=20), texts().map(_raw)))


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


SETTINGS: Mapping[str, object] = {
    "DEFAULT_PARAMETERS": {"tencent.cwp.SyncMachines": {"sync": False}},
    "OMS_TASKS": {TASK: {"project_id": "p", "region": "cn-north-4", "keys": "OMS_PHOTOS"}},
    "HTTP_RIGHTS": [{"tokens": ["*"], "operations": ["*"], "actions": ["*"]}],
    "CHAT_RIGHTS": [
        {
            "platform": "slack",
            "users": ["*"],
            "channels": ["*"],
            "operations": ["*"],
            "actions": ["*"],
        }
    ],
    "NOTIFY": [{"kind": "slack", "url": "env:SLACK_URL", "on": ["failed", "attention"]}],
}
"""Settings that hold JSON, each with a valid value."""

TEXT_SETTINGS = (
    "HTTP_BEARER_TOKENS",
    "HTTP_WEBHOOK_SECRETS",
    "HTTP_AUTH",
    "HTTP_DEADLINE_SECONDS",
    "ON_FAILURE",
    "LOG_LEVEL",
    "METRICS",
    "CWP_SITE",
    "CONSOLE_LABEL",
    "WEB_BASE_PATH",
    "SLACK_SIGNING_SECRET",
    "DINGTALK_APP_SECRET",
    "DINGTALK_CORP_ID",
    "CHAT_CONFIRM_SECRET",
    "ALLOW_SECRETS_IN_EVENTS",
    "TENCENTCLOUD_REGION",
    "ALIBABA_CLOUD_REGION_ID",
    "HUAWEICLOUD_REGION",
    "HUAWEICLOUD_PROJECT_ID",
    "CWP_ENDPOINT_URL",
    "HTTPS_PROXY",
    "NO_PROXY",
)


@st.composite
def odd_settings(draw: st.DrawFn) -> dict[str, str]:
    """Return settings of which some hold odd JSON or odd text."""
    odd: dict[str, str] = {}
    for name in draw(st.sets(st.sampled_from(sorted(SETTINGS)), max_size=2)):
        value = draw(mutated(SETTINGS[name]))
        odd[name] = to_json(value).decode("utf-8", "replace")
    for name in draw(st.sets(st.sampled_from(TEXT_SETTINGS), max_size=2)):
        odd[name] = draw(st.one_of(texts(), st.sampled_from(sorted(DEEP_TEXTS.values()))))
    return odd
