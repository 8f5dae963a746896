"""From a closed ticket to one mail, or to a reason why there is none."""

from datetime import timedelta

import pytest

from accounts.actions import contacts as contact_actions
from accounts.actions import tickets
from accounts.models import Fact, Ticket
from outbox.models import Mail
from surveys.actions import asking
from surveys.actions.settings import update_settings
from surveys.models import Invitation, Refusal, Survey
from tests.builders import (
    NOON,
    make_account,
    make_contact,
    make_member,
    make_survey_invitation,
    make_ticket,
    make_user,
    survey_of,
)
from workspaces.capabilities import Role

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Reason = Refusal.Reason


@pytest.fixture
def contact(workspace):
    return make_contact(make_account("Globex"), name="Hank Scorpio", email="hank@globex.example")


def tell(contact, *, is_closed=True, at=NOON, closed_at=None, external_id="42", **news):
    """The help desk says something about a ticket."""
    return tickets.apply_ticket(
        account=contact.account if contact else make_account(),
        contact=contact,
        news=tickets.TicketNews(
            source="zammad",
            external_id=external_id,
            is_closed=is_closed,
            updated_at=closed_at or at,
            opened_at=NOON - 30 * DAY,
            closed_at=(closed_at or at) if is_closed else None,
            subject="Printer on fire",
            agent_name="Ann",
            **news,
        ),
        at=at,
    )


def reasons() -> list[str]:
    return list(Refusal.objects.order_by("pk").values_list("reason", flat=True))


def test_a_closed_ticket_is_asked_about_after_the_delay(contact, run, mails):
    ticket = tell(contact)
    run()
    invitation = Invitation.objects.get()
    assert (invitation.metric, invitation.contact) == ("csat", contact)
    assert (invitation.ticket, invitation.episode) == (ticket, 1)
    assert (invitation.send_at, invitation.sent_at) == (NOON + DAY, None)
    assert (mails(), reasons()) == ([], [])
    run(NOON + DAY - timedelta(seconds=1))
    assert mails() == []
    run(NOON + DAY)
    invitation.refresh_from_db()
    assert [mail["To"] for mail in mails()] == ["hank@globex.example"]
    assert (invitation.sent_at, invitation.expires_at) == (NOON + DAY, NOON + 15 * DAY)


def test_without_a_delay_the_mail_goes_out_at_once(contact, run, mails):
    Survey.objects.filter(kind="csat").update(delay_hours=0)
    tell(contact, at=NOON, closed_at=NOON - HOUR)
    run()
    assert len(mails()) == 1


def test_the_delay_counts_from_the_closing(contact, run):
    tell(contact, closed_at=NOON - 5 * HOUR)
    run()
    assert Invitation.objects.get().send_at == NOON + 19 * HOUR


def test_the_same_news_five_times_asks_once(contact, run, mails):
    for _ in range(5):
        tell(contact)
    run()
    run(NOON + DAY)
    assert (len(mails()), reasons()) == (1, [])


def test_closed_again_is_a_new_episode_for_which_the_quiet_period_holds(contact, run, mails):
    tell(contact)
    run(NOON + DAY)
    tell(contact, is_closed=False, at=NOON + 2 * DAY)
    tell(contact, at=NOON + 3 * DAY)
    run(NOON + 5 * DAY)
    assert (len(mails()), reasons()) == (1, [Reason.QUIET])
    tell(contact, is_closed=False, at=NOON + 20 * DAY)
    tell(contact, at=NOON + 21 * DAY)
    run(NOON + 22 * DAY)
    assert (len(mails()), reasons()) == (2, [Reason.QUIET])
    assert sorted(Invitation.objects.values_list("episode", flat=True)) == [1, 3]


def test_a_reopened_ticket_calls_the_mail_off(contact, run, mails):
    tell(contact)
    run()
    tell(contact, is_closed=False, at=NOON + HOUR)
    run(NOON + 2 * DAY)
    assert (mails(), reasons()) == ([], [Reason.REOPENED])
    assert Invitation.objects.get().cancelled_at == NOON + 2 * DAY
    tell(contact, at=NOON + 3 * DAY)
    run(NOON + 4 * DAY)
    assert (len(mails()), reasons()) == (1, [Reason.REOPENED])


def test_reopened_before_we_even_looked_asks_nobody(contact, run, mails):
    tell(contact)
    tell(contact, is_closed=False, at=NOON + HOUR)
    run(NOON + DAY)
    assert (mails(), reasons()) == ([], [Reason.REOPENED])


