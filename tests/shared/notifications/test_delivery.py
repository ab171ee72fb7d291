"""Delivery: signed anew, retried when throttled, never past the deadline, never an exception."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from functions.registry import load
from shared import notifications
from shared.client.retry import ATTEMPTS
from shared.clock import Deadline
from shared.errors import BadResponse, Misconfigured, SyncError, TimedOut, Unreachable
from shared.models.http import Request, Response
from shared.models.secret import Secret
from shared.notifications import secrets_of
from tests.support.clocks import FakeClock
from tests.support.notifications import GOOD, KINDS, SERVERS, channel, deliver, failure

THROTTLED: dict[str, list[Response]] = {
    "slack": [Response(429, {"retry-after": "3"}, b"rate_limited")],
    "dingtalk": [
        Response(200, {}, b'{"errcode":130101,"errmsg":"send too fast"}'),
        Response(200, {}, b'{"errcode":410100,"errmsg":"limited"}'),
        Response(200, {}, b'{"errcode":-1,"errmsg":"system busy"}'),
    ],
    "feishu": [
        Response(200, {}, b'{"code":11232,"msg":"frequency limited psm[x]"}'),
        Response(400, {}, b'{"code":11232,"msg":"frequency limited psm[x]"}'),
        Response(200, {}, b'{"code":9499,"msg":"too many request"}'),
    ],
    "wecom": [Response(200, {}, b'{"errcode":45009,"errmsg":"api freq out of limit"}')],
    "webhook": [Response(429), Response(503)],
}
THROTTLES = [(kind, reply) for kind, replies in THROTTLED.items() for reply in replies]
THROTTLES += [(kind, Response(429, {"retry-after": "3"})) for kind in KINDS]
THROTTLES += [(kind, Response(502, {}, b"<html>")) for kind in KINDS]

NO_JSON = Response(200, {}, b"<html>a sign-in page</html>")
REFUSED: dict[str, list[Response]] = {
    "slack": [
        Response(403, {}, b"invalid_token"),
        Response(200, {}, b"no_text"),
        Response(200, {}, b""),
        Response(200, {}, b'{"ok":true}'),
        NO_JSON,
    ],
    "dingtalk": [
        Response(200, {}, b'{"errcode":310000,"errmsg":"sign not match"}'),
        Response(200, {}, b'{"errcode":false}'),
        Response(200, {}, b'{"errcode":"0"}'),
        Response(200, {}, b"[0]"),
        Response(200, {}, b"{}"),
        Response(201, {}, b'{"errcode":0}'),
        Response(400, {}, b'{"errcode":0}'),
        NO_JSON,
    ],
    "feishu": [
        Response(200, {}, b'{"code":19021,"msg":"sign match fail"}'),
        Response(200, {}, b'{"code":9499,"msg":"Bad Request"}'),
        Response(200, {}, b'{"code":null}'),
        NO_JSON,
    ],
    "wecom": [
        Response(200, {}, b'{"errcode":93000,"errmsg":"invalid webhook url"}'),
        Response(200, {}, b'{"errcode":40058}'),
        NO_JSON,
    ],
    "webhook": [Response(401, {}, b"who are you"), Response(410)],
}
REFUSALS = [(kind, reply) for kind, replies in REFUSED.items() for reply in replies]
REFUSALS += [(kind, Response(302, {"location": "https://evil.example"})) for kind in KINDS]
REFUSALS += [(kind, Response(404, {}, b"not found")) for kind in KINDS]


@pytest.mark.parametrize("kind", KINDS)
def test_a_success_response_counts_as_delivered(kind: str) -> None:
    outcome = deliver(failure(), channel(kind), responses=[GOOD[kind]])
    assert (outcome.delivery.sent, outcome.delivery.failed) == (1, 0)
    assert outcome.warnings == []


@pytest.mark.parametrize(("kind", "reply"), THROTTLES)
def test_a_throttled_post_is_retried_and_delivered(kind: str, reply: Response) -> None:
    outcome = deliver(failure(), channel(kind), responses=[reply, reply, GOOD[kind]])
    assert (outcome.delivery.sent, outcome.delivery.failed) == (1, 0)
    assert len(outcome.transport.sent) == 3


@pytest.mark.parametrize(("kind", "reply"), REFUSALS)
def test_a_rejected_post_is_not_retried(kind: str, reply: Response) -> None:
    outcome = deliver(failure(), channel(kind), responses=[reply, GOOD[kind]])
    assert (outcome.delivery.sent, outcome.delivery.failed) == (0, 1)
    assert len(outcome.transport.sent) == 1
    assert len(outcome.warnings) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_receiver_that_keeps_throttling_gets_four_attempts(kind: str) -> None:
    outcome = deliver(failure(), channel(kind), responses=[THROTTLED[kind][0]])
    assert len(outcome.transport.sent) == ATTEMPTS == 4
    assert outcome.delivery.failed == 1
    assert outcome.warnings[0]["attempts"] == 4


def test_retry_after_is_respected() -> None:
    asked = Response(429, {"retry-after": "7"})
    outcome = deliver(failure(), channel("slack"), responses=[asked, GOOD["slack"]], chance=0.0)
    assert outcome.clock.slept == [7.0]


def test_a_retry_after_of_ten_minutes_is_not_waited_for() -> None:
    outcome = deliver(
        failure(), channel("slack"), responses=[Response(429, {"retry-after": "600"})]
    )
    assert (outcome.clock.slept, outcome.delivery.failed) == ([], 1)


def test_a_wait_past_the_deadline_is_not_started() -> None:
    asked = Response(429, {"retry-after": "30"})
    outcome = deliver(failure(), channel("slack"), responses=[asked, GOOD["slack"]], limit=20.0)
    assert (outcome.clock.slept, outcome.delivery.failed) == ([], 1)


def test_nothing_is_posted_after_the_deadline() -> None:
    outcome = deliver(failure(), channel("slack"), responses=[GOOD["slack"]], limit=0.6)
    assert outcome.transport.sent == []
    assert outcome.warnings[0]["code"] == "OutOfTime"


def test_no_post_takes_longer_than_the_time_left() -> None:
    outcome = deliver(failure(), channel("slack"), responses=[GOOD["slack"]], limit=3.0)
    assert outcome.transport.sent[0].total_seconds == 2.5


def test_a_channel_that_uses_up_the_time_fails_the_others_without_hanging() -> None:
    slow: list[Response | SyncError] = [TimedOut("example", outcome_unknown=True)]
    outcome = deliver(
        failure(), channel("slack"), channel("wecom"), responses=slow, limit=4.0, takes=60.0
    )
    assert outcome.delivery.failed == 2
    assert len(outcome.transport.sent) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_post_that_was_not_sent_is_retried(kind: str) -> None:
    outcome = deliver(failure(), channel(kind), responses=[Unreachable("example"), GOOD[kind]])
    assert (outcome.delivery.sent, len(outcome.transport.sent)) == (1, 2)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "webhook"])
def test_a_chat_post_that_may_have_arrived_is_not_repeated(kind: str) -> None:
    lost = TimedOut("example", outcome_unknown=True)
    outcome = deliver(failure(), channel(kind), responses=[lost, GOOD[kind]])
    assert (outcome.delivery.failed, len(outcome.transport.sent)) == (1, 1)


def test_a_webhook_that_may_have_arrived_is_repeated_under_the_same_id() -> None:
    lost = TimedOut("example", outcome_unknown=True)
    outcome = deliver(failure(), channel("webhook"), responses=[lost, GOOD["webhook"]])
    assert outcome.delivery.sent == 1
    assert {sent.request.headers["webhook-id"] for sent in outcome.transport.sent} == {
        "msg_example1"
    }


@pytest.mark.parametrize(
    "error",
    [BadResponse("example", outcome_unknown=True), Misconfigured("example")],
    ids=lambda e: e.category,
)
def test_an_error_that_no_retry_fixes_is_not_retried(error: SyncError) -> None:
    outcome = deliver(failure(), channel("webhook"), responses=[error, GOOD["webhook"]])
    assert (outcome.delivery.failed, len(outcome.transport.sent)) == (1, 1)
    assert outcome.warnings[0]["code"] == error.code


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("dingtalk", lambda request: dict(request.query)["sign"]),
        ("feishu", lambda request: request.body),
        ("webhook", lambda request: request.headers["webhook-signature"]),
    ],
)
def test_every_attempt_is_signed_again(kind: str, part: Any) -> None:
    busy = Response(429, {"retry-after": "2"})
    outcome = deliver(failure(), channel(kind), responses=[busy, GOOD[kind]])
    first, second = (part(sent.request) for sent in outcome.transport.sent)
    assert first != second


def test_each_channel_has_a_webhook_id_of_its_own() -> None:
    outcome = deliver(
        failure(), channel("webhook"), channel("webhook"), responses=[GOOD["webhook"]]
    )
    ids = [sent.request.headers["webhook-id"] for sent in outcome.transport.sent]
    assert len(set(ids)) == 2


def test_dingtalks_signature_is_appended_to_the_urls_query() -> None:
    outcome = deliver(failure(), channel("dingtalk"), responses=[GOOD["dingtalk"]])
    query = outcome.transport.sent[0].request.query
    assert [name for name, _ in query] == ["access_token", "timestamp", "sign"]
    assert query[0][1] == "exampleToken000002"


def test_a_dingtalk_url_copied_with_an_old_signature_is_signed_again() -> None:
    robot = channel("dingtalk")
    copied = Secret(f"{robot.url.get_secret_value()}&timestamp=1&sign=old")
    old = type(robot)(robot.kind, copied, robot.secret, robot.on)
    query = deliver(failure(), old, responses=[GOOD["dingtalk"]]).transport.sent[0].request.query
    assert [name for name, _ in query] == ["access_token", "timestamp", "sign"]
    assert "old" not in dict(query).values()


def test_without_a_secret_nothing_is_signed() -> None:
    for kind in ("dingtalk", "feishu", "webhook"):
        signed = channel(kind)
        plain = type(signed)(kind, signed.url, None, signed.on)
        request = deliver(failure(), plain, responses=[GOOD[kind]]).transport.sent[0].request
        assert "sign" not in dict(request.query)
        assert b'"sign"' not in request.body
        assert "webhook-signature" not in request.headers


def test_a_failing_channel_does_not_stop_the_next() -> None:
    outcome = deliver(
        failure(),
        channel("slack", number=1),
        channel("wecom", number=2),
        responses=[Response(403, {}, b"invalid_token"), GOOD["wecom"]],
    )
    assert (outcome.delivery.sent, outcome.delivery.failed) == (1, 1)
    assert [(facts["channel"], facts["kind"]) for facts in outcome.warnings] == [(1, "slack")]


class BrokenTransport:
    """A transport with a bug, whose error message contains the URL."""

    def send(
        self,
        request: Request,
        *,
        connect_seconds: float,
        read_seconds: float,
        total_seconds: float,
    ) -> Response:
        raise RuntimeError(request.origin + request.path + str(request.query))


@pytest.mark.parametrize("kind", KINDS)
def test_no_log_line_contains_any_of_url_or_secret(kind: str) -> None:
    to = channel(kind)
    log_lines: list[str] = []

    def log(level: str, message: str, fields: Mapping[str, object]) -> None:
        log_lines.append(f"{level} {message} {dict(fields)}")

    clock = FakeClock()
    delivery = notifications.deliver(
        failure(),
        (to,),
        operation=load(SERVERS),
        transport=BrokenTransport(),
        deadline=Deadline(clock, None),
        clock=clock,
        random=lambda: 0.5,
        new_id=lambda: "msg_example1",
        log=log,
    )
    assert delivery.failed == 1
    hidden = {secret.get_secret_value() for secret in secrets_of(to)} | {to.address.origin}
    assert log_lines
    assert not [text for text in log_lines for secret in hidden if secret in text]


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_receiver_says_is_never_logged(kind: str) -> None:
    echo = Response(403, {}, b'{"errcode":1,"code":1,"errmsg":"no exampleToken here"}')
    outcome = deliver(failure(), channel(kind), responses=[echo])
    assert "exampleToken" not in str(outcome.log_lines)


def test_the_result_is_not_modified() -> None:
    what = failure().as_dict()
    before = repr(what)
    deliver(what, *[channel(kind) for kind in KINDS], responses=[Response(403)])
    assert repr(what) == before
