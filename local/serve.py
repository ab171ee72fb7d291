"""``python -m local serve``: the emulator, the HTTP triggers and the web app, until Ctrl-C."""

from __future__ import annotations

import argparse
import base64
import errno
import json
import os
import shlex
import socket
import threading
from collections.abc import Mapping
from pathlib import Path

from functions.huawei.oms_tasks import Task, read_tasks
from functions.registry import OPERATIONS
from local.console import Console
from local.demo import seed
from local.emulator import Emulator, SyncTask
from local.emulator.server import ENDPOINT_SETTINGS
from local.gateway import WEB, Gateway
from local.http_events import TRIGGERS
from local.samples import sample
from shared.accounts.accounts_file import read_accounts
from shared.client.credentials.of_account import key_names, prefixed
from shared.errors import Misconfigured
from shared.runtime import Runtime
from shared.settings import SETTINGS, Settings
from shared.settings.definitions import CALLERS, CHAT

DESCRIPTION = """\
Starts the web app with its console and the HTTP triggers of all functions on 127.0.0.1, in front of
an emulator of the providers. The emulator plays EDAS, E-HPC, CWP, OMS, ModelArts, IAM, STS and the
invoke APIs of the four platforms. Its keys are fake.

Who may call is set as on a platform, by HTTP_BEARER_TOKENS and the other settings of HTTP callers
in this environment. If no token or webhook secret is set, a fake one is used and shown.

With --env-file it also writes the settings that lead another shell to the emulator:

  python -m local serve --env-file build/emulator.env     # keeps running
  . build/emulator.env && python -m local run --live      # in another shell
"""
EPILOG = "exit codes: 0 stopped with Ctrl-C; 2 a port is in use, or wrong usage\n"
PORT_BASE = 8400
"""Below 32768, where Linux begins to hand out ports to outgoing connections."""

ANY = "any"
HIGHEST_PORT = 65_535
USAGE = 2

TOKEN = "exampleBearerToken"  # noqa: S105 - visibly a fake
WEBHOOK_SECRET = "whsec_" + base64.b64encode(b"example webhook secret, local").decode()
HANDED_ON = (
    *(name for name, row in SETTINGS.items() if row.group in {CALLERS, CHAT}),
    "ACCOUNTS_FILE",
    "OMS_TASKS",
    "DEFAULT_PARAMETERS",
    "ON_FAILURE",
    "LOG_LEVEL",
    "METRICS",
)
"""The settings of this environment that the functions are given: no credentials, no endpoints."""
STORAGE_KEYS = ("src_ak", "src_sk", "dst_ak", "dst_sk")


class PortInUseError(Exception):
    """A port cannot be listened on; the message says which, and how to choose others."""


def port(text: str) -> int | None:
    """Return the first of the ports, None for any free ones.

    Raises
    ------
    ValueError, argparse.ArgumentTypeError: argparse shows these as wrong usage.
    """
    if text == ANY:
        return None
    number = int(text)
    if not 1 <= number <= HIGHEST_PORT - len(ENDPOINT_SETTINGS):
        needed = len(ENDPOINT_SETTINGS) + 1
        raise argparse.ArgumentTypeError(f"{number} leaves no room for {needed} ports")
    return number


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--port-base",
        type=port,
        default=PORT_BASE,
        metavar="N",
        help=f"listen on port N for the web app and the HTTP triggers, and on the next "
        f"{len(ENDPOINT_SETTINGS)} for the emulated services, in the order "
        f"{', '.join(ENDPOINT_SETTINGS)} (default: {PORT_BASE}); '{ANY}' takes free ports",
    )
    parser.add_argument(
        "--env-file",
        type=Path,
        metavar="FILE",
        help="write the emulator's endpoints and fake keys to a file of export lines",
    )
    parser.add_argument(
        "--http",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="serve the web app and the HTTP triggers (the default); --no-http: the emulator only",
    )


def command(options: argparse.Namespace, console: Console, process: Runtime) -> int:
    """Run the command and return its exit code; only the environment of the process is used."""
    return serve(options, console, process.environ or {})


def serve(
    options: argparse.Namespace,
    console: Console,
    environ: Mapping[str, str],
    stopping: threading.Event | None = None,
) -> int:
    """Serve until ``stopping`` is set, or Ctrl-C; return the exit code.

    Parameters
    ----------
    options: as :func:`add_arguments` describes them.
    console: where the URL and the token are printed.
    environ: where the HTTP triggers find the settings of callers.
    stopping: ends it from another thread.
    """
    base = options.port_base
    ports = ports_from(base)
    try:
        for number in [*([base] if base and options.http else []), *ports.values()]:
            check_free(number)
    except PortInUseError as error:
        console.complain(f"serve: {error}")
        return USAGE
    emulator = Emulator(ports=ports)
    gateway: Gateway | None = None
    try:
        emulator.start()
        if options.http:
            settings = http_settings(emulator, environ)
            gateway = Gateway(emulator, settings, port=base or 0).start()
        if options.env_file is not None:
            write_environment(options.env_file, emulator)
    except OSError as error:
        if gateway is not None:
            gateway.stop()
        emulator.stop()
        console.complain(f"serve: {error}")
        return USAGE
    try:
        if gateway is not None:
            show_entrance(gateway, console, environ)
        else:
            console.say("Emulator:  listening, with fake keys")
            console.say("Stop with Ctrl-C.")
            console.say()
        show_environment(options.env_file, console)
        (stopping or threading.Event()).wait()
    except KeyboardInterrupt:
        console.say()
    finally:
        if gateway is not None:
            gateway.stop()
        emulator.stop()
    return 0


