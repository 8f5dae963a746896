"""What segments can ask about answers: the last one, by whom it was given, and when."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from segments.conditions import Kind
from segments.registry import About, Field, Reach, Sql
from surveys.models import RELATIONAL

_OF = (
    "from surveys_answer s where s.workspace_id = a.workspace_id and s.account_id = a.id"
    " and (s.doubt = '' or s.cleared_at is not null)"
)
_TRIGGERS = ", ".join(f"'{trigger.value}'" for trigger in RELATIONAL)
_ABOUT_US = f"""exists (select 1 from surveys_survey d
    where d.workspace_id = s.workspace_id and d.id = s.survey_id and d.trigger in ({_TRIGGERS}))"""  # noqa: S608  our own words
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
        _value(f"(select s.value {_OF} and s.metric = 'nps' and {_ABOUT_US} {_LAST})"),
        noun=later("a last NPS answer"),
    ),
    Field(
        "last_nps_decision_maker",
        later("Last NPS answer of a decision maker, 0 to 10"),
        Kind.NUMBER,
        About.ANSWERS,
        _value(f"(select s.value {_OF} and s.metric = 'nps' and {_ABOUT_US} and {_BY} {_LAST})"),
        noun=later("a last NPS answer of a decision maker"),
    ),
    Field(
        "last_csat",
        later("Last CSAT answer, 1 to 5"),
        Kind.NUMBER,
        About.ANSWERS,
        _value(f"(select s.value {_OF} and s.metric = 'csat' and s.scale_max = 5 {_LAST})"),
        noun=later("a last CSAT answer"),
    ),
    Field(
        "last_ces",
        later("Last CES answer, 1 to 7"),
        Kind.NUMBER,
        About.ANSWERS,
        _value(f"(select s.value {_OF} and s.metric = 'ces' {_LAST})"),
        noun=later("a last CES answer"),
    ),
    Field(
        "unanswered",
        later("Survey mails in a row without an answer"),
        Kind.NUMBER,
        About.ANSWERS,
        _value(
            "(select q.unanswered from surveys_silence q where q.workspace_id = a.workspace_id and q.account_id = a.id)"
        ),
        noun=later("survey mails in a row without an answer"),
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
