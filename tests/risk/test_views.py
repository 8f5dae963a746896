"""The page that tests the risk, through its doors."""

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alerts.actions.settings import set_alerts
from lib.csv import BOM
from risk import actions, queries
from risk.models import HandCard, RiskRun, RiskSettings
from risk.prediction.card import Card, Term
from risk.prediction.figures import ColumnLine, Gate, Interval
from risk.prediction.ladder import Choice, Rung
from tests.builders import NOON, make_account, make_member
from tests.risk.given import ASKED, CARD, OPEN, SHUT, few, found, make_run, reading
from workspaces.capabilities import Role

SECTIONS = [
    "What was found", "How many of those who left stood at the top", "Are the chances right in size?",
    "What alerts would have done", "How early the alerts were", "Who left without an alert", "False alarms",
    "Part by part", "Is it as good in every month?", "The verdict",
]  # fmt: skip


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


def sign_in(role):
    client = Client()
    client.force_login(make_member(role).user)
    return client


@pytest.fixture
def client(workspace):
    return sign_in(Role.MANAGER)


def text_of(response):
    body = re.sub(r"<script.*?</script>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def page(client, run):
    return client.get(f"/insights/backtest/{run.pk}/")


# -------------------------------------------------------------------------------------------------------- the report
def test_run_reads_in_the_order_of_its_sections(client):
    body = page(client, make_run()).content.decode()
    titles = [unescape(title) for title in re.findall(r'<h2 class="card-title"[^>]*>([^<]+)</h2>', body)]

    assert [title for title in titles if title in SECTIONS] == SECTIONS


def test_run_says_in_one_sentence_what_was_found(client):
    said = text_of(page(client, make_run()))

    assert "In the 4 months tested, the riskiest 10 % held 36 % of those who left: 3.6 times" in said
    assert "(95 % interval 2.9 to 4.2). The hand weights: 1.9 times (1.2 to 2.5)." in said
    assert "Learned weights say what predicts, not what to fix." in said
    assert "Left within 90 days: lost customers, contracts that ended without another" in said


def test_run_of_few_departures_shows_no_auc_anywhere(client):
    said = text_of(page(client, make_run(few())))

    assert "Not enough departures yet: 4 accounts left in the 4 months tested" in said
    assert "AUC" not in said
    assert "sure over all accounts" not in said
    assert "Adopt what was learned" not in said


def test_run_without_evidence_says_so_and_cannot_be_adopted(client):
    found_nothing = found(verdict="no_evidence", gate=SHUT, learned=reading(0.51, 1.0, 0.1))
    said = text_of(page(client, make_run(found_nothing)))

    assert "No evidence" in said
    assert "History gives no evidence that the risk tells those who leave from those who stay." in said
    assert "What was learned may not be adopted: a condition above is not met." in said
    assert said.count("Not met") == 2  # the gate, and the verdict


def test_run_and_list_say_what_the_verdict_is_about_and_what_accounts_show(client):
    pages = (f"/insights/backtest/{make_run(found(gate=SHUT)).pk}/", "/insights/backtest/")
    for address in pages:
        said = text_of(client.get(address))
        assert "good enough to plan your weeks by" in said
        assert "The verdict is about what this test learned. Accounts show the risk by the weights set by hand." in said

    other = make_run(adopted_at=NOON)
    said = text_of(client.get(pages[0]))
    assert "Accounts show the risk by what was learned in the run of 15 Jun 2026." in said
    said = text_of(page(client, other))
    assert "about what this test learned, and that is what every account shows." in said


def test_run_where_nothing_was_learned_compares_it_with_nothing(client):
    hand = Choice(Rung.HAND, None, "fewer_than_10_departures", may_adopt=False)
    half = Gate(False, ("fewer_than_10_departures", "not_better"), (0.5, 0.5), (0.5, 0.5), 0.98, ())
    said = text_of(page(client, make_run(found(choice=hand, gate=half))))

    assert "Nothing could be learned, so the verdict is about the weights set by hand." in said
    assert "Nothing was learned that could be compared." in said
    assert "50 % sure" not in said


def test_run_names_who_was_missed_and_links_their_accounts(client):
    alder, birch = make_account("Alder"), make_account("Birch")
    response = page(client, make_run(found(missed=[alder], false_alarms=[birch])))

    body = response.content.decode()
    assert f'<a data-row-link href="/accounts/{alder.pk}/">Alder</a>' in body
    assert f'<a data-row-link href="/accounts/{birch.pk}/">Birch</a>' in body
    assert "0 of 1 account that left without an alert was shown as healthy 30 days before: green churn." in text_of(
        response
    )


def test_run_on_a_phone_draws_intervals_anew_and_says_what_else_moves_sideways(client):
    body = page(client, make_run()).content.decode()

    assert body.count('<div class="chart-narrow"><svg class="plot spans" viewBox="0 0 300 ') == 2
    assert body.count('class="chart-scroll chart-wide"') == 2
    assert body.count("Swipe sideways to see the rest.") == 4


def test_run_flags_what_training_never_saw(client):
    said = text_of(page(client, make_run()))

    assert "Outside the trained range: 30 %" in said
    assert "Outside the trained range: values of the newest month tested, and of no month learned from" in said
    assert "Time to renewal" in said


# -------------------------------------------------------------------------------------------------------- adoption
def test_adopt_is_recorded_with_who_and_when(client):
    run = make_run()
    assert "Adopt what was learned" in text_of(page(client, run))

    response = client.post(f"/insights/backtest/{run.pk}/adopt/", follow=True)

    run.refresh_from_db()
    assert run.adopted_at == NOON
    assert f"In use: adopted by {run.adopted_by} just now" in text_of(response)
    assert "Back to the hand weights" in text_of(response)


def test_adopt_is_refused_while_the_gate_is_shut(client):
    run = make_run(found(gate=SHUT))
    assert "Adopt what was learned" not in text_of(page(client, run))

    response = client.post(f"/insights/backtest/{run.pk}/adopt/", follow=True)

    run.refresh_from_db()
    assert run.adopted_at is None
    assert "This cannot be adopted" in text_of(response)


def test_adopt_of_what_no_evidence_speaks_for_is_refused_by_its_verdict(client):
    run = make_run(found(verdict="no_evidence"))

    client.post(f"/insights/backtest/{run.pk}/adopt/")

    run.refresh_from_db()
    assert run.adopted_at is None


def test_adopt_of_a_reversed_part_needs_a_person_who_accepts_it(client):
    run = make_run(
        found(gate=replace(OPEN, is_passed=False, reasons=("sign_reversed",), reversed_columns=("adoption",)))
    )
    said = text_of(page(client, run))
    assert "More would mean more risk: Successful adoption. That may be true of yours, or chance." in said

    client.post(f"/insights/backtest/{run.pk}/adopt/")
    run.refresh_from_db()
    assert run.adopted_at is None

    client.post(f"/insights/backtest/{run.pk}/adopt/", {"accepts_reversed": "on"})
    run.refresh_from_db()
    assert run.adopted_at == NOON
    assert "It was accepted: More would mean more risk: Successful adoption." in text_of(page(client, run))


def test_adopt_of_a_contract_turned_around_needs_a_person_who_accepts_it(client):
    turned = ColumnLine("contract", Interval(0.6, 0.52, 0.66), 1.0, 0.0, 9.0, 1, True, 0.0, 21.0)
    gate = replace(OPEN, is_passed=False, reasons=("sign_reversed",), reversed_columns=("contract",))
    card = Card(-60, (*CARD.terms, Term("contract", (1.0, 2.0), (-4, 11, 3), 0)))
    run = make_run(found(gate=gate, card=card, columns=(*found().columns, turned)))
    said = text_of(page(client, run))

    assert "What is more risk by hand would be less: Kind of contract." in said
    assert "Kind of contract 0.60 (0.52 to 0.66) 100 % Most risk: Renews by itself 21 9 Against what is set" in said
    assert "the odds of a contract set by hand" in said
    client.post(f"/insights/backtest/{run.pk}/adopt/")
    run.refresh_from_db()
    assert run.adopted_at is None


def test_run_of_before_facts_had_odds_by_hand_shows_the_weights_of_then(client):
    same = ColumnLine("contract", Interval(0.6, 0.52, 0.66), 1.0, 0.0, 9.0, 1, False, 0.0)
    said = text_of(page(client, make_run(found(columns=(*found().columns, same)))))

    assert "Kind of contract 0.60 (0.52 to 0.66) 100 % – – 9" in said
    assert "by hand as you set them" in said


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CSM])
def test_who_may_not_configure_health_reads_but_decides_nothing(role, workspace):
    run, client = make_run(), sign_in(role)
    said = text_of(page(client, run))

    assert "A manager or an administrator can adopt it." in said
    assert "Adopt what was learned" not in said
    assert "Test on our history" not in text_of(client.get("/insights/backtest/"))
    for door in (f"{run.pk}/adopt/", f"{run.pk}/retire/", "start/"):
        assert client.post(f"/insights/backtest/{door}").status_code == 403


