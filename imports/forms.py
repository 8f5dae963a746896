"""What people say about a file."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Metric
from accounts.stages import Stage
from imports import queries, words
from imports.cells import BadCell
from imports.kinds import FIELDS, LEFT_OUT, METRIC, NEEDED, OWN_FIELD, Kind
from imports.models import Import
from imports.readers import metric_key
from imports.reading import MOST_BYTES, Unreadable

SYSTEM = r"[a-z0-9_\-]{1,40}"
MANNER = ("dates", "decimal", "zone", "stage", "unknown_owner", "metric_kind")


class SystemField(forms.RegexField):
    """The name of the system that a file comes from, as external ids carry it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            rf"^{SYSTEM}$",
            max_length=40,
            error_messages={"invalid": _("Small letters, digits, - and _ only, such as hubspot.")},
            **options,
        )
        self.widget.attrs |= {"autocomplete": "off", "list": "systems", "spellcheck": "false"}

    def to_python(self, value: Any) -> Any:
        return str(super().to_python(value)).strip().lower()


class UploadForm(forms.Form):
    """A file, and as much about it as its bringer wants to say."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("At most 20 MB and 200,000 rows, with headers in the first row."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain"}),
        max_length=300,
        allow_empty_file=True,
    )
    kind = forms.ChoiceField(
        label=_("What does it hold?"), choices=[("", _("Guess from the headers")), *Kind.choices], required=False
    )
    source = SystemField(
        label=_("Which system is it from?"),
        required=False,
        help_text=_("Ids in the file are remembered under this name, so that the next file finds the same rows."),
    )

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(words.problem("too_large"))
        return file

    def refuse(self, bad: Unreadable) -> None:
        """What reading the file found."""
        self.add_error("file", words.problem(bad.code, bad.row))


class FormatForm(forms.Form):
    """How the file is to be read, and as what."""

    kind = forms.ChoiceField(label=_("Rows are"), choices=Kind.choices)
    encoding = forms.ChoiceField(label=_("Encoding"), choices=list(words.ENCODINGS.items()))
    delimiter = forms.ChoiceField(label=_("Between cells"), choices=list(words.DELIMITERS.items()))

    def refuse(self, bad: Unreadable) -> None:
        self.add_error("encoding" if bad.code == "encoding" else "delimiter", words.problem(bad.code, bad.row))


class ColumnsForm(forms.Form):
    """What each column is, and how the file writes things."""

    system = SystemField(
        label=_("System of the ids"),
        help_text=_("A file from the same system finds its rows again by their ids."),
    )
    dates = forms.ChoiceField(
        label=_("A date such as 02/01/2024 is"),
        choices=[("month", _("1 February (month first)")), ("day", _("2 January (day first)"))],
    )
    decimal = forms.ChoiceField(label=_("Numbers are written"), choices=[(".", "1,234.56"), (",", "1.234,56")])
    zone = forms.ChoiceField(label=_("Times without a zone are in"))
    stage = forms.ChoiceField(
        label=_("Stage of new accounts"), choices=Stage.choices, help_text=_("Unless a column says it.")
    )
    unknown_owner = forms.ChoiceField(
        label=_("A colleague who is nobody here"),
        choices=[("empty", _("is left empty")), ("refuse", _("refuses the row"))],
        help_text=_("People who use Ninefold own accounts and log touchpoints; others cannot."),
        required=False,
    )
    metric_kind = forms.ChoiceField(
        label=_("New metrics are"), choices=[("", _("Refused")), *Metric.Kind.choices], required=False
    )

    def __init__(self, data: Any, *, source: Import) -> None:
        self.source = source
        super().__init__(data, initial=self.standing(source))
        zone: Any = self.fields["zone"]
        zone.choices = [(name, name) for name in sorted(available_timezones())]
        if source.kind != Kind.ACCOUNTS:
            del self.fields["stage"]
        if source.kind not in {Kind.ACCOUNTS, Kind.TOUCHPOINTS}:
            del self.fields["unknown_owner"]
        if source.kind != Kind.METRICS:
            del self.fields["metric_kind"]
        for place, header in enumerate(source.headers):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=header,
                choices=self._choices(header),
                required=False,
                initial=source.mapping[place] if place < len(source.mapping) else LEFT_OUT,
            )

    @staticmethod
    def standing(source: Import) -> dict[str, Any]:
        """How the file is taken to write things, by the names of the fields."""
        chosen = source.manner
        return {
            "system": source.source,
            "dates": "day" if chosen.get("day_first") else "month",
            "decimal": chosen.get("decimal", "."),
            "zone": chosen.get("zone", "UTC"),
            "stage": chosen.get("stage", Stage.USE),
            "metric_kind": chosen.get("metric_kind", ""),
            "unknown_owner": chosen.get("unknown_owner", "empty"),
        }

    def _choices(self, header: str) -> list[Any]:
        choices: list[Any] = [(LEFT_OUT, _("Leave out"))]
        choices += [(known.key, known.label) for known in FIELDS[self.source.kind]]
        own = [(f"{OWN_FIELD}{key}", field.name) for key, field in self._own_fields().items()]
        if own:
            choices.append((_("Your own fields"), own))
        if self.source.kind == Kind.METRICS:
            metrics = {f"{METRIC}{key}": name for key, name in self._metrics().items()}
            new = f"{METRIC}{_key_of(header)}"
            if new != METRIC and new not in metrics:
                metrics[new] = gettext("New metric “%(name)s”") % {"name": header[:60]}
            choices.append((_("A column of readings of"), list(metrics.items())))
        return choices

    def _own_fields(self) -> Mapping[str, Any]:
        if not hasattr(self, "_own"):
            self._own = queries.own_fields(self.source.kind)
        return self._own

    def _metrics(self) -> Mapping[str, str]:
        if not hasattr(self, "_named"):
            self._named = queries.metric_names()
        return self._named

    def columns(self) -> list[tuple[forms.BoundField, list[str]]]:
        """Each column's field, with what its first rows hold."""
        samples = self.source.sample[:40]
        return [
            (self[f"column_{place}"], [row[place] for row in samples if place < len(row) and row[place].strip()][:3])
            for place in range(len(self.source.headers))
        ]

    def manner_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if not name.startswith("column_")]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        mapping = self.mapping(data)
        for place, key in enumerate(mapping):
            if key != LEFT_OUT and key in mapping[:place]:
                self.add_error(f"column_{place}", gettext("Another column is this already."))
        for group in NEEDED[self.source.kind]:
            if not any(key in mapping for key in group):
                labels = [str(known.label) for known in FIELDS[self.source.kind] if known.key in group]
                self.add_error(None, gettext("One column must be: %(fields)s.") % {"fields": ", ".join(labels)})
        return data

    def mapping(self, data: Mapping[str, Any] | None = None) -> Sequence[str]:
        """The field of each column."""
        values = self.cleaned_data if data is None else data
        return [values.get(f"column_{place}", LEFT_OUT) for place in range(len(self.source.headers))]

    def manner(self) -> dict[str, Any]:
        """How the file writes things."""
        data = self.cleaned_data
        return {
            "day_first": data["dates"] == "day",
            "decimal": data["decimal"],
            "zone": data["zone"],
            "stage": data.get("stage", Stage.USE),
            "metric_kind": data.get("metric_kind", ""),
            "unknown_owner": data.get("unknown_owner") or "empty",
        }


def columns_form(source: Import, said: Mapping[str, Any]) -> ColumnsForm:
    """The page as it would be sent with what is `said`, by the names of its fields; what is not said stays."""
    columns = {f"column_{place}": key for place, key in enumerate(source.mapping)}
    return ColumnsForm({**ColumnsForm.standing(source), **columns, **said}, source=source)


def _key_of(header: str) -> str:
    """What a metric named by a header would be called; nothing if it has no letters."""
    try:
        return metric_key(header[:60], {})
    except BadCell:
        return ""
