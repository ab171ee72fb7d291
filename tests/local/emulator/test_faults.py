"""Each fault does what its name states, and the journal records whether the work was done."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime

import pytest
import trustme

from local.emulator import Emulator, faults
from local.emulator.faults import Fault, Line, pass_through
from local.emulator.message import Reply
from tests.support import signed_requests

SYNC = b'{"Sync":true}'


def start(emulator: Emulator, timeout: float = 5.0) -> signed_requests.EmulatorResponse:
    """Start a CWP run: work that is visibly done or not."""
    return signed_requests.send(signed_requests.cwp(emulator, SYNC), timeout=timeout)


def test_a_fault_is_injected_as_often_as_requested(emulator: Emulator) -> None:
    plan = emulator.inject_fault("cwp", faults.status(503, b"later"), times=2)
    statuses = [signed_requests.send(signed_requests.cwp(emulator)).status for _ in range(3)]
    assert (statuses, plan.played) == ([503, 503, 200], 2)


def test_a_fault_waits_for_the_request_it_is_meant_for(emulator: Emulator) -> None:
    emulator.inject_fault("oms", faults.error("OMS.0001"), method="POST", path="/v2/*/start")
    assert signed_requests.send(signed_requests.show_task(emulator)).status == 200
    assert signed_requests.send(signed_requests.start_task(emulator)).code == "OMS.0001"


def test_a_fault_can_be_meant_for_an_action_or_a_condition(emulator: Emulator) -> None:
    emulator.inject_fault("cwp", faults.error("InternalError"), when=lambda r: b"true" in r.body)
    emulator.inject_fault("oms", faults.error("OMS.0001"), action="StartSyncTask")
    assert signed_requests.send(signed_requests.cwp(emulator)).code is None
    assert start(emulator).code == "InternalError"
    assert signed_requests.send(signed_requests.show_task(emulator)).status == 200


def test_no_fault_hides_a_bad_signature(emulator: Emulator) -> None:
    emulator.inject_fault("cwp", faults.status(503))
    reply = signed_requests.send(signed_requests.cwp(emulator), body=SYNC)
    assert reply.code == "AuthFailure.SignatureFailure"


def test_an_unknown_service_is_an_error(emulator: Emulator) -> None:
    with pytest.raises(ValueError, match="no such service"):
        emulator.inject_fault("ecs", faults.status(503))


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        (faults.status(418, {"a": 1}, {"X-More": "y"}), 418, b'{"a":1}'),
        (faults.redirect(), 302, b""),
        (faults.xml(), 200, b"<?xml"),
        (faults.html(), 502, b"<html>"),
        (faults.other_json([]), 200, b"[]"),
        (faults.empty_body(), 200, b""),
        (faults.error("FailedOperation.APIServerFail"), 200, b'{"Response":{"Error"'),
    ],
)
def test_a_response_fault_prevents_the_work(
    emulator: Emulator, fault: Fault, status: int, text: bytes
) -> None:
    emulator.inject_fault("cwp", fault)
    reply = start(emulator)
    assert (reply.status, reply.body[: len(text)]) == (status, text)
    assert (emulator.tencent.machines.started, emulator.received[0].accepted) == (0, True)


def test_truncated_json_is_the_response_to_completed_work(emulator: Emulator) -> None:
    emulator.inject_fault("cwp", faults.half_json())
    reply = start(emulator)
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        _ = reply.json
    assert emulator.tencent.machines.started == 1


def test_each_provider_says_in_its_own_way_how_long_to_wait(emulator: Emulator) -> None:
    for service in ("edas", "cwp", "modelarts"):
        emulator.inject_fault(service, faults.throttled(2))
    alibaba = signed_requests.send(signed_requests.edas(emulator))
    tencent = signed_requests.send(signed_requests.cwp(emulator))
    huawei = signed_requests.send(signed_requests.dev_servers(emulator))
    assert (alibaba.code, alibaba.headers["x-acs-retry-after"]) == ("Throttling.User", "2000")
    assert (tencent.code, tencent.headers["retry-after"]) == ("RequestLimitExceeded", "2")
    assert (huawei.status, huawei.code, huawei.headers["retry-after"]) == (429, "APIGW.0308", "2")


@pytest.mark.parametrize("work", [False, True])
def test_a_reset_drops_the_response_with_or_without_the_work(
    emulator: Emulator, *, work: bool
) -> None:
    emulator.inject_fault("cwp", faults.reset(work=work))
    with pytest.raises(ConnectionResetError):
        start(emulator)
    assert emulator.tencent.machines.started == int(work)
    entry = emulator.received[0]
    assert (entry.accepted, entry.processed, entry.status) == (True, work, None)


def test_a_reset_before_reading_sees_the_request_line_only(emulator: Emulator) -> None:
    emulator.inject_fault("cwp", faults.reset_before_reading())
    with pytest.raises(ConnectionError):
        start(emulator)
    entry = emulator.received[0]
    assert (entry.method, entry.body, entry.fault) == ("POST", b"", "reset before reading")
    assert (entry.accepted, entry.authorization) == (False, None)


@pytest.mark.parametrize("work", [False, True])
def test_a_hang_up_ends_the_connection_in_order(emulator: Emulator, *, work: bool) -> None:
    emulator.inject_fault("cwp", faults.hang_up(work=work))
    with pytest.raises(http.client.RemoteDisconnected):
        start(emulator)
    assert emulator.tencent.machines.started == int(work)


@pytest.mark.parametrize("work", [False, True])
def test_a_hang_answers_nothing_for_its_time(emulator: Emulator, *, work: bool) -> None:
    emulator.inject_fault("cwp", faults.hang(30, work=work))
    with pytest.raises(TimeoutError):
        start(emulator, timeout=0.2)
    assert emulator.tencent.machines.started == int(work)


def test_a_delayed_response_is_complete(emulator: Emulator) -> None:
    emulator.inject_fault("cwp", faults.delayed(0.2))
    begun = time.monotonic()
    assert start(emulator).json["Response"]["State"] == "SYNCING"
    assert time.monotonic() - begun >= 0.2


def test_an_emulator_that_stops_does_not_wait_for_its_faults() -> None:
    begun = time.monotonic()
    with Emulator() as running:
        running.inject_fault("cwp", faults.hang(30))
        with pytest.raises(TimeoutError):
            start(running, timeout=0.1)
    assert time.monotonic() - begun < 5


class RecordingConnection:
    """A connection that records what a fault does with it: bytes written, seconds waited."""

    def __init__(self) -> None:
        self.steps: list[bytes | float] = []

    def write(self, data: bytes) -> None:
        self.steps.append(data)

    def wait(self, seconds: float) -> None:
        self.steps.append(seconds)

    def reset(self) -> None:
        raise AssertionError("a dripped answer is not reset")

    def head(self, reply: Reply, *, length: int | None = None, close: bool = False) -> bytes:
        return b"head"


@pytest.mark.parametrize(("headers", "at_once"), [(False, b"head"), (True, b"")])
def test_a_dripped_response_comes_byte_by_byte(*, headers: bool, at_once: bytes) -> None:
    line = RecordingConnection()
    assert faults.drip(0.25, headers=headers).leave(line, Reply(body=b"body"))
    assert line.steps[0] == at_once
    assert line.steps[1::2] == [0.25] * (len(line.steps) // 2)
    dripped = line.steps[2::2]
    assert dripped == [bytes([each]) for each in b"headbody".removeprefix(at_once)]


@pytest.mark.parametrize("headers", [False, True])
def test_a_dripped_response_is_complete(emulator: Emulator, *, headers: bool) -> None:
    emulator.inject_fault("cwp", faults.drip(0.0005, headers=headers))
    assert start(emulator).json["Response"]["State"] == "SYNCING"


def test_slow_headers_pause_after_the_status_line(emulator: Emulator) -> None:
    emulator.inject_fault("cwp", faults.slow_headers(30))
    with pytest.raises(TimeoutError):
        start(emulator, timeout=0.2)
    assert emulator.received[0].status == 200


def test_a_truncated_response_is_shorter_than_announced(emulator: Emulator) -> None:
    emulator.inject_fault("cwp", faults.truncated())
    with pytest.raises(http.client.IncompleteRead):
        start(emulator)
    assert emulator.tencent.machines.started == 1


def test_a_content_length_too_long_makes_the_reader_wait(emulator: Emulator) -> None:
    emulator.inject_fault("cwp", faults.wrong_length(5))
    with pytest.raises(TimeoutError):
        start(emulator, timeout=0.2)


def test_a_content_length_too_short_truncates_the_body(emulator: Emulator) -> None:
    emulator.inject_fault("cwp", faults.wrong_length(-5))
    reply = start(emulator)
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        _ = reply.json
    assert emulator.tencent.machines.started == 1


def test_a_silent_close_ends_a_connection_announced_as_kept_alive(emulator: Emulator) -> None:
    emulator.inject_fault("cwp", faults.close_silently())
    connection = signed_requests.connect(signed_requests.cwp(emulator))
    reply = signed_requests.send(signed_requests.cwp(emulator), over=connection)
    assert reply.headers["connection"] == "keep-alive"
    time.sleep(0.05)
    with pytest.raises(ConnectionError):
        signed_requests.send(signed_requests.cwp(emulator), over=connection)
    connection.close()


def test_no_keep_alive_is_announced(emulator: Emulator) -> None:
    emulator.inject_fault("cwp", faults.no_keep_alive())
    assert signed_requests.send(signed_requests.cwp(emulator)).headers["connection"] == "close"


def test_idle_connections_can_be_closed(emulator: Emulator) -> None:
    connection = signed_requests.connect(signed_requests.cwp(emulator))
    signed_requests.send(signed_requests.cwp(emulator), over=connection)
    closed, until = 0, time.monotonic() + 10
    while not closed and time.monotonic() < until:  # the response is here before it is idle again
        closed = emulator.close_connections("cwp", idle_only=True)
    assert closed == 1
    assert connection.sock.recv(1) == b""
    connection.close()


@pytest.mark.parametrize("seconds", [-3600.0, 3600.0])
def test_a_skewed_clock_rejects_with_its_own_date(emulator: Emulator, seconds: float) -> None:
    for service in ("edas", "cwp", "modelarts"):
        emulator.inject_fault(service, faults.clock_off(seconds), times=None)
    replies = [
        signed_requests.send(signed_requests.edas(emulator)),
        signed_requests.send(signed_requests.cwp(emulator)),
        signed_requests.send(signed_requests.dev_servers(emulator)),
    ]
    codes = ["InvalidTimeStamp.Expired", "AuthFailure.SignatureExpire", "APIGW.0301"]
    assert [reply.code for reply in replies] == codes
    for reply in replies:
        moment = parsedate_to_datetime(reply.headers["date"]).timestamp()
        assert abs(moment - time.time() - seconds) < 5


def test_a_request_signed_by_the_wrong_clocks_time_is_accepted_by_it(emulator: Emulator) -> None:
    emulator.inject_fault("edas", faults.clock_off(3600))
    assert signed_requests.send(signed_requests.edas(emulator, late=-3600)).status == 200


def pages(emulator: Emulator) -> list[dict[str, object]]:
    return [
        signed_requests.send(
            signed_requests.dev_servers(emulator, ("offset", offset), ("limit", "10"))
        ).json
        for offset in ("0", "10", "20")
    ]


def test_the_total_moves_from_page_to_page(emulator: Emulator) -> None:
    emulator.inject_fault("modelarts", faults.moving_total(), times=None)
    assert [page["total"] for page in pages(emulator)] == [26, 27, 28]


def test_a_page_can_be_empty_though_there_is_more(emulator: Emulator) -> None:
    emulator.inject_fault(
        "modelarts", faults.empty_page(), when=lambda r: "offset=10" in r.raw_query
    )
    found = pages(emulator)
    assert [len(page["data"]) for page in found] == [10, 0, 5]  # type: ignore[arg-type]
    assert found[1]["total"] == 25


def test_ids_can_come_twice_across_pages(emulator: Emulator) -> None:
    emulator.inject_fault("modelarts", faults.duplicate_ids(), times=None)
    first, second, _ = ([server["id"] for server in page["data"]] for page in pages(emulator))  # type: ignore[attr-defined]
    assert second[0] == first[-1]
    assert len(second) == 10


def test_unknown_states_come_in_each_service(emulator: Emulator) -> None:
    for service in ("cwp", "oms", "modelarts"):
        emulator.inject_fault(service, faults.unknown_state("NEW"))
    assert signed_requests.send(signed_requests.cwp(emulator)).json["Response"]["State"] == "NEW"
    assert signed_requests.send(signed_requests.show_task(emulator)).json["status"] == "NEW"
    servers = signed_requests.send(signed_requests.dev_servers(emulator)).json["data"]
    assert {server["status"] for server in servers} == {"NEW"}


def test_unknown_fields_come_with_the_known_ones(emulator: Emulator) -> None:
    emulator.inject_fault("modelarts", faults.unknown_fields())
    page = signed_requests.send(signed_requests.dev_servers(emulator)).json
    assert {"brandNew", "total"} <= set(page)
    assert {"brandNew", "id"} <= set(page["data"][0])


def test_every_fault_is_described_where_faults_are_defined() -> None:
    makers = [
        name
        for name, value in vars(faults).items()
        if callable(value) and getattr(value, "__annotations__", {}).get("return") == "Fault"
    ]
    assert len(makers) >= 25
    assert not [name for name in makers if f"``{name}``" not in (faults.__doc__ or "")]


def test_the_emulator_uses_tls_when_given_a_context() -> None:
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    with Emulator(tls=server) as running:
        running.inject_fault("cwp", faults.reset(work=True), when=lambda r: b"true" in r.body)
        assert running.url("cwp").startswith("https://")
        request = signed_requests.cwp(running)
        connection = http.client.HTTPSConnection(request.host, timeout=5, context=client)
        assert signed_requests.send(request, over=connection).status == 200
        with pytest.raises(ConnectionError):
            signed_requests.send(signed_requests.cwp(running, SYNC), over=connection)
        assert running.tencent.machines.started == 1
        connection.close()


def test_what_is_not_http_is_answered_with_400_and_closed(emulator: Emulator) -> None:
    host, port = emulator.address("cwp").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as sock:
        sock.sendall(b"hello\r\n\r\n")
        received = b""
        while chunk := sock.recv(4096):
            received += chunk
    assert received.startswith(b"HTTP/1.1 400 ")
    assert b"Connection: close" in received


def test_the_emulator_prints_nothing(emulator: Emulator, capfd: pytest.CaptureFixture[str]) -> None:
    start(emulator)
    emulator.inject_fault("cwp", faults.reset(work=False))
    with pytest.raises(ConnectionError):
        start(emulator)
    assert capfd.readouterr() == ("", "")


def test_a_second_of_processor_time_answers_a_thousand_requests_on_one_kept_connection(
    emulator: Emulator,
) -> None:
    batches = [[signed_requests.edas(emulator) for _ in range(200)] for _ in range(5)]
    seconds = []
    host, port = emulator.address("edas").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as sock:
        for requests in batches:
            begun = time.process_time()  # of both sides; what else the machine does is not in it
            for request in requests:
                sock.sendall(signed_requests.as_bytes(request))
                assert sock.recv(65_536).startswith(b"HTTP/1.1 200 ")
            seconds.append(time.process_time() - begun)
    assert len({entry.connection for entry in emulator.received}) == 1
    # A busy machine shares its caches too, so that some batches take longer than they need.
    assert min(seconds) * len(batches) <= 1.0


def test_many_connections_are_served_at_once(emulator: Emulator) -> None:
    together = threading.Barrier(64)

    def leave(line: Line, reply: Reply) -> bool:
        together.wait(timeout=60)  # no client has a response before all are served
        return pass_through(line, reply)

    emulator.inject_fault("edas", Fault("together", leave=leave), times=None)
    requests = [signed_requests.edas(emulator) for _ in range(64)]
    with ThreadPoolExecutor(64) as pool:
        replies = list(
            pool.map(lambda request: signed_requests.send(request, timeout=60), requests)
        )
    assert [reply.status for reply in replies] == [200] * 64
    assert len([entry for entry in emulator.received if entry.status == 200]) == 64
