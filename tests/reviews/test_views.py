from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.stages import Stage
from reviews import actions
from reviews.models import ActionItem, Review, ShareLink
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_action,
    make_alert,
    make_answer,
    make_contact,
    make_move,
    make_review,
    make_ticket,
    make_workspace,
)
from workspaces import tenancy

DAY = timedelta(days=1)
HTMX = {"HTTP_HX_REQUEST": "true"}


def text_of(response):
    return " ".join(response.content.decode().split())


# ----------------------------------------------------------------------------------------------------- list
def test_review_list_shows_the_quarter_and_its_states(csm):
    make_account("Alder")
    make_review(make_account("Birch"))
    actions.mark_prepared(review=make_review(make_account("Cedar")), at=NOON, by=None)
    make_action(actions.mark_held(review=make_review(make_account("Dogwood")), attendees="", at=NOON, by=None))
    actions.mark_held(review=make_review(make_account("Elder")), attendees="", at=NOON, by=None)
    page = text_of(csm.get("/reviews/"))
    assert "Quarter 2, 2026" in page
    for words in ("Not begun", "Draft", "Prepared", "Held", "Followed up"):
        assert f"{words}</span>" in page
    assert 'Due <span class="count">2</span>' in page


def test_review_list_keeps_its_state_in_the_address(csm):
    make_account("Alder", owner=csm.member)
    make_account("Birch")
    page = text_of(csm.get("/reviews/?quarter=2026-Q1&owner=me&state=due"))
    assert "Alder" in page
    assert "Birch" not in page
    assert "Overdue</span>" in page
    assert "?quarter=2025-Q4&amp;owner=me&amp;state=due" in page
    assert "?quarter=2026-Q2&amp;owner=me&amp;state=due" in page


@pytest.mark.parametrize("quarter", ["", "nonsense", "2026-Q5", "99999-Q1"])
def test_review_list_of_no_known_quarter_is_this_one(csm, quarter):
    assert "Quarter 2, 2026" in text_of(csm.get("/reviews/", {"quarter": quarter}))


def test_review_list_pages_by_revenue(csm, monkeypatch):
    monkeypatch.setattr("reviews.views.reports.PAGE", 2)
    for number in range(1, 6):
        make_account(f"Account {number}", arr_minor=number)
    first = text_of(csm.get("/reviews/"))
    assert "Account 5" in first
    assert "Account 3" not in first
    assert 'rel="prev" href="?' not in first.split('<nav class="pager')[1]
    cursor = first.split('rel="next" href="')[-1].split('"')[0]
    second = text_of(csm.get("/reviews/" + cursor.replace("&amp;", "&")))
    assert "Account 3" in second
    assert "Account 5" not in second
    assert "2 of 5" in second


def test_review_list_of_overdue_promises(csm):
    make_action(text="Send the plan", due_on=TODAY - DAY)
    make_action(text="Not yet", due_on=TODAY)
    page = text_of(csm.get("/reviews/?state=overdue"))
    assert "Send the plan" in page
    assert "Not yet" not in page


def test_review_list_says_why_it_is_empty(csm):
    assert "No review is due" in text_of(csm.get("/reviews/"))
    assert "No promise is overdue" in text_of(csm.get("/reviews/?state=overdue"))
    make_account()
    assert "None in this state" in text_of(csm.get("/reviews/?state=held"))


def test_review_list_costs_the_same_number_of_queries_at_any_size(csm, django_assert_num_queries):
    make_review(make_account())
    with CaptureQueriesContext(connection) as at_one:
        csm.get("/reviews/")
    make_review(make_account())
    make_account()
    with django_assert_num_queries(len(at_one)):
        csm.get("/reviews/")


def test_review_list_offers_a_viewer_nothing_to_change(viewer):
    make_account()
    assert "Begin" not in text_of(viewer.get("/reviews/"))


