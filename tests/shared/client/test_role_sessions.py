"""Sessions of assumed roles under many threads: one refresh for all, and never a stale key."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.client.refresh_cache import MAX_ENTRIES, RefreshCache
from shared.client.role_sessions import CachedSession, RoleSessions
from shared.clock import Deadline
from shared.errors import DeadlineExceeded, Forbidden, Throttled, Unavailable
from shared.models.credentials import AccessKey
from shared.models.role import RoleSession
from shared.models.secret import Secret
from tests.support.account_runs import AccountRuns, role
from tests.support.clocks import FakeClock

HOUR = 3600.0


class Roles:
    """Roles whose sessions are counted.

    Attributes
    ----------
    assumed: how often each role was assumed.
    error: raised instead of a session, if it is set.
    """

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.sessions = RoleSessions()
        self.assumed: Counter[str] = Counter()
        self.error: Exception | None = None
        self.before: Callable[[], None] = lambda: None

    def get(self, name: str, deadline: Deadline | None = None) -> CachedSession:
        def assume(_usable_seconds: float) -> CachedSession:
            self.assumed[name] += 1
            self.before()
            if self.error is not None:
                raise self.error
            number = f"{name}-{self.assumed[name]}"
            keys = AccessKey(f"id-{number}", Secret(f"secret-{number}"), Secret(f"token-{number}"))
            return CachedSession(RoleSession(keys, self.clock.now() + timedelta(seconds=HOUR)))

        return self.sessions.get(
            name,
            assume=assume,
            clock=self.clock,
            deadline=deadline or Deadline(self.clock, None),
        )


def in_threads(count: int, work: Callable[[int], None]) -> None:
    """Call a function in many threads at once, and wait for them."""
    start = threading.Barrier(count)

    def body(number: int) -> None:
        start.wait()
        work(number)

    threads = [threading.Thread(target=body, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_64_threads_over_10_roles_assume_each_as_often_as_its_session_expired() -> None:
    roles = Roles()
    used: list[CachedSession] = []
    rounds = 5

    for _ in range(rounds):
        in_threads(64, lambda number: used.append(roles.get(f"role{number % 10}")))
        roles.clock.spend(HOUR)

    assert roles.assumed == {f"role{number}": rounds for number in range(10)}
    assert len(used) == 64 * rounds
    for cached in used:
        key_id, secret, token, _ = cached.session.credentials
        assert token is not None
        number = key_id.removeprefix("id-")
        assert secret.get_secret_value() == f"secret-{number}"
        assert token.get_secret_value() == f"token-{number}"


def test_a_thousand_runs_over_ten_roles_assume_each_as_often_as_its_session_expired(
    tmp_path: Path,
) -> None:
    runs = AccountRuns(tmp_path, {f"a{number}": role(f"r{number}") for number in range(10)})
    runs.provider.duration_seconds = 1000
    # Each session is replaced once it has 300 seconds left, so after 700: at 0, 700, 1400 …
    for number in range(1000):
        assert runs.result(account=f"a{number % 10}").status == "succeeded"
        runs.clock.spend(7)

    assert Counter(query["role"] for query in runs.provider.assumed) == {
        f"acs:ram::1:role/r{number}": 10 for number in range(10)
    }
    assert len(runs.provider.service_requests) == 1000


def test_the_runs_of_many_threads_assume_a_role_once(tmp_path: Path) -> None:
    runs = AccountRuns(tmp_path, {f"a{number}": role(f"r{number}") for number in range(10)})
    results = []

    in_threads(64, lambda number: results.append(runs.result(account=f"a{number % 10}")))

    assert [result.status for result in results] == ["succeeded"] * 64
    assert len(runs.provider.assumed) == 10


def test_a_failed_refresh_is_told_to_all_that_waited_and_is_not_kept() -> None:
    roles = Roles()
    roles.error = Throttled("too many", retry_after=3)
    errors: list[Throttled] = []
    waiting = threading.Semaphore(0)

    def first() -> None:
        for _ in range(7):
            assert waiting.acquire(timeout=10)

    roles.before = first

    class Waiting(Deadline):
        def remaining(self) -> float:
            waiting.release()  # asked for just before a thread waits
            return super().remaining()

    def work(_number: int) -> None:
        with pytest.raises(Throttled) as caught:
            roles.get("a", Waiting(roles.clock, None))
        errors.append(caught.value)

    in_threads(8, work)

    assert roles.assumed["a"] == 1
    assert [(each.message, each.retry_after) for each in errors] == [("too many", 3)] * 8
    assert len({id(each) for each in errors}) == 8
    roles.error = None
    roles.before = lambda: None
    assert roles.get("a").session.credentials.access_key_id == "id-a-2"


def waits_for(roles: Roles, deadline: Deadline, error: Exception | None) -> list[object]:
    """Return what a second thread got that waited while a first one assumed a role.

    Parameters
    ----------
    roles: the roles.
    deadline: the second thread's.
    error: how the first thread's refresh ends; None for a session.
    """
    assuming, finish = threading.Event(), threading.Event()
    got: list[object] = []

    def hold() -> None:
        assuming.set()
        assert finish.wait(10)

    def first() -> None:
        try:
            roles.get("a")
        except (DeadlineExceeded, Forbidden):
            assert error is not None

    def second() -> None:
        try:
            got.append(roles.get("a", deadline))
        except DeadlineExceeded as exceeded:
            got.append(exceeded)

    roles.before, roles.error = hold, error
    leader = threading.Thread(target=first)
    leader.start()
    assert assuming.wait(10)
    follower = threading.Thread(target=second)
    follower.start()
    if deadline.remaining() < 10:
        follower.join()  # it does not wait longer than its own deadline
    roles.before = lambda: None
    finish.set()
    leader.join()
    if error is not None:
        roles.error = None
    follower.join()
    return got


def test_a_thread_waits_no_longer_than_its_own_deadline() -> None:
    roles = Roles()
    [error] = waits_for(roles, Deadline(roles.clock, 0.6), None)

    assert isinstance(error, DeadlineExceeded)
    assert "another run of this process" in error.message
    assert roles.assumed["a"] == 1


def test_a_thread_without_any_time_left_does_not_wait() -> None:
    roles = Roles()
    [error] = waits_for(roles, Deadline(roles.clock, 0.0), None)

    assert isinstance(error, DeadlineExceeded)


def test_another_threads_deadline_is_not_ones_own() -> None:
    roles = Roles()
    assuming, finish = threading.Event(), threading.Event()
    outcomes: list[str] = []

    def hold() -> None:
        if roles.assumed["a"] == 1:
            assuming.set()
            assert finish.wait(10)
            raise DeadlineExceeded("the first run's time was up")

    roles.before = hold

    def work() -> None:
        try:
            outcomes.append(roles.get("a").session.credentials.access_key_id)
        except DeadlineExceeded:
            outcomes.append("out of time")

    first = threading.Thread(target=work)
    first.start()
    assert assuming.wait(10)
    second = threading.Thread(target=work)
    second.start()
    finish.set()
    first.join()
    second.join()

    assert sorted(outcomes) == ["id-a-2", "out of time"]


def test_while_one_thread_refreshes_ahead_of_time_the_others_use_the_old_session() -> None:
    roles = Roles()
    old = roles.get("a")
    roles.clock.spend(HOUR - 200)
    assuming, finish = threading.Event(), threading.Event()

    def hold() -> None:
        assuming.set()
        assert finish.wait(10)

    roles.before = hold
    leader = threading.Thread(target=lambda: roles.get("a"))
    leader.start()
    assert assuming.wait(10)

    assert roles.get("a") is old
    finish.set()
    leader.join()
    assert roles.get("a") is not old
    assert roles.assumed["a"] == 2


def test_an_error_that_is_none_of_ours_ends_the_wait_too() -> None:
    roles = Roles()
    roles.error = ValueError("a bug")
    with pytest.raises(ValueError, match="a bug"):
        roles.get("a")
    roles.error = None

    assert roles.get("a").session.credentials.access_key_id == "id-a-2"


def test_a_discarded_session_is_assumed_anew_and_a_newer_one_stays() -> None:
    roles = Roles()
    first = roles.get("a")
    roles.sessions.discard("a", first)
    second = roles.get("a")
    roles.sessions.discard("a", first)

    assert second is not first
    assert roles.get("a") is second


@given(
    steps=st.lists(
        st.tuples(st.sampled_from("abc"), st.floats(0, 4000), st.booleans()), max_size=60
    )
)
def test_no_session_is_used_in_its_last_minute_and_none_is_assumed_early(
    steps: list[tuple[str, float, bool]],
) -> None:
    roles = Roles()
    latest: dict[str, CachedSession] = {}
    for name, seconds, fails in steps:
        roles.clock.spend(seconds)
        roles.error = Unavailable("down") if fails else None
        before = roles.assumed[name]
        try:
            used = roles.get(name)
        except Unavailable:
            assert fails
            continue
        assert used.seconds_left(roles.clock) > 60
        if roles.assumed[name] > before and name in latest:
            assert latest[name].seconds_left(roles.clock) <= 300
        latest[name] = used


def test_the_cache_stays_bounded() -> None:
    cache: RefreshCache[int] = RefreshCache(0, 0)
    calls: list[int] = []

    def get(number: int) -> int:
        def refresh(_usable_seconds: float) -> int:
            calls.append(number)
            return number

        return cache.get(
            number,
            refresh=refresh,
            seconds_left=lambda _value: 1.0,
            remaining=lambda: 1.0,
            monotonic=lambda: 0.0,
        )

    for number in range(MAX_ENTRIES + 1):
        get(number)
    get(MAX_ENTRIES)
    assert len(calls) == MAX_ENTRIES + 1
    get(0)  # the oldest made room
    assert len(calls) == MAX_ENTRIES + 2
