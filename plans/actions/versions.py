"""Success plans: say again, in whole, what holds from now on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions.facts import record_fact
from accounts.models import Account, Metric
from lib import changing
from lib.time import day_of
from plans import queries
from plans.actions import limits
from plans.models import PlanVersion
from workspaces.models import User

TEXTS = ("why_bought", "use_case", "replaces", "success_criteria")
EDITABLE = (
    *TEXTS, "expected_on", "sponsor_role", "metrics", "renewal_intent", "renewal_intent_on", "confirmed_on",
)  # fmt: skip


@transaction.atomic
def save_plan(*, account: Account, changes: Mapping[str, Any], at: datetime, by: User | None) -> PlanVersion:
    """What the account's plan says from now on: its newest version with `changes` to any of EDITABLE.

    A renewal intent without a day is the customer's word of today, and a day goes with its intent. Of two who save at
    once the second builds on the first. Where nothing differs, the newest stays. Raises Refused.
    """
    held = Account.objects.select_for_update(of=("self",), no_key=True).get(pk=account.pk)
    last = queries.newest(held) or PlanVersion(account=held, recorded_at=at)
    changed = changing.different(last, _tidied(last, limits.stripped(changes), at), EDITABLE)
    _check(last, changed, at)
    return last if last.pk and not changed else _store(held, last, changed, at, by)


def _tidied(last: PlanVersion, changes: dict[str, Any], at: datetime) -> dict[str, Any]:
    told = dict(changes)
    if "metrics" in told:
        told["metrics"] = sorted(set(told["metrics"]))
    if "renewal_intent" in told:
        if told["renewal_intent"] is None:
            told.setdefault("renewal_intent_on", None)
        elif told["renewal_intent"] != last.renewal_intent and not told.get("renewal_intent_on"):
            told["renewal_intent_on"] = day_of(at)
        elif not told.get("renewal_intent_on"):
            told.pop("renewal_intent_on", None)
    return told


def _check(last: PlanVersion, changed: dict[str, Any], at: datetime) -> None:
    today = day_of(at)
    after = {name: changed.get(name, getattr(last, name)) for name in EDITABLE}
    unknown = set(changed.get("metrics", [])) - set(Metric.objects.values_list("pk", flat=True))
    intent = after["renewal_intent"]
    limits.refuse(
        limits.days_of(changed, ["expected_on"], today),
        limits.past_of(changed, ["renewal_intent_on", "confirmed_on"], today),
        {"metrics": _("One of these metrics does not exist.")} if unknown else {},
        {} if intent is None or 1 <= intent <= 5 else {"renewal_intent": _("A number from 1 to 5.")},
        {"renewal_intent_on": _("Say what they intend, too.")} if intent is None and after["renewal_intent_on"] else {},
    )


def _store(account: Account, last: PlanVersion, changed: dict[str, Any], at: datetime, by: User | None) -> PlanVersion:
    values = {name: getattr(last, name) for name in EDITABLE} | changed
    saved: PlanVersion = PlanVersion.objects.create(account=account, **values, recorded_at=at, by=by)
    told: dict[str, Any] = {"plan_id": saved.pk, "name": saved.use_case[:200]}
    is_confirmed = bool(changed.get("confirmed_on"))
    if set(changed) - {"confirmed_on"} or not is_confirmed:
        record_fact(account=account, kind="plan.saved", at=at, by=by, **told, fields=sorted(changed))
    if is_confirmed:
        record_fact(
            account=account, kind="plan.confirmed", at=at, by=by, **told, on=changed["confirmed_on"].isoformat()
        )
    return saved
