"""Deliveries of bucket events with injected faults: no object may be lost.

``make fire-events`` simulates a platform that delivers an event at most three times, as AWS Lambda
does, and keeps it in a dead-letter queue if each delivery raised. An object is lost if its event
was acknowledged, or sent again from the queue to a provider without faults, and OMS never took it.

Exit code 0: none is lost; 1: something did not hold; 2: the command is wrong.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from typing import Any
from urllib.parse import unquote

from functions.registry import load
from local.emulator import Emulator
from local.emulator.message import Received
from shared.entrypoint import handle
from shared.errors import SyncFailed
from shared.runtime import Runtime
from tests.fault_injection.fault_kinds import ServiceFault, service_fault
from tests.fault_injection.invariants import result_schema
from tests.fault_injection.run import NO_HOME, from_request
from tests.support.bucket_events import KEYS, cloud_event, cos, event_bridge, obs, oss, s3, sqs
from tests.support.platform_calls import platform_call

OPERATION = "huawei.oms.CreateSyncEvents"
TASK = "example-sync-task-1"
DELIVERIES = 3
AT_ONCE = 16
BATCH = 100
SHOWN = 20
LIES = frozenset({"no body", "null"})
"""Faults that are OMS's documented answer to what it took, although it did not."""

LIMITS = (1.5, 2.0, 3.0)
"""The function's time limit in seconds: short, so that a hang is over soon."""

RECORD_COUNTS = (1, 1, 1, 1, 2, 9, 10, 11, 25, 60)

Record = dict[str, Any]
DELETED: dict[str, Callable[[str], Record]] = {
    "oss": lambda key: oss(key, "ObjectRemoved:DeleteObject"),
    "cos": lambda key: cos(key, "cos:ObjectRemove:Delete"),
    "obs": lambda key: obs(key, "ObjectRemoved:Delete"),
    "s3": lambda key: s3(key, "ObjectRemoved:Delete"),
}
CREATED: dict[str, Callable[[str], Record]] = {"oss": oss, "cos": cos, "obs": obs, "s3": s3}
WRAPPED: dict[str, Callable[[list[Record]], Any]] = {
    "oss": lambda records: {"events": records},
    "cos": lambda records: {"Records": records},
    "obs": lambda records: {"Records": records},
    "s3": lambda records: {"Records": records},
    "s3 in a queue": lambda records: sqs({"Records": records}),
}
PLATFORMS = {"oss": "fc", "cos": "scf", "obs": "functiongraph", "s3": "aws"}


@dataclass(frozen=True, slots=True)
class Delivery:
    """A bucket event and the faults that its deliveries meet.

    Parameters
    ----------
    seed: what it was made from.
    source: the cloud, and the way.
    platform: the function's.
    event: the event.
    keys: the keys of the created objects, in order, some of them repeated.
    limit_seconds: the function's time limit.
    faults: each with the number of the request that it hits, counted over all deliveries.
    """

    seed: int
    source: str
    platform: str
    event: Any
    keys: tuple[str, ...]
    limit_seconds: float
    faults: tuple[tuple[int, ServiceFault], ...]

    def __str__(self) -> str:
        faults = ", ".join(f"{fault.name} at {number}" for number, fault in self.faults)
        return (
            f"seed {self.seed}: {len(self.keys)} objects of {self.source} on {self.platform}, "
            f"{self.limit_seconds:g} s: {faults or 'no fault'}"
        )


@dataclass
class Report:
    """What came of a batch; can be passed on to another process.

    Attributes
    ----------
    events, objects, requests: how many there were.
    lost: how many objects were lost.
    ends: how each event ended: after which delivery, or in the dead-letter queue.
    found: what did not hold, with the event in words.
    """

    events: int = 0
    objects: int = 0
    requests: int = 0
    lost: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)

    def add(self, other: Report) -> None:
        """Add another batch's numbers."""
        self.events += other.events
        self.objects += other.objects
        self.requests += other.requests
        self.lost += other.lost
        self.ends += other.ends
        self.found += other.found


def make_delivery(seed: int) -> Delivery:
    """Return the delivery of a seed; the same one every time."""
    random = Random(seed)
    source = random.choice(("oss", "cos", "obs", "s3"))
    keys: list[str] = []
    records: list[Record] = []
    for number in range(random.choice(RECORD_COUNTS)):
        key = random.choice(KEYS) + random.choice(("", str(number), random.choice(KEYS)))
        if random.random() < 0.1:
            records.append(DELETED[source](key))
            continue
        keys.append(key)
        records.append(CREATED[source](key))
    way = source
    if source == "s3" and random.random() < 0.3:
        way = "s3 in a queue"
    event = WRAPPED[way](records)
    if len(records) == 1 and len(keys) == 1 and random.random() < 0.3:
        one = {"oss": cloud_event, "s3": event_bridge}.get(source)
        if one is not None:
            way, event = f"{source} through EventBridge", one(keys[0])
    return Delivery(
        seed=seed,
        source=way,
        platform=PLATFORMS[source],
        event=event,
        keys=tuple(keys),
        limit_seconds=random.choice(LIMITS),
        faults=tuple(
            (random.choice((0, 0, 0, 1, 1, 2, 3, 5)), honest_fault(random))
            for _ in range(random.choice((0, 1, 1, 1, 2, 2, 3)))
        ),
    )


def honest_fault(random: Random) -> ServiceFault:
    """Return a fault of the service that does not look like its success."""
    while (fault := service_fault(random)).name in LIES:
        pass
    return fault


