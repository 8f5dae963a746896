"""Alerts end to end inside the database: opened in sets, told once, closed by the rules or by people."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.contacts import set_left
from accounts.models import Account, Fact
from accounts.stages import Stage
from alerts.actions import alerts, care, rules
from alerts.models import Alert
from health import queries as health_queries
from health.actions import scores
from health.models import HealthScore
from outbox.engine import run_due
from outbox.models import Mail
from surveys.actions import answers
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_alert,
    make_contact,
    make_member,
    make_reading,
    make_rule,
    make_survey_fact,
    make_survey_invitation,
    make_user,
)
from tests.health.given import engagement, part
from workspaces import tenancy
from workspaces.capabilities import Role
from workspaces.models import Member

DAY = timedelta(days=1)


def with_score(account, score, day=TODAY, band=None, parts=None):
    """A stored score, current when it is today's."""
    band = band if band is not None else ("at_risk" if score < 50 else "watch" if score < 70 else "healthy")
    HealthScore.objects.update_or_create(
        account=account,
        day=day,
        defaults={"score": score, "band": band, "coverage": 0.9, "parts": parts or [], "computed_at": NOON},
    )
    if day == TODAY:
        account.health_score, account.health_band = score, band
        account.save(update_fields=["health_score", "health_band"])
    return account


def evaluate(account, at=NOON):
    alerts.evaluate(account_ids=[account.pk], at=at)
    return list(Alert.objects.filter(account=account).order_by("pk"))


def facts(account, kind):
    return list(Fact.objects.filter(account=account, kind=kind).order_by("pk"))


def run(*queues, at=NOON):
    for queue in queues:
        while run_due(queue=queue, clock=lambda: at, until=at):
            pass


def test_a_bad_answer_opens_one_urgent_alert_with_its_words(workspace):
    account = with_score(make_account(), 80)
    boss = make_contact(account, name="Mei Chen", role="decision_maker")
    make_survey_fact(account, boss, 1, comment="Nobody called back.")

    (alert,) = evaluate(account)
    assert (alert.rule, alert.is_urgent, alert.held) == ("bad_answer", True, ["bad_answer"])
    assert alert.reason == "Mei Chen (decision maker) answered 1 of 5: “Nobody called back.”"
    (fact,) = facts(account, "alert.opened")
    assert (fact.data["alert_id"], fact.data["rule"], fact.data["is_urgent"]) == (alert.pk, "bad_answer", True)

    assert evaluate(account) == [alert]
    assert len(facts(account, "alert.opened")) == 1


def test_changing_a_bad_answer_to_a_good_one_closes_it(workspace):
    account = with_score(make_account(), 80)
    contact = make_contact(account)
    make_survey_fact(account, contact, 1)
    evaluate(account)
    make_survey_fact(account, contact, 5, at=NOON + DAY, is_change=True)

    (alert,) = evaluate(account, NOON + DAY)
    assert (alert.closed_at, alert.closed_how) == (NOON + DAY, "recovered")
    (fact,) = facts(account, "alert.closed")
    assert fact.data == {
        "alert_id": alert.pk, "rule": "bad_answer", "how": "recovered", "open_alerts": 0, "band": "healthy",
    }  # fmt: skip
    assert alert.reason == f"{contact.name} (end user) answered 1 of 5."


def test_a_bad_answer_that_nobody_asked_about_again_is_over_after_30_days(workspace):
    account = with_score(make_account(), 80)
    make_survey_fact(account, make_contact(account), 1)
    evaluate(account)
    assert evaluate(account, NOON + 29 * DAY)[0].is_open
    assert evaluate(account, NOON + 30 * DAY)[0].closed_how == "recovered"


def test_a_second_bad_answer_joins_and_shows_the_alert_again(workspace):
    account, member = with_score(make_account(), 80), make_member()
    first, second = make_contact(account), make_contact(account, role="decision_maker")
    make_survey_fact(account, first, 2)
    (alert,) = evaluate(account)
    care.acknowledge_alert(alert=alert, at=NOON, by=member.user)
    care.snooze_alert(alert=alert, until=TODAY + 5 * DAY, reason="Waits", at=NOON, by=member.user)
    make_survey_fact(account, first, 2, comment="Still waiting", at=NOON + DAY)  # a comment is no news

    (alert,) = evaluate(account, NOON + DAY)
    assert (len(alert.drivers), alert.is_snoozed_on(TODAY), alert.is_urgent) == (1, True, False)
    assert "Still waiting" in alert.reason

    make_survey_fact(account, second, 1, at=NOON + DAY)
    (alert,) = evaluate(account, NOON + DAY)
    assert (len(alert.drivers), alert.snoozed_until, alert.acknowledged_at, alert.is_urgent) == (2, None, None, True)
    assert len(facts(account, "alert.opened")) == 1


