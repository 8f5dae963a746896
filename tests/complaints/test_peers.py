from datetime import date, timedelta

import pytest

from accounts.stages import Stage
from complaints.actions import case
from complaints.actions import peer as actions
from complaints.models import Complaint, Peer
from complaints.queries import figure
from complaints.queries import peer as queries
from journeys.models import Task
from segments.models import SegmentMember
from surveys.actions.answers import answer
from surveys.models import Invitation
from tests.builders import (
    NOON,
    make_account,
    make_complaint,
    make_contact,
    make_contract,
    make_member,
    make_peer,
    make_segment,
    make_ticket,
)
from tests.complaints.conftest import work

pytestmark = pytest.mark.usefixtures("workspace")
DAY = timedelta(days=1)
ALL = list(queries.TRAITS)


def served(name, *, agent="Lena", days=0, service="Care", **fields):
    account = make_account(name, **fields)
    make_ticket(account, agent_name=agent, opened_at=NOON - days * DAY)
    make_contract(account, name=service)
    return account


@pytest.fixture
def complaint():
    account = served("Cedar")
    return make_complaint(account, agent_name="Lena", happened_at=NOON)


def names(complaint, *traits):
    return [one.name for one in queries.look_alikes(complaint, queries.likeness(complaint), traits)]


def test_others_are_like_them_by_what_they_share(complaint):
    served("Alder")
    served("Birch", agent="Tom")
    served("Cypress", days=30)
    served("Dogwood", service="Other")
    served("Elm", stage=Stage.CHURN)
    served("Fir", days=200)
    make_complaint(served("Ginkgo"), at=NOON - 20 * DAY)  # no silent other
    assert names(complaint) == ["Alder", "Birch", "Cypress", "Dogwood", "Fir"]
    assert names(complaint, "agent") == ["Alder", "Cypress", "Dogwood"]
    assert names(complaint, "week") == ["Alder", "Birch", "Dogwood"]
    assert names(complaint, "service") == ["Alder", "Birch", "Cypress", "Fir"]
    assert names(complaint, "agent", "week", "service") == ["Alder"]


def test_segments_are_traits_where_there_are_any(complaint):
    alder, segment = served("Alder"), make_segment()
    assert queries.likeness(complaint).known() == ["service", "agent", "week"]
    for account in (complaint.account, alder):
        SegmentMember.objects.create(segment=segment, account=account, since=NOON)
    served("Birch")
    assert queries.likeness(complaint).known() == ALL
    assert names(complaint, "segment") == ["Alder"]


def test_the_page_begins_with_the_same_agent_in_the_same_week():
    assert queries.first_traits(ALL) == ["agent", "week"]
    assert queries.first_traits(["service", "week"]) == ["service", "week"]


def ask(complaint, *accounts, **fields):
    ids = [one.pk for one in accounts]
    return actions.ask_by_tasks(complaint=complaint, account_ids=ids, traits=["agent"], at=NOON, by=None, **fields)


def test_their_owners_get_a_task_to_ask_them(complaint):
    owner = make_member()
    alder, birch = served("Alder", owner=owner), served("Birch")
    served("Cypress")
    asked = ask(complaint, alder, birch, make_account())
    assert [one.account for one in asked] == [alder, birch]
    task = Task.objects.get(account=alder)
    assert task.text == "Ask whether they have the same trouble: Nobody called back"
    assert (task.assignee, task.due_on) == (owner, date(2026, 6, 22))
    complaint.refresh_from_db()
    assert complaint.peer_pool == 3
    assert names(complaint, "agent") == ["Cypress"]
    with pytest.raises(actions.NobodyChosen):
        ask(complaint, alder)
    ask(complaint, *queries.look_alikes(complaint, queries.likeness(complaint), ["agent"]))
    complaint.refresh_from_db()
    assert complaint.peer_pool == 3


def test_what_they_say_ends_the_task_and_can_be_put_right(complaint):
    (one,) = ask(complaint, served("Alder"))
    actions.note_reply(peer=one, reply="me_too", at=NOON, by=None)
    assert Task.objects.get().done_at == NOON
    actions.note_reply(peer=one, reply="fine", at=NOON, by=None)
    assert queries.counts(complaint) == queries.Counts(asked=1, replied=1, me_too=0)
    silent = make_peer(complaint)
    actions.note_reply(peer=silent, reply="silent", at=NOON, by=None)
    assert queries.counts(complaint) == queries.Counts(asked=2, replied=1, me_too=0)


def test_a_survey_asks_them_through_the_gate_and_a_bad_answer_says_the_same_here(complaint):
    alder, birch = served("Alder"), served("Birch")
    people = [make_contact(account, role="champion") for account in (alder, alder, birch)]
    wave = actions.ask_by_wave(
        complaint=complaint, account_ids=[alder.pk, birch.pk], traits=["agent"], roles=["champion"], at=NOON, by=None
    )
    assert wave.name == "Others like Cedar"
    work()
    asked = {one.contact_id: one for one in Invitation.objects.filter(wave=wave)}
    assert set(asked) == {person.pk for person in people}
    for person, value in zip(people, (2, 10, 9), strict=True):
        answer(invitation=asked[person.pk], value=value, comment="", at=NOON)
    work()
    replies = dict(Peer.objects.values_list("account__name", "reply"))
    assert replies == {"Alder": "me_too", "Birch": "fine"}


def test_how_many_say_nothing():
    assert figure.silent().silent == 0
    first = make_complaint(make_account())
    make_complaint(first.account)
    for number in range(40):
        make_account(f"Other {number}")
    assert figure.silent().silent == 26
    Complaint.objects.filter(pk=first.pk).update(peer_pool=20)
    for reply in ("me_too", "fine", "fine", "fine", "silent"):
        make_peer(first, reply=reply, replied_at=NOON)
    found = figure.silent()
    assert (found.replied, found.me_too, found.found) == (4, 1, 5)
    assert found.per_complaint == pytest.approx((5 * 26 + 5) / 6)
    case.close_complaint(complaint=first, outcome="solved", note="", is_good_now="good", at=NOON, by=None)
    assert figure.silent().complaints == 1
