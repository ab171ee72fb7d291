"""General code names no provider, operation or provider's setting: their descriptions do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from local.samples import ROOT

FILES = [
    *(ROOT / "shared" / "http_trigger").glob("*.py"),
    *(ROOT / "shared" / "client").glob("*_client.py"),
    *(ROOT / "shared" / "client").glob("dry_run.py"),
    *(
        ROOT / "shared" / f"{name}.py"
        for name in ("entrypoint", "invocation", "operation_request", "runner")
    ),
    *(ROOT / "shared" / "runtime").glob("*.py"),
]
OWN_WORDS = re.compile(
    r"huawei|tencent|alibaba|\bOMS|\bCWP|EDAS|E-HPC|ModelArts|storage key", re.IGNORECASE
)
EXAMPLES = re.compile(r'"operations": \["tencent\.\*"\]')


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_provider_is_named(path: Path) -> None:
    text = EXAMPLES.sub("", path.read_text(encoding="utf-8"))

    assert OWN_WORDS.findall(text) == []
