"""The cache keeps its clients."""

from time import monotonic, sleep

from django.core.cache import cache

from lib import caching


def test_the_cache_keeps_its_client_and_still_stores_and_forgets():
    assert cache._cache.get_client("a") is cache._cache.get_client("b")
    cache.set("tests.caching", {"a": 1}, 5)
    assert cache.get("tests.caching") == {"a": 1}
    cache.delete("tests.caching")
    assert cache.get("tests.caching") is None


def test_a_hint_is_in_the_cache_soon_and_not_for_long():
    for number in (1, 2):
        caching.hint("tests.hint", number, 5)
    until = monotonic() + 5
    while cache.get("tests.hint") != 2 and monotonic() < until:
        sleep(0.001)
    assert cache.get("tests.hint") == 2
    assert 0 < cache._cache.get_client().ttl(cache.make_key("tests.hint")) <= 5
