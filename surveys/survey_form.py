"""What people type about a survey; every error beside its field."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from accounts.models import Contact, Persona
from accounts.stages import Stage
from lib.bounds import number
from segments import queries as segment_queries
from surveys.actions.surveys import LIMITS
from surveys.models import Kind, Survey, Trigger

SCALES: list[tuple[str, str | Promise]] = [
    ("csat:5", later("Satisfaction (CSAT), 1 to 5")),
    ("csat:3", later("Satisfaction (CSAT), 1 to 3")),
    ("csat:2", later("Satisfaction (CSAT), 1 or 2")),
    ("ces:7", later("Effort (CES 2.0), 1 to 7: agreeing that it was easy; more is better")),
    ("nps:11", later("Recommendation (NPS), 0 to 10")),
]
DAYS_NEEDED = (Trigger.RECURRING, Trigger.RENEWAL_NEAR)


class SurveyForm(forms.Form):
    """Everything about a survey but its questions."""

    name = forms.CharField(label=later("Name"), max_length=80, help_text=later("For you; customers do not see it."))
    scale = forms.ChoiceField(label=later("What is asked"), choices=SCALES, widget=forms.RadioSelect)
    trigger = forms.ChoiceField(
        label=later("Asked when"),
        choices=Trigger.choices,
        help_text=later(
            "Onboarding is finished when a customer leaves Delivery for Use, Loyalty or Advocacy; offboarding when it "
            "enters Churn. Escalations stand under “Do not poke”: alerts that went to the managers, and what you note "
            "there."
        ),
    )
    stage = forms.ChoiceField(
        label=later("Stage"),
        choices=[("", later("None")), *Stage.choices],
        required=False,
        help_text=later("Only for “A stage was entered”."),
    )
    days = forms.IntegerField(
        label=later("Days"),
        min_value=1,
        max_value=730,
        required=False,
        help_text=later("Before the renewal, or between two waves of a recurring survey."),
    )
    delay_hours = number(
        LIMITS["delay_hours"],
        later("Hours to wait afterwards"),
        later("A ticket reopened, or a stage taken back before that calls the mail off. 0 asks at once."),
        required=False,
    )
    spread_days = number(
        LIMITS["spread_days"],
        later("Spread a wave over working days"),
        later("Evenly over working hours where each reader lives. 0: all at once."),
        required=False,
    )
    keeps_hours = forms.BooleanField(
        label=later("Only in working hours"),
        required=False,
        help_text=later("Where the reader lives; the hours are in the settings. A mail that comes due at night waits."),
    )
    segment = forms.TypedChoiceField(label=later("Segment"), coerce=int, empty_value=None, required=False)
    persona_ids = forms.TypedMultipleChoiceField(
        label=later("Personas"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    roles = forms.MultipleChoiceField(
        label=later("Roles"),
        choices=Contact.Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=later("Nothing chosen: everybody."),
    )
    sample_percent = number(
        LIMITS["sample_percent"],
        later("Share that is asked, in per cent"),
        later("Drawn by a fixed rule: for one occasion always the same people."),
    )
    quiet_days = number(
        LIMITS["quiet_days"],
        later("Days between two of these mails to one person"),
        later("Besides the days after any survey, which are in the settings. Neither shortens the other."),
    )
    reminder_after_days = number(
        LIMITS["reminder_after_days"],
        later("Remind after days"),
        later("Once, who has not answered. Empty: nobody is reminded."),
        required=False,
    )
    expiry_days = number(
        LIMITS["expiry_days"],
        later("Days to answer"),
        later("Until then an answer can also be changed. One that comes later is kept, and marked."),
    )

    def __init__(self, data: Any = None, survey: Survey | None = None) -> None:
        super().__init__(data, initial=_initial(survey or Survey(trigger=Trigger.TICKET_CLOSED, delay_hours=24)))
        segments, personas = self.fields["segment"], self.fields["persona_ids"]
        assert isinstance(segments, forms.TypedChoiceField)  # noqa: S101  narrows the type
        assert isinstance(personas, forms.TypedMultipleChoiceField)  # noqa: S101  narrows the type
        segments.choices = [("", _("All accounts")), *segment_queries.names().items()]
        personas.choices = list(Persona.objects.in_use().order_by("name", "pk").values_list("pk", "name"))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        trigger = said.get("trigger")
        if trigger == Trigger.STAGE_ENTERED and not said.get("stage"):
            self.add_error("stage", _("Choose the stage."))
        if trigger in DAYS_NEEDED and not said.get("days") and "days" not in self.errors:
            self.add_error("days", _("Say how many days, 1 at least."))
        reminder, expiry = said.get("reminder_after_days"), said.get("expiry_days")
        if reminder and expiry and reminder >= expiry:
            self.add_error("reminder_after_days", _("Must come before the time to answer is over."))
        return said

    @property
    def said(self) -> dict[str, Any]:
        """The cleaned form as the actions take it."""
        said = dict(self.cleaned_data)
        kind, points = said.pop("scale").split(":")
        counts = {name: said[name] or 0 for name in ("days", "delay_hours", "spread_days")}
        trigger = said["trigger"]
        said |= {**counts, "kind": kind, "points": int(points), "segment_id": said.pop("segment")}
        said["stage"] = said["stage"] if trigger == Trigger.STAGE_ENTERED else ""
        said["days"] = said["days"] if trigger in DAYS_NEEDED else 0
        return said


def _initial(survey: Survey) -> dict[str, Any]:
    names = (
        "name", "trigger", "stage", "delay_hours", "spread_days", "keeps_hours", "persona_ids", "roles",
        "sample_percent", "quiet_days", "reminder_after_days", "expiry_days",
    )  # fmt: skip
    scale = f"{survey.kind}:{survey.points}" if survey.kind else "csat:5"
    about = {"scale": scale, "segment": survey.segment_id, "days": survey.days or None}
    return {name: getattr(survey, name) for name in names} | about


def scale_words(survey: Survey) -> str:
    """What a survey asks, in words."""
    return str(dict(SCALES)[f"{Kind(survey.kind).value}:{survey.points}"])
