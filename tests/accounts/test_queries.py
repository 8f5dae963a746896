from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import queries
from accounts.actions import contacts as contact_actions
from accounts.actions import tags
from accounts.actions.facts import record_fact
from accounts.models import Account, Contact
from accounts.queries import NOTHING, Filter
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_contact,
    make_contract,
    make_member,
    make_ticket,
    make_user,
    make_workspace,
)
from workspaces import tenancy


def names(rows: object) -> list[str]:
    return sorted(str(row) for row in rows)


@pytest.fixture
def three(workspace):
    """Alpha is healthy, in use and mine; Beta at risk, disappointed and nobody's; Gamma has no data."""
    me = make_member()
    alpha = make_account("Alpha & Sons", owner=me, tier="strategic")
    beta, gamma = make_account("Beta 100%_\\", stage="disappointment"), make_account("Ärger", stage="awareness")
    Account.objects.filter(pk=alpha.pk).update(health_band="healthy", renews_on=TODAY)
    Account.objects.filter(pk=beta.pk).update(health_band="at_risk", renews_on=TODAY + timedelta(days=90))
    Account.objects.filter(pk=gamma.pk).update(renews_on=TODAY + timedelta(days=1))
    return me


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter(), "ABÄ"),
        (Filter(words="  "), "ABÄ"),
        (Filter(stage="use"), "A"),
        (Filter(tier="strategic"), "A"),
        (Filter(band="at_risk"), "B"),
        (Filter(band=NOTHING), "Ä"),
        (Filter(owner=NOTHING), "BÄ"),
        (Filter(renews_from=TODAY), "ABÄ"),
        (Filter(renews_from=TODAY, customers=True), "AB"),  # Gamma is no customer yet
        (Filter(renews_from=TODAY + timedelta(days=1)), "BÄ"),
        (Filter(words="son"), "A"),
        (Filter(words="SONS", band="at_risk"), ""),
        (Filter(words="100%"), "B"),
        (Filter(words="%_\\"), "B"),
        (Filter(words="ärger"), "Ä"),
        (Filter(words="al"), "A"),  # short words find beginnings
        (Filter(words="be"), "B"),
        (Filter(words="ph"), ""),
        (Filter(words="Ä"), "Ä"),
        (Filter(words="\ud7ff"), ""),
        (Filter(words="\U0010ffff"), ""),
    ],
)
def test_matching(three, wanted, expected):
    assert "".join(name[0] for name in names(queries.matching(wanted))) == expected


def test_matching_by_owner(three):
    assert names(queries.matching(Filter(owner=three.pk))) == ["Alpha & Sons"]
    assert names(Account.objects.owned_by(three.pk)) == ["Alpha & Sons"]


def test_accounts_come_with_their_owner_by_name(three):
    with CaptureQueriesContext(connection) as captured:
        assert next((str(a), str(a.owner)) for a in queries.accounts()) == ("Alpha & Sons", "Mei Chen")
    assert len(captured) == 1
    assert [str(a) for a in queries.found_accounts("alp")] == ["Alpha & Sons"]
    assert list(queries.found_accounts("")) == list(queries.accounts())


def test_nobody_finds_what_another_workspace_has(workspace):
    account = make_account("Cedar Logistics")
    make_contact(account, name="Mei Chen", email="mei@cedar.example")
    make_ticket(account, number="82711", subject="Printer on fire")
    with tenancy.entered(make_workspace("Other").pk):
        for words in ("cedar", "ce", "mei", "me", "printer", "82711"):
            assert not queries.found_accounts(words).exists()
            assert not queries.found_contacts(words).exists()
            assert not queries.found_tickets(words).exists()


def test_found_contacts_by_name_and_address(workspace):
    contact = make_contact(make_account(), name="Mei Chen", email="cfo@cedar.example")
    make_contact(make_account(), name="Ana 100%", email="")
    for words in ("mei", "CHEN", "cfo@", "cedar", "me", "M"):
        assert list(queries.found_contacts(words)) == [contact], words
    assert names(queries.found_contacts("00%")) == ["Ana 100%"]
    assert not queries.found_contacts("he").exists()  # short words find beginnings


