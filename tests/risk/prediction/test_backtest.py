"""The whole backtest: on a made-up portfolio with a known truth, on real data, and on what must not be believed."""

import json
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from bench import predict_data
from risk.prediction import anchored, backtest, cases, challenger
from risk.prediction.backtest import BadSnapshots, LeakedColumns, Settings, Snapshots, TooShort
from risk.prediction.columns import Column

QUICK = Settings(draws=100)


@pytest.fixture(scope="module")
def portfolio():
    return predict_data.panel(700, 20, seed=4)


@pytest.fixture(scope="module")
def found(portfolio):
    return backtest.run(*portfolio, QUICK)


def small(rows, columns=1):
    """Snapshots of (account, day, value, label, left_in, money)."""
    account, day, value, label, left_in, money = (np.array(one) for one in zip(*rows, strict=True))
    values = np.repeat(value.astype(float)[:, None], columns, axis=1)
    recorded = np.where(np.isnan(values), np.nan, day[:, None])
    return Snapshots(account, day, values, recorded, label.astype(bool), left_in.astype(float), money)


# ------------------------------------------------------------------------------------------------------ what it finds
def test_planted_truth_is_proven_and_every_part_agrees(portfolio, found):
    snapshots, columns = portfolio
    first = found.first_day
    tested = snapshots.only(snapshots.day >= first)
    leavers = np.unique(tested.account[tested.label])

    assert found.verdict == "proven"
    assert found.periods == 6
    assert found.departures == len(leavers)
    assert found.accounts == len(np.unique(tested.account))
    cells = [found.confusion.caught, found.confusion.missed, found.confusion.false_alarms, found.confusion.quiet]
    assert sum(cell.accounts for cell in cells) == found.accounts
    assert found.confusion.caught.accounts + found.confusion.missed.accounts == found.departures
    assert len(found.lead_days) == found.confusion.caught.accounts
    assert found.lead_days == tuple(sorted(found.lead_days))
    assert 0 < found.lead_days[0] <= found.lead_days[-1] <= 90
    assert len(found.missed) == found.confusion.missed.accounts
    assert len(found.false_alarms) == min(200, found.confusion.false_alarms.accounts)
    assert len(found.caught) == min(200, found.confusion.caught.accounts)
    assert len(found.quiet) == min(200, found.confusion.quiet.accounts)
    lists = (found.caught, found.missed, found.false_alarms, found.quiet)
    listed = [{case.account for case in one} for one in lists]
    assert sum(map(len, listed)) == len(set().union(*listed)), "nobody is in two cells"
    assert sum(group.count for group in found.calibration) == len(tested)
    assert sum(line.departures for line in found.stability) == tested.label.sum()
    assert [line.name for line in found.columns] == [column.name for column in columns]


def test_readings_have_curves_that_rise_from_nothing_to_everything(found):
    for reading in (found.hand, found.learned):
        assert reading.curve[0] == 0.0
        assert reading.curve[-1] == 1.0
        assert list(reading.curve) == sorted(reading.curve)
        assert reading.captured == pytest.approx(reading.lift.value * found.share)
        assert reading.auc.low < reading.auc.value < reading.auc.high
    assert found.gain.value == pytest.approx(found.learned.auc.value - found.hand.auc.value)
    assert found.ceiling is None


def test_columns_tell_signal_from_noise(found):
    by_name = {line.name: line for line in found.columns}

    assert by_name["adoption"].auc.low > 0.5
    assert by_name["adoption"].direction == -1
    assert by_name["adoption"].importance > by_name["intent"].importance
    assert sum(line.importance for line in found.columns) == pytest.approx(100.0)
    assert sum(line.weight for line in found.columns) == pytest.approx(100.0)
    assert all(0.8 < line.coverage < 0.9 for line in found.columns)


def test_a_backtest_is_plain_data(found):
    stored = json.loads(json.dumps(found.to_json(), allow_nan=False))

    assert stored["verdict"] == "proven"
    assert stored["choice"]["rung"] == found.choice.rung
    assert stored["learned"]["auc"]["value"] == found.learned.auc.value
    assert stored["card"]["terms"][0]["column"] == "intent"


def test_the_order_of_rows_does_not_matter(portfolio, found):
    snapshots, columns = portfolio
    shuffled = snapshots.only(np.random.default_rng(1).permutation(len(snapshots)))

    assert backtest.run(shuffled, columns, QUICK) == found


