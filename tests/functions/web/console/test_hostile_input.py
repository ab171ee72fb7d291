"""Untrusted text is shown as text, and the browser would block it if it were not."""

from __future__ import annotations

import json

from playwright.sync_api import Route, expect

from local.emulator import Emulator, faults
from local.emulator.dev_servers import generate
from tests.functions.web.console.conftest import Open
from tests.support.console_page import CWP, MODELARTS, ConsolePage

HOSTILE = (
    "<img src=x onerror=window.broken=1>",
    "<script>window.broken=1</script>",
    '"><svg onload=window.broken=1>',
    "javascript:window.broken=1",
    "${window.broken=1}{{window.broken=1}}",
    "\u202egnp.exe\u0000 \U0001f600",
)


def test_hostile_names_of_servers_are_text(console: ConsolePage, emulator: Emulator) -> None:
    servers = generate(len(HOSTILE))
    for server, text in zip(servers, HOSTILE, strict=True):
        server |= {"name": text, "status": text, "flavor": text, "key_pair_name": text}
    emulator.huawei.dev_servers = servers
    result = console.choose(MODELARTS).run()
    table = result.locator("tbody")
    for text in HOSTILE[:5]:
        expect(table.get_by_role("button", name=text, exact=True)).to_be_visible()
        assert text in result.locator(".counts").inner_text()
    table.get_by_role("button", name=HOSTILE[0], exact=True).click()
    expect(console.page.get_by_role("dialog", name=HOSTILE[0])).to_be_visible()
    assert console.page.evaluate("window.broken") is None
    assert console.page.locator("main img, main script, dialog img").count() == 0


def test_a_hostile_message_is_text(console: ConsolePage, emulator: Emulator) -> None:
    message = " ".join(HOSTILE[:3])
    emulator.inject_fault("cwp", faults.error("FailedOperation", message), times=None)
    expect(console.choose(CWP).run().locator("dd", has_text="<img")).to_contain_text(HOSTILE[1])
    assert console.page.evaluate("window.broken") is None


def test_a_hostile_refusal_is_text(console: ConsolePage) -> None:
    console.choose(CWP)
    body = json.dumps({"title": HOSTILE[0], "detail": HOSTILE[1]})
    console.page.route("**/operations/**", lambda route: route.fulfill(status=403, body=body))
    result = console.press("Run").result
    expect(result).to_contain_text(HOSTILE[0])
    expect(result).to_contain_text(HOSTILE[1])
    assert console.page.evaluate("window.broken") is None


def test_a_link_leads_nowhere_but_to_https(open_console: Open) -> None:
    console = open_console()

    def change(route: Route) -> None:
        response = route.fetch()
        body = response.json()
        for operation in body.get("operations", ()):
            operation["page"] = "javascript:window.broken=1"
        route.fulfill(response=response, json=body)

    console.page.route("**/operations?*", change)
    console.sign_in().choose(CWP)
    assert console.page.get_by_role("link", name="Provider's documentation").count() == 0
    assert console.page.locator("a[href^=javascript]").count() == 0


def test_the_browser_refuses_inline_scripts_and_other_hosts(console: ConsolePage) -> None:
    console.page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.broken = 1";
          document.body.append(script);
          return fetch("https://example.invalid/").catch(() => null);
        }"""
    )
    assert console.page.evaluate("window.broken") is None
    refused = [line for line in console.errors if "Content Security Policy" in line]
    assert len(refused) >= 2
    console.errors.clear()
