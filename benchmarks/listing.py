"""10,000 DevServers, all pages: a fresh process reads them, ours and Huawei's SDK in turns."""

from __future__ import annotations

import json
from dataclasses import replace

from benchmarks import canned_server, goals, targets
from benchmarks.figures import Row, row
from benchmarks.fresh import Cost, run
from benchmarks.plan import Plan

SERVERS = 10_000
OPERATION = "huawei.modelarts.SyncDevServers"


def listing(plan: Plan) -> list[Row]:
    """Measure time, CPU time and memory; our result holds all servers, as the SDK's list does."""
    with canned_server.running(SERVERS) as settings:
        timer = targets.ours(OPERATION, settings)
        direct = json.dumps({"region": "cn-north-4", "include_servers": "all"})
        ours = replace(timer, command=(*timer.command[:-1], direct))
        pair = ours, targets.sdk(OPERATION, settings)
        spent: tuple[list[Cost], list[Cost]] = ([], [])
        for target in pair:
            run(target)
        for number in range(plan.listings):
            plan.say(f"{SERVERS:,} DevServers: {number + 1} of {plan.listings}")
            for target, costs in zip(pair, spent, strict=True):
                costs.append(run(target))
    wall = [[each.wall_ms for each in costs] for costs in spent]
    cpu = [[each.cpu_ms for each in costs] for costs in spent]
    peak = [[each.peak_mb for each in costs] for costs in spent]
    name = "modelarts"
    return [
        row(goals.LISTING_TIME, name, "ms", wall[0], wall[1], goals.goal(goals.LISTING_TIME)),
        row(goals.LISTING_CPU, name, "ms", cpu[0], cpu[1], goals.goal(goals.LISTING_CPU)),
        row(goals.LISTING_MEMORY, name, "MB", peak[0], peak[1], goals.goal(goals.LISTING_MEMORY)),
    ]
