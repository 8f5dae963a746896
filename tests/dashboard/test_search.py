import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import contacts as contact_actions
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


@pytest.mark.parametrize("words", ["", "   ", "\x00", "x" * 101])
def test_without_words_the_page_says_what_can_be_found(client, words):
    page = client.get(SEARCH, {"q": words})
    assert page.status_code == 200
    assert "What are you looking for?" in text(page)


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
    assert len(captured) == 11


def test_twenty_of_each_kind_at_most(client):
    for number in range(21):
        make_account(f"Cedar {number:02}")
    assert len(names(client.get(SEARCH, {"q": "cedar"}))) == 20
