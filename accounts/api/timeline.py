"""What happened to customers, and the tags they carry, over the API."""

from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from accounts import registry
from accounts.models import Fact, Tag
from lib.rest import UtcDateTimeField
from workspaces.api import ByField, Lists, OfAccount, Retrieves
from workspaces.scopes import Area


class FactSerializer(serializers.Serializer[Fact]):
    id = serializers.IntegerField()
    account = serializers.IntegerField(source="account_id")
    kind = serializers.CharField()
    at = UtcDateTimeField(help_text=gettext_lazy("When it happened."))
    recorded_at = UtcDateTimeField(help_text=gettext_lazy("When it was known here."))
    by = ByField()
    data = serializers.DictField(child=serializers.JSONField(allow_null=True), help_text=gettext_lazy("By its kind."))  # type: ignore[assignment]
    sentence = serializers.SerializerMethodField(help_text=gettext_lazy("The same in words."))

    def get_sentence(self, fact: Fact) -> str:
        tell = registry.words.get(fact.kind)
        return tell(fact.data) if tell else fact.kind


class FactFilters(OfAccount):
    kind = serializers.CharField(required=False, max_length=60)
    since = UtcDateTimeField(source="at__gte", required=False)
    until = UtcDateTimeField(source="at__lt", required=False)


class FactViewSet(Lists, Retrieves):
    """The timeline: everything that happened to customers, in the order in which it became known."""

    model = Fact
    area = Area.ACCOUNTS
    filters = FactFilters
    serializer_class = FactSerializer

    def rows(self) -> QuerySet[Fact]:
        found: QuerySet[Fact] = Fact.objects.select_related("by")
        return found


class TagSerializer(serializers.Serializer[Tag]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    accounts = serializers.IntegerField(help_text=gettext_lazy("How many accounts carry it."))


class TagViewSet(Lists):
    """The tags there are; an account's own are in its `tags`, and are set there."""

    model = Tag
    area = Area.ACCOUNTS
    serializer_class = TagSerializer

    def rows(self) -> QuerySet[Any, Any]:
        return Tag.objects.annotate(accounts=Count("account_tags"))
