import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dashboard.context import DEMO_LOGINS, shell
from dashboard.demo.loader import SCENES
from tests.builders import NOON, make_member, make_notice, make_user

HOME = reverse("dashboard:today")
SIGN_IN = reverse("account_login")


def test_the_bell_counts_what_i_have_not_read(client, me):
    make_notice(me)
    make_notice(me, read_at=NOON)
    make_notice(make_member())
    assert "Notices: 1 unread" in client.get(HOME).content.decode()


def test_nothing_is_counted_until_it_is_shown(db):
    with CaptureQueriesContext(connection) as captured:
        context = shell(RequestFactory().get("/"))
        assert context["bell"]().count == 0
    assert len(captured) == 0


@pytest.mark.parametrize("is_demo", [True, False])
def test_the_demos_logins_stand_at_its_door_only(db, settings, is_demo):
    settings.DEMO = is_demo
    make_user("manager@northwind.example")
    page = Client().get(SIGN_IN).content.decode()
    assert ("manager@northwind.example" in page) is is_demo
    assert "admin@northwind.example" not in page  # not there, not offered


def test_the_logins_offered_are_those_the_demo_makes():
    """As `dashboard.demo.base.hire` names them: by role, or by first name where a role is shared."""
    made = {}
    for scene in SCENES:
        roles = [role for _, role in scene.people]
        for name, role in scene.people:
            local = role if roles.count(role) == 1 else name.split()[0].lower()
            made[f"{local}@{scene.domain}"] = (role, scene.name)
    assert {email: made.get(email) for email in DEMO_LOGINS} == DEMO_LOGINS
