from datetime import timedelta

import pytest
import time_machine

from accounts.models import Fact
from health.actions import scores
from lib.time import now, today
from surveys.actions import answers as answer_actions
from tests.api.conftest import detail, errors
from tests.api.rows import make_alert_row
from tests.builders import (
    make_account,
    make_answer,
    make_contact,
    make_survey_invitation,
    make_touchpoint,
    make_workspace,
)
from workspaces import tenancy

PARTS = [
    "intent", "needs", "adoption", "outcomes", "relationships", "engagement", "education", "journey",
]  # fmt: skip


def score(*accounts: object) -> None:
    scores.rescore_all(day=today(), at=now())


def answered(contact: object, value: int) -> None:
    invitation = make_survey_invitation(contact, expires_at=now() + timedelta(days=1))
    given = answer_actions.answer(invitation=invitation, value=value, comment="Nobody called", at=now())
    answer_actions.tell(answer_id=given.pk, at=now())


def test_a_score_is_shown_with_its_parts_in_words(api):
    account = make_account()
    make_touchpoint(account, at=now() - timedelta(days=2))
    score()

    shown = api.get(f"health/{account.pk}/").json()
    assert set(shown) == {
        "account", "score", "band", "coverage", "confidence", "day", "computed_at", "parts", "attitude",
        "family_health",
    }  # fmt: skip
    assert (shown["account"], shown["day"]) == (account.pk, str(today()))
    assert [part["key"] for part in shown["parts"]] == PARTS
    assert sum(part["weight"] for part in shown["parts"]) == 100
    assert (shown["score"], shown["band"]) == (None, None)  # one conversation is too little to tell a score by
    assert sum(part["points"] or 0 for part in shown["parts"]) == 95.5
    engagement = shown["parts"][5]
    assert set(engagement) == {
        "key", "value", "weight", "target", "points", "coverage", "mean", "sentence", "measures",
    }  # fmt: skip
    assert "The last two-way touchpoint was 2 days ago." in engagement["sentence"]
    recency = engagement["measures"][-1]
    assert set(recency) == {"key", "value", "weight", "coverage", "sentence"}
    assert (recency["key"], recency["sentence"]) == ("recency", "The last two-way touchpoint was 2 days ago.")
    assert shown["parts"][0]["value"] is None
    listed = api.get("health/").json()["results"]
    assert listed == [shown]
    of_account = api.get(f"accounts/{account.pk}/").json()["health"]
    assert (shown["band"], of_account) == (None, {"score": None, "band": None, "coverage": shown["coverage"]})


def test_the_bad_answer_is_named_among_the_reasons(api):
    contact = make_contact(make_account(), name="Mei Chen", role="decision_maker")
    quiet = make_contact(make_account(), name="Kim", role="champion")
    for person, value in ((contact, 1), (contact, 2), (quiet, 5)):
        answered(person, value)
    score()
    found = {row["account"]: row["parts"][4]["sentence"] for row in api.get("health/").json()["results"]}
    assert "Mei Chen (decision maker) answered 2 of 5" in found[contact.account_id]
    assert "Kim" not in found[quiet.account_id]
    single = api.get(f"health/{contact.account_id}/").json()
    assert single["parts"][4]["sentence"] == found[contact.account_id]


def test_an_answer_later_than_the_score_is_no_reason_for_it(api):
    account = make_account()
    first, second = make_contact(account, name="Mei Chen"), make_contact(account, name="Kim Berg")
    with time_machine.travel(now() - timedelta(days=1), tick=False):
        answered(first, 2)
        score()
    answered(second, 1)
    (shown,) = api.get("health/").json()["results"]
    assert "Mei Chen" in shown["parts"][4]["sentence"]
    assert "Kim Berg" not in shown["parts"][4]["sentence"]


def test_an_account_never_scored_has_nothing_yet(api):
    account = make_account()
    assert api.get(f"health/{account.pk}/").json() == {
        "account": account.pk,
        "score": None,
        "band": None,
        "coverage": 0.0,
        "confidence": "none",
        "day": None,
        "computed_at": None,
        "parts": [],
        "attitude": None,
        "family_health": None,
    }


def test_scores_by_account_and_band(api):
    first, second = make_account(), make_account()
    make_touchpoint(first, at=now())
    score()
    everyone = api.get("health/").json()["results"]
    assert [row["account"] for row in everyone] == [first.pk, second.pk]
    assert [row["account"] for row in api.get("health/", account=second.pk).json()["results"]] == [second.pk]
    assert api.get("health/", band="at_risk").json()["results"] == []
    assert list(errors(api.get("health/", band="none"))) == ["band"]


def test_the_history_of_a_score(api):
    account = make_account()
    score()
    history = api.get(f"health/{account.pk}/history/").json()["results"]
    assert [(row["day"], set(row)) for row in history] == [(str(today()), {"day", "score", "band", "coverage"})]
    assert errors(api.get(f"health/{account.pk}/history/", days=731)) == {
        "days": ["Ensure this value is less than or equal to 730."]
    }
    assert api.get("health/999999/history/").status_code == 404


