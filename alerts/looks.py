"""The SQL of each kind of rule: what it reads of the asked accounts, when it is met, when it is over, what it tells.

`entries` puts one of them into its statement. A comparison with a missing value must be null: no reading changes
nothing.
"""

from dataclasses import dataclass

from alerts.kinds import Kind


@dataclass(frozen=True)
class Look:
    """The SQL of one kind. It reads `a` (the account), `r` (the rule) and `h` (who holds it), and what it joins.

    `columns`: what a rule tells it; `again`: whether something happened that the alert was not told of.
    """

    columns: str
    met: str
    over: str
    numbers: str
    reads: str = ""
    joins: str = ""
    again: str = "false"


_LATEST_DAY = """
latest_{name} as materialized (
    select d.account_id, max(d.day) as last_on
    from accounts_metricday d
    where d.workspace_id = %(workspace)s and d.account_id = any(array(select id from asked)) and d.n > 0
      and d.total > 0 and d.day <= %(day)s and d.metric_id = any(array(
          select m.id from accounts_metric m where m.workspace_id = %(workspace)s and m.key = any(%({name})s)))
    group by d.account_id
)"""
# An account that nobody ever spoke to has been silent since it was added, where conversations are logged at all.
_LOGGED = """
logged as materialized (
    select exists (
        select from accounts_metric m where m.workspace_id = %(workspace)s and m.key = any(%(two_way)s)) as is_logged
)"""
_ADDED = "(a.created_at at time zone 'UTC')::date"


# What adds up over days is 0 where a customer has no reading while others do; a gauge or a rating is not known then.
_LEVELS = """, level as materialized (
    select d.account_id, d.metric_id, min(d.day) as first, max(d.day) as last_on,
        count(*) filter (where d.day > %(mid)s) as rows_now,
        count(*) filter (where d.day <= %(mid)s) as rows_before,
        sum(d.n) filter (where d.day > %(mid)s) as n_now, sum(d.n) filter (where d.day <= %(mid)s) as n_before,
        sum(d.total) filter (where d.day > %(mid)s) as total_now,
        sum(d.total) filter (where d.day <= %(mid)s) as total_before,
        sum(d.last) filter (where d.day > %(mid)s) as last_now,
        sum(d.last) filter (where d.day <= %(mid)s) as last_before
    from accounts_metricday d
    where d.workspace_id = %(workspace)s and d.account_id = any(array(select id from asked))
      and d.day > %(start)s and d.day <= %(day)s and d.metric_id = any(array(
          select m.id from accounts_metric m join rule on rule.metric = m.key
          where m.workspace_id = %(workspace)s))
    group by d.account_id, d.metric_id
), compared as materialized (
    select l.account_id, m.key, m.name, m.kind,
        case m.kind when 'counter' then coalesce(total_now, 0) / %(recent)s::float8
            when 'gauge' then last_now / rows_now else total_now / nullif(n_now, 0) end as now,
        case m.kind when 'counter' then total_before / (%(mid)s - l.first + 1)::float8
            when 'gauge' then last_before / rows_before else total_before / nullif(n_before, 0) end as before
    from level l join accounts_metric m on m.workspace_id = %(workspace)s and m.id = l.metric_id
    where (l.rows_now > 0 or (m.kind = 'counter' and m.key = any(%(heard)s::text[])))
      and l.rows_before > 0 and l.first <= %(known_from)s and m.key <> all(%(stopped)s::text[])
)"""
_COMPARED = """jsonb_build_object('metric', c.key, 'metric_name', c.name, 'metric_kind', c.kind,
    'now', round(c.now::numeric, 2), 'before', round(c.before::numeric, 2),
    'share', round((c.now / nullif(c.before, 0))::numeric, 4))"""


def _still(of: str, life: str, back: str) -> str:
    """A fall is over when every driver that told of it is older than `life`, or what fell is `back`."""
    return f"""not exists (
        select from jsonb_array_elements(h.drivers) d
        where d->>'rule' = r.key and d->>'over_at' is null and d ? '{of}'
          and (d->>'at')::timestamptz > %(at)s - %({life})s and not coalesce({back}, false))"""


# A threshold that the budget moves says nothing of a customer: what opened by a higher one is over past that one.
_AS_OPENED = """greatest(r.leave_from, (
    select max((d->>'leave_from')::float8) from jsonb_array_elements(h.drivers) d
    where r.follows_budget and d->>'rule' = r.key and d->>'over_at' is null))"""


