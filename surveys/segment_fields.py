"""What segments can ask about answers: the last one, by whom it was given, and when."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from segments.conditions import Kind
from segments.registry import About, Field, Reach, Sql

_OF = "from surveys_answer s where s.workspace_id = a.workspace_id and s.account_id = a.id"
_LAST = "order by s.answered_at desc, s.id desc limit 1"
_BY = (
    "exists (select 1 from accounts_contact c"
    " where c.workspace_id = s.workspace_id and c.id = s.contact_id and c.role = 'decision_maker')"
)


def _value(text: str) -> Callable[[Reach], Sql]:
    return lambda reach: Sql(text)


FIELDS = [
    Field(
        "last_nps",
        later("Last NPS answer, 0 to 10"),
        Kind.NUMBER,
        About.ANSWERS,
        _value(f"(select s.value {_OF} and s.metric = 'nps' {_LAST})"),
        noun=later("a last NPS answer"),
    ),
    Field(
        "last_nps_decision_maker",
        later("Last NPS answer of a decision maker, 0 to 10"),
        Kind.NUMBER,
        About.ANSWERS,
        _value(f"(select s.value {_OF} and s.metric = 'nps' and {_BY} {_LAST})"),
        noun=later("a last NPS answer of a decision maker"),
    ),
    Field(
        "last_csat",
        later("Last CSAT answer, 1 to 5"),
        Kind.NUMBER,
        About.ANSWERS,
        _value(f"(select s.value {_OF} and s.metric = 'csat' {_LAST})"),
        noun=later("a last CSAT answer"),
    ),
    Field(
        "answered",
        later("Last answer to any survey"),
        Kind.DATE,
        About.ANSWERS,
        _value(f"(select max(s.answered_at) {_OF})"),
        phrases={
            "last_days": lambda words: (
                ngettext(
                    "that answered in the last %(value)s day",
                    "that answered in the last %(value)s days",
                    words["count"],
                )
                % words
            ),
            "before": lambda words: _("that answered last before %(value)s") % words,
            "after": lambda words: _("that answered after %(value)s") % words,
            "empty": lambda words: _("that never answered a survey"),
            "not_empty": lambda words: _("that answered a survey"),
        },
        is_instant=True,
    ),
]
