"""Late answers go to the platform itself and to nobody else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from functions.web.chat import response_url as callbacks
from functions.web.chat.message import Sender
from shared.errors import Misconfigured
from shared.http_trigger.problem import HttpProblem
from shared.models.secret import Secret
from shared.settings import Settings
from tests.support.fake_chat import RESPONSE_URL, SESSION_URL, FakeChat

SLACK = "https://hooks.slack.com"

FOREIGN = [
    "https://hooks.slack.com.evil.example/commands/1",
    "https://evil.example/hooks.slack.com/",
    "https://evil.example/#https://hooks.slack.com/",
    "https://hooks.slack.com@evil.example/commands/1",
    "https://hooks.slack.com:443@evil.example/commands/1",
    "https://user:word@hooks.slack.com/commands/1",
    "https://hooks.slack.com:443/commands/1",
    "https://hooks.slack.com:8443/commands/1",
    "https://hooks.slack.com:/commands/1",
    "https://HOOKS.slack.com/commands/1",
    "HTTPS://hooks.slack.com/commands/1",
    "https://hooks.slack.com./commands/1",
    "http://hooks.slack.com/commands/1",
    "http://127.0.0.1/commands/1",
    "https://127.0.0.1/commands/1",
    "https://sub.hooks.slack.com/commands/1",
    "https://slack.com/commands/1",
    "https://hooks.slack.com\\@evil.example/",
    "https://hooks.slack.com/\\evil",
    "https:///hooks.slack.com/commands/1",
    "https:hooks.slack.com/commands/1",
    "//hooks.slack.com/commands/1",
    "https://hooks.slack.com",
    "https://hooks.slack.com/commands/1#part",
    "https://hooks.slack.com/a%2f..%2fb",
    "https://hooks.slack.com/comm\nands/1",
    " https://hooks.slack.com/commands/1",
    "https://hooks.slack.com\t/commands/1",
    "https://hooks。slack。com/commands/1",
    "javascript:alert(1)",
    "",
    "/",
]  # fmt: skip
TAKEN_LITERALLY = "https://hooks.slack.com/\\evil"
"""The only odd one that still is Slack's own: a path is a path."""


@pytest.mark.parametrize("url", [url for url in FOREIGN if url != TAKEN_LITERALLY])
def test_a_url_that_is_not_the_platforms_own_is_refused(url: str) -> None:
    with pytest.raises(HttpProblem) as refused:
        callbacks.validate_response_url(url, SLACK, 0)

    assert refused.value.status == 403
    assert "evil" not in refused.value.detail


def test_a_post_goes_to_the_platform_with_any_path() -> None:
    settings = Settings.from_environ({})
    for url in (RESPONSE_URL, TAKEN_LITERALLY, f"{SLACK}/?x=1", f"{SLACK}/@evil.example"):
        callback = callbacks.validate_response_url(url, SLACK, 0)
        request = callbacks.build_post(callback, "SLACK_ENDPOINT_URL", settings, {})
        assert (request.origin, request.host) == (SLACK, "hooks.slack.com")


@pytest.mark.parametrize("url", [url for url in FOREIGN if url and url != TAKEN_LITERALLY])
def test_a_message_with_a_foreign_callback_is_refused_whole(chat: FakeChat, url: str) -> None:
    assert chat.slack("status sync-machines", response_url=url).status == 403
    foreign = url.replace("hooks.slack.com", "oapi.dingtalk.com")
    assert chat.dingtalk("status sync-machines", sessionWebhook=foreign).status == 403
    assert len(chat.emulator.received) == 0


def test_one_platforms_callback_is_not_anothers(chat: FakeChat) -> None:
    assert chat.slack("help", response_url=SESSION_URL).status == 403
    assert chat.dingtalk("help", sessionWebhook=RESPONSE_URL).status == 403


def test_without_a_callback_only_what_is_answered_at_once_is_done(chat: FakeChat) -> None:
    assert "NOTASK" in chat.slack("status sync-machines", response_url=None).text
    card = chat.slack("run sync-machines")

    reply = chat.slack(card.code, response_url=None)

    assert reply.text == "🚫 The message has no URL for the result. Call the function directly."
    assert chat.deferred == []


@pytest.mark.parametrize("instead", ["http://evil.example", "https://evil.example/path", "ftp://x"])
def test_an_override_is_https_or_this_machine(instead: str) -> None:
    callback = callbacks.validate_response_url(RESPONSE_URL, SLACK, 0)
    settings = Settings.from_environ({"SLACK_ENDPOINT_URL": instead})

    with pytest.raises(Misconfigured, match="SLACK_ENDPOINT_URL"):
        callbacks.build_post(callback, "SLACK_ENDPOINT_URL", settings, {})


def test_an_override_replaces_the_origin_and_nothing_else() -> None:
    callback = callbacks.validate_response_url(SESSION_URL, "https://oapi.dingtalk.com", 0)
    settings = Settings.from_environ({"DINGTALK_ENDPOINT_URL": "https://gateway.example:8443"})

    request = callbacks.build_post(callback, "DINGTALK_ENDPOINT_URL", settings, {"a": 1})

    assert request.origin == "https://gateway.example:8443"
    assert (request.path, request.query) == (
        "/robot/sendBySession",
        (("session", "exampleDingTalkSession0001"),),
    )
    assert json.loads(request.body) == {"a": 1}


def test_a_callbacks_secrets_are_redacted_and_the_workspace_stays_readable() -> None:
    learned: set[Secret] = set()
    callback = callbacks.validate_response_url(RESPONSE_URL, SLACK, 0)

    callbacks.redact_url(callback, Sender("slack", "T00EXAMPLE", "U", "C"), learned.add)

    texts = {secret.get_secret_value() for secret in learned}
    assert {RESPONSE_URL, Path(RESPONSE_URL).name} <= texts
    assert "T00EXAMPLE" not in texts
    assert RESPONSE_URL not in repr(callback)
