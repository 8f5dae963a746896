"""Who writes a metric, and that two of them are told: through the API, a file, and the pages that show it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import MetricSource
from tests.api.conftest import Api
from tests.builders import NOON, make_account, make_member, make_metric
from tests.imports.files import brought_in
from workspaces import actions as workspace_actions
from workspaces.capabilities import Role

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def client(workspace):
    client = Client()
    client.force_login(make_member(Role.ADMIN).user)
    return client


def write(name, **reading):
    token = workspace_actions.issue_token(name=name, scopes=["read", "write"], at=NOON, by=None)[1]
    told = {"account": "4711", "metric": "logins", "kind": "counter", "day": "2026-06-14", "value": 5, **reading}
    assert Api(token).post("metrics/batch/", {"readings": [told]}).status_code == 200


def kept():
    rows = MetricSource.objects.filter(kind="api").order_by("pk")
    return [(one.metric.key, one.kind, one.name, one.first_at, one.last_at) for one in rows]


def page(client, name, *args):
    return " ".join(client.get(reverse(name, args=args)).content.decode().split())


def test_each_token_and_files_are_sources_noted_once_an_hour(workspace, time_machine):
    make_account("Cedar", external_ids={"crm": "4711"})
    write("Product")
    time_machine.move_to(NOON + HOUR / 2, tick=False)
    write("Product")
    assert kept() == [("logins", "api", "Product", NOON, NOON)]
    time_machine.move_to(NOON + 2 * HOUR, tick=False)
    write("Product")
    write("Billing")
    brought_in("Account,Metric,Day,Value\nCedar,logins,2026-06-13,7\n", kind="metrics")
    assert kept() == [
        ("logins", "api", "Product", NOON, NOON + 2 * HOUR),
        ("logins", "api", "Billing", NOON + 2 * HOUR, NOON + 2 * HOUR),
    ]
    assert MetricSource.objects.get(kind="file").metric.key == "logins"


def test_two_sources_of_one_metric_are_told_where_it_is_set_and_where_it_counts(client, time_machine):
    account = make_account(external_ids={"crm": "4711"})
    write("Product")
    assert "Several sources" not in page(client, "health:account_panel", account.pk)
    time_machine.move_to(NOON + 2 * HOUR, tick=False)
    write("Billing")

    panel = page(client, "health:account_panel", account.pk)
    assert "Several sources write “Logins”. They do not add up: of one day the later one counts" in panel
    assert panel.index("API token “Billing”") < panel.index("API token “Product”"), "the last one first"
    settings = page(client, "accounts:metric_list")
    assert ("2 sources" in settings, "API token “Product”" in settings) == (True, True)
    export = client.get(reverse("accounts:metric_export")).getvalue().decode()
    assert export.count("logins") == 2
    api = Api(workspace_actions.issue_token(name="Reader", scopes=["read"], at=NOON, by=None)[1])
    [metric] = api.get("metrics/").json()["results"]
    assert [one["name"] for one in metric["sources"]] == ["Billing", "Product"]


def test_what_ninefold_counts_itself_is_a_source_too_and_one_of_long_ago_is_none(client, time_machine):
    make_account(external_ids={"crm": "4711"})
    write("Survey tool", metric="csat", kind="rating", value=80)
    write("Old one")
    time_machine.move_to(NOON + timedelta(days=31), tick=False)
    client.force_login(make_member(Role.ADMIN).user)
    write("Survey tool", metric="csat", kind="rating", value=80)
    write("New one")
    settings = page(client, "accounts:metric_list")
    assert settings.count("2 sources") == 1
    assert "Ninefold, from answers and touchpoints" in settings


def test_a_metric_that_nobody_wrote_from_outside(client):
    assert "No metric yet" in page(client, "accounts:metric_list")
    make_metric("reports")
    assert "Nobody that was noted" in page(client, "accounts:metric_list")
