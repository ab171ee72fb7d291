"""The provider that the measured calls are made to: the emulator, in a process of its own.

``python -m benchmarks.provider [--tls FOLDER]`` prints the settings that point to
it as one line of JSON, and ends when its standard input does.
"""

from __future__ import annotations

import argparse
import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent
APP = "ci-example-app"
STOPPED_TASK = "example-sync-task-1"
TASK = "example-sync-task"
PROJECT = "0000000000000000000000000000aa01"


class StatelessApps(dict[str, set[str]]):
    """E-HPC's applications, which forget where they were copied to.

    So every measured process makes the same call and gets the same response.
    """

    def get(self, key: str, default: Any = None) -> Any:
        """Return a copy of an application's regions."""
        regions = super().get(key, default)
        return regions if regions is None else set(regions)


def serve(tls_folder: Path | None) -> None:
    """Run the emulator until standard input ends."""
    from local.emulator import Emulator, SyncTask
    from local.emulator.message import Journal

    context, more = tls(tls_folder) if tls_folder else (None, {})
    with Emulator(tls=context) as emulator:
        emulator.received = Journal(keep=100)
        # Its limit of 20 calls a second is the real CWP's; here the callers are measured.
        emulator.tencent.requests_per_second = None
        emulator.alibaba.apps = StatelessApps({APP: {"cn-hangzhou"}})
        emulator.huawei.tasks[TASK] = SyncTask(TASK, PROJECT, status="SYNCHRONIZING")
        settings = emulator.environment() | {"HUAWEICLOUD_SDK_PROJECT_ID": PROJECT} | more
        print(json.dumps(settings), flush=True)
        sys.stdin.read()


def tls(folder: Path) -> tuple[ssl.SSLContext, dict[str, str]]:
    """Return a server's TLS context, and the settings that make clients trust it.

    The clients' trust store is the system's file with one certificate more, so that reading it
    costs what it costs in production.
    """
    import trustme

    from shared.client.transport import ca_bundle

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    system = Path(ca_bundle(None)[0])
    store = folder / "authorities.pem"
    known = system.read_bytes() if system.is_file() else b""
    store.write_bytes(known + b"\n" + authority.cert_pem.bytes())
    # urllib3's users ask SSL_CERT_FILE here, the SDKs' requests asks REQUESTS_CA_BUNDLE.
    return context, {"SSL_CERT_FILE": str(store), "REQUESTS_CA_BUNDLE": str(store)}


@contextmanager
def in_another_process(module: str, *words: str) -> Iterator[dict[str, str]]:
    """Yield the settings that a module's process prints when it is ready; end it afterwards."""
    command = [sys.executable, "-m", module, *words]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=FOLDER
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the process has no standard input or output")
        try:
            settings: dict[str, str] = json.loads(process.stdout.readline())
            yield settings
        finally:
            process.stdin.close()


def running(tls_folder: Path | None = None) -> AbstractContextManager[dict[str, str]]:
    """Yield the settings of a provider that runs in another process.

    Parameters
    ----------
    tls_folder: where its trust store goes; None for plain HTTP.
    """
    more = ("--tls", str(tls_folder)) if tls_folder is not None else ()
    return in_another_process("benchmarks.provider", *more)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Play the providers for a benchmark.")
    parser.add_argument("--tls", type=Path, metavar="FOLDER")
    serve(parser.parse_args().tls)
