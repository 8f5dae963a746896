"""Surveys over the API."""

from rest_framework.routers import SimpleRouter

from surveys.api.answers import AnswerViewSet, RefusalViewSet, SilenceViewSet, SurveyInvitationViewSet
from surveys.api.definitions import SurveyQuestionViewSet, SurveyViewSet
from surveys.api.settings import SurveySettingsViewSet
from surveys.api.waves import WaveViewSet


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
