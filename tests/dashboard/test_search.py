import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import contacts as contact_actions
from accounts.actions import words as word_actions
from accounts.models import Account
from tests.builders import NOON, make_account, make_contact, make_ticket
from tests.dashboard.test_today import names, text

SEARCH = reverse("dashboard:search")


def test_search_finds_accounts_people_and_tickets(client, me):
    account = make_account("Cedar Logistics", owner=me)
    make_contact(account, name="Mei Cedar")
    gone = make_contact(account, name="Ana Cedar", email="")
    contact_actions.set_left(contact=gone, has_left=True, at=NOON, by=None)
    make_ticket(account, subject="Cedar is slow", number="82711")
    make_ticket(account, subject="Cedar is down", closed_at=NOON, number="")
    page = client.get(SEARCH, {"q": "cedar"})
    assert names(page) == ["Cedar Logistics", "Ana Cedar", "Mei Cedar", "Cedar is down", "Cedar is slow"]
    assert "Found for “cedar”" in text(page)
    here = reverse("dashboard:account", args=[account.pk])
    for address in (here, f"{here}#people", f"{here}#tickets", f"{reverse('dashboard:account_list')}?q=cedar"):
        assert f'href="{address}"' in page.content.decode()
    assert names(client.get(SEARCH, {"q": "#82711"})) == ["Cedar is slow"]


@pytest.mark.parametrize("words", ["", "   ", "\x00"])
def test_without_words_the_page_says_what_can_be_found(client, words):
    page = client.get(SEARCH, {"q": words})
    assert page.status_code == 200
    assert "What are you looking for?" in text(page)


def test_what_is_too_long_to_look_for_is_said(client):
    page = client.get(SEARCH, {"q": "x" * 3000})
    assert page.status_code == 200
    assert "This is too long to look for: at most 100 characters." in text(page)


def test_nothing_found_says_how_to_look(client):
    page = client.get(SEARCH, {"q": "<script>alert(1)</script>"})
    assert "Nothing found" in text(page)
    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_search_takes_the_same_queries_at_any_size(client, me, rows):
    for _ in range(rows):
        account = make_account("Cedar", owner=me)
        make_ticket(account, subject="Cedar is slow")
        make_contact(account, name="Mei Cedar")
    client.get(SEARCH, {"q": "cedar"})
    with CaptureQueriesContext(connection) as captured:
        client.get(SEARCH, {"q": "cedar"})
    assert len(captured) == 12


def test_twenty_of_each_kind_at_most(client):
    for number in range(21):
        make_account(f"Cedar {number:02}")
    assert len(names(client.get(SEARCH, {"q": "cedar"}))) == 20


SUGGEST = reverse("dashboard:search_suggest")
HTMX = {"HX-Request": "true"}


def suggested(client, words: str) -> list[str]:
    page = client.get(SUGGEST, {"q": words}, headers=HTMX).content.decode()
    return re.findall(r'role="option"[^>]*href="([^"]*)"', page)


def test_names_that_begin_with_the_words_come_first(client, me):
    for name in ("Alder of Cedar", "Cedar", "Cedar Logistics", "Zum Cedar"):
        make_contact(make_account(name), name=name)
    expected = ["Cedar", "Cedar Logistics", "Alder of Cedar", "Zum Cedar"]
    assert names(client.get(SEARCH, {"q": "cedar"})) == expected * 2
    assert names(client.get(SEARCH, {"q": "ce"})) == expected[:2] * 2


def test_suggestions_lead_to_what_is_found_and_to_all_of_it(client, me):
    account = make_account("Cedar Logistics")
    contact = make_contact(account, name="Mei Cedar")
    make_ticket(account, subject="Cedar is slow")
    assert suggested(client, "cedar") == [
        reverse("dashboard:account", args=[account.pk]),
        reverse("accounts:contact", args=[contact.pk]),
        reverse("dashboard:account_panel", args=[account.pk, "tickets"]),
        f"{SEARCH}?q=cedar",
    ]
    assert suggested(client, "c") == []
    assert "Nothing found" in text(client.get(SUGGEST, {"q": "zzz"}, headers=HTMX))


def test_five_of_each_kind_are_suggested(client, me):
    for number in range(7):
        make_account(f"Cedar {number}")
    assert len(suggested(client, "cedar")) == 6


