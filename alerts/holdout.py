"""Does acting on alerts help? A share of new alerts is told to nobody; who of both groups leaves is compared.

Which alert keeps silent follows from its account and rule alone, so that nobody can choose, and the same condition
has the same fate when it comes back. Alerts that an event opened, or a rule that was made hard, never take part.

An account counts once, by its first alert that took part: several alerts of one account leave together.
"""

from dataclasses import dataclass
from hashlib import sha256

from lib import intervals

ENOUGH_DEPARTURES = 10


def is_held_out(account_id: int, rule: str, share: int) -> bool:
    """Whether an alert keeps silent while `share` of 100 do. Whoever does at one share does at every larger one."""
    drawn = int.from_bytes(sha256(f"{account_id}:{rule}".encode()).digest()[:8], "big")
    return drawn * 100 < share << 64


@dataclass(frozen=True)
class Group:
    """Accounts whose alerts were treated alike: how many are judged, and how many of them left in time."""

    accounts: int = 0
    departures: int = 0

    @property
    def share(self) -> float | None:
        return self.departures / self.accounts if self.accounts else None


@dataclass(frozen=True)
class Comparison:
    """Told alerts beside those held out; `waiting`: accounts whose time is not over, in both groups."""

    told: Group = Group()
    held_out: Group = Group()
    waiting: int = 0

    @property
    def departures(self) -> int:
        return self.told.departures + self.held_out.departures

    @property
    def is_enough(self) -> bool:
        """Whether anything can be said at all: both groups, and ENOUGH_DEPARTURES among them."""
        return self.departures >= ENOUGH_DEPARTURES and bool(self.told.accounts and self.held_out.accounts)

    @property
    def difference(self) -> float | None:
        """How much larger the share that left is without a word: above 0, telling kept customers."""
        if self.told.share is None or self.held_out.share is None:
            return None
        return self.held_out.share - self.told.share

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of `difference`."""
        told, held_out = self.told, self.held_out
        if not told.accounts or not held_out.accounts:
            return None
        return intervals.difference(held_out.departures, held_out.accounts, told.departures, told.accounts)

    @property
    def verdict(self) -> str:
        """`none` while nothing can be said, else `helps`, `harms` or `unclear` where the interval holds 0."""
        if not self.is_enough or self.interval is None:
            return "none"
        low, high = self.interval
        return "helps" if low > 0 else "harms" if high < 0 else "unclear"
