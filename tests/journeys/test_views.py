from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from accounts.stages import Stage
from journeys import queries
from journeys.models import StageMove, Touchpoint
from tests.builders import NOON, make_account, make_contact, make_member, make_move, make_touchpoint
from workspaces.capabilities import Role

DAY = timedelta(days=1)
HTMX = {"HTTP_HX_REQUEST": "true"}


def text_of(response):
    return " ".join(response.content.decode().split())


# ---------------------------------------------------------------------------------------------------- board
def test_board_shows_each_stage_with_count_money_and_days(csm):
    make_account("Alder", stage=Stage.USE, arr_minor=1_200_000, at=NOON - 10 * DAY)
    make_account("Birch", stage=Stage.USE, arr_minor=800_000, at=NOON - 20 * DAY)
    page = text_of(csm.get("/journey/"))
    assert "2 accounts" in page
    assert "€20k" in page
    assert "median 15 days" in page
    assert page.index("Birch") < page.index("Alder")


def test_board_marks_who_stands_still(csm):
    make_account("Alder", stage=Stage.DISAPPOINTMENT, at=NOON - 31 * DAY)
    page = text_of(csm.get("/journey/"))
    assert "1 stand still" in page
    assert "1 for more than 30 days" in page
    assert "board-card is-stuck" in page


def test_board_orders_by_money_and_keeps_to_my_accounts(csm):
    make_account("Alder", owner=csm.member, arr_minor=100, at=NOON - 9 * DAY)
    make_account("Birch", owner=csm.member, arr_minor=900)
    make_account("Cedar")
    page = text_of(csm.get("/journey/?owner=me&sort=money"))
    assert page.index("Birch") < page.index("Alder")
    assert "Cedar" not in page
    assert f"stage=use&amp;owner={csm.member.pk}" in page


def test_board_of_nobody_says_what_to_do_next(csm):
    assert "Add an account" in text_of(csm.get("/journey/"))
    make_account("Cedar")
    assert "You own no account yet" in text_of(csm.get("/journey/?owner=me"))


def test_board_without_accounts_offers_a_viewer_nothing_they_may_not_do(workspace, noon):
    client = Client()
    client.force_login(make_member(Role.VIEWER).user)
    page = text_of(client.get("/journey/"))
    assert "Nobody is on the way yet" in page
    assert "Add an account" not in page


def test_board_costs_the_same_number_of_queries_at_any_size(csm, django_assert_num_queries):
    def grow():
        for stage in Stage.values:
            make_account(stage=stage, arr_minor=100)

    grow()
    with CaptureQueriesContext(connection) as at_one:
        csm.get("/journey/")
    grow()
    grow()
    with django_assert_num_queries(len(at_one)):
        csm.get("/journey/")
    with django_assert_num_queries(2):
        queries.board(NOON)


# ------------------------------------------------------------------------------------------------- the panel
def test_panel_shows_path_curve_and_touchpoints(csm):
    account = make_account(stage=Stage.DELIVERY, at=NOON - 30 * DAY)
    make_move(account, Stage.USE, at=NOON - 10 * DAY, by=csm.member.user)
    contact = make_contact(account, name="Ana Ruiz")
    make_touchpoint(account, contact=contact, expected=1, felt=-2, summary="Rollout call", happened_at=NOON - DAY)
    page = text_of(csm.get(f"/accounts/{account.pk}/journey/", **HTMX))
    assert "<html" not in page
    assert "20 days" in page
    assert "10 days" in page
    assert "They said so" in page
    assert "Rollout call" in page
    assert "Expected +1, felt −2" in page
    assert "1 touchpoint. The newest, on 14 Jun 2026: expected +1, felt −2." in page


def test_panel_is_a_page_of_its_own_without_htmx(csm):
    page = text_of(csm.get(f"/accounts/{make_account('Alder').pk}/journey/"))
    assert "<title>Journey of Alder · Ninefold</title>" in page
    assert "Nobody has logged a call" in page


def test_panel_offers_to_take_back_what_was_just_done(csm):
    account = make_account()
    make_move(account, Stage.CHURN, by=csm.member.user)
    assert "Take back" in text_of(csm.get(f"/accounts/{account.pk}/journey/"))


# ------------------------------------------------------------------------------------------------ the stages
def test_stage_move_moves_with_a_reason(csm):
    account = make_account(stage=Stage.USE)
    response = csm.post(f"/accounts/{account.pk}/stage/", {"to_stage": "advocacy", "reason": "Spoke at our event"})
    assert (response.status_code, response["Location"]) == (302, f"/accounts/{account.pk}/")
    move = StageMove.objects.get()
    assert (move.to_stage, move.reason, move.by, move.rule) == ("advocacy", "Spoke at our event", csm.member.user, "")


