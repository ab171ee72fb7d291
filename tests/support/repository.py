"""Where the project and the test vectors are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "vectors"
