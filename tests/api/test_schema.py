"""The description says what the server does. Every bound of every field is tried at night: tests/nightly."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver

from tests.api.contract import CHECKS, EXAMPLES, described

api = described(covers_all=False)


class TestOperations:
    @api.parametrize()
    @EXAMPLES
    def test_nothing_sent_breaks_the_server_or_its_word(self, case, furnished):
        case.call_and_validate(headers={"Authorization": f"Bearer {furnished}"}, checks=CHECKS)


def test_the_description_has_no_warning(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


def test_anybody_may_read_the_description(db):
    for address in ("/api/v1/schema/", "/api/v1/schema/?format=json", "/api/v1/docs/", "/api/v1/docs/?script="):
        response = Client().get(address)
        assert response.status_code == 200
        assert "unsafe" not in response["Content-Security-Policy"]


def test_every_operation_has_a_name_and_asks_for_a_token():
    operations = [
        operation
        for path in api.raw_schema["paths"].values()
        for name, operation in path.items()
        if name != "parameters"
    ]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert {"accounts_list", "accounts_partial_update", "metrics_batch_create", "alerts_acknowledge"} <= set(names)
    assert all({"token": []} in operation["security"] for operation in operations)
    assert api.raw_schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


@pytest.mark.parametrize("path", ["accounts", "contacts"])
def test_own_fields_are_described_as_one_object_of_values(path):
    parameters = api.raw_schema["paths"][f"/api/v1/{path}/"]["get"]["parameters"]
    (own,) = [parameter for parameter in parameters if parameter["name"] == "custom"]
    assert (own["in"], own["style"], own["explode"]) == ("query", "deepObject", True)
    assert own["schema"]["additionalProperties"]["type"] == "string"


def test_every_address_is_described():
    (api_urls,) = [entry for entry in get_resolver().url_patterns if str(entry.pattern) == "api/v1/" and entry.app_name]
    assert len(api_urls.url_patterns) == len(api.raw_schema["paths"])
