"""``python -m local doctor``: what a run would use, and where each value comes from."""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from functions.registry import OPERATIONS
from local import live_checks
from local.console import Console
from local.deployed_operations import DeployedOperations, deployed_operations
from local.deployment.description.description import DescriptionError
from local.deployment.error_view import show_faults
from local.diagnostics import Diagnosis, diagnose
from local.permission_looks import ONLY_A_WRITE
from shared.runtime import Runtime

DESCRIPTION = """\
Shows what a run would use for each provider, and where each value comes from: identity, region,
project, endpoints, the accounts of the accounts file, trust store, proxy, function limit, and every
setting that is set. Secrets are masked. With --live it also makes read-only calls: whose account
the credentials belong to (Alibaba Cloud STS, Tencent Cloud STS, Huawei Cloud IAM; no permission
needed), CWP's state, one OMS task, and each call that shows a permission and changes nothing. Where
there is a deploy.toml, a missing permission is a problem only if an operation that it deploys needs
it.
"""
EPILOG = """\
exit codes: 0 checked, no problems; 1 problems found: something is misconfigured for a provider that
has any setting set, a call of --live failed, or a permission is missing; 2 wrong usage, or the
description of --file cannot be used; 3 nothing is set up, so nothing was checked
"""
USAGE = 2
NOTHING_TO_CHECK = 3
LABEL = 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--live", action="store_true", help="also make the read-only calls to the providers"
    )
    parser.add_argument(
        "--sync-task",
        metavar="ID",
        help="live: the OMS task to read (default: sync_task_id in DEFAULT_PARAMETERS)",
    )
    scope = parser.add_mutually_exclusive_group()
    scope.add_argument(
        "--operation",
        action="append",
        choices=list(OPERATIONS),
        metavar="ID",
        help="live: look at the permissions of this operation only; may be repeated (default: all "
        "operations of the providers that have credentials)",
    )
    scope.add_argument(
        "--file",
        type=Path,
        metavar="FILE",
        help="live: the description whose operations are in use (default: deploy.toml, if it is "
        "there)",
    )
    scope.add_argument(
        "--all",
        action="store_true",
        help="live: every missing permission is a problem, whatever is deployed",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help='print the findings as JSON; "healthy" is null where nothing is set up',
    )


def doctor(
    options: argparse.Namespace, console: Console, process: Runtime, context: object = None
) -> int:
    """Run the command and return its exit code.

    Parameters
    ----------
    options: as :func:`add_arguments` describes them.
    console: where it prints.
    process: environment and home directory to check.
    context: a platform's context, None on a developer's machine.
    """
    try:
        in_use = operations_in_use(options)
    except DescriptionError as error:
        show_faults(error, console)
        return USAGE
    patient = diagnose(process, context)
    if options.live:
        operations = options.operation or list(OPERATIONS)
        live_checks.perform(patient, process, options.sync_task, operations, in_use.ids)
    facts = patient.facts()
    if options.json:
        print(json.dumps(facts, ensure_ascii=False, indent=2), file=console.out, flush=True)
    else:
        show(facts, console)
        show_verdict(patient, console, in_use, live=options.live)
    return {True: 0, False: 1, None: NOTHING_TO_CHECK}[patient.healthy]


def operations_in_use(options: argparse.Namespace) -> DeployedOperations:
    """Return the operations whose missing permissions are problems.

    Raises
    ------
    DescriptionError: the description that is named cannot be used.
    """
    if not options.live or options.operation or options.all:
        return DeployedOperations(frozenset(OPERATIONS))
    return deployed_operations(options.file)


