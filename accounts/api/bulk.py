"""Many accounts, contacts or tickets in one call, by their ids in other systems."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions import upserts
from accounts.actions.merging.stage import REFUSED
from accounts.api.accounts import MOST_MINOR, ExternalIdsField, TagsField
from accounts.api.contacts import CONSENTS
from accounts.batches import items as batch_items
from accounts.batches import words
from accounts.models import Account, Contact, Ticket
from lib.names import refuse_unseen
from lib.problems import Conflict, flattened
from lib.rest import UtcDateTimeField
from lib.time import now
from lib.typed import typed
from workspaces.api import ApiViewSet
from workspaces.capabilities import Capability
from workspaces.scopes import Area

MOST_ITEMS = 1000
MOST_BYTES = 4 * 1024 * 1024


@cache
def _zones() -> frozenset[str]:
    """Read from the system's files once."""
    return frozenset(available_timezones())


_SHEETS = {
    upserts.ACCOUNTS: batch_items.account_sheet,
    upserts.CONTACTS: batch_items.contact_sheet,
    upserts.TICKETS: batch_items.ticket_sheet,
}
_REFERENCE = {
    "oneOf": [
        {"type": "integer", "minimum": 1, "maximum": 2**63 - 1},
        {
            "type": "object",
            "required": ["source", "external_id"],
            "properties": {
                "source": {"type": "string", "minLength": 1, "maxLength": 40},
                "external_id": {"type": "string", "minLength": 1, "maxLength": 120},
            },
            "additionalProperties": False,
        },
    ]
}


@extend_schema_field(_REFERENCE)
class ReferenceField(serializers.Field[Any, Any, Any, Any]):
    """Our id, or `{"source": "crm", "external_id": "4711"}`."""

    default_error_messages = {"no_reference": gettext_lazy("An id, or an object with a source and an external_id.")}

    def to_internal_value(self, data: Any) -> batch_items.Reference:
        if type(data) is int and 1 <= data < 2**63:
            return data
        if isinstance(data, dict) and data.keys() == {"source", "external_id"}:
            source, value = data["source"], data["external_id"]
            if isinstance(source, str) and isinstance(value, str):
                return source, value
        return self.fail("no_reference")


class KnownItem(serializers.Serializer[Any]):
    source = serializers.RegexField(  # type: ignore[assignment]  # a field, not where this one comes from
        r"^\S.{0,39}$", max_length=40, help_text=gettext_lazy("The system that the external id is from: `crm`.")
    )
    external_id = serializers.CharField(max_length=120, help_text=gettext_lazy("Its id there."))


class OtherIdsField(ExternalIdsField):
    """`{"zammad": "42"}`: its ids in further systems."""

    child = serializers.CharField(max_length=120)


