"""The console as a user sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, Route, expect

from functions.web import static_files as console_page
from local.serve import TOKEN

EDAS = "Tell EDAS which resources its ECS clusters can use"
EHPC = "Copy an E-HPC application to other regions"
CWP = "Refresh the host-security machine list"
OMS = "Restart a paused object-storage synchronization task"
MODELARTS = "The real-time state of all DevServers"

SOURCE = Path(console_page.CONSOLE_FOLDER)

ANSWERED = "Failed to load resource: the server responded with a status of"
"""What Chromium itself logs for every response from 400 on."""


class ConsolePage:
    """A page with the console.

    Parameters
    ----------
    page: of a browser.
    url: where the console is.

    Attributes
    ----------
    complaints: the page's errors, and what the browser blocked.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.errors: list[str] = []
        page.set_default_timeout(10_000)
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(ANSWERED):
            self.errors.append(message.text)

    def open(self) -> ConsolePage:
        """Load the console."""
        self.page.goto(self.url)
        return self

    def sign_in(self, token: str = TOKEN) -> ConsolePage:
        """Sign in with a token."""
        self.token_field.fill(token)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("navigation", name="Operations")).to_be_visible()
        return self

    def choose(self, title: str) -> ConsolePage:
        """Show an operation; a small screen has the menu folded."""
        menu = self.page.get_by_role("button", name="Operation: ")
        if menu.is_visible():
            menu.click()
        self.page.get_by_role("link", name=title).click()
        expect(self.page.get_by_role("heading", name=title)).to_be_visible()
        return self

    def press(self, name: str) -> ConsolePage:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()
        return self

    def run(self) -> Locator:
        """Run, agree to it, and return the result."""
        return self.press("Run").press("Run it now").result

    def plan(self) -> Locator:
        """Plan, and return the result."""
        return self.press("Plan").result

    def check(self) -> Locator:
        """Check the status, and return the result."""
        return self.press("Check status").result

    def serve_modules(self) -> ConsolePage:
        """Serve the console's modules too, for what is not exported from the assembled script."""
        self.page.route(
            "**/source/*.js",
            lambda route: route.fulfill(path=SOURCE / Path(route.request.url).name),
        )
        return self

    def change_response(self, action: str = "run", **changes: Any) -> None:
        """Change the next request on its way, as an intermediary may.

        Parameters
        ----------
        action: which request: ``plan`` or ``run``.
        changes: as of ``Route.continue_``.
        """

        waiting = [changes]

        def change(route: Route) -> None:
            body = route.request.post_data or ""
            requested = "plan" if '"dry_run":true' in body else "run"
            route.continue_(**(waiting.pop() if body and waiting and requested == action else {}))

        self.page.route("**/operations/**", change)

    @property
    def token_field(self) -> Locator:
        return self.page.get_by_label("Bearer token")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog", name="Run this operation?")

    @property
    def result(self) -> Locator:
        """The result of the last call; waits for it."""
        heading = self.page.get_by_role("heading", name="Result")
        expect(heading).to_be_visible()
        return self.page.locator(".outcome:visible")

    @property
    def status(self) -> str:
        """The word of the result's status."""
        return self.result.locator(".status").inner_text()
