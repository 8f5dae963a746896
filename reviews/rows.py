"""The rows of the list of reviews, with what their templates would otherwise work out cell by cell."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lib.markup import state_chip
from lib.time import day_of, quarter_span

Row = dict[str, Any]


def account_rows(rows: Iterable[Row], year: int, quarter: int, at: datetime) -> list[Row]:
    """Each account with the state of its review in words."""
    _first, after = quarter_span(year, quarter)
    is_late = day_of(at) >= after
    return [{**row, "state": _state(row, is_late)} for row in rows]


def _state(row: Row, is_late: bool) -> SafeString:
    if row["held_at"]:
        return state_chip("info", _("Held")) if row["is_promised"] else state_chip("good", _("Followed up"))
    if row["prepared_at"]:
        return state_chip("watch", _("Prepared"))
    if is_late:
        return state_chip("bad", _("Overdue"))
    return state_chip("muted", _("Draft")) if row["review_pk"] else state_chip("muted", _("Not begun"))
