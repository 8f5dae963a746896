"""What people type about touchpoints, stages, playbooks and tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Contact
from accounts.stages import Stage
from journeys.actions.playbooks import MOST_DAYS, MOST_STEPS, STEP_LENGTH
from journeys.models import Playbook, Task, Touchpoint
from journeys.queries import playbooks as playbook_queries
from lib.bounds import FIRST_DAY, LAST_DAY
from lib.formatting import exact, signed
from segments import queries as segment_queries
from segments.models import Segment
from workspaces import queries as workspace_queries
from workspaces.models import Member

OUTCOMES = [("", _("Nothing was scheduled")), *Touchpoint.Outcome.choices]
REACHED_OUT = [("", _("Not known")), ("us", _("We did, before they asked")), ("them", _("They did"))]


def _experiences() -> list[tuple[Any, Any]]:
    """Not known, then the five steps from worst to best, each with its number and its words."""
    steps = [(value, f"{signed(value)} · {label}") for value, label in Touchpoint.Experience.choices]
    return [("", _("Not known")), *steps]


class StageForm(forms.Form):
    """Where to, and why."""

    to_stage = forms.ChoiceField(label=_("New stage"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why"),
        max_length=2000,
        help_text=_("One sentence for whoever reads the history later."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to_stage = self.fields["to_stage"]
        assert isinstance(to_stage, forms.ChoiceField)  # noqa: S101  what it was made as
        to_stage.choices = [choice for choice in Stage.choices if choice[0] != account.stage]


class TouchpointForm(forms.Form):
    """How we met, with whom, and how it went for them."""

    summary = forms.CharField(
        label=_("What was it about?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True})
    )
    channel = forms.ChoiceField(label=_("Channel"), choices=Touchpoint.Channel.choices, widget=forms.RadioSelect)
    direction = forms.ChoiceField(
        label=_("Did they take part?"),
        choices=Touchpoint.Direction.choices,
        widget=forms.RadioSelect,
        help_text=_("Two-way touchpoints count towards engagement. A note to ourselves never does."),
    )
    contact: "forms.ModelChoiceField[Contact]" = forms.ModelChoiceField(
        None, label=_("With whom"), required=False, empty_label=_("Nobody in particular")
    )
    happened_at = forms.DateTimeField(
        label=_("When"), widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    outcome = forms.ChoiceField(
        label=_("Was it scheduled?"),
        choices=OUTCOMES,
        required=False,
        help_text=_("For calls and meetings. One that was missed does not count towards engagement."),
    )
    is_proactive = forms.TypedChoiceField(
        label=_("Who reached out?"),
        choices=REACHED_OUT,
        coerce=lambda who: who == "us",
        empty_value=None,
        required=False,
    )
    expected = forms.TypedChoiceField(
        label=_("What did they expect?"),
        choices=_experiences,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    felt = forms.TypedChoiceField(
        label=_("How did it feel to them?"),
        choices=_experiences,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, account: Account, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        contact = self.fields["contact"]
        assert isinstance(contact, forms.ModelChoiceField)  # noqa: S101  what it was made as
        contact.queryset = Contact.objects.present().filter(account=account).order_by("name", "pk")

    def clean_happened_at(self) -> datetime:
        happened_at: datetime = self.cleaned_data["happened_at"]
        if happened_at > self.at:
            raise forms.ValidationError(_("This has not happened yet. Log it afterwards."))
        return happened_at


# ------------------------------------------------------------------------------------------------ playbooks
ROLES = [("", _("Nobody in particular")), *Contact.Role.choices]
EMPTY_STEPS = 3  # lines offered beside those that are filled in


class PlaybookForm(forms.Form):
    """A playbook: its name, what for, and a line for each step. A line without a text is none."""

    name = forms.CharField(label=_("Name"), max_length=80)
    about = forms.CharField(
        label=_("What for"),
        required=False,
        max_length=500,
        help_text=_("When to start it, and what it is to bring."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    segment: "forms.ModelChoiceField[Segment]" = forms.ModelChoiceField(
        label=_("Begins by itself"),
        queryset=None,
        required=False,
        empty_label=_("Never: somebody starts it"),
        help_text=_(
            "On every customer that enters this segment, once in 30 days at most. Those who are in it already are left"
            " out."
        ),
    )

    def __init__(self, *args: Any, steps: Sequence[dict[str, Any]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        segments = self.fields["segment"]
        assert isinstance(segments, forms.ModelChoiceField)  # noqa: S101  narrows the type
        segments.queryset = segment_queries.segments()
        for number in range(1, MOST_STEPS + 1):
            step = steps[number - 1] if number <= len(steps) else {}
            self.fields |= _step_fields(number, step)

    @property
    def steps(self) -> list[tuple[int, BoundField, BoundField, BoundField]]:
        """The lines to show: number, text, days and role."""
        lines = [
            (number, self[f"text_{number}"], self[f"days_{number}"], self[f"role_{number}"])
            for number in range(1, MOST_STEPS + 1)
        ]
        filled = max((line[0] for line in lines if line[1].value() or line[1].errors or line[2].errors), default=0)
        return lines[: filled + EMPTY_STEPS]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for number in range(1, MOST_STEPS + 1):
            text, days = cleaned.get(f"text_{number}"), cleaned.get(f"days_{number}")
            if text and days is None and f"days_{number}" not in self.errors:
                self.add_error(f"days_{number}", _("After how many days?"))
            if not text and days is not None:
                self.add_error(f"text_{number}", _("Say what is to be done."))
        if not any(cleaned.get(f"text_{number}") for number in range(1, MOST_STEPS + 1)):
            self.add_error("text_1", _("A playbook needs at least one step."))
        return cleaned

    def told(self) -> dict[str, Any]:
        """The playbook of a valid form."""
        read = self.cleaned_data
        steps = [
            {"text": read[f"text_{n}"], "due_in_days": read[f"days_{n}"], "role": read[f"role_{n}"]}
            for n in range(1, MOST_STEPS + 1)
            if read[f"text_{n}"]
        ]
        return {"name": read["name"], "about": read["about"], "steps": steps, "segment": read["segment"]}


def _step_fields(number: int, step: dict[str, Any]) -> dict[str, forms.Field]:
    return {
        f"text_{number}": forms.CharField(
            label=_("What to do"), required=False, max_length=STEP_LENGTH, initial=step.get("text", "")
        ),
        f"days_{number}": forms.IntegerField(
            label=_("Due after days"),
            required=False,
            min_value=0,
            max_value=MOST_DAYS,
            initial=step.get("due_in_days"),
        ),
        f"role_{number}": forms.ChoiceField(
            label=_("Speak with"), required=False, choices=ROLES, initial=step.get("role", "")
        ),
    }


class StartForm(forms.Form):
    """Which playbook to start, and the alert that it answers, if any."""

    playbook: "forms.ModelChoiceField[Playbook]" = forms.ModelChoiceField(
        None, error_messages={"required": _("Choose a playbook."), "invalid_choice": _("There is no such playbook.")}
    )
    alert = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        playbook = self.fields["playbook"]
        assert isinstance(playbook, forms.ModelChoiceField)  # noqa: S101  what it was made as
        playbook.queryset = playbook_queries.playbooks().in_use()

    def clean_alert(self) -> int | None:
        """The alert, if the account knows it: what is started is worth more than what it answers."""
        alert_id: int | None = self.cleaned_data["alert"]
        return alert_id if alert_id and playbook_queries.has_alert(self.account, alert_id) else None


class ReasonForm(forms.Form):
    """Why something ends before its time."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=500,
        help_text=_("One sentence for whoever reads the history later."),
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
    )


