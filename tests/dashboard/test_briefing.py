from datetime import timedelta

import pytest

from accounts.actions import contacts as contact_actions
from accounts.models import Account
from dashboard.briefing import Line, brief
from dashboard.queries import portrait
from dashboard.reasons import of_alert
from health.models import Alert
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_action,
    make_alert,
    make_contact,
    make_customer,
    make_move,
    make_review,
    make_ticket,
    make_touchpoint,
)
from tests.dashboard.test_account import engagement, score

HEALTH, CHANGED, WORK, TALK, AHEAD = range(5)


def line(account: Account, place: int) -> tuple[str, str, str]:
    account.refresh_from_db()
    lines = brief(portrait(account, at=NOON, today=TODAY))
    assert len(lines) == 5
    found: Line = lines[place]
    return found.tone, found.text, found.detail


@pytest.fixture
def account(workspace) -> Account:
    return make_account("Cedar")


def test_health_unknown(account):
    unknown = ("", "There is no health score yet: too little is known.", "")
    assert line(account, HEALTH) == unknown
    score(account, 0, None, "")
    assert line(account, HEALTH) == unknown


def test_health_without_a_past_names_its_weakest_part(account):
    score(account, 0, 62, "watch", (engagement(36, 5.4), {**engagement(None, None), "key": "support_load"}))
    assert line(account, HEALTH) == ("watch", "Health is 62.", "The last two-way touchpoint was 67 days ago.")


def test_health_without_any_part(account):
    score(account, 0, 30, "at_risk")
    assert line(account, HEALTH) == ("bad", "Health is 30.", "")


@pytest.mark.parametrize(
    ("before", "now", "band", "expected"),
    [
        (80, 62, "watch", ("watch", "Health fell 18 points to 62 since 16 May 2026.", "Engagement −8")),
        (41, 72, "healthy", ("good", "Health rose 31 points to 72 since 16 May 2026.", "Engagement −8")),
        (
            62.2,
            62,
            "watch",
            ("watch", "Health is 62, unchanged since 16 May 2026.", "The last two-way touchpoint was 67 days ago."),
        ),
    ],
)
def test_health_that_moved(account, before, now, band, expected):
    score(account, 30, before, "watch", (engagement(90, 13.5, 5),))
    score(account, 0, now, band, (engagement(36, 5.4),))
    assert line(account, HEALTH) == expected


def test_changed_says_the_stage_and_how_it_came(account):
    Account.objects.filter(pk=account.pk).update(stage_since=NOON - timedelta(days=12))
    assert line(account, CHANGED) == ("", "In Use for 12 days.", "")
    account.refresh_from_db()
    make_move(account, "loyalty", reason="They stayed")
    assert line(account, CHANGED) == ("", "In Loyalty for 0 days.", "Came from Use: They stayed")
    make_move(account, "churn", reason="They left")
    assert line(account, CHANGED)[0] == "bad"


def test_open_work_names_what_waits_longest(account):
    assert line(account, WORK) == ("good", "Nothing is open: no alert, no ticket, no overdue promise.", "")
    promise = make_action(make_review(account), text="Send the plan", due_on=TODAY - timedelta(days=1))
    assert line(account, WORK) == ("watch", "Open now: 1 promise overdue.", str(promise))
    make_ticket(account, subject="Mail is slow")
    make_ticket(account, opened_at=NOON - timedelta(days=12))
    assert line(account, WORK) == (
        "watch",
        "Open now: 2 open tickets and 1 promise overdue.",
        "Waiting longest: “Printer on fire”, opened 12 days ago",
    )
    make_alert(account)
    make_alert(account, rule="score_drop", snoozed_until=TODAY + timedelta(days=1))
    tone, text, detail = line(account, WORK)
    assert (tone, text) == ("bad", "Open now: 1 open alert, 2 open tickets and 1 promise overdue.")
    assert detail == "Ana Ruiz (decision maker) answered 1 of 5: “Nobody called back.”"


def test_last_talk(account):
    assert line(account, TALK) == ("watch", "No two-way conversation with them is known.", "")
    make_touchpoint(account, direction="two_way", channel="call", summary="Talked", contact=None, felt=None)
    assert line(account, TALK)[1:] == ("Last spoke just now: Call.", "Talked")
    contact = make_contact(account, name="Mei Chen")
    make_touchpoint(
        account, direction="two_way", channel="meeting", summary="Met", contact=contact, expected=1, felt=-1
    )
    assert line(account, TALK) == ("bad", "Last spoke just now: Meeting with Mei Chen.", "Met")


@pytest.mark.parametrize(
    ("expected", "felt", "tone"),
    [(None, 1, "good"), (2, 1, ""), (0, 0, ""), (-2, -1, ""), (None, -1, "bad"), (1, 2, "good")],
)
def test_how_it_felt_against_what_was_expected(account, expected, felt, tone):
    make_touchpoint(account, direction="two_way", channel="call", summary="x", expected=expected, felt=felt)
    assert line(account, TALK)[0] == tone


def test_ahead_without_a_renewal(account):
    assert line(account, AHEAD) == ("watch", "No renewal date is known.", "No decision maker is known.")


def test_ahead_says_when_how_much_and_who_decides(workspace):
    account = make_customer(days=23)
    make_contact(account, role="decision_maker", name="Mei Chen")
    assert line(account, AHEAD) == ("", "Renews in 23 days (8 Jul 2026).", "Mei Chen decides.")
    Account.objects.filter(pk=account.pk).update(arr_minor=4_800_000)
    make_contact(account, role="decision_maker", name="Ana Ruiz")
    assert line(account, AHEAD) == ("", "Renews in 23 days (8 Jul 2026), €48k a year.", "Ana Ruiz and Mei Chen decide.")


def test_ahead_says_when_nobody_who_decides_is_left(workspace):
    account = make_customer(days=23)
    contact = make_contact(account, role="decision_maker", name="Mei Chen")
    contact_actions.set_left(contact=contact, has_left=True, at=NOON, by=None)
    assert line(account, AHEAD)[::2] == ("bad", "No decision maker is left: Mei Chen has gone.")


def test_the_reason_of_an_alert_is_what_a_person_said_or_how_the_score_stands(account):
    answer = make_alert(account).drivers[0]
    fall = {
        "rule": "score_band",
        "at": NOON.isoformat(),
        "score": 43.2,
        "causes": [engagement(36, 5.4), engagement(1, 1, 2)],
    }
    told = "The score is 43.2, below 50. The last two-way touchpoint was 67 days ago."
    assert of_alert(Alert(drivers=[fall])) == told
    assert of_alert(Alert(drivers=[fall, answer])).startswith("Ana Ruiz (decision maker) answered 1 of 5")
    assert of_alert(Alert(drivers=[])) == ""
