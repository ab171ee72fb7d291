"""The emulator in a process of its own, with several accounts whose keys rotate."""

from __future__ import annotations

import json
import multiprocessing
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

from local.emulator import Emulator, Key
from local.emulator.huawei import SyncTask
from local.emulator.message import Received
from local.emulator.synchronizations import SyncRun

FIRST_START = 1_700_000_000.0
"""When the first account's machine list was synchronized; the next one's a minute later."""


def account_name(number: int) -> str:
    """Return an account's name, which is part of whatever it asks for."""
    return f"account{number}"


def task_of(number: int) -> str:
    """Return the ID of an account's OMS task."""
    return f"task-{account_name(number)}"


def app_of(number: int) -> str:
    """Return the ID of an account's E-HPC application."""
    return f"app-{account_name(number)}"


def key_of(prefix: str, number: int, version: int) -> Key:
    """Return an account's temporary keys at one provider, after so many rotations."""
    suffix = f"{number:02}v{version:04}"
    return Key(
        f"{prefix}example{suffix}",
        f"exampleSecret{prefix}{suffix}",
        f"exampleToken{prefix}{suffix}" * 20,
        account=account_name(number),
    )


@dataclass(frozen=True, slots=True)
class Traffic:
    """What reached the emulator since the last question.

    Parameters
    ----------
    requests, connections: how many.
    foreign: requests that one account signed for what belongs to another, in words.
    refused: how many were refused.
    """

    requests: int
    connections: int
    foreign: list[str]
    refused: int


class Provider:
    """Starts the emulator's process, and talks to it.

    Parameters
    ----------
    accounts: how many there are.
    """

    def __init__(self, accounts: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=serve, args=(other, accounts), daemon=True)
        self._process.start()
        other.close()
        self.environ: dict[str, str] = self._pipe.recv()

    def rotate(self, version: int) -> None:
        """Add every account's keys of this version, and remove those before the last one's."""
        self._pipe.send(("rotate", version))
        self._pipe.recv()

    def traffic(self) -> Traffic:
        """Return what arrived since the last call."""
        self._pipe.send(("traffic", 0))
        answer: Traffic = self._pipe.recv()
        return answer

    def __enter__(self) -> Provider:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pipe.close()
        self._process.join()


def serve(pipe: Connection[Any, Any], accounts: int) -> None:
    """Run the emulator until the other end of the pipe is closed."""
    with Emulator() as emulator:
        emulator.tencent.requests_per_second = None
        for number in range(accounts):
            emulator.huawei.tasks[task_of(number)] = SyncTask(
                task_id=task_of(number), status="SYNCHRONIZING"
            )
            emulator.alibaba.apps[app_of(number)] = set(emulator.alibaba.regions)
            started = FIRST_START + 60 * number
            emulator.tencent.machines.runs[account_name(number)] = SyncRun(
                "FINISHED", started, started + 9
            )
        pipe.send(emulator.environment(temporary=True))
        while True:
            try:
                command, version = pipe.recv()
            except EOFError:
                return
            if command == "rotate":
                rotate_keys(emulator, accounts, version)
                pipe.send(None)
            else:
                pipe.send(traffic_of(list(emulator.received)))
                emulator.received.clear()


def rotate_keys(emulator: Emulator, accounts: int, version: int) -> None:
    """Add the keys of this version, and remove those of the one before the last."""
    for ring, prefix in (
        (emulator.alibaba.keys, "STS."),
        (emulator.tencent.keys, "AKID"),
        (emulator.huawei.keys, "HWST"),
    ):
        for number in range(accounts):
            ring.add(key_of(prefix, number, version))
            ring.remove(key_of(prefix, number, version - 2).access_key_id)


def traffic_of(received: list[Received]) -> Traffic:
    """Return the numbers of these requests, and those that were signed by the wrong account."""
    return Traffic(
        requests=len(received),
        connections=len({request.connection for request in received}),
        foreign=[str(request) for request in received if is_foreign(request)],
        refused=sum(not request.processed for request in received),
    )


def is_foreign(request: Received) -> bool:
    """Return whether a request asks for one account's resource with the keys of another."""
    text = json.dumps([request.path, request.query, request.body.decode("latin-1")])
    if "account" not in text:
        return False  # it names nothing of an account's
    signature = " ".join(
        (request.authorization or "", request.headers.get("x-acs-accesskey-id", ""))
    )
    number = text.partition("account")[2][:1]
    return f"example{int(number):02}v" not in signature
