"""What the summary of one account rests on: its small facts in one statement, and its open alerts.

Ten small queries of the ORM take longer to compile than this one takes to run.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from accounts.models import Account
from alerts import queries as alert_queries
from alerts.models import Alert
from health.stored import from_numbers
from workspaces import tenancy

CHANGE_DAYS = 30
ANSWER_DAYS = 365
MOST_ANSWERS = 200  # of which the decision maker's newest is looked for
MOST_ALERTS = 20


@dataclass(frozen=True)
class Score:
    """One day of health, its parts as stored."""

    day: date
    score: float | None
    band: str
    parts: list[dict[str, Any]]


@dataclass(frozen=True)
class Talk:
    """The last two-way touchpoint; `who` is empty when nobody was named."""

    channel: str
    at: datetime
    said: str
    expected: int | None
    felt: int | None
    who: str


@dataclass(frozen=True)
class Waiting:
    """Open tickets: how many, and the one that waits longest."""

    n: int
    subject: str
    since: datetime


@dataclass(frozen=True)
class Said:
    """The newest answer of a decision maker within a year, or else of anybody; the words of `health.sentences`."""

    metric: str
    value: int
    scale_max: int
    comment: str
    contact_name: str
    contact_role: str
    at: datetime


@dataclass(frozen=True)
class Term:
    """The contract that ends last of those still running or to come: its end is the renewal."""

    name: str
    starts_on: date
    ends_on: date
    seats: int | None
    auto_renews: bool


@dataclass(frozen=True)
class Deciders:
    """The decision makers who are there, by name, and the last who left; the champion who left and has no successor."""

    there: list[str]
    gone: str
    champion: str


@dataclass(frozen=True)
class Promised:
    """Open promises of reviews and of the ledger, its terms only if they have a day; `text` is of the first due."""

    n: int
    late: int
    text: str
    due_on: date | None


@dataclass(frozen=True)
class Moved:
    """The last step between stages, as `journeys.rules.sentence` tells it."""

    rule: str
    reason: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Summary:
    """What to know before talking to a customer; None where there is nothing to know."""

    account: Account
    at: datetime
    today: date
    alerts: list[Alert]
    score: Score | None
    before: Score | None
    talk: Talk | None
    waiting: Waiting | None
    said: Said | None
    term: Term | None
    deciders: Deciders
    promised: Promised | None
    moved: Moved | None

    @property
    def pressing(self) -> list[Alert]:
        """Open alerts that nobody put off, the most urgent first."""
        return [alert for alert in self.alerts if not alert.is_snoozed_on(self.today)]


def summary_of(account: Account, *, at: datetime, today: date) -> Summary:
    """The summary's facts, in two statements."""
    open_alerts = alert_queries.alerts_of(account).select_related(None).select_related("acknowledged_by").open()
    return Summary(
        account=account,
        at=at,
        today=today,
        alerts=list(open_alerts.order_by("-is_urgent", "-opened_at", "-pk")[:MOST_ALERTS]),
        **_facts(account, at, today),
    )


def _facts(account: Account, at: datetime, today: date) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            _FACTS,
            {
                "workspace": tenancy.current_id(),
                "account": account.pk,
                "today": today,
                "then": today - timedelta(days=CHANGE_DAYS),
                "answered": at - timedelta(days=ANSWER_DAYS),
                "answers": MOST_ANSWERS,
            },
        )
        found = json.loads(cursor.fetchone()[0])
    return {
        "score": _score(found["score"]),
        "before": _score(found["before"]),
        "talk": _with_time(Talk, found["talk"], "at"),
        "waiting": _with_time(Waiting, found["waiting"], "since"),
        "said": _with_time(Said, found["said"], "at"),
        "term": _term(found["term"]),
        "deciders": Deciders(found["there"] or [], found["gone"] or "", found["champion"] or ""),
        "promised": _promised(found["promised"]),
        "moved": Moved(**found["moved"]) if found["moved"] else None,
    }


def _score(row: dict[str, Any] | None) -> Score | None:
    return Score(**{**row, "day": date.fromisoformat(row["day"]), "parts": from_numbers(row["parts"])}) if row else None


def _with_time(kind: type[Any], row: dict[str, Any] | None, key: str) -> Any:
    return kind(**{**row, key: datetime.fromisoformat(row[key])}) if row else None


