"""Who the demo's customers are: drawn from one seed, so the same every time, dated back from today."""

import math
import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from accounts.models import Account, Contact
from accounts.stages import Stage
from dashboard.demo import words

STAGES = {
    Stage.AWARENESS: 9,
    Stage.CONSIDERATION: 8,
    Stage.DECISION: 6,
    Stage.DELIVERY: 13,
    Stage.USE: 40,
    Stage.LOYALTY: 18,
    Stage.ADVOCACY: 9,
    Stage.DISAPPOINTMENT: 10,
    Stage.CHURN: 7,
}
TRENDS = {
    Stage.DELIVERY: ["ramp"],
    Stage.USE: ["steady", "steady", "growing", "fading", "steady", "dropping"],
    Stage.LOYALTY: ["steady", "growing", "steady", "fading"],
    Stage.ADVOCACY: ["growing", "steady"],
    Stage.DISAPPOINTMENT: ["fading", "dropping", "steady"],
    Stage.CHURN: ["ended"],
}
MOOD = {
    Stage.DELIVERY: 0.78,
    Stage.USE: 0.78,
    Stage.LOYALTY: 0.86,
    Stage.ADVOCACY: 0.95,
    Stage.DISAPPOINTMENT: 0.35,
    Stage.CHURN: 0.3,
}
HISTORY_DAYS = 180
PAST_DAYS = 640  # known of customers of long standing, and of those who have left: 21 months, so the risk can be tested
DIP_DAYS = 70
YEAR = timedelta(days=365)
LASTING = {Stage.LOYALTY, Stage.ADVOCACY, Stage.DISAPPOINTMENT}  # in use they would stand still for years


@dataclass
class Person:
    """A contact to be."""

    name: str
    email: str
    role: str
    title: str
    locale: str


@dataclass
class Customer:
    """An account to be, and how it has been doing."""

    number: int
    name: str
    domain: str
    industry: str
    stage: str
    trend: str
    mood: float
    tier: str
    seats: int
    arr_minor: int
    since: date
    starts_on: date | None
    ends_on: date | None
    owner: int
    people: list[Person] = field(default_factory=list)
    first_on: date | None = None  # of long standing: the first day of the first of several contracts
    left_ago: int | None = None  # days since the end, of who left before the last weeks
    dip_ago: int | None = None  # when they used little for some weeks, long ago, and stayed

    @property
    def known_days(self) -> int:
        """For how many days their use is known."""
        return PAST_DAYS if self.first_on else HISTORY_DAYS

    def is_gone(self, day_ago: int) -> bool:
        return self.left_ago is not None and day_ago < self.left_ago

    def use_on(self, day_ago: int, rng: random.Random) -> float:
        """The share of seats in use so many days ago, 0 to 1."""
        base = 0.55 + 0.4 * self.mood
        level = {
            "ramp": base * min(1.0, max(0.0, (60 - day_ago) / 60)),
            "steady": base,
            "growing": base * (0.8 + 0.2 * max(0.0, 1 - day_ago / HISTORY_DAYS)),
            "fading": base * (0.45 + 0.55 * min(1.0, day_ago / 110)),
            "dropping": base * (0.4 if day_ago < 24 else 1.0),
            "ended": base * min(1.0, max(0.0, (day_ago - 45) / 60)),
            "leaving": base * min(1.0, max(0.1, (day_ago - (self.left_ago or 0)) / 120)),
        }[self.trend]
        if self.dip_ago is not None and 0 <= self.dip_ago - day_ago < DIP_DAYS:
            level *= 0.45
        return max(0.0, min(1.0, level * rng.gauss(1, 0.05)))


def customers(seed: int, count: int, today: date) -> list[Customer]:
    """`count` customers in the nine stages' proportions; the same for the same seed, dates relative to `today`."""
    rng = random.Random(seed)  # noqa: S311  invented data
    names = _names(rng, count)
    return [_customer(number, stage, names[number], today, rng) for number, stage in enumerate(_stages(count))]


def lengthen(plan: list[Customer], seed: int) -> None:
    """Those who have renewed have been customers for a year or two more; some had a bad time and stayed."""
    rng = random.Random(seed)  # noqa: S311  its own: the rest stays as it was
    for customer in plan:
        if customer.stage in LASTING and customer.starts_on:
            customer.first_on = customer.starts_on - rng.choice([1, 1, 2]) * YEAR
            customer.since = customer.first_on - timedelta(days=rng.randint(20, 70))
            customer.dip_ago = rng.randint(HISTORY_DAYS + DIP_DAYS, PAST_DAYS - 200) if rng.random() < 0.4 else None


