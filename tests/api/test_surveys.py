"""Surveys over the API: defined, asked, answered, and what the answers come to."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Persona
from lib.time import now
from surveys.actions import silence
from surveys.models import Question, Survey
from tests.api.conftest import Api, errors
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
from workspaces import actions as workspace_actions
from workspaces.capabilities import Role

DAY = timedelta(days=1)
EFFORT = {"name": "Effort", "kind": "ces", "points": 7, "trigger": "ticket_closed", "delay_hours": 24}


@pytest.fixture
def manager(workspace) -> Api:
    text = workspace_actions.issue_token(name="Manager", scopes=["write"], at=NOON, by=make_member(Role.MANAGER).user)[
        1
    ]
    return Api(text)


# ------------------------------------------------------------------ definitions


def test_every_workspace_starts_with_two_surveys(api):
    found = api.get("surveys/").json()["results"]
    assert {(one["kind"], one["points"], one["is_relational"]) for one in found} == {
        ("csat", 5, False),
        ("nps", 11, True),
    }
    assert [one["kind"] for one in api.get("surveys/", kind="nps").json()["results"]] == ["nps"]
    assert api.get("surveys/", retired="true").json()["results"] == []


def test_a_survey_is_made_changed_switched_and_retired(manager):
    segment, persona = make_segment("Key"), Persona.objects.create(name="Admin", created_at=NOON)
    body = EFFORT | {"segment": segment.pk, "personas": [persona.pk], "roles": ["end_user"]}
    made = manager.post("surveys/", body)
    assert made.status_code == 201
    shown = made.json()
    assert body.items() <= shown.items()
    assert (shown["is_on"], shown["version"], shown["retired_at"]) == (False, 1, None)
    address = f"surveys/{shown['id']}/"
    assert manager.patch(address, {"is_on": True, "segment": None}).json()["is_on"] is True
    assert Survey.objects.get(pk=shown["id"]).segment is None
    assert manager.post(f"{address}retire/").json()["retired_at"] is not None
    assert errors(manager.post(f"{address}retire/")) == {"survey": ["The survey is out of use."]}
    assert errors(manager.patch(address, {"quiet_days": 3})) == {"survey": ["The survey is out of use."]}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "After support"}, "name"),
        ({"points": 5}, "points"),
        ({"trigger": "stage_entered"}, "stage"),
        ({"trigger": "recurring"}, "days"),
        ({"reminder_after_days": 20, "expiry_days": 14}, "reminder_after_days"),
        ({"reminder_after_days": 14}, "reminder_after_days"),
        ({"personas": [10**12]}, "personas"),
        ({"segment": 10**12}, "segment"),
    ],
)
def test_what_makes_no_survey_is_told_beside_its_field(manager, wrong, field):
    Survey.objects.filter(kind="csat").update(name="After support")
    assert list(errors(manager.post("surveys/", EFFORT | wrong))) == [field]


def test_what_somebody_was_asked_stays(manager):
    make_survey_invitation()
    address = f"surveys/{survey_of('csat').pk}/"
    assert list(errors(manager.patch(address, {"points": 3}))) == ["kind"]


def test_questions_follow_the_score(manager):
    survey = survey_of("nps")
    why = manager.post("survey-questions/", {"survey": survey.pk, "kind": "text", "wording": "Why?", "asked_to": 6})
    assert (why.status_code, why.json()["place"]) == (201, 1)
    wrong = {"survey": survey.pk, "kind": "single", "wording": "Which?", "choices": ["One"]}
    assert list(errors(manager.post("survey-questions/", wrong))) == ["choices"]
    wrong = {"survey": survey.pk, "kind": "text", "wording": "Why?", "asked_from": 9, "asked_to": 2}
    assert list(errors(manager.post("survey-questions/", wrong))) == ["asked_from"]
    listed = manager.get("survey-questions/", survey=survey.pk, retired="false").json()["results"]
    assert [one["wording"] for one in listed] == ["Why?"]
    assert manager.post(f"survey-questions/{why.json()['id']}/retire/").json()["retired_at"] is not None
    assert not Question.objects.in_use().exists()
    Survey.objects.filter(pk=survey.pk).update(retired_at=NOON)
    retired = manager.post(f"survey-questions/{why.json()['id']}/retire/")
    assert errors(retired) == {"survey": ["The survey is out of use."]}


def test_a_question_that_may_have_been_read_is_replaced(manager):
    survey = survey_of("nps")
    told = {"survey": survey.pk, "kind": "single", "wording": "Which?", "choices": ["One", "Two"]}
    first = manager.post("survey-questions/", told).json()
    assert (first["language"], first["translations"]) == ("en", {})
    address = f"survey-questions/{first['id']}/"

    chinese = {"zh-hans": {"wording": "哪一个？", "choices": ["一", "二"]}}
    added = manager.patch(address, {"translations": chinese})
    assert (added.status_code, added.json()["id"], added.json()["translations"]) == (200, first["id"], chinese)
    other = manager.patch(address, {"wording": "Which one?"}).json()
    assert (other["wording"], other["place"], other["translations"]) == ("Which one?", 1, chinese)
    assert other["id"] != first["id"]
    assert manager.get(address).json()["retired_at"] is not None
    assert list(errors(manager.patch(address, {"wording": "Late?"}))) == ["retired_at"]

    put = manager.put(f"survey-questions/{other['id']}/", {"survey": survey.pk, "kind": "text", "wording": "Why?"})
    assert (put.status_code, put.json()["choices"], put.json()["translations"]) == (200, [], {})
    elsewhere = {"survey": survey_of("csat").pk}
    assert list(errors(manager.patch(f"survey-questions/{put.json()['id']}/", elsewhere))) == ["survey"]
    assert manager.patch(f"survey-questions/{put.json()['id']}/", {"survey": survey.pk}).json()["wording"] == "Why?"


@pytest.mark.parametrize(
    "translations",
    [
        {"tlh": {"wording": "nuq?", "choices": ["wa'", "cha'"]}},
        {"en": {"wording": "Which?", "choices": ["One", "Two"]}},
        {"zh-hans": {"wording": "哪一个？"}},
        {"zh-hans": {"wording": "哪一个？", "choices": ["一", "一"]}},
        {"zh-hans": {"choices": ["一", "二"]}},
        {"zh-hans": "哪一个？"},
    ],
)
def test_a_language_that_is_half_told_is_refused(manager, translations):
    told = {"survey": survey_of("nps").pk, "kind": "single", "wording": "Which?", "choices": ["One", "Two"]}
    refused = errors(manager.post("survey-questions/", told | {"translations": translations}))
    assert [name.split(".")[0] for name in refused] == ["translations"]


# ------------------------------------------------------------------ answers and results


def test_an_answer_is_shown_with_what_it_is_worth(api):
    contact = make_contact(make_account())
    make_answer(5, contact, comment="Fine", is_late=True, replies={"7": "Because"})
    make_answer(1, contact, doubt="too_fast")
    shown = {one["value"]: one for one in api.get("answers/", survey=survey_of("csat").pk).json()["results"]}
    assert (shown[5]["is_late"], shown[5]["is_counted"], shown[5]["replies"]) == (True, True, {"7": "Because"})
    assert (shown[5]["scale_max"], shown[1]["is_counted"]) == (5, False)
    counted = api.get("answers/", counted="true", contact=contact.pk).json()["results"]
    assert [one["value"] for one in counted] == [5]
    assert [one["value"] for one in api.get("answers/", counted="false").json()["results"]] == [1]
    assert api.get("answers/", since="2100-01-01T00:00:00Z").json()["results"] == []


def test_results_are_read_as_numbers(api):
    contact = make_contact(make_account())
    for value, days in ((5, 1), (5, 2), (1, 100)):
        at = now() - days * DAY
        invitation = make_survey_invitation(contact, sent_at=at, send_at=at, stage="use")
        make_answer(value, contact, invitation=invitation, answered_at=at)
    survey = survey_of("csat")
    found = api.get(f"surveys/{survey.pk}/results/").json()
    assert (found["survey"], found["days"], found["roll"]) == (survey.pk, 90, "answers")
    assert found["convention"] == "share of 4 to 5 among answers from 1 to 5; Wilson's interval"
    score = found["score"]
    assert (score["n"], score["units"], score["value"]) == (2, 2, 100.0)
    assert (score["low"], score["high"]) == pytest.approx((34.24, 100.0), abs=0.01)
    assert (found["before"]["value"], found["change"]["by"], found["change"]["is_real"]) == (0.0, 100.0, False)
    assert found["counts"] == {"1": 0, "2": 0, "3": 0, "4": 0, "5": 2}
    assert (found["sent"], found["answered"], found["refused"], found["doubtful"]) == (2, 2, {}, 0)
    assert len(found["trend"]) == 13
    (group,) = found["groups"]
    assert (group["key"], group["name"], group["score"]["n"], group["beside"]) == ("use", "Use", 2, None)
    accounts = api.get(f"surveys/{survey.pk}/results/", days=365, roll="accounts", span="week", by="owner").json()
    assert (accounts["score"]["n"], accounts["score"]["units"], len(accounts["trend"])) == (3, 1, 27)


def test_results_are_those_of_the_days_that_are_named(api):
    contact = make_contact(make_account())
    for day, value in ((1, 5), (3, 4), (4, 1)):
        at = datetime(2026, 5, day, 12, tzinfo=UTC)
        make_answer(value, contact, invitation=make_survey_invitation(contact, sent_at=at, send_at=at), answered_at=at)
    address = f"surveys/{survey_of('csat').pk}/results/"
    found = api.get(address, since="2026-05-01", until="2026-05-03").json()
    assert (found["days"], found["score"]["n"], found["score"]["value"]) == (3, 2, 100.0)
    assert found["trend"][-1]["first"] == "2026-05-01"
    for wrong in ({"since": "2026-05-01"}, {"since": "2026-05-03", "until": "2026-05-01"}, {"until": "0001-01-01"}):
        assert list(errors(api.get(address, **wrong))) == ["until"]


def test_no_data_is_null(api):
    found = api.get(f"surveys/{survey_of('nps').pk}/results/", span="wave").json()
    assert found["score"] == {"n": 0, "units": 0, "value": None, "low": None, "high": None}
    assert (found["change"], found["trend"], found["groups"]) == (None, [], [])


@pytest.mark.parametrize("wrong", [{"days": 0}, {"days": 731}, {"roll": "x"}, {"by": "x"}, {"span": "day"}])
def test_what_nobody_can_show_is_refused(api, wrong):
    assert list(errors(api.get(f"surveys/{survey_of('nps').pk}/results/", **wrong))) == list(wrong)


def test_who_does_not_answer_is_listed(api):
    contact = make_contact(make_account())
    for days in (50, 40):
        at = now() - days * DAY
        make_survey_invitation(contact, sent_at=at, send_at=at)
    silence.find_silence(at=now())
    (one,) = api.get("survey-silences/", account=contact.account_id).json()["results"]
    assert (one["unanswered"], one["people"], one["answered_at"]) == (2, 1, None)
    assert api.get("survey-silences/", at_least=3).json()["results"] == []
