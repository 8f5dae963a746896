"""Help desks and what they sent, over the API."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.routers import SimpleRouter

from integrations.kinds import KINDS
from integrations.models import Connection, InboxEvent
from lib.rest import BlankIsNull, UtcDateTimeField
from workspaces.api import ByField, IdParameter, Lists, Retrieves
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


class ConnectionFilters(serializers.Serializer[Connection]):
    open = serializers.BooleanField(source="disabled_at__isnull", required=False)


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


class DeliveryViewSet(Lists, Retrieves):
    """What help desks sent, and what came of it; `unmatched` ones wait for somebody who says whose they are."""

    model = InboxEvent
    area = Area.CONNECTIONS
    filters = DeliveryFilters
    serializer_class = DeliverySerializer
    read_capability = Capability.EDIT_ACCOUNTS

    def rows(self) -> QuerySet[Any]:
        return InboxEvent.objects.defer("body", "headers", "found")


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("connections", ConnectionViewSet, basename="connections")
    router.register("deliveries", DeliveryViewSet, basename="deliveries")
