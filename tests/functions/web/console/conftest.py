"""A real Chromium with the real web app and the emulator, all on loopback."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from local.emulator import Emulator
from local.gateway import Gateway
from local.serve import http_settings
from shared.runtime import Runtime
from tests.support.clocks import FastClock
from tests.support.console_page import ConsolePage
from tests.support.prerequisites import program

Open = Callable[..., ConsolePage]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each opens a profile of its own in it."""
    path = program("chromium", "Chromium")
    # Chromium's sandbox does not run as root, which containers build as.
    unboxed = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=unboxed)
        yield browser
        browser.close()


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        running.tencent.machines.run_seconds = None
        yield running


@pytest.fixture
def open_console(chromium: Browser, emulator: Emulator) -> Iterator[Open]:
    """Opens the console behind a platform's trigger, in a profile of its own.

    Afterwards no page may have had an error or broken the Content-Security-Policy.
    """
    with ExitStack() as stack:
        consoles: list[ConsolePage] = []

        def at(
            trigger: str = "fc", settings: dict[str, str] | None = None, **profile: Any
        ) -> ConsolePage:
            environ = http_settings(emulator, settings or {})
            process = Runtime(clock=FastClock())
            gateway = stack.enter_context(Gateway(emulator, environ, process=process))
            context = stack.enter_context(chromium.new_context(**profile))
            console = ConsolePage(context.new_page(), gateway.url(trigger, "web") + "/")
            consoles.append(console)
            return console.open()

        yield at
        complaints = [complaint for console in consoles for complaint in console.errors]
    assert complaints == []


@pytest.fixture
def console(open_console: Open) -> ConsolePage:
    """The console, its token entered."""
    return open_console().sign_in()
