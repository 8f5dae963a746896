"""Complaints, and what customers were told about them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar, cast

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Account, Contact
from complaints.actions import case as actions
from complaints.actions import step as step_actions
from complaints.forms.case import LONGEST, LONGEST_STEP
from complaints.models import Complaint, ComplaintQuerySet, ComplaintStep
from complaints.queries import case as queries
from lib.problems import Conflict
from lib.rest import BlankIsNull, UtcDateTimeField
from lib.time import now
from workspaces.api import ByField, Creates, Fields, IdParameter, Lists, OfAccount, OwnRow, Retrieves, Updates, example
from workspaces.capabilities import Capability
from workspaces.models import Member
from workspaces.scopes import Area

Row = TypeVar("Row")


@example("Of an answer", account=1, source="answer", source_id=1, text="Nobody called me back")
class ComplaintSerializer(serializers.Serializer[Complaint]):
    id = serializers.IntegerField(read_only=True)
    account = OwnRow(Account)
    contact = OwnRow(Contact, required=False, allow_null=True)
    source = serializers.ChoiceField(  # type: ignore[assignment]  # a field, not where this one comes from
        Complaint.Source.choices, required=False, help_text=gettext_lazy("`hand`, unless told: somebody wrote it down.")
    )
    source_id = serializers.IntegerField(
        min_value=1,
        max_value=2**63 - 1,
        required=False,
        allow_null=True,
        help_text=gettext_lazy("The answer, ticket or touchpoint; each is one complaint at most."),
    )
    text = serializers.CharField(max_length=LONGEST)
    owner = OwnRow(
        Member,
        required=False,
        allow_null=True,
        help_text=gettext_lazy("Who sees to it; the account's owner, unless told."),
    )
    promised_at = UtcDateTimeField(
        required=False, help_text=gettext_lazy("By the workspace's settings and working hours, unless told.")
    )
    rule = serializers.IntegerField(
        source="rule_id", read_only=True, allow_null=True, help_text=gettext_lazy("The rule that opened it.")
    )
    agent_name = serializers.CharField(read_only=True)
    happened_at = UtcDateTimeField(read_only=True)
    opened_at = UtcDateTimeField(read_only=True)
    opened_by = ByField("opened_by")
    told_at = UtcDateTimeField(
        read_only=True,
        allow_null=True,
        default=None,
        help_text=gettext_lazy("When the customer was told something last."),
    )
    closed_at = UtcDateTimeField(read_only=True, allow_null=True)
    closed_by = ByField("closed_by")
    outcome = BlankIsNull(Complaint.Outcome.choices, read_only=True)
    is_good_now = BlankIsNull(Complaint.GoodNow.choices, read_only=True)
    closing_note = serializers.CharField(read_only=True)

    def validate_account(self, value: Account) -> Account:
        if self.instance is not None and self.instance.account_id != value.pk:
            raise serializers.ValidationError(_("A complaint stays with its account."))
        return value

    def validate_owner(self, value: Member | None) -> Member | None:
        if value is not None and value.ended_at is not None:
            raise serializers.ValidationError(_("This member has left."))
        return value

    def validate_source(self, value: Any) -> Any:
        return self._kept("source", value)

    def validate_source_id(self, value: Any) -> Any:
        return self._kept("source_id", value)

    def _kept(self, name: str, value: Any) -> Any:
        if self.instance is not None and getattr(self.instance, name) != value:
            raise serializers.ValidationError(_("What a complaint was noticed in stays."))
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if self.instance is None:
            _check_source(attrs)
        return attrs


def _check_source(attrs: dict[str, Any]) -> None:
    """Source and id go together, and are of the same account."""
    source, pk = attrs.get("source", Complaint.Source.HAND), attrs.get("source_id")
    is_by_hand = source == Complaint.Source.HAND
    if is_by_hand != (pk is None):
        raise serializers.ValidationError({"source_id": [_("The id of what `source` names; none for `hand`.")]})
    found = queries.origin(source, pk) if pk is not None else None
    if not is_by_hand and (found is None or found.account.pk != attrs["account"].pk):
        raise serializers.ValidationError({"source_id": [_("The account has nothing like this.")]})
    if found is not None:
        attrs |= {"happened_at": found.happened_at, "agent_name": found.agent_name}


class ComplaintFilters(OfAccount):
    source = serializers.ChoiceField(Complaint.Source.choices, required=False)  # type: ignore[assignment]
    source_id = IdParameter()
    owner = IdParameter()
    outcome = serializers.ChoiceField(Complaint.Outcome.choices, required=False)
    open = serializers.BooleanField(source="closed_at__isnull", required=False)
    overdue = serializers.BooleanField(
        required=False, help_text=gettext_lazy("Open, and the promised time has passed.")
    )


class CloseSerializer(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(Complaint.Outcome.choices)
    is_good_now = serializers.ChoiceField(
        Complaint.GoodNow.choices, help_text=gettext_lazy("What they said when asked whether it is good now.")
    )
    note = serializers.CharField(max_length=LONGEST_STEP, required=False, allow_blank=True, default="")


class ComplaintViewSet(Lists, Retrieves, Creates, Updates):
    """Cases of customers who complained. A POST of what is a complaint already answers 409 with its id."""

    model = Complaint
    area = Area.COMPLAINTS
    filters = ComplaintFilters
    serializer_class = ComplaintSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[Complaint]:
        return queries.complaints()

    def narrow(self, queryset: QuerySet[Any], lookups: Fields) -> QuerySet[Any]:
        is_overdue = lookups.pop("overdue", None)
        found = cast(ComplaintQuerySet, queryset.filter(**lookups))
        if is_overdue is None:
            return found
        late = found.overdue(now())
        return late if is_overdue else found.exclude(pk__in=late.values("pk"))

    def add(self, fields: Fields) -> Complaint:
        try:
            return _acted(lambda at: actions.open_complaint(**fields, at=at, by=self.by))
        except actions.AlreadyComplaint as error:
            raise Conflict(_("This is complaint %(id)s already.") % {"id": error.complaint.pk}) from error

    def change(self, row: Complaint, fields: Fields) -> None:
        _acted(lambda at: actions.change_complaint(complaint=row, changes=fields, at=at, by=self.by))

    @extend_schema(summary=gettext_lazy("Close"), request=CloseSerializer, responses=ComplaintSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Say what became of it, and whether the customer was asked if it is good now."""
        row, said = self.get_object(), self.told(CloseSerializer)
        _acted(lambda at: actions.close_complaint(complaint=row, **said, at=at, by=self.by))
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Open again"), request=None, responses=ComplaintSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """It is not over after all; a promised time that has passed is set anew."""
        row = self.get_object()
        _acted(lambda at: actions.reopen_complaint(complaint=row, at=at, by=self.by))
        return Response(self.shown(row))


@example("A mail", complaint=1, kind="mailed", text="We have found the cause and put it right tomorrow.")
class ComplaintStepSerializer(serializers.Serializer[ComplaintStep]):
    id = serializers.IntegerField(read_only=True)
    complaint = OwnRow(Complaint)
    kind = serializers.ChoiceField(
        ComplaintStep.Kind.choices,
        help_text=gettext_lazy("`mailed` sends a mail, once; the others only keep the text."),
    )
    text = serializers.CharField(max_length=LONGEST_STEP)
    contact = OwnRow(
        Contact,
        required=False,
        allow_null=True,
        help_text=gettext_lazy("Who was told; whoever complained, unless told."),
    )
    promised_at = UtcDateTimeField(
        required=False, allow_null=True, help_text=gettext_lazy("The new time that was promised with it.")
    )
    at = UtcDateTimeField(read_only=True)
    by = ByField()
    mail_sent_at = UtcDateTimeField(source="mail.sent_at", read_only=True, allow_null=True, default=None)


class ComplaintStepFilters(serializers.Serializer[Any]):
    complaint = IdParameter()
    kind = serializers.ChoiceField(ComplaintStep.Kind.choices, required=False)


class ComplaintStepViewSet(Lists, Retrieves, Creates):
    """What was said and noted about complaints. An Idempotency-Key keeps a mail from going out twice."""

    model = ComplaintStep
    area = Area.COMPLAINTS
    filters = ComplaintStepFilters
    serializer_class = ComplaintStepSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[ComplaintStep]:
        return queries.steps()

    def add(self, fields: Fields) -> ComplaintStep:
        try:
            return _acted(lambda at: step_actions.add_step(**fields, at=at, by=self.by))
        except step_actions.NobodyToMail as error:
            message = _("Somebody of the account who has an e-mail address.")
            raise serializers.ValidationError({"contact": [message]}) from error
        except step_actions.AddressRefused as error:
            message = _("Mail to this address comes back, or is not wanted there.")
            raise serializers.ValidationError({"contact": [message]}) from error


def _acted(act: Callable[[datetime], Row]) -> Row:
    try:
        return act(now())
    except actions.ComplaintClosed as error:
        raise Conflict(_("This complaint was closed before.")) from error
    except actions.StillOpen as error:
        raise Conflict(_("This complaint is open.")) from error
    except actions.ContactElsewhere as error:
        raise serializers.ValidationError({"contact": [_("This contact belongs to another account.")]}) from error
    except actions.PromisePast as error:
        raise serializers.ValidationError({"promised_at": [_("A time that is still to come.")]}) from error