def test_retire_goes_back_to_the_hand_weights_and_is_recorded(client):
    run = make_run()
    client.post(f"/insights/backtest/{run.pk}/adopt/")

    response = client.post(f"/insights/backtest/{run.pk}/retire/", follow=True)

    run.refresh_from_db()
    assert run.retired_at == NOON
    assert "The hand weights are in use again." in text_of(response)
    assert "Was in use from" in text_of(page(client, run))
    again = client.post(f"/insights/backtest/{run.pk}/retire/", follow=True)
    assert "The hand weights are in use already." in text_of(again)


# ------------------------------------------------------------------------------------------------- starting, waiting
def test_start_keeps_what_was_asked_and_leads_to_the_run(client):
    response = client.post("/insights/backtest/start/", {"horizon_days": "60", "counts_downgrade": "on"})

    run = RiskRun.objects.get()
    assert response["Location"] == f"/insights/backtest/{run.pk}/"
    assert run.settings["horizon_days"] == 60
    assert (run.settings["counts_downgrade"], run.settings["counts_non_renewal"]) == (True, False)
    assert RiskSettings.objects.get().horizon_days == 60


def test_start_of_an_unknown_horizon_is_refused_with_the_form(client):
    response = client.post("/insights/backtest/start/", {"horizon_days": "45"})

    assert response.status_code == 422
    assert "45 is not one of the available choices" in text_of(response)
    assert not RiskRun.objects.exists()


