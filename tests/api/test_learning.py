import pytest

from accounts.models import Fact
from learning import actions
from learning.models import Completion, ContentItem
from tests.api.conftest import errors
from tests.builders import make_account, make_completion, make_contact, make_item, make_metric

ITEM = {"title": "Reports", "url": "https://learn.example/reports", "kind": "video"}


def test_content_is_added_then_brought_up_to_date(api):
    make_metric("reports_built")
    body = ITEM | {"roles": ["champion"], "metric": "reports_built", "minutes": 5}
    response = api.post("content/", body)
    assert response.status_code == 201
    added = response.json()
    assert added == body | {"id": added["id"], "retired": False, "started": 0, "completed": 0}
    again = api.post("content/", ITEM | {"title": "Better reports", "retired": True})
    assert again.status_code == 200
    assert again.json() == added | {"title": "Better reports", "retired": True}
    changed = api.patch(f"content/{added['id']}/", {"metric": None, "minutes": None, "roles": [], "retired": False})
    assert changed.json() == added | {"title": "Better reports", "metric": None, "minutes": None, "roles": []}
    assert api.get(f"content/{added['id']}/").json() == changed.json()
    assert api.ids("content/", url=ITEM["url"]) == [added["id"]]
    assert api.post("content/", {**ITEM, "url": "https://learn.example/old", "retired": True}).json()["retired"] is True


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("url", "javascript:alert(1)"),
        ("kind", "book"),
        ("roles", ["boss"]),
        ("metric", "unheard"),
        ("metric", 5),
        ("minutes", 0),
        ("retired", "perhaps"),
    ],
)
def test_bad_content_is_refused_by_field(api, field, value):
    response = api.post("content/", ITEM | {field: value})
    assert response.status_code == 400
    assert [name.partition(".")[0] for name in errors(response)] == [field]
    assert not ContentItem.objects.exists()


def test_an_address_is_one_items(api, monkeypatch):
    first, second = make_item(), make_item()
    response = api.patch(f"content/{second.pk}/", {"url": first.url})
    assert errors(response) == {"url": ["Another item has this address."]}

    def taken(**_):
        raise actions.AddressTaken

    monkeypatch.setattr(actions, "add_item", taken)
    assert api.post("content/", ITEM).status_code == 409


def test_a_completion_is_noted_then_brought_up_to_date_and_set_right(api):
    item, contact = make_item(), make_contact(make_account())
    body = {"item": item.pk, "contact": contact.pk, "started_at": "2026-06-01T08:00:00Z"}
    response = api.post("completions/", body)
    assert response.status_code == 201
    begun = response.json()
    assert begun == body | {
        "id": begun["id"], "account": contact.account_id, "completed_at": None, "recorded_at": begun["recorded_at"],
    }  # fmt: skip
    through = api.post("completions/", body | {"completed_at": "2026-06-02T08:00:00Z"})
    assert (through.status_code, through.json()) == (200, begun | {"completed_at": "2026-06-02T08:00:00Z"})
    assert api.post("completions/", body).json() == through.json()
    back = api.patch(f"completions/{begun['id']}/", {"completed_at": None})
    assert back.json() == begun
    assert api.get(f"content/{item.pk}/").json()["started"] == 1
    kinds = list(Fact.objects.filter(kind__startswith="content.").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["content.started", "content.completed"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"item": 10**15}, "item"),
        ({"contact": 10**15}, "contact"),
        ({"started_at": None}, "started_at"),
        ({"started_at": "2199-01-01T00:00:00Z"}, "started_at"),
        ({"completed_at": "2199-01-01T00:00:00Z"}, "completed_at"),
        ({"started_at": "2026-06-02T00:00:00Z", "completed_at": "2026-06-01T00:00:00Z"}, "completed_at"),
    ],
)
def test_a_bad_completion_is_refused_by_field(api, changes, field):
    one = make_completion()
    response = api.post("completions/", {"item": make_item().pk, "contact": one.contact_id} | changes)
    assert (response.status_code, list(errors(response))) == (400, [field])
    response = api.patch(f"completions/{one.pk}/", changes)
    assert (response.status_code, list(errors(response))) == (400, [field])
    assert Completion.objects.count() == 1


def test_a_completion_stays_whose_and_of_what_it_is(api):
    one = make_completion()
    path = f"completions/{one.pk}/"
    assert api.patch(path, {"item": one.item_id, "contact": one.contact_id}).status_code == 200
    assert errors(api.patch(path, {"item": make_item().pk})) == {"item": ["This stays as it is."]}
    other = make_contact(make_account())
    assert errors(api.patch(path, {"contact": other.pk})) == {"contact": ["This stays as it is."]}


def test_completion_filters(api):
    first, second = make_completion(), make_completion(make_item(), completed_at=None)
    assert api.ids("completions/", account=first.account_id) == [first.pk]
    assert api.ids("completions/", item=second.item_id) == [second.pk]
    assert api.ids("completions/", contact=second.contact_id) == [second.pk]
