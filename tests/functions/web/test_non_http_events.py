"""Events that are no HTTP request: answered, never raised, and nothing is run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from functions.web.app import handler
from functions.web.version import VERSION
from local import contexts
from local.emulator import Emulator
from tests.support.repository import ROOT
from tests.support.web_client import WebClient

SAMPLES = ROOT / "events" / "platforms"
TRIGGER = {"aws": "aws-url", "fc": "fc", "scf": "scf", "functiongraph": "functiongraph"}
EVERYWHERE = pytest.mark.parametrize("platform", TRIGGER)


def hand_in(client: WebClient, event: object, platform: str) -> Any:
    """Return the answer to an event of a platform, which must be JSON."""
    handed = json.dumps(event).encode() if platform == "fc" else event
    return json.loads(json.dumps(client.call(handed, TRIGGER[platform])))


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*-timer*.json")), ids=lambda p: p.stem)
def test_a_timer_only_keeps_the_function_warm(
    client: WebClient, emulator: Emulator, sample: Path
) -> None:
    platform = sample.stem.split("-")[0]

    answer = hand_in(client, json.loads(sample.read_text()), platform)

    assert (answer["status"], answer["version"]) == ("ok", VERSION)
    assert len(emulator.received) == 0


@EVERYWHERE
@pytest.mark.parametrize("event", [{}, {"sync": False}, [], "text", 5, None, {"requests": []}])
def test_a_direct_event_is_refused_with_what_to_do(
    client: WebClient, emulator: Emulator, platform: str, event: object
) -> None:
    answer = hand_in(client, event, platform)

    assert answer["status"] == "failed"
    assert answer["error"]["category"] == "invalid_input"
    assert "operations/{id}" in answer["error"]["hint"]
    assert len(emulator.received) == 0


@pytest.mark.parametrize("event", [b"{", b"\xff", b"[" * 100_000])
def test_bytes_that_are_not_json_are_refused(client: WebClient, event: bytes) -> None:
    answer: Any = client.call(event, "fc")

    assert answer["error"]["code"] == "NotJson"


@EVERYWHERE
def test_a_deferred_run_that_chat_did_not_request_is_refused(
    client: WebClient, emulator: Emulator, platform: str
) -> None:
    answer = hand_in(client, {"deferred": {"operation": "tencent.cwp.SyncMachines"}}, platform)

    assert answer["deferred"]["status"] == "refused"
    assert len(emulator.received) == 0


@EVERYWHERE
def test_a_deferred_run_is_accepted_by_direct_invocation_only(
    client: WebClient, platform: str
) -> None:
    deferred = {"deferred": {"operation": "tencent.cwp.SyncMachines"}}

    reply = client.request("/health", deferred, trigger=TRIGGER[platform])

    assert reply.status == 405


def test_the_deployed_handler_answers_without_a_platform() -> None:
    event = {"httpMethod": "GET", "path": "/health", "headers": {}}

    assert json.loads(str(handler(event)["body"]))["status"] == "ok"


def test_an_internal_error_is_logged_without_its_message_and_not_raised(
    client: WebClient, capfd: pytest.CaptureFixture[str]
) -> None:
    class Broken:
        def __getattr__(self, name: str) -> object:
            raise ValueError("exampleSecret")

    answer: Any = client.app.handle({"httpMethod": "GET", "path": "/", "headers": {}}, Broken())

    logged = capfd.readouterr().out
    assert answer["statusCode"] == 500
    assert "frames" in logged
    assert "exampleSecret" not in logged + answer["body"]


def test_without_a_context_a_direct_event_is_refused(client: WebClient) -> None:
    answer: Any = client.app.handle({"sync": False}, None)

    assert answer["error"]["code"] == "NotAnHttpEvent"


def test_functiongraphs_user_data_are_settings(client: WebClient) -> None:
    call = contexts.functiongraph("web", {}, client.environ, timer=False)

    assert "HTTP_BEARER_TOKENS" not in call.environ
    assert client.request("/operations", trigger="functiongraph").status == 200
