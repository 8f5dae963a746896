"""The pages where profiles are set, through the browser's door."""

import re

import pytest
import time_machine
from django.urls import reverse

from health import queries
from health.actions import profiles, recomputing, scores
from health.models import HealthProfile, HealthScore
from health.parts import DEFAULT_WEIGHTS, PARTS
from outbox.models import Effect
from segments.actions import segments as segment_actions
from tests.builders import NOON, TODAY, make_account, make_segment
from tests.health.test_profiles import EVEN, add, moved_by_relationships, names
from tests.health.test_recomputing import OTHER, changed
from tests.health.test_views import sign_in
from workspaces.capabilities import Role

LIST = "health:weights"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


def typed(**changes):
    targets = {f"target_{key}": 50 for key in PARTS}
    return {"name": "Gold", "stages": ["loyalty"], **DEFAULT_WEIGHTS, **targets, "form": "save", **changes}


def edit(profile: HealthProfile) -> str:
    return reverse("health:profile_edit", args=[profile.pk])


def test_profiles_are_for_managers(workspace):
    assert sign_in(Role.CSM).get(reverse(LIST)).status_code == 403
    assert sign_in(Role.CSM).get(edit(queries.profile())).status_code == 403
    assert sign_in(Role.MANAGER).get(reverse(LIST)).status_code == 200


def test_the_list_says_for_whom_each_is(workspace):
    make_account(stage="delivery")
    client, segment = sign_in(Role.MANAGER), make_segment("Retail")
    add("Retailers", segment_id=segment.pk, stages=[])
    segment_actions.archive(segment=segment, at=NOON, by=None)
    page = client.get(reverse(LIST)).content.decode()
    for words in (
        "Retailers",
        "For nobody",
        "Onboarding",
        "Accounts in the stage Decision or Delivery.",
        "as delivered",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"engagement": 11}, "The weights must total 100; these total 101."),
        ({"engagement": ""}, "This field is required."),
        ({"engagement": -1, "adoption": 36}, "greater than or equal to 0"),
        ({"engagement": "lots"}, "Enter a whole number."),
        ({"engagement": "NaN"}, "Enter a whole number."),
        ({"target_intent": 101}, "less than or equal to 100"),
        ({"target_intent": "nan"}, "Enter a whole number."),
        ({"stages": []}, "Choose a segment, or at least one stage"),
        ({"stages": ["asleep"]}, "Select a valid choice."),
        ({"segment": 99}, "Select a valid choice."),
        ({"name": "Mature"}, "Another profile has this name."),
        ({"name": ""}, "This field is required."),
    ],
)
@pytest.mark.parametrize("button", ["save", "preview"])
def test_what_is_wrong_is_said_at_the_field(workspace, changes, error, button):
    client, onboarding = sign_in(Role.MANAGER), queries.profiles()[0]
    for address in (reverse("health:profile_new"), edit(onboarding)):
        response = client.post(address, {**typed(**changes), "form": button})
        assert response.status_code == 422
        assert error in response.content.decode()
    assert names() == ["Onboarding", "Mature"]


def test_a_profile_is_previewed_then_saved(workspace):
    moved_by_relationships()
    scores.rescore_all(day=TODAY, at=NOON)
    client, mature = sign_in(Role.MANAGER), queries.profile()
    wanted = typed(name="Mature", adoption=0, relationships=40, target_adoption=66)

    preview = client.post(edit(mature), {**wanted, "form": "preview"}).content.decode()
    assert "2 of 2 accounts would be in another band" in preview
    assert "Watch → At risk: 2" in preview
    words = " ".join(re.sub(r"<[^>]+>", "", preview).split())
    assert re.search(r"These would move most: .+: Watch 56 → At risk 0 −56\.5", words), words
    assert ("Tried on the first" in preview, "as delivered" in preview.lower()) == (False, True)
    assert {row.parts[2]["weight"] for row in HealthScore.objects.all()} == {25}
    same = client.post(edit(mature), {**typed(name="Mature"), "form": "preview"}).content.decode()
    assert "none would be in another band" in same

    assert client.post(edit(mature), wanted).status_code == 302
    page = client.get(edit(mature)).content.decode()
    assert 'value="40"' in page
    assert 'value="66"' in page
    assert "Changed by Mei Chen" in page
    assert "Saved." in client.post(edit(mature), wanted, follow=True).content.decode()


