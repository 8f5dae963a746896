import pytest

from accounts.actions import facts, tickets
from accounts.actions.tickets import TicketNews
from complaints.actions import noticing, setting
from complaints.models import Complaint, ComplaintRule, FollowUp
from complaints.queries import setting as queries
from outbox.models import Effect
from surveys.actions.answers import answer
from tests.builders import (
    NOON,
    make_account,
    make_complaint_rule,
    make_contact,
    make_survey_invitation,
    make_touchpoint,
)
from tests.complaints.conftest import work
from workspaces.models import AuditEvent

pytestmark = pytest.mark.usefixtures("workspace")


@pytest.fixture(autouse=True)
def no_rules(workspace):
    ComplaintRule.objects.all().delete()


def given(value=5, comment=""):
    return answer(
        invitation=make_survey_invitation(make_contact(make_account())), value=value, comment=comment, at=NOON
    )


def arrives(account, subject="Printer", **fields):
    told = {"source": "zammad", "external_id": "1", "is_closed": False, "updated_at": NOON, "opened_at": NOON, **fields}
    return tickets.apply_ticket(account=account, contact=None, news=TicketNews(subject=subject, **told), at=NOON)


def test_an_answer_that_a_rule_takes_is_a_complaint_once():
    rule = make_complaint_rule(source="answer", words=["unaccept"], is_bad_only=False, priorities=[])
    given(5, "All fine")
    one = given(5, "This is UNACCEPTABLE")
    work()
    complaint = Complaint.objects.get()
    assert (complaint.rule, complaint.source_id, complaint.contact, complaint.opened_by) == (
        rule, one.pk, one.contact, None
    )  # fmt: skip
    answer(invitation=one.invitation, value=4, comment="Still unacceptable", at=NOON)
    work()
    assert Complaint.objects.get() == complaint


def test_a_ticket_by_its_tag_also_when_that_comes_later():
    make_complaint_rule(priorities=[], tags=["Complaint"])
    account = make_account()
    arrives(account, tags=["printer"])
    arrives(account)  # tells no tags
    work()
    assert Complaint.objects.count() == 0
    ticket = arrives(account, tags=["printer", "complaint", "complaint"])
    work()
    assert (ticket.tags, Complaint.objects.get().source_id) == (["printer", "complaint"], ticket.pk)
    told = facts.Fact.objects.filter(kind="ticket.changed").get()
    assert told.data["tags"] == ["printer", "complaint"]


def test_a_ticket_by_its_priority_also_when_that_comes_later():
    make_complaint_rule()
    account = make_account()
    arrives(account, priority="normal")
    work()
    assert Complaint.objects.count() == 0
    ticket = arrives(account, priority="urgent", agent_name="Lena")
    work()
    one = Complaint.objects.get()
    assert (one.source, one.source_id, one.text, one.agent_name) == ("ticket", ticket.pk, "Printer", "Lena")


def test_a_ticket_that_no_rule_can_take_costs_no_work():
    make_complaint_rule(words=["refund"], priorities=[])
    make_complaint_rule(source="touchpoint", felt_at_most=-2, priorities=[])
    arrives(make_account())
    make_touchpoint(make_account(), felt=-1)
    assert not Effect.objects.filter(kind=noticing.TAKE_UP).exists()


def test_a_touchpoint_that_felt_bad():
    make_complaint_rule(source="touchpoint", felt_at_most=-2, priorities=[])
    one = make_touchpoint(make_account(), felt=-2)
    work()
    assert Complaint.objects.get().source_id == one.pk


def test_a_rule_that_is_off_takes_nothing_and_what_is_gone_is_left():
    rule = make_complaint_rule(source="touchpoint", words=["rollout"], priorities=[])
    gone, _ = make_touchpoint(make_account()), make_touchpoint(make_account())
    gone.delete()
    setting.change_rule(rule=rule, changes={"is_on": False}, at=NOON, by=None)
    work()
    setting.change_rule(rule=rule, changes={"is_on": True}, at=NOON, by=None)
    account = make_account()
    for kind, key in (("ticket.opened", "ticket_id"), ("touchpoint.logged", "touchpoint_id")):
        facts.record_fact(account=account, kind=kind, at=NOON, summary="rollout", subject="", **{key: 0})
    facts.record_fact(account=account, kind="survey.answered", at=NOON, answer_id=0, is_bad=True)
    make_complaint_rule()
    facts.record_fact(account=account, kind="ticket.opened", at=NOON, subject="", ticket_id=0)
    work()
    assert not Effect.objects.filter(kind=noticing.TAKE_UP).exclude(state="done").exists()
    assert (Complaint.objects.count(), FollowUp.objects.count()) == (0, 0)


# ----------------------------------------------------------------------------------------- rules and settings
def test_a_workspace_begins_with_rules_and_every_change_is_on_the_trail():
    setting.give_first_rules(at=NOON)
    assert [rule.is_on for rule in queries.rules()] == [False, True, True, True]
    rule = make_complaint_rule()
    setting.change_rule(rule=rule, changes={"name": "Fires"}, at=NOON, by=None)
    setting.change_rule(rule=rule, changes={"name": "Fires"}, at=NOON, by=None)
    setting.remove_rule(rule=rule, at=NOON, by=None)
    trail = AuditEvent.objects.filter(kind__startswith="complaint_rule").order_by("pk").values_list("kind", "subject")
    assert [kind.partition(".")[2] for kind, _ in trail] == ["added", "changed", "removed"]


def test_settings_hold_from_now_on():
    assert queries.settings().pk is None
    ours = setting.update_settings(changes={"promise_hours": 4, "opens_at": 8}, at=NOON, by=None)
    assert (ours.promise_hours, queries.settings().opens_at) == (4, 8)
    assert setting.update_settings(changes={"promise_hours": 4}, at=NOON, by=None) == ours
    with pytest.raises(setting.NoHours):
        setting.update_settings(changes={"closes_at": 8}, at=NOON, by=None)
    assert AuditEvent.objects.get(kind="complaint_settings.changed").detail["to"] == {"promise_hours": 4, "opens_at": 8}


@pytest.mark.parametrize(
    ("fields", "has_one"),
    [
        ({"source": "answer"}, True),
        ({"source": "answer", "is_bad_only": False}, False),
        ({"source": "answer", "is_bad_only": False, "words": ["x"]}, True),
        ({"source": "ticket"}, False),
        ({"source": "ticket", "topics": ["problem"]}, True),
        ({"source": "ticket", "tags": ["complaint"]}, True),
        ({"source": "touchpoint"}, False),
        ({"source": "touchpoint", "felt_at_most": -1}, True),
    ],
)
def test_a_rule_needs_a_condition(fields, has_one):
    assert setting.has_condition(None, fields) is has_one
