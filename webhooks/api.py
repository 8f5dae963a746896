"""Webhooks over the API."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from accounts.registry import words as told
from lib import outgoing
from lib.problems import Conflict
from lib.rest import BlankIsNull, UtcDateTimeField
from lib.time import now
from webhooks import signing, words
from webhooks.actions import deliveries
from webhooks.actions import endpoints as actions
from webhooks.models import Delivery, Endpoint
from webhooks.queries import endpoints as queries
from webhooks.rows import attempts
from workspaces.api import Creates, Fields, IdParameter, Lists, Retrieves, Updates, example
from workspaces.capabilities import Capability
from workspaces.scopes import Area


def check_secret(secret: str) -> None:
    if not signing.is_secret(secret):
        raise serializers.ValidationError(_("`whsec_` and 24 to 64 bytes in Base64."))


@example(
    "Closed tickets and answers",
    url="https://hooks.example.com/ninefold",
    description="Data warehouse",
    kinds=["ticket.closed", "survey.answered"],
    secret="whsec_RVhBTVBMRS1vbmx5LWRyYXctYS1zZWNyZXQtb2YteW91ci1vd24=",  # noqa: S106  says itself that it is none
)
class WebhookSerializer(serializers.Serializer[Endpoint]):
    id = serializers.IntegerField(read_only=True)
    url = serializers.CharField(
        max_length=2000, help_text=gettext_lazy("An https address on the internet that takes POST requests.")
    )
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)
    wants_all = serializers.BooleanField(
        required=False, help_text=gettext_lazy("Everything, whatever kinds are added later; `kinds` is then empty.")
    )
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=words.in_order(told)),
        required=False,
        max_length=200,
        help_text=gettext_lazy("The kinds of facts it is told of: at least one, unless it wants all."),
    )
    secret = serializers.CharField(
        max_length=100,
        validators=[check_secret],
        write_only=True,
        required=False,
        help_text=gettext_lazy(
            "`whsec_` and 24 to 64 random bytes in Base64. Needed to add one, never shown; `secret/` takes another."
        ),
    )
    is_enabled = serializers.BooleanField(source="is_open", required=False)
    disabled_why = BlankIsNull(Endpoint.Why.choices, read_only=True)
    disabled_at = UtcDateTimeField(read_only=True, allow_null=True)
    failing_since = UtcDateTimeField(
        read_only=True,
        allow_null=True,
        help_text=gettext_lazy("Since when it has taken nothing; null when all is well."),
    )
    created_at = UtcDateTimeField(read_only=True)

    def validate_url(self, value: str) -> str:
        try:
            outgoing.target_of(value)
        except outgoing.Forbidden as error:
            raise serializers.ValidationError(str(error)) from error
        return value

    def validate(self, attrs: Fields) -> Fields:
        row = self.instance if isinstance(self.instance, Endpoint) else None
        if row is None and "secret" not in attrs:
            raise serializers.ValidationError({"secret": [_("This field is required.")]})
        if row is not None and "secret" in attrs:
            raise serializers.ValidationError({"secret": [_("Another secret goes to `secret/` below the webhook.")]})
        if not attrs.get("wants_all", row is not None and row.wants_all) and not attrs.get("kinds", row and row.kinds):
            raise serializers.ValidationError({"kinds": [_("Choose at least one kind.")]})
        return attrs


class SecretSerializer(serializers.Serializer[Any]):
    secret = serializers.CharField(
        max_length=100,
        validators=[check_secret],
        help_text=gettext_lazy("`whsec_` and 24 to 64 random bytes in Base64."),
    )


class SendAgainSerializer(serializers.Serializer[Any]):
    since = UtcDateTimeField()


class SentAgainSerializer(serializers.Serializer[Any]):
    replayed = serializers.IntegerField(help_text=gettext_lazy("How many messages are sent again."))


class WebhookDeliverySerializer(serializers.Serializer[Delivery]):
    id = serializers.IntegerField()
    webhook = serializers.IntegerField(source="endpoint_id")
    kind = serializers.CharField()
    message_id = serializers.CharField()
    created_at = UtcDateTimeField()
    state = serializers.ChoiceField(Delivery.State.choices)
    settled_at = UtcDateTimeField(allow_null=True)
    attempts = serializers.IntegerField()
    last_status = serializers.IntegerField(allow_null=True)


class AttemptSerializer(serializers.Serializer[Any]):
    at = UtcDateTimeField()
    status = serializers.IntegerField(allow_null=True, help_text=gettext_lazy("null where there was no answer."))
    error = serializers.CharField(allow_blank=True, help_text=gettext_lazy("Why there was none."))
    excerpt = serializers.CharField(allow_blank=True, help_text=gettext_lazy("How the answer began."))
    milliseconds = serializers.IntegerField()


class WholeDeliverySerializer(WebhookDeliverySerializer):
    body = serializers.CharField(help_text=gettext_lazy("The message as it is signed."))
    log = serializers.SerializerMethodField(help_text=gettext_lazy("The last attempts, newest first."))

    @extend_schema_field(AttemptSerializer(many=True))
    def get_log(self, delivery: Delivery) -> Any:
        return AttemptSerializer(attempts(delivery), many=True).data


def _off() -> Conflict:
    return Conflict(_("This webhook is switched off."))


class WebhookViewSet(Lists, Retrieves, Creates, Updates):
    """Addresses that are told what happens to customers, by Standard Webhooks 1.0."""

    model = Endpoint
    area = Area.WEBHOOKS
    serializer_class = WebhookSerializer
    write_capability = Capability.ADMINISTER
    read_capability = Capability.ADMINISTER

    def rows(self) -> QuerySet[Endpoint]:
        return queries.endpoints()

    def add(self, fields: Fields) -> Endpoint:
        is_enabled = fields.pop("is_open", True)
        chosen = {"kinds": [], "wants_all": False, **fields}
        endpoint, _secret = actions.create_endpoint(**chosen, at=now(), by=self.by)
        self._switch(endpoint, is_enabled)
        return endpoint

    def change(self, row: Endpoint, fields: Fields) -> None:
        is_enabled = fields.pop("is_open", row.is_open)
        whole = {name: getattr(row, name) for name in ("url", "description", "wants_all", "kinds")} | fields
        if fields:
            actions.change_endpoint(endpoint=row, **whole, at=now(), by=self.by)
        self._switch(row, is_enabled)

    def _switch(self, row: Endpoint, is_enabled: bool) -> None:
        if is_enabled and not row.is_open:
            actions.enable_endpoint(endpoint=row, at=now(), by=self.by)
        elif row.is_open and not is_enabled:
            actions.disable_endpoint(endpoint=row, why=Endpoint.Why.PERSON, at=now(), by=self.by)

    @extend_schema(summary=gettext_lazy("Sign with another secret"), request=SecretSerializer)
    @action(detail=True, methods=["post"])
    def secret(self, request: Request, pk: str) -> Response:
        """For 24 hours the one before signs along, so that the receiver can be changed meanwhile."""
        row = self.get_object()
        actions.renew_secret(endpoint=row, **self.told(SecretSerializer), at=now(), by=self.by)
        return Response(self.shown(row))

    @extend_schema(summary=gettext_lazy("Send a test"), request=None, responses={201: WebhookDeliverySerializer})
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str) -> Response:
        """One message that is tried once, at once: read the delivery to see what came back."""
        try:
            sent = deliveries.send_test(endpoint=self.get_object(), at=now(), by=self.by)
        except deliveries.EndpointOff as error:
            raise _off() from error
        return Response(WebhookDeliverySerializer(sent).data, status=201)

    @extend_schema(
        summary=gettext_lazy("Send again what was not delivered"),
        request=SendAgainSerializer,
        responses=SentAgainSerializer,
    )
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, pk: str) -> Response:
        """Everything since a moment that did not get through, from the start and under the same ids."""
        row, told = self.get_object(), self.told(SendAgainSerializer)
        try:
            count = deliveries.replay_unsent(endpoint=row, **told, at=now(), by=self.by)
        except deliveries.EndpointOff as error:
            raise _off() from error
        return Response({"replayed": count})


class WebhookDeliveryFilters(serializers.Serializer[Delivery]):
    webhook = IdParameter(source="endpoint")
    state = serializers.ChoiceField(Delivery.State.choices, required=False)
    kind = serializers.CharField(required=False, max_length=60)


class WebhookDeliveryViewSet(Lists, Retrieves):
    """What webhooks were told, and whether it was taken."""

    model = Delivery
    area = Area.WEBHOOKS
    filters = WebhookDeliveryFilters
    serializer_class = WebhookDeliverySerializer
    write_capability = Capability.ADMINISTER
    read_capability = Capability.ADMINISTER

    def rows(self) -> QuerySet[Delivery]:
        found: QuerySet[Delivery] = Delivery.objects.select_related("endpoint")
        return found if self.action == "retrieve" else found.defer("body", "log")

    @extend_schema(responses=WholeDeliverySerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(WholeDeliverySerializer(self.get_object()).data)

    @extend_schema(summary=gettext_lazy("Send it again"), request=None, responses=WebhookDeliverySerializer)
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, pk: str) -> Response:
        """Send it again from the start, under the same id."""
        row = self.get_object()
        try:
            deliveries.replay(delivery=row, at=now(), by=self.by)
        except deliveries.EndpointOff as error:
            raise _off() from error
        return Response(self.shown(row))


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("webhooks", WebhookViewSet, basename="webhooks")
    router.register("webhook-deliveries", WebhookDeliveryViewSet, basename="webhook-deliveries")
