"""The results page: figures with their doubt, and the rows behind each."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from surveys import charts, queries
from surveys.lens import Lens
from surveys.models import Refusal
from tests.builders import (
    NOON,
    make_account,
    make_answer,
    make_contact,
    make_member,
    make_survey_invitation,
    make_ticket,
    make_workspace,
)
from workspaces import tenancy
from workspaces.capabilities import Role

pytestmark = pytest.mark.usefixtures("noon")
DAY = timedelta(days=1)
URL = "/surveys/"


@pytest.fixture
def client(workspace):
    client = Client()
    client.force_login(make_member(Role.MANAGER).user)
    return client


@pytest.fixture
def hank(workspace):
    return make_contact(make_account("Globex"), name="Hank")


def refuse(contact, reason, at=NOON - DAY, metric="csat"):
    return Refusal.objects.create(account=contact.account, contact=contact, reason=reason, at=at, metric=metric)


def page(client, **query) -> str:
    return " ".join(client.get(URL, query).content.decode().split())


def stat(html: str, label: str) -> tuple[str, str]:
    """(value, what stands below it) of one figure."""
    found = re.search(
        rf'stat-label">{re.escape(label)}</div> <div class="stat-value"><a href="[^"]+">([^<]+)</a></div>'
        r' (?:<div class="stat-sub">([^<]*)<)?',
        html,
    )
    return found[1].replace("\xa0", " "), (found[2] or "").replace("\xa0", " ")


# ------------------------------------------------------------------ figures


def test_figures_of_support_surveys(client, hank):
    for days, value in enumerate([5, 5, 5, 4, 4, 4, 4, 4, 3, 1]):
        make_answer(value, hank, answered_at=NOON - (days + 1) * DAY)
    make_answer(1, hank, answered_at=NOON - 91 * DAY)
    make_answer(0, hank, metric="nps", answered_at=NOON - DAY)
    make_survey_invitation(hank, sent_at=NOON - DAY)
    refuse(hank, "quiet")
    refuse(hank, "quiet", at=NOON - 91 * DAY)
    refuse(hank, "opted_out", metric="nps")
    html = page(client)
    assert stat(html, "CSAT") == ("80 %", "between 49 % and 94 %")
    assert stat(html, "Answers") == ("10", "in the last 90 days")
    assert stat(html, "Response rate") == ("91 %", "10 of 11 mails of the period answered")
    assert stat(html, "Not asked") == ("1", "each with its reason")
    assert "Asked something else recently" in html
    html = page(client, days=180)
    assert stat(html, "Answers") == ("11", "in the last 180 days")


def test_figures_of_the_relationship_survey(client, hank):
    for value in (10, 9, 8, 6, 0):
        make_answer(value, hank, metric="nps", answered_at=NOON - DAY)
    make_answer(1, hank, answered_at=NOON - DAY)
    html = page(client, metric="nps")
    assert stat(html, "NPS") == ("0", "between −57 and +57")
    assert stat(html, "Answers")[0] == "5"


def test_a_thin_score_says_that_it_is(client, hank):
    make_answer(5, hank, answered_at=NOON - DAY)
    assert stat(page(client), "CSAT") == ("100 %", "between 21 % and 100 %; few answers, read them instead")


def test_no_data_is_not_zero(client, hank):
    make_survey_invitation(hank, sent_at=NOON - DAY)
    html = page(client)
    assert stat(html, "CSAT") == ("–", "No data")
    assert stat(html, "Response rate") == ("0 %", "0 of 1 mails of the period answered")


@pytest.mark.parametrize(
    ("metric", "words"),
    [("csat", "Nobody was asked about support in this period"), ("nps", "Nobody was asked about the relationship")],
)
def test_an_empty_page_says_what_will_be_here(client, metric, words):
    html = page(client, metric=metric)
    assert words in html
    assert "stat-value" not in html


def test_an_empty_page_offers_a_viewer_no_button_that_is_refused(workspace):
    client = Client()
    client.force_login(make_member(Role.VIEWER).user)
    for metric in ("csat", "nps"):
        html = page(client, metric=metric)
        assert "Send a wave" not in html
        assert "/settings/surveys/" not in html
        assert "See connections" not in html


def test_the_trend_leaves_gaps_where_nobody_answered(hank):
    make_answer(5, hank, answered_at=NOON.replace(month=1))
    make_answer(1, hank, answered_at=NOON.replace(month=3, day=1, hour=0, minute=0))
    months = queries.trend("csat", NOON.replace(month=1), NOON.replace(month=4))
    assert [(month.first.isoformat(), month.score.n, month.score.value) for month in months] == [
        ("2026-01-01", 1, 100.0),
        ("2026-02-01", 0, None),
        ("2026-03-01", 1, 0.0),
        ("2026-04-01", 0, None),
    ]
    svg = charts.trend("csat", months)
    assert "Jan 2026: 100\xa0% (1); Mar 2026: 0\xa0% (1)" in svg


def test_results_of_one_account(hank):
    make_answer(5, hank)
    make_answer(1, make_contact(make_account()))
    results = queries.results("csat", NOON, NOON + DAY, hank.account)
    assert (results.score.n, results.score.value, results.counts) == (1, 100.0, {1: 0, 2: 0, 3: 0, 4: 0, 5: 1})
    assert (results.sent, results.answered, results.response_rate) == (1, 1, 1.0)
    assert queries.results("nps", NOON, NOON + DAY, hank.account).response_rate is None


# ------------------------------------------------------------------ rows


def names(html: str) -> list[str]:
    return re.findall(r'data-label="Person">([^<]*)<', html)


def test_every_figure_opens_its_rows(client, hank):
    bart = make_contact(hank.account, name="Bart")
    make_answer(5, hank, answered_at=NOON - DAY, comment="Lovely")
    make_answer(1, bart, answered_at=NOON - 40 * DAY)
    refuse(hank, "quiet")
    refuse(bart, "staff")
    html = page(client)
    hrefs = [href.replace("&amp;", "&").partition("#")[0] for href in re.findall(r'href="(\?metric=[^"]+#rows)"', html)]
    rows = {href: names(client.get(URL + href).content.decode()) for href in hrefs}
    assert rows["?metric=csat&days=90&show=answers&value=1"] == ["Bart"]
    assert rows["?metric=csat&days=90&show=answers&value=3"] == []
    assert rows["?metric=csat&days=90&show=answers&month=2026-05"] == ["Bart"]
    assert rows["?metric=csat&days=90&show=answers&month=2026-06"] == ["Hank"]
    assert rows["?metric=csat&days=90&show=sent"] == ["Hank", "Bart"]
    assert rows["?metric=csat&days=90&show=refused"] == ["Bart", "Hank"]
    assert rows["?metric=csat&days=90&show=refused&reason=quiet"] == ["Hank"]
    assert "Answers: month 2026-05" in page(client, month="2026-05")
    assert "Answers: value 1" in page(client, value=1)
    assert "Not asked: Asked something else recently" in page(client, show="refused", reason="quiet")


def test_rows_of_mails_say_what_became_of_them(client, hank):
    make_answer(0, hank, metric="nps", answered_at=NOON - DAY)
    make_survey_invitation(hank, metric="nps", sent_at=NOON - 2 * DAY)
    make_survey_invitation(hank, metric="nps", sent_at=NOON - 30 * DAY, expires_at=NOON - 16 * DAY)
    html = page(client, metric="nps", show="sent")
    cells = [re.sub("<[^>]+>", "", cell) for cell in re.findall(r'data-label="Answer">(.*?)</td>', html)]
    assert cells == ["0", "none yet", "none, closed"]


def test_answers_come_in_pages(client, hank):
    for minutes in range(120):
        make_answer(5, hank, answered_at=NOON - timedelta(minutes=minutes + 1))
    html = page(client)
    seen = [len(names(html))]
    while following := re.search(r'rel="next" href="([^"]+)"', html):
        html = client.get(URL + following[1].replace("&amp;", "&")).content.decode()
        seen.append(len(names(html)))
    assert seen == [50, 50, 20]
    back = re.search(r'rel="prev" href="([^"]+)"', html)[1].replace("&amp;", "&")
    assert len(names(client.get(URL + back).content.decode())) == 50


def test_the_page_costs_the_same_at_any_size(client, hank, django_assert_num_queries):
    counts = []
    for _ in range(2):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        make_answer(5, hank, answered_at=NOON - DAY)
        make_answer(5, make_contact(make_account()), answered_at=NOON - DAY)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            page(client)
        counts.append(len(seen))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "query", ["metric=x&days=7&show=y&value=9&month=2026-13&reason=no", "value=&after=%00&days=1e9"]
)
def test_an_address_that_makes_no_sense_shows_everything(client, hank, query):
    make_answer(5, hank, answered_at=NOON - DAY)
    assert Lens.of(QueryDict(query)) == Lens()
    assert names(client.get(f"{URL}?{query}").content.decode()) == ["Hank"]


def test_a_lens_reads_its_own_address():
    lens = Lens("nps", 30, "answers", "2026-02", 0, "")
    assert Lens.of(QueryDict(lens.query()[1:])) == lens
    assert [moment.isoformat() for moment in lens.rows_span(NOON)] == [
        "2026-02-01T00:00:00+00:00",
        "2026-03-01T00:00:00+00:00",
    ]


# ------------------------------------------------------------------ export, waves, panel


@pytest.mark.parametrize(
    ("show", "header", "first"),
    [
        (
            "answers",
            ["Account", "Person", "Answered at", "Changed at", "Answer", "Out of", "Comment", "About"],
            ["Globex", "Hank", "2026-06-14T12:00:00+00:00", "", "4", "5", "'=1+1", ""],
        ),
        (
            "sent",
            ["Account", "Person", "Sent at", "Open until", "About", "Answer"],
            ["Globex", "Hank", "2026-06-14T12:00:00+00:00", "2026-06-28T12:00:00+00:00", "", "4"],
        ),
        (
            "refused",
            ["Account", "Person", "When", "Why not", "About"],
            ["Globex", "Hank", "2026-06-14T12:00:00+00:00", "quiet", ""],
        ),
    ],
)
def test_rows_are_exported(client, hank, show, header, first):
    make_answer(4, hank, answered_at=NOON - DAY, comment="=1+1")
    refuse(hank, "quiet")
    response = client.get("/surveys/export/", {"show": show})
    assert response.headers["Content-Disposition"] == f'attachment; filename="csat-{show}.csv"'
    assert table(response) == [["Account id", *header], [str(hank.account_id), *first]]


def table(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_figures_are_exported_with_their_doubt_by_month_and_by_week(client, hank):
    for value, days in ((5, 1), (5, 40), (1, 40)):
        make_answer(value, hank, answered_at=NOON - days * DAY)
    refuse(hank, "quiet")

    header, period, *trend = table(client.get("/surveys/figures/export/", {"days": 30}))

    assert header[:7] == ["Survey", "Span", "First day", "Answers", "Score", "Interval from", "Interval to"]
    assert period == "csat,period,2026-05-16,1,100.0,20.7,100.0,1,1,1,0,0,0,0,1".split(",")
    asked = [row for row in trend if row[3] != "0"]
    assert [(row[1], row[2], row[3], row[4]) for row in asked] == [
        ("month", "2026-05-01", "2", "50.0"),
        ("month", "2026-06-01", "1", "100.0"),
        ("week", "2026-05-04", "2", "50.0"),
        ("week", "2026-06-08", "1", "100.0"),
    ]
    assert len(trend) == 13 + 54


def test_waves_are_listed_with_the_relationship_survey(client, hank, run):
    from surveys.actions.waves import start_wave

    wave = start_wave(name="Spring", account_ids=[hank.account_id], roles=["end_user"], at=NOON, by=None)
    run()
    assert f'href="/surveys/waves/{wave.pk}/">Spring</a>' in page(client, metric="nps")
    assert "Spring" not in page(client)


def test_account_panel_shows_answers_open_questions_and_refusals(client, hank):
    ticket = make_ticket(hank.account, contact=hank, subject="Printer", closed_at=NOON, episode=1)
    make_answer(2, hank, comment="Slow & late", answered_at=NOON - DAY, changed_at=NOON)
    make_survey_invitation(hank, ticket=ticket, episode=1, sent_at=None, send_at=NOON + DAY)
    make_survey_invitation(hank, metric="nps", sent_at=NOON - DAY)
    make_survey_invitation(hank, send_at=NOON - 30 * DAY, sent_at=NOON - 30 * DAY)
    refuse(hank, "quiet")
    url = reverse("surveys:account_panel", args=[hank.account_id])
    for headers in ({"HX-Request": "true"}, {}):
        html = " ".join(client.get(url, headers=headers).content.decode().split())
        assert ("<html" in html) is (headers == {})
        assert "Slow &amp; late" in html
        assert "2/5" in html
        assert html.count("<li>Hank") == 3
        assert "Hank · CSAT · Printer" in html
        assert "Hank · NPS" in html
        assert "Hank: Asked something else recently" in html


def test_account_panel_of_a_quiet_account(client, workspace):
    account = make_account()
    html = client.get(reverse("surveys:account_panel", args=[account.pk])).content.decode()
    assert "No answers yet." in html


def test_account_panel_of_another_workspace_is_not_found(client):
    with tenancy.entered(make_workspace("Other").pk):
        account = make_account()
    assert client.get(reverse("surveys:account_panel", args=[account.pk])).status_code == 404
