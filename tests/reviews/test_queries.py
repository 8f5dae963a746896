from datetime import timedelta

import pytest

from accounts.stages import Stage
from reviews import actions, queries
from tests.builders import NOON, TODAY, make_account, make_action, make_member, make_review

DAY = timedelta(days=1)


def names(year, quarter, state="", owner_id=None):
    return sorted(account.name for account in queries.accounts_in(year, quarter, state, owner_id))


def held(account, at=NOON, **fields):
    return actions.mark_held(review=make_review(account, **fields), attendees="", at=at, by=None)


def test_every_customer_is_in_exactly_one_state(workspace):
    make_account("Nothing yet")
    make_review(make_account("Draft"))
    actions.mark_prepared(review=make_review(make_account("Ready")), at=NOON, by=None)
    make_action(held(make_account("Promised")))
    held(make_account("Done"))
    make_account("Prospect", stage=Stage.DECISION)
    make_account("Gone", stage=Stage.CHURN)
    held(make_account("Gone since", stage=Stage.CHURN))
    assert names(2026, 2, "due") == ["Draft", "Nothing yet"]
    assert names(2026, 2, "prepared") == ["Ready"]
    assert names(2026, 2, "held") == ["Promised"]
    assert names(2026, 2, "followed_up") == ["Done", "Gone since"]
    assert names(2026, 2) == ["Done", "Draft", "Gone since", "Nothing yet", "Promised", "Ready"]
    assert queries.state_counts(2026, 2) == {"due": 2, "prepared": 1, "held": 1, "followed_up": 2}


@pytest.mark.parametrize(
    ("prepared_at", "held_at", "is_promised", "state"),
    [
        (None, None, False, "due"),
        (None, None, True, "due"),
        (NOON, None, True, "prepared"),
        (NOON, NOON, True, "held"),
        (NOON, NOON, False, "followed_up"),
        (None, NOON, False, "followed_up"),
    ],
)
def test_a_state_is_told_by_what_happened(prepared_at, held_at, is_promised, state):
    assert queries.state_of(prepared_at, held_at, is_promised=is_promised) == state


def test_another_quarter_and_another_owner_are_others(workspace):
    owner = make_member()
    held(make_account("Mine", owner=owner))
    make_account("Theirs")
    assert names(2026, 3, "due") == ["Mine", "Theirs"]
    assert names(2026, 2, owner_id=owner.pk) == ["Mine"]
    assert queries.state_counts(2026, 2, owner.pk) == {"due": 0, "prepared": 0, "held": 0, "followed_up": 1}


def test_open_promises_of_earlier_quarters_are_carried_until_done(workspace):
    account = make_account()
    first, second = make_review(account, quarter=1), make_review(account, quarter=2)
    before = make_action(first, "Kept in March")
    during = make_action(first, "Kept in May")
    still = make_action(first, "Still open")
    actions.complete_action(item=before, at=NOON.replace(month=3), by=None)
    actions.complete_action(item=during, at=NOON.replace(month=5), by=None)
    new = make_action(second, "New", due_on=TODAY)
    make_action(make_review(account, quarter=3), "Next quarter's")
    make_action(text="Somebody else's")
    assert list(queries.actions_of(account, 2026, 2)) == [new, still, during]
    assert set(queries.actions_of(account, 2026, 1)) == {before, during, still}
    assert list(queries.actions_of(account, 2027, 1).filter(text="Still open")) == [still]
    assert still in queries.open_actions_of(account)


def test_overdue_promises_by_whose_they_are(workspace):
    me, other = make_member(), make_member()
    mine = make_account("Mine", owner=me)
    review = make_review(mine)
    unowned = make_action(review, due_on=TODAY - 2 * DAY)
    others = make_action(review, due_on=TODAY - DAY, owner=other)
    given = make_action(make_review(make_account()), due_on=TODAY - 3 * DAY, owner=me)
    make_action(review, due_on=TODAY)
    make_action(review)
    assert list(queries.overdue_actions(TODAY)) == [given, unowned, others]
    assert list(queries.overdue_actions(TODAY, me.pk)) == [given, unowned]


def test_reviews_of_an_account_newest_first(workspace):
    account = make_account()
    old, new = make_review(account, 2025, 4), make_review(account, 2026, 1)
    make_review()
    assert list(queries.reviews_of(account)) == [new, old]
    assert list(queries.reviews().filter(account=account)) == [old, new]


def test_links_newest_first(workspace):
    review = make_review()
    first, _ = actions.share(review=review, at=NOON, by=None)
    second, _ = actions.share(review=review, at=NOON, by=None)
    assert list(queries.share_links(review)) == [second, first]
