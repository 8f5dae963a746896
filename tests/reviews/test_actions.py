from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from accounts.models import Fact
from reviews import actions, queries
from reviews.models import ActionItem, Review, ShareLink
from tests.builders import NOON, TODAY, make_account, make_action, make_member, make_review, make_user
from workspaces import tenancy
from workspaces.models import AuditEvent
from workspaces.secrets import digest

DAY = timedelta(days=1)
MINUTES = timedelta(minutes=1)


# -------------------------------------------------------------------------------------------------- reviews
def test_a_quarter_has_one_review(workspace):
    account, user = make_account(), make_user()
    first = actions.open_review(account=account, year=2026, quarter=2, at=NOON, by=user)
    assert actions.open_review(account=account, year=2026, quarter=2, at=NOON + DAY, by=None) == first
    assert (first.state, first.created_at, first.created_by, str(first)) == ("draft", NOON, user, "Q2 2026")
    assert first.span == (date(2026, 4, 1), date(2026, 7, 1))


@pytest.mark.parametrize("quarter", [0, 5])
def test_there_is_no_fifth_quarter(workspace, quarter):
    with pytest.raises(actions.QuarterUnknown):
        make_review(quarter=quarter)


def test_commentary_is_kept_by_section_and_trimmed(workspace):
    review = make_review()
    actions.save_commentary(review=review, section="summary", text=" All well.\n", at=NOON, by=None)
    actions.save_commentary(review=review, section="risks", text="None.", at=NOON, by=None)
    assert Review.objects.get().commentary == {"summary": "All well.", "risks": "None."}
    with pytest.raises(ValueError, match="gossip"):
        actions.save_commentary(review=review, section="gossip", text="x", at=NOON, by=None)


def test_commentaries_of_two_people_are_both_kept(workspace):
    review = make_review()
    old_copy = Review.objects.get(pk=review.pk)
    actions.save_commentary(review=review, section="summary", text="First", at=NOON, by=None)
    actions.save_commentary(review=old_copy, section="risks", text="Second", at=NOON, by=None)
    assert Review.objects.get().commentary == {"summary": "First", "risks": "Second"}


def test_prepared_once_is_prepared(workspace):
    review, user = make_review(), make_user()
    actions.mark_prepared(review=review, at=NOON, by=user)
    actions.mark_prepared(review=review, at=NOON + DAY, by=None)
    review.refresh_from_db()
    assert (review.state, review.prepared_at, review.prepared_by) == ("prepared", NOON, user)


def test_held_keeps_the_numbers_and_tells_the_timeline(workspace):
    review, user = make_review(), make_user()
    actions.mark_held(review=review, attendees=" Ana Ruiz, Mei Chen ", at=NOON, by=user)
    review.refresh_from_db()
    assert (review.state, review.held_at, review.held_by, review.attendees) == (
        "held",
        NOON,
        user,
        "Ana Ruiz, Mei Chen",
    )
    assert (review.prepared_at, review.prepared_by) == (NOON, user)
    assert review.snapshot["computed_at"] == NOON.isoformat()
    assert Fact.objects.get(kind="review.held").data == {"review_id": review.pk, "year": 2026, "quarter": 2}


def test_held_keeps_when_it_was_prepared(workspace):
    review, user = make_review(), make_user()
    actions.mark_prepared(review=review, at=NOON, by=user)
    actions.mark_held(review=review, attendees="", at=NOON + DAY, by=None)
    assert (review.prepared_at, review.prepared_by) == (NOON, user)


def test_a_held_report_does_not_change(workspace):
    review = make_review()
    old_copy = Review.objects.get(pk=review.pk)
    actions.mark_held(review=review, attendees="", at=NOON, by=None)
    with pytest.raises(actions.ReviewHeld):
        actions.save_commentary(review=old_copy, section="summary", text="x", at=NOON, by=None)
    with pytest.raises(actions.ReviewHeld):
        actions.mark_prepared(review=old_copy, at=NOON, by=None)
    with pytest.raises(actions.ReviewHeld):
        actions.mark_held(review=old_copy, attendees="", at=NOON, by=None)