def test_found_tickets_by_number_and_subject(workspace):
    account = make_account()
    ticket = make_ticket(account, number="12", subject="Printer on fire")
    make_ticket(account, number="120", subject="Mail is slow")
    for words in ("12", "#12", "printer", "ON FIRE"):
        assert list(queries.found_tickets(words)) == [ticket], words
    assert not queries.found_tickets("on").exists()


def test_capped_count_stops_counting(workspace, monkeypatch):
    for _ in range(3):
        make_account()
    assert queries.capped_count(queries.accounts()) == 3
    monkeypatch.setattr("accounts.queries.account.MOST_COUNTED", 1)
    assert queries.capped_count(queries.accounts()) == 2


def test_contacts_of_puts_those_who_decide_first_and_those_who_left_last(workspace):
    account = make_account()
    gone = make_contact(account, name="Gone", role="decision_maker")
    contact_actions.set_left(contact=gone, has_left=True, at=NOON, by=None)
    for name, role in (("User", "end_user"), ("Champ", "champion"), ("Boss", "decision_maker")):
        make_contact(account, name=name, role=role)
    assert [contact.name for contact in queries.contacts_of(account)] == ["Boss", "Champ", "User", "Gone"]
    assert [contact.account for contact in queries.contacts()] == [account] * 4
    assert str(Contact(name="", email="mei@cedar.example")) == "mei@cedar.example"


def test_contracts_and_ids_of_an_account(workspace):
    account = make_account(external_ids={"zammad": "42", "crm": "7"})
    first, last = make_contract(account), make_contract(account, ends_on=date(2028, 1, 1))
    assert list(queries.contracts_of(account)) == [last, first]
    assert list(queries.contracts()) == [last, first]
    assert [str(row) for row in queries.external_ids_of(account)] == ["crm:7", "zammad:42"]


def test_tickets_of_puts_open_ones_first(workspace):
    account = make_account()
    closed = make_ticket(account, closed_at=NOON)
    waiting = make_ticket(account, opened_at=NOON - timedelta(days=9))
    fresh = make_ticket(account, subject="", number="7")
    assert list(queries.tickets_of(account)) == [fresh, waiting, closed]
    assert (str(fresh), str(closed)) == ("7", "Printer on fire")


def test_the_timeline_is_read_in_pages_newest_first(workspace):
    account, user = make_account(), make_user(name="Pia Sommer")
    for hour in range(5):
        record_fact(account=account, kind="test.unheard", at=NOON + timedelta(hours=hour), by=user)
    told, older = queries.timeline(account, size=4)
    assert [moment.at.hour for moment in told] == [16, 15, 14, 13]
    assert (told[0].told, told[0].kind, told[0].by) == ("test.unheard", "test.unheard", "Pia Sommer")
    told, older = queries.timeline(account, before=older, size=4)
    assert [(moment.at.hour, moment.told) for moment in told] == [
        (12, "test.unheard"),
        (12, "Account added in stage Use"),
    ]
    assert (older, told[1].by) == ("", "")


def test_a_tag_of_neither_few_nor_many_accounts_finds_the_same(workspace, monkeypatch):
    first, second, _third = make_account("A", stage="use"), make_account("B", stage="churn"), make_account("C")
    tags.tag(account_ids=[first.pk, second.pk], name="Pilot", at=NOON, by=None)
    for some in ((3000, 30_000), (1, 3)):
        monkeypatch.setattr("accounts.queries.account.SOME", some)
        found = queries.matched(queries.Filter(tag="pilot"))
        assert (set(found.accounts), found.count()) == ({first, second}, 2)
        found = queries.matched(queries.Filter(tag="pilot", stage="use"))
        assert (set(found.accounts), found.count()) == ({first}, 1)


def test_what_is_found_is_counted_where_it_stands(workspace, django_assert_num_queries):
    account = make_account("Cedar")
    tags.tag(account_ids=[account.pk], name="Pilot", at=NOON, by=None)
    by_words = queries.matched(queries.Filter(words="ced"))
    by_tag = queries.matched(queries.Filter(tag="pilot"))
    with django_assert_num_queries(0):
        assert (by_words.count(), by_tag.count()) == (1, 1)
    both = queries.matched(queries.Filter(words="ced", tag="pilot"))
    with django_assert_num_queries(0):
        assert both.count() == 1
