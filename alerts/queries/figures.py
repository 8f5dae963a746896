"""How well alert rules did, what thresholds would have opened, and what a rule would open now."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from statistics import NormalDist
from typing import Any

from django.db import OperationalError, connection, transaction

from accounts.stages import Stage
from alerts import entries
from alerts.kinds import Kind
from alerts.rules import ANSWER_LIFE, BETTER, Terms
from health.parts import STANDS_DAYS
from journeys.rules import DISAPPOINTED
from lib.intervals import wilson
from lib.time import day_of, midnight
from workspaces import tenancy

WINDOW = timedelta(days=180)
HORIZON = timedelta(days=90)
MEMORY = timedelta(days=730)  # episodes that are judged
ANCHORS = 4  # days in the past from which the base rate looks HORIZON ahead
ENOUGH = 20  # judged episodes below which nothing is said
SURE_Z = NormalDist().inv_cdf(0.8)
PATIENCE_MS = 5000

SAMPLED = 5000  # accounts whose history says what thresholds would have opened
BOUNDS = list(range(20, 71, 5))  # above, a rule would call healthy customers at risk
MONTH = 30
ENOUGH_HISTORY = timedelta(days=56)

# What an alert warns of. Where a rule led to disappointment because an alert had opened, the alert foretold nothing.
_LEFT = f"""(s.to_stage = '{Stage.CHURN.value}'
    or (s.to_stage = '{Stage.DISAPPOINTMENT.value}' and s.rule <> '{DISAPPOINTED.name}'))"""


@dataclass(frozen=True)
class Figures:
    """How one rule did: alerts it `opened` in 180 days and has `open_now` (not put off); of the `judged` ones, which it
    opened or joined more than 90 days ago, those whose account left or was disappointed within 90 days (`hits`), and
    how many days after that at the median. What it kept silently is not judged.
    """

    opened: int = 0
    open_now: int = 0
    judged: int = 0
    hits: int = 0
    lead_days: float | None = None

    @property
    def precision(self) -> float | None:
        return self.hits / self.judged if self.judged else None

    def is_mostly_wrong(self, base_rate: float | None) -> bool:
        """Whether its alerts foretell less than picking accounts blindly: the upper bound of its precision (Wilson
        1927, one-sided, 80 %) is below the base rate. Nothing is said below ENOUGH episodes.

        A flag only asks a person to look, so one rule in five that is as good as chance may be flagged. With the
        two-sided 95 % interval it took 32 alerts without a hit at a base rate of 11 %, and 189 at 2 %: years of false
        alarms. So it takes 20 and 35.
        """
        if base_rate is None or self.judged < ENOUGH:
            return False
        return wilson(self.hits, self.judged, SURE_Z)[1] < base_rate


def spans(today: date) -> dict[str, date]:
    """The UTC days from which alerts are counted, and from and until which they are judged."""
    return {"since": today - WINDOW, "judged_from": today - MEMORY, "judged_to": today - HORIZON}


def rule_figures(at: datetime) -> dict[str, Figures]:
    """How each rule that ever opened or joined an alert did, by its key, in one statement."""
    values: dict[str, Any] = {
        "workspace": tenancy.current_id(), "horizon": HORIZON, "today": day_of(at),
        **{name: midnight(day) for name, day in spans(day_of(at)).items()},
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, values)
        return {key: Figures(*figures) for key, *figures in cursor.fetchall()}


_FIGURES = f"""
    with episode as (
        select l.rule, l.account_id, l.opened_at as since, l.opened_at >= %(since)s as is_opened,
            l.closed_at is null and coalesce(l.snoozed_until <= %(today)s, true) as is_open
        from alerts_alert l
        where l.workspace_id = %(workspace)s and not l.is_held_out
          and (l.opened_at >= %(judged_from)s or l.closed_at is null)
        union all
        select j.rule, l.account_id, greatest(l.opened_at, j.at), false, false
        from alerts_alert l cross join lateral (
            select d->>'rule' as rule, min((d->>'at')::timestamptz) as at
            from jsonb_array_elements(l.drivers) d
            where d->>'rule' <> l.rule and d->>'is_silent' is distinct from 'true'
            group by d->>'rule'
        ) j
        where l.workspace_id = %(workspace)s and not l.is_held_out and l.opened_at < %(judged_to)s
          and (l.closed_at is null or l.closed_at >= %(judged_from)s) and jsonb_array_length(l.drivers) > 1
    ), judged as (
        select e.*, e.since >= %(judged_from)s and e.since < %(judged_to)s as is_judged from episode e
    )
    select e.rule, count(*) filter (where e.is_opened), count(*) filter (where e.is_open),
        count(*) filter (where e.is_judged), count(gone.at),
        (percentile_cont(0.5) within group (order by extract(epoch from gone.at - e.since)) / 86400)::float8
    from judged e left join lateral (
        select min(s.at) as at from journeys_stagemove s
        where e.is_judged and s.workspace_id = %(workspace)s and s.account_id = e.account_id
          and s.at > e.since and s.at <= e.since + %(horizon)s and {_LEFT}
    ) gone on true
    group by e.rule
