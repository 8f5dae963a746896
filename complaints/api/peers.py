"""Customers like one who complained, who were asked whether they have the same trouble."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.actions import peer as actions
from complaints.models import Peer
from complaints.queries import peer as queries
from lib.rest import BlankIsNull, UtcDateTimeField
from lib.time import now
from workspaces.api import ByField, IdParameter, Lists, OfAccount, Retrieves, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area


class PeerSerializer(serializers.Serializer[Peer]):
    id = serializers.IntegerField()
    complaint = serializers.IntegerField(source="complaint_id")
    account = serializers.IntegerField(source="account_id")
    task = serializers.IntegerField(source="task_id", allow_null=True, help_text=gettext_lazy("Of whoever asks."))
    wave = serializers.IntegerField(source="wave_id", allow_null=True, help_text=gettext_lazy("Which asks by mail."))
    asked_at = UtcDateTimeField()
    asked_by = ByField("asked_by")
    reply = BlankIsNull(Peer.Reply.choices)
    replied_at = UtcDateTimeField(allow_null=True)


class PeerFilters(OfAccount):
    complaint = IdParameter()
    reply = serializers.ChoiceField(Peer.Reply.choices, required=False)


@example("The same trouble", reply="me_too")
class PeerReplySerializer(serializers.Serializer[Peer]):
    reply = serializers.ChoiceField(Peer.Reply.choices)


class PeerViewSet(Lists, Retrieves):
    """Who was asked whether they have the trouble that somebody complained about, and what they said."""

    model = Peer
    area = Area.COMPLAINTS
    filters = PeerFilters
    serializer_class = PeerSerializer
    write_capability = Capability.WORK

    def rows(self) -> QuerySet[Peer]:
        return queries.peers()

    @extend_schema(summary=gettext_lazy("What they said"), request=PeerReplySerializer, responses=PeerSerializer)
    @action(detail=True, methods=["post"])
    def reply(self, request: Request, pk: str) -> Response:
        """A later word replaces an earlier one. The task of asking them is done with it."""
        row, said = self.get_object(), self.told(PeerReplySerializer)
        actions.note_reply(peer=row, reply=said["reply"], at=now(), by=self.by)
        return Response(self.shown(row))
