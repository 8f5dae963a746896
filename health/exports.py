"""Scores as tables for a spreadsheet: the header first, keys rather than words for bands."""

from collections.abc import Iterator, Sequence
from datetime import date

from django.utils.translation import gettext as _

from accounts.models import Account
from health import desired, insights, profile_words, queries
from health.models import HealthScore
from health.parts import PARTS
from health.sentences import label, tell
from lib import downloads
from lib.formatting import major_units
from lib.paging import Sort

CHUNK = 2000
Table = Iterator[Sequence[object]]


def _name(person: object) -> str:
    return str(person) if person else ""


def scores(account: Account) -> Table:
    """Every day on which an account's score changed, with its parts, whose points add up to it; none without a band."""
    words = (_("%(part)s: value"), _("%(part)s: weight"), _("%(part)s: points"), _("%(part)s: coverage"))
    parts = [(word % {"part": label(key)}) for key in PARTS for word in words]
    told = [_("%(part)s: why") % {"part": label(key)} for key in PARTS]
    yield [_("Day"), _("Score"), _("Band"), _("Coverage"), _("Computed at"), *parts, *told]
    found = HealthScore.objects.filter(account=account).order_by("day")
    for row in found.iterator(chunk_size=CHUNK):
        by_key = {part["key"]: part for part in row.parts}
        figures = [by_key.get(key, {}).get(name) for key in PARTS for name in ("value", "weight", "points", "coverage")]
        why = [tell(by_key[key]) if key in by_key else "" for key in PARTS]
        yield [row.day, row.told, row.band, round(row.coverage, 2), row.computed_at, *figures, *why]


def profiles() -> Table:
    """Every profile in the order in which it counts, then those retired: for whom, its weights and its targets."""
    weights = [_("%(part)s: weight") % {"part": label(key)} for key in PARTS]
    targets = [_("%(part)s: target") % {"part": label(key)} for key in PARTS]
    yield [
        _("Id"), _("Profile"), _("Applies to"), _("Accounts now"), *weights, *targets, _("Changed at"), _("Changed by"),
        _("Retired at"),
    ]  # fmt: skip
    retired = list(queries.retired_profiles())
    segments = profile_words.segments_of(retired)
    rows = [(row.profile, row.who, row.accounts) for row in profile_words.rows()]
    rows += [(one, profile_words.applies_to(one, segments), 0) for one in retired]
    for one, who, accounts in rows:
        yield [
            one.pk, one.name, who, accounts, *one.weights.values(), *one.targets, one.changed_at,
            _name(one.changed_by), one.retired_at,
        ]  # fmt: skip


def pulses(account: Account) -> Table:
    """What people thought of an account, newest first."""
    yield [_("Id"), _("At"), _("By"), _("Step"), _("Pulse"), _("Why"), _("Holds until")]
    for one in queries.pulses_of(account).iterator(chunk_size=CHUNK):
        yield [one.pk, one.at, _name(one.by), one.step, one.get_step_display(), one.reason, one.expires_on]


def family(account: Account) -> Table:
    """An account and everything below it, each with its score and what it weighs in the family's."""
    yield [
        _("Account id"), _("Account"), _("Level"), _("Health score"), _("Health band"), _("ARR"), _("Currency"),
        _("Weighs"),
    ]  # fmt: skip
    found = queries.family_health(account)
    for one, weight in zip(found.members, found.weights, strict=True) if found else ():
        money = None if one.arr_minor is None else major_units(one.arr_minor, one.currency)
        yield [one.account_id, one.name, one.level, one.score, one.band, money, one.currency, round(weight, 4)]


def days(today: date) -> Table:
    """How many accounts were in each band, and the mean score, on each kept day; today's as they are now."""
    yield [_("Day"), _("Healthy"), _("Watch"), _("At risk"), _("No data"), _("Mean score")]
    for day in queries.trend(days=insights.TREND_DAYS, today=today):
        if day.day != today:
            yield [day.day, day.healthy, day.watch, day.at_risk, day.no_band, _rounded(day.mean)]
    now = queries.standing_now()
    yield [today, now["healthy"], now["watch"], now["at_risk"], now[""], None]


def _rounded(score: float | None, places: int = 1) -> float | None:
    return None if score is None else round(score, places)


def owners(segment_id: int | None = None) -> Table:
    """Who carries the risk, of a segment if told: a row for each owner and currency of the money at risk."""
    yield [_("Owner"), _("Accounts"), _("Mean score"), _("At risk"), _("ARR at risk"), _("Currency")]
    for risk in queries.risk_by_owner(segment_id):
        about = [risk.name, risk.accounts, _rounded(risk.mean), risk.at_risk]
        for currency, minor in sorted(risk.arr_at_risk.items()):
            yield [*about, major_units(minor, currency), currency]
        if not risk.arr_at_risk:
            yield [*about, None, ""]


def gaps(today: date) -> Table:
    """How many of the accounts scored on the last full day lack each part."""
    yield [_("Part"), _("Accounts without it"), _("Accounts scored"), _("Day")]
    if latest := queries.latest_day(today):
        scored, lacking = queries.missing_parts(latest)
        for key in PARTS:
            yield [label(key), lacking[key], scored, latest]


def accounts_without(part: str, today: date) -> Table:
    """The accounts whose last full day lacks a part, by name."""
    yield [_("Account id"), _("Account"), _("Health score"), _("Health band"), _("Coverage"), _("ARR"), _("Currency")]
    latest = queries.latest_day(today)
    if latest is None:
        return
    fields = ("pk", "name", "health_score", "health_band", "health_coverage", "arr_minor", "currency")
    found = queries.accounts_without(part, latest).order_by(*Sort("name").order()).values_list(*fields)
    for pk, name, score, band, coverage, arr, currency in found.iterator(chunk_size=CHUNK):
        money = None if arr is None else major_units(arr, currency)
        yield [pk, name, score, band, round(coverage, 2), money, currency]


def part_gaps(wanted: desired.Chosen, today: date) -> Table:
    """Actual against desired, the part that costs most points first."""
    yield [
        _("Part"), _("Accounts"), _("Accounts with data"), _("Mean value"), _("Mean target"), _("Below target"),
        _("Points of the score"), _("Coverage"),
    ]  # fmt: skip
    for gap in queries.part_gaps(wanted.scope, today=today):
        yield [
            label(gap.part), gap.accounts, gap.known, _rounded(gap.actual), _rounded(gap.target), gap.below,
            _rounded(gap.worth, 2), round(gap.coverage, 2),
        ]  # fmt: skip


def below_target(wanted: desired.Chosen, today: date) -> Table:
    """The accounts below the target of a part, the furthest first."""
    yield [
        _("Account id"), _("Account"), _("Owner"), _("Profile"), _("Part"), _("Value"), _("Target"), _("Coverage"),
        _("Health score"), _("Health band"),
    ]  # fmt: skip
    for row in desired.below_rows(wanted, today=today, most=downloads.MOST_ROWS + 1):
        one, account = row.below, row.account
        yield [
            account.pk, account.name, _name(account.owner), row.profile, label(wanted.part), _rounded(one.value),
            one.target, round(one.coverage, 2), one.score, one.band,
        ]  # fmt: skip
