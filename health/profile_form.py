"""The form of a profile: for whom it is, what each part weighs, and which value is desired of it."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from accounts.stages import Stage
from health import profile_words
from health.first_profiles import MATURE
from health.models import HealthProfile
from health.parts import LABELS, PARTS, TOTAL_WEIGHT, Part

MEASURES = {
    Part.INTENT.value: _(
        "Why they bought and whether it still holds: the success plan, use as planned, the will to renew."
    ),
    Part.NEEDS.value: _("Whether we come before they ask: steps prepared, needs met beforehand."),
    Part.ADOPTION.value: _("Seats, breadth, depth, regularity and trend of use, less open tickets."),
    Part.OUTCOMES.value: _("Goals against where they should be by now, confirmed, across sites."),
    Part.RELATIONSHIPS.value: _("People we talk with, champion and decision maker, survey answers, advocacy."),
    Part.ENGAGEMENT.value: _("Replies, meetings held, tone, and the last conversation."),
    Part.EDUCATION.value: _("People taught for their role, lessons completed and put to use."),
    Part.JOURNEY.value: _("Steps on time, effort, and bumps on the way."),
}
TARGET = "target_"


class ProfileForm(forms.Form):
    """One profile; the default one is for nobody in particular. `said` is there once it is valid."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, data: Any = None, *, profile: HealthProfile | None = None) -> None:
        super().__init__(data, initial=_initial(profile))
        self.is_for_some = profile is None or not profile.is_default
        if self.is_for_some:
            self._add_who(profile)
        for key in PARTS:
            label = LABELS[Part(key)]
            self.fields[key] = _number(_("%(part)s: weight") % {"part": label}, {"data-adds-up": ""})
            self.fields[TARGET + key] = _number(_("%(part)s: target") % {"part": label}, {})

    def _add_who(self, profile: HealthProfile | None) -> None:
        self.fields["segment"] = forms.TypedChoiceField(
            label=_("Segment"),
            required=False,
            coerce=int,
            empty_value=None,
            choices=profile_words.segment_choices(profile),
            help_text=_("Its accounts, whoever comes into it or leaves it."),
        )
        self.fields["stages"] = forms.MultipleChoiceField(
            label=_("Stages"), required=False, choices=Stage.choices, widget=forms.CheckboxSelectMultiple
        )

    def rows(self) -> Iterator[tuple[str, Any, BoundField, BoundField]]:
        """(label, what it measures, weight, target) of each part, in order."""
        for key in PARTS:
            yield str(LABELS[Part(key)]), MEASURES[key], self[key], self[TARGET + key]

    @property
    def total(self) -> int:
        """What the weights as typed add up to."""
        return sum(int(said) for key in PARTS if (said := str(self[key].value() or "")).isdecimal() and said.isascii())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        weights = [cleaned[key] for key in PARTS if key in cleaned]
        if len(weights) == len(PARTS) and (total := sum(weights)) != TOTAL_WEIGHT:
            raise forms.ValidationError(
                _("The weights must total 100; these total %(total)s."), params={"total": total}, code="total"
            )
        if self.is_for_some and not (
            {"segment", "stages"} & set(self.errors) or cleaned["segment"] or cleaned["stages"]
        ):
            self.add_error(
                "segment", _("Choose a segment, or at least one stage: everybody else has a profile already.")
            )
        return cleaned

    @property
    def said(self) -> dict[str, Any]:
        """What an action is told."""
        read = self.cleaned_data
        who = {"segment_id": read["segment"], "stages": read["stages"]} if self.is_for_some else {}
        return {
            "name": read["name"],
            **who,
            "weights": {key: read[key] for key in PARTS},
            "targets": {key: read[TARGET + key] for key in PARTS},
        }


def _number(label: Any, attributes: dict[str, str]) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "form-short", **attributes}),
    )


def _initial(profile: HealthProfile | None) -> dict[str, Any]:
    """A new one begins as the mature one is delivered."""
    if profile is None:
        return {**MATURE.weights, **{TARGET + key: value for key, value in zip(PARTS, MATURE.targets, strict=True)}}
    return {
        "name": profile.name,
        "segment": profile.segment_id,
        "stages": profile.stages,
        **profile.weights,
        **{TARGET + key: target for key, target in profile.desired.items()},
    }
