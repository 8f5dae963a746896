"""Curves of scores say where they are not one: the day weights changed, and the day another profile began to count."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from health import breaks, queries
from health.actions import profiles, scores
from health.models import WeightsChange
from health.parts import DEFAULT_WEIGHTS
from tests.builders import NOON, TODAY, make_account
from tests.health.test_recomputing import OTHER, PAST, ago, changed, customer
from tests.health.test_scores import run
from tests.health.test_views import sign_in

DAY = timedelta(days=1)
SAID = "Weights of “Mature” changed on 15 Jun 2026; earlier scores are computed with the new weights."


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


def words(account) -> list[str]:
    rows = queries.history(account, days=30, today=TODAY)
    return [one.sentence for one in breaks.of_account(rows, days=30, today=TODAY)]


def test_a_change_of_weights_is_marked_on_the_curves(workspace):
    account, begun = customer(), customer("delivery")
    scores.rescore_days(days=PAST, at=NOON)
    changed(OTHER)
    assert words(account) == [
        "Weights of “Mature” changed on 15 Jun 2026; earlier scores are being computed with the new weights: 0 % are."
    ]
    run("compute")
    assert (words(account), words(begun)) == ([SAID], [])
    for address in (reverse("health:account_panel", args=[account.pk]), reverse("health:insights")):
        page = sign_in().get(address).content.decode()
        assert page.count(SAID) >= 2, "below the chart, and to those who cannot see it"
        assert "Weights changed</text>" in page
    assert SAID not in sign_in().get(reverse("health:account_panel", args=[begun.pk])).content.decode()


def test_a_change_that_is_long_ago_is_no_mark(workspace):
    changed(OTHER)
    WeightsChange.objects.update(at=NOON - 40 * DAY)
    assert breaks.of_workspace(days=30, today=TODAY) == []
    assert len(breaks.of_workspace(days=41, today=TODAY)) == 1


def test_another_profile_is_marked_too(workspace):
    account = customer("delivery")
    scores.rescore_days(days=[ago(3)], at=NOON)
    account.stage = "use"
    account.save()
    scores.rescore_days(days=[ago(2), ago(1)], at=NOON)
    said = "From 13 Jun 2026 the parts are weighed as “Mature” says, before as “Onboarding”."
    assert words(account) == [said]
    profiles.retire_profile(profile=queries.profiles()[0], at=NOON, by=None)
    assert words(account) == [said]
    account.health_scores.filter(day=ago(3)).update(profile=99)
    assert words(account) == [
        "From 13 Jun 2026 the parts are weighed as “Mature” says, before as “a profile that is gone”."
    ]


def test_each_part_of_an_account_shows_its_target(workspace):
    account = customer("delivery")
    scores.rescore_all(day=TODAY, at=NOON)
    page = sign_in().get(reverse("health:account_panel", args=[account.pk])).content.decode()
    assert "weights and targets of “Onboarding”" in page
    assert ("target 40" in page, "below target 75" in page) == (True, True)  # adoption, engagement
    assert queries.profiles_of([account.pk, make_account().pk]).keys() >= {account.pk}
    assert queries.profile().weights == DEFAULT_WEIGHTS