# Once for each further fall, not every night: the driver that tells of one is what the next is held against.
_FURTHER = """h.is_open and a.band <> '' and (
    select min((d->>'score')::numeric) from jsonb_array_elements(h.drivers) d
    where d ? 'score' and d->>'over_at' is null) - a.score >= %(further)s"""


LOOKS = {
    Kind.SCORE_BAND: Look(
        columns=", below float8, leave_from float8, follows_budget boolean",
        met="a.band <> '' and a.score < r.below",
        over=f"a.band <> '' and a.score >= {_AS_OPENED}",
        numbers="jsonb_build_object('score', a.score, 'below', r.below, 'leave_from', r.leave_from)",
        again=_FURTHER,
    ),
    Kind.SCORE_DROP: Look(  # by one profile: another one weighs otherwise, which is no fall
        columns=", points float8, days int",
        joins="""left join lateral (
            select s.score, s.day, s.band from health_healthscore s
            where s.workspace_id = %(workspace)s and s.account_id = a.id and s.day <= %(day)s - r.days
              and s.day > %(day)s - r.days - %(stands)s and s.profile_id is not distinct from (
                  select n.profile_id from health_healthscore n
                  where n.workspace_id = %(workspace)s and n.account_id = a.id and n.day <= %(day)s
                  order by n.day desc limit 1)
            order by s.day desc limit 1
        ) past on true""",
        met="a.band <> '' and past.band <> '' and past.score - a.score >= r.points",
        over=_still("from_score", "drop_life", "a.band <> '' and a.score >= (d->>'from_score')::float8 - %(within)s"),
        numbers="jsonb_build_object('score', a.score, 'from_score', past.score, 'since', past.day)",
        again=_FURTHER,
    ),
    Kind.COMPONENT: Look(
        columns=", part text, place int, below float8, leave_from float8",
        reads=""", latest as materialized (
            select a.id as account_id, s.parts, s.band from asked a cross join lateral (
                select s.parts, s.band from health_healthscore s
                where s.workspace_id = %(workspace)s and s.account_id = a.id and s.day <= %(day)s
                order by s.day desc limit 1
            ) s
        )""",
        joins="left join latest s on s.account_id = a.id",
        met="s.band <> '' and s.parts[r.place] < r.below",
        over="s.band <> '' and s.parts[r.place] >= r.leave_from",
        numbers="jsonb_build_object('part', r.part, 'value', s.parts[r.place], 'below', r.below)",
    ),
    Kind.METRIC: Look(
        columns=", metric text, below float8, leave_from float8",
        reads=_LEVELS,
        joins="left join compared c on c.account_id = a.id and c.key = r.metric",
        met="c.before > 0 and c.now < c.before * r.below / 100",
        over="c.now >= c.before * r.leave_from / 100",
        numbers=_COMPARED,
    ),
    Kind.METRIC_RISE: Look(
        columns=", metric text, above float8, leave_to float8",
        reads=_LEVELS,
        joins="left join compared c on c.account_id = a.id and c.key = r.metric",
        met="c.before >= 0 and c.now > c.before * r.above / 100",  # from nothing, anything is a rise
        over="c.now <= c.before * r.leave_to / 100",
        numbers=_COMPARED,
    ),
    Kind.SILENCE: Look(
        columns=", days int",
        reads=f""", {_LATEST_DAY.format(name="signals")}, {_LOGGED}, asked_for_help as materialized (
            select t.account_id,
                (max(greatest(t.opened_at, t.closed_at, t.reopened_at)) at time zone 'UTC')::date as last_on
            from accounts_ticket t
            where t.workspace_id = %(workspace)s and t.account_id = any(array(select id from asked))
              and t.opened_at <= %(at)s
            group by t.account_id
        ), heard as materialized (
            select a.id as account_id, greatest(s.last_on, t.last_on) as last_on,
                coalesce(greatest(s.last_on, t.last_on), case when g.is_logged then {_ADDED} end) as since
            from asked a cross join logged g left join latest_signals s on s.account_id = a.id
            left join asked_for_help t on t.account_id = a.id
        )""",  # noqa: S608  our own words
        joins="left join heard on heard.account_id = a.id",
        met="%(day)s - heard.since >= r.days",
        over="%(day)s - heard.last_on < r.days",
        numbers="""jsonb_build_object('days', %(day)s - heard.since, 'since', heard.since,
            'is_ever', heard.last_on is not null)""",
    ),
    Kind.CHAMPION_LEFT: Look(
        columns="",
        reads=""", champion as materialized (
            select c.account_id, bool_or(c.left_at is null and c.erasing_at is null) as is_there,
                max(coalesce(c.left_at, c.erasing_at)) as left_at
            from accounts_contact c
            where c.workspace_id = %(workspace)s and c.account_id = any(array(select id from asked))
              and c.role = 'champion'
            group by c.account_id
        )""",
        joins="left join champion c on c.account_id = a.id",
        met="not c.is_there",
        over="c.is_there",
        numbers="jsonb_build_object('since', (c.left_at at time zone 'UTC')::date)",
    ),
    Kind.NO_DECIDER: Look(
        columns=", days int",
        reads=""", decider as materialized (
            select distinct c.account_id from accounts_contact c
            where c.workspace_id = %(workspace)s and c.account_id = any(array(select id from asked))
              and c.role = 'decision_maker' and c.left_at is null and c.erasing_at is null
        )""",
        joins="left join decider c on c.account_id = a.id",
        met=f"c.account_id is null and %(day)s - {_ADDED} >= r.days",
        over="c.account_id is not null",
        numbers="""jsonb_build_object('people', (
            select count(*) from accounts_contact p where p.workspace_id = %(workspace)s and p.account_id = a.id
              and p.left_at is null and p.erasing_at is null))""",
    ),
    Kind.SEATS_FALLING: Look(
        columns=", fall float8, leave_within float8",
        reads=""", used as materialized (
            select d.account_id, avg(d.last) filter (where d.day > %(day)s - 7) as now,
                avg(d.last) filter (where d.day <= %(day)s - 28) as before
            from accounts_metricday d
            where d.workspace_id = %(workspace)s and d.account_id = any(array(select id from asked))
              and d.day > %(day)s - 35 and d.day <= %(day)s and d.metric_id = any(array(
                  select m.id from accounts_metric m where m.workspace_id = %(workspace)s and m.key = %(seats)s))
            group by d.account_id
        )""",
        joins="left join used u on u.account_id = a.id",
        met="u.before > 0 and u.now <= u.before * (1 - r.fall / 100)",
        over=_still("before", "seats_life", "u.now >= (d->>'before')::float8 * (1 - r.leave_within / 100)"),
        numbers="jsonb_build_object('now', round(u.now::numeric, 1), 'before', round(u.before::numeric, 1))",
    ),
    Kind.RENEWAL_QUIET: Look(
        columns=", within int, quiet int",
        reads=f""", {_LATEST_DAY.format(name="two_way")}, {_LOGGED}, spoke as materialized (
            select a.id as account_id, t.last_on,
                coalesce(t.last_on, case when g.is_logged then {_ADDED} end) as since
            from asked a cross join logged g left join latest_two_way t on t.account_id = a.id
        )""",  # noqa: S608  our own words
        joins="left join spoke on spoke.account_id = a.id",
        met="""a.renews_on >= %(day)s and a.renews_on <= %(day)s + r.within
            and %(day)s - spoke.since >= r.quiet""",
        over="""a.renews_on < %(day)s or a.renews_on > %(day)s + r.within
            or coalesce(%(day)s - spoke.last_on < r.quiet, false)""",
        numbers="""jsonb_build_object('renews_on', a.renews_on, 'days', %(day)s - spoke.since, 'since', spoke.since,
            'is_ever', spoke.last_on is not null)""",
    ),
    Kind.EXPECTATION_BROKEN: Look(
        columns=", days int",
        reads=""", broken as materialized (
            select e.account_id, r.key, count(*) as n, max(e.settled_at) as latest
            from rule r join expectations_expectation e on e.settled_at > %(at)s - make_interval(days => r.days)
            where e.workspace_id = %(workspace)s and e.account_id = any(array(select id from asked))
              and e.outcome = 'broken' and e.settled_at <= %(at)s
            group by e.account_id, r.key
        )""",
        joins="left join broken b on b.account_id = a.id and b.key = r.key",
        met="b.n > 0",
        over="b.n is null",
        again="""b.latest > (select max((d->>'broken_at')::timestamptz) from jsonb_array_elements(h.drivers) d
            where d->>'rule' = r.key)""",
        numbers="jsonb_build_object('n', b.n, 'broken_at', b.latest, 'days', r.days)",
    ),
}
