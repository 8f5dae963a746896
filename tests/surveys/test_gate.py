"""Who is asked, and the first reason why not: the one statement against a plain reading of the rules."""

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import md5

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Contact
from lib.addresses import is_role
from outbox import actions as outbox_actions
from outbox import queries as outbox_queries
from surveys import gate, queries
from surveys.actions import holds
from surveys.actions import settings as survey_settings
from surveys.gate import Asking, Reason
from surveys.models import Hold, Invitation, Survey
from tests.builders import NOON, make_account, make_contact, make_member, make_survey_invitation, make_user, survey_of
from workspaces.capabilities import Role

DAY = timedelta(days=1)
OCCASION = "wave:1"
ORDER = [
    Reason.OPTED_OUT,
    Reason.LEFT,
    Reason.SUPPRESSED,
    Reason.BAD_ADDRESS,
    Reason.STAFF,
    Reason.OFF,
    Reason.NOT_IN_AUDIENCE,
    Reason.ESCALATION_OPEN,
    Reason.RENEWAL_DISPUTED,
    Reason.ASKED,
    Reason.QUIET,
    Reason.SURVEY_QUIET,
    Reason.ACCOUNT_CAP,
    Reason.NOT_SAMPLED,
]


def drawn(survey: Survey, contact: Contact, percent: int) -> bool:
    """The sample, as Python draws it."""
    text = f"{gate.sample_key(survey.pk, OCCASION)}{contact.pk}"
    return int(md5(text.encode()).hexdigest()[:8], 16) % 100 < percent


def verdicts(survey, people=None, *, at=NOON, is_for_one=False, occasion=OCCASION, spread_days=0):
    people = Contact.objects.all() if people is None else Contact.objects.filter(pk__in=[one.pk for one in people])
    asking = Asking(Survey.objects.get(pk=survey.pk), occasion, at, is_for_one, spread_days)
    return {one.contact_id: one.reason for one in gate.decide(asking, people, queries.settings())}


@dataclass
class Case:
    """Everything that can speak against asking somebody; each part can be taken away."""

    survey: Survey
    contact: Contact
    undo: dict[str, object] = field(default_factory=dict)


def not_drawn(survey: Survey, percent: int) -> Contact:
    """Who is in the sample depends on ids, which no test chooses."""
    while True:
        contact = make_contact(make_account(), email="noreply@vendor.example", role="end_user")
        if not drawn(survey, contact, percent):
            return contact
        contact.delete()


@pytest.fixture
def doomed(workspace):
    """Somebody against whom everything speaks."""
    make_member(Role.CSM, make_user("mei@vendor.example"))
    survey = survey_of("nps")
    contact = not_drawn(survey, 1)
    Survey.objects.filter(pk=survey.pk).update(is_on=False, sample_percent=1, quiet_days=90)
    Contact.objects.filter(pk=contact.pk).update(opted_out_at=NOON, left_at=NOON)
    survey_settings.update_settings(changes={"is_on": False, "account_cap": 1, "quiet_days": 7}, at=NOON, by=None)
    outbox_actions.suppress(digest=outbox_queries.digests(contact.email)[0], reason="bounced", code="", at=NOON)
    for kind in Hold.Kind:
        holds.begin(account=contact.account, kind=kind, at=NOON, by=None)
    make_survey_invitation(contact, metric="nps", occasion=OCCASION, sent_at=NOON - DAY, send_at=NOON - DAY)
    return Case(survey, contact)


def test_the_first_reason_in_the_order_is_the_one_given(doomed):
    contacts, surveys = Contact.objects.filter(pk=doomed.contact.pk), Survey.objects.filter(pk=doomed.survey.pk)
    held, asked = Hold.objects.open(), Invitation.objects.all()

    def switch_on() -> None:
        surveys.update(is_on=True)
        survey_settings.update_settings(changes={"is_on": True}, at=NOON, by=None)

    away = {
        Reason.OPTED_OUT: lambda: contacts.update(opted_out_at=None),
        Reason.LEFT: lambda: contacts.update(left_at=None),
        Reason.SUPPRESSED: lambda: outbox_queries.suppressions().delete(),
        Reason.BAD_ADDRESS: lambda: contacts.update(email="zoe@vendor.example"),
        Reason.STAFF: lambda: contacts.update(email="zoe@customer.example"),
        Reason.OFF: switch_on,
        Reason.NOT_IN_AUDIENCE: lambda: surveys.update(roles=["end_user"]),
        Reason.ESCALATION_OPEN: lambda: held.filter(kind="escalation").delete(),
        Reason.RENEWAL_DISPUTED: lambda: held.delete(),
        Reason.ASKED: lambda: asked.update(occasion="wave:0"),
        Reason.QUIET: lambda: asked.update(sent_at=NOON - 7 * DAY, send_at=NOON - 7 * DAY),
        Reason.SURVEY_QUIET: lambda: surveys.update(quiet_days=7),
        Reason.ACCOUNT_CAP: lambda: survey_settings.update_settings(changes={"account_cap": 2}, at=NOON, by=None),
        Reason.NOT_SAMPLED: lambda: surveys.update(sample_percent=100),
    }
    seen = []
    for reason in ORDER:
        seen.append(verdicts(doomed.survey, [doomed.contact], is_for_one=True)[doomed.contact.pk])
        away[reason]()
    assert seen == ORDER
    assert verdicts(doomed.survey, [doomed.contact], is_for_one=True) == {doomed.contact.pk: None}


