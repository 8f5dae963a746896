"""The cache keeps its clients."""

from django.core.cache import cache


def test_the_cache_keeps_its_client_and_still_stores_and_forgets():
    assert cache._cache.get_client("a") is cache._cache.get_client("b")
    cache.set("tests.caching", {"a": 1}, 5)
    assert cache.get("tests.caching") == {"a": 1}
    cache.delete("tests.caching")
    assert cache.get("tests.caching") is None
