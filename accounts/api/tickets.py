"""Support cases over the API: for help desks that have no webhook."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from accounts.actions import tickets as ticket_actions
from accounts.models import Account, Contact, Ticket
from lib.rest import BlankIsNull, UtcDateTimeField
from lib.time import now
from workspaces.api import Creates, Fields, IdParameter, Lists, OwnRow, Retrieves, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area


@example(
    "A closed ticket",
    account=1,
    contact=1,
    source="zammad",
    external_id="90210",
    number="22031",
    subject="Printer on fire",
    priority="high",
    topic="problem",
    opened_at="2026-06-14T08:30:00Z",
    closed_at="2026-06-15T12:00:00Z",
    updated_at="2026-06-15T12:00:00Z",
)
class TicketSerializer(serializers.Serializer[Ticket]):
    id = serializers.IntegerField(read_only=True)
    account = OwnRow(Account)
    contact = OwnRow(Contact, required=False, allow_null=True)
    source = serializers.CharField(  # type: ignore[assignment]  # a field, not where this one comes from
        max_length=40, help_text=gettext_lazy("The help desk it is in: `zammad`.")
    )
    external_id = serializers.CharField(max_length=120, help_text=gettext_lazy("Its id there."))
    number = serializers.CharField(required=False, max_length=60, allow_blank=True)
    url = serializers.URLField(required=False, max_length=500, allow_blank=True)
    subject = serializers.CharField(required=False, max_length=300, allow_blank=True)
    priority = BlankIsNull(
        Ticket.Priority.choices, required=False, help_text=gettext_lazy("null where it is not known.")
    )
    topic = BlankIsNull(
        Ticket.Topic.choices, required=False, help_text=gettext_lazy("What it is about; null where it is not known.")
    )
    tags = serializers.ListField(
        child=serializers.CharField(max_length=80),
        max_length=50,
        required=False,
        help_text=gettext_lazy("The help desk's own. Without: what is known stays."),
    )
    locale = serializers.CharField(
        required=False, max_length=10, allow_blank=True, help_text=gettext_lazy("The language it is written in: `de`.")
    )
    agent_name = serializers.CharField(required=False, max_length=200, allow_blank=True)
    agent_email = serializers.EmailField(required=False, max_length=254, allow_blank=True)
    opened_at = UtcDateTimeField(required=False, help_text=gettext_lazy("At first `updated_at`; never changes."))
    closed_at = UtcDateTimeField(required=False, allow_null=True, help_text=gettext_lazy("Without: it is open."))
    updated_at = UtcDateTimeField(
        source="source_updated_at",
        required=False,
        help_text=gettext_lazy(
            "When the help desk knew this, else now. News older than what is known changes nothing."
        ),
    )
    reopened_at = UtcDateTimeField(read_only=True, allow_null=True)
    episode = serializers.IntegerField(
        read_only=True, help_text=gettext_lazy("How often it was closed: closed, reopened and closed again is 2.")
    )

    def validate_priority(self, value: str | None) -> str:
        return value or ""

    validate_topic = validate_priority

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        contact, closed_at, opened_at = (attrs.get(name) for name in ("contact", "closed_at", "opened_at"))
        if contact and contact.account_id != attrs["account"].pk:
            raise serializers.ValidationError({"contact": [_("This contact belongs to another account.")]})
        if closed_at and opened_at and closed_at < opened_at:
            raise serializers.ValidationError({"closed_at": [_("A ticket closes after it opens.")]})
        return attrs


_BRING_UP_TO_DATE = gettext_lazy("Add one, or bring it up to date")


class TicketFilters(serializers.Serializer[Ticket]):
    account = IdParameter()
    source = serializers.CharField(required=False, max_length=40)  # type: ignore[assignment]
    external_id = serializers.CharField(required=False, max_length=120)
    open = serializers.BooleanField(source="closed_at__isnull", required=False)
    priority = serializers.ChoiceField(Ticket.Priority.choices, required=False)
    topic = serializers.ChoiceField(Ticket.Topic.choices, required=False)


@extend_schema_view(
    create=extend_schema(summary=_BRING_UP_TO_DATE, responses={200: TicketSerializer, 201: TicketSerializer})
)
class TicketViewSet(Lists, Retrieves, Creates):
    """Support cases. A POST brings the ticket of this source and external id up to date, or adds it (201).

    What is said is the ticket's whole state: closing it asks its contact for an answer, saying so again does not.
    """

    model = Ticket
    area = Area.TICKETS
    filters = TicketFilters
    serializer_class = TicketSerializer
    write_capability = Capability.EDIT_ACCOUNTS

    def rows(self) -> QuerySet[Ticket]:
        return Ticket.objects.all()

    def add(self, fields: Fields) -> Ticket:
        account, contact, at = fields.pop("account"), fields.pop("contact", None), now()
        known = Ticket.objects.filter(source=fields["source"], external_id=fields["external_id"]).first()
        if known and known.account_id != account.pk:
            raise serializers.ValidationError({"account": [_("This ticket belongs to another account.")]})
        self.was_known = known is not None
        updated_at = fields.pop("source_updated_at", at)
        opened_at = fields.pop("opened_at", None) or min(updated_at, fields.get("closed_at") or updated_at)
        news = ticket_actions.TicketNews(
            **fields, is_closed=bool(fields.get("closed_at")), updated_at=updated_at, opened_at=opened_at
        )
        return ticket_actions.apply_ticket(account=account, contact=contact, news=news, at=at)
