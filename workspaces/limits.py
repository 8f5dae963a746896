"""How much of the API a program or a person may use in a minute, counted in the broker."""

import logging
from dataclasses import dataclass
from functools import cache
from math import ceil
from time import monotonic

import redis
from django.conf import settings

logger = logging.getLogger(__name__)

MINUTE = 60
PATIENCE = 0.25  # seconds: no request waits longer for a broker that hangs
RECOVERY = 5.0  # seconds that a broker which failed is left alone


@dataclass(frozen=True)
class Standing:
    """What is left of this minute: `limit` requests in it, `remaining` of them, `reset` seconds until the next."""

    limit: int
    remaining: int
    reset: int
    is_over: bool

    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers names them (up to its version 6)."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


class _Broker:
    """Where the counts are. It may be away or emptied: then nobody is counted, and everybody is let in.

    A limit keeps a runaway program from crowding out the others; being closed whenever the broker is away would cost
    more than it guards. What must not be lost is in PostgreSQL.
    """

    def __init__(self, url: str) -> None:
        self.client = redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        self.away_until = 0.0

    def add(self, key: str, weight: int) -> int | None:
        """The count with `weight` added; None while the broker is away."""
        if monotonic() < self.away_until:
            return None
        try:
            with self.client.pipeline(transaction=False) as pipe:
                pipe.incrby(key, weight)
                pipe.expire(key, 2 * MINUTE)
                return int(pipe.execute()[0])
        except redis.RedisError:
            self.away_until = monotonic() + RECOVERY
            logger.warning("Broker unreachable; API requests are not counted")
            return None


@cache
def _broker(url: str) -> _Broker:
    return _Broker(url)


def charge(who: str, weight: int, at: float) -> Standing | None:
    """Count `weight` requests of `who` at the time `at`; None where nothing is counted."""
    limit = settings.API_REQUESTS_A_MINUTE
    if not limit:
        return None
    minute, into = divmod(at, MINUTE)
    used = _broker(settings.REDIS_URL).add(f"ninefold:api:{who}:{int(minute)}", weight)
    if used is None:
        return None
    return Standing(limit, max(0, limit - used), ceil(MINUTE - into), used > limit)
