from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Ticket
from accounts.stages import Stage
from health.models import HealthScore
from reviews import actions
from reviews.numbers import gather
from reviews.report import compose
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_action,
    make_alert,
    make_answer,
    make_contact,
    make_contract,
    make_member,
    make_metric,
    make_move,
    make_reading,
    make_review,
    make_ticket,
    make_touchpoint,
)
from tests.health.given import engagement, part

DAY = timedelta(days=1)


def on(month, day):
    return datetime(2026, month, day, 9, tzinfo=UTC)


def make_score(account, day, score, parts=()):
    return HealthScore.objects.create(
        account=account, day=day, score=score, band="watch", coverage=0.9, parts=list(parts), computed_at=NOON
    )


def told(account, at=NOON, **how):
    review = make_review(account)
    report = compose(gather(review, at), review.commentary, **how)
    return {section.key.value: section for section in report.sections}, report


def figures(section):
    plain = [
        [text.replace("\N{NO-BREAK SPACE}", " ") for text in (one.label, one.value, one.sub)] for one in section.figures
    ]
    return {label: (value, sub) for label, value, sub in plain}


def texts(section):
    return [line.text for line in section.lines]


# ------------------------------------------------------------------------------------- nothing known, all said
def test_a_report_of_nothing_says_what_is_missing(workspace):
    sections, report = told(make_account("Cedar"))
    assert list(sections) == ["summary", "outcomes", "adoption", "support", "voice", "risks"]
    assert figures(sections["summary"]) == {
        "Health": ("No data", ""),
        "Tickets closed": ("0", ""),
        "Satisfied after support": ("No answers", "0 asked"),
        "Conversations": ("0", ""),
        "Actions done": ("0 of 0", ""),
    }
    assert sections["outcomes"].sentences == ["No contract ran at the end of the quarter."]
    assert sections["adoption"].sentences == ["No usage was measured in this quarter."]
    assert sections["voice"].sentences == ["Nobody has answered a survey in this quarter."]
    assert sections["risks"].sentences == ["No alert was open in this quarter."]
    assert [section.chart for section in sections.values()] == [None] * 6
    assert (report.promises, report.account["name"], report.last) == ([], "Cedar", TODAY)


def test_an_answer_is_judged_on_its_own_scale(workspace):
    account = make_account(at=on(4, 1))
    make_answer(2, make_contact(account, name="Ana Ruiz"), scale_max=2, answered_at=on(6, 12))
    sections, _report = told(account)
    assert [(line.text, line.tone) for line in sections["voice"].lines] == [
        ("Ana Ruiz answered 2 of 2 (after support).", "")
    ]


def test_the_whole_story_of_a_bad_answer_is_in_the_report(workspace):
    account = make_account(stage=Stage.USE, at=on(4, 1))
    make_ticket(account, number="82711", opened_at=on(6, 10), closed_at=on(6, 11))
    contact = make_contact(account, name="Ana Ruiz", role="decision_maker")
    make_answer(1, contact, comment="Nobody called back.", answered_at=on(6, 12))
    make_alert(account, opened_at=on(6, 12))
    make_move(
        account,
        Stage.DISAPPOINTMENT,
        rule="disappointed",
        reason="bad_answer",
        data={"contact_name": "Ana Ruiz", "value": 1, "scale_max": 5},
        at=on(6, 12),
    )
    sections, _report = told(account)
    assert texts(sections["support"]) == ["Closed: #82711 Printer on fire"]
    assert texts(sections["voice"]) == ["Ana Ruiz answered 1 of 5 (after support)."]
    assert [(quote.text, quote.by) for quote in sections["voice"].quotes] == [
        ("Nobody called back.", "Ana Ruiz, Decision maker")
    ]
    assert texts(sections["outcomes"]) == ["Use → Disappointment: Ana Ruiz answered 1 of 5."]
    assert texts(sections["risks"]) == ["Alert: Ana Ruiz (decision maker) answered 1 of 5: “Nobody called back.”"]
    assert [line.tone for section in sections.values() for line in section.lines] == ["bad", "", "bad", "bad"]


def test_what_is_between_ourselves_is_not_for_the_customer(workspace):
    account = make_account(stage=Stage.USE, at=on(4, 1))
    make_answer(1, make_contact(account, name="Ana Ruiz"), comment="Slow.", answered_at=on(6, 12))
    make_alert(account, opened_at=on(6, 12))
    make_move(account, Stage.DISAPPOINTMENT, at=on(6, 12))
    make_score(account, TODAY - DAY, 80)
    make_score(account, TODAY, 40)
    sections, report = told(account, for_customer=True)
    assert report.for_customer
    assert "Health" not in figures(sections["summary"])
    assert [quote.by for quote in sections["voice"].quotes] == ["End user"]
    assert [line for section in sections.values() for line in section.lines] == []
    assert sections["risks"].chart is None
    assert all("Health" not in sentence for section in sections.values() for sentence in section.sentences)