def former(seed: int, count: int, plan: list[Customer], today: date) -> list[Customer]:
    """`count` more, who did not renew some months ago: most of them faded before, some left of a sudden."""
    rng = random.Random(seed)  # noqa: S311  its own: the rest stays as it was
    taken = {customer.name for customer in plan}
    names = [one for one in _names(rng, len(plan) + count) if one[0] not in taken][:count]
    return [_former(len(plan) + number, name, today, rng) for number, name in enumerate(names)]


def _former(number: int, names: tuple[str, str, str], today: date, rng: random.Random) -> Customer:
    customer = _customer(number, Stage.CHURN, names, today, rng)
    customer.left_ago = rng.randint(45, PAST_DAYS - 120)
    customer.ends_on = today - timedelta(days=customer.left_ago)
    customer.starts_on = customer.ends_on - YEAR
    customer.first_on = customer.starts_on - rng.choice([0, 1]) * YEAR
    customer.since = customer.first_on - timedelta(days=rng.randint(20, 70))
    customer.trend, customer.mood = ("leaving", 0.6) if rng.random() < 0.7 else ("steady", 0.8)
    return customer


def _stages(count: int) -> list[str]:
    total = sum(STAGES.values())
    stages: list[str] = [
        stage for stage, share in STAGES.items() for _ in range(max(1, math.floor(share * count / total)))
    ]
    return (stages + [Stage.USE] * count)[:count]


def _names(rng: random.Random, count: int) -> list[tuple[str, str, str]]:
    pairs = [(company, trade) for company in words.COMPANY for trade in words.TRADE]
    chosen = rng.sample(pairs, count)
    return [(f"{company} {name}", f"{company}-{name}.example".lower(), kind) for company, (name, kind) in chosen]


def _customer(number: int, stage: str, names: tuple[str, str, str], today: date, rng: random.Random) -> Customer:
    seats = round(math.exp(rng.uniform(math.log(12), math.log(420))))
    arr = round(seats * rng.uniform(380, 760) / 100) * 100 * 100
    starts_on, ends_on = _term(stage, today, rng)
    customer = Customer(
        number=number,
        name=names[0],
        domain=names[1],
        industry=names[2],
        stage=stage,
        trend=rng.choice(TRENDS.get(Stage(stage), ["steady"])),
        mood=MOOD.get(Stage(stage), 0.8),
        tier=_tier(arr),
        seats=seats,
        arr_minor=arr,
        since=(starts_on or today) - timedelta(days=rng.randint(20, 70)),
        starts_on=starts_on,
        ends_on=ends_on,
        owner=number % 3,
    )
    customer.people = _people(customer, rng)
    return customer


def _tier(arr_minor: int) -> str:
    if arr_minor >= 9_000_000:
        return Account.Tier.STRATEGIC
    return Account.Tier.GROWTH if arr_minor >= 3_000_000 else Account.Tier.STANDARD


def _term(stage: str, today: date, rng: random.Random) -> tuple[date | None, date | None]:
    """The current contract's first day and the day it ends."""
    if stage in {Stage.AWARENESS, Stage.CONSIDERATION, Stage.DECISION}:
        return None, None
    if stage == Stage.DELIVERY:
        starts_on = today - timedelta(days=rng.randint(2, 9))
    elif stage == Stage.CHURN:
        starts_on = today - timedelta(days=365 + rng.randint(35, 60))
    else:
        starts_on = today - timedelta(days=rng.randint(60, 355))
    return starts_on, starts_on + timedelta(days=365)


def _people(customer: Customer, rng: random.Random) -> list[Person]:
    roles = [Contact.Role.DECISION_MAKER, Contact.Role.CHAMPION, Contact.Role.END_USER, Contact.Role.END_USER]
    if customer.number % 17 == 5:
        roles = roles[1:]  # nobody who decides is known: the account page says so
    people: dict[str, Person] = {}
    for role in roles[: rng.randint(3, 4)]:
        first, last = rng.choice(words.FIRST), rng.choice(words.LAST)
        email = f"{first}.{last}@{customer.domain}".lower()
        locale = "zh-hans" if last in {"Chen", "Zhang", "Xu"} else "en"
        people.setdefault(email, Person(f"{first} {last}", email, role, rng.choice(words.TITLE[role]), locale))
    return list(people.values())
