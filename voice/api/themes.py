"""What customers talk about, what they may talk about, and what they talk about more than before."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from lib.problems import Conflict
from lib.rest import UtcDateTimeField
from lib.time import now
from voice.actions import themes as actions
from voice.actions.themes import MOST_LETTERS, MOST_PHRASES
from voice.models import Rereading, Rise, Suggestion, Theme
from voice.queries import themes as queries
from workspaces.api import ByField, Creates, Fields, Lists, OwnRow, Retrieves, Updates, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area

T = TypeVar("T")


def _acted(act: Callable[[], T]) -> T:
    """What the action says, with its refusals as the API tells them."""
    try:
        return act()
    except actions.NameTaken as error:
        raise serializers.ValidationError({"name": [_("There is a theme of this name.")]}) from error
    except actions.NotInUse as error:
        raise Conflict(_("The theme is retired.")) from error


class WordsSerializer(serializers.ListField):
    """Phrases of one language."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            child=serializers.CharField(max_length=MOST_LETTERS), max_length=MOST_PHRASES, required=False, **kwargs
        )


@example("A theme", name="Response time", en=["waiting", "response time"], zh=["等了", "回复"])
class ThemeSerializer(serializers.Serializer[Theme]):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=80)
    en = WordsSerializer(source="words.en", help_text=gettext_lazy("Words in English, or any language of letters."))
    zh = WordsSerializer(source="words.zh", help_text=gettext_lazy("Words in Chinese, in either script."))
    created_at = UtcDateTimeField(read_only=True)
    retired_at = UtcDateTimeField(read_only=True, allow_null=True)
    merged_into = serializers.IntegerField(source="merged_into_id", read_only=True, allow_null=True)


class MergeSerializer(serializers.Serializer[Theme]):
    into = OwnRow(Theme)


class ThemeViewSet(Lists, Retrieves, Creates, Updates):
    """What customers talk about. Every change has all comments read again, in the background."""

    model = Theme
    area = Area.SURVEYS
    serializer_class = ThemeSerializer
    write_capability = Capability.CONFIGURE_HEALTH

    def rows(self) -> QuerySet[Theme]:
        return Theme.objects.all()

    def add(self, fields: Fields) -> Theme:
        name, words = fields["name"], fields.get("words", {})
        return _acted(lambda: actions.add_theme(name=name, words=words, at=now(), by=self.by))

    def change(self, row: Theme, fields: Fields) -> None:
        name, words = fields.get("name", row.name), {**row.words, **fields.get("words", {})}
        _acted(lambda: actions.change_theme(theme=row, name=name, words=words, at=now(), by=self.by))

    @extend_schema(summary=gettext_lazy("Merged"), request=MergeSerializer, responses=ThemeSerializer)
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> Response:
        """Its words go to another theme, and it is retired. The answer is the other theme."""
        row, into = self.get_object(), self.told(MergeSerializer)["into"]
        target = _acted(lambda: actions.merge_theme(theme=row, into=into, at=now(), by=self.by))
        return Response(self.shown(target))

    @extend_schema(summary=gettext_lazy("Retired"), request=None, responses=ThemeSerializer)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str) -> Response:
        """Comments speak of it no more."""
        row = self.get_object()
        _acted(lambda: actions.retire_theme(theme=row, at=now(), by=self.by))
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Brought back"), request=None, responses=ThemeSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """In use again."""
        row = self.get_object()
        _acted(lambda: actions.restore_theme(theme=row, at=now(), by=self.by))
        return Response(self.shown(row))


# ------------------------------------------------------------------------------------------------- rises
class RiseSerializer(serializers.Serializer[Rise]):
    """A week in which more customers than before spoke of a theme."""

    id = serializers.IntegerField()
    theme = serializers.IntegerField(source="theme_id")
    day = serializers.DateField(help_text=gettext_lazy("The week is the seven days before."))
    customers = serializers.IntegerField()
    of_customers = serializers.IntegerField()
    before = serializers.IntegerField(help_text=gettext_lazy("Customers of the twelve weeks before, once a week."))
    of_before = serializers.IntegerField()
    negative = serializers.IntegerField()
    chance = serializers.FloatField()
    found_at = UtcDateTimeField()


class RiseViewSet(Lists, Retrieves):
    """Themes that rose."""

    model = Rise
    area = Area.SURVEYS
    serializer_class = RiseSerializer

    def rows(self) -> QuerySet[Rise]:
        return queries.rises()


# ------------------------------------------------------------------------------------------------- beside them
class SuggestionSerializer(serializers.Serializer[Suggestion]):
    id = serializers.IntegerField()
    phrase = serializers.CharField()
    language = serializers.CharField(help_text=gettext_lazy("`en` or `zh`."))
    comments = serializers.IntegerField(help_text=gettext_lazy("That hold the phrase."))
    customers = serializers.IntegerField(help_text=gettext_lazy("Who said it."))
    expected = serializers.FloatField(help_text=gettext_lazy("Comments that chance alone would bring."))
    found_at = UtcDateTimeField()


class SuggestionViewSet(Lists, Retrieves):
    """Phrases that come up more often than chance would bring them, and that no theme covers."""

    model = Suggestion
    area = Area.SURVEYS
    serializer_class = SuggestionSerializer
    write_capability = Capability.CONFIGURE_HEALTH

    def rows(self) -> QuerySet[Suggestion]:
        return queries.suggestions()

    @extend_schema(summary=gettext_lazy("Not worth a theme"), request=None, responses=SuggestionSerializer)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: str) -> Response:
        """It is not suggested again. A theme is made of one by a POST to `themes/`."""
        row = self.get_object()
        actions.dismiss_suggestion(suggestion=row, at=now(), by=self.by)
        return Response(self.get_serializer(row).data)


class RereadingSerializer(serializers.Serializer[Rereading]):
    id = serializers.IntegerField()
    started_at = UtcDateTimeField()
    by = ByField()
    done = serializers.IntegerField(help_text=gettext_lazy("Comments so far."))
    total = serializers.IntegerField()
    finished_at = UtcDateTimeField(allow_null=True)


class RereadingViewSet(Lists, Retrieves):
    """Passes in which all comments are read again, as themes had changed."""

    model = Rereading
    area = Area.SURVEYS
    serializer_class = RereadingSerializer

    def rows(self) -> QuerySet[Rereading]:
        found: QuerySet[Rereading] = Rereading.objects.select_related("by")
        return found
