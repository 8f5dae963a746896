import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import contacts as contact_actions
from accounts.models import Account, Contact
from alerts.models import Alert
from health.models import HealthScore
from integrations.models import InboxEvent
from outbox.models import Effect
from reviews import actions as review_actions
from reviews.models import ActionItem
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_action,
    make_alert,
    make_contact,
    make_customer,
    make_member,
    make_review,
    make_user,
)
from tests.dashboard.conftest import signed_in
from tests.health.given import engagement, part
from workspaces.capabilities import Role

TODAY_PAGE = reverse("dashboard:today")
WAITING_PAGE = reverse("dashboard:waiting")
HTMX = {"HX-Request": "true"}


def make_promise(account: Account, due_on: date, **fields: object) -> ActionItem:
    review = account.reviews.first() or make_review(account)
    return make_action(review, due_on=due_on, **fields)


def names(page: object) -> list[str]:
    return re.findall(r"<a [^>]*data-row-link[^>]*>([^<]*)</a>", page.content.decode())


def text(page: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_today_lists_alerts_and_unhealthy_renewals_most_urgent_first(client, me):
    make_customer("Calm", score=90, days=10, owner=me)
    make_customer("Renews late", score=41, days=91, owner=me)
    make_customer("Prospect", score=41, days=10, stage="decision", owner=me)
    make_customer("Watched", score=60, days=90, arr_minor=100, owner=me)
    make_customer("Unknown", score=None, days=30, arr_minor=100, owner=me)
    make_customer("Alerted", score=75, alerts=1, arr_minor=300, owner=me)
    make_customer("Burning", score=41, days=23, alerts=2, arr_minor=300, owner=me)
    assert names(client.get(TODAY_PAGE)) == ["Burning", "Unknown", "Alerted", "Watched"]


def test_each_line_says_who_why_what_it_is_worth_when_and_what_to_do(client, me):
    account = make_customer("Cedar Logistics", score=41, days=23, alerts=1, arr_minor=4_800_000, owner=me)
    page = client.get(TODAY_PAGE)
    said = text(page)
    assert "Cedar Logistics At risk 41" in said
    assert "Ana Ruiz (decision maker) answered 1 of 5: “Nobody called back.”" in said
    assert "Call Ana Ruiz, ask what happened, and say what will change." in said
    assert "€48k a year renews in 23 days" in said
    assert reverse("alerts:alert_acknowledge", args=[Alert.objects.get().pk]) in page.content.decode()
    assert f'id="work-{account.pk}"' in page.content.decode()


@pytest.mark.parametrize(
    ("days", "words"),
    [(None, "no renewal date"), (-3, "was to renew on 12 Jun 2026"), (0, "renews today"), (1, "renews in 1 day<")],
)
def test_a_line_says_when_the_contract_renews(client, me, days, words):
    make_customer(score=41, days=days, alerts=1, owner=me)
    page = client.get(TODAY_PAGE).content.decode()
    assert words in page
    assert "ARR unknown" in page


def test_a_renewal_names_what_costs_its_health_most(client, me):
    account = make_customer(score=60, days=30, owner=me)
    parts = [engagement(36.0, 5.4), part("outcomes", None, None)]
    HealthScore.objects.create(
        account=account,
        day=TODAY - timedelta(days=1),
        score=60,
        band="watch",
        coverage=1,
        parts=parts,
        computed_at=NOON,
    )
    said = text(client.get(TODAY_PAGE))
    assert "The last two-way touchpoint was 67 days ago. Call them: it has been a while." in said
    assert reverse("journeys:touchpoint_new", args=[account.pk]) in client.get(TODAY_PAGE).content.decode()


def test_a_renewal_without_any_data_says_so(client, me):
    make_customer(score=None, days=30, owner=me)
    assert "Not enough is known about this customer" in text(client.get(TODAY_PAGE))


def test_a_line_says_who_is_missing_among_the_people(client, me):
    alone = make_customer("Alone", alerts=1, owner=me)
    left = make_contact(alone, name="Xiu Wagner", role="champion")
    contact_actions.set_left(contact=left, has_left=True, at=NOON, by=None)
    complete = make_customer("Complete", alerts=1, owner=me)
    for role in ("decision_maker", "champion", "champion"):
        last = make_contact(complete, role=role)
    contact_actions.set_left(contact=last, has_left=True, at=NOON, by=None)
    page = client.get(TODAY_PAGE)
    assert text(page).count("No decision maker known") == 1
    assert text(page).count("Champion left") == 1
    assert "Champion left: Xiu Wagner, on 15 Jun 2026" in text(page)
    assert page.content.decode().count(reverse("dashboard:account", args=[alone.pk]) + "#people") == 2


def test_who_decided_and_left_is_missed_and_a_champion_who_was_erased_is_not_named(client, me):
    account = make_customer("Alone", alerts=1, owner=me)
    for role in ("decision_maker", "champion"):
        contact = make_contact(account, name=f"The {role}", role=role)
        contact_actions.set_left(contact=contact, has_left=True, at=NOON, by=None)
    Contact.objects.filter(role="champion").update(name="")
    said = text(client.get(TODAY_PAGE))
    assert "No decision maker known" in said
    assert "Champion left on 15 Jun 2026" in said


def test_one_line_an_account_however_many_alerts(client, me):
    account = make_customer(score=41, days=23, alerts=3, owner=me)
    page = client.get(TODAY_PAGE)
    assert len(names(page)) == 1
    assert "and 2 more alerts" in text(page)
    assert reverse("dashboard:account", args=[account.pk]) + "#alerts" in page.content.decode()


def test_snoozed_and_closed_alerts_do_not_count(client, me):
    make_alert(make_customer("Snoozed", owner=me), snoozed_until=TODAY + timedelta(days=1))
    make_alert(make_customer("Over", owner=me), closed_at=NOON, closed_how="resolved")
    make_alert(make_customer("Awake again", owner=me), snoozed_until=TODAY)
    assert names(client.get(TODAY_PAGE)) == ["Awake again"]


def test_who_has_churned_is_nobodys_work(client, me):
    make_customer("Gone", alerts=1, stage="churn", owner=me)
    make_customer("Prospect", alerts=1, stage="decision", owner=me)
    assert names(client.get(TODAY_PAGE)) == ["Prospect"]


def test_acknowledging_keeps_the_line_and_offers_the_next_step(client, me):
    account = make_customer(alerts=1, owner=me)
    alert = Alert.objects.get(account=account)
    there = client.post(reverse("alerts:alert_acknowledge", args=[alert.pk]), {"next": TODAY_PAGE}, follow=True)
    assert there.redirect_chain[-1][0] == TODAY_PAGE
    assert "acknowledged just now" in text(there)
    assert reverse("journeys:touchpoint_new", args=[account.pk]) in there.content.decode()
    assert "data-row-ack" not in there.content.decode()


def test_a_csm_starts_with_their_own_and_a_manager_with_all(client, me):
    other = make_member(Role.CSM, make_user(name="Ole Berg"))
    make_customer("Mine", alerts=1, owner=me)
    make_customer("Theirs", alerts=1, owner=other, arr_minor=1)
    make_customer("Nobody's", alerts=1)
    manager = signed_in(make_member(Role.MANAGER))
    assert names(client.get(TODAY_PAGE)) == ["Mine"]
    assert sorted(names(manager.get(TODAY_PAGE))) == ["Mine", "Nobody&#x27;s", "Theirs"]
    for who, expected in {
        "all": ["Mine", "Nobody&#x27;s", "Theirs"],
        "mine": ["Mine"],
        other.pk: ["Theirs"],
        "none": ["Nobody&#x27;s"],
        "nonsense": ["Mine"],
        "99999999": ["Mine"],
    }.items():
        assert sorted(names(client.get(TODAY_PAGE, {"who": who}))) == expected, who
    assert "Ole Berg" in text(client.get(TODAY_PAGE, {"who": "all"}))
    assert '<option value="all" selected>Somebody else' in client.get(TODAY_PAGE, {"who": "all"}).content.decode()
    chosen = client.get(TODAY_PAGE, {"who": other.pk}).content.decode()
    assert re.findall(r'<option value="(\w+)" selected>', chosen) == [str(other.pk)]
    assert "Nobody owns it" in text(client.get(TODAY_PAGE, {"who": "none"}))


def test_a_viewer_reads_but_has_nothing_to_press(workspace):
    make_customer(alerts=1)
    client = signed_in(make_member(Role.VIEWER))
    assert "work-side" not in client.get(TODAY_PAGE).content.decode()
    assert reverse("integrations:unmatched_list") not in client.get(WAITING_PAGE).content.decode()


def test_fifty_lines_then_more(client, me, monkeypatch):
    monkeypatch.setattr("dashboard.forms.MOST_LINES", 2)
    for _ in range(3):
        make_customer(alerts=1, owner=me)
    page = client.get(TODAY_PAGE)
    assert len(names(page)) == 2
    assert "show=200" in page.content.decode()
    assert len(names(client.get(TODAY_PAGE, {"show": "200"}))) == 3


def test_an_empty_day_says_what_will_be_here(client):
    page = client.get(TODAY_PAGE)
    assert "Nothing needs you now" in text(page)
    assert reverse("dashboard:account_list") in page.content.decode()


def test_promises_that_are_due_stand_beside_the_list(client, me):
    account = make_account("Cedar", owner=me)
    other = make_account("Dune")
    make_promise(account, TODAY - timedelta(days=1), text="Send the plan")
    make_promise(account, TODAY + timedelta(days=7), text="Train the team", owner=me)
    make_promise(account, TODAY + timedelta(days=8), text="Not yet")
    review_actions.complete_action(item=make_promise(account, TODAY, text="Done already"), at=NOON, by=me.user)
    make_promise(other, TODAY, text="Somebody else's")
    said = text(client.get(WAITING_PAGE))
    assert "Send the plan Cedar Overdue Train the team Cedar · Mei Chen in 7 days" in re.sub(r", 22 Jun 2026", "", said)
    for hidden in ("Not yet", "Done already", "Somebody else"):
        assert hidden not in said
    assert "Somebody else" in text(client.get(WAITING_PAGE, {"who": "all"}))


def test_at_most_six_promises_then_a_link(client, me):
    account = make_account(owner=me)
    for number in range(7):
        make_promise(account, TODAY, text=f"Promise {number}")
    page = client.get(WAITING_PAGE)
    assert text(page).count("Promise ") == 6
    assert "state=overdue" in page.content.decode()


def test_what_else_waits_is_counted_for_those_who_may_see_it(client, me, workspace):
    make_account(owner=me)
    Effect.objects.create(kind="x", queue="default", dedupe_key="1", state="dead", available_at=NOON, created_at=NOON)
    assert InboxEvent.objects.count() == 0
    said = text(client.get(WAITING_PAGE))
    assert "Reviews to prepare, 2026-Q2 1" in said
    assert "Tickets of unknown customers 0" in said
    assert "Work that is stuck" not in said
    assert "Work that is stuck 1" in text(signed_in(make_member(Role.ADMIN)).get(WAITING_PAGE))


@pytest.mark.parametrize("rows", [1, 3, 60])
@pytest.mark.parametrize("address", [TODAY_PAGE, WAITING_PAGE])
def test_today_takes_the_same_queries_at_any_size(client, me, rows, address):
    for number in range(rows):
        account = make_customer(f"Customer {number}", score=60, days=20, alerts=number % 2, arr_minor=100, owner=me)
        make_promise(account, TODAY, text="Send the plan")
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    assert len(captured) == QUERIES[address]


QUERIES = {TODAY_PAGE: 12, WAITING_PAGE: 14}


def test_what_else_waits_comes_after_the_list_and_is_a_page_of_its_own(client, me):
    make_promise(make_account(owner=me), TODAY, text="Send the plan")
    page = client.get(TODAY_PAGE, {"who": me.pk}).content.decode()
    address = f"{WAITING_PAGE}?who={me.pk}"
    assert f'hx-get="{address}"' in page
    assert f'<a href="{address}">' in page
    assert "Send the plan" not in page
    alone, part = client.get(address), client.get(address, headers=HTMX)
    assert "Send the plan" in text(alone)
    assert "Send the plan" in text(part)
    assert [page.content.count(b"<h1>") for page in (alone, part)] == [1, 0]


def test_names_are_text(client, me):
    make_alert(
        make_customer("<script>alert(1)</script>", owner=me),
        drivers=[
            {
                "rule": "bad_answer",
                "at": NOON.isoformat(),
                "contact_name": "<b>Mei</b>",
                "value": 1,
                "scale_max": 5,
                "comment": "<i>no</i>",
            }
        ],
    )
    page = client.get(TODAY_PAGE).content.decode()
    for tag in ("<script>alert", "<b>Mei", "<i>no"):
        assert tag not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
