"""``python -m local doctor``: what a run would use, and where each of it comes from."""

from __future__ import annotations

import argparse
import json
import textwrap
from typing import Any

from local import live_checks
from local.console import Console
from local.examination import examine
from shared.run import Process

DESCRIPTION = """\
Shows as whom, where and how each provider would be called: identity, region, project,
endpoints, trust store, proxy, function limit, and every setting that is set, each with where it
came from. Secrets are masked. With --live it also makes the calls that only read.
"""
EPILOG = """\
exit codes: 0 all fine, or nothing is set up; 1 something is misconfigured for a provider that has
any setting set, or a call of --live failed; 2 wrong usage
"""
LABEL = 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--live", action="store_true", help="also make the calls that only read: CWP, OMS"
    )
    parser.add_argument(
        "--sync-task",
        metavar="ID",
        help="live: the OMS task to look at (default: DEFAULT_PARAMETERS' sync_task_id)",
    )
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def doctor(
    options: argparse.Namespace, console: Console, process: Process, context: object = None
) -> int:
    """Run the command and return its exit code.

    Parameters
    ----------
    options: as :func:`add_arguments` describes them.
    console: where it speaks.
    process: environment and home directory that are looked at.
    context: a platform's context, where it is asked on one.
    """
    patient = examine(process, context)
    if options.live:
        live_checks.perform(patient, process, options.sync_task)
    facts = patient.facts()
    if options.json:
        print(json.dumps(facts, ensure_ascii=False, indent=2), file=console.out, flush=True)
    else:
        show(facts, console)
    return 0 if facts["healthy"] else 1


def show(facts: dict[str, Any], console: Console) -> None:
    """Print the findings for people."""
    about = _Page(console)
    about.heading("This machine")
    about.line("platform", facts["platform"])
    for name, version in facts["versions"].items():
        about.line(name.removeprefix("aws-lambda-"), version or "not installed")
    store = facts["trust_store"]
    about.line("trust store", f"{store['path']} ({store['how']})" if store else "none")
    proxy = facts["proxy"]
    about.line("proxy", f"{proxy['url']} ({proxy['where']})" if proxy else "none")
    offset = facts["clock_offset_seconds"]
    about.line("clock offset", "not measured" if offset is None else f"{round(offset):+d} s (±1 s)")
    limit = facts["function_limit_seconds"]
    about.line("function limit", "none" if limit is None else f"{limit:g} s")
    about.findings(facts["problems"], "problem", "red")
    for provider in facts["providers"]:
        about.heading(provider["provider"])
        _provider(provider, about)
    about.heading("Settings that are set")
    if not facts["settings"]:
        console.say("  none")
    width = max((len(row["name"]) for row in facts["settings"]), default=0)
    for row in facts["settings"]:
        console.say(f"  {row['name']:{width}}  {row['value']}  ({row['where']})")
    if facts["checks"]:
        about.heading("Calls that only read")
    for check in facts["checks"]:
        colour = {"failed": "red", "skipped": "yellow"}.get(check["status"], "green")
        status = console.coloured(check["status"], colour)
        console.say(f"  {check['call']}: {status}: {check['summary']}")
        about.wrapped(check["hint"])
    console.say()
    verdict = ("all fine", "green") if facts["healthy"] else ("something needs mending", "red")
    console.say(console.coloured(*verdict))


def _provider(provider: dict[str, Any], about: _Page) -> None:
    identity, region, project = provider["identity"], provider["region"], provider["project"]
    if not provider["configured"]:
        about.line("identity", "not set up")
        about.findings(provider["notes"], "note", "dim")
        return
    about.line("identity", f"{identity['source']}, key {identity['key']}" if identity else "none")
    about.line("region", f"{region['value']} ({region['where']})" if region else "none")
    if project is not None:
        about.line("project", f"{project['value'] or 'looked up in each run'} ({project['where']})")
    for number, endpoint in enumerate(provider["endpoints"]):
        text = f"{endpoint['service']}: {endpoint['url'] or 'unknown'} ({endpoint['where']})"
        about.line("endpoints" if number == 0 else "", text)
    about.findings(provider["problems"], "problem", "red")
    about.findings(provider["notes"], "note", "yellow")


class _Page:
    """Lines with a label before them."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._begun = False

    def heading(self, text: str) -> None:
        if self._begun:
            self._console.say()
        self._begun = True
        self._console.say(self._console.coloured(text, "bold"))

    def line(self, label: str, text: str) -> None:
        first, *rest = self._fill(text)
        self._console.say(f"  {label:{LABEL}}{first}")
        for part in rest:
            self._console.say(f"  {'':{LABEL}}{part}")

    def findings(self, found: list[dict[str, str]], label: str, colour: str) -> None:
        for finding in found:
            marked = self._console.coloured(f"{label:{LABEL}}", colour)
            first, *rest = self._fill(finding["message"])
            self._console.say(f"  {marked}{first}")
            self.wrapped(" ".join(rest))
            self.wrapped(finding["hint"])

    def wrapped(self, text: str) -> None:
        if text:
            self.line("", text)

    def _fill(self, text: str) -> list[str]:
        return textwrap.wrap(
            text, self._console.width - LABEL - 2, break_on_hyphens=False, break_long_words=False
        ) or [""]
