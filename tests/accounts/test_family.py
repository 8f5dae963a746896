import threading

import pytest
from django.db import connection

from accounts.actions import accounts as account_actions
from accounts.actions import family as actions
from accounts.models import Account, Fact
from accounts.queries import family as queries
from tests.builders import NOON, make_account, make_user, make_workspace
from workspaces import tenancy


def put(account: Account, parent: Account | None) -> Account:
    return account_actions.update_account(account=account, changes={"parent": parent}, at=NOON, by=None)


def chain(length: int) -> list[Account]:
    """Accounts, each below the one before."""
    accounts = [make_account("Top")]
    for level in range(2, length + 1):
        accounts.append(make_account(f"Level {level}", parent=accounts[-1]))
    return accounts


def parents() -> dict[str, str | None]:
    return dict(Account.objects.values_list("name", "parent__name"))


def test_a_parent_is_set_told_and_taken_away(workspace):
    top, child = make_account("Top"), make_account("Child")
    put(child, top)
    put(child, top)
    assert parents() == {"Top": None, "Child": "Top"}
    assert Fact.objects.get(account=child, kind="account.changed").data == {"fields": ["parent"]}
    put(child, None)
    assert parents()["Child"] is None
    assert child.parent is None


def test_nobody_is_above_themselves(workspace):
    top, middle, bottom = chain(3)
    for account, parent in ((top, top), (top, middle), (top, bottom)):
        with pytest.raises(actions.FamilyLoop, match="itself, or stands above"):
            put(account, parent)
    assert parents() == {"Top": None, "Level 2": "Top", "Level 3": "Level 2"}
    assert top.parent is None


def test_five_levels_and_no_more(workspace):
    levels = chain(5)
    with pytest.raises(actions.FamilyTooDeep, match="At most 5"):
        make_account("Sixth", parent=levels[-1])
    with pytest.raises(actions.FamilyTooDeep):
        put(levels[0], make_account("Above all"))
    beside = make_account("Beside", parent=levels[3])
    assert beside.parent == levels[3]
    put(levels[2], None)
    put(levels[0], make_account("Above all"))


def test_many_at_once_each_judged_after_the_one_before(workspace):
    a, b, c, d = (make_account(name) for name in "abcd")
    user = make_user()
    wanted = {a.pk: b.pk, b.pk: a.pk, c.pk: a.pk, d.pk: 10**9, 10**9 + 1: a.pk}
    refused = actions.set_parents(parents=wanted, at=NOON, by=user)
    assert {pk: type(why) for pk, why in refused.items()} == {
        b.pk: actions.FamilyLoop,
        d.pk: actions.NoSuchParent,
        10**9 + 1: actions.NoSuchParent,
    }
    assert str(refused[d.pk]) == "There is no such account."
    assert parents() == {"a": "b", "b": None, "c": "a", "d": None}
    facts = Fact.objects.filter(kind="account.changed").order_by("account_id")
    assert [(fact.account_id, fact.by) for fact in facts] == [(a.pk, user), (c.pk, user)]
    assert actions.set_parents(parents={a.pk: b.pk}, at=NOON, by=user) == {}
    assert facts.count() == 2


def test_an_account_of_another_workspace_is_nobodys_parent(workspace):
    account = make_account()
    with tenancy.entered(make_workspace("Other").pk):
        foreign = make_account()
    refused = actions.set_parents(parents={account.pk: foreign.pk}, at=NOON, by=None)
    assert isinstance(refused[account.pk], actions.NoSuchParent)


@pytest.mark.live
def test_two_who_close_a_loop_from_both_ends_come_one_after_the_other(committed):
    place = make_workspace()
    with tenancy.entered(place.pk):
        first, second = make_account("First"), make_account("Second")
    outcomes, start = [], threading.Barrier(2)

    def join(account: Account, parent: Account) -> None:
        try:
            with tenancy.entered(place.pk):
                start.wait(10)
                put(account, parent)
            outcomes.append("done")
        except actions.FamilyLoop:
            outcomes.append("loop")
        finally:
            connection.close()

    threads = [threading.Thread(target=join, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["done", "loop"]


def test_the_family_below_an_account_is_summed_up(workspace):
    top = make_account("Top", arr_minor=100_00)
    middle = make_account("Middle", parent=top, arr_minor=50_00)
    make_account("Unknown money", parent=top, arr_minor=None)
    bottom = make_account("Bottom", parent=middle, arr_minor=7_00, currency="USD")
    for account, score, band in ((middle, 80, "healthy"), (bottom, 42, "at_risk"), (top, 10, "at_risk")):
        Account.objects.filter(pk=account.pk).update(health_score=score, health_band=band)
    found = queries.roll_up(top)
    assert (found.below, found.arr) == (3, [("EUR", 150_00), ("USD", 7_00)])
    assert (found.worst_id, found.worst_name, found.worst_score, found.worst_band) == (
        bottom.pk,
        "Bottom",
        42,
        "at_risk",
    )
    assert [child.name for child in queries.children_of(top)] == ["Middle", "Unknown money"]
    assert (queries.parent_of(bottom), queries.parent_of(top)) == (middle, None)


def test_an_account_alone_has_nothing_below(workspace):
    found = queries.roll_up(make_account(arr_minor=None))
    assert (found.below, found.arr, found.worst_id, found.worst_band) == (0, [], None, "")
