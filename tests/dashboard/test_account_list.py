import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import tags
from accounts.actions.words import relearn
from accounts.models import Account
from accounts.queries import search
from health.models import HealthScore
from lib.csv import BOM
from lib.paging import page_of
from lib.svg import sparkline
from segments.models import SegmentMember
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_customer,
    make_member,
    make_segment,
    make_user,
    make_workspace,
)
from tests.dashboard.conftest import signed_in
from tests.dashboard.test_today import names, text
from workspaces import tenancy
from workspaces.capabilities import Role

LIST = reverse("dashboard:account_list")
EXPORT = reverse("dashboard:account_export")


def listed(client, **query) -> list[str]:
    return names(client.get(LIST, query))


def links(page, word: str) -> list[str]:
    return [url.replace("&amp;", "&") for url in re.findall(rf'rel="{word}" href="([^"]*)"', page.content.decode())]


def pages_of(monkeypatch, size: int) -> None:
    monkeypatch.setattr(page_of, "__kwdefaults__", page_of.__kwdefaults__ | {"size": size})


@pytest.fixture
def four(me):
    make_customer("Alpha", score=90, days=200, arr_minor=900_00, owner=me, tier="strategic")
    make_customer("Beta", score=41, days=20, arr_minor=100_00, stage="disappointment", alerts=2)
    make_customer("Gamma", score=None, stage="awareness", owner=me)
    make_customer("Omega", score=20, stage="churn", days=-30, arr_minor=1_00)
    make_customer("Delta", score=63, days=90, arr_minor=500_00)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Alpha", "Beta", "Delta", "Gamma", "Omega"]),
        ({"view": "all"}, ["Alpha", "Beta", "Delta", "Gamma", "Omega"]),
        ({"view": "mine"}, ["Alpha", "Gamma"]),
        ({"view": "at_risk"}, ["Beta"]),
        ({"view": "renewing"}, ["Beta", "Delta"]),
        ({"view": "no_data"}, ["Gamma"]),
        ({"view": "mine", "band": "none"}, ["Gamma"]),
        ({"stage": "disappointment"}, ["Beta"]),
        ({"band": "watch"}, ["Delta"]),
        ({"tier": "strategic"}, ["Alpha"]),
        ({"owner": "none"}, ["Beta", "Delta", "Omega"]),
        ({"band": "at_risk"}, ["Beta", "Omega"]),
        ({"q": "lph"}, ["Alpha"]),
        ({"q": "de"}, ["Delta"]),
        ({"sort": "-name"}, ["Omega", "Gamma", "Delta", "Beta", "Alpha"]),
        ({"sort": "score"}, ["Omega", "Beta", "Delta", "Alpha", "Gamma"]),
        ({"sort": "-score"}, ["Alpha", "Delta", "Beta", "Omega", "Gamma"]),
        ({"sort": "arr"}, ["Omega", "Beta", "Delta", "Alpha", "Gamma"]),
        ({"sort": "-arr"}, ["Alpha", "Delta", "Beta", "Omega", "Gamma"]),
        ({"sort": "renewal"}, ["Omega", "Beta", "Delta", "Alpha", "Gamma"]),
        ({"sort": "-renewal"}, ["Alpha", "Delta", "Beta", "Omega", "Gamma"]),
    ],
)
def test_views_filters_and_sorts(client, four, query, expected):
    assert listed(client, **query) == expected


def test_filter_by_owner(client, four, me):
    assert listed(client, owner=me.pk) == ["Alpha", "Gamma"]


def test_what_cannot_be_understood_is_left_out_and_said(client, four):
    page = client.get(LIST, {"stage": "limbo", "sort": "colour", "view": "x", "owner": "7e9", "band": "watch"})
    assert names(page) == ["Delta"]
    assert "A part of this address was not understood and is left out." in text(page)
    assert "not understood" not in text(client.get(LIST, {"band": "watch"}))


def test_a_row_shows_nine_columns(client, four):
    page = client.get(LIST, {"q": "bet"})
    row = re.search(r"<tr data-row>.*?</tr>", page.content.decode(), re.S)[0]
    cells = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.S)]
    assert cells == ["Beta", "At risk 41", "", "Disappointment", "€100", "in 20 days, 5 Jul 2026", "–", "2", "Standard"]
    assert page.content.decode().count('<th scope="col"') == 9
    assert f"{reverse('alerts:alert_list')}?account=" in row