def test_a_profile_is_added_moved_retired_and_used_again(workspace):
    client = sign_in(Role.MANAGER)
    nobody = client.post(reverse("health:profile_new"), {**typed(), "form": "preview"}).content.decode()
    assert "It applies to no account now" in nobody
    assert client.post(reverse("health:profile_new"), typed()).status_code == 302
    gold = queries.profiles()[0]
    assert (names(), gold.desired) == (["Gold", "Onboarding", "Mature"], EVEN)

    def press(what: str, profile: HealthProfile, **told: str) -> str:
        address = reverse(f"health:profile_{what}", args=[profile.pk])
        return client.post(address, told, follow=True).content.decode()

    press("move", gold, to="later")
    assert names() == ["Onboarding", "Gold", "Mature"]
    press("move", gold, to="earlier")
    assert names() == ["Gold", "Onboarding", "Mature"]
    assert "Use again" in press("retire", gold)
    press("restore", gold)
    assert names() == ["Gold", "Onboarding", "Mature"]
    for what in ("move", "retire"):
        assert "for everybody else" in press(what, queries.profile())


def test_what_cannot_come_back_is_said(workspace, monkeypatch):
    client, gold = sign_in(Role.MANAGER), add()
    profiles.retire_profile(profile=gold, at=NOON, by=None)
    back = reverse("health:profile_restore", args=[gold.pk])
    add()
    assert "Rename that one first." in client.post(back, follow=True).content.decode()
    monkeypatch.setattr(profiles, "MOST_PROFILES", 3)
    assert "at most 3 profiles" in client.post(back, follow=True).content.decode()
    refused = client.post(reverse("health:profile_new"), typed(name="Silver"))
    assert (refused.status_code, "Retire one first." in refused.content.decode()) == (422, True)


def test_a_segment_put_away_while_one_types_is_said(workspace, monkeypatch):
    client, segment = sign_in(Role.MANAGER), make_segment("Retail")

    def gone(**_told):
        raise profiles.NotAvailable

    monkeypatch.setattr(profiles, "create_profile", gone)
    page = client.post(reverse("health:profile_new"), typed(segment=segment.pk))
    assert (page.status_code, "not in use any more" in page.content.decode()) == (422, True)


def test_progress_is_shown_while_earlier_scores_are_computed(workspace, monkeypatch):
    monkeypatch.setattr(recomputing, "ROWS", 1)
    first, _second = make_account(), make_account()
    client, change = sign_in(Role.MANAGER), changed(OTHER)
    assert 'value="0"' in client.get(reverse(LIST)).content.decode()
    recomputing.plan(change_id=change.pk, at=NOON)
    recomputing.run_chunk(change_id=change.pk, first=first.pk, last=first.pk, at=NOON)
    part = client.get(f"{reverse(LIST)}?part=progress", headers={"HX-Request": "true"}).content.decode()
    assert ('value="50"' in part, "<html" in part, "every 2s" in part) == (True, False, True)
    effect = Effect.objects.filter(kind=recomputing.CHUNK_EFFECT).latest("pk")
    recomputing.run_chunk(**effect.payload, at=NOON)
    assert "every 2s" not in client.get(reverse(LIST)).content.decode()


def test_the_list_takes_the_same_queries_for_any_number(workspace):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in(Role.MANAGER)

    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(reverse(LIST))
        return len(found)

    client.get(reverse(LIST))
    before = count()
    for number in range(3):
        add(f"Gold {number}", segment_id=make_segment(f"S{number}").pk)
        profiles.retire_profile(profile=add(f"Old {number}"), at=NOON, by=None)
        changed(OTHER, queries.profiles()[0])
    assert count() - before <= 1, "the segments they are for"
