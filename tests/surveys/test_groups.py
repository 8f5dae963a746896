"""Results broken down by what was true when the mail went out."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Persona
from surveys import results
from surveys.breakdowns import DIMENSIONS
from surveys.lens import Lens
from surveys.measures import measure
from surveys.models import Wave
from surveys.tallies import Roll
from tests.builders import (
    NOON,
    make_account,
    make_answer,
    make_contact,
    make_member,
    make_segment,
    make_survey_invitation,
    survey_of,
)
from workspaces.capabilities import Role

pytestmark = pytest.mark.usefixtures("noon")
DAY = timedelta(days=1)
YESTERDAY = NOON - DAY


@pytest.fixture
def client(workspace):
    client = Client()
    client.force_login(make_member(Role.MANAGER).user)
    return client


@pytest.fixture
def hank(workspace):
    return make_contact(make_account("Globex"), name="Hank")


def answer(contact, value, metric="csat", at=YESTERDAY, **snapshot):
    invitation = make_survey_invitation(contact, metric=metric, sent_at=at, send_at=at, **snapshot)
    return make_answer(value, contact, metric=metric, invitation=invitation, answered_at=at)


def groups(metric, by, roll=Roll.ANSWERS, key=""):
    survey = survey_of(metric)
    lens, of = Lens(survey.pk, by=by, roll=roll, key=key), measure(survey.kind, survey.points)
    return results.groups(lens, of, results.results(lens, of, NOON), NOON)


def told(found):
    return [(one.key, one.name, one.score.value, one.score.n, one.response.sent) for one in found]


def test_each_dimension_names_its_groups(hank):
    owner, persona = make_member(), Persona.objects.create(name="Admin", created_at=NOON)
    wave = Wave.objects.create(
        survey=survey_of("csat"), name="Spring", account_ids=[], roles=[], created_at=NOON, handled_at=NOON
    )
    snapshot = {
        "stage": "use", "owner": owner, "agent_name": "Pia", "persona": persona, "product": "Backup",
        "language": "zh-hans", "segment_ids": [make_segment("Key").pk], "wave": wave,
    }  # fmt: skip
    answer(hank, 5, **snapshot)
    found = {key: groups("csat", key)[0].name for key in DIMENSIONS}
    assert found == {
        "stage": "Use", "segment": "Key", "persona": "Admin", "role": "End user", "owner": str(owner), "agent": "Pia",
        "product": "Backup", "language": "Simplified Chinese", "wave": "Spring",
    }  # fmt: skip


@pytest.mark.parametrize("by", DIMENSIONS)
def test_what_nobody_noted_is_a_group_of_its_own(client, hank, by):
    answer(hank, 5)
    found = groups("csat", by)
    expected = {"segment": [], "role": ["end_user"]}.get(by, ["none"])
    assert [one.key for one in found] == expected
    html = client.get("/surveys/", {"by": by, "key": "none"}).content.decode()
    assert html.count('data-label="Person">Hank') == (by != "role")


def test_groups_come_by_name_with_those_who_did_not_answer_and_the_unknown_last(hank):
    answer(hank, 5, stage="use")
    answer(hank, 1, stage="delivery")
    answer(hank, 4, stage="")
    make_survey_invitation(hank, sent_at=YESTERDAY, stage="loyalty")
    assert told(groups("csat", "stage")) == [
        ("delivery", "Delivery", 0.0, 1, 1),
        ("loyalty", "Loyalty", None, 0, 1),
        ("use", "Use", 100.0, 1, 1),
        ("none", "", 100.0, 1, 1),
    ]


def test_an_answer_counts_in_each_of_its_segments(hank):
    key, small = make_segment("Key"), make_segment("Small")
    answer(hank, 5, segment_ids=[key.pk, small.pk])
    answer(hank, 1, segment_ids=[small.pk])
    answer(hank, 1)
    assert told(groups("csat", "segment")) == [
        (str(key.pk), "Key", 100.0, 1, 1),
        (str(small.pk), "Small", 50.0, 2, 2),
    ]
    assert [round(one.beside.by) for one in groups("csat", "segment")] == [100, 50]


def test_a_group_differs_only_where_chance_does_not_explain_it(client, hank):
    for minutes in range(20):
        answer(hank, 5, at=YESTERDAY - timedelta(minutes=minutes), stage="use")
        answer(hank, 1, at=YESTERDAY - timedelta(minutes=minutes), stage="delivery")
    answer(hank, 5, stage="loyalty")
    found = {one.key: one.beside for one in groups("csat", "stage")}
    assert (round(found["use"].by), found["use"].is_real) == (95, True)
    assert (round(found["delivery"].by), found["delivery"].is_real) == (-100, True)
    assert found["loyalty"].is_real is False
    html = client.get("/surveys/").content.decode()
    cells = [re.sub(r"\s+", " ", cell) for cell in re.findall(r'data-label="Against the rest">([^<]*)', html)]
    assert cells == ["−100 · differs", "+50 · not more than chance", "+95 · differs"]


def test_accounts_count_once_in_each_group(hank):
    other = make_contact(make_account("Initech"))
    for value in (10, 10, 9):
        answer(hank, value, "nps", stage="use")
    answer(other, 0, "nps", stage="use")
    found = groups("nps", "stage", Roll.ACCOUNTS)[0]
    assert (found.score.value, found.score.n, found.score.units) == (0.0, 4, 2)


def test_a_group_narrows_the_whole_page_but_not_the_breakdown(client, hank):
    answer(hank, 5, stage="use")
    answer(make_contact(hank.account, name="Bart"), 1, stage="delivery")
    html = " ".join(client.get("/surveys/", {"key": "use"}).content.decode().split())
    assert "Only Stage: Use." in html
    assert re.findall(r'data-label="Person">([^<]*)<', html) == ["Hank"]
    assert 'stat-value"><a href="?survey=' in html
    assert ">100 %</a>" in html
    assert ">Delivery</a>" in html
    assert "Not asked, by reason" not in html
    assert [one.key for one in groups("csat", "segment", key="7")] == []


def test_groups_are_exported(client, hank):
    answer(hank, 5, stage="use")
    answer(hank, 1, stage="delivery")
    response = client.get("/surveys/groups/export/")
    header, *rows = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert header[:6] == ["Survey", "Roll-up", "Broken down by", "Stage", "Name", "Answers"]
    assert [row[3:8] for row in rows] == [["delivery", "Delivery", "1", "1", "0.0"], ["use", "Use", "1", "1", "100.0"]]
    assert rows[0][-5:] == ["-100.0", "no", "1", "1", "0"]


def test_the_breakdown_costs_the_same_at_any_size(client, hank):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for nth in range(3):
        answer(make_contact(make_account()), 5, agent_name=f"Agent {nth}", owner=make_member())
        with CaptureQueriesContext(connection) as seen:
            client.get("/surveys/", {"by": "owner"})
        counts.append(len(seen))
    assert counts[0] == counts[1] == counts[2]


def test_a_page_shows_the_groups_with_most_answers_and_says_how_many_are_left(client, hank, monkeypatch):
    monkeypatch.setattr("surveys.breakdowns.MOST", 2)
    for agent, times in (("Ann", 1), ("Ben", 3), ("Cem", 2)):
        for _ in range(times):
            answer(hank, 5, agent_name=agent)
    html = client.get("/surveys/", {"by": "agent"}).content.decode()
    assert re.findall(r">(Ann|Ben|Cem)</a>", html) == ["Ben", "Cem"]
    assert "1 more with fewer answers is in the export." in html
    assert client.get("/surveys/groups/export/", {"by": "agent"}).content.decode().count("Ann") == 2
