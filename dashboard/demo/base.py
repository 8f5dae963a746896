"""The demo's people, customers, contracts and the way they came through the stages."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from django.contrib.auth.hashers import make_password

from accounts.actions.facts import NewFact
from accounts.models import Account, Contact, Contract, ExternalId
from accounts.stages import Stage
from dashboard.demo.plan import YEAR, Customer
from journeys.models import StageMove
from workspaces import actions as workspace_actions
from workspaces.models import Member, User

SIGNED = timedelta(days=25)  # before a contract begins
UNHAPPY_FOR = timedelta(days=40)  # before they left
PASSWORD = "ninefold-demo"  # noqa: S105  printed on the screen and meant to be known


@dataclass(frozen=True)
class Team:
    """Who works in the workspace: the administrator, the manager, the CSMs who own accounts, a viewer."""

    admin: Member
    manager: Member
    csms: list[Member]

    def everyone(self) -> list[Member]:
        return [self.admin, self.manager, *self.csms]


def moment(day: date, rng: random.Random) -> datetime:
    """Some moment of `day` in working hours."""
    return datetime.combine(day, time(7 + rng.randrange(10), rng.randrange(60)), UTC)


@cache
def _password() -> str:
    """Slow on purpose, so once for all."""
    return make_password(PASSWORD)


def hire(domain: str, names: Sequence[tuple[str, str]], at: datetime) -> list[Member]:
    """Members by (name, role), with addresses at `domain`; one of a role is simply called by it."""
    roles = [role for _, role in names]
    password = _password()
    return [
        workspace_actions.add_member(
            user=User.objects.create(
                email=f"{role if roles.count(role) == 1 else name.split()[0].lower()}@{domain}",
                name=name,
                password=password,
                joined_at=at,
            ),
            role=role,
            at=at,
            by=None,
        )
        for name, role in names
    ]


def settle(plan: Sequence[Customer], team: Team, currency: str, now: datetime, rng: random.Random) -> list[Account]:
    """Accounts with ids elsewhere, contacts, contracts and stage history, in bulk; returns them in plan order."""
    accounts = Account.objects.bulk_create(_account(customer, team, currency, now, rng) for customer in plan)
    pairs = list(zip(plan, accounts, strict=True))
    ExternalId.objects.bulk_create(
        row
        for customer, account in pairs
        for row in (
            ExternalId(account=account, source="crm", value=f"CRM-{1001 + customer.number}"),
            ExternalId(account=account, source="zammad", value=str(501 + customer.number)),
        )
    )
    Contact.objects.bulk_create(
        Contact(
            account=account,
            name=person.name,
            email=person.email,
            role=person.role,
            title=person.title,
            phone=f"+44 20 7946 0{customer.number % 1000:03d}",
            locale=person.locale,
            created_at=account.created_at,
            opted_out_at=now - timedelta(days=90) if rng.random() < 0.04 else None,
        )
        for customer, account in pairs
        for person in customer.people
    )
    Contract.objects.bulk_create(contract for customer, account in pairs for contract in _contracts(customer, account))
    return accounts


def _account(customer: Customer, team: Team, currency: str, now: datetime, rng: random.Random) -> Account:
    is_live = customer.ends_on is not None and customer.ends_on > now.date()
    return Account(
        name=customer.name,
        domains=[customer.domain],
        tier=customer.tier,
        industry=customer.industry,
        arr_minor=customer.arr_minor if customer.starts_on else None,
        currency=currency,
        owner=team.csms[customer.owner % len(team.csms)],
        created_at=moment(customer.since, rng),
        stage=customer.stage,
        stage_since=now,
        renews_on=customer.ends_on if is_live else None,
    )


def _contracts(customer: Customer, account: Account) -> list[Contract]:
    if customer.starts_on is None or customer.ends_on is None:
        return []
    if customer.first_on is not None:
        return _yearly(customer, account, customer.first_on, customer.ends_on)
    current = Contract(
        account=account,
        name="Managed services",
        starts_on=customer.starts_on,
        ends_on=customer.ends_on,
        seats=customer.seats,
        value_minor=customer.arr_minor,
        currency=account.currency,
        auto_renews=customer.number % 3 == 0,
        created_at=account.created_at,
    )
    if customer.stage not in {Stage.LOYALTY, Stage.ADVOCACY}:
        return [current]
    before = Contract(
        account=account,
        name="Managed services, first year",
        starts_on=customer.starts_on - timedelta(days=365),
        ends_on=customer.starts_on,
        seats=round(customer.seats * 0.8),
        value_minor=round(customer.arr_minor * 0.8),
        currency=account.currency,
        created_at=account.created_at,
    )
    return [before, current]


def _yearly(customer: Customer, account: Account, first_on: date, ends_on: date) -> list[Contract]:
    """One contract a year, each a tenth larger, signed some weeks before it begins."""
    years = round((ends_on - first_on) / YEAR)
    return [
        Contract(
            account=account,
            name="Managed services" if to_come == 0 else f"Managed services, year {years - to_come}",
            starts_on=ends_on - (to_come + 1) * YEAR,
            ends_on=ends_on - to_come * YEAR,
            seats=round(customer.seats * 0.9**to_come),
            value_minor=round(customer.arr_minor * 0.9**to_come),
            currency=account.currency,
            auto_renews=customer.number % 3 == 0,
            created_at=datetime.combine(ends_on - (to_come + 1) * YEAR - SIGNED, time(10), UTC),
        )
        for to_come in range(years - 1, -1, -1)
    ]


WAY = {
    Stage.CONSIDERATION: "Asked for an offer",
    Stage.DECISION: "Offer is being read",
    Stage.DELIVERY: "Contract signed",
    Stage.USE: "Onboarding finished",
    Stage.LOYALTY: "Renewed for a second year",
    Stage.ADVOCACY: "Recommended us to a partner company",
    Stage.DISAPPOINTMENT: "Unhappy with the response times",
    Stage.CHURN: "Did not renew; moved to another provider",
}
BEFORE = {
    Stage.DISAPPOINTMENT: [Stage.CONSIDERATION, Stage.DECISION, Stage.DELIVERY, Stage.USE],
    Stage.CHURN: [Stage.CONSIDERATION, Stage.DECISION, Stage.DELIVERY, Stage.USE, Stage.DISAPPOINTMENT],
}


def walk(plan: Sequence[Customer], accounts: Sequence[Account], now: datetime, rng: random.Random) -> list[NewFact]:
    """Each account's stage moves up to where it is; sets `stage_since`. Returns the facts that tell them."""
    moves = [
        move for customer, account in zip(plan, accounts, strict=True) for move in _moves(customer, account, now, rng)
    ]
    StageMove.objects.bulk_create(moves)
    Account.objects.bulk_update(accounts, ["stage_since"])
    return [
        NewFact(
            move.account_id,
            "stage.entered",
            move.at,
            {
                "move_id": move.pk,
                "from_stage": move.from_stage,
                "to_stage": move.to_stage,
                "reason": move.reason,
                "rule": move.rule,
            },
            move.by,
        )
        for move in moves
    ]


