"""Who the demo's people are and how they stand, the workspace's own fields, its tags, and three families."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from accounts.actions import fields, personas, tags
from accounts.actions.facts import NewFact
from accounts.actions.family import set_parents
from accounts.models import Account, Contact, Persona
from accounts.stages import CUSTOMER, Stage
from dashboard.demo.base import Team
from dashboard.demo.plan import Customer
from lib.updating import update

PERSONAS = [
    {
        "name": "Director who signs",
        "goals": "A company that runs without surprises, and costs that can be planned.",
        "pains": "Hears of trouble only when a customer or the bank calls. Contracts nobody can explain.",
        "found_at": "Chamber of commerce evenings, recommendations from their tax adviser.",
        "speaks_to": "One page: what was promised, what was kept, what comes next. No product names.",
    },
    {
        "name": "Finance lead who counts",
        "goals": "Every invoice explained, spending per head going down.",
        "pains": "Licences paid for people who left. Finding out about renewals too late.",
        "found_at": "Finance round tables, the auditor's newsletter.",
        "speaks_to": "Seats in use against seats paid, month by month, before they ask.",
    },
    {
        "name": "IT manager who runs it",
        "goals": "Quiet nights, a security review without findings.",
        "pains": "Tickets closed without a cause. Changes announced on a Friday.",
        "found_at": "User groups, the regional admins' meet-up, our service desk.",
        "speaks_to": "Root causes and dates. Show the change calendar and who is on call.",
    },
    {
        "name": "Office lead who needs it to work",
        "goals": "New colleagues working on their first day.",
        "pains": "Waiting on the phone, explaining the same thing twice.",
        "found_at": "Training days, our onboarding calls.",
        "speaks_to": "A name to call, and short guides with pictures.",
    },
]
PERSONA_OF = {
    "Managing director": 0, "Head of operations": 0, "Chief financial officer": 1, "Accountant": 1, "IT manager": 2,
    "Operations lead": 2, "Engineer": 2, "Office manager": 3, "Team assistant": 3, "Project lead": 3,
}  # fmt: skip
SITES = ["Frankfurt", "Dublin", "Zurich", "On their premises"]
ZONES = ["Europe/Berlin", "Europe/Berlin", "Europe/Zurich", "Europe/London", "Europe/Vienna", "America/New_York"]
SOURCES = ["Signed with the contract", "Form on our website", "Said so on the phone", "Trade fair, business card"]
TAGS = {"Pilot group": 11, "Reference visit": 17, "Public sector": 13, "Price talks": 19}
INFLUENCE = {
    Contact.Role.DECISION_MAKER: ["high", "high", "high", "medium"],
    Contact.Role.CHAMPION: ["medium", "high", "medium"],
    Contact.Role.END_USER: ["low", "low", "medium"],
}
STANCES = [stance.value for stance in reversed(Contact.Stance)]  # from against us to for us
FAMILIES = 3


def describe(
    plan: Sequence[Customer], accounts: Sequence[Account], team: Team, now: datetime, seed: int
) -> list[NewFact]:
    """Write it all; returns the facts that tell who left. Its own dice leave the rest of the demo as it was."""
    rng = random.Random(seed + 1)  # noqa: S311  invented data
    begun = now - timedelta(days=190)
    kinds = [personas.add_persona(**texts, at=begun, by=team.admin.user) for texts in PERSONAS]
    _own_fields(plan, accounts, team, begun, rng)
    facts = _people(plan, accounts, kinds, now, rng)
    for name, step in TAGS.items():
        ids = [account.pk for number, account in enumerate(accounts) if number % step == 4]
        tags.tag(account_ids=ids, name=name, at=now - timedelta(days=45), by=team.manager.user)
    set_parents(parents=dict(_families(accounts)), at=now - timedelta(days=60), by=team.manager.user)
    return facts


def _own_fields(
    plan: Sequence[Customer], accounts: Sequence[Account], team: Team, at: datetime, rng: random.Random
) -> None:
    for about, name, kind, options in (
        ("account", "Data centre", "choice", {"choices": SITES, "help": "Where their servers stand."}),
        ("account", "Go-live date", "date", {"help": "The day their people first worked with it."}),
        ("account", "Uses SSO", "yes_no", {}),
        ("contact", "Newsletter", "yes_no", {"help": "Gets the monthly service letter."}),
    ):
        extras: dict[str, Any] = options
        fields.define_field(about=about, name=name, kind=kind, at=at, by=team.admin.user, **extras)
    for customer, account in zip(plan, accounts, strict=True):
        if customer.starts_on and rng.random() < 0.85:
            account.custom = {
                "data_centre": rng.choice(SITES),
                "go_live_date": (customer.starts_on + timedelta(days=rng.randint(10, 40))).isoformat(),
                "uses_sso": rng.random() < 0.4,
            }
    update(accounts, ["custom"])


def _people(
    plan: Sequence[Customer], accounts: Sequence[Account], kinds: Sequence[Persona], now: datetime, rng: random.Random
) -> list[NewFact]:
    of_account: dict[int, list[Contact]] = defaultdict(list)
    for contact in Contact.objects.order_by("pk"):
        of_account[contact.account_id].append(contact)
    gone: list[Contact] = []
    for customer, account in zip(plan, accounts, strict=True):
        zone = rng.choice(ZONES)
        for contact in of_account[account.pk]:
            _describe(contact, customer, kinds, zone, now, rng)
        if customer.number % 13 == 7 and customer.stage in CUSTOMER:
            champions = [one for one in of_account[account.pk] if one.role == Contact.Role.CHAMPION]
            for champion in champions:
                champion.left_at = now - timedelta(days=rng.randint(2, 7))
            gone += champions
    changed = [contact for contacts in of_account.values() for contact in contacts]
    way = ["persona_id", "influence", "stance", "time_zone"]
    update(changed, [*way, "consent", "consent_at", "consent_source", "custom", "left_at"])
    return [_left(contact) for contact in gone]


def _describe(
    contact: Contact, customer: Customer, kinds: Sequence[Persona], zone: str, now: datetime, rng: random.Random
) -> None:
    number = PERSONA_OF.get(contact.title)
    contact.persona = kinds[number] if number is not None and rng.random() < 0.8 else None
    if rng.random() < 0.8:
        contact.influence = rng.choice(INFLUENCE[Contact.Role(contact.role)])
        contact.stance = STANCES[max(0, min(4, round(rng.gauss(4.6 * customer.mood - 0.9, 0.9))))]
    contact.time_zone = zone
    dice = rng.random()
    if dice < 0.7:
        contact.consent = Contact.Consent.WITHDRAWN if dice < 0.03 else Contact.Consent.GIVEN
        contact.consent_at = max(contact.created_at, now - timedelta(days=rng.randint(5, 180)))
        contact.consent_source = rng.choice(SOURCES)
    if rng.random() < 0.5:
        contact.custom = {"newsletter": rng.random() < 0.6}


def _left(contact: Contact) -> NewFact:
    at: Any = contact.left_at
    data = {"contact_id": contact.pk, "name": contact.name, "role": contact.role}
    return NewFact(contact.account_id, "contact.left", at, data)


def _families(accounts: Sequence[Account]) -> Iterator[tuple[int, int]]:
    """(account, its parent): the customers of one name's first word, below the largest; one has a third level."""
    houses: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        if account.stage != Stage.CHURN:
            houses[account.name.split()[0]].append(account)
    largest = sorted(houses.values(), key=lambda house: (-len(house), house[0].name))[:FAMILIES]
    for number, house in enumerate(largest):
        top, *others = sorted(house, key=lambda account: (-(account.arr_minor or 0), account.pk))
        for place, account in enumerate(others):
            yield account.pk, others[0].pk if number == 0 and place == 2 else top.pk