class AccountItem(KnownItem):
    """What is left out stays as it is."""

    name = serializers.CharField(
        max_length=200,
        required=False,
        validators=[refuse_unseen],
        help_text=gettext_lazy("Needed for a new account."),
    )
    external_ids = OtherIdsField(required=False)
    domains = serializers.ListField(
        child=serializers.RegexField(r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$", max_length=253),
        required=False,
        max_length=50,
    )
    tier = serializers.ChoiceField(Account.Tier.choices, required=False)
    industry = serializers.CharField(max_length=80, required=False, allow_blank=True)
    locale = serializers.CharField(max_length=10, required=False, allow_blank=True)
    arr_minor = serializers.IntegerField(min_value=0, max_value=MOST_MINOR, required=False)
    currency = serializers.RegexField(r"^[A-Z]{3}$", required=False)
    owner = serializers.EmailField(max_length=254, required=False)
    parent = ReferenceField(  # type: ignore[assignment]  # a field, not the serializer around it
        required=False, help_text=gettext_lazy("Also another item of the same call.")
    )
    tags = TagsField(help_text=gettext_lazy("They are added to those it has."))
    custom = serializers.DictField(child=serializers.JSONField(), required=False)


class ContactItem(KnownItem):
    """What is left out stays as it is. Who has no id of a system yet is known by their address."""

    account = ReferenceField(required=False, help_text=gettext_lazy("Needed for a new contact."))
    name = serializers.CharField(max_length=200, required=False, validators=[refuse_unseen])
    email = serializers.EmailField(max_length=254, required=False)
    title = serializers.CharField(max_length=120, required=False, allow_blank=True)
    role = serializers.ChoiceField(Contact.Role.choices, required=False)
    persona = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    influence = serializers.ChoiceField(Contact.Influence.choices, required=False)
    stance = serializers.ChoiceField(Contact.Stance.choices, required=False)
    locale = serializers.CharField(max_length=10, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    time_zone = serializers.CharField(max_length=64, required=False)
    consent = serializers.ChoiceField(CONSENTS, required=False)
    opted_out = serializers.BooleanField(required=False)
    left = serializers.BooleanField(required=False)
    custom = serializers.DictField(child=serializers.JSONField(), required=False)

    def validate_time_zone(self, value: str) -> str:
        if value not in _zones():
            raise ValidationError(_("This is no time zone of the IANA list."))
        return value


class TicketItem(KnownItem):
    """What is left out stays as it is; `closed_at` null opens it again."""

    account = ReferenceField(
        required=False, help_text=gettext_lazy("Needed for a new ticket, unless its contact says it.")
    )
    contact = ReferenceField(required=False)
    number = serializers.CharField(required=False, max_length=60, allow_blank=True)
    url = serializers.URLField(required=False, max_length=500, allow_blank=True)
    subject = serializers.CharField(required=False, max_length=300, allow_blank=True)
    priority = serializers.ChoiceField(Ticket.Priority.choices, required=False)
    topic = serializers.ChoiceField(Ticket.Topic.choices, required=False)
    tags = serializers.ListField(child=serializers.CharField(max_length=80), max_length=50, required=False)
    locale = serializers.CharField(
        required=False, max_length=10, allow_blank=True, help_text=gettext_lazy("The language it is written in: `de`.")
    )
    agent_name = serializers.CharField(required=False, max_length=200, allow_blank=True)
    agent_email = serializers.EmailField(required=False, max_length=254, allow_blank=True)
    opened_at = UtcDateTimeField(required=False, help_text=gettext_lazy("Needed for a new ticket."))
    closed_at = UtcDateTimeField(required=False, allow_null=True)
    updated_at = UtcDateTimeField(
        required=False, help_text=gettext_lazy("News older than what is known change nothing.")
    )


class ResultSerializer(serializers.Serializer[Any]):
    """What became of one item. A refused one has `errors` by field, and no id.

    An account that was written, but could not be put below its parent, has `errors.parent`, which says why.
    """

    index = serializers.IntegerField(help_text=gettext_lazy("The item's place in the call, from 0."))
    result = serializers.ChoiceField(["created", "changed", "same", "refused"])
    id = serializers.IntegerField(allow_null=True)
    errors = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))  # type: ignore[assignment]


class ResultsSerializer(serializers.Serializer[Any]):
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = ResultSerializer(many=True)


def _body(item: type[serializers.Serializer[Any]], name: str) -> type[serializers.Serializer[Any]]:
    """`{"items": [...], "keep_good": true}`, as the description has it."""
    fields = {
        "items": serializers.ListField(child=item(), max_length=MOST_ITEMS),
        "keep_good": serializers.BooleanField(
            required=False, default=False, help_text=gettext_lazy("Write the good items though others are refused.")
        ),
    }
    return type(name, (serializers.Serializer,), fields)


