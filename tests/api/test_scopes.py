"""Which tokens open which address: every operation, with every scope."""

import json

import pytest
from django.test import Client
from django.urls import get_resolver

from tests.api.conftest import make_token
from tests.builders import make_member
from tests.dashboard.conftest import signed_in
from workspaces import scopes
from workspaces.models import ApiToken
from workspaces.scopes import Area

SCOPES = ["read", "write", *(scopes.scope(area, way) for area in Area for way in ("read", "write"))]


def operations() -> list[tuple[str, str, str]]:
    """(method, address, area) of everything below /api/v1/."""
    (api,) = [entry for entry in get_resolver().url_patterns if str(entry.pattern) == "api/v1/" and entry.app_name]
    found = []
    for entry in api.url_patterns:
        view = entry.callback.cls
        address = "/api/v1/" + str(entry.pattern).lstrip("^").rstrip("$").replace(r"(?P<pk>[0-9]{1,18})", "999999")
        found += [(method.upper(), address, view.area) for method in entry.callback.actions if method != "head"]
    return found


@pytest.fixture
def tokens(workspace):
    return {scope: make_token(scope) for scope in SCOPES}


def test_every_operation_opens_to_its_scopes_and_to_no_other(tokens):
    """The first address of an area with every scope, the others with those of their area and one of the next."""
    client, wrong, tried = Client(), [], set()
    areas = list(Area)
    for method, address, area in operations():
        is_reading = method == "GET"
        following = areas[(areas.index(area) + 1) % len(areas)]
        some = [scopes.scope(area, "read"), scopes.scope(area, "write"), scopes.scope(following, "write")]
        for scope in some if (area, is_reading) in tried else SCOPES:
            may = scope in scopes.needed(area, is_reading)
            headers = {"Authorization": f"Bearer {tokens[scope]}"}
            response = client.generic(method, address, "{}", "application/json", headers=headers)
            if (response.status_code == 403) == may:
                wrong.append((method, address, scope, response.status_code))
        tried.add((area, is_reading))
    assert wrong == []


def test_no_view_forgot_its_area():
    areas = {area for _method, _address, area in operations()}
    assert areas <= set(Area)
    administration = {address.split("/")[3] for _method, address, area in operations() if area == Area.ADMIN}
    assert administration <= {
        "members",
        "tokens",
        "audit-events",
        "stuck-work",
        "mails",
        "suppressed-addresses",
        "erased-people",
        "member-invitations",
        "retention",
    }


@pytest.mark.parametrize(
    ("held", "area", "reads", "writes"),
    [
        (["read"], Area.ACCOUNTS, True, False),
        (["write"], Area.ACCOUNTS, True, True),
        (["read", "write"], Area.ADMIN, False, False),
        (["admin:read"], Area.ADMIN, True, False),
        (["admin:write"], Area.ADMIN, True, True),
        (["metrics:write"], Area.METRICS, True, True),
        (["metrics:write"], Area.ACCOUNTS, False, False),
        (["metrics:read"], Area.METRICS, True, False),
        (["surveys:read", "health:write"], Area.HEALTH, True, True),
        ([], Area.ACCOUNTS, False, False),
    ],
)
def test_the_table_of_scopes(held, area, reads, writes):
    assert (scopes.allows(held, area, True), scopes.allows(held, area, False)) == (reads, writes)


def test_the_description_says_the_scopes(db):
    told = json.loads(Client().get("/api/v1/schema/?format=json").content)
    reading, writing = (told["paths"]["/api/v1/touchpoints/"][method] for method in ("get", "post"))
    assert reading["x-scopes"] == ["read", "write", "journeys:read", "journeys:write"]
    assert writing["x-scopes"] == ["write", "journeys:write"]
    assert writing["description"].endswith("Scope: `journeys:write`.")


# ------------------------------------------------------------------------------------------- the page
LIST = "/settings/tokens/"


def test_token_list_issues_a_token_for_chosen_areas(workspace):
    client = signed_in(make_member("admin"))
    form = {"name": "Meter", "scope": "chosen", "chosen": ["metrics:write", "surveys:read"], "days": "0"}
    assert client.post(LIST, form).status_code == 302
    assert ApiToken.objects.get().scopes == ["metrics:write", "surveys:read"]
    page = client.get(LIST).content.decode()
    assert "Metrics and their readings: read and write" in page
    assert "Questions and answers: read" in page


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"scope": "chosen"}, "Choose at least one area."),
        ({"scope": "read", "chosen": ["metrics:write"]}, "or choose no areas."),
        ({"scope": "chosen", "chosen": ["metrics:fly"]}, "metrics:fly is not one of the available choices."),
        ({}, "This field is required."),
    ],
)
def test_token_list_refuses_what_says_two_things(workspace, given, words):
    page = signed_in(make_member("admin")).post(LIST, {"name": "Meter", "days": "0", **given})
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not ApiToken.objects.exists()