# --------------------------------------------------------------------------------------------------- begin
def test_review_open_begins_once(csm):
    account = make_account()
    for _ in range(2):
        response = csm.post(f"/accounts/{account.pk}/reviews/new/", {"year": "2026", "quarter": "1"})
        assert response["Location"] == f"/reviews/{Review.objects.get().pk}/"
    assert (Review.objects.get().quarter, Review.objects.get().created_by) == (1, csm.member.user)


def test_review_open_without_a_quarter_is_this_one(csm):
    account = make_account()
    csm.post(f"/accounts/{account.pk}/reviews/new/")
    assert str(Review.objects.get()) == "Q2 2026"
    assert csm.get(f"/accounts/{account.pk}/reviews/new/").status_code == 405


# ------------------------------------------------------------------------------------------------ the report
def story():
    account = make_account("Cedar Logistics", at=NOON - 30 * DAY)
    make_ticket(account, number="82711", closed_at=NOON)
    make_answer(1, make_contact(account, name="Ana Ruiz"), comment="Nobody called back.")
    make_alert(account)
    make_move(account, Stage.DISAPPOINTMENT)
    return make_review(account)


def test_review_tells_the_whole_story(csm):
    review = story()
    page = text_of(csm.get(f"/reviews/{review.pk}/"))
    for words in (
        "Cedar Logistics",
        "Quarter 2, 2026",
        "Closed: #82711 Printer on fire",
        "Ana Ruiz answered 1 of 5",
        "Nobody called back.",
        "Alert: Ana Ruiz (decision maker)",
        "Use → Disappointment: They said so",
    ):
        assert words in page


def test_review_as_the_customer_sees_it(csm):
    page = text_of(csm.get(f"/reviews/{story().pk}/?as=customer"))
    assert "This is what a customer sees" in page
    assert "Nobody called back." in page
    for words in ("Ana Ruiz", "Alert:", "Disappointment", "Mark prepared"):
        assert words not in page


def test_review_offers_a_viewer_nothing_to_change(viewer):
    page = text_of(viewer.get(f"/reviews/{story().pk}/"))
    for words in ("Mark prepared", "Mark held", "Add a commentary", "Share", "Add action"):
        assert words not in page


def test_review_costs_the_same_number_of_queries_at_any_size(csm, django_assert_num_queries):
    review = story()
    make_action(review)
    with CaptureQueriesContext(connection) as at_one:
        csm.get(f"/reviews/{review.pk}/")
    for _ in range(2):
        make_ticket(review.account, closed_at=NOON)
        make_action(review, owner=csm.member)
        make_answer(5, make_contact(review.account))
        actions.share(review=review, at=NOON, by=csm.member.user)
    with django_assert_num_queries(len(at_one)):
        csm.get(f"/reviews/{review.pk}/")


# ------------------------------------------------------------------------------------------------ commentary
def test_commentary_is_edited_in_its_place(csm):
    review = make_review()
    address = f"/reviews/{review.pk}/commentary/?section=risks"
    form = text_of(csm.get(address, **HTMX))
    assert form.startswith('<form class="form commentary" id="commentary-risks"')
    shown = text_of(csm.post(address, {"text": "<b>None</b> at all."}, **HTMX))
    assert shown.startswith('<div id="commentary-risks"')
    assert "&lt;b&gt;None&lt;/b&gt; at all." in shown
    assert "None" in text_of(csm.get(address + "&cancel=1", **HTMX))
    assert Review.objects.get().commentary == {"risks": "<b>None</b> at all."}


def test_commentary_is_edited_on_a_page_without_script(csm):
    review = make_review()
    address = f"/reviews/{review.pk}/commentary/?section=summary"
    assert "<title>Summary" in text_of(csm.get(address))
    response = csm.post(address, {"text": "A good quarter."})
    assert (response.status_code, response["Location"]) == (302, f"/reviews/{review.pk}/#summary")
    assert "<p>A good quarter.</p>" in text_of(csm.get(f"/reviews/{review.pk}/"))


