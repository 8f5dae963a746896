from datetime import timedelta

import pytest
from django.db import IntegrityError

from accounts.models import Account, Fact
from accounts.registry import words
from accounts.stages import Stage
from complaints import queries
from complaints.actions import case as actions
from complaints.actions import retention
from complaints.models import Complaint
from complaints.queries import case as case_queries
from complaints.queries import figure
from journeys import queries as journey_queries
from notices.models import Notice
from tests.builders import (
    NOON,
    make_account,
    make_answer,
    make_complaint,
    make_contact,
    make_member,
    make_step,
    make_ticket,
    make_touchpoint,
)
from tests.complaints.conftest import work

pytestmark = pytest.mark.usefixtures("workspace")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
END = {"outcome": "solved", "note": " Done. ", "is_good_now": "good", "by": None}


def kinds(account):
    return list(
        Fact.objects.filter(account=account, kind__startswith="complaint.")
        .order_by("pk")
        .values_list("kind", flat=True)
    )


def told(kind):
    fact = Fact.objects.filter(kind=kind).last()
    return words[kind](fact.data)


def test_a_case_has_an_owner_and_a_promised_time_in_working_hours():
    owner = make_member()
    account = make_account(owner=owner)
    one = make_complaint(account, " Nobody called \n", contact=make_contact(account, name="Ana Ruiz"))
    assert (one.owner, one.text, one.source) == (owner, "Nobody called", "hand")
    assert one.promised_at == NOON + 2 * DAY  # 16 working hours
    assert told("complaint.opened") == "Complaint of Ana Ruiz: “Nobody called”"
    assert kinds(account) == ["complaint.opened"]


def test_an_owner_who_has_left_does_not_see_to_it():
    owner, member = make_member(), make_member()
    account = make_account(owner=owner)
    owner.ended_at = NOON
    owner.save()
    assert make_complaint(account, by=member.user).owner == member
    mine = Complaint.objects.in_care_of(member.pk)
    assert mine.count() == 1


def test_what_is_a_complaint_already_stays_that_one():
    answer = make_answer(1)
    where = {"source": "answer", "source_id": answer.pk}
    first = make_complaint(answer.account, **where)
    with pytest.raises(actions.AlreadyComplaint) as raised:
        make_complaint(answer.account, "Again", **where)
    assert raised.value.complaint == first
    assert kinds(answer.account) == ["complaint.opened"]
    assert case_queries.ids_of_sources("answer", [answer.pk, 0]) == {answer.pk: first.pk}


def test_another_conflict_is_not_taken_for_a_complaint(monkeypatch):
    where = {"source": "answer", "source_id": 1}
    make_complaint(**where)
    monkeypatch.setattr(case_queries, "of_source", lambda source, source_id: None)
    with pytest.raises(IntegrityError):
        make_complaint(**where)


def test_what_does_not_fit_is_refused():
    account = make_account()
    with pytest.raises(actions.ContactElsewhere):
        make_complaint(account, contact=make_contact(make_account()))
    with pytest.raises(actions.PromisePast):
        make_complaint(account, promised_at=NOON)
    assert kinds(account) == []


def test_it_is_handed_over_and_promised_anew():
    one, member = make_complaint(), make_member()
    later = NOON + 9 * DAY
    changed = actions.change_complaint(
        complaint=one, changes={"owner": member, "promised_at": later, "text": one.text}, at=NOON, by=None
    )
    assert (changed.owner, changed.promised_at) == (member, later)
    assert told("complaint.changed") == "Complaint given to Mei Chen: “Nobody called back”"
    same = actions.change_complaint(complaint=one, changes={"owner": member}, at=NOON, by=None)
    assert same.owner == member
    assert kinds(one.account) == ["complaint.opened", "complaint.changed"]
    actions.change_complaint(complaint=one, changes={"promised_at": later + DAY}, at=NOON, by=None)
    assert told("complaint.changed").startswith("Complaint promised for 25 Jun 2026")
    actions.change_complaint(complaint=one, changes={"text": "Other"}, at=NOON, by=None)
    assert told("complaint.changed") == "Complaint changed: “Other”"


def test_it_is_closed_once_with_its_outcome_and_opened_again():
    one = make_complaint()
    with pytest.raises(actions.StillOpen):
        actions.reopen_complaint(complaint=one, at=NOON, by=None)
    closed = actions.close_complaint(complaint=one, at=NOON + HOUR, **END)
    assert (closed.outcome, closed.closing_note, closed.is_good_now) == ("solved", "Done.", "good")
    assert told("complaint.closed") == "Complaint closed: Solved. They say it is good now: “Done.”"
    for act in (
        lambda: actions.close_complaint(complaint=one, at=NOON, **END),
        lambda: actions.change_complaint(complaint=one, changes={"text": "x"}, at=NOON, by=None),
    ):
        with pytest.raises(actions.ComplaintClosed):
            act()
    again = actions.reopen_complaint(complaint=one, at=NOON + 2 * HOUR, by=None)
    assert (again.outcome, again.closed_at, again.promised_at) == ("", None, one.promised_at)
    actions.close_complaint(complaint=one, at=NOON + HOUR, **END)
    late = actions.reopen_complaint(complaint=one, at=NOON + 9 * DAY, by=None)
    assert late.promised_at == NOON + 11 * DAY  # the old time has passed: a new one
    assert told("complaint.reopened") == "Complaint open again: “Nobody called back”"


