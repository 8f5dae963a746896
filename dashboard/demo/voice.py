"""Half a year of support cases, and what people answered when asked about them."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.actions.facts import NewFact
from accounts.models import Account, Contact, Ticket
from accounts.stages import Stage
from dashboard.demo import words
from dashboard.demo.base import moment
from dashboard.demo.plan import HISTORY_DAYS, Customer
from surveys.models import Answer, Invitation, Kind, Survey, Wave

AGENTS = [("Pia Sommer", "pia"), ("Tom Reiter", "tom"), ("Lena Falk", "lena"), ("Arun Nair", "arun")]
# Nobody was asked anything in the last days, so that a case closed today may ask anybody.
REST_DAYS = 9
WAVES = [(152, "Spring survey"), (61, "Summer survey"), (11, "Autumn survey")]
UNHAPPY = {Stage.DISAPPOINTMENT, Stage.CHURN}


@dataclass
class Asked:
    """An invitation to be, with the answer it got, if any."""

    invitation: Invitation
    answer: Answer | None


def open_tickets(
    plan: Sequence[Customer], accounts: Sequence[Account], now: datetime, rng: random.Random
) -> list[Ticket]:
    """Each customer's support cases; the unhappy have more, and some are still open."""
    people = _people(accounts)
    return Ticket.objects.bulk_create(
        ticket
        for customer, account in zip(plan, accounts, strict=True)
        for ticket in _tickets(customer, account, people[account.pk], now, rng)
    )


def _people(accounts: Sequence[Account]) -> dict[int, list[Contact]]:
    people: dict[int, list[Contact]] = {account.pk: [] for account in accounts}
    for contact in Contact.objects.order_by("pk"):
        people[contact.account_id].append(contact)
    return people


def _tickets(
    customer: Customer, account: Account, people: list[Contact], now: datetime, rng: random.Random
) -> Iterator[Ticket]:
    if customer.starts_on is None:
        return
    days = min(HISTORY_DAYS, (now.date() - customer.starts_on).days)
    for number in range(round(days / HISTORY_DAYS * (1 + customer.seats**0.5 * (1.25 - customer.mood)))):
        opened_at = moment(now.date() - timedelta(days=rng.randint(1, max(1, days))), rng)
        closed_at = opened_at + timedelta(hours=rng.expovariate(1 / (30 + 220 * (1 - customer.mood))) + 0.5)
        is_closed = closed_at < now - timedelta(hours=2)
        agent, address = rng.choice(AGENTS)
        dice = random.Random(customer.number * 100 + number)  # noqa: S311  its own: the rest stays as it was
        yield Ticket(
            account=account,
            contact=rng.choice(people),
            source="zammad",
            external_id=str(40_000 + customer.number * 100 + number),
            number=str(82_000 + customer.number * 100 + number),
            subject=rng.choice(words.SUBJECT),
            agent_name=agent,
            agent_email=f"{address}@northwind.example",
            priority=dice.choices(Ticket.Priority.values, [3, 8, 3, 3 * (1 - customer.mood)])[0],
            topic=dice.choices(Ticket.Topic.values, [3, 4, 3])[0],
            opened_at=opened_at,
            closed_at=closed_at if is_closed else None,
            episode=int(is_closed),
            source_updated_at=closed_at if is_closed else opened_at,
        )


def ticket_facts(tickets: Sequence[Ticket]) -> Iterator[NewFact]:
    """How the timeline tells the support cases."""
    for ticket in tickets:
        data = {"ticket_id": ticket.pk, "number": ticket.number, "subject": ticket.subject}
        yield NewFact(ticket.account_id, "ticket.opened", ticket.opened_at, {**data, "episode": 0})
        if ticket.closed_at:
            yield NewFact(ticket.account_id, "ticket.closed", ticket.closed_at, {**data, "episode": 1})


def ask_about_tickets(
    plan: Sequence[Customer], accounts: Sequence[Account], tickets: Sequence[Ticket], now: datetime, rng: random.Random
) -> list[Asked]:
    """A question after each closing that a quiet week allows, answered by somewhat under half."""
    survey: Survey = Survey.objects.get(kind=Kind.CSAT)
    by_account = {account.pk: customer for customer, account in zip(plan, accounts, strict=True)}
    last_asked: dict[int, datetime] = {}
    asked = []
    for ticket in sorted(tickets, key=lambda ticket: (ticket.closed_at or now, ticket.pk)):
        contact, closed_at = ticket.contact, ticket.closed_at
        if contact is None or closed_at is None or contact.opted_out or closed_at > now - timedelta(days=REST_DAYS):
            continue
        if closed_at - last_asked.get(contact.pk, closed_at - timedelta(days=99)) < timedelta(days=7):
            continue
        last_asked[contact.pk] = closed_at
        customer = by_account[ticket.account_id]
        invitation = _invitation(survey, contact, customer, closed_at, ticket=ticket, agent_name=ticket.agent_name)
        asked.append(Asked(invitation, _csat(invitation, customer, now, rng) if rng.random() < 0.44 else None))
    return asked


