import pytest
from django.test import Client

from tests.api.conftest import Api, errors, wrong
from tests.builders import NOON, make_delivery, make_endpoint, make_member
from webhooks import signing
from webhooks.models import Endpoint
from workspaces.secrets import decrypt

SECRET = signing.new_secret()
NEW = {"url": "https://hooks.example/in", "kinds": ["ticket.closed"], "secret": SECRET}


def test_a_webhook_as_it_is_added_and_shown(api):
    added = api.post("webhooks/", {**NEW, "description": "Warehouse"})
    assert added.status_code == 201
    row = Endpoint.objects.get()
    assert decrypt(row.secret) == SECRET
    assert added.json() == {
        "id": row.pk,
        "url": "https://hooks.example/in",
        "description": "Warehouse",
        "wants_all": False,
        "kinds": ["ticket.closed"],
        "is_enabled": True,
        "disabled_why": None,
        "disabled_at": None,
        "failing_since": None,
        "created_at": added.json()["created_at"],
    }
    assert api.get(f"webhooks/{row.pk}/").json() == added.json()
    assert api.ids("webhooks/") == [row.pk]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": "http://hooks.example/"}, "url"),
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"secret": "short"}, "secret"),
        ({"secret": None}, "secret"),
        ({"kinds": []}, "kinds"),
        ({"kinds": ["made.up"]}, "kinds"),
    ],
)
def test_what_would_never_work_is_refused_by_name(changes, field, api):
    answer = api.post("webhooks/", {**NEW, **changes})
    assert (answer.status_code, wrong(answer)) == (400, [field])
    assert not Endpoint.objects.exists()


def test_one_may_be_added_switched_off_and_needs_a_secret(api):
    assert "secret" in errors(api.post("webhooks/", {"url": NEW["url"], "wants_all": True}))
    shown = api.post("webhooks/", {**NEW, "kinds": [], "wants_all": True, "is_enabled": False}).json()
    assert (shown["is_enabled"], shown["disabled_why"], shown["kinds"]) == (False, "person", [])


def test_changing_one(api):
    row = make_endpoint(kinds=["ticket.closed"])
    waiting = make_delivery(row)
    shown = api.patch(f"webhooks/{row.pk}/", {"url": "https://new.example/"}).json()
    assert (shown["url"], shown["kinds"]) == ("https://new.example/", ["ticket.closed"])
    assert api.patch(f"webhooks/{row.pk}/", {"is_enabled": False}).json()["disabled_why"] == "person"
    waiting.refresh_from_db()
    assert waiting.state == "not_sent"
    assert api.patch(f"webhooks/{row.pk}/", {"is_enabled": True}).json()["is_enabled"] is True
    assert api.patch(f"webhooks/{row.pk}/", {"wants_all": True}).json()["kinds"] == []
    assert "kinds" in errors(api.patch(f"webhooks/{row.pk}/", {"wants_all": False}))
    assert wrong(api.patch(f"webhooks/{row.pk}/", {"secret": SECRET})) == ["secret"]


def test_addresses_are_for_administrators_only(workspace):
    make_endpoint(at=NOON)
    for role, status in (("admin", 200), ("manager", 403), ("viewer", 403)):
        client = Client()
        client.force_login(make_member(role).user)
        assert client.get("/api/v1/webhooks/").status_code == status


def test_a_token_that_reads_sees_no_secret(workspace):
    from tests.api.conftest import make_token

    row = make_endpoint()
    text = Api(make_token("read")).get("webhooks/").content.decode()
    assert row.url in text
    assert "secret" not in text