def test_the_last_look_keeps_the_order_but_looks_at_what_can_have_changed(doomed):
    invitation = Invitation.objects.get()
    look = lambda: gate.last_look([invitation.pk], Contact.objects.all(), queries.settings())  # noqa: E731
    assert look() == {invitation.pk: Reason.OPTED_OUT}
    Contact.objects.update(opted_out_at=None, left_at=None, email="zoe@customer.example")
    assert look() == {invitation.pk: Reason.OFF}
    survey_settings.update_settings(changes={"is_on": True}, at=NOON, by=None)
    assert look() == {invitation.pk: Reason.OFF}
    Survey.objects.update(is_on=True)
    assert look() == {invitation.pk: Reason.ESCALATION_OPEN}
    for hold in Hold.objects.all():
        holds.end(hold=hold, at=NOON, by=None)
    assert look() == {}


@pytest.mark.parametrize(
    "address",
    [
        "", "mei", "mei@", "@customer.example", "a@b@customer.example", "mei@customer", "a@x.example,b@y.example",
        "mei@customer.example\nBcc: x@y.example", "mei\x0b@customer.example", "Mei <mei@customer.example>",
        "postmaster@customer.example", "no-reply+7@customer.example", "NoReply@customer.example", ".@customer.example",
    ],
)  # fmt: skip
def test_no_address_of_a_person(workspace, address):
    contact = make_contact(make_account())
    Contact.objects.update(email=address)
    assert verdicts(survey_of("csat")) == {contact.pk: Reason.BAD_ADDRESS}


@pytest.mark.parametrize("address", ["mei.chen+x@customer.co.uk", "o'brien@customer.example", "张@例子.公司"])
def test_an_address_of_a_person(workspace, address):
    contact = make_contact(make_account())
    Contact.objects.update(email=address)
    assert verdicts(survey_of("csat")) == {contact.pk: None}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(local=st.from_regex(r"[a-z]{1,6}([-_.][a-z]{1,6})?", fullmatch=True) | st.sampled_from(["noreply", "alerts"]))
def test_the_statement_knows_a_role_as_python_does(workspace, local):
    contact = Contact.objects.first() or make_contact(make_account())
    Contact.objects.update(email=f"{local}@customer.example")
    assert (verdicts(survey_of("csat"))[contact.pk] == Reason.BAD_ADDRESS) == is_role(f"{local}@customer.example")


@pytest.mark.parametrize(("consent", "reason"), [("", None), ("given", None), ("withdrawn", Reason.OPTED_OUT)])
def test_who_withdrew_their_consent_is_not_asked(workspace, consent, reason):
    contact = make_contact(make_account(), consent=consent)
    assert verdicts(survey_of("csat")) == {contact.pk: reason}


def test_a_free_mail_domain_is_nobodys_company(workspace):
    make_member(Role.CSM, make_user("boss@gmail.com"))
    boss, customer = (make_contact(make_account(), email=email) for email in ("Boss@gmail.com", "ann@gmail.com"))
    assert verdicts(survey_of("csat")) == {boss.pk: Reason.STAFF, customer.pk: None}


def test_the_two_quiet_periods_do_not_touch_each_other(workspace):
    contact = make_contact(make_account())
    csat, nps = survey_of("csat"), survey_of("nps")
    Survey.objects.filter(pk=nps.pk).update(quiet_days=90)
    make_survey_invitation(contact, metric="nps", sent_at=NOON - 8 * DAY, send_at=NOON - 8 * DAY)
    assert verdicts(csat) == {contact.pk: None}
    assert verdicts(nps) == {contact.pk: Reason.SURVEY_QUIET}
    survey_settings.update_settings(changes={"quiet_days": 0}, at=NOON, by=None)
    assert verdicts(nps) == {contact.pk: Reason.SURVEY_QUIET}
    Survey.objects.filter(pk=nps.pk).update(quiet_days=0)
    survey_settings.update_settings(changes={"quiet_days": 9}, at=NOON, by=None)
    assert verdicts(csat) == verdicts(nps) == {contact.pk: Reason.QUIET}


@pytest.mark.parametrize(("after", "reason"), [(7 * DAY, None), (7 * DAY - timedelta(seconds=1), Reason.QUIET)])
def test_periods_are_exact(workspace, after, reason):
    contact = make_contact(make_account())
    make_survey_invitation(contact)
    assert verdicts(survey_of("csat"), at=NOON + after) == {contact.pk: reason}


def test_planned_mails_count_and_those_called_off_do_not(workspace):
    contact = make_contact(make_account())
    planned = make_survey_invitation(contact, sent_at=None, send_at=NOON + DAY)
    assert verdicts(survey_of("csat")) == {contact.pk: Reason.QUIET}
    Invitation.objects.filter(pk=planned.pk).update(cancelled_at=NOON)
    assert verdicts(survey_of("csat")) == {contact.pk: None}


