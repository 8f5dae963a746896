import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dashboard.context import shell
from tests.builders import make_account, make_alert, make_user

HOME = reverse("dashboard:today")
SIGN_IN = reverse("account_login")


def test_the_bell_counts_my_alerts_that_nobody_has_acknowledged(client, me):
    make_alert(make_account(owner=me))
    make_alert(make_account())
    assert "Alerts: 1 open" in client.get(HOME).content.decode()


def test_nothing_is_counted_until_it_is_shown(db):
    with CaptureQueriesContext(connection) as captured:
        context = shell(RequestFactory().get("/"))
        assert context["bell_count"]() == 0
    assert len(captured) == 0


@pytest.mark.parametrize("is_demo", [True, False])
def test_the_demos_logins_stand_at_its_door_only(db, settings, is_demo):
    settings.DEMO = is_demo
    make_user("manager@northwind.example")
    page = Client().get(SIGN_IN).content.decode()
    assert ("manager@northwind.example" in page) is is_demo
    assert "admin@northwind.example" not in page  # not there, not offered