def test_renewal_timing_lifts_what_health_alone_foretells(portfolio, found):
    snapshots, columns = portfolio
    random = np.random.default_rng(2)
    months = np.where(snapshots.label, random.integers(0, 3, len(snapshots)), random.integers(0, 12, len(snapshots)))
    known = np.column_stack([snapshots.recorded, snapshots.day])
    with_timing = replace(snapshots, values=np.column_stack([snapshots.values, months]), recorded=known)

    lifted = backtest.run(with_timing, [*columns, Column("months_to_renewal", edges=(2.0, 4.0, 7.0))], QUICK)

    assert lifted.learned.auc.value > found.learned.auc.value + 0.05
    assert lifted.hand.auc.value == pytest.approx(found.hand.auc.value)
    by_hand = Column("months_to_renewal", edges=(2.0, 4.0, 7.0), hand=(1.1, 0.7, 0.0, 0.0))
    timed = backtest.run(with_timing, [*columns, by_hand], QUICK)
    assert timed.hand.auc.value > found.hand.auc.value + 0.05, "what is learned is compared with all that is by hand"
    timing = lifted.columns[-1]
    assert (timing.weight, timing.is_reversed, timing.direction) == (0.0, False, -1)
    assert timing.auc.low > 0.6


def test_a_kind_of_contract_learned_the_other_way_round_than_by_hand_needs_a_person(portfolio):
    """By hand what renews by itself is half the odds; here it is what leaves."""
    snapshots, columns = portfolio
    random = np.random.default_rng(2)
    kind = np.where(snapshots.label, random.random(len(snapshots)) < 0.8, random.random(len(snapshots)) < 0.4)
    known = np.column_stack([snapshots.recorded, snapshots.day])
    told = replace(snapshots, values=np.column_stack([snapshots.values, kind.astype(float)]), recorded=known)
    contract = Column("contract", edges=(1.0, 2.0), hand=(0.0, -0.7, -0.4))

    found = backtest.run(told, [*columns, contract], QUICK)
    assert (found.columns[-1].is_reversed, found.gate.reversed_columns) == (True, ("contract",))
    assert "sign_reversed" in found.gate.reasons
    assert sum(line.moves_by_hand for line in found.columns) == pytest.approx(100.0)
    assert found.columns[-1].moves_by_hand > 5

    approved = backtest.run(told, [*columns, contract], replace(QUICK, approved=("contract",)))
    assert "sign_reversed" not in approved.gate.reasons
    unset = backtest.run(told, [*columns, replace(contract, hand=())], QUICK)
    assert (unset.columns[-1].is_reversed, unset.columns[-1].moves_by_hand) == (False, 0.0)


def test_columns_say_how_much_of_today_training_never_saw(portfolio):
    snapshots, columns = portfolio
    newest = snapshots.day == snapshots.day.max()
    values, recorded = snapshots.values.copy(), snapshots.recorded.copy()
    values[newest, 0] = 250.0
    values[newest, 1] = recorded[newest, 1] = np.nan
    old = snapshots.day < 400
    values[old, 2] = recorded[old, 2] = np.nan
    values[newest, 2] = recorded[newest, 2] = 400.0
    recorded[newest, 0] = recorded[newest, 2] = snapshots.day[newest]

    strange = replace(snapshots, values=values, recorded=recorded)
    found = backtest.run(strange, columns, QUICK)

    assert [round(line.outside, 2) for line in found.columns[:4]] == [1.0, 0.0, 1.0, 0.0]
    assert not found.knows_today

    live = np.full((4, len(columns)), 50.0)
    live[0, 3], live[1, 0] = 250.0, np.nan
    known = backtest.run(strange, columns, QUICK, live=live)
    assert [round(line.outside, 2) for line in known.columns[:4]] == [0.0, 0.0, 1.0, 0.25]
    assert known.knows_today
    assert {line.outside for line in backtest.run(strange, columns, QUICK, live=live[:0]).columns} == {0.0}


# ------------------------------------------------------------------------------------------------ what it must refuse
def test_ravenstack_shows_no_evidence():
    snapshots, columns = predict_data.ravenstack(predict_data.SAMPLES)

    found = backtest.run(snapshots, columns, Settings())

    assert found.departures > 100
    assert found.verdict == "no_evidence"
    assert not found.gate.is_passed


