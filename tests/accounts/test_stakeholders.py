"""Who is missing, and who stands where."""

import pytest

from accounts import queries, stakeholders
from accounts.models import Contact
from accounts.queries import Filter
from tests.builders import NOON, make_account, make_contact

SIGNALS = [queries.NO_DECIDER, queries.CHAMPION_LEFT]


def person(name: str = "Mei", role: str = "end_user", left=None, **fields) -> Contact:
    return Contact(name=name, role=role, left_at=left, workspace_id=1, pk=fields.pop("pk", None), **fields)


@pytest.mark.parametrize(
    ("people", "kinds"),
    [
        ([], ["no_decider"]),
        ([person(role="decision_maker")], []),
        ([person(role="decision_maker", left=NOON)], ["no_decider"]),
        ([person(role="decision_maker", left=NOON), person(role="decision_maker")], []),
        ([person(role="decision_maker"), person(role="champion")], []),
        ([person(role="decision_maker"), person(role="champion", left=NOON)], ["champion_left"]),
        ([person(role="decision_maker"), person(role="champion", left=NOON), person(role="champion")], []),
        ([person(role="champion", left=NOON)], ["no_decider", "champion_left"]),
        ([person(role="end_user")], ["no_decider"]),
    ],
)
def test_signals_are_the_same_on_the_page_and_in_the_list(people, kinds, workspace):
    assert [gap.kind for gap in stakeholders.signals(people)] == kinds
    account = make_account()
    for one in people:
        stored = make_contact(account, role=one.role)
        Contact.objects.filter(pk=stored.pk).update(left_at=one.left_at)
    assert [signal for signal in SIGNALS if queries.matching(Filter(signal=signal)).exists()] == kinds


def test_gaps_are_told_with_the_last_who_left():
    gone = [person("Ana", "champion", NOON, pk=1), person("Ole", "champion", NOON.replace(day=14), pk=2)]
    told = [gap.text for gap in stakeholders.gaps([*gone, person("Kim", "decision_maker", NOON, pk=3)])]
    assert told == [
        "No decision maker is left: Kim has gone.",
        "Champion left: Ana, on 15 Jun 2026, and nobody has taken their place.",
    ]


@pytest.mark.parametrize(
    ("influence", "stance", "lacks"),
    [("high", "advocate", False), ("high", "supporter", False), ("high", "neutral", True), ("low", "advocate", True)],
)
def test_a_voice_that_counts_is_missed_once_somebody_is_placed(influence, stance, lacks):
    one = person(role="decision_maker", influence=influence, stance=stance)
    assert ("no_backer" in [gap.kind for gap in stakeholders.gaps([one])]) is lacks
    assert stakeholders.gaps([person(role="decision_maker")]) == []


def test_the_grid_places_those_who_are_there_and_known():
    mei = person("Mei", influence="high", stance="opponent")
    ole = person("Ole", influence="low", stance="advocate")
    half = person("Half", influence="high")
    people = [mei, ole, half, person("Gone", influence="high", stance="opponent", left=NOON)]
    rows = stakeholders.grid(people)
    assert [row.influence for row in rows] == ["high", "medium", "low"]
    assert [cell.stance for cell in rows[0].cells] == ["opponent", "sceptic", "neutral", "supporter", "advocate"]
    assert (rows[0].cells[0].people, rows[2].cells[4].people) == ([mei], [ole])
    assert sum(len(cell.people) for row in rows for cell in row.cells) == 2
    assert stakeholders.unplaced(people) == [half]


def test_deciders_and_champions_are_also_those_who_left(workspace):
    account = make_account()
    kept = [make_contact(account, role=role) for role in ("decision_maker", "champion")]
    make_contact(account)
    Contact.objects.filter(pk=kept[0].pk).update(left_at=NOON)
    assert list(queries.deciders_and_champions(account)) == kept
