"""What customers said, as it was read."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from lib.rest import UtcDateTimeField
from lib.time import now
from voice.actions import themes as actions
from voice.models import Feeling, Remark, Source, Theme
from voice.queries import remarks as queries
from voice.queries import texts
from workspaces.api import ByField, Fields, IdParameter, Lists, OfAccount, OwnRow, Retrieves, Updates
from workspaces.capabilities import Capability
from workspaces.scopes import Area


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
        return queries.remarks()

    def change(self, row: Remark, fields: Fields) -> None:
        held = [mention.theme_id for mention in row.mentions.all()]
        ids = [theme.pk for theme in fields["themes"]] if "themes" in fields else held
        feeling = fields.get("feeling", row.feeling)
        actions.correct(remark=row, feeling=feeling, theme_ids=ids, at=now(), by=self.by)
