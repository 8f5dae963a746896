"""The voice of the customer: what rose and fell, quotes by rule, and a mail to those who chose it."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client

from complaints.actions.case import close_complaint
from outbox.models import Mail
from tests.builders import (
    NOON,
    make_account,
    make_answer,
    make_complaint,
    make_contact,
    make_improvement,
    make_member,
    make_theme,
)
from tests.clock import Clock
from voice import links
from voice.actions import digests, improvements, reading
from voice.models import Rhythm, Subscription, VoiceSettings
from voice.queries import digests as queries
from workspaces import tenancy

DAY = timedelta(days=1)
MONDAY = NOON  # 15 June 2026
LAST_WEEK = queries.Span(Rhythm.WEEKLY, date(2026, 6, 8), date(2026, 6, 14))


def say(times, comment, *, at=MONDAY - 3 * DAY, value=3, name=""):
    for nth in range(times):
        contact = make_contact(make_account(f"{name}{nth}" if name else ""), name="Ana Ruiz")
        answer = make_answer(value, contact, comment=comment, answered_at=at)
        reading.read(source="answer", ids=[answer.pk], at=NOON)


@pytest.mark.parametrize(
    ("rhythm", "day", "first", "last"),
    [
        ("weekly", date(2026, 6, 15), date(2026, 6, 8), date(2026, 6, 14)),
        ("weekly", date(2026, 6, 21), date(2026, 6, 8), date(2026, 6, 14)),
        ("monthly", date(2026, 3, 1), date(2026, 2, 1), date(2026, 2, 28)),
        ("monthly", date(2026, 1, 31), date(2025, 12, 1), date(2025, 12, 31)),
    ],
)
def test_a_span_is_the_last_whole_one(rhythm, day, first, last):
    about = queries.span(rhythm, day)
    assert (about.first, about.last, about.before().last) == (first, last, first - DAY)


def test_what_rose_and_what_fell_is_more_than_chance(workspace):
    make_theme()
    say(12, "Parking is bad")
    say(8, "The invoice is wrong")
    say(20, "The invoice is wrong", at=MONDAY - 10 * DAY)
    found = queries.digest(LAST_WEEK)
    assert [move.theme.name for move in found.rose] == ["Parking"]
    assert [move.theme.name for move in found.fell] == ["Billing"]
    assert (found.comments.n, found.comments_before.n) == (20, 20)


def test_a_small_move_may_be_chance_and_too_few_are_no_move(workspace):
    make_theme()
    say(4, "Parking is bad")
    say(4, "Fine")
    say(3, "Parking is bad", at=MONDAY - 10 * DAY)
    say(5, "Fine", at=MONDAY - 10 * DAY)
    found = queries.digest(LAST_WEEK)
    assert (found.rose, found.fell, [move.theme.name for move in found.unsure]) == ([], [], ["Parking"])
    earlier = queries.digest(LAST_WEEK.before())
    assert (earlier.rose, earlier.fell, earlier.unsure) == ([], [], [])


def test_scores_of_the_relationship_and_of_events_are_never_pooled(workspace):
    say(3, "Fine", value=5)
    make_answer(10, metric="nps", answered_at=MONDAY - 3 * DAY)
    figures = {one.metric: one.now.n for one in queries.digest(LAST_WEEK).figures}
    assert figures == {"nps": 1, "csat": 3}


# ------------------------------------------------------------------------------------------- quotes
def quotes():
    return [(one.feeling, one.text) for one in queries.digest(LAST_WEEK).quotes]


def test_quotes_follow_the_shares_and_are_never_praise_alone(workspace):
    make_theme()
    say(1, "Parking is terrible for us")
    say(9, "The engineers are very friendly")
    assert [feeling for feeling, _text in quotes()] == ["negative", "positive", "positive"]


def test_quotes_of_complaints_alone_are_complaints(workspace):
    say(4, "The invoice is wrong again")
    assert [feeling for feeling, _text in quotes()] == ["negative"] * 3


def test_quotes_speak_of_the_themes_most_spoken_of(workspace):
    make_theme()
    say(5, "Parking is a nightmare for everybody")
    say(2, "The invoice is wrong once more")
    say(1, "Something else went badly wrong here")
    assert [text.split()[0] for _feeling, text in quotes()] == ["Parking", "The", "Something"]


def test_of_one_customer_one_quote_and_none_that_is_too_short_or_long(workspace):
    contact = make_contact(make_account("Cedar"))
    for comment in ("The invoice is wrong again", "The invoice is late again", "Bad", "bad " * 200):
        answer = make_answer(1, contact, comment=comment, answered_at=MONDAY - 3 * DAY)
        reading.read(source="answer", ids=[answer.pk], at=NOON)
    assert len(quotes()) == 1
    answer = make_answer(5, contact, comment="The engineers are very friendly", answered_at=MONDAY - 3 * DAY)
    reading.read(source="answer", ids=[answer.pk], at=NOON)
    assert [feeling for feeling, _text in quotes()] == ["negative"]
    assert queries.digest(LAST_WEEK.before()).quotes == []


def test_a_person_is_named_only_if_the_workspace_wants(workspace):
    say(1, "The invoice is wrong again", name="Cedar")
    assert [one.person for one in queries.digest(LAST_WEEK).quotes] == [""]
    by = make_member("admin").user
    digests.set_names(names_people=True, at=NOON, by=by)
    digests.set_names(names_people=True, at=NOON, by=by)
    assert [one.person for one in queries.digest(LAST_WEEK).quotes] == ["Ana Ruiz"]
    assert [str(one) for one in VoiceSettings.objects.all()] == ["named"]
    assert str(VoiceSettings()) == "unnamed"


# ------------------------------------------------------------------------------------------- mail
def test_the_digest_goes_on_its_day_once_to_those_who_chose_it(workspace, clock):
    reader, other = make_member("manager"), make_member()
    digests.subscribe(member_id=reader.pk, is_weekly=True, is_monthly=True)
    digests.subscribe(member_id=other.pk, is_weekly=False, is_monthly=True)
    say(2, "The invoice is <b>wrong</b> again", name="Cedar")
    done, late = make_improvement("A call back"), make_improvement("Shorter queues", due_on=date(2026, 6, 9))
    improvements.finish(improvement=done, at=MONDAY - 2 * DAY, by=None)
    assert not late.dropped_at
    digests.plan(at=MONDAY)
    digests.plan(at=MONDAY)
    clock.run()
    mail = Mail.objects.get()
    assert (mail.to, mail.subject) == (reader.user.email, "Voice of the customer, 8 Jun 2026 to 14 Jun 2026")
    for part in (mail.text, mail.html):
        assert "A call back" in part
        assert "Shorter queues" in part
        assert "Ana Ruiz" not in part
        assert "Cedar0" in part or "Cedar1" in part
    assert "<b>wrong</b>" in mail.text
    assert "<b>wrong" not in mail.html
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    digests.plan(at=MONDAY + DAY)
    assert Mail.objects.count() == 1


def test_on_the_first_the_month_goes(workspace):
    reader = make_member("manager")
    digests.subscribe(member_id=reader.pk, is_weekly=False, is_monthly=True)
    first = Clock(NOON.replace(month=7, day=1))
    digests.plan(at=first.at)
    first.run()
    assert Mail.objects.get().subject == "Voice of the customer, 1 Jun 2026 to 30 Jun 2026"


def test_where_nobody_wants_it_nothing_is_planned(workspace, clock):
    digests.plan(at=MONDAY)
    clock.run()
    assert not Mail.objects.exists()


def test_who_stops_it_meanwhile_gets_nothing(workspace, clock):
    reader = make_member("manager")
    digests.subscribe(member_id=reader.pk, is_weekly=True, is_monthly=False)
    digests.plan(at=MONDAY)
    digests.subscribe(member_id=reader.pk, is_weekly=False, is_monthly=False)
    clock.run()
    assert not Mail.objects.exists()
    assert str(Subscription.objects.get()) == str(reader.pk)


def test_one_click_stops_it_and_opening_the_page_does_not(workspace):
    reader = make_member("manager")
    digests.subscribe(member_id=reader.pk, is_weekly=True, is_monthly=True)
    path = links.STOP.address(reader.pk).split("testserver")[-1]
    path = "/v/" + path.split("/v/")[1]
    with tenancy.entered(workspace.pk):
        assert "Send it no more" in Client().get(path).content.decode()
        assert Subscription.objects.get().is_weekly
        assert "no more" in Client().post(path, {"List-Unsubscribe": "One-Click"}).content.decode()
        row = Subscription.objects.get()
    assert (row.is_weekly, row.is_monthly) == (False, False)
    gone = links.STOP.address(10**9).split("/v/")[1]
    for token in ("forged", gone.rstrip("/")):
        assert Client().get(f"/v/{token}/").status_code == 404


def test_every_figure_of_the_digest_opens_the_comments_it_counts(client):
    make_theme()
    say(12, "Parking is bad")
    say(20, "The invoice is wrong", at=MONDAY - 10 * DAY)
    say(2, "Parking is bad", at=MONDAY)
    page = client.get("/insights/voice/").content.decode()
    week = "?first=2026-06-08&amp;last=2026-06-14"
    assert f'<a href="/insights/themes/comments/{week}">12 comments, 20 before</a>' in page
    theme = re.search(rf'href="(/insights/themes/comments/{re.escape(week)}&amp;theme=\d+)">Parking</a>', page)[1]
    opened = client.get(unescape(theme)).content.decode()
    assert "12 comments, 8 Jun 2026 to 14 Jun 2026" in opened
    assert '<input type="hidden" name="first" value="2026-06-08">' in opened
    assert '<a href="/surveys/?metric=csat&amp;since=2026-06-08&amp;until=2026-06-14"><strong>CSAT</strong></a>' in page


def test_every_count_of_complaints_opens_those_it_counts(client):
    account = make_account("Cedar")
    last, earlier = MONDAY - 3 * DAY, MONDAY - 20 * DAY
    make_complaint(account, text="This week", at=last)
    make_complaint(account, text="Long ago", at=earlier)
    make_complaint(account, text="After it", at=MONDAY)
    solved = make_complaint(account, text="Solved now", at=earlier)
    close_complaint(complaint=solved, at=last, by=None, outcome="solved", note="", is_good_now="good")
    page = client.get("/insights/voice/").content.decode()
    links = re.findall(r'<a href="(/complaints/[^"]+)">([^<]+)</a>', page)
    assert [text for _path, text in links] == ["1 opened", "1 closed", "2 open at the end", "1 of them overdue"]
    found = []
    for path, _text in links:
        opened = client.get(unescape(path)).content.decode()
        found.append([text for text in ("This week", "Long ago", "After it", "Solved now") if text in opened])
    assert "Overdue at the end of 14 Jun 2026" in opened
    assert found == [["This week"], ["Solved now"], ["This week", "Long ago"], ["Long ago"]]


@pytest.mark.parametrize("days", ["since=2026-01-01&until=9999-12-31", "since=0001-01-01&until=0001-01-02",
                                  "since=2026-02-01&until=2026-01-01", "since=x&until=2026-01-01"])  # fmt: skip
def test_days_that_name_no_period_are_left_out(client, days):
    make_complaint(make_account("Cedar"), text="Long ago", at=MONDAY - 20 * DAY)
    for address in ("/complaints/", "/complaints/export/"):
        response = client.get(f"{address}?who=all&show=all&{days}")
        assert (response.status_code, "Long ago" in b"".join(response).decode()) == (200, True)


@pytest.mark.parametrize(
    "days",
    ["first=2026-06-08", "first=2026-06-08&last=2026-06-01", "first=x&last=y", "last=9999-12-31&first=0001-01-01"],
)
def test_days_that_make_no_sense_are_as_if_not_there(client, days):
    assert "in 90 days" in client.get(f"/insights/themes/comments/?{days}").content.decode()
