"""Who is told of what, once, by the ways they chose."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.facts import NewFact, record_fact, record_facts
from alerts.actions import care
from alerts.models import Alert
from journeys.actions import tasks as task_actions
from notices import words
from notices.actions import choosing, gathering
from notices.actions.telling import Case, tell
from notices.kinds import ByMail, Kind, Way
from notices.models import Notice, Occasion
from notices.queries.people import people
from outbox.models import Effect, Mail
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_chat,
    make_contact,
    make_member,
    make_survey_fact,
    make_task,
    make_user,
    make_workspace,
)
from tests.notices.conftest import bad_driver, open_alert
from workspaces import tenancy
from workspaces.capabilities import Role
from workspaces.models import Member

DAY = timedelta(days=1)


def told(member):
    return [one.occasion.kind for one in Notice.objects.filter(member=member).order_by("pk")]


def test_the_owner_is_told_of_an_alert_and_nobody_else(workspace, clock):
    owner, _boss = make_member(), make_member(Role.MANAGER)
    alert = open_alert(make_account("Cedar", owner=owner))
    clock.run()
    clock.run()

    notice = Notice.objects.get()
    assert (notice.member, notice.mail, notice.is_shown) == (owner, ByMail.DIGEST, True)
    assert (notice.occasion.kind, notice.occasion.link) == (Kind.ALERT_OPENED, f"/alerts/{alert.pk}/")
    assert words.say(notice.occasion).text == "The score is 42.0, below 50."
    assert Mail.objects.count() == 0


@pytest.mark.parametrize("role", ["decision_maker", "end_user"])
def test_an_alert_of_a_bad_answer_is_mailed_at_once(role, workspace, clock):
    owner = make_member()
    drivers = [bad_driver(role=role)]
    open_alert(
        make_account("Cedar", owner=owner), rule="bad_answer", drivers=drivers, is_urgent=role == "decision_maker"
    )
    clock.run()
    mail = Mail.objects.get()
    start = "Urgent: Cedar: " if role == "decision_maker" else "Cedar: "
    assert (mail.to, mail.subject) == (owner.user.email, f"{start}Bad answer")
    assert "Slow &lt;b&gt;help" in mail.html
    assert told(owner) == [Kind.URGENT_ALERT if role == "decision_maker" else Kind.BAD_ANSWER]


def test_an_account_of_nobody_and_of_somebody_who_left_are_told_to_managers_and_administrators(workspace, clock):
    gone, boss, admin = make_member(), make_member(Role.MANAGER), make_member(Role.ADMIN)
    asleep = make_member(Role.MANAGER)
    asleep.user.is_active = False
    asleep.user.save()
    Member.objects.filter(pk=gone.pk).update(ended_at=NOON)
    open_alert(make_account())
    open_alert(make_account(owner=gone))
    clock.run()
    assert told(boss) == told(admin) == [Kind.ALERT_OPENED] * 2
    assert told(gone) == told(asleep) == []


def test_what_is_over_when_its_turn_comes_is_not_told(workspace, clock):
    alert = open_alert(make_account(owner=make_member()))
    care.resolve_alert(alert=alert, at=NOON, by=make_user())
    clock.run()
    assert not Occasion.objects.exists()


def test_what_is_held_out_is_not_told(workspace, clock):
    open_alert(make_account(owner=make_member()), is_held_out=True)
    clock.run()
    assert not Occasion.objects.exists()


@pytest.mark.parametrize("way", ["acknowledge_alert", "resolve_alert"])
def test_what_is_taken_care_of_rings_no_more_and_is_in_no_digest(way, workspace, clock):
    alert = open_alert(make_account(owner=make_member()))
    clock.run()
    getattr(care, way)(alert=alert, at=NOON, by=None)
    clock.run()
    assert not Notice.objects.all().unread().exists()
    clock.later(days=2)
    clock.run()
    assert Mail.objects.count() == 0


def test_an_assignment_is_told_to_whoever_got_it_unless_they_took_it(workspace, clock):
    owner, other = make_member(), make_member()
    alert = open_alert(make_account(owner=owner))
    care.assign_alert(alert=alert, assignee=other, at=NOON, by=owner.user)
    clock.run()
    assert told(other) == [Kind.ALERT_OPENED, Kind.ALERT_ASSIGNED]  # theirs by the time it was told
    care.assign_alert(alert=alert, assignee=owner, at=NOON, by=owner.user)
    clock.run()
    assert Kind.ALERT_ASSIGNED not in told(owner)


def test_an_escalation_is_told_to_those_it_went_to(workspace, clock):
    owner, boss = make_member(), make_member(Role.MANAGER)
    alert = open_alert(make_account(owner=owner))
    data = {"alert_id": alert.pk, "rule": alert.rule, "days": 5, "members": [boss.pk]}
    record_fact(account=alert.account, kind="alert.escalated", at=NOON, **data)
    clock.run()
    assert told(boss) == [Kind.ALERT_ESCALATED]
    assert "5 days" in words.say(Notice.objects.get(member=boss).occasion).text


def bad_answer(account, **data):
    contact = make_contact(account, name="Mei Chen")
    return make_survey_fact(account, contact, 1, is_change=False, **data)


def test_a_bad_answer_that_no_alert_tells_is_told_two_minutes_later(workspace, clock):
    owner = make_member()
    fact = bad_answer(make_account("Cedar", owner=owner))
    Effect.objects.exclude(kind=gathering.ANSWER).delete()  # the rules do not look
    clock.run()
    assert told(owner) == []
    clock.later(minutes=2)
    clock.run()
    assert told(owner) == [Kind.BAD_ANSWER]
    assert "Mei Chen" in Mail.objects.get().text
    assert Occasion.objects.get().fact == fact


def test_an_answer_that_an_alert_told_is_not_told_again(workspace, clock):
    owner = make_member()
    account = make_account(owner=owner)
    fact = bad_answer(account)
    open_alert(account, rule="bad_answer", drivers=[bad_driver(fact.data["answer_id"])])
    Effect.objects.filter(kind="health.rescore").delete()
    clock.run()
    clock.later(minutes=2)
    clock.run()
    assert told(owner) == [Kind.BAD_ANSWER]
    assert Mail.objects.count() == 1


def test_an_answer_behind_an_alert_that_is_held_out_stays_silent(workspace, clock):
    account = make_account(owner=make_member())
    fact = bad_answer(account)
    Effect.objects.filter(kind="health.rescore").delete()
    open_alert(account, rule="bad_answer", drivers=[bad_driver(fact.data["answer_id"])], is_held_out=True)
    clock.later(minutes=2)
    clock.run()
    assert not Occasion.objects.exists()


def test_a_task_is_told_to_whoever_was_given_it(workspace, clock):
    owner, other = make_member(), make_member()
    account = make_account(owner=owner)
    task = task_actions.add_task(account=account, text="Call", due_on=TODAY, assignee=other, at=NOON, by=owner.user)
    task_actions.add_task(account=account, text="Write", due_on=TODAY, assignee=owner, at=NOON, by=owner.user)
    clock.run()
    assert (told(other), told(owner)) == ([Kind.TASK_ASSIGNED], [])
    task_actions.change_task(task=task, changes={"text": "Call again"}, at=NOON, by=owner.user)
    clock.run()
    assert told(other) == [Kind.TASK_ASSIGNED]


def test_the_day_brings_renewals_and_overdue_tasks_once(workspace, clock):
    owner = make_member()
    account = make_account("Cedar", owner=owner)
    type(account).objects.filter(pk=account.pk).update(renews_on=TODAY + 30 * DAY)
    later = make_account(owner=owner)
    type(later).objects.filter(pk=later.pk).update(renews_on=TODAY + 31 * DAY)
    make_task(account, text="Call Mei", due_on=TODAY - DAY)
    make_task(account, text="Not yet", due_on=TODAY)
    Effect.objects.all().delete()
    for _ in range(2):
        gathering.begin_day(at=NOON)
        clock.run()
    assert sorted(told(owner)) == [Kind.RENEWAL_NEAR, Kind.TASK_OVERDUE]
    texts = [words.say(one.occasion).text for one in Notice.objects.order_by("occasion__kind")]
    assert texts == ["Renews on 15 Jul 2026.", "Call Mei, due on 14 Jun 2026."]
    gathering.begin_day(at=NOON + DAY)
    clock.later(days=1)
    clock.run()
    assert Occasion.objects.filter(kind=Kind.RENEWAL_NEAR).count() == 2


def test_stuck_work_is_told_to_administrators_once_a_day(workspace, clock):
    admin, boss = make_member(Role.ADMIN), make_member(Role.MANAGER)
    for nth in range(3):
        Effect.objects.create(
            kind="surveys.send_wave", queue="mail", dedupe_key=str(nth), available_at=NOON, created_at=NOON, attempts=99
        )
    clock.run()
    assert (told(admin), told(boss)) == ([Kind.WORK_STUCK], [])
    assert Notice.objects.get().occasion.link == "/settings/work/"
    assert "for a decision" in words.say(Notice.objects.get().occasion).text


def test_nothing_is_told_of_work_that_was_decided_about(workspace):
    gathering.tell_stuck(at=NOON)
    assert not Occasion.objects.exists()


# ------------------------------------------------------------------------------------------------- choices
@pytest.mark.parametrize(
    ("way", "digest", "row", "mails"),
    [
        (Way(True, ByMail.AT_ONCE), "daily", (True, "at_once"), 1),
        (Way(False, ByMail.AT_ONCE), "off", (False, "at_once"), 1),
        (Way(False, ByMail.NEVER), "daily", (False, "never"), 0),
        (Way(True, ByMail.DIGEST), "off", (True, "never"), 0),
        (Way(False, ByMail.DIGEST), "daily", (False, "digest"), 1),
    ],
)
def test_what_was_chosen_is_what_comes(way, digest, row, mails, workspace, clock):
    owner = make_member()
    choosing.choose(member_id=owner.pk, ways={Kind.ALERT_OPENED: way}, digest=digest, hour=8, at=NOON)
    open_alert(make_account(owner=owner))
    clock.run()
    notice = Notice.objects.get()
    assert (notice.is_shown, notice.mail) == row
    clock.later(days=1)
    clock.run()
    assert Mail.objects.count() == mails


def test_mail_speaks_the_readers_language(workspace, clock):
    owner = make_member()
    owner.user.language = "de"
    owner.user.save()
    open_alert(make_account(owner=owner), rule="bad_answer", drivers=[bad_driver()], score=42)
    account = Alert.objects.get().account
    type(account).objects.filter(pk=account.pk).update(health_score=42, health_band="at_risk")
    clock.run()
    assert "42,0" in Mail.objects.get().text


# ---------------------------------------------------------------------------------------------------- sets
def test_many_are_told_in_as_many_statements_as_few(workspace):
    owner = make_member()

    def cost(count):
        accounts = [make_account(owner=owner) for _ in range(count)]
        alerts = [open_alert(account) for account in accounts]
        ids = [fact.pk for fact in facts_of(alerts)]
        Occasion.objects.all().delete()
        with CaptureQueriesContext(connection) as captured:
            gathering.tell_facts(fact_ids=ids, at=NOON)
        assert Notice.objects.filter(occasion__account__in=accounts).count() == count
        return len(captured)

    assert cost(2) == cost(20)


def facts_of(alerts):
    from accounts.models import Fact

    return Fact.objects.filter(kind="alert.opened", account__in=[alert.account_id for alert in alerts])


def test_facts_wait_in_sets_and_others_cost_nothing(workspace):
    account = make_account()
    Effect.objects.all().delete()
    record_facts(facts=[NewFact(account.pk, "alert.closed", NOON, {"alert_id": 1})] * 1200, at=NOON)
    sizes = [len(one.payload["fact_ids"]) for one in Effect.objects.filter(kind=gathering.TELL)]
    assert sorted(sizes) == [200, 500, 500]
    Effect.objects.all().delete()
    record_fact(account=account, kind="contract.changed", at=NOON)
    assert not Effect.objects.filter(kind__startswith="notices.").exists()


def test_another_workspace_hears_nothing(workspace, clock):
    with tenancy.entered(make_workspace("Other").pk):
        stranger = make_member(Role.ADMIN)
    open_alert(make_account())
    clock.run()
    with tenancy.entered(stranger.workspace_id):
        assert not Notice.objects.exists()


def test_history_is_not_told(workspace, clock):
    account = make_account(owner=make_member())
    alert = open_alert(account)
    Effect.objects.filter(kind=gathering.TELL).delete()
    record_facts(facts=[NewFact(account.pk, "alert.opened", NOON, {"alert_id": alert.pk})], at=NOON, is_history=True)
    clock.run()
    assert not Occasion.objects.exists()


class Killed(BaseException):
    """The worker's process dies here."""