# --------------------------------------------------------------------------------------------------- tasks
class TaskForm(forms.Form):
    """What to do, by when, and who."""

    text = forms.CharField(label=_("What to do"), max_length=STEP_LENGTH)
    due_on = forms.DateField(label=_("Due on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    assignee: "forms.ModelChoiceField[Member]" = forms.ModelChoiceField(
        None,
        label=_("Who"),
        required=False,
        empty_label=_("Nobody yet"),
        help_text=_("What nobody has taken stands with the owner of the account."),
    )
    role = forms.ChoiceField(label=_("Speak with"), required=False, choices=ROLES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assignee = self.fields["assignee"]
        assert isinstance(assignee, forms.ModelChoiceField)  # noqa: S101  what it was made as
        assignee.queryset = workspace_queries.members()

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if not FIRST_DAY <= due_on <= LAST_DAY:
            days = {"first": exact(FIRST_DAY), "last": exact(LAST_DAY)}
            raise forms.ValidationError(_("A day from %(first)s to %(last)s."), params=days)
        return due_on

    @classmethod
    def values_of(cls, task: Task) -> dict[str, Any]:
        return {name: getattr(task, name) for name in cls.base_fields}


SHOWS = [("open", _("Open")), ("done", _("Done")), ("dropped", _("Dropped"))]
DUES = [
    ("", _("Due any day")),
    ("late", _("Overdue")),
    ("today", _("Overdue or due today")),
    ("week", _("Within a week")),
]


@dataclass(frozen=True)
class Offered:
    """Whose tasks, and of which playbook, can be chosen: in two statements."""

    people: list[tuple[str, str]]
    playbooks: list[tuple[str, str]]

    @classmethod
    def read(cls) -> "Offered":
        return cls(
            [(str(member.pk), str(member)) for member in workspace_queries.members()],
            [(str(playbook.pk), playbook.name) for playbook in playbook_queries.playbooks()],
        )


class TaskFilter(forms.Form):
    """Which tasks a list shows; what cannot be read is left out."""

    who = forms.ChoiceField(label=_("Whose"), required=False)
    show = forms.ChoiceField(required=False, choices=SHOWS)
    due = forms.ChoiceField(label=_("Due"), required=False, choices=DUES)
    playbook = forms.TypedChoiceField(label=_("Playbook"), required=False, coerce=int, empty_value=None)
    account = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, offered: Offered, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("who", [("mine", _("Mine")), ("all", _("Everybody's")), *offered.people])
        self._offer("playbook", [("", _("All tasks")), *offered.playbooks])

    def _offer(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  what it was made as
        field.choices = choices