def test_shuffled_labels_show_no_evidence(portfolio):
    snapshots, columns = portfolio
    verdicts = []
    for seed in range(5):
        shuffled = np.random.default_rng(seed).permutation(len(snapshots))
        nonsense = replace(snapshots, label=snapshots.label[shuffled], left_in=snapshots.left_in[shuffled])
        verdicts.append(backtest.run(nonsense, columns, Settings(draws=60)).verdict)

    assert set(verdicts) == {"no_evidence"}


def test_a_planted_leak_is_refused_by_name(portfolio):
    snapshots, columns = portfolio
    values, recorded = snapshots.values.copy(), snapshots.recorded.copy()
    values[:, 3] = np.where(snapshots.label, 0.0, 100.0)  # knows who will leave, being written when they had left
    recorded[:, 3] = snapshots.day + 91

    with pytest.raises(LeakedColumns, match=r"^outcomes$") as refused:
        backtest.run(replace(snapshots, values=values, recorded=recorded), columns, QUICK)

    assert refused.value.names == ("outcomes",)


@pytest.mark.parametrize(
    ("recorded", "is_refused"),
    [(99.0, False), (100.0, False), (100.99, False), (101.0, True), (np.nan, True)],
)
def test_what_is_recorded_after_the_day_or_at_no_known_time_is_a_leak(recorded, is_refused):
    one = small([(1, 100, 50.0, False, np.nan, 0), (2, 100, np.nan, False, np.nan, 0)])
    one = replace(one, recorded=np.array([[recorded], [np.nan]]))

    if is_refused:
        with pytest.raises(LeakedColumns):
            backtest.run(one, [Column("usage", 1.0)], QUICK)
    else:
        with pytest.raises(TooShort):  # a single day is never enough
            backtest.run(one, [Column("usage", 1.0)], QUICK)


def test_worse_than_hand_when_what_was_learned_is_nonsense(portfolio):
    snapshots, columns = portfolio
    random = np.random.default_rng(3)
    label = snapshots.label.copy()
    old = np.flatnonzero(snapshots.day < 400)
    label[old] = random.random(len(old)) < 0.05 + 0.3 * (snapshots.values[old, 2] > 65)  # the busiest left then

    found = backtest.run(replace(snapshots, label=label), columns, QUICK)

    assert found.choice.rung == "binned"
    assert found.verdict == "worse_than_hand"
    assert "adoption" in found.gate.reversed_columns
    assert {"not_better", "sign_reversed"} <= set(found.gate.reasons)
    assert (
        "sign_reversed"
        not in backtest.run(
            replace(snapshots, label=label), columns, replace(QUICK, approved=found.gate.reversed_columns)
        ).gate.reasons
    )


def test_too_few_departures_show_no_ranking():
    found = backtest.run(*predict_data.panel(120, 14, seed=1, hazard=0.001), QUICK)

    assert found.departures < 10
    assert found.verdict == "not_enough_departures"
    assert (found.learned.auc, found.learned.lift, found.hand.auc, found.gain) == (None, None, None, None)
    assert {line.auc for line in found.columns} == {None}
    assert {line.auc for line in found.stability} == {None}
    assert found.choice.rung == "hand"
    assert found.gate.reasons[:2] == ("fewer_than_10_departures", "fewer_than_10_tested")


def test_few_departures_to_learn_from_leave_the_hand_weights(portfolio):
    snapshots, columns = portfolio
    quiet = (snapshots.day < 420) & snapshots.label
    found = backtest.run(snapshots.only(~quiet), columns, QUICK)

    assert found.training_departures < 10
    assert found.choice.rung == "hand"
    assert found.verdict == "proven"  # of the hand weights, which here are good
    assert found.learned.auc.value == pytest.approx(found.hand.auc.value, abs=0.01)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"label": np.array([True])}, "different lengths"),
        ({"values": np.zeros((2, 2))}, "different lengths"),
        ({"recorded": np.zeros((2, 3))}, "different lengths"),
        ({"values": np.array([[np.inf], [1.0]])}, "finite"),
        ({"account": np.array([1, 1])}, "two rows"),
    ],
)
def test_bad_arrays_are_refused_with_a_sentence(change, says):
    one = small([(1, 100, 50.0, False, np.nan, 0), (2, 100, 50.0, False, np.nan, 0)])

    with pytest.raises(BadSnapshots, match=says):
        backtest.run(replace(one, **change), [Column("usage", 1.0)], QUICK)


