"""Accounts that fit in several ways at once: however they are looked for, they are the same."""

import itertools

import pytest

from accounts import queries
from accounts.actions import tags, words
from accounts.models import Account
from accounts.queries import account as account_queries
from accounts.queries import search
from tests.builders import NOON, make_account, make_member


@pytest.mark.parametrize("few", [0, 3, 3000])
@pytest.mark.parametrize("common", [1, 5000])
def test_every_combination_finds_those_who_fit_all(workspace, monkeypatch, few, common):
    monkeypatch.setattr(account_queries, "FEW", few)
    monkeypatch.setattr(search, "COMMON", common)
    mine = make_member()
    for number in range(24):
        name = f"{number:02} {'Logistics' if number % 2 else 'Bakery'}"
        make_account(
            name,
            stage="churn" if number % 3 else "use",
            tier="strategic" if number % 4 == 1 else "standard",
            owner=mine if number % 5 else None,
        )
    ids = dict(Account.objects.values_list("name", "pk"))
    tagged, chosen = ([pk for name, pk in ids.items() if int(name[:2]) % way] for way in (4, 7))
    tags.tag(account_ids=tagged, name="pilot", at=NOON, by=None)
    words.relearn(at=NOON)
    ways = {
        "words": ("LOGIST", lambda account: "Logist" in account.name),
        "stage": ("churn", lambda account: account.stage == "churn"),
        "tier": ("strategic", lambda account: account.tier == "strategic"),
        "owner": (mine.pk, lambda account: account.owner_id == mine.pk),
        "tag": ("pilot", lambda account: account.pk in tagged),
        "ids": (
            Account.objects.filter(pk__in=chosen).values_list("pk", flat=True),
            lambda account: account.pk in chosen,
        ),
    }
    everybody = list(Account.objects.all())
    for size in range(len(ways) + 1):
        for names in itertools.combinations(ways, size):
            matched = queries.matched(queries.Filter(**{name: ways[name][0] for name in names}))
            fitting = {account.pk for account in everybody if all(ways[name][1](account) for name in names)}
            assert {account.pk for account in matched.accounts} == fitting, names
            is_many = names == ("words",) if common == 1 else False
            assert matched.count() == 1001 or not is_many
            if len(fitting) <= few:
                assert is_many or matched.count() == len(fitting), names


def test_a_common_word_is_met_in_the_order_of_names_or_looked_up(workspace, monkeypatch):
    """Both ways find the same; whoever begins with the word comes first."""
    for name in ("Zeta Logistics", "Logistics Ltd", "Alpha Logistics", "Beta Bakery"):
        make_account(name)
    words.relearn(at=NOON)
    expected = ["Logistics Ltd", "Alpha Logistics", "Zeta Logistics"]
    for common, window in ((5000, 30_000), (1, 30_000), (1, 2)):
        monkeypatch.setattr(search, "COMMON", common)
        monkeypatch.setattr(search, "WINDOW", window)
        assert [account.name for account in queries.found_accounts("logistics", 3)] == expected
    assert [account.name for account in queries.found_accounts("lo", 3)] == ["Logistics Ltd"]