# -------------------------------------------------------------------------------------------------- by section
@pytest.mark.parametrize(
    ("after", "sentence"),
    [
        (60, "Health fell by 20.0 points, from 80.0 to 60.0."),
        (90, "Health rose by 10.0 points, from 80.0 to 90.0."),
        (80.5, "Health stayed where it was: 80.5, after 80.0."),
    ],
)
def test_the_summary_says_how_health_moved(workspace, after, sentence):
    account = make_account()
    make_score(account, date(2026, 3, 31), 80)
    make_score(account, TODAY, after)
    sections, _report = told(account)
    assert sections["summary"].sentences[0] == sentence
    assert figures(sections["summary"])["Health"][1] == "from 80 at the start"


def test_the_summary_names_the_parts_that_did_it(workspace):
    account = make_account()
    before = [part("outcomes", 12, 12, progress={"goals": 9, "behind": 1}), engagement(10, 10, 1)]
    after = [part("outcomes", 2, 2, progress={"goals": 9, "behind": 8}), engagement(11, 11, 0)]
    make_score(account, date(2026, 3, 31), 22, before)
    make_score(account, TODAY, 13, after)
    sections, _report = told(account)
    assert sections["summary"].sentences[:2] == [
        "Health fell by 9.0 points, from 22.0 to 13.0.",
        "Outcomes at scale −10.0: 8 of 9 goals are behind where they should be by now.",
    ]


def test_health_first_known_within_the_quarter_is_compared_with_itself(workspace):
    account = make_account()
    make_score(account, date(2026, 5, 1), 50)
    sections, _report = told(account)
    assert figures(sections["summary"])["Health"] == ("50 Watch", "")
    make_score(account, date(2026, 5, 20), 55)
    sections, _report = told(account)
    assert sections["summary"].sentences[0] == "Health rose by 5.0 points, from 50.0 to 55.0."
    assert "From 50.0 on the first day to 55.0 on the last." in sections["risks"].chart


def test_outcomes_tell_contracts_and_kept_promises(workspace):
    account = make_account()
    make_contract(account, name="Care", value_minor=4_800_000, seats=40, ends_on=date(2027, 1, 1))
    make_contract(account, name="Extra", value_minor=None, starts_on=date(2026, 2, 1))
    make_contract(account, name="Over", starts_on=date(2025, 1, 1), ends_on=date(2026, 1, 1))
    item = make_action(make_review(account), "Send the plan", at=on(5, 1))
    actions.complete_action(item=item, at=on(5, 2), by=None)
    sections, _report = told(account)
    assert figures(sections["outcomes"]) == {
        "Care": ("€48,000", "40 seats, until 1 Jan 2027"),
        "Extra": ("–", "until 1 Jan 2027"),
    }
    assert [(line.day, line.text, line.tone) for line in sections["outcomes"].lines] == [
        (date(2026, 5, 2), "Done: Send the plan", "good")
    ]


def test_adoption_compares_days_that_were_measured(workspace):
    account = make_account()
    make_contract(account, seats=50)
    for back in range(60):
        make_reading(account, "active_users", TODAY - back * DAY, 12, kind="gauge")
    make_reading(account, "active_users", date(2026, 3, 1), 10, kind="gauge")
    make_reading(account, "seats_used", TODAY - DAY, 40, kind="gauge")
    make_reading(account, "logins", TODAY, 1500)
    make_reading(account, "csat", TODAY, 75, kind="rating")
    make_metric("never_read")
    sections, _report = told(account)
    assert figures(sections["adoption"]) == {
        "Seats used": ("80 %", "40 of 50"),
        "Active_Users a day": ("12.0", "+20 % on the quarter before, 60 days measured"),
        "Logins a day": ("1,500", "1 day measured"),
    }
    assert "From 12.0 in the first week to 12.0 in the last." in sections["adoption"].chart
    said = sections["summary"].sentences[-1]
    assert said == "Active_Users: 12.0 a day, +20\N{NO-BREAK SPACE}% against the quarter before."


def test_support_counts_this_quarter_and_the_one_before(workspace):
    account = make_account()
    for number in range(14):
        make_ticket(account, number=str(number), opened_at=on(5, 1), closed_at=on(5, 1) + number * DAY)
    make_ticket(account, opened_at=on(2, 1), closed_at=on(2, 2))
    make_ticket(account, opened_at=on(6, 1), subject="")
    sections, _report = told(account)
    assert figures(sections["support"]) == {
        "Opened": ("15", "1 in the quarter before"),
        "Closed": ("14", "1 in the quarter before"),
        "Reopened": ("0", ""),
        "Still open": ("1", ""),
        "Days to close": ("6.5", "median"),
    }
    assert len(sections["support"].lines) == 12
    assert sections["support"].more == "and 2 more closed"
    assert figures(sections["summary"])["Tickets closed"] == ("14", "half within 6.5 days")


