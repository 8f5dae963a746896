"""The rows behind the figures of the results page."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from lib.paging import Page, Sort, page_of
from surveys import registry, results
from surveys.doubts import DOUBTS
from surveys.lens import Lens
from surveys.models import Answer, Question, Refusal

PERSON = ["account_id", "account__name", "contact__name"]
ANSWERS = [
    *PERSON, "answered_at", "changed_at", "value", "scale_max", "comment", "replies", "is_late", "doubt",
    "invitation__ticket__subject",
]  # fmt: skip
COLUMNS = {
    "answers": ANSWERS,
    "before": ANSWERS,
    "doubtful": ANSWERS,
    "sent": [*PERSON, "sent_at", "expires_at", "ticket__subject", "answer", "undelivered_at"],
    "refused": [*PERSON, "at", "reason", "ticket__subject"],
}
ORDER = {
    "answers": "answered_at", "before": "answered_at", "doubtful": "answered_at", "sent": "sent_at", "refused": "at",
}  # fmt: skip


def rows(lens: Lens, at: datetime) -> QuerySet[Any]:
    """What `lens` shows, in no order yet."""
    since, until = lens.row_dates(at)
    if lens.show == "sent":
        return results.sent(lens, since, until).annotate(answer=F("answers__value"))
    if lens.show == "refused":
        found = results.refusals(lens, since, until)
        return found.filter(reason=lens.reason) if lens.reason else found
    if lens.show == "doubtful":
        given = results.doubtful(lens, since, until)
    else:
        is_of_wave = lens.first and lens.span == "wave"
        given = results.of_wave(lens, lens.first) if is_of_wave else results.answers(lens, since, until)
        given = results.heard(lens, given)
    return given if lens.value is None else given.filter(value=lens.value)


def page(lens: Lens, at: datetime, after: str, before: str) -> Page:
    """One page of rows, newest first, with codes in words."""
    found = page_of(rows(lens, at), newest(lens), [*COLUMNS[lens.show], "contact__email"], after=after, before=before)
    wordings = wordings_of(lens.survey)
    told = registry.notes([row["pk"] for row in found.rows]) if COLUMNS[lens.show] is ANSWERS else {}
    for row in found.rows:
        row["notes"] = told.get(row["pk"], [])
        row["is_case"] = any(note.is_case for note in row["notes"])
        row["is_open"] = lens.show == "sent" and at < row["expires_at"]
        row["why"] = str(Refusal.Reason(row["reason"]).label) if lens.show == "refused" else ""
        row["doubted"] = str(DOUBTS.get(row.get("doubt", ""), row.get("doubt", "")))
        row["said"] = said(row.get("replies") or {}, wordings)
    return found


def newest(lens: Lens) -> Sort:
    """The order of its rows."""
    return Sort(ORDER[lens.show], falls=True, ids_fall=True)


def with_replies(answers: Iterable[Answer]) -> list[Answer]:
    """The answers, each with what was `said` to the questions that follow."""
    found = list(answers)
    wordings = wordings_of(*{answer.survey_id for answer in found if answer.replies})
    for answer in found:
        answer.said = said(answer.replies, wordings)  # type: ignore[attr-defined]
    return found


def wordings_of(*surveys: int) -> dict[str, str]:
    """What each question that follows the score asked, those of earlier versions too; by the key of its replies."""
    found: QuerySet[Question] = Question.objects.filter(survey__in=surveys)
    return {str(pk): wording for pk, wording in found.order_by("place", "pk").values_list("pk", "wording")}


def said(replies: Mapping[str, Any], wordings: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each question as it was asked, with what was replied."""
    return [(wording, _joined(replies[key])) for key, wording in wordings.items() if replies.get(key)]


def _joined(reply: str | Sequence[str]) -> str:
    return reply if isinstance(reply, str) else ", ".join(reply)
