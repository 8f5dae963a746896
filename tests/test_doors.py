"""Every address, as everybody: nobody, each role, and another workspace. A new URL is tested by being there."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.builders import make_member, make_user, make_workspace
from tests.doors import PUBLIC, samples
from workspaces import tenancy
from workspaces.capabilities import CAPABILITIES, Role


def patterns(resolver: URLResolver, prefix: str = "", names: tuple[str, ...] = ()) -> Iterator[tuple[str, str, object]]:
    """(name with namespaces, route, view) of every address."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route, (*names, entry.namespace) if entry.namespace else names)
        elif isinstance(entry, URLPattern):
            yield ":".join([*names, entry.name or ""]), route, entry.callback


ALL = list(patterns(get_resolver()))
PAGES = [(name, route, view) for name, route, view in ALL if not route.startswith(("auth/", "api/"))]
GUARDED = [(name, view.capability) for name, _, view in PAGES if getattr(view, "capability", None)]


def test_every_page_says_who_may_open_it():
    assert [name for name, _, view in PAGES if not hasattr(view, "capability")] == []
    assert {name for name, _, view in PAGES if getattr(view, "capability", "") is None} == PUBLIC


@pytest.mark.parametrize("name", [name for name, _ in GUARDED])
def test_nobody_is_asked_to_sign_in(name, workspace):
    with tenancy.entered(workspace.pk):
        address = samples()[name]
    response = Client().get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/auth/login/")


def sign_in(role: str) -> Client:
    client = Client()
    client.force_login(make_member(role).user)
    return client


@pytest.mark.parametrize("role", Role.values)
def test_each_role_opens_what_the_table_says_and_nothing_else(role, workspace):
    addresses = samples()
    client = sign_in(role)
    for name, capability in GUARDED:
        status = client.get(addresses[name]).status_code
        if capability in CAPABILITIES[role]:
            assert status in {200, 302, 404, 405}, (name, status)
        else:
            assert status == 403, (name, status)


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_admin_of_another_workspace_finds_nothing(method, workspace):
    addresses = samples()
    other = make_workspace("Other")
    user = make_user()
    with tenancy.entered(other.pk):
        make_member(Role.ADMIN, user)
    client = Client()
    client.force_login(user)
    for name, _ in GUARDED:
        address = addresses[name]
        if any(character.isdigit() for character in address):
            assert getattr(client, method)(address).status_code == 404, (method, name)


def test_every_guarded_page_with_an_object_is_sampled_with_a_real_one(workspace):
    addresses = samples()
    client = sign_in(Role.ADMIN)
    answers = {name: client.get(addresses[name]).status_code for name, _ in GUARDED}
    assert {name for name, status in answers.items() if status == 404} == set()


def test_nobody_reads_the_api(workspace):
    for name, route, _ in ALL:
        if route.startswith("api/") and name.startswith("api:") and "<" not in route and "(?P" not in route:
            assert Client().get("/" + route.replace("$", "").replace("^", "")).status_code in {401, 405}, name
