"""A report goes into a JSON column and comes back as it was."""

import json
from dataclasses import replace

import pytest

from bench import predict_data
from risk.prediction import backtest
from risk.prediction.figures import Backtest, NotAReport


@pytest.fixture(scope="module")
def report() -> Backtest:
    snapshots, columns = predict_data.panel(150, 12, seed=3)
    return backtest.run(snapshots, columns, backtest.Settings(draws=40))


def test_a_report_comes_back_as_it_was(report):
    stored = json.loads(json.dumps(report.to_json(), allow_nan=False))

    assert Backtest.from_json(stored) == report


def test_a_report_without_enough_departures_comes_back(report):
    bare = replace(report, gain=None, ceiling=None, missed=(), lead_days=(), calibration=())

    assert Backtest.from_json(json.loads(json.dumps(bare.to_json()))) == bare


@pytest.mark.parametrize(
    "spoil",
    [
        lambda stored: None,
        lambda stored: {},
        lambda stored: stored | {"horizon_days": "ninety"},
        lambda stored: stored | {"periods": True},
        lambda stored: stored | {"choice": stored["choice"] | {"rung": "oracle"}},
        lambda stored: stored | {"missed": [{"account": 1}]},
        lambda stored: stored | {"shares": 3},
    ],
)
def test_what_is_no_report_is_refused(report, spoil):
    stored = json.loads(json.dumps(report.to_json()))

    with pytest.raises(NotAReport):
        Backtest.from_json(spoil(stored))
