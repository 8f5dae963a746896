"""Files that are brought in, over the API: the same steps as on the pages."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from imports import forms, queries, refusals, words
from imports.actions import checking, merging, receiving
from imports.bodies import (
    ChangeSerializer,
    FormFile,
    ImportSerializer,
    TextSerializer,
    UploadSerializer,
    WholeImportSerializer,
)
from imports.kinds import LEFT_OUT, Kind
from imports.models import Import
from imports.reading import MOST_BYTES, Unreadable
from lib import downloads
from lib.problems import Conflict
from lib.rest import StrictJson, TooLarge, body_of
from lib.time import now
from workspaces import scopes
from workspaces.api import Fields, Lists, Retrieves
from workspaces.capabilities import Capability
from workspaces.scopes import Area

MOST_SENT = MOST_BYTES + 1024 * 1024  # a file of the most bytes, and what is around it
AREAS = {
    Kind.ACCOUNTS.value: Area.ACCOUNTS,
    Kind.CONTACTS.value: Area.ACCOUNTS,
    Kind.CONTRACTS.value: Area.ACCOUNTS,
    Kind.TICKETS.value: Area.TICKETS,
    Kind.TOUCHPOINTS.value: Area.JOURNEYS,
    Kind.METRICS.value: Area.METRICS,
}
_OTHER_NAMES = {"system": "source", "__all__": "columns"}  # of the page's fields


class ImportFilters(serializers.Serializer[Import]):
    kind = serializers.ChoiceField(Kind.choices, required=False)
    done = serializers.BooleanField(required=False)


class ImportViewSet(Lists, Retrieves):
    """Files that are brought in: sent, checked, committed or discarded; check and commit run in the background.

    A file whose columns are understood is `ready`, and can be checked: read it again until it is `checked`. Nothing of
    a customer is written before `commit/`, which asks for the scope of what it writes, too.
    """

    model = Import
    area = Area.CONNECTIONS
    filters = ImportFilters
    serializer_class = ImportSerializer
    read_capability = Capability.EDIT_ACCOUNTS
    write_capability = Capability.EDIT_ACCOUNTS

    def get_parsers(self) -> list[BaseParser]:
        is_upload = self.action_map.get("post") == "create"
        return [StrictJson(), FormFile()] if is_upload else [StrictJson()]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if self.action == "create":
            self.most_bytes = MOST_SENT
            if request._request.member is not None:  # type: ignore[attr-defined]
                body_of(request, MOST_SENT)  # before its CSRF token is looked for in the form, which would use it up
        super().initial(request, *args, **kwargs)

    def repeated(self, body: bytes) -> bytes:
        """Without what parts a form, as that is drawn anew each time."""
        boundary = self.request.content_type.partition("boundary=")[2].strip('"')
        return body.replace(boundary.encode(), b"") if boundary else body

    def rows(self) -> QuerySet[Import]:
        return queries.imports().defer("sample")

    def narrow(self, queryset: QuerySet[Any], lookups: Mapping[str, Any]) -> QuerySet[Any]:
        found = {name: value for name, value in lookups.items() if name != "done"}
        return queryset.filter(**found, **({"done_at__isnull": not lookups["done"]} if "done" in lookups else {}))

    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(_whole(self.get_object()))

    @extend_schema(
        summary=gettext_lazy("Send a file"),
        request={"application/json": TextSerializer, "multipart/form-data": UploadSerializer},
        responses={201: WholeImportSerializer},
    )
    def create(self, request: Request) -> Response:
        """Keep a file and guess what is not said of it, as it was chosen for such a file before."""
        said = self.told(UploadSerializer if request.content_type.startswith("multipart/") else TextSerializer)
        name = "file" if "file" in said else "text"
        with transaction.atomic():
            try:
                made = receiving.receive(**_file(said), at=now(), by=self.by, **_what(said))
                made = _read_anew(made, said)
            except Unreadable as bad:
                raise _unreadable(name, bad) from bad
            self._understand(made, said, is_guess="columns" not in said)
        return Response(_whole(self.get_queryset().get(pk=made.pk)), status=201)

    @extend_schema(request=ChangeSerializer, responses=WholeImportSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Say what its columns are and how it writes things, until it is committed; a check that was made is void."""
        row, said = self.get_object(), self.told(ChangeSerializer)
        with transaction.atomic(), _in_time():
            try:
                row = _read_anew(row, said)
            except Unreadable as bad:
                raise _unreadable("encoding" if bad.code == "encoding" else "delimiter", bad) from bad
            if "kind" in said:
                row = receiving.turn_into(source=row, kind=said["kind"])
            self._understand(row, said)
        return Response(_whole(self.get_queryset().get(pk=row.pk)))

    def _understand(self, row: Import, said: Fields, is_guess: bool = False) -> None:
        """Take the columns as they stand and are `said`; a guess that is not whole is left for somebody to complete."""
        form = forms.columns_form(row, _as_on_the_page(row, said))
        if form.is_valid():
            receiving.understand(
                source=row,
                mapping=form.mapping(),
                system=form.cleaned_data["system"],
                manner=form.manner(),
                at=now(),
            )
        elif not is_guess or not {"system", *forms.MANNER}.isdisjoint(form.errors):
            raise serializers.ValidationError(_told(row, form.errors))

    @extend_schema(summary=gettext_lazy("Check every row"), request=None, responses=WholeImportSerializer)
    @action(detail=True, methods=["post"])
    def check(self, request: Request, pk: str) -> Response:
        """In the background: how many are new, changed, the same and refused. Nothing of a customer changes."""
        row = self.get_object()
        with _in_time(_("Its columns are not understood yet, or it cannot be checked any more.")):
            checking.begin_check(source=row, at=now())
        return Response(_whole(self.get_queryset().get(pk=row.pk)))

    @extend_schema(summary=gettext_lazy("Bring in the good rows"), request=None, responses=WholeImportSerializer)
    @action(detail=True, methods=["post"])
    def commit(self, request: Request, pk: str) -> Response:
        """In the background, after a check. Needs the scope of what it writes, too: `accounts:write`, say."""
        row = self.get_object()
        if not self._may(row.kind):
            raise exceptions.PermissionDenied
        with _in_time(_("Check the file first; what is being brought in goes on by itself.")):
            try:
                merging.confirm(source=row, at=now(), by=self.by)
            except merging.NothingGood as error:
                raise Conflict(_("No row of this file can be brought in.")) from error
        return Response(_whole(self.get_queryset().get(pk=row.pk)))

    def _may(self, kind: str) -> bool:
        token: Any = self.request.auth
        return token is None or scopes.allows(token.scopes, AREAS[kind], is_reading=False)

    @extend_schema(summary=gettext_lazy("Bring in nothing"), request=None, responses=WholeImportSerializer)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str) -> Response:
        """Nothing of it is brought in, for good."""
        row = self.get_object()
        with _in_time(_("It is too late: rows of this file are here already.")):
            receiving.discard(source=row, at=now())
        return Response(_whole(self.get_queryset().get(pk=row.pk)))

    @extend_schema(summary=gettext_lazy("Read what was refused"), responses={(200, "text/csv"): OpenApiTypes.STR})
    @action(detail=True)
    def refused(self, request: Request, pk: str) -> HttpResponse:
        """The refused rows as CSV, in the columns of the file, with the row's number and the reason."""
        row = self.get_object()
        if row.forgotten_at:
            raise exceptions.NotFound
        return downloads.table("refused.csv", refusals.rows(row))


