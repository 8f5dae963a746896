"""People at customers over the API."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from accounts import queries
from accounts.actions import contacts as contact_actions
from accounts.models import Account, Contact
from lib.time import now
from workspaces.api import Creates, Fields, IdParameter, Lists, OwnRow, Retrieves, Updates, example
from workspaces.capabilities import Capability


class IsSetField(serializers.BooleanField):
    """Whether an instant is set; writing it is left to an action."""

    def get_attribute(self, instance: Any) -> bool:
        return super().get_attribute(instance) is not None


@example("A new contact", account=1, name="Kim Berg", email="kim@bergmann.example", role="decision_maker", locale="de")
class ContactSerializer(serializers.Serializer[Contact]):
    id = serializers.IntegerField(read_only=True)
    account = OwnRow(Account)
    name = serializers.CharField(max_length=200)
    email = serializers.EmailField(required=False, max_length=254, allow_blank=True)
    role = serializers.ChoiceField(Contact.Role.choices, required=False)
    title = serializers.CharField(required=False, max_length=120, allow_blank=True)
    locale = serializers.CharField(
        required=False, max_length=10, allow_blank=True, help_text=gettext_lazy("The language to write in: `de`.")
    )
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


class ContactFilters(serializers.Serializer[Contact]):
    account = IdParameter()
    email = serializers.CharField(required=False, max_length=254)
    role = serializers.ChoiceField(Contact.Role.choices, required=False)

    def validate_email(self, value: str) -> str:
        return value.lower()  # addresses are stored so


class ContactViewSet(Lists, Retrieves, Creates, Updates):
    """People at customers."""

    model = Contact
    filters = ContactFilters
    serializer_class = ContactSerializer
    write_capability = Capability.EDIT_ACCOUNTS

    def rows(self) -> QuerySet[Contact]:
        return queries.contacts()

    def add(self, fields: Fields) -> Contact:
        marks: Fields = {name: fields.pop(name) for name in ("opted_out_at", "left_at") if name in fields}
        try:
            contact = contact_actions.add_contact(**fields, at=now(), by=self.by)
        except contact_actions.EmailTaken as taken:
            raise _email_taken() from taken
        self._mark(contact, marks)
        return contact

    def change(self, row: Contact, fields: Fields) -> None:
        try:
            contact_actions.update_contact(contact=row, changes=fields, at=now(), by=self.by)
        except contact_actions.EmailTaken as taken:
            raise _email_taken() from taken
        self._mark(row, fields)

    def _mark(self, contact: Contact, fields: Fields) -> None:
        if "opted_out_at" in fields:
            contact_actions.set_opted_out(contact=contact, is_out=fields["opted_out_at"], at=now(), by=self.by)
        if "left_at" in fields:
            contact_actions.set_left(contact=contact, has_left=fields["left_at"], at=now(), by=self.by)


def _email_taken() -> serializers.ValidationError:
    return serializers.ValidationError({"email": [_("Another contact has this address.")]})
