"""Who is asked, and the first reason why not."""

from datetime import timedelta

import pytest

from surveys.gate import Candidate, House, is_deliverable, refusal, standing_refusal
from surveys.models import Refusal
from tests.builders import NOON

Reason = Refusal.Reason
DAY = timedelta(days=1)
HOUSE = House(
    is_on=True,
    quiet=7 * DAY,
    nps_quiet=90 * DAY,
    staff_addresses=frozenset({"boss@gmail.com"}),
    staff_domains=frozenset({"vendor.example", "gmail.com"}),
)
# Everything that speaks against asking, in the order of the gate; each step takes the first one away.
LADDER = [
    (Reason.OPTED_OUT, {"is_opted_out": False}),
    (Reason.LEFT, {"has_left": False}),
    (Reason.BAD_ADDRESS, {"email": "mei@vendor.example"}),
    (Reason.STAFF, {"email": "mei@customer.example"}),
    (Reason.OFF, {"is_on": True}),
    (Reason.ASKED, {"is_asked_about_this": False}),
    (Reason.QUIET, {"last_asked_at": NOON - 7 * DAY}),
    (Reason.SURVEY_QUIET, {"last_nps_at": NOON - 90 * DAY}),
    (None, {}),
]


@pytest.mark.parametrize("step", range(len(LADDER)))
def test_the_first_reason_in_order_is_the_one_given(step):
    facts = {
        "email": "noreply@vendor.example",
        "is_opted_out": True,
        "has_left": True,
        "is_asked_about_this": True,
        "last_asked_at": NOON - DAY,
        "last_nps_at": NOON - DAY,
        "is_on": False,
    }
    for _, change in LADDER[:step]:
        facts |= change
    house = House(facts.pop("is_on"), HOUSE.quiet, HOUSE.nps_quiet, HOUSE.staff_addresses, HOUSE.staff_domains)
    assert refusal(Candidate(**facts), house, "nps", NOON) == LADDER[step][0]


@pytest.mark.parametrize(
    ("email", "is_fine"),
    [
        ("mei@customer.example", True),
        ("info@customer.example", True),
        ("", False),
        ("mei", False),
        ("mei@customer.example, bob@customer.example", False),
        ("noreply@customer.example", False),
        ("No-Reply+1@customer.example", False),
        ("donotreply@customer.example", False),
        ("postmaster@customer.example", False),
        ("MAILER-DAEMON@customer.example", False),
    ],
)
def test_an_address_of_a_person(email, is_fine):
    assert is_deliverable(email) is is_fine
    assert (standing_refusal(Candidate(email), HOUSE) is None) is is_fine


@pytest.mark.parametrize(
    ("email", "is_ours"),
    [
        ("new.person@vendor.example", True),
        ("Person@VENDOR.example", True),
        ("Boss@gmail.com", True),
        ("customer@gmail.com", False),
        ("person@sub.vendor.example", False),
    ],
)
def test_our_own_people_are_not_asked(email, is_ours):
    assert (refusal(Candidate(email), HOUSE, "csat", NOON) == Reason.STAFF) is is_ours


@pytest.mark.parametrize(
    ("hours", "reason"), [(0, Reason.QUIET), (7 * 24 - 1, Reason.QUIET), (7 * 24, None), (-24, Reason.QUIET)]
)
def test_the_quiet_period_is_exact_and_counts_planned_mails(hours, reason):
    candidate = Candidate("mei@customer.example", last_asked_at=NOON - timedelta(hours=hours))
    assert refusal(candidate, HOUSE, "csat", NOON) == reason


def test_a_period_of_zero_days_is_none():
    candidate = Candidate("mei@customer.example", last_asked_at=NOON + DAY, last_nps_at=NOON)
    assert refusal(candidate, House(True, timedelta(0), timedelta(0)), "nps", NOON) is None


def test_the_relationship_surveys_own_period_leaves_the_other_alone():
    candidate = Candidate("mei@customer.example", last_asked_at=NOON - 30 * DAY, last_nps_at=NOON - 30 * DAY)
    assert refusal(candidate, HOUSE, "nps", NOON) == Reason.SURVEY_QUIET
    assert refusal(candidate, HOUSE, "csat", NOON) is None
