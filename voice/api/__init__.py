"""What customers say, by theme, and what is improved because of it, over the API."""

from rest_framework.routers import SimpleRouter

from voice.api.comments import RemarkViewSet
from voice.api.digest import VoiceSettingsViewSet, VoiceSubscriptionViewSet
from voice.api.improvements import ImprovementViewSet
from voice.api.themes import RereadingViewSet, RiseViewSet, SuggestionViewSet, ThemeViewSet


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses under /api/v1/."""
    router.register("themes", ThemeViewSet, basename="theme")
    router.register("theme-rises", RiseViewSet, basename="theme-rise")
    router.register("theme-suggestions", SuggestionViewSet, basename="theme-suggestion")
    router.register("theme-rereadings", RereadingViewSet, basename="theme-rereading")
    router.register("comments", RemarkViewSet, basename="comment")
    router.register("improvements", ImprovementViewSet, basename="improvement")
    router.register("voice", VoiceSettingsViewSet, basename="voice-settings")
    router.register("voice-digest", VoiceSubscriptionViewSet, basename="voice-digest")