def test_start_while_one_runs_says_so(client):
    client.post("/insights/backtest/start/", {"horizon_days": "90"})

    response = client.post("/insights/backtest/start/", {"horizon_days": "90"}, follow=True)

    assert "A test is running already." in text_of(response)
    assert RiskRun.objects.count() == 1


def test_run_shows_how_far_it_is_and_asks_again(client):
    run = make_run(finished_at=None, failure="", done=6, total=24)
    response = page(client, run)

    assert f'hx-get="/insights/backtest/{run.pk}/"' in response.content.decode()
    assert "6 of 24 steps" in text_of(response)
    assert "Running, 25 %" in text_of(client.get("/insights/backtest/"))

    fragment = client.get(f"/insights/backtest/{run.pk}/", headers={"HX-Request": "true"})
    assert fragment.content.decode().strip().startswith('<div id="state"')

    RiskRun.objects.update(finished_at=NOON, failure="too_short")
    done = client.get(f"/insights/backtest/{run.pk}/", headers={"HX-Request": "true"})
    assert done["HX-Refresh"] == "true"


def test_run_that_stands_still_says_where_to_look(client):
    run = make_run(finished_at=None, failure="", progress_at=NOON - timedelta(minutes=11))
    assert "No step for ten minutes" in text_of(page(client, run))

    RiskRun.objects.update(progress_at=NOON - timedelta(minutes=9))
    assert "No step for ten minutes" not in text_of(page(client, run))


def test_run_says_when_something_else_would_be_asked_now(client):
    run = make_run(settings=queries.settings_of_run())
    assert "What is asked has changed since" not in text_of(page(client, run))

    actions.set_settings(horizon_days=30, counts_downgrade=False, counts_non_renewal=False, at=NOON, by=None)
    assert "What is asked has changed since" in text_of(page(client, run))


def test_run_that_found_too_little_says_what_is_missing_and_until_when(client):
    run = make_run(failure="too_short", days=[NOON.date() - timedelta(days=100)])
    said = text_of(page(client, run))

    assert "The history is too short" in said
    assert "Yours begins on 7 Mar 2026, so it will be enough on" in said
    assert client.get(f"/insights/backtest/{run.pk}/missed/").status_code == 404


@pytest.mark.parametrize("failure", RiskRun.Failure.values)
def test_every_failure_says_what_would_help(client, failure):
    said = text_of(page(client, make_run(failure=failure)))

    assert "Nothing could be tested" in said
    assert "Change the settings and test again" in said


def test_a_past_that_a_file_brings_in_is_not_promised_to_count(client):
    assert "A past that a file brings in was not known then." in text_of(
        page(client, make_run(failure="too_short", days=[]))
    )


# -------------------------------------------------------------------------------------------------- the list of runs
def test_list_says_what_scores_now_and_what_was_found_last(client):
    empty = text_of(client.get("/insights/backtest/"))
    assert "Nothing has been tested yet" in empty
    assert "Nothing yet." in empty
    HandCard.objects.create(card=CARD.to_json(), horizon_days=90, departures=4, rows=900, made_at=NOON)
    thin = text_of(client.get("/insights/backtest/"))
    assert "turned into chances by the 4 customers who left in the last year. They are so few" in thin
    assert "What you choose here also says what the risk shown on every account means." in thin

    run = make_run()
    client.post(f"/insights/backtest/{run.pk}/adopt/")
    said = text_of(client.get("/insights/backtest/"))

    assert "What was learned from your history, adopted by" in said
    assert "Each account shows its chance of leaving within 90 days." in said
    client.post("/insights/backtest/start/", {"horizon_days": "30"})
    asked = text_of(client.get("/insights/backtest/"))
    assert "Each account shows its chance of leaving within 90 days." in asked
    assert "accounts keep the risk of the test in use until another is adopted" in asked
    assert "3.6 times what chance would give" in said
    assert "Proven In use" in said


