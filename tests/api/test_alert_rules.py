"""Alert rules over the API."""

from datetime import timedelta

import pytest

from alerts.actions import rules as actions
from alerts.models import AlertRule
from lib.time import now, today
from tests.alerts.test_alert_rules import history
from tests.api.conftest import Api, errors, make_token
from tests.builders import NOON, make_account, make_alert, make_rule, make_segment
from workspaces.models import AuditEvent

BAND = {"name": "Lower", "kind": "score_band", "parameters": {"below": 40, "leave_from": 50}}


@pytest.fixture
def api(workspace):
    return Api(make_token("health:write"))


def test_rules_are_listed_with_their_sentences(api):
    make_rule("silence", "Quiet", segment_id=make_segment("Pilots").pk)
    rows = api.get("alert-rules/").json()["results"]
    assert [row["key"] for row in rows] == ["bad_answer", "score_band", "score_drop", "rule_4"]
    assert rows[1]["sentence"] == "Opens when the score is below 50. Over when it is 60 or more."
    assert rows[3]["sentence"].endswith("Only for accounts of “Pilots”.")
    assert (rows[1]["name"], rows[1]["changed_by"], rows[1]["changed_at"]) == ("", None, None)
    assert [row["key"] for row in api.get("alert-rules/?kind=silence").json()["results"]] == ["rule_4"]
    assert api.get("alert-rules/?is_on=false").json()["results"] == []


def test_a_rule_comes_with_how_it_did(api):
    make_alert(make_account(), opened_at=now() - timedelta(days=1))
    did = api.get("alert-rules/").json()["results"][0]["figures"]
    assert did == {
        "opened": 1, "open_now": 1, "judged": 0, "hits": 0, "precision": None, "lead_days": None,
        "is_mostly_wrong": False,
    }  # fmt: skip


def test_a_rule_is_made_changed_retired_and_brought_back(api):
    made = api.post("alert-rules/", BAND)
    assert made.status_code == 201
    row = made.json()
    assert (row["parameters"], row["is_hard"], row["is_on"], row["cool_down_days"], row["segment"]) == (
        {"below": 40, "leave_from": 50}, False, True, 42, None,
    )  # fmt: skip
    where = f"alert-rules/{row['id']}/"
    changed = api.patch(where, {"is_on": False, "parameters": {"below": 30, "leave_from": 45}}).json()
    assert (changed["is_on"], changed["parameters"]["below"], changed["name"]) == (False, 30, "Lower")
    assert api.patch(where, {"kind": "score_band"}).status_code == 200
    assert api.post(f"{where}retire/", {}).json()["retired_at"] is not None
    assert api.post(f"{where}restore/", {}).json()["retired_at"] is None
    assert AuditEvent.objects.filter(kind__startswith="alert_rule.").count() == 4


def test_the_budget_sets_thresholds_until_somebody_does(api):
    for number in range(4):
        account, spells = make_account(), [(60, 80), (5 + number, 44), (20, 62), (20, 42), (15, 90)]
        history(account, *spells, until=today())
    row = next(one for one in api.get("alert-rules/").json()["results"] if one["key"] == "score_band")
    assert (row["follows_budget"], row["budgeted_at"]) == (True, None)
    assert api.patch("alerts/settings/", {"escalate_after_days": 4}).status_code == 200
    where = f"alert-rules/{row['id']}/"
    assert api.get(where).json()["parameters"]["below"] == 50
    assert api.patch("alerts/settings/", {"budget": 5}).status_code == 200
    row = api.get(where).json()
    assert (row["parameters"], row["budgeted_at"] is None) == ({"below": 40, "leave_from": 50}, False)

    by_hand = {"parameters": {"below": 30, "leave_from": 45}}
    assert api.patch(where, by_hand).json()["follows_budget"] is False
    assert api.patch("alerts/settings/", {"budget": 5}).status_code == 200
    assert api.get(where).json()["parameters"] == by_hand["parameters"]
    back = api.patch(where, {"follows_budget": True}).json()
    assert (back["follows_budget"], back["parameters"]) == (True, {"below": 40, "leave_from": 50})
    assert api.patch(where, by_hand | {"follows_budget": True}).json()["follows_budget"] is True
    made = api.post("alert-rules/", {**BAND, "name": "All", "follows_budget": True}).json()
    assert (made["follows_budget"], made["parameters"]["below"]) == (True, 40)


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"name": "Q", "kind": "silence", "parameters": {"days": 60}, "follows_budget": True}, {"follows_budget"}),
        ({**BAND, "parameters": {"below": 40, "leave_from": 40}}, {"parameters.leave_from"}),
        ({**BAND, "parameters": {"below": "x"}}, {"parameters.below", "parameters.leave_from"}),
        ({**BAND, "parameters": []}, {"parameters"}),
        ({**BAND, "name": "Taken"}, {"name"}),
        ({**BAND, "name": ""}, {"name"}),
        ({**BAND, "segment": 999}, {"segment"}),
        ({**BAND, "kind": "luck"}, {"kind"}),
        ({**BAND, "cool_down_days": 366}, {"cool_down_days"}),
        (
            {"name": "M", "kind": "metric", "parameters": {"metric": "?", "below": 60, "leave_from": 80}},
            {"parameters.metric"},
        ),
        ({}, {"name", "kind", "parameters"}),
    ],
)
def test_what_cannot_be_is_named(api, body, wrong):
    make_rule("silence", "Taken")
    refused = api.post("alert-rules/", body)
    assert refused.status_code == 400
    assert errors(refused).keys() == wrong


def test_a_rule_stays_of_its_kind_and_one_too_many_is_refused(api, monkeypatch):
    rule = make_rule("silence", "Quiet")
    assert api.patch(f"alert-rules/{rule.pk}/", {"kind": "score_band"}).status_code == 400
    assert api.patch(f"alert-rules/{rule.pk}/", {"name": ""}).status_code == 400
    actions.retire_rule(rule=rule, at=NOON, by=None)
    make_rule("silence", "Quiet")
    assert api.post(f"alert-rules/{rule.pk}/restore/", {}).status_code == 409
    monkeypatch.setattr(actions, "MOST_RULES", 2)
    assert api.post("alert-rules/", BAND).status_code == 400
    assert api.post(f"alert-rules/{rule.pk}/restore/", {}).status_code == 400


def test_rules_are_changed_by_those_who_configure(workspace):
    rule = AlertRule.objects.first()
    reader = Api(make_token("health:read"))
    assert reader.get("alert-rules/").status_code == 200
    assert reader.patch(f"alert-rules/{rule.pk}/", {"is_on": False}).status_code == 403
