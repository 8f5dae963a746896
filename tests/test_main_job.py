"""The main job, end to end: a closed ticket becomes a survey, an answer, a score, an alert, a move and a line."""

import email
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime, timedelta
from email import policy
from pathlib import Path

import pytest
from django.test import Client

from accounts.actions import metrics as metric_actions
from accounts.actions.metrics import Reading
from accounts.models import Account, Ticket
from accounts.stages import Stage
from alerts.models import Alert
from health.actions import scores
from integrations.actions import connections
from lib.time import now, quarter_of
from outbox import engine
from surveys.models import Answer, Invitation, Survey
from tests.builders import (
    make_account,
    make_contact,
    make_contract,
    make_member,
    make_metric,
)
from workspaces import tenancy

SECRET = "a shared secret of the help desk"


def work() -> None:
    """Let the workers do everything that is due."""
    until = now() + timedelta(seconds=20)
    while sum(engine.run_due(queue=queue, clock=now, until=until) for queue in engine.QUEUES):
        pass


def mails(folder: Path, to: str = "") -> list[email.message.EmailMessage]:
    found = [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.glob("*.eml")]
    return [mail for mail in found if not to or mail["To"] == to]


def closed_ticket(address: str, company: str) -> bytes:
    at = datetime.now(UTC)
    return json.dumps(
        {
            "ticket": {
                "id": 4711,
                "number": "82711",
                "title": "Printer on fire",
                "state": "closed",
                "created_at": (at - timedelta(hours=5)).isoformat(),
                "updated_at": at.isoformat(),
                "close_at": at.isoformat(),
                "customer": {"id": 9, "email": address, "firstname": "Mei", "lastname": "Chen"},
                "organization": {"id": 77, "name": company},
                "owner": {"firstname": "Pia", "lastname": "Sommer", "email": "pia@vendor.example"},
            },
            "article": {},
        }
    ).encode()


def deliver(token: str, body: bytes, delivery: str = "") -> int:
    signature = hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()
    headers = {"X-Hub-Signature": f"sha1={signature}"} | ({"X-Zammad-Delivery": delivery} if delivery else {})
    return Client().post(f"/hooks/{token}/", body, content_type="application/json", headers=headers).status_code


@pytest.fixture
def customer(workspace):
    """A healthy account with a decision maker, an owner, and a quarter of use."""
    owner = make_member()
    account = make_account("Cedar Logistics", owner=owner, arr_minor=4_800_000)
    make_contact(account, name="Mei Chen", email="mei@cedar.example", role="decision_maker")
    today = now().date()
    make_contract(account, starts_on=today - timedelta(days=200), ends_on=today + timedelta(days=165), seats=40)
    for key, value in (("key_actions", 300), ("seats_used", 36)):
        metric = make_metric(key, "counter" if key == "key_actions" else "gauge")
        metric_actions.write_history(
            readings=[
                Reading(account.pk, metric.pk, today - timedelta(days=ago), 1, value, value) for ago in range(1, 60)
            ]
        )
    scores.rescore_all(day=today, at=now())
    Survey.objects.filter(kind="csat").update(delay_hours=0)
    connections.create_connection(kind="zammad", name="Zammad", at=now(), by=None, token="door", secret=SECRET)
    work()
    account.refresh_from_db()
    return account


def link_in(mail: email.message.EmailMessage) -> str:
    text = mail.get_body(("plain",)).get_content()
    return re.search(r"https?://[^/]+(/s/[\w-]+/)", text)[1]


def test_a_closed_ticket_becomes_all_that_follows(customer, workspace, mail_dir):
    before = customer.health_score
    assert before >= 70

    assert deliver("door", closed_ticket("mei@cedar.example", "Cedar Logistics")) == 200
    work()
    (survey,) = mails(mail_dir)
    assert survey["To"] == "mei@cedar.example"
    link = link_in(survey)

    for score in range(1, 6):
        assert Client().get(link, {"score": score}).status_code == 200
    assert Answer.objects.count() == 0

    assert Client().post(link, {"score": "1", "comment": "Nobody called back."}).status_code == 303
    work()

    account = Account.objects.get(pk=customer.pk)
    assert account.health_score < before
    assert account.stage == Stage.DISAPPOINTMENT
    (alert,) = Alert.objects.filter(account=account, closed_at=None)
    assert "Mei Chen" in alert.reason
    assert "1" in alert.reason
    assert "Nobody called back." in alert.reason
    (notice,) = mails(mail_dir, to=account.owner.user.email)
    assert "Cedar Logistics" in notice["Subject"]

    reader = Client()
    reader.force_login(account.owner.user)
    today = reader.get("/").content.decode()
    assert "Cedar Logistics" in today
    year, quarter = quarter_of(now().date())
    opened = reader.post(f"/accounts/{account.pk}/reviews/new/", {"year": year, "quarter": quarter}, follow=True)
    report = opened.content.decode()
    assert opened.status_code == 200
    assert "Nobody called back." in report
    assert "Printer on fire" in report or "82711" in report


def test_the_same_delivery_five_times_and_again_with_new_ids_is_one_mail_and_one_alert(customer, mail_dir):
    body = closed_ticket("mei@cedar.example", "Cedar Logistics")
    for delivery in ["a", "a", "a", "b", "c"]:
        assert deliver("door", body, delivery) == 200
        work()
    assert Ticket.objects.get().episode == 1
    assert len(mails(mail_dir)) == 1
    link = link_in(mails(mail_dir)[0])
    for _ in range(3):
        Client().post(link, {"score": "1", "comment": ""})
        work()
    assert Alert.objects.filter(account=customer).count() == 1
    assert len(mails(mail_dir, to=customer.owner.user.email)) == 1
    assert Invitation.objects.count() == Answer.objects.count() == 1


def test_a_better_second_thought_closes_the_alert_and_the_customer_recovers(customer, mail_dir):
    deliver("door", closed_ticket("mei@cedar.example", "Cedar Logistics"))
    work()
    link = link_in(mails(mail_dir)[0])
    Client().post(link, {"score": "1", "comment": ""})
    work()
    Client().post(link, {"score": "5", "comment": "Sorry, wrong button."})
    work()
    assert Alert.objects.get().closed_how == "recovered"
    assert Account.objects.get(pk=customer.pk).stage == Stage.USE


def test_nothing_happens_in_another_workspace(customer, mail_dir, workspace):
    from tests.builders import make_workspace

    other = make_workspace("Other")
    deliver("door", closed_ticket("mei@cedar.example", "Cedar Logistics"))
    work()
    with tenancy.entered(other.pk):
        assert Ticket.objects.count() == 0