# ------------------------------------------------------------------------------------------- alerts
def test_an_alert_as_it_is_shown(api):
    alert = make_alert_row(make_account())
    shown = api.get(f"alerts/{alert.pk}/").json()
    assert shown["reason"]
    assert shown["next_step"]
    assert shown == {
        "id": alert.pk,
        "account": alert.account_id,
        "rule": "score_band",
        "reason": shown["reason"],
        "next_step": shown["next_step"],
        "is_urgent": False,
        "opened_at": alert.opened_at.isoformat().replace("+00:00", "Z"),
        "closed_at": None,
        "closed_how": None,
        "acknowledged_at": None,
        "acknowledged_by": None,
        "snoozed_until": None,
        "snooze_reason": "",
        "resolved_by": None,
        "resolution": "",
        "assignee": None,
        "escalated_at": None,
        "escalated_to": [],
    }


def test_alert_filters(api):
    first, second = make_alert_row(make_account()), make_alert_row(make_account())
    api.post(f"alerts/{second.pk}/resolve/")
    assert api.ids("alerts/") == [first.pk, second.pk]
    assert api.ids("alerts/", account=second.account_id) == [second.pk]
    assert api.ids("alerts/", open="true") == [first.pk]
    assert api.ids("alerts/", open="false") == [second.pk]
    assert api.ids("alerts/", rule="bad_answer") == []
    assert list(errors(api.get("alerts/", open="maybe"))) == ["open"]


def test_acknowledge_snooze_and_resolve(api):
    alert = make_alert_row(make_account())
    seen = api.post(f"alerts/{alert.pk}/acknowledge/")
    assert seen.status_code == 200
    assert seen.json()["acknowledged_at"]
    assert api.post(f"alerts/{alert.pk}/acknowledge/").json() == seen.json()

    until = str(today() + timedelta(days=3))
    assert api.post(f"alerts/{alert.pk}/snooze/", {"until": until, "reason": "On holiday"}).json() == seen.json() | {
        "snoozed_until": until,
        "snooze_reason": "On holiday",
    }
    closed = api.post(f"alerts/{alert.pk}/resolve/", {"note": "Called them"}).json()
    assert (closed["closed_how"], bool(closed["closed_at"])) == ("resolved", True)
    assert (closed["resolution"], closed["snooze_reason"]) == ("Called them", "On holiday")
    assert list(Fact.objects.order_by("pk").values_list("kind", flat=True))[-3:] == [
        "alert.acknowledged",
        "alert.snoozed",
        "alert.closed",
    ]
    later = {"until": until, "reason": "On holiday"}
    for action, body in (("acknowledge", {}), ("snooze", later), ("resolve", {})):
        response = api.post(f"alerts/{alert.pk}/{action}/", body)
        assert (response.status_code, detail(response)) == (409, "This alert is closed.")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"until", "reason"}),
        ({"until": str(today()), "reason": "x"}, {"until"}),
        ({"until": "soon", "reason": "x" * 201}, {"until", "reason"}),
        ({"until": "2999-01-01", "reason": "  "}, {"reason"}),
        ([], {"non_field_errors"}),
    ],
)
def test_a_snooze_needs_a_later_day_and_a_reason(api, body, fields):
    alert = make_alert_row(make_account())
    response = api.post(f"alerts/{alert.pk}/snooze/", body)
    assert response.status_code == 400
    assert set(errors(response)) == fields


def test_another_workspaces_alerts_scores_and_answers_are_not_there(api):
    other = make_workspace("Other")
    with tenancy.entered(other.pk):
        alert, answer = make_alert_row(make_account()), make_answer(1)
    for path in (f"alerts/{alert.pk}/", f"health/{alert.account_id}/", f"answers/{answer.pk}/"):
        assert api.get(path).status_code == 404
    for action in ("acknowledge", "snooze", "resolve"):
        assert api.post(f"alerts/{alert.pk}/{action}/").status_code == 404
    assert api.get("answers/").json()["results"] == api.get("alerts/").json()["results"] == []


# ------------------------------------------------------------------------------------------- answers
def test_an_answer_as_it_is_shown(api):
    answer = make_answer(2, comment="Slow", answered_at=now())
    assert api.get(f"answers/{answer.pk}/").json() == {
        "id": answer.pk,
        "survey": answer.survey_id,
        "invitation": answer.invitation_id,
        "account": answer.account_id,
        "contact": answer.contact_id,
        "value": 2,
        "scale_max": 5,
        "metric": "csat",
        "comment": "Slow",
        "replies": {},
        "answered_at": answer.answered_at.isoformat().replace("+00:00", "Z"),
        "changed_at": None,
        "is_late": False,
        "is_counted": True,
        "doubt": "",
    }


def test_answer_filters(api):
    first, second = make_answer(2), make_answer(9, metric="nps")
    assert api.ids("answers/", account=first.account_id) == [first.pk]
    assert api.ids("answers/", metric="nps") == [second.pk]
    assert list(errors(api.get("answers/", metric="five"))) == ["metric"]
    assert api.post("answers/", {"value": 1}).status_code == 405
