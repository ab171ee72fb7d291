"""Sending: signed anew, retried when throttled, never past the deadline, never an exception."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from shared.clock import Deadline
from shared.errors import BadResponse, Misconfigured, SyncError, TimedOut, Unreachable
from shared.models.secret import Secret
from shared.models.wire import Request, Response
from shared.notify import deliver, secrets_of
from shared.retry import ATTEMPTS
from tests.notify.results import GOOD, KINDS, channel, failure, tell
from tests.shared.client.fakes import FakeClock

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
def test_the_kinds_own_receipt_counts_as_delivered(kind: str) -> None:
    told = tell(failure(), channel(kind), replies=[GOOD[kind]])
    assert (told.delivery.sent, told.delivery.lost) == (1, 0)
    assert told.warnings == []


@pytest.mark.parametrize(("kind", "reply"), THROTTLES)
def test_a_throttled_post_is_tried_again_and_delivered(kind: str, reply: Response) -> None:
    told = tell(failure(), channel(kind), replies=[reply, reply, GOOD[kind]])
    assert (told.delivery.sent, told.delivery.lost) == (1, 0)
    assert len(told.sender.sent) == 3


@pytest.mark.parametrize(("kind", "reply"), REFUSALS)
def test_a_refused_post_is_lost_at_once(kind: str, reply: Response) -> None:
    told = tell(failure(), channel(kind), replies=[reply, GOOD[kind]])
    assert (told.delivery.sent, told.delivery.lost) == (0, 1)
    assert len(told.sender.sent) == 1
    assert len(told.warnings) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_receiver_that_stays_throttled_is_tried_four_times(kind: str) -> None:
    told = tell(failure(), channel(kind), replies=[THROTTLED[kind][0]])
    assert len(told.sender.sent) == ATTEMPTS == 4
    assert told.delivery.lost == 1
    assert told.warnings[0]["attempts"] == 4


def test_the_wait_that_a_receiver_asks_for_is_kept() -> None:
    asked = Response(429, {"retry-after": "7"})
    told = tell(failure(), channel("slack"), replies=[asked, GOOD["slack"]], chance=0.0)
    assert told.clock.slept == [7.0]


def test_a_receiver_that_asks_for_ten_minutes_is_not_waited_for() -> None:
    told = tell(failure(), channel("slack"), replies=[Response(429, {"retry-after": "600"})])
    assert (told.clock.slept, told.delivery.lost) == ([], 1)


def test_a_wait_past_the_deadline_is_not_begun() -> None:
    asked = Response(429, {"retry-after": "30"})
    told = tell(failure(), channel("slack"), replies=[asked, GOOD["slack"]], limit=20.0)
    assert (told.clock.slept, told.delivery.lost) == ([], 1)


def test_nothing_is_posted_after_the_deadline() -> None:
    told = tell(failure(), channel("slack"), replies=[GOOD["slack"]], limit=0.6)
    assert told.sender.sent == []
    assert told.warnings[0]["code"] == "OutOfTime"


def test_no_post_may_take_longer_than_there_is_time() -> None:
    told = tell(failure(), channel("slack"), replies=[GOOD["slack"]], limit=3.0)
    assert told.sender.sent[0].total_seconds == 2.5


def test_a_channel_that_takes_all_the_time_leaves_the_others_lost_not_hanging() -> None:
    slow: list[Response | SyncError] = [TimedOut("example", lost=True)]
    told = tell(failure(), channel("slack"), channel("wecom"), replies=slow, limit=4.0, takes=60.0)
    assert told.delivery.lost == 2
    assert len(told.sender.sent) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_post_that_was_not_sent_is_tried_again(kind: str) -> None:
    told = tell(failure(), channel(kind), replies=[Unreachable("example"), GOOD[kind]])
    assert (told.delivery.sent, len(told.sender.sent)) == (1, 2)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "webhook"])
def test_a_chat_post_that_may_have_arrived_is_not_repeated(kind: str) -> None:
    lost = TimedOut("example", lost=True)
    told = tell(failure(), channel(kind), replies=[lost, GOOD[kind]])
    assert (told.delivery.lost, len(told.sender.sent)) == (1, 1)


def test_a_webhook_that_may_have_arrived_is_repeated_under_the_same_id() -> None:
    lost = TimedOut("example", lost=True)
    told = tell(failure(), channel("webhook"), replies=[lost, GOOD["webhook"]])
    assert told.delivery.sent == 1
    assert {sent.request.headers["webhook-id"] for sent in told.sender.sent} == {"msg_example1"}


@pytest.mark.parametrize(
    "error", [BadResponse("example", lost=True), Misconfigured("example")], ids=lambda e: e.category
)
def test_an_error_that_trying_again_does_not_mend_is_lost_at_once(error: SyncError) -> None:
    told = tell(failure(), channel("webhook"), replies=[error, GOOD["webhook"]])
    assert (told.delivery.lost, len(told.sender.sent)) == (1, 1)
    assert told.warnings[0]["code"] == error.code


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("dingtalk", lambda request: dict(request.query)["sign"]),
        ("feishu", lambda request: request.body),
        ("webhook", lambda request: request.headers["webhook-signature"]),
    ],
)
def test_every_attempt_is_signed_anew(kind: str, part: Any) -> None:
    busy = Response(429, {"retry-after": "2"})
    told = tell(failure(), channel(kind), replies=[busy, GOOD[kind]])
    first, second = (part(sent.request) for sent in told.sender.sent)
    assert first != second


def test_each_channel_has_a_webhook_id_of_its_own() -> None:
    told = tell(failure(), channel("webhook"), channel("webhook"), replies=[GOOD["webhook"]])
    ids = [sent.request.headers["webhook-id"] for sent in told.sender.sent]
    assert len(set(ids)) == 2


def test_dingtalks_signature_joins_the_urls_own_query() -> None:
    told = tell(failure(), channel("dingtalk"), replies=[GOOD["dingtalk"]])
    query = told.sender.sent[0].request.query
    assert [name for name, _ in query] == ["access_token", "timestamp", "sign"]
    assert query[0][1] == "exampleToken000002"


def test_a_dingtalk_url_copied_with_an_old_signature_is_signed_anew() -> None:
    robot = channel("dingtalk")
    copied = Secret(f"{robot.url.reveal()}&timestamp=1&sign=old")
    old = type(robot)(robot.kind, copied, robot.secret, robot.on)
    query = tell(failure(), old, replies=[GOOD["dingtalk"]]).sender.sent[0].request.query
    assert [name for name, _ in query] == ["access_token", "timestamp", "sign"]
    assert "old" not in dict(query).values()


def test_without_a_secret_nothing_is_signed() -> None:
    for kind in ("dingtalk", "feishu", "webhook"):
        signed = channel(kind)
        plain = type(signed)(kind, signed.url, None, signed.on)
        request = tell(failure(), plain, replies=[GOOD[kind]]).sender.sent[0].request
        assert "sign" not in dict(request.query)
        assert b'"sign"' not in request.body
        assert "webhook-signature" not in request.headers


def test_one_channel_that_fails_does_not_silence_the_next() -> None:
    told = tell(
        failure(),
        channel("slack", number=1),
        channel("wecom", number=2),
        replies=[Response(403, {}, b"invalid_token"), GOOD["wecom"]],
    )
    assert (told.delivery.sent, told.delivery.lost) == (1, 1)
    assert [(facts["channel"], facts["kind"]) for facts in told.warnings] == [(1, "slack")]


class Broken:
    """A transport with a defect, whose words hold the URL."""

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
def test_no_report_holds_anything_of_url_or_secret(kind: str) -> None:
    to = channel(kind)
    reports: list[str] = []

    def report(level: str, sentence: str, facts: Mapping[str, object]) -> None:
        reports.append(f"{level} {sentence} {dict(facts)}")

    clock = FakeClock()
    delivery = deliver(
        failure(),
        (to,),
        sender=Broken(),
        deadline=Deadline(clock, None),
        clock=clock,
        random=lambda: 0.5,
        new_id=lambda: "msg_example1",
        report=report,
    )
    assert delivery.lost == 1
    hidden = {secret.reveal() for secret in secrets_of(to)} | {to.address.origin}
    assert reports
    assert not [text for text in reports for secret in hidden if secret in text]


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_receiver_says_is_never_reported(kind: str) -> None:
    echo = Response(403, {}, b'{"errcode":1,"code":1,"errmsg":"no exampleToken here"}')
    told = tell(failure(), channel(kind), replies=[echo])
    assert "exampleToken" not in str(told.reports)


def test_the_result_is_left_as_it_was() -> None:
    what = failure().as_dict()
    before = repr(what)
    tell(what, *[channel(kind) for kind in KINDS], replies=[Response(403)])
    assert repr(what) == before
