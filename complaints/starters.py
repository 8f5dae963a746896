"""The rules that every workspace starts with, in words to be translated when it is founded."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import ComplaintRule

SOURCE = ComplaintRule.Source

# What people write who complain; the beginnings of words, in the languages that surveys are asked in.
WORDS = [
    "complain", "unacceptable", "disappoint", "refund", "cancel the contract", "nobody call", "no one call",
    "never again", "fed up", "still not fixed", "投诉", "投訴", "不可接受", "退款", "失望",
]  # fmt: skip

STARTERS: list[tuple[Promise, dict[str, Any]]] = [
    (_("A bad answer that says why"), {"source": SOURCE.ANSWER, "needs_comment": True, "is_on": False}),
    (
        _("Any answer with words of a complaint"),
        {"source": SOURCE.ANSWER, "is_bad_only": False, "needs_comment": True, "words": WORDS},
    ),
    (_("A ticket with words of a complaint"), {"source": SOURCE.TICKET, "words": WORDS}),
    (_("A touchpoint that felt much worse than usual"), {"source": SOURCE.TOUCHPOINT, "felt_at_most": -2}),
]


def starters() -> list[dict[str, Any]]:
    """Each rule's fields, in the language that holds now."""
    return [{"name": str(name), **fields} for name, fields in STARTERS]
