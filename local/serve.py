"""``python -m local serve``: the emulator, the HTTP triggers and the web app, until Ctrl-C."""

from __future__ import annotations

import argparse
import base64
import json
import os
import shlex
import threading
from collections.abc import Mapping

from functions.catalog import OPERATIONS
from functions.huawei.oms_tasks import Task, read_tasks
from local.console import Console
from local.emulator import Emulator, SyncTask
from local.emulator.server import ENDPOINT_SETTINGS
from local.gateway import WEB, Gateway
from local.http_events import TRIGGERS
from local.rehearsal import furnish
from local.samples import sample
from shared.errors import Misconfigured
from shared.settings import SETTINGS, Settings
from shared.settings.table import CALLERS, CHAT

DESCRIPTION = """\
Starts the emulator of EDAS, E-HPC, CWP, OMS, ModelArts and IAM, and of the four platforms' invoke
APIs, on this machine and prints the settings that lead to it, as lines for a shell. The keys are
made up and open nothing.

Before the functions, the web app among them, stands a gateway that plays the platforms' HTTP
triggers on 127.0.0.1. Who may call is set as on a platform, by HTTP_BEARER_TOKENS and the others
of this environment; a token and a webhook secret that are not set are made up and shown.
"""
EPILOG = "exit codes: 0 stopped; 2 a port is taken, or wrong usage\n"
HIGHEST_PORT = 65_535

TOKEN = "exampleBearerToken"  # noqa: S105 - visibly a fake
WEBHOOK_SECRET = "whsec_" + base64.b64encode(b"example webhook secret, local").decode()
HANDED_ON = (
    *(name for name, row in SETTINGS.items() if row.group in {CALLERS, CHAT}),
    "OMS_TASKS",
    "DEFAULT_PARAMETERS",
    "ON_FAILURE",
    "LOG_LEVEL",
    "METRICS",
)
"""What the functions are given of this environment: no credentials, no endpoints."""
STORAGE_KEYS = ("src_ak", "src_sk", "dst_ak", "dst_sk")


def port(text: str) -> int:
    """Return the first of the ports; raises what argparse shows as wrong usage."""
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
        metavar="N",
        help=f"use the ports from N on, in the order {', '.join(ENDPOINT_SETTINGS)}, and the "
        "next one for the HTTP triggers (default: free ones)",
    )
    parser.add_argument(
        "--http",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="play the platforms' HTTP triggers in front of the functions (the default)",
    )


def serve(
    options: argparse.Namespace,
    console: Console,
    environ: Mapping[str, str],
    stopping: threading.Event | None = None,
) -> int:
    """Run the emulator until ``stopping`` is set, or Ctrl-C; return the exit code.

    Parameters
    ----------
    options: as :func:`add_arguments` describes them.
    console: where the settings are printed.
    environ: where the HTTP triggers find the settings of callers.
    stopping: ends it from another thread.
    """
    base = options.port_base
    ports = None if base is None else {name: base + i for i, name in enumerate(ENDPOINT_SETTINGS)}
    emulator = Emulator(ports=ports)
    gateway: Gateway | None = None
    try:
        emulator.start()
        if options.http:
            settings = http_settings(emulator, environ)
            gateway_port = 0 if base is None else base + len(ENDPOINT_SETTINGS)
            gateway = Gateway(emulator, settings, port=gateway_port).start()
    except OSError as error:
        emulator.stop()
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        console.complain(f"serve: no port for the emulator ({reason}); choose another --port-base")
        return 2
    try:
        console.say("# The emulator listens. Its keys are made up. Stop it with Ctrl-C.")
        for name, value in emulator.environment().items():
            console.say(f"export {name}={shlex.quote(value)}")
        if gateway is not None:
            introduce(gateway, console, environ)
        console.say("# Then, in that shell: python -m local run --live")
        (stopping or threading.Event()).wait()
    except KeyboardInterrupt:
        console.say()
    finally:
        if gateway is not None:
            gateway.stop()
        emulator.stop()
    return 0


def made_up(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the credentials of callers that are made up because nothing was set."""
    if environ.get("HTTP_AUTH", "").strip():
        return {}
    fakes = {"HTTP_BEARER_TOKENS": TOKEN, "HTTP_WEBHOOK_SECRETS": WEBHOOK_SECRET}
    return {name: fake for name, fake in fakes.items() if not environ.get(name, "").strip()}


def http_settings(emulator: Emulator, environ: Mapping[str, str]) -> dict[str, str]:
    """Return what the functions behind the gateway are set, beside the emulator's own.

    Every task of ``OMS_TASKS`` is made known to the emulator, and its storage keys are made up.

    Parameters
    ----------
    emulator: learns the applications and tasks of the sample events too.
    environ: the caller's environment.
    """
    for operation_id in OPERATIONS:
        furnish(emulator, sample(operation_id))
    settings = {name: environ[name] for name in HANDED_ON if environ.get(name, "").strip()}
    settings |= made_up(environ)
    settings.setdefault("OMS_TASKS", sample_tasks(emulator))
    keys = emulator.environment()
    for name, task in listed_tasks(settings).items():
        project = task.project_id or emulator.huawei.projects[0].id
        emulator.huawei.tasks.setdefault(name, SyncTask(task_id=name, project_id=project))
        settings |= {task.setting(key): keys[f"OMS_{key.upper()}"] for key in STORAGE_KEYS}
    return settings


def sample_tasks(emulator: Emulator) -> str:
    """Return a value of ``OMS_TASKS`` with the task of the sample event."""
    project = emulator.huawei.projects[0]
    about = {"project_id": project.id, "region": project.name, "keys": "OMS"}
    return json.dumps({str(sample("huawei.oms.StartSyncTask").get("sync_task_id")): about})


def listed_tasks(settings: Mapping[str, str]) -> Mapping[str, Task]:
    """Return the tasks of ``OMS_TASKS``; none where it is wrong, which the function will say."""
    try:
        return read_tasks(Settings.of_environment(settings).get)
    except Misconfigured:
        return {}


def introduce(gateway: Gateway, console: Console, environ: Mapping[str, str]) -> None:
    """Say where the gateway is and how one gets in."""
    fakes = made_up(environ)
    console.say(f"# The console: {gateway.url('aws-url', WEB)}/")
    console.say(f"# The HTTP triggers: http://{gateway.address}/<trigger>/<function>")
    console.say(f"#   triggers:  {', '.join(TRIGGERS)}")
    console.say(f"#   functions: {', '.join(gateway.functions)}")
    for name in ("HTTP_BEARER_TOKENS", "HTTP_WEBHOOK_SECRETS"):
        if name in fakes:
            console.say(f"# {name}, made up: {fakes[name]}")
        elif environ.get(name, "").strip():
            console.say(f"# {name}: as in this environment")
    shown = fakes.get("HTTP_BEARER_TOKENS")
    token = f" -H 'Authorization: Bearer {shown or '<token>'}'"
    if shown is None and not environ.get("HTTP_BEARER_TOKENS", "").strip():
        token = ""
    console.say(
        f"# Try: curl -i {gateway.url('scf', 'tencent-sync-machines')}{token}"
        """ -H 'Content-Type: application/json' -d '{"dry_run": true}'"""
    )
