"""Stuck work, the demo's mailbox, and what monitors ask."""

import re

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from outbox import mail, probes, words
from outbox.models import Effect
from tests.builders import NOON, make_member, make_workspace
from workspaces import tenancy
from workspaces.capabilities import Role

State = Effect.State


@pytest.fixture
def client(workspace):
    client = Client()
    client.force_login(make_member(Role.ADMIN).user)
    return client


def text_of(response) -> str:
    return response.content.decode()


def make_stuck(bench, state: str = State.DEAD, key: str = "1") -> Effect:
    bench.local("test.add")
    effect = bench.enqueue("test.add", key)
    Effect.objects.filter(pk=effect.pk).update(state=state, attempts=8, last_error="ValueError: <b>no</b>")
    return effect


# ------------------------------------------------------------------ stuck work
def test_stuck_work_is_listed_with_what_it_is_and_why(client, bench):
    address = reverse("outbox:stuck_list")
    assert "Nothing is stuck" in text_of(client.get(address))
    make_stuck(bench, State.DEAD, "one")
    make_stuck(bench, State.IN_DOUBT, "two")
    made = mail.post(to="mei@cedar.example", subject="How was it?", text="x", key="m", at=NOON)
    Effect.objects.filter(kind="mail.send").update(state=State.IN_DOUBT)
    text = text_of(client.get(address))
    assert "3 things failed for good or may have gone out" in text
    assert "mei@cedar.example: How was it?" in text
    assert "Send a mail" in text
    assert "Work of kind test.add" in text
    assert "It may have gone out." in text
    assert "&lt;b&gt;no&lt;/b&gt;" in text
    assert made.pk


def test_the_list_costs_the_same_at_any_length(client, bench):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("outbox:stuck_list"))
        return len(queries)

    make_stuck(bench, key="a")
    one = cost()
    for key in "bc":
        make_stuck(bench, key=key)
    assert cost() == one


def test_deciding_about_one(client, bench):
    effect = make_stuck(bench)
    replay = reverse("outbox:stuck_replay", args=[effect.pk])
    assert "It is being tried again" in text_of(client.post(replay, follow=True))
    assert "decided about this already" in text_of(client.post(replay, follow=True))
    other = make_stuck(bench, key="2")
    cancel = reverse("outbox:stuck_cancel", args=[other.pk])
    assert "It will not be tried again" in text_of(client.post(cancel, follow=True))
    assert "decided about this already" in text_of(client.post(cancel, follow=True))
    states = Effect.objects.filter(kind="test.add").order_by("pk").values_list("state", flat=True)
    assert list(states) == [State.READY, State.CANCELLED]


def test_trying_all_again(client, bench):
    for key in "ab":
        make_stuck(bench, key=key)
    response = client.post(reverse("outbox:stuck_replay_all"), follow=True)
    assert "2 things are being tried again." in text_of(response)


def test_another_workspaces_work_is_out_of_reach(client, bench):
    with tenancy.entered(make_workspace("Other").pk):
        effect = make_stuck(bench)
    assert client.post(reverse("outbox:stuck_replay", args=[effect.pk])).status_code == 404


def test_every_kind_of_work_has_words():
    from outbox.registry import handlers

    assert {kind for kind in handlers if words.work(kind).startswith("Work of kind")} == set()


# ------------------------------------------------------------------ mailbox
HTML = (
    '<html><head><style>p {color: red}</style></head><body><p><a href="https://x.example/">Join</a></p></body></html>'
)


@pytest.fixture
def demo(settings):
    settings.DEMO = True


def test_outside_the_demo_there_is_no_mailbox(client):
    made = mail.post(to="mei@cedar.example", subject="Hi", text="x", key="m", at=NOON)
    for name, arguments in (("mailbox", []), ("mailbox_mail", [made.pk]), ("mailbox_html", [made.pk])):
        assert client.get(reverse(f"outbox:{name}", args=arguments)).status_code == 404
    assert client.get(reverse("outbox:mailbox_eml", args=[made.pk])).status_code == 404


def test_the_mailbox_lists_mails_newest_first(client, demo, bench):
    assert "No mail yet" in text_of(client.get(reverse("outbox:mailbox")))
    for number in range(3):
        mail.post(to="mei@cedar.example", subject=f"Mail {number}", text="x", key=str(number), at=NOON)
    bench.run("mail")
    text = text_of(client.get(reverse("outbox:mailbox")))
    assert re.findall(r"Mail \d", text) == ["Mail 2", "Mail 1", "Mail 0"]
    assert "Sent" in text


def test_a_mail_is_shown_as_text_as_html_and_as_a_file(client, demo):
    text = "Join: https://nine.example/x/ <script>alert(1)</script>"
    made = mail.post(to="mei@cedar.example", subject="Join us", text=text, html=HTML, key="m", at=NOON)
    page = client.get(reverse("outbox:mailbox_mail", args=[made.pk]))
    shown = text_of(page)
    assert '<a href="https://nine.example/x/"' in shown
    assert "<script>alert(1)" not in shown
    assert "Auto-Submitted" in shown
    assert page["Content-Security-Policy"].endswith("frame-src 'self'")

    frame = client.get(reverse("outbox:mailbox_html", args=[made.pk]))
    assert '<base target="_top">' in text_of(frame)
    assert "sandbox" in frame["Content-Security-Policy"]
    assert "script-src" not in frame["Content-Security-Policy"]
    assert frame["X-Frame-Options"] == "SAMEORIGIN"

    file = client.get(reverse("outbox:mailbox_eml", args=[made.pk]))
    assert file["Content-Type"] == "message/rfc822"
    assert made.message_id.encode() in file.content


# ------------------------------------------------------------------ probes
def test_livez_asks_nothing_of_the_database(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert Client().get("/livez").content == b"ok"


def test_readyz_says_why_not(db, monkeypatch):
    assert Client().get("/readyz").status_code == 200
    monkeypatch.setattr(probes, "wrong_role", lambda: "Database role root is a superuser.")
    response = Client().get("/readyz")
    assert (response.status_code, response.content) == (503, b"Database role root is a superuser.")
    monkeypatch.setattr(probes.MigrationExecutor, "migration_plan", lambda *_: ["one"])
    assert b"The database is behind" in Client().get("/readyz").content

    def down(*_):
        raise DatabaseError("gone")

    monkeypatch.setattr(probes, "MigrationExecutor", down)
    assert b"The database cannot be used: DatabaseError." in Client().get("/readyz").content


def test_metrics_need_a_token_that_somebody_has_set(db, settings, bench):
    assert Client().get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "watch"
    assert Client().get("/metrics").status_code == 401
    assert Client().get("/metrics", headers={"Authorization": "Bearer wåtch"}).status_code == 401
    for name in "ab":
        with tenancy.entered(make_workspace(name).pk):
            make_stuck(bench, State.DEAD)
    text = text_of(Client().get("/metrics", headers={"Authorization": "Bearer watch"}))
    assert 'ninefold_effects{queue="default",state="dead"} 2.0' in text
    assert "ninefold_effects_oldest_seconds" in text
