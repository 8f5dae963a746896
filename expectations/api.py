"""The expectation ledger over the API."""

from datetime import date
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

from accounts.models import Account, Contact, Contract
from expectations import actions, queries
from expectations.letters import address
from expectations.models import Acknowledgement, Expectation
from lib.names import refuse_unseen
from lib.problems import Conflict
from lib.rest import BlankIsNull, UtcDateTimeField
from lib.time import now, today
from workspaces.api import (
    AddressField,
    ByField,
    Creates,
    Fields,
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

LONGEST = 1000
MOST_ASKED = 500
SETTLED = [choice for choice in Expectation.Outcome.choices if choice[0] != Expectation.Outcome.CHANGED]


@example("A promise", account=1, kind="promise", wording="Answer within four hours", made_on="2026-06-01")
class ExpectationSerializer(serializers.Serializer[Expectation]):
    id = serializers.IntegerField(read_only=True)
    account = OwnRow(Account)
    contract = OwnRow(Contract, required=False, allow_null=True)
    kind = serializers.ChoiceField(Expectation.Kind.choices)
    wording = serializers.CharField(max_length=LONGEST, validators=[refuse_unseen])
    made_on = serializers.DateField()
    due_on = serializers.DateField(required=False, allow_null=True)
    made_by = ByField("made_by")
    explained_on = serializers.DateField(read_only=True, allow_null=True)
    explained_by = ByField("explained_by")
    explained_to = serializers.IntegerField(source="explained_to_id", read_only=True, allow_null=True)
    acknowledged_at = UtcDateTimeField(read_only=True, allow_null=True)
    acknowledged_by = serializers.CharField(
        read_only=True, help_text=gettext_lazy("The name that the customer gave on the link.")
    )
    outcome = BlankIsNull(Expectation.Outcome.choices, read_only=True)
    settled_at = UtcDateTimeField(read_only=True, allow_null=True)
    settled_by = ByField("settled_by")
    evidence = serializers.CharField(read_only=True)
    replaces = serializers.IntegerField(
        source="replaces_id", read_only=True, allow_null=True, help_text=gettext_lazy("The one that was changed to it.")
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        contract = attrs.get("contract")
        if contract and contract.account_id != attrs["account"].pk:
            raise serializers.ValidationError({"contract": [_("This contract belongs to another account.")]})
        if attrs.get("due_on") and attrs["due_on"] < attrs["made_on"]:
            raise serializers.ValidationError({"due_on": [_("It cannot be due before it was made.")]})
        return attrs


class ExpectationFilters(OfAccount):
    kind = serializers.ChoiceField(Expectation.Kind.choices, required=False)
    outcome = serializers.ChoiceField(Expectation.Outcome.choices, required=False)
    open = serializers.BooleanField(source="settled_at__isnull", required=False)
    due_before = serializers.DateField(source="due_on__lt", required=False)


class ExplainSerializer(serializers.Serializer[Any]):
    on = serializers.DateField()
    to = OwnRow(Contact, required=False, allow_null=True)

    def validate_on(self, on: date) -> date:
        if on > today():
            raise serializers.ValidationError(_("This day has not come yet."))
        return on


class SettleSerializer(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(SETTLED)
    evidence = serializers.CharField(
        max_length=LONGEST, validators=[refuse_unseen], help_text=gettext_lazy("What shows it.")
    )


class ChangeSerializer(serializers.Serializer[Any]):
    wording = serializers.CharField(
        max_length=LONGEST, validators=[refuse_unseen], help_text=gettext_lazy("What is expected from now on.")
    )
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    evidence = serializers.CharField(
        max_length=LONGEST, validators=[refuse_unseen], help_text=gettext_lazy("Why, and who agreed.")
    )


class ExpectationViewSet(Lists, Retrieves, Creates):
    """What customers may expect: terms and promises, what was explained and acknowledged, and what became of them."""

    model = Expectation
    area = Area.EXPECTATIONS
    filters = ExpectationFilters
    serializer_class = ExpectationSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[Expectation]:
        return queries.expectations()

    def add(self, fields: Fields) -> Expectation:
        return actions.add_expectation(**fields, at=now(), by=self.by)

    @extend_schema(summary=gettext_lazy("Explained"), request=ExplainSerializer, responses=ExpectationSerializer)
    @action(detail=True, methods=["post"])
    def explain(self, request: Request, pk: str) -> Response:
        """Somebody told the customer in plain words; a later time replaces an earlier one."""
        row, said = self.get_object(), self.told(ExplainSerializer)
        if said.get("to") and said["to"].account_id != row.account_id:
            raise serializers.ValidationError({"to": [_("This contact belongs to another account.")]})
        try:
            actions.explain(expectation=row, to=said.get("to"), on=said["on"], at=now(), by=self.by)
        except actions.AlreadySettled as error:
            raise _settled() from error
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Kept or broken"), request=SettleSerializer, responses=ExpectationSerializer)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, pk: str) -> Response:
        """Say what became of it, once."""
        row, said = self.get_object(), self.told(SettleSerializer)
        try:
            actions.settle(expectation=row, **said, at=now(), by=self.by)
        except actions.AlreadySettled as error:
            raise _settled() from error
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Changed"), request=ChangeSerializer, responses=ExpectationSerializer)
    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: str) -> Response:
        """Agree on something else: the answer is what is expected from now on, and `replaces` this one."""
        row, said = self.get_object(), self.told(ChangeSerializer)
        try:
            new = actions.change(expectation=row, **said, at=now(), by=self.by)
        except actions.AlreadySettled as error:
            raise _settled() from error
        return Response(self.shown(new))


def _settled() -> Conflict:
    return Conflict(_("This was kept, broken or changed before; that stands."))


@example("A link that is mailed", account=1, contact=1, expectations=[1, 2], days=30)
class ExpectationLinkSerializer(serializers.Serializer[Acknowledgement]):
    id = serializers.IntegerField(read_only=True)
    account = OwnRow(Account)
    contact = OwnRow(
        Contact, required=False, allow_null=True, help_text=gettext_lazy("Who gets a mail with it; nobody if null.")
    )
    expectations = serializers.ListField(
        source="expectation_ids",
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        allow_empty=False,
        max_length=MOST_ASKED,
        help_text=gettext_lazy("Open ones of the account."),
    )
    days = LinkDaysField()
    address = AddressField()
    created_at = UtcDateTimeField(read_only=True)
    created_by = ByField("created_by")
    expires_at = UtcDateTimeField(read_only=True)
    revoked_at = UtcDateTimeField(read_only=True, allow_null=True)
    answered_at = UtcDateTimeField(read_only=True, allow_null=True)
    answered_by = serializers.CharField(read_only=True, help_text=gettext_lazy("The name that the customer gave."))
    objection = serializers.CharField(
        read_only=True, help_text=gettext_lazy("What is not as they understood; then none counts.")
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        account, contact = attrs["account"], attrs.get("contact")
        if contact and contact not in queries.askable(account):
            words = _("Nobody who is at this account and has an address.")
            raise serializers.ValidationError({"contact": [words]})
        is_open = set(queries.open_ids(account, attrs["expectation_ids"]))
        missing = [place for place, pk in enumerate(attrs["expectation_ids"]) if pk not in is_open]
        if missing:
            words = _("No open expectation of this account.")
            raise serializers.ValidationError({"expectations": {str(place): [words] for place in missing}})
        return attrs


class ExpectationLinkViewSet(Lists, Retrieves, MakesLinks):
    """Links on which customers acknowledge, mailed to a contact or passed on by whoever makes them."""

    model = Acknowledgement
    area = Area.EXPECTATIONS
    filters = OfAccount
    serializer_class = ExpectationLinkSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[Acknowledgement]:
        return queries.links()

    def add(self, fields: Fields) -> Acknowledgement:
        try:
            link, token = actions.ask(**fields, at=now(), by=self.by)
        except actions.NothingToAcknowledge as error:  # settled since it was looked at
            raise _settled() from error
        self.address = address(token)
        return link

    @extend_schema(summary=gettext_lazy("Withdraw"), request=None, responses=ExpectationLinkSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """The link works no more; one that was answered, or withdrawn before, stays as it is."""
        row = self.get_object()
        actions.withdraw(link=row, at=now(), by=self.by)
        return Response(self.shown(row))


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("expectations", ExpectationViewSet, basename="expectations")
    router.register("expectation-links", ExpectationLinkViewSet, basename="expectation-links")
