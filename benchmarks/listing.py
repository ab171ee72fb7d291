"""10,000 DevServers, all pages: a fresh process reads them, ours and Huawei's SDK in turns."""

from __future__ import annotations

import json
from dataclasses import replace

from benchmarks import goals, replayer, subjects
from benchmarks.figures import Row, row
from benchmarks.fresh import Spent, run
from benchmarks.plan import Plan

SERVERS = 10_000
OPERATION = "huawei.modelarts.SyncDevServers"


def listing(plan: Plan) -> list[Row]:
    """Measure time, CPU time and memory; our result holds all servers, as the SDK's list does."""
    with replayer.running(SERVERS) as settings:
        timer = subjects.ours(OPERATION, settings)
        direct = json.dumps({"region": "cn-north-4", "include_servers": "all"})
        ours = replace(timer, command=(*timer.command[:-1], direct))
        pair = ours, subjects.sdk(OPERATION, settings)
        spent: tuple[list[Spent], list[Spent]] = ([], [])
        for subject in pair:
            run(subject)
        for number in range(plan.listings):
            plan.say(f"{SERVERS:,} DevServers: {number + 1} of {plan.listings}")
            for subject, costs in zip(pair, spent, strict=True):
                costs.append(run(subject))
    wall = [[each.wall_ms for each in costs] for costs in spent]
    cpu = [[each.cpu_ms for each in costs] for costs in spent]
    peak = [[each.peak_mb for each in costs] for costs in spent]
    name = "modelarts"
    return [
        row(goals.LISTING_TIME, name, "ms", wall[0], wall[1], goals.goal(goals.LISTING_TIME)),
        row(goals.LISTING_CPU, name, "ms", cpu[0], cpu[1], goals.goal(goals.LISTING_CPU)),
        row(goals.LISTING_MEMORY, name, "MB", peak[0], peak[1], goals.goal(goals.LISTING_MEMORY)),
    ]