def test_commentary_that_is_too_long_or_too_late_keeps_what_was_typed(csm):
    review = make_review()
    address = f"/reviews/{review.pk}/commentary/"
    assert csm.post(address, {"text": "x" * 6001}).status_code == 422
    actions.mark_held(review=review, attendees="", at=NOON, by=None)
    late = csm.post(address, {"text": "One more thing"}, **HTMX)
    assert late.status_code == 422
    assert "was held" in text_of(late)
    assert "One more thing" in text_of(late)


# --------------------------------------------------------------------------------------- prepared, held, back
def test_review_goes_from_draft_to_held_and_back(csm):
    review = make_review()
    page = f"/reviews/{review.pk}/"
    assert csm.post(f"{page}prepared/")["Location"] == page
    assert "Prepared" in text_of(csm.get(page))
    assert csm.get(f"{page}held/").status_code == 200
    assert csm.post(f"{page}held/", {"attendees": ""}).status_code == 422
    assert csm.post(f"{page}held/", {"attendees": "Ana Ruiz"})["Location"] == page
    held = text_of(csm.get(page))
    assert "Present:</span> Ana Ruiz" in held
    assert "Take back" in held
    assert "Add a commentary" not in held
    assert csm.post(f"{page}held/undo/")["Location"] == page
    review.refresh_from_db()
    assert review.state == "prepared"


def test_review_refuses_what_comes_too_late(csm, noon):
    review = make_review()
    page = f"/reviews/{review.pk}/"
    actions.mark_held(review=review, attendees="Ana", at=NOON, by=None)
    assert csm.post(f"{page}held/", {"attendees": "Bo"}).status_code == 422
    assert "held already" in text_of(csm.post(f"{page}prepared/", follow=True))
    noon.shift(timedelta(minutes=11))
    answer = text_of(csm.post(f"{page}held/undo/", follow=True))
    assert "can no longer be taken back" in answer
    assert ">Take back<" not in answer


@pytest.mark.parametrize("door", ["prepared/", "held/undo/"])
def test_review_changes_by_post_only(csm, door):
    assert csm.get(f"/reviews/{make_review().pk}/{door}").status_code == 405


# -------------------------------------------------------------------------------------------------- promises
def test_action_new_stands_in_this_report_and_the_next(csm):
    account = make_account()
    review, following = make_review(account), make_review(account, quarter=3)
    sent = {"text": "Send the plan", "owner": csm.member.pk, "due_on": "2026-07-01"}
    response = csm.post(f"/reviews/{review.pk}/actions/new/", sent)
    assert response["Location"] == f"/reviews/{review.pk}/#promises"
    assert (ActionItem.objects.get().owner, ActionItem.objects.get().created_by) == (csm.member, csm.member.user)
    assert "carried over from Q2 2026" in text_of(csm.get(f"/reviews/{following.pk}/"))


@pytest.mark.parametrize("sent", [{}, {"text": "x", "due_on": "soon"}, {"text": "x", "customer_owner": "Ana"}])
def test_action_new_refuses_what_cannot_be(csm, sent):
    if "customer_owner" in sent:
        sent = {**sent, "owner": csm.member.pk}
    response = csm.post(f"/reviews/{make_review().pk}/actions/new/", sent)
    assert response.status_code == 422
    assert not ActionItem.objects.exists()


def test_action_done_and_reopened_come_back_to_where_they_were_said(csm):
    account = make_account()
    item, following = make_action(make_review(account)), make_review(account, quarter=3)
    done = csm.post(f"/reviews/actions/{item.pk}/done/", {"review": following.pk})
    assert done["Location"] == f"/reviews/{following.pk}/#promises"
    item.refresh_from_db()
    assert (item.done_at, item.done_by) == (NOON, csm.member.user)
    line = text_of(csm.post(f"/reviews/actions/{item.pk}/open/", {"review": following.pk}, **HTMX))
    assert line.startswith(f'<li class="promise" id="promise-{item.pk}">')
    assert "from Q2 2026" in line
    item.refresh_from_db()
    assert item.done_at is None


@pytest.mark.parametrize("said_in", ["", "x", "9" * 30])
def test_action_done_without_a_place_goes_to_its_own_review(csm, said_in):
    item = make_action()
    done = csm.post(f"/reviews/actions/{item.pk}/done/", {"review": said_in})
    assert done["Location"] == f"/reviews/{item.review_id}/#promises"
    assert csm.get(f"/reviews/actions/{item.pk}/done/").status_code == 405


