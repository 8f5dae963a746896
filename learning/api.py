"""Content and completions over the API: for learning platforms that tell who learned what."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.routers import SimpleRouter

from accounts.models import Contact, Metric
from learning import actions, queries
from learning.models import Completion, ContentItem
from lib.problems import Conflict
from lib.rest import UtcDateTimeField
from lib.time import now
from workspaces.api import Creates, Fields, IdParameter, Lists, OfAccount, OwnRow, Retrieves, Updates, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area

_BRING_UP_TO_DATE = gettext_lazy("Add one, or bring it up to date")


class FeatureField(serializers.SlugRelatedField[Metric]):
    """A metric of this workspace by its key."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="key", queryset=QuerySet(Metric), **kwargs)

    def get_queryset(self) -> QuerySet[Metric]:
        found: QuerySet[Metric] = Metric.objects.all()
        return found


class RetiredField(serializers.BooleanField):
    """Whether it is offered no more; writing it is left to an action."""

    def get_attribute(self, instance: Any) -> bool:
        return super().get_attribute(instance) is not None


@example(
    "A video",
    title="Reports in five minutes",
    url="https://learn.vendor.example/reports",
    kind="video",
    roles=["champion", "end_user"],
    metric="reports_built",
    minutes=5,
)
class ContentItemSerializer(serializers.Serializer[ContentItem]):
    id = serializers.IntegerField(read_only=True)
    title = serializers.CharField(max_length=200)
    url = serializers.URLField(max_length=500, help_text=gettext_lazy("It is known by its address."))
    kind = serializers.ChoiceField(ContentItem.Kind.choices)
    roles = serializers.ListField(
        child=serializers.ChoiceField(Contact.Role.choices),
        required=False,
        max_length=len(Contact.Role.choices),
        help_text=gettext_lazy("For whom it is; empty: for everybody."),
    )
    metric = FeatureField(
        required=False,
        allow_null=True,
        help_text=gettext_lazy("The key of the metric that shows use of what it teaches."),
    )
    minutes = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=10_000)
    retired = RetiredField(
        source="retired_at",
        required=False,
        help_text=gettext_lazy("Is not offered any more; who learned is still known."),
    )
    started = serializers.IntegerField(
        source="people", read_only=True, help_text=gettext_lazy("How many people started it.")
    )
    completed = serializers.IntegerField(read_only=True, help_text=gettext_lazy("How many of them completed it."))


class ContentFilters(serializers.Serializer[Any]):
    url = serializers.CharField(required=False, max_length=500)
    kind = serializers.ChoiceField(ContentItem.Kind.choices, required=False)
    metric = serializers.SlugField(source="metric__key", required=False, max_length=60)
    retired = serializers.BooleanField(source="retired_at__isnull", required=False)

    def validate_retired(self, value: bool) -> bool:
        return not value


@extend_schema_view(
    create=extend_schema(summary=_BRING_UP_TO_DATE, responses={200: ContentItemSerializer, 201: ContentItemSerializer})
)
class ContentItemViewSet(Lists, Retrieves, Creates, Updates):
    """What customers can learn from. A POST brings the item of this address up to date, or adds it (201)."""

    model = ContentItem
    area = Area.LEARNING
    filters = ContentFilters
    serializer_class = ContentItemSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[ContentItem]:
        return queries.items()

    def add(self, fields: Fields) -> ContentItem:
        known = ContentItem.objects.filter(url=fields["url"]).first()
        if known is not None:
            self.was_known = True
            self.change(known, fields)
            return known
        is_retired = fields.pop("retired_at", False)
        try:
            item = actions.add_item(**fields, at=now(), by=self.by)
        except actions.AddressTaken as error:
            raise Conflict(_("Another request added it at the same time. Send this one again.")) from error
        return actions.set_retired(item=item, is_retired=is_retired, at=now(), by=self.by)

    def change(self, row: ContentItem, fields: Fields) -> None:
        try:
            actions.update_item(item=row, changes=fields, at=now(), by=self.by)
        except actions.AddressTaken as error:
            raise serializers.ValidationError({"url": [_("Another item has this address.")]}) from error
        if "retired_at" in fields:
            actions.set_retired(item=row, is_retired=fields["retired_at"], at=now(), by=self.by)


@example("Completed", item=1, contact=1, started_at="2026-06-01T08:00:00Z", completed_at="2026-06-01T08:20:00Z")
class CompletionSerializer(serializers.Serializer[Completion]):
    id = serializers.IntegerField(read_only=True)
    item = OwnRow(ContentItem)
    account = serializers.IntegerField(source="account_id", read_only=True)
    contact = OwnRow(Contact)
    started_at = UtcDateTimeField(
        required=False, help_text=gettext_lazy("At first `completed_at`, or now; the earliest that was said counts.")
    )
    completed_at = UtcDateTimeField(
        required=False, allow_null=True, help_text=gettext_lazy("null while they are not through.")
    )
    recorded_at = UtcDateTimeField(read_only=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        stands = self.instance
        for name in ("item", "contact") if isinstance(stands, Completion) else ():
            if name in attrs and attrs[name].pk != getattr(stands, f"{name}_id"):
                raise serializers.ValidationError({name: [_("This stays as it is.")]})
        return attrs


class CompletionFilters(OfAccount):
    item = IdParameter()
    contact = IdParameter()
    completed = serializers.BooleanField(source="completed_at__isnull", required=False)
    since = UtcDateTimeField(source="recorded_at__gte", required=False)

    def validate_completed(self, value: bool) -> bool:
        return not value


@extend_schema_view(
    create=extend_schema(summary=_BRING_UP_TO_DATE, responses={200: CompletionSerializer, 201: CompletionSerializer})
)
class CompletionViewSet(Lists, Retrieves, Creates, Updates):
    """Who started and completed what. A POST about the same item and person takes nothing back; a PATCH may."""

    model = Completion
    area = Area.LEARNING
    filters = CompletionFilters
    serializer_class = CompletionSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[Completion]:
        return queries.completions()

    def add(self, fields: Fields) -> Completion:
        self.was_known = Completion.objects.filter(item=fields["item"], contact=fields["contact"]).exists()
        try:
            return actions.note(**fields, at=now(), by=self.by)
        except (actions.NotYetHappened, actions.CompletedBeforeStart) as error:
            raise _impossible(error, fields) from error

    def change(self, row: Completion, fields: Fields) -> None:
        try:
            actions.correct(completion=row, changes=fields, at=now(), by=self.by)
        except (actions.NotYetHappened, actions.CompletedBeforeStart) as error:
            raise _impossible(error, fields) from error


def _impossible(error: Exception, fields: Fields) -> serializers.ValidationError:
    field = "completed_at" if fields.get("completed_at") else "started_at"
    if isinstance(error, actions.NotYetHappened):
        return serializers.ValidationError({field: [_("This is still to come.")]})
    return serializers.ValidationError({field: [_("Nobody is through before they begin.")]})


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("content", ContentItemViewSet, basename="content")
    router.register("completions", CompletionViewSet, basename="completions")
