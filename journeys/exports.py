"""The board and an account's stages as tables for a spreadsheet: the header first, keys rather than words."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case, F, QuerySet, Value, When
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.stages import Stage
from journeys import queries, rules
from lib.formatting import major_units
from lib.time import day_of

CHUNK = 2000
Table = Iterator[Sequence[object]]

_ORDERS = {"days": F("stage_since").asc(), "money": F("arr_minor").desc(nulls_last=True)}


def board(at: datetime, *, owner_id: int | None, sort: str) -> Table:
    """Every account of the board, by stage, each stage in the order of its cards."""
    yield [
        _("Account id"), _("Account"), _("Stage"), _("In stage since"), _("Days in stage"), _("Stands still"), _("ARR"),
        _("Currency"), _("Health score"), _("Health band"), _("Owner"),
    ]  # fmt: skip
    today = day_of(at)
    for row in _accounts(owner_id, sort).iterator(chunk_size=CHUNK):
        pk, name, stage, since, arr, currency, score, band, owner, email = row
        days, after = max(0, (today - day_of(since)).days), rules.STUCK_AFTER.get(Stage(stage))
        money = None if arr is None else major_units(arr, currency)
        yield [
            pk, name, stage, since, days, after is not None and days > after, money, currency, score, band,
            owner or email or "",
        ]  # fmt: skip


def _accounts(owner_id: int | None, sort: str) -> QuerySet[Account, tuple[Any, ...]]:
    found = Account.objects.all() if owner_id is None else Account.objects.filter(owner=owner_id)
    place = Case(*(When(stage=stage, then=Value(nth)) for nth, stage in enumerate(Stage.values)))
    return found.order_by(place, _ORDERS[sort], "pk").values_list(
        "pk", "name", "stage", "stage_since", "arr_minor", "currency", "health_score", "health_band",
        "owner__user__name", "owner__user__email",
    )  # fmt: skip


def stages(account: Account, at: datetime) -> Table:
    """Every stage an account was in, the one it is in now first: how it got there, how long it stayed."""
    yield [_("Stage"), _("From"), _("Until"), _("Days"), _("Stage before"), _("Why"), _("Rule"), _("Moved by")]
    stage, until = account.stage, None
    since = account.stage_since
    for move in queries.moves_of(account):
        by = str(move.by) if move.by else ""
        yield [stage, move.at, until, _days(move.at, until or at), move.from_stage, move.words, move.rule, by]
        stage, since, until = move.from_stage, move.from_since, move.at
    yield [stage, since, until, _days(since, until or at), "", "", "", ""]


def _days(since: datetime, until: datetime) -> int:
    return max(0, (day_of(until) - day_of(since)).days)
