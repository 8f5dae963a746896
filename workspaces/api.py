"""What every room's API stands on: scoped rows, one answer per Idempotency-Key, and the description of it all."""

import hashlib
from typing import Any, ClassVar

from django.conf import settings
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from lib.problems import MEDIA_TYPE
from lib.rest import KeysetPagination, OnlyJson, StrictJson, body_of
from lib.time import now
from lib.typed import typed
from workspaces import actions, queries, tenancy
from workspaces.capabilities import Capability
from workspaces.limits import Standing, charge
from workspaces.models import IdempotentRequest, Member, User
from workspaces.openapi import KEY_LENGTH, ApiSchema, example
from workspaces.queries import Membership
from workspaces.scopes import Area

__all__ = [
    "AddressField", "ApiViewSet", "Creates", "Fields", "LinkDaysField", "Lists", "MakesLinks", "Own", "OwnRow",
    "Retrieves", "Settings", "Updates", "example",
]  # fmt: skip

Fields = dict[str, Any]


class KeyUsed(exceptions.APIException):
    """The Idempotency-Key stands for another request."""

    status_code = 422
    default_detail = gettext_lazy("This Idempotency-Key was used for another request in the last 24 hours.")
    default_code = "key_used"


class AnsweredBefore(Exception):
    """The same request was answered in the last 24 hours, with `stored`."""

    def __init__(self, stored: IdempotentRequest) -> None:
        self.stored = stored


class OwnRow(serializers.PrimaryKeyRelatedField[Any]):
    """The id of a row of this workspace; another workspace's id does not exist."""

    def __init__(self, model: type[Model], **kwargs: Any) -> None:
        self.model = model
        super().__init__(queryset=QuerySet(model), **kwargs)

    def get_queryset(self) -> QuerySet[Any]:
        return self.model._default_manager.all()

    def to_internal_value(self, data: Any) -> Any:
        if type(data) is not int:
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)


class IdParameter(serializers.IntegerField):
    """An id in a query string."""

    def __init__(self, required: bool = False, **kwargs: Any) -> None:
        super().__init__(required=required, min_value=1, max_value=2**63 - 1, **kwargs)


class ByField(serializers.EmailField):
    """Who did it, by the address they sign in with; null: the system, or a customer."""

    def __init__(self, user: str = "by", **kwargs: Any) -> None:
        super().__init__(source=f"{user}.email", read_only=True, allow_null=True, default=None, **kwargs)


class OfAccount(serializers.Serializer[Any]):
    """The filter most lists have."""

    account = IdParameter()


