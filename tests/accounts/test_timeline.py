"""The timeline: which groups, in which order, what stands together, and where a line leads."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import chronicle, queries, registry
from accounts.actions import tags
from accounts.actions.facts import record_fact
from accounts.queries.moments import all_moments
from tests.builders import NOON, make_account, make_alert, make_contact, make_member, make_review, make_user
from workspaces.capabilities import Role

HTMX = {"HX-Request": "true"}


@pytest.fixture
def account(workspace):
    return make_account("Cedar")


@pytest.fixture
def client(workspace):
    client = Client()
    client.force_login(make_member(Role.VIEWER).user)
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        yield client


def told(moments) -> list[str]:
    return [moment.told for moment in moments]


def note(account, kind: str, minutes: float = 0, **data) -> None:
    record_fact(account=account, kind=kind, at=NOON + timedelta(minutes=minutes), **data)


def address(account, **query) -> str:
    return reverse("accounts:timeline", args=[account.pk], query=query or None)


def text(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_every_kind_that_is_described_is_in_one_group(workspace):
    nouns = [noun for group in chronicle.GROUPS.values() for noun in group.nouns]
    assert len(nouns) == len(set(nouns))
    described = {kind for kind in registry.words if not kind.startswith("test.")}
    assert {kind for key in chronicle.GROUPS for kind in chronicle.kinds_of([key])} == described


def test_groups_narrow_the_timeline(account):
    note(account, "ticket.opened", 1, number="1", subject="Slow")
    note(account, "contact.left", 2, name="Ana", role="champion")
    note(account, "ticket.closed", 3, number="1", subject="Slow")
    tickets, _ = queries.timeline(account, groups=["tickets"])
    assert told(tickets) == ["Ticket closed: #1 Slow", "Ticket opened: #1 Slow"]
    both, _ = queries.timeline(account, groups=["tickets", "people"])
    assert len(both) == 3
    assert len(list(all_moments(account, ["people"]))) == 1
    assert len(list(all_moments(account))) == 4


def test_what_is_of_one_kind_minute_and_person_is_one_line(account):
    pia = make_user(name="Pia Sommer")
    for second, by in ((1, pia), (2, pia), (3, None), (70, pia)):
        at = NOON + timedelta(seconds=second)
        record_fact(account=account, kind="contact.added", at=at, by=by, name=f"At {second}", role="champion")
        record_fact(account=account, kind="segment.left", at=at, by=by, segment_id=1, name="Unwell")
    moments, older = queries.timeline(account, groups=["people"])
    assert told(moments) == [
        "At 70 added as a contact (Champion)",
        "At 3 added as a contact (Champion)",
        "2 contacts added",
    ]
    assert (moments[2].by, moments[2].url, older) == ("Pia Sommer", "", "")
    assert [part.told[:4] for part in moments[2].parts] == ["At 2", "At 1"]
    segments, _ = queries.timeline(account, groups=["details"])
    assert told(segments)[2].endswith(", and 1 more like it")


def test_a_page_goes_on_to_the_end_of_its_minute(account):
    for number in range(10):
        note(account, "contact.added", number / 100, name=f"Person {number}", role="champion")
    note(account, "ticket.opened", -5, number="1", subject="Slow")
    page, older = queries.timeline(account, size=3, groups=["people", "tickets"])
    assert told(page) == ["10 contacts added"]
    page, older = queries.timeline(account, size=3, groups=["people", "tickets"], before=older)
    assert told(page) == ["Ticket opened: #1 Slow"]
    assert older == ""


@pytest.mark.parametrize(
    ("kind", "data", "place"),
    [
        ("contact.added", {"contact_id": 7}, "/contacts/7/"),
        ("contact.added", {}, ""),
        ("alert.opened", {"alert_id": 7}, "/alerts/7/"),
        ("review.held", {"review_id": 7}, "/reviews/7/"),
        ("ticket.closed", {"ticket_id": 7}, "/accounts/3/panels/tickets/"),
        ("survey.answered", {}, "/accounts/3/panels/answers/"),
        ("segment.entered", {"segment_id": 7}, "/accounts/?segment=7"),
        ("segment.left", {"segment_id": 7}, ""),
        ("account.tagged", {"tag": "a & b"}, "/accounts/?tag=a+%26+b"),
        ("account.created", {}, ""),
        ("test.unheard", {}, ""),
    ],
)
def test_a_line_leads_to_what_it_is_about(kind, data, place):
    assert chronicle.place_of(kind, data, 3) == place


def test_panels_that_lines_lead_to_exist(client, account):
    for key in set(chronicle.PANELS.values()):
        assert client.get(reverse("dashboard:account_panel", args=[account.pk, key])).status_code == 200


def test_the_objects_that_lines_lead_to_exist(client, account):
    alert, review, contact = make_alert(account), make_review(account), make_contact(account)
    tags.tag(account_ids=[account.pk], name="Pilot", at=NOON, by=None)
    for kind, data in (
        ("alert.opened", {"alert_id": alert.pk}),
        ("review.held", {"review_id": review.pk}),
        ("contact.added", {"contact_id": contact.pk}),
        ("account.tagged", {"tag": "Pilot"}),
    ):
        assert client.get(chronicle.place_of(kind, data, account.pk)).status_code == 200


def test_the_page_shows_the_groups_of_its_address(client, account):
    note(account, "ticket.opened", 1, number="1", subject="Slow")
    note(account, "contact.left", 2, name="Ana", role="champion")
    page = client.get(address(account, show="tickets"))
    body = page.content.decode()
    assert "Ticket opened: #1 Slow" in text(page)
    assert "Ana" not in text(page)
    assert f'href="{address(account)}" aria-current="true"' in body  # a click on what is on leaves it out
    assert f'href="{address(account)}?show=tickets&amp;show=people"' in body
    assert f"{reverse('accounts:timeline_export', args=[account.pk])}?show=tickets" in body
    assert "Ana" in text(client.get(address(account, show=["people", "nonsense"])))
    assert "Nothing of this kind has happened" in text(client.get(address(account, show="reviews")))


def test_the_export_holds_the_groups_of_its_address(client, account):
    note(account, "ticket.opened", 1, number="1", subject="Slow")
    rows = client.get(f"{reverse('accounts:timeline_export', args=[account.pk])}?show=tickets").content.decode()
    assert len(rows.strip().splitlines()) == 2
    assert "Ticket opened: #1 Slow" in rows


def test_what_happened_before_comes_by_itself_and_without_script(client, account):
    for minute in range(35):
        note(account, "ticket.opened", minute, number=str(minute), subject="Slow")
    body = client.get(address(account, show="tickets")).content.decode()
    more = re.search(r'class="timeline-older" hx-get="([^"]+)" hx-trigger="revealed" hx-swap="outerHTML"', body)[1]
    more = more.replace("&amp;", "&")
    assert "show=tickets&before=" in more
    part = client.get(more, headers=HTMX).content.decode()
    assert part.count("timeline-item") == 5
    assert "chronicle-groups" not in part
    whole = client.get(more).content.decode()
    assert (whole.count("timeline-item"), "chronicle-groups" in whole) == (5, True)


def test_the_panel_loads_more_on_a_click_only(client, account):
    for minute in range(35):
        note(account, "ticket.opened", minute, number=str(minute), subject="Slow")
    panel = client.get(reverse("dashboard:account_panel", args=[account.pk, "timeline"]), headers=HTMX).content.decode()
    assert "revealed" not in panel
    assert "hx-push-url" not in panel
    only = f"{address(account)}?show=tickets&panel=1"
    assert f'hx-get="{only.replace("&", "&amp;")}"' in panel
    part = client.get(only, headers=HTMX).content.decode()
    assert part.lstrip().startswith('<div id="chronicle">')
    assert "revealed" not in part
    more = re.search(r'hx-get="([^"]+before=[^"]+)"', part)[1].replace("&amp;", "&")
    assert client.get(more, headers=HTMX).content.decode().count("timeline-item") == 5


def test_the_end_is_said_where_a_minute_ended_a_page(client, account):
    for number in range(40):
        note(account, "contact.added", number / 100, name=f"Person {number}", role="champion")
    moments, older = queries.timeline(account, groups=["people"])
    assert told(moments) == ["40 contacts added"]
    page = client.get(f"{address(account)}?show=people&before={older}", headers=HTMX)
    assert text(page).strip() == "Nothing happened before."


@pytest.mark.parametrize("rows", [1, 3])
def test_the_timeline_takes_the_same_queries_at_any_size(client, account, rows):
    for minute in range(rows):
        note(account, "ticket.opened", minute, number=str(minute), subject="Slow")
    client.get(address(account))
    with CaptureQueriesContext(connection) as captured:
        client.get(address(account, show="tickets"))
    assert len(captured) == 10
