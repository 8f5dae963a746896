"""Whether more customers than before speak of a theme."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection

from voice.models import Rise
from voice.reading.trends import chance_of_more, has_risen
from workspaces import tenancy

WEEK = timedelta(days=7)
WEEKS_BEFORE = 12
LEAST_WEEKS = 4  # with comments, or there is no past to speak of
REST = timedelta(days=14)  # after a theme was told to have risen

# A customer counts once a week, however much they write. Touchpoints are told in our own words.
COUNTED = """
with said as (
    select r.id, r.account_id, floor(extract(epoch from (%(until)s - r.said_at)) / 604800)::int as week
    from voice_remark r
    where r.workspace_id = %(workspace)s and r.source <> 'touchpoint'
    and r.said_at >= %(since)s and r.said_at < %(until)s
)
select
    m.theme_id,
    count(distinct s.account_id) filter (where s.week = 0),
    count(distinct (s.account_id, s.week)) filter (where s.week > 0),
    count(distinct s.account_id) filter (where s.week = 0 and m.feeling in ('negative', 'mixed')),
    0
from said s
join voice_mention m on m.workspace_id = %(workspace)s and m.remark_id = s.id
join voice_theme t on t.workspace_id = %(workspace)s and t.id = m.theme_id and t.retired_at is null
group by m.theme_id
union all
select
    null,
    count(distinct s.account_id) filter (where s.week = 0),
    count(distinct (s.account_id, s.week)) filter (where s.week > 0),
    0,
    count(distinct s.week) filter (where s.week > 0)
from said s
order by 1 nulls last
"""


@dataclass(frozen=True)
class Week:
    """One theme: `now` customers in the week that ends, `before` customer-weeks of the twelve before."""

    theme_id: int
    now: int
    of_now: int
    before: int
    of_before: int
    negative: int

    @property
    def chance(self) -> float:
        return chance_of_more(self.now, self.of_now, self.before, self.of_before)


def risen(day: date) -> list[Week]:
    """Themes of which more customers spoke in the seven days before `day`; none while the past is too short."""
    weeks = [*_weeks(day)]
    rested = set(Rise.objects.filter(day__gt=day - REST).values_list("theme_id", flat=True))
    return [
        week
        for week in weeks
        if week.theme_id not in rested
        and has_risen(week.now, week.of_now, week.before, week.of_before, tests=len(weeks))
    ]


def _weeks(day: date) -> Iterator[Week]:
    until = datetime.combine(day, time.min, UTC)
    since = until - (WEEKS_BEFORE + 1) * WEEK
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, {"workspace": tenancy.current_id(), "since": since, "until": until})
        *themes, (_none, of_now, of_before, _negative, weeks) = cursor.fetchall()
    if weeks >= LEAST_WEEKS:
        for theme, now, before, negative, _weeks in themes:
            yield Week(theme, now, of_now, before, of_before, negative)