def test_stage_move_form_offers_the_eight_others_and_the_rules(csm):
    account = make_account(stage=Stage.USE)
    page = text_of(csm.get(f"/accounts/{account.pk}/stage/"))
    assert page.count('name="to_stage"') == 8
    assert "A contract has begun." in page


@pytest.mark.parametrize(
    "sent", [{}, {"to_stage": "advocacy", "reason": " "}, {"to_stage": "use", "reason": "x"}, {"to_stage": "moon"}]
)
def test_stage_move_that_cannot_be_keeps_what_was_typed(csm, sent):
    account = make_account(stage=Stage.USE)
    response = csm.post(f"/accounts/{account.pk}/stage/", sent)
    assert response.status_code == 422
    assert sent.get("reason", "").strip() in response.content.decode()
    assert not StageMove.objects.exists()


def test_stage_move_that_somebody_else_made_first_is_told(csm, monkeypatch):
    account = make_account(stage=Stage.USE)
    old_copy = Account.objects.get(pk=account.pk)
    make_move(account, Stage.CHURN)
    monkeypatch.setattr("journeys.views.board.get_object_or_404", lambda *_args, **_kwargs: old_copy)
    response = csm.post(f"/accounts/{account.pk}/stage/", {"to_stage": "churn", "reason": "Left"})
    assert response.status_code == 422
    assert "in this stage already" in response.content.decode()


def test_stage_undo_takes_back_once(csm):
    account = make_account(stage=Stage.USE)
    make_move(account, Stage.CHURN, by=csm.member.user)
    for _ in range(2):
        assert csm.post(f"/accounts/{account.pk}/stage/undo/")["Location"] == f"/accounts/{account.pk}/"
    assert Account.objects.get(pk=account.pk).stage == Stage.USE
    assert csm.get(f"/accounts/{account.pk}/stage/undo/").status_code == 405


# ---------------------------------------------------------------------------------------------- touchpoints
def sent(**fields):
    return {
        "summary": "Talked about seats",
        "channel": "call",
        "direction": "two_way",
        "happened_at": "2026-06-15T09:30",
        "expected": "0",
        "felt": "",
        **fields,
    }


def test_touchpoint_new_logs_what_happened(csm):
    account = make_account()
    contact = make_contact(account)
    response = csm.post(f"/accounts/{account.pk}/touchpoints/new/", sent(contact=contact.pk))
    assert (response.status_code, response["Location"]) == (302, f"/accounts/{account.pk}/")
    touchpoint = Touchpoint.objects.get()
    assert (touchpoint.contact, touchpoint.expected, touchpoint.felt) == (contact, 0, None)
    assert touchpoint.at == NOON.replace(hour=9, minute=30)
    assert touchpoint.by == csm.member.user
    assert (touchpoint.outcome, touchpoint.is_proactive) == ("", None)


@pytest.mark.parametrize(
    ("who", "is_proactive", "words"), [("us", True, "we reached out"), ("them", False, "they reach")]
)
def test_touchpoint_new_keeps_whether_it_was_held_and_who_reached_out(csm, who, is_proactive, words):
    account = make_account()
    csm.post(f"/accounts/{account.pk}/touchpoints/new/", sent(outcome="missed", is_proactive=who))
    touchpoint = Touchpoint.objects.get()
    assert (touchpoint.outcome, touchpoint.is_proactive, touchpoint.metric_key) == ("missed", is_proactive, "")
    page = text_of(csm.get(f"/accounts/{account.pk}/panels/touchpoints/"))
    assert "Missed</span>" in page
    assert words in page


def test_touchpoint_new_shows_the_five_steps_in_words_and_fills_in_the_contact(csm):
    account = make_account()
    contact = make_contact(account, name="Ana Ruiz")
    page = text_of(csm.get(f"/accounts/{account.pk}/touchpoints/new/?contact={contact.pk}"))
    assert "−2 · Much worse than usual" in page
    assert "+2 · Much better than usual" in page
    assert f'<option value="{contact.pk}" selected>Ana Ruiz</option>' in page


@pytest.mark.parametrize(
    "fields",
    [{"summary": ""}, {"channel": "smoke"}, {"happened_at": "2026-06-15T12:01"}, {"felt": "3"}, {"outcome": "late"}],
)
def test_touchpoint_new_refuses_what_cannot_be(csm, fields):
    account = make_account()
    response = csm.post(f"/accounts/{account.pk}/touchpoints/new/", sent(**fields))
    assert response.status_code == 422
    assert not Touchpoint.objects.exists()


def test_touchpoint_new_knows_this_accounts_people_only(csm):
    stranger = make_contact(make_account())
    response = csm.post(f"/accounts/{make_account().pk}/touchpoints/new/", sent(contact=stranger.pk))
    assert response.status_code == 422