def _term(row: dict[str, Any] | None) -> Term | None:
    days = {key: date.fromisoformat(row[key]) for key in ("starts_on", "ends_on")} if row else {}
    return Term(**{**row, **days}) if row else None


def _promised(row: dict[str, Any] | None) -> Promised | None:
    due_on = date.fromisoformat(row["due_on"]) if row and row["due_on"] else None
    return Promised(**{**row, "due_on": due_on, "text": row["text"].rstrip(" .。")}) if row else None


_FACTS = """
select row_to_json(found)::text from (select
    (select row_to_json(one) from (
        select day, score::float8 as score, band, parts from health_healthscore
        where workspace_id = %(workspace)s and account_id = %(account)s order by day desc limit 1
    ) one) as score,
    (select row_to_json(one) from (
        select day, score::float8 as score, band, parts from health_healthscore
        where workspace_id = %(workspace)s and account_id = %(account)s and day <= %(then)s order by day desc limit 1
    ) one) as before,
    (select row_to_json(one) from (
        select t.channel, t.at, left(t.summary, 300) as said, t.expected, t.felt,
               coalesce(nullif(c.name, ''), c.email, '') as who
        from journeys_touchpoint t
        left join accounts_contact c on c.workspace_id = %(workspace)s and c.id = t.contact_id
        where t.workspace_id = %(workspace)s and t.account_id = %(account)s
          and t.direction = 'two_way' and t.channel <> 'note' and t.outcome <> 'missed'
        order by t.at desc, t.id desc limit 1
    ) one) as talk,
    (select row_to_json(one) from (
        select count(*) over () as n, coalesce(nullif(subject, ''), number) as subject, opened_at as since
        from accounts_ticket
        where workspace_id = %(workspace)s and account_id = %(account)s and closed_at is null
        order by opened_at, id limit 1
    ) one) as waiting,
    (select row_to_json(one) from (
        select a.metric, a.value, a.scale_max, a.comment, coalesce(nullif(c.name, ''), c.email) as contact_name,
               c.role as contact_role, a.answered_at as at
        from (
            select * from surveys_answer
            where workspace_id = %(workspace)s and account_id = %(account)s and answered_at > %(answered)s
            order by answered_at desc, id desc limit %(answers)s
        ) a join accounts_contact c on c.workspace_id = %(workspace)s and c.id = a.contact_id
        order by (c.role = 'decision_maker' and c.left_at is null) desc, a.answered_at desc, a.id desc limit 1
    ) one) as said,
    (select row_to_json(one) from (
        select name, starts_on, ends_on, seats, auto_renews from accounts_contract
        where workspace_id = %(workspace)s and account_id = %(account)s and ends_on >= %(today)s
        order by ends_on desc, id desc limit 1
    ) one) as term,
    deciders.there, deciders.gone, case when not deciders.is_backed then deciders.champion end as champion,
    (select row_to_json(one) from (
        select count(*) over () as n, count(*) filter (where due_on < %(today)s) over () as late, text, due_on
        from (
            select text, due_on, id from reviews_actionitem
            where workspace_id = %(workspace)s and account_id = %(account)s and done_at is null
            union all
            select left(wording, 300), due_on, id from expectations_expectation
            where workspace_id = %(workspace)s and account_id = %(account)s and settled_at is null
              and (kind = 'promise' or due_on is not null)
        ) promise
        order by due_on nulls last, id limit 1
    ) one) as promised,
    (select row_to_json(one) from (
        select rule, reason, data from journeys_stagemove
        where workspace_id = %(workspace)s and account_id = %(account)s order by id desc limit 1
    ) one) as moved
from (
    select array_agg(called order by name, id) filter (where role = 'decision_maker' and left_at is null) as there,
           (array_agg(called order by left_at desc, id)
               filter (where role = 'decision_maker' and left_at is not null))[1] as gone,
           bool_or(role = 'champion' and left_at is null) as is_backed,
           (array_agg(called order by left_at desc, id)
               filter (where role = 'champion' and left_at is not null))[1] as champion
    from (select *, coalesce(nullif(name, ''), email) as called from accounts_contact) person
    where workspace_id = %(workspace)s and account_id = %(account)s and role in ('decision_maker', 'champion')
) deciders) found
"""
