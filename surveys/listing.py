"""The rows behind the figures of the results page."""

from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from lib.paging import Page, Sort, page_of
from surveys import queries
from surveys.lens import Lens
from surveys.models import Refusal

PERSON = ["account_id", "account__name", "contact__name"]
COLUMNS = {
    "answers": [*PERSON, "answered_at", "changed_at", "value", "scale_max", "comment", "invitation__ticket__subject"],
    "sent": [*PERSON, "sent_at", "expires_at", "ticket__subject", "answer"],
    "refused": [*PERSON, "at", "reason", "ticket__subject"],
}
ORDER = {"answers": "answered_at", "sent": "sent_at", "refused": "at"}


def rows(lens: Lens, at: datetime) -> QuerySet[Any]:
    """What `lens` shows, in no order yet."""
    since, until = lens.rows_span(at)
    found: QuerySet[Any]
    if lens.show == "sent":
        return queries.sent_between(lens.metric, since, until).annotate(answer=F("answers__value"))
    if lens.show == "refused":
        found = queries.refusals_between(lens.metric, since, until)
        return found.filter(reason=lens.reason) if lens.reason else found
    found = queries.answers_between(lens.metric, since, until)
    return found if lens.value is None else found.filter(value=lens.value)


def page(lens: Lens, at: datetime, after: str, before: str) -> Page:
    """One page of rows, newest first, with the words of a refusal's reason."""
    found = page_of(rows(lens, at), newest(lens), COLUMNS[lens.show], after=after, before=before)
    for row in found.rows:
        row["is_open"] = lens.show == "sent" and at < row["expires_at"]
        row["why"] = str(Refusal.Reason(row["reason"]).label) if lens.show == "refused" else ""
    return found


def newest(lens: Lens) -> Sort:
    """The order of its rows."""
    return Sort(ORDER[lens.show], falls=True, ids_fall=True)