def _moves(customer: Customer, account: Account, now: datetime, rng: random.Random) -> list[StageMove]:
    path = _path(Stage(customer.stage))
    latest = now - timedelta(days=rng.randint(2, 38))
    span = max(latest - account.created_at, timedelta(days=1))
    even = [account.created_at + span * (number / len(path)) * 0.98 for number in range(1, len(path) + 1)]
    moves = []
    before, since = Stage.AWARENESS, account.created_at
    for stage, at in zip(path, _long_ago(customer, account, path, latest) or even, strict=True):
        moves.append(
            StageMove(
                account=account,
                from_stage=before,
                to_stage=stage,
                from_since=since,
                at=at,
                by=account.owner.user if account.owner else None,
                reason=WAY[stage],
            )
        )
        before, since = stage, at
    account.stage_since = since
    return moves


def _long_ago(customer: Customer, account: Account, path: Sequence[Stage], latest: datetime) -> list[datetime] | None:
    """Of long standing: won by the first contract, in use six weeks later, the rest since; gone when the last ended."""
    if customer.first_on is None or customer.ends_on is None:
        return None
    first = datetime.combine(customer.first_on, time(9), UTC)
    won = path.index(Stage.DELIVERY) + 1
    ahead = [account.created_at + (first - account.created_at) * (number / won) for number in range(1, won + 1)]
    since = first + timedelta(days=42)
    after = len(path) - won - 1
    last, step = latest, (latest - since) / max(1, after)
    if customer.left_ago is not None:
        last, step = datetime.combine(customer.ends_on, time(9), UTC), UNHAPPY_FOR
    return [*ahead, since, *(last - step * to_come for to_come in range(after - 1, -1, -1))]


def _path(stage: Stage) -> list[Stage]:
    order = list(Stage)
    return [*BEFORE.get(stage, order[1 : order.index(stage)]), stage] if stage != Stage.AWARENESS else []
