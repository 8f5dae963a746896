"""One row of everything that the API lists, each with all that it can show."""

from datetime import timedelta

from accounts.models import Metric
from health.actions import scores
from health.models import Alert
from lib.time import now
from tests.builders import (
    make_account,
    make_answer,
    make_contact,
    make_contract,
    make_endpoint,
    make_member,
    make_metric,
    make_ticket,
    make_touchpoint,
)


def one_of_each() -> None:
    number = Metric.objects.count()
    member = make_member()
    account = make_account(owner=member, external_ids={"crm": f"A-{number}", "desk": f"D-{number}"})
    contact = make_contact(account)
    make_contract(account)
    make_ticket(account, contact=contact)
    make_touchpoint(account, contact=contact)
    make_metric(f"metric_{number}")
    make_answer(1, contact)
    make_alert_row(account)
    make_endpoint()
    scores.rescore_all(day=now().date(), at=now())


def make_alert_row(account: object) -> Alert:
    driver = {"rule": "score_band", "at": now().isoformat(), "score": 43.2, "causes": []}
    return Alert.objects.create(
        account=account, rule="score_band", opened_at=now() - timedelta(days=1), drivers=[driver], held=["score_band"]
    )
