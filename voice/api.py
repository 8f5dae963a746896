"""What customers say, by theme, and what is improved because of it, over the API."""

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
from rest_framework.routers import SimpleRouter

from lib.problems import Conflict
from lib.rest import UtcDateTimeField
from lib.time import now
from voice.actions import improvements as improvement_actions
from voice.actions import themes as theme_actions
from voice.actions.themes import MOST_LETTERS, MOST_PHRASES
from voice.models import Feeling, Improvement, Measure, Remark, Rise, Source, Theme
from voice.queries import improvements as improvement_queries
from voice.queries import remarks as remark_queries
from voice.queries import texts
from voice.queries import themes as theme_queries
from workspaces.api import ByField, Creates, Fields, IdParameter, Lists, OfAccount, OwnRow, Retrieves, Updates, example
from workspaces.capabilities import Capability
from workspaces.models import Member
from workspaces.scopes import Area

T = TypeVar("T")


def _acted(act: Callable[[], T]) -> T:
    """What the action says, with its refusals as the API tells them."""
    try:
        return act()
    except theme_actions.NameTaken as error:
        raise serializers.ValidationError({"name": [_("There is a theme of this name.")]}) from error
    except theme_actions.NotInUse as error:
        raise Conflict(_("The theme is retired.")) from error
    except improvement_actions.NeedsTheme as error:
        raise serializers.ValidationError({"theme": [_("This measure counts the comments of a theme.")]}) from error
    except improvement_actions.Settled as error:
        raise Conflict(_("It was done or dropped already.")) from error


