"""A judgement of one's own: six steps, a reason, thirty days; beside the score and never in it."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.db.models import CASCADE
from django.urls import reverse

from accounts import queries as account_queries
from accounts.actions import erasing
from accounts.models import Fact
from accounts.queries import privacy
from health import queries
from health.actions import pulses, scores
from health.models import HealthScore, Pulse
from segments import queries as segment_queries
from segments import registry
from tests.alerts.test_alerts import with_score
from tests.api.conftest import Api, make_token
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_contact,
    make_pulse,
    make_reading,
    make_user,
    make_workspace,
)
from tests.health.given import part
from tests.health.test_views import sign_in
from workspaces import tenancy
from workspaces.capabilities import Role

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


def panel(account, client=None):
    return (client or sign_in()).get(reverse("health:account_panel", args=[account.pk]))


# ------------------------------------------------------------------------------------------- what holds
@pytest.mark.parametrize(("age", "holds"), [(0, True), (29, True), (30, False), (400, False)])
def test_a_pulse_holds_for_thirty_days(workspace, age, holds):
    account = make_account()
    made = make_pulse(account, step=6, at=NOON - age * DAY)
    assert queries.pulse_now(account, TODAY) == (made if holds else None)


def test_the_newest_pulse_replaces_the_one_before(workspace):
    account = make_account()
    make_pulse(account, step=6, at=NOON - DAY)
    new = make_pulse(account, step=2)
    assert queries.pulse_now(account, TODAY) == new
    assert [one.step for one in queries.pulses_of(account)] == [2, 6]


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_pulse_needs_a_reason(workspace, reason):
    with pytest.raises(pulses.ReasonMissing):
        make_pulse(make_account(), reason=reason)
    assert not Pulse.objects.exists()


def test_a_pulse_is_told_on_the_timeline(workspace):
    account = make_account()
    made = make_pulse(account, step=2, reason="They asked for other offers.")
    (moment, *_), _older = account_queries.timeline(account, groups=["health"])
    assert (moment.kind, moment.told) == ("pulse.set", "Pulse: In trouble. They asked for other offers.")
    assert moment.url == reverse("dashboard:account_panel", args=[account.pk, "health"])
    pulses.take_back(pulse=made, at=NOON, by=None)
    assert account_queries.timeline(account)[0][0].told == "Pulse taken back: In trouble"


@pytest.mark.parametrize(("minutes", "is_late"), [(10, False), (11, True)])
def test_a_slip_is_taken_back_within_ten_minutes(workspace, minutes, is_late):
    account = make_account()
    before = make_pulse(account, step=5, at=NOON - DAY)
    slip = make_pulse(account, step=1)
    at = NOON + timedelta(minutes=minutes)
    if is_late:
        with pytest.raises(pulses.TooLate):
            pulses.take_back(pulse=slip, at=at, by=None)
        assert queries.pulse_now(account, TODAY) == slip
        return
    pulses.take_back(pulse=slip, at=at, by=None)
    assert queries.pulse_now(account, TODAY) == before
    with pytest.raises(pulses.TooLate):
        pulses.take_back(pulse=slip, at=at, by=None)


def test_a_pulse_never_moves_the_score(workspace):
    account = make_account()
    make_reading(account, "key_actions", TODAY, 5)
    scores.rescore(account_ids=[account.pk], at=NOON)
    before = HealthScore.objects.values("score", "coverage", "parts").get()
    make_pulse(account, step=1)
    scores.rescore(account_ids=[account.pk], at=NOON)
    assert HealthScore.objects.values("score", "coverage", "parts").get() == before


# ------------------------------------------------------------------------------------------- against the score
@pytest.mark.parametrize(
    ("step", "band", "differs"),
    [
        (6, "at_risk", True), (6, "watch", True), (6, "healthy", False), (5, "watch", True), (4, "healthy", False),
        (4, "watch", False), (4, "at_risk", True), (3, "watch", False), (3, "at_risk", False), (3, "healthy", True),
        (2, "watch", True), (1, "at_risk", False), (1, "healthy", True), (6, "", False), (1, "", False),
    ],
)  # fmt: skip
def test_when_pulse_and_score_differ(step, band, differs):
    assert queries.pulse.differs(step, band) is differs


def test_a_gap_is_said_in_words_to_whoever_said_it_and_to_others(workspace):
    account, client = make_account(), sign_in()
    with_score(account, 30, band="at_risk", parts=[part("adoption", 30, 30.0)])
    make_pulse(account, step=6, by=client.member.user)
    mine = panel(account, client).content.decode()
    assert "You say “Thriving”, the score says “At risk”: which of the two misses something?" in mine
    others = panel(account).content.decode()
    assert f"{client.member.user} says “Thriving”" in others
    make_pulse(account, step=6, by=None)
    assert "The pulse says “Thriving”" in panel(account).content.decode()
    make_pulse(account, step=1, by=client.member.user)
    assert "which of the two misses" not in panel(account).content.decode()


def test_the_panel_says_that_there_is_none(workspace):
    account = make_account()
    assert "Nobody has said yet" in panel(account).content.decode()
    make_pulse(account, step=6, at=NOON - 31 * DAY)
    text = panel(account).content.decode()
    assert "No current pulse." in text
    assert "“Thriving”, held until" in text


# ------------------------------------------------------------------------------------------- through the door
def test_pulse_new_by_form_without_script(workspace):
    account, client = make_account(), sign_in()
    url = reverse("health:pulse_new", args=[account.pk])
    assert client.get(url).content.decode().count('type="radio"') == 6
    refused = client.post(url, {"step": "7", "reason": ""})
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"step", "reason"})
    assert client.post(url, {"step": "2", "reason": "   "}).status_code == 422
    said = client.post(url, {"step": "2", "reason": "Their director left."}, follow=True)
    assert said.redirect_chain == [(reverse("health:account_panel", args=[account.pk]), 302)]
    assert "Their director left." in said.content.decode()
    made = Pulse.objects.get()
    assert (made.step, made.by, made.at) == (2, client.member.user, NOON)
    undone = client.post(reverse("health:pulse_undo", args=[account.pk]), follow=True)
    assert "Taken back." in undone.content.decode()
    assert queries.pulse_now(account, TODAY) is None
    late = client.post(reverse("health:pulse_undo", args=[account.pk]), follow=True)
    assert "no longer be taken back" in late.content.decode()


def test_a_viewer_reads_and_says_nothing(workspace):
    account = make_account()
    make_pulse(account, reason="Their director left.")
    client = sign_in(Role.VIEWER)
    assert "Their director left." in panel(account, client).content.decode()
    assert reverse("health:pulse_new", args=[account.pk]) not in panel(account, client).content.decode()
    assert client.post(reverse("health:pulse_new", args=[account.pk]), {"step": 1, "reason": "x"}).status_code == 403
    assert client.post(reverse("health:pulse_undo", args=[account.pk])).status_code == 403


def test_history_and_its_export(workspace, django_assert_num_queries):
    account, client = make_account(), sign_in()
    make_pulse(account, step=3, reason="One", at=NOON - 50 * DAY)
    url = reverse("health:pulse_list", args=[account.pk])
    client.get(url)
    make_pulse(account, step=6, reason="Two")
    with django_assert_num_queries(10):
        page = client.get(url)
    assert [(row["number"], row["reason"]) for row in page.context["rows"]] == [(6, "Two"), (3, "One")]
    table = client.get(reverse("health:pulse_export", args=[account.pk]))
    body = b"".join(table.streaming_content) if table.streaming else table.content
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert [row[3:7] for row in rows[1:]] == [
        ["6", "Thriving", "Two", "2026-07-15"],
        ["3", "Shaky", "One", "2026-05-26"],
    ]


# ------------------------------------------------------------------------------------------- API, segments
def test_pulses_over_the_api(workspace):
    account = make_account()
    api = Api(make_token())
    made = api.send("POST", "pulses/", {"account": account.pk, "step": 2, "reason": "Silence."})
    assert made.status_code == 201
    told = made.json()
    assert (told["step"], told["step_name"], told["is_current"], told["expires_on"]) == (
        2, "In trouble", True, "2026-07-15",
    )  # fmt: skip
    assert api.send("POST", "pulses/", {"account": account.pk, "step": 9, "reason": "x"}).status_code == 400
    assert api.send("POST", "pulses/", {"account": account.pk, "step": 2, "reason": " "}).status_code == 400
    assert api.send("POST", "pulses/", {"account": account.pk, "step": 2}).status_code == 400
    listed = api.get("pulses/", account=account.pk).json()["results"]
    assert [one["id"] for one in listed] == [told["id"]]
    assert api.get("pulses/", step=3).json()["results"] == []


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ({"field": "pulse", "op": "any_of", "value": ["1", "2"]}, ["Worried"]),
        ({"field": "pulse", "op": "empty"}, ["Old", "Unsaid"]),
        ({"field": "pulse_age", "op": "above", "value": 30}, ["Old"]),
        ({"field": "pulse_age", "op": "empty"}, ["Unsaid"]),
    ],
)
def test_segments_ask_about_the_pulse(workspace, condition, names):
    make_pulse(make_account("Worried"), step=2)
    make_pulse(make_account("Old"), step=2, at=NOON - 31 * DAY)
    make_account("Unsaid")
    found = segment_queries.preview({"all": [condition]}, today=TODAY, fields=registry.catalogue())
    assert [one.name for one in found.first] == names


# ------------------------------------------------------------------------------------------- privacy, tenancy
def test_a_pulse_that_names_a_person_is_handed_over_and_redacted(workspace):
    account = make_account()
    contact = make_contact(account, name="Mei Chen", email="mei@cedar.example")
    make_pulse(account, reason="Mei Chen is unhappy.")
    make_pulse(account, reason="Nobody in particular.")
    assert [row["reason"] for row in privacy.known_about(contact)["pulses"]] == ["Mei Chen is unhappy."]
    erasing.erase_contact(contact=contact, at=NOON, by=None)
    erasing.erase_traces(contact_id=contact.pk, is_last=True, at=NOON)
    assert "Mei" not in " ".join(Pulse.objects.values_list("reason", flat=True))
    assert "Mei" not in str(list(Fact.objects.filter(kind="pulse.set").values_list("data", flat=True)))


def test_pulses_go_with_the_account():
    assert Pulse._meta.get_field("account").remote_field.on_delete is CASCADE


def test_pulses_of_another_workspace_stay_there(workspace):
    client = sign_in()
    other = make_workspace("Other")
    with tenancy.entered(other.pk):
        account = make_account("Elm")
        make_pulse(account, by=make_user())
    assert not Pulse.objects.exists()
    for name in ("pulse_list", "pulse_new", "pulse_export"):
        assert client.get(reverse(f"health:{name}", args=[account.pk])).status_code == 404
    assert client.post(reverse("health:pulse_undo", args=[account.pk])).status_code == 404