def test_two_columns_of_one_name_are_refused():
    one = small([(1, 100, 50.0, False, np.nan, 0)], columns=2)

    with pytest.raises(BadSnapshots, match="one name"):
        backtest.run(one, [Column("usage", 1.0), Column("usage", 2.0)], QUICK)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"weight": -1.0}, "negative"),
        ({"weight": float("nan")}, "negative"),
        ({"weight": float("inf")}, "negative"),
        ({"edges": (1.0, 1.0)}, "rise"),
        ({"edges": (2.0, 1.0)}, "rise"),
        ({"edges": (float("nan"),)}, "finite"),
    ],
)
def test_a_column_no_model_can_begin_with_is_refused(given, says):
    with pytest.raises(ValueError, match=f"usage: .*{says}"):
        Column("usage", **given)


# ----------------------------------------------------------------------------------------------------------- in time
@pytest.mark.parametrize(
    ("days", "chosen", "training", "tested"),
    [
        (range(0, 360, 30), Settings(periods=3, horizon_days=90), range(0, 181, 30), (270, 300, 330)),
        (range(0, 360, 30), Settings(periods=3, horizon_days=30), range(0, 241, 30), (270, 300, 330)),
        (range(0, 240, 30), Settings(periods=6, horizon_days=30), range(0, 91, 30), (120, 150, 180, 210)),
        ((0, 365), Settings(periods=6), (0,), (365,)),
        (range(0, 120, 30), Settings(periods=6, horizon_days=90), (0,), (90,)),  # three tested days would leave none
    ],
)
def test_split_leaves_out_what_was_not_over_at_the_first_tested_day(days, chosen, training, tested):
    is_training, is_tested = backtest.split(np.array(days), chosen)

    assert np.array(days)[is_training].tolist() == list(training)
    assert np.array(days)[is_tested].tolist() == list(tested)


@pytest.mark.parametrize("days", [(), (5,), (0, 30), (0, 30, 60)])
def test_history_that_is_too_short(days):
    with pytest.raises(TooShort):
        backtest.split(np.array(days, dtype=np.int64), Settings(periods=1, horizon_days=90))


def test_what_lies_between_training_and_test_teaches_nothing(portfolio, found):
    snapshots, columns = portfolio
    between = (snapshots.day + 90 > found.first_day) & (snapshots.day < found.first_day)
    assert between.any()

    other = backtest.run(replace(snapshots, label=snapshots.label ^ between), columns, QUICK)

    assert other.card == found.card
    assert other.learned == found.learned


# -------------------------------------------------------------------------------------------------- alerts and cases
NEVER = np.nan


def test_alerts_keep_to_the_budget_and_cool_down():
    rows = [(account, day, 50.0, False, NEVER, 0) for day in (0, 30, 60) for account in range(20)]
    tested = small(rows)
    risks = np.tile(np.arange(20.0), 3)  # the same ranking every month

    is_alert = cases.alerts(tested, risks, budget=10.0).is_alert

    alerted = [(int(day), int(account)) for day, account in zip(tested.day[is_alert], tested.account[is_alert])]  # noqa: B905
    assert alerted == [(0, 18), (0, 19), (30, 16), (30, 17), (60, 18), (60, 19)]


def test_a_budget_for_all_alerts_nobody_twice_in_the_cool_down():
    tested = small([(account, day, 50.0, False, NEVER, 0) for day in (0, 41, 42) for account in range(3)])

    assert cases.alerts(tested, np.zeros(9), budget=100.0).is_alert.tolist() == [True] * 3 + [False] * 3 + [True] * 3


def test_equal_risks_are_alerted_by_account_and_a_small_portfolio_gets_none():
    tested = small([(account, 0, 50.0, False, NEVER, 0) for account in (5, 3, 9)])

    assert cases.alerts(tested, np.zeros(3), budget=34.0).is_alert.tolist() == [False, True, False]
    assert not cases.alerts(tested, np.zeros(3), budget=5.0).is_alert.any()


