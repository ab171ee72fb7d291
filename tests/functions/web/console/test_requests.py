"""How few requests reach the function: each is an invocation, perhaps a cold one."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from functions.web import static_files
from functions.web.assembly import assemble
from local.bundling.plan import Bundle
from local.emulator import Emulator
from local.serve import TOKEN, http_settings
from tests.support.bundles import BundleCache, python
from tests.support.console_page import CWP, ConsolePage
from tests.support.request_counter import CountingGateway

STYLE, SCRIPT = (
    name
    for kind in (".css", ".js")
    for name in assemble(static_files.CONSOLE_FOLDER)
    if name.endswith(kind)
)
LIST = "operations?include=parameters"
PAGE_AND_FILES = [("GET", "", 200), ("GET", STYLE, 200), ("GET", SCRIPT, 200)]


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    with chromium.new_context() as made:
        yield made


@contextmanager
def at(emulator: Emulator, **settings: str) -> Iterator[CountingGateway]:
    gateway = CountingGateway(emulator, http_settings(emulator, settings))
    with gateway:
        yield gateway


def served(gateway: CountingGateway, path: str = "fc") -> str:
    return gateway.url(path, "web") + "/"


def test_a_first_page_load_is_four_requests_and_signing_in_one_more(
    emulator: Emulator, context: BrowserContext
) -> None:
    with at(emulator) as gateway:
        console = ConsolePage(context.new_page(), served(gateway)).open()
        expect(console.token_field).to_be_visible()
        assert sorted(gateway.requests) == sorted([*PAGE_AND_FILES, ("GET", LIST, 401)])
        console.sign_in()
        assert gateway.requests[4:] == [("GET", LIST, 200)]


def test_a_first_page_load_behind_an_authorizer_is_four_requests(
    emulator: Emulator, context: BrowserContext
) -> None:
    with at(emulator, HTTP_AUTH="platform") as gateway:
        console = ConsolePage(context.new_page(), served(gateway)).open().choose(CWP)
        expect(console.page.get_by_role("heading", name=CWP)).to_be_focused()
        assert sorted(gateway.requests) == sorted([*PAGE_AND_FILES, ("GET", LIST, 200)])


def test_a_reload_asks_for_the_list_and_whether_the_page_changed(
    emulator: Emulator, context: BrowserContext
) -> None:
    with at(emulator) as gateway:
        console = ConsolePage(context.new_page(), served(gateway)).open().sign_in()
        gateway.requests.clear()
        console.page.reload()
        expect(console.token_field).to_be_visible()
        assert gateway.requests == [("GET", "", 304), ("GET", LIST, 401)]


def test_a_run_is_two_requests(emulator: Emulator, context: BrowserContext) -> None:
    with at(emulator) as gateway:
        console = ConsolePage(context.new_page(), served(gateway)).open().sign_in().choose(CWP)
        gateway.requests.clear()
        console.run()
        run = "operations/tencent.cwp.SyncMachines"
        assert gateway.requests == [("POST", run, 200), ("POST", run, 202)]


SERVER = """
import sys
from wsgiref.simple_server import ServerHandler, make_server
sys.path.insert(0, sys.argv[1])
ServerHandler.http_version = "1.1"  # a browser ignores an ETag of 1.0
from functions.web.app import app
server = make_server("127.0.0.1", 0, app)
print(server.server_port, flush=True)
server.serve_forever()
"""
LOGGED = re.compile(r'"(GET|POST) (\S+) HTTP/1\.1" (\d+)')


@pytest.fixture
def zips(tmp_path: Path) -> BundleCache:
    return BundleCache(tmp_path, tmp_path / "unpacked")


def test_the_built_bundle_needs_as_few(
    zips: BundleCache, tmp_path: Path, context: BrowserContext
) -> None:
    bundle = Bundle("tencent", "lambda", web=True)
    root = zips.unpack(bundle)
    log = tmp_path / "log.txt"
    environ = {"HTTP_BEARER_TOKENS": TOKEN, "PATH": os.defpath}
    command = [python(bundle.minor), "-S", "-E", "-c", SERVER, str(root)]
    with (
        log.open("w") as errors,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, env=environ, text=True
        ) as server,
    ):
        try:
            assert server.stdout is not None
            url = f"http://127.0.0.1:{int(server.stdout.readline())}/"
            console = ConsolePage(context.new_page(), url).open().sign_in()
            expect(console.page.get_by_role("heading", name=CWP)).to_be_focused()
            visit = requests_in(log)
            console.page.reload()
            expect(console.token_field).to_be_visible()
            reload = requests_in(log)[len(visit) :]
        finally:
            server.terminate()
    assert sorted(visit) == sorted(
        [
            ("GET", "/", 200),
            ("GET", f"/{STYLE}", 200),
            ("GET", f"/{SCRIPT}", 200),
            ("GET", f"/{LIST}", 401),
            ("GET", f"/{LIST}", 200),
        ]
    )
    assert reload == [("GET", "/", 304), ("GET", f"/{LIST}", 401)]
    assert console.errors == []


def requests_in(log: Path) -> list[tuple[str, str, int]]:
    return [(method, path, int(status)) for method, path, status in LOGGED.findall(log.read_text())]