"""  # noqa: S608  our own words


def base_rate(at: datetime) -> float | None:
    """The share of all accounts that left or were disappointed within 90 days, over the last four such spans.

    An account counts in each span at whose beginning it was there and had not left. None: no span has an account.
    """
    anchors = [at - HORIZON * number for number in range(1, ANCHORS + 1)]
    values: dict[str, Any] = {"workspace": tenancy.current_id(), "anchors": anchors, "horizon": HORIZON}
    with connection.cursor() as cursor:
        cursor.execute(_BASE_RATE, values)
        hits, accounts = cursor.fetchone()
    return hits / accounts if accounts else None


_BASE_RATE = f"""
    with anchor as materialized (select unnest(%(anchors)s::timestamptz[]) as at),
    stood as materialized (
        select distinct on (x.at, s.account_id) x.at, s.account_id, s.to_stage
        from anchor x join journeys_stagemove s on s.workspace_id = %(workspace)s and s.at <= x.at
        order by x.at, s.account_id, s.at desc, s.id desc
    ),
    hit as materialized (
        select distinct x.at, s.account_id
        from anchor x join journeys_stagemove s on s.workspace_id = %(workspace)s
          and s.at > x.at and s.at <= x.at + %(horizon)s and {_LEFT}
    )
    select count(hit.account_id), count(*)
    from anchor x
    join accounts_account a on a.workspace_id = %(workspace)s and a.created_at <= x.at
    left join stood on stood.at = x.at and stood.account_id = a.id
    left join hit on hit.at = x.at and hit.account_id = a.id
    where stood.to_stage is distinct from 'churn'
"""  # noqa: S608  our own words


# ------------------------------------------------------------------------------------------- thresholds
@dataclass(frozen=True)
class Thresholds:
    """What each threshold of a rule about the score would have opened a month for each 100 accounts.

    From `days` days of stored scores; too few of them say nothing.
    """

    rates: list[tuple[int, float]]
    days: int

    @property
    def is_enough(self) -> bool:
        return self.days >= ENOUGH_HISTORY.days

    def spending(self, budget: float) -> int | None:
        """The threshold that opens most of those up to which all stay within a budget, of equals the highest.

        None without history, or where none stays within. Beyond a threshold that nearly everybody is always below,
        little opens again; it would call healthy customers at risk.
        """
        within = list(takewhile(lambda one: one[1] <= budget, self.rates))
        return max(within, key=lambda one: (one[1], one[0]))[0] if within and self.is_enough else None


def thresholds(rules: Sequence[Terms], today: date) -> dict[str, Thresholds]:
    """Entries by threshold with hysteresis and each rule's cool-down, by its key; one statement for all rules.

    From the last 180 days of at most SAMPLED accounts of its segment. Whoever is below a threshold when the span
    begins has entered before.
    """
    if not rules:
        return {}
    values: dict[str, Any] = {
        "workspace": tenancy.current_id(), "today": today, "first": today - WINDOW, "most": SAMPLED,
        "bounds": BOUNDS, "better": BETTER, "stands": STANDS_DAYS,
        "segments": sorted({rule.segment_id or 0 for rule in rules}),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, values)
        rows = cursor.fetchall()
    return {rule.key: _thresholds([row for row in rows if row[0] == (rule.segment_id or 0)], rule) for rule in rules}


def _thresholds(rows: Sequence[Any], rule: Terms) -> Thresholds:
    """Of the rows of one segment."""
    _, readings, span, *_ = rows[0]
    opened: dict[int, int] = defaultdict(int)
    for *_, bound, days, accounts in rows:
        if bound is not None:
            opened[bound] += accounts * _kept(days, rule.cool_down.days)
    months = readings / MONTH
    rates = [(bound, 100 * opened[bound] / months) for bound in BOUNDS] if months else []
    return Thresholds(rates, span or 0)


def _kept(days: list[int], cool_down: int) -> int:
    """How many of an account's entries open an alert: those that come after the cool-down of the last that did."""
    count, last = 0, None
    for day in days:
        if last is None or day >= last + cool_down:
            count, last = count + 1, day
    return count


