"""The rows behind the figures are those that were counted."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.test import Client

from surveys import queries, results
from surveys.lens import Lens
from surveys.measures import measure
from surveys.models import Refusal
from surveys.tallies import Roll
from tests.builders import (
    NOON,
    make_account,
    make_answer,
    make_complaint,
    make_contact,
    make_member,
    survey_of,
)
from workspaces.capabilities import Role

pytestmark = pytest.mark.usefixtures("noon")
DAY = timedelta(days=1)


@pytest.fixture
def client(workspace):
    client = Client()
    client.force_login(make_member(Role.MANAGER).user)
    return client


def people(html: str) -> list[str]:
    return re.findall(r'data-label="Person">([^<]*)<', html)


def exported(client, query: str) -> list[str]:
    found = csv.DictReader(io.StringIO(client.get(f"/surveys/export/{query}").content.decode("utf-8-sig")))
    return [row["Person"] for row in found]


@pytest.fixture
def two_accounts(workspace):
    """One whose decision maker answered beside an end user, one of which only an end user did."""
    globex, initech = make_account("Globex"), make_account("Initech")
    for account, name, role, value in (
        (globex, "Boss", "decision_maker", 3),
        (globex, "Hank", "end_user", 10),
        (initech, "Peter", "end_user", 9),
    ):
        make_answer(value, make_contact(account, name=name, role=role), metric="nps", answered_at=NOON - DAY)


def test_somebody_of_whom_only_the_address_is_known_is_shown_by_it(client):
    """As files and help desks bring them."""
    contact, survey = make_contact(make_account(), name="", email="ann@globex.example"), survey_of("nps")
    make_answer(9, contact, metric="nps", answered_at=NOON - DAY)
    about = {"survey": survey, "metric": "nps", "account": contact.account, "at": NOON - DAY}
    Refusal.objects.create(contact=contact, reason="quiet", **about)
    Refusal.objects.create(reason="no_contact", **about)
    shown = {
        show: people(client.get("/surveys/", {"survey": survey.pk, "show": show}).content.decode())
        for show in ("answers", "sent", "refused")
    }
    assert shown == {
        "answers": ["ann@globex.example"],
        "sent": ["ann@globex.example"],
        "refused": ["", "ann@globex.example"],
    }


def test_with_decision_makers_first_only_those_are_shown_that_count(client, two_accounts):
    address = f"?survey={survey_of('nps').pk}"
    assert sorted(people(client.get(f"/surveys/{address}").content.decode())) == ["Boss", "Hank", "Peter"]
    assert sorted(people(client.get(f"/surveys/{address}&roll=deciders").content.decode())) == ["Boss", "Peter"]
    assert sorted(exported(client, f"{address}&roll=deciders")) == ["Boss", "Peter"]
    assert people(client.get(f"/surveys/{address}&roll=deciders&value=10").content.decode()) == []


def test_answers_by_value_add_up_to_those_that_count(two_accounts):
    survey = survey_of("nps")
    found = results.results(Lens(survey.pk, roll=Roll.DECIDERS), measure("nps", 11), NOON)
    assert found.score.n == sum(found.counts.values()) == 2
    assert (found.counts[3], found.counts[9], found.counts[10]) == (1, 1, 0)


def test_what_stood_before_opens_the_answers_of_that_time(client, workspace):
    contact = make_contact(make_account("Globex"), name="Hank")
    make_answer(5, contact, answered_at=NOON - DAY)
    make_answer(1, make_contact(contact.account, name="Bart"), answered_at=NOON - 91 * DAY)
    html = client.get("/surveys/").content.decode()
    link = re.search(r'stat-label">Against before</div>\s*<div class="stat-value"><a href="([^"]+)"', html)[1]
    address = link.replace("&amp;", "&").partition("#")[0]
    shown = client.get(f"/surveys/{address}").content.decode()
    assert people(shown) == ["Bart"] == exported(client, address)
    assert "Answers of the 90 days before" in shown


def test_what_is_a_complaint_is_not_offered_to_be_marked_as_one(client, workspace):
    contact = make_contact(make_account("Globex"))
    answer = make_answer(1, contact, answered_at=NOON - DAY, comment="Third time this month")
    assert "Mark as a complaint" in client.get("/surveys/").content.decode()
    make_complaint(contact.account, source="answer", source_id=answer.pk)
    html = client.get("/surveys/").content.decode()
    assert "It is a complaint" in html
    assert "Mark as a complaint" not in html


def test_a_period_is_what_its_days_say(client, workspace):
    contact = make_contact(make_account("Globex"), name="Hank")
    for day, value in ((-1, 1), (0, 5), (2, 4), (3, 1)):  # from the 1st of May
        at = NOON.replace(month=5, day=1, hour=0) + day * DAY
        make_answer(value, contact, answered_at=at)
    address = f"?survey={survey_of('csat').pk}&since=2026-05-01&until=2026-05-03"
    html = " ".join(client.get(f"/surveys/{address}").content.decode().split())
    assert "1 May 2026 to 3 May 2026 · as of" in html
    assert "in these 3 days" in html
    assert re.findall(r'data-label="Answer">(\d)/5', html) == ["4", "5"]
    assert "0 % from 1 answer in the 3 days before" in html.replace("\xa0", " ")
    assert '<input type="hidden" name="survey"' in html
    points = re.findall(r"<tr><td>(\w{3} \d{4})</td>", html)
    assert points[0] == "May 2026"
    assert exported(client, address) == ["Hank", "Hank"]
    assert exported(client, f"{address}&show=before") == ["Hank"]


@pytest.mark.parametrize(
    "days",
    ["since=2026-05-01", "since=2026-05-03&until=2026-05-01", "since=x&until=y", "since=0001-01-01&until=9999-12-31"],
)
def test_days_that_make_no_sense_are_as_if_not_there(workspace, days):
    surveys = list(queries.surveys())
    assert Lens.of(QueryDict(days), surveys) == Lens(survey=survey_of("csat").pk)


def test_an_address_keeps_its_days(workspace):
    lens = Lens(survey_of("csat").pk, since=date(2026, 5, 1), until=date(2026, 5, 3))
    assert Lens.of(QueryDict(lens.query()[1:]), list(queries.surveys())) == lens
