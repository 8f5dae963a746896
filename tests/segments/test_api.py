"""Segments over HTTP, with a token."""

import pytest

from segments.actions import segments
from segments.models import Segment
from tests.api.conftest import Api, make_token
from tests.builders import make_customer, make_segment

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
