from datetime import timedelta

import pytest

from accounts.actions import contacts as contact_actions
from accounts.models import Account
from alerts.models import Alert
from dashboard.briefing import Line, brief
from dashboard.reasons import of_alert
from dashboard.summaries import summary_of
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_action,
    make_alert,
    make_answer,
    make_contact,
    make_contract,
    make_customer,
    make_expectation,
    make_move,
    make_review,
    make_ticket,
    make_touchpoint,
    make_workspace,
)
from tests.dashboard.test_account import score
from tests.health.given import engagement, part
from workspaces import tenancy

HEALTH, TALKED, SAID, CONTRACT, NEXT = range(5)
QUIET = "Nobody there has answered a survey in a year."
LATE = TODAY - timedelta(days=1)


def line(account: Account, place: int) -> tuple[str, str, str]:
    account.refresh_from_db()
    lines = brief(summary_of(account, at=NOON, today=TODAY))
    assert len(lines) == 5
    found: Line = lines[place]
    return found.tone, found.text, found.detail


@pytest.fixture
def account(workspace) -> Account:
    return make_account("Cedar")


# ------------------------------------------------------------------ how they are


def test_health_unknown(account):
    unknown = ("", "There is no health score yet: too little is known.", "")
    assert line(account, HEALTH) == unknown
    score(account, 0, None, "")
    assert line(account, HEALTH) == unknown


def test_health_without_a_past_names_its_weakest_part(account):
    score(account, 0, 62, "watch", (engagement(36, 5.4), part("outcomes", None, None)))
    assert line(account, HEALTH) == ("watch", "Health is 62.", "The last two-way touchpoint was 67 days ago.")


def test_health_without_any_part(account):
    score(account, 0, 30, "at_risk")
    assert line(account, HEALTH) == ("bad", "Health is 30.", "")


@pytest.mark.parametrize("before", [None, 30])
def test_health_is_compared_with_a_day_that_had_a_band(account, before):
    score(account, 30, before, "")
    score(account, 0, 72, "healthy")
    assert line(account, HEALTH) == ("good", "Health is 72.", "")


def test_a_score_that_stopped_is_not_compared_with_itself(account):
    score(account, 40, 72, "healthy")
    assert line(account, HEALTH) == ("good", "Health is 72.", "")


def usage(value: float | None, points: float | None) -> dict:
    told = {"metric": "logins", "last": 40.0, "before": 90.0, "value": value}
    return part("adoption", value, points, trend=told) if value is not None else part("adoption", None, None)


@pytest.mark.parametrize(
    ("before", "now", "band", "expected"),
    [
        (
            80,
            62,
            "watch",
            (
                "watch",
                "Health fell 18 points to 62 since 16 May 2026.",
                "Successful adoption −10: Logins fell 56\u00a0%: 40 in the last 28 days, 90 in the 28 before."
                " Also Communication and engagement −8.",
            ),
        ),
        (
            41,
            72,
            "healthy",
            (
                "good",
                "Health rose 31 points to 72 since 16 May 2026.",
                "Logins fell 56\u00a0%: 40 in the last 28 days, 90 in the 28 before.",
            ),
        ),
        (
            62.2,
            62,
            "watch",
            (
                "watch",
                "Health is 62, unchanged since 16 May 2026.",
                "Logins fell 56\u00a0%: 40 in the last 28 days, 90 in the 28 before.",
            ),
        ),
    ],
)
def test_health_that_moved_names_what_moved_it(account, before, now, band, expected):
    score(account, 30, before, "watch", (engagement(90, 13.5, 5), usage(80, 24.0)))
    score(account, 0, now, band, (engagement(36, 5.4), usage(47, 14.0)))
    assert line(account, HEALTH) == expected


# ------------------------------------------------------------------ the last conversation


def test_the_last_conversation(account):
    assert line(account, TALKED) == ("watch", "No two-way conversation with them is known.", "")
    make_touchpoint(account, channel="call", summary="Talked", contact=None, felt=None)
    assert line(account, TALKED) == ("", "Last spoke just now: Call.", "Talked")
    contact = make_contact(account, name="Mei Chen")
    make_touchpoint(account, channel="meeting", summary="Met", contact=contact, expected=1, felt=-1)
    assert line(account, TALKED) == (
        "bad",
        "Last spoke just now: Meeting with Mei Chen.",
        "Met · How it felt: Worse than usual · Expected: Better than usual",
    )


def test_what_we_only_told_them_or_noted_is_no_conversation(account):
    make_touchpoint(account, at=NOON - timedelta(days=61), summary="We\ntalked")
    make_touchpoint(account, direction="one_way", channel="email", summary="A mail")
    make_touchpoint(account, direction="two_way", channel="note", summary="A note")
    assert line(account, TALKED) == ("watch", "Last spoke 2 months ago: Call.", "We talked")


