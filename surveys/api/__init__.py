"""Surveys over the API."""

from rest_framework.routers import SimpleRouter

from surveys.api.answers import AnswerViewSet, RefusalViewSet, SilenceViewSet, SurveyInvitationViewSet
from surveys.api.definitions import SurveyQuestionViewSet, SurveyViewSet
from surveys.api.holds import SurveyHoldViewSet
from surveys.api.look import LookViewSet
from surveys.api.settings import SurveySettingsViewSet
from surveys.api.versions import AnswerRevisionViewSet, SurveyVersionViewSet
from surveys.api.waves import WaveViewSet
from surveys.api.wishes import WishViewSet


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("surveys", SurveySettingsViewSet, basename="survey-settings")
    router.register("surveys", SurveyViewSet, basename="surveys")
    router.register("survey-questions", SurveyQuestionViewSet, basename="survey-questions")
    router.register("answers", AnswerViewSet, basename="answers")
    router.register("survey-invitations", SurveyInvitationViewSet, basename="survey-invitations")
    router.register("survey-refusals", RefusalViewSet, basename="survey-refusals")
    router.register("survey-silences", SilenceViewSet, basename="survey-silences")
    router.register("survey-waves", WaveViewSet, basename="survey-waves")
    router.register("survey-holds", SurveyHoldViewSet, basename="survey-holds")
    router.register("survey-look", LookViewSet, basename="survey-look")
    router.register("survey-versions", SurveyVersionViewSet, basename="survey-versions")
    router.register("survey-wishes", WishViewSet, basename="survey-wishes")
    router.register("answer-revisions", AnswerRevisionViewSet, basename="answer-revisions")
