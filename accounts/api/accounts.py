"""Customer companies over the API."""

from typing import Any, cast

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.fields import empty

from accounts import queries, registry
from accounts.actions import accounts as account_actions
from accounts.actions import family
from accounts.actions import tags as tag_actions
from accounts.api.own import OWN_VALUES, OwnValuesField, asked_values
from accounts.models import Account, AccountQuerySet, CustomField, ExternalId
from accounts.stages import Band, Stage
from lib.formatting import one_in
from lib.names import refuse_unseen
from lib.rest import BlankIsNull, UtcDateTimeField
from lib.time import now
from workspaces import queries as workspace_queries
from workspaces.api import Creates, Fields, IdParameter, Lists, OwnRow, Retrieves, Updates, example
from workspaces.capabilities import Capability
from workspaces.models import Member
from workspaces.scopes import Area

MOST_MINOR = 2**63 - 1
MOST_EXTERNAL_IDS = 20
MOST_TAGS = 50
MISSING = [
    (queries.NO_DECIDER, gettext_lazy("No decision maker")),
    (queries.CHAMPION_LEFT, gettext_lazy("Champion left")),
]
_PEOPLE = (("missing", "signal", ""), ("tag", "tag", ""), ("parent", "parent", None))  # parameter, Filter's, none
ANY_BAND = [*Band.choices, (queries.NOTHING, gettext_lazy("No score yet"))]


class ExternalIdsField(serializers.DictField):
    """`{"zammad": "42"}`: the account's id in other systems. Sources not named stay; an empty id removes one."""

    child = serializers.CharField(max_length=120, allow_blank=True)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        found: dict[str, str] = super().to_internal_value(data)
        if len(found) > MOST_EXTERNAL_IDS:
            raise serializers.ValidationError(_("At most %(limit)d sources.") % {"limit": MOST_EXTERNAL_IDS})
        if not all(1 <= len(source) <= 40 and source.isprintable() for source in found):
            raise serializers.ValidationError(_("A source is text of 1 to 40 characters."))
        return found

    def to_representation(self, value: Any) -> dict[str, str]:
        return {row.source: row.value for row in sorted(value.all(), key=lambda row: row.source)}


class OwnerField(serializers.EmailField):
    """A member, by the address they sign in with."""

    default_error_messages = {"unknown": gettext_lazy("No member of this workspace signs in with this address.")}

    def run_validation(self, data: Any = empty) -> Any:
        address = super().run_validation(data)
        if address is None:
            return None
        member = workspace_queries.members().filter(user__email__iexact=address).first()
        if member is None:
            self.fail("unknown")
        return member

    def to_representation(self, value: Member) -> str:  # type: ignore[override]
        return value.user.email


class TagsField(serializers.ListField):
    """`["Pilot group"]`: all the account's tags; those not named are taken off."""

    child = serializers.CharField(max_length=tag_actions.LONGEST)

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=MOST_TAGS, **options)

    def to_internal_value(self, data: Any) -> list[str]:
        try:
            return [tag_actions.clean_tag(name) for name in super().to_internal_value(data)]
        except tag_actions.BadTag as bad:
            raise serializers.ValidationError(str(bad)) from bad

    def to_representation(self, value: Any) -> list[str]:
        return sorted((row.tag.name for row in value.all()), key=str.casefold)


class AccountHealthSerializer(serializers.Serializer[Account]):
    """The current score, 0 to 100, its band, and how much of what it needs was there; `health/` has its parts.

    Where that is too little to tell, there is neither score nor band.
    """

    score = serializers.FloatField(source="health_score", read_only=True, allow_null=True, min_value=0, max_value=100)
    band = BlankIsNull(Band.choices, source="health_band", read_only=True)
    coverage = serializers.FloatField(source="health_coverage", read_only=True, min_value=0, max_value=1)


class AccountRiskSerializer(serializers.Serializer[Account]):
    """The chance that they leave within so many days, as one in so many; `risk/` has its parts."""

    chance = serializers.FloatField(source="risk", min_value=0, max_value=1)
    horizon_days = serializers.IntegerField(source="risk_days")
    one_in = serializers.SerializerMethodField()

    def get_one_in(self, account: Account) -> int:
        return one_in(account.risk or 0.0)


