from datetime import timedelta

import pytest

from accounts.models import Fact
from accounts.registry import words
from complaints import portraits
from complaints.actions import case
from complaints.actions import follow_up as actions
from complaints.models import Complaint, FollowUp
from complaints.queries import follow_up as queries
from journeys.actions import tasks
from surveys.actions.answers import answer
from tests.builders import (
    NOON,
    make_account,
    make_answer,
    make_complaint,
    make_contact,
    make_follow_up,
    make_member,
    make_survey_invitation,
)
from tests.complaints.conftest import work

pytestmark = pytest.mark.usefixtures("workspace")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def settle(one, outcome="settled", said="All is well", at=NOON, **fields):
    return actions.settle_follow_up(follow_up=one, outcome=outcome, said=said, at=at, **{"by": None, **fields})


def given(value, account=None, comment="", at=NOON):
    contact = make_contact(account or make_account())
    invitation = make_survey_invitation(contact, sent_at=at, send_at=at)
    return answer(invitation=invitation, value=value, comment=comment, at=at)


def test_every_bad_answer_makes_a_task_for_the_owner_due_in_working_hours():
    owner = make_member()
    account = make_account(owner=owner)
    bad = given(1, account)
    given(4, account)
    work()
    one = FollowUp.objects.get()
    assert (one.answer, one.opened_at, one.due_at) == (bad, NOON, NOON + 2 * DAY)
    assert (one.task.assignee, one.task.due_on) == (owner, (NOON + 2 * DAY).date())
    assert one.task.text == f"Speak with {bad.contact} about their answer: 1 of 5"
    answer(invitation=bad.invitation, value=2, comment="Still slow", at=NOON + HOUR)
    work(NOON + HOUR)
    assert FollowUp.objects.count() == 1


def test_an_answer_that_was_made_good_before_it_was_heard_is_left():
    bad = given(1)
    answer(invitation=bad.invitation, value=5, comment="", at=NOON)
    work()
    assert FollowUp.objects.count() == 0


def test_whoever_spoke_with_them_says_how_it_went_and_the_task_is_done():
    user, one = make_member().user, make_follow_up()
    held = settle(one, at=NOON + HOUR, by=user, spoke_with=one.answer.contact)
    held.task.refresh_from_db()
    assert (held.outcome, held.said, held.told_by, held.told_at) == ("settled", "All is well", user, NOON + HOUR)
    assert (held.task.done_at, held.task.done_by, held.is_open) == (NOON + HOUR, user, False)
    fact = Fact.objects.get(kind="follow_up.told")
    name = one.answer.contact.name
    assert words["follow_up.told"](fact.data) == (
        f"Spoke with {name} about their answer (Settled in the conversation): “All is well”"
    )
    with pytest.raises(actions.AlreadyTold):
        settle(one)


def test_who_could_not_be_reached_may_be_reached_later():
    one = make_follow_up()
    settle(one, "not_reached")
    assert settle(one, "promised").outcome == "promised"


def test_a_task_that_was_done_elsewhere_is_a_follow_up_that_is_done():
    one = make_follow_up()
    tasks.finish_task(task=one.task, at=NOON, by=None)
    assert FollowUp.objects.done().get() == one
    assert settle(one).outcome == "settled"


def test_somebody_of_another_account_was_not_spoken_with():
    with pytest.raises(case.ContactElsewhere):
        settle(make_follow_up(), spoke_with=make_contact(make_account()))


def test_what_became_a_complaint_opens_one_once():
    one = make_follow_up(make_answer(1, comment="Nobody called"))
    settle(one, "complaint")
    complaint = Complaint.objects.get()
    assert (complaint.source, complaint.source_id, complaint.text) == ("answer", one.answer_id, "Nobody called")
    other = make_follow_up(make_answer(1))
    make_complaint(other.account, source="answer", source_id=other.answer_id)
    settle(other, "complaint")
    assert Complaint.objects.count() == 2


def test_how_well_it_is_kept():
    assert queries.kept(FollowUp.objects.all(), NOON).rate is None
    for hours in (1, 3, 100):
        settle(make_follow_up(), at=NOON + hours * HOUR)
    settle(make_follow_up(), "not_reached", at=NOON + 2 * HOUR)
    tasks.drop_task(task=make_follow_up().task, reason="Left", at=NOON, by=None)
    make_follow_up()  # not due yet, then late
    before = queries.kept(FollowUp.objects.all(), NOON + HOUR)
    assert (before.opened, before.done, before.in_time, before.dropped, before.late) == (6, 4, 3, 1, 0)
    assert (before.due, before.rate, before.hours) == (5, 0.6, 3)
    after = queries.kept(FollowUp.objects.all(), NOON + 3 * DAY)
    assert (after.late, after.due) == (1, 6)
    settle(make_follow_up(), at=NOON + 5 * HOUR)
    assert queries.kept(FollowUp.objects.all(), NOON).hours == 4  # between 3 and 5
    assert [round(end, 2) for end in before.interval] == [0.23, 0.88]


def test_whose_they_are():
    owner, other = make_member(), make_member()
    one = make_follow_up(make_answer(1, make_contact(make_account(owner=owner))))
    assert FollowUp.objects.in_care_of(owner.pk).get() == one
    tasks.change_task(task=one.task, changes={"assignee": other}, at=NOON, by=None)
    assert FollowUp.objects.in_care_of(owner.pk).count() == 0
    assert queries.follow_ups_of(one.account).get() == one
    assert queries.of_answers([one.answer_id]) == {one.answer_id: one}


def test_an_answer_tells_who_spoke_with_them_or_who_is_to():
    user = make_member().user
    member = make_member()
    account = make_account(owner=member)

    def told(one):
        one = queries.follow_ups().get(pk=one.pk)
        (note, *_) = portraits.notes([one.answer_id])[one.answer_id]
        assert note.url == f"/complaints/follow-ups/{one.pk}/"
        return note.words

    one = make_follow_up(make_answer(1, make_contact(account)))
    assert told(one) == "Mei Chen is to speak with them"
    tasks.finish_task(task=one.task, at=NOON, by=user)
    assert told(one) == "Mei Chen followed it up"
    settle(one, by=None)
    assert told(one) == "Mei Chen spoke with them: Settled in the conversation"
    missed = make_follow_up(make_answer(1, make_contact(account)))
    settle(missed, outcome="not_reached", by=None)
    assert told(missed) == "Somebody who has left tried: Nobody could be reached"
    dropped = make_follow_up()
    assert told(dropped) == "Nobody yet is to speak with them"
    tasks.drop_task(task=dropped.task, reason="Left", at=NOON, by=None)
    assert told(dropped) == "The follow-up was dropped"
    complaint = make_complaint(one.account, source="answer", source_id=one.answer_id)
    assert [note.url for note in portraits.notes([one.answer_id])[one.answer_id]][1:] == [
        f"/complaints/{complaint.pk}/"
    ]
    assert portraits.notes([]) == {}
