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
from dashboard.demo.plan import Customer
from journeys.models import StageMove
from workspaces import actions as workspace_actions
from workspaces.models import Member, User

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
    moves = []
    before, since = Stage.AWARENESS, account.created_at
    for number, stage in enumerate(path, start=1):
        at = account.created_at + span * (number / len(path)) * 0.98
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


def _path(stage: Stage) -> list[Stage]:
    order = list(Stage)
    return [*BEFORE.get(stage, order[1 : order.index(stage)]), stage] if stage != Stage.AWARENESS else []
