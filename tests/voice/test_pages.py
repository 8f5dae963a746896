"""The pages, through their doors."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from segments.models import SegmentMember
from surveys.models import Answer
from tests.builders import (
    NOON,
    make_account,
    make_contact,
    make_improvement,
    make_member,
    make_remark,
    make_rise,
    make_segment,
    make_suggestion,
    make_theme,
    make_ticket,
)
from voice.actions import improvements, reading, themes
from voice.lens import Lens
from voice.models import Improvement, Remark, Subscription, Suggestion, Theme
from workspaces.capabilities import Role

MAP, COMMENTS, WORDS = "/insights/themes/", "/insights/themes/comments/", "/insights/themes/words/"
IMPROVEMENTS, DIGEST = "/insights/improvements/", "/insights/voice/"


def text_of(response):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


@pytest.mark.parametrize("path", [MAP, COMMENTS, IMPROVEMENTS, DIGEST])
def test_empty_pages_say_what_will_be_there(client, path):
    response = client.get(path)
    assert response.status_code == 200
    told = {MAP: "Nothing has been said", COMMENTS: "No such comments", IMPROVEMENTS: "Nothing is being improved yet"}
    assert told.get(path, "No customer commented") in text_of(response)


# ------------------------------------------------------------------------------------------- the heat map
def test_heat_map_counts_by_stage_and_opens_the_comments(client):
    make_theme()
    customer = make_contact(make_account("Cedar", stage="use"))
    for comment in ("Parking is bad", "Parking is great", "Parking is terrible"):
        make_remark(customer, comment)
    html = client.get(MAP).content.decode()
    (href, title) = re.search(r'<a href="([^"]+stage=use[^"]*)" title="([^"]+)"', html).groups()
    assert title == "Parking, Use: 3 comments, 2 of them not happy"
    assert text_of(client.get(unescape(href))).count("Parking is") == 3
    assert "Nobody spoke of: Account care" in text_of(client.get(MAP))


def test_heat_map_by_segment_names_the_segments(client):
    make_theme()
    account, segment = make_account("Cedar"), make_segment("Retail")
    SegmentMember.objects.get_or_create(segment=segment, account=account, since=NOON)
    make_remark(make_contact(account))
    html = client.get(f"{MAP}?by=segment").content.decode()
    assert "Retail" in html
    assert f"segment={segment.pk}" in html
    assert "Parking" in text_of(client.get(f"{COMMENTS}?segment={segment.pk}"))
    assert "No such comments" in text_of(client.get(f"{COMMENTS}?segment={segment.pk + 1}"))
    assert "Retail" in client.get(f"{MAP}export/").content.decode()


def test_what_rose_stands_above(client):
    make_rise()
    assert "9 of 40 customers who said something spoke of it in the week before 15 Jun 2026" in text_of(client.get(MAP))


def test_a_rise_opens_the_week_that_it_was_counted_in(client):
    theme = make_theme()
    make_rise(theme=theme)
    for days in (0, 1, 7, 8):
        one = make_remark(comment=f"Parking {days}")
        Remark.objects.filter(pk=one.pk).update(said_at=NOON - timedelta(days=days))
    address = re.search(r'href="([^"]+)">Parking</a>', client.get(MAP).content.decode())[1].replace("&amp;", "&")
    assert re.findall(r"Parking</mark> (\d)", client.get(address).content.decode()) == ["1", "7"]


def test_comments_of_a_theme_count_how_it_is_spoken_of(client):
    theme = make_theme()
    make_remark(comment="Parking is great, but the support is awful. Awful and rude.", value=1)
    whole, of_theme = (text_of(client.get(f"{COMMENTS}?{query}")) for query in ("", f"theme={theme.pk}"))
    assert "1 comment in 90 days · 1 not happy" in whole
    assert "1 comment in 90 days Export" in of_theme


@pytest.mark.parametrize(("path", "least"), [(MAP, 1), (COMMENTS, 1), (WORDS, 1), (IMPROVEMENTS, 1), (DIGEST, 1)])
def test_a_page_costs_as_many_statements_at_any_size(client, path, least):
    counts = []
    for size in (2, 3):
        for nth in range(size):
            theme = make_theme(f"Parking {size}{nth}", en=["parking", f"lot{size}{nth}"])
            make_remark(comment=f"Parking of lot{size}{nth} is bad for us", contact=make_contact(make_account()))
            ticket = make_ticket(make_account(), subject="Parking", opened_at=NOON)
            reading.read(source="ticket", ids=[ticket.pk], at=NOON)
            make_improvement(theme=theme)
            make_suggestion(f"phrase {size}{nth}")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"{path}?source=all").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] >= least


# ------------------------------------------------------------------------------------------- comments
def test_deciding_words_are_marked_and_nothing_of_the_text_runs(client):
    make_remark(comment="<script>alert(1)</script> The invoice is wrong")
    html = client.get(COMMENTS).content.decode()
    assert "<script>alert" not in html
    assert '<mark class="said-bad" title="bad">wrong</mark>' in html
    assert '<mark class="said-theme" title="theme">invoice</mark>' in html


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("feeling=negative", ["bad"]), ("feeling=unhappy", ["bad"]), ("theme=P&feeling=unhappy", ["bad"]),
        ("feeling=positive", ["great", "很好"]), ("theme=P", ["bad", "great"]),
        ("theme=P&feeling=positive", ["great"]), ("language=zh", ["很好"]), ("only=untold", ["很好"]),
        ("only=odds", ["bad"]), ("only=corrected", []), ("source=ticket", []), ("source=all", ["bad", "great", "很好"]),
        ("stage=churn", []), ("account=0", ["bad", "great", "很好"]),
        ("days=x&feeling=x&theme=x&only=x", ["bad", "great", "很好"]),
    ],
)  # fmt: skip
def test_comments_are_narrowed_by_the_address(client, query, shown):
    theme = make_theme()
    for comment in ("Parking is bad", "Parking is great", "很好"):
        make_remark(comment=comment, value=5)
    body = text_of(client.get(f"{COMMENTS}?{query.replace('P', str(theme.pk))}"))
    assert [word for word in ("bad", "great", "很好") if f"{word} " in body.split("Filter")[1]] == shown


def test_a_lens_writes_the_address_it_was_read_from():
    assert Lens().query() == "?"
    assert Lens(days=30, theme=4, source="all").query() == "?days=30&source=all&theme=4"


def test_a_member_corrects_a_comment_and_takes_it_back(client, manager):
    one = make_remark(comment="The invoice is wrong", value=1)
    billing = Theme.objects.get(name="Account care")
    page = f"{COMMENTS}{one.pk}/"
    assert "wrong −1" in text_of(client.get(page))
    assert client.post(f"{page}correct/", {"feeling": "odd"}).status_code == 422
    assert client.post(f"{page}correct/", {"feeling": "positive", "themes": [billing.pk]}).status_code == 302
    one.refresh_from_db()
    assert (one.feeling, one.corrected_by, one.is_at_odds) == ("positive", manager.user, True)
    assert "Corrected by Mei Chen" in text_of(client.get(page))
    client.post(f"{page}read-again/")
    assert Remark.objects.get().feeling == "negative"


def test_a_comment_whose_words_have_gone_says_so(client):
    one = make_remark(value=3)
    Answer.objects.update(comment="")
    assert "The words are not kept any more" in text_of(client.get(f"{COMMENTS}{one.pk}/"))
    assert client.get(f"{COMMENTS}{one.pk + 1}/").status_code == 404


def test_a_viewer_reads_and_corrects_nothing(workspace, noon):
    viewer = Client()
    viewer.force_login(make_member(Role.VIEWER).user)
    one = make_remark()
    assert "Correct it" not in text_of(viewer.get(f"{COMMENTS}{one.pk}/"))
    assert viewer.post(f"{COMMENTS}{one.pk}/correct/", {"feeling": "positive"}).status_code == 403
    assert "Add a theme" not in text_of(viewer.get(WORDS))


# ------------------------------------------------------------------------------------------- themes
def test_a_theme_is_added_from_a_suggestion(client):
    make_suggestion()
    assert "single sign on" in text_of(client.get(WORDS))
    html = client.get(f"{WORDS}new/?phrase=single+sign+on&language=en").content.decode()
    assert 'value="Single sign on"' in html
    response = client.post(f"{WORDS}new/", {"name": "Single sign on", "en": "single sign on, sso", "zh": "单点登录"})
    assert response.status_code == 302
    assert Theme.objects.get(name="Single sign on").words == {"en": ["single sign on", "sso"], "zh": ["单点登录"]}
    told = text_of(client.get(WORDS))
    assert "all comments are being read again" in told
    progress = client.get(WORDS, headers={"HX-Request": "true"}).content.decode()
    assert "<progress" in progress
    assert "<html" not in progress


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"name": "Billing", "en": "x1"}, "There is a theme of this name."),
        ({"name": "New", "en": " , "}, "Give at least one word"),
        ({"name": "", "en": "x1"}, "This field is required."),
        ({"name": "New", "en": "a" * 61}, "is longer than 60 letters"),
        ({"name": "New", "en": ",".join(f"w{n}" for n in range(201))}, "At most 200 words"),
    ],
)
def test_what_a_theme_cannot_be_is_said_beside_the_field(client, given, told):
    response = client.post(f"{WORDS}new/", given)
    assert response.status_code == 422
    assert told in text_of(response)


def test_a_theme_is_changed_merged_retired_and_brought_back(client):
    one, other = make_theme(), make_theme("Access", en=["gate"])
    page = f"{WORDS}{one.pk}/"
    assert "parking" in client.get(page).content.decode()
    assert client.post(page, {"name": "Car park", "en": "car park", "zh": ""}).status_code == 302
    assert client.post(page, {"name": "Access", "en": "car park", "zh": ""}).status_code == 422
    assert client.post(f"{page}merge/", {"into": one.pk}).status_code == 422
    client.post(f"{page}merge/", {"into": other.pk})
    assert "Car park" in text_of(client.get(WORDS)).split("Retired and merged")[1]
    client.post(f"{page}restore/")
    client.post(f"{page}retire/")
    client.post(f"{page}retire/")
    one.refresh_from_db()
    assert one.retired_at == NOON
    make_theme("Car park")
    assert "rename that one first" in text_of(client.post(f"{page}restore/", follow=True))


def test_a_theme_that_was_retired_meanwhile_is_not_saved(client, monkeypatch):
    def gone(**given):
        raise themes.NotInUse

    one = make_theme()
    monkeypatch.setattr(themes, "change_theme", gone)
    response = client.post(f"{WORDS}{one.pk}/", {"name": "Parking", "en": "park"})
    assert (response.status_code, "retired meanwhile" in text_of(response)) == (422, True)


def test_no_is_taken_for_an_answer(client):
    one = make_suggestion()
    client.post(f"/insights/themes/suggestions/{one.pk}/dismiss/")
    assert Suggestion.objects.get().dismissed_at == NOON
    assert "Worth a theme?" not in text_of(client.get(WORDS))


# ------------------------------------------------------------------------------------------- improvements
def test_an_improvement_is_planned_changed_done_and_opened_again(client, manager):
    theme = make_theme()
    assert f'<option value="{theme.pk}" selected' in client.get(f"{IMPROVEMENTS}new/?theme={theme.pk}").content.decode()
    asked = {"title": "A call back", "measure": "negative", "window_days": 30, "due_on": "2026-06-01"}
    refused = client.post(f"{IMPROVEMENTS}new/", asked)
    assert (refused.status_code, "Choose the theme" in text_of(refused)) == (422, True)
    response = client.post(f"{IMPROVEMENTS}new/", {**asked, "theme": theme.pk, "owner": manager.pk})
    one = Improvement.objects.get()
    assert response["Location"] == f"{IMPROVEMENTS}{one.pk}/"
    assert "Overdue" in text_of(client.get(f"{IMPROVEMENTS}?show=overdue"))
    client.post(f"{IMPROVEMENTS}{one.pk}/edit/", {**asked, "theme": theme.pk, "title": "A call back at once"})
    assert client.post(f"{IMPROVEMENTS}{one.pk}/edit/", asked).status_code == 422
    client.post(f"{IMPROVEMENTS}{one.pk}/done/")
    assert "done or dropped already" in text_of(client.post(f"{IMPROVEMENTS}{one.pk}/drop/", follow=True))
    page = text_of(client.get(f"{IMPROVEMENTS}{one.pk}/"))
    assert "A call back at once" in page
    assert "Too early to tell" in page
    assert "A call back at once" in text_of(client.get(f"{IMPROVEMENTS}?show=done"))
    assert "None of these" in text_of(client.get(f"{IMPROVEMENTS}?show=dropped"))
    client.post(f"{IMPROVEMENTS}{one.pk}/reopen/")
    client.post(f"{IMPROVEMENTS}{one.pk}/drop/")
    assert "Dropped" in text_of(client.get(f"{IMPROVEMENTS}{one.pk}/"))
    assert client.get(f"{IMPROVEMENTS}{one.pk}/edit/").status_code == 404


def test_an_improvement_opens_what_was_said_before_and_after(client):
    theme = make_theme()
    make_remark(comment="Parking is bad")
    make_remark(comment="Parking is great")
    one = make_improvement(theme=theme, measure="negative", window_days=30)
    links = re.findall(r'href="([^"]+)">what was said<', client.get(f"{IMPROVEMENTS}{one.pk}/").content.decode())
    assert links == [f"{COMMENTS}?first=2026-05-16&amp;last=2026-06-15&amp;theme={theme.pk}&amp;feeling=unhappy"]
    said = text_of(client.get(unescape(links[0])))
    assert "1 comment, 16 May 2026 to 15 Jun 2026" in said
    improvements.finish(improvement=one, at=NOON, by=None)
    page = client.get(f"{IMPROVEMENTS}{one.pk}/").content.decode()
    assert "?first=2026-06-15&amp;last=2026-07-15&amp;theme=" in page
    assert "what was said" not in client.get(f"{IMPROVEMENTS}{make_improvement().pk}/").content.decode()


def test_a_verdict_stands_on_the_page(client):
    one = make_improvement()
    improvements.finish(improvement=one, at=NOON, by=None)
    Improvement.objects.update(before_hits=5, before_n=20, after_hits=18, after_n=20, verified_at=NOON, window_days=30)
    page = text_of(client.get(f"{IMPROVEMENTS}{one.pk}/"))
    assert "It helped" in page
    assert "+65 points, somewhere from" in page
    assert "CSAT of all answers" in page


# ------------------------------------------------------------------------------------------- the digest
def test_the_digest_is_seen_before_it_goes(client, manager):
    make_remark(comment="The invoice is wrong again", contact=make_contact(make_account("Cedar")))
    body = text_of(client.get(f"{DIGEST}?day=2026-06-14"))
    assert "8 Jun 2026 to 14 Jun 2026" in body
    assert "The invoice is wrong again Cedar , 14 Jun 2026 · Negative · Billing" in body
    assert "1 May 2026 to 31 May 2026" in text_of(client.get(f"{DIGEST}?rhythm=monthly"))
    for day in ("2026-06-30", "yesterday", "1066-10-14"):
        assert "8 Jun 2026 to 14 Jun 2026" in text_of(client.get(f"{DIGEST}?day={day}"))
    assert "1 Jan 2026 to 31 Jan 2026" in text_of(client.get(f"{DIGEST}?rhythm=monthly&day=2026-01-15"))


def test_a_member_chooses_the_digest_and_the_workspace_whether_it_names_people(client, manager):
    client.post(f"{DIGEST}subscribe/", {"is_weekly": "on"})
    row = Subscription.objects.get()
    assert (row.member_id, row.is_weekly, row.is_monthly) == (manager.pk, True, False)
    client.post(f"{DIGEST}names/", {"names_people": "on"})
    html = client.get(DIGEST).content.decode()
    assert re.search(r'<input[^>]*name="names_people"[^>]*checked', html)
    assert re.search(r'<input[^>]*name="is_weekly"[^>]*checked', html)
    assert not re.search(r'<input[^>]*name="is_monthly"[^>]*checked', html)