def ports_from(base: int | None) -> dict[str, int]:
    """Return the port of each emulated service: those after the first; empty for free ones."""
    if base is None:
        return {}
    return {name: number for number, name in enumerate(ENDPOINT_SETTINGS, base + 1)}


def check_free(number: int) -> None:
    """Make sure that a port can be listened on.

    Raises
    ------
    PortInUseError: it cannot.
    """
    try:
        socket.create_server(("127.0.0.1", number)).close()
    except OSError as error:
        reason = "is in use" if error.errno == errno.EADDRINUSE else os.strerror(error.errno or 0)
        msg = (
            f"port {number} {reason}; choose other ports with --port-base N, or --port-base {ANY} "
            "for free ones"
        )
        raise PortInUseError(msg) from None


def write_environment(path: Path, emulator: Emulator) -> None:
    """Write the settings that lead to the emulator, as lines for a shell."""
    lines = ["# The emulator's endpoints and fake keys, for: . this-file"]
    settings = sorted(emulator.environment().items())
    lines += [f"export {name}={shlex.quote(value)}" for name, value in settings]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def show_environment(path: Path | None, console: Console) -> None:
    """Say how another shell is led to the emulator."""
    if path is None:
        console.say("To call the emulator from another shell, start this with --env-file FILE.")
        return
    # Without a slash `.` would look for the file along PATH.
    quoted = shlex.quote(str(path) if os.sep in str(path) else f"./{path}")
    console.say(f"In another shell:  . {quoted} && .venv/bin/python -m local run --live")


def placeholder_credentials(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the fake credentials of HTTP callers, where the environment sets none."""
    if environ.get("HTTP_AUTH", "").strip():
        return {}
    fakes = {"HTTP_BEARER_TOKENS": TOKEN, "HTTP_WEBHOOK_SECRETS": WEBHOOK_SECRET}
    return {name: fake for name, fake in fakes.items() if not environ.get(name, "").strip()}


def http_settings(emulator: Emulator, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of the functions behind the gateway, beside the emulator's own.

    The emulator is given every task of ``OMS_TASKS``, with fake storage keys, and its own keys
    are those of every account with a prefix.

    Parameters
    ----------
    emulator: learns the applications and tasks of the sample events too.
    environ: the caller's environment.
    """
    for operation_id in OPERATIONS:
        seed(emulator, sample(operation_id))
    settings = {name: environ[name] for name in HANDED_ON if environ.get(name, "").strip()}
    settings |= placeholder_credentials(environ)
    settings.setdefault("OMS_TASKS", sample_tasks(emulator))
    keys = emulator.environment()
    for name, task in listed_tasks(settings).items():
        project = task.project_id or emulator.huawei.projects[0].id
        emulator.huawei.tasks.setdefault(name, SyncTask(task_id=name, project_id=project))
        settings |= {task.setting(key): keys[f"OMS_{key.upper()}"] for key in STORAGE_KEYS}
    return account_keys(settings, keys) | settings


def sample_tasks(emulator: Emulator) -> str:
    """Return a value of ``OMS_TASKS`` with the task of the sample event."""
    project = emulator.huawei.projects[0]
    about = {"project_id": project.id, "region": project.name, "keys": "OMS"}
    return json.dumps({str(sample("huawei.oms.StartSyncTask").get("sync_task_id")): about})


def listed_tasks(settings: Mapping[str, str]) -> Mapping[str, Task]:
    """Return the tasks of ``OMS_TASKS``; none where it is wrong, which the function will say."""
    try:
        return read_tasks(Settings.from_environ(settings).get)
    except Misconfigured:
        return {}


def account_keys(settings: Mapping[str, str], keys: Mapping[str, str]) -> dict[str, str]:
    """Return the emulator's keys under the prefixes of the accounts file.

    Parameters
    ----------
    settings: name the file.
    keys: the emulator's, by the vendors' names.
    """
    try:
        found = read_accounts(Settings.from_environ(settings), Runtime(environ={})).accounts
    except Misconfigured:
        return {}
    return {
        prefixed(account.keys.prefix, name): keys[name]
        for account in found.values()
        if account.keys.prefix is not None
        for name in key_names(account.provider)
        if name in keys
    }


def show_entrance(gateway: Gateway, console: Console, environ: Mapping[str, str]) -> None:
    """Print the console's URL and its token first, then the HTTP triggers."""
    fakes = placeholder_credentials(environ)
    fake_token = fakes.get("HTTP_BEARER_TOKENS")
    own_token = bool(environ.get("HTTP_BEARER_TOKENS", "").strip())
    token = fake_token or ("one of HTTP_BEARER_TOKENS" if own_token else "not needed")
    console.say(f"Console:  {gateway.url('aws-url', WEB)}/")
    console.say(f"Token:    {token}")
    console.say("Stop with Ctrl-C.")
    console.say()
    console.say(f"HTTP triggers:   http://{gateway.address}/<trigger>/<function>")
    console.say(f"  triggers:      {', '.join(TRIGGERS)}")
    first, *rest = (f"  {name}" for name in gateway.functions)
    console.say(f"  functions:   {first}")
    for name in rest:
        console.say(f"{'':15}{name}")
    if "HTTP_WEBHOOK_SECRETS" in fakes:
        console.say(f"Webhook secret:  {fakes['HTTP_WEBHOOK_SECRETS']}")
    shown = fake_token or ("<token>" if own_token else None)
    header = "" if shown is None else f" -H 'Authorization: Bearer {shown}'"
    console.say("Try:")
    console.say(f"  curl -i {gateway.url('scf', 'tencent-sync-machines')}{header} \\")
    console.say("""    -H 'Content-Type: application/json' -d '{"dry_run": true}'""")
    console.say()
