"""Quarterly reviews, what is promised in them, and their links, over the API."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from accounts.models import Account
from lib.problems import Conflict
from lib.rest import UtcDateTimeField
from lib.time import now
from reviews import actions, queries
from reviews.models import ActionItem, Review, Section, ShareLink
from workspaces.api import (
    AddressField,
    ByField,
    Creates,
    Fields,
    IdParameter,
    LinkDaysField,
    Lists,
    MakesLinks,
    OfAccount,
    OwnRow,
    Retrieves,
    example,
)
from workspaces.capabilities import Capability
from workspaces.scopes import Area

FIRST_YEAR, LAST_YEAR = 2000, 2199
LONGEST = 10_000


# ------------------------------------------------------------------------------------------- reviews
@example("A quarter", account=1, year=2026, quarter=2)
class ReviewSerializer(serializers.Serializer[Review]):
    id = serializers.IntegerField(read_only=True)
    account = OwnRow(Account)
    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    quarter = serializers.IntegerField(min_value=1, max_value=4)
    state = serializers.ChoiceField(Review.State.choices, read_only=True)
    commentary = serializers.DictField(
        child=serializers.CharField(), read_only=True, help_text=gettext_lazy("By section.")
    )
    attendees = serializers.CharField(read_only=True)
    prepared_at = UtcDateTimeField(read_only=True, allow_null=True)
    prepared_by = ByField("prepared_by")
    held_at = UtcDateTimeField(read_only=True, allow_null=True)
    held_by = ByField("held_by")
    created_at = UtcDateTimeField(read_only=True)


class ReviewFilters(OfAccount):
    year = serializers.IntegerField(required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    quarter = serializers.IntegerField(required=False, min_value=1, max_value=4)
    held = serializers.BooleanField(required=False)


class CommentarySerializer(serializers.Serializer[Any]):
    section = serializers.ChoiceField(Section.choices)
    text = serializers.CharField(max_length=LONGEST, allow_blank=True)


class HoldSerializer(serializers.Serializer[Any]):
    attendees = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class ReviewViewSet(Lists, Retrieves, Creates):
    """What we report to customers each quarter. A POST opens a review, or finds the one that is there (200)."""

    model = Review
    area = Area.REVIEWS
    filters = ReviewFilters
    serializer_class = ReviewSerializer
    write_capability = Capability.REVIEW

    def rows(self) -> QuerySet[Review]:
        return queries.reviews()

    def narrow(self, queryset: QuerySet[Any], lookups: Fields) -> QuerySet[Any]:
        if "held" in lookups:
            lookups["held_at__isnull"] = not lookups.pop("held")
        return queryset.filter(**lookups)

    @extend_schema(summary=gettext_lazy("Open one"), responses={200: ReviewSerializer, 201: ReviewSerializer})
    def create(self, request: Request) -> Response:
        return super().create(request)

    def add(self, fields: Fields) -> Review:
        self.was_known = Review.objects.filter(**fields).exists()
        return actions.open_review(**fields, at=now(), by=self.by)

    @extend_schema(summary=gettext_lazy("Comment"), request=CommentarySerializer, responses=ReviewSerializer)
    @action(detail=True, methods=["post"])
    def comment(self, request: Request, pk: str) -> Response:
        """Put a text under one section of a report that was not held yet."""
        row, said = self.get_object(), self.told(CommentarySerializer)
        try:
            actions.save_commentary(review=row, **said, at=now(), by=self.by)
        except actions.ReviewHeld as error:
            raise _held() from error
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Prepared"), request=None, responses=ReviewSerializer)
    @action(detail=True, methods=["post"])
    def prepare(self, request: Request, pk: str) -> Response:
        """The report can be shown; a second time changes nothing."""
        row = self.get_object()
        try:
            actions.mark_prepared(review=row, at=now(), by=self.by)
        except actions.ReviewHeld as error:
            raise _held() from error
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Held"), request=HoldSerializer, responses=ReviewSerializer)
    @action(detail=True, methods=["post"])
    def hold(self, request: Request, pk: str) -> Response:
        """The meeting took place: the report keeps the numbers of this moment."""
        row, said = self.get_object(), self.told(HoldSerializer)
        try:
            actions.mark_held(review=row, **said, at=now(), by=self.by)
        except actions.ReviewHeld as error:
            raise _held() from error
        return Response(self.shown(row))


def _held() -> Conflict:
    return Conflict(_("This review was held, and does not change any more."))


# ------------------------------------------------------------------------------------------- promises
@example("A promise", review=1, text="Train the new colleagues", customer_owner="Kim Berg", due_on="2026-09-01")
class ActionItemSerializer(serializers.Serializer[ActionItem]):
    id = serializers.IntegerField(read_only=True)
    account = serializers.IntegerField(source="account_id", read_only=True)
    review = OwnRow(Review)
    text = serializers.CharField(max_length=300)
    owner = serializers.EmailField(source="owner.user.email", read_only=True, allow_null=True, default=None)
    customer_owner = serializers.CharField(max_length=120, required=False, allow_blank=True)
    due_on = serializers.DateField(required=False, allow_null=True)
    created_at = UtcDateTimeField(read_only=True)
    done_at = UtcDateTimeField(read_only=True, allow_null=True)


class ActionItemFilters(OfAccount):
    review = IdParameter()
    open = serializers.BooleanField(source="done_at__isnull", required=False)
    due_before = serializers.DateField(source="due_on__lt", required=False)


class ActionItemViewSet(Lists, Retrieves, Creates):
    """What was promised in reviews, until it is done."""

    model = ActionItem
    area = Area.REVIEWS
    filters = ActionItemFilters
    serializer_class = ActionItemSerializer
    write_capability = Capability.REVIEW

    def rows(self) -> QuerySet[ActionItem]:
        return queries.actions()

    def add(self, fields: Fields) -> ActionItem:
        return actions.add_action(**fields, at=now(), by=self.by)

    @extend_schema(summary=gettext_lazy("Done"), request=None, responses=ActionItemSerializer)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> Response:
        """The promise was kept; a second time changes nothing."""
        row = self.get_object()
        actions.complete_action(item=row, at=now(), by=self.by)
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Not done"), request=None, responses=ActionItemSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """It was not kept after all."""
        row = self.get_object()
        actions.reopen_action(item=row, at=now(), by=self.by)
        return Response(self.shown(row))


# ------------------------------------------------------------------------------------------- links
@example("A link for a customer", review=1, days=30, with_internals=False)
class ShareLinkSerializer(serializers.Serializer[ShareLink]):
    id = serializers.IntegerField(read_only=True)
    review = OwnRow(Review)
    with_internals = serializers.BooleanField(
        default=False, help_text=gettext_lazy("With what is between ourselves: never for a customer.")
    )
    days = LinkDaysField()
    address = AddressField()
    created_by = ByField("created_by")
    created_at = UtcDateTimeField(read_only=True)
    expires_at = UtcDateTimeField(read_only=True)
    revoked_at = UtcDateTimeField(read_only=True, allow_null=True)


class ShareLinkFilters(serializers.Serializer[ShareLink]):
    review = IdParameter()


class ShareLinkViewSet(Lists, Retrieves, MakesLinks):
    """Links that show one report to whoever has them."""

    model = ShareLink
    area = Area.REVIEWS
    filters = ShareLinkFilters
    serializer_class = ShareLinkSerializer
    write_capability = Capability.REVIEW

    def rows(self) -> QuerySet[ShareLink]:
        found: QuerySet[ShareLink] = ShareLink.objects.select_related("created_by", "review__account")
        return found

    def add(self, fields: Fields) -> ShareLink:
        link, token = actions.share(**fields, at=now(), by=self.by)
        self.address = settings.BASE_URL + reverse("reviews:shared", args=[token])
        return link

    @extend_schema(summary=gettext_lazy("Revoke"), request=None, responses=ShareLinkSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        """The link works no more; a second time changes nothing."""
        row = self.get_object()
        actions.revoke_share(link=row, at=now(), by=self.by)
        return Response(self.shown(row))


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("reviews", ReviewViewSet, basename="reviews")
    router.register("review-actions", ActionItemViewSet, basename="review-actions")
    router.register("review-links", ShareLinkViewSet, basename="review-links")
