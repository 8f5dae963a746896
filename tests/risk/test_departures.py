"""Who counts as having left, and what they were worth."""

import pytest

from accounts.models import Account, Contract
from risk import actions, queries
from tests.builders import NOON, TODAY
from tests.risk.history import DAY as DAYS
from tests.risk.history import LONG_AGO, customers, leave, moment, score

DAY = queries.month_ends(TODAY, 6)[0]  # 2025-12-31
ALL = {"counts_downgrade": True, "counts_non_renewal": True}
ASKED = {"horizon_days": 90, "counts_downgrade": False, "counts_non_renewal": False, "currency": "EUR"}


def departures(**asked):
    """Of each remembered customer by id: days until it left, and its money."""
    if queries.not_remembered([DAY]):
        actions.remember(day=DAY, at=NOON)
    (found,) = queries.remembered([DAY], ASKED | asked)
    ids = [int(one) for one in found["accounts"].split(",")]
    rows = zip(found["places"].split(","), found["left_in"].split(","), found["money"].split(","), strict=True)
    return {ids[int(place)]: (None if left == "nan" else int(left), round(float(money))) for place, left, money in rows}


def known(count=1, **fields):
    found = customers(count, **fields)
    for account in found:
        score(account, DAY, {}).save()
    return found


def contract(account, starts, ends, value=120_000, **fields):
    """From and to so many days after DAY."""
    return Contract.objects.create(
        account=account, name="Services", starts_on=DAY + starts * DAYS, ends_on=DAY + ends * DAYS, value_minor=value,
        currency=fields.pop("currency", "EUR"), created_at=LONG_AGO, **fields,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("days", "horizon", "left"), [(1, 90, 1), (90, 90, 90), (91, 90, None), (91, 180, 91), (30, 30, 30), (31, 30, None)]
)
def test_a_lost_customer_left_within_the_horizon(workspace, days, horizon, left):
    (account,) = known()
    leave(account, moment(DAY + days * DAYS, 23))

    assert departures(horizon_days=horizon)[account.pk][0] == left


def test_who_stays_has_not_left(workspace):
    (account,) = known()

    assert departures(**ALL) == {account.pk: (None, 1000)}


def test_a_contract_that_ends_counts_if_asked(workspace):
    (account,) = known()
    contract(account, -300, 40)

    assert departures()[account.pk][0] is None
    assert departures(counts_non_renewal=True)[account.pk][0] == 40


@pytest.mark.parametrize(
    ("starts", "left"), [(40, None), (90, None), (120, None), (121, 40)], ids=["on", "late", "in grace", "too late"]
)
def test_a_renewal_may_be_late(workspace, starts, left):
    (account,) = known()
    contract(account, -300, 40)
    contract(account, starts, 500)

    assert departures(counts_non_renewal=True)[account.pk][0] == left


@pytest.mark.parametrize(("value", "left"), [(59_000, 40), (60_000, None), (200_000, None)])
def test_more_than_half_given_up_counts_if_asked(workspace, value, left):
    (account,) = known()
    contract(account, -325, 40)
    contract(account, 40, 405, value)

    assert departures(counts_downgrade=True)[account.pk][0] == left
    assert departures()[account.pk][0] is None


def test_a_value_that_is_not_known_is_no_downgrade(workspace):
    (account,) = known()
    contract(account, -325, 40)
    contract(account, 40, 405, None)

    assert departures(counts_downgrade=True)[account.pk][0] is None


def test_the_first_of_several_reasons_counts(workspace):
    (account,) = known()
    contract(account, -300, 40)
    leave(account, moment(DAY + 20 * DAYS))

    assert departures(**ALL)[account.pk][0] == 20


def test_money_is_the_contracts_worth_a_year_or_else_the_accounts(workspace):
    by_contract, by_account, abroad = *known(2), *known(currency="USD")
    contract(by_contract, -365, 365, value=240_000)

    money = {account: row[1] for account, row in departures().items()}

    assert money == {by_contract.pk: 120_000, by_account.pk: 2000, abroad.pk: 0}


def test_who_is_no_longer_there_is_left_out(workspace):
    stays, erased = known(2)
    actions.remember(day=DAY, at=NOON)
    Account.objects.filter(pk=erased.pk).delete()

    assert set(departures()) == {stays.pk}