# Bounds are multiples of 5, so only days on which a score passes one matter: most rows go at once.
_ENTRIES = """
    with asked as materialized (select unnest(%(segments)s::bigint[]) as segment),
    sampled as materialized (
        select k.segment, a.id from asked k cross join lateral (
            select a.id from accounts_account a
            where a.workspace_id = %(workspace)s and (k.segment = 0 or exists (
                select from segments_segmentmember m where m.workspace_id = %(workspace)s
                  and m.segment_id = k.segment and m.account_id = a.id))
            order by hashint8(a.id) limit %(most)s
        ) a
    ),
    standing as (  -- a score stands until the next; the one that stood when the span began counts from then on
        select s.account_id, greatest(s.day, %(first)s + 1) as day, s.score, s.band,
            coalesce(lead(s.day) over (partition by s.account_id order by s.day), %(today)s + 1) as until
        from health_healthscore s
        where s.workspace_id = %(workspace)s and s.account_id = any(array(select id from sampled))
          and s.day > %(first)s - %(stands)s and s.day <= %(today)s
    ),
    reading as materialized (
        select s.account_id, s.day, s.until, floor(s.score / 5)::int as step,
            lag(floor(s.score / 5)::int) over (partition by s.account_id order by s.day) as before
        from standing s
        where s.until > s.day and s.band <> ''
    ),
    side as (
        select b.bound, r.account_id, r.day, r.step * 5 < b.bound as is_in
        from reading r cross join unnest(%(bounds)s::int[]) b(bound)
        where r.before is distinct from r.step and (r.step * 5 < b.bound or r.step * 5 >= b.bound + %(better)s)
    ),
    turned as (
        select bound, account_id, day, is_in,
            lag(is_in) over (partition by bound, account_id order by day) as was_in
        from side
    ),
    opened as (
        select bound, account_id, case when count(*) = 1 then array[0]
            else array_agg(day - %(first)s order by day) end as days
        from turned where is_in and not was_in group by bound, account_id
    ),
    lived as (
        select account_id, sum(until - day) as n, min(day) as first, max(until) as until
        from reading group by account_id
    ),
    span as (
        select s.segment, sum(l.n)::bigint as n, max(l.until) - min(l.first) as days
        from sampled s join lived l on l.account_id = s.id group by s.segment
    )
    select k.segment, coalesce(span.n, 0), span.days, o.bound, o.days, o.n
    from asked k left join span using (segment) left join (
        select s.segment, o.bound, o.days, count(*) as n
        from sampled s join opened o on o.account_id = s.id group by s.segment, o.bound, o.days
    ) o using (segment)
"""


# ------------------------------------------------------------------------------------------- preview
@dataclass(frozen=True)
class WouldOpen:
    """How many accounts meet a rule now, and for how many of them it would open an alert of its own."""

    met: int
    opening: int


def would_open(rule: Terms, at: datetime) -> WouldOpen | None:
    """What a draft would do at once; None: too many accounts to look at while somebody waits."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "select current_setting('statement_timeout'), set_config('statement_timeout', %s, true)",
                [str(PATIENCE_MS)],
            )
            before = cursor.fetchone()[0]
            found = _count_answers(rule, at) if rule.kind == Kind.ANSWER else entries.count(rule, at)
            cursor.execute("select set_config('statement_timeout', %s, true)", [before])
    except OperationalError:
        return None
    return WouldOpen(*found)


def _count_answers(rule: Terms, at: datetime) -> tuple[int, int]:
    kinds, highs = zip(*rule.limits, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            _ANSWERED,
            {
                "workspace": tenancy.current_id(), "since": at - ANSWER_LIFE, "at": at, "segment": rule.segment_id,
                "is_hard": rule.is_hard, "kinds": list(kinds), "highs": list(highs),
                "mosts": list(rule.limits.values()),
            },
        )  # fmt: skip
        met, opening = cursor.fetchone()
    return met, opening


_ANSWERED = """
    with said as materialized (
        select distinct on (f.account_id, f.data->'contact_id') f.account_id, f.data->>'metric' as metric,
            (f.data->>'scale_max')::int as high, (f.data->>'value')::int as value
        from accounts_fact f
        where f.workspace_id = %(workspace)s and f.kind = 'survey.answered' and f.at > %(since)s and f.at <= %(at)s
        order by f.account_id, f.data->'contact_id', f.at desc, f.id desc
    ), bad as (
        select distinct account_id from said
        join unnest(%(kinds)s::text[], %(highs)s::int[], %(mosts)s::int[]) l(metric, high, most) using (metric, high)
        where value <= most
    )
    select count(*), count(*) filter (where %(is_hard)s or (a.stage <> 'churn' and not exists (
        select from alerts_alert o where o.workspace_id = %(workspace)s and o.account_id = a.id
          and o.closed_at is null)))
    from bad join accounts_account a on a.workspace_id = %(workspace)s and a.id = bad.account_id
    where %(segment)s::bigint is null or exists (
        select from segments_segmentmember m where m.workspace_id = %(workspace)s
          and m.segment_id = %(segment)s and m.account_id = a.id)
"""
