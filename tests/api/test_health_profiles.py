"""Profiles over the API: read by all, written by whoever sets health weights."""

import pytest

from health import queries
from health.actions import profiles
from health.parts import DEFAULT_WEIGHTS, PARTS
from outbox.models import Effect
from tests.api.conftest import Api, errors, make_token
from tests.builders import NOON, make_segment
from tests.health.test_profiles import EVEN, add, names
from workspaces.models import AuditEvent

GOLD = {"name": "Gold", "stages": ["loyalty"], "weights": DEFAULT_WEIGHTS, "targets": EVEN}


@pytest.fixture
def api(workspace):
    return Api(make_token("health:write"))


def test_profiles_are_read(api):
    onboarding, mature = api.get("health-profiles/").json()["results"]
    assert (onboarding["name"], onboarding["stages"], onboarding["is_default"]) == (
        "Onboarding", ["decision", "delivery"], False,
    )  # fmt: skip
    assert (mature["weights"], mature["is_default"], mature["changed_by"]) == (DEFAULT_WEIGHTS, True, None)
    assert list(mature["targets"]) == PARTS
    assert api.get(f"health-profiles/{mature['id']}/").json() == mature


def test_a_profile_is_added_changed_moved_retired_and_brought_back(api):
    segment = make_segment("Retail")
    made = api.post("health-profiles/", GOLD)
    assert made.status_code == 201
    where = f"health-profiles/{made.json()['id']}/"
    changed = api.patch(where, {"segment": segment.pk, "weights": {"needs": 0, "intent": 15}, "targets": {"needs": 9}})
    assert (changed.json()["segment"], changed.json()["weights"]["intent"]) == (segment.pk, 15)
    assert changed.json()["targets"] == EVEN | {"needs": 9}
    assert Effect.objects.filter(kind="health.recompute").count() == 1
    assert AuditEvent.objects.filter(kind="health.weighed", subject="Gold").count() == 1

    api.post(f"{where}later/", {})
    assert names() == ["Onboarding", "Gold", "Mature"]
    assert api.post(f"{where}earlier/", {}).json()["place"] == 1
    assert names() == ["Gold", "Onboarding", "Mature"]
    assert api.post(f"{where}retire/", {}).json()["retired_at"] is not None
    for refused in (api.patch(where, {"name": "Silver"}), api.post(f"{where}later/", {})):
        assert refused.status_code == 409
    assert api.post(f"{where}restore/", {}).json()["retired_at"] is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"weights": DEFAULT_WEIGHTS | {"intent": 6}}, {"weights": ["The weights must total 100; these total 101."]}),
        ({"weights": DEFAULT_WEIGHTS | {"bogus": 5}}, {"weights.bogus": ["The score has no such part."]}),
        ({"weights": DEFAULT_WEIGHTS | {"intent": 101}}, {"weights.intent"}),
        ({"weights": DEFAULT_WEIGHTS | {"intent": float("nan")}}, None),
        ({"targets": EVEN | {"intent": 101}}, {"targets.intent"}),
        ({"targets": {}}, {f"targets.{key}" for key in PARTS}),
        ({"name": "mature"}, {"name"}),
        ({"segment": 99}, {"segment"}),
        ({"stages": []}, {"segment"}),
        ({"stages": ["asleep"]}, {"stages.0"}),
    ],
)
def test_what_cannot_be_is_named(api, body, said):
    refused = api.post("health-profiles/", GOLD | body)
    assert refused.status_code == 400
    if said is not None:
        assert errors(refused) == said if isinstance(said, dict) else set(errors(refused)) == said
    assert names() == ["Onboarding", "Mature"]


def test_a_change_that_cannot_be_is_named(api, monkeypatch):
    onboarding, mature = queries.profiles()
    refused = api.patch(f"health-profiles/{onboarding.pk}/", {"weights": {"intent": 6}})
    assert errors(refused) == {"weights": ["The weights must total 100; these total 91."]}
    assert set(errors(api.patch(f"health-profiles/{mature.pk}/", {"stages": ["use"]}))) == {"segment"}
    for press in ("retire", "later"):
        assert api.post(f"health-profiles/{mature.pk}/{press}/", {}).status_code == 409
    gold = add()
    profiles.retire_profile(profile=gold, at=NOON, by=None)
    add()
    assert api.post(f"health-profiles/{gold.pk}/restore/", {}).status_code == 409
    monkeypatch.setattr(profiles, "MOST_PROFILES", 3)
    assert api.post(f"health-profiles/{gold.pk}/restore/", {}).status_code == 400
    assert api.post("health-profiles/", GOLD | {"name": "Silver"}).status_code == 400


def test_weights_that_stopped_adding_up_meanwhile_are_named(api, monkeypatch):
    def refuses(**_told):
        raise profiles.NotHundred

    monkeypatch.setattr(profiles, "create_profile", refuses)
    assert set(errors(api.post("health-profiles/", GOLD))) == {"weights"}


def test_who_may_not_set_weights_only_reads(workspace):
    reader = Api(make_token("health:read"))
    assert reader.get("health-profiles/").status_code == 200
    assert reader.post("health-profiles/", GOLD).status_code == 403
