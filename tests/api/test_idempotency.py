"""The same POST twice under one Idempotency-Key is one piece of work."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connections

from accounts.models import Account
from lib.time import now
from outbox.engine import fill_slots, run_due
from tests.api.conftest import Api, detail, errors, make_token
from tests.builders import make_account, make_workspace
from workspaces import actions, tenancy
from workspaces.models import IdempotentRequest

KEY = {"Idempotency-Key": "import-7 row 12"}


def names() -> list[str]:
    return list(Account.objects.order_by("pk").values_list("name", flat=True))


def test_the_second_request_gets_the_first_answer(api):
    first = api.post("accounts/", {"name": "Grüße"}, **KEY)
    second = api.post("accounts/", {"name": "Grüße"}, **KEY)
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert second["Content-Type"] == "application/json"
    assert (first.get("Idempotency-Replayed"), second.get("Idempotency-Replayed")) == (None, "true")
    assert names() == ["Grüße"]


def test_another_body_or_address_under_the_same_key_is_422(api):
    api.post("accounts/", {"name": "Alpha"}, **KEY)
    for path, body in (("accounts/", {"name": "Beta"}), ("contacts/", {"name": "Alpha"})):
        response = api.post(path, body, **KEY)
        assert response.status_code == 422
        assert detail(response) == "This Idempotency-Key was used for another request in the last 24 hours."
    assert names() == ["Alpha"]


def test_without_a_key_each_request_is_work_of_its_own(api):
    api.post("accounts/", {"name": "Alpha"})
    api.post("accounts/", {"name": "Alpha"})
    assert names() == ["Alpha", "Alpha"]
    assert not IdempotentRequest.objects.exists()


def test_a_refusal_is_kept_too(api):
    first = api.post("accounts/", {"name": ""}, **KEY)
    second = api.post("accounts/", {"name": ""}, **KEY)
    assert (first.status_code, second.status_code) == (400, 400)
    assert second.json() == first.json()
    assert second["Idempotency-Replayed"] == "true"


def test_what_was_not_let_in_is_not_kept(workspace):
    assert Api(make_token("read")).post("accounts/", {"name": "Alpha"}, **KEY).status_code == 403
    assert Api("nf_x").post("accounts/", {"name": "Alpha"}, **KEY).status_code == 401
    api = Api(make_token("write"))
    assert api.post("accounts/", b"x" * 1_048_577, **KEY).status_code == 413
    assert api.post("accounts/", {"name": "Alpha"}, **KEY).status_code == 201


def test_a_failure_of_ours_is_not_kept_and_nothing_of_it_stays(api, monkeypatch):
    def fail(**_fields: object) -> None:
        make_account("Half done")
        raise RuntimeError("disk full")

    api.client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr("accounts.actions.accounts.create_account", fail)
        assert api.post("accounts/", {"name": "Alpha"}, **KEY).status_code == 500
    assert api.post("accounts/", {"name": "Alpha"}, **KEY).status_code == 201
    assert names() == ["Alpha"]


def test_an_answer_of_500_is_not_kept(api, monkeypatch):
    from rest_framework.exceptions import APIException

    def fail(**_fields: object) -> None:
        raise APIException("away")

    with monkeypatch.context() as patch:
        patch.setattr("accounts.actions.accounts.create_account", fail)
        assert api.post("accounts/", {"name": "Alpha"}, **KEY).status_code == 500
    assert api.post("accounts/", {"name": "Alpha"}, **KEY).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 256, "ü", "a\0b", "a\tb"])
def test_a_key_is_1_to_255_printable_characters(api, key):
    response = api.post("accounts/", {"name": "Alpha"}, **{"Idempotency-Key": key})
    assert response.status_code == 400
    assert errors(response) == {"Idempotency-Key": ["1 to 255 printable ASCII characters."]}
    assert api.post("accounts/", {"name": "Alpha"}, **{"Idempotency-Key": "x" * 255}).status_code == 201


def test_reading_and_changing_know_no_key(api):
    account = make_account("Alpha")
    path = f"accounts/{account.pk}/"
    assert api.send("PATCH", path, {"name": "Beta"}, **KEY).status_code == 200
    assert api.send("PATCH", path, {"name": "Gamma"}, **KEY).json()["name"] == "Gamma"


def test_each_workspace_has_its_own_keys(api):
    api.post("accounts/", {"name": "Alpha"}, **KEY)
    other = make_workspace("Other")
    with tenancy.entered(other.pk):
        token = make_token()
    assert Api(token).post("accounts/", {"name": "Beta"}, **KEY).status_code == 201


def test_after_a_day_a_key_is_as_new(api):
    api.post("accounts/", {"name": "Alpha"}, **KEY)
    with time_machine.travel(now() + timedelta(hours=24, minutes=1)):
        assert api.post("accounts/", {"name": "Beta"}, **KEY).status_code == 201
    assert names() == ["Alpha", "Beta"]


def test_old_answers_are_forgotten_daily(api):
    api.post("accounts/", {"name": "Alpha"}, **KEY)
    assert actions.forget_answers(at=now()) == 0
    later = now() + timedelta(days=2)
    fill_slots(at=later)
    run_due(queue="default", clock=lambda: later, until=later + timedelta(minutes=5))
    assert not IdempotentRequest.objects.exists()


def test_many_at_once_are_one(committed):
    workspace = make_workspace()
    with tenancy.entered(workspace.pk):
        token = make_token()
    everybody = 6
    barrier = Barrier(everybody)

    def send(_number: int) -> tuple[int, str, bytes]:
        barrier.wait()
        try:
            response = Api(token).post("accounts/", {"name": "Alpha"}, **KEY)
            return response.status_code, response.get("Idempotency-Replayed", ""), response.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(everybody) as pool:
        answers = list(pool.map(send, range(everybody)))
    assert sorted(replayed for _, replayed, _ in answers) == ["", *["true"] * (everybody - 1)]
    assert {(status, body) for status, _, body in answers} == {(201, answers[0][2])}
    with tenancy.entered(workspace.pk):
        assert names() == ["Alpha"]
        assert json.loads(IdempotentRequest.objects.get().body)["name"] == "Alpha"
