"""What a page says of a backtest: made of synthetic histories, without a database but for names."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from xml.etree import ElementTree

import numpy as np
import pytest

from bench import predict_data
from health.models import HealthScore
from health.parts import PARTS
from lib.markup import score_chip
from risk import charts, exports, queries, report, verdicts
from risk.models import RiskRun
from risk.prediction import backtest
from risk.prediction.backtest import Settings
from risk.prediction.figures import Before, Case, Cell, Interval
from risk.prediction.verdict import Verdict
from tests.builders import NOON, make_account

FIRST = date(2024, 7, 1).toordinal()


def make_score(account, day, **values):
    return HealthScore.objects.create(account=account, day=day, coverage=0.8, parts=[], **values)


def panel(*args, **more):
    """A made-up portfolio from 1 July 2024 on, its columns called like the parts of the score."""
    made, columns = predict_data.panel(*args, **more)
    dated = replace(made, day=made.day + FIRST, recorded=made.recorded + FIRST)
    return dated, [replace(one, name=name) for one, name in zip(columns, PARTS, strict=True)]


@pytest.fixture(scope="module")
def portfolio():
    return panel(500, 20, seed=4)


@pytest.fixture(scope="module")
def found(portfolio):
    return backtest.run(*portfolio, Settings(draws=60))


@pytest.fixture(scope="module")
def few():
    return backtest.run(*panel(120, 14, seed=1, hazard=0.001), Settings(draws=40))


# ---------------------------------------------------------------------------------------------------- the one sentence
def test_headline_has_the_lift_with_interval_and_the_hand_weights_beside_it(found):
    sure = replace(
        found,
        learned=replace(found.learned, lift=Interval(3.6, 2.9, 4.1), captured=0.36),
        hand=replace(found.hand, lift=Interval(1.95, 1.41, 2.49)),
    )

    assert verdicts.headline(sure) == (
        "In the 6 months tested, the riskiest 10\N{NO-BREAK SPACE}% held 36\N{NO-BREAK SPACE}% of those who left: 3.6 "
        "times what chance would give (95 % interval 2.9 to 4.1). The hand weights: 2.0 times (1.4 to 2.5)."
    )


def test_headline_of_few_departures_has_no_ranking_and_says_what_would_help(few):
    assert few.departures < 10
    said = verdicts.headline(few)

    assert said.startswith(f"Not enough departures yet: {few.departures} account")
    assert "judged from 10 on" in said
    assert "AUC" not in said


@pytest.mark.parametrize(
    ("departures", "periods", "says"),
    [
        (8, 4, "At this rate that takes about 2 months more."),
        (4, 2, "At this rate that takes about 6 months more."),
        (3, 6, "A longer horizon, or counting"),
        (0, 6, "A longer horizon, or counting"),
    ],
)
def test_headline_of_few_departures_says_when_they_will_be_enough(few, departures, periods, says):
    assert says in verdicts.headline(replace(few, departures=departures, periods=periods))


def test_headline_without_anything_learned_speaks_of_the_hand_weights_only(portfolio):
    snapshots, columns = portfolio
    early = (snapshots.day < FIRST + 420) & snapshots.label
    said = verdicts.headline(backtest.run(snapshots.only(~early), columns, Settings(draws=40)))

    assert said.endswith("Nothing could be learned yet, so these are the hand weights.")
    assert said.count("times") == 1


@pytest.mark.parametrize(
    ("learned", "hand", "says"),
    [
        (
            None,
            Interval(2, 1, 3),
            "cannot tell one ranking from another. The hand weights: 2.0 times",
        ),
        (Interval(3, 2, 4), None, "interval 2.0 to 4.0)."),
    ],
)
def test_headline_leaves_out_what_cannot_be_measured(found, learned, hand, says):
    one = replace(found, learned=replace(found.learned, lift=learned), hand=replace(found.hand, lift=hand))

    assert says in verdicts.headline(one)


def test_facts_tell_of_a_sample_and_of_the_ceiling(found):
    one = replace(found, ceiling=replace(found.learned, auc=Interval(0.8, 0.7, 0.9)))

    assert "A fixed sample of 10,000 of 90,000 customers" in report.facts(one, 90_000)[1][2]
    assert "AUC 0.80 (0.70 to 0.90)" in report.reach(one)
    assert report.reach(found) == ""


# ------------------------------------------------------------------------------------------------------- the verdict
@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_has_a_name_a_tone_and_a_meaning(verdict):
    assert verdicts.verdict_label(verdict.value)
    assert verdicts.verdict_text(verdict.value)
    assert verdict in verdicts.TONES


def test_shuffled_labels_say_no_evidence(portfolio):
    snapshots, columns = portfolio
    shuffled = np.random.default_rng(0).permutation(len(snapshots))
    nonsense = replace(snapshots, label=snapshots.label[shuffled], left_in=snapshots.left_in[shuffled])
    found = backtest.run(nonsense, columns, Settings(draws=60))

    assert verdicts.verdict_label(found.verdict) == "No evidence"
    assert "no evidence" in verdicts.verdict_text(found.verdict)
    assert not all(one.is_met for one in verdicts.conditions(found))


def test_conditions_are_met_together_exactly_when_it_may_be_adopted(found, few, workspace):
    open_gate = replace(found.gate, is_passed=True, reasons=(), reversed_columns=())
    for one in (found, few, replace(found, gate=open_gate), replace(found, gate=open_gate, verdict="no_evidence")):
        run = RiskRun(report=one.to_json(), card=one.card.to_json(), verdict=one.verdict)
        assert all(condition.is_met for condition in verdicts.conditions(one)) == (queries.obstacles(run) == [])


@pytest.mark.parametrize(
    ("change", "place", "says"),
    [
        ({"reasons": ("fewer_than_two_windows",), "better_auc": (0.9,), "better_lift": (None,)}, 2, "1 was."),
        ({"reasons": ("not_better",), "better_auc": (0.95, 0.4), "better_lift": (None, 0.5)}, 3, "40"),
        ({"reasons": ("badly_calibrated",), "slope": 0.7}, 4, "It is 0.70: the chances are too extreme."),
        ({"reasons": ("badly_calibrated",), "slope": 1.3}, 4, "It is 1.30: the chances are too timid."),
        ({"reasons": ("badly_calibrated",), "slope": None}, 4, "It cannot be measured on these months."),
        ({"reasons": ("sign_reversed",), "reversed_columns": ("adoption",)}, 5, "risk: Successful adoption."),
    ],
)
def test_a_condition_that_is_not_met_says_what_was_found(found, change, place, says):
    closed = replace(found, gate=replace(found.gate, is_passed=False, **change))
    conditions = verdicts.conditions(closed)

    assert [one.is_met for one in conditions] == [index != place for index in range(7)]
    assert says in conditions[place].found


@pytest.mark.parametrize(
    ("chance", "says"),
    [
        (0.99875, "over 99\N{NO-BREAK SPACE}%"),
        (1.0, "over 99\N{NO-BREAK SPACE}%"),
        (0.97, "97\N{NO-BREAK SPACE}%"),
        (0.001, "under 1\N{NO-BREAK SPACE}%"),
        (None, "–"),
    ],
)
def test_nothing_is_wholly_sure(found, chance, says):
    one = replace(found, gate=replace(found.gate, better_auc=(chance, chance), better_lift=(0.5, 0.5)))

    assert f"From the oldest span: {says} sure over all accounts" in verdicts.conditions(one)[3].found


def test_conditions_say_nothing_about_rankings_of_few_departures(found, few):
    said = " ".join(one.found for one in verdicts.conditions(replace(few, choice=found.choice)))

    assert "Too few left to say." in said
    assert "sure" not in said


# -------------------------------------------------------------------------------------------------------- charts
def texts(chart):
    return [element.text for element in ElementTree.fromstring(chart).iter() if element.tag == "text"]


def test_every_chart_has_a_title_a_description_and_its_figures_as_a_table(found):
    figures = [part(found) for part in (
        charts.capture, charts.calibration, charts.lead, charts.by_month, charts.drift,
    )]  # fmt: skip

    for figure in figures:
        names = [element.tag for element in ElementTree.fromstring(figure.chart)][:2]
        assert names == ["title", "desc"], figure.table.caption
        assert figure.table.body
        assert {len(row) for row in figure.table.body} == {len(figure.table.head)}


def test_capture_draws_a_ceiling_only_where_there_is_one(found):
    assert "Ceiling" not in texts(charts.capture(found).chart)
    with_ceiling = replace(found, ceiling=found.learned)

    assert {"Learned", "Hand weights", "Ceiling", "Chance"} <= set(texts(charts.capture(with_ceiling).chart))
    assert charts.capture(with_ceiling).table.head == ["Riskiest", "Learned", "Hand weights", "Ceiling", "Times chance"]


def test_calibration_begins_with_the_riskiest(found):
    first, *_others, last = charts.calibration(found).table.body

    assert (first[0], last[0]) == ("1, the riskiest", "10, the safest")
    assert float(first[2].split("\N{NO-BREAK SPACE}")[0]) > float(last[2].split("\N{NO-BREAK SPACE}")[0])


@pytest.mark.parametrize(
    ("horizon", "names"),
    [(30, ["1–5", "6–10"]), (60, ["1–10", "11–20"]), (90, ["1–15", "16–30"]), (180, ["1–30", "31–60"])],
)
def test_lead_counts_each_departure_once_within_the_horizon(found, horizon, names):
    figure = charts.lead(replace(found, horizon_days=horizon, lead_days=(1, 5, 6, horizon)))

    assert [row[0] for row in figure.table.body][:2] == names
    assert sum(int(row[1]) for row in figure.table.body) == 4


def test_lead_without_a_caught_departure_says_so(found):
    figure = charts.lead(replace(found, lead_days=()))

    assert figure.words == "No departure was announced."
    assert "No data" in texts(figure.chart)


@pytest.mark.parametrize(
    ("days", "says"),
    [
        ((14,), "The one who was announced was so 14 days before they left."),
        ((1,), "The one who was announced was so 1 day before they left."),
        ((1, 1), "1 day or more before they left, and 0\N{NO-BREAK SPACE}% at least 14 days."),
        ((3, 14, 20), "Half of those announced were so 14 days or more before they left."),
        ((3, 20, 40), "were so 20 days or more before they left, and 67\N{NO-BREAK SPACE}% at least 14 days."),
    ],
)
def test_lead_says_a_thing_once(found, days, says):
    assert charts.lead(replace(found, lead_days=days)).words.endswith(says)


@pytest.mark.parametrize(
    ("slope", "says"),
    [
        (1.3, "over all of them the slope is 1.30: the chances are too timid."),
        (0.7, "over all of them the slope is 0.70: the chances are too extreme."),
        (1.0, "over all of them the slope is 1.00: the chances are right in size."),
        (None, "within the interval of what came."),
    ],
)
def test_calibration_by_group_does_not_hide_a_lean_over_all(found, slope, says):
    words = charts.calibration(replace(found, gate=replace(found.gate, slope=slope))).words
    assert words.startswith("In ")
    assert words.endswith(says)


def test_calibration_of_few_claims_nothing(found, few):
    tiny = replace(found, calibration=tuple(replace(group, count=4) for group in found.calibration))
    for one in (few, tiny):
        assert charts.calibration(one).words.startswith("Too few accounts, or too few that left")


@pytest.mark.parametrize(
    ("psi", "tone", "says"),
    [(0.05, "healthy", "Like before"), (0.1, "watch", "Moving"), (0.25, "risk", "Moved"), (None, "none", "–")],
)
def test_drift_is_told_in_words_as_well(psi, tone, says):
    assert (charts.drift_tone(psi), charts.drift_label(psi)) == (tone, says)


# --------------------------------------------------------------------------------------------------- lists and parts
@pytest.fixture
def cases(workspace):
    account = make_account("Alder")
    before = (Before(30, 62.0, 0.02), Before(60, 55.0, 0.2))
    for days, score, band in ((33, 82, "healthy"), (61, 45, "at_risk")):  # the newest row by then is what was shown
        day = date.fromordinal(FIRST + 40 - days)
        make_score(account, day, score=score, band=band, computed_at=datetime.combine(day, time(3), UTC))
    return [Case(account.pk, FIRST + 40, 1_200_000, before), Case(account.pk + 1, FIRST, 0, ())]


def test_case_rows_link_their_accounts_and_say_what_the_score_had_said(cases):
    one, gone = report.case_rows(cases, report.named(cases), report.shown_before(cases), "EUR")

    assert (one.name, one.url, one.money) == ("Alder", f"/accounts/{cases[0].account}/", "€12k")
    assert one.day == date(2024, 8, 10)
    assert [days for days, _chip, _chance in one.before] == [30, 60, 90]
    assert one.before[0][1:] == (score_chip(82.0, "healthy"), "2\N{NO-BREAK SPACE}%")
    assert one.before[2][1:] == (score_chip(None, ""), "")
    assert (gone.name, gone.url) == ("An account that is no longer here", "")


def test_missed_words_count_those_who_were_green(found, cases):
    said = report.missed_words(replace(found, missed=tuple(cases)), report.shown_before(cases))

    assert said == "1 of 2 accounts that left without an alert were shown as healthy 30 days before: green churn."


def test_a_score_that_was_computed_later_had_not_been_shown(cases):
    HealthScore.objects.update(computed_at=NOON)

    assert report.shown_before(cases) == {}


def test_case_export_has_a_row_for_each_case(cases):
    header, one, gone = exports.cases(cases, "EUR")

    assert header[:5] == ["Account id", "Account", "Day", "ARR", "Currency"]
    assert one == [cases[0].account, "Alder", date(2024, 8, 10), 12000, "EUR", 82.0, 45.0, None, 0.02, 0.2, None]
    assert gone[1:5] == ["", date(2024, 7, 1), None, ""]


def test_parts_are_ranked_and_flagged(found):
    strange = replace(found.columns[2], is_reversed=True, outside=0.31)
    rows = report.part_rows(replace(found, columns=(*found.columns[:2], strange, *found.columns[3:])))
    by_name = {row["name"]: row for row in rows}

    ranked = [float(row["auc"].split()[0]) for row in rows]
    assert ranked == sorted(ranked, reverse=True)
    adoption = by_name["Successful adoption"]
    assert "Against its meaning" in adoption["flags"][0]
    assert "Outside the trained range: 31" in adoption["flags"][1]
    assert adoption["sign"] == "Less risk"
    assert by_name["Intent"]["flags"] == []


def test_confusion_says_it_in_one_sentence(found):
    cells = replace(
        found.confusion, caught=Cell(18, 5), missed=Cell(24, 5), false_alarms=Cell(102, 5), quiet=Cell(300, 5)
    )
    told = report.confusion(replace(found, confusion=cells), "EUR")

    assert told["words"] == (
        "With 5 alerts for 100 accounts a month, 18 of the 42 who left were announced (43\N{NO-BREAK SPACE}%), and 102 "
        "of the 120 accounts with an alert stayed."
    )


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ((1, 0, 0, 9), "the one who left was announced, and the one account with an alert left."),
        ((0, 1, 1, 9), "the one who left was not announced, and the one account with an alert stayed."),
        ((1, 2, 0, 9), "1 of the 3 who left was announced (33\N{NO-BREAK SPACE}%), and the one account with"),
        ((0, 0, 0, 9), "nobody left, and no account had an alert."),
        ((0, 0, 3, 9), "nobody left, and 3 of the 3 accounts with an alert stayed."),
    ],
)
def test_confusion_of_few_is_told_as_people_say_it(found, cells, says):
    caught, missed, false_alarms, quiet = (Cell(one, 0) for one in cells)
    few_of_them = replace(found.confusion, caught=caught, missed=missed, false_alarms=false_alarms, quiet=quiet)
    one = replace(found, confusion=few_of_them, budget=1.0)

    assert report.confusion(one, "EUR")["words"].startswith("With 1 alert for 100 accounts a month, ")
    assert says in report.confusion(one, "EUR")["words"]


def test_figures_export_has_no_auc_of_few_departures(found, few):
    def names(one):
        _header, *rows = exports.figures(one, "EUR")
        return {row[2] for row in rows if row[3] is not None}

    assert {"auc", "lift", "gained", "foretold", "psi", "days", "revenue, EUR"} <= names(found)
    assert not {"auc", "lift", "sure_better_overall", "sure_better_at_the_top"} & names(few)
