"""The results page: figures with their doubt, and the rows behind each."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from surveys import charts, queries, results
from surveys.lens import Lens
from surveys.measures import measure, usual
from surveys.models import Answer, Refusal, SurveySettings
from tests.builders import (
    NOON,
    make_account,
    make_answer,
    make_contact,
    make_member,
    make_survey_invitation,
    make_ticket,
    make_workspace,
    survey_of,
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
    return Refusal.objects.create(
        account=contact.account, contact=contact, reason=reason, at=at, metric=metric, survey=survey_of(metric)
    )


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


def of(metric, **lens):
    survey = survey_of(metric)
    return Lens(survey=survey.pk, **lens), measure(survey.kind, survey.points)


def test_the_trend_leaves_gaps_where_nobody_answered(hank):
    make_answer(5, hank, answered_at=NOON.replace(month=1))
    make_answer(1, hank, answered_at=NOON.replace(month=3, day=1, hour=0, minute=0))
    lens, of_csat = of("csat")
    points = results.trend(lens, of_csat, NOON.replace(month=4))
    assert [(point.first, point.score.n, point.score.value) for point in points[-4:]] == [
        ("2026-01-01", 1, 100.0),
        ("2026-02-01", 0, None),
        ("2026-03-01", 1, 0.0),
        ("2026-04-01", 0, None),
    ]
    svg = charts.trend(of_csat, points, "By month")
    assert "Jan 2026: 100\xa0% (1); Mar 2026: 0\xa0% (1)" in svg


def test_the_trend_by_week_begins_on_monday(hank):
    make_answer(5, hank, answered_at=NOON.replace(day=14, hour=23))  # a Sunday; NOON is a Monday
    make_answer(1, hank, answered_at=NOON - timedelta(hours=1))
    points = results.trend(*of("csat", span="week"), NOON)
    assert [(point.first, point.name, point.score.value) for point in points[-2:]] == [
        ("2026-06-08", "8 Jun 2026", 100.0),
        ("2026-06-15", "15 Jun 2026", 0.0),
    ]
    assert len(points) == 27


def test_the_trend_by_wave_keeps_late_answers_with_their_wave(hank, run):
    for name, value, days in (("Spring", 3, 60), ("Summer", 10, 1)):
        wave = start_wave(name, hank.account, NOON - 90 * DAY)
        invitation = make_survey_invitation(hank, metric="nps", wave=wave)
        make_answer(value, hank, metric="nps", invitation=invitation, answered_at=NOON - days * DAY)
    lens, of_nps = of("nps", span="wave")
    points = results.trend(lens, of_nps, NOON)
    assert [(point.name, point.score.value, point.score.n) for point in points] == [
        ("Spring", -100.0, 1),
        ("Summer", 100.0, 1),
    ]


def start_wave(name, account, at):
    from surveys.models import Wave

    return Wave.objects.create(
        survey=survey_of("nps"), name=name, account_ids=[account.pk], roles=["end_user"], created_at=at, handled_at=at
    )


def test_a_change_is_told_only_where_it_is_one(client, hank):
    for days in range(40):
        make_answer(5, hank, answered_at=NOON - timedelta(days=1, minutes=days))
        make_answer(1, hank, answered_at=NOON - timedelta(days=91, minutes=days))
    value, sub = stat(page(client), "Against before")
    assert (value, sub) == ("+100", "changed; 0 % from 40 answers in the 90 days before")
    Answer.objects.filter(answered_at__lt=NOON - 90 * DAY).update(value=5)
    assert stat(page(client), "Against before")[1].startswith("not more than chance; 100 %")
    Answer.objects.filter(answered_at__lt=NOON - 90 * DAY).delete()
    assert stat(page(client), "Against before") == ("–", "no answers in the 90 days before")


def test_whose_mean_a_score_is_can_be_chosen_and_is_named(client, hank):
    """One account's three happy users against another whose decision maker is not."""
    other = make_account("Initech")
    boss = make_contact(other, name="Bill", role="decision_maker")
    for contact, value in [(hank, 10), (hank, 10), (hank, 9), (boss, 3), (make_contact(other, name="Peter"), 10)]:
        make_answer(value, contact, metric="nps", answered_at=NOON - DAY)

    def told(roll):
        html = page(client, metric="nps", roll=roll)
        return stat(html, "NPS")[0], stat(html, "Answers"), html

    value, counted, html = told("answers")
    assert (value, counted) == ("+60", ("5", "in the last 90 days"))
    assert "All answers: every answer counts once." in html
    value, counted, html = told("accounts")
    assert (value, counted) == ("+50", ("5", "in the last 90 days, from 2 accounts"))
    assert "every account counts once, with the mean of its people&#x27;s answers" in html
    value, counted, html = told("deciders")
    assert (value, counted) == ("0", ("4", "in the last 90 days, from 2 accounts"))
    assert "Decision maker first: every account counts once" in html