def test_held_can_be_taken_back_for_ten_minutes(workspace):
    review = make_review()
    actions.mark_held(review=review, attendees="Ana", at=NOON, by=None)
    actions.take_back_held(review=review, at=NOON + 10 * MINUTES, by=None)
    review.refresh_from_db()
    assert (review.state, review.attendees, review.snapshot) == ("prepared", "", None)
    assert Fact.objects.filter(kind="review.taken_back").count() == 1


def test_held_is_final_after_ten_minutes_and_never_before_it_was(workspace):
    review = make_review()
    with pytest.raises(actions.TooLate):
        actions.take_back_held(review=review, at=NOON, by=None)
    actions.mark_held(review=review, attendees="Ana", at=NOON, by=None)
    with pytest.raises(actions.TooLate):
        actions.take_back_held(review=review, at=NOON + 11 * MINUTES, by=None)


def test_the_database_keeps_a_snapshot_of_everything_held(workspace):
    make_review()
    with pytest.raises(IntegrityError), tenancy.entered(workspace.pk):
        Review.objects.update(held_at=NOON, prepared_at=NOON)


# ------------------------------------------------------------------------------------------------- promises
def test_a_promise_has_an_owner_on_one_side(workspace):
    review, member = make_review(), make_member()
    ours = make_action(review, owner=member, due_on=TODAY)
    theirs = make_action(review, customer_owner="Ana Ruiz")
    nobodys = make_action(review)
    assert [item.owner_name for item in (ours, theirs, nobodys)] == ["Mei Chen", "Ana Ruiz", ""]
    assert (str(ours), ours.account) == ("Send the plan", review.account)
    with pytest.raises(actions.TwoOwners):
        make_action(review, owner=member, customer_owner="Ana Ruiz")


def test_a_promise_is_kept_once_and_told(workspace):
    item, user = make_action(), make_user()
    old_copy = ActionItem.objects.get(pk=item.pk)
    actions.complete_action(item=item, at=NOON, by=user)
    assert actions.complete_action(item=old_copy, at=NOON + DAY, by=None).done_at == NOON
    assert (item.done_at, item.done_by) == (NOON, user)
    assert Fact.objects.get(kind="action.done").data == {"action_id": item.pk, "text": "Send the plan"}


def test_a_promise_not_kept_after_all_is_open_again(workspace):
    item = make_action()
    actions.reopen_action(item=item, at=NOON, by=None)
    assert not Fact.objects.filter(kind="action.reopened").exists()
    actions.complete_action(item=item, at=NOON, by=None)
    actions.reopen_action(item=item, at=NOON, by=None)
    assert (item.done_at, item.done_by) == (None, None)
    assert Fact.objects.filter(kind="action.reopened").count() == 1


def test_a_promise_is_overdue_the_day_after(workspace):
    item = make_action(due_on=TODAY)
    assert [item.is_overdue_on(TODAY), item.is_overdue_on(TODAY + DAY)] == [False, True]


# -------------------------------------------------------------------------------------------------- sharing
def test_a_link_is_kept_as_a_digest_and_ends(workspace):
    review, user = make_review(make_account("Cedar")), make_user()
    link, token = actions.share(review=review, at=NOON, by=user)
    assert (link.token_hash, link.expires_at, link.with_internals) == (digest(token), NOON + 30 * DAY, False)
    assert str(link) == str(review.pk)
    assert tenancy.locate("reviews_share_of", digest(token)) == (workspace.pk, link.pk)
    assert queries.shared_review(link.pk, NOON) == (review, link)
    assert queries.shared_review(link.pk, NOON + 30 * DAY) is None
    event = AuditEvent.objects.get(kind="review.shared")
    assert (event.subject, event.user, event.detail) == ("Cedar Q2 2026", user, {"days": 30, "with_internals": False})


def test_a_withdrawn_link_is_useless_at_once(workspace):
    link, _token = actions.share(review=make_review(), at=NOON, by=None, days=7, with_internals=True)
    old_copy = ShareLink.objects.get(pk=link.pk)
    actions.revoke_share(link=link, at=NOON + DAY, by=None)
    assert actions.revoke_share(link=old_copy, at=NOON + 2 * DAY, by=None).revoked_at == NOON + DAY
    assert queries.shared_review(link.pk, NOON + DAY) is None
    assert AuditEvent.objects.filter(kind="review.unshared").count() == 1
