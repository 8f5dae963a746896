"""Alerts in people's hands: assigned, and given to the managers when nobody touches them."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Fact
from alerts import queries
from alerts.actions import care, dismissals, escalation, settings
from alerts.models import Alert
from tests.api.conftest import api, errors  # noqa: F401  a fixture
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_alert,
    make_member,
    make_touchpoint,
    make_user,
)
from tests.health.test_views import sign_in
from workspaces import actions as workspace_actions
from workspaces.capabilities import Role
from workspaces.queries import Membership

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


def membership(member):
    return Membership(member.workspace_id, "", member.pk, member.role)


# ------------------------------------------------------------------------------------------- assigning
def test_an_alert_is_assigned_and_handed_back(workspace):
    owner, colleague = make_member(), make_member(user=make_user(name="Ana Ruiz"))
    alert = make_alert(make_account("Alder", owner=owner))
    care.assign_alert(alert=alert, assignee=colleague, at=NOON, by=owner.user)
    care.assign_alert(alert=alert, assignee=colleague, at=NOON, by=owner.user)
    alert = queries.alerts_with_people().get()
    assert (alert.responsible, alert.news_at) == (colleague, NOON)
    assert [one.pk for one in queries.open_alerts_for(membership(colleague), today=TODAY)] == [alert.pk]
    assert list(queries.open_alerts_for(membership(owner), today=TODAY)) == []
    care.assign_alert(alert=alert, assignee=None, at=NOON, by=owner.user)
    assert queries.alerts_with_people().get().responsible == owner
    told = [fact.data for fact in Fact.objects.filter(kind="alert.assigned").order_by("pk")]
    assert [(one["member"], one["name"]) for one in told] == [(colleague.pk, "Ana Ruiz"), (None, "")]


def test_who_leaves_hands_their_alerts_back(workspace):
    owner, colleague = make_member(), make_member()
    make_member(Role.ADMIN)
    account = make_account(owner=owner)
    alert = care.assign_alert(alert=make_alert(account), assignee=colleague, at=NOON, by=None)
    workspace_actions.end_membership(member=colleague, at=NOON, by=owner.user)
    alert = queries.alerts_with_people().get(pk=alert.pk)
    assert (alert.responsible, alert.is_assigned) == (owner, False)


def test_nobody_gets_an_alert_who_may_not_work(workspace):
    alert, viewer, gone = make_alert(make_account()), make_member(Role.VIEWER), make_member()
    workspace_actions.end_membership(member=gone, at=NOON, by=viewer.user)
    gone.refresh_from_db()
    for member in (viewer, gone):
        with pytest.raises(care.MayNotWork):
            care.assign_alert(alert=alert, assignee=member, at=NOON, by=None)


def test_alert_assign_on_its_page_and_in_the_list(workspace):
    client, colleague = sign_in(), make_member(user=make_user(name="Ana Ruiz"))
    alert = make_alert(make_account("Alder"))
    address = reverse("alerts:alert_assign", args=[alert.pk])
    assert "Ana Ruiz" in client.get(reverse("alerts:alert_list") + "?who=all").content.decode()
    client.post(address, {"member": colleague.pk, "next": reverse("alerts:alert", args=[alert.pk])})
    assert Alert.objects.get().assignee == colleague
    assert "assigned to Ana Ruiz" in client.get(reverse("alerts:alert", args=[alert.pk])).content.decode()
    assert client.get(address).status_code == 405
    assert client.post(address, {"member": "999999"}).status_code == 422
    client.post(address, {"member": ""})
    assert Alert.objects.get().assignee is None


def test_alert_list_of_those_assigned_to_me(workspace):
    member = make_member()
    client = sign_in(member=member)
    mine, other = make_alert(make_account("Alder")), make_alert(make_account("Birch"))
    care.assign_alert(alert=mine, assignee=member, at=NOON, by=None)
    page = client.get(reverse("alerts:alert_list") + "?who=assigned").content.decode()
    assert ("Alder" in page, "Birch" in page) == (True, False)
    export = client.get(reverse("alerts:alert_export") + "?who=assigned").getvalue().decode()
    assert ("Alder" in export, "Birch" in export, other.pk) == (True, False, other.pk)


# ------------------------------------------------------------------------------------------- escalating
def test_an_untouched_alert_goes_to_the_managers_once(workspace):
    manager, _admin = make_member(Role.MANAGER), make_member(Role.ADMIN)
    alert = make_alert(make_account())
    assert escalation.escalate(at=NOON + 2 * DAY) == 0
    assert escalation.escalate(at=NOON + 3 * DAY) == 1
    assert escalation.escalate(at=NOON + 4 * DAY) == 0
    alert.refresh_from_db()
    assert (alert.escalated_at, alert.escalated_to) == (NOON + 3 * DAY, [manager.pk])
    fact = Fact.objects.get(kind="alert.escalated")
    assert (fact.data["days"], fact.data["members"], fact.data["alert_id"]) == (3, [manager.pk], alert.pk)


def test_administrators_stand_in_for_managers(workspace):
    alert = make_alert(make_account())
    assert escalation.escalate(at=NOON + 9 * DAY) == 0
    admin = make_member(Role.ADMIN)
    assert escalation.escalate(at=NOON + 9 * DAY) == 1
    alert.refresh_from_db()
    assert alert.escalated_to == [admin.pk]


@pytest.mark.parametrize("touch", ["acknowledge", "touchpoint", "dismiss", "resolve", "hold_out"])
def test_what_was_touched_stays_where_it_is(workspace, touch):
    make_member(Role.MANAGER)
    account = make_account()
    alert, later = make_alert(account), NOON + timedelta(hours=1)
    if touch == "acknowledge":
        care.acknowledge_alert(alert=alert, at=later, by=None)
    if touch == "touchpoint":
        make_touchpoint(account, at=later)
    if touch == "dismiss":
        dismissals.dismiss(account=account, until=TODAY + DAY, reason="Away", at=later, by=None)
    if touch == "resolve":
        care.resolve_alert(alert=alert, at=later, by=None)
    if touch == "hold_out":
        Alert.objects.update(is_held_out=True)
    assert escalation.escalate(at=NOON + 30 * DAY) == 0


def test_a_touchpoint_before_the_alert_is_no_answer_to_it(workspace):
    make_member(Role.MANAGER)
    account = make_account()
    make_touchpoint(account, at=NOON - DAY)
    make_alert(account)
    assert escalation.escalate(at=NOON + 3 * DAY) == 1


def test_the_days_begin_anew_when_it_is_assigned_and_when_it_comes_back(workspace):
    make_member(Role.MANAGER)
    put_off, given = make_alert(make_account()), make_alert(make_account())
    care.snooze_alert(alert=put_off, until=TODAY + 5 * DAY, reason="Away", at=NOON, by=None)
    care.assign_alert(alert=given, assignee=make_member(), at=NOON + 2 * DAY, by=None)
    assert [escalation.escalate(at=NOON + days * DAY) for days in (4, 5, 7, 8)] == [0, 1, 0, 1]


def test_a_workspace_may_never_escalate(workspace):
    make_member(Role.MANAGER)
    make_alert(make_account())
    settings.set_alerts(escalate_after_days=0, at=NOON, by=None)
    assert escalation.escalate(at=NOON + 99 * DAY) == 0


def test_what_is_old_does_not_go_up_all_at_once_when_it_is_switched_on(workspace, time_machine):
    make_member(Role.MANAGER)
    make_alert(make_account())
    for days, at in (("0", NOON), ("3", NOON + 60 * DAY), ("2", NOON + 61 * DAY)):
        time_machine.move_to(at, tick=False)
        sign_in(Role.ADMIN).post(reverse("alerts:budget"), {"budget": "5", "escalate_after_days": days})
    assert [escalation.escalate(at=NOON + days * DAY) for days in (61, 62)] == [0, 1]
    assert Fact.objects.get(kind="alert.escalated").data["days"] == 2


def test_an_upgrade_begins_to_count_for_alerts_that_are_there(workspace):
    """The migration's own statement, on what an older version left."""
    begin = import_module("alerts.migrations.0003_from_the_upgrade").BEGIN
    make_member(Role.MANAGER)
    make_alert(make_account())
    with connection.cursor() as cursor:
        cursor.execute(begin)
        cursor.execute(begin)
    begun = queries.alert_settings().escalating_since
    assert begun is not None
    assert [escalation.escalate(at=begun + days * DAY) for days in (0, 2, 3)] == [0, 0, 1]


