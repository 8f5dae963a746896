"""Work that waits for a person, mails, and addresses that no mail goes to any more, over the API."""

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

from lib.problems import Conflict
from lib.rest import UtcDateTimeField
from lib.time import now
from outbox import actions, queries
from outbox.models import Effect, Mail, Suppression
from workspaces.api import Fields, Lists, Retrieves
from workspaces.capabilities import Capability
from workspaces.models import User
from workspaces.scopes import Area


class EffectSerializer(serializers.Serializer[Effect]):
    id = serializers.IntegerField()
    kind = serializers.CharField()
    state = serializers.ChoiceField(Effect.State.choices)
    attempts = serializers.IntegerField()
    last_error = serializers.CharField()
    created_at = UtcDateTimeField()


class EffectFilters(serializers.Serializer[Effect]):
    kind = serializers.CharField(required=False, max_length=60)
    state = serializers.ChoiceField([Effect.State.DEAD, Effect.State.IN_DOUBT], required=False)


class StuckWorkViewSet(Lists, Retrieves):
    """What a person has to decide about: it failed for good, or may have been done."""

    model = Effect
    area = Area.ADMIN
    filters = EffectFilters
    serializer_class = EffectSerializer
    read_capability = Capability.ADMINISTER
    write_capability = Capability.ADMINISTER

    def rows(self) -> QuerySet[Effect]:
        return queries.stuck_effects()

    @extend_schema(summary=gettext_lazy("Try it again"), request=None, responses=EffectSerializer)
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, pk: str) -> Response:
        """Try it again, with a fresh count of attempts."""
        try:
            row = actions.replay(effect=self.get_object(), at=now(), by=self._who())
        except actions.NotStuck as error:
            raise _settled() from error
        return Response(self.get_serializer(row).data)

    @extend_schema(summary=gettext_lazy("Give it up"), request=None, responses=EffectSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Close it without trying again."""
        try:
            row = actions.give_up(effect=self.get_object(), at=now(), by=self._who())
        except actions.NotStuck as error:
            raise _settled() from error
        return Response(self.get_serializer(row).data)

    def _who(self) -> User:
        if self.by is None:
            raise PermissionDenied(_("This token was made by nobody who could decide."))
        return self.by


def _settled() -> Conflict:
    return Conflict(_("Somebody else has decided about this."))


# ------------------------------------------------------------------------------------------------- mail
class MailSerializer(serializers.Serializer[Mail]):
    id = serializers.IntegerField()
    to = serializers.CharField()
    subject = serializers.CharField()
    created_at = UtcDateTimeField()
    sent_at = UtcDateTimeField(allow_null=True)
    purged_at = UtcDateTimeField(
        allow_null=True, help_text=gettext_lazy("Since when its text, and whom it went to, is no longer kept.")
    )


class MailFilters(serializers.Serializer[Mail]):
    to = serializers.CharField(required=False, max_length=254)
    sent = serializers.BooleanField(required=False)
    since = UtcDateTimeField(source="created_at__gte", required=False)
    until = UtcDateTimeField(source="created_at__lt", required=False)


class MailViewSet(Lists, Retrieves):
    """Mails that went out or will. What they say is not told: links in it are known to their readers alone."""

    model = Mail
    area = Area.ADMIN
    filters = MailFilters
    serializer_class = MailSerializer
    read_capability = Capability.ADMINISTER

    def rows(self) -> QuerySet[Mail]:
        return queries.sent_mail().only("to", "subject", "created_at", "sent_at", "purged_at")

    def narrow(self, queryset: QuerySet[Any], lookups: Fields) -> QuerySet[Any]:
        if "sent" in lookups:
            lookups["sent_at__isnull"] = not lookups.pop("sent")
        if "to" in lookups:
            lookups["to_digest__in"] = queries.digests(lookups.pop("to"))
        return queryset.filter(**lookups)


class SuppressionSerializer(serializers.Serializer[Suppression]):
    id = serializers.IntegerField()
    address = serializers.SerializerMethodField(
        help_text=gettext_lazy("As long as a mail to it is kept; null: only its hash is known.")
    )
    reason = serializers.ChoiceField(Suppression.Reason.choices)
    code = serializers.CharField(help_text=gettext_lazy("As the mail server gave it."))
    at = UtcDateTimeField()

    def get_address(self, row: Suppression) -> str | None:
        return self._addresses().get(row.digest)

    def _addresses(self) -> dict[str, str]:
        """The addresses of all rows of the answer, read once."""
        top: Any = self.root
        if not hasattr(top, "addresses"):
            rows = top.instance if isinstance(top.instance, list) else [top.instance]
            top.addresses = queries.last_addresses(row.digest for row in rows)
        found: dict[str, str] = top.addresses
        return found


class SuppressionFilters(serializers.Serializer[Suppression]):
    address = serializers.CharField(required=False, max_length=254)
    reason = serializers.ChoiceField(Suppression.Reason.choices, required=False)


class SuppressionViewSet(Lists, Retrieves):
    """Addresses that no mail goes to any more, as they came back or complained."""

    model = Suppression
    area = Area.ADMIN
    filters = SuppressionFilters
    serializer_class = SuppressionSerializer
    read_capability = Capability.ADMINISTER

    def rows(self) -> QuerySet[Suppression]:
        return queries.suppressions()

    def narrow(self, queryset: QuerySet[Any], lookups: Fields) -> QuerySet[Any]:
        if "address" in lookups:
            lookups["digest__in"] = queries.digests(lookups.pop("address"))
        return queryset.filter(**lookups)

    @extend_schema(summary=gettext_lazy("Mail may go there again"), request=None, responses=SuppressionSerializer)
    @action(detail=True, methods=["post"])
    def lift(self, request: Request, pk: str) -> Response:
        """The answer is what is no more."""
        row = self.get_object()
        told = self.get_serializer(row).data
        actions.lift_suppression(suppression=row, at=now(), by=self.by)
        return Response(told)


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("stuck-work", StuckWorkViewSet, basename="stuck-work")
    router.register("mails", MailViewSet, basename="mails")
    router.register("suppressed-addresses", SuppressionViewSet, basename="suppressed-addresses")
