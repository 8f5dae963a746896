"""Changing many accounts: what is done, what is skipped, and what is undone."""

from datetime import timedelta

import pytest

from accounts.actions import accounts as account_actions
from accounts.actions import tags
from accounts.models import Account, Fact
from accounts.queries.tag import tags_of
from bulk.actions import changes
from bulk.models import BulkChange, BulkRow
from journeys import actions as journey_actions
from journeys.models import StageMove
from outbox import engine
from outbox.models import Effect
from tests.builders import NOON, make_account, make_bulk_change, make_member, make_user
from workspaces.models import AuditEvent

SOON = NOON + timedelta(minutes=1)
LATER = NOON + timedelta(minutes=5)


def outcomes(change: BulkChange) -> dict[str, str]:
    return dict(BulkRow.objects.filter(change=change).values_list("account__name", "outcome"))


def facts(kind: str) -> list[tuple]:
    return list(
        Fact.objects.filter(kind=kind).order_by("account__name").values_list("account__name", "data", "by__name")
    )


def undone(change: BulkChange, at=LATER) -> BulkChange:
    changes.undo(change=change, at=at, by=None)
    change.refresh_from_db()
    return change


def work(at=NOON) -> int:
    """Run our effects that are due, and say how many; nothing else is of interest here."""
    ours = Effect.objects.filter(kind__startswith="bulk.")
    Effect.objects.exclude(kind__startswith="bulk.").delete()
    before = ours.filter(state=Effect.State.DONE).count()
    engine.run_due(queue="compute", clock=lambda: at, until=at + timedelta(hours=1))
    return ours.filter(state=Effect.State.DONE).count() - before


@pytest.fixture
def three(workspace):
    """Of three accounts Mei has the first, Ole the second, nobody the third."""
    mei, ole = make_member(), make_member(user=make_user(name="Ole Berg"))
    for name, owner in (("A", mei), ("B", ole), ("C", None)):
        make_account(name, owner=owner)
    return mei, ole


def owners() -> dict[str, str]:
    return {account.name: str(account.owner or "") for account in Account.objects.all()}


def owner_change(member, **options) -> BulkChange:
    return make_bulk_change("owner", {"owner": member.pk, "name": str(member)}, **options)


def test_an_owner_for_many(three):
    mei, ole = three
    change = owner_change(mei, by=ole.user)
    assert owners() == {"A": "Mei Chen", "B": "Mei Chen", "C": "Mei Chen"}
    assert outcomes(change) == {"A": "same", "B": "changed", "C": "changed"}
    assert (change.total, change.changed, change.same, change.done_at) == (3, 2, 1, NOON)
    assert facts("account.changed") == [(name, {"fields": ["owner"]}, "Ole Berg") for name in "BC"]
    (event,) = AuditEvent.objects.filter(kind="accounts.changed_together")
    assert (event.subject, event.detail, event.user) == ("Mei Chen", {"change": change.pk, "accounts": 3}, ole.user)


def test_undo_gives_each_account_its_owner_back(three):
    change = undone(owner_change(three[0]))
    assert owners() == {"A": "Mei Chen", "B": "Ole Berg", "C": ""}
    assert outcomes(change) == {"A": "same", "B": "restored", "C": "restored"}
    assert (change.restored, change.kept, change.undone_at) == (2, 0, LATER)
    assert len(facts("account.changed")) == 4
    assert AuditEvent.objects.filter(kind="accounts.changed_back").count() == 1


def test_nobody_can_be_the_owner_and_be_undone(three):
    change = make_bulk_change("owner", {"owner": None, "name": ""})
    assert set(owners().values()) == {""}
    undone(change)
    assert owners() == {"A": "Mei Chen", "B": "Ole Berg", "C": ""}


def test_undo_leaves_what_somebody_changed_since(three):
    mei, ole = three
    change = owner_change(mei)
    b, c = Account.objects.get(name="B"), Account.objects.get(name="C")
    account_actions.update_account(account=b, changes={"owner": ole}, at=SOON, by=None)
    account_actions.update_account(account=c, changes={"owner": ole}, at=SOON, by=None)
    account_actions.update_account(account=c, changes={"owner": mei}, at=SOON, by=None)
    undone(change)
    assert owners() == {"A": "Mei Chen", "B": "Ole Berg", "C": "Mei Chen"}
    assert outcomes(change) == {"A": "same", "B": "kept", "C": "kept"}
    assert (change.restored, change.kept) == (0, 2)


def test_another_field_changed_since_does_not_keep_the_owner(three):
    change = owner_change(three[0])
    c = Account.objects.get(name="C")
    account_actions.update_account(account=c, changes={"industry": "Retail"}, at=SOON, by=None)
    undone(change)
    assert outcomes(change)["C"] == "restored"


def tagged() -> dict[str, list[str]]:
    found = tags_of(list(Account.objects.values_list("pk", flat=True)))
    return {account.name: found.get(account.pk, []) for account in Account.objects.all()}


def ids(*names: str) -> list[int]:
    return list(Account.objects.filter(name__in=names).values_list("pk", flat=True))


def test_a_tag_for_many_and_back(three):
    tags.tag(account_ids=ids("A"), name="Pilot", at=NOON, by=None)
    change = make_bulk_change("tag", {"tag": "pilot"})
    assert tagged() == {name: ["Pilot"] for name in "ABC"}
    assert change.params == {"tag": "Pilot"}
    assert outcomes(change) == {"A": "same", "B": "changed", "C": "changed"}
    tags.untag(account_ids=ids("B"), name="pilot", at=SOON, by=None)
    tags.tag(account_ids=ids("B"), name="pilot", at=SOON, by=None)
    undone(change)
    assert tagged() == {"A": ["Pilot"], "B": ["Pilot"], "C": []}
    assert outcomes(change) == {"A": "same", "B": "kept", "C": "restored"}


