"""The bell, the list, and how a member chooses to be told: through the browser's door."""

import csv
import html
import io
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notices.kinds import Kind
from notices.models import Notice, Preference
from notices.queries.notices import bell
from tests.builders import NOON, make_account, make_member, make_notice
from workspaces.capabilities import Role
from workspaces.queries import Membership

LIST = reverse("notices:notice_list")
CHOICES = reverse("notices:choices")


@pytest.fixture
def me(workspace):
    return make_member()


@pytest.fixture
def client(me):
    client = Client()
    client.force_login(me.user)
    with time_machine.travel(NOON, tick=False):
        yield client


def text_of(response) -> str:
    return html.unescape(response.content.decode())


def ring(member, path="/"):
    return bell(Membership(member.workspace_id, "", member.pk, member.role), path=path)


# ---------------------------------------------------------------------------------------------------- bell
@pytest.mark.parametrize(("count", "shown"), [(0, "0 unread"), (1, "1 unread"), (9, "9 unread"), (12, "more than 9")])
def test_the_bell_counts_what_is_unread_up_to_nine(count, shown, me, client):
    for _ in range(count):
        make_notice(me)
    page = text_of(client.get(reverse("workspaces:settings")))
    assert f"Notices: {shown}" in page
    assert (">9+<" in page) is (count > 9)


def test_the_bell_costs_one_statement_however_many_there_are(me):
    with CaptureQueriesContext(connection) as none:
        assert ring(me).count == 0
    for _ in range(30):
        make_notice(me)
    with CaptureQueriesContext(connection) as many:
        assert ring(me).count == 10
    assert len(none) == len(many) == 1


def test_the_bell_leaves_out_what_i_may_not_see_any_more_or_do_not_want_in_the_app(me):
    make_notice(me, kind=Kind.WORK_STUCK, data={"count": 1})
    make_notice(me, is_shown=False)
    make_notice(me, read_at=NOON)
    make_notice(make_member())
    assert ring(me).count == 0


# ---------------------------------------------------------------------------------------------------- list
def test_the_list_is_newest_first_by_customer(me, client):
    cedar, alder = make_account("Cedar <i>"), make_account("Alder")
    make_notice(me, account=cedar)
    make_notice(me, account=alder)
    make_notice(me, account=cedar, kind=Kind.TASK_OVERDUE, data={"text": "Call <b>", "due_on": "2026-06-14"})
    response = client.get(LIST)
    page = text_of(response)
    assert b"Cedar &lt;i&gt;" in response.content
    assert b"Call &lt;b&gt;" in response.content
    places = [page.index(words, page.index("<main")) for words in ("Cedar", "Call", "Renews on", "Alder")]
    assert places == sorted(places)
    assert "data-row-link" in page
    assert "data-row-ack" in page


def test_the_list_costs_the_same_at_one_and_at_twenty(me, client):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    make_notice(me, account=make_account())
    few = cost()
    for _ in range(20):
        make_notice(me, account=make_account())
    assert cost() == few


def test_one_is_marked_or_all_and_nobody_elses(me, client):
    mine, another, theirs = make_notice(me), make_notice(me), make_notice(make_member())
    client.post(reverse("notices:notice_read", args=[mine.pk]))
    assert Notice.objects.get(pk=mine.pk).read_at == NOON
    assert client.post(reverse("notices:notice_read", args=[theirs.pk])).status_code == 404
    assert "1 notice marked" in text_of(client.post(reverse("notices:notices_read"), follow=True))
    assert Notice.objects.get(pk=another.pk).read_at == NOON
    assert Notice.objects.get(pk=theirs.pk).read_at is None
    assert "Nothing unread" in text_of(client.get(LIST))
    assert text_of(client.get(LIST, {"show": "all"})).count("data-row-link") == 2


