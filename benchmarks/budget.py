"""What a timer's cold start may cost, held by ``tests/benchmarks/test_budget.py``.

``python -m benchmarks.budget`` measures with the Python in use and prints what to write here
when a cold start has become cheaper, or dearer for a reason.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping

from benchmarks import provider, targets
from benchmarks.instructions import counter
from benchmarks.modules import imported
from benchmarks.targets import BUDGETED

MARGIN = 1.05
"""Builds of one Python differ by a few hundredths."""

SPARE_MODULES = 3
"""Patch releases of a Python import one more or less."""

PYTHONS = ((3, 10), (3, 11), (3, 12), (3, 13))

INSTRUCTIONS: Mapping[str, tuple[int, int, int, int]] = {
    "edas": (518, 463, 511, 501),
    "ehpc": (517, 462, 510, 500),
    "cwp": (519, 463, 512, 502),
    "cwp-assets": (519, 463, 512, 502),
    "oms": (522, 467, 515, 505),
    "oms-stop": (525, 470, 518, 507),
    "oms-events": (525, 471, 518, 507),
    "modelarts": (525, 470, 518, 507),
}
"""Operation -> millions of instructions on Python 3.10, 3.11, 3.12, 3.13, measured and 5 %."""

MODULES: Mapping[str, tuple[int, int, int, int]] = {
    "edas": (267, 270, 269, 270),
    "ehpc": (268, 271, 270, 271),
    "cwp": (267, 270, 269, 270),
    "cwp-assets": (266, 269, 268, 269),
    "oms": (270, 273, 272, 273),
    "oms-stop": (268, 271, 270, 271),
    "oms-events": (266, 269, 268, 269),
    "modelarts": (264, 267, 266, 267),
}
"""Operation -> modules in memory at the end on the same Pythons, measured and three."""

FORBIDDEN = (
    "shared.notifications.after_run",
    "shared.fleet",
    "functions.web.chat",
    "functions.web.async_invoke",
    "shared.accounts",
    "shared.client.refresh_cache",
    "shared.client.role_sessions",
    "functions.alibaba.assume_role",
    "functions.tencent.assume_role",
    "functions.huawei.assume_agency",
    "shared.models.role_session",
    "shared.http_trigger",
    "shared.notifications",
    "annotated_types",
    "aws_lambda_powertools.metrics",
    "asyncio",
    "concurrent.futures",
    "dataclasses",
    # http.client itself needs email.parser and email.message, and they some others.
    "email._header_value_parser",
    "email.contentmanager",
    "email.generator",
    "email.headerregistry",
    "email.mime",
    "email.policy",
    "importlib.metadata",
    "jmespath",
    "pydantic",
    "pydantic_core.core_schema",
    "serverless_wsgi",
    "typing_extensions",
    "unittest",
    "urllib.request",
    "uuid",
    "werkzeug",
)
"""What a timer's cold start does without: these modules, and all that is in them."""


def column() -> int | None:
    """Return the place of the Python in use in the tables, None if it has none."""
    version = sys.version_info[:2]
    return PYTHONS.index(version) if version in PYTHONS else None


def forbidden(modules: frozenset[str]) -> list[str]:
    """Return those of the modules that a timer's cold start does without."""
    return sorted(
        name
        for name in modules
        if any(name == each or name.startswith(f"{each}.") for each in FORBIDDEN)
    )


def main() -> int:
    """Print this Python's column of both tables."""
    tool = counter()
    print(f"Python {sys.version_info[0]}.{sys.version_info[1]}: M instructions, modules")
    with provider.running() as settings:
        for operation_id, short in BUDGETED.items():
            target = targets.ours(operation_id, settings)
            modules = len(imported(target)) + SPARE_MODULES
            counted = math.ceil(tool.count(target) / 1e6 * MARGIN) if tool else None
            print(f"{short:10} {counted} {modules}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