class BulkViewSet(ApiViewSet):
    """Up to 1,000 items a call, added or brought up to date by source and external id, in sets.

    When any item is wrong nothing is written, and the answer is 400 with each field by its path (`items.3.name`);
    with `keep_good` the good ones are written, and the results say of each item what became of it.
    """

    write_capability = Capability.EDIT_ACCOUNTS
    most_bytes = MOST_BYTES
    items_to_one = 100
    kind: ClassVar[str]
    item_class: ClassVar[type[serializers.Serializer[Any]]]

    def create(self, request: Request) -> Response:
        items, keep_good = _listed(request.data)
        self.weigh(len(items))
        checked, errors = self._checked(items)
        sheet = _SHEETS[self.kind](checked)
        if not keep_good:
            _forgive_parents(sheet.errors, checked, [items[place] for place in errors])
        errors |= sheet.errors
        verdicts = self._written(sheet.batch(), errors, keep_good)
        return Response(_results(len(items), verdicts, errors))

    def _checked(self, items: list[Any]) -> tuple[dict[int, Any], batch_items.Errors]:
        """Each item by itself."""
        item, checked, errors = self.item_class(), {}, {}
        for place, data in enumerate(items):
            try:
                checked[place] = item.run_validation(typed(item, data))
            except ValidationError as wrong:
                errors[place] = flattened(wrong.detail)
        return checked, errors

    def _written(self, batch: upserts.Batch, errors: batch_items.Errors, keep_good: bool) -> dict[int, upserts.Verdict]:
        """The other items; a refusal names what is wrong with each, those with `errors` among them."""
        token: Any = self.request.auth
        told = _("API") if token is None else _("API: %(token)s") % {"token": token.name}
        try:
            with transaction.atomic():
                return upserts.upsert(
                    kind=self.kind,
                    batch=batch,
                    keep_good=keep_good,
                    at=now(),
                    by=self.by,
                    told=told,
                    is_refused=bool(errors),
                )
        except upserts.SomeRefused as refused:
            found = {place: words.told(why) for place, why in refused.reasons().items()}
            raise _refusal(errors | found) from refused
        except IntegrityError as error:  # what was free when it was looked at is taken by now
            raise Conflict(_("Another request wrote some of these at the same time. Send this one again.")) from error


def _listed(body: Any) -> tuple[list[Any], bool]:
    if not isinstance(body, dict):
        raise ValidationError(_("An object with a list of items."))
    items, keep_good = body.get("items"), body.get("keep_good", False)
    if not isinstance(keep_good, bool):
        raise ValidationError({"keep_good": [_("True or false.")]})
    if not isinstance(items, list):
        raise ValidationError({"items": [_("A list of items.")]})
    if len(items) > MOST_ITEMS:
        raise ValidationError({"items": [_("At most %(limit)d items a call.") % {"limit": MOST_ITEMS}]})
    return items, keep_good


def _forgive_parents(errors: batch_items.Errors, checked: Mapping[int, Any], broken: list[Any]) -> None:
    """An item is not to blame for a parent that is there in the call, and is complained about itself."""
    ids = [(item.get("source"), item.get("external_id")) for item in broken if isinstance(item, dict)]
    for place in [place for place, wrong in errors.items() if "parent" in wrong and checked[place]["parent"] in ids]:
        del errors[place]["parent"]
        if not errors[place]:
            del errors[place]


def _refusal(errors: batch_items.Errors) -> ValidationError:
    return ValidationError({"items": {str(place): errors[place] for place in sorted(errors)}})


def _results(count: int, verdicts: Mapping[int, upserts.Verdict], errors: batch_items.Errors) -> dict[str, Any]:
    results = []
    counts = dict.fromkeys(("created", "changed", "same", "refused"), 0)
    for place in range(count):
        verdict = verdicts.get(place) or upserts.Verdict(REFUSED)
        result = words.RESULTS[verdict.what]
        counts[result] += 1
        wrong = errors.get(place) or (words.told(verdict.why) if verdict.why else {})
        results.append({"index": place, "result": result, "id": verdict.pk, "errors": wrong})
    return {**counts, "results": results}


def _described(body: type[serializers.Serializer[Any]]) -> Callable[[Any], Any]:
    schema = extend_schema(summary=gettext_lazy("Add or change many"), request=body, responses={200: ResultsSerializer})
    return extend_schema_view(create=schema)


@_described(_body(AccountItem, "AccountItems"))
class AccountBulkViewSet(BulkViewSet):
    model = Account
    area = Area.ACCOUNTS
    kind = upserts.ACCOUNTS
    item_class = AccountItem


@_described(_body(ContactItem, "ContactItems"))
class ContactBulkViewSet(BulkViewSet):
    model = Contact
    area = Area.ACCOUNTS
    kind = upserts.CONTACTS
    item_class = ContactItem


@_described(_body(TicketItem, "TicketItems"))
class TicketBulkViewSet(BulkViewSet):
    model = Ticket
    area = Area.TICKETS
    kind = upserts.TICKETS
    item_class = TicketItem
