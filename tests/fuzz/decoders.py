"""The decoders and verifiers by themselves: each decodes, or raises the error that it documents."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable

from hypothesis import strategies as st

from functions.huawei.oms_tasks import parse_tasks
from functions.registry import load
from functions.web.chat import dingtalk, slack
from functions.web.chat.confirmation import read_code
from functions.web.chat.message import Sender
from functions.web.chat.parser import parse
from functions.web.chat.permissions import permissions_for
from functions.web.chat.response_url import validate_response_url
from shared.errors import SyncError
from shared.http_trigger.auth_config import load_auth_config
from shared.http_trigger.authentication import verify_webhook
from shared.http_trigger.body import parse_json, require_json
from shared.http_trigger.permissions import load_rules
from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.query import Query, parse_query
from shared.http_trigger.request import HttpRequest, parse_request
from shared.models.secret import Secret
from shared.notifications.config import load_channels
from shared.platforms import detect_platform
from shared.settings import Settings
from shared.validation import coerce_strings, join_repeated, parse_defaults, parse_parameters
from tests.fuzz.data import NAMES, RAW, parsed, sample_events, structured_or_raw
from tests.support.clocks import EPOCH
from tests.support.fake_chat import APP_SECRET, CONFIRM_SECRET, SIGNING_SECRET
from tests.support.hostile_events import SETTINGS, texts, values

SENDER = Sender("slack", "T00EXAMPLE", "U00EXAMPLE", "C00EXAMPLE")
SECONDS = str(int(EPOCH.timestamp()))
OPERATIONS = [load(name) for name in NAMES]


def request_with(body: bytes, **headers: str) -> HttpRequest:
    names = {name.replace("_", "-"): (value,) for name, value in headers.items()}
    return HttpRequest("POST", names, Query(), body, is_base64=True, authorizer=None)


def text_of(data: bytes) -> str:
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def no_one(verify: Callable[[], object]) -> None:
    """Check that a verifier accepts nothing that was not signed with its key."""
    verify()
    msg = "an unsigned request was accepted"
    raise AssertionError(msg)


def query(data: bytes) -> None:
    for operation in OPERATIONS:
        joined = join_repeated(parse_query(data.decode("latin-1")).values(), operation)
        parse_parameters(coerce_strings(joined, operation), {}, operation)


def parameters(data: bytes) -> None:
    for operation in OPERATIONS:
        parse_parameters(parse_json(data), {}, operation)


def defaults(data: bytes) -> None:
    for operation in OPERATIONS:
        parse_defaults(text_of(data), operation)


def settings(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    tokens = Settings.from_environ({"HTTP_BEARER_TOKENS": text, "HTTP_WEBHOOK_SECRETS": text})
    load_auth_config(tokens, lambda _secret: None)


def timestamp_and_signature(data: bytes) -> tuple[str, str]:
    stamp, _, signature = data.decode("latin-1").partition("\n")
    return stamp or SECONDS, signature


def slack_signature(data: bytes) -> None:
    stamp, mac = timestamp_and_signature(data)
    request = request_with(b"", x_slack_request_timestamp=stamp, x_slack_signature=mac)
    no_one(lambda: slack.verify(request, b"body", Secret(SIGNING_SECRET), EPOCH))


def dingtalk_signature(data: bytes) -> None:
    stamp, mac = timestamp_and_signature(data)
    request = request_with(b"", timestamp=stamp, sign=mac)
    no_one(lambda: dingtalk.verify(request, b"", Secret(APP_SECRET), EPOCH))


def webhook_signature(data: bytes) -> None:
    stamp, mac = timestamp_and_signature(data)
    request = request_with(
        b"", webhook_id="m", webhook_timestamp=stamp or "0", webhook_signature=mac or "v1,"
    )
    no_one(lambda: verify_webhook(request, b"", (b"k" * 32, b"l" * 32), EPOCH))


DECODERS: tuple[Callable[[bytes], object], ...] = (
    query,
    parameters,
    defaults,
    settings,
    slack_signature,
    dingtalk_signature,
    webhook_signature,
    lambda data: request_with(data).body(),
    lambda data: require_json(request_with(b"", content_type=data.decode("latin-1")), b"{}"),
    lambda data: no_one(lambda: read_code(text_of(data), SENDER, Secret(CONFIRM_SECRET), EPOCH)),
    lambda data: parse(slack.unescape(text_of(data))),
    slack.read_form,
    lambda data: validate_response_url(text_of(data), slack.CALLBACK_ORIGIN, 0.0),
    lambda data: load_rules(text_of(data)),
    lambda data: permissions_for(text_of(data), SENDER).actions("tencent.cwp.SyncMachines"),
    lambda data: parse_tasks(text_of(data)),
    lambda data: load_channels(Settings.from_environ({"NOTIFY": text_of(data)})),
    lambda data: detect_platform(data, None).parse_event(data),
    lambda data: parse_request(value if isinstance(value := parsed(data), dict) else {}),
)

SEEDS = [
    *(RAW + bytes([number]) for number in range(len(DECODERS))),
    *(
        RAW + bytes([number]) + event
        for event in sample_events("*/*.json")
        for number in (1, 17, 18)
    ),
    *(
        RAW + bytes([number]) + json.dumps(value).encode()
        for value in SETTINGS.values()
        for number in (2, 13, 14, 15, 16)
    ),
    RAW + bytes([0]) + b"type=ecs&resource_ids=i-1&resource_ids=i-2&wait_seconds=1",
    RAW + bytes([10]) + b"run cwp region=ap-guangzhou wait_seconds=10",
    RAW + bytes([12]) + b"https://hooks.slack.com/commands/T/1/x?a=b",
]


def check_raw(data: bytes) -> None:
    """Decode bytes; the first one says with what."""
    decode = DECODERS[data[0] % len(DECODERS)] if data else DECODERS[0]
    with contextlib.suppress(HttpProblem, SyncError):
        decode(data[1:])


def check_value(drawn: tuple[int, object, str]) -> None:
    """Validate a value as parameters, and decode a text."""
    number, value, text = drawn
    for operation in OPERATIONS:
        try:
            parse_parameters(value, {}, operation)
        except SyncError:
            continue
    check_raw(bytes([number]) + text.encode("utf-8", "surrogatepass"))


fuzz = structured_or_raw(
    st.tuples(st.integers(0, len(DECODERS) - 1), values(), texts()), check_value, check_raw
)