def test_suggestions_are_text_and_a_page_without_htmx(client, me):
    make_account("<script>alert(1)</script>")
    page = client.get(SUGGEST, {"q": "<script>"}, headers=HTMX).content.decode()
    assert "&lt;script&gt;alert" in page
    assert "<script>" not in page
    assert client.get(SUGGEST, {"q": "a&b"}).url == f"{SEARCH}?q=a%26b"


@pytest.mark.parametrize("rows", [1, 3])
def test_suggestions_take_the_same_queries_at_any_size(client, me, rows):
    for _ in range(rows):
        make_contact(make_account("Cedar", owner=me), name="Mei Cedar")
    client.get(SUGGEST, {"q": "cedar"}, headers=HTMX)
    with CaptureQueriesContext(connection) as captured:
        client.get(SUGGEST, {"q": "cedar"}, headers=HTMX)
    assert len(captured) == 11


def known() -> None:
    """What workers do within seconds."""
    word_actions.learn(account_ids=list(Account.objects.values_list("pk", flat=True)), at=NOON)


def test_a_mistyped_word_finds_what_was_meant(client, me):
    account = make_account("Bergmann Logistics", owner=me)
    make_contact(account, name="Katharina Weiß")
    make_account("Cedar 4711")
    known()
    page = client.get(SEARCH, {"q": "Bergmnn Logsitics"})
    assert names(page) == ["Bergmann Logistics"]
    assert "Nothing has “Bergmnn Logsitics”. Did you mean bergmann logistics ?" in text(page)
    assert f'href="{SEARCH}?q=bergmann%20logistics"' in page.content.decode()
    assert names(client.get(SEARCH, {"q": "katarina"})) == ["Katharina Weiß"]
    assert names(client.get(SEARCH, {"q": "Cedra 4711"})) == ["Cedar 4711"]
    assert "Did you mean" not in text(client.get(SEARCH, {"q": "bergmann"}))
    assert "Nothing found" in text(client.get(SEARCH, {"q": "Katharina Logistics"}))
    assert "Nothing found" in text(client.get(SEARCH, {"q": "xylophonist"}))


def test_words_are_found_in_any_order_before_others_are_meant(client, me):
    account = make_account("Elbe Engineering", owner=me)
    make_contact(account, name="Rosa Yilmaz", email="rosa@elbe.example")
    make_contact(account, name="Ana Rossi")
    make_ticket(account, subject="Laptop does not wake up")
    known()
    assert names(client.get(SEARCH, {"q": "engineering elbe"})) == ["Elbe Engineering"]
    assert names(client.get(SEARCH, {"q": "yilmaz rosa"})) == ["Rosa Yilmaz"]
    assert names(client.get(SEARCH, {"q": "Yilmaz elbe.example"})) == ["Rosa Yilmaz"]
    assert names(client.get(SEARCH, {"q": "wake laptop"})) == ["Laptop does not wake up"]
    assert "Nothing found" in text(client.get(SEARCH, {"q": "elbe yilmaz rossi"}))


def test_an_account_is_found_by_its_id_elsewhere_and_its_domain(client, me):
    account = make_account("Elbe", owner=me, domains=["elbe.example"], external_ids={"crm": "CRM-1043"})
    make_contact(account, name="Rosa Yilmaz", email="rosa@elbe.example")
    assert names(client.get(SEARCH, {"q": "CRM-1043"})) == ["Elbe"]
    assert names(client.get(SEARCH, {"q": "Elbe.example "})) == ["Elbe", "Rosa Yilmaz"]
    assert "Nothing found" in text(client.get(SEARCH, {"q": "CRM-104"}))


def test_what_was_meant_is_suggested_first(client, me):
    account = make_account("Bergmann Logistics")
    known()
    assert suggested(client, "bergmnn") == [
        f"{SEARCH}?q=bergmann",
        reverse("dashboard:account", args=[account.pk]),
        f"{SEARCH}?q=bergmnn",
    ]
    assert "Did you mean “bergmann”?" in text(client.get(SUGGEST, {"q": "bergmnn"}, headers=HTMX))


@pytest.mark.parametrize("rows", [1, 3])
def test_a_search_by_meant_words_takes_the_same_queries_at_any_size(client, me, rows):
    for number in range(rows):
        make_contact(make_account(f"Cedar {number}", owner=me), name="Mei Cedar")
    known()
    client.get(SEARCH, {"q": "cedra"})
    with CaptureQueriesContext(connection) as captured:
        client.get(SEARCH, {"q": "cedra"})
    assert len(captured) == 18