def test_score_rules_name_the_weak_parts(workspace):
    account = make_account()
    usage = part("adoption", 20, 8.0, trend={"metric": "key_actions", "last": 1240, "before": 2003, "value": 20})
    goals = part("outcomes", 0, 0.0, progress={"goals": 3, "behind": 3, "value": 0})
    steps = part("journey", 90, 9.0, timeliness={"due": 3, "late": 0, "overdue": 0})
    unknown = part("intent", None, 3.0)
    now = [unknown, usage, goals, engagement(90, 9.0, 7), steps]
    before = [{**one, "points": 25.0} for one in now if one["key"] == "adoption"]
    with_score(account, 66, day=TODAY - 14 * DAY, parts=before)
    with_score(account, 40, parts=now)

    (alert,) = evaluate(account)
    assert alert.held == ["score_band", "score_drop"]
    assert alert.reasons == [
        "The score is 40.0, below 50. Outcomes at scale: 3 of 3 goals are behind where they should be by now."
        " Successful adoption: Key actions fell 38\N{NO-BREAK SPACE}%: 1,240 in the last 28 days,"
        " 2,003 in the 28 before.",
        "The score fell to 40.0 from 66.0 on 1 Jun 2026.",
    ]
    assert alert.next_step == "Talk about the goals that are behind, and agree what to do first."


def test_a_drop_looks_at_the_latest_score_14_days_ago_or_before(workspace):
    account = with_score(make_account(), 60)
    with_score(account, 90, day=TODAY - 13 * DAY)
    assert evaluate(account) == []
    with_score(account, 80, day=TODAY - 20 * DAY, band="")
    assert evaluate(account) == []
    with_score(account, 80, day=TODAY - 20 * DAY)
    (alert,) = evaluate(account)
    assert (alert.rule, alert.first_driver["since"]) == ("score_drop", "2026-05-26")


def test_a_score_without_a_band_changes_nothing(workspace):
    account = with_score(make_account(), 40)
    evaluate(account)
    with_score(account, 95, band="")
    (alert,) = evaluate(account)
    assert alert.is_open


def test_recovery_of_one_rule_leaves_the_alert_open_for_the_other(workspace):
    account = with_score(make_account(), 40)
    contact = make_contact(account)
    make_survey_fact(account, contact, 1)
    (alert,) = evaluate(account)
    make_survey_fact(account, contact, 5, at=NOON + DAY)
    (alert,) = evaluate(account, NOON + DAY)
    assert (alert.is_open, alert.held) == (True, ["score_band"])
    assert alert.reason == "The score is 40.0, below 50."
    with_score(account, 60)
    (alert,) = evaluate(account, NOON + DAY)
    assert alert.closed_how == "recovered"


def test_resolving_tells_and_the_same_fall_does_not_open_again(workspace):
    account, member = with_score(make_account(), 40), make_member()
    make_survey_fact(account, make_contact(account), 1)
    (alert,) = evaluate(account)
    care.resolve_alert(alert=alert, at=NOON, by=member.user, note="Called. ")
    (alert,) = evaluate(account)
    assert (alert.closed_how, alert.resolution, alert.resolved_by, alert.held) == (
        "resolved", "Called.", member.user, ["score_band"],
    )  # fmt: skip
    (fact,) = facts(account, "alert.closed")
    assert (fact.by, fact.data["how"], fact.data["open_alerts"]) == (member.user, "resolved", 0)
    with_score(account, 65)
    assert evaluate(account)[0].held == []
    with_score(account, 45)
    assert [one.rule for one in evaluate(account)] == ["bad_answer", "score_band"]


def test_the_count_of_alerts_still_open_is_told(workspace):
    account = with_score(make_account(), 45)
    assert len(evaluate(account)) == 1
    make_survey_fact(account, make_contact(account), 1)
    _, bad = evaluate(account)
    care.resolve_alert(alert=bad, at=NOON, by=make_user())
    assert facts(account, "alert.closed")[-1].data["open_alerts"] == 1
    with_score(account, 60)
    evaluate(account)
    assert facts(account, "alert.closed")[-1].data["open_alerts"] == 0