# --------------------------------------------------------------------------------------------------- sharing
def make_link(csm, review, **sent):
    page = text_of(csm.post(f"/reviews/{review.pk}/shares/", {"days": "30", **sent}))
    return "/r/" + page.split("/r/")[1].split("<")[0]


def test_share_shows_the_link_once(csm):
    review = make_review()
    address = make_link(csm, review)
    token = address.split("/")[2]
    again = csm.get(f"/reviews/{review.pk}/shares/")
    assert token not in text_of(again)
    assert "What a customer may see" in text_of(again)
    assert again["Cache-Control"] == "no-store"
    assert ShareLink.objects.get().created_by == csm.member.user


def test_share_for_a_time_we_do_not_offer_is_refused(csm):
    assert csm.post(f"/reviews/{make_review().pk}/shares/", {"days": "9999"}).status_code == 422


def test_shared_report_opens_without_login_and_is_kept_by_nobody(csm):
    address = make_link(csm, story())
    response = Client().get(address)
    assert response.status_code == 200
    assert "Cedar Logistics" in text_of(response)
    assert "Acme Services" in text_of(response)
    assert "Ana Ruiz" not in text_of(response)
    assert (response["Cache-Control"], response["Referrer-Policy"], response["X-Robots-Tag"]) == (
        "no-store",
        "no-referrer",
        "noindex, nofollow",
    )
    assert not response.cookies


def test_shared_report_with_what_is_between_ourselves(csm):
    page = text_of(Client().get(make_link(csm, story(), with_internals="on")))
    assert "Ana Ruiz answered 1 of 5" in page
    for words in ("Add a commentary", "Follow-up", "Withdraw"):
        assert words not in page


def test_shared_report_is_gone_when_it_ends_or_is_withdrawn(csm, noon):
    review = make_review()
    ending, withdrawn = make_link(csm, review, days="7"), make_link(csm, review, days="90")
    link = ShareLink.objects.order_by("pk").last()
    assert csm.post(f"/reviews/shares/{link.pk}/revoke/")["Location"] == f"/reviews/{review.pk}/shares/"
    assert csm.get(f"/reviews/shares/{link.pk}/revoke/").status_code == 405
    response = Client().get(withdrawn)
    assert response.status_code == 410
    assert "This link has ended" in text_of(response)
    assert "Withdrawn" in text_of(csm.get(f"/reviews/{review.pk}/shares/"))
    noon.shift(timedelta(days=7))
    assert Client().get(ending).status_code == 410


def test_shared_report_that_never_was_is_not_found(workspace):
    response = Client().get("/r/guess/")
    assert response.status_code == 404
    assert "There is no report at this address" in text_of(response)
    assert response["Cache-Control"] == "no-store"


def test_shared_report_does_not_depend_on_who_is_signed_in(csm):
    other = make_workspace("Other")
    with tenancy.entered(other.pk):
        _link, token = actions.share(review=make_review(make_account("Elsewhere")), at=NOON, by=None)
    assert "Elsewhere" in text_of(csm.get(f"/r/{token}/"))


# ----------------------------------------------------------------------------------------------------- panel
def test_panel_lists_reviews_and_open_promises(csm):
    account = make_account()
    make_action(make_review(account, quarter=1), "Send the plan", due_on=TODAY - DAY)
    panel = text_of(csm.get(f"/accounts/{account.pk}/reviews/", **HTMX))
    assert "<html" not in panel
    assert "Q1 2026" in panel
    assert "Send the plan" in panel
    assert "Begin Q2 2026" in panel


def test_panel_is_a_page_of_its_own_without_htmx(csm):
    account = make_account("Alder")
    make_review(account)
    page = text_of(csm.get(f"/accounts/{account.pk}/reviews/"))
    assert "<title>Reviews of Alder" in page
    assert "Begin Q2" not in page