def test_killed_in_between_it_is_told_once(workspace, clock, monkeypatch):
    owner = make_member()
    open_alert(make_account(owner=owner), rule="bad_answer", drivers=[bad_driver()])
    from notices.actions import messages

    write = messages.write

    def die(**told):
        raise Killed

    monkeypatch.setattr(messages, "write", die)
    with pytest.raises(Killed):
        clock.run()
    assert (Notice.objects.count(), Mail.objects.count()) == (0, 0)
    monkeypatch.setattr(messages, "write", write)
    from outbox import engine

    clock.later(minutes=1)
    engine.reap(at=clock.at)
    clock.run()
    assert (Notice.objects.count(), Mail.objects.count()) == (1, 1)


@pytest.mark.parametrize("kind", Kind.values)
def test_whatever_is_mailed_says_what_and_why(kind, workspace):
    admin = make_member(Role.ADMIN)
    choosing.choose(member_id=admin.pk, ways={kind: Way(True, ByMail.AT_ONCE)}, digest="off", hour=8, at=NOON)
    data = {"renews_on": "2026-07-15", "text": "Call", "due_on": "2026-06-14", "count": 2, "name": "#x", "status": 410}
    data |= {
        "theme": "Billing",
        "day": "2026-06-14",
        "customers": 9,
        "of_customers": 40,
        "before": 20,
        "of_before": 400,
    }
    data |= {"negative": 7, "quarter": "2026-Q2", "until": "2026-06-30", "work": "import", "written": 3}
    of_nobody = {Kind.WORK_STUCK, Kind.CHAT_OFF, Kind.THEME_RISEN, Kind.REVIEWS_DUE, Kind.WORK_DONE}
    account = None if kind in of_nobody else make_account("Cedar")
    case = Case(kind, "one", "/there/", [admin.pk], account=account, data=data)
    tell(cases=[case], people=people(), at=NOON)
    mail = Mail.objects.get()
    assert str(Kind(kind).label) in mail.subject
    assert "You get this mail because" in mail.text
    assert ("Cedar" in mail.text) is (account is not None)
    assert "/profile/notices/" in mail.text
    assert str(Notice.objects.get()) == f"{Occasion.objects.get().pk} {admin.pk}"
    assert str(Occasion.objects.get()) == "one"


def test_a_chat_that_is_on_again_is_not_told_of(workspace):
    gathering.tell_chat_off(hook_id=make_chat().pk, status=410, at=NOON)
    assert not Occasion.objects.exists()
