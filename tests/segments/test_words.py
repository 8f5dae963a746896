from accounts import queries as account_queries
from accounts.actions import facts as fact_actions
from outbox import words as work_words
from outbox.registry import handlers, schedule
from tests.builders import NOON, make_account
from workspaces import words as audit_words


def test_the_timeline_tells_who_entered_and_left(workspace):
    account = make_account()
    for kind in ("segment.entered", "segment.left"):
        fact_actions.record_fact(account=account, kind=kind, at=NOON, segment_id=1, name="Unwell")
    told = [moment.told for moment in account_queries.timeline(account)[0]]
    assert told[:2] == ["Left the segment “Unwell”", "Entered the segment “Unwell”"]


def test_all_work_and_every_change_has_words():
    ours = [kind for kind in handlers if kind.startswith("segments.")]
    assert len(ours) == 6
    assert [kind for kind in ours if kind not in work_words.KINDS] == []
    assert "segments.refresh_all" in {job.kind for job in schedule}
    changes = ("segment.created", "segment.changed", "segment.archived", "segment.restored", "segment.deleted")
    criteria = ("criterion.added", "criterion.changed", "criterion.retired", "criterion.restored")
    assert [kind for kind in (*changes, *criteria) if kind not in audit_words.KINDS] == []
