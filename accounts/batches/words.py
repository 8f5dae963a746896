"""What becomes of items, in words."""

from django.utils.translation import gettext_lazy

from accounts.actions.merging.stage import CHANGED, NEW, REFUSED, SAME
from accounts.actions.upserts import PARENT_REFUSED

RESULTS = {NEW: "created", CHANGED: "changed", SAME: "same", REFUSED: "refused"}

# Why the merging refuses a row: the field to blame, and what to say of it.
_WHY = {
    "ids_differ": ("external_id", gettext_lazy("These ids belong to different rows here.")),
    "several_accounts": ("name", gettext_lazy("Several accounts have this name: none of them has this id.")),
    "several_contacts": ("name", gettext_lazy("Several contacts have this name: none of them has this id.")),
    "name_missing": ("name", gettext_lazy("This field is required for what is new.")),
    "same_row": ("external_id", gettext_lazy("An item before this one stands for the same row.")),
    "email_taken": ("email", gettext_lazy("Another contact has this address.")),
    "suppressed": ("email", gettext_lazy("This person was erased, and is not taken in again.")),
    "no_account": ("account", gettext_lazy("This field is required for what is new.")),
    "other_account": ("account", gettext_lazy("It belongs to another account, and stays there.")),
    "other_contact": ("contact", gettext_lazy("This contact belongs to another account.")),
    "opened_missing": ("opened_at", gettext_lazy("This field is required for what is new.")),
    "closed_before_opened": ("closed_at", gettext_lazy("A ticket closes after it opens.")),
    "not_yet": ("opened_at", gettext_lazy("This is still to come.")),
    PARENT_REFUSED: ("parent", gettext_lazy("This item of the call was refused.")),
}


def told(why: str) -> dict[str, list[str]]:
    """The error by field; a reason that is a sentence already is about the parent."""
    if why in _WHY:
        name, text = _WHY[why]
        return {name: [str(text)]}
    return {"parent": [why]}
