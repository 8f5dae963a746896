"""The frame around every page: sign-in, errors, rail, theme, no inline script or style."""

import re

import pytest
from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

from notices.queries.notices import Bell
from workspaces.models import User
from workspaces.queries import Membership

INLINE = re.compile(
    r"<style|style=|<script(?![^>]*(?: src=|application/json))|\son[a-z]+=|hx-on|hx-vals=['\"]js:", re.I
)
DEMO = [{"role": "Manager", "workspace": "Northwind", "email": "tom@northwind.example", "password": "lantern"}]


def signed_in(path="/accounts/", workspaces=("Northwind", "Contoso")):
    request = RequestFactory().get(path)
    request.user = User(name="Mei Chen", email="mei@northwind.example", theme="dark")
    request.memberships = [Membership(number, name, number, "csm") for number, name in enumerate(workspaces, 1)]
    request.member, request.workspace_id = request.memberships[0], 1
    return request


PAGES = [
    path.relative_to(settings.BASE_DIR)
    for path in sorted(settings.BASE_DIR.glob("templates/**/*.html"))
    if not path.with_suffix(".txt").exists() and not path.name.startswith("mail_")
]  # a letter has a text twin, and its style is inlined when it is written


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_no_template_has_inline_script_or_style(path):
    assert INLINE.findall((settings.BASE_DIR / path).read_text()) == []


@pytest.mark.parametrize("code", ["400", "403", "404"])
def test_error_pages_stand_in_the_shell_only_for_those_signed_in(code):
    inside = get_template(f"{code}.html").template.render(context(signed_in()))
    outside = render_to_string(f"{code}.html")

    assert 'class="rail"' in inside
    assert 'class="rail"' not in outside
    assert code in outside


@pytest.mark.parametrize("name", ["500.html", "403_csrf.html"])
def test_the_last_resorts_need_no_request(name):
    assert "Go to the start" in render_to_string(name)


def context(request, **more):
    from django.template import Context

    return Context({"request": request, "csrf_token": "t0ken", **more})


def shell(request, **more):
    return get_template("base.html").template.render(context(request, **more))


def test_shell_has_a_skip_link_search_bell_and_the_members_theme():
    page = shell(signed_in(), bell=Bell(10))

    assert page.index('href="#main"') < page.index('class="rail"')
    assert 'data-theme="dark"' in page
    assert 'aria-keyshortcuts="/"' in page
    assert "Notices: more than 9 unread" in page
    assert ">9+<" in page
    assert '<meta name="csrf-token" content="t0ken">' in page


def test_rail_lights_the_room_the_page_is_in():
    lit = re.findall(r'data-place="(\w+)"[^>]* aria-current="page"', shell(signed_in("/accounts/7/")))

    assert lit == ["accounts"]


def test_workspaces_can_be_switched_only_where_there_are_several():
    assert 'name="workspace" value="2"' in shell(signed_in())
    assert 'name="workspace"' not in shell(signed_in(workspaces=["Northwind"]))


def test_sign_in_offers_the_demo_logins_only_when_there_are_any():
    page = get_template("account/login.html").template.render(context(None, form={}, demo_logins=DEMO))

    assert "tom@northwind.example" in page
    assert page.count('name="password"') == 2
    assert "Demo logins" not in get_template("account/login.html").template.render(context(None, form={}))


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/auth/login/", "/auth/password/reset/", "/auth/signup/"])
def test_pages_before_sign_in_keep_to_the_policy(client, path):
    response = client.get(path)
    page = response.content.decode()

    assert response.status_code == 200
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert INLINE.findall(page) == []
    assert "Sign up" not in page
