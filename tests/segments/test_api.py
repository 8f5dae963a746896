"""Segments over HTTP, with a token."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import CustomField
from segments.actions import segments
from segments.models import Segment
from tests.api.conftest import Api, detail, make_token
from tests.builders import NOON, make_customer, make_segment

SCORE = {"all": [{"field": "score", "op": "below", "value": 60}]}


@pytest.fixture
def api(workspace, noon) -> Api:
    return Api(make_token())


def test_a_segment_is_created_shown_and_changed(api, run):
    make_customer("Alpha", score=40)
    created = api.post("segments/", {"name": "Unwell", "conditions": SCORE})
    assert created.status_code == 201
    shown = created.json()
    assert shown == {
        "id": Segment.objects.get().pk,
        "name": "Unwell",
        "note": "",
        "conditions": SCORE,
        "sentence": "Customers with a score below 60",
        "problems": [],
        "members": 0,
        "computed_at": None,
        "archived_at": None,
        "deleted_at": None,
    }
    run()
    one = f"segments/{shown['id']}/"
    assert api.get(one).json()["members"] == 1
    assert api.get("segments/").json()["results"][0]["id"] == shown["id"]
    changed = api.patch(one, {"note": "Call"}).json()
    assert (changed["note"], changed["conditions"], changed["members"]) == ("Call", SCORE, 1)
    other = {"any": [{"field": "stage", "op": "any_of", "value": ["use"]}]}
    assert api.patch(one, {"conditions": other}).json()["sentence"] == "Customers in Use"


def test_the_accounts_of_a_segment_are_paged(api, run):
    accounts = [make_customer(f"Customer {number}", score=40) for number in range(3)]
    segment = make_segment()
    run()
    first = api.get(f"segments/{segment.pk}/accounts/", page_size=2).json()
    assert [row["id"] for row in first["results"]] == [account.pk for account in accounts[:2]]
    assert first["results"][0]["since"] == "2026-06-15T12:00:00Z"
    rest = api.client.get(first["next"], headers=api.headers).json()
    assert [row["name"] for row in rest["results"]] == ["Customer 2"]


def test_what_is_wrong_is_said_by_field_and_condition(api, monkeypatch):
    make_segment("Unwell")
    wrong = {"all": [SCORE["all"][0], {"field": "score", "op": "below", "value": "x"}]}
    refused = api.post("segments/", {"name": "X", "conditions": wrong})
    assert (refused.status_code, refused.json()["errors"]) == (
        400,
        {"conditions": ["Condition 2, Health score: A number is needed."]},
    )
    for nonsense in ([], 7, "x", {}, {"all": [[]]}, {"all": [{"field": "score", "op": "below", "value": 10**60}]}):
        assert list(api.post("segments/", {"name": "X", "conditions": nonsense}).json()["errors"]) == ["conditions"]
    assert api.post("segments/", {"name": "unwell", "conditions": SCORE}).json()["errors"] == {
        "name": ["Another segment has this name."]
    }
    monkeypatch.setattr(segments, "MOST_SEGMENTS", 1)
    assert list(api.post("segments/", {"name": "X", "conditions": SCORE}).json()["errors"]) == ["non_field_errors"]


def test_a_change_that_is_wrong_changes_nothing(api):
    segment, _other = make_segment("Unwell"), make_segment("Other")
    one = f"segments/{segment.pk}/"
    assert api.patch(one, {"conditions": {"all": []}}).status_code == 400
    assert api.patch(one, {"name": "Other"}).status_code == 400
    segment.refresh_from_db()
    assert segment.name == "Unwell"
    segments.archive(segment=segment, at=segment.created_at, by=None)
    assert api.get(one).json()["archived_at"] == "2026-06-15T12:00:00Z"


def test_a_segment_is_put_away_dropped_and_brought_back(api, run):
    make_customer("Alpha", score=40)
    segment = make_segment()
    run()
    one = f"segments/{segment.pk}"
    archived = api.post(f"{one}/archive/").json()
    assert (archived["archived_at"] is not None, archived["members"]) == (True, 0)
    assert api.get(f"{one}/").json() == archived
    dropped = api.post(f"{one}/delete/").json()
    assert dropped["deleted_at"] is not None
    assert api.get(f"{one}/").status_code == 404
    assert api.send("DELETE", f"{one}/").status_code == 405

    later = NOON + timedelta(minutes=1)
    with time_machine.travel(later, tick=False):
        back = api.post(f"{one}/restore/").json()
    assert (back["archived_at"], back["deleted_at"]) == (None, None)
    run(later)
    assert api.get(f"{one}/").json()["members"] == 1


def test_what_cannot_be_brought_back_says_why(api, monkeypatch):
    first = make_segment("Unwell")
    segments.delete(segment=first, at=NOON, by=None)
    make_segment("Unwell")
    refused = api.post(f"segments/{first.pk}/restore/")
    assert (refused.status_code, detail(refused)[:32]) == (409, "Another segment has this name by")

    def gone(**_fields):
        raise segments.TooLate

    monkeypatch.setattr(segments, "restore", gone)
    assert api.post(f"segments/{first.pk}/restore/").status_code == 404


def test_who_may_only_read_drops_nothing(workspace):
    segment = make_segment()
    reader = Api(make_token("segments:read"))
    for way in ("archive", "delete", "restore"):
        assert reader.post(f"segments/{segment.pk}/{way}/").status_code == 403


def test_what_can_be_asked_is_told(api):
    CustomField.objects.create(
        about="contact", key="wine", name="Wine", kind="choice", choices=["Red"], created_at=NOON
    )
    told = {one["key"]: one for one in api.get("segments/fields/").json()["fields"]}
    assert told["score"] == {
        "key": "score",
        "label": "Health score",
        "kind": "number",
        "ops": ["below", "at_most", "above", "at_least", "is", "between", "empty", "not_empty"],
        "days": None,
        "choices": None,
    }
    assert told["contact_custom:wine"]["choices"] == [{"value": "Red", "label": "Red"}]
    assert told["tickets_opened"]["days"] == 30
    assert {"value": "use", "label": "Use"} in told["stage"]["choices"]
