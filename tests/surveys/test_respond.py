"""The customer's page: reading never writes, sending does, and nothing else is needed."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from django.utils.html import escape

from accounts.models import Fact, Metric, MetricDay
from outbox.models import Effect
from surveys.actions import answers, looks
from surveys.models import Answer, AnswerRevision, Invitation
from surveys.tokens import token_of
from tests.builders import NOON, TODAY, make_account, make_answer, make_contact, make_survey_invitation, make_ticket

pytestmark = pytest.mark.usefixtures("noon")
DAY = timedelta(days=1)


def url_of(invitation: Invitation, name: str = "respond") -> str:
    return reverse(f"surveys:{name}", args=[token_of(invitation)])


@pytest.fixture
def invitation(workspace):
    contact = make_contact(make_account("Globex"), name="Hank", email="hank@globex.example", role="decision_maker")
    return make_survey_invitation(contact)


@pytest.fixture
def nps(workspace):
    return make_survey_invitation(metric="nps")


def row_counts() -> dict[str, int]:
    tables = [model._meta.db_table for model in apps.get_models()]
    with connection.cursor() as cursor:
        counts = {}
        for table in tables:
            cursor.execute(f"select count(*), coalesce(sum(hashtext(t::text)), 0) from {table} t")
            counts[table] = cursor.fetchone()
    return counts


def checked(html: str) -> list[str]:
    return re.findall(r'name="score" value="(\d+)" checked', html)


# ------------------------------------------------------------------ machines open links


@pytest.mark.parametrize("name", ["respond", "unsubscribe"])
@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch"},
        {"User-Agent": "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.1) SafeLinks"},
        {"User-Agent": ""},
    ],
)
def test_opening_any_link_of_the_mail_writes_nothing(invitation, visitor, name, method, headers):
    before = row_counts()
    for query in ["", *(f"?score={n}" for n in range(12)), "?done=1", "?undo=1", "?List-Unsubscribe=One-Click"]:
        response = getattr(visitor, method)(url_of(invitation, name) + query, headers=headers)
        assert response.status_code == 200
        assert (response.content == b"") is (method == "head")
    assert row_counts() == before
    assert visitor.cookies == {}


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_refused(invitation, visitor, method):
    assert getattr(visitor, method)(url_of(invitation)).status_code == 405
    assert not Answer.objects.exists()


def test_the_page_keeps_to_itself(invitation, visitor):
    response = visitor.get(url_of(invitation) + "?score=4")
    html = response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Vary" not in response.headers or "Cookie" not in response.headers["Vary"]
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert '<html lang="en" dir="ltr">' in html
    assert not re.search(r"<script|<style|style=|onclick|csrfmiddlewaretoken", html)
    assert re.findall(r'(?:src|href)="(http[^"]*)"', html) == []
    assert len(response.content) < 30_000


@pytest.mark.parametrize("metric", ["csat", "nps"])
def test_the_customer_reads_no_jargon(workspace, visitor, metric):
    html = visitor.get(url_of(make_survey_invitation(metric=metric))).content.decode()
    for word in ("NPS", "CSAT", "detractor", "promoter", "icket"):
        assert word not in re.sub(r'class="[^"]*"', "", html)


# ------------------------------------------------------------------ the form


def test_the_score_from_the_mail_is_chosen_and_said(nps, visitor):
    html = visitor.get(url_of(nps) + "?score=9").content.decode()
    assert checked(html) == ["9"]
    assert "You chose 9. Press Send to confirm, or change it." in html
    assert html.count('type="radio"') == 11
    assert "<legend>How likely are you to recommend Acme Services to a friend or colleague?</legend>" in html
    assert "not at all likely" in html
    assert "extremely likely" in html


def test_zero_is_a_score(nps, visitor):
    html = visitor.get(url_of(nps) + "?score=0").content.decode()
    assert checked(html) == ["0"]
    assert "You chose 0." in html
    visitor.post(url_of(nps), {"score": "0"})
    answer = Answer.objects.get()
    assert (answer.value, answer.scale_max) == (0, 10)
    assert checked(visitor.get(url_of(nps)).content.decode()) == ["0"]


@pytest.mark.parametrize("score", ["", "11", "-1", "abc", "5.0", "٥", "5 "])
def test_a_score_that_is_none_chooses_nothing(nps, visitor, score):
    html = visitor.get(url_of(nps), {"score": score}).content.decode()
    assert checked(html) == []
    assert "You chose" not in html


def test_the_question_names_the_case(workspace, visitor):
    contact = make_contact(make_account())
    ticket = make_ticket(contact.account, contact=contact, subject="<b>Printer</b>")
    html = visitor.get(url_of(make_survey_invitation(contact, ticket=ticket, episode=1))).content.decode()
    assert "How satisfied were you with our support for “&lt;b&gt;Printer&lt;/b&gt;”?" in html


# ------------------------------------------------------------------ answering


def test_an_answer_is_stored_counted_and_told(invitation, visitor, run):
    response = visitor.post(url_of(invitation), {"score": "1", "comment": "  Took three weeks.  "})
    assert (response.status_code, response.headers["Location"]) == (303, url_of(invitation, "thanks"))
    answer = Answer.objects.get()
    assert (answer.invitation, answer.account, answer.contact) == (invitation, invitation.account, invitation.contact)
    assert (answer.metric, answer.value, answer.scale_max, answer.comment) == ("csat", 1, 5, "  Took three weeks.  ")
    assert (answer.answered_at, answer.changed_at) == (NOON, None)
    run()
    day = MetricDay.objects.get(account_id=invitation.account_id)
    assert (day.metric.key, day.metric.kind, day.day) == ("csat", Metric.Kind.RATING, TODAY)
    assert (day.n, day.total, day.last) == (1, 0, 0)
    assert Fact.objects.get(kind="survey.answered").data == {
        "answer_id": answer.pk,
        "invitation_id": invitation.pk,
        "contact_id": invitation.contact_id,
        "contact_name": "Hank",
        "contact_role": "decision_maker",
        "metric": "csat",
        "value": 1,
        "scale_max": 5,
        "is_bad": True,
        "is_change": False,
        "comment": "  Took three weeks.  ",
        "survey_id": invitation.survey_id,
        "language": "",
        "is_relational": False,
    }


def test_the_thanks_show_what_was_saved_and_lead_back_to_it(invitation, visitor):
    response = visitor.post(url_of(invitation), {"score": "4", "comment": "Fine & quick"}, follow=True)
    html = response.content.decode()
    assert response.redirect_chain == [(url_of(invitation, "thanks"), 303)]
    assert "Thank you" in html
    assert "Your answer is saved: 4 of 5." in html
    assert "Until 29 June 2026 you can change it." in html
    assert 'role="status"' in html
    html = visitor.get(url_of(invitation)).content.decode()
    assert "Fine &amp; quick</textarea>" in html
    assert checked(html) == ["4"]


@pytest.mark.parametrize("name", ["thanks", "confirm", "call", "refer"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_thanks_are_not_said_for_an_answer_that_is_not_there(invitation, visitor, noon, method, name):
    response = getattr(visitor, method)(url_of(invitation, name))
    assert (response.status_code, response.headers["Location"]) == (303, url_of(invitation))
    noon.move_to(invitation.expires_at)
    assert getattr(visitor, method)(url_of(invitation, name)).status_code == 404
    assert not Answer.objects.exists()


def test_another_number_in_the_mail_after_answering_only_asks(invitation, visitor):
    make_answer(4, invitation=invitation)
    html = visitor.get(url_of(invitation) + "?score=2").content.decode()
    assert checked(html) == ["2"]
    assert "You chose 2. Press Send to confirm, or change it." in html
    assert "Your answer is saved: 4 of 5." in html
    assert "You chose" not in visitor.get(url_of(invitation) + "?score=4").content.decode()


def test_a_changed_answer_keeps_its_history_and_counts_once(invitation, visitor, noon, run):
    visitor.post(url_of(invitation), {"score": "1", "comment": "Slow"})
    noon.shift(DAY)
    visitor.post(url_of(invitation), {"score": "5", "comment": "Slow"})
    noon.shift(DAY)
    visitor.post(url_of(invitation), {"score": "5", "comment": ""})
    answer = Answer.objects.get()
    assert (answer.value, answer.comment, answer.answered_at) == (5, "", NOON)
    assert answer.changed_at == NOON + 2 * DAY
    assert list(AnswerRevision.objects.order_by("pk").values_list("value", "comment", "at")) == [
        (1, "Slow", NOON),
        (5, "Slow", NOON + DAY),
    ]
    run(NOON + 2 * DAY)
    day = MetricDay.objects.get(account_id=invitation.account_id)
    assert (day.day, day.n, day.total, day.last) == (TODAY, 1, 100, 100)
    facts = Fact.objects.filter(kind="survey.answered").order_by("pk")
    assert [(fact.data["value"], fact.data["is_change"], fact.at) for fact in facts] == [
        (1, False, NOON),
        (5, True, NOON + DAY),
        (5, True, NOON + 2 * DAY),
    ]


def test_sending_the_same_again_changes_nothing(invitation, visitor, noon):
    visitor.post(url_of(invitation), {"score": "3", "comment": "Ok"})
    before = row_counts()
    noon.shift(DAY)
    assert visitor.post(url_of(invitation), {"score": "3", "comment": "Ok"}).status_code == 303
    assert row_counts() == before


def test_answers_of_one_day_add_up(workspace, visitor, run):
    account = make_account()
    for score in ("1", "4", "5"):
        visitor.post(url_of(make_survey_invitation(make_contact(account))), {"score": score})
    run()
    day = MetricDay.objects.get(account_id=account.pk)
    assert (day.n, day.total, day.last) == (3, 175, 100)


@pytest.mark.parametrize("data", [{}, *({"score": score} for score in ("", "6", "0", "x", "1\x00"))])
def test_a_form_without_a_valid_score_says_so_and_keeps_the_comment(invitation, visitor, data):
    response = visitor.post(url_of(invitation), {**data, "comment": "Kept <i>"})
    html = response.content.decode()
    assert response.status_code == 422
    assert '<p class="error" id="score-error">Please choose a number from 1 to 5.</p>' in html
    assert 'aria-describedby="score-error"' in html
    assert "Kept &lt;i&gt;</textarea>" in html
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("comment", "message"),
    [("x" * 10_001, "Please keep the comment under 10000 characters."), ("a\x00b", "Null characters are not allowed.")],
)
def test_a_comment_that_cannot_be_kept_is_named_and_the_choice_stays(invitation, visitor, comment, message):
    response = visitor.post(url_of(invitation), {"score": "2", "comment": comment})
    html = response.content.decode()
    assert response.status_code == 422
    assert f'<p class="error" id="comment-error">{message}</p>' in html
    assert 'aria-describedby="comment-error"' in html
    assert checked(html) == ["2"]
    assert not Answer.objects.exists()


# ------------------------------------------------------------------ the end


def gone(response) -> str:
    """The page that says so, without the links to other languages, which repeat the address."""
    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-store"
    return response.content.decode()


def test_after_the_last_day_there_is_nothing_to_answer(invitation, visitor, noon):
    noon.move_to(invitation.expires_at - timedelta(seconds=1))
    assert visitor.get(url_of(invitation)).status_code == 200
    noon.move_to(invitation.expires_at)
    assert "There is nothing to answer here" in gone(visitor.get(url_of(invitation)))
    assert "There is nothing to answer here" in gone(visitor.get(url_of(invitation) + "?score=3"))


def test_a_page_that_was_open_when_the_time_ended_is_taken_and_marked(invitation, visitor, noon):
    noon.move_to(invitation.expires_at)
    visitor.post(url_of(invitation), {"score": "3"})
    assert Answer.objects.get().is_late
    assert "Your answer is saved: 3 of 5." in visitor.get(url_of(invitation, "thanks")).content.decode()
    visitor.post(url_of(invitation), {"score": "5"})
    assert Answer.objects.get().value == 3


def test_closed_between_looking_and_storing(invitation, visitor, monkeypatch):
    def closed(**_):
        raise answers.SurveyClosed

    monkeypatch.setattr(answers, "answer", closed)
    make_answer(1, invitation=invitation)
    gone(visitor.post(url_of(invitation), {"score": "3"}))


def other_secret(token: str) -> str:
    """One letter of it is another."""
    return ("A" if token[0] != "A" else "B") + token[1:]


@pytest.mark.parametrize("method", ["get", "post"])
def test_expired_foreign_forged_and_mistyped_links_look_the_same(invitation, visitor, noon, method):
    noon.move_to(invitation.expires_at + timedelta(days=60))
    token = token_of(invitation)
    tokens = [token, other_secret(token), token[:-1], token.swapcase(), "x", "ü%00", "a" * 3000, "😀", "..%2f", "logo"]
    pages = {gone(getattr(visitor, method)(reverse("surveys:respond", args=[one]), {"score": "3"})) for one in tokens}
    assert len(pages) == 1
    assert not Answer.objects.exists()


@pytest.mark.parametrize("name", ["respond", "unsubscribe", "thanks", "confirm", "call", "refer", "hidden"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_link_is_answered_kindly_whatever_it_is_for(db, visitor, name, method):
    response = getattr(visitor, method)(
        reverse(f"surveys:{name}", args=["A" * 22]), headers={"Accept-Language": "zh-TW"}
    )
    assert "這裡沒有可以填寫的問卷" in gone(response)


@pytest.mark.parametrize("rest", ["", "TOKEN/)/", "TOKEN/unsubscrib/", "TOKEN/thanks/more/", "a/b/c/"])
@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_an_address_that_was_broken_on_the_way_is_answered_kindly(invitation, visitor, rest, method):
    url = "/s/" + rest.replace("TOKEN", token_of(invitation))
    response = getattr(visitor, method)(url, headers={"Accept-Language": "zh-CN"})
    assert response.status_code == 404
    assert response.headers["Cache-Control"] == "no-store"
    if method != "head":
        assert response.content == visitor.get("/s/nobody/", headers={"Accept-Language": "zh-CN"}).content


# ------------------------------------------------------------------ what is typed


HOSTILE = {
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "formula": '=HYPERLINK("https://evil.example","click")',
    "header": "Thanks\r\nBcc: victim@x.example\r\n\r\nHello",
    "vertical tab": "a\x0bb",
    "emoji": "👩‍👩‍👧‍👦 😀",
    "right to left": "\u202egnp.exe\u202c שלום",
    "long": "好" * 10_000,
    "template": "{{ 7|add:7 }}{% load static %}",
}


@pytest.mark.parametrize("comment", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_is_typed_is_stored_as_typed_and_shown_as_text(invitation, visitor, comment):
    assert visitor.post(url_of(invitation), {"score": "2", "comment": comment}).status_code == 303
    assert Answer.objects.get().comment == comment
    html = visitor.get(url_of(invitation)).content.decode()
    assert f">\n{escape(comment)}</textarea>" in html
    assert "<script" not in html
    assert "<img" not in html


@pytest.mark.parametrize(("metric", "low", "high"), [("csat", 1, 5), ("ces", 1, 7), ("nps", 0, 10)])
def test_a_score_outside_the_scale_is_told_the_scale(workspace, visitor, metric, low, high):
    invitation = make_survey_invitation(metric=metric)
    for score in (str(low - 1), str(high + 1), "", "x", "1e1", "９"):
        response = visitor.post(url_of(invitation), {"score": score})
        assert response.status_code == 422
        assert f"Please choose a number from {low} to {high}." in response.content.decode()
    assert not Answer.objects.exists()


# ------------------------------------------------------------------ languages


@pytest.mark.parametrize(
    ("locale", "ticket", "browser", "account", "ours", "language"),
    [
        ("zh-CN", "en", "en", "en", "en", "zh-hans"),
        ("", "zh_HK", "en", "en", "en", "zh-hant"),
        ("", "", "zh-SG,en;q=0.5", "en", "en", "zh-hans"),
        ("", "", "", "zh-Hant", "zh-hans", "zh-hant"),
        ("", "", "fr-FR, de;q=0.9", "", "zh-hans", "zh-hans"),
        ("de", "", "zh-Hans-CN", "", "", "zh-hans"),
        ("zh", "", "", "", "", "zh-hans"),
        ("zh_TW", "", "zh-CN", "", "", "zh-hant"),
        ("en-GB", "", "zh-CN", "", "", "en"),
        ("", "", "", "", "", "en"),
        ("nonsense!", "", "*;q=0.5", "", "", "en"),
    ],
)
def test_the_language_is_the_contacts_the_tickets_the_browsers_the_accounts(
    workspace, visitor, locale, ticket, browser, account, ours, language
):
    customer = make_account(locale=account)
    contact = make_contact(customer)
    about = make_ticket(customer, contact=contact, locale=ticket)
    looks.change_look(changes={"language": ours}, at=NOON, by=None)
    url = url_of(make_survey_invitation(contact, ticket=about, locale=locale))
    html = visitor.get(url, headers={"Accept-Language": browser}).content.decode()
    assert f'<html lang="{language}"' in html


def test_another_language_is_one_link_away_and_keeps_what_was_chosen(nps, visitor):
    html = visitor.get(url_of(nps) + "?score=9").content.decode()
    assert 'href="?score=9&amp;lang=zh-hant" lang="zh-hant" hreflang="zh-hant"' in html
    html = visitor.get(url_of(nps) + "?score=9&lang=zh-hant").content.decode()
    assert "您選擇了 9 分。" in html
    assert checked(html) == ["9"]
    response = visitor.post(url_of(nps) + "?lang=zh-hant", {"score": "9"})
    assert response.headers["Location"] == url_of(nps, "thanks") + "?lang=zh-hant"
    assert "謝謝您" in visitor.get(response.headers["Location"]).content.decode()
    assert "请选择 0 到 10 之间的一个数字。" in visitor.post(url_of(nps) + "?lang=zh-hans").content.decode()


def test_a_language_we_lack_changes_nothing(nps, visitor):
    html = visitor.get(url_of(nps) + "?lang=%22%3E%3Cscript%3E").content.decode()
    assert '<html lang="en"' in html
    assert "script" not in html


# ------------------------------------------------------------------ no more questions


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_one_click_unsubscribes_without_a_page(invitation, visitor, content_type):
    body = {"List-Unsubscribe": "One-Click"}
    if content_type.startswith("multipart"):
        response = visitor.post(url_of(invitation, "unsubscribe"), body)
    else:
        response = visitor.post(
            url_of(invitation, "unsubscribe"), "List-Unsubscribe=One-Click", content_type=content_type
        )
    assert (response.status_code, response.content) == (200, b"")
    invitation.contact.refresh_from_db()
    assert invitation.contact.opted_out_at == NOON
    fact = Fact.objects.get(kind="contact.opted_out")
    assert (fact.by, fact.data["contact_id"]) == (None, invitation.contact_id)
    assert visitor.cookies == {}


def test_a_person_presses_a_button_and_can_undo_it(invitation, visitor):
    url = url_of(invitation, "unsubscribe")
    assert "Do not ask me again" in visitor.get(url).content.decode()
    response = visitor.post(url, {"stop": "1"})
    assert (response.status_code, response.headers["Location"]) == (303, url)
    html = visitor.get(url).content.decode()
    assert "Acme Services will not ask hank@globex.example for opinions any more." in html
    assert "Undo" in html
    visitor.post(url, {"undo": "1"})
    invitation.contact.refresh_from_db()
    assert not invitation.contact.opted_out
    told = Fact.objects.filter(kind__startswith="contact.opted").order_by("pk")
    assert [fact.kind for fact in told] == ["contact.opted_out", "contact.opted_in"]


def test_unsubscribing_works_after_the_survey_has_ended(invitation, visitor, noon):
    noon.move_to(invitation.expires_at + 300 * DAY)
    visitor.post(url_of(invitation, "unsubscribe"), {"List-Unsubscribe": "One-Click"})
    invitation.contact.refresh_from_db()
    assert invitation.contact.opted_out


def test_who_opted_out_may_still_answer_the_mail_they_have(invitation, visitor):
    visitor.post(url_of(invitation, "unsubscribe"), {"List-Unsubscribe": "One-Click"})
    assert visitor.post(url_of(invitation), {"score": "5"}).status_code == 303
    assert Answer.objects.count() == 1


# ------------------------------------------------------------------ the usual answer
def test_the_usual_answer_is_one_statement(invitation, visitor, django_assert_num_queries):
    url = url_of(invitation)
    with django_assert_num_queries(1):
        assert visitor.post(url, {"score": "5", "comment": "Quick"}).status_code == 303
    usual = Answer.objects.get()
    other = make_survey_invitation(make_contact(invitation.account))
    careful = answers.answer(invitation=other, value=5, comment="Quick", at=NOON)
    own = {"id", "invitation_id", "contact_id", "_state"}
    assert {name: said for name, said in vars(usual).items() if name not in own} == {
        name: said for name, said in vars(Answer.objects.get(pk=careful.pk)).items() if name not in own
    }
    one, two = Effect.objects.filter(kind=answers.TELL).order_by("pk").values()
    assert (one["dedupe_key"], two["dedupe_key"]) == (f"{usual.pk}:1", f"{careful.pk}:1")
    own = {"id", "dedupe_key", "payload"}
    assert [one[name] for name in one if name not in own] == [two[name] for name in two if name not in own]


def test_a_lengthy_or_strange_form_is_looked_at_closely(invitation, visitor):
    url = url_of(invitation)
    for data in ({"score": "05"}, {"score": "5", "comment": "x" * 10_001}, {"score": "5", "comment": "\x00"}):
        assert visitor.post(url, data).status_code == 422
    assert visitor.post(f"/s/{'x' * 65}/", {"score": "5"}).status_code == 404
    assert visitor.post("/s/nobody/", {"score": "5"}).status_code == 404
    assert not Answer.objects.exists()