@pytest.mark.parametrize(("after", "reason"), [(7 * DAY, None), (7 * DAY - timedelta(seconds=1), Reason.QUIET)])
def test_a_mail_that_is_planned_for_after_the_period_keeps_nobody_from_being_asked_now(workspace, after, reason):
    """A wave spread over weeks would keep all it is for from being asked about their tickets."""
    contact = make_contact(make_account())
    make_survey_invitation(contact, sent_at=None, send_at=NOON + after)
    assert verdicts(survey_of("csat")) == {contact.pk: reason}
    survey_settings.update_settings(changes={"quiet_days": 0}, at=NOON, by=None)
    assert verdicts(survey_of("csat")) == {contact.pk: None}


@pytest.mark.parametrize("way", ["spread", "hours", "limit"])
def test_a_mail_that_may_go_out_later_meets_what_is_planned_for_then(workspace, way):
    contact, survey = make_contact(make_account()), survey_of("csat")
    make_survey_invitation(contact, sent_at=None, send_at=NOON + 10 * DAY)
    assert verdicts(survey) == {contact.pk: None}
    if way == "hours":
        Survey.objects.update(keeps_hours=True)
    if way == "limit":
        survey_settings.update_settings(changes={"daily_cap": 9}, at=NOON, by=None)
    assert verdicts(survey, spread_days=5 if way == "spread" else 0) == {contact.pk: Reason.QUIET}


@pytest.mark.parametrize(("asked", "reason"), [(-4 * DAY, None), (-3 * DAY, Reason.QUIET), (30 * DAY, None)])
def test_patience_waits_for_the_end_of_a_period(workspace, asked, reason):
    contact = make_contact(make_account())
    make_survey_invitation(contact, sent_at=None, send_at=NOON + asked)
    asking = Asking(survey_of("csat"), OCCASION, NOON, patience=3 * DAY)
    (verdict,) = gate.decide(asking, Contact.objects.all(), queries.settings())
    assert verdict.reason == reason
    assert verdict.free_at == (NOON + 3 * DAY if asked == -4 * DAY else None)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.booleans()), min_size=1, max_size=12),
    cap=st.integers(0, 4),
    percent=st.integers(1, 100),
    before=st.integers(0, 2),
)
def test_colleagues_take_what_the_cap_leaves_one_after_the_other(workspace, people, cap, percent, before):
    """Against the plain loop: each person in turn; only who is asked takes of the cap."""
    Invitation.objects.all().delete()
    Contact.objects.all().delete()
    accounts = [make_account() for _ in range(3)]
    survey = survey_of("csat")
    Survey.objects.filter(pk=survey.pk).update(sample_percent=percent)
    survey_settings.update_settings(changes={"account_cap": cap}, at=NOON, by=None)
    for _ in range(before):
        make_survey_invitation(make_contact(accounts[0]), sent_at=NOON - 20 * DAY, send_at=NOON - 20 * DAY)
    make_survey_invitation(make_contact(accounts[0]), sent_at=NOON - 30 * DAY, send_at=NOON - 30 * DAY)
    candidates = []
    for place, decides, is_out in people:
        contact = make_contact(accounts[place], role="decision_maker" if decides else "end_user")
        Contact.objects.filter(pk=contact.pk).update(opted_out_at=NOON if is_out else None)
        candidates.append((contact, is_out))

    mails = {account.pk: 0 for account in accounts} | {accounts[0].pk: before}
    expected = {}
    for contact, is_out in sorted(candidates, key=lambda one: (one[0].role != "decision_maker", one[0].pk)):
        if is_out:
            reason = Reason.OPTED_OUT
        elif cap and mails[contact.account_id] >= cap:
            reason = Reason.ACCOUNT_CAP
        elif not drawn(survey, contact, percent):
            reason = Reason.NOT_SAMPLED
        else:
            reason = None
            mails[contact.account_id] += 1
        expected[contact.pk] = reason
    assert verdicts(survey, [contact for contact, _ in candidates]) == expected


def test_a_sample_is_the_same_for_a_retry_and_another_for_another_wave(workspace):
    account, survey = make_account(), survey_of("nps")
    people = [make_contact(account) for _ in range(200)]
    Survey.objects.filter(pk=survey.pk).update(sample_percent=30)
    first, again, other = verdicts(survey), verdicts(survey), verdicts(survey, occasion="wave:2")
    assert first == again != other
    assert {pk for pk, reason in first.items() if reason is None} == {
        one.pk for one in people if drawn(survey, one, 30)
    }
    assert 35 <= sum(reason is None for reason in other.values()) <= 85


def test_any_number_is_judged_in_the_same_number_of_statements(workspace):
    account = make_account()
    counts = []
    for size in (1, 30):
        for _ in range(size):
            make_contact(account)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            verdicts(survey_of("csat"))
        counts.append(len(captured))
    assert counts[0] == counts[1]
