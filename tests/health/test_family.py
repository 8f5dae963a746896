"""The health of a family of accounts: weighed by ARR, with what is not known, and the weakest named."""

import csv
import io

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Account
from health import families, family_words, queries
from health.families import Member
from tests.api.conftest import Api, make_token
from tests.builders import NOON, make_account, make_workspace
from tests.health.test_views import sign_in
from workspaces import tenancy


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


def member(arr, score, *, band="", currency="EUR", pk=1, level=2):
    band = band or ("" if score is None else "healthy" if score >= 70 else "watch" if score >= 50 else "at_risk")
    return Member(pk, f"Account {pk}", level, arr, currency, score, band)


# ------------------------------------------------------------------------------------------- the arithmetic
@pytest.mark.parametrize(
    ("members", "score", "coverage", "is_by_money"),
    [
        ([member(100, 80), member(300, 40)], 50.0, 1, True),
        ([member(100, 80), member(300, None)], 80.0, 0.25, True),
        ([member(100, 80), member(None, 20)], 80.0, 1, True),
        ([member(None, 80), member(None, 20)], 50.0, 1, False),
        ([member(None, 80), member(None, None)], 80.0, 0.5, False),
        ([member(100, 80), member(300, 40, currency="USD")], 60.0, 1, False),
        ([member(100, None), member(300, None)], None, 0, True),
        ([member(0, 80), member(0, 20)], 50.0, 1, False),
        ([member(100, 0), member(100, 100)], 50.0, 1, True),
    ],
)
def test_a_family_from_its_members(members, score, coverage, is_by_money):
    found = families.rolled(members)
    assert (found.score, found.coverage, found.is_by_money) == (score, pytest.approx(coverage), is_by_money)
    assert sum(found.weights) == pytest.approx(1)


@given(st.lists(st.builds(member, st.integers(1, 10**9), st.one_of(st.none(), st.floats(0, 100))), min_size=1))
def test_a_family_stands_between_its_members(members):
    found = families.rolled(members)
    scores = [one.score for one in members if one.score is not None]
    assert (found.score is None) == (not scores)
    if scores:
        assert min(scores) - 0.06 <= found.score <= max(scores) + 0.06
        assert found.weakest.score == min(scores)


def test_little_known_has_no_band():
    assert families.rolled([member(100, 80), member(900, None)]).band == ""
    assert families.rolled([member(300, 80), member(900, None)]).band == "healthy"


# ------------------------------------------------------------------------------------------- from the database
def tree(**scores):
    """Top over two; one of these over a third, five levels deep in all."""
    made, parent = {}, None
    for name, (above, arr, score) in scores.items():
        band = "" if score is None else "healthy" if score >= 70 else "at_risk" if score < 50 else "watch"
        made[name] = make_account(name, arr_minor=arr, currency="EUR")
        parent = made.get(above)
        Account.objects.filter(pk=made[name].pk).update(
            parent=parent, health_score=score, health_band=band, health_coverage=0.5
        )
    return made


@pytest.fixture
def made(workspace):
    return tree(
        Alder=("", 100_00, 90), Berlin=("Alder", 200_00, 60), Chile=("Alder", None, 20), Delhi=("Berlin", 100_00, None),
        Essen=("Delhi", 100_00, 30), Fez=("Essen", 500_00, 80), Lone=("", 100_00, 10),
    )  # fmt: skip


def test_a_family_is_read_to_its_depth_in_one_statement(made):
    with CaptureQueriesContext(connection) as counted:
        found = queries.family_health(made["Alder"])
    assert len(counted) == 1
    assert [(one.name, one.level) for one in found.members] == [
        ("Alder", 1), ("Berlin", 2), ("Delhi", 3), ("Essen", 4), ("Fez", 5), ("Chile", 2),
    ]  # fmt: skip
    assert found.score == pytest.approx((100 * 90 + 200 * 60 + 100 * 30 + 500 * 80) / 900, abs=0.05)
    assert (found.coverage, found.weakest.name) == (pytest.approx(0.9), "Chile")
    assert queries.family_health(made["Lone"]) is None
    assert queries.family_health(made["Fez"]) is None


def test_many_families_are_one_statement_and_a_loop_ends(made):
    with CaptureQueriesContext(connection) as counted:
        found = queries.family_health_of([one.pk for one in made.values()])
    assert len(counted) == 1
    assert set(found) == {made[name].pk for name in ("Alder", "Berlin", "Delhi", "Essen")}
    Account.objects.filter(pk=made["Alder"].pk).update(parent=made["Fez"])  # no action would
    assert queries.family_health(made["Alder"]) is not None


def test_the_words(made):
    said = " ".join(family_words.sentences(queries.family_health(made["Alder"]))).replace("\u00a0", " ")
    assert said == (
        "The family of 6 accounts stands at 71 (Healthy), weighed by ARR. 90 % of its ARR has a score."
        " The weakest is Chile with 20."
    )
    nothing = families.rolled([member(None, None), member(None, None)])
    assert "None of the 2 accounts" in family_words.sentences(nothing)[0]
    assert "counts the same" in family_words.sentences(nothing)[1]


# ------------------------------------------------------------------------------------------- through the door
def test_the_parents_pages_show_the_family(noon, made):
    client = sign_in()
    page = client.get(reverse("health:account_panel", args=[made["Alder"].pk]))
    text = page.content.decode()
    assert "weighed by ARR" in text
    assert [line["name"] for line in page.context["family"]["lines"]][:2] == ["Alder", "Berlin"]
    assert page.context["family"]["lines"][1]["url"] in text
    assert client.get(reverse("health:account_panel", args=[made["Lone"].pk])).context["family"] is None
    panel = client.get(reverse("dashboard:account_panel", args=[made["Alder"].pk, "family"])).content.decode()
    assert "Health of the family" in panel


def test_the_family_is_exported(noon, made):
    table = sign_in().get(reverse("health:family_export", args=[made["Alder"].pk]))
    body = b"".join(table.streaming_content) if table.streaming else table.content
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["Alder", "Berlin", "Delhi", "Essen", "Fez", "Chile"]
    assert sum(float(row[7]) for row in rows[1:]) == pytest.approx(1)


def test_the_family_over_the_api(noon, made):
    api = Api(make_token())
    told = api.get(f"health/{made['Alder'].pk}/").json()["family_health"]
    assert (told["accounts"], told["score"], told["band"], told["is_by_arr"]) == (6, 71.1, "healthy", True)
    assert told["weakest"] == {"account": made["Chile"].pk, "name": "Chile", "score": 20}
    assert api.get(f"health/{made['Lone'].pk}/").json()["family_health"] is None
    assert api.get(f"health/{made['Lone'].pk}/").json()["attitude"] is None


def test_a_family_of_another_workspace_stays_there(made):
    other = make_workspace("Other")
    with tenancy.entered(other.pk):
        assert queries.family_health_of([made["Alder"].pk]) == {}