def deliver(delivery: Delivery) -> Report:
    """Deliver an event until it is acknowledged or in the queue, then from the queue again."""
    report = Report(events=1, objects=len(set(delivery.keys)))
    with Emulator() as emulator:
        for number, fault in delivery.faults:
            emulator.inject_fault("oms", fault.fault, fault.times, when=from_request(number))
        for attempt in range(1, DELIVERIES + 1):
            result, raised = invoke(delivery, emulator)
            report.found += problems(delivery, emulator, result, raised=raised)
            if not raised:
                report.ends[f"acknowledged after delivery {attempt}"] += 1
                break
        else:
            report.ends["kept in the dead-letter queue"] += 1
            report.requests += len(emulator.received)
            emulator.clear()
            result, raised = invoke(delivery, emulator)
            report.found += problems(delivery, emulator, result, raised=raised)
            if raised:
                report.found.append(f"{delivery}: failed without a fault: {result['error']}")
        lost = set(delivery.keys) - taken(emulator)
        report.lost += len(lost)
        report.requests += len(emulator.received)
    return report


def invoke(delivery: Delivery, emulator: Emulator) -> tuple[dict[str, Any], bool]:
    """Invoke the function once, in a new process; return its result, and whether it raised."""
    environ = emulator.environment(temporary=True)
    environ["DEFAULT_PARAMETERS"] = json.dumps({"sync_task_id": TASK})
    operation = load(OPERATION)
    called = platform_call(
        delivery.platform, "direct", operation.function, {}, environ,
        limit_seconds=delivery.limit_seconds,
    )  # fmt: skip
    event: object = delivery.event
    if delivery.platform == "fc":
        event = json.dumps(event).encode()
    try:
        returned = handle(
            operation, event, called.context, Runtime(environ=called.environ, home=NO_HOME)
        )
    except SyncFailed as error:
        result: dict[str, Any] = json.loads(str(error))
        return result, True
    return returned, False


def taken(emulator: Emulator) -> set[str]:
    """Return the keys that OMS has taken."""
    return {key for event in emulator.huawei.oms.tasks[TASK].events for key in event}


def problems(
    delivery: Delivery, emulator: Emulator, result: dict[str, Any], *, raised: bool
) -> Iterator[str]:
    """Yield what does not hold after a delivery."""
    for fault in result_schema().iter_errors(result):
        yield f"{delivery}: not of the published form: {fault.json_path} {fault.message[:200]}"
    if raised != (result["status"] == "failed"):
        yield f"{delivery}: {result['status']}, raised: {raised}"
    expected = list(dict.fromkeys(delivery.keys))
    if not raised and not set(expected) <= taken(emulator):
        yield f"{delivery}: acknowledged before OMS took all of its objects"
    data = result["data"]
    if data and data["handed_over"] + data["left"] != len(expected):
        yield f"{delivery}: {data['handed_over']} and {data['left']} are not {len(expected)}"
    if data and data["handed_over"] > len(taken(emulator)):
        yield f"{delivery}: claims to have handed over more than OMS took"
    for event in emulator.huawei.oms.tasks[TASK].events:
        positions = [expected.index(key) for key in event]
        if len(event) > 10 or positions != sorted(set(positions)):
            yield f"{delivery}: OMS got {event}"
    for request in emulator.received:
        if request.service == "oms" and lacks_order(request, expected):
            yield f"{delivery}: a request in another order: {request.body!r}"


def lacks_order(request: Received, expected: list[str]) -> bool:
    """Return whether the keys of a request are not some of the expected ones in their order."""
    if not request.body or not request.accepted:
        return False
    keys = [unquote(key) for key in json.loads(request.body)["object_keys"]]
    return keys not in [expected[at : at + 10] for at in range(0, len(expected), 10)]


def run_batch(seeds: list[int]) -> Report:
    """Run the deliveries of these seeds."""
    total, output = Report(), io.StringIO()
    with redirect_stdout(output), ThreadPoolExecutor(AT_ONCE) as pool:
        for report in pool.map(deliver, map(make_delivery, seeds)):
            total.add(report)
    return total


def main() -> int:
    """Run the command, and return its exit code."""
    parser = argparse.ArgumentParser(prog="make fire-events", description=__doc__)
    parser.add_argument("--seeds", type=int, default=10_000, help="how many (default 10000)")
    parser.add_argument("--first", type=int, default=0, help="the first seed (default 0)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    if given.seeds < 1 or given.processes < 1:
        parser.error("--seeds and --processes must be at least 1")
    started = time.monotonic()
    total = Report()
    seeds = iter(range(given.first, given.first + given.seeds))
    batches = iter(lambda: list(islice(seeds, BATCH)), [])
    with multiprocessing.get_context("spawn").Pool(given.processes) as pool:
        for report in pool.imap_unordered(run_batch, batches):
            total.add(report)
            print(
                f"\r{total.events:,} of {given.seeds:,} events, {total.lost} objects lost",
                end="", file=sys.stderr, flush=True,
            )  # fmt: skip
    print(file=sys.stderr)
    print(
        f"{total.events:,} events with {total.objects:,} objects in "
        f"{time.monotonic() - started:.0f} s: {total.requests:,} requests; {total.lost} lost."
    )
    for end, number in sorted(total.ends.items()):
        print(f"  {number:>6,} {end}")
    for problem in total.found[:SHOWN]:
        print(f"\n{problem}")
    print("\nEverything held." if not total.found else f"\n{len(total.found)} violations.")
    return 1 if total.found or total.lost else 0


if __name__ == "__main__":
    sys.exit(main())
