"""How much of the API one may use in a minute."""

from datetime import timedelta
from uuid import uuid4

import pytest
import redis
import time_machine
from django.conf import settings as configured
from django.test import Client

from tests.api.conftest import Api, make_token, problem
from tests.builders import NOON, make_account, make_member
from workspaces import limits
from workspaces.capabilities import Role

GOOD = {"account": "A", "metric": "logins", "kind": "counter", "day": "2026-06-14", "value": 3}


@pytest.fixture(autouse=True)
def counted(workspace, settings, monkeypatch):
    """A low limit, and names of our own for those who are counted: the broker is shared."""
    settings.API_REQUESTS_A_MINUTE = 5
    names = uuid4().hex
    add = limits._Broker.add
    monkeypatch.setattr(limits._Broker, "add", lambda self, key, weight: add(self, f"{key}:{names}", weight))
    limits._broker.cache_clear()
    with time_machine.travel(NOON + timedelta(seconds=45), tick=False):
        yield
    limits._broker.cache_clear()


def standing(response) -> tuple[str, str, str]:
    return tuple(response[f"RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset"))


def test_every_answer_says_what_is_left():
    api = Api(make_token())
    assert [standing(api.get("accounts/")) for _ in range(2)] == [("5", "4", "15"), ("5", "3", "15")]
    assert standing(api.post("accounts/", {})) == ("5", "2", "15")
    assert standing(api.get("accounts/1/")) == ("5", "1", "15")


def test_past_the_limit_one_waits_for_the_next_minute():
    api, other = Api(make_token()), Api(make_token())
    for _ in range(5):
        assert api.get("accounts/").status_code == 200
    refused = api.get("accounts/")
    assert refused.status_code == 429
    assert (refused["Retry-After"], standing(refused)) == ("15", ("5", "0", "15"))
    assert problem(refused)["code"] == "throttled"
    assert "At most 5 requests a minute" in problem(refused)["detail"]
    assert other.get("accounts/").status_code == 200
    with time_machine.travel(NOON + timedelta(seconds=60), tick=False):
        assert standing(api.get("accounts/")) == ("5", "4", "60")


def test_a_signed_in_person_is_counted_too():
    client = Client()
    client.force_login(make_member(Role.CSM).user)
    assert standing(client.get("/api/v1/accounts/"))[1] == "4"


def test_many_items_count_as_several_requests():
    make_account(external_ids={"crm": "A"})
    items = [{"source": "crm", "external_id": str(n), "name": f"N{n}"} for n in range(201)]
    assert standing(Api(make_token()).post("accounts/bulk/", {"items": items}))[1] == "2"
    assert standing(Api(make_token()).post("accounts/bulk/", {"items": items[:100]}))[1] == "4"
    api = Api(make_token())
    assert standing(api.post("metrics/batch/", {"readings": [GOOD] * 2001}))[1] == "2"
    refused = api.post("metrics/batch/", {"readings": [GOOD] * 3001})
    assert (refused.status_code, standing(refused)[1]) == (429, "0")


def test_a_refused_call_may_come_again_under_its_key():
    api, key = Api(make_token()), {"Idempotency-Key": "again"}
    body = {"items": [{"source": "crm", "external_id": str(n), "name": f"N{n}"} for n in range(501)]}
    assert api.post("accounts/bulk/", body, **key).status_code == 429
    with time_machine.travel(NOON + timedelta(seconds=60), tick=False):
        assert api.post("accounts/bulk/", body | {"items": body["items"][:1]}, **key).status_code == 200


def test_without_a_broker_everybody_is_let_in_and_it_is_left_alone_for_a_while(settings, caplog):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    caplog.set_level("WARNING", limits.__name__)
    api = Api(make_token())
    for _ in range(7):
        response = api.get("accounts/")
        assert response.status_code == 200
        assert "RateLimit-Limit" not in response
    assert [record.message for record in caplog.records if "counted" in record.message] == [
        "Broker unreachable; API requests are not counted"
    ]


def test_no_limit_is_no_count(settings):
    settings.API_REQUESTS_A_MINUTE = 0
    assert "RateLimit-Limit" not in Api(make_token()).get("accounts/")
    assert redis.Redis.from_url(configured.REDIS_URL).ping()
