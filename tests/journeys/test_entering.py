"""Playbooks that begin by themselves on customers that enter a segment."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions.facts import NewFact, record_facts
from journeys.actions import entering, playbooks, plays
from journeys.models import Play, Playbook, Task
from outbox.engine import run_due
from outbox.models import Effect
from segments.actions import segments as segment_actions
from tests.api.conftest import Api, errors, make_token
from tests.builders import NOON, make_account, make_member, make_playbook, make_segment

DAY = timedelta(days=1)


@pytest.fixture
def segment(workspace):
    return make_segment("Quiet")


def waiting_for(segment, **fields) -> Playbook:
    playbook = make_playbook("Call them", **fields)
    return playbooks.change_playbook(playbook=playbook, changes={"segment": segment}, at=NOON, by=None)


def enter(segment, *accounts, at=NOON, kind="segment.entered") -> None:
    data = {"segment_id": segment.pk, "name": segment.name}
    record_facts(facts=[NewFact(account.pk, kind, at, data) for account in accounts], at=at)
    run_due(queue="default", clock=lambda: at, until=at + DAY)


def test_whoever_enters_gets_the_playbooks_tasks(segment):
    playbook, other = waiting_for(segment), make_playbook("By hand")
    first, second = make_account(owner=make_member()), make_account()
    enter(segment, first, second)
    assert set(Play.objects.values_list("playbook", "account", "started_by")) == {
        (playbook.pk, first.pk, None),
        (playbook.pk, second.pk, None),
    }
    assert Task.objects.filter(account=first).count() == len(playbook.steps)
    assert set(Task.objects.filter(account=first).values_list("assignee", flat=True)) == {first.owner_id}
    assert not Play.objects.filter(playbook=other).exists()


def test_leaving_and_other_segments_begin_nothing(segment):
    waiting_for(segment)
    enter(segment, make_account(), kind="segment.left")
    enter(make_segment("Other"), make_account())
    assert not Play.objects.exists()
    assert not Effect.objects.filter(kind=entering.START).exists()


def test_it_is_not_begun_twice_while_it_runs_or_within_a_month(segment):
    playbook, account = waiting_for(segment), make_account()
    plays.start_playbook(playbook=playbook, account=account, at=NOON - 90 * DAY, by=None)
    enter(segment, account)
    assert Play.objects.count() == 1
    plays.stop_play(play=Play.objects.get(), reason="Done", at=NOON, by=None)
    enter(segment, account)
    assert Play.objects.count() == 2
    plays.stop_play(play=Play.objects.latest("pk"), reason="Done", at=NOON, by=None)
    enter(segment, account, at=NOON + 29 * DAY)
    assert Play.objects.count() == 2
    enter(segment, account, at=NOON + 31 * DAY)
    assert Play.objects.count() == 3


def test_a_playbook_that_was_retired_or_freed_meanwhile_begins_nothing(segment):
    playbook, account = waiting_for(segment), make_account()
    playbooks.change_playbook(playbook=playbook, changes={"segment": None}, at=NOON, by=None)
    told = {"playbook_id": playbook.pk, "account_ids": [account.pk]}
    assert entering.start_where_entered(**told, at=NOON) == 0
    playbooks.change_playbook(playbook=playbook, changes={"segment": segment}, at=NOON, by=None)
    playbooks.set_retired(playbook=playbook, is_retired=True, at=NOON, by=None)
    assert entering.start_where_entered(**told, at=NOON) == 0
    enter(segment, account)
    assert not Effect.objects.filter(kind=entering.START).exists()


def test_many_at_once_are_many_pieces_of_work(segment, monkeypatch):
    monkeypatch.setattr(entering, "AT_ONCE", 2)
    waiting_for(segment)
    enter(segment, *(make_account() for _ in range(5)))
    assert Effect.objects.filter(kind=entering.START, state="done").count() == 3
    assert Play.objects.count() == 5


# ------------------------------------------------------------------------------------------- the way a person goes
def test_playbook_edit_chooses_the_segment_and_the_pages_say_so(segment):
    client, playbook = Client(), make_playbook("Call them")
    client.force_login(make_member("csm").user)
    address = reverse("journeys:playbook_edit", args=[playbook.pk])
    assert "Never: somebody starts it" in client.get(address).content.decode()
    sent = {"name": "Call them", "segment": segment.pk, "text_1": "Call", "days_1": 2, "role_1": ""}
    assert client.post(address, sent).status_code == 302
    assert f'value="{segment.pk}" selected' in client.get(address).content.decode()
    shown = client.get(reverse("journeys:playbook", args=[playbook.pk])).content.decode()
    assert "Begins by itself on customers that enter the segment" in shown
    assert "put away" not in shown
    assert "enter “Quiet”" in client.get(reverse("journeys:playbook_list")).content.decode()
    segment_actions.archive(segment=segment, at=NOON, by=None)
    assert "put away" in client.get(reverse("journeys:playbook", args=[playbook.pk])).content.decode()
    assert client.post(address, {**sent, "segment": segment.pk}).status_code == 422


def test_the_segment_of_a_playbook_over_the_api(segment):
    api = Api(make_token())
    body = {"name": "Call them", "steps": [{"text": "Call", "due_in_days": 1}], "segment": segment.pk}
    made = api.post("playbooks/", body).json()
    assert made["segment"] == segment.pk
    assert api.patch(f"playbooks/{made['id']}/", {"segment": None}).json()["segment"] is None
    assert list(errors(api.patch(f"playbooks/{made['id']}/", {"segment": 10**9}))) == ["segment"]
