"""What the columns of a model are called."""

from django.utils.translation import gettext as _

from health.sentences import label
from risk.columns import AGE, RENEWAL


def column_label(name: str) -> str:
    """A part of the score, or a fact of the contract."""
    words = {RENEWAL: _("Months to the renewal"), AGE: _("Months as a customer")}
    return words.get(name) or label(name)