@example(
    "A new customer",
    name="Bergmann Logistics",
    external_ids={"crm": "4711", "zammad": "12"},
    domains=["bergmann.example"],
    tier="growth",
    arr_minor=4_800_000,
    currency="EUR",
    owner="mei@vendor.example",
    tags=["Pilot group"],
)
class AccountSerializer(serializers.Serializer[Account]):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=200, validators=[refuse_unseen])
    external_ids = ExternalIdsField(required=False)
    domains = serializers.ListField(
        child=serializers.RegexField(r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$", max_length=253),
        required=False,
        max_length=50,
    )
    tier = serializers.ChoiceField(Account.Tier.choices, required=False)
    industry = serializers.CharField(max_length=80, required=False, allow_blank=True)
    locale = serializers.CharField(
        required=False,
        max_length=10,
        allow_blank=True,
        help_text=gettext_lazy("The language of its people where none is noted: `de`."),
    )
    arr_minor = serializers.IntegerField(
        min_value=0,
        max_value=MOST_MINOR,
        required=False,
        allow_null=True,
        help_text=gettext_lazy("Annual recurring revenue in cents, or whatever the currency's smallest unit is."),
    )
    currency = serializers.RegexField(
        r"^[A-Z]{3}$", required=False, help_text=gettext_lazy("ISO 4217; at first the workspace's own.")
    )
    owner = OwnerField(
        required=False, allow_null=True, max_length=254, help_text=gettext_lazy("The e-mail address of a member.")
    )
    parent = OwnRow(  # type: ignore[assignment]
        Account, required=False, allow_null=True, help_text=gettext_lazy("The account right above it in its family.")
    )
    tags = TagsField(source="account_tags")
    custom = OwnValuesField(CustomField.About.ACCOUNT)
    stage = serializers.ChoiceField(Stage.choices, read_only=True)
    stage_since = UtcDateTimeField(read_only=True)
    renews_on = serializers.DateField(
        read_only=True, allow_null=True, help_text=gettext_lazy("The end of the last contract that runs.")
    )
    health = AccountHealthSerializer(source="*", read_only=True)
    risk = serializers.SerializerMethodField(help_text=gettext_lazy("Null where it cannot be told."))
    created_at = UtcDateTimeField(read_only=True)

    @extend_schema_field(AccountRiskSerializer(allow_null=True))
    def get_risk(self, account: Account) -> Any:
        return None if account.risk is None else AccountRiskSerializer(account).data


class AccountFilters(serializers.Serializer[Account]):
    owner = serializers.CharField(
        required=False, max_length=254, help_text=gettext_lazy("The owner's e-mail address, or `none`.")
    )
    stage = serializers.ChoiceField(Stage.choices, required=False)
    band = serializers.ChoiceField(ANY_BAND, required=False)
    tier = serializers.ChoiceField(Account.Tier.choices, required=False)
    q = serializers.CharField(
        required=False,
        max_length=200,
        help_text=gettext_lazy(
            "Part of the name; of one or two letters its beginning, and then the first 1,000 accounts."
        ),
    )
    tag = serializers.CharField(required=False, max_length=tag_actions.LONGEST)
    parent = IdParameter(help_text=gettext_lazy("The accounts right below this one."))  # type: ignore[assignment]
    missing = serializers.ChoiceField(
        MISSING,
        required=False,
        help_text=gettext_lazy("Who is missing among their people: nobody decides, or the champion left."),
    )
    segment = IdParameter(help_text=gettext_lazy("The accounts that this segment held when it was last computed."))
    external_id = serializers.CharField(required=False, max_length=120)
    external_source = serializers.CharField(required=False, max_length=40)


@extend_schema_view(list=OWN_VALUES)
class AccountViewSet(Lists, Retrieves, Creates, Updates):
    """Customer companies."""

    model = Account
    area = Area.ACCOUNTS
    filters = AccountFilters
    serializer_class = AccountSerializer
    write_capability = Capability.EDIT_ACCOUNTS

    def rows(self) -> QuerySet[Account]:
        return queries.accounts().prefetch_related("external_ids", "account_tags__tag")

    def narrow(self, queryset: QuerySet[Any], lookups: Fields) -> QuerySet[Any]:
        owner, band, words = (lookups.pop(name, "") for name in ("owner", "band", "q"))
        external = {
            name: lookups.pop(asked)
            for asked, name in (("external_id", "value"), ("external_source", "source"))
            if asked in lookups
        }
        people = {name: lookups.pop(asked, empty) for asked, name, empty in _PEOPLE}
        if "segment" in lookups:
            queryset = queryset.filter(pk__in=registry.choosers["segment"](lookups.pop("segment")))
        if own := asked_values(self.request.query_params, CustomField.About.ACCOUNT):
            queryset = queryset.filter(custom__contains=own)
        queryset = queries.narrowed(cast(AccountQuerySet, queryset), queries.Filter(**people))
        if owner:
            is_named = owner != queries.NOTHING
            lookups |= {"owner__user__email__iexact": owner} if is_named else {"owner": None}
        if band:
            lookups["health_band"] = "" if band == queries.NOTHING else band
        if words:
            queryset = queryset.filter(pk__in=queries.found_accounts(words).order_by().values("pk"))
        if external:
            queryset = queryset.filter(pk__in=ExternalId.objects.filter(**external).values("account"))
        return queryset.filter(**lookups)

    def add(self, fields: Fields) -> Account:
        tags = fields.pop("account_tags", [])
        try:
            account = account_actions.create_account(**fields, at=now(), by=self.by)
        except (account_actions.ExternalIdTaken, family.ParentRefused) as refusal:
            raise _refused(refusal) from refusal
        tag_actions.set_tags(account_id=account.pk, names=tags, at=now(), by=self.by)
        return account

    def change(self, row: Account, fields: Fields) -> None:
        try:
            account_actions.update_account(account=row, changes=fields, at=now(), by=self.by)
        except (account_actions.ExternalIdTaken, family.ParentRefused) as refusal:
            raise _refused(refusal) from refusal
        if "account_tags" in fields:
            tag_actions.set_tags(account_id=row.pk, names=fields["account_tags"], at=now(), by=self.by)


def _refused(refusal: Exception) -> serializers.ValidationError:
    if isinstance(refusal, family.ParentRefused):
        return serializers.ValidationError({"parent": [str(refusal)]})
    return serializers.ValidationError({"external_ids": [_("%s belongs to another account.") % refusal]})