def test_a_ticket_without_subject_or_number_is_told_too(workspace):
    account = make_account()
    make_ticket(account, subject="", number="", closed_at=on(6, 1))
    assert texts(told(account)[0]["support"]) == ["Closed: No subject"]


def test_voice_tells_scores_with_their_number_and_interval(workspace):
    account = make_account()
    for value in (5, 4, 2):
        make_answer(value, make_contact(account))
    make_answer(10, make_contact(account), metric="nps")
    voice = figures(told(account)[0]["voice"])
    assert voice["Satisfied after support"][0] == "67 %"
    assert voice["Satisfied after support"][1].startswith("n = 3, 95 % interval ")
    assert voice["Would recommend us (NPS)"][0] == "+100"


def test_risks_tell_renewal_and_alerts_that_ended(workspace):
    account = make_account(arr_minor=1_200_000)
    make_contract(account, ends_on=TODAY + 20 * DAY)
    make_alert(account, opened_at=on(5, 1), closed_at=on(5, 3), closed_how="recovered")
    make_alert(account, opened_at=on(5, 4), closed_at=on(5, 5), closed_how="resolved")
    make_alert(account, opened_at=on(2, 1), closed_at=on(2, 5), closed_how="resolved")
    make_alert(account, opened_at=on(5, 6), closed_at=on(5, 7), closed_how="lost")
    sections, _report = told(account)
    assert figures(sections["risks"]) == {
        "Renewal": ("5 Jul 2026", "20 days after this report"),
        "Recurring revenue a year": ("€12,000", ""),
    }
    assert [line.text for line in sections["risks"].lines if line.tone == "good"] == [
        "Alert closed: recovered.",
        "Alert closed: resolved by hand.",
    ]
    assert [line.text for line in sections["risks"].lines if not line.tone] == ["Alert closed: the customer was lost."]


def test_conversations_are_two_way(workspace):
    account = make_account()
    make_touchpoint(account, happened_at=on(5, 1))
    make_touchpoint(account, direction="one_way")
    make_touchpoint(account, happened_at=on(3, 1))
    assert figures(told(account)[0]["summary"])["Conversations"] == ("1", "the last on 1 May 2026")


def test_promises_are_told_with_where_they_come_from(workspace):
    account = make_account()
    make_action(make_review(account, quarter=1), "Old", due_on=TODAY - DAY, owner=make_member())
    kept = make_action(make_review(account), "Kept", at=on(5, 1))
    actions.complete_action(item=kept, at=on(5, 3), by=None)
    _sections, report = told(account)
    old, new = report.promises
    assert (old.text, old.owner, old.due_on, old.carried_from, old.is_overdue) == (
        "Old",
        "Mei Chen",
        TODAY - DAY,
        "Q1 2026",
        True,
    )
    assert (new.done_on, new.carried_from, new.is_overdue) == (date(2026, 5, 3), "", False)


def test_commentary_stands_in_its_section(workspace):
    account = make_account()
    actions.save_commentary(review=make_review(account), section="risks", text="None at all.", at=NOON, by=None)
    assert [section.commentary for section in told(account)[1].sections] == ["", "", "", "", "", "None at all."]


# ------------------------------------------------------------------------------------------------------- time
def test_a_report_told_for_a_past_moment_knows_nothing_later(workspace):
    account = make_account()
    review = make_review(account)
    item = make_action(review, "Kept later", at=on(4, 2))
    make_action(review, "Promised later", at=NOON)
    actions.complete_action(item=item, at=NOON, by=None)
    make_ticket(account, opened_at=on(4, 2), closed_at=NOON)
    make_alert(account, opened_at=on(4, 2), closed_at=NOON, closed_how="recovered")
    numbers = gather(review, on(5, 1))
    assert [(one["text"], one["done_at"]) for one in numbers["actions"]] == [("Kept later", None)]
    assert (numbers["tickets"]["closed"], numbers["tickets"]["still_open"]) == (0, 1)
    assert numbers["alerts"][0]["closed_at"] is None
    assert numbers["last"] == "2026-05-01"


def test_a_quarter_that_is_over_ends_on_its_last_day(workspace):
    account = make_account()
    for quarter, last in ((1, "2026-03-31"), (3, "2026-07-01")):
        assert gather(make_review(account, quarter=quarter), NOON)["last"] == last


def test_a_held_report_keeps_its_numbers(workspace):
    account = make_account()
    make_ticket(account, closed_at=on(6, 1))
    review = make_review(account)
    actions.mark_held(review=review, attendees="", at=NOON, by=None)
    Ticket.objects.all().delete()
    review.refresh_from_db()
    assert review.snapshot["tickets"]["closed"] == 1
