"""Every kind over real sockets, to fake chats that verify as the real ones do."""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from functions.registry import load
from local.fake_chats import HEARTBEATS, KINDS, SECRETS, FakeChats
from shared.client.transport import HttpTransport
from shared.clock import Deadline
from shared.notifications import Delivery, deliver, load_channels, secrets_of
from shared.settings import Settings
from tests.support.clocks import FastClock
from tests.support.notifications import SERVERS, failure, result
from tests.support.side_by_side import side_by_side


@dataclass
class RealDelivery:
    """Delivers to a receiver through the real transport."""

    receiver: FakeChats
    log_lines: list[tuple[str, str, Mapping[str, object]]] = field(default_factory=list)

    def __call__(self, setting: str, limit: float = 30.0) -> Delivery:
        clock = FastClock()
        transport = HttpTransport()
        try:
            return deliver(
                failure("\u62d2\u7edd\u3002 <no> & no."),
                load_channels(Settings.from_environ({"NOTIFY": setting})),
                operation=load(SERVERS),
                transport=transport,
                deadline=Deadline(clock, limit),
                clock=clock,
                random=random.random,
                new_id=lambda: f"msg_{uuid.uuid4().hex}",
                log=lambda *entry: self.log_lines.append(entry),
            )
        finally:
            transport.close()

    @property
    def codes(self) -> list[object]:
        """Why posts failed."""
        return [facts["code"] for level, _, facts in self.log_lines if level == "warning"]


@pytest.fixture
def receiver() -> Iterator[FakeChats]:
    with FakeChats() as running:
        yield running


@pytest.fixture
def post(receiver: FakeChats) -> RealDelivery:
    return RealDelivery(receiver)


def test_all_five_kinds_accept_and_verify_a_message(
    receiver: FakeChats, post: RealDelivery
) -> None:
    assert post(receiver.setting()) == Delivery(sent=5, failed=0)
    assert [(sent.kind, sent.refusal) for sent in receiver.received] == [(k, "") for k in KINDS]
    texts = {sent.kind: sent.text for sent in receiver.received}
    assert "\u62d2\u7edd\u3002 &lt;no&gt; &amp; no." in texts["slack"]
    assert json.loads(texts["webhook"])["status"] == "failed"
    for kind in ("dingtalk", "feishu", "wecom"):
        assert texts[kind].startswith("huawei.modelarts.SyncDevServers failed\nWhere: huawei")


def test_both_monitors_take_the_report_of_a_failure(
    receiver: FakeChats, post: RealDelivery
) -> None:
    assert post(receiver.setting(kinds=HEARTBEATS)) == Delivery(sent=2, failed=0)
    healthchecks, kuma = receiver.received
    assert (healthchecks.is_down, kuma.is_down) == (True, True)
    assert "\u62d2\u7edd\u3002 <no> & no." in healthchecks.text
    assert kuma.query == {"status": "down", "msg": "SyncDevServers failed", "ping": "812"}


@pytest.mark.parametrize("kind", KINDS + HEARTBEATS)
@pytest.mark.parametrize("fault", ["throttle", "429", "unavailable"])
def test_a_throttled_post_is_delivered_in_the_end(
    kind: str, fault: str, receiver: FakeChats, post: RealDelivery
) -> None:
    receiver.inject_fault(kind, fault, times=3)
    assert post(receiver.setting(kinds=(kind,))) == Delivery(sent=1, failed=0)
    assert len(receiver.received) == 4
    assert len(receiver.accepted(kind)) == 1


@pytest.mark.parametrize("kind", KINDS + HEARTBEATS)
@pytest.mark.parametrize("fault", ["refuse", "redirect"])
def test_a_rejected_post_fails_after_one_attempt(
    kind: str, fault: str, receiver: FakeChats, post: RealDelivery
) -> None:
    receiver.inject_fault(kind, fault)
    assert post(receiver.setting(kinds=(kind,))) == Delivery(sent=0, failed=1)
    assert len(receiver.received) == 1
    assert len(post.codes) == 1


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "webhook"])
def test_a_sign_in_page_does_not_count_as_delivered(
    kind: str, receiver: FakeChats, post: RealDelivery
) -> None:
    receiver.inject_fault(kind, "garbage")
    assert post(receiver.setting(kinds=(kind,))) == Delivery(sent=0, failed=1)


