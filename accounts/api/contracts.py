"""Contracts over the API."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import queries
from accounts.actions import contracts as contract_actions
from accounts.api.marks import check_known
from accounts.models import Account, Contract
from lib.names import refuse_unseen
from lib.problems import Conflict
from lib.rest import UtcDateTimeField
from lib.time import now
from workspaces.api import Creates, Fields, Lists, OfAccount, OwnRow, Retrieves, Updates, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area

REFUSALS = (contract_actions.EndsBeforeStart, contract_actions.ContractIdTaken)
MOST_MINOR = 2**63 - 1
MOST_SEATS = 2**31 - 1


@example(
    "A year", account=1, name="Support", starts_on="2026-01-01", ends_on="2027-01-01", seats=40, value_minor=4_800_000
)
class ContractSerializer(serializers.Serializer[Contract]):
    id = serializers.IntegerField(read_only=True)
    account = OwnRow(Account)
    name = serializers.CharField(max_length=120, validators=[refuse_unseen])
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text=gettext_lazy("The first day that it no longer covers."))
    seats = serializers.IntegerField(min_value=0, max_value=MOST_SEATS, required=False, allow_null=True)
    value_minor = serializers.IntegerField(min_value=0, max_value=MOST_MINOR, required=False, allow_null=True)
    currency = serializers.RegexField(
        r"^[A-Z]{3}$", required=False, help_text=gettext_lazy("ISO 4217; at first the account's own.")
    )
    auto_renews = serializers.BooleanField(required=False)
    renewed_from = serializers.IntegerField(
        source="renewed_from_id",
        read_only=True,
        allow_null=True,
        help_text=gettext_lazy("The contract that it follows."),
    )
    source = serializers.CharField(  # type: ignore[assignment]  # a field, not where this one comes from
        required=False, max_length=40, allow_blank=True, help_text=gettext_lazy("The system of `external_id`.")
    )
    external_id = serializers.CharField(required=False, max_length=120, allow_blank=True)
    created_at = UtcDateTimeField(read_only=True)

    def validate(self, attrs: Fields) -> Fields:
        check_known(self.instance, attrs)
        return attrs

    def validate_account(self, value: Account) -> Account:
        if isinstance(self.instance, Contract) and self.instance.account_id != value.pk:
            raise serializers.ValidationError(_("A contract stays with its account."))
        return value


class RenewalSerializer(serializers.Serializer[Contract]):
    """The terms of the contract that follows; the currency is at first the old one's."""

    name = serializers.CharField(max_length=120, validators=[refuse_unseen])
    starts_on = serializers.DateField(help_text=gettext_lazy("Not before the old one ends."))
    ends_on = serializers.DateField()
    seats = serializers.IntegerField(min_value=0, max_value=MOST_SEATS, required=False, allow_null=True)
    value_minor = serializers.IntegerField(min_value=0, max_value=MOST_MINOR, required=False, allow_null=True)
    currency = serializers.RegexField(r"^[A-Z]{3}$", required=False)
    auto_renews = serializers.BooleanField(required=False)


class ContractFilters(OfAccount):
    source = serializers.CharField(required=False, max_length=40)  # type: ignore[assignment]
    external_id = serializers.CharField(required=False, max_length=120)
    ends_from = serializers.DateField(source="ends_on__gte", required=False)
    ends_before = serializers.DateField(source="ends_on__lt", required=False)


class ContractViewSet(Lists, Retrieves, Creates, Updates):
    """What was agreed with customers."""

    model = Contract
    area = Area.ACCOUNTS
    filters = ContractFilters
    serializer_class = ContractSerializer
    write_capability = Capability.EDIT_ACCOUNTS

    def rows(self) -> QuerySet[Contract]:
        return queries.contracts()

    def add(self, fields: Fields) -> Contract:
        try:
            return contract_actions.add_contract(**fields, at=now(), by=self.by)
        except REFUSALS as refusal:
            raise _refused(refusal) from refusal

    def change(self, row: Contract, fields: Fields) -> None:
        try:
            contract_actions.update_contract(contract=row, changes=fields, at=now(), by=self.by)
        except REFUSALS as refusal:
            raise _refused(refusal) from refusal

    @extend_schema(summary=gettext_lazy("Renew"), request=RenewalSerializer, responses={201: ContractSerializer})
    @action(detail=True, methods=["post"])
    def renew(self, request: Request, pk: str) -> Response:
        """Add the contract that follows this one, which stays as it is."""
        row, terms = self.get_object(), self.told(RenewalSerializer)
        try:
            renewal = contract_actions.renew_contract(contract=row, **terms, at=now(), by=self.by)
        except contract_actions.EndsBeforeStart as error:
            raise _refused(error) from error
        except contract_actions.StartsTooEarly as error:
            words = _("The new contract starts when this one has ended, or later.")
            raise serializers.ValidationError({"starts_on": [words]}) from error
        except contract_actions.AlreadyRenewed as error:
            raise Conflict(_("This contract was renewed already.")) from error
        return Response(self.shown(renewal), status=201)


def _refused(refusal: Exception) -> serializers.ValidationError:
    if isinstance(refusal, contract_actions.ContractIdTaken):
        return serializers.ValidationError({"external_id": [_("%s belongs to another contract.") % refusal]})
    return serializers.ValidationError({"ends_on": [_("A contract ends after it starts.")]})
