"""Reports to a monitor that raises the alarm if none arrives."""

from __future__ import annotations

from datetime import datetime, timezone
from urllib.parse import parse_qs, urlencode

import pytest

from functions.registry import load
from shared.models.http import Request, Response
from shared.models.result import Result
from shared.models.secret import Secret
from shared.notifications import Channel, heartbeat, secrets_of
from shared.notifications.rendering import render
from tests.support.notifications import SERVERS, deliver, failure, result, several

PING_URL = "https://hc-ping.example/00000000-0000-4000-8000-example00004"
SLUG_URL = "https://hc-ping.example/examplePingKey0000001/servers/?create=1"
PUSH_URL = "https://kuma.example/api/push/exampleToken0000000000000002?status=up&msg=OK&ping="
NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=timezone.utc)


def to(url: str, style: str = "healthchecks") -> Channel:
    return Channel("heartbeat", Secret(url), None, frozenset({"always"}), style=style)


def report(of: Result, channel: Channel) -> Request:
    body = of.as_dict()
    message = render(body, load(SERVERS))
    return heartbeat.build_request(channel, message, body, now=NOW, message_id="msg_example1")


def push(of: Result) -> dict[str, str]:
    request = report(of, to(PUSH_URL, "uptime_kuma"))
    assert (request.method, request.origin, request.body) == ("GET", "https://kuma.example", b"")
    assert request.path == "/api/push/exampleToken0000000000000002"
    assert len(dict(request.query)) == len(request.query)
    return dict(request.query)


def test_healthchecks_is_pinged_with_what_happened_after_a_success() -> None:
    request = report(result(), to(PING_URL))
    assert f"{request.origin}{request.path}" == PING_URL
    assert (request.method, request.query) == ("POST", ())
    assert request.headers == {"content-type": "text/plain; charset=utf-8"}
    assert request.body.decode().startswith("huawei.modelarts.SyncDevServers succeeded\nWhere: ")


@pytest.mark.parametrize(
    ("url", "path", "query"),
    [
        (PING_URL, "/00000000-0000-4000-8000-example00004/fail", ()),
        (SLUG_URL, "/examplePingKey0000001/servers/fail", (("create", "1"),)),
    ],
)
def test_healthchecks_learns_of_a_failure_at_once(
    url: str, path: str, query: tuple[tuple[str, str], ...]
) -> None:
    request = report(failure(), to(url))
    assert (request.path, request.query) == (path, query)
    assert "Why: forbidden (ModelArts.0001)" in request.body.decode()


def test_a_long_message_fits_into_what_healthchecks_keeps() -> None:
    body = report(failure("\u4e2d\u6587 text. " * 2_000), to(PING_URL)).body
    assert 9_900 < len(body) <= 10_000
    assert "characters cut]" in body.decode()
    assert "When: 2026-11-21T20:24:29.123Z" in body.decode()


def test_uptime_kuma_gets_the_summary_and_how_long_the_run_took() -> None:
    assert push(result()) == {"status": "up", "msg": "3 DevServers refreshed", "ping": "812"}
    assert push(failure())["status"] == "down"


def test_a_summary_for_uptime_kuma_is_one_short_line() -> None:
    msg = push(result(summary="first\nsecond " + "\u4e2d" * 5_000))["msg"]
    assert msg.startswith("first second \u4e2d")
    assert len(msg) == 200


@pytest.mark.parametrize(
    ("other", "is_down"), [(failure(), True), (result(status="running"), False)]
)
def test_several_targets_have_failed_if_one_did(other: Result, is_down: bool) -> None:  # noqa: FBT001
    of = several(result(), other, status="partial")
    assert push(of)["status"] == ("down" if is_down else "up")
    assert report(of, to(PING_URL)).path.endswith("/fail") == is_down


@pytest.mark.parametrize(
    ("response", "status", "code"),
    [
        (Response(200, {}, b"OK"), "delivered", "HTTP200"),
        (Response(201, {}, b"Created"), "delivered", "HTTP201"),
        (Response(200, {}, b'{"ok":true}'), "delivered", "HTTP200"),
        (Response(200, {}, b"OK (not found)\n"), "rejected", "HTTP200, not accepted"),
        (Response(200, {}, b"OK (rate limited)"), "retryable", "HTTP200, rate limited"),
        (Response(404, {}, b'{"ok":false,"msg":"Monitor not found"}'), "rejected", "HTTP404"),
        (Response(409, {}, b"ambiguous slug"), "rejected", "HTTP409"),
        (Response(503), "retryable", "HTTP503"),
    ],
)
def test_a_monitor_that_drops_a_report_has_not_got_it(
    response: Response, status: str, code: str
) -> None:
    assert heartbeat.delivery_result(response) == (status, code)


def test_it_is_sent_after_a_run_that_no_one_needs_to_hear_of() -> None:
    done = deliver(result(status="unchanged"), to(PING_URL), responses=[Response(200, {}, b"OK")])
    assert done.delivery.sent == 1
    assert [sent.request.path for sent in done.transport.sent] == [
        "/00000000-0000-4000-8000-example00004"
    ]


def test_the_tokens_of_the_urls_are_secrets() -> None:
    for url in (PING_URL, SLUG_URL, PUSH_URL):
        path = url.partition(".example")[2].partition("?")[0]
        texts = {secret.get_secret_value() for secret in secrets_of(to(url))}
        token = max(path.split("/"), key=len)
        assert {url, path, token} <= texts


def test_a_failing_report_names_neither_url_nor_token() -> None:
    done = deliver(failure(), to(PUSH_URL, "uptime_kuma"), responses=[Response(404)])
    assert done.warnings == [{"channel": 1, "kind": "heartbeat", "attempts": 1, "code": "HTTP404"}]


def test_the_parameters_of_a_push_survive_the_transport() -> None:
    query = report(failure(summary="a & b = c"), to(PUSH_URL, "uptime_kuma")).query
    assert parse_qs(urlencode(query))["msg"] == ["a & b = c"]