def test_opening_the_thing_marks_it_read(me, client):
    account = make_account()
    notice, theirs = make_notice(me, account=account), make_notice(make_member(), account=account)
    response = client.get(reverse("notices:notice", args=[notice.pk]))
    assert response["Location"] == f"/accounts/{account.pk}/"
    assert Notice.objects.get(pk=notice.pk).read_at == NOON
    assert client.get(reverse("notices:notice", args=[theirs.pk])).status_code == 302
    assert Notice.objects.get(pk=theirs.pk).read_at is None


def test_whoever_comes_to_the_page_another_way_has_seen_it_too(me, client):
    account = make_account()
    make_notice(me, account=account)
    make_notice(me)
    where = reverse("dashboard:account", args=[account.pk])
    assert 'hx-trigger="load" hx-swap="outerHTML"' in text_of(client.get(where)).partition('id="bell"')[2][:400]
    assert "hx-post" not in text_of(client.get(LIST)).partition('id="bell"')[2].partition(">")[0]
    bell_now = text_of(client.post(reverse("notices:notices_seen"), {"link": where}))
    assert "Notices: 1 unread" in bell_now
    assert ring(me, where).is_here is False


def test_pages_go_on(me, client):
    for _ in range(60):
        make_notice(me)
    first = text_of(client.get(LIST))
    assert first.count("data-row-link") == 50
    after = first.partition("after=")[2].partition('"')[0]
    second = text_of(client.get(LIST, {"after": after}))
    assert second.count("data-row-link") == 10


def test_the_export_is_ones_own(me, client):
    make_notice(me, account=make_account("=1+1"))
    make_notice(make_member())
    found = list(csv.reader(io.StringIO(client.get(reverse("notices:notice_export")).content.decode("utf-8-sig"))))
    assert len(found) == 2
    assert found[1][4] == "'=1+1"


# ------------------------------------------------------------------------------------------------- choices
def choice(**changes):
    data = {"digest": "daily", "hour": "8"}
    for kind in Kind.values:
        data |= {f"app_{kind}": "on", f"mail_{kind}": "digest"}
    return {name: value for name, value in (data | changes).items() if value is not None}


def test_choosing(me, client):
    data = choice(app_renewal_near=None, mail_renewal_near="never", digest="weekdays", hour="17")
    assert client.post(CHOICES, data).status_code == 302
    kept = Preference.objects.get(member=me)
    assert (kept.digest, kept.hour) == ("weekdays", 17)
    assert (kept.way("renewal_near").in_app, kept.way("renewal_near").mail) == (False, "never")
    assert kept.way("urgent_alert").mail == "digest"
    page = text_of(client.get(CHOICES))
    assert '<option value="17" selected>' in page


def test_what_cannot_be_chosen_is_refused_and_kept(me, client):
    response = client.post(CHOICES, choice(hour="24", mail_alert_opened="sometimes"))
    assert response.status_code == 422
    assert not Preference.objects.exists()


def test_what_only_administrators_are_told_only_they_choose(me, client):
    assert "Work is stuck" not in text_of(client.get(CHOICES))
    admin = Client()
    admin.force_login(make_member(Role.ADMIN).user)
    assert "Work is stuck" in text_of(admin.get(CHOICES))


def test_the_preview_shows_what_yesterday_would_have_sent_by_what_is_chosen_now(me, client):
    yesterday = NOON - timedelta(days=1)
    cedar = make_account("Cedar")
    make_notice(me, account=cedar, created_at=yesterday, mail="never", is_shown=False)
    make_notice(me, account=make_account("Today"), created_at=NOON)
    page = text_of(client.get(CHOICES))
    assert page.index("Cedar", page.index("The digest</h3>")) > 0
    assert "In the app: 1 notice." in page
    draft = choice(preview="1", mail_renewal_near="at_once")
    part = text_of(client.post(CHOICES, draft, headers={"HX-Request": "true"}))
    assert part.lstrip().startswith('<section class="card" id="preview"')
    assert part.index("Cedar: Renewal is near") < part.index("The digest</h3>")
    assert "nothing in it" in part
    assert not Preference.objects.exists()
    assert "not saved yet" in text_of(client.post(CHOICES, draft))
