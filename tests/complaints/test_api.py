from datetime import timedelta

import pytest
from django.test import Client

from complaints.models import Complaint, ComplaintRule
from journeys.actions import tasks
from tests.builders import (
    NOON,
    make_account,
    make_answer,
    make_complaint,
    make_complaint_rule,
    make_contact,
    make_follow_up,
    make_member,
    make_step,
    make_ticket,
)
from tests.complaints.conftest import work
from workspaces import actions as workspace_actions

DAY = timedelta(days=1)


@pytest.fixture
def api(workspace, noon):
    by = make_member("admin").user
    _, token = workspace_actions.issue_token(name="Script", scopes=["complaints:write"], at=NOON, by=by)
    client = Client(headers={"Authorization": f"Bearer {token}"})

    def call(method, path, body=None):
        sent = {"content_type": "application/json", "data": body} if method != "get" else {"data": body or {}}
        response = getattr(client, method)(f"/api/v1/{path}", **sent)
        return response.status_code, response.json()

    call.by = by
    return call


def ids(found):
    return [row["id"] for row in found[1]["results"]]


def test_a_complaint_over_the_api(api):
    ticket = make_ticket(make_account(), agent_name="Lena")
    told = {"account": ticket.account_id, "source": "ticket", "source_id": ticket.pk, "text": "Slow"}
    status, one = api("post", "complaints/", told)
    assert (status, one["agent_name"], one["opened_by"]) == (201, "Lena", api.by.email)
    assert one["promised_at"] == "2026-06-17T12:00:00Z"
    status, problem = api("post", "complaints/", told)
    assert (status, problem["detail"]) == (409, f"This is complaint {one['id']} already.")
    owner = make_member()
    changes = {"owner": owner.pk, "promised_at": "2026-06-20T12:00:00Z"}
    status, changed = api("patch", f"complaints/{one['id']}/", changes)
    assert (status, changed["owner"], changed["promised_at"]) == (200, owner.pk, "2026-06-20T12:00:00Z")
    end = {"outcome": "solved", "is_good_now": "good"}
    status, closed = api("post", f"complaints/{one['id']}/close/", end)
    assert (status, closed["outcome"], closed["closed_at"]) == (200, "solved", "2026-06-15T12:00:00Z")
    assert api("post", f"complaints/{one['id']}/close/", end)[0] == 409
    assert api("patch", f"complaints/{one['id']}/", {"text": "x"})[0] == 409
    assert api("post", f"complaints/{one['id']}/reopen/")[0] == 200
    assert api("post", f"complaints/{one['id']}/reopen/")[0] == 409


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"source": "ticket"}, "source_id"),
        ({"source_id": 1}, "source_id"),
        ({"source": "ticket", "source_id": 10**9}, "source_id"),
        ({"source": "mail"}, "source"),
        ({"text": ""}, "text"),
        ({"text": 5}, "text"),
        ({"contact": 10**9}, "contact"),
        ({"promised_at": "2026-06-01T12:00:00Z"}, "promised_at"),
    ],
)
def test_a_complaint_that_does_not_fit_names_the_field(api, changes, field):
    told = {"account": make_account().pk, "text": "Slow", **changes}
    status, problem = api("post", "complaints/", told)
    assert (status, list(problem["errors"])) == (400, [field])


def test_what_belongs_elsewhere_is_refused(api):
    one, elsewhere = make_complaint(), make_contact(make_account())
    left = make_member()
    left.ended_at = NOON
    left.save()
    ticket = make_ticket(elsewhere.account)
    for changes, field in (
        ({"contact": elsewhere.pk}, "contact"),
        ({"owner": left.pk}, "owner"),
        ({"account": elsewhere.account_id}, "account"),
        ({"source": "ticket"}, "source"),
        ({"source_id": 5}, "source_id"),
    ):
        status, problem = api("patch", f"complaints/{one.pk}/", changes)
        assert (status, list(problem["errors"])) == (400, [field]), field
    told = {"account": one.account_id, "source": "ticket", "source_id": ticket.pk, "text": "x"}
    assert api("post", "complaints/", told)[0] == 400