@pytest.mark.parametrize(
    ("expected", "felt", "tone"),
    [(None, 1, "good"), (2, 1, ""), (0, 0, ""), (-2, -1, ""), (None, -1, "bad"), (1, 2, "good")],
)
def test_how_it_felt_against_what_was_expected(account, expected, felt, tone):
    make_touchpoint(account, summary="x", expected=expected, felt=felt)
    assert line(account, TALKED)[0] == tone


# ------------------------------------------------------------------ what they wait for, and what they said


def test_open_tickets_name_the_oldest(account):
    assert line(account, SAID) == ("", "No ticket is open.", QUIET)
    make_ticket(account, opened_at=NOON - timedelta(days=12))
    assert line(account, SAID) == ("watch", "1 ticket is open: “Printer on fire”, opened 12 days ago.", QUIET)
    make_ticket(account, subject="Mail is slow")
    make_ticket(account, subject="Done", opened_at=NOON - timedelta(days=50), closed_at=NOON)
    assert line(account, SAID)[1] == "2 tickets are open; the oldest, “Printer on fire”, was opened 12 days ago."
    make_ticket(account, subject="", number="", opened_at=NOON - timedelta(days=20))
    assert "the oldest, “without a subject”" in line(account, SAID)[1]


def test_the_decision_makers_answer_comes_before_newer_ones(account):
    user, boss = make_contact(account, name="Ole Berg"), make_contact(account, name="Mei Chen", role="decision_maker")
    make_answer(1, user, comment="Slow")
    assert line(account, SAID) == (
        "bad",
        "No ticket is open.",
        "Ole Berg (end user) answered 1 of 5: “Slow” · just now",
    )
    make_answer(9, boss, metric="nps", answered_at=NOON - timedelta(days=20))
    assert line(account, SAID) == (
        "good",
        "No ticket is open.",
        "Mei Chen (decision maker) answered 9 of 10. · 20 days ago",
    )
    contact_actions.set_left(contact=boss, has_left=True, at=NOON, by=None)
    assert line(account, SAID)[2].startswith("Ole Berg")


def test_old_answers_say_nothing_about_now(account):
    make_answer(1, make_contact(account), answered_at=NOON - timedelta(days=366))
    assert line(account, SAID)[2] == QUIET


@pytest.mark.parametrize(
    ("value", "high", "tone"), [(3, 5, ""), (2, 2, "good"), (1, 2, "bad"), (2, 3, ""), (1, 3, "bad")]
)
def test_an_answer_has_the_tone_of_its_own_scale(account, value, high, tone):
    make_answer(value, make_contact(account, name="Mei Chen"), scale_max=high)
    assert line(account, SAID)[0] == tone


def test_disappointment_is_told_first_with_its_reason(account):
    make_move(account, "disappointment", reason="They are unhappy.", at=NOON - timedelta(days=12))
    expected = "In Disappointment since 3 Jun 2026: They are unhappy. No ticket is open."
    assert line(account, SAID)[:2] == ("bad", expected)


def test_an_account_that_came_disappointed_has_no_reason(workspace):
    account = make_account(stage="churn")
    Account.objects.filter(pk=account.pk).update(stage_since=NOON - timedelta(days=1))
    assert line(account, SAID)[:2] == ("bad", "In Churn since 14 Jun 2026. No ticket is open.")


# ------------------------------------------------------------------ contract, renewal, money, and who decides


def test_nothing_is_known_of_the_contract(account):
    unknown = "No contract is known to run. · No decision maker is known."
    assert line(account, CONTRACT) == ("watch", "No renewal date is known.", unknown)
    Account.objects.filter(pk=account.pk).update(arr_minor=4_800_000)
    assert line(account, CONTRACT)[1] == "No renewal date is known. They pay €48k a year."


def test_the_contract_says_when_how_much_and_who_decides(workspace):
    account = make_customer(days=23)
    make_contact(account, role="decision_maker", name="Mei Chen")
    ends = {"starts_on": TODAY - timedelta(days=300), "ends_on": TODAY + timedelta(days=23)}
    make_contract(account, name="Care", seats=None, auto_renews=False, **ends)
    expected = ("", "Renews in 23 days (8 Jul 2026).", "Care · Mei Chen decides.")
    assert line(account, CONTRACT) == expected
    make_contact(account, role="decision_maker", name="Ana Ruiz")
    make_contract(account, name="More", seats=40, auto_renews=True, **ends)
    Account.objects.filter(pk=account.pk).update(arr_minor=4_800_000, renews_on=TODAY + timedelta(days=30))
    assert line(account, CONTRACT) == (
        "",
        "Renews in 30 days (15 Jul 2026), €48k a year.",
        "More, until 8 Jul 2026, 40 seats, renews by itself · Ana Ruiz and Mei Chen decide.",
    )


def test_nobody_who_decides_is_left(workspace):
    account = make_customer(days=23)
    contact = make_contact(account, role="decision_maker", name="Mei Chen")
    contact_actions.set_left(contact=contact, has_left=True, at=NOON, by=None)
    tone, _text, detail = line(account, CONTRACT)
    assert tone == "bad"
    assert detail.endswith("No decision maker is left: Mei Chen has gone.")


