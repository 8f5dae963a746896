"""A member's own notices over the API, and the chats that are told along."""

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

from lib import outgoing
from lib.problems import Conflict
from lib.rest import BlankIsNull, UtcDateTimeField
from lib.time import now
from notices import words
from notices.actions import chats as actions
from notices.actions import choosing, messages, reading
from notices.kinds import FOR_CHATS, ByMail, Kind, Way
from notices.models import ChatHook, ChatMessage, Notice, Preference
from notices.queries import chats as chat_queries
from notices.queries import notices as queries
from notices.queries import people as people_queries
from segments.models import Segment
from workspaces.api import Creates, Fields, IdParameter, Lists, Own, OwnRow, Retrieves, Settings, Updates, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area


class NoticeSerializer(serializers.Serializer[Notice]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Kind.choices, source="occasion.kind")
    account = serializers.IntegerField(source="occasion.account_id", allow_null=True)
    title = serializers.SerializerMethodField()
    text = serializers.SerializerMethodField(help_text=gettext_lazy("What happened, in words."))
    link = serializers.CharField(source="occasion.link", help_text=gettext_lazy("The page it is about."))
    created_at = UtcDateTimeField(source="occasion.created_at")
    read_at = UtcDateTimeField(allow_null=True)

    def get_title(self, row: Notice) -> str:
        return words.say(row.occasion).title

    def get_text(self, row: Notice) -> str:
        return words.say(row.occasion).text


class NoticeFilters(serializers.Serializer[Notice]):
    kind = serializers.ChoiceField(Kind.choices, source="occasion__kind", required=False)
    account = IdParameter(source="occasion__account")
    is_unread = serializers.BooleanField(source="read_at__isnull", required=False)
    since = UtcDateTimeField(source="occasion__created_at__gte", required=False)


class NoticeViewSet(Own, Lists, Retrieves):
    """What you are told in the app, oldest first."""

    model = Notice
    area = Area.NOTICES
    filters = NoticeFilters
    serializer_class = NoticeSerializer
    write_capability = Capability.VIEW

    def rows(self) -> QuerySet[Notice]:
        membership = self.membership
        return queries.told(queries.notices_for(membership)) if membership else Notice.objects.none()

    @extend_schema(summary=gettext_lazy("Mark as read"), request=None, responses=NoticeSerializer)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: str) -> Response:
        """It is counted by the bell no more."""
        row = self.get_object()
        reading.mark_read(notice=row, at=now())
        return Response(self.shown(row))


class WaySerializer(serializers.Serializer[Any]):
    in_app = serializers.BooleanField()
    mail = serializers.ChoiceField(ByMail.choices)


@example(
    "Alerts at once, the digest on working days at seven",
    digest="weekdays",
    hour=7,
    ways={"alert_opened": {"in_app": True, "mail": "at_once"}},
)
class NoticeSettingsSerializer(serializers.Serializer[Any]):
    digest = serializers.ChoiceField(Preference.Digest.choices)
    hour = serializers.IntegerField(
        min_value=0, max_value=23, help_text=gettext_lazy("Of the digest, in your time zone.")
    )
    ways = serializers.DictField(child=WaySerializer(), help_text=gettext_lazy("By kind; others stay as they are."))

    def validate_ways(self, said: dict[str, Any]) -> dict[str, Way]:
        unknown = sorted(set(said) - set(Kind.values))
        if unknown:
            raise serializers.ValidationError({kind: [_("There is no such kind.")] for kind in unknown})
        return {kind: Way(**way) for kind, way in said.items()}


class NoticeSettingsViewSet(Own, Settings):
    """How you are told; without a person behind the token, what holds for whoever has not chosen."""

    model = Preference
    area = Area.NOTICES
    serializer_class = NoticeSettingsSerializer
    write_capability = Capability.VIEW

    def current(self) -> Fields:
        member = self.member
        kept = people_queries.preference(member.pk) if member else Preference()
        ways = {str(kind): vars(kept.way(kind)) for kind in Kind.values}
        return {"digest": kept.digest, "hour": kept.hour, "ways": ways}

    def change(self, fields: Fields) -> None:
        member = self.member
        if member is None:
            raise Conflict(_("This token is nobody's: it has no notices."))
        kept = people_queries.preference(member.pk)
        whole: Fields = {"digest": kept.digest, "hour": kept.hour, "ways": {}} | fields
        choosing.choose(member_id=member.pk, **whole, at=now())


