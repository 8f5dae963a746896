"""Who is asked what, who is not and why, and what they say."""

from surveys.models.answer import Answer, AnswerQuerySet, AnswerRevision
from surveys.models.hold import Hold, HoldQuerySet
from surveys.models.invitation import Invitation, SurveyInvitationQuerySet
from surveys.models.kind import POINTS, RELATIONAL, WAVES, Kind, Trigger
from surveys.models.look import Look
from surveys.models.refusal import Refusal
from surveys.models.settings import SurveySettings
from surveys.models.silence import Silence
from surveys.models.survey import Question, QuestionQuerySet, QuestionWords, Survey, SurveyQuerySet, SurveyVersion
from surveys.models.wave import Wave
from surveys.models.wish import Wish

__all__ = [
    "POINTS",
    "RELATIONAL",
    "WAVES",
    "Answer",
    "AnswerQuerySet",
    "AnswerRevision",
    "Hold",
    "HoldQuerySet",
    "Invitation",
    "Kind",
    "Look",
    "Question",
    "QuestionQuerySet",
    "QuestionWords",
    "Refusal",
    "Silence",
    "Survey",
    "SurveyInvitationQuerySet",
    "SurveyQuerySet",
    "SurveySettings",
    "SurveyVersion",
    "Trigger",
    "Wave",
    "Wish",
]