@pytest.mark.parametrize("count", [1, 3])
def test_escalation_costs_the_same_for_any_number(workspace, django_assert_num_queries, count):
    make_member(Role.MANAGER)
    for _ in range(count):
        make_alert(make_account())
    with django_assert_num_queries(13):
        assert escalation.escalate(at=NOON + 3 * DAY) == count


def test_lists_say_who_has_it_now(workspace):
    make_member(Role.MANAGER, user=make_user(name="Kim Sato"))
    client, alert = sign_in(), make_alert(make_account("Alder"))
    escalation.escalate(at=NOON + 3 * DAY)
    for address in (reverse("alerts:alert_list") + "?who=all", reverse("alerts:alert", args=[alert.pk])):
        page = client.get(address).content.decode()
        assert ("With the managers" in page, "Kim Sato" in page) == (True, True)


def test_how_alerts_are_dealt_with_is_typed(workspace):
    client = sign_in(Role.ADMIN)
    told = {"budget": "8", "escalate_after_days": "5"}
    assert client.post(reverse("alerts:budget"), told).status_code == 302
    found = queries.alert_settings()
    assert (found.budget, found.escalate_after_days) == (8, 5)
    assert client.post(reverse("alerts:budget"), told | {"escalate_after_days": "91"}).status_code == 422


