"""Several connections at once: still one answer, one question, one mail."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Fact, MetricDay
from outbox.engine import run_due
from surveys.actions import asking
from surveys.models import Answer, AnswerRevision, Invitation, Refusal
from surveys.tokens import token_of
from tests.builders import NOON, make_account, make_contact, make_survey_invitation, make_ticket, make_workspace
from workspaces import tenancy

pytestmark = [pytest.mark.live, pytest.mark.usefixtures("committed")]
DAY = timedelta(days=1)


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Run the calls in threads that start together; their results in order."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        try:
            barrier.wait()
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.fixture
def workspace_id(committed):
    return make_workspace().pk


def inside(workspace_id: int, call: Callable[[], object]) -> Callable[[], object]:
    def run() -> object:
        with tenancy.entered(workspace_id):
            return call()

    return run


def test_the_same_form_sent_many_times_at_once_is_one_answer(workspace_id, noon, run):
    with tenancy.entered(workspace_id):
        invitation = make_survey_invitation()
        url = f"/s/{token_of(invitation)}/"
    with_page = [lambda: Client().post(url, {"score": "2", "comment": "Hm"}).status_code] * 20
    assert [status for _ in range(5) for status in at_once(*with_page)] == [303] * 100
    run()
    with tenancy.entered(workspace_id):
        assert (Answer.objects.count(), AnswerRevision.objects.count()) == (1, 0)
        assert Fact.objects.filter(kind="survey.answered").count() == 1
        assert MetricDay.objects.get().n == 1


def test_different_answers_at_once_are_one_answer_with_history(workspace_id, noon, run):
    with tenancy.entered(workspace_id):
        url = f"/s/{token_of(make_survey_invitation())}/"
    at_once(*[lambda score=score: Client().post(url, {"score": str(score)}) for score in (1, 2, 3, 4)])
    run()
    with tenancy.entered(workspace_id):
        assert (Answer.objects.count(), AnswerRevision.objects.count()) == (1, 3)
        day, answer = MetricDay.objects.get(), Answer.objects.get()
        assert (day.n, day.last) == (1, (answer.value - 1) * 25)
        told = Fact.objects.filter(kind="survey.answered").order_by("pk").values_list("data__value", flat=True)
        kept = AnswerRevision.objects.order_by("version").values_list("value", flat=True)
        assert list(told) == [*kept, answer.value]


def test_people_of_one_account_answering_at_once_are_all_counted(workspace_id, noon):
    with tenancy.entered(workspace_id):
        account = make_account()
        urls = [f"/s/{token_of(make_survey_invitation(make_contact(account)))}/" for _ in range(5)]
    at_once(*[lambda url=url: Client().post(url, {"score": "5"}) for url in urls])
    at_once(*[lambda: run_due(queue="default", clock=lambda: NOON, until=NOON)] * 5)
    with tenancy.entered(workspace_id):
        assert (MetricDay.objects.get().n, MetricDay.objects.get().total) == (5, 500)


def test_two_tickets_of_one_person_judged_at_once_ask_once(workspace_id):
    with tenancy.entered(workspace_id):
        contact = make_contact(make_account())
        tickets = [make_ticket(contact.account, contact=contact, closed_at=NOON, episode=1) for _ in range(4)]
    calls = [
        inside(
            workspace_id,
            lambda ticket=ticket: asking.ask_after_closure(ticket=ticket, episode=1, closed_at=NOON, at=NOON),
        )
        for ticket in tickets
    ]
    at_once(*calls)
    with tenancy.entered(workspace_id):
        assert Invitation.objects.count() == 1
        assert list(Refusal.objects.values_list("reason", flat=True)) == ["quiet"] * 3


def test_one_closing_asked_about_twice_at_once_is_asked_about_once(workspace_id):
    """By two people, of whom the ticket names now one, then the other."""
    with tenancy.entered(workspace_id):
        account = make_account()
        people = [make_contact(account), make_contact(account)]
        ticket = make_ticket(account, contact=people[0], closed_at=NOON, episode=1)

    def ask(person):
        mine = type(ticket).objects.select_related("account").get(pk=ticket.pk)
        mine.contact = person
        return asking.ask_after_closure(ticket=mine, episode=1, closed_at=NOON, at=NOON)

    at_once(*[inside(workspace_id, lambda person=person: ask(person)) for person in people])
    with tenancy.entered(workspace_id):
        assert Invitation.objects.count() == 1
        assert list(Refusal.objects.values_list("reason", flat=True)) == ["asked"]


def test_sending_and_calling_off_at_once_never_does_both(workspace_id):
    from surveys.actions.sending import send_due

    with tenancy.entered(workspace_id):
        contact = make_contact(make_account())
        ticket = make_ticket(contact.account, contact=contact, closed_at=NOON, episode=1)
        invitation = make_survey_invitation(contact, ticket=ticket, episode=1, sent_at=None)
    at_once(
        inside(workspace_id, lambda: send_due(at=NOON)),
        inside(workspace_id, lambda: asking.call_off_ticket(ticket=ticket, episode=1, at=NOON)),
    )
    with tenancy.entered(workspace_id):
        invitation.refresh_from_db()
        assert (invitation.sent_at is None) != (invitation.cancelled_at is None)
