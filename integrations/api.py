"""Help desks and what they sent, over the API."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from accounts.models import Account
from integrations.actions import processing, replays, unmatched
from integrations.kinds import KINDS
from integrations.models import Connection, InboxEvent
from integrations.queries import replays as replay_queries
from lib.problems import Conflict
from lib.rest import BlankIsNull, UtcDateTimeField
from lib.time import now
from workspaces.api import ByField, Fields, IdParameter, Lists, OwnRow, Retrieves, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area


class ConnectionSerializer(serializers.Serializer[Connection]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(list(KINDS))
    source = serializers.CharField(help_text=gettext_lazy("What its tickets and ids are known by."))  # type: ignore[assignment]
    name = serializers.CharField()
    created_at = UtcDateTimeField()
    created_by = ByField("created_by")
    disabled_at = UtcDateTimeField(allow_null=True)
    refused_count = serializers.IntegerField(help_text=gettext_lazy("Deliveries whose signature was wrong."))
    refused_at = UtcDateTimeField(allow_null=True)
    refused_why = serializers.ChoiceField(Connection.Refusal.choices, allow_blank=True)


class ConnectionFilters(serializers.Serializer[Connection]):
    open = serializers.BooleanField(source="disabled_at__isnull", required=False)


SETTLED = [choice for choice in InboxEvent.State.choices if choice[0] != InboxEvent.State.RECEIVED]
MOST_REPLAYED = 100_000


@example("What came on a day", since="2026-06-14T00:00:00Z", until="2026-06-15T00:00:00Z", state="unmatched")
class ReplaySerializer(serializers.Serializer[Any]):
    """The last so many deliveries, or those between two times; of one outcome, or of any."""

    last = serializers.IntegerField(min_value=1, max_value=MOST_REPLAYED, required=False, allow_null=True, default=None)
    since = UtcDateTimeField(required=False, allow_null=True, default=None)
    until = UtcDateTimeField(
        required=False, allow_null=True, default=None, help_text=gettext_lazy("Those received before.")
    )
    state = serializers.ChoiceField(SETTLED, required=False, allow_blank=True, default="")

    def validate(self, attrs: Fields) -> Fields:
        last, since, until = attrs["last"], attrs["since"], attrs["until"]
        if bool(last) == bool(since or until):
            raise serializers.ValidationError({"last": [_("Say either how many, or from when to when.")]})
        if since and until and since >= until:
            raise serializers.ValidationError({"until": [_("The span must end after it begins.")]})
        return attrs


class ReplayedSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text=gettext_lazy("How many are being processed again."))


class ConnectionViewSet(Lists, Retrieves):
    """Help desks that may tell us of tickets. Their addresses and secrets are on their pages only."""

    model = Connection
    area = Area.CONNECTIONS
    filters = ConnectionFilters
    serializer_class = ConnectionSerializer
    read_capability = Capability.ADMINISTER

    def rows(self) -> QuerySet[Connection]:
        found: QuerySet[Connection] = Connection.objects.select_related("created_by")
        return found

    @extend_schema(
        summary=gettext_lazy("Process deliveries again"), request=ReplaySerializer, responses=ReplayedSerializer
    )
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, pk: str) -> Response:
        """In the background, the oldest first. Those that wait, or whose body is gone, are none of them."""
        connection, said = self.get_object(), self.told(ReplaySerializer)
        at = now()
        choice = replay_queries.choice_of(connection.pk, **said, at=at)
        count = replays.replay_range(connection=connection, choice=choice, at=at, by=self.by)
        return Response({"count": count})


class DeliverySerializer(serializers.Serializer[InboxEvent]):
    id = serializers.IntegerField()
    connection = serializers.IntegerField(source="connection_id")
    received_at = UtcDateTimeField()
    state = serializers.ChoiceField(InboxEvent.State.choices)
    settled_at = UtcDateTimeField(allow_null=True)
    error = serializers.CharField()
    account = serializers.IntegerField(source="account_id", allow_null=True)
    ticket = serializers.IntegerField(source="ticket_id", allow_null=True)
    match = BlankIsNull(InboxEvent.Match.choices, help_text=gettext_lazy("What told whose it is."))
    ticket_number = serializers.CharField()
    subject = serializers.CharField()
    requester_name = serializers.CharField()
    requester_email = serializers.CharField()
    organization_id = serializers.CharField()
    organization_name = serializers.CharField()
    domain = serializers.CharField()


class DeliveryFilters(serializers.Serializer[InboxEvent]):
    connection = IdParameter()
    state = serializers.ChoiceField(InboxEvent.State.choices, required=False)
    since = UtcDateTimeField(source="received_at__gte", required=False)
    until = UtcDateTimeField(source="received_at__lt", required=False)


@example("Whose it is, and all that comes from there", account=1, remember_domain=True)
class DeliveryAssignSerializer(serializers.Serializer[Any]):
    account = OwnRow(Account)
    remember_domain = serializers.BooleanField(
        required=False, default=False, help_text=gettext_lazy("Its e-mail domain is one of the account's from now on.")
    )


class DeliveryAssignedSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text=gettext_lazy("How many go to the account, this one among them."))


class DeliveryViewSet(Lists, Retrieves):
    """What help desks sent, and what came of it; `unmatched` ones wait for somebody who says whose they are."""

    model = InboxEvent
    area = Area.CONNECTIONS
    filters = DeliveryFilters
    serializer_class = DeliverySerializer
    read_capability = Capability.EDIT_ACCOUNTS

    def rows(self) -> QuerySet[Any]:
        return InboxEvent.objects.defer("body", "headers", "found")

    @extend_schema(summary=gettext_lazy("Process it again"), request=None, responses=DeliverySerializer)
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, pk: str) -> Response:
        """In the background, finding its account anew."""
        row = self.get_object()
        try:
            processing.replay(event=row, at=now(), by=self.by)
        except processing.StillWaiting as error:
            raise Conflict(_("This delivery is waiting to be processed already.")) from error
        except processing.BodyGone as error:
            raise Conflict(_("Its body is gone, so there is nothing to process again.")) from error
        return Response(self.shown(row))

    @extend_schema(
        summary=gettext_lazy("Say whose it is"), request=DeliveryAssignSerializer, responses=DeliveryAssignedSerializer
    )
    @action(detail=True, methods=["post"], write_capability=Capability.EDIT_ACCOUNTS)
    def assign(self, request: Request, pk: str) -> Response:
        """An unmatched one, with every other of its ticket, requester or organisation: applied within seconds."""
        row, said = self.get_object(), self.told(DeliveryAssignSerializer)
        try:
            count = unmatched.assign(event=row, **said, at=now(), by=self.by)
        except unmatched.NotUnmatched as error:
            raise Conflict(_("Somebody has decided about this delivery already.")) from error
        except processing.BodyGone as error:
            raise Conflict(_("Its body is gone, so it can only be dismissed.")) from error
        return Response({"count": count})

    @extend_schema(summary=gettext_lazy("Dismiss"), request=None, responses=DeliverySerializer)
    @action(detail=True, methods=["post"], write_capability=Capability.EDIT_ACCOUNTS)
    def dismiss(self, request: Request, pk: str) -> Response:
        """An unmatched one that is nobody's, with all of its ticket; processing it again brings it back."""
        row = self.get_object()
        try:
            unmatched.dismiss(event=row, at=now(), by=self.by)
        except unmatched.NotUnmatched as error:
            raise Conflict(_("Somebody has decided about this delivery already.")) from error
        return Response(self.shown(row))


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("connections", ConnectionViewSet, basename="connections")
    router.register("deliveries", DeliveryViewSet, basename="deliveries")