def test_people_act_on_open_alerts_only(workspace):
    alert, user = make_alert(make_account()), make_user()
    care.acknowledge_alert(alert=alert, at=NOON, by=user)
    again = care.acknowledge_alert(alert=alert, at=NOON + DAY, by=make_user())
    assert (again.acknowledged_at, again.acknowledged_by) == (NOON, user)
    assert len(facts(alert.account, "alert.acknowledged")) == 1
    care.resolve_alert(alert=alert, at=NOON, by=user)
    for act in (care.acknowledge_alert, care.resolve_alert):
        with pytest.raises(care.AlertClosed):
            act(alert=alert, at=NOON, by=user)
    with pytest.raises(care.AlertClosed):
        care.snooze_alert(alert=alert, until=TODAY + DAY, reason="Later", at=NOON, by=user)


def test_snoozing_needs_a_later_day_and_a_reason(workspace):
    alert, user = make_alert(make_account()), make_user()
    with pytest.raises(care.NotInFuture):
        care.snooze_alert(alert=alert, until=TODAY, reason="Later", at=NOON, by=user)
    with pytest.raises(care.ReasonMissing):
        care.snooze_alert(alert=alert, until=TODAY + DAY, reason=" ", at=NOON, by=user)
    alert = care.snooze_alert(alert=alert, until=TODAY + DAY, reason="Away", at=NOON, by=user)
    assert list(Alert.objects.visible(TODAY)) == []
    assert list(Alert.objects.snoozed(TODAY)) == [alert]
    assert list(Alert.objects.visible(TODAY + DAY)) == [alert]
    assert facts(alert.account, "alert.snoozed")[0].data["until"] == "2026-06-16"


def test_rules_switched_off_open_nothing(workspace):
    rules.switch_first_rules(off=["score_band"], at=NOON, by=None)
    assert evaluate(with_score(make_account(), 40)) == []


def test_a_lost_customer_raises_no_score_alert(workspace):
    assert evaluate(with_score(make_account(stage=Stage.CHURN), 40)) == []


def test_a_lost_customer_has_no_alert_but_by_what_somebody_there_says(workspace):
    account = with_score(make_account(), 40)
    make_rule("champion_left")
    set_left(contact=make_contact(account, role="champion"), has_left=True, at=NOON, by=None)
    assert [alert.rule for alert in evaluate(account)] == ["rule_4", "score_band"]
    Account.objects.filter(pk=account.pk).update(stage=Stage.CHURN)
    assert [(alert.closed_how, alert.held) for alert in evaluate(account, NOON + DAY)] == [("lost", [])] * 2
    assert [fact.data["how"] for fact in facts(account, "alert.closed")] == ["lost"] * 2
    make_survey_fact(account, make_contact(account), 1, at=NOON + DAY)
    assert [alert.rule for alert in evaluate(account, NOON + DAY) if alert.is_open] == ["bad_answer"]

    Account.objects.filter(pk=account.pk).update(stage=Stage.USE)  # won back
    assert [alert.rule for alert in evaluate(account, NOON + 2 * DAY) if alert.is_open] == ["bad_answer", "rule_4"]


def test_evaluating_takes_the_same_statements_for_one_account_and_for_three(workspace):
    def cost(count):
        accounts = [with_score(make_account(), 40) for _ in range(count)]
        for account in accounts:
            with_score(account, 80, day=TODAY - 14 * DAY)
            make_survey_fact(account, make_contact(account), 1)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            alerts.evaluate(account_ids=[account.pk for account in accounts], at=NOON)
        assert Alert.objects.filter(account__in=accounts).count() == count
        return len(queries)

    assert cost(1) == cost(3)


# ------------------------------------------------------------------------------------------- mail
def opened(owner=None, **contact):
    account = with_score(make_account("Cedar Logistics", owner=owner), 42)
    make_survey_fact(account, make_contact(account, name="Mei Chen", **contact), 1, comment="Slow <b>help</b>")
    evaluate(account)
    return account