def test_its_owner_is_told_when_it_is_overdue_and_not_if_it_was_promised_anew():
    member = make_member()
    kept, moved, closed = (make_complaint(make_account(owner=member)) for _ in range(3))
    actions.change_complaint(complaint=moved, changes={"promised_at": NOON + 9 * DAY}, at=NOON, by=None)
    actions.close_complaint(complaint=closed, at=NOON, **END)
    work(NOON + 2 * DAY + HOUR)
    work(NOON + 2 * DAY + HOUR)
    overdue = Fact.objects.filter(kind="complaint.overdue")
    assert [fact.account for fact in overdue] == [kept.account]
    notices = Notice.objects.filter(member=member, occasion__kind="complaint_overdue")
    assert [one.occasion.link for one in notices] == [f"/complaints/{kept.pk}/"]
    assert told("complaint.overdue") == "Complaint is overdue: “Nobody called back”"


def test_its_owner_is_told_of_a_new_one_and_the_bell_falls_silent_when_it_is_closed():
    owner, other = make_member(), make_member()
    one = make_complaint(make_account(owner=owner))
    mine = make_complaint(make_account(owner=owner), by=owner.user)
    work()
    opened = Notice.objects.filter(occasion__kind="complaint_opened")
    assert [(notice.member, notice.occasion.account) for notice in opened] == [(owner, one.account)]
    actions.change_complaint(complaint=mine, changes={"owner": other}, at=NOON, by=owner.user)
    actions.change_complaint(complaint=mine, changes={"text": "x"}, at=NOON, by=owner.user)
    actions.close_complaint(complaint=one, at=NOON, **END)
    work()
    handed = Notice.objects.filter(occasion__kind="complaint_opened", member=other)
    assert handed.count() == 1
    assert Notice.objects.get(member=owner).read_at is not None


def stage_of(account):
    return Account.objects.get(pk=account.pk).stage


def test_a_complaint_disappoints_at_once_and_its_end_recovers():
    account = make_account(stage=Stage.USE)
    first, second = make_complaint(account), make_complaint(account, "More")
    work()
    assert stage_of(account) == Stage.DISAPPOINTMENT
    assert journey_queries.last_move(account).words == "Complaint: “Nobody called back”"
    actions.close_complaint(complaint=first, at=NOON, **END)
    work()
    assert stage_of(account) == Stage.DISAPPOINTMENT  # another one is open
    actions.close_complaint(complaint=second, at=NOON, **END)
    work()
    assert stage_of(account) == Stage.USE
    assert journey_queries.last_move(account).words == "The complaint is closed."
    actions.reopen_complaint(complaint=second, at=NOON, by=None)
    work()
    assert stage_of(account) == Stage.DISAPPOINTMENT
    actions.close_complaint(complaint=second, at=NOON, **{**END, "is_good_now": "not_good"})
    work()
    assert stage_of(account) == Stage.DISAPPOINTMENT


def test_what_is_over_before_it_is_heard_moves_nobody():
    account = make_account(stage=Stage.USE)
    actions.close_complaint(complaint=make_complaint(account), at=NOON, **END)
    work()
    assert stage_of(account) == Stage.USE


def test_what_it_begins_with():
    ticket = make_ticket(make_account(), agent_name="Lena")
    touchpoint = make_touchpoint(ticket.account)
    answer = make_answer(1, comment="Slow")
    assert case_queries.origin("ticket", ticket.pk).agent_name == "Lena"
    assert case_queries.origin("touchpoint", touchpoint.pk).text == "Talked about the rollout"
    assert case_queries.origin("answer", answer.pk).contact == answer.contact
    assert [case_queries.origin(source, 0) for source in ("answer", "ticket", "touchpoint", "x")] == [None] * 4


def test_a_period():
    account = make_account()
    actions.close_complaint(complaint=make_complaint(account), at=NOON + DAY, **END)
    make_complaint(account, at=NOON + DAY)
    make_complaint(account, at=NOON + 5 * DAY)
    assert queries.period(NOON, NOON + DAY) == figure.Period(opened=1, closed=0, open=1, overdue=0)
    assert queries.period(NOON + DAY, NOON + 4 * DAY) == figure.Period(opened=1, closed=1, open=1, overdue=1)


def test_closed_ones_are_forgotten_when_the_workspace_wants_it():
    kept, gone = make_complaint(), make_complaint()
    make_step(gone)
    actions.close_complaint(complaint=gone, at=NOON, **END)
    assert retention.forget_complaints(before=NOON + DAY, limit=9, at=NOON) == 1
    assert list(Complaint.objects.all()) == [kept]


def test_complainants_who_recommend_us_later():
    def closed(*values, contact=None):
        contact = contact or make_contact(make_account())
        one = make_complaint(contact.account, contact=contact)
        actions.close_complaint(complaint=one, at=NOON + DAY, **END)
        for days, value in enumerate(values, 2):
            make_answer(value, contact, metric="nps", answered_at=NOON + days * DAY)
        return contact

    closed(3, 9)  # the last one counts
    closed(10, 6)
    closed()
    make_answer(10, closed(), metric="nps", answered_at=NOON)  # before
    closed(contact=closed(9))  # a second complaint, with the same answer after both
    make_complaint()  # open, and of nobody
    assert figure.conversion() == figure.Conversion(complained=5, answered=3, promoters=2)
    assert figure.came_round(is_promoter=True).count() == 2
    assert figure.came_round(is_promoter=False).count() == 3
