"""The sample HTTP events in ``events/platforms``: ``python -m local.http_samples`` writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local.http_events import TRIGGERS, Http
from local.samples import EVENTS
from local.serve import TOKEN

CWP: tuple[str, Mapping[str, object]] = (
    "tencent-sync-machines",
    {"region": "ap-guangzhou", "sync": True, "dry_run": True},
)

SAMPLES: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "aws-rest": CWP,
    "aws-http": CWP,
    "aws-url": CWP,
    "fc": ("alibaba-synchronize-resource", {"type": "all", "dry_run": True}),
    "scf": CWP,
    "functiongraph": ("huawei-sync-dev-servers", {"region": "cn-north-4", "dry_run": True}),
}
"""Trigger -> the function the sample is meant for, and its parameters."""


def file_name(trigger: str) -> str:
    """Return the name of a trigger's sample."""
    return f"{trigger.removesuffix('-http')}-http.json"


def sample_event(trigger: str) -> Any:
    """Return a trigger's sample, as JSON shows it."""
    _, parameters = SAMPLES[trigger]
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {TOKEN}",
        "User-Agent": "example",
    }
    event = TRIGGERS[trigger](Http(headers=headers, body=json.dumps(parameters).encode()))
    return json.loads(event) if isinstance(event, bytes) else event


def text(trigger: str) -> str:
    """Return the text of a trigger's sample file."""
    return json.dumps(sample_event(trigger), indent=2) + "\n"


def main() -> None:
    """Write the samples anew."""
    for trigger in SAMPLES:
        (EVENTS / "platforms" / file_name(trigger)).write_text(text(trigger), encoding="utf-8")


if __name__ == "__main__":
    main()