def test_a_new_tag_for_many(three):
    change = make_bulk_change("tag", {"tag": "Pilot"})
    assert tagged() == {name: ["Pilot"] for name in "ABC"}
    tags.untag(account_ids=ids("A"), name="pilot", at=SOON, by=None)
    undone(change)
    assert set(map(tuple, tagged().values())) == {()}
    assert outcomes(change) == {"A": "kept", "B": "restored", "C": "restored"}


def test_a_tag_taken_off_many_and_back(three):
    tags.tag(account_ids=ids("A", "B"), name="Pilot", at=NOON, by=None)
    change = make_bulk_change("untag", {"tag": "pilot"})
    assert outcomes(change) == {"A": "changed", "B": "changed", "C": "same"}
    assert set(map(tuple, tagged().values())) == {()}
    tags.tag(account_ids=ids("B"), name="pilot", at=SOON, by=None)
    undone(change)
    assert tagged() == {"A": ["Pilot"], "B": ["Pilot"], "C": []}
    assert outcomes(change) == {"A": "restored", "B": "kept", "C": "same"}


def test_a_tag_nobody_knows_taken_off(three):
    assert make_bulk_change("untag", {"tag": "unheard of"}).same == 3


def stages() -> dict[str, tuple]:
    return {account.name: (account.stage, account.stage_since) for account in Account.objects.all()}


def test_a_stage_for_many_and_back(workspace):
    before = NOON - timedelta(days=9)
    for name, stage in (("A", "use"), ("B", "delivery"), ("C", "loyalty"), ("D", "churn")):
        make_account(name, stage=stage, at=before)
    change = make_bulk_change("stage", {"stage": "loyalty", "reason": "Campaign"})
    assert stages() == {
        "A": ("loyalty", NOON),
        "B": ("loyalty", NOON),
        "C": ("loyalty", before),
        "D": ("loyalty", NOON),
    }
    assert [(name, data["reason"]) for name, data, _by in facts("stage.entered")] == [(n, "Campaign") for n in "ABD"]
    moved_on = Account.objects.get(name="B")
    journey_actions.move_stage(account=moved_on, to_stage="advocacy", reason="Spoke for us", at=SOON, by=None)
    journey_actions.move_stage(account=moved_on, to_stage="loyalty", reason="Not quite", at=SOON, by=None)
    undone(change)
    assert stages() == {"A": ("use", before), "B": ("loyalty", SOON), "C": ("loyalty", before), "D": ("churn", before)}
    assert outcomes(change) == {"A": "restored", "B": "kept", "C": "same", "D": "restored"}
    assert set(StageMove.objects.values_list("account__name", flat=True)) == {"B"}
    assert [name for name, _, _ in facts("stage.taken_back")] == ["A", "D"]


def test_other_accounts_than_previewed_change_nothing(three):
    with pytest.raises(changes.NotAsPreviewed) as refused:
        owner_change(three[0], expected=2)
    assert refused.value.args == (3,)
    with pytest.raises(changes.NothingChosen):
        owner_change(three[0], accounts=Account.objects.none())
    assert not BulkChange.objects.exists()


def test_too_many_change_nothing(three, monkeypatch):
    monkeypatch.setattr(changes, "MOST", 2)
    with pytest.raises(changes.TooMany):
        owner_change(three[0])
    assert not BulkChange.objects.exists()


def test_undo_is_for_ten_minutes_and_once(three):
    change = owner_change(three[0])
    with pytest.raises(changes.TooLate):
        changes.undo(change=change, at=NOON + timedelta(minutes=10, seconds=1), by=None)
    undone(change, at=NOON + timedelta(minutes=10))
    with pytest.raises(changes.TooLate):
        changes.undo(change=change, at=NOON + timedelta(minutes=10), by=None)


# ------------------------------------------------------------------ in the background


@pytest.fixture
def five(workspace, small_chunks):
    for name in "ABCDE":
        make_account(name)
    return make_member()


def test_many_are_changed_and_undone_chunk_by_chunk(five):
    change = owner_change(five)
    assert (change.handled, change.is_running) == (0, True)
    assert work() == 3
    change.refresh_from_db()
    assert (change.changed, change.is_running, change.done_at) == (5, False, NOON)
    changes.undo(change=change, at=LATER, by=None)
    change.refresh_from_db()
    assert (change.put_back, change.is_running) == (0, True)
    assert work(LATER) == 3
    change.refresh_from_db()
    assert (change.restored, change.is_running, change.undone_at) == (5, False, LATER)
    assert set(owners().values()) == {""}


def test_a_running_change_can_be_stopped_and_undone(five):
    change = owner_change(five)
    changes.run_chunk(change_id=change.pk, number=0, at=NOON)
    change = undone(change)
    assert (change.changed, change.restored, change.unreached, change.done_at) == (2, 2, 3, None)
    assert work(LATER) == 2  # what was on the list finds nothing to do
    assert set(owners().values()) == {""}
    assert set(outcomes(change).values()) == {"restored", ""}


def test_a_chunk_that_comes_again_changes_nothing(five):
    change = owner_change(five)
    work()
    before = len(facts("account.changed"))
    changes.run_chunk(change_id=change.pk, number=9, at=LATER)
    change.refresh_from_db()
    assert (change.handled, change.done_at, len(facts("account.changed"))) == (5, NOON, before)