# ------------------------------------------------------------------------------------------------- themes
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
        return _acted(lambda: theme_actions.add_theme(name=name, words=words, at=now(), by=self.by))

    def change(self, row: Theme, fields: Fields) -> None:
        name, words = fields.get("name", row.name), {**row.words, **fields.get("words", {})}
        _acted(lambda: theme_actions.change_theme(theme=row, name=name, words=words, at=now(), by=self.by))

    @extend_schema(summary=gettext_lazy("Merged"), request=MergeSerializer, responses=ThemeSerializer)
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> Response:
        """Its words go to another theme, and it is retired. The answer is the other theme."""
        row, into = self.get_object(), self.told(MergeSerializer)["into"]
        target = _acted(lambda: theme_actions.merge_theme(theme=row, into=into, at=now(), by=self.by))
        return Response(self.shown(target))

    @extend_schema(summary=gettext_lazy("Retired"), request=None, responses=ThemeSerializer)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, pk: str) -> Response:
        """Comments speak of it no more."""
        row = self.get_object()
        _acted(lambda: theme_actions.retire_theme(theme=row, at=now(), by=self.by))
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Brought back"), request=None, responses=ThemeSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """In use again."""
        row = self.get_object()
        _acted(lambda: theme_actions.restore_theme(theme=row, at=now(), by=self.by))
        return Response(self.shown(row))


# ------------------------------------------------------------------------------------------------- comments
class MentionSerializer(serializers.Serializer[Any]):
    theme = serializers.IntegerField(source="theme_id")
    name = serializers.CharField(source="theme.name")
    feeling = serializers.ChoiceField(Feeling.choices)


class DecidingSerializer(serializers.Serializer[Any]):
    """A word that decided, and what it counted: below 0 it spoke against."""

    word = serializers.CharField()
    points = serializers.FloatField()


class RemarkSerializer(serializers.Serializer[Remark]):
    """One comment as it was read. A PATCH corrects the feeling, the themes or both, for good."""

    id = serializers.IntegerField(read_only=True)
    source = serializers.ChoiceField(Source.choices, read_only=True)  # type: ignore[assignment]
    source_id = serializers.IntegerField(read_only=True)
    account = serializers.IntegerField(source="account_id", read_only=True)
    contact = serializers.IntegerField(source="contact_id", read_only=True, allow_null=True)
    said_at = UtcDateTimeField(read_only=True)
    stage = serializers.CharField(read_only=True)
    language = serializers.CharField(read_only=True)
    text = serializers.SerializerMethodField()
    feeling = serializers.ChoiceField(Feeling.choices)
    balance = serializers.FloatField(read_only=True, help_text=gettext_lazy("From -1, all bad, to 1, all good."))
    deciding = serializers.SerializerMethodField()
    mentions = MentionSerializer(many=True, read_only=True)
    themes = serializers.ListField(child=OwnRow(Theme), write_only=True, required=False, max_length=100)
    is_at_odds = serializers.BooleanField(read_only=True)
    corrected_at = UtcDateTimeField(read_only=True, allow_null=True)
    corrected_by = ByField("corrected_by")

    def get_text(self, row: Remark) -> str:
        return self._texts().get((row.source, row.source_id), "")

    @extend_schema(responses=DecidingSerializer(many=True))
    def get_deciding(self, row: Remark) -> list[Fields]:
        text = self.get_text(row)
        if len(text) != row.length:
            return []
        return [{"word": text[int(start) : int(end)], "points": points} for start, end, points in row.marks]

    def _texts(self) -> dict[texts.Key, str]:
        """The words of all rows of the answer, read once."""
        top: Any = self.root
        found: dict[texts.Key, str] | None = getattr(top, "texts_of_rows", None)
        if found is None:
            rows = top.instance if isinstance(top.instance, list) else [top.instance]
            found = texts.texts_of((one.source, one.source_id) for one in rows)
            top.texts_of_rows = found
        return found


class RemarkFilters(OfAccount):
    source = serializers.ChoiceField(Source.choices, required=False)  # type: ignore[assignment]
    feeling = serializers.ChoiceField(Feeling.choices, required=False)
    theme = IdParameter(source="mentions__theme")
    said_from = serializers.DateTimeField(source="said_at__gte", required=False)
    said_before = serializers.DateTimeField(source="said_at__lt", required=False)


class RemarkViewSet(Lists, Retrieves, Updates):
    """What customers said, with its themes, how it feels, and the words that decided."""

    model = Remark
    area = Area.SURVEYS
    filters = RemarkFilters
    serializer_class = RemarkSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[Remark]:
        return remark_queries.remarks()

    def change(self, row: Remark, fields: Fields) -> None:
        held = [mention.theme_id for mention in row.mentions.all()]
        ids = [theme.pk for theme in fields["themes"]] if "themes" in fields else held
        feeling = fields.get("feeling", row.feeling)
        theme_actions.correct(remark=row, feeling=feeling, theme_ids=ids, at=now(), by=self.by)


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
        return theme_queries.rises()


# ------------------------------------------------------------------------------------------------- improvements
class EffectSerializer(serializers.Serializer[Any]):
    """`change` is the share after less the share before, within `low` to `high` 19 times out of 20."""

    hits_before = serializers.IntegerField(source="before.hits")
    of_before = serializers.IntegerField(source="before.n")
    hits_after = serializers.IntegerField(source="after.hits", allow_null=True, default=None)
    of_after = serializers.IntegerField(source="after.n", allow_null=True, default=None)
    change = serializers.FloatField(allow_null=True)
    low = serializers.SerializerMethodField()
    high = serializers.SerializerMethodField()
    outcome = serializers.ChoiceField([(one.value, one.value) for one in improvement_queries.Outcome])

    def get_low(self, effect: improvement_queries.Effect) -> float | None:
        return effect.interval[0] if effect.interval else None

    def get_high(self, effect: improvement_queries.Effect) -> float | None:
        return effect.interval[1] if effect.interval else None


@example("An improvement", title="A call back within the hour", theme=1, measure="negative", due_on="2026-12-31")
class ImprovementSerializer(serializers.Serializer[Improvement]):
    id = serializers.IntegerField(read_only=True)
    title = serializers.CharField(max_length=200)
    about = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    theme = OwnRow(Theme, required=False, allow_null=True)
    owner = OwnRow(Member, required=False, allow_null=True)
    measure = serializers.ChoiceField(Measure.choices)
    window_days = serializers.IntegerField(min_value=14, max_value=365, required=False)
    due_on = serializers.DateField()
    created_at = UtcDateTimeField(read_only=True)
    created_by = ByField("created_by")
    done_at = UtcDateTimeField(read_only=True, allow_null=True)
    dropped_at = UtcDateTimeField(read_only=True, allow_null=True)
    verified_at = UtcDateTimeField(read_only=True, allow_null=True)
    effect = serializers.SerializerMethodField()

    @extend_schema(responses=EffectSerializer)
    def get_effect(self, row: Improvement) -> Any:
        return EffectSerializer(improvement_queries.effect(row)).data


class ImprovementFilters(serializers.Serializer[Improvement]):
    theme = IdParameter()
    owner = IdParameter()
    due_before = serializers.DateField(source="due_on__lt", required=False)


class ImprovementViewSet(Lists, Retrieves, Creates, Updates):
    """What is changed for many customers at once, and whether it helped."""

    model = Improvement
    area = Area.SURVEYS
    filters = ImprovementFilters
    serializer_class = ImprovementSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[Improvement]:
        return improvement_queries.improvements()

    def add(self, fields: Fields) -> Improvement:
        return _acted(lambda: improvement_actions.add_improvement(changes=fields, at=now(), by=self.by))

    def change(self, row: Improvement, fields: Fields) -> None:
        _acted(lambda: improvement_actions.change_improvement(improvement=row, changes=fields))

    @extend_schema(summary=gettext_lazy("Done"), request=None, responses=ImprovementSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request: Request, pk: str) -> Response:
        """From now on it is measured whether it helped."""
        row = self.get_object()
        _acted(lambda: improvement_actions.finish(improvement=row, at=now(), by=self.by))
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Dropped"), request=None, responses=ImprovementSerializer)
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: str) -> Response:
        """It will not be done."""
        row = self.get_object()
        _acted(lambda: improvement_actions.drop(improvement=row, at=now()))
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Open again"), request=None, responses=ImprovementSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Not done after all, or wanted again."""
        row = self.get_object()
        improvement_actions.reopen(improvement=row)
        return Response(self.shown(row))


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses under /api/v1/."""
    router.register("themes", ThemeViewSet, basename="theme")
    router.register("theme-rises", RiseViewSet, basename="theme-rise")
    router.register("comments", RemarkViewSet, basename="comment")
    router.register("improvements", ImprovementViewSet, basename="improvement")
