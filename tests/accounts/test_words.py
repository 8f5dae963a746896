"""The words of names: taken in as names are written, dropped when no name has them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import accounts as account_actions
from accounts.actions import contacts as contact_actions
from accounts.actions import erasing, words
from accounts.models import Account, Word
from accounts.queries import search
from accounts.queries.words import meant, words_of
from outbox.engine import run_due
from tests.builders import NOON, make_account, make_contact, make_workspace
from workspaces import tenancy


def kept() -> list[str]:
    return sorted(Word.objects.values_list("text", flat=True))


def work() -> None:
    run_due(queue="compute", clock=lambda: NOON, until=NOON + timedelta(minutes=1))


def test_names_are_taken_in_as_they_are_written(workspace):
    account = account_actions.create_account(name="Bergmann & Söhne GmbH, 4711 AG", at=NOON, by=None)
    contact_actions.add_contact(account=account, name="Mei-Lin O'Connor", email="", role="champion", at=NOON, by=None)
    work()
    assert kept() == ["bergmann", "connor", "gmbh", "söhne"]
    account_actions.update_account(account=account, changes={"name": "Bergmann Brothers"}, at=NOON, by=None)
    work()
    assert kept() == ["bergmann", "brothers", "connor", "gmbh", "söhne"]
    words.relearn(at=NOON)
    assert kept() == ["bergmann", "brothers", "connor"]


def test_an_erased_person_leaves_no_word(workspace):
    contact = make_contact(make_account("Cedar"), name="Katharina Connor")
    words.relearn(at=NOON)
    assert kept() == ["cedar", "connor", "katharina"]
    erasing.erase_contact(contact=contact, at=NOON, by=None)
    words.relearn(at=NOON)
    assert kept() == ["cedar"]
    Word.objects.create(text="connor")
    erasing.erase_traces(contact_id=contact.pk, is_last=False, at=NOON)
    assert kept() == ["cedar"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Logisticz", "logistics"),
        ("logsitics 12", "logistics 12"),
        ("Bergman Logistik", "bergmann logistics"),
        ("bergmann", ""),
        ("Bergmann of Quokka", ""),
        ("ab 12", ""),
        ("", ""),
        ("one two three four five six seven eight nine berk", ""),
    ],
)
def test_the_nearest_word_is_meant(workspace, text, expected):
    make_account("Bergmann Logistics")
    words.relearn(at=NOON)
    assert meant(text) == expected


def test_a_word_knows_in_how_many_accounts_names_it_stands(workspace, monkeypatch):
    for name in ("Bergmann Logistics", "Cedar Logistics", "Logistical Studies"):
        make_contact(make_account(name), name="Mara Cedar")
    with tenancy.entered(make_workspace().pk):
        make_account("Fern Logistics")
        words.relearn(at=NOON)
    words.relearn(at=NOON)
    assert dict(Word.objects.filter(accounts__gt=0).values_list("text", "accounts")) == {
        "bergmann": 1, "cedar": 1, "logistical": 1, "logistics": 2, "studies": 1,
    }  # fmt: skip
    monkeypatch.setattr(search, "COMMON", 3)
    asked = ("LOGIST", "log", "logistics", "lo", "mara", "logistics 1", "")
    assert {part: search.is_common(part) for part in asked} == dict.fromkeys(asked, False) | {
        "LOGIST": True,
        "log": True,
    }
    Account.objects.filter(name="Bergmann Logistics").update(name="Bergmann")
    words.relearn(at=NOON)
    assert not search.is_common("log")


def test_words_of_another_workspace_are_not_meant(workspace):
    with tenancy.entered(make_workspace().pk):
        make_account("Bergmann")
        words.relearn(at=NOON)
    assert meant("bergmnn") == ""


def test_many_names_are_taken_in_by_one_statement(workspace):
    ids = [make_account(f"Cedar {name}").pk for name in ("Alpha", "Beta", "Gamma")]
    words.learn(account_ids=ids, at=NOON)
    with CaptureQueriesContext(connection) as captured:
        words.learn(account_ids=ids, at=NOON)
    assert len([query for query in captured if "accounts_word" in query["sql"]]) == 1
    assert words_of("Cedar, cedar ALPHA b2b") == ["cedar", "alpha"]
    assert str(Word.objects.get(text="alpha")) == "alpha"
