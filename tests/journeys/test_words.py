import pytest
from django.utils import translation

from accounts import registry
from accounts.stages import Stage
from journeys import rules
from journeys.models import StageMove, Touchpoint


def test_every_kind_of_fact_is_told():
    assert registry.words["stage.entered"](
        {"from_stage": "use", "to_stage": "churn", "reason": "Went bankrupt", "rule": ""}
    ) == ("Use → Churn: Went bankrupt")
    assert registry.words["stage.taken_back"]({"from_stage": "churn", "to_stage": "use"}) == (
        "Back to Use: the move to Churn was taken back."
    )
    about = {"channel": "call", "summary": "Hello", "contact_name": ""}
    assert registry.words["touchpoint.logged"](about) == "Call: Hello"
    assert registry.words["touchpoint.logged"]({**about, "contact_name": "Ana"}) == "Call with Ana: Hello"
    assert registry.words["touchpoint.logged"]({**about, "outcome": "missed"}) == "Call (missed): Hello"


def test_a_stage_we_do_not_know_is_told_by_its_key():
    told = registry.words["stage.taken_back"]({"from_stage": "moon", "to_stage": "use"})
    assert told == "Back to Use: the move to moon was taken back."


@pytest.mark.parametrize("name", [rule.name for rule in rules.RULES])
def test_every_rule_says_its_condition_when_its_reason_cannot_be_told(name):
    rule = next(rule for rule in rules.RULES if rule.name == name)
    assert rules.sentence(name, "unheard of", {}) == str(rule.condition)


def test_an_unknown_rule_tells_its_reason_as_it_is():
    assert rules.sentence("imported", "legacy", {}) == "legacy"


def test_an_alert_is_told_in_its_own_words(monkeypatch):
    monkeypatch.setitem(registry.words, "alert.opened", lambda data: f"Alert {data['alert_id']}")
    assert rules.sentence("disappointed", "alert", {"alert_id": 3}) == "Alert 3"
    monkeypatch.delitem(registry.words, "alert.opened")
    assert rules.sentence("disappointed", "alert", {"alert_id": 3}) == "An alert opened."


def test_each_rule_leads_somewhere_else():
    for rule in rules.RULES:
        assert rule.to_stage not in rule.from_stages


def test_reasons_are_told_in_the_readers_language(workspace):
    move = StageMove(rule="in_use", reason="in_use", data={"days": 12}, from_stage=Stage.DELIVERY, to_stage=Stage.USE)
    with translation.override("en"):
        assert (move.words, str(move)) == ("Used on 12 of the last 14 days.", "delivery → use")


def test_a_touchpoint_names_itself_by_its_summary(workspace):
    assert str(Touchpoint(summary="Called about seats")) == "Called about seats"
