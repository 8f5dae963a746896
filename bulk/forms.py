"""What is to become of many accounts: one form for each kind of change."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.actions.tags import LONGEST, BadTag, clean_tag
from accounts.stages import Stage
from bulk.models import BulkChange
from workspaces import queries as workspace_queries
from workspaces.models import Member

NOBODY = "none"
Kind = BulkChange.Kind


class OwnerForm(forms.Form):
    """Who shall look after them."""

    owner = forms.ChoiceField(label=_("New owner"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members: dict[str, Member] = {str(member.pk): member for member in workspace_queries.members()}
        here = [(key, str(member)) for key, member in self.members.items()]
        self.fields["owner"].choices = [("", _("Choose")), *here, (NOBODY, _("Nobody"))]  # type: ignore[attr-defined]

    def params(self) -> dict[str, Any]:
        member = self.members.get(self.cleaned_data["owner"])
        return {"owner": member.pk if member else None, "name": str(member) if member else ""}


class TagForm(forms.Form):
    """Which tag."""

    tag = forms.CharField(label=_("Tag"), max_length=LONGEST)
    tag.widget.attrs["list"] = "tags"

    def clean_tag(self) -> str:
        try:
            return clean_tag(self.cleaned_data["tag"])
        except BadTag as bad:
            raise forms.ValidationError(str(bad)) from bad

    def params(self) -> dict[str, Any]:
        return {"tag": self.cleaned_data["tag"]}


class StageForm(forms.Form):
    """Where to, and why."""

    stage = forms.ChoiceField(label=_("Stage"), choices=[("", _("Choose")), *Stage.choices])
    reason = forms.CharField(
        label=_("Reason"), max_length=500, help_text=_("Stands in the timeline of each account, as with a single move.")
    )

    def params(self) -> dict[str, Any]:
        return {"stage": self.cleaned_data["stage"], "reason": self.cleaned_data["reason"]}


KindForm = OwnerForm | TagForm | StageForm
FORMS: dict[str, type[KindForm]] = {
    Kind.OWNER: OwnerForm,
    Kind.TAG: TagForm,
    Kind.UNTAG: TagForm,
    Kind.STAGE: StageForm,
}
