"""Which messages count as replayed."""

from __future__ import annotations

from shared.runtime.replay_cache import MAX_IDS, TTL_SECONDS, ReplayCache


def test_an_id_is_new_once() -> None:
    cache = ReplayCache()
    assert [cache.add_if_new("a", 5.0), cache.add_if_new("a", 6.0)] == [True, False]


def test_an_id_is_known_as_long_as_its_message_may_be_accepted() -> None:
    cache = ReplayCache()
    cache.add_if_new("a", 5.0)
    assert not cache.add_if_new("a", 5.0 + TTL_SECONDS)
    assert cache.add_if_new("a", 5.1 + TTL_SECONDS)


def test_ids_are_forgotten_when_they_are_too_old_to_matter() -> None:
    cache = ReplayCache()
    for number in range(1000):
        cache.add_if_new(str(number), number * TTL_SECONDS * 2.0)
    assert len(cache._seen) == 1


def test_more_ids_than_the_limit_are_not_kept() -> None:
    cache = ReplayCache()
    for number in range(MAX_IDS + 500):
        assert cache.add_if_new(str(number), 5.0)
    assert len(cache._seen) == MAX_IDS
