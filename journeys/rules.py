"""When an account moves by itself, and when it has stood still for too long: the one table.

Prospects move by hand until a contract begins; advocacy is given by hand. A person's own move into
disappointment is also left by hand: no rule overrules what somebody said in words.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import registry
from accounts.stages import CUSTOMER, PROSPECT, Stage
from lib.formatting import exact

USE_WINDOW, USE_DAYS = 14, 10  # days looked at, days used in them
CHURN_DAYS = 30  # after the last contract's end
GOOD_ANSWER = {"csat": 4, "nps": 9}  # well again; a decision maker who would recommend us is loyal


@dataclass(frozen=True)
class Rule:
    """One way an account moves by itself. `to_stage` is None where it leads back to where the account was."""

    name: str
    from_stages: tuple[Stage, ...]
    to_stage: Stage | None
    condition: Promise


CONTRACT_STARTED = Rule(
    "contract_started",
    tuple(PROSPECT),
    Stage.DELIVERY,
    gettext_lazy("A contract has begun."),
)
RETURNED = Rule(
    "returned",
    (Stage.CHURN,),
    Stage.DELIVERY,
    gettext_lazy("A contract signed after they left has begun."),
)
IN_USE = Rule(
    "in_use",
    (Stage.DELIVERY,),
    Stage.USE,
    gettext_lazy("Somebody used the product on at least 10 of the last 14 days."),
)
LOYAL = Rule(
    "loyal",
    (Stage.USE,),
    Stage.LOYALTY,
    gettext_lazy("The contract was renewed, or a decision maker would recommend us with 9 or 10."),
)
DISAPPOINTED = Rule(
    "disappointed",
    (Stage.DELIVERY, Stage.USE, Stage.LOYALTY, Stage.ADVOCACY),
    Stage.DISAPPOINTMENT,
    gettext_lazy("A bad answer came in, an alert opened, or they complained."),
)
RECOVERED = Rule(
    "recovered",
    (Stage.DISAPPOINTMENT,),
    None,
    gettext_lazy("Every alert and complaint is closed, or the person who answered badly now answers well."),
)
CHURNED = Rule(
    "churned",
    tuple(CUSTOMER),
    Stage.CHURN,
    gettext_lazy("The last contract ended more than 30 days ago and no other has begun."),
)

RULES = [CONTRACT_STARTED, RETURNED, IN_USE, LOYAL, DISAPPOINTED, RECOVERED, CHURNED]

# Days after which an account stands still; a customer who stays in loyalty or advocacy is where we want them.
STUCK_AFTER: dict[str, int] = {
    Stage.AWARENESS: 90,
    Stage.CONSIDERATION: 60,
    Stage.DECISION: 45,
    Stage.DELIVERY: 90,
    Stage.USE: 400,
    Stage.DISAPPOINTMENT: 30,
}


def _alert(data: dict[str, Any]) -> str:
    tell = registry.words.get("alert.opened")
    return tell(data) if tell else _("An alert opened.")


def _answer(data: dict[str, Any]) -> str:
    return _("%(contact_name)s answered %(value)s of %(scale_max)s.") % data


def _complaint(data: dict[str, Any]) -> str:
    tell = registry.words.get("complaint.opened")
    return tell(data) if tell else _("They complained.")


def _ended(data: dict[str, Any]) -> str:
    return _("The last contract ended on %(day)s.") % {"day": exact(date.fromisoformat(data["ended_on"]))}


REASONS: dict[str, Callable[[dict[str, Any]], str]] = {
    "contract_started": lambda data: _("The contract “%(contract)s” has begun.") % data,
    "returned": lambda data: _("They came back: the contract “%(contract)s” has begun.") % data,
    "in_use": lambda data: _("Used on %(days)s of the last 14 days.") % data,
    "renewed": lambda data: _("Renewed with the contract “%(contract)s”.") % data,
    "promoter": _answer,
    "bad_answer": _answer,
    "good_answer": _answer,
    "alert": _alert,
    "complaint": _complaint,
    "complaint_closed": lambda _data: _("The complaint is closed."),
    "recovered": lambda _data: _("Every alert is closed."),
    "churned": _ended,
}


def sentence(rule: str, reason: str, data: dict[str, Any]) -> str:
    """Why an account moved, in the reader's language: a person's own words, or a rule's reason told from its data.

    A reason told with data it lacks (an import's, an older version's) falls back to the rule's condition.
    """
    if not rule:
        return reason
    try:
        return REASONS[reason](data)
    except (KeyError, ValueError):
        return next((str(known.condition) for known in RULES if known.name == rule), reason)
