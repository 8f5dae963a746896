"""Fill an empty installation with two workspaces, so that a newcomer sees the product at work."""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.actions import metrics as metric_actions
from accounts.actions.facts import NewFact, record_facts
from accounts.actions.metrics import Reading
from accounts.actions.statistics import refresh_statistics
from accounts.models import Account, Metric
from dashboard.demo import (
    base,
    complaints,
    judgements,
    lessons,
    listening,
    people,
    plan,
    playbooks,
    promises,
    relations,
    segments,
    success,
    together,
    usage,
    voice,
)
from dashboard.demo.base import PASSWORD, Team
from health.actions import attitudes, scores
from integrations.actions import connections
from journeys.models import Touchpoint
from outbox import engine
from risk import actions as risks
from risk import queries as risk_queries
from surveys.actions import silence
from surveys.actions import surveys as survey_actions
from surveys.actions.answers import metric_of
from surveys.models import Kind, Survey, Trigger
from surveys.scales import scale
from webhooks.actions import endpoints as webhooks
from webhooks.models import Endpoint
from workspaces import actions as workspace_actions
from workspaces import tenancy
from workspaces.capabilities import Role
from workspaces.models import Workspace

Say = Callable[[str], None]

FOUNDED_AGO = timedelta(days=plan.PAST_DAYS + 20)
DAILY = 7  # days scored one by one; the weeks before once each, for nobody waits a minute for a demo


@dataclass(frozen=True)
class Scene:
    """One workspace of the demo."""

    key: str
    name: str
    domain: str
    currency: str
    accounts: int
    seed: int
    people: list[tuple[str, str]]
    former: int = 0  # customers who left earlier; with them, the others have a longer past


SCENES = [
    Scene(
        key="northwind",
        name="Northwind Managed IT",
        domain="northwind.example",
        currency="EUR",
        accounts=120,
        former=26,
        seed=9,
        people=[
            ("Anna Lindqvist", Role.ADMIN),
            ("Marcus Okafor", Role.MANAGER),
            ("Sofia Keller", Role.CSM),
            ("Jonas Haas", Role.CSM),
            ("Priya Tanaka", Role.CSM),
            ("Victor Vega", Role.VIEWER),
        ],
    ),
    Scene(
        key="brightleaf",
        name="Brightleaf Software",
        domain="brightleaf.example",
        currency="USD",
        accounts=18,
        seed=27,
        people=[("Robin Young", Role.ADMIN), ("Casey Costa", Role.MANAGER), ("Dana Zeller", Role.CSM)],
    ),
]


@dataclass
class Credentials:
    """What a script needs to use the demo; the shape of `.local/run.json`."""

    logins: list[dict[str, str]] = field(default_factory=list)
    api_tokens: dict[str, str] = field(default_factory=dict)
    connections: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)


def load(*, at: datetime, say: Say) -> Credentials:
    """Make both workspaces; the caller's transaction makes it all or nothing."""
    credentials = Credentials()
    for scene in SCENES:
        workspace = workspace_actions.found_workspace(
            name=scene.name, at=at - FOUNDED_AGO, currency=scene.currency, time_zone="Europe/Berlin"
        )
        days = plan.PAST_DAYS if scene.former else plan.HISTORY_DAYS
        say(f"{scene.name}: {scene.accounts + scene.former} accounts and {days} days of history")
        with tenancy.entered(workspace.pk):
            _furnish(scene, workspace, at, say, credentials)
    return credentials


def _furnish(scene: Scene, workspace: Workspace, at: datetime, say: Say, credentials: Credentials) -> None:
    rng = random.Random(scene.seed)  # noqa: S311  invented data
    team = _team(scene, at, credentials)
    _open_doors(scene, team, at, credentials)
    customers = plan.customers(scene.seed, scene.accounts, at.date())
    if scene.former:
        plan.lengthen(customers, scene.seed)
    accounts = base.settle(customers, team, workspace.currency, at, rng)
    facts = _beginnings(accounts)
    facts += base.walk(customers, accounts, at, rng)
    usage.record(customers, accounts, at.date(), rng)
    tickets = voice.open_tickets(customers, accounts, at, rng)
    facts += voice.ticket_facts(tickets)
    asked = voice.ask_about_tickets(customers, accounts, tickets, at, rng)
    asked += voice.send_waves(customers, accounts, at, rng)
    facts += voice.keep(asked)
    facts += promises.keep(customers, accounts, at, rng)
    facts += lessons.teach(customers, accounts, scene.domain, at, scene.seed)
    facts += success.plan(customers, accounts, scene.domain, at, scene.seed)
    touchpoints = relations.talk(customers, accounts, at, rng)
    facts += relations.touchpoint_facts(touchpoints)
    facts += people.describe(customers, accounts, team, at, scene.seed)
    earlier_facts, earlier_talks = _remember_former(scene, customers, team, workspace.currency, at)
    facts += earlier_facts
    metric_actions.write_history(readings=_ratings(asked) + _conversations([*touchpoints, *earlier_talks]))
    record_facts(facts=sorted(facts, key=lambda fact: fact.at), at=at, is_history=True)
    refresh_statistics()  # each day is scored in half the time
    say("Computing the health scores of the past")
    days = scored_days(at.date(), is_long=bool(scene.former))
    scores.rescore_days(days=days[-1:], at=at)
    scores.learn_typical(at=at)
    for day in days:  # what is invented here counts as known since it happened, and so do the scores of it
        scores.rescore_days(days=[day], at=datetime.combine(day, time(23), UTC))
    relations.review(customers, accounts, team, at, rng)
    scores.rescore_all(day=at.date(), at=at)
    risks.keep_up(at=at)
    if scene.former:
        risks.start_run(at=at, by=team.manager.user)
    attitudes.measure(account_ids=[account.pk for account in accounts], at=at)
    judgements.judge(accounts, team, at)
    segments.found(customers, accounts, team, workspace.currency, at, scene.seed)
    together.change(accounts, team, at)
    playbooks.start(customers, accounts, at, scene.seed)
    complaints.complain(at, scene.seed)
    silence.find_silence(at=at)
    listening.listen(team, at)


