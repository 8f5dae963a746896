"""The risk over the API, in lists, files and segments."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.actions import accounts as account_actions
from outbox.models import Effect
from risk.prediction.card import probability
from segments import queries as segment_queries
from tests.api.conftest import Api, make_token
from tests.builders import NOON, TODAY, make_account, make_member, make_risk, make_risk_run, make_segment
from tests.risk.history import work


@pytest.fixture
def api(workspace):
    return Api(make_token("read"))


@pytest.fixture
def three(workspace):
    """Low, high, and one of which nothing can be told."""
    low, high, unknown = make_account("Low"), make_account("High"), make_account("Unknown")
    make_risk(low, -90)
    make_risk(high, -20)
    return low, high, unknown


@time_machine.travel(NOON, tick=False)
def test_a_risk_is_shown_with_what_makes_it(api, three):
    low, high, unknown = three

    shown = api.get(f"risk/{high.pk}/").json()

    chance = probability(-20)
    assert shown == {
        "account": high.pk, "chance": chance, "horizon_days": 90, "one_in": 3, "decile": shown["decile"],
        "is_validated": False, "run": None, "points": -20, "average_points": -25, "since": str(TODAY),
        "drivers": [{
            "column": "adoption", "value": None, "sentence": "Nothing is known of it", "points": 5,
            "difference": pytest.approx(chance - probability(-25)),
        }],
    }  # fmt: skip
    assert api.get(f"risk/{unknown.pk}/").json() == {
        "account": unknown.pk, "drivers": [], **dict.fromkeys(set(shown) - {"account", "drivers"}),
    }  # fmt: skip
    assert [row["account"] for row in api.get("risk/").json()["results"]] == [low.pk, high.pk, unknown.pk]
    assert [row["account"] for row in api.get("risk/", chance_from=0.3).json()["results"]] == [high.pk]
    assert api.get(f"accounts/{high.pk}/").json()["risk"] == {"chance": chance, "horizon_days": 90, "one_in": 3}
    assert api.get(f"accounts/{unknown.pk}/").json()["risk"] is None


def test_runs_are_listed_and_one_comes_with_its_report(api):
    run = make_risk_run(started_by=make_member().user)

    (listed,) = api.get("risk-runs/").json()["results"]
    shown = api.get(f"risk-runs/{run.pk}/").json()

    assert (listed["id"], listed["verdict"], listed["rung"]) == (run.pk, "weak", "anchored")
    assert (listed["failure"], listed["started_by"]) == (None, run.started_by.email)
    assert "report" not in listed
    assert shown == listed | {"report": run.report, "obstacles": ["not_better"]}


def test_only_reading_is_offered(api, three):
    assert api.post("risk/", {}).status_code in {403, 405}
    assert api.post("risk-runs/", {}).status_code in {403, 405}


def test_the_list_shows_and_sorts_by_risk(client, three):
    client.force_login(make_member().user)

    page = client.get(reverse("dashboard:account_list"), {"columns": "risk,tier", "sort": "-risk"}).content.decode()

    assert page.index("High") < page.index("Low") < page.index("Unknown")
    assert "Churn risk" in page
    assert "33 %" in page.replace("\u00a0", " ")


def test_the_file_holds_the_risk(client, three):
    client.force_login(make_member().user)

    file = client.get(reverse("dashboard:account_export"), {"sort": "-risk"}).content.decode()

    rows = list(csv.DictReader(io.StringIO(file.lstrip("\ufeff"))))
    assert [(row["Name"], row["Churn risk"]) for row in rows] == [("High", "0.33"), ("Low", "0.04"), ("Unknown", "")]


def work_without_scores(at=NOON):
    """Scoring would take invented risks back."""
    Effect.objects.filter(kind="health.rescore").delete()
    work(at)


def test_a_segment_by_risk(three):
    _low, high, _unknown = three

    segment = make_segment("At risk", {"all": [{"field": "risk", "op": "at_least", "value": 30}]})

    work_without_scores()
    assert list(segment_queries.members(segment.pk)) == [high]

    account_actions.set_risk(account_ids=[high.pk], chances=[0.2], days=90, at=NOON)
    work_without_scores(NOON + timedelta(minutes=1))
    assert list(segment_queries.members(segment.pk)) == []