def test_complaints_are_found_by_what_they_are(api, noon):
    late, open_one = make_complaint(), make_complaint(promised_at=NOON + 9 * DAY)
    noon.move_to(NOON + 3 * DAY)
    assert ids(api("get", "complaints/", {"overdue": "true"})) == [late.pk]
    assert ids(api("get", "complaints/", {"overdue": "false"})) == [open_one.pk]
    assert ids(api("get", "complaints/", {"open": "true", "account": late.account_id})) == [late.pk]
    assert ids(api("get", "complaints/", {"source": "answer"})) == []


def test_steps_over_the_api(api):
    contact = make_contact(make_account())
    one = make_complaint(contact.account, contact=contact)
    status, step = api("post", "complaint-steps/", {"complaint": one.pk, "kind": "mailed", "text": "We are on it"})
    assert (status, step["contact"], step["mail_sent_at"]) == (201, contact.pk, None)
    work()
    assert api("get", f"complaint-steps/{step['id']}/")[1]["mail_sent_at"] == "2026-06-15T12:00:00Z"
    make_step(one)
    assert len(ids(api("get", "complaint-steps/", {"complaint": one.pk}))) == 2
    assert ids(api("get", "complaint-steps/", {"kind": "mailed"})) == [step["id"]]
    nobody = {"complaint": make_complaint().pk, "kind": "mailed", "text": "x"}
    assert list(api("post", "complaint-steps/", nobody)[1]["errors"]) == ["contact"]


def test_an_address_that_takes_no_mail_is_named(api, monkeypatch):
    contact = make_contact(make_account())
    one = make_complaint(contact.account, contact=contact)
    monkeypatch.setattr("outbox.queries.suppressed", lambda addresses: dict.fromkeys(addresses, "bounced"))
    status, problem = api("post", "complaint-steps/", {"complaint": one.pk, "kind": "mailed", "text": "x"})
    assert (status, list(problem["errors"])) == (400, ["contact"])


def test_follow_ups_over_the_api(api, noon):
    one, other, dropped = make_follow_up(), make_follow_up(make_answer(2)), make_follow_up()
    tasks.drop_task(task=dropped.task, reason="Left", at=NOON, by=None)
    elsewhere = make_contact(make_account())
    wrong = {"outcome": "settled", "spoke_with": elsewhere.pk}
    assert list(api("post", f"follow-ups/{one.pk}/settle/", wrong)[1]["errors"]) == ["spoke_with"]
    status, told = api("post", f"follow-ups/{one.pk}/settle/", {"outcome": "settled", "said": "All is well"})
    assert (status, told["outcome"], told["done_at"]) == (200, "settled", "2026-06-15T12:00:00Z")
    assert api("post", f"follow-ups/{one.pk}/settle/", {"outcome": "settled"})[0] == 409
    assert ids(api("get", "follow-ups/", {"open": "true"})) == [other.pk]
    assert ids(api("get", "follow-ups/", {"overdue": "false", "account": other.account_id})) == [other.pk]
    noon.move_to(NOON + 3 * DAY)
    assert ids(api("get", "follow-ups/", {"overdue": "true"})) == [other.pk]


def test_rules_and_settings_over_the_api(api):
    ComplaintRule.objects.all().delete()
    status, rule = api("post", "complaint-rules/", {"name": "Fires", "source": "ticket", "priorities": ["urgent"]})
    assert (status, rule["is_on"], rule["words"]) == (201, True, [])
    assert api("patch", f"complaint-rules/{rule['id']}/", {"is_on": False})[1]["is_on"] is False
    status, problem = api("patch", f"complaint-rules/{rule['id']}/", {"priorities": []})
    assert (status, list(problem["errors"])) == (400, ["words"])
    assert ids(api("get", "complaint-rules/")) == [rule["id"]]
    assert api("get", "complaints/settings/")[1]["promise_hours"] == 16
    assert api("patch", "complaints/settings/", {"promise_hours": 8})[1]["promise_hours"] == 8
    assert list(api("patch", "complaints/settings/", {"closes_at": 1})[1]["errors"]) == ["closes_at"]
    assert make_complaint_rule().pk > rule["id"]
    assert Complaint.objects.count() == 0
