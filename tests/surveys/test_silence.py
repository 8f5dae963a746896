"""Who is asked and does not answer: found every night, told once, over as soon as somebody speaks."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Fact, MetricDay
from surveys.actions import silence
from surveys.models import Silence
from tests.builders import NOON, make_account, make_answer, make_contact, make_member, make_survey_invitation
from workspaces.capabilities import Role

pytestmark = pytest.mark.usefixtures("noon")
DAY = timedelta(days=1)


@pytest.fixture
def client(workspace):
    client = Client()
    client.force_login(make_member(Role.VIEWER).user)
    return client


def ask(contact, days, **fields):
    """A mail of so many days ago, open for two weeks."""
    sent = NOON - days * DAY
    return make_survey_invitation(contact, sent_at=sent, send_at=sent, **fields)


def answered(contact, days, **fields):
    return make_answer(5, contact, invitation=ask(contact, days), answered_at=NOON - days * DAY, **fields)


@pytest.fixture
def globex(workspace):
    """Answered once, then left two mails to two people without an answer."""
    account = make_account("Globex")
    hank, bart = make_contact(account, name="Hank"), make_contact(account, name="Bart")
    answered(hank, 100)
    ask(hank, 60)
    ask(bart, 30)
    return account


def found():
    rows = Silence.objects.order_by("account__name").select_related("account")
    return [(row.account.name, row.unanswered, row.people) for row in rows]


def test_mails_in_a_row_are_counted_from_the_last_answer(globex):
    silence.find_silence(at=NOON)
    row = Silence.objects.get()
    assert (row.unanswered, row.people) == (2, 2)
    assert (row.answered_at, row.asked_at) == (NOON - 100 * DAY, NOON - 30 * DAY)
    assert row.chance == pytest.approx((1 - 2 / 5) ** 2)  # one of three mails was answered, and one of two more


@pytest.mark.parametrize(
    ("ages", "is_silent"),
    [((60,), False), ((60, 13), False), ((60, 14), True), ((400, 60), False)],
    ids=["one mail", "one still open", "both over", "a year ago"],
)
def test_what_is_silence(workspace, ages, is_silent):
    contact = make_contact(make_account("Initech"))
    for days in ages:
        ask(contact, days)
    silence.find_silence(at=NOON)
    assert found() == ([("Initech", 2, 1)] if is_silent else [])


def test_an_answer_that_may_be_a_machines_breaks_no_silence(globex):
    make_answer(5, globex.contacts.first(), answered_at=NOON - 5 * DAY, doubt="hidden_link")
    silence.find_silence(at=NOON)
    assert found() == [("Globex", 2, 2)]


def test_silence_is_over_when_somebody_speaks(globex, run):
    silence.find_silence(at=NOON)
    answered(globex.contacts.first(), 1)
    silence.end_silence(account=globex, at=NOON)
    assert found() == []
    day = MetricDay.objects.get(metric__key="surveys_unanswered", account=globex)
    assert (day.last, day.day.isoformat()) == (0, "2026-06-15")
    silence.end_silence(account=globex, at=NOON)  # nothing is left to end
    assert silence.find_silence(at=NOON) == 0


def test_the_night_takes_back_what_is_no_silence_any_more(globex):
    silence.find_silence(at=NOON)
    answered(globex.contacts.first(), 1)
    assert silence.find_silence(at=NOON + DAY) == 1
    assert found() == []
    days = MetricDay.objects.filter(metric__key="surveys_unanswered").order_by("day").values_list("last", flat=True)
    assert list(days) == [2, 0]


def test_what_chance_hardly_explains_is_told_once(globex):
    silence.find_silence(at=NOON)
    assert not Fact.objects.filter(kind="survey.unanswered").exists()  # two mails are little
    for days in range(20, 26):
        ask(globex.contacts.first(), days)
    for _contact in range(6):
        answered(make_contact(make_account()), 50)
    silence.find_silence(at=NOON)
    silence.find_silence(at=NOON + DAY)
    fact = Fact.objects.get(kind="survey.unanswered")
    assert (fact.account, fact.data) == (globex, {"unanswered": 8, "people": 2, "has_answered": True})


def test_silent_accounts_are_listed_and_exported(client, globex, django_assert_num_queries):
    ask(make_contact(make_account("Initech")), 40)
    ask(make_contact(make_account("Never")), 40)
    never = make_contact(make_account("Umbrella"))
    ask(never, 40)
    ask(never, 30)
    silence.find_silence(at=NOON)
    html = client.get("/surveys/silent/").content.decode()
    assert "Globex" in html
    assert "Umbrella" not in html
    assert f"/accounts/{globex.pk}/answers/" in html
    assert "Umbrella" in client.get("/surveys/silent/", {"show": "never"}).content.decode()
    response = client.get("/surveys/silent/export/")
    header, row = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert header[3:6] == ["Mails in a row without an answer", "People asked", "Chance of that"]
    assert row[:5] == [str(globex.pk), "Globex", "", "2", "2"]


def test_nobody_is_silent(client):
    assert "Nobody stands here" in client.get("/surveys/silent/", {"show": "x"}).content.decode()


def test_an_answer_through_the_page_ends_it(globex, run):
    from surveys.actions.answers import answer

    silence.find_silence(at=NOON)
    answer(invitation=ask(globex.contacts.first(), 1), value=5, comment="", at=NOON)
    run()
    assert found() == []


def test_it_is_found_every_night(globex, run):
    from outbox.registry import schedule

    assert [daily.hour for daily in schedule if daily.kind == "surveys.find_silence"] == [3]
