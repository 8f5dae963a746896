import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from expectations import actions
from expectations.models import Acknowledgement, Expectation
from outbox.models import Mail
from tests.builders import NOON, TODAY, make_account, make_contact, make_contract, make_expectation, make_workspace
from workspaces import tenancy

DAY = timedelta(days=1)


def text_of(response):
    return " ".join(response.content.decode().split())


def test_a_promise_is_written_down_and_settled_in_the_browser(csm):
    account = make_account("Cedar")
    contract = make_contract(account)
    address = f"/accounts/{account.pk}/expectations/"
    assert "Nothing is written down yet" in text_of(csm.get(address))
    form = {"kind": "term", "wording": "We answer in an hour.", "made_on": "2026-06-01", "contract": contract.pk}
    assert csm.post(f"{address}new/", form)["Location"] == address
    one = Expectation.objects.get()
    assert (one.contract, one.made_by, one.due_on) == (contract, csm.member.user, None)
    csm.post(f"/expectations/{one.pk}/explained/", {"on": "2026-06-02", "to": ""})
    csm.post(f"/expectations/{one.pk}/settled/", {"outcome": "kept", "evidence": "Report of May."})
    page = text_of(csm.get(address))
    assert "Kept</span>" in page
    assert "Report of May." in page
    assert "100 %" in page
    again = csm.post(f"/expectations/{one.pk}/settled/", {"outcome": "broken", "evidence": "x"}, follow=True)
    assert "Somebody settled this before" in text_of(again)


def test_a_change_shows_both(csm):
    one = make_expectation(wording="By May")
    csm.post(f"/expectations/{one.pk}/changed/", {"wording": "By June", "evidence": "Call of Monday", "due_on": ""})
    page = text_of(csm.get(f"/accounts/{one.account_id}/expectations/"))
    assert "By June" in page
    assert "Changed</span>" in page


