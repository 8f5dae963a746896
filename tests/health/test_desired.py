"""Actual against desired: gaps by part, what to work on first, and the accounts below."""

import csv
import io

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.stages import Stage
from health import queries
from health.actions import profiles
from health.models import HealthScore
from health.parts import DEFAULT_WEIGHTS, PARTS
from health.queries import Scope
from segments.models import SegmentMember
from tests.builders import NOON, TODAY, make_account, make_member, make_segment
from tests.health.given import part
from tests.health.test_profiles import EVEN
from tests.health.test_recomputing import ago
from tests.health.test_views import sign_in

EVERYBODY = Scope()


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


def scored(day=TODAY, profile=None, score=60, stage=Stage.USE, **values: float):
    """An account with these values of its parts, the newest on `day`."""
    account = make_account(stage=stage)
    rows = [part(key, values.get(key), 1.0) | {"coverage": 0.5 if key in values else 0.0} for key in PARTS]
    for on in (ago(40), day):
        HealthScore.objects.create(
            account=account,
            day=on,
            score=score,
            band="watch",
            coverage=0.5,
            parts=rows,
            profile=profile,
            computed_at=NOON,
        )
    return account


def gaps(scope: Scope = EVERYBODY):
    return {gap.part: gap for gap in queries.part_gaps(scope, today=TODAY)}


def target(key: str, wanted: int) -> None:
    """Of the default profile."""
    one = queries.profile()
    profiles.update_profile(profile=one, targets=one.desired | {key: wanted}, at=NOON, by=None)


# ------------------------------------------------------------------------------------------- the numbers
def test_gaps_are_ranked_by_what_they_cost(workspace):
    """Adoption weighs 25: a gap of 20 there costs more than one of 40 in intent, which weighs 5."""
    scored(adoption=45, intent=30)
    scored(adoption=65, intent=30)
    scored()
    found = queries.part_gaps(EVERYBODY, today=TODAY)
    first, second = found[:2]
    assert [gap.part for gap in found[:2]] == ["adoption", "intent"]
    assert (first.accounts, first.known, first.below) == (3, 2, 2)
    assert (first.actual, first.target, first.gap) == (55, 75, 20)
    assert (first.worth, second.worth) == pytest.approx((5.0, 2.0))
    assert first.coverage == pytest.approx(1 / 3)
    assert {gap.worth for gap in found[2:]} == {None}
    assert found[2].gap is None


def test_each_account_is_held_against_its_own_profile(workspace):
    onboarding, mature = queries.profiles()
    scored(adoption=45)
    scored(adoption=45, profile=onboarding, stage=Stage.DELIVERY)
    both = gaps()["adoption"]
    assert (both.known, both.below, both.target) == (2, 1, (75 + 40) / 2)
    assert both.worth == pytest.approx(25 * 30 / 100 / 2)  # who is above the target offsets nobody
    assert (gaps(Scope(mature.pk))["adoption"].below, gaps(Scope(onboarding.pk))["adoption"].below) == (1, 0)


def test_a_segment_narrows_it(workspace):
    segment = make_segment("Retail")
    inside, _outside = scored(adoption=20), scored(adoption=90)
    SegmentMember.objects.create(segment=segment, account=inside, since=NOON)
    found = gaps(Scope(segment_id=segment.pk))["adoption"]
    assert (found.accounts, found.actual) == (1, 20)
    assert gaps(Scope(segment_id=segment.pk + 1))["adoption"].accounts == 0


def test_who_has_left_counts_nowhere(workspace):
    scored(adoption=20, stage=Stage.CHURN)
    assert gaps()["adoption"].accounts == 0
    assert queries.below_target(EVERYBODY, "adoption", today=TODAY) == []


def test_the_newest_score_counts_while_it_stands(workspace):
    scored(day=ago(9), adoption=20)
    scored(day=ago(-1), adoption=99)  # before tomorrow's the last is of forty days ago, which says nothing any more
    assert (gaps()["adoption"].accounts, gaps()["adoption"].actual) == (1, 20)


def test_those_furthest_below_come_first(workspace):
    near, far = scored(adoption=70, score=None), scored(adoption=10)
    scored(adoption=75)
    scored()
    found = queries.below_target(EVERYBODY, "adoption", today=TODAY)
    assert [(one.account_id, one.value, one.target) for one in found] == [(far.pk, 10, 75), (near.pk, 70, 75)]
    assert [one.account_id for one in queries.below_target(EVERYBODY, "adoption", today=TODAY, most=1)] == [far.pk]


# ------------------------------------------------------------------------------------------- the pages
def test_the_page_says_what_to_work_on_first(workspace):
    scored(adoption=45, intent=90)
    scored(adoption=65, intent=90)
    page = sign_in().get(reverse("health:desired")).content.decode()
    assert "Work on Successful adoption first: 2 of 2 accounts are below their target, the mean is 55" in page
    assert "worth most, 5.0 points of the score." in page
    assert page.index("Successful adoption") < page.index(">Intent<")


@pytest.mark.parametrize(
    ("values", "words"),
    [({}, "Nothing is known yet of these customers"), ({"intent": 90}, "at or above every target")],
)
def test_the_page_says_when_there_is_nothing_to_work_on(workspace, values, words):
    scored(**values)
    assert words in sign_in().get(reverse("health:desired")).content.decode()


def test_a_page_of_nobody_says_so(workspace):
    assert "Nobody to compare" in sign_in().get(reverse("health:desired")).content.decode()
    assert "Nobody is below" in sign_in().get(reverse("health:below_list")).content.decode()