class ApiViewSet(GenericViewSet[Any]):
    """Rows of the entered workspace, as JSON.

    A room gives the `model`, its `rows()`, and, for a list, `filters`: a serializer of query parameters in which
    each field's `source` is the lookup that it stands for.
    """

    model: ClassVar[type[Model]]
    filters: ClassVar[type[serializers.Serializer[Any]] | None] = None
    area: ClassVar[str] = Area.ADMIN
    read_capability: ClassVar[str] = Capability.VIEW
    write_capability: ClassVar[str] = Capability.ADMINISTER
    most_bytes: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    items_to_one: ClassVar[int] = 1
    ordering: ClassVar[str] = "pk"

    content_negotiation_class = OnlyJson
    parser_classes = [StrictJson]
    pagination_class = KeysetPagination
    filter_backends = []
    http_method_names = ["get", "post", "put", "patch", "head"]
    lookup_value_regex = "[0-9]{1,18}"
    schema = ApiSchema()

    taken_up: tuple[str, str] | None = None
    standing: Standing | None = None

    def rows(self) -> QuerySet[Any]:
        """What may be seen, with everything the serializer reads."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return QuerySet(self.model).none()
        return self.rows()

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.action != "list" or self.filters is None:
            return queryset
        return self.narrow(queryset, self.asked(self.filters))

    def asked(self, filters: type[serializers.Serializer[Any]]) -> Fields:
        """The query parameters that `filters` knows and that hold something. Others are ignored."""
        query = filters(data={name: text for name, text in self.request.query_params.items() if text})
        query.is_valid(raise_exception=True)
        return dict(query.validated_data)

    def told(self, body: type[serializers.Serializer[Any]]) -> Fields:
        """The body of a POST to an action."""
        read = body()
        read.initial_data = typed(read, self.request.data)
        read.is_valid(raise_exception=True)
        return dict(read.validated_data)

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        serializer = super().get_serializer(*args, **kwargs)
        if "data" in kwargs:
            serializer.initial_data = typed(serializer, kwargs["data"])
        return serializer

    def narrow(self, queryset: QuerySet[Any], lookups: Fields) -> QuerySet[Any]:
        """The rows that were asked for."""
        return queryset.filter(**lookups)

    def shown(self, row: Model) -> Any:
        """A row just written, as the next GET would show it."""
        return self.get_serializer(self.get_queryset().get(pk=row.pk)).data

    @property
    def by(self) -> User | None:
        """Who acts: the member, or whoever made the token."""
        return self.request.user if isinstance(self.request.user, User) else None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self._charge(1)
        if self.action and request.method in {"POST", "PUT", "PATCH"}:  # no action: 405, whatever the body
            body = body_of(request, self.most_bytes)
            request.data  # noqa: B018  what is no JSON is refused here, also where nothing is asked
            if request.method == "POST" and "Idempotency-Key" in request.headers:
                self._take_up(request, body)

    def weigh(self, items: int) -> None:
        """Count a call of so many items as what it costs: one request for each `items_to_one` begun."""
        more = -(-items // self.items_to_one) - 1
        if more > 0:
            self._charge(more)

    def _charge(self, weight: int) -> None:
        token = self.request.auth
        who = f"token:{token.pk}" if token else f"user:{self.request.user.pk}"
        self.standing = charge(who, weight, now().timestamp())
        if self.standing and self.standing.is_over:
            words = _("At most %(limit)d requests a minute; many items in one call count as several.")
            raise exceptions.Throttled(wait=self.standing.reset, detail=words % {"limit": self.standing.limit})

    def _take_up(self, request: Request, body: bytes) -> None:
        key = request.headers["Idempotency-Key"]
        if not 1 <= len(key) <= KEY_LENGTH or not key.isascii() or not key.isprintable():
            message = _("1 to %(limit)d printable ASCII characters.") % {"limit": KEY_LENGTH}
            raise exceptions.ValidationError({"Idempotency-Key": [message]})
        fingerprint = hashlib.sha256(b"\0".join([b"POST", request.path.encode(), self.repeated(body)])).hexdigest()
        try:
            stored = actions.take_up_request(key=key, fingerprint=fingerprint, at=now())
        except actions.KeyReused:
            raise KeyUsed from None
        if stored is not None:
            raise AnsweredBefore(stored)
        self.taken_up = key, fingerprint

    def repeated(self, body: bytes) -> bytes:
        """What of a body is the same when the request is sent again."""
        return body

    def handle_exception(self, exc: Exception) -> HttpResponseBase:  # type: ignore[override]
        if isinstance(exc, AnsweredBefore):
            text, status = str(exc.stored.body), exc.stored.status
            kind = "application/json" if status < 400 else MEDIA_TYPE
            return HttpResponse(text, status=status, content_type=kind, headers={"Idempotency-Replayed": "true"})
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in self.standing.headers().items() if self.standing else ():
            response[name] = value
        if self.taken_up and response.status_code < 500 and response.status_code != 429:
            key, fingerprint = self.taken_up
            body = response.render().content.decode()  # once: what is kept is what is sent
            actions.store_answer(key=key, fingerprint=fingerprint, status=response.status_code, body=body, at=now())
        return response


class Lists(ApiViewSet):
    """GET of the collection."""

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class Retrieves(ApiViewSet):
    """GET of one."""

    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(self.get_serializer(self.get_object()).data)


class Creates(ApiViewSet):
    """POST to the collection."""

    was_known = False

    def create(self, request: Request) -> Response:
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        with transaction.atomic():
            row = self.add(body.validated_data)
        return Response(self.shown(row), status=200 if self.was_known else 201)

    def add(self, fields: Fields) -> Model:
        """Call the one action that makes the row; `was_known` says that it brought an old one up to date."""
        raise NotImplementedError


class MakesLinks(Creates):
    """POST to a collection of links: `address` is in that answer, and nowhere later."""

    address: str | None = None

    def shown(self, row: Model) -> Any:
        return super().shown(row) | {"address": self.address}


class AddressField(serializers.CharField):
    """The link itself, of a row of a `MakesLinks`."""

    def __init__(self, **kwargs: Any) -> None:
        words = gettext_lazy("The link itself: in the answer to the POST that makes it; null ever after.")
        super().__init__(read_only=True, allow_null=True, default=None, help_text=words, **kwargs)


class LinkDaysField(serializers.IntegerField):
    """For how long a link works."""

    def __init__(self, **kwargs: Any) -> None:
        words = gettext_lazy("For how many days it works.")
        super().__init__(write_only=True, min_value=1, max_value=90, default=30, help_text=words, **kwargs)


class Updates(ApiViewSet):
    """PATCH and PUT of one."""

    def update(self, request: Request, pk: str, partial: bool = False) -> Response:
        row = self.get_object()
        body = self.get_serializer(row, data=request.data, partial=partial)
        body.is_valid(raise_exception=True)
        with transaction.atomic():
            self.change(row, body.validated_data)
        return Response(self.shown(row))

    def partial_update(self, request: Request, pk: str) -> Response:
        return self.update(request, pk, partial=True)

    def change(self, row: Any, fields: Fields) -> None:
        """Call the action that changes the row."""
        raise NotImplementedError


class Settings(ApiViewSet):
    """GET, PATCH and PUT of what there is once in a workspace, at `settings/` below the address."""

    def current(self) -> Any:
        """What holds now, as the serializer reads it."""
        raise NotImplementedError

    def change(self, fields: Fields) -> None:
        """Call the action that changes what was sent."""
        raise NotImplementedError

    def _write(self, request: Request, partial: bool) -> Response:
        body = self.get_serializer(self.current(), data=request.data, partial=partial)
        body.is_valid(raise_exception=True)
        with transaction.atomic():
            self.change(body.validated_data)
        return Response(self.get_serializer(self.current()).data)

    @action(detail=False, url_path="settings")
    def read(self, request: Request) -> Response:
        return Response(self.get_serializer(self.current()).data)

    @read.mapping.put
    def replace(self, request: Request) -> Response:
        return self._write(request, partial=False)

    @read.mapping.patch
    def amend(self, request: Request) -> Response:
        return self._write(request, partial=True)


class Own:
    """Of the member who asks, or who made the token; nobody's token has none."""

    by: Any

    @property
    def member(self) -> Member | None:
        found: Member | None = queries.members().filter(user=self.by).first() if self.by else None
        return found

    @property
    def membership(self) -> Membership | None:
        member = self.member
        return Membership(tenancy.current_id(), "", member.pk, member.role) if member else None