@contextmanager
def _in_time(why: str = "") -> Iterator[None]:
    """Turns TooLate into 409."""
    try:
        yield
    except receiving.TooLate as error:
        raise Conflict(why or _("This file is being brought in already, or was discarded.")) from error


def _file(said: Fields) -> Fields:
    if "file" in said:
        return {"file_name": said["file"].name, "chunks": said["file"].chunks()}
    return {"file_name": said["file_name"], "chunks": _encoded(said["text"])}


def _encoded(text: str) -> Iterator[bytes]:
    for start in range(0, len(text), queries.BLOCK):
        yield text[start : start + queries.BLOCK].encode()


def _what(said: Fields) -> Fields:
    return {name: said[name] for name in ("kind", "source") if name in said}


def _read_anew(row: Import, said: Fields) -> Import:
    """In the encoding and with the delimiter that are said. Raises Unreadable, TooLate."""
    encoding, delimiter = said.get("encoding", row.encoding), said.get("delimiter", row.delimiter)
    if (encoding, delimiter) == (row.encoding, row.delimiter):
        return row
    return receiving.read_as(source=row, encoding=encoding, delimiter=delimiter)


def _unreadable(field: str, bad: Unreadable) -> exceptions.APIException:
    why = words.problem(bad.code, bad.row)
    return TooLarge(why) if bad.code == "too_large" else serializers.ValidationError({field: [why]})


def _as_on_the_page(row: Import, said: Fields) -> Fields:
    """By the names of the page's fields. Raises ValidationError for a column that the file does not have."""
    places = {header: place for place, header in enumerate(row.headers)}
    unknown = {
        header: [_("The file has no such column.")] for header in said.get("columns", {}) if header not in places
    }
    if unknown:
        raise serializers.ValidationError({"columns": unknown})
    page = {f"column_{places[header]}": key or LEFT_OUT for header, key in said.get("columns", {}).items()}
    page |= {name: said[name] for name in forms.MANNER if name in said}
    return {**page, "system": said["source"]} if "source" in said else page


def _told(row: Import, errors: Mapping[str, Any]) -> Fields:
    """The page's errors by the names that the API has for its fields."""
    told: Fields = {}
    for name, why in errors.items():
        if name.startswith("column_"):
            name = f"columns.{row.headers[int(name.removeprefix('column_'))]}"
        told[_OTHER_NAMES.get(name, name)] = list(why)
    return told


def _whole(row: Import) -> Any:
    """Everything about one."""
    totals = queries.totals(row)
    key = words.state(row)[0]
    standing = forms.ColumnsForm.standing(row)
    for name in forms.MANNER:
        setattr(row, name, standing[name])
    facts = {
        "columns": dict(zip(row.headers, (key or None for key in row.mapping), strict=False)),
        "percent": words.percent(key, row.rows, totals),
        "is_stuck": key in {"checking", "writing"} and queries.is_stuck(row),
        "checked": _counts(totals.found),
        "written": _counts({**totals.written, "refused": totals.written["late"]}),
    }
    for name, value in facts.items():
        setattr(row, name, value)
    if row.problem:
        row.problem = words.problem(row.problem, row.problem_row)
    return WholeImportSerializer(row).data


def _counts(found: Mapping[str, int]) -> dict[str, int]:
    return {name: found.get(name, 0) for name in ("new", "changed", "same", "refused")}


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("imports", ImportViewSet, basename="imports")
