from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from accounts import registry
from accounts.actions.facts import NewFact, record_fact, record_facts
from outbox.models import Effect
from outbox.registry import handlers
from tests.builders import NOON, make_account, make_user

KINDS = ("test.happened", "test.ended")
REACTION = "test.listen"
WATCHER = "test.watch"


@pytest.fixture
def heard() -> Iterator[list[tuple[str, datetime]]]:
    """One reaction to both KINDS, and what it was told."""
    told: list[tuple[str, datetime]] = []
    for kind in KINDS:
        registry.react(kind, REACTION, lambda fact, at: told.append((fact.kind, at)))
    yield told
    handlers.pop(REACTION)
    for kind in KINDS:
        registry.reactions.pop(kind)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[int]]]:
    """The ids a watcher of the first of KINDS is told at once, two accounts to an effect."""
    told: list[list[int]] = []
    monkeypatch.setattr("accounts.actions.watching.CHUNK", 2)
    registry.watch(WATCHER, lambda account_ids, at: told.append(account_ids), facts=KINDS[:1])
    yield told
    registry.watchers.pop(WATCHER)
    handlers.pop(WATCHER)


def test_record_fact_knows_when_it_happened_and_when_it_was_heard(workspace):
    account, user = make_account(), make_user()
    before = NOON - timedelta(days=3)
    fact = record_fact(account=account, kind="test.unheard", at=NOON, by=user, happened_at=before, number="7")
    fact.refresh_from_db()
    assert (fact.at, fact.recorded_at, fact.by, fact.data) == (before, NOON, user, {"number": "7"})
    assert record_fact(account=account, kind="test.unheard", at=NOON).at == NOON
    assert str(fact) == "test.unheard"


def test_each_fact_sets_off_each_reaction_once(workspace, heard):
    account = make_account()
    record_facts(facts=[NewFact(account.pk, kind, NOON) for kind in KINDS], at=NOON)
    for effect in Effect.objects.filter(kind=REACTION).order_by("pk"):
        handlers[REACTION].run(effect, NOON)
    assert heard == [("test.happened", NOON), ("test.ended", NOON)]


def test_a_watcher_gets_accounts_not_facts(workspace, watched):
    first, second, third, other = (make_account() for _ in range(4))
    facts = [NewFact(account.pk, KINDS[0], NOON) for account in (third, first, second, first, third)]
    record_facts(facts=[*facts, NewFact(other.pk, KINDS[1], NOON)], at=NOON)
    for effect in Effect.objects.filter(kind=WATCHER).order_by("pk"):
        handlers[WATCHER].run(effect, NOON)
    assert watched == [[first.pk, second.pk], [third.pk]]


def test_history_sets_nothing_off(workspace, heard, watched):
    account = make_account()
    long_ago = NOON - timedelta(days=100)
    [fact] = record_facts(facts=[NewFact(account.pk, KINDS[0], long_ago)], at=NOON, is_history=True)
    assert (fact.at, fact.recorded_at) == (long_ago, long_ago)
    assert not Effect.objects.filter(kind__in=[REACTION, WATCHER]).exists()
