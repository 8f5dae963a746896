"""Whatever is sent to whichever address that writes, the answer is a refusal that says why, never a failure."""

import json
from functools import cache
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from tests.api.conftest import problem
from tests.api.rows import one_of_each
from tests.builders import NOON, make_member
from workspaces import actions
from workspaces.capabilities import Role


@cache
def schema() -> dict[str, Any]:
    return json.loads(json.dumps(SchemaGenerator().get_schema(public=True), default=str))


def writes() -> list[tuple[str, str, list[str]]]:
    """(method, address, names of what its body may hold) of every operation that writes."""
    found = []
    for address, operations in schema()["paths"].items():
        for method, operation in operations.items():
            if method in {"post", "put", "patch"}:
                found.append((method.upper(), address, fields_of(operation)))
    return found


def fields_of(operation: dict[str, Any]) -> list[str]:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = body.get("$ref", "").rpartition("/")[2]
    return list(schema()["components"]["schemas"][name]["properties"]) if name else []


@pytest.fixture
def send(workspace):
    one_of_each()
    maker = make_member(Role.ADMIN).user
    text = actions.issue_token(name="All", scopes=["write", "admin:write"], at=NOON, by=maker)[1]
    client, headers = Client(raise_request_exception=False), {"Authorization": f"Bearer {text}"}

    @cache
    def first(address: str) -> str:
        """The address with the id of a row that is there; not of our own token, which would be revoked."""
        if "{id}" not in address or "/tokens/" in address:
            return address.replace("{id}", "1")
        rows = client.get(address.partition("{id}")[0], headers=headers).json()["results"]
        return address.replace("{id}", str(rows[0]["id"] if rows else 1))

    return lambda method, address, text: client.generic(
        method, first(address), text, "application/json", headers=headers
    )


def now_and_then(values: list[Any], often: int) -> list[Any]:
    """The first `often` of them in every run, the others at night."""
    return [*values[:often], *(pytest.param(one, marks=pytest.mark.nightly) for one in values[often:])]


NO_JSON = [
    b'{"name": NaN}',
    b'{"name": "\\ud800"}',
    b"[" * 100_000,
    b"{",
    b'{"name": -Infinity}',
    b"\xff\xfe\x00",
    b'{"a":' * 300 + b"1" + b"}" * 300,
    b'{"name": ' + b"9" * 5000 + b"}",
    b"\x00",
]


@pytest.mark.parametrize("text", now_and_then(NO_JSON, 1), ids=range(len(NO_JSON)))
def test_what_is_no_json_is_refused_everywhere(send, text):
    for method, address, _fields in writes():
        response = send(method, address, text)
        assert (address, response.status_code) in {(address, 400), (address, 404)}
        assert problem(response)["detail"]


DEEP: Any = "x"
for _ in range(15):
    DEEP = [DEEP]

VALUES = [
    None,
    10**300,
    "a\0b",
    "x" * 100_000,
    {"a": {"b": [1, None]}},
    [None],
    True,
    -1,
    1.5e308,
    "",
    "\U0001f600",
    [],
    {},
    DEEP,
    ["9999-99-99"],
    "9999-12-31T23:59:59+23:59",
]


@pytest.mark.parametrize("value", now_and_then(VALUES, 3), ids=range(len(VALUES)))
def test_no_value_of_any_field_makes_us_fail(send, value):
    for method, address, fields in writes():
        response = send(method, address, json.dumps(dict.fromkeys(fields, value)))
        assert response.status_code < 500, (method, address)
        if response.status_code >= 400:
            assert problem(response)["detail"]


SHAPES = ['{"items": [[], "x", null, 5, {"a": 1}]}', "[{}]", "null", "[]", '"text"', "5", "true"]


@pytest.mark.parametrize("body", now_and_then(SHAPES, 3))
def test_no_shape_of_a_body_makes_us_fail(send, body):
    for method, address, _fields in writes():
        response = send(method, address, body)
        assert response.status_code < 500, (method, address)