@example(
    "Alerts of all customers in a channel",
    name="#customers",
    flavour="slack",
    url="https://hooks.slack.com/services/T00000000/B00000000/EXAMPLE",
    kinds=["urgent_alert", "alert_opened"],
    segment=None,
)
class ChatSerializer(serializers.Serializer[ChatHook]):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=80)
    flavour = serializers.ChoiceField(ChatHook.Flavour.choices)
    url = serializers.CharField(
        max_length=2000,
        write_only=True,
        required=False,
        help_text=gettext_lazy("The incoming webhook's address. Needed to add one, never shown."),
    )
    place = serializers.CharField(read_only=True, help_text=gettext_lazy("By what its owner knows the address again."))
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=[(kind, Kind(kind).label) for kind in FOR_CHATS]),
        allow_empty=False,
        max_length=len(FOR_CHATS),
    )
    segment = OwnRow(
        Segment, required=False, allow_null=True, help_text=gettext_lazy("Only customers in it; null: all.")
    )
    is_enabled = serializers.BooleanField(source="is_open", required=False)
    disabled_why = BlankIsNull(ChatHook.Why.choices, read_only=True)
    disabled_at = UtcDateTimeField(read_only=True, allow_null=True)
    created_at = UtcDateTimeField(read_only=True)

    def validate_url(self, value: str) -> str:
        try:
            outgoing.target_of(value)
        except outgoing.Forbidden as error:
            raise serializers.ValidationError(str(error)) from error
        return value

    def validate(self, attrs: Fields) -> Fields:
        if self.instance is None and "url" not in attrs:
            raise serializers.ValidationError({"url": [_("This field is required.")]})
        return attrs


class ChatViewSet(Lists, Retrieves, Creates, Updates):
    """Channels of Slack, Teams or what takes the same messages, that are told along."""

    model = ChatHook
    area = Area.WEBHOOKS
    serializer_class = ChatSerializer
    write_capability = Capability.ADMINISTER
    read_capability = Capability.ADMINISTER

    def rows(self) -> QuerySet[ChatHook]:
        return chat_queries.chats()

    def add(self, fields: Fields) -> ChatHook:
        is_enabled = fields.pop("is_open", True)
        try:
            hook = actions.add_chat(**fields, at=now(), by=self.by)
        except actions.TooManyChats as error:
            raise Conflict(_("%(most)d chats are there already.") % {"most": actions.MOST_CHATS}) from error
        self._switch(hook, is_enabled)
        return hook

    def change(self, row: ChatHook, fields: Fields) -> None:
        is_enabled = fields.pop("is_open", row.is_open)
        if fields:
            whole = {name: getattr(row, name) for name in ("name", "flavour", "kinds", "segment")} | {"url": ""}
            actions.change_chat(hook=row, **(whole | fields), at=now(), by=self.by)
        self._switch(row, is_enabled)

    def _switch(self, row: ChatHook, is_enabled: bool) -> None:
        if is_enabled and not row.is_open:
            actions.switch_on(hook=row, at=now(), by=self.by)
        elif row.is_open and not is_enabled:
            actions.switch_off(hook=row, why=ChatHook.Why.PERSON, at=now(), by=self.by)

    @extend_schema(summary=gettext_lazy("Send a test"), request=None, responses=ChatSerializer)
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str) -> Response:
        """One message that is tried once; `chat-messages/` tells what came back."""
        row = self.get_object()
        try:
            messages.send_test(hook=row, at=now(), by=self.by)
        except messages.ChatOff as error:
            raise Conflict(_("This chat is switched off.")) from error
        return Response(self.shown(row))


class ChatMessageSerializer(serializers.Serializer[ChatMessage]):
    id = serializers.IntegerField()
    chat = serializers.IntegerField(source="hook_id")
    kind = serializers.ChoiceField(
        Kind.choices, source="occasion.kind", allow_null=True, default=None, help_text=gettext_lazy("null: a test.")
    )
    account = serializers.IntegerField(source="occasion.account_id", allow_null=True, default=None)
    created_at = UtcDateTimeField()
    state = serializers.ChoiceField(ChatMessage.State.choices)
    settled_at = UtcDateTimeField(allow_null=True)
    attempts = serializers.IntegerField()
    last_status = serializers.IntegerField(allow_null=True)
    last_error = serializers.CharField()


class ChatMessageFilters(serializers.Serializer[ChatMessage]):
    chat = IdParameter(source="hook")
    state = serializers.ChoiceField(ChatMessage.State.choices, required=False)


class ChatMessageViewSet(Lists, Retrieves):
    """What chats were told, and what came back."""

    model = ChatMessage
    area = Area.WEBHOOKS
    filters = ChatMessageFilters
    serializer_class = ChatMessageSerializer
    write_capability = Capability.ADMINISTER
    read_capability = Capability.ADMINISTER

    def rows(self) -> QuerySet[ChatMessage]:
        found: QuerySet[ChatMessage] = ChatMessage.objects.select_related("occasion")
        return found


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("notices", NoticeViewSet, basename="notices")
    router.register("notices", NoticeSettingsViewSet, basename="notice-settings")
    router.register("chats", ChatViewSet, basename="chats")
    router.register("chat-messages", ChatMessageViewSet, basename="chat-messages")
