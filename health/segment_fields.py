"""What segments can ask about the parts of the score, how loyal and satisfied customers are, and what people think."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from health.axes import Quadrant
from health.models import Pulse
from health.models.pulse import LASTS_DAYS
from health.parts import LABELS, PARTS, STANDS_DAYS, VALUE_PLACES
from segments.conditions import Kind
from segments.registry import About, Field, Reach, Sql

_PULSE = "from health_pulse p where p.workspace_id = a.workspace_id and p.account_id = a.id and p.taken_back_at is null"
_NEWEST = "order by p.at desc, p.id desc limit 1"


def _step(reach: Reach) -> Sql:
    """The newest one's step while it holds."""
    since = datetime.combine(reach.today - timedelta(days=LASTS_DAYS - 1), time(), UTC)
    return Sql(f"(select case when p.at >= %s then p.step::text end {_PULSE} {_NEWEST})", (since,))


def _age(reach: Reach) -> Sql:
    return Sql(f"(select %s - (p.at at time zone 'UTC')::date {_PULSE} {_NEWEST})", (reach.today,))


PULSE = Field(
    "pulse",
    _("Pulse"),
    Kind.CHOICE,
    About.STANDING,
    _step,
    noun=_("a pulse"),
    choices=lambda: [(str(step), label) for step, label in Pulse.Step.choices],
)
PULSE_AGE = Field("pulse_age", _("Days since the last pulse"), Kind.NUMBER, About.STANDING, _age)


def _part(key: str) -> Field:
    """The part's value in the score that stands today; unknown where it has no data."""
    text = f"""(select s.parts[{VALUE_PLACES[key] + 1}]::float8 from health_healthscore s
        where s.workspace_id = a.workspace_id and s.account_id = a.id and s.day > %s and s.day <= %s
        order by s.day desc limit 1)"""  # noqa: S608  our own words
    return Field(
        f"part_{key}",
        format_lazy(_("Part of the score: {name}"), name=LABELS[key]),
        Kind.NUMBER,
        About.STANDING,
        lambda reach: Sql(text, (reach.today - timedelta(days=STANDS_DAYS), reach.today)),
        noun=format_lazy(_("the part “{name}”"), name=LABELS[key]),
    )


def _attitude(column: str) -> Callable[[Reach], Sql]:
    text = f"""(select {column} from health_attitude t
        where t.workspace_id = a.workspace_id and t.account_id = a.id)"""  # noqa: S608  our own words
    return lambda reach: Sql(text)


FIELDS = [
    *(_part(key) for key in PARTS),
    Field("loyalty", _("Loyalty"), Kind.NUMBER, About.STANDING, _attitude("t.loyalty"), _("a loyalty")),
    Field(
        "satisfaction",
        _("Satisfaction"),
        Kind.NUMBER,
        About.STANDING,
        _attitude("t.satisfaction"),
        _("a satisfaction"),
    ),
    Field(
        "quadrant",
        _("Loyalty and satisfaction together"),
        Kind.CHOICE,
        About.STANDING,
        _attitude("nullif(t.quadrant, '')"),
        phrases={
            "any_of": lambda words: gettext("that are %(values)s") % words,
            "none_of": lambda words: gettext("that are not %(values)s") % words,
        },
        choices=lambda: Quadrant.choices,
    ),
    PULSE,
    PULSE_AGE,
]