def test_the_address_holds_the_choice(workspace):
    client, onboarding, segment = sign_in(), queries.profiles()[0], make_segment("Retail")
    inside = scored(adoption=10, profile=onboarding, stage=Stage.DELIVERY)
    scored(adoption=20)
    SegmentMember.objects.create(segment=segment, account=inside, since=NOON)
    asked = {"profile": onboarding.pk, "segment": segment.pk, "part": "adoption"}
    page = client.get(reverse("health:desired"), asked).content.decode()
    assert "Profile “Onboarding”, segment “Retail”" in page
    assert f"part=adoption&amp;profile={onboarding.pk}&amp;segment={segment.pk}" in page
    assert "Profile “Onboarding”" in client.get(reverse("health:desired"), {"profile": onboarding.pk}).content.decode()
    assert "Segment “Retail”" in client.get(reverse("health:desired"), {"segment": segment.pk}).content.decode()
    listed = client.get(reverse("health:below_list"), asked).content.decode()
    assert (inside.name in listed, listed.count("data-row-link")) == (True, 1)


@pytest.mark.parametrize("said", [{"profile": "x"}, {"profile": "0"}, {"segment": "9" * 30}, {"part": "luck"}])
def test_what_cannot_be_meant_is_left_out(workspace, said):
    scored(adoption=10)
    for name in ("health:desired", "health:below_list"):
        assert sign_in().get(reverse(name), said).status_code == 200
    assert "All customers" in sign_in().get(reverse("health:desired"), said).content.decode()


def test_the_list_tells_the_owner_and_the_export_all(workspace, monkeypatch):
    monkeypatch.setattr("health.desired.MOST_SHOWN", 1)
    client, owned = sign_in(), scored(adoption=10)
    owned.owner = make_member()
    owned.save()
    other = scored(adoption=20)
    page = client.get(reverse("health:below_list"), {"part": "adoption"}).content.decode()
    assert "The first 1 of 2." in page
    assert str(owned.owner) in page
    export = client.get(reverse("health:below_export"), {"part": "adoption"})
    rows = list(csv.DictReader(io.StringIO(b"".join(export).decode("utf-8-sig"))))
    assert [(row["Account"], row["Value"], row["Target"]) for row in rows] == [
        (owned.name, "10.0", "75"),
        (other.name, "20.0", "75"),
    ]
    parts = client.get(reverse("health:desired_export"))
    first = next(csv.DictReader(io.StringIO(b"".join(parts).decode("utf-8-sig"))))
    assert (first["Part"], first["Mean value"], first["Below target"]) == ("Successful adoption", "15.0", "2")


def test_those_without_data_are_listed_too(workspace):
    client, known, unknown = sign_in(), scored(adoption=10), scored(intent=10)
    address = f"{reverse('health:below_list')}?part=adoption"
    assert f"{address}&amp;show=without".removeprefix("/") in client.get(reverse("health:desired")).content.decode()
    page = client.get(f"{address}&show=without").content.decode()
    assert (unknown.name in page, known.name in page, "1 of 2 accounts" in page) == (True, False, True)
    assert "Without data: Successful adoption" in page
    export = client.get(f"{reverse('health:below_export')}?part=adoption&show=without")
    (row,) = csv.DictReader(io.StringIO(b"".join(export).decode("utf-8-sig")))
    assert (row["Account"], row["Value"], row["Target"]) == (unknown.name, "", "75")
    none = client.get(reverse("health:below_list"), {"part": "education", "show": "without", "segment": "x"})
    assert "Without data: Education" in none.content.decode()
    unknown.stage = Stage.CHURN
    unknown.save()
    assert "Nobody is without" in client.get(f"{address}&show=without").content.decode()


@pytest.mark.parametrize("name", ["health:desired", "health:below_list"])
def test_the_same_queries_for_any_number(workspace, name):
    client = sign_in()

    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(reverse(name), {"part": "adoption"})
        return len(found)

    scored(adoption=10)
    client.get(reverse(name))
    before = count()
    for number in range(3):
        scored(adoption=10)
        profiles.create_profile(
            name=f"P{number}", stages=["loyalty"], weights=DEFAULT_WEIGHTS, targets=EVEN, at=NOON, by=None
        )
        make_segment(f"S{number}")
    assert count() == before


def test_other_targets_show_at_once(workspace):
    scored(adoption=45)
    target("adoption", 40)
    assert (gaps()["adoption"].gap, gaps()["adoption"].below) == (-5, 0)


EXPORTS = {"health:desired": "health:desired_export", "health:below_list": "health:below_export"}


@pytest.mark.parametrize("page", EXPORTS)
@pytest.mark.parametrize(
    ("query", "is_told"),
    [("", False), ("profile=999", True), ("segment=999", True), ("profile=x", True), ("segment={segment}", False),
     ("profile=999&segment={segment}", True)],
)  # fmt: skip
def test_a_choice_that_is_not_there_is_told(workspace, page, query, is_told):
    scored(adoption=40)
    query = query.format(segment=make_segment("Large").pk)
    text = sign_in().get(f"{reverse(page)}?{query}").text
    assert ("is not there, or not any more" in text) == is_told
    assert ("Shown is: All customers." in text) == (is_told and "&" not in query)
    assert sign_in().get(f"{reverse(EXPORTS[page])}?{query}").status_code == (404 if is_told else 200)
