"""What sets a survey off, who is asked then, and when nobody is."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.actions.facts import record_fact
from accounts.models import Account, Contact, Fact
from surveys.actions import asking, holds, planning, sending, waves
from surveys.actions import settings as survey_settings
from surveys.actions import surveys as survey_actions
from surveys.models import Answer, Hold, Invitation, Refusal, Survey, Wave
from surveys.words import refused
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_answer,
    make_contact,
    make_contract,
    make_member,
    make_move,
    make_segment,
    make_survey_invitation,
    survey_of,
)
from workspaces.capabilities import Role

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Reason = Refusal.Reason


def survey_when(trigger, **said):
    said = {"name": f"On {trigger}", "kind": "csat", "points": 5, "trigger": trigger, **said}
    return survey_actions.create_survey(said=said, at=NOON, by=None, is_on=True)


@pytest.fixture
def people(workspace):
    account = make_account("Globex", stage="delivery")
    return [
        make_contact(account, name=name, role=role) for name, role in (("Hank", "decision_maker"), ("Mo", "end_user"))
    ]


@pytest.fixture
def account(people):
    return people[0].account


def asked() -> list[tuple[str, str]]:
    rows = Invitation.objects.standing().order_by("survey__name", "contact__name")
    return list(rows.values_list("survey__name", "contact__name"))


def reasons() -> list[str]:
    return list(Refusal.objects.order_by("pk").values_list("reason", flat=True))


# ------------------------------------------------------------------ stages
@pytest.mark.parametrize(
    ("trigger", "said", "stage", "is_asked"),
    [
        ("stage_entered", {"stage": "use"}, "use", True),
        ("stage_entered", {"stage": "loyalty"}, "use", False),
        ("onboarding_finished", {}, "use", True),
        ("onboarding_finished", {}, "advocacy", True),
        ("onboarding_finished", {}, "disappointment", False),
        ("onboarding_finished", {}, "churn", False),
        ("offboarding_finished", {}, "churn", True),
        ("offboarding_finished", {}, "use", False),
    ],
)
def test_a_stage_sets_its_surveys_off(account, run, trigger, said, stage, is_asked):
    survey_when(trigger, roles=["decision_maker"], **said)
    make_move(account, stage)
    run()
    assert asked() == ([(f"On {trigger}", "Hank")] if is_asked else [])
    assert reasons() == []


def test_a_stage_taken_back_before_the_mail_calls_it_off(account, run, mails):
    survey_when("onboarding_finished", delay_hours=24)
    move = make_move(account, "use", by=make_member().user)
    run()
    assert len(asked()) == 2
    from journeys.actions import take_back

    take_back(account=account, at=NOON + timedelta(minutes=5), by=move.by)
    run(NOON + 2 * DAY)
    assert (asked(), mails()) == ([], [])


def test_an_account_without_anybody_to_ask_is_noted(workspace, run):
    empty = make_account(stage="delivery")
    survey_when("onboarding_finished")
    make_move(empty, "use")
    run()
    assert reasons() == [Reason.NO_CONTACT]


def test_who_was_asked_is_left_in_peace_by_the_next_survey(account, run, mails):
    survey_when("onboarding_finished")
    survey_when("stage_entered", stage="use")
    make_move(account, "use")
    run()
    assert len(mails()) == 2
    assert reasons() == [Reason.QUIET] * 2


# ------------------------------------------------------------------ escalations and disputes
def test_an_open_escalation_keeps_everybody_from_being_asked_and_its_end_asks(account, run, mails):
    survey_when("escalation_resolved", roles=["decision_maker"])
    survey_when("onboarding_finished")
    hold = holds.begin(account=account, kind="escalation", note="Server down", at=NOON, by=None)
    make_move(account, "use")
    run()
    assert (mails(), reasons()) == ([], [Reason.ESCALATION_OPEN] * 2)
    holds.end(hold=hold, at=NOON + DAY, by=None)
    run(NOON + DAY)
    assert [mail["To"] for mail in mails()] == [Contact.objects.get(name="Hank").email]
    told = Fact.objects.filter(kind__startswith="escalation").order_by("pk").values_list("kind", "data__note")
    assert list(told) == [("escalation.opened", "Server down"), ("escalation.resolved", "Server down")]
    with pytest.raises(holds.NotOpen):
        holds.end(hold=hold, at=NOON, by=None)


def test_the_last_of_several_escalations_asks(account, run):
    survey_when("escalation_resolved")
    first = holds.begin(account=account, kind="escalation", at=NOON, by=None)
    with pytest.raises(holds.AlreadyOpen):
        holds.begin(account=account, kind="escalation", at=NOON, by=None)
    for _ in range(2):  # told twice, noted once
        record_fact(account=account, kind="alert.escalated", at=NOON, alert_id=7)
    run()
    assert Hold.objects.open().count() == 2
    holds.end(hold=first, at=NOON, by=None)
    run()
    assert asked() == []
    for _ in range(2):
        record_fact(account=account, kind="alert.closed", at=NOON, alert_id=7, open_alerts=0)
    run()
    assert len(asked()) == 2
    assert not Hold.objects.open().exists()


def test_an_escalation_that_begins_while_a_mail_waits_stops_it(account, run, mails):
    survey_when("onboarding_finished", delay_hours=24)
    make_move(account, "use")
    run()
    holds.begin(account=account, kind="dispute", at=NOON, by=None)
    run(NOON + DAY)
    assert (mails(), reasons()) == ([], [Reason.RENEWAL_DISPUTED] * 2)


def test_holds_by_hand(account):
    client = Client()
    client.force_login(make_member(Role.CSM).user)
    assert "Everybody may be asked" in client.get("/surveys/holds/").content.decode()
    assert f"/accounts/{account.pk}/holds/new/" in client.get("/surveys/holds/", {"q": "glob"}).content.decode()
    assert "No account has this" in client.get("/surveys/holds/", {"q": "zz"}).content.decode()
    url = f"/accounts/{account.pk}/holds/new/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"kind": "x"}).status_code == 422
    assert client.post(url, {"kind": "dispute", "note": "Price"})["Location"] == "/surveys/holds/"
    again = client.post(url, {"kind": "dispute"})
    assert (again.status_code, "open at this account already" in again.content.decode()) == (422, True)
    hold = Hold.objects.get()
    assert "Price" in client.get("/surveys/holds/").content.decode()
    for words in ("may be asked again", "It was over already"):
        assert words in client.post(f"/surveys/holds/{hold.pk}/end/", follow=True).content.decode()


# ------------------------------------------------------------------ renewals
def test_a_renewal_that_comes_near_is_asked_about_once(people, account, run):
    Account.objects.update(stage="use")
    make_contract(account, starts_on=TODAY - 305 * DAY, ends_on=TODAY + 60 * DAY)
    survey_when("renewal_near", kind="nps", points=11, days=60, roles=["decision_maker"])
    assert asking.ask_before_renewals(at=NOON - DAY) == 0
    assert asking.ask_before_renewals(at=NOON) == 1
    assert asking.ask_before_renewals(at=NOON + DAY) == 0
    assert asked() == [("On renewal_near", "Hank")]
    assert Invitation.objects.get().occasion == str(TODAY + 60 * DAY)


def test_a_renewal_is_noticed_up_to_a_week_late_and_refused_once(people, account, run):
    Account.objects.update(stage="use")
    make_contract(account, starts_on=TODAY - 305 * DAY, ends_on=TODAY + 60 * DAY)
    survey_when("renewal_near", days=60)
    Contact.objects.update(opted_out_at=NOON)
    for days, times in ((8, 0), (7, 0), (6, 2), (6, 2), (5, 2)):
        assert asking.ask_before_renewals(at=NOON + days * DAY) == 0
        assert reasons() == [Reason.OPTED_OUT] * times


def test_a_renewal_without_anybody_to_ask_is_noted_once(people, account, run):
    make_account()
    Account.objects.update(stage="use", renews_on=TODAY + 60 * DAY)
    survey_when("renewal_near", days=60)
    assert [asking.ask_before_renewals(at=NOON + days * DAY) for days in (0, 1)] == [2, 0]
    assert reasons() == [Reason.NO_CONTACT]


def test_only_the_segments_renewals_are_asked_about(people, account, run):
    Account.objects.update(stage="use", renews_on=TODAY + 60 * DAY)
    segment = make_segment("Loyal", raw={"all": [{"field": "stage", "op": "any_of", "value": ["loyalty"]}]})
    survey_when("renewal_near", days=60, segment_id=segment.pk)
    assert asking.ask_before_renewals(at=NOON) == 0
    assert reasons() == []


# ------------------------------------------------------------------ recurring waves
def test_a_recurring_survey_sends_waves_of_its_own(people, run):
    Account.objects.update(stage="use")
    make_contact(make_account("Prospect", stage="awareness"), role="decision_maker")
    survey = survey_when("recurring", kind="nps", points=11, days=90, spread_days=5, roles=["decision_maker"])
    (wave,) = waves.start_due_waves(at=NOON)
    assert (wave.name, wave.survey, wave.spread_days) == (f"On recurring, {TODAY}", survey, 5)
    assert waves.start_due_waves(at=NOON + 89 * DAY) == []
    run()
    invitation = Invitation.objects.get()
    assert (invitation.contact.name, invitation.send_at) == ("Hank", NOON.replace(day=16, hour=9))
    assert len(waves.start_due_waves(at=NOON + 90 * DAY - HOUR)) == 1
    assert Wave.objects.count() == 2


@pytest.mark.parametrize("spread_days", [0, 5])
def test_a_period_as_long_as_the_days_between_two_waves_refuses_nobody(people, account, run, spread_days):
    """Mails go out after the start of their wave, so the period ends after the start of the next."""
    Account.objects.update(stage="use")
    said = {"kind": "nps", "points": 11, "days": 90, "quiet_days": 90, "spread_days": spread_days}
    survey_when("recurring", **said)
    sent = []
    for start in (NOON, NOON + 90 * DAY - timedelta(seconds=5)):
        waves.start_due_waves(at=start)
        for hours in range(0, 10 * 24, 4):
            run(start + hours * HOUR)
        sent.append(dict(Invitation.objects.filter(sent_at__gte=start).values_list("contact__name", "sent_at")))
    assert reasons() == []
    first, second = sent
    assert first.keys() == second.keys() == {"Hank", "Mo"}
    assert all(second[name] - first[name] >= 90 * DAY for name in first)


def test_the_daily_job_starts_what_is_due(people, run):
    from surveys import effects

    Account.objects.update(stage="use")
    survey_when("recurring", kind="nps", points=11, days=30)
    effects.start_surveys_due(None, NOON)
    assert Wave.objects.count() == 1


def test_only_surveys_that_go_in_waves_are_sent_as_one(account):
    for survey in (survey_of("csat"), survey_actions.retire_survey(survey=survey_of("nps"), at=NOON, by=None)):
        with pytest.raises(waves.NotInWaves):
            waves.start_wave(name="x", account_ids=[account.pk], roles=["champion"], at=NOON, by=None, survey=survey)
    with pytest.raises(waves.NotInWaves):
        waves.start_wave(name="x", account_ids=[account.pk], roles=["champion"], at=NOON, by=None)


def test_a_wave_to_a_segment_that_was_put_away_asks_nobody(people, run):
    from segments.actions import segments

    Account.objects.update(stage="use")
    segment = make_segment("In use", raw={"all": [{"field": "stage", "op": "any_of", "value": ["use"]}]})
    run()
    survey_when("recurring", kind="nps", points=11, days=30, segment_id=segment.pk)
    segments.archive(segment=segment, at=NOON, by=None)
    waves.start_due_waves(at=NOON)
    run()
    assert (asked(), reasons()) == ([], [])


# ------------------------------------------------------------------ audience, hours, limits
def test_a_ticket_of_somebody_the_survey_is_not_for_is_noted(people, account):
    from tests.builders import make_ticket

    survey_actions.change_survey(survey=survey_of("csat"), said={"roles": ["decision_maker"]}, at=NOON, by=None)
    for person in people:
        ticket = make_ticket(account, contact=person, closed_at=NOON, episode=1)
        asking.ask_after_closure(ticket=ticket, episode=1, closed_at=NOON, at=NOON)
    assert asked() == [("After support", "Hank")]
    assert reasons() == [Reason.NOT_IN_AUDIENCE]


def test_a_survey_for_personas_asks_those(people, account):
    from accounts.actions import personas

    buyer = personas.add_persona(name="Buyer", at=NOON, by=None)
    Contact.objects.filter(name="Mo").update(persona=buyer)
    survey = survey_when("onboarding_finished", persona_ids=[buyer.pk])
    asking.ask_account(survey=survey, account=account, occasion="stage:1", at=NOON)
    assert asked() == [("On onboarding_finished", "Mo")]
    personas.set_retired(persona=buyer, is_retired=True, at=NOON, by=None)
    asking.ask_account(survey=survey, account=account, occasion="stage:2", at=NOON)
    assert reasons() == [Reason.NO_CONTACT]


def test_mails_that_keep_to_working_hours_wait_for_them_where_the_reader_lives(people, account):
    Contact.objects.filter(name="Mo").update(time_zone="Asia/Shanghai")
    survey = survey_when("onboarding_finished", keeps_hours=True)
    asking.ask_account(survey=survey, account=account, occasion="stage:1", at=NOON)
    sent = dict(Invitation.objects.values_list("contact__name", "send_at"))
    assert sent == {"Hank": NOON, "Mo": NOON + 13 * HOUR}


def test_what_a_day_cannot_hold_goes_out_later_or_not_at_all(account, run, mails):
    survey = survey_when("onboarding_finished")
    for _ in range(6):
        make_contact(account)
    survey_settings.update_settings(changes={"daily_cap": 1}, at=NOON, by=None)
    make_survey_invitation(make_contact(make_account()), sent_at=NOON - DAY, send_at=NOON - DAY)  # yesterday's
    plan = asking.ask_account(survey=survey, account=account, occasion="stage:1", at=NOON)
    days = sorted((one.send_at - NOON).days for one in Invitation.objects.filter(occasion="stage:1"))
    assert days == [0, 1, 2, 3, 4, 7]
    assert [refusal.reason for refusal in plan.refusals] == [Reason.DAILY_CAP] * 2


# ------------------------------------------------------------------ sending
def test_one_reminder_to_who_has_not_answered(people, account, run, mails):
    survey = survey_when("onboarding_finished", reminder_after_days=4)
    survey_of("csat")
    asking.ask_account(survey=survey, account=account, occasion="stage:1", at=NOON)
    run()
    hank, mo = Invitation.objects.order_by("contact__name")
    make_answer(5, invitation=hank)
    run(NOON + 4 * DAY - HOUR)
    assert len(mails()) == 2
    run(NOON + 4 * DAY)
    run(NOON + 9 * DAY)
    assert len(mails()) == 3
    assert [mail["To"] for mail in mails()].count(mo.contact.email) == 2
    mo.refresh_from_db()
    assert (mo.reminded_at, mo.remind_at) == (NOON + 4 * DAY, None)


@pytest.mark.parametrize(
    ("zone", "sent_at", "days", "moment"),
    [
        ("UTC", NOON, 4, datetime(2026, 6, 19, 12, tzinfo=UTC)),  # Friday
        ("UTC", NOON, 5, datetime(2026, 6, 22, 9, tzinfo=UTC)),  # Saturday: on Monday morning
        ("Asia/Shanghai", NOON + DAY, 1, datetime(2026, 6, 18, 1, tzinfo=UTC)),  # in the evening: the next morning
    ],
)
def test_a_reminder_keeps_to_the_hours_of_the_first_mail(people, account, zone, sent_at, days, moment):
    Contact.objects.filter(name="Hank").update(time_zone=zone)
    survey = survey_when("onboarding_finished", reminder_after_days=days, roles=["decision_maker"], keeps_hours=True)
    asking.ask_account(survey=survey, account=account, occasion="stage:1", at=NOON)
    sending.send_due(at=sent_at)
    assert Invitation.objects.get().remind_at == moment


def test_a_reminder_of_a_wave_that_is_spread_comes_on_a_working_day(people, account, run):
    Account.objects.update(stage="use")
    said = {"kind": "nps", "points": 11, "days": 90, "spread_days": 1, "reminder_after_days": 4}
    survey_when("recurring", roles=["decision_maker"], **said)
    waves.start_due_waves(at=NOON)
    run()
    run(NOON + DAY)  # on Tuesday
    assert Invitation.objects.get().remind_at == datetime(2026, 6, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize("spoil", ["opted out", "expired", "other key"])
def test_nobody_is_reminded_whom_something_speaks_against(people, account, run, mails, spoil):
    survey = survey_when("onboarding_finished", reminder_after_days=4, roles=["decision_maker"])
    asking.ask_account(survey=survey, account=account, occasion="stage:1", at=NOON)
    run()
    if spoil == "opted out":
        Contact.objects.update(opted_out_at=NOON)
    if spoil == "expired":
        Invitation.objects.update(expires_at=NOON + DAY)
    if spoil == "other key":
        Invitation.objects.update(token_hash="")
    run(NOON + 4 * DAY)
    assert len(mails()) == 1
    one = Invitation.objects.get()
    assert (one.reminded_at, one.cancelled_at) == (None, None)


def test_a_reminder_that_is_held_back_is_a_refusal_with_its_reason(people, account, run):
    survey = survey_when("onboarding_finished", reminder_after_days=4)
    asking.ask_account(survey=survey, account=account, occasion="stage:1", at=NOON)
    run()
    holds.begin(account=account, kind=Hold.Kind.ESCALATION, at=NOON + DAY, by=None)
    for _ in range(2):
        run(NOON + 4 * DAY)
    held = [(one.contact.name, one.reason, one.is_reminder) for one in Refusal.objects.order_by("contact__name")]
    assert held == [("Hank", Reason.ESCALATION_OPEN, True), ("Mo", Reason.ESCALATION_OPEN, True)]
    told = {refused(fact.data) for fact in Fact.objects.filter(kind="survey.refused")}
    assert told == {f"No reminder of the CSAT survey sent to {name}: An escalation is open" for name in ("Hank", "Mo")}
    viewer = Client()
    viewer.force_login(make_member(Role.VIEWER).user)
    panel = viewer.get(f"/accounts/{account.pk}/answers/").content.decode()
    assert "Hank: not reminded: An escalation is open" in panel
    page = viewer.get(f"/surveys/?survey={survey.pk}&show=refused").content.decode()
    assert "Hank" not in page  # they were asked


def test_many_are_sent_in_turns(people, account, run, mails, monkeypatch):
    monkeypatch.setattr(sending, "AT_ONCE", 1)
    survey = survey_when("onboarding_finished", reminder_after_days=1)
    asking.ask_account(survey=survey, account=account, occasion="stage:1", at=NOON)
    run()
    assert len(mails()) == 2
    run(NOON + DAY)
    assert len(mails()) == 4


def test_an_address_that_is_none_after_all_is_refused_and_the_rest_goes_out(people, account, run, mails):
    Contact.objects.filter(name="Hank").update(email="hank@-customer.example")
    survey = survey_when("onboarding_finished")
    asking.ask_account(survey=survey, account=account, occasion="stage:1", at=NOON)
    run()
    assert ([mail["To"] for mail in mails()], reasons()) == ([people[1].email], [Reason.BAD_ADDRESS])


def test_what_is_true_when_it_is_sent_is_kept(people, account, run):
    from accounts.actions import personas

    buyer = personas.add_persona(name="Buyer", at=NOON, by=None)
    Contact.objects.filter(name="Mo").update(persona=buyer, locale="zh-CN")
    segment = make_segment("In use", raw={"all": [{"field": "stage", "op": "any_of", "value": ["delivery"]}]})
    make_contract(account, name="Backup", starts_on=TODAY - DAY, ends_on=TODAY + 10 * DAY)
    make_contract(account, name="Everything", starts_on=TODAY - DAY, ends_on=TODAY + 300 * DAY)
    run()
    survey = survey_when("onboarding_finished", roles=["end_user"])
    asking.ask_account(survey=survey, account=account, occasion="stage:1", at=NOON)
    run()
    sent = Invitation.objects.get()
    assert (sent.segment_ids, sent.persona, sent.product) == ([segment.pk], buyer, "Everything")
    assert (sent.language, sent.stage, sent.survey_version) == ("zh-hans", "delivery", 1)


def test_a_survey_switched_off_sends_nothing_that_was_planned(people, account, run, mails):
    survey = survey_when("onboarding_finished", delay_hours=1)
    asking.ask_account(survey=survey, account=account, occasion="stage:1", at=NOON)
    survey_actions.switch_survey(survey=survey, is_on=False, at=NOON, by=None)
    run(NOON + HOUR)
    assert (mails(), reasons()) == ([], [Reason.OFF] * 2)


def test_planning_nobody_plans_nothing(workspace):
    assert planning.refuse(refusals=[], at=NOON) == []
    assert Survey.objects.count() == 2
    assert not Answer.objects.exists()