def test_effort_is_a_mean_or_a_share_and_the_page_says_which(client, hank):
    for value in (7, 6, 5, 2):
        make_answer(value, hank, metric="ces", answered_at=NOON - DAY)
    html = page(client, metric="ces")
    assert stat(html, "CES")[0] == "5.0"
    assert "CES: mean of the answers from 1 to 7; Student&#x27;s interval." in html
    SurveySettings.objects.create(effort_score="share")
    html = page(client, metric="ces")
    assert stat(html, "CES")[0] == "75 %"
    assert "CES: share of 5 to 7 among answers from 1 to 7; Wilson&#x27;s interval." in html


@pytest.mark.parametrize(("points", "values", "score"), [(5, [5, 4, 3], 67), (3, [3, 2, 1], 33), (2, [2, 2, 1], 67)])
def test_csat_counts_the_top_of_each_scale(client, hank, points, values, score):
    survey = survey_of("csat")
    survey.points = points
    survey.save(update_fields=["points"])
    for value in values:
        make_answer(value, hank, answered_at=NOON - DAY)
    html = page(client)
    assert stat(html, "CSAT")[0] == f"{score} %"
    assert measure("csat", points).convention.replace("'", "&#x27;") in html


def test_two_surveys_of_a_kind_are_never_added_up(client, hank):
    after = make_survey("After onboarding", "nps", 11, "onboarding_finished")
    make_answer(10, hank, metric="nps", answered_at=NOON - DAY)
    invitation = make_survey_invitation(hank, metric="nps", survey=after, sent_at=NOON - DAY)
    make_answer(0, hank, metric="nps", invitation=invitation, answered_at=NOON - DAY)
    assert stat(page(client, metric="nps"), "NPS")[0] == "+100"
    html = page(client, survey=after.pk)
    assert stat(html, "NPS")[0] == "−100"
    assert "Asked about single events; never added to the other kind." in html
    assert queries.results("nps", NOON - 2 * DAY, NOON).score.value == 100.0


def make_survey(name, kind, points, trigger):
    from surveys.models import Survey

    return Survey.objects.create(name=name, kind=kind, points=points, trigger=trigger, created_at=NOON)


def test_answers_in_doubt_are_left_out_and_counted_beside(client, hank):
    make_answer(5, hank, answered_at=NOON - DAY)
    doubtful = make_answer(1, hank, answered_at=NOON - DAY, doubt="hidden_link")
    html = page(client)
    assert stat(html, "CSAT")[0] == "100 %"
    assert stat(html, "Answers")[0] == "1"
    assert stat(html, "To be confirmed") == ("1", "may be machines; left out of every figure until cleared")
    rows = page(client, show="doubtful")
    assert "A link that people cannot see was opened by the same program" in rows
    Answer.objects.filter(pk=doubtful.pk).update(cleared_at=NOON)
    assert stat(page(client), "CSAT")[0] == "50 %"
    assert "To be confirmed" not in page(client)


def test_late_answers_count_and_are_marked(client, hank):
    make_answer(5, hank, answered_at=NOON - DAY, is_late=True)
    html = page(client)
    assert stat(html, "Answers") == ("1", "in the last 90 days, 1 came late")
    assert '<span class="cell-sub">late</span>' in html


def test_results_of_one_account(hank):
    make_answer(5, hank)
    make_answer(1, make_contact(make_account()))
    found = queries.results("csat", NOON, NOON + DAY, hank.account)
    assert (found.score.n, found.score.value, found.counts) == (1, 100.0, {1: 0, 2: 0, 3: 0, 4: 0, 5: 1})
    assert (found.response.sent, found.response.answered, found.response.rate) == (1, 1, 1.0)
    assert queries.results("nps", NOON, NOON + DAY, hank.account).response.rate is None


