import statistics
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.stages import Stage
from journeys import queries
from tests.builders import NOON, make_account, make_member, make_move, make_touchpoint

DAY = timedelta(days=1)


def test_board_has_nine_columns_even_when_empty(workspace):
    columns = queries.board(NOON)
    assert [column.stage for column in columns] == list(Stage)
    assert {(column.count, column.median_days, len(column.cards)) for column in columns} == {(0, None, 0)}


def test_board_sums_money_by_currency_and_leaves_gaps_out(workspace):
    make_account(stage=Stage.USE, arr_minor=100)
    make_account(stage=Stage.USE, arr_minor=50)
    make_account(stage=Stage.USE, arr_minor=7, currency="USD")
    make_account(stage=Stage.USE, arr_minor=None, currency="CHF")
    column = queries.board(NOON)[4]
    assert (column.count, sorted(column.money)) == (4, [(7, "USD"), (150, "EUR")])


def test_board_shows_ten_cards_and_counts_all(workspace):
    for day in range(12):
        make_account(f"Account {day}", stage=Stage.USE, at=NOON - day * DAY, arr_minor=day)
    column = queries.board(NOON)[4]
    assert column.count == 12
    assert [card.days for card in column.cards] == list(range(11, 1, -1))
    assert [card.arr_minor for card in queries.board(NOON, sort="money")[4].cards] == list(range(11, 1, -1))


def test_board_knows_who_stands_still_and_where_nobody_does(workspace):
    make_account(stage=Stage.DELIVERY, at=NOON - 91 * DAY)
    make_account(stage=Stage.DELIVERY, at=NOON - 90 * DAY)
    make_account(stage=Stage.ADVOCACY, at=NOON - 900 * DAY)
    columns = {column.stage: column for column in queries.board(NOON)}
    assert columns[Stage.DELIVERY].stuck == 1
    assert [card.is_stuck for card in columns[Stage.DELIVERY].cards] == [True, False]
    assert (columns[Stage.ADVOCACY].stuck, columns[Stage.ADVOCACY].stuck_after) == (0, None)


def test_board_of_one_owner(workspace):
    owner = make_member()
    make_account(stage=Stage.USE, owner=owner)
    make_account(stage=Stage.USE)
    assert queries.board(NOON, owner_id=owner.pk)[4].count == 1


def test_stays_add_up_the_time_in_each_stage(workspace):
    account = make_account(stage=Stage.USE, at=NOON - 100 * DAY)
    make_move(account, Stage.DISAPPOINTMENT, at=NOON - 60 * DAY)
    make_move(account, Stage.USE, at=NOON - 50 * DAY)
    stays = {stay.stage: stay for stay in queries.stays(account, queries.moves_of(account), NOON)}
    assert (stays[Stage.USE].days, stays[Stage.DISAPPOINTMENT].days, stays[Stage.CHURN].days) == (90, 10, 0)
    assert (stays[Stage.USE].first_at, stays[Stage.USE].last_at) == (NOON - 100 * DAY, NOON - 50 * DAY)
    assert [stage for stage, stay in stays.items() if stay.is_current] == [Stage.USE]


def test_touchpoints_two_way_and_one_way_leave_notes_out(workspace):
    account = make_account()
    two = make_touchpoint(account, direction="two_way")
    one = make_touchpoint(account, direction="one_way", happened_at=NOON - DAY)
    note = make_touchpoint(account, channel="note", happened_at=NOON - 2 * DAY)
    missed = make_touchpoint(account, outcome="missed", happened_at=NOON - 3 * DAY)
    assert list(queries.touchpoints_of(account)) == [two, one, note, missed]
    assert list(queries.touchpoints()) == [two, one, note, missed]
    assert list(queries.touchpoints_of(account).two_way()) == [two]
    assert list(queries.touchpoints_of(account).one_way()) == [one]


@pytest.mark.parametrize(
    ("counts", "middle"),
    [({}, None), ({5: 1}, 5), ({5: 1, 7: 1}, 6), ({5: 1, 7: 2}, 7), ({1: 2, 9: 2, 20: 0}, 5), ({0: 3, 8: 1}, 0)],
)
def test_median_of_counts(counts, middle):
    assert queries.median(counts) == middle


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_median_is_the_median(values):
    assert queries.median(Counter(values)) == statistics.median(values)
