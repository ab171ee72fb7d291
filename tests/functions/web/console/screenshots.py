"""``python -m tests.functions.web.console.screenshots``: the console's pictures under ``docs/``."""

from __future__ import annotations

import os
import shutil
import sys
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from local.emulator import Emulator
from local.gateway import Gateway
from local.serve import http_settings
from tests.support.console_page import CWP, MODELARTS, ConsolePage
from tests.support.repository import ROOT

DOCS = ROOT / "docs"
LABEL = {"CONSOLE_LABEL": "staging"}


def take(browser: Browser, url: str, name: str, title: str, **profile: Any) -> None:
    """Take one picture of an operation's result.

    Parameters
    ----------
    browser, url: where the console is shown, and where it is.
    name: the picture's.
    title: the operation's.
    profile: as of ``Browser.new_context``.
    """
    with browser.new_context(**profile) as context:
        console = ConsolePage(context.new_page(), url).open().sign_in().choose(title)
        console.run()
        console.page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
        console.page.mouse.move(0, 0)
        console.page.screenshot(path=DOCS / name)


def main() -> int:
    """Take all of them; return the exit code."""
    path = shutil.which("chromium")
    if path is None:
        sys.stderr.write("there is no chromium: apt-get install chromium\n")
        return 2
    unboxed = ["--no-sandbox"] if os.geteuid() == 0 else []
    grey = ["--disable-lcd-text"]  # letters without coloured edges make smaller files
    with Emulator() as emulator, Gateway(emulator, http_settings(emulator, LABEL)) as gateway:
        url = gateway.url("fc", "web") + "/"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=unboxed + grey)
            wide = {"viewport": {"width": 1280, "height": 1180}}
            take(browser, url, "console-light.png", MODELARTS, **wide)
            take(browser, url, "console-dark.png", MODELARTS, **wide, color_scheme="dark")
            narrow = {"viewport": {"width": 360, "height": 1200}}
            take(browser, url, "console-small.png", CWP, **narrow)
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
