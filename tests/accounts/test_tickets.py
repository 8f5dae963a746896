from dataclasses import replace
from datetime import timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actions.tickets import TicketNews, apply_ticket
from accounts.models import Account, Fact, Ticket
from tests.builders import NOON, make_account, make_contact

OPENED = TicketNews(
    source="zammad",
    external_id="4711",
    is_closed=False,
    updated_at=NOON,
    opened_at=NOON - timedelta(days=1),
    number="82711",
    subject="Printer on fire",
    agent_name="Pia",
)


_number = count(1)


def apply(account: Account, news: TicketNews, contact: object = None) -> Ticket:
    return apply_ticket(account=account, contact=contact, news=news, at=NOON + timedelta(days=9))


def later(hours: int, *, is_closed: bool, **fields: object) -> TicketNews:
    return replace(OPENED, updated_at=NOON + timedelta(hours=hours), is_closed=is_closed, **fields)


def told(ticket: Ticket) -> list[tuple[str, int]]:
    rows = Fact.objects.filter(account=ticket.account, kind__startswith="ticket.").order_by("pk")
    return [(fact.kind, fact.data["episode"]) for fact in rows]


def test_a_ticket_is_opened_closed_reopened_and_closed_again(workspace):
    account = make_account()
    apply(account, OPENED)
    apply(account, later(1, is_closed=True, closed_at=NOON + timedelta(minutes=30)))
    apply(account, later(2, is_closed=False))
    ticket = apply(account, later(3, is_closed=True))
    assert told(ticket) == [("ticket.opened", 0), ("ticket.closed", 1), ("ticket.reopened", 1), ("ticket.closed", 2)]
    ticket.refresh_from_db()
    assert (ticket.episode, ticket.is_open) == (2, False)
    assert (ticket.closed_at, ticket.reopened_at) == (NOON + timedelta(hours=3), NOON + timedelta(hours=2))
    facts = Fact.objects.filter(account=account, kind__startswith="ticket.").order_by("pk")
    assert [fact.at for fact in facts] == [
        OPENED.opened_at,
        NOON + timedelta(minutes=30),
        NOON + timedelta(hours=2),
        NOON + timedelta(hours=3),
    ]


def test_first_heard_of_when_it_was_closed(workspace):
    ticket = apply(make_account(), later(1, is_closed=True))
    assert told(ticket) == [("ticket.opened", 0), ("ticket.closed", 1)]


def test_old_news_changes_nothing(workspace):
    account = make_account()
    apply(account, later(2, is_closed=True))
    ticket = apply(account, later(1, is_closed=False, subject="Older"))
    assert (ticket.subject, ticket.is_open, len(told(ticket))) == ("Printer on fire", False, 2)


def test_another_priority_or_topic_is_told_once(workspace):
    account = make_account()
    apply(account, replace(OPENED, priority="low"))
    apply(account, later(1, is_closed=False, priority="urgent"))
    apply(account, later(2, is_closed=False, topic="problem"))
    ticket = apply(account, later(3, is_closed=False, priority="urgent"))
    assert (ticket.priority, ticket.topic) == ("urgent", "problem")
    assert told(ticket) == [("ticket.opened", 0), ("ticket.changed", 0), ("ticket.changed", 0)]


def test_what_is_not_said_again_stays_known(workspace):
    account = make_account()
    contact = make_contact(account)
    apply(account, OPENED, contact)
    ticket = apply(account, later(1, is_closed=False, number="", subject="", agent_name="Ole"))
    ticket.refresh_from_db()
    assert (ticket.number, ticket.subject, ticket.agent_name, ticket.contact) == (
        "82711",
        "Printer on fire",
        "Ole",
        contact,
    )
    assert list(Ticket.objects.open()) == [ticket]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=8), st.data())
def test_the_last_news_wins_whatever_the_order_and_repeats(workspace, said, data):
    """Each instant says one thing; repeats and late arrivals never count a closing twice."""
    account, number = make_account(), str(next(_number))
    truth = dict(said)
    news = [later(hours, is_closed=truth[hours], external_id=number) for hours, _ in said]
    for each in [*news, *data.draw(st.permutations(news))]:
        ticket = apply(account, each)
    assert ticket.is_open is not truth[max(truth)]
    closings = sum(kind == "ticket.closed" for kind, _ in told(ticket))
    assert ticket.episode == closings
