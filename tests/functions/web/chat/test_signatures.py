"""Accepted messages: signed by the platform, recent, not replayed, and of our own organization."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode

import pytest

from functions.web.chat import dingtalk as dingtalk_chat
from functions.web.chat import slack
from local.http_events import TRIGGERS, Http
from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.query import Query
from shared.http_trigger.request import HttpRequest
from shared.models.secret import Secret
from shared.notifications import dingtalk
from tests.support.fake_chat import (
    APP_SECRET,
    SESSION_URL,
    SIGNING_SECRET,
    ChatReply,
    FakeChat,
    dingtalk_headers,
    slack_headers,
)
from tests.support.repository import VECTORS

SIGNED_EXAMPLES = {
    vector["id"]: vector for vector in json.loads((VECTORS / "chat.json").read_text())
}
KINDS = ("slack", "dingtalk")


def assert_refused(reply: ChatReply, chat: FakeChat, status: int = 401) -> None:
    assert reply.status == status
    assert reply.json["status"] == status
    assert len(chat.emulator.received) == 0
    assert chat.deferred == []


def test_slacks_published_example_is_accepted_at_its_timestamp() -> None:
    vector = SIGNED_EXAMPLES["slack-v0-doc"]["inputs"]
    expected = SIGNED_EXAMPLES["slack-v0-doc"]["expected"]
    secret, body = Secret(vector["signing_secret"]), vector["body"].encode()
    request = HttpRequest(
        "POST",
        {
            "x-slack-signature": (expected,),
            "x-slack-request-timestamp": (vector["timestamp"],),
            "content-type": ("application/x-www-form-urlencoded",),
        },
        Query(),
        body,
        is_base64=False,
        authorizer=None,
    )
    then = datetime.fromtimestamp(int(vector["timestamp"]), timezone.utc)

    slack.verify(request, body, secret, then)

    with pytest.raises(HttpProblem):
        slack.verify(request, body + b"&text=run", secret, then)
    assert f"v0={slack.signature(secret, vector['timestamp'], body)}" == expected


def test_dingtalks_signature_is_the_vectors() -> None:
    vector = SIGNED_EXAMPLES["dingtalk-sign-SELF"]
    inputs = vector["inputs"]

    assert dingtalk.sign(Secret(inputs["secret"]), int(inputs["timestamp"])) == vector["expected"]


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("encoded", [False, True])
def test_a_signed_message_is_accepted_through_every_gateway(
    chat: FakeChat,
    trigger: str,
    encoded: bool,  # noqa: FBT001 - a column of the table
) -> None:
    body = urlencode(chat.slack_form("hëlp “x”" if encoded else "help")).encode()
    reply = chat.request(
        "slack", Http(body=body, headers=slack_headers(body), encoded=encoded), trigger
    )
    assert reply.status == 200

    body = json.dumps(chat.dingtalk_message("help")).encode()
    reply = chat.request(
        "dingtalk", Http(body=body, headers=dingtalk_headers(), encoded=encoded), trigger
    )
    assert "Commands:" in reply.text


@pytest.mark.parametrize("kind", KINDS)
def test_a_platform_without_its_secret_is_not_there(chat: FakeChat, kind: str) -> None:
    chat.environ["SLACK_SIGNING_SECRET"] = ""
    del chat.environ["DINGTALK_APP_SECRET"]

    assert_refused(chat.send(kind, "help"), chat, 404)


@pytest.mark.parametrize(
    ("secret", "fault"),
    [
        ("exampleSmall", "is shorter than 16 characters"),
        ("<signing secret here>", "is a placeholder"),
        (hashlib.sha256(b"").hexdigest(), "is the digest of an empty text"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_platform_with_a_weak_secret_is_misconfigured_and_named(
    chat: FakeChat, kind: str, secret: str, fault: str
) -> None:
    names = {"slack": "SLACK_SIGNING_SECRET", "dingtalk": "DINGTALK_APP_SECRET"}
    chat.environ[names[kind]] = secret

    reply = chat.send(kind, "help")

    assert_refused(reply, chat, 500)
    assert reply.json["detail"].startswith(f"{names[kind]} {fault}. ")
    assert secret not in reply.body


@pytest.mark.parametrize("kind", ["teams", "feishu", "", "http", "SLACK"])
def test_an_unknown_platform_is_not_there(chat: FakeChat, kind: str) -> None:
    body = urlencode(chat.slack_form("help")).encode()

    assert_refused(chat.request(kind, Http(body=body, headers=slack_headers(body))), chat, 404)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD", "DELETE"])
def test_messages_are_accepted_by_post_only(chat: FakeChat, kind: str, method: str) -> None:
    reply = chat.request(kind, Http(method=method, headers=dingtalk_headers()))

    assert_refused(reply, chat, 405)
    assert reply.raw["headers"]["Allow"] == "POST"


@pytest.mark.parametrize("off", [-310, 310, -86_400])
@pytest.mark.parametrize("kind", KINDS)
def test_more_than_five_minutes_off_is_refused(chat: FakeChat, kind: str, off: float) -> None:
    assert_refused(chat.send(kind, "help", off=off), chat)


@pytest.mark.parametrize("off", [-290, 290])
@pytest.mark.parametrize("kind", KINDS)
def test_less_than_five_minutes_off_is_accepted(chat: FakeChat, kind: str, off: float) -> None:
    assert chat.send(kind, "help", off=off).status == 200


NOON = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)


def verify_at(kind: str, moment: datetime) -> None:
    """Verify a message that was signed at noon."""
    seconds = int(NOON.timestamp())
    headers = (
        slack_headers(b"text=help", stamp=str(seconds))
        if kind == "slack"
        else dingtalk_headers(stamp=f"{seconds}000")
    )
    request = HttpRequest(
        "POST",
        {name.lower(): (value,) for name, value in headers.items()},
        Query(),
        b"text=help",
        is_base64=False,
        authorizer=None,
    )
    if kind == "slack":
        slack.verify(request, b"text=help", Secret(SIGNING_SECRET), moment)
    else:
        dingtalk_chat.verify(request, b"text=help", Secret(APP_SECRET), moment)


@pytest.mark.parametrize("seconds", [-300, 300])
@pytest.mark.parametrize("kind", KINDS)
def test_a_message_is_valid_for_exactly_five_minutes(kind: str, seconds: int) -> None:
    verify_at(kind, NOON + timedelta(seconds=seconds))
    with pytest.raises(HttpProblem, match="5-minute tolerance"):
        verify_at(kind, NOON + timedelta(seconds=seconds * 1.001))


STAMPS = ["yesterday", "", "1e9", "-1", "٣٣٣٣٣٣٣٣٣٣", "1" * 40, "NaN", "12.5", " 1"]


@pytest.mark.parametrize("stamp", STAMPS)
def test_an_invalid_timestamp_is_refused(chat: FakeChat, stamp: str) -> None:
    body = urlencode(chat.slack_form("help")).encode()
    headers = slack_headers(body, stamp=stamp or "0") | {"X-Slack-Request-Timestamp": stamp}
    assert_refused(chat.request("slack", Http(body=body, headers=headers)), chat)

    body = json.dumps(chat.dingtalk_message("help")).encode()
    headers = dingtalk_headers(stamp=stamp)
    assert_refused(chat.request("dingtalk", Http(body=body, headers=headers)), chat)


def test_another_secret_signs_nothing(chat: FakeChat) -> None:
    body = urlencode(chat.slack_form("help")).encode()
    headers = slack_headers(body, secret="anotherExampleSecret")
    assert_refused(chat.request("slack", Http(body=body, headers=headers)), chat)

    body = json.dumps(chat.dingtalk_message("help")).encode()
    headers = dingtalk_headers(secret="anotherExampleSecret")
    assert_refused(chat.request("dingtalk", Http(body=body, headers=headers)), chat)


@pytest.mark.parametrize("shown", ["", "v0=", "v1={0}", "{0}", "v0={0} ", "V0={0}", "é", "\udc80"])
def test_a_signature_in_another_shape_is_refused(chat: FakeChat, shown: str) -> None:
    body = urlencode(chat.slack_form("help")).encode()
    headers = slack_headers(body)
    headers["X-Slack-Signature"] = shown.format(headers["X-Slack-Signature"][3:])
    assert_refused(chat.request("slack", Http(body=body, headers=headers)), chat)

    headers = dingtalk_headers()
    headers["sign"] = shown.format(headers["sign"].lower())
    body = json.dumps(chat.dingtalk_message("help")).encode()
    assert_refused(chat.request("dingtalk", Http(body=body, headers=headers)), chat)


@pytest.mark.parametrize("missing", ["X-Slack-Request-Timestamp", "X-Slack-Signature"])
def test_a_slack_message_without_a_header_is_refused(chat: FakeChat, missing: str) -> None:
    body = urlencode(chat.slack_form("help")).encode()
    headers = slack_headers(body)
    del headers[missing]

    assert_refused(chat.request("slack", Http(body=body, headers=headers)), chat)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("slack", "X-Slack-Signature"),
        ("slack", "X-Slack-Request-Timestamp"),
        ("dingtalk", "sign"),
        ("dingtalk", "timestamp"),
    ],
)
def test_a_duplicate_header_is_refused(chat: FakeChat, kind: str, name: str) -> None:
    body = urlencode(chat.slack_form("help")).encode()
    headers = slack_headers(body)
    if kind == "dingtalk":
        body = json.dumps(chat.dingtalk_message("help")).encode()
        headers = dingtalk_headers()

    reply = chat.request(
        kind, Http(body=body, headers={**headers, name.upper(): "another"}), "aws-rest"
    )

    assert_refused(reply, chat)


@pytest.mark.parametrize("name", ["content-type", "x-slack-signature"])
def test_the_case_of_a_headers_name_does_not_matter(chat: FakeChat, name: str) -> None:
    body = urlencode(chat.slack_form("help")).encode()
    headers = {key.upper(): value for key, value in slack_headers(body).items()}

    assert name.upper() in headers
    assert chat.request("slack", Http(body=body, headers=headers), "aws-rest").status == 200


def test_slacks_signature_covers_every_byte(chat: FakeChat) -> None:
    body = urlencode(chat.slack_form("status sync-machines")).encode()
    headers = slack_headers(body)

    for place in range(0, len(body), 7):
        changed = bytearray(body)
        changed[place] ^= 1
        reply = chat.request("slack", Http(body=bytes(changed), headers=headers))
        assert_refused(reply, chat)


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_delivered_twice_is_answered_once(
    chat: FakeChat, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    same = {"trigger_id": "1.example"} if kind == "slack" else {"msgId": "msgexample1=="}
    first = chat.send(kind, "status sync-machines", **same)
    assert "tencent.cwp.SyncMachines" in first.text
    chat.emulator.clear()

    again = chat.send(kind, "status sync-machines", **same)

    assert (again.status, again.body) == (200, "")
    assert len(chat.emulator.received) == 0
    assert "duplicate chat message" in capfd.readouterr().out


def test_a_replayed_slack_request_runs_nothing(chat: FakeChat) -> None:
    form = chat.slack_form("status sync-machines", trigger_id=None)
    body = urlencode(form).encode()
    http = Http(body=body, headers=slack_headers(body))
    assert chat.request("slack", http).text
    chat.emulator.clear()

    assert chat.request("slack", http).body == ""
    assert len(chat.emulator.received) == 0


def test_the_platforms_do_not_share_their_message_ids(chat: FakeChat) -> None:
    chat.slack("help", trigger_id="same-id")

    assert chat.dingtalk("help", msgId="same-id").text


def test_a_refused_message_does_not_use_up_its_id(chat: FakeChat) -> None:
    body = urlencode(chat.slack_form("help", trigger_id="1.example")).encode()
    bad = slack_headers(body, secret="anotherExampleSecret")
    chat.request("slack", Http(body=body, headers=bad))

    assert chat.request("slack", Http(body=body, headers=slack_headers(body))).text


@pytest.mark.parametrize(
    "changes",
    [
        {"chatbotCorpId": "dinganothercorp"},
        {"senderCorpId": "dinganothercorp"},
        {"senderCorpId": None, "chatbotCorpId": None},
        {"senderCorpId": 5},
        {"senderCorpId": ""},
    ],
)
def test_another_organization_is_refused(chat: FakeChat, changes: dict[str, Any]) -> None:
    assert_refused(chat.dingtalk("status sync-machines", **changes), chat, 403)


def test_without_an_organization_no_message_is_accepted(chat: FakeChat) -> None:
    del chat.environ["DINGTALK_CORP_ID"]

    reply = chat.dingtalk("status sync-machines")

    assert "DINGTALK_CORP_ID is not set" in reply.text
    assert len(chat.emulator.received) == 0


def test_slacks_certificate_check_gets_an_empty_response(chat: FakeChat) -> None:
    form = urlencode({"ssl_check": "1", "token": "exampleDeprecatedToken"}).encode()
    for http in (
        Http(body=form, headers={"Content-Type": "application/x-www-form-urlencoded"}),
        Http(method="GET", query={"ssl_check": "1", "token": "exampleDeprecatedToken"}),
    ):
        reply = chat.request("slack", http)
        assert (reply.status, reply.body) == (200, "")

    body = urlencode(chat.slack_form("status sync-machines", ssl_check="1")).encode()
    reply = chat.request("slack", Http(body=body, headers={}))
    assert (reply.status, reply.body) == (200, "")
    assert len(chat.emulator.received) == 0


@pytest.mark.parametrize("form", [b"text=ssl_check%3D1", b"xssl_check=1", b"ssl_check=10"])
def test_nothing_else_is_a_certificate_check(chat: FakeChat, form: bytes) -> None:
    assert_refused(chat.request("slack", Http(body=form)), chat)


def test_the_parameter_of_a_certificate_check_counts_where_slack_sends_it(chat: FakeChat) -> None:
    posted = Http(body=b"text=help", query={"ssl_check": "1"})
    assert_refused(chat.request("slack", posted), chat)
    assert_refused(chat.request("slack", Http(method="GET", body=b"ssl_check=1")), chat, 405)


def test_an_oversized_message_is_refused(chat: FakeChat) -> None:
    body = urlencode(chat.slack_form("x" * 70_000)).encode()
    assert_refused(chat.request("slack", Http(body=body, headers=slack_headers(body))), chat, 413)
    assert_refused(chat.dingtalk("x" * 70_000), chat, 413)


BAD_FORMS = [
    b"text=%FF%FE&user_id=U1",
    b"\xff\xfe\x00",
    "&".join(f"f{number}=1" for number in range(200)).encode(),
    b"",
    b"{}",
]


@pytest.mark.parametrize("body", BAD_FORMS)
def test_a_signed_body_that_is_not_a_form_is_refused(chat: FakeChat, body: bytes) -> None:
    reply = chat.request("slack", Http(body=body, headers=slack_headers(body), encoded=True))
    assert_refused(reply, chat, 400)


@pytest.mark.parametrize("field", ["team_id", "user_id", "channel_id", "command"])
@pytest.mark.parametrize("value", [None, "", "\n", "x" * 300])
def test_a_form_without_who_and_where_is_refused(
    chat: FakeChat, field: str, value: str | None
) -> None:
    changes: dict[str, Any] = {field: value}

    assert_refused(chat.slack("help", **changes), chat, 400)


def test_a_duplicate_field_is_refused(chat: FakeChat) -> None:
    body = urlencode(chat.slack_form("help")).encode() + b"&user_id=U00OTHER"

    assert_refused(chat.request("slack", Http(body=body, headers=slack_headers(body))), chat, 400)


BAD_JSON = [b"\xff\xfe", b"[]", b"null", b"{", b"", b'"text"', b"[" * 60_000]


@pytest.mark.parametrize("body", BAD_JSON)
def test_a_signed_body_that_is_not_a_message_is_refused(chat: FakeChat, body: bytes) -> None:
    reply = chat.request("dingtalk", Http(body=body, headers=dingtalk_headers(), encoded=True))
    assert_refused(reply, chat, 400)


@pytest.mark.parametrize("field", ["senderStaffId", "conversationId", "msgId"])
@pytest.mark.parametrize("value", [None, "", 5, ["x"], "\x00", "x" * 300])
def test_a_message_without_who_and_where_is_refused(chat: FakeChat, field: str, value: Any) -> None:
    assert_refused(chat.dingtalk("help", **{field: value}), chat, 400)


@pytest.mark.parametrize(
    "declared",
    ["application/json", "text/plain", "", "application/x-www-form-urlencoded; charset=gbk"],
)
def test_a_form_with_another_content_type_is_refused(chat: FakeChat, declared: str) -> None:
    body = urlencode(chat.slack_form("help")).encode()
    headers = slack_headers(body) | {"Content-Type": declared}

    assert_refused(chat.request("slack", Http(body=body, headers=headers)), chat, 415)


def test_a_body_that_is_not_the_base64_it_should_be_is_refused(chat: FakeChat) -> None:
    event = TRIGGERS["aws-url"](Http(body=b"x", headers=slack_headers(b"x")))
    assert event["isBase64Encoded"] is False
    request = HttpRequest("POST", {}, Query(), "%%%", is_base64=True, authorizer=None)

    reply = chat.receive("slack", request)

    assert_refused(reply, chat, 400)


@pytest.mark.parametrize("content", [None, 5, {}, {"content": 5}])
def test_a_message_without_text_gets_the_usage(chat: FakeChat, content: Any) -> None:
    assert "Commands:" in chat.dingtalk("", text=content).text
    assert "Commands:" in chat.dingtalk("run sync-machines", msgtype="picture").text


def test_no_secret_is_ever_shown(chat: FakeChat, capfd: pytest.CaptureFixture[str]) -> None:
    shown = "".join(reply.body for reply in (chat.slack("help"), chat.dingtalk("help")))
    shown += chat.slack("help", off=1000).body + "".join(capfd.readouterr())

    for secret in (SIGNING_SECRET, APP_SECRET, "exampleResponseToken", "exampleDingTalkSession"):
        assert secret not in shown
    assert "T00EXAMPLE" in shown


@pytest.mark.parametrize("expires", [10**400, -(10**400), -1, 1e300, True, "1", None], ids=type)
def test_an_expiry_that_is_no_time_is_an_expired_one(chat: FakeChat, expires: Any) -> None:
    assert chat.dingtalk("help", sessionWebhookExpiredTime=expires).status == 200

    message = dingtalk_chat.session_webhook(
        {"sessionWebhook": SESSION_URL, "sessionWebhookExpiredTime": expires}
    )
    assert message is not None
    assert message.expires == 0
