"""Churn prediction: how well on public data, how safely with few customers, whether it says no, and how fast.

The public data are read from the folder that NINEFOLD_DATA names, and left out without it. Nothing here is tuned on
what it reports: the ranges and penalties of the binned model were chosen on the years of OULAD before the tested one
and on other folds of telco.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

import numpy as np  # noqa: E402
from django.db import connections  # noqa: E402

from bench import predict_data, report  # noqa: E402
from bench.predict_data import Table  # noqa: E402
from risk.prediction import anchored, backtest, binned, ladder, measures, points  # noqa: E402
from risk.prediction.arrays import Bools, Floats, Ints  # noqa: E402
from risk.prediction.backtest import Settings, Snapshots  # noqa: E402
from risk.prediction.card import Card, sql_probability  # noqa: E402

FOLDS = 5
FOLD_SEED = 7
DRAWS = int(os.environ.get("BENCH_DRAWS", "200"))
CUSTOMERS = 100
SHUFFLES = 20
SHARE = 0.1
LOSS = 0.01
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SCORED = 100_000
GOALS = {
    "oulad_auc": 0.767,
    "oulad_lift": 3.6,
    "telco_auc": 0.848,
    "share_of_draws_worse": 0.05,
    "control_verdicts": "no_evidence",
    "backtest_seconds": 30.0,
    "sql_seconds": 1.0,
}


# ------------------------------------------------------------------------------------------------- how well
def risks(card: Card, values: Floats) -> Floats:
    return points.totals(card, values).astype(np.float64)


def telco(table: Table) -> dict[str, Any]:
    """The mean over five stratified folds of the area under the curve, by the card of whole points."""
    fold = folds(table.label)
    learned, hand = [], []
    for number in range(FOLDS):
        here, rest = fold == number, fold != number
        card = points.card_of(binned.fit(table.raw[rest], table.label[rest], table.raw_columns))
        learned.append(measures.auc(table.label[here], risks(card, table.raw[here])))
        means = anchored.means_of(table.components[rest])
        score = anchored.hand_score(table.components[here], table.columns, means)
        hand.append(measures.auc(table.label[here], -score))
    return {"auc": mean(learned), "auc_by_fold": rounded(learned), "hand_auc": mean(hand)}


def folds(label: Bools) -> Ints:
    """The fold of each row, those who left and those who stayed dealt out evenly."""
    random = np.random.default_rng(FOLD_SEED)
    fold = np.empty(len(label), dtype=np.int64)
    for kind in (True, False):
        rows = random.permutation(np.flatnonzero(label == kind))
        fold[rows] = np.arange(len(rows)) % FOLDS
    return fold


def oulad(table: Table) -> dict[str, Any]:
    """Learned on the presentations of 2013 and early 2014, tested on the one that began later, with intervals."""
    old, new = ~table.is_later, table.is_later
    cards: list[Card] = []
    took = report.seconds(
        lambda: cards.append(points.card_of(binned.fit(table.raw[old], table.label[old], table.raw_columns)))
    )
    total = points.totals(cards[0], table.raw[new])
    ranking = measures.Ranking(table.label[new], total.astype(np.float64))
    who = table.customer[new]
    means = anchored.means_of(table.components[old])
    hand = measures.Ranking(table.label[new], -anchored.hand_score(table.components[new], table.columns, means))
    chances = points.probabilities(total)
    return {
        "rows": {"training": int(old.sum()), "tested": int(new.sum())},
        "departures": {"training": int(table.label[old].sum()), "tested": int(table.label[new].sum())},
        "auc": spread(measures.bootstrap(who, ranking.auc, draws=200)),
        "lift": spread(measures.bootstrap(who, lambda weights: ranking.lift(SHARE, weights), draws=200)),
        "calibration_slope": round(measures.calibration_slope(table.label[new], chances) or 0.0, 3),
        "brier": round(measures.brier(table.label[new], chances) or 0.0, 5),
        "hand_auc": round(hand.auc() or 0.0, 4),
        "hand_lift": round(hand.lift(SHARE) or 0.0, 2),
        "training_seconds": round(took, 2),
    }


# ------------------------------------------------------------------------------------------- with few customers
def draws(table: Table, seed: int) -> dict[str, Any]:
    """The learned model less the hand weights, in the area, when only 100 customers teach it.

    The later rows are the test; without such, whoever was not drawn. Each customer is drawn with one of its rows.
    """
    random = np.random.default_rng(seed)
    has_later = bool(table.is_later.any())
    differences = []
    for _ in range(DRAWS):
        shuffled = random.permutation(np.flatnonzero(~table.is_later))
        rows = shuffled[np.unique(table.customer[shuffled], return_index=True)[1]]
        drawn = random.choice(rows, CUSTOMERS, replace=False)
        tested = table.is_later if has_later else ~np.isin(np.arange(len(table.label)), drawn)
        differences.append(difference(table, drawn, tested))
    found = np.array(differences)
    return {
        "draws": DRAWS,
        "share_worse": float(np.mean(found < -LOSS)),
        "mean_gain": round(float(found.mean()), 4),
        "worst": round(float(found.min()), 4),
    }


def difference(table: Table, drawn: Ints, tested: Bools) -> float:
    values, label = table.components[drawn], table.label[drawn]
    card = points.card_of(anchored.fit(values, label, table.columns, ladder.FIRM))
    hand = anchored.hand_score(table.components[tested], table.columns, anchored.means_of(values))
    ours = measures.auc(table.label[tested], risks(card, table.components[tested]))
    theirs = measures.auc(table.label[tested], -hand)
    return (ours or 0.0) - (theirs or 0.0)


# --------------------------------------------------------------------------------------------- whether it says no
def controls() -> dict[str, Any]:
    """Verdicts where there is nothing to find."""
    found = backtest.run(*predict_data.ravenstack(predict_data.SAMPLES), Settings())
    panel, columns = predict_data.panel(700, 20, seed=4)
    verdicts = [backtest.run(shuffled(panel, seed), columns, Settings(draws=200)).verdict for seed in range(SHUFFLES)]
    return {
        "ravenstack": {
            "verdict": found.verdict,
            "auc": spread(found.learned.auc),
            "departures": found.departures,
            "gate": list(found.gate.reasons),
        },
        "shuffled_labels": {verdict: verdicts.count(verdict) for verdict in sorted(set(verdicts))},
        "unshuffled": backtest.run(panel, columns, Settings()).verdict,
    }


def shuffled(snapshots: Snapshots, seed: int) -> Snapshots:
    order = np.random.default_rng(seed).permutation(len(snapshots))
    return replace(snapshots, label=snapshots.label[order], left_in=snapshots.left_in[order])


# -------------------------------------------------------------------------------------------------------- how fast
def speed() -> dict[str, Any]:
    """A backtest of 2,000 accounts over 24 months, and 100,000 accounts scored by PostgreSQL."""
    panel, columns = predict_data.panel(2_000, 24, seed=1)
    took = [report.seconds(lambda: backtest.run(panel, columns, Settings())) for _ in range(ROUNDS)]
    now, _ = predict_data.panel(SCORED, 1, seed=2)
    names = [column.name for column in columns]
    cards = {
        kind: points.card_of(learn(panel.values, panel.label, columns))
        for kind, learn in {"binned": binned.fit, "anchored": firmly}.items()
    }
    return {
        "backtest_seconds": round(report.median(took), 2),
        "backtest_rows": len(panel),
        "sql": {kind: in_postgres(card, now.values, names) for kind, card in cards.items()},
    }


def firmly(values: Floats, label: Bools, columns: Any) -> anchored.Anchored:
    return anchored.fit(values, label, columns, ladder.FIRM)


def in_postgres(card: Card, values: Floats, names: list[str]) -> dict[str, Any]:
    """Seconds to compute points, total and chance of every account, and to write them to a table as well."""
    explained = f"select account, {card.sql_points()} as points from bench_component offset 0"
    total = card.sql_total_of("points")
    scored = f"select account, points, {total} as total, {sql_probability(total)} as risk from ({explained}) explained"
    with connections["owner"].cursor() as cursor:

        def run(sql: str) -> Callable[[], None]:
            return lambda: cursor.execute(sql)

        load(cursor, values, names)
        computing = [
            report.seconds(run(f"select sum(total), sum(risk), sum(points[1]) from ({scored}) scored"))
            for _ in range(ROUNDS)
        ]
        writing = []
        for _ in range(ROUNDS):
            cursor.execute("drop table if exists bench_risk")
            writing.append(report.seconds(run(f"create temporary table bench_risk as {scored}")))
        cursor.execute("select account, total, points from bench_risk order by account")
        rows = cursor.fetchall()
        cursor.execute("drop table bench_risk, bench_component")
    expected, each = points.totals(card, values).tolist(), points.each(card, values).tolist()
    return {
        "accounts": len(rows),
        "characters": len(scored),
        "seconds_computed": round(report.median(computing), 3),
        "seconds_written": round(report.median(writing), 3),
        "different_from_numpy": sum(
            row[1] != total or row[2] != apart for row, total, apart in zip(rows, expected, each, strict=True)
        ),
    }


def load(cursor: Any, values: Floats, names: list[str]) -> None:
    columns = ", ".join(f'"{name}" double precision' for name in names)
    cursor.execute(f"create temporary table bench_component (account integer primary key, {columns})")
    lists = [[None if np.isnan(one) else one for one in column] for column in values.T.tolist()]
    arrays = ", ".join(["%s::float8[]"] * len(names))
    numbered = f"unnest({arrays}) with ordinality as t({', '.join(names)}, place)"
    cursor.execute(f"insert into bench_component select place, {', '.join(names)} from {numbered}", lists)
    cursor.execute("analyze bench_component")


# ------------------------------------------------------------------------------------------------------- in figures
def mean(found: list[float | None]) -> float:
    return round(float(np.mean([one for one in found if one is not None])), 4)


def rounded(found: list[float | None]) -> list[float]:
    return [round(one, 4) for one in found if one is not None]


def spread(found: measures.Interval | None) -> list[float] | None:
    """[figure, low, high]."""
    return None if found is None else [round(one, 4) for one in (found.value, found.low, found.high)]


def on_public_data(home: Path) -> dict[str, Any]:
    customers = predict_data.telco(home / "telco_customer_churn.csv")
    snapshots = home / "oulad_snapshots_28d.csv.gz"
    return {
        "oulad_28_days": oulad(predict_data.oulad(snapshots)),
        "telco_5_folds": telco(customers),
        "from_100_customers": {
            "telco": draws(customers, seed=1),
            "oulad_84_days": draws(predict_data.oulad(snapshots, horizon_days=84), seed=2),
        },
    }


def main() -> None:
    home = predict_data.folder()
    left_out = "Set NINEFOLD_DATA to the folder of the public data to measure on them as well."
    figures = on_public_data(home) if home else {"left_out": left_out}
    report.publish({"goals": GOALS, **figures, "controls": controls(), "speed": speed()})


if __name__ == "__main__":
    main()
