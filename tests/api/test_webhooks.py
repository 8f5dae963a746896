import json
from datetime import timedelta

import pytest
from django.test import Client

from lib.time import now
from tests.api.conftest import Api, errors, wrong
from tests.builders import NOON, make_delivery, make_endpoint, make_member
from webhooks import signing
from webhooks.actions.deliveries import record_attempt
from webhooks.answers import Outcome
from webhooks.models import Endpoint
from webhooks.queries.endpoints import keys_of
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


def test_another_secret_signs_while_the_one_before_signs_along(api):
    row = make_endpoint()
    first, second = keys_of(row, now())[0], signing.new_secret()
    for _again in range(2):
        assert api.post(f"webhooks/{row.pk}/secret/", {"secret": second}).status_code == 200
        row.refresh_from_db()
        assert keys_of(row, now()) == [second, first]
    assert wrong(api.post(f"webhooks/{row.pk}/secret/", {"secret": "whsec_short"})) == ["secret"]


def test_a_test_is_sent_and_its_delivery_read_whole(api):
    row = make_endpoint()
    sent = api.post(f"webhooks/{row.pk}/test/")
    assert (sent.status_code, sent.json()["kind"], sent.json()["state"]) == (201, "webhook.test", "waiting")
    outcome = Outcome(status=500, excerpt="Down", milliseconds=12)
    record_attempt(delivery_id=sent.json()["id"], nth=0, outcome=outcome, is_last=True, at=NOON)
    whole = api.get(f"webhook-deliveries/{sent.json()['id']}/").json()
    assert json.loads(whole["body"])["type"] == "webhook.test"
    (attempt,) = whole["log"]
    assert attempt == {
        "at": "2026-06-15T12:00:00Z",
        "status": 500,
        "error": "",
        "excerpt": "Down",
        "milliseconds": 12,
    }
    assert (whole["state"], whole["last_status"]) == ("failed", 500)


def test_what_was_not_delivered_since_a_moment_is_sent_again(api):
    row = make_endpoint()
    for created_at in (NOON, NOON - timedelta(days=2)):
        make_delivery(row, kind="ticket.closed", state="failed", settled_at=NOON, created_at=created_at)
    since = (NOON - timedelta(days=1)).isoformat()
    assert api.post(f"webhooks/{row.pk}/replay/", {"since": since}).json() == {"replayed": 1}
    assert wrong(api.post(f"webhooks/{row.pk}/replay/", {})) == ["since"]


def test_nothing_is_sent_to_one_that_is_off(api):
    row = make_endpoint()
    delivery = make_delivery(row)
    api.patch(f"webhooks/{row.pk}/", {"is_enabled": False})
    asked = [f"webhooks/{row.pk}/test/", f"webhooks/{row.pk}/replay/", f"webhook-deliveries/{delivery.pk}/replay/"]
    assert [api.post(path, {"since": NOON.isoformat()}).status_code for path in asked] == [409, 409, 409]


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
