"""Every address, as everybody: nobody, each role, and another workspace. A new URL is tested by being there."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.builders import make_member, make_user, make_workspace
from tests.doors import PUBLIC, samples
from workspaces import actions, tenancy
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
PAGES = {name: (route, view) for name, route, view in ALL if not route.startswith(("auth/", "api/", "^api/"))}
GUARDED = {name: route for name, (route, view) in PAGES.items() if getattr(view, "capability", None)}
API = {name: route for name, route, _ in ALL if name.startswith("api:")}


@pytest.fixture(autouse=True)
def demo(settings):
    """The mailbox is there in the demo only."""
    settings.DEMO = True


def sign_in(role: str) -> Client:
    client = Client()
    client.force_login(make_member(role).user)
    return client


def with_object(names: dict[str, str]) -> list[str]:
    return [name for name, route in names.items() if "pk" in route]


def test_every_page_says_who_may_open_it():
    assert [name for name, (_, view) in PAGES.items() if not hasattr(view, "capability")] == []
    assert {name for name, (_, view) in PAGES.items() if view.capability is None} == PUBLIC


def test_nobody_is_asked_to_sign_in(workspace):
    for name, address in samples(GUARDED).items():
        for method in ("get", "post"):
            response = getattr(Client(), method)(address)
            assert response.status_code == 302, (name, method)
            assert response["Location"].startswith("/auth/login/"), (name, method)


@pytest.mark.parametrize("role", Role.values)
def test_each_role_opens_what_the_table_says_and_nothing_else(role, workspace):
    addresses = samples(GUARDED)
    client = sign_in(role)
    for name in GUARDED:
        capability = PAGES[name][1].capability
        status = client.get(addresses[name]).status_code
        allowed = {200, 302, 405} if capability in CAPABILITIES[role] else {403}
        assert status in allowed, (name, status)


@pytest.mark.parametrize("role", Role.values)
def test_no_role_writes_past_the_table(role, workspace):
    addresses = samples(GUARDED)
    client = sign_in(role)
    for name in GUARDED:
        if PAGES[name][1].capability not in CAPABILITIES[role]:
            assert client.post(addresses[name]).status_code == 403, name


def other_admin() -> Client:
    other = make_workspace("Other")
    user = make_user()
    with tenancy.entered(other.pk):
        make_member(Role.ADMIN, user)
    client = Client()
    client.force_login(user)
    return client


def test_the_admin_of_another_workspace_finds_nothing(workspace):
    addresses = samples(GUARDED)
    client = other_admin()
    for name in with_object(GUARDED):
        methods = ("get", "post", "put", "patch", "delete")
        found = {getattr(client, method)(addresses[name]).status_code for method in methods}
        assert 404 in found, name
        assert found <= {404, 405}, (name, found)  # 405: no door of this kind, for anybody


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_another_workspaces_token_finds_nothing(method, workspace):
    addresses = samples(API)
    with tenancy.entered(make_workspace("Other").pk):
        _, text = actions.issue_token(name="Other", scopes=["write", "admin:write"], at=workspace.created_at, by=None)
    client = Client(headers={"Authorization": f"Bearer {text}"})
    for name in with_object(API):
        response = getattr(client, method)(addresses[name], {}, content_type="application/json")
        assert response.status_code in {404, 405}, (name, response.status_code)


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_uses_the_api(method, workspace):
    for name, address in samples(API).items():
        assert getattr(Client(), method)(address).status_code == 401, name
