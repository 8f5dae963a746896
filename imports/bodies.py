"""What requests and answers about imports hold."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, serializers
from rest_framework.parsers import MultiPartParser

from accounts.models import Metric
from accounts.stages import Stage
from imports import forms, words
from imports.kinds import Kind
from imports.models import Import
from lib.rest import TooLarge, UtcDateTimeField
from workspaces.api import ByField, Fields, example

LONGEST_KEY = 80


class FormFile(MultiPartParser):
    """A file as a form sends it; what else is in the form may hold as much as any other request."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RequestDataTooBig:
            raise TooLarge(_("What is sent beside the file is too large.")) from None
        except SuspiciousOperation:
            raise exceptions.ParseError(_("A form with too many fields.")) from None


class ImportSerializer(serializers.Serializer[Import]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Kind.choices)
    source = serializers.CharField(help_text=gettext_lazy("The system that its ids are from."))  # type: ignore[assignment]
    file_name = serializers.CharField()
    size = serializers.IntegerField(help_text=gettext_lazy("In bytes."))
    rows = serializers.IntegerField()
    state = serializers.ChoiceField(
        words.STATES, help_text=gettext_lazy("`draft`: columns are wanted. `checked`: it waits for `commit/`.")
    )
    by = ByField()
    created_at = UtcDateTimeField()
    checked_at = UtcDateTimeField(allow_null=True)
    confirmed_at = UtcDateTimeField(allow_null=True)
    done_at = UtcDateTimeField(allow_null=True)
    stopped_at = UtcDateTimeField(allow_null=True)
    discarded_at = UtcDateTimeField(allow_null=True)

    def to_representation(self, instance: Import) -> Fields:
        instance.state = words.state(instance)[0]  # type: ignore[attr-defined]
        return super().to_representation(instance)


class CountsSerializer(serializers.Serializer[Any]):
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField()
    refused = serializers.IntegerField()


class MannerSerializer(serializers.Serializer[Any]):
    """How a file is read, and what holds where it says nothing."""

    encoding = serializers.ChoiceField(list(words.ENCODINGS.items()), required=False)
    delimiter = serializers.ChoiceField(list(words.DELIMITERS.items()), required=False)
    dates = serializers.ChoiceField(
        ["month", "day"], required=False, help_text=gettext_lazy("What comes first in a date such as 02/01/2024.")
    )
    decimal = serializers.ChoiceField([".", ","], required=False)
    zone = serializers.CharField(
        max_length=64, required=False, help_text=gettext_lazy("The time zone of times that name none.")
    )
    stage = serializers.ChoiceField(
        Stage.choices, required=False, help_text=gettext_lazy("Of new accounts whose rows name none.")
    )
    unknown_owner = serializers.ChoiceField(
        ["empty", "refuse"],
        required=False,
        help_text=gettext_lazy("What an owner, or who logged it, who is nobody here does to a row."),
    )
    metric_kind = serializers.ChoiceField(
        [*Metric.Kind.choices, ("", gettext_lazy("Refused"))],
        required=False,
        help_text=gettext_lazy("Of metrics that are new; without one their rows are refused."),
    )


class ColumnsField(serializers.DictField):
    """`{"Company name": "name", "Notes": null}`: the field of each column, by its header; null leaves it out."""

    child = serializers.CharField(max_length=LONGEST_KEY, allow_null=True)


class WholeImportSerializer(ImportSerializer, MannerSerializer):
    delimiter = serializers.CharField()  # type: ignore[assignment]  # a file may say any of its own
    columns = ColumnsField(
        help_text=gettext_lazy(
            "The field of each column by its header, `custom:` and the key of an own field, or `metric:` and the key "
            "of a metric; null: it is left out."
        )
    )
    percent = serializers.IntegerField(
        min_value=0, max_value=100, help_text=gettext_lazy("Of the check, or of the writing, while it runs.")
    )
    is_stuck = serializers.BooleanField(
        help_text=gettext_lazy("A step has failed: an administrator tries it again, or `check/` begins anew.")
    )
    problem = serializers.CharField(help_text=gettext_lazy("Why the file cannot be read; empty when it can."))
    checked = CountsSerializer(help_text=gettext_lazy("What the check found."))
    written = CountsSerializer(help_text=gettext_lazy("What was written; `refused`: fine when checked, and not later."))


class _WhatSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(
        Kind.choices, required=False, help_text=gettext_lazy("Guessed from the headers if it is not said.")
    )
    source = serializers.RegexField(  # type: ignore[assignment]  # a field, not where this one comes from
        rf"^{forms.SYSTEM}$", max_length=40, required=False, help_text=gettext_lazy("The system its ids are from: crm.")
    )


class UploadSerializer(_WhatSerializer):
    """As a form with a file."""

    file = serializers.FileField(
        max_length=300, allow_empty_file=True, help_text=gettext_lazy("CSV, at most 20 MB and 200,000 rows.")
    )


class ChangeSerializer(_WhatSerializer, MannerSerializer):
    """What is not named stays. Another kind guesses the columns anew; another encoding or delimiter reads anew."""

    columns = ColumnsField(required=False)


@example(
    "A few rows",
    text="Company name,Id,Annual value\nBergmann Logistics,4711,48000\n",
    source="crm",
    columns={"Company name": "name", "Id": "external_id", "Annual value": "arr"},
)
class TextSerializer(ChangeSerializer):
    """As text. Columns that are not named are guessed from their headers."""

    text = serializers.CharField(
        trim_whitespace=False, allow_blank=True, help_text=gettext_lazy("CSV, at most 20 MB and 200,000 rows.")
    )
    file_name = serializers.CharField(max_length=200, required=False, default="api.csv")
