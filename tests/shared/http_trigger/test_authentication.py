"""Authenticated callers: tokens, webhooks, the platform, and no one else."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from local.emulator import Emulator, faults
from local.emulator.faults import Fault
from local.http_events import TRIGGERS
from shared.http_trigger.authentication import (
    CHALLENGE,
    NO_CALLERS,
    has_claims,
    verify_webhook,
)
from shared.http_trigger.problem import HttpProblem
from shared.http_trigger.query import Query
from shared.http_trigger.request import HttpRequest
from shared.signing.standard_webhooks import parse_secret
from tests.support.http_reply import HttpReply
from tests.support.http_trigger_client import TOKEN, HttpTriggerClient
from tests.support.webhook_sender import signed_headers

SECRET = "whsec_" + base64.b64encode(b"an example webhook secret, 32 b").decode()
OTHER = "whsec_" + base64.b64encode(b"another example webhook secret!").decode()
BODY = b'{"sync": false}'


def assert_refused(reply: HttpReply, emulator: Emulator, status: int = 401) -> None:
    assert reply.status == status
    assert reply.is_problem
    assert reply.json["status"] == status
    assert set(reply.json) == {"type", "title", "status", "detail"}
    challenge = 'Bearer realm="cloud-sync"' if status == 401 else None
    assert reply.headers.get("WWW-Authenticate") == challenge
    assert len(emulator.received) == 0


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_with_nothing_set_every_call_is_refused(
    client: HttpTriggerClient, emulator: Emulator, trigger: str
) -> None:
    del client.environ["HTTP_BEARER_TOKENS"]

    assert_refused(client.call({}, trigger=trigger), emulator, 403)
    assert_refused(client.call({}, trigger=trigger, token=None), emulator, 403)


def assert_misconfigured(reply: HttpReply, setting: str, code: str = "BadSetting") -> None:
    """The error names the setting and says how to correct it."""
    error = reply.json["error"]
    assert (reply.status, error["category"], error["code"]) == (500, "misconfigured", code)
    assert setting in error["message"]
    assert error["hint"]


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize(
    "token", [None, "", "wrong", TOKEN + "x", TOKEN[:-1], TOKEN.lower(), "é", "\udc80"]
)
def test_without_a_right_token_nothing_is_run(
    client: HttpTriggerClient, emulator: Emulator, trigger: str, token: str | None
) -> None:
    reply = client.call({}, trigger=trigger, token=token)

    assert_refused(reply, emulator)
    assert "Bearer" in reply.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    "header",
    [f"Basic {TOKEN}", TOKEN, f"Bearer: {TOKEN}", f"Token {TOKEN}", f"Bearer {TOKEN} {TOKEN}"],
)
def test_only_a_bearer_token_is_a_bearer_token(
    client: HttpTriggerClient, emulator: Emulator, header: str
) -> None:
    reply = client.call({}, token=None, headers={"Authorization": header})

    assert_refused(reply, emulator)


@pytest.mark.parametrize("name", ["authorization", "AUTHORIZATION", "aUtHoRiZaTiOn"])
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_headers_case_does_not_matter(client: HttpTriggerClient, name: str, scheme: str) -> None:
    reply = client.call(
        {"sync": False}, trigger="aws-rest", token=None, headers={name: f"{scheme} {TOKEN}"}
    )

    assert reply.status == 200


def test_two_authorization_headers_are_refused(
    client: HttpTriggerClient, emulator: Emulator
) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "authorization": "Bearer another"}

    reply = client.call({}, trigger="aws-rest", token=None, headers=headers)

    assert_refused(reply, emulator)


def test_a_token_may_be_set_as_its_hash_and_among_several(client: HttpTriggerClient) -> None:
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    client.environ["HTTP_BEARER_TOKENS"] = (
        f"exampleFirstToken ci=exampleSecondToken  sha256:{digest}"
    )

    assert client.call({"sync": False}).status == 200
    assert client.call({"sync": False}, token="exampleFirstToken").status == 200
    assert client.call({"sync": False}, token=f"sha256:{digest}").status == 401


def test_a_token_that_ends_like_base64_has_no_name(client: HttpTriggerClient) -> None:
    client.environ["HTTP_BEARER_TOKENS"] = "ZXhhbXBsZSB0b2tlbg=="

    assert client.call({"sync": False}, token="ZXhhbXBsZSB0b2tlbg==").status == 200


@pytest.mark.parametrize(
    "tokens",
    [
        "ci=",
        "exampleGoodToken ci==",
        "name-of-25-characters---=",
        "sha256:abc",
        "ci=sha256:",
        "sha256:",
    ],
)
def test_a_name_without_a_token_is_misconfigured(
    client: HttpTriggerClient, emulator: Emulator, tokens: str
) -> None:
    client.environ["HTTP_BEARER_TOKENS"] = tokens

    for token in tokens.split():
        assert_misconfigured(client.call({"sync": False}, token=token), "HTTP_BEARER_TOKENS")
    assert len(emulator.received) == 0


def test_settings_are_not_shown_to_unauthenticated_callers(client: HttpTriggerClient) -> None:
    client.environ["HTTP_RIGHTS"] = "[{}]"

    assert client.call({}, token="wrong").status == 401


def signed(
    body: bytes = BODY,
    *,
    secret: str = SECRET,
    name: str = "msg_1",
    at: datetime | None = None,
) -> dict[str, str]:
    moment = at or datetime.now(timezone.utc)
    return signed_headers(secret, body, message_id=name, moment=moment)


@pytest.fixture
def webhook_client(client: HttpTriggerClient) -> HttpTriggerClient:
    del client.environ["HTTP_BEARER_TOKENS"]
    client.environ["HTTP_WEBHOOK_SECRETS"] = f"{OTHER} {SECRET}"
    return client


def post(
    client: HttpTriggerClient, headers: dict[str, str], body: bytes = BODY, **more: Any
) -> HttpReply:
    return client.call(token=None, headers=headers, body=body, **more)


@pytest.mark.parametrize("encoded", [False, True])
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_webhook_signed_by_the_reference_library_is_accepted(
    webhook_client: HttpTriggerClient,
    trigger: str,
    encoded: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert post(webhook_client, signed(), trigger=trigger, encoded=encoded).status == 200


@pytest.mark.parametrize(("tokens", "status"), [("webhook", 200), ("platform", 403), ("", 403)])
def test_rules_and_the_log_name_a_webhook_webhook(
    webhook_client: HttpTriggerClient,
    tokens: str,
    status: int,
    capfd: pytest.CaptureFixture[str],
) -> None:
    rule = {"tokens": [tokens], "operations": ["*"], "actions": ["*"]}
    webhook_client.environ["HTTP_RIGHTS"] = json.dumps([rule])

    assert post(webhook_client, signed()).status == status

    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert {line["caller"] for line in lines if "_aws" not in line} == {"webhook"}


@pytest.mark.parametrize("secret", [SECRET, OTHER])
def test_any_of_the_configured_secrets_is_accepted(
    webhook_client: HttpTriggerClient, secret: str
) -> None:
    assert post(webhook_client, signed(secret=secret)).status == 200


def test_one_good_signature_among_several_is_enough(webhook_client: HttpTriggerClient) -> None:
    headers = signed()
    headers["webhook-signature"] = f"v1,AAAA v1a,BBBB {headers['webhook-signature']}"

    assert post(webhook_client, headers).status == 200


@pytest.mark.parametrize("seconds", [-290, 290])
def test_five_minutes_off_are_accepted(webhook_client: HttpTriggerClient, seconds: int) -> None:
    at = datetime.now(timezone.utc) + timedelta(seconds=seconds)

    assert post(webhook_client, signed(at=at)).status == 200


@pytest.mark.parametrize("seconds", [-310, 310, -86_400])
def test_more_than_five_minutes_off_is_refused(
    webhook_client: HttpTriggerClient, emulator: Emulator, seconds: int
) -> None:
    at = datetime.now(timezone.utc) + timedelta(seconds=seconds)

    assert_refused(post(webhook_client, signed(at=at)), emulator)


NOON = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)


def webhook_id_at(moment: datetime) -> str:
    """Verify a webhook that was signed at noon."""
    headers = {name: (value,) for name, value in signed(at=NOON).items()}
    request = HttpRequest("POST", headers, Query(), BODY, is_base64=False, authorizer=None)
    return verify_webhook(request, BODY, (parse_secret(SECRET),), moment)


@pytest.mark.parametrize("seconds", [-300, 300])
def test_a_webhook_is_valid_for_exactly_five_minutes(seconds: int) -> None:
    assert webhook_id_at(NOON + timedelta(seconds=seconds)) == "msg_1"
    with pytest.raises(HttpProblem, match="5-minute tolerance"):
        webhook_id_at(NOON + timedelta(seconds=seconds * 1.001))


def assert_duplicate(reply: HttpReply) -> None:
    """A duplicate conflicts with the first delivery; its credentials are valid."""
    assert reply.status == 409
    assert reply.headers["Content-Type"] == "application/json"
    assert "WWW-Authenticate" not in reply.headers
    assert reply.json["status"] == "failed"
    error = reply.json["error"]
    assert (error["category"], error["code"]) == ("conflict", "DuplicateWebhook")
    assert error["retryable"] is False


def test_a_webhook_is_run_once(webhook_client: HttpTriggerClient, emulator: Emulator) -> None:
    headers = signed()
    assert post(webhook_client, headers).status == 200
    emulator.clear()

    assert_duplicate(post(webhook_client, headers))
    assert len(emulator.received) == 0
    assert post(webhook_client, signed(name="msg_2")).status == 200


def test_a_duplicate_webhook_is_not_a_failed_run(
    webhook_client: HttpTriggerClient, capfd: pytest.CaptureFixture[str]
) -> None:
    headers = signed()
    post(webhook_client, headers)
    capfd.readouterr()

    post(webhook_client, headers)

    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [line["level"] for line in lines] == ["WARNING"]
    assert lines[0]["code"] == "DuplicateWebhook"


@pytest.mark.parametrize(
    ("fault", "status"),
    [(faults.status(503), 503), (faults.throttled(30), 429), (faults.hang_up(work=False), 503)],
    ids=["unavailable", "throttled", "unreachable"],
)
def test_a_webhook_whose_run_may_succeed_later_can_be_delivered_again(
    webhook_client: HttpTriggerClient, emulator: Emulator, fault: Fault, status: int
) -> None:
    headers = signed()
    emulator.inject_fault("cwp", fault, times=None)
    assert post(webhook_client, headers).status == status
    assert post(webhook_client, headers).status == status
    emulator.clear()

    assert post(webhook_client, headers).status == 200
    assert_duplicate(post(webhook_client, headers))


def test_a_webhook_whose_run_failed_for_good_is_not_run_again(
    webhook_client: HttpTriggerClient, emulator: Emulator
) -> None:
    headers = signed()
    emulator.inject_fault("cwp", faults.error("UnauthorizedOperation"), times=None)
    assert post(webhook_client, headers).status == 502
    emulator.clear()

    assert_duplicate(post(webhook_client, headers))
    assert len(emulator.received) == 0


def test_a_webhook_that_a_setting_stopped_can_be_delivered_when_it_is_corrected(
    webhook_client: HttpTriggerClient,
) -> None:
    headers = signed()
    secret_id = webhook_client.environ.pop("TENCENTCLOUD_SECRET_ID")
    reply = post(webhook_client, headers)
    assert (reply.status, reply.json["error"]["category"]) == (500, "misconfigured")

    webhook_client.environ["TENCENTCLOUD_SECRET_ID"] = secret_id
    assert post(webhook_client, headers).status == 200


def test_a_webhook_that_was_rejected_can_be_delivered_again(
    webhook_client: HttpTriggerClient,
) -> None:
    headers = signed()
    webhook_client.environ["HTTP_RIGHTS"] = "[]"
    assert post(webhook_client, headers).status == 403
    del webhook_client.environ["HTTP_RIGHTS"]
    assert post(webhook_client, headers | {"content-type": "text/plain"}).status == 415

    assert post(webhook_client, headers).status == 200


def test_of_two_simultaneous_deliveries_one_is_run(
    webhook_client: HttpTriggerClient, emulator: Emulator
) -> None:
    headers = signed()
    emulator.inject_fault("cwp", faults.delayed(0.5))

    with ThreadPoolExecutor(2) as pool:
        replies = list(pool.map(lambda _: post(webhook_client, headers), range(2)))

    one, other = sorted(replies, key=lambda reply: reply.status)
    assert one.status == 200
    assert_duplicate(other)
    assert len(emulator.received) == 1


def test_a_refused_webhook_does_not_use_up_its_id(webhook_client: HttpTriggerClient) -> None:
    headers = signed()
    assert post(webhook_client, headers, body=b"{}").status == 401

    assert post(webhook_client, headers).status == 200


TAMPERED = [
    {"webhook-signature": "v1,AAAA"},
    {"webhook-signature": ""},
    {"webhook-signature": "é"},
    {"webhook-id": "msg_other"},
    {"webhook-id": ""},
    {"webhook-timestamp": "yesterday"},
    {"webhook-timestamp": "1e3"},
    {"webhook-timestamp": str(int(time.time()) - 1)},
    {"webhook-timestamp": "٣"},
]


@pytest.mark.parametrize("change", TAMPERED)
def test_a_tampered_webhook_is_refused(
    webhook_client: HttpTriggerClient, emulator: Emulator, change: dict[str, str]
) -> None:
    assert_refused(post(webhook_client, signed() | change), emulator)


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_webhook_without_one_of_its_headers_is_refused(
    webhook_client: HttpTriggerClient, emulator: Emulator, missing: str
) -> None:
    headers = signed()
    del headers[missing]

    reply = post(webhook_client, headers)

    assert_refused(reply, emulator)
    assert "webhook-id, webhook-timestamp, webhook-signature" in reply.json["detail"]


def test_a_webhook_of_another_sender_is_refused(
    webhook_client: HttpTriggerClient, emulator: Emulator
) -> None:
    secret = "whsec_" + base64.b64encode(b"a transport nobody knows").decode()

    assert_refused(post(webhook_client, signed(secret=secret)), emulator)


def test_a_changed_body_is_refused(webhook_client: HttpTriggerClient, emulator: Emulator) -> None:
    assert_refused(post(webhook_client, signed(), body=b'{"sync": true}'), emulator)


def test_a_token_and_a_webhook_together_are_refused(
    client: HttpTriggerClient, emulator: Emulator
) -> None:
    client.environ["HTTP_WEBHOOK_SECRETS"] = SECRET

    assert_refused(client.call(headers=signed(), body=BODY), emulator)


@pytest.mark.parametrize(
    "secret",
    [SECRET, SECRET.rstrip("="), SECRET.removeprefix("whsec_"), SECRET[6:].rstrip("=")],
)
def test_a_secret_is_accepted_with_and_without_prefix_and_padding(
    webhook_client: HttpTriggerClient, secret: str
) -> None:
    webhook_client.environ["HTTP_WEBHOOK_SECRETS"] = secret

    assert post(webhook_client, signed()).status == 200


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        ("secret!", "is not base64"),
        ("whsec_", "is not base64"),
        ("whsec_%%%", "is not base64"),
        ("secret", "is shorter than 16 bytes"),
        ("c2VjcmV0", "is shorter than 16 bytes"),
    ],
)
def test_an_invalid_secret_is_misconfigured_and_not_shown(
    webhook_client: HttpTriggerClient, secret: str, reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    webhook_client.environ["HTTP_WEBHOOK_SECRETS"] = secret

    reply = post(webhook_client, signed())

    code = "BadSetting" if reason == "is not base64" else "WeakSecret"
    assert_misconfigured(reply, "HTTP_WEBHOOK_SECRETS", code)
    assert f" 1 of HTTP_WEBHOOK_SECRETS {reason}" in reply.json["error"]["message"]
    logged = capfd.readouterr().out
    assert f" 1 of HTTP_WEBHOOK_SECRETS {reason}" in logged
    assert f'"{secret}"' not in logged


@pytest.fixture
def behind(client: HttpTriggerClient) -> HttpTriggerClient:
    del client.environ["HTTP_BEARER_TOKENS"]
    client.environ["HTTP_AUTH"] = "platform"
    return client


@pytest.mark.parametrize("trigger", ["aws-rest", "aws-http", "aws-url"])
@pytest.mark.parametrize(
    "authorizer", [None, {}, {"claims": None, "scopes": None}, {"iam": {"userArn": ""}}]
)
def test_on_aws_the_platforms_authorizer_must_be_seen(
    behind: HttpTriggerClient, emulator: Emulator, trigger: str, authorizer: Any
) -> None:
    reply = behind.call({}, trigger=trigger, token=None, authorizer=authorizer)

    assert_refused(reply, emulator)
    assert reply.status == 401
    assert reply.json["detail"] == "the platform's authorizer did not authenticate this call"
    assert reply.headers["WWW-Authenticate"] == CHALLENGE["WWW-Authenticate"]


@pytest.mark.parametrize("trigger", ["aws-rest", "aws-http", "aws-url"])
def test_on_aws_a_call_through_the_authorizer_is_accepted(
    behind: HttpTriggerClient, trigger: str
) -> None:
    authorizer = {"iam": {"userArn": "arn:aws:iam::111122223333:user/example"}}

    behind.environ["HTTP_RIGHTS"] = json.dumps(
        [{"tokens": ["platform"], "operations": ["*"], "actions": ["status"]}]
    )

    reply = behind.call({"sync": False}, trigger=trigger, token=None, authorizer=authorizer)

    assert reply.status == 200


@pytest.mark.parametrize(("tokens", "status"), [("platform", 200), ("webhook", 403)])
def test_rules_and_the_log_name_such_a_caller_platform(
    behind: HttpTriggerClient, tokens: str, status: int, capfd: pytest.CaptureFixture[str]
) -> None:
    rule = {"tokens": [tokens], "operations": ["*"], "actions": ["*"]}
    behind.environ["HTTP_RIGHTS"] = json.dumps([rule])

    reply = behind.call({"sync": False}, token=None, authorizer={"iam": {"userId": "AIDAEXAMPLE"}})

    assert reply.status == status
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert {line["caller"] for line in lines if "_aws" not in line} == {"platform"}


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        ({"sub": "AIDAEXAMPLE", "scopes": [None]}, True),
        ([{"scopes": None}, ["AIDAEXAMPLE"], []], True),
        ({"admin": True}, True),
        ({"admin": False, "sub": "", "scopes": [None]}, False),
    ],
)
def test_claims_are_looked_for_at_every_level(claims: object, found: bool) -> None:  # noqa: FBT001
    assert has_claims(claims) is found


@pytest.mark.parametrize("trigger", ["fc", "scf", "functiongraph"])
def test_elsewhere_it_is_trusted_with_one_warning_a_process(
    behind: HttpTriggerClient, trigger: str, capfd: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert behind.call({"sync": False}, trigger=trigger, token=None).status == 200

    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [line["message"] for line in lines if line["level"] == "WARNING"] == [
        "HTTP_AUTH=platform: cannot verify that an authorizer protects this URL"
    ]


def test_without_any_configured_caller_the_log_says_what_to_set(
    client: HttpTriggerClient, capfd: pytest.CaptureFixture[str]
) -> None:
    del client.environ["HTTP_BEARER_TOKENS"]

    reply = client.call({}, token=None)

    detail = "this function accepts no HTTP callers yet; its log says why"
    assert (reply.status, reply.json["detail"]) == (403, detail)
    (line,) = [
        json.loads(line)
        for line in capfd.readouterr().out.splitlines()
        if "HTTP_BEARER_TOKENS" in line
    ]
    assert (line["level"], line["message"]) == ("ERROR", NO_CALLERS)
    assert (line["http_status"], line["trigger"]) == (403, "http")


def test_a_configured_token_is_needed_also_behind_an_authorizer(
    client: HttpTriggerClient, emulator: Emulator
) -> None:
    client.environ["HTTP_AUTH"] = "platform"

    assert_refused(client.call({}, token=None, authorizer={"a": "b"}), emulator)


def test_an_unknown_authentication_method_is_misconfigured(client: HttpTriggerClient) -> None:
    client.environ["HTTP_AUTH"] = "none"

    assert_misconfigured(client.call({}), "HTTP_AUTH")


def test_a_callers_credentials_are_never_shown(
    webhook_client: HttpTriggerClient, capfd: pytest.CaptureFixture[str]
) -> None:
    webhook_client.environ["HTTP_BEARER_TOKENS"] = f"ci={TOKEN}"
    replies = [
        webhook_client.call({"bogus": TOKEN}),
        webhook_client.call({}, token="aWrongTokenOfSomebody"),
        post(webhook_client, signed() | {"webhook-signature": "v1,c29tZWJvZHkncyBzaWduYXR1cmU="}),
    ]

    shown = json.dumps([reply.raw for reply in replies]) + "".join(capfd.readouterr())
    for secret in (TOKEN, SECRET, SECRET[6:], OTHER, "aWrongTokenOfSomebody", "c29tZWJvZHkn"):
        assert secret not in shown


def test_claims_are_found_however_deep_they_are() -> None:
    nothing: object = None
    claims: object = "AIDAEXAMPLE"
    for _ in range(100_000):
        nothing, claims = [nothing], {"": claims}
    assert not has_claims(nothing)
    assert has_claims(claims)