def scored_days(today: date, *, is_long: bool) -> list[date]:
    """Each of the last days, one a week of the last half year; where the past `is_long`, the ends of months before."""
    weekly = [ago for ago in range(plan.HISTORY_DAYS, 0, -1) if ago <= DAILY or ago % 7 == 0]
    days = [today - timedelta(days=ago) for ago in weekly]
    ends = risk_queries.month_ends(today, plan.PAST_DAYS // 30) if is_long else []
    return [*(day for day in ends if day < days[0]), *days]


def _beginnings(accounts: Sequence[Account]) -> list[NewFact]:
    return [NewFact(account.pk, "account.created", account.created_at, {"stage": "awareness"}) for account in accounts]


def _remember_former(
    scene: Scene, customers: list[plan.Customer], team: Team, currency: str, at: datetime
) -> tuple[list[NewFact], list[Touchpoint]]:
    """Those who left earlier, with what is kept of them: contracts, moves, use and conversations."""
    rng = random.Random(scene.seed)  # noqa: S311  its own: the rest stays as it was
    former = plan.former(scene.seed, scene.former, customers, at.date())
    accounts = base.settle(former, team, currency, at, rng)
    facts = _beginnings(accounts) + base.walk(former, accounts, at, rng)
    usage.record(former, accounts, at.date(), rng)
    talks = relations.talk(former, accounts, at, rng)
    return [*facts, *relations.touchpoint_facts(talks)], talks


def _team(scene: Scene, at: datetime, credentials: Credentials) -> Team:
    members = base.hire(scene.domain, scene.people, at - FOUNDED_AGO)
    credentials.logins += [
        {"email": member.user.email, "password": PASSWORD, "role": member.role, "workspace": scene.key}
        for member in members
    ]
    return Team(
        admin=next(member for member in members if member.role == Role.ADMIN),
        manager=next(member for member in members if member.role == Role.MANAGER),
        csms=[member for member in members if member.role == Role.CSM],
    )


def _open_doors(scene: Scene, team: Team, at: datetime, credentials: Credentials) -> None:
    """A token, a connection of each kind, a webhook that is off, and questions as soon as a case is closed."""
    by = team.admin.user
    _, text = workspace_actions.issue_token(name="Demo scripts", scopes=["read", "write"], at=at, by=by)
    credentials.api_tokens[scene.key] = text
    credentials.connections[scene.key] = {}
    for kind, name in (("zammad", "Zammad"), ("generic", "Other help desk")):
        _, token, secret = connections.create_connection(kind=kind, name=name, at=at, by=by)
        address = settings.BASE_URL + reverse("integrations:receive", args=[token])
        credentials.connections[scene.key][kind] = {"url": address, "secret": secret}
    webhook, _ = webhooks.create_endpoint(
        url=f"https://hooks.{scene.domain}/ninefold",
        description="Data warehouse",
        kinds=["alert.opened", "stage.entered", "survey.answered", "ticket.closed"],
        wants_all=False,
        at=at,
        by=by,
    )
    webhooks.disable_endpoint(endpoint=webhook, why=Endpoint.Why.PERSON, at=at, by=by)
    survey = Survey.objects.get(trigger=Trigger.TICKET_CLOSED)
    survey_actions.change_survey(survey=survey, said={"delay_hours": 0}, at=at, by=by)


def _ratings(asked: Sequence[voice.Asked]) -> list[Reading]:
    sums: dict[tuple[int, int, Any], list[float]] = defaultdict(list)
    metrics = {kind.value: metric_of(kind).pk for kind in (Kind.CSAT, Kind.NPS)}
    for one in asked:
        if (answer := one.answer) is not None:
            key = (answer.account_id, metrics[answer.metric], answer.answered_at.date())
            sums[key].append(scale(answer.metric, answer.scale_max).rating(answer.value))
    return [_reading(key, values) for key, values in sums.items()]


def _conversations(touchpoints: Sequence[Touchpoint]) -> list[Reading]:
    counter = Metric.Kind.COUNTER
    metrics = {
        "two_way": metric_actions.define_metric(key="touchpoints_two_way", name="Two-way touchpoints", kind=counter),
        "one_way": metric_actions.define_metric(key="touchpoints_one_way", name="One-way touchpoints", kind=counter),
    }
    sums: dict[tuple[int, int, Any], list[float]] = defaultdict(list)
    for touchpoint in (one for one in touchpoints if one.metric_key):
        sums[touchpoint.account_id, metrics[touchpoint.direction].pk, touchpoint.at.date()].append(1)
    return [_reading(key, values) for key, values in sums.items()]


def _reading(key: tuple[int, int, Any], values: list[float]) -> Reading:
    return Reading(*key, n=len(values), total=sum(values), last=values[-1])


def settle_work(*, clock: Callable[[], datetime], say: Say) -> None:
    """Do at once what the first scores set off: alerts, their mails, moves on the journey."""
    say("Sending the first alerts")
    until = clock() + timedelta(seconds=60)
    while sum(engine.run_due(queue=queue, clock=clock, until=until) for queue in engine.QUEUES):
        pass


def is_loaded() -> bool:
    """Whether any workspace exists."""
    return bool(engine.all_workspaces())
