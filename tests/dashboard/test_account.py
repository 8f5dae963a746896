import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import contacts as contact_actions
from accounts.actions.facts import record_fact
from accounts.models import Account
from dashboard.panels import PANELS
from health.models import HealthScore
from reviews import actions as review_actions
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_action,
    make_alert,
    make_answer,
    make_completion,
    make_contact,
    make_contract,
    make_customer,
    make_expectation,
    make_goal,
    make_item,
    make_member,
    make_milestone,
    make_move,
    make_plan,
    make_play,
    make_review,
    make_risk,
    make_survey_invitation,
    make_ticket,
    make_touchpoint,
)
from tests.dashboard.conftest import signed_in
from tests.dashboard.test_today import text
from tests.health import given
from tests.health.given import engagement
from workspaces.capabilities import Role


def page_of(client, account: Account):
    response = client.get(reverse("dashboard:account", args=[account.pk]))
    assert response.status_code == 200
    return response


def address(account: Account, key: str) -> str:
    return reverse("dashboard:account_panel", args=[account.pk, key])


def panel_of(client, account: Account, key: str) -> str:
    """What htmx puts into the card."""
    response = client.get(address(account, key), headers={"HX-Request": "true"})
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def panel(client, account: Account, key: str) -> str:
    """The words of one panel."""
    return words(panel_of(client, account, key))


def part(page, place: str) -> str:
    """The words of one section of the page itself."""
    return words(re.search(rf'<section class="card" id="{place}".*?</section>', page.content.decode(), re.S)[0])


def score(account: Account, days_ago: int, value: float | None, band: str = "watch", parts: tuple = ()) -> None:
    HealthScore.objects.create(
        account=account,
        day=TODAY - timedelta(days=days_ago),
        score=value,
        band=band,
        coverage=0.8,
        parts=list(parts),
        computed_at=NOON,
    )


def fill(account: Account, rows: int = 1) -> None:
    """Something of everything."""
    for number in range(rows):
        contact = make_contact(account)
        make_contract(account)
        make_ticket(account, contact=contact)
        make_answer(1, contact, comment=f"Comment {number}")
        make_touchpoint(account, contact=contact)
        review = make_review(account, quarter=number + 1)
        make_action(review)
        make_expectation(account)
        make_plan(account, why_bought=str(number))
        make_completion(make_item(), contact)
        make_item()
        make_goal(account)
        make_milestone(account)
        make_play(account)
        make_account(parent=account)
    make_alert(account)
    make_risk(account)
    make_move(account, "loyalty")
    score(account, 40, 80, "healthy", (engagement(90, 13.5, 5),))
    score(account, 0, 62, "watch", (engagement(36, 5.4),))


# Others take 9, eight of them to know who asks for which account.
QUERIES = {
    "health": 10, "reviews": 10, "expectations": 10, "plan": 11, "family": 11, "fit": 12, "profile": 12, "learning": 12,
    "tasks": 11, "risk": 14, "touchpoints": 10, "answers": 11, "tickets": 10,
}  # fmt: skip


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_and_each_panel_take_the_same_queries_whatever_there_is(client, me, rows):
    account = make_account(owner=me)
    fill(account, rows)
    page_of(client, account)
    with CaptureQueriesContext(connection) as captured:
        page_of(client, account)
    assert len(captured) == 11
    for key in PANELS:
        with CaptureQueriesContext(connection) as captured:
            panel_of(client, account, key)
        assert (key, len(captured)) == (key, QUERIES.get(key, 9))
    with CaptureQueriesContext(connection) as captured:
        client.get(f"{reverse('dashboard:account', args=[account.pk])}?show=all")
    assert len(captured) == 11 + sum(QUERIES.get(key, 9) - 8 for key in PANELS)


def test_an_account_without_anything_says_what_would_be_here(client):
    account = make_account("Cedar")
    page = page_of(client, account)
    assert "There is no health score yet" in part(page, "brief")
    assert part(page, "alerts").endswith("No alert is open for this account.")
    assert "nobody owns it" in text(page)
    empty = {
        "health": "There is no score yet",
        "risk": "Too little is known of this customer to tell.",
        "people": "Nobody is known here yet",
        "contracts": "No contract is known",
        "plan": "Nobody has written down why they bought",
        "expectations": "Nothing is open.",
        "tasks": "Nothing is open for this account.",
        "stages": "The account has been in this stage from the beginning.",
        "touchpoints": "Nobody has logged a call",
        "tickets": "No ticket has come in",
        "complaints": "Nobody here has complained.",
        "learning": "There is no content to learn from yet.",
        "answers": "Nobody here has answered a survey yet.",
        "reviews": "No review has been prepared",
        "family": "Stands alone: it belongs to no account",
        "fit": "In no segment.",
        "profile": "Annual recurring revenue –",
        "timeline": "Account added in stage Use",
    }
    assert list(empty) == [key for key in empty if empty[key] in panel(client, account, key)]
    assert set(empty) == set(PANELS)