@pytest.mark.parametrize(
    ("path", "form", "error"),
    [
        ("new", {"kind": "promise", "made_on": "2026-06-01"}, "This field is required."),
        ("new", {"kind": "x", "wording": "x", "made_on": "2026-06-01"}, "Select a valid choice."),
        (
            "new",
            {"kind": "promise", "wording": "x", "made_on": "2026-06-01", "due_on": "2026-05-01"},
            "It cannot be due before it was made.",
        ),
        ("explained", {"on": "2026-07-01"}, "This day has not come yet."),
        ("settled", {"outcome": "kept"}, "This field is required."),
        ("changed", {"wording": "x"}, "This field is required."),
        ("ask", {"days": "30"}, "Choose at least one."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(csm, path, form, error):
    one = make_expectation()
    base = (
        f"/accounts/{one.account_id}/expectations/{path}/"
        if path in ("new", "ask")
        else f"/expectations/{one.pk}/{path}/"
    )
    response = csm.post(base, form)
    assert response.status_code == 422
    assert error in text_of(response)


def ask(csm, **form):
    one = make_expectation(wording="Backups are tested.")
    contact = make_contact(one.account, name="Mei Chen", email="mei@cedar.example")
    form = {"expectations": [one.pk], "days": "30", "contact": contact.pk, **form}
    page = csm.post(f"/accounts/{one.account_id}/expectations/ask/", form)
    assert page["Cache-Control"] == "no-store"
    return one, re.search(r"/e/[^/\"< ]+/", page.content.decode()).group()


def test_a_customer_acknowledges_without_login_cookie_or_script(csm):
    one, path = ask(csm)
    mail = Mail.objects.get()
    assert (mail.to, path in mail.text, "Backups are tested." in mail.html) == ("mei@cedar.example", True, True)
    customer = Client(enforce_csrf_checks=True)
    opened = customer.get(path)
    customer.head(path)
    one.refresh_from_db()
    assert one.acknowledged_at is None
    assert "Mei Chen" in text_of(opened)
    assert "<script" not in opened.content.decode()
    done = customer.post(path, {"name": "Mei Chen", "objection": ""})
    assert "Confirmed by Mei Chen on 15 June 2026" in text_of(done)
    assert not customer.cookies
    one.refresh_from_db()
    assert (one.acknowledged_at, one.acknowledged_by) == (NOON, "Mei Chen")
    customer.post(path, {"name": "Somebody else", "objection": ""})
    assert "acknowledged by Mei Chen" in text_of(csm.get(f"/accounts/{one.account_id}/expectations/"))


def test_a_customer_objects(csm):
    one, path = ask(csm, contact="")
    assert Mail.objects.count() == 0
    assert Client().post(path, {"name": "", "objection": ""}).status_code == 422
    done = Client().post(path, {"name": "Bo", "objection": "<b>weekly</b>"})
    assert "We have your words" in text_of(done)
    page = text_of(csm.get(f"/accounts/{one.account_id}/expectations/"))
    assert "Understood it differently" in page
    assert "&lt;b&gt;weekly" in page


def test_two_answers_at_once(csm, monkeypatch):
    _, path = ask(csm)

    def lost(**_):
        Acknowledgement.objects.update(answered_at=NOON, answered_by="Ada")
        raise actions.LinkClosed

    monkeypatch.setattr(actions, "acknowledge", lost)
    assert "Confirmed by Ada" in text_of(Client().post(path, {"name": "Bo", "objection": ""}))


def test_what_was_settled_meanwhile_is_said_beside_the_field(csm, monkeypatch):
    def settled(**_):
        raise actions.NothingToAcknowledge

    one = make_expectation()
    monkeypatch.setattr(actions, "ask", settled)
    form = {"expectations": [one.pk], "days": "30", "contact": ""}
    page = csm.post(f"/accounts/{one.account_id}/expectations/ask/", form)
    assert (page.status_code, "Somebody settled this before" in text_of(page)) == (422, True)


def test_links_end(csm):
    one, path = ask(csm)
    assert Client().get("/e/unknown/").status_code == 404
    with time_machine.travel(NOON + 31 * DAY, tick=False):
        assert Client().get(path).status_code == 410
    link = Acknowledgement.objects.get()
    assert csm.get(f"/expectations/links/{link.pk}/withdraw/").status_code == 405
    csm.post(f"/expectations/links/{link.pk}/withdraw/")
    assert Client().post(path, {"name": "Bo"}).status_code == 410
    assert "Withdrawn" in text_of(csm.get(f"/accounts/{one.account_id}/expectations/"))


def test_an_unknown_language_is_read_in_english(csm):
    one = make_expectation()
    contact = make_contact(one.account, email="x@cedar.example", locale="tlh")
    _, token = actions.ask(account=one.account, expectation_ids=[one.pk], contact=contact, at=NOON, by=None)
    assert "What you can expect" in text_of(Client().get(f"/e/{token}/"))


@pytest.mark.parametrize(
    ("person", "company", "browser", "title"),
    [
        ("zh-CN", "", "en", "对您的约定与承诺"),
        ("zh-hant", "zh-hans", "en", "對您的約定與承諾"),
        ("", "zh-TW", "en", "對您的約定與承諾"),
        ("de", "", "zh-CN,en;q=0.5", "对您的约定与承诺"),
        ("en", "zh-hans", "zh-CN", "What you can expect from"),
    ],
)
def test_the_page_speaks_the_persons_language_the_companys_or_the_browsers(csm, person, company, browser, title):
    one = make_expectation(make_account(locale=company), due_on=TODAY)
    contact = make_contact(one.account, email="x@cedar.example", locale=person)
    _, token = actions.ask(account=one.account, expectation_ids=[one.pk], contact=contact, at=NOON, by=None)
    page = Client(headers={"accept-language": browser}).get(f"/e/{token}/").content.decode()
    assert title in page
    assert ("2026年6月15日" in page.replace(" ", "")) == ("What" not in title)


def test_the_mail_speaks_the_persons_language_not_the_members(csm):
    one = make_expectation(make_account(locale="zh-hans"))
    contact = make_contact(one.account, name="Mei Chen", email="mei@cedar.example", locale="zh-hant")
    form = {"expectations": [one.pk], "days": "30", "contact": contact.pk}
    csm.post(f"/accounts/{one.account_id}/expectations/ask/", form, headers={"accept-language": "zh-CN"})
    mail = Mail.objects.get()
    assert "對您的約定與承諾" in mail.subject
    assert "這和您的理解相同嗎" in mail.text
    contact.delete()
    plain = make_contact(make_account(), email="bo@cedar.example")
    other = make_expectation(plain.account)
    form = {"expectations": [other.pk], "days": "30", "contact": plain.pk}
    csm.post(f"/accounts/{other.account_id}/expectations/ask/", form, headers={"accept-language": "zh-CN"})
    assert "What you can expect" in Mail.objects.latest("pk").subject


def test_a_link_that_ended_says_so_in_the_browsers_language(db):
    page = Client(headers={"accept-language": "zh-TW"}).get("/e/unknown/")
    assert (page.status_code, "這個網址沒有內容" in page.content.decode()) == (404, True)


def test_nothing_open_is_said(csm):
    account = make_account()
    assert "Nothing is open" in text_of(csm.get(f"/accounts/{account.pk}/expectations/ask/"))


def test_what_is_due_everywhere(csm):
    make_expectation(make_account("Alder", owner=csm.member), wording="Mine", due_on=TODAY - DAY)
    make_expectation(make_account("Birch"), wording="Theirs", due_on=TODAY)
    everybody, mine = text_of(csm.get("/expectations/")), text_of(csm.get("/expectations/?who=me"))
    assert ("Mine" in everybody, "Theirs" in everybody, "Overdue</span>" in everybody) == (True, True, True)
    assert "Theirs" not in mine


def test_pages_ask_as_often_for_three_as_for_one(csm):
    account = make_account()
    counts = []
    for rows in (1, 2):
        for _ in range(rows):
            one = make_expectation(account, due_on=TODAY)
            actions.ask(account=account, expectation_ids=[one.pk], at=NOON, by=csm.member.user)
        for address in ("/expectations/", f"/accounts/{account.pk}/expectations/"):
            with CaptureQueriesContext(connection) as captured:
                csm.get(address)
            counts.append(len(captured))
    assert counts[:2] == counts[2:]


def test_the_panel_of_the_account_page(csm):
    one = make_expectation(wording="Backups are tested.", due_on=TODAY - DAY)
    page = text_of(
        csm.get(
            f"/accounts/{one.account_id}/expectations-panel/"
            if False
            else f"/accounts/{one.account_id}/panels/expectations/"
        )
    )
    assert "Backups are tested." in page
    assert "Overdue</span>" in page


def test_another_workspaces_ledger_is_not_found(csm):
    with tenancy.entered(make_workspace("Other").pk):
        one = make_expectation()
    for address in (f"/accounts/{one.account_id}/expectations/", f"/expectations/{one.pk}/settled/"):
        assert csm.get(address).status_code == 404
