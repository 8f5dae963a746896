"""Each kind of data is kept for as long as the workspace wants, and not a day longer."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Fact, MetricDay
from bulk.models import BulkChange, BulkRow
from health.models import HealthScore
from imports.models import Import
from integrations.models import InboxEvent
from lib.time import now
from outbox import engine, retention
from outbox.mail import post
from outbox.models import Effect, Mail
from surveys.models import Invitation
from tests.builders import (
    NOON,
    make_account,
    make_answer,
    make_bulk_change,
    make_connection,
    make_delivery,
    make_endpoint,
    make_member,
    make_reading,
    make_survey_invitation,
)
from tests.imports.files import received
from webhooks.models import Delivery
from workspaces import actions, queries
from workspaces.models import AuditEvent, RetentionRule
from workspaces.registry import retained

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(workspace) -> Client:
    client = Client()
    client.force_login(make_member("admin").user)
    return client


def purge(kind: str, at=NOON, limit: int = 100) -> int:
    return actions.purge(kind=kind, limit=limit, is_first=True, at=at)


def ago(days: float):
    return NOON - timedelta(days=days)


# ------------------------------------------------------------------------------------------------- each kind
def test_bodies_of_deliveries(workspace):
    desk = make_connection()
    for days in (29, 31):
        InboxEvent.objects.create(
            connection=desk, delivery_key=str(days), body=b"{}", received_at=ago(days), state="processed"
        )
    assert (purge("delivery_bodies"), purge("delivery_bodies")) == (1, 0)
    assert dict(InboxEvent.objects.values_list("delivery_key", "purged_at")) == {"29": None, "31": NOON}


def test_imported_files(workspace):
    old, young = (received("Email,Company\na@b.example,Elm\n", at=ago(days)) for days in (31, 29))
    assert (purge("import_files"), purge("import_files")) == (1, 0)
    kept = dict(Import.objects.values_list("pk", "forgotten_at"))
    assert kept == {old.pk: NOON, young.pk: None}
    assert not old.blocks.exists()


def test_accounts_of_past_changes_of_many(admin):
    make_account()
    old, young, running, undone, undoing = (make_bulk_change(at=ago(days)) for days in (91, 89, 91, 91, 91))
    BulkChange.objects.filter(pk=running.pk).update(done_at=None)
    BulkChange.objects.filter(pk=undone.pk).update(done_at=None, undoing_at=ago(91), undone_at=ago(91))
    BulkChange.objects.filter(pk=undoing.pk).update(undoing_at=ago(91))
    assert retained["bulk_rows"].due(ago(90)).order_by().values("pk")[:9].count() == 2
    assert (purge("bulk_rows"), purge("bulk_rows")) == (2, 0)
    assert set(BulkRow.objects.values_list("change_id", flat=True)) == {young.pk, running.pk, undoing.pk}
    assert BulkChange.objects.count() == 5
    for change, is_forgotten in ((old, True), (young, False)):
        page = admin.get(reverse("bulk:change", args=[change.pk])).content.decode()
        assert ("is no longer kept" in page) is is_forgotten


def test_texts_of_mails(workspace):
    for days in (91, 89):
        post(to="a@b.example", subject="Hi", text="Link: secret", html="<p>Hi</p>", key=str(days), at=ago(days))
    assert (purge("mail_texts"), purge("mail_texts")) == (1, 0)
    old, young = Mail.objects.order_by("created_at")
    assert (old.to, old.subject, old.text, old.html, old.headers) == ("a@b.example", "Hi", "", "", {})
    assert young.text == "Link: secret"


def test_finished_work(workspace):
    for days, state in [(15, "done"), (13, "done"), (15, "cancelled"), (15, "dead"), (15, "ready")]:
        done_at = ago(days) if state in {"done", "cancelled"} else None
        Effect.objects.create(
            kind="x", queue="q", dedupe_key=f"{days}{state}", state=state, available_at=ago(days), created_at=ago(days),
            done_at=done_at,
        )  # fmt: skip
    assert (purge("finished_work"), purge("finished_work")) == (2, 0)
    assert set(Effect.objects.values_list("dedupe_key", flat=True)) == {"13done", "15dead", "15ready"}


def test_messages_to_webhooks(workspace):
    endpoint = make_endpoint()
    old, young = (make_delivery(endpoint, created_at=ago(days)) for days in (31, 29))
    assert (purge("webhook_messages"), purge("webhook_messages")) == (1, 0)
    assert list(Delivery.objects.all()) == [young]
    assert old.pk != young.pk


def test_surveys_that_nobody_answered(workspace):
    answered = make_answer(5, answered_at=ago(400)).invitation
    Invitation.objects.update(created_at=ago(400))
    make_survey_invitation(created_at=ago(366), sent_at=ago(366), send_at=ago(366), expires_at=ago(360))
    waiting = make_survey_invitation(created_at=ago(366), send_at=NOON)
    young = make_survey_invitation(created_at=ago(364), send_at=ago(364))
    assert purge("unanswered_surveys") == 0
    Invitation.objects.filter(expires_at=ago(360)).update(expires_at=ago(366), created_at=ago(370))
    assert purge("unanswered_surveys") == 1
    assert set(Invitation.objects.all()) == {answered, waiting, young}


def test_metrics_and_scores_by_day(workspace):
    account = make_account()
    days = [ago(1096).date(), ago(1095).date(), ago(1).date()]
    for day in days:
        make_reading(account, "logins", day, 1)
        HealthScore.objects.create(account=account, day=day, score=1, coverage=1, parts=[], computed_at=NOON)
    assert (purge("metric_days"), purge("metric_days")) == (1, 0)
    assert (purge("health_scores"), purge("health_scores")) == (1, 0)
    assert list(MetricDay.objects.order_by("day").values_list("day", flat=True)) == days[1:]
    assert list(HealthScore.objects.order_by("day").values_list("day", flat=True)) == days[1:]


def test_the_audit_trail_goes_by_its_own_function_only(workspace):
    for days in (900, 731, 729, 10):
        actions.record(kind=f"x.d{days}", at=ago(days), by=None)
    assert (purge("audit_trail", limit=1), purge("audit_trail"), purge("audit_trail")) == (1, 1, 0)
    assert list(AuditEvent.objects.order_by("pk").values_list("kind", flat=True)) == ["x.d729", "x.d10"]
    with connection.cursor() as cursor:
        cursor.execute("select workspaces_forget_audit(now() + interval '9 years', 100)")
        actions.record(kind="x.young", at=now(), by=None)
        cursor.execute("select workspaces_forget_audit(now() + interval '9 years', 100)")
        assert cursor.fetchone() == (0,)


def test_the_timeline_stays_unless_somebody_wants_it_shorter(workspace):
    account = make_account(at=now() - timedelta(days=800))
    Fact.objects.create(account=account, kind="x.young", at=now(), recorded_at=now())
    assert purge("timeline", now()) == 0
    assert next(one for one in queries.kept() if one.about.kind == "timeline").due(now(), 400) == 1
    actions.set_retention(days={"timeline": 400}, at=now(), by=None)
    assert (purge("timeline", now()), purge("timeline", now())) == (1, 0)
    assert Fact.objects.get().kind == "x.young"


# ------------------------------------------------------------------------------------------------- the round
def test_every_night_each_kind_goes_in_batches_that_follow_one_another(workspace, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    endpoint = make_endpoint()
    for _ in range(5):
        make_delivery(endpoint, created_at=ago(31))
    engine.fill_slots(at=NOON)
    engine.run_due(queue="compute", clock=lambda: NOON, until=NOON + timedelta(hours=1))
    rule = RetentionRule.objects.get(kind="webhook_messages")
    assert (Delivery.objects.count(), rule.gone, rule.run_at) == (0, 5, NOON)
    assert set(RetentionRule.objects.values_list("kind", flat=True)) == set(retained)
    keys = Effect.objects.filter(kind=retention.PURGE, payload__kind="webhook_messages").values_list(
        "payload", flat=True
    )
    assert sorted(one["number"] for one in keys) == [0, 1, 2]


def test_a_batch_that_dies_is_done_again(workspace, monkeypatch):
    make_delivery(created_at=ago(31))
    Effect.objects.create(
        kind=retention.PURGE, queue="compute", dedupe_key="x", available_at=NOON, created_at=NOON,
        payload={"kind": "webhook_messages", "run": "r", "number": 0},
    )  # fmt: skip
    real = actions.purge

    def dies(**given):
        real(**given)
        raise RuntimeError("killed")

    monkeypatch.setattr(actions, "purge", dies)
    engine.run_due(queue="compute", clock=lambda: NOON, until=NOON)
    assert Delivery.objects.count() == 1
    monkeypatch.setattr(actions, "purge", real)
    later = NOON + timedelta(minutes=5)
    engine.run_due(queue="compute", clock=lambda: later, until=later + timedelta(minutes=5))
    assert Delivery.objects.count() == 0


def test_a_kind_that_is_gone_from_the_code_is_passed_over(workspace):
    effect = Effect(payload={"kind": "horoscopes", "run": "r", "number": 0})
    retention.purge(effect, NOON)
    assert not RetentionRule.objects.exists()


# ------------------------------------------------------------------------------------------------- the page
def typed(**changes: object) -> dict[str, object]:
    days = {one.about.kind: "" if one.days is None else one.days for one in queries.kept()}
    return {**days, **changes}


def test_the_page_shows_days_what_would_go_and_what_went(admin, monkeypatch):
    make_delivery(created_at=now() - timedelta(days=40))
    address = reverse("workspaces:retention")
    page = admin.get(address).content.decode()
    assert "Messages to webhooks" in page
    assert "Not yet" in page
    purge("webhook_messages", now())
    page = admin.get(address).content.decode()
    assert "1 row<" in page
    monkeypatch.setattr(queries, "MOST_DUE", 1)
    for _ in range(3):
        make_delivery(created_at=now() - timedelta(days=40))
    assert "1+" in admin.get(address).content.decode()


def test_a_preview_counts_by_what_was_typed_and_saves_nothing(admin):
    make_delivery(created_at=now() - timedelta(days=10))
    address = reverse("workspaces:retention")
    page = admin.post(address, typed(webhook_messages=5, preview="1")).content.decode()
    assert "Nothing has been saved yet" in page
    assert queries.kept_days("webhook_messages") == 30
    admin.post(address, typed(webhook_messages=5, timeline=""))
    assert queries.kept_days("webhook_messages") == 5
    event = AuditEvent.objects.get(kind="retention.changed")
    assert event.detail == {"webhook_messages": 5}
    admin.post(address, typed())
    assert AuditEvent.objects.filter(kind="retention.changed").count() == 1


def test_for_good_is_a_choice_where_it_can_be(admin):
    address = reverse("workspaces:retention")
    refused = admin.post(address, typed(webhook_messages="", audit_trail="12"))
    assert refused.status_code == 422
    assert "This cannot be kept for good" in refused.content.decode()
    assert "greater than or equal to 90" in refused.content.decode()
    admin.post(address, typed(audit_trail=""))
    assert queries.kept_days("audit_trail") is None
    assert AuditEvent.objects.get(kind="retention.changed").detail == {"audit_trail": "-"}
    actions.record(kind="x.old", at=ago(9000), by=None)
    assert purge("audit_trail") == 0