def test_cases_name_who_was_missed_and_what_the_score_had_said():
    rows = [
        (1, 0, 90.0, False, NEVER, 700), (2, 0, 40.0, False, NEVER, 100), (3, 0, 10.0, False, NEVER, 50),
        (1, 30, 80.0, False, NEVER, 700), (2, 30, 30.0, False, NEVER, 100), (3, 30, 10.0, False, NEVER, 50),
        (1, 60, 70.0, True, 45.0, 800), (2, 60, 20.0, True, 20.0, 120), (3, 60, 10.0, False, NEVER, 60),
    ]  # fmt: skip
    snapshots = small(rows)
    tested = snapshots.only(snapshots.day == 60)
    history = cases.History(snapshots, snapshots.values[:, 0], 1.0 - snapshots.values[:, 0] / 100.0)

    # Two alerts: accounts 3, which stays, and 2, which leaves on day 80. Account 1 leaves on day 105, unannounced.
    found = cases.alerts(tested, 100.0 - tested.values[:, 0], budget=67.0)

    confusion = found.confusion()
    assert (confusion.caught.accounts, confusion.caught.money) == (1, 120)
    assert (confusion.missed.accounts, confusion.missed.money) == (1, 800)
    assert (confusion.false_alarms.accounts, confusion.false_alarms.money) == (1, 60)
    assert (confusion.quiet.accounts, confusion.quiet.money) == (0, 0)
    assert found.lead_days() == (20,)
    (missed,) = found.missed(history)
    assert (missed.account, missed.day, missed.money) == (1, 105, 800)
    assert [(one.days, one.health, one.risk) for one in missed.before] == [
        (30, 70.0, pytest.approx(0.3)),
        (60, 80.0, pytest.approx(0.2)),
        (90, 90.0, pytest.approx(0.1)),
    ]
    (false_alarm,) = found.false_alarms(history)
    assert (false_alarm.account, false_alarm.day) == (3, 60)
    assert [one.days for one in false_alarm.before] == [30, 60]
    assert [(one.account, one.day) for one in found.caught(history)] == [(2, 80)]
    assert found.quiet(history) == ()
    assert [one.account for one in cases.alerts(tested, np.zeros(3), budget=0.0).quiet(history)] == [3]


def test_an_old_snapshot_says_nothing_of_later():
    snapshots = small([(1, 0, 90.0, False, NEVER, 0), (1, 200, 80.0, True, 30.0, 0)])
    history = cases.History(snapshots, snapshots.values[:, 0], np.array([0.1, 0.2]))

    assert [one.days for one in history.before(1, 230)] == [30]


# -------------------------------------------------------------------------------------------------------- real people
def test_oulad_is_foretold_by_what_students_handed_in():
    table = predict_data.oulad(predict_data.SAMPLES / "oulad_sample.csv.gz", horizon_days=84)
    old, new = ~table.is_later, table.is_later
    means = anchored.means_of(table.components[old])
    hand = backtest.measures.auc(table.label[new], -anchored.hand_score(table.components[new], table.columns, means))
    card = backtest.train(table.raw[old], table.label[old], table.raw_columns, backtest.choose(300))
    learned = backtest.measures.auc(table.label[new], backtest.points.totals(card, table.raw[new]).astype(float))

    assert hand == pytest.approx(0.67, abs=0.03)
    assert learned > hand + 0.03


# -------------------------------------------------------------------------------------------------------- the ceiling
def test_ceiling_is_read_like_the_others(portfolio):
    snapshots, columns = portfolio

    def by_adoption(values, labels):
        assert len(values) == len(labels)
        return lambda rows: 1.0 / (1.0 + np.nan_to_num(rows[:, 2], nan=60.0))

    found = backtest.run(snapshots, columns, QUICK, by_adoption)

    assert 0.55 < found.ceiling.auc.value < found.learned.auc.value


def test_there_is_no_ceiling_without_scikit_learn(monkeypatch):
    monkeypatch.setattr(challenger, "find_spec", lambda name: None)
    assert challenger.find() is None

    monkeypatch.setattr(challenger, "find_spec", lambda name: object())
    assert challenger.find() is challenger.boosted


def test_boosted_asks_scikit_learn_for_probabilities(monkeypatch):
    class Boosting:
        def __init__(self, **settings):
            assert settings["random_state"] == 0

        def fit(self, values, labels):
            self.share = labels.mean()
            return self

        def predict_proba(self, rows):
            return np.tile([1 - self.share, self.share], (len(rows), 1))

    monkeypatch.setitem(sys.modules, "sklearn.ensemble", SimpleNamespace(HistGradientBoostingClassifier=Boosting))
    predict = challenger.boosted(np.zeros((4, 1)), np.array([True, False, False, False]))

    assert predict(np.zeros((2, 1))).tolist() == [0.25, 0.25]


def test_real_boosting_where_it_is_installed(portfolio):
    pytest.importorskip("sklearn")

    assert backtest.run(*portfolio, QUICK, challenger.find()).ceiling.auc.low > 0.5
