"""A Lambda function's process: the real runtime client over an unpacked bundle."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

from local.bundling import lock
from local.bundling.lock import ROOT
from local.bundling.wheels import fetch
from local.runtime_api import ARN, Outcome, RuntimeApi
from tests.support.bundles import CACHE, python, unpack

MINOR = 13
CLIENT_LOCK = "requirements-awslambdaric.lock"


def install_client(folder: Path) -> Path:
    """Install the client in a folder of its own, since it does not ship."""
    pins = lock.matching_pins(ROOT, CLIENT_LOCK)
    for wheel in fetch(pins.values(), MINOR, CACHE, os.environ):
        unpack(wheel.files, folder / wheel.pin.name)
    return folder


class LambdaProcess:
    """One warm process of a function."""

    def __init__(self, handler: str, root: Path, client: Path, environ: Mapping[str, str]) -> None:
        self._handler = handler
        self._root = root
        self._client = client
        self._environ = environ
        self._api = RuntimeApi()
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the process

    def __enter__(self) -> LambdaProcess:
        self._api.__enter__()
        self._process = subprocess.Popen(
            [python(MINOR), "-S", "-s", "-m", "awslambdaric", self._handler],
            cwd=self._root,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env={
                **self._environ,
                "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
                "AWS_LAMBDA_FUNCTION_NAME": ARN.rpartition(":")[2],
                "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
                "AWS_LAMBDA_RUNTIME_API": self._api.address,
                "AWS_REGION": "eu-west-1",
                "LAMBDA_TASK_ROOT": str(self._root),
                "_HANDLER": self._handler,
                # After the function's own folder, as the runtime's own packages are.
                "PYTHONPATH": os.pathsep.join(map(str, sorted(self._client.iterdir()))),
            },
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._api.__exit__(kind, error, trace)
        self._log.close()

    def invoke(self, event: object, *, limit: float = 60.0) -> Outcome:
        return self._api.invoke(event, limit=limit)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def log(self) -> str:
        self._log.flush()
        self._log.seek(0)
        return self._log.read()


Start = Callable[..., LambdaProcess]
"""From an entry, a provider and settings to a warm process."""
