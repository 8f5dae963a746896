"""Redis as Django's cache, with clients that are kept."""

from functools import cache
from typing import Any

from django.core.cache.backends.redis import RedisCache as DjangoRedisCache
from django.core.cache.backends.redis import RedisCacheClient


class _Clients(RedisCacheClient):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._client = cache(self._client)  # Django makes one for each call, which takes longer than the call


class RedisCache(DjangoRedisCache):
    """Django's own but for that; a client may be used by several threads at once."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Clients