def test_a_trend_needs_two_scores(client, me):
    account = make_customer("Alpha", score=41)
    for weeks, score, band in ((1, 60, "watch"), (12, 80, "healthy"), (5, 10, "")):
        HealthScore.objects.create(
            account=account,
            day=TODAY - timedelta(weeks=weeks),
            score=score,
            band=band,
            coverage=1,
            parts=[],
            computed_at=NOON,
        )
    page = client.get(LIST).content.decode()
    assert 'aria-label="From 80 to 41"' in page
    look = re.search(r'class="[^"]*"', sparkline([80, 41], "Health"))[0]
    assert f"<svg {look}" in page  # drawn by hand, but as every other one


def test_the_sort_link_turns_the_order_round(client, four):
    page = client.get(LIST, {"sort": "-arr", "band": "watch", "after": "x"}).content.decode()
    assert 'aria-sort="descending"><a class="sort" href="/accounts/?sort=arr&amp;band=watch"' in page
    assert 'aria-sort="none"><a class="sort" href="/accounts/?sort=score&amp;band=watch"' in page
    assert 'href="/accounts/?sort=-name"' in client.get(LIST, {"sort": "name"}).content.decode()


def test_pages_lead_forth_and_back_with_the_filter(client, monkeypatch, workspace):
    pages_of(monkeypatch, 2)
    for name in "ABCDE":
        make_customer(name, score=90)
    first = client.get(LIST, {"band": "healthy"})
    assert links(first, "prev") == []
    second = client.get(links(first, "next")[0])
    third = client.get(links(second, "next")[0])
    assert [names(page) for page in (first, second, third)] == [["A", "B"], ["C", "D"], ["E"]]
    assert links(third, "next") == []
    assert names(client.get(links(third, "prev")[0])) == ["C", "D"]
    assert "band=healthy" in links(third, "prev")[0]


def test_the_count_stops_at_a_thousand(client, monkeypatch, four):
    assert "5 accounts" in text(client.get(LIST))
    monkeypatch.setattr("accounts.queries.MOST_COUNTED", 3)
    monkeypatch.setattr("dashboard.templatetags.figures.MOST_COUNTED", 3)
    assert "3+ accounts" in text(client.get(LIST))


def test_an_empty_portfolio_offers_the_first_account(client, workspace):
    page = client.get(LIST)
    assert "No accounts yet" in text(page)
    assert reverse("accounts:account_new") in page.content.decode()
    viewer = signed_in(make_member(Role.VIEWER)).get(LIST)
    assert reverse("accounts:account_new") not in viewer.content.decode()


def test_nothing_found_offers_the_way_back(client, four):
    assert "No account looks like this" in text(client.get(LIST, {"q": "zzz"}))
    assert "No account looks like this" in text(client.get(LIST, {"view": "at_risk", "tier": "growth"}))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_at_any_size(client, me, rows):
    for number in range(rows):
        make_customer(f"Customer {number}", alerts=number, owner=me)
    client.get(LIST)
    with CaptureQueriesContext(connection) as captured:
        client.get(LIST)
    assert len(captured) == 12


def test_a_page_of_many_takes_one_query_more_to_count_them(client, monkeypatch, me):
    pages_of(monkeypatch, 2)
    for number in range(3):
        make_customer(f"Customer {number}", owner=me)
    client.get(LIST)
    with CaptureQueriesContext(connection) as captured:
        client.get(LIST)
    assert len(captured) == 13


def test_members_of_a_segment_and_carriers_of_a_tag_are_counted_where_they_stand(client, monkeypatch, four):
    pages_of(monkeypatch, 2)
    ids = [account.pk for account in Account.objects.exclude(name="Omega")]
    tags.tag(account_ids=ids, name="Pilot", at=NOON, by=None)
    segment = make_segment()
    for pk in ids:
        SegmentMember.objects.create(segment=segment, account_id=pk, since=NOON)
    for query in ({"tag": "pilot"}, {"segment": segment.pk}):
        page = client.get(LIST, query)
        assert names(page) == ["Alpha", "Beta"]
        assert "4 accounts" in text(page)
        assert names(client.get(LIST, {**query, "sort": "-score"})) == ["Alpha", "Delta"]
        assert "2 accounts" in text(client.get(LIST, {**query, "owner": "none"}))