def test_a_champion_who_left_is_told_until_somebody_takes_their_place(workspace):
    account = make_customer(days=23)
    make_contact(account, role="decision_maker", name="Mei Chen")
    contact = make_contact(account, role="champion", name="Ana Ruiz")
    contact_actions.set_left(contact=contact, has_left=True, at=NOON, by=None)
    tone, _text, detail = line(account, CONTRACT)
    assert (tone, detail) == (
        "watch",
        "No contract is known to run. · Mei Chen decides. · The champion has gone: Ana Ruiz.",
    )
    make_contact(account, role="champion", name="Bo Dean")
    assert line(account, CONTRACT)[2].endswith("Mei Chen decides.")


# ------------------------------------------------------------------ what to do next


def test_nothing_presses(account):
    expected = ("good", "Nothing presses: no alert, no weak part of the score, no open promise.", "No promise is open.")
    assert line(account, NEXT) == expected


def test_an_open_promise_is_next_when_nothing_else_presses(account):
    make_action(make_review(account), text="Send the plan", due_on=None)
    expected = ("", "Keep what you promised: “Send the plan”.", "1 promise is open: “Send the plan”.")
    assert line(account, NEXT) == expected


def test_the_renewal_comes_before_a_promise_and_a_weak_part_before_the_renewal(workspace):
    account = make_customer(days=23)
    make_action(make_review(account), text="Send the plan", due_on=TODAY + timedelta(days=5))
    expected = ("watch", "Speak with them about the renewal.", "1 promise is open: “Send the plan”, due in 5 days.")
    assert line(account, NEXT) == expected
    score(account, 0, 62, "watch", (engagement(36, 5.4), usage(None, None)))
    assert line(account, NEXT)[:2] == ("watch", "Call them: it has been a while.")


def test_a_renewal_far_away_or_past_is_not_next(workspace):
    assert line(make_customer(days=91), NEXT)[0] == "good"
    assert line(make_customer(days=-1), NEXT)[0] == "good"


def test_a_broken_promise_comes_first_and_an_alert_before_it(account):
    review = make_review(account)
    make_action(review, text="Train the team")
    make_action(review, text="Send the plan", due_on=LATE)
    score(account, 0, 62, "watch", (engagement(36, 5.4),))
    promised = "2 promises are open, 1 overdue: “Send the plan”, due yesterday."
    kept = "Keep what you promised, or name a new day: “Send the plan”."
    assert line(account, NEXT) == ("bad", kept, promised)
    alert = make_alert(account, snoozed_until=TODAY + timedelta(days=1))
    assert line(account, NEXT) == ("bad", kept, promised)
    Alert.objects.filter(pk=alert.pk).update(snoozed_until=None)
    step = "Call Ana Ruiz, ask what happened, and say what will change."
    assert line(account, NEXT) == ("bad", step, promised)


def test_promises_of_the_ledger_count_with_those_of_reviews(account):
    make_expectation(account, "A named engineer.", due_on=LATE)  # its full stop ends the sentence around it
    make_expectation(account, "A report a month", kind="term", due_on=TODAY + timedelta(days=3))
    make_expectation(account, "An answer within four hours", kind="term", due_on=None)
    make_action(make_review(account), text="Send the plan")
    assert line(account, NEXT) == (
        "bad",
        "Keep what you promised, or name a new day: “A named engineer”.",
        "3 promises are open, 1 overdue: “A named engineer”, due yesterday.",
    )


# ------------------------------------------------------------------ where the facts come from


def test_the_summary_knows_nothing_of_another_account_or_workspace(account):
    before = brief(summary_of(account, at=NOON, today=TODAY))
    fill_everything(make_account("Other"))
    with tenancy.entered(make_workspace("Elsewhere").pk):
        fill_everything(make_account("Cedar"))
    assert brief(summary_of(account, at=NOON, today=TODAY)) == before


def fill_everything(account: Account) -> None:
    contact = make_contact(account, role="decision_maker")
    make_contract(account)
    make_ticket(account)
    make_answer(1, contact)
    make_touchpoint(account)
    make_alert(account)
    make_move(account, "disappointment")
    make_action(make_review(account), due_on=LATE)
    make_expectation(account, due_on=LATE)
    score(account, 40, 80, "healthy")
    score(account, 0, 40, "at_risk")


def test_the_reason_of_an_alert_is_what_a_person_said_or_how_the_score_stands(account):
    answer = make_alert(account).drivers[0]
    fall = {
        "rule": "score_band",
        "at": NOON.isoformat(),
        "score": 43.2,
        "causes": [engagement(36, 5.4), engagement(1, 1, 2)],
    }
    told = "The score is 43.2, below 50. Communication and engagement: The last two-way touchpoint was 67 days ago."
    assert of_alert([fall])[0] == told
    assert of_alert([fall, answer])[0].startswith("Ana Ruiz (decision maker) answered 1 of 5")
    assert of_alert([])[0] == ""
