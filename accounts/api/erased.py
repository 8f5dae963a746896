"""People who were erased, and are not to come back unknowingly."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions import erasing
from accounts.forms.privacy import EraseForm
from accounts.models import Contact, Suppression
from accounts.queries import privacy
from lib.rest import UtcDateTimeField
from lib.time import now
from workspaces.api import Creates, Fields, Lists, OfAccount, OwnRow, Retrieves, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area


@example("Erase somebody", contact=1, name="Kim Berg")
class ErasedPersonSerializer(serializers.Serializer[Contact]):
    """What is left of a person; the id is the contact's."""

    id = serializers.IntegerField(read_only=True)
    contact = OwnRow(Contact, write_only=True)
    name = serializers.CharField(
        max_length=300, write_only=True, help_text=gettext_lazy("The contact's, as a sign that this one is meant.")
    )
    account = serializers.IntegerField(source="account_id", read_only=True)
    erased_at = UtcDateTimeField(source="erasing_at", read_only=True)
    finished_at = UtcDateTimeField(
        source="erased_at",
        read_only=True,
        allow_null=True,
        help_text=gettext_lazy("When every copy had been looked for; null: within minutes."),
    )
    may_return = serializers.BooleanField(read_only=True, help_text=gettext_lazy("Can be brought in again."))

    def validate(self, attrs: Fields) -> Fields:
        form = EraseForm({"name": attrs["name"]}, contact=attrs["contact"])
        if not form.is_valid():
            raise serializers.ValidationError({"name": [str(why) for why in form.errors["name"]]})
        return attrs


@example("By an address", known_by="kim@bergmann.example")
class KnownBySerializer(serializers.Serializer[Any]):
    known_by = serializers.CharField(
        max_length=300, help_text=gettext_lazy("An e-mail address, or an id elsewhere as `crm:4711`.")
    )


class FoundPersonSerializer(serializers.Serializer[Any]):
    contact = serializers.IntegerField(allow_null=True, help_text=gettext_lazy("null: nobody who was erased."))


class ErasedPersonViewSet(Lists, Retrieves, Creates):
    """People who were erased. A POST erases one more: it cannot be undone, and copies go within minutes."""

    model = Contact
    area = Area.ADMIN
    filters = OfAccount
    serializer_class = ErasedPersonSerializer
    read_capability = Capability.ADMINISTER

    def rows(self) -> QuerySet[Any]:
        kept = Suppression.objects.filter(contact_id=OuterRef("pk"))
        return Contact.objects.filter(erasing_at__isnull=False).annotate(may_return=~Exists(kept))

    def add(self, fields: Fields) -> Contact:
        return erasing.erase_contact(contact=fields["contact"], at=now(), by=self.by)

    @extend_schema(summary=gettext_lazy("Look for one"), request=KnownBySerializer, responses=FoundPersonSerializer)
    @action(detail=False, methods=["post"])
    def find(self, request: Request) -> Response:
        """Whether somebody known by this was erased here; only hashes are compared."""
        return Response({"contact": privacy.suppressed_person(self.told(KnownBySerializer)["known_by"])})

    @extend_schema(
        summary=gettext_lazy("Let one come back"), request=KnownBySerializer, responses=FoundPersonSerializer
    )
    @action(detail=False, methods=["post"])
    def lift(self, request: Request) -> Response:
        """They may be brought in again; what was erased stays erased."""
        known_by = self.told(KnownBySerializer)["known_by"]
        contact = privacy.suppressed_person(known_by)
        try:
            erasing.lift_suppression(known_by=known_by, at=now(), by=self.by)
        except erasing.NotSuppressed as error:
            message = _("Nobody known by this was erased here.")
            raise serializers.ValidationError({"known_by": [message]}) from error
        return Response({"contact": contact})
