from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from accounts import queries
from accounts.actions import contracts as actions
from accounts.models import Contract, Fact
from tests.builders import NOON, TODAY, make_account, make_contract

DAY = timedelta(days=1)


def test_add_contract_sets_the_renewal_and_takes_the_accounts_currency(workspace):
    account = make_account(currency="USD")
    contract = make_contract(
        account, name="Care", seats=40, value_minor=4_800_000, ends_on=date(2026, 9, 1), auto_renews=True
    )
    contract.refresh_from_db()
    account.refresh_from_db()
    assert (contract.currency, contract.seats, contract.value_minor, contract.auto_renews) == (
        "USD",
        40,
        4_800_000,
        True,
    )
    assert account.renews_on == date(2026, 9, 1)
    fact = Fact.objects.filter(account=account).order_by("-pk").first()
    assert (fact.kind, fact.data) == ("contract.added", {"contract_id": contract.pk, "name": "Care"})


def test_a_contract_may_have_a_currency_of_its_own(workspace):
    assert make_contract(make_account(), currency="GBP").currency == "GBP"


def test_a_contract_ends_after_it_starts(workspace):
    account = make_account()
    with pytest.raises(actions.EndsBeforeStart):
        make_contract(account, starts_on=TODAY, ends_on=TODAY)
    contract = make_contract(account)
    with pytest.raises(actions.EndsBeforeStart):
        actions.update_contract(contract=contract, changes={"ends_on": contract.starts_on}, at=NOON, by=None)
    assert Contract.objects.get(pk=contract.pk).ends_on == date(2027, 1, 1)


def test_update_contract_moves_the_renewal_and_records_only_what_is_different(workspace):
    account = make_account()
    contract = make_contract(account, name="Care")
    changes = {"name": "Care", "ends_on": date(2026, 8, 1), "created_at": NOON}
    actions.update_contract(contract=contract, changes=changes, at=NOON, by=None)
    actions.update_contract(contract=contract, changes=changes, at=NOON, by=None)
    account.refresh_from_db()
    assert account.renews_on == date(2026, 8, 1)
    changed = Fact.objects.filter(account=account, kind="contract.changed")
    assert [fact.data for fact in changed] == [{"contract_id": contract.pk, "name": "Care", "fields": ["ends_on"]}]


def test_current_contracts_run_on_the_day(workspace):
    contract = make_contract(make_account(), starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 16))
    assert list(Contract.objects.current(TODAY)) == [contract]
    assert list(Contract.objects.current(date(2026, 6, 16))) == []


def renewal(contract, **fields):
    terms = {"name": "Care 2", "starts_on": contract.ends_on, "ends_on": contract.ends_on + 365 * DAY}
    return actions.renew_contract(contract=contract, **{**terms, "at": NOON, "by": None, **fields})


def test_a_renewal_follows_and_the_old_contract_stays(workspace):
    old = make_contract(make_account(), name="Care", value_minor=100_00)
    new = renewal(old, value_minor=120_00)
    old.refresh_from_db()
    assert (new.renewed_from, new.currency, new.starts_on, old.name, old.value_minor) == (
        old, old.currency, old.ends_on, "Care", 100_00,
    )  # fmt: skip
    assert new.account.renews_on == new.ends_on
    fact = Fact.objects.get(kind="contract.renewed")
    assert (fact.data["from_minor"], fact.data["to_minor"], fact.data["from_id"]) == (100_00, 120_00, old.pk)
    shown = queries.contracts_of(old.account)
    assert [(one, one.is_renewed) for one in shown] == [(new, False), (old, True)]


def test_a_contract_is_renewed_once_and_not_before_it_ends(workspace):
    old = make_contract(make_account())
    with pytest.raises(actions.StartsTooEarly):
        renewal(old, starts_on=old.ends_on - DAY)
    with pytest.raises(actions.EndsBeforeStart):
        renewal(old, ends_on=old.ends_on)
    renewal(old)
    with pytest.raises(actions.AlreadyRenewed):
        renewal(old)
    assert Contract.objects.count() == 2


def test_only_a_taken_id_is_called_taken(workspace):
    account = make_account()
    make_contract(account, source="crm", external_id="7")
    with pytest.raises(actions.ContractIdTaken, match="crm:7"):
        make_contract(account, source="crm", external_id="7")
    with pytest.raises(IntegrityError, match="value_positive"):
        make_contract(account, value_minor=-1)
