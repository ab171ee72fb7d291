"""Every path, under every platform's HTTP trigger."""

from __future__ import annotations

import re

import pytest

from functions.registry import OPERATIONS
from functions.web import static_files
from functions.web.assembly import assemble
from functions.web.version import VERSION
from local.emulator import Emulator
from local.http_events import TRIGGERS
from tests.support.web_client import RUN, WebClient

SOURCE = assemble(static_files.CONSOLE_FOLDER)
STYLE, SCRIPT = (f"/{name}" for kind in (".css", ".js") for name in SOURCE if name.endswith(kind))
READINGS = ["/", STYLE, SCRIPT, "/health", "/openapi.json", "/operations", RUN]


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_the_page_needs_no_token_and_allows_itself_only(client: WebClient, trigger: str) -> None:
    reply = client.request("/", trigger=trigger, token=None)

    assert reply.status == 200
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    assert reply.text.startswith("<!doctype html>")
    policy = dict(
        directive.strip().split(" ", 1)
        for directive in reply.headers["Content-Security-Policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
        "img-src": "'self' data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize(
    ("path", "kind"),
    [(STYLE, "text/css; charset=utf-8"), (SCRIPT, "text/javascript; charset=utf-8")],
    ids=["style", "script"],
)
def test_a_file_named_by_its_content_is_kept_for_good(
    client: WebClient, trigger: str, path: str, kind: str
) -> None:
    reply = client.request(path, trigger=trigger, token=None)

    assert reply.status == 200
    assert reply.text.encode() == SOURCE[path[1:]]
    assert reply.headers["Content-Type"] == kind
    assert reply.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_page_that_did_not_change_is_not_sent_again(client: WebClient, trigger: str) -> None:
    first = client.request("/", trigger=trigger)

    reply = client.request("/", trigger=trigger, headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "no-cache"
    assert (reply.status, reply.text) == (304, "")


def test_the_page_refers_to_the_two_files_and_nothing_else(client: WebClient) -> None:
    text = client.request("/").text

    assert re.findall(r'(?:src|href)="(?!data:|#)([^"]+)"', text) == [
        STYLE[1:],
        SCRIPT[1:],
        "openapi.json",
        "openapi.json",
        "health",
    ]
    assert f"Cloud sync functions {VERSION}" in text


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_the_health_check_needs_no_token(
    client: WebClient, emulator: Emulator, trigger: str
) -> None:
    reply = client.request("/health", trigger=trigger, token=None)

    assert reply.status == 200
    assert reply.json == {"status": "ok", "version": VERSION, "operations": list(OPERATIONS)}
    assert len(emulator.received) == 0


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("path", READINGS)
def test_head_is_answered_as_get_without_a_body(client: WebClient, trigger: str, path: str) -> None:
    reply = client.request(path, trigger=trigger, method="HEAD")

    assert (reply.status, reply.text) == (200, "")
    assert reply.headers == client.request(path, trigger=trigger).headers


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", "GET, HEAD"),
        (SCRIPT, "GET, HEAD"),
        ("/health", "GET, HEAD"),
        ("/openapi.json", "GET, HEAD"),
        ("/operations", "GET, HEAD"),
        (RUN, "GET, HEAD, POST"),
        (f"{RUN}/status", "POST"),
        ("/chat/slack", "POST"),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "EXAMPLE"])
def test_another_method_gets_the_allowed_ones(
    client: WebClient, emulator: Emulator, trigger: str, path: str, allowed: str, method: str
) -> None:
    reply = client.request(path, trigger=trigger, method=method)

    assert reply.status == 405
    assert reply.is_problem
    assert reply.headers["Allow"] == allowed
    assert len(emulator.received) == 0


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/operations/",
        "/operations/tencent.cwp",
        "/operations/tencent.cwp.SyncMachines/",
        "/operations/tencent.cwp.SyncMachines%00",
        "/operations/..%2fhealth",
        "/console/index.html",
        "/index.html",
        "/app.py",
        "/../app.py",
        "/console.js",
        f"{STYLE}/..",
        f"{STYLE}.map",
        f"{RUN}/status/",
        "/chat/feishu",
        "/chat/",
        "/é",
    ],
)
def test_an_unknown_path_is_a_404(client: WebClient, trigger: str, method: str, path: str) -> None:
    reply = client.request(path, trigger=trigger, method=method)

    assert reply.status == 404
    assert reply.is_problem


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_file_of_another_release_is_a_404(client: WebClient, trigger: str) -> None:
    reply = client.request("/console.0123456789abcdef.js", trigger=trigger)

    assert reply.status == 404
    assert reply.is_problem


@pytest.mark.parametrize("kind", ["slack", "dingtalk"])
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_a_chat_that_is_not_configured_is_not_found(
    client: WebClient, trigger: str, kind: str
) -> None:
    reply = client.request(f"/chat/{kind}", {"text": "help"}, trigger=trigger, token=None)

    assert reply.status == 404
    assert reply.is_problem


@pytest.mark.parametrize("path", [*READINGS, "/nowhere", "/chat/slack"])
def test_every_reply_has_the_security_headers(client: WebClient, path: str) -> None:
    headers = client.request(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    kept = "public, max-age=31536000, immutable" if path in {STYLE, SCRIPT} else None
    assert headers["Cache-Control"] in ({kept} if kept else {"no-cache", "no-store"})


@pytest.mark.parametrize("path", READINGS)
def test_no_other_site_may_read_a_reply(client: WebClient, path: str) -> None:
    origin = {"Origin": "https://example.com"}

    for method in ("GET", "OPTIONS"):
        headers = client.request(path, method=method, headers=origin).headers
        assert not [name for name in headers if name.lower().startswith("access-control-")]