def test_figures_of_counts_are_those_of_answers():
    assert usual("nps").score_of({10: 3, 9: 2, 8: 1, 7: 2, 6: 1, 0: 1}).value == 30.0
    assert measure("ces", 7).score_of({7: 1, 5: 1}).value == 6.0
    assert usual("ces").score_of({7: 1, 4: 1}).value == 50.0


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
    hrefs = [href.replace("&amp;", "&").partition("#")[0] for href in re.findall(r'href="(\?survey=[^"]+#rows)"', html)]
    rows = {href: names(client.get(URL + href).content.decode()) for href in hrefs}
    begin = f"?survey={survey_of('csat').pk}&days=90"
    assert rows[f"{begin}&show=answers&value=1"] == ["Bart"]
    assert rows[f"{begin}&show=answers&value=3"] == []
    assert rows[f"{begin}&show=answers&first=2026-05-01"] == ["Bart"]
    assert rows[f"{begin}&show=answers&first=2026-06-01"] == ["Hank"]
    assert rows[f"{begin}&show=answers&key=none"] == ["Hank", "Bart"]
    assert rows[f"{begin}&show=sent"] == ["Hank", "Bart"]
    assert rows[f"{begin}&show=refused"] == ["Bart", "Hank"]
    assert rows[f"{begin}&show=refused&reason=quiet"] == ["Hank"]
    assert "Answers: May 2026" in page(client, first="2026-05-01")
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
    "query",
    [
        "survey=0&metric=x&days=7&show=y&value=9&first=2026-13-01&reason=no&by=x&roll=x&span=day",
        "value=&after=%00&days=1e9&survey=%00&by=owner%00&key=a%00&first=2026-06-02",
        "span=wave&first=7",
    ],
)
def test_an_address_that_makes_no_sense_shows_everything(client, hank, query):
    make_answer(5, hank, answered_at=NOON - DAY)
    surveys = list(queries.surveys())
    assert Lens.of(QueryDict(query), surveys) == Lens(survey=survey_of("csat").pk)
    assert names(client.get(f"{URL}?{query}").content.decode()) == ["Hank"]


def test_a_lens_reads_its_own_address(workspace):
    survey = survey_of("nps")
    lens = Lens(survey.pk, 30, "answers", "month", "deciders", "owner", "12", "2026-02-01", 0, "")
    assert Lens.of(QueryDict(lens.query()[1:]), list(queries.surveys())) == lens
    assert [moment.isoformat() for moment in lens.row_dates(NOON)] == [
        "2026-02-01T00:00:00+00:00",
        "2026-03-01T00:00:00+00:00",
    ]
    of_wave = Lens(survey.pk, span="wave", first="7")
    assert Lens.of(QueryDict(of_wave.query()[1:]), list(queries.surveys())) == of_wave


# ------------------------------------------------------------------ export, waves, panel


@pytest.mark.parametrize(
    ("show", "header", "first"),
    [
        (
            "answers",
            "Account,Person,Answered at,Changed at,Answer,Out of,Comment,Replies,Late,Doubt,About".split(","),
            ["Globex", "Hank", "2026-06-14T12:00:00+00:00", "", "4", "5", "'=1+1", "", "no", "", ""],
        ),
        (
            "sent",
            ["Account", "Person", "Sent at", "Open until", "About", "Answer", "Came back at"],
            ["Globex", "Hank", "2026-06-14T12:00:00+00:00", "2026-06-28T12:00:00+00:00", "", "4", ""],
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
    assert response.headers["Content-Disposition"] == f'attachment; filename="{survey_of("csat").pk}-{show}.csv"'
    assert table(response) == [["Account id", *header], [str(hank.account_id), *first]]


def table(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_figures_are_exported_with_their_doubt_by_month_and_by_week(client, hank):
    for value, days in ((5, 1), (5, 40), (1, 40)):
        make_answer(value, hank, answered_at=NOON - days * DAY)
    refuse(hank, "quiet")

    header, period, *trend = table(client.get("/surveys/figures/export/", {"days": 30}))

    pk = survey_of("csat").pk
    assert header[:5] == ["Survey", "Roll-up", "Span", "First day", "Answers"]
    assert header[5:11] == ["Units", "Score", "Interval from", "Interval to", "Difference", "More than chance"]
    assert period == f"{pk},answers,period,2026-05-16,1,1,100.0,20.65,100.0,50.0,no,1,1,0,1,0,0,0,0,0,0,1".split(",")
    asked = [row for row in trend if row[4] != "0"]
    assert [(row[2], row[3], row[4], row[6]) for row in asked] == [
        ("month", "2026-05-01", "2", "50.0"),
        ("month", "2026-06-01", "1", "100.0"),
        ("week", "2026-05-04", "2", "50.0"),
        ("week", "2026-06-08", "1", "100.0"),
    ]
    assert len(trend) == 13 + 27


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