def test_the_owner_is_mailed_once_with_reason_next_step_and_link(workspace):
    owner = make_member()
    make_member(Role.MANAGER)
    account = opened(owner, role="decision_maker")
    run("mail")
    run("mail")
    (mail,) = Mail.objects.all()
    alert = Alert.objects.get(account=account)
    assert (mail.to, mail.subject) == (owner.user.email, "Urgent: Cedar Logistics: Bad answer")
    for words in (
        "Health score 42.0 (At risk)",
        "Mei Chen (decision maker) answered 1 of 5: “Slow <b>help</b>”",
        "The score is 42.0, below 50.",
        "Call Mei Chen",
        f"/alerts/{alert.pk}/",
        f"/accounts/{account.pk}/",
    ):
        assert words in mail.text
    assert "Slow &lt;b&gt;help" in mail.html


def test_an_account_of_nobody_mails_managers_and_administrators(workspace):
    people = {role: make_member(role).user.email for role in Role.values}
    gone = make_member(Role.MANAGER).user
    gone.is_active = False
    gone.save()
    opened()
    run("mail")
    assert sorted(mail.to for mail in Mail.objects.all()) == sorted([people["manager"], people["admin"]])


def test_an_owner_who_left_does_not_get_the_mail(workspace):
    owner, manager = make_member(), make_member(Role.MANAGER)
    account = opened(owner)
    Member.objects.filter(pk=owner.pk).update(ended_at=NOON)
    run("mail")
    assert [mail.to for mail in Mail.objects.all()] == [manager.user.email]
    assert Alert.objects.filter(account=account).count() == 1


def test_an_alert_that_is_over_is_not_mailed(workspace):
    account = opened(make_member())
    care.resolve_alert(alert=Alert.objects.get(account=account), at=NOON, by=make_user())
    run("mail")
    assert Mail.objects.count() == 0


def test_the_mail_speaks_the_readers_language(workspace, settings):
    owner = make_member()
    owner.user.language = "de"
    owner.user.save()
    opened(owner)
    run("mail")
    assert "42,0" in Mail.objects.get().text


# ------------------------------------------------------------------------------------------- the whole way
def in_steady_use(owner):
    account = make_account("Cedar Logistics", owner=owner)
    make_reading(account, "touchpoints_two_way", TODAY - 40 * DAY, 1)
    for age in range(56):
        make_reading(account, "key_actions", TODAY - age * DAY, 10)
    scores.rescore_all(day=TODAY, at=NOON)
    account.refresh_from_db()
    return account


@pytest.mark.parametrize(("value", "comment"), [(1, "Nobody called back."), (2, "")])
def test_one_bad_answer_lowers_the_score_and_leads_to_one_alert_and_one_mail(workspace, value, comment):
    owner = make_member()
    account = in_steady_use(owner)
    before = account.health_scores.get().score
    invitation = make_survey_invitation(make_contact(account, name="Mei Chen", role="decision_maker"))
    answers.answer(invitation=invitation, value=value, comment=comment, at=NOON)
    run("default", "compute", "mail")
    answers.answer(invitation=invitation, value=value, comment="One more thing.", at=NOON + DAY / 24)
    run("default", "compute", "mail", at=NOON + DAY / 24)

    account.refresh_from_db()
    (alert,) = Alert.objects.filter(account=account)
    assert account.health_score < before
    assert alert.reason == f"Mei Chen (decision maker) answered {value} of 5: “One more thing.”"
    assert account.stage == Stage.DISAPPOINTMENT
    assert [mail.to for mail in Mail.objects.all()] == [owner.user.email]
    sentence = health_queries.score_now(account).parts[4].sentence
    assert sentence.endswith(f"Mei Chen (decision maker) answered {value} of 5: “One more thing.”")


def test_an_answer_changed_for_the_better_takes_everything_back(workspace):
    account = in_steady_use(make_member())
    invitation = make_survey_invitation(make_contact(account))
    answers.answer(invitation=invitation, value=1, comment="", at=NOON)
    run("default", "compute", "mail")
    answers.answer(invitation=invitation, value=5, comment="", at=NOON + DAY / 24)
    run("default", "compute", "default", "mail", at=NOON + DAY / 24)

    account.refresh_from_db()
    (alert,) = Alert.objects.filter(account=account)
    assert alert.closed_how == "recovered"
    assert account.stage == Stage.USE
    assert Mail.objects.count() == 1


def test_other_workspaces_are_not_evaluated(workspace):
    account = with_score(make_account(), 40)
    from tests.builders import make_workspace

    with tenancy.entered(make_workspace("Other").pk):
        alerts.evaluate(account_ids=[account.pk], at=NOON)
        assert Alert.objects.count() == 0
    assert Alert.objects.count() == 0
