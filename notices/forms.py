"""What people choose: how they are told, and what chats are told."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lib import outgoing
from notices.kinds import ABOUT, FOR_CHATS, ByMail, Kind, Way, needed
from notices.models import ChatHook, Preference
from segments.models import Segment
from segments.queries import segments
from workspaces.capabilities import can

HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


class ChoicesForm(forms.Form):
    """Each kind's ways, and when the digest goes."""

    digest = forms.ChoiceField(label=gettext_lazy("Digest"), choices=Preference.Digest.choices)
    hour = forms.TypedChoiceField(
        label=gettext_lazy("At"),
        choices=HOURS,
        coerce=int,
        help_text=gettext_lazy("In your time zone, whether or not it is summer."),
    )

    def __init__(self, *args: Any, preference: Preference, role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.preference = preference
        self.kinds = [kind for kind in Kind.values if can(role, needed(kind))]
        self.initial = {"digest": preference.digest, "hour": preference.hour}
        for kind in self.kinds:
            way = self._chosen(kind)
            self.fields[f"app_{kind}"] = forms.BooleanField(required=False, label=_("In the app"))
            self.fields[f"mail_{kind}"] = forms.ChoiceField(choices=ByMail.choices, label=_("Mail"))
            self.initial |= {f"app_{kind}": way.in_app, f"mail_{kind}": way.mail}

    def _chosen(self, kind: str) -> Way:
        """What was chosen, also while there is no digest."""
        whole = Preference(ways=self.preference.ways)
        return whole.way(kind)

    def rows(self) -> Iterator[dict[str, Any]]:
        """A line for each kind."""
        for kind in self.kinds:
            yield {
                "label": Kind(kind).label,
                "about": ABOUT[kind],
                "in_app": self[f"app_{kind}"],
                "mail": self[f"mail_{kind}"],
            }

    def ways(self) -> dict[str, Way]:
        data = self.cleaned_data
        return {kind: Way(data[f"app_{kind}"], data[f"mail_{kind}"]) for kind in self.kinds}


class ChatForm(forms.Form):
    """Where to, what about, and of whom."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("How your team knows it, for example the channel’s name."),
    )
    flavour = forms.ChoiceField(label=gettext_lazy("Kind of chat"), choices=ChatHook.Flavour.choices)
    url = forms.CharField(
        label=gettext_lazy("Address of the incoming webhook"),
        max_length=2000,
        help_text=gettext_lazy("The chat shows it when you add one there. Whoever knows it can write to the channel."),
        widget=forms.PasswordInput(attrs={"placeholder": "https://", "autocomplete": "off", "spellcheck": "false"}),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("What it is told"),
        choices=[(kind, Kind(kind).label) for kind in FOR_CHATS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one kind.")},
    )
    segment: "forms.ModelChoiceField[Segment]" = forms.ModelChoiceField(
        label=gettext_lazy("Of which customers"), queryset=None, required=False, empty_label=gettext_lazy("All")
    )

    def __init__(self, *args: Any, hook: ChatHook | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hook = hook
        segment: Any = self.fields["segment"]
        segment.queryset = segments()
        if hook is not None:
            self.initial = {name: getattr(hook, name) for name in ("name", "flavour", "kinds", "segment")}
            self.fields["url"].required = False
            self.fields["url"].help_text = _("Leave it empty to keep %(place)s.") % {"place": escape(hook.place)}

    def clean_url(self) -> str:
        """Refuse what would never be called."""
        url: str = self.cleaned_data["url"]
        try:
            if url:
                outgoing.target_of(url)
        except outgoing.Forbidden as error:
            raise forms.ValidationError(str(error)) from error
        return url