def test_each_panel_has_a_place_on_the_page_that_loads_it_and_leads_to_it(client):
    account = make_account()
    page = page_of(client, account).content.decode()
    for key, one in PANELS.items():
        waiting = re.search(rf'<section class="card" id="{key}".*?</section>', page, re.S)[0]
        assert f'hx-get="{address(account, key)}"' in waiting
        assert f'<a href="{address(account, key)}">Show “{one.title}”</a>' in waiting
        assert f'<a class="tab" href="#{key}">{one.title}</a>' in page


@pytest.mark.parametrize("key", PANELS)
def test_a_panel_is_a_page_of_its_own_without_htmx_and_a_fragment_with_it(client, me, key):
    account = make_account("Cedar", owner=me)
    fill(account)
    response = client.get(address(account, key))
    page, fragment = response.content.decode(), panel_of(client, account, key)
    assert "HX-Request" in response["Vary"]  # a browser must not show the one from its cache for the other
    assert f"<title>{PANELS[key].title} · Cedar · Ninefold</title>" in page
    assert re.search(rf'<a class="tab" href="{address(account, key)}" aria-current="page">', page)
    assert f'<a class="tab" href="{reverse("dashboard:account", args=[account.pk])}">In short</a>' in page
    assert words(fragment) in words(page)
    assert "<html" not in fragment
    assert "<section" not in fragment
    assert fragment.count(f'<h2 class="card-title" id="{key}-title">{PANELS[key].title}</h2>') == 1


def test_a_panel_nobody_made_is_not_found(client):
    assert client.get(address(make_account(), "horoscope")).status_code == 404


def test_everything_is_on_one_page_when_asked(client, me):
    account = make_account(owner=me)
    fill(account)
    whole = client.get(f"{reverse('dashboard:account', args=[account.pk])}?show=all").content.decode()
    assert "panel-waiting" not in whole
    for key in PANELS:
        found = re.search(rf'<section class="card" id="{key}".*?</section>', whole, re.S)[0]
        assert words(found) == panel(client, account, key)


def test_the_head_says_who_they_are_and_what_to_do(client, me):
    account = make_account("Cedar", owner=me, arr_minor=4_800_050, tier="growth", industry="Transport")
    make_contract(account)
    said = text(page_of(client, account))
    assert "Use since 15 Jun 2026 · Growth · Transport · owned by Mei Chen · €48,000.50 a year · renews" in said
    assert reverse("journeys:touchpoint_new", args=[account.pk]) in page_of(client, account).content.decode()


def test_health_shows_each_part_with_its_sentence_and_its_gaps(client):
    account = make_account()
    missing, high = given.part("outcomes", None, None), engagement(85, 12.7, 9)
    score(account, 10, 70, "healthy")
    score(account, 0, 62, "watch", (high, missing))
    said = panel(client, account, "health")
    assert "coverage 80 %, high confidence" in said
    assert "Communication and engagement 85 of 100, weight 10" in said
    assert "The last two-way touchpoint was 9 days ago." in said
    assert "Outcomes at scale No data" in said
    assert "From 70 on 5 Jun 2026 to 62 on 15 Jun 2026; lowest 62, highest 70." in said


@pytest.mark.parametrize("value", [36.0, 55.0, 90.0])
def test_a_single_day_of_health_has_meters_but_no_line(client, value):
    account = make_account()
    score(account, 0, 50, "watch", (engagement(value, 5.4),))
    shown = panel_of(client, account, "health")
    assert "Health score, 180 days" not in shown
    assert "of 100, weight 10</desc>" in shown


def test_alerts_say_their_state_and_offer_the_next_step(client, me):
    account = make_account()
    make_alert(account, rule="bad_answer")
    make_alert(account, rule="score_band", acknowledged_at=NOON, acknowledged_by=me.user)
    make_alert(account, rule="score_drop", snoozed_until=TODAY + timedelta(days=3), snooze_reason="On holiday")
    make_alert(account, rule="score_drop", closed_at=NOON, closed_how="recovered", opened_at=NOON - timedelta(days=9))
    page = page_of(client, account)
    said = part(page, "alerts")
    for told in (
        "Open",
        "Acknowledged",
        "acknowledged by Mei Chen",
        "Snoozed",
        "until 18 Jun 2026: On holiday",
    ):
        assert told in said
    assert said.count("Snooze or resolve") == 3
    assert "Recovered" not in said
    earlier = re.search(r'href="([^"]+)">Earlier alerts<', page.content.decode())[1].replace("&amp;", "&")
    assert "Recovered" in text(client.get(earlier))
    viewer = signed_in(make_member(Role.VIEWER))
    assert "Snooze or resolve" not in part(page_of(viewer, account), "alerts")


