"""Fields made of a workspace's metrics and of its own fields."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from accounts.models import CustomField, Metric
from lib.bounds import MOST
from segments.conditions import Kind
from segments.fields.people import PRESENT
from segments.registry import About, Field, Phrase, Reach, Sql

WINDOW = 28  # whole weeks: no weekend more on one side
TWO_WAY = "touchpoints_two_way"
METRIC_KEYS = ("metric_", "days_since_two_way")
OWN_KEYS = ("custom:", "contact_custom:")
Value = Callable[[Reach], Sql]

_DAYS = (
    "from accounts_metricday d where d.workspace_id = a.workspace_id and d.account_id = a.id and d.metric_id = %s"
    " and d.day > %s and d.day <= %s"
)
# A day's total as arithmetic can bear it: what came in before readings were bound must not stop a whole refresh.
_TOTAL = (
    f"case when abs(d.total) > {MOST} then sign(d.total) * {MOST} when abs(d.total) < 1e-15 then 0 else d.total end"
)


def metrics() -> Iterator[Field]:
    """Each metric four ways, and how long ago somebody talked with the customer."""
    known: dict[str, Metric] = {metric.key: metric for metric in Metric.objects.order_by("name", "pk")}
    yield _days_since_two_way(known.get(TWO_WAY))
    for metric in known.values():
        yield from _ways(metric)


def _ways(metric: Metric) -> Iterator[Field]:
    name = {"name": metric.name}
    total = f"sum({_TOTAL})"
    ways: Sequence[tuple[str, str, str, Value]] = [
        ("sum", _("%(name)s: total"), _("a total of %(name)s"), _over(total, metric.pk)),
        ("last", _("%(name)s: last value"), _("a last value of %(name)s"), _last(metric.pk)),
        ("mean", _("%(name)s: mean"), _("a mean of %(name)s"), _over(f"{total} / nullif(sum(d.n), 0)", metric.pk)),
        ("change", _("%(name)s: change in %%"), _("a change of %(name)s"), _change(metric)),
    ]
    for way, label, noun, value in ways:
        yield Field(
            f"metric_{way}:{metric.key}",
            label % name,
            Kind.NUMBER,
            About.METRICS,
            value,
            noun=noun % name,
            days=WINDOW,
            unit="%" if way == "change" else metric.unit,
        )


def _over(what: str, metric_id: int) -> Value:
    """Something of the days of the window; null where it has none."""
    return lambda reach: Sql(f"(select {what} {_DAYS})", (metric_id, _before(reach, 1), reach.today))


def _last(metric_id: int) -> Value:
    text = f"(select d.last {_DAYS} order by d.day desc limit 1)"
    return lambda reach: Sql(text, (metric_id, _before(reach, 1), reach.today))


def _change(metric: Metric) -> Value:
    """Of the window against the one before it; null where either has no day, or the earlier is 0.

    Totals are compared of a counter, means of anything else.
    """
    worth = f"sum({_TOTAL}) filter (where {{0}})"
    if metric.kind != Metric.Kind.COUNTER:
        worth += " / sum(d.n) filter (where {0})"
    now, before = worth.format("d.day > %s"), worth.format("d.day <= %s")
    text = f"(select 100 * (({now}) - ({before})) / nullif(abs({before}), 0) {_DAYS})"

    def value(reach: Reach) -> Sql:
        middle = _before(reach, 1)
        marks = (middle,) * (text.count("%s") - 3)
        return Sql(text, (*marks, metric.pk, _before(reach, 2), reach.today))

    return value


def _before(reach: Reach, windows: int) -> object:
    return reach.today - timedelta(days=windows * reach.days)


def _days_since_two_way(metric: Metric | None) -> Field:
    text = (
        "(%s::date - (select max(d.day) from accounts_metricday d where d.workspace_id = a.workspace_id"
        " and d.account_id = a.id and d.metric_id = %s and d.day <= %s))"
    )
    return Field(
        "days_since_two_way",
        later("Days since the last two-way touchpoint"),
        Kind.NUMBER,
        About.CONTACT,
        lambda reach: Sql(text, (reach.today, metric.pk if metric else None, reach.today)),
        noun=later("a number of days since the last two-way touchpoint"),
        phrases={
            "above": lambda words: _("not talked with for more than %(value)s days") % words,
            "below": lambda words: _("talked with less than %(value)s days ago") % words,
            "empty": lambda words: _("never talked with"),
            "not_empty": lambda words: _("talked with before"),
        },
    )


# ------------------------------------------------------------------ the workspace's own fields

# What a value of each kind looks like in the column `custom`; anything else there is no value.
_VALUES = {
    CustomField.Kind.TEXT: "case jsonb_typeof({0} -> %s) when 'string' then nullif({0} ->> %s, '') end",
    CustomField.Kind.CHOICE: "case jsonb_typeof({0} -> %s) when 'string' then nullif({0} ->> %s, '') end",
    CustomField.Kind.NUMBER: "case jsonb_typeof({0} -> %s) when 'number' then ({0} ->> %s)::numeric end",
    CustomField.Kind.YES_NO: "case jsonb_typeof({0} -> %s) when 'boolean' then ({0} ->> %s)::boolean end",
    CustomField.Kind.DATE: "case when {0} ->> %s ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$' then {0} ->> %s end",
}


def own_fields() -> Iterator[Field]:
    """The fields that the workspace added and uses still: of accounts, and of their people."""
    for one in CustomField.objects.in_use().order_by("about", "name", "pk"):
        yield _of_people(one) if one.about == CustomField.About.CONTACT else _of_account(one)


def _of_account(one: CustomField) -> Field:
    name = {"name": one.name}
    phrases: Mapping[str, Phrase] = {
        "yes": lambda words: _("with “%(name)s”: yes") % name,
        "no": lambda words: _("with “%(name)s”: no") % name,
    }
    return replace(_own(one, "a.custom"), key=f"custom:{one.key}", phrases=phrases)


def _of_people(one: CustomField) -> Field:
    name = {"name": one.name}
    return replace(
        _own(one, "c.custom"),
        key=f"contact_custom:{one.key}",
        label=_("%(name)s of a contact") % name,
        noun=_("a contact's “%(name)s”") % name,
        among=PRESENT,
    )


def _own(one: CustomField, column: str) -> Field:
    """A field of this kind, whose values are in a column."""
    text = "(" + _VALUES[CustomField.Kind(one.kind)].format(column) + ")"
    return Field(
        one.key,
        one.name,
        Kind(one.kind),
        About.OWN,
        lambda reach: Sql(text, (one.key, one.key)),
        noun=one.name,
        choices=(lambda: [(choice, choice) for choice in one.choices]) if one.kind == Kind.CHOICE else None,
        is_iso=one.kind == Kind.DATE,
        describes=True,
    )
