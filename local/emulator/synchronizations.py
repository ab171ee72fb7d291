"""The emulated state of CWP's synchronizations."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

CHINA_STANDARD_TIME = 8 * 3600.0


@dataclass(slots=True)
class SyncRun:
    """The machine list's last synchronization in one account.

    Parameters
    ----------
    state: ``NOTASK``, ``SYNCING``, ``FINISHED``, or whatever a test wants to see.
    started_at, ended_at: seconds since 1970 by the emulated clock.
    due_at: when a running one ends, by ``time.monotonic``; None if it never does.
    """

    state: str = "NOTASK"
    # As in the page's own sample: no task, although both times are set.
    started_at: float = 1605067260.0
    ended_at: float | None = 1605067320.0
    due_at: float | None = None


class Synchronizations:
    """The synchronizations of one of CWP's lists, one per account.

    Attributes
    ----------
    run_seconds: how long a synchronization takes; None for never ending by itself.
    end_time_while_syncing: what ``LatestEndTime`` says during a run.
    runs: the last one of each account.
    started: how many were started so far, over all accounts.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.run_seconds: float | None = 0.2
        self.end_time_while_syncing = ""
        self.runs: dict[str, SyncRun] = {}
        self.started = 0

    @property
    def state(self) -> str:
        """The state of the account ``default``; setting ``SYNCING`` starts a run."""
        with self.lock:
            return self._run("default").state

    @state.setter
    def state(self, state: str) -> None:
        with self.lock:
            if state == "SYNCING":
                self._start(self._run("default"), time.time())
            else:
                self.runs["default"] = SyncRun(state)

    def _run(self, account: str) -> SyncRun:
        """Return the current state of the account's run; it finishes after its duration."""
        run = self.runs.setdefault(account, SyncRun())
        if run.state == "SYNCING" and run.due_at is not None and time.monotonic() >= run.due_at:
            run.state = "FINISHED"
            run.ended_at = run.started_at + (self.run_seconds or 0.0)
            run.due_at = None
        return run

    def _start(self, run: SyncRun, now: float) -> None:
        # The times are whole seconds; two quick runs must still be distinguishable.
        run.started_at = max(now, run.started_at + 1)
        run.ended_at = None
        run.state = "SYNCING"
        run.due_at = None if self.run_seconds is None else time.monotonic() + self.run_seconds
        self.started += 1

    def synchronize(self, account: str, now: float, *, sync: bool) -> dict[str, object]:
        """Start a run if requested and none is running; return what the API answers."""
        with self.lock:
            run = self._run(account)
            if sync and run.state != "SYNCING":
                self._start(run, now)
                run = self._run(account)
            running = run.ended_at is None
            ended = self.end_time_while_syncing if running else _china_time(run.ended_at or 0.0)
            return {
                "State": run.state,
                "LatestStartTime": _china_time(run.started_at),
                "LatestEndTime": ended,
            }


def _china_time(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds + CHINA_STANDARD_TIME))