def test_a_late_reopening_leaves_the_next_closing_alone(contact):
    ticket = make_ticket(contact.account, contact=contact, closed_at=NOON, episode=2)
    asking.ask_after_closure(ticket=ticket, episode=2, closed_at=NOON, at=NOON)
    asking.call_off_ticket(ticket=ticket, episode=1, at=NOON)
    assert (Invitation.objects.waiting().count(), reasons()) == (1, [])


def test_a_ticket_reopened_without_word_is_noticed_before_sending(contact, run, mails):
    ticket = tell(contact)
    run()
    Ticket.objects.filter(pk=ticket.pk).update(closed_at=None)
    run(NOON + DAY)
    assert (mails(), reasons()) == ([], [Reason.REOPENED])


def test_who_opts_out_while_the_mail_waits_gets_none(contact, run, mails):
    tell(contact)
    run()
    contact_actions.set_opted_out(contact=contact, is_out=True, at=NOON, by=None)
    run(NOON + DAY)
    assert (mails(), reasons()) == ([], [Reason.OPTED_OUT])


def test_a_second_run_of_sending_does_nothing(contact, run, mails):
    from surveys.actions.sending import send_due

    tell(contact)
    run(NOON)
    run(NOON + DAY)
    assert send_due(at=NOON + 2 * DAY) == 0
    run(NOON + 2 * DAY)
    assert (len(mails()), Mail.objects.count()) == (1, 1)


@pytest.mark.parametrize(("late", "expected"), [(7 * DAY, []), (7 * DAY + HOUR, [Reason.TOO_LATE])])
def test_a_ticket_closed_long_ago_asks_nobody(contact, run, late, expected):
    tell(contact, closed_at=NOON - late)
    run()
    assert reasons() == expected


def test_a_ticket_of_nobody_asks_nobody(workspace, run):
    tell(None)
    run()
    refusal = Refusal.objects.get()
    assert (refusal.reason, refusal.contact) == (Reason.NO_CONTACT, None)
    fact = Fact.objects.get(kind="survey.refused")
    assert (fact.data["contact_name"], fact.data["ticket_id"]) == ("", refusal.ticket_id)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"email": ""}, Reason.BAD_ADDRESS),
        ({"email": "noreply@globex.example"}, Reason.BAD_ADDRESS),
        ({"email": "somebody@vendor.example"}, Reason.STAFF),
    ],
)
def test_addresses_that_are_not_asked(workspace, run, fields, reason):
    make_member(Role.CSM, make_user("mei@vendor.example"))
    tell(make_contact(make_account(), **fields))
    run()
    assert reasons() == [reason]


def test_surveys_that_are_off_ask_nobody(contact, run):
    update_settings(changes={"is_on": False}, at=NOON, by=None)
    tell(contact)
    run()
    assert reasons() == [Reason.OFF]


def test_two_tickets_of_one_person_ask_once(contact, run, mails):
    tell(contact, external_id="1")
    tell(contact, external_id="2", closed_at=NOON - HOUR)
    run(NOON + DAY)
    assert (len(mails()), reasons()) == (1, [Reason.QUIET])


def test_one_closing_is_asked_about_once_even_after_the_person_changed(contact):
    ticket = make_ticket(contact.account, contact=contact, closed_at=NOON, episode=1)
    asking.ask_after_closure(ticket=ticket, episode=1, closed_at=NOON, at=NOON)
    ticket.contact = make_contact(contact.account)
    (plan,) = asking.ask_after_closure(ticket=ticket, episode=1, closed_at=NOON, at=NOON)
    assert [refusal.reason for refusal in plan.refusals] == [Reason.ASKED]


def test_the_refusal_is_told_on_the_timeline(contact, run):
    make_survey_invitation(contact, sent_at=NOON - DAY, send_at=NOON - DAY)
    ticket = tell(contact)
    run()
    assert Fact.objects.get(kind="survey.refused").data == {
        "contact_id": contact.pk,
        "contact_name": "Hank Scorpio",
        "metric": "csat",
        "reason": "quiet",
        "is_reminder": False,
        "ticket_id": ticket.pk,
        "survey_id": survey_of("csat").pk,
    }


def test_what_was_true_at_sending_is_kept(contact, run):
    owner = make_member()
    contact.account.owner = owner
    contact.account.save()
    tell(contact)
    run()
    run(NOON + DAY)
    invitation = Invitation.objects.get()
    assert (invitation.agent_name, invitation.stage, invitation.owner) == ("Ann", "use", owner)
    assert Fact.objects.get(kind="survey.sent").data == {
        "invitation_id": invitation.pk,
        "contact_id": contact.pk,
        "contact_name": "Hank Scorpio",
        "metric": "csat",
        "survey_id": survey_of("csat").pk,
        "language": invitation.language,
    }
