"""Files that were brought in, over the API."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from imports import queries
from imports.kinds import Kind
from imports.models import Import
from lib.rest import UtcDateTimeField
from workspaces.api import ByField, Lists, Retrieves
from workspaces.capabilities import Capability
from workspaces.scopes import Area


class ImportSerializer(serializers.Serializer[Import]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Kind.choices)
    source = serializers.CharField(help_text=gettext_lazy("The system that its ids are from."))  # type: ignore[assignment]
    file_name = serializers.CharField()
    size = serializers.IntegerField(help_text=gettext_lazy("In bytes."))
    rows = serializers.IntegerField()
    by = ByField()
    created_at = UtcDateTimeField()
    checked_at = UtcDateTimeField(allow_null=True)
    confirmed_at = UtcDateTimeField(allow_null=True)
    done_at = UtcDateTimeField(allow_null=True)
    stopped_at = UtcDateTimeField(allow_null=True)
    discarded_at = UtcDateTimeField(allow_null=True)


class CountsSerializer(serializers.Serializer[Any]):
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField()
    refused = serializers.IntegerField()


class WholeImportSerializer(ImportSerializer):
    checked = CountsSerializer(help_text=gettext_lazy("What the check found."))
    written = CountsSerializer(help_text=gettext_lazy("What was written; `refused`: fine when checked, and not later."))


class ImportFilters(serializers.Serializer[Import]):
    kind = serializers.ChoiceField(Kind.choices, required=False)
    done = serializers.BooleanField(required=False)


class ImportViewSet(Lists, Retrieves):
    """Files that somebody brought in, and how far they have come."""

    model = Import
    area = Area.CONNECTIONS
    filters = ImportFilters
    serializer_class = ImportSerializer
    read_capability = Capability.EDIT_ACCOUNTS

    def rows(self) -> QuerySet[Import]:
        return queries.imports().defer("sample", "headers", "mapping", "manner")

    def narrow(self, queryset: QuerySet[Any], lookups: Mapping[str, Any]) -> QuerySet[Any]:
        found = {name: value for name, value in lookups.items() if name != "done"}
        return queryset.filter(**found, **({"done_at__isnull": not lookups["done"]} if "done" in lookups else {}))

    def get_serializer_class(self) -> type[serializers.Serializer[Import]]:
        return WholeImportSerializer if self.action == "retrieve" else ImportSerializer

    def retrieve(self, request: Request, pk: str) -> Response:
        row = self.get_object()
        totals = queries.totals(row)
        row.checked = _counts(totals.found)
        row.written = _counts({**totals.written, "refused": totals.written["late"]})
        return Response(self.get_serializer(row).data)


def _counts(found: Mapping[str, int]) -> dict[str, int]:
    return {name: found.get(name, 0) for name in ("new", "changed", "same", "refused")}


def routes(router: SimpleRouter) -> None:
    """Add this app's addresses below /api/v1/."""
    router.register("imports", ImportViewSet, basename="imports")
