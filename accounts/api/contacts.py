"""People at customers over the API."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import queries
from accounts.actions import contacts as contact_actions
from accounts.actions import erasing
from accounts.api.marks import IsSetField, check_known
from accounts.api.own import OWN_VALUES, OwnValuesField, asked_values
from accounts.models import Account, Contact, CustomField, Persona
from accounts.queries import privacy
from lib.names import refuse_unseen
from lib.rest import BlankIsNull, UtcDateTimeField
from lib.time import now
from workspaces.api import Creates, Fields, IdParameter, Lists, OwnRow, Retrieves, Updates, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area

CONSENTS = [(value, label) for value, label in Contact.Consent.choices if value]
CLOCKS_DIFFER = timedelta(days=1)  # tomorrow has begun somewhere
NO_CHOICE = gettext_lazy("null where it is not known.")


@example("A new contact", account=1, name="Kim Berg", email="kim@bergmann.example", role="decision_maker", locale="de")
class ContactSerializer(serializers.Serializer[Contact]):
    id = serializers.IntegerField(read_only=True)
    account = OwnRow(Account)
    name = serializers.CharField(max_length=200, validators=[refuse_unseen])
    email = serializers.EmailField(required=False, max_length=254, allow_blank=True)
    role = serializers.ChoiceField(Contact.Role.choices, required=False)
    title = serializers.CharField(required=False, max_length=120, allow_blank=True)
    locale = serializers.CharField(
        required=False, max_length=10, allow_blank=True, help_text=gettext_lazy("The language to write in: `de`.")
    )
    persona = OwnRow(Persona, required=False, allow_null=True)
    influence = BlankIsNull(Contact.Influence.choices, required=False, help_text=NO_CHOICE)
    stance = BlankIsNull(
        Contact.Stance.choices, required=False, help_text=gettext_lazy("Their attitude; null where it is not known.")
    )
    phone = serializers.CharField(required=False, max_length=40, allow_blank=True)
    time_zone = serializers.CharField(
        required=False, max_length=64, allow_blank=True, help_text=gettext_lazy("A name of the IANA list.")
    )
    consent = BlankIsNull(CONSENTS, required=False, help_text=gettext_lazy("null where none is recorded."))
    consent_at = UtcDateTimeField(
        required=False, allow_null=True, help_text=gettext_lazy("When it was given or withdrawn; now, if left out.")
    )
    consent_source = serializers.CharField(required=False, max_length=200, allow_blank=True)
    source = serializers.CharField(  # type: ignore[assignment]
        required=False, max_length=40, allow_blank=True, help_text=gettext_lazy("The system of `external_id`.")
    )
    external_id = serializers.CharField(required=False, max_length=120, allow_blank=True)
    custom = OwnValuesField(CustomField.About.CONTACT)
    opted_out = IsSetField(
        source="opted_out_at", required=False, help_text=gettext_lazy("Is not asked for answers any more.")
    )
    left = IsSetField(source="left_at", required=False, help_text=gettext_lazy("No longer works there."))

    def validate_email(self, value: str) -> str:
        return value.lower()

    def validate_account(self, value: Account) -> Account:
        if isinstance(self.instance, Contact) and self.instance.account_id != value.pk:
            raise serializers.ValidationError(_("A contact stays with its account."))
        return value

    def validate_influence(self, value: str | None) -> str:
        return value or ""

    validate_stance = validate_consent = validate_influence

    def validate_time_zone(self, value: str) -> str:
        if value and value not in available_timezones():
            raise serializers.ValidationError(_("This is no time zone of the IANA list."))
        return value

    def validate_consent_at(self, value: datetime | None) -> datetime | None:
        if value and value > now() + CLOCKS_DIFFER:
            raise serializers.ValidationError(_("This is still to come."))
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        check_known(self.instance, attrs)
        return attrs


class ContactFilters(serializers.Serializer[Contact]):
    account = IdParameter()
    email = serializers.CharField(required=False, max_length=254)
    role = serializers.ChoiceField(Contact.Role.choices, required=False)
    persona = IdParameter()
    influence = serializers.ChoiceField(Contact.Influence.choices, required=False)
    stance = serializers.ChoiceField(Contact.Stance.choices, required=False)
    source = serializers.CharField(required=False, max_length=40)  # type: ignore[assignment]
    external_id = serializers.CharField(required=False, max_length=120)
    here = serializers.BooleanField(
        source="left_at__isnull", required=False, help_text=gettext_lazy("Those who work there still, or who left.")
    )

    def validate_email(self, value: str) -> str:
        return value.lower()  # addresses are stored so


class PersonalDataSerializer(serializers.Serializer[Any]):
    exported_at = UtcDateTimeField()
    kept = serializers.DictField(
        child=serializers.ListField(child=serializers.DictField(child=serializers.JSONField(allow_null=True))),
        help_text=gettext_lazy("Rows by their kind."),
    )


@extend_schema_view(list=OWN_VALUES)
class ContactViewSet(Lists, Retrieves, Creates, Updates):
    """People at customers."""

    model = Contact
    area = Area.ACCOUNTS
    filters = ContactFilters
    serializer_class = ContactSerializer
    write_capability = Capability.EDIT_ACCOUNTS

    def rows(self) -> QuerySet[Contact]:
        return queries.contacts()

    def narrow(self, queryset: QuerySet[Any], lookups: Fields) -> QuerySet[Any]:
        if own := asked_values(self.request.query_params, CustomField.About.CONTACT):
            queryset = queryset.filter(custom__contains=own)
        return super().narrow(queryset, lookups)

    def add(self, fields: Fields) -> Contact:
        marks: Fields = {name: fields.pop(name) for name in ("opted_out_at", "left_at") if name in fields}
        try:
            contact = contact_actions.add_contact(**fields, at=now(), by=self.by)
        except contact_actions.REFUSALS as taken:
            raise _taken(taken) from taken
        self._mark(contact, marks)
        return contact

    def change(self, row: Contact, fields: Fields) -> None:
        try:
            contact_actions.update_contact(contact=row, changes=fields, at=now(), by=self.by)
        except contact_actions.REFUSALS as taken:
            raise _taken(taken) from taken
        self._mark(row, fields)

    @extend_schema(summary=gettext_lazy("Everything that is known of the person"), responses=PersonalDataSerializer)
    @action(detail=True, url_path="personal-data", read_capability=Capability.EDIT_ACCOUNTS)
    def personal_data(self, request: Request, pk: str) -> Response:
        """For whoever asks what is kept of them. Every reading is noted in the audit trail."""
        contact = self.get_object()
        erasing.note_export(contact=contact, at=now(), by=self.by)
        return Response({"exported_at": now(), "kept": privacy.known_about(contact)})

    def _mark(self, contact: Contact, fields: Fields) -> None:
        if "opted_out_at" in fields:
            contact_actions.set_opted_out(contact=contact, is_out=fields["opted_out_at"], at=now(), by=self.by)
        if "left_at" in fields:
            contact_actions.set_left(contact=contact, has_left=fields["left_at"], at=now(), by=self.by)


def _taken(taken: Exception) -> serializers.ValidationError:
    if isinstance(taken, contact_actions.Suppressed):
        return serializers.ValidationError({"email": [_("This person was erased, and is not to be brought in again.")]})
    if isinstance(taken, contact_actions.EmailTaken):
        return serializers.ValidationError({"email": [_("Another contact has this address.")]})
    return serializers.ValidationError({"external_id": [_("%s belongs to another contact.") % taken]})