def test_list_says_what_a_contract_counts_by_hand(client):
    HandCard.objects.create(card=CARD.to_json(), horizon_days=90, departures=4, rows=900, made_at=NOON)
    said = text_of(client.get("/insights/backtest/"))
    for shown in (
        "What a contract counts, set by hand as well",
        "Ended in the last 90 days without another × 3",
        "Ends in less than 2 months × 3",
        "Ends in 2 to 3 months × 2",
        "Ends in 4 to 6 months × 1",
        "Ends in 7 months or later × 1",
        "Renews by itself × 0.50",
        "Runs from month to month × 0.67",
        "No contract, or not known as the average",
    ):
        assert shown in said


def test_list_tells_whether_acting_on_alerts_helps_or_how_to_find_out(client):
    assert "let a small share of alerts keep silent" in text_of(client.get("/insights/backtest/"))

    set_alerts(budget=5, escalate_after_days=3, holdout_share=10, at=NOON, by=None)
    said = text_of(client.get("/insights/backtest/"))
    assert "No evidence yet" in said
    assert "10 of 100 new alerts are told to nobody." in said


def test_insights_leads_to_the_test_of_the_risk(client):
    make_account("Alder")

    assert 'href="/insights/backtest/"' in client.get("/insights/").content.decode()


# ----------------------------------------------------------------------------------------------------------- lists
def read(client, address):
    response = client.get(address)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(response.content.decode().removeprefix(BOM), newline="")))


def test_lists_and_their_exports_hold_the_same_accounts(client):
    alder, birch, cedar, elm = (make_account(name) for name in ("Alder", "Birch", "Cedar", "Elm"))
    run = make_run(found(missed=[alder], false_alarms=[birch], caught=[cedar], quiet=[elm]))

    report = client.get(f"/insights/backtest/{run.pk}/").content.decode()
    for name, account in (("missed", alder), ("false-alarms", birch), ("caught", cedar), ("quiet", elm)):
        assert f'href="/insights/backtest/{run.pk}/{name}/"' in report
        address = f"/insights/backtest/{run.pk}/{name}/"
        assert f"/accounts/{account.pk}/" in client.get(address).content.decode()
        _header, row = read(client, f"{address}export/")
        assert row[:2] == [str(account.pk), account.name]
    assert read(client, f"/insights/backtest/{run.pk}/missed/export/")[1][3:6] == ["48000.00", "EUR", ""]


def test_a_run_of_before_there_were_four_lists_opens_those_it_kept(client):
    run = make_run()
    for name in ("caught", "quiet"):
        del run.report[name]
    run.save()
    report = client.get(f"/insights/backtest/{run.pk}/").content.decode()
    assert "What alerts would have done" in report
    assert f"/insights/backtest/{run.pk}/caught/" not in report


def test_exports_of_figures_parts_and_runs(client):
    run = make_run()

    figures = {tuple(row[:3]): row[3:] for row in read(client, f"/insights/backtest/{run.pk}/figures/export/")}
    assert figures["ranking", "learned", "auc"] == ["0.74", "0.69", "0.79"]
    assert figures["test", "", "verdict"] == ["proven", "", ""]
    assert [row[0] for row in read(client, f"/insights/backtest/{run.pk}/parts/export/")] == [
        "Key", "adoption", "renewal",
    ]  # fmt: skip
    _header, row = read(client, "/insights/backtest/export/")
    assert (row[0], row[4], row[7]) == (str(run.pk), str(ASKED["horizon_days"]), "proven")


# ---------------------------------------------------------------------------------------------------------- queries
def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_a_page_costs_the_same_queries_at_any_size(client):
    small = make_run(found(missed=[make_account("Alder")]))
    list_at_one = queries_of(client, "/insights/backtest/")
    large = make_run(found(missed=[make_account(f"Birch {n}") for n in range(3)], false_alarms=[make_account("Elm")]))
    make_run(failure="too_short", started_by=make_member().user)

    assert queries_of(client, "/insights/backtest/") == list_at_one
    for name in ("", "missed/"):
        at_one = queries_of(client, f"/insights/backtest/{small.pk}/{name}")
        assert queries_of(client, f"/insights/backtest/{large.pk}/{name}") == at_one
