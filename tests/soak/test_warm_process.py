"""A thousand invocations in one warm process; ``make soak`` has a hundred thousand."""

from __future__ import annotations

import subprocess
import sys

from tests.support.repository import ROOT


def test_a_warm_process_stays_as_it_is_and_mixes_up_no_accounts() -> None:
    # A process of its own: pytest keeps every log record.
    command = [sys.executable, "-m", "tests.soak", "--invocations", "1000"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Everything held." in done.stdout
