"""Redis as Django's cache, with clients that are kept; and hints, which are stored without waiting."""

import threading
from functools import cache
from typing import Any

from django.conf import settings
from django.core.cache import cache as django_cache
from django.core.cache.backends.redis import RedisCache as DjangoRedisCache
from django.core.cache.backends.redis import RedisCacheClient
from redis import ConnectionPool


class _Clients(RedisCacheClient):
    _client: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._client = cache(self._client)  # Django makes one for each call, which takes longer than the call


class RedisCache(DjangoRedisCache):
    """Django's own but for that; a client may be used by several threads at once."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Clients


_own = threading.local()


def hint(key: str, number: int, seconds: int) -> None:
    """Keep a number in the cache for a while, if it can be done at once; whether it was, nobody is told.

    Takes a fifth of `cache.set`, which waits for the answer. Raises RedisError when there is no connection.
    """
    if not hasattr(_own, "connection"):
        _own.connection = ConnectionPool.from_url(settings.REDIS_URL, redis_connect_func=_deaf).make_connection()
    words = [b"SET", django_cache.make_key(key).encode(), b"%d" % number, b"EX", b"%d" % seconds]
    _own.connection.send_packed_command([_packed(words)], check_health=False)


def _packed(words: list[bytes]) -> bytes:
    """A command as it goes over the line; redis-py's own way, for words of any kind, takes ten times as long."""
    return b"*%d\r\n" % len(words) + b"".join([b"$%d\r\n%b\r\n" % (len(word), word) for word in words])


def _deaf(connection: Any) -> None:
    """No answer is waited for, so none may come."""
    connection.on_connect()
    connection.send_command("CLIENT", "REPLY", "OFF")
