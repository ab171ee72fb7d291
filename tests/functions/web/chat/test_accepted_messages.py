"""What a message says of its sender, and how long its reply can be late."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlencode

import pytest

from functions.web.chat import dingtalk, slack
from functions.web.chat.dingtalk import LATEST_MILLISECONDS
from functions.web.chat.message import Message, ResponseUrl, Sender
from shared.errors import Misconfigured
from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.query import Query
from shared.http_trigger.request import HttpRequest
from shared.models.secret import Secret
from shared.settings import Settings

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)
CORP = "dingexamplecorp"
SETTINGS = Settings.from_environ({"DINGTALK_CORP_ID": CORP})

SLACK_URL = "https://hooks.slack.com/commands/T1/1/x"
SLACK_FORM = {
    "team_id": "T1",
    "user_id": "U1",
    "channel_id": "C1",
    "command": "/cloud-sync",
    "text": "run &lt;x&gt; a=1",
    "trigger_id": "1.example",
    "response_url": SLACK_URL,
}
DINGTALK_URL = "https://oapi.dingtalk.com/robot/sendBySession?session=x"
DINGTALK_MESSAGE: dict[str, Any] = {
    "senderStaffId": "staff1",
    "senderCorpId": CORP,
    "chatbotCorpId": CORP,
    "conversationId": "cid1",
    "msgId": "msg1",
    "msgtype": "text",
    "text": {"content": "help"},
    "sessionWebhook": DINGTALK_URL,
    "sessionWebhookExpiredTime": 1_795_262_400_500,
}


def request(content_type: str, **headers: str) -> HttpRequest:
    named = {"content-type": content_type, **headers}
    return HttpRequest(
        "POST",
        {name.replace("_", "-"): (value,) for name, value in named.items()},
        Query(),
        b"",
        is_base64=False,
        authorizer=None,
    )


def from_slack(**changes: str | None) -> Message:
    fields = {name: value for name, value in (SLACK_FORM | changes).items() if value is not None}
    form = request("application/x-www-form-urlencoded", x_slack_signature="v0=example")
    return slack.read(form, urlencode(fields).encode(), SETTINGS, NOW)


def from_dingtalk(settings: Settings = SETTINGS, **changes: Any) -> Message:
    body = json.dumps(DINGTALK_MESSAGE | changes).encode()
    return dingtalk.read(request("application/json"), body, settings, NOW)


def test_slacks_message_names_workspace_person_channel_and_command() -> None:
    assert from_slack() == Message(
        sender=Sender(platform="slack", tenant="T1", user="U1", channel="C1"),
        text="run <x> a=1",
        message_id="1.example",
        response_url=ResponseUrl(Secret(SLACK_URL), NOW.timestamp() + 30 * 60),
        command_prefix="/cloud-sync ",
    )


def test_slacks_message_without_an_id_has_its_signature_as_one() -> None:
    assert from_slack(trigger_id=None).message_id == "v0=example"


@pytest.mark.parametrize("url", [None, ""])
def test_slacks_message_without_a_response_url_has_none(url: str | None) -> None:
    assert from_slack(response_url=url).response_url is None


def test_slacks_message_without_a_text_is_empty() -> None:
    assert from_slack(text=None).text == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("team_id", None),
        ("user_id", None),
        ("channel_id", None),
        ("command", None),
        ("trigger_id", "\n"),
    ],
)
def test_a_field_that_slacks_message_lacks_is_named(field: str, value: str | None) -> None:
    with pytest.raises(HttpProblem, match=f"^missing or invalid {field}$") as refused:
        from_slack(**{field: value})
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("user_id=", "duplicate form field"),
        ("user_id=U2", "duplicate form field"),
        ("more=%FF", "the body is not a form in UTF-8"),
    ],
)
def test_a_form_has_each_field_once_and_in_utf_8(more: str, reason: str) -> None:
    body = f"{urlencode(SLACK_FORM)}&{more}".encode()
    with pytest.raises(HttpProblem, match=f"^{reason}$") as refused:
        slack.read(request("application/x-www-form-urlencoded"), body, SETTINGS, NOW)
    assert refused.value.status == 400


@pytest.mark.parametrize(("count", "is_accepted"), [(100, True), (101, False)])
def test_a_form_has_at_most_a_hundred_fields(count: int, is_accepted: bool) -> None:  # noqa: FBT001
    more = {f"field{number}": "" for number in range(count - len(SLACK_FORM))}
    if is_accepted:
        assert from_slack(**more).text == "run <x> a=1"
        return
    with pytest.raises(HttpProblem, match="not a form") as refused:
        from_slack(**more)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ((), "the header x-slack-signature is required exactly once"),
        (("v0=a", "v0=a"), "the header x-slack-signature is required exactly once"),
    ],
)
def test_slacks_headers_are_required_once(values: tuple[str, ...], reason: str) -> None:
    repeated = HttpRequest(
        "POST",
        {"x-slack-request-timestamp": ("1",), "x-slack-signature": values},
        Query(),
        b"",
        is_base64=False,
        authorizer=None,
    )
    with pytest.raises(HttpProblem, match=f"^{reason}$") as refused:
        slack.verify(repeated, b"", Secret("exampleSigningSecret"), NOW)
    assert refused.value.status == 401


def test_dingtalks_message_names_organization_person_and_channel() -> None:
    assert from_dingtalk() == Message(
        sender=Sender(platform="dingtalk", tenant=CORP, user="staff1", channel="cid1"),
        text="help",
        message_id="msg1",
        response_url=ResponseUrl(Secret(DINGTALK_URL), 1_795_262_400.5),
        command_prefix="",
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"msgtype": "picture"},
        {"msgtype": None},
        {"text": None},
        {"text": "help"},
        {"text": {}},
        {"text": {"content": 5}},
    ],
)
def test_dingtalks_message_without_a_text_is_empty(changes: dict[str, Any]) -> None:
    assert from_dingtalk(**changes).text == ""


@pytest.mark.parametrize("url", [None, "", 5])
def test_dingtalks_message_without_a_url_has_none(url: object) -> None:
    assert from_dingtalk(sessionWebhook=url).response_url is None


@pytest.mark.parametrize("expires", [None, True, "1795262400500", [1]])
def test_a_url_without_a_readable_expiry_has_expired(expires: object) -> None:
    message = from_dingtalk(sessionWebhookExpiredTime=expires)
    assert message.response_url == ResponseUrl(Secret(DINGTALK_URL), 0.0)


@pytest.mark.parametrize(
    ("expires", "seconds"),
    [(LATEST_MILLISECONDS, LATEST_MILLISECONDS / 1000), (LATEST_MILLISECONDS + 1, 0.0), (-1, 0.0)],
)
def test_an_expiry_that_is_no_time_is_in_the_past(expires: int, seconds: float) -> None:
    message = from_dingtalk(sessionWebhookExpiredTime=expires)
    assert message.response_url == ResponseUrl(Secret(DINGTALK_URL), seconds)


@pytest.mark.parametrize("missing", ["timestamp", "sign"])
def test_dingtalks_headers_are_required(missing: str) -> None:
    headers = {"timestamp": "1", "sign": "example"}
    del headers[missing]
    with pytest.raises(HttpProblem, match="the headers timestamp and sign are required") as refused:
        dingtalk.verify(
            request("application/json", **headers), b"", Secret("exampleAppSecret"), NOW
        )
    assert refused.value.status == 401


@pytest.mark.parametrize("field", ["senderStaffId", "conversationId", "msgId"])
def test_a_field_that_dingtalks_message_lacks_is_named(field: str) -> None:
    missing: dict[str, Any] = {field: None}
    with pytest.raises(HttpProblem, match=f"^missing or invalid {field}$") as refused:
        from_dingtalk(**missing)
    assert refused.value.status == 400


@pytest.mark.parametrize("missing", ["senderCorpId", "chatbotCorpId"])
def test_one_of_dingtalks_organizations_is_enough(missing: str) -> None:
    changes: dict[str, Any] = {missing: None}
    assert from_dingtalk(**changes).sender.tenant == CORP


def test_without_an_organization_dingtalk_is_misconfigured() -> None:
    with pytest.raises(Misconfigured, match=r"^DINGTALK_CORP_ID is not set") as refused:
        from_dingtalk(Settings.from_environ({}))
    assert refused.value.code == "TenantMissing"
