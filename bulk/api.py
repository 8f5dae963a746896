"""Changes of many accounts over the API."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from accounts.actions.tags import LONGEST, BadTag, clean_tag
from accounts.models import Account
from accounts.stages import Stage
from bulk import queries
from bulk.actions import changes
from bulk.models import BulkChange, BulkRow
from bulk.rights import AREAS, NEEDS
from bulk.selection import MOST_IDS
from lib.problems import Conflict
from lib.rest import BlankIsNull, UtcDateTimeField
from lib.time import now
from workspaces import queries as workspace_queries
from workspaces import scopes
from workspaces.api import ByField, Fields, IdParameter, Lists, Retrieves, example
from workspaces.capabilities import Capability
from workspaces.models import Member
from workspaces.scopes import Area

WANTED = {
    BulkChange.Kind.OWNER.value: ["owner"],
    BulkChange.Kind.TAG.value: ["tag"],
    BulkChange.Kind.UNTAG.value: ["tag"],
    BulkChange.Kind.STAGE.value: ["stage", "reason"],
}


class BulkChangeSerializer(serializers.Serializer[BulkChange]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(BulkChange.Kind.choices)
    params = serializers.DictField(
        child=serializers.JSONField(allow_null=True),
        help_text=gettext_lazy("The `owner` and their `name`, the `tag`, or the `stage` and the `reason`."),
    )
    total = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField(help_text=gettext_lazy("Skipped: they were so already."))
    restored = serializers.IntegerField(help_text=gettext_lazy("Put back by the undoing."))
    kept = serializers.IntegerField(help_text=gettext_lazy("Changed since, so left as they are."))
    begun_at = UtcDateTimeField()
    by = ByField()
    done_at = UtcDateTimeField(allow_null=True)
    undo_until = UtcDateTimeField(allow_null=True, help_text=gettext_lazy("Null while it runs; it can be undone then."))
    undoing_at = UtcDateTimeField(allow_null=True)
    undone_at = UtcDateTimeField(allow_null=True)
    undone_by = ByField("undone_by")


@example("Hand over", kind="owner", accounts=[1, 2], owner="mei@vendor.example")
class NewBulkChangeSerializer(serializers.Serializer[Any]):
    """What to do with which accounts: `owner`, `tag`, or `stage` and `reason`, as the kind needs it."""

    kind = serializers.ChoiceField(BulkChange.Kind.choices)
    accounts = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), min_length=1, max_length=MOST_IDS
    )
    owner = serializers.EmailField(
        required=False, allow_null=True, help_text=gettext_lazy("The address they sign in with; null: nobody.")
    )
    tag = serializers.CharField(required=False, max_length=LONGEST)
    stage = serializers.ChoiceField(Stage.choices, required=False)
    reason = serializers.CharField(required=False, max_length=500)

    def validate_owner(self, address: str | None) -> Member | None:
        found = workspace_queries.members().filter(user__email__iexact=address).first() if address else None
        if address and found is None:
            raise serializers.ValidationError(_("No member of this workspace signs in with this address."))
        return found

    def validate_tag(self, text: str) -> str:
        try:
            return clean_tag(text)
        except BadTag as bad:
            raise serializers.ValidationError(str(bad)) from bad

    def validate(self, attrs: Fields) -> Fields:
        missing = [name for name in WANTED[attrs["kind"]] if name not in attrs]
        if missing:
            raise serializers.ValidationError({name: [_("This field is required.")] for name in missing})
        return attrs


def _params(said: Fields) -> Fields:
    """As `changes.begin` takes them."""
    if said["kind"] == BulkChange.Kind.OWNER:
        owner = said["owner"]
        return {"owner": owner.pk if owner else None, "name": str(owner or "")}
    return {name: said[name] for name in WANTED[said["kind"]]}


class BulkChangeFilters(serializers.Serializer[BulkChange]):
    kind = serializers.ChoiceField(BulkChange.Kind.choices, required=False)
    since = UtcDateTimeField(source="begun_at__gte", required=False)
    until = UtcDateTimeField(source="begun_at__lt", required=False)


class BulkChangeViewSet(Lists, Retrieves):
    """What was done to many accounts at once, and how far it has come."""

    model = BulkChange
    area = Area.ACCOUNTS
    filters = BulkChangeFilters
    serializer_class = BulkChangeSerializer
    read_capability = Capability.WORK
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[BulkChange]:
        return queries.changes()

    @extend_schema(request=NewBulkChangeSerializer, responses={201: BulkChangeSerializer})
    def create(self, request: Request) -> Response:
        """Change many accounts, up to 200 at once, more in the background; those that are so already are skipped.

        A stage asks for `journeys:write`, too.
        """
        said = self.told(NewBulkChangeSerializer)
        if not self._may(said["kind"]):
            raise PermissionDenied
        ids = set(said["accounts"])
        try:
            row = changes.begin(
                kind=said["kind"],
                params=_params(said),
                accounts=Account.objects.filter(pk__in=ids),
                expected=len(ids),
                source={"ids": len(ids)},
                at=now(),
                by=self.by,
            )
        except (changes.NothingChosen, changes.NotAsPreviewed) as error:
            raise serializers.ValidationError({"accounts": [_("Some of these accounts are not here.")]}) from error
        return Response(self.shown(row), status=201)

    @extend_schema(summary=gettext_lazy("Undo"), request=None, responses=BulkChangeSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Make the accounts what they were, but for those that somebody changed since; stops one that still runs.

        Within ten minutes of its end. That of a stage asks for `journeys:write`, too.
        """
        row = self.get_object()
        if not self._may(row.kind):
            raise PermissionDenied
        try:
            changes.undo(change=row, at=now(), by=self.by)
        except changes.TooLate as error:
            raise Conflict(_("It is too late to undo this: ten minutes have passed, or somebody undid it.")) from error
        return Response(self.shown(row))

    def _may(self, kind: str) -> bool:
        raw: Any = self.request._request
        if raw.api_token is not None:
            return scopes.allows(raw.api_token.scopes, AREAS[kind], is_reading=False)
        return bool(raw.member.can(NEEDS[kind]))


class BulkRowSerializer(serializers.Serializer[BulkRow]):
    account = serializers.IntegerField(source="account_id")
    outcome = BlankIsNull(BulkRow.Outcome.choices[1:], help_text=gettext_lazy("Null: not reached yet."))
    at = UtcDateTimeField(allow_null=True)


class BulkRowFilters(serializers.Serializer[BulkRow]):
    change = IdParameter(required=True)
    outcome = serializers.ChoiceField(BulkRow.Outcome.choices[1:], required=False)


class BulkRowViewSet(Lists):
    """What became of each account of one change, by account. Kept for 90 days, unless the workspace says otherwise."""

    model = BulkRow
    area = Area.ACCOUNTS
    filters = BulkRowFilters
    serializer_class = BulkRowSerializer
    read_capability = Capability.WORK
    ordering = "account_id"

    def rows(self) -> QuerySet[BulkRow]:
        found: QuerySet[BulkRow] = BulkRow.objects.all()
        return found


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("bulk-changes/rows", BulkRowViewSet, basename="bulk-change-rows")
    router.register("bulk-changes", BulkChangeViewSet, basename="bulk-changes")
