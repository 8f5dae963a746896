"""Profiles: for whom each is, what may be said of one, and what a change would do before it is saved."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from health import profile_words, queries
from health.actions import profiles, scores
from health.first_profiles import FIRST
from health.models import HealthProfile, HealthScore, StaleAccount, WeightsChange
from health.parts import DEFAULT_WEIGHTS, PARTS, TOTAL_WEIGHT
from outbox.models import Effect
from segments.actions import segments as segment_actions
from segments.models import Segment
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_contact,
    make_segment,
    make_touchpoint,
    make_user,
)
from tests.health.test_scores import fresh, run, spoke, used, weights
from workspaces.models import AuditEvent

DAY = timedelta(days=1)
EVEN = dict.fromkeys(PARTS, 50)


def add(name: str = "Gold", **said):
    said = {"stages": ["loyalty"], "weights": DEFAULT_WEIGHTS, "targets": EVEN, **said}
    return profiles.create_profile(name=name, at=NOON, by=None, **said)


def change(profile: HealthProfile, **said):
    return profiles.update_profile(profile=profile, at=NOON, by=None, **said)


def names() -> list[str]:
    return [one.name for one in queries.profiles()]


# ------------------------------------------------------------------------------------------- what is there at first
def test_a_workspace_starts_with_two_profiles(workspace):
    onboarding, mature = queries.profiles()
    assert (onboarding.name, onboarding.stages, onboarding.is_default) == (
        "Onboarding",
        ["decision", "delivery"],
        False,
    )
    assert (mature.name, mature.weights, mature.is_default) == ("Mature", DEFAULT_WEIGHTS, True)
    assert onboarding.weights != mature.weights
    assert onboarding.desired != mature.desired
    assert {sum(one.weights.values()) for one in (onboarding, mature)} == {TOTAL_WEIGHT}
    profiles.give_first_profiles(at=NOON)
    assert names() == ["Onboarding", "Mature"]


def test_the_migration_gives_what_a_new_workspace_is_given(workspace):
    """Workspaces that were there before get the same rows, by SQL."""
    from importlib import import_module

    given = import_module("health.migrations.0012_first_profiles").GIVE
    for first in FIRST:
        assert ", ".join(str(weight) for weight in first.weights.values()) in given
        assert "{" + ",".join(str(target) for target in first.targets) + "}" in given
        assert "{" + ",".join(first.stages) + "}" in given


def test_the_database_holds_what_must_be_true(workspace):
    wrong = [{"adoption": 26}, {"targets": [101] * 8}, {"targets": [50] * 7}, {"name": "ONBOARDING"}, {"stages": []}]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            HealthProfile.objects.create(**{"name": "X", "stages": ["use"], **fields})


def test_the_parts_of_the_profile_are_the_parts_of_the_score():
    assert set(PARTS) <= {field.name for field in HealthProfile._meta.get_fields()}


def test_nobody_has_a_profile_in_a_workspace_without_any(workspace):
    HealthProfile.objects.all().delete()
    account = used(make_account())
    scores.rescore_all(day=TODAY, at=NOON)
    assert queries.weights() == DEFAULT_WEIGHTS
    assert queries.profile_of(account).is_default
    assert fresh(account).health_score is not None


# ------------------------------------------------------------------------------------------- whom they are for
def test_the_first_that_fits_counts(workspace):
    segment = make_segment("Retail", {"all": [{"field": "industry", "op": "is", "value": "Retail"}]})
    begun, shop = make_account(stage="delivery"), make_account(industry="Retail")
    both, other = make_account(stage="delivery", industry="Retail"), make_account()
    run("compute")
    retail = add("Retail", segment_id=segment.pk, stages=[])
    assert names() == ["Retail", "Onboarding", "Mature"]

    def by_account():
        return [queries.profile_of(account).name for account in (begun, shop, both, other)]

    assert by_account() == ["Onboarding", "Retail", "Retail", "Mature"]
    assert profiles.move_profile(profile=retail, by_steps=1, at=NOON, by=None)
    assert names() == ["Onboarding", "Retail", "Mature"]
    assert by_account() == ["Onboarding", "Retail", "Onboarding", "Mature"]
    assert not profiles.move_profile(profile=retail, by_steps=1, at=NOON, by=None)
    assert [one.pk for one in queries.accounts_of(retail)] == [shop.pk]
    counts = queries.profile_counts(queries.profiles())
    assert [counts[one.pk] for one in queries.profiles()] == [2, 1, 1]


def test_it_says_in_words_for_whom_it_is(workspace):
    segment = make_segment("Retail", {"all": [{"field": "industry", "op": "is", "value": "Retail"}]})
    retail = add("Retail", segment_id=segment.pk, stages=["use", "loyalty"])

    def told():
        return [(row.who, row.is_for_nobody) for row in profile_words.rows()]

    default = ("Everybody who is in no other profile.", False)
    onboarding = ("Accounts in the stage Decision or Delivery.", False)
    assert told() == [("Accounts in the segment “Retail” and in the stage Use or Loyalty.", False), onboarding, default]
    change(retail, stages=[])
    assert told()[0] == ("Accounts in the segment “Retail”.", False)
    segment_actions.update_segment(segment=segment, name="Shops", raw=segment.conditions, note="", at=NOON, by=None)
    assert told()[0] == ("Accounts in the segment “Shops”.", False)
    segment_actions.archive(segment=segment, at=NOON, by=None)
    who, is_for_nobody = told()[0]
    assert (who.startswith("Nobody: the segment “Shops” has been put away."), is_for_nobody) == (True, True)
    change(retail, name="Retailers")  # who keeps it may change the rest
    assert profile_words.segment_choices(retail)[-1] == (segment.pk, "Shops (put away)")
    Segment.objects.filter(pk=segment.pk).delete()
    assert told()[0][0].startswith("Nobody: its segment has been deleted.")
    assert profile_words.segment_choices(retail)[-1] == (segment.pk, "A segment that was deleted")
    account = used(make_account())
    scores.rescore_all(day=TODAY, at=NOON)
    assert account.health_scores.get().profile_id is None


# ------------------------------------------------------------------------------------------- what may be said
@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"weights": weights(engagement=9)}, profiles.NotHundred),
        ({"weights": weights(engagement=-5, adoption=40)}, profiles.NotHundred),
        ({"weights": {"adoption": 100}}, profiles.NotHundred),
        ({"weights": weights() | {"luck": 0}}, profiles.NotHundred),
        ({"targets": EVEN | {"intent": 101}}, profiles.BadTargets),
        ({"targets": EVEN | {"intent": -1}}, profiles.BadTargets),
        ({"targets": {"intent": 50}}, profiles.BadTargets),
        ({"name": "mature"}, profiles.NameTaken),
        ({"segment_id": 0}, profiles.NotAvailable),
        ({"stages": []}, profiles.ForNobody),
        ({"stages": ["asleep"]}, profiles.ForNobody),
    ],
)
def test_what_cannot_be_is_refused(workspace, said, refusal):
    onboarding = queries.profiles()[0]
    with pytest.raises(refusal):
        add(**said)
    with pytest.raises(refusal):
        change(onboarding, **said)
    with pytest.raises(refusal):
        profiles.preview_profile(profile=onboarding, at=NOON, most=10, **said)
    assert names() == ["Onboarding", "Mature"]
    assert queries.profiles()[0].changed_at is None


def test_a_segment_that_was_put_away_cannot_be_chosen(workspace):
    segment = make_segment("Retail")
    segment_actions.archive(segment=segment, at=NOON, by=None)
    with pytest.raises(profiles.NotAvailable):
        add(segment_id=segment.pk)


def test_the_default_profile_is_for_everybody_else(workspace):
    mature = queries.profile()
    with pytest.raises(profiles.ForNobody):
        change(mature, stages=["use"])
    for act in (
        lambda: profiles.retire_profile(profile=mature, at=NOON, by=None),
        lambda: profiles.move_profile(profile=mature, by_steps=-1, at=NOON, by=None),
    ):
        with pytest.raises(profiles.IsDefault):
            act()


def test_there_are_at_most_so_many(workspace, monkeypatch):
    monkeypatch.setattr(profiles, "MOST_PROFILES", 3)
    gold = add()
    with pytest.raises(profiles.TooManyProfiles):
        add("Silver")
    profiles.retire_profile(profile=gold, at=NOON, by=None)
    add("Silver")
    with pytest.raises(profiles.TooManyProfiles):
        profiles.restore_profile(profile=gold, at=NOON, by=None)


# ------------------------------------------------------------------------------------------- changes
def test_each_change_is_in_the_audit_trail_and_scores_anew(workspace):
    user, segment = make_user(), make_segment("Retail")
    make_account()
    gold = profiles.create_profile(name="Gold", stages=["use"], weights=weights(), targets=EVEN, at=NOON, by=user)
    profiles.update_profile(
        profile=gold, segment_id=segment.pk, stages=[], targets=EVEN | {"intent": 9}, at=NOON, by=user
    )
    profiles.update_profile(profile=gold, weights=weights(needs=0, intent=15), at=NOON, by=user)
    profiles.update_profile(profile=gold, weights=weights(needs=0, intent=15), name="Gold", at=NOON, by=user)
    profiles.move_profile(profile=gold, by_steps=1, at=NOON, by=user)
    profiles.retire_profile(profile=gold, at=NOON, by=user)
    assert names() == ["Onboarding", "Mature"]
    assert [one.name for one in queries.retired_profiles()] == ["Gold"]
    profiles.restore_profile(profile=gold, at=NOON, by=user)
    assert names() == ["Onboarding", "Gold", "Mature"]

    trail = list(AuditEvent.objects.filter(user=user).order_by("pk"))
    assert [event.kind for event in trail] == [
        "health_profile.added", "health_profile.changed", "health.weighed", "health_profile.moved",
        "health_profile.retired", "health_profile.restored",
    ]  # fmt: skip
    assert trail[1].detail["targets"]["after"] == EVEN | {"intent": 9}
    assert set(trail[1].detail) == {"segment_id", "stages", "targets"}
    assert (trail[2].detail["before"]["needs"], trail[2].detail["after"]["needs"]) == (10, 0)
    assert StaleAccount.objects.count() == 1
    assert Effect.objects.filter(kind=profiles.RESCORE_EFFECT).count() == 5
    assert WeightsChange.objects.count() == 1
    assert queries.profiles()[1].changed_by == user


def test_other_targets_compute_nothing(workspace):
    change(queries.profile(), targets=EVEN)
    assert not Effect.objects.filter(kind__startswith="health.re").exists()
    assert queries.profile().desired == EVEN


def test_a_name_that_was_taken_meanwhile_cannot_come_back(workspace):
    gold = add()
    profiles.retire_profile(profile=gold, at=NOON, by=None)
    add()
    with pytest.raises(profiles.NameTaken):
        profiles.restore_profile(profile=gold, at=NOON, by=None)


def test_new_weights_score_everybody_again(workspace):
    account, user = used(make_account()), make_user()
    spoke(account, 30)
    scores.rescore_all(day=TODAY, at=NOON)
    wanted = weights(adoption=0, engagement=35)
    profile = profiles.set_weights(weights=wanted, at=NOON, by=user)
    run("compute")
    assert (queries.weights(), profile.changed_by) == (wanted, user)
    assert float(account.health_scores.get().score) == 50.0  # dec(30 days)
    event = AuditEvent.objects.get(kind="health.weighed")
    assert (event.detail["before"], event.detail["after"]) == (DEFAULT_WEIGHTS, wanted)
    profiles.set_weights(weights=wanted, at=NOON, by=make_user())
    assert AuditEvent.objects.filter(kind="health.weighed").count() == 1


def test_parts_that_weigh_nothing_make_no_score(workspace):
    account = make_account()
    spoke(account)
    profiles.set_weights(weights=weights(engagement=0, adoption=35), at=NOON, by=None)
    scores.rescore_all(day=TODAY, at=NOON)
    assert fresh(account).health_score is None


def test_members_of_other_segments_are_nobodys_business(workspace):
    account, segment = make_account(), make_segment("Retail")
    profiles.note_members(segment.pk, [account.pk], NOON)
    profiles.note_members(segment.pk, None, NOON)
    assert not StaleAccount.objects.exists()


# ------------------------------------------------------------------------------------------- before it is saved
def moved_by_relationships():
    """Two whose adoption is all that is good."""
    for account in (used(make_account()), used(make_account())):
        make_contact(account)
        make_touchpoint(account, at=NOON - 200 * DAY)


def test_a_preview_counts_and_changes_nothing(workspace):
    moved_by_relationships()
    used(make_account(stage="delivery"))
    scores.rescore_all(day=TODAY, at=NOON)
    stored = {row.account_id: row.parts for row in HealthScore.objects.all()}
    mature, wanted = queries.profile(), weights(adoption=0, relationships=40)

    preview = profiles.preview_profile(profile=mature, weights=wanted, at=NOON, most=10)
    assert (preview.accounts, preview.moves, preview.moved) == (2, {("watch", "at_risk"): 2}, 2)
    assert preview.rows() == [("Watch", "At risk", 2)]
    first = preview.shifts[0]
    stood = HealthScore.objects.get(account=first.account_id)
    assert (first.score, first.band, first.new_band) == (float(stood.score), "watch", "at_risk")
    assert first.delta == first.new_score - first.score < -10
    assert (len(preview.shifts), preview.has_more) == (2, False)
    assert {row.account_id: row.parts for row in HealthScore.objects.all()} == stored
    assert profiles.preview_profile(profile=queries.profile(), weights=weights(), at=NOON, most=1) == profiles.Preview(
        1, {}, [], has_more=True
    )
    assert (queries.weights(), queries.profile().changed_at) == (DEFAULT_WEIGHTS, None)


def test_a_profile_is_previewed_before_it_is_added(workspace):
    moved_by_relationships()
    scores.rescore_all(day=TODAY, at=NOON)
    said = {"name": "Gold", "stages": ["use"], "weights": weights(adoption=0, relationships=40), "targets": EVEN}
    preview = profiles.preview_profile(profile=HealthProfile(), at=NOON, most=10, **said)
    assert (preview.accounts, preview.moved, names()) == (2, 2, ["Onboarding", "Mature"])