@pytest.mark.parametrize("window", [4, 1000])
@pytest.mark.parametrize("sort", ["name", "-name", "score", "-score"])
def test_common_words_find_every_name_in_the_lists_order(client, monkeypatch, me, sort, window):
    """By reading the list in its order, and by looking names up where that finds too few: the same pages."""
    for name, value in {"common": "COMMON", "window": "WINDOW"}.items():
        monkeypatch.setattr(search, value, {"common": 1, "window": window}[name])
    for number in range(20):
        make_customer(f"{number:02} {'Logistics' if number % 4 else 'Bakery'}", score=number * 5 % 90, owner=me)
    make_customer("99 logistics", score=None)
    relearn(at=NOON)
    everything = listed(client, sort=sort)
    expected = [name for name in everything if "ogistics" in name]
    assert len(expected) == 16
    pages_of(monkeypatch, 5)
    seen, page = [], client.get(LIST, {"q": "LOGISTIC", "sort": sort})
    assert "1,000+ accounts" in text(page)
    for _number in range(4):
        seen += names(page)
        if links(page, "next"):
            page = client.get(links(page, "next")[0])
    assert seen == expected
    assert names(client.get(links(page, "prev")[0])) == expected[10:15]


def test_common_words_and_a_filter_find_every_name(client, monkeypatch, four):
    monkeypatch.setattr(search, "COMMON", 1)
    make_customer("Delta Two", stage="churn", days=9)
    relearn(at=NOON)
    assert listed(client, q="delta") == ["Delta", "Delta Two"]
    assert listed(client, q="delta", stage="churn") == ["Delta Two"]


def test_names_are_text(client, me):
    make_account("<script>alert(1)</script>", owner=make_member(user=make_user(name="<b>Ole</b>")))
    for page in (client.get(LIST), client.get(LIST, {"q": "<script>"}), client.get(LIST, {"q": '"><i>'})):
        said = page.content.decode()
        assert "<script>alert" not in said
        assert "<b>Ole" not in said
        assert '"><i>' not in said


def test_a_member_who_left_still_names_their_accounts_but_cannot_be_chosen(client, me):
    gone = make_member(user=make_user(name="Ole Berg"))
    make_account("Alpha", owner=gone)
    gone.ended_at = NOON
    gone.save()
    page = client.get(LIST)
    assert "Ole Berg" in text(page)
    assert f'<option value="{gone.pk}"' not in page.content.decode()


def exported(client, **query) -> list[list[str]]:
    response = client.get(EXPORT, query)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="accounts-2026-06-15.csv"'
    return list(csv.reader(io.StringIO(response.content.decode().removeprefix(BOM))))


def test_the_export_holds_the_list_as_it_is_filtered_and_sorted(client, four, me):
    header, *rows = exported(client, sort="-arr")
    assert header[:2] == ["Id", "Name"]
    assert [row[1] for row in rows] == listed(client, sort="-arr") == ["Alpha", "Delta", "Beta", "Omega", "Gamma"]
    assert [row[1] for row in exported(client, view="mine")[1:]] == ["Alpha", "Gamma"]
    alpha = dict(zip(header, rows[0], strict=True))
    assert alpha["ARR"] == "900.00"
    assert (alpha["Health score"], alpha["Health band"], alpha["Owner"]) == ("90.0", "healthy", "Mei Chen")
    assert (alpha["Renews on"], alpha["Added on"], alpha["Tier"]) == ("2027-01-01", "2026-06-15", "strategic")
    assert dict(zip(header, rows[4], strict=True))["ARR"] == ""


def test_the_export_runs_no_formula(client, workspace):
    for name in ("=1+1", "@SUM(A1)", "-Minus", "Plain, with “quotes” and a comma"):
        make_account(name)
    assert sorted(row[1] for row in exported(client)[1:]) == [
        "'-Minus",
        "'=1+1",
        "'@SUM(A1)",
        "Plain, with “quotes” and a comma",
    ]


def test_too_long_an_export_says_where_the_limit_is(client, four, monkeypatch):
    monkeypatch.setattr("dashboard.export.MOST", 3)
    response = client.get(EXPORT)
    assert response.status_code == 413
    assert response.content.decode() == "An export holds at most 3 accounts: narrow the filter."


def test_another_workspaces_accounts_are_nowhere(client, me):
    with tenancy.entered(make_workspace("Other").pk):
        make_account("Elsewhere")
        pk = Account.objects.get().pk
    assert listed(client) == []
    assert exported(client)[1:] == []
    assert client.get(reverse("dashboard:account", args=[pk])).status_code == 404