# ------------------------------------------------------------------------------------------- over the API
def test_alerts_are_assigned_over_the_api(api):  # noqa: F811
    account, colleague, viewer = make_account(), make_member(), make_member(Role.VIEWER)
    alert = make_alert(account)
    path = f"alerts/{alert.pk}/assign/"
    shown = api.post(path, {"member": colleague.pk}).json()
    assert (shown["assignee"], shown["escalated_at"], shown["escalated_to"]) == (colleague.pk, None, [])
    assert api.ids("alerts/", assignee=colleague.pk) == [alert.pk]
    assert api.ids("alerts/", assignee=viewer.pk) == []
    assert "member" in errors(api.post(path, {"member": viewer.pk}))
    assert api.post(path, {"member": None}).json()["assignee"] is None
    care.resolve_alert(alert=alert, at=NOON, by=None)
    assert api.post(path, {"member": colleague.pk}).status_code == 409


def test_held_out_alerts_are_not_in_the_api(api):  # noqa: F811
    alert = make_alert(make_account(), is_held_out=True)
    assert (api.ids("alerts/"), api.get(f"alerts/{alert.pk}/").status_code) == ([], 404)


def test_how_alerts_are_dealt_with_over_the_api(api):  # noqa: F811
    shown = api.get("alerts/settings/").json()
    assert shown == {
        "budget": 5, "escalate_after_days": 3, "holdout_share": 0, "changed_at": None, "changed_by": None,
        "load": {"since": None, "opened": 0, "rate": None, "is_above_budget": False, "rules": []},
    }  # fmt: skip
    assert api.patch("alerts/settings/", {"holdout_share": 10}).json()["holdout_share"] == 10
    assert "holdout_share" in errors(api.patch("alerts/settings/", {"holdout_share": 21}))
    assert queries.alert_settings().holdout_share == 10


def test_accounts_are_dismissed_over_the_api(api):  # noqa: F811
    account = make_account()
    told = {"account": account.pk, "until": "2026-06-20", "reason": "Signed"}
    shown = api.post("dismissals/", told)
    assert (shown.status_code, shown.json()["reason"]) == (201, "Signed")
    pk = shown.json()["id"]
    assert api.ids("dismissals/", account=account.pk) == [pk]
    assert "until" in errors(api.post("dismissals/", told | {"until": "2026-06-15"}))
    assert api.post(f"dismissals/{pk}/end/").status_code == 200
    assert api.ids("dismissals/") == []
    assert api.post(f"dismissals/{pk}/end/").status_code == 404
