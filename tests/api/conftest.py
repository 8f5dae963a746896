"""The API as its users meet it: over HTTP, with a token."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from django.http import HttpResponse
from django.test import Client

from tests.api.rows import one_of_each
from tests.builders import NOON
from workspaces import actions, tenancy


class Api:
    """A client that carries a token. A body that is no text is sent as JSON."""

    def __init__(self, token: str) -> None:
        self.client = Client()
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        text = body if isinstance(body, str | bytes) else json.dumps({} if body is None else body)
        return self.client.generic(
            method, f"/api/v1/{path}", text, "application/json", headers={**self.headers, **headers}
        )

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.send("POST", path, body, **headers)

    def patch(self, path: str, body: Any) -> HttpResponse:
        return self.send("PATCH", path, body)

    def put(self, path: str, body: Any) -> HttpResponse:
        return self.send("PUT", path, body)

    def ids(self, path: str, **query: Any) -> list[int]:
        return [row["id"] for row in self.get(path, **query).json()["results"]]


def problem(response: HttpResponse) -> dict[str, Any]:
    """The problem details of a refusal (RFC 9457)."""
    told = response.json()
    assert response["Content-Type"] == "application/problem+json"
    assert (told["type"], told["status"]) == ("about:blank", response.status_code)
    assert told["title"]
    assert told["code"]
    assert told["detail"]
    return told


def detail(response: HttpResponse) -> str:
    """What a refusal says in words."""
    return problem(response)["detail"]


def errors(response: HttpResponse) -> dict[str, list[str]]:
    """What a refusal says of each field, by its path."""
    return problem(response)["errors"]


def wrong(response: HttpResponse) -> list[str]:
    """Which fields a refusal names, without what is inside of them."""
    return list(dict.fromkeys(path.partition(".")[0] for path in errors(response)))


def make_token(*scopes: str) -> str:
    return actions.issue_token(name="CRM", scopes=scopes or ["read", "write"], at=NOON, by=None)[1]


@pytest.fixture
def api(workspace: object) -> Api:
    return Api(make_token())


@contextmanager
def undone(unblocked: object) -> Iterator[None]:
    """What is written inside is gone afterwards."""
    with unblocked, transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="class")
def furnished_once(founded: tuple[int, str], django_db_blocker: object) -> Iterator[tuple[int, str]]:
    """(id, token) of a workspace with one of each row, for every test of a class."""
    pk, statement = founded
    with undone(django_db_blocker.unblock()):
        with tenancy.entered(pk):
            with connection.cursor() as cursor:
                cursor.execute(statement)
            one_of_each()
            token = make_token()
        yield pk, token


@pytest.fixture
def furnished(furnished_once: tuple[int, str], django_db_blocker: object, settings: object) -> Iterator[str]:
    """The token; requests share the test's own transaction. No other test of the class may use `db`."""
    settings.ALLOWED_HOSTS = ["localhost"]
    pk, token = furnished_once
    for signal in (request_started, request_finished):  # as Django's own test client does
        signal.disconnect(close_old_connections)
    with undone(django_db_blocker.unblock()), tenancy.entered(pk):
        yield token
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
