"""Work that failed for good, or may have been done, over the API."""

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
from outbox.models import Effect
from workspaces.api import Lists, Retrieves
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


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("stuck-work", StuckWorkViewSet, basename="stuck-work")