def send_waves(plan: Sequence[Customer], accounts: Sequence[Account], now: datetime, rng: random.Random) -> list[Asked]:
    """Three relationship surveys to the people who decide and the champions of live customers."""
    people, survey = _people(accounts), Survey.objects.get(kind=Kind.NPS)
    live = [
        (customer, account)
        for customer, account in zip(plan, accounts, strict=True)
        if customer.starts_on and customer.stage != Stage.CHURN
    ]
    asked = []
    for days, name in WAVES:
        at = moment(now.date() - timedelta(days=days), rng)
        roles = [Contact.Role.DECISION_MAKER, Contact.Role.CHAMPION]
        wave: Wave = Wave.objects.create(
            survey=survey,
            name=name,
            account_ids=[account.pk for _, account in live],
            roles=roles,
            created_at=at,
            handled_at=at,
        )
        for customer, account in live:
            for contact in people[account.pk]:
                if contact.role in roles and not contact.opted_out and account.created_at < at:
                    invitation = _invitation(survey, contact, customer, at, wave=wave)
                    is_answered = rng.random() < 0.36
                    asked.append(Asked(invitation, _nps(invitation, customer, now, rng) if is_answered else None))
    return asked


def _invitation(
    survey: Survey,
    contact: Contact,
    customer: Customer,
    at: datetime,
    *,
    ticket: Ticket | None = None,
    wave: Wave | None = None,
    agent_name: str = "",
) -> Invitation:
    return Invitation(
        survey=survey,
        metric=survey.kind,
        occasion=f"ticket:{ticket.pk}:1" if ticket else f"wave:{wave.pk if wave else 0}",
        account_id=contact.account_id,
        contact=contact,
        ticket=ticket,
        episode=1 if ticket else 0,
        wave=wave,
        locale=contact.locale,
        language=contact.locale or "en",
        created_at=at,
        send_at=at,
        sent_at=at + timedelta(minutes=2),
        expires_at=at + timedelta(days=14),
        agent_name=agent_name,
        stage=customer.stage if customer.stage != Stage.DISAPPOINTMENT else Stage.USE,
    )


def _csat(invitation: Invitation, customer: Customer, now: datetime, rng: random.Random) -> Answer:
    mood = _mood_then(customer, invitation, now)
    value = max(1, min(5, round(rng.gauss(1.6 + 3.4 * mood, 0.8))))
    if value <= 2 and not _may_be_bad(customer, invitation, now):
        value = 3
    comments = words.GOOD if value >= 4 else words.MIDDLING if value == 3 else words.BAD
    return _answer(invitation, value, 5, rng.choice(comments), rng)


def _nps(invitation: Invitation, customer: Customer, now: datetime, rng: random.Random) -> Answer:
    mood = _mood_then(customer, invitation, now)
    value = max(0, min(10, round(rng.gauss(2.5 + 6.8 * mood, 1.6))))
    if value <= 6 and not _may_be_bad(customer, invitation, now):
        value = 7
    return _answer(invitation, value, 10, rng.choice(words.NPS_GOOD if value >= 7 else words.NPS_BAD), rng)


def _mood_then(customer: Customer, invitation: Invitation, now: datetime) -> float:
    """Those who are unhappy now became so within the last seven weeks."""
    is_long_ago = now - invitation.created_at > timedelta(days=50)
    return 0.75 if is_long_ago and customer.stage in UNHAPPY else customer.mood


def _may_be_bad(customer: Customer, invitation: Invitation, now: datetime) -> bool:
    """A bad answer of the last month is an open alert, so only the unhappy have one."""
    return customer.stage in UNHAPPY or now - invitation.created_at > timedelta(days=45)


def _answer(invitation: Invitation, value: int, scale_max: int, comment: str, rng: random.Random) -> Answer:
    assert invitation.sent_at is not None  # noqa: S101  set just above
    return Answer(
        account_id=invitation.account_id,
        survey=invitation.survey,
        contact=invitation.contact,
        metric=invitation.metric,
        value=value,
        scale_max=scale_max,
        comment=words.CHINESE.get(comment, comment) if invitation.locale == "zh-hans" else comment,
        answered_at=invitation.sent_at + timedelta(hours=rng.expovariate(1 / 14) + 0.1),
    )


def keep(asked: Sequence[Asked]) -> list[NewFact]:
    """Store invitations and answers; returns the facts that tell them."""
    Invitation.objects.bulk_create(one.invitation for one in asked)
    answers = []
    for one in asked:
        if one.answer is not None:
            one.answer.invitation = one.invitation
            answers.append(one.answer)
    Answer.objects.bulk_create(answers)
    return [fact for one in asked for fact in _facts(one)]


def _facts(one: Asked) -> Iterator[NewFact]:
    invitation, answer = one.invitation, one.answer
    who = {
        "invitation_id": invitation.pk,
        "contact_id": invitation.contact_id,
        "contact_name": str(invitation.contact),
        "metric": invitation.metric,
    }
    yield NewFact(invitation.account_id, "survey.sent", invitation.sent_at or invitation.created_at, who)
    if answer is not None:
        data = {
            **who,
            "answer_id": answer.pk,
            "contact_role": invitation.contact.role,
            "value": answer.value,
            "scale_max": answer.scale_max,
            "is_bad": answer.value <= (2 if answer.metric == Kind.CSAT else 6),
            "is_change": False,
            "comment": answer.comment,
        }
        yield NewFact(invitation.account_id, "survey.answered", answer.answered_at, data)