def show_verdict(
    patient: Diagnosis, console: Console, in_use: DeployedOperations, *, live: bool
) -> None:
    """Print the one sentence that it comes to, and what was left unchecked."""
    count = patient.problem_count
    console.say()
    if patient.healthy is None:
        verdict = "Nothing is set up yet: set the credentials of a provider as its note above says."
        console.say(console.coloured(verdict, "yellow"))
        return
    found = "No problems found." if count == 0 else f"{count} problems found."
    found = "1 problem found." if count == 1 else found
    console.say(console.coloured(found, "red" if count else "green"))
    if not live:
        console.say("No provider was called: use --live (make doctor LIVE=1) to check the keys.")
    missing = [each for each in patient.permissions if each.status == "refused"]
    spared = sum(not each.counts for each in missing)
    if spared:
        what = "1 missing permission is" if spared == 1 else f"{spared} missing permissions are"
        console.fill(
            f"{what} no problem, since no operation that {in_use.description} deploys needs "
            f"{'it' if spared == 1 else 'them'}. Use --all to count every one, or --operation ID.",
            0,
        )
    elif missing and in_use.unusable:
        console.fill(
            f"Every missing permission counts, since deploy.toml cannot be used: {in_use.unusable}",
            0,
        )


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
    if facts["accounts"]:
        about.heading("Accounts")
    for account in facts["accounts"]:
        about.line(account["provider"], f"{account['name']}: {account['keys']}")
    about.heading("Settings that are set")
    _settings(facts["settings"], console)
    if facts["checks"]:
        about.heading("Read-only calls")
    for check in facts["checks"]:
        _check(check, console)
    if facts["permissions"]:
        about.heading("Permissions")
        _permissions(facts["permissions"], console)


def _settings(rows: list[dict[str, str]], console: Console) -> None:
    if not rows:
        console.say("  none")
    width = max((len(row["name"]) for row in rows), default=0)
    for row in rows:
        console.say(f"  {row['name']:{width}}  {row['value']}  ({row['where']})")


def _check(check: dict[str, Any], console: Console) -> None:
    colour = {"failed": "red", "skipped": "yellow"}.get(check["status"], "green")
    line = f"  {check['call']}: {console.coloured(check['status'], colour)}"
    if sum(len(check[part]) for part in ("call", "status", "summary")) + 6 <= console.width:
        console.say(f"{line}: {check['summary']}")
    else:
        console.say(line)
        console.fill(check["summary"], 4)
    console.fill(check["hint"], 4)


def _permissions(found: list[dict[str, Any]], console: Console) -> None:
    for each in found:
        if each["summary"] != ONLY_A_WRITE:
            _permission(each, console)
    unseen = [each["permission"] for each in found if each["summary"] == ONLY_A_WRITE]
    if unseen:
        console.fill(f"not known, since {ONLY_A_WRITE}: {', '.join(unseen)}", 2)


def _permission(permission: dict[str, Any], console: Console) -> None:
    colour = {"refused": "red", "unknown": "yellow"}.get(permission["status"], "green")
    status = console.coloured(permission["status"], colour if permission["counts"] else "yellow")
    console.say(f"  {permission['permission']}: {status}")
    if permission["status"] == "allowed":
        return
    console.fill(permission["summary"], 4)
    if permission["status"] == "refused" and not permission["counts"]:
        console.fill(f"needed only by {', '.join(permission['operations'])}: not deployed", 4)
    elif permission["status"] == "refused":
        console.fill(f"needed by {', '.join(permission['operations'])}", 4)
        for label, value in said_of(permission["refusal"] or {}):
            console.say(f"    {label:9} {value}")
        console.fill(permission["hint"], 4)


def said_of(refusal: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what the provider itself says about a refusal."""
    for label in ("action", "resource", "principal"):
        if refusal.get(label):
            yield label, refusal[label]
    if refusal.get("policy_type"):
        how = "denied by" if refusal["is_explicit"] else "not allowed by"
        yield "why", f"{how} {refusal['policy_type']}"


def _provider(provider: dict[str, Any], about: _Page) -> None:
    identity, region, project = provider["identity"], provider["region"], provider["project"]
    if not provider["configured"]:
        about.line("identity", "not set up")
        about.findings(provider["notes"], "note", "dim")
        return
    about.line("identity", f"{identity['source']}, key {identity['key']}" if identity else "none")
    if provider["account"] is not None:
        account = provider["account"]
        about.line("account", f"{account['account_id']} ({account['principal']})")
    about.line("region", f"{region['value']} ({region['where']})" if region else "none")
    if project is not None:
        about.line("project", f"{project['value'] or 'looked up'} ({project['where']})")
    for number, endpoint in enumerate(provider["endpoints"]):
        text = f"{endpoint['service']}: {endpoint['url'] or 'unknown'} ({endpoint['where']})"
        about.line("endpoints" if number == 0 else "", text)
    about.findings(provider["problems"], "problem", "red")
    about.findings(provider["notes"], "note", "yellow")


class _Page:
    """Labelled lines."""

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
