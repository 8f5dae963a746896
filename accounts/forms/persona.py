"""What people type about personas."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.actions.personas import EDITABLE
from accounts.models import Persona
from lib.names import refuse_unseen

LONGEST = 2000


def _text(label: Any, example: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=LONGEST, required=False, help_text=example, widget=widget)


class PersonaForm(forms.Form):
    """One kind of person."""

    name = forms.CharField(
        label=_("Name"), max_length=80, validators=[refuse_unseen], help_text=_("For example “Head of IT in a clinic”.")
    )
    goals = _text(_("Goals"), _("What they want to reach, and are measured by."))
    pains = _text(_("Pains"), _("What keeps them from it, and what they fear."))
    found_at = _text(_("Where to find them"), _("Events, groups, papers, who introduces you."))
    speaks_to = _text(_("What speaks to them"), _("Shown before a call with a contact who is one."))

    @staticmethod
    def values_of(persona: Persona) -> dict[str, str]:
        return {name: getattr(persona, name) for name in EDITABLE}