def test_a_receiver_that_hangs_does_not_block_the_run(receiver: FakeChats) -> None:
    def deliver(kind: str) -> tuple[Delivery, float]:
        receiver.inject_fault(kind, "hang", times=4)
        started = time.monotonic()
        delivery = RealDelivery(receiver)(receiver.setting(kinds=(kind,)), limit=1.5)
        return delivery, time.monotonic() - started

    for kind, (delivery, seconds) in side_by_side(deliver, KINDS + HEARTBEATS):
        assert delivery == Delivery(sent=0, failed=1), kind
        assert seconds < 1.5, kind


def test_a_webhook_without_a_response_is_repeated_with_the_same_id(
    receiver: FakeChats, post: RealDelivery
) -> None:
    receiver.inject_fault("webhook", "drop")
    assert post(receiver.setting(kinds=("webhook",))) == Delivery(sent=1, failed=0)
    assert len(receiver.received) == 2
    assert len({sent.headers["webhook-id"] for sent in receiver.received}) == 1


@pytest.mark.parametrize("kind", HEARTBEATS)
def test_a_heartbeat_without_a_response_is_repeated(
    kind: str, receiver: FakeChats, post: RealDelivery
) -> None:
    receiver.inject_fault(kind, "drop")
    assert post(receiver.setting(kinds=(kind,))) == Delivery(sent=1, failed=0)
    assert [report.is_down for report in receiver.received] == [True, True]


def test_a_chat_post_without_a_response_is_not_repeated(
    receiver: FakeChats, post: RealDelivery
) -> None:
    receiver.inject_fault("dingtalk", "drop")
    assert post(receiver.setting(kinds=("dingtalk",))) == Delivery(sent=0, failed=1)
    assert len(receiver.received) == 1
    assert post.codes == ["ConnectionLost"]


@pytest.mark.parametrize("kind", SECRETS)
def test_a_wrong_secret_is_rejected(kind: str, receiver: FakeChats, post: RealDelivery) -> None:
    entry = receiver.entry(kind) | {"secret": "whsec_YW5vdGhlciBleGFtcGxlIGtleSE="}
    assert post(json.dumps([entry])) == Delivery(sent=0, failed=1)
    (sent,) = receiver.received
    assert sent.refusal


@pytest.mark.parametrize("kind", SECRETS)
def test_a_clock_outside_the_window_is_rejected(kind: str, post: RealDelivery) -> None:
    with FakeChats(clock=lambda: time.time() + 7_200) as fake_chats:
        assert post(fake_chats.setting(kinds=(kind,))) == Delivery(sent=0, failed=1)
        assert fake_chats.received[0].refusal


def test_an_unreachable_receiver_fails(post: RealDelivery) -> None:
    with FakeChats() as gone:
        setting = gone.setting(kinds=("slack",))
    assert post(setting) == Delivery(sent=0, failed=1)
    assert post.codes == ["NoConnection"]


def test_no_log_line_of_a_real_failure_contains_url_or_secret(
    receiver: FakeChats, post: RealDelivery
) -> None:
    for kind in KINDS + HEARTBEATS:
        receiver.inject_fault(kind, "refuse")
    setting = receiver.setting(kinds=KINDS + HEARTBEATS)
    post(setting)
    channels = load_channels(Settings.from_environ({"NOTIFY": setting}))
    secrets = [secret.get_secret_value() for channel in channels for secret in secrets_of(channel)]
    assert len(post.codes) == 7
    assert not [secret for secret in secrets if secret in str(post.log_lines)]


def test_a_quiet_run_posts_nothing(receiver: FakeChats) -> None:
    clock = FastClock()
    delivery = deliver(
        result(),
        load_channels(Settings.from_environ({"NOTIFY": receiver.setting()})),
        operation=load(SERVERS),
        transport=HttpTransport(),
        deadline=Deadline(clock, 30.0),
        clock=clock,
        random=random.random,
        new_id=lambda: "msg_example1",
        log=lambda *_said: None,
    )
    assert (delivery, receiver.received) == (Delivery(sent=0, failed=0), [])
