"""Changes of many accounts over HTTP."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Account, AccountTag
from bulk.models import UNDO, BulkChange
from tests.api.conftest import Api, detail, errors, make_token
from tests.builders import NOON, make_account, make_bulk_change, make_member, make_user
from workspaces.capabilities import Role
from workspaces.models import Member

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def api(workspace) -> Api:
    return Api(make_token())


def test_a_change_is_shown_with_its_counts_and_rows(api, me):
    one, two = make_account("Alpha"), make_account("Beta")
    make_bulk_change(accounts=Account.objects.filter(pk=one.pk), expected=1)
    change = make_bulk_change(by=me.user)
    shown = api.get(f"bulk-changes/{change.pk}/").json()
    assert shown == {
        "id": change.pk,
        "kind": "tag",
        "params": {"tag": "pilot"},
        "total": 2,
        "changed": 1,
        "same": 1,
        "restored": 0,
        "kept": 0,
        "begun_at": "2026-06-15T12:00:00Z",
        "by": me.user.email,
        "done_at": "2026-06-15T12:00:00Z",
        "undo_until": "2026-06-15T12:10:00Z",
        "undoing_at": None,
        "undone_at": None,
        "undone_by": None,
    }
    assert api.get("bulk-changes/").json()["results"][1] == shown
    rows = api.get("bulk-changes/rows/", change=change.pk).json()["results"]
    assert [(row["account"], row["outcome"]) for row in rows] == [(one.pk, "same"), (two.pk, "changed")]
    (changed,) = api.get("bulk-changes/rows/", change=change.pk, outcome="changed").json()["results"]
    assert changed == {"account": two.pk, "outcome": "changed", "at": "2026-06-15T12:00:00Z"}
    first = api.get("bulk-changes/rows/", change=change.pk, page_size=1).json()
    assert first["results"] == rows[:1]
    assert api.client.get(first["next"], headers=api.headers).json()["results"] == rows[1:]


def test_changes_are_filtered(api):
    make_account()
    change = make_bulk_change()
    assert api.ids("bulk-changes/", kind="tag", since="2026-06-15T12:00:00Z") == [change.pk]
    assert api.ids("bulk-changes/", kind="stage") == []
    assert api.ids("bulk-changes/", until="2026-06-15T12:00:00Z") == []
    assert list(errors(api.get("bulk-changes/rows/"))) == ["change"]


def test_a_change_that_goes_on_has_rows_not_reached_yet(api, small_chunks):
    for number in range(3):
        make_account(f"Account {number}")
    change = make_bulk_change()
    rows = api.get("bulk-changes/rows/", change=change.pk).json()["results"]
    assert [row["outcome"] for row in rows] == [None] * 3
    assert api.get(f"bulk-changes/{change.pk}/").json()["undo_until"] is None


def test_a_change_is_undone_in_time_and_once(api, clock):
    account = make_account()
    change = make_bulk_change()
    undone = api.post(f"bulk-changes/{change.pk}/undo/").json()
    assert (undone["restored"], undone["undone_at"]) == (1, "2026-06-15T12:00:00Z")
    assert not AccountTag.objects.filter(account=account).exists()
    late = make_bulk_change()
    clock.move_to(NOON + UNDO + timedelta(seconds=1))
    for one in (change, late):
        refused = api.post(f"bulk-changes/{one.pk}/undo/")
        assert (refused.status_code, detail(refused)[:14]) == (409, "It is too late")
    assert BulkChange.objects.get(pk=late.pk).undoing_at is None


def test_who_may_undo_what(workspace):
    make_account(stage="use")
    moved = make_bulk_change("stage", {"stage": "loyalty", "reason": "Renewed"})
    tagged = make_bulk_change()
    narrow = Api(make_token("accounts:write"))
    assert narrow.post(f"bulk-changes/{moved.pk}/undo/").status_code == 403
    assert narrow.post(f"bulk-changes/{tagged.pk}/undo/").status_code == 200
    assert Api(make_token("accounts:write", "journeys:write")).post(f"bulk-changes/{moved.pk}/undo/").status_code == 200
    again = make_bulk_change("stage", {"stage": "loyalty", "reason": "Renewed"})
    for role, status in ((Role.VIEWER, 403), (Role.CSM, 200)):
        client = Client()
        client.force_login(make_member(role).user)
        assert (
            client.post(f"/api/v1/bulk-changes/{again.pk}/undo/", content_type="application/json").status_code == status
        )
        assert client.get("/api/v1/bulk-changes/").status_code == status


@pytest.mark.parametrize(
    ("asked", "params"),
    [
        ({"kind": "owner", "owner": "MEI@vendor.example"}, {"name": "Mei Lin"}),
        ({"kind": "owner", "owner": None}, {"owner": None, "name": ""}),
        ({"kind": "tag", "tag": " pilot  group "}, {"tag": "pilot group"}),
        ({"kind": "untag", "tag": "pilot"}, {"tag": "pilot"}),
        ({"kind": "stage", "stage": "loyalty", "reason": "Renewed"}, {"stage": "loyalty", "reason": "Renewed"}),
    ],
)
def test_many_are_changed(api, asked, params):
    make_member(user=make_user(name="Mei Lin", email="mei@vendor.example"))
    accounts = [make_account(f"Account {number}", owner=make_member()) for number in range(2)]
    asked["accounts"] = [*(account.pk for account in accounts), accounts[0].pk]
    made = api.post("bulk-changes/", asked)
    assert made.status_code == 201
    assert params.items() <= made.json()["params"].items()
    counted = ("changed", "same") if asked["kind"] != "untag" else ("same", "changed")
    assert [made.json()[name] for name in ("total", *counted)] == [2, 2, 0]
    assert api.get(f"bulk-changes/{made.json()['id']}/").json() == made.json()


def test_what_cannot_be_is_named_and_changes_nothing(api):
    account, left = make_account(), make_member(user=make_user(email="left@vendor.example"))
    Member.objects.filter(pk=left.pk).update(ended_at=NOON)
    fine = {"kind": "tag", "tag": "pilot", "accounts": [account.pk]}
    for wrong, fields in (
        ({"tag": "a,b"}, ["tag"]),
        ({"accounts": []}, ["accounts"]),
        ({"accounts": [account.pk, 10**15]}, ["accounts"]),
        ({"accounts": [10**15]}, ["accounts"]),
        ({"accounts": [account.pk] * 1001}, ["accounts"]),
        ({"kind": "owner"}, ["owner"]),
        ({"kind": "owner", "owner": "left@vendor.example"}, ["owner"]),
        ({"kind": "stage", "stage": "limbo"}, ["stage"]),
        ({"kind": "stage"}, ["stage", "reason"]),
    ):
        refused = api.post("bulk-changes/", {**fine, **wrong})
        assert (refused.status_code, list(errors(refused))) == (400, fields)
    assert not BulkChange.objects.exists()


def test_a_stage_needs_the_scope_of_stages(workspace):
    asked = {"kind": "stage", "stage": "loyalty", "reason": "Renewed", "accounts": [make_account().pk]}
    assert Api(make_token("accounts:write")).post("bulk-changes/", asked).status_code == 403
    assert Api(make_token("accounts:write", "journeys:write")).post("bulk-changes/", asked).status_code == 201