def test_people_are_marked_who_decide_who_left_and_who_want_no_surveys(client):
    account = make_account()
    make_contact(account, name="Mei Chen", role="decision_maker", title="CFO")
    gone = make_contact(account, name="Ana Ruiz", email="")
    contact_actions.set_left(contact=gone, has_left=True, at=NOON, by=None)
    quiet = make_contact(account, name="Ole Berg", role="champion")
    contact_actions.set_opted_out(contact=quiet, is_out=True, at=NOON, by=None)
    said = panel(client, account, "people")
    assert "Mei Chen CFO" in said
    assert re.search(r"Ole Berg .*Champion No surveys Ana Ruiz Left", said)
    assert reverse("accounts:contact", args=[quiet.pk]) in panel_of(client, account, "people")
    assert reverse("accounts:contact_new", args=[account.pk]) in panel_of(client, account, "people")
    viewer = panel_of(signed_in(make_member(Role.VIEWER)), account, "people")
    assert reverse("accounts:contact_new", args=[account.pk]) not in viewer
    assert "Ole Berg" in viewer


def test_contracts_tickets_answers_and_reviews_are_told(client, me):
    account = make_account(external_ids={"crm": "7"}, domains=["cedar.example"])
    contact = make_contact(account, name="Mei Chen")
    make_contract(account, name="Care", seats=40, value_minor=4_800_000, auto_renews=True)
    about = {"priority": "urgent", "topic": "problem", "url": "https://desk.example/1"}
    ticket = make_ticket(account, number="82711", contact=contact, **about)
    make_answer(1, comment="Never again", invitation=make_survey_invitation(contact, ticket=ticket))
    make_answer(9, contact, metric="nps")
    make_answer(3, make_contact(account))
    assert "Care 1 Jan 2026 – 1 Jan 2027 · 40 seats · renews by itself €48,000" in panel(client, account, "contracts")
    said = panel(client, account, "tickets")
    assert "1 open" in said
    assert "Printer on fire #82711 · Problem Mark as a complaint Open Urgent Mei Chen" in said
    said = panel(client, account, "answers")
    assert [told for told in ("“Never again”", "1 of 5", "9 of 10", "3 of 5") if told not in said] == []
    said = panel(client, account, "profile")
    assert "crm 7" in said
    assert "cedar.example" in said


def test_reviews_and_their_open_promises(client, me):
    account = make_account()
    held = make_review(account, quarter=1)
    review_actions.mark_prepared(review=held, at=NOON, by=me.user)
    review_actions.mark_held(review=held, attendees="Mei", at=NOON, by=me.user)
    review_actions.mark_prepared(review=make_review(account, quarter=2), at=NOON, by=me.user)
    make_review(account, quarter=3)
    make_action(held, text="Send the plan", due_on=TODAY - timedelta(days=1), owner=me)
    make_action(held, text="Train the team")
    said = panel(client, account, "reviews")
    for told in ("Held", "Prepared", "Draft", "Send the plan Mei Chen · due", "Overdue", "Train the team nobody yet"):
        assert told in said


def test_the_last_move_can_be_taken_back_for_a_while(client, me):
    account = make_account()
    make_move(account, "disappointment", reason="They are unhappy", by=me.user)
    said = panel(client, account, "stages")
    assert "Use → Disappointment They are unhappy" in said
    assert said.endswith("Take back")
    viewer = signed_in(make_member(Role.VIEWER))
    assert "Take back" not in panel(viewer, account, "stages")


def test_the_timeline_leads_to_what_happened_before(client):
    account = make_account()
    for hour in range(31):
        record_fact(
            account=account, kind="ticket.opened", at=NOON - timedelta(hours=hour), number=str(hour), subject=""
        )
    newest = panel_of(client, account, "timeline")
    older = re.search(r'href="(/accounts/\d+/timeline/\?before=[^"]+)"', newest)[1]
    assert text(client.get(older)).count("Ticket opened") == 2
    fragment = client.get(older, headers={"HX-Request": "true"}).content.decode()
    assert fragment.count("timeline-item") == 2
    assert "<html" not in fragment


def test_what_others_wrote_is_text(client, me):
    evil = "<script>alert(1)</script>"
    account = make_account(evil, industry="<b>x</b>", owner=me)
    contact = make_contact(account, name=evil, title=evil)
    make_contract(account, name=evil)
    make_ticket(account, subject=evil, agent_name=evil, contact=contact)
    make_answer(1, contact, comment=evil)
    make_touchpoint(account, summary=evil, contact=contact)
    make_move(account, "disappointment", reason=evil)
    make_action(make_review(account), text=evil)
    record_fact(account=account, kind="contact.added", at=NOON, name=evil, role="champion")
    page = client.get(f"{reverse('dashboard:account', args=[account.pk])}?show=all").content.decode()
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page
    assert page.count("&lt;script&gt;") > 10


def test_a_ticket_never_links_to_a_script(client):
    account = make_account()
    make_ticket(account, url="javascript:alert(1)")
    assert 'href="javascript' not in panel_of(client, account, "tickets")


def test_a_customer_renewing_soon_is_marked_in_the_head(client):
    assert "renews" in text(page_of(client, make_customer(days=3)))


def test_open_tickets_that_do_not_fit_are_still_counted(client, me, monkeypatch):
    monkeypatch.setattr("dashboard.panels.MOST_ROWS", 2)
    account = make_account(owner=me)
    for _number in range(3):
        make_ticket(account)
    said = panel(client, account, "tickets")
    assert "3 open" in said
    assert said.count("Printer on fire") == 2
