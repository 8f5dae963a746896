"""Rules made, changed and judged: actions, figures, thresholds, their pages and the API."""

import re
from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Account, Metric
from accounts.stages import Stage
from alerts import entries, kinds, queries, rulebook, tasks
from alerts.actions import alerts, settings
from alerts.actions import rules as actions
from alerts.kinds import OF_METRICS, BadParameters, Kind
from alerts.models import Alert, AlertRule
from alerts.queries import Figures, Thresholds, figures
from alerts.queries.figures import ENOUGH
from alerts.rules import BUILT_IN, Rule
from health.models import HealthScore
from journeys.rules import DISAPPOINTED
from outbox.engine import run_due
from outbox.models import Effect
from outbox.registry import Daily, schedule
from segments.actions import segments as segment_actions
from segments.models import Segment, SegmentMember
from tests.alerts.test_alerts import with_score
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_alert,
    make_contact,
    make_metric,
    make_move,
    make_rule,
    make_segment,
    make_survey_fact,
    make_user,
    make_workspace,
)
from tests.health.test_views import sign_in
from workspaces import tenancy
from workspaces.capabilities import Role
from workspaces.models import AuditEvent

DAY = timedelta(days=1)


# ------------------------------------------------------------------------------------------- parameters
@pytest.mark.parametrize(
    ("kind", "told", "wrong"),
    [
        ("score_band", {"below": 50, "leave_from": 51}, set()),
        ("score_band", {"below": 50, "leave_from": 50}, {"leave_from"}),
        ("score_band", {"below": 0, "leave_from": 101}, {"below", "leave_from"}),
        ("score_band", {"below": 50}, {"leave_from"}),
        ("score_band", {"below": True, "leave_from": 60}, {"below"}),
        ("score_band", {"below": 49.5, "leave_from": "60"}, {"below", "leave_from"}),
        ("score_band", {"below": 50, "leave_from": 60, "luck": 1}, {"luck"}),
        ("score_band", [50, 60], {""}),
        ("luck", {}, {""}),
        ("component", {"part": "adoption", "below": 40, "leave_from": 60}, set()),
        ("component", {"part": "luck", "below": 40, "leave_from": 60}, {"part"}),
        ("component", {"part": ["adoption"], "below": 40, "leave_from": 60}, {"part"}),
        ("metric", {"metric": "", "below": 60, "leave_from": 80}, {"metric"}),
        ("metric", {"metric": 5, "below": 60, "leave_from": 80}, {"metric"}),
        ("metric_rise", {"metric": "errors", "above": 150, "leave_to": 149}, set()),
        ("metric_rise", {"metric": "errors", "above": 150, "leave_to": 150}, {"leave_to"}),
        ("metric_rise", {"metric": "errors", "above": 100, "leave_to": 90}, {"above"}),
        ("answer", {"csat_most": 2}, set()),
        ("answer", {"csat_most": None, "nps_most": 0}, set()),
        ("answer", {"csat_most": None, "nps_most": None}, {"csat_most"}),
        ("seats_falling", {"fall": 20, "leave_within": 19}, set()),
        ("seats_falling", {"fall": 20, "leave_within": 20}, {"leave_within"}),
        ("champion_left", {}, set()),
    ],
)
def test_parameters_are_judged_one_by_one_and_together(kind, told, wrong):
    if not wrong:
        assert kinds.check(kind, told).keys() == kinds.defaults(kind).keys()
        return
    with pytest.raises(BadParameters) as refused:
        kinds.check(kind, told)
    assert refused.value.problems.keys() == wrong


@pytest.mark.parametrize("kind", [kind for kind in Kind.values if kind not in OF_METRICS])
def test_what_a_kind_starts_with_can_be_saved(kind):
    assert kinds.check(kind, kinds.defaults(kind)) == kinds.defaults(kind)


# ------------------------------------------------------------------------------------------- actions
def audited():
    return list(AuditEvent.objects.filter(kind__startswith="alert_rule.").order_by("pk").values_list("kind", "detail"))


def test_every_workspace_starts_with_three_rules(workspace):
    actions.give_first_rules(at=NOON)
    assert [rule.key for rule in queries.alert_rules()] == Rule.values
    assert queries.terms() == BUILT_IN
    with tenancy.entered(make_workspace("Other").pk):
        assert [rule.label for rule in queries.alert_rules()] == ["Bad answer", "Score at risk", "Score fell"]


def test_a_rule_is_made_changed_put_away_and_brought_back(workspace):
    user, segment = make_user(), make_segment()
    rule = actions.create_rule(
        name=" Weak seats ", kind="component", parameters=kinds.defaults("component"), at=NOON, by=user
    )
    assert (rule.key, rule.name, rule.is_hard, rule.is_on, rule.cool_down_days) == (
        "rule_4",
        "Weak seats",
        False,
        True,
        42,
    )
    assert make_rule("champion_left").is_hard
    same = actions.update_rule(rule=rule, name="Weak seats", at=NOON + DAY, by=None)
    assert (same.changed_at, same.changed_by) == (NOON, user)
    parameters = {"part": "engagement", "below": 30, "leave_from": 45}
    changed = actions.update_rule(
        rule=rule, parameters=parameters, segment_id=segment.pk, is_hard=True, cool_down_days=7, at=NOON + DAY, by=user
    )
    assert (changed.parameters, changed.segment_id, changed.is_hard, changed.cool_down_days) == (
        parameters, segment.pk, True, 7,
    )  # fmt: skip
    again = actions.update_rule(rule=changed, segment_id=segment.pk, name="Engaged", at=NOON + DAY, by=user)
    actions.retire_rule(rule=again, at=NOON + DAY, by=user)
    assert [one.key for one in queries.retired_rules()] == ["rule_4"]
    assert "rule_4" not in [one.key for one in queries.alert_rules()]
    actions.restore_rule(rule=again, at=NOON + DAY, by=user)
    assert [kind for kind, _ in audited()] == [
        "alert_rule.created", "alert_rule.created", "alert_rule.changed", "alert_rule.changed", "alert_rule.retired",
        "alert_rule.restored",
    ]  # fmt: skip
    assert audited()[0][1] == {"kind": "component", **kinds.defaults("component")}
    assert audited()[3][1] == {"from": {"name": "Weak seats"}, "to": {"name": "Engaged"}}


def test_a_rule_that_cannot_be_is_refused(workspace):
    rule = make_rule("silence", "Quiet")
    with pytest.raises(actions.NameTaken):
        make_rule("silence", "quiet")
    with pytest.raises(actions.NameMissing):
        actions.update_rule(rule=rule, name="", at=NOON, by=None)
    with pytest.raises(BadParameters, match="metric: There is no metric of this key"):
        make_rule("metric", metric="luck")
    with pytest.raises(BadParameters):
        actions.update_rule(rule=rule, parameters={"days": 1}, at=NOON, by=None)
    with pytest.raises(actions.NotAvailable):
        make_rule("silence", segment_id=99)
    with pytest.raises(actions.NotAvailable):
        actions.update_rule(rule=rule, segment_id=99, at=NOON, by=None)
    with pytest.raises(actions.NotAThreshold):
        actions.update_rule(rule=rule, follows_budget=True, at=NOON, by=None)
    with pytest.raises(actions.NotAThreshold):
        make_rule("silence", follows_budget=True)
    assert AlertRule.objects.count() == 4


def test_a_name_is_free_again_once_its_rule_is_put_away(workspace):
    first = actions.retire_rule(rule=make_rule("silence", "Quiet"), at=NOON, by=None)
    make_rule("silence", "Quiet")
    with pytest.raises(actions.NameTaken):
        actions.restore_rule(rule=first, at=NOON, by=None)


def test_there_is_a_most_of_rules(workspace, monkeypatch):
    spare = actions.retire_rule(rule=make_rule(), at=NOON, by=None)
    monkeypatch.setattr(actions, "MOST_RULES", 3)
    with pytest.raises(actions.TooManyRules):
        make_rule()
    with pytest.raises(actions.TooManyRules):
        actions.restore_rule(rule=spare, at=NOON, by=None)


def test_the_first_rules_are_switched_together(workspace):
    with pytest.raises(actions.UnknownRule):
        actions.switch_first_rules(off=["luck"], at=NOON, by=None)
    actions.switch_first_rules(off=["score_drop", "bad_answer"], at=NOON, by=None)
    actions.switch_first_rules(off=["bad_answer", "score_drop"], at=NOON, by=None)
    assert queries.rules_off() == ["bad_answer", "score_drop"]
    assert len(audited()) == 2
    actions.retire_rule(rule=AlertRule.objects.get(key="score_band"), at=NOON, by=None)
    assert queries.rules_off() == ["bad_answer", "score_band", "score_drop"]


def test_a_budget_is_kept(workspace):
    assert queries.budget() == 5
    settings.set_alerts(budget=8, at=NOON, by=None)
    settings.set_alerts(budget=8, at=NOON + DAY, by=None)
    assert (queries.budget(), queries.alert_settings().changed_at) == (8, NOON)
    assert AuditEvent.objects.get(kind="health.alerts_changed").detail == {"from": {"budget": 5}, "to": {"budget": 8}}
    for budget in (0, 101):
        with pytest.raises(settings.OutOfLimits, match="budget"):
            settings.set_alerts(budget=budget, at=NOON, by=None)


def test_a_segment_deleted_for_good_holds_nobody(workspace):
    segment, account = make_segment("Pilots"), with_score(make_account(), 30)
    rule = make_rule("score_band", "Pilots at risk", segment_id=segment.pk)
    AlertRule.objects.exclude(pk=rule.pk).update(is_on=False)
    SegmentMember.objects.create(segment=segment, account=account, since=NOON)
    assert rulebook.sentence(rule, rulebook.names()).endswith("Only for accounts of “Pilots”.")
    segment_actions.delete(segment=segment, at=NOON, by=None)
    Segment.objects.all().delete()
    alerts.evaluate(account_ids=[account.pk], at=NOON)
    assert Alert.objects.count() == 0
    known = rulebook.names()
    assert rulebook.problem(rule, known) == "Its segment is not in use any more: it opens nothing."
    assert rulebook.sentence(rule, known).endswith("Only for accounts of “a segment that is gone”.")


def test_the_statement_of_rules_without_any_answers_nothing(workspace):
    AlertRule.objects.all().delete()
    account = with_score(make_account(), 30)
    alerts.evaluate(account_ids=[account.pk], at=NOON)
    assert Alert.objects.count() == 0


# ------------------------------------------------------------------------------------------- figures
def opened(account, rule, age, **fields):
    return make_alert(account, rule=rule, opened_at=NOON - age * DAY, **fields)


def closed(account, rule, age):
    return opened(account, rule, age, closed_at=NOON - DAY, closed_how="recovered", held=[])


def moved(account, stage, age, rule=""):
    move = make_move(account, stage, at=NOON - age * DAY)
    if rule:
        type(move).objects.filter(pk=move.pk).update(rule=rule)


def test_figures_say_how_often_a_rule_was_right_and_how_early(workspace):
    left, stayed, late, led = (make_account(at=NOON - 500 * DAY) for _ in range(4))
    for account in (left, stayed, late, led):
        closed(account, "score_band", 150)
    moved(left, Stage.CHURN, 120)
    moved(late, Stage.CHURN, 59)
    moved(led, Stage.DISAPPOINTMENT, 149, rule=DISAPPOINTED.name)
    opened(stayed, "score_band", 10)
    opened(stayed, "score_drop", 800)
    closed(stayed, "bad_answer", 200)
    moved(stayed, Stage.DISAPPOINTMENT, 190)

    found = queries.rule_figures(NOON)
    assert found == {
        "score_band": Figures(opened=5, open_now=1, judged=4, hits=1, lead_days=30.0),
        "score_drop": Figures(opened=0, open_now=1),
        "bad_answer": Figures(opened=0, open_now=0, judged=1, hits=1, lead_days=10.0),
    }
    assert found["score_band"].precision == 0.25
    assert found["score_drop"].precision is None


def test_the_base_rate_is_that_of_all_accounts_that_had_not_left(workspace):
    assert queries.base_rate(NOON) is None
    old = [make_account(at=NOON - 200 * DAY) for _ in range(3)]
    make_account(at=NOON - 10 * DAY)
    moved(old[0], Stage.CHURN, 150)  # counts in the span from 180 to 90 days ago, and in none after
    moved(old[1], Stage.DISAPPOINTMENT, 30)
    moved(old[2], Stage.DISAPPOINTMENT, 30, rule=DISAPPOINTED.name)
    assert queries.base_rate(NOON) == 2 / 5


@pytest.mark.parametrize(
    ("hits", "judged", "base", "is_wrong"),
    [
        (0, 19, 0.5, False),  # too few to say
        (0, 20, 0.5, True),
        (0, 20, 0.034, False),  # 0 of 20 reaches up to 3.4 %
        (0, 20, 0.035, True),
        (1, 20, 0.108, False),
        (1, 20, 0.109, True),
        (5, 20, 0.339, False),
        (5, 20, 0.34, True),
        (20, 400, 0.059, False),
        (20, 400, 0.06, True),
        (0, 20, None, False),
    ],
)
def test_a_rule_is_mostly_wrong_when_chance_would_do_better(hits, judged, base, is_wrong):
    assert Figures(judged=judged, hits=hits).is_mostly_wrong(base) is is_wrong


@given(hits=st.integers(0, 60), more=st.integers(0, 60), base=st.floats(0, 1))
def test_only_a_rule_below_the_base_rate_is_flagged_and_no_hit_ever_brings_a_flag(hits, more, base):
    judged = max(ENOUGH, hits + more)
    is_wrong = Figures(judged=judged, hits=hits).is_mostly_wrong(base)
    assert not is_wrong or hits / judged < base
    assert is_wrong or not Figures(judged=judged, hits=min(hits + 1, judged)).is_mostly_wrong(base)


def joined(rule, age, **fields):
    return {"rule": rule, "kind": "no_decider", "people": 0, "at": (NOON - age * DAY).isoformat(), **fields}


def test_a_rule_is_judged_by_the_alerts_it_joined_too_from_when_it_joined(workspace):
    left = [make_account(at=NOON - 500 * DAY) for _ in range(5)]
    for account in left:
        moved(account, Stage.CHURN, 120)
    opened(left[0], "score_band", 220, drivers=[joined("score_band", 220), joined("score_drop", 140)])
    again = [joined("score_band", 150), joined("score_drop", 145, over_at="x"), joined("score_drop", 130)]
    opened(left[1], "score_band", 150, drivers=again)  # once
    opened(left[2], "score_band", 150, drivers=[joined("score_band", 150), joined("score_drop", 140, is_silent=True)])
    opened(left[3], "score_band", 150, drivers=[joined("score_band", 150), joined("score_drop", 89)])  # not yet
    opened(left[4], "score_band", 140, drivers=[joined("score_band", 140), joined("score_drop", 160)])
    opened(left[4], "bad_answer", 140, is_held_out=True, drivers=[joined("bad_answer", 140), joined("score_drop", 140)])
    old = {"closed_at": NOON - 740 * DAY, "closed_how": "recovered"}
    opened(make_account(), "score_band", 800, drivers=[joined("a", 800), joined("score_drop", 790)], **old)
    assert queries.rule_figures(NOON) == {
        "score_band": Figures(opened=4, open_now=5, judged=5, hits=4, lead_days=30.0),
        "score_drop": Figures(opened=0, open_now=0, judged=3, hits=3, lead_days=20.0),
    }


# ------------------------------------------------------------------------------------------- thresholds
def history(account, *spells, until=TODAY):
    """Scores from long ago to now: (days, score) each."""
    day = until - sum(days for days, _ in spells) * DAY
    rows = []
    for days, score in spells:
        for _ in range(days):
            day += DAY
            band = "" if score is None else "watch"
            rows.append(
                HealthScore(
                    account=account, day=day, score=score or 0, band=band, coverage=0.9, parts=[], computed_at=NOON
                )
            )
    HealthScore.objects.bulk_create(rows)


def test_thresholds_say_what_they_would_have_opened(workspace):
    history(make_account(), (30, 80), (5, 52), (5, 64), (5, 45), (60, 90), (15, 44))
    history(make_account(), (60, 45), (60, 90))
    terms = queries.terms()[1]
    found = queries.thresholds([terms], TODAY)["score_band"]
    rates = dict(found.rates)
    months = 240 / 30
    assert (found.days, found.is_enough) == (120, True)
    # Below 50: entered on days 40 and 105. Below 55: on day 30, again within the cool-down on day 40, then on 105.
    assert {bound: round(rates[bound] * months / 100) for bound in (40, 45, 50, 55, 65)} == {
        40: 0, 45: 1, 50: 2, 55: 2, 65: 2,
    }  # fmt: skip
    assert found.spending(100) == 70
    assert found.spending(0) == 40
    assert Thresholds([(20, 6.0), (25, 7.0)], 120).spending(5) is None
    assert Thresholds([(20, 1.0), (25, 5.0), (30, 9.0)], 120).spending(5) == 25
    assert Thresholds([(20, 1.0)], 55).spending(5) is None
    assert Thresholds([(45, 2.3), (50, 2.5), (55, 2.1), (70, 0.2)], 120).spending(5) == 50


def test_thresholds_of_a_segment_and_of_nothing(workspace):
    assert queries.thresholds([queries.terms()[1]], TODAY) == {"score_band": Thresholds([], 0)}
    assert queries.thresholds([], TODAY) == {}
    segment = make_segment()
    history(make_account(), (60, 80), (5, 40))
    rule = make_rule("score_band", segment_id=segment.pk)
    both = [queries.terms()[1], queries.terms_of(rule)]
    assert [one.rates == [] for one in queries.thresholds(both, TODAY).values()] == [False, True]
    SegmentMember.objects.create(segment=segment, account=Account.objects.get(), since=NOON)
    history(make_account(), (65, 80))
    everybody, pilots = queries.thresholds(both, TODAY).values()
    assert (dict(everybody.rates)[50], dict(pilots.rates)[50]) == (100 / (130 / 30), 100 / (65 / 30))


def test_would_open_tells_open_alerts_and_lost_customers_apart(workspace):
    for stage in (Stage.USE, Stage.USE, Stage.CHURN):
        account = with_score(make_account(stage=stage), 30)
    make_alert(Account.objects.first())
    soft, hard = make_rule("score_band", below=40, leave_from=50), make_rule("score_band", below=40, is_hard=True)
    assert queries.would_open(queries.terms_of(soft), NOON) == queries.WouldOpen(2, 1)
    assert queries.would_open(queries.terms_of(hard), NOON) == queries.WouldOpen(2, 2)
    assert account.stage == Stage.CHURN


def test_would_open_knows_answers_by_their_scale(workspace):
    def said(value, **fields):
        make_survey_fact(account := make_account(), make_contact(account), value, **fields)

    said(2, scale_max=2)
    said(2, scale_max=3)
    said(4, metric="ces", scale_max=7)
    answered_badly = queries.terms()[0]
    assert queries.would_open(answered_badly, NOON) == queries.WouldOpen(0, 0)
    said(1, scale_max=2)
    said(3, metric="ces", scale_max=7)
    assert queries.would_open(answered_badly, NOON) == queries.WouldOpen(2, 2)


def test_would_open_gives_up_rather_than_let_wait(workspace, monkeypatch):
    def late(*_):
        with connection.cursor() as cursor:
            cursor.execute("select pg_sleep(5)")

    monkeypatch.setattr(entries, "count", late)
    monkeypatch.setattr(figures, "PATIENCE_MS", 20)
    assert queries.would_open(queries.terms()[1], NOON) is None
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('statement_timeout')")
        assert cursor.fetchone()[0] != "20ms"


# ------------------------------------------------------------------------------------------- pages
RULES = reverse("alerts:rule_list")
NEW = reverse("alerts:rule_new")
COMMON = {"cool_down_days": "42", "segment": ""}


def test_rules_are_for_those_who_configure(workspace):
    for name in ("rule_list", "rule_new", "rule_export"):
        assert sign_in(Role.CSM).get(reverse(f"alerts:{name}")).status_code == 403
        assert sign_in(Role.MANAGER).get(reverse(f"alerts:{name}")).status_code == 200


def test_rule_list_tells_each_rule_as_a_sentence(workspace):
    make_metric("logins")
    for kind in Kind.values:
        make_rule(kind, **({"metric": "logins"} if kind in OF_METRICS else {}))
    Metric.objects.all().delete()
    account = make_account(at=NOON - 500 * DAY)
    for _ in range(20):
        closed(account, "score_drop", 150)
    moved(make_account(at=NOON - 500 * DAY), Stage.CHURN, 30)
    body = sign_in(Role.ADMIN).get(RULES).content.decode()
    for words in (
        "Opens when the score is below 50. Over when it is 60 or more.",
        "Opens when the score is at least 15 points lower than 14 days before.",
        "Opens when Successful adoption is below 50.",
        "Opens when logins of the last 28 days is below 60",
        "Opens when logins of the last 28 days is above 150",
        "Its metric is not there any more: it opens nothing.",
        "Opens when somebody answers with CSAT up to 2, NPS up to 6 or CES up to 3",
        "Opens after 60 days without a conversation",
        "Opens when the champion has left",
        "Opens when no decision maker is known 30 days after",
        "Opens when seats in use fell by 20",
        "Opens within 90 days of the renewal",
        "Opens when a promise is broken. Over 30 days after",
        "0 of 20",
        "Mostly wrong",
        "Not enough history yet",
    ):
        assert words in body, words


def test_rule_list_costs_the_same_for_any_number_of_rules(workspace, django_assert_num_queries):
    client = sign_in(Role.ADMIN)
    client.get(RULES)
    for _ in range(2):
        make_rule("silence")
        make_rule("score_band")
        with django_assert_num_queries(19):
            client.get(RULES)


def test_a_rule_is_previewed_then_added(workspace):
    client = sign_in(Role.ADMIN)
    with_score(make_account(), 30)
    assert "Silence both ways" in client.get(NEW).content.decode()
    assert client.get(NEW, {"kind": "luck"}).status_code == 200
    where = f"{NEW}?kind=score_band"
    assert "Score below a threshold" in client.get(where).content.decode()
    said = {**COMMON, "name": "Lower", "below": "40", "leave_from": "50"}
    preview = client.post(where, {**said, "do": "preview"})
    assert (preview.status_code, AlertRule.objects.count()) == (200, 3)
    assert "It would open an alert for 1 account now." in preview.content.decode()
    make_alert(Account.objects.get())
    assert "1 account meets it" in client.post(where, {**said, "do": "preview"}).content.decode()
    assert client.post(where, {**said, "do": "save"}).status_code == 302
    rule = AlertRule.objects.get(key="rule_4")
    assert (rule.name, rule.parameters, rule.is_hard, rule.changed_by) == (
        "Lower", {"below": 40, "leave_from": 50}, False, client.member.user,
    )  # fmt: skip


def test_a_rule_looks_at_every_account_as_soon_as_it_is_made_changed_or_used_again(workspace):
    low = with_score(make_account(), 55)
    AlertRule.objects.update(is_on=False)

    def look(at):
        while run_due(queue="compute", clock=lambda: at, until=at):
            pass
        return Alert.objects.open().count()

    rule = make_rule("no_decider", days=0)
    assert look(NOON) == 1
    Alert.objects.all().delete()
    actions.update_rule(rule=rule, name="Other", at=NOON + DAY, by=None)
    assert look(NOON + DAY) == 0
    actions.update_rule(rule=rule, parameters={"days": 1}, at=NOON + DAY, by=None)
    assert look(NOON + DAY) == 1
    Alert.objects.all().delete()
    actions.update_rule(rule=rule, is_on=False, at=NOON + 2 * DAY, by=None)
    assert look(NOON + 2 * DAY) == 0
    actions.update_rule(rule=rule, is_on=True, at=NOON + 3 * DAY, by=None)
    assert look(NOON + 3 * DAY) == 1
    Alert.objects.all().delete()
    actions.restore_rule(rule=actions.retire_rule(rule=rule, at=NOON, by=None), at=NOON + 4 * DAY, by=None)
    assert (look(NOON + 4 * DAY), Alert.objects.get().account) == (1, low)


@pytest.mark.parametrize(
    ("kind", "changes", "words"),
    [
        ("score_band", {"below": "50", "leave_from": "50"}, "More than where it opens"),
        ("score_band", {"below": "no", "leave_from": "50"}, "Enter a whole number."),
        ("score_band", {"below": "50", "leave_from": "60", "name": "Taken"}, "Another rule has this name."),
        ("score_band", {"below": "50", "leave_from": "60", "cool_down_days": "1000"}, "less than or equal to 365"),
        ("score_band", {"below": "50", "leave_from": "60", "segment": "99"}, "Select a valid choice"),
        ("answer", {"csat_most": "", "nps_most": "", "ces_most": ""}, "Say which answers count"),
        ("metric", {"metric": "luck", "below": "60", "leave_from": "80"}, "Select a valid choice"),
        ("metric_rise", {"metric": "luck", "above": "100", "leave_to": "99"}, "greater than or equal to 101"),
        ("component", {"part": "luck", "below": "60", "leave_from": "80"}, "Select a valid choice"),
    ],
)
def test_a_rule_says_what_is_wrong_and_keeps_what_was_typed(workspace, kind, changes, words):
    make_rule("silence", "Taken")
    response = sign_in(Role.ADMIN).post(f"{NEW}?kind={kind}", {**COMMON, "name": "Typed here", **changes})
    assert response.status_code == 422
    body = response.content.decode()
    assert words in body
    assert "Typed here" in body or "name" in changes


def test_a_rule_too_many_says_so(workspace, monkeypatch):
    monkeypatch.setattr(actions, "MOST_RULES", 3)
    said = {**COMMON, "name": "One more"}
    response = sign_in(Role.ADMIN).post(f"{NEW}?kind=champion_left", said)
    assert (response.status_code, "There are at most 3 rules" in response.content.decode()) == (422, True)


def test_a_rule_is_changed_on_its_page(workspace):
    client, rule = sign_in(Role.ADMIN), AlertRule.objects.get(key="score_band")
    where = reverse("alerts:rule_edit", args=[rule.pk])
    assert 'value="50"' in client.get(where).content.decode()
    make_rule("silence", "Taken")
    assert client.post(where, {**COMMON, "name": "Taken", "below": "45", "leave_from": "55"}).status_code == 422
    said = {**COMMON, "name": "", "below": "45", "leave_from": "55", "is_hard": "on"}
    assert client.post(where, said).status_code == 302
    rule.refresh_from_db()
    assert (rule.label, rule.parameters, rule.is_hard) == ("Score at risk", {"below": 45, "leave_from": 55}, True)
    assert client.get(reverse("alerts:rule_edit", args=[999])).status_code == 404


@pytest.mark.parametrize(("kind", "count"), [("metric", 1), ("metric_rise", 1), ("component", 0)])
def test_what_counts_when_a_customer_stops_sending_is_said_beside_the_metric(workspace, kind, count):
    body = sign_in(Role.ADMIN).get(f"{NEW}?kind={kind}").content.decode()
    words = "What adds up over days counts as 0 when one customer stops sending it. A level, such as seats or active"
    assert body.count(words) == count


def test_a_preview_that_takes_too_long_says_so(workspace, monkeypatch):
    monkeypatch.setattr(queries, "would_open", lambda *_: None)
    said = {**COMMON, "name": "All", "do": "preview"}
    body = sign_in(Role.ADMIN).post(f"{NEW}?kind=champion_left", said).content.decode()
    assert "too many accounts to look at" in body


def test_a_rule_is_switched_retired_and_used_again(workspace, monkeypatch):
    client, rule = sign_in(Role.ADMIN), AlertRule.objects.get(key="score_band")

    def press(what, pk=rule.pk, **said):
        return client.post(reverse(f"alerts:rule_{what}", args=[pk]), said, follow=True).content.decode()

    assert "Switch on" in press("switch", to="off")
    assert "Switch on" not in press("switch", to="on")
    assert "opens no more alerts" in press("retire")
    assert press("restore").count("Use again") == 0
    first = actions.retire_rule(rule=make_rule("silence", "Quiet"), at=NOON, by=None)
    make_rule("silence", "Quiet")
    assert "Another rule has this name by now" in press("restore", first.pk)
    monkeypatch.setattr(actions, "MOST_RULES", 1)
    assert "There are at most 1 rules" in press("restore", first.pk)


# ------------------------------------------------------------------------------------------- the budget
BUDGET = {"budget": "5", "escalate_after_days": "3"}


def waves():
    """Scores of 120 days by which 5 alerts a month for each 100 accounts are spent below 40, and 100 below 70."""
    for number in range(4):
        history(make_account(), (60, 80), (5 + number, 44), (20, 62), (20, 42), (15, 90))


def band():
    return AlertRule.objects.get(key="score_band")


@pytest.fixture
def manager(workspace, time_machine):
    time_machine.move_to(NOON, tick=False)
    return sign_in(Role.ADMIN)


def save(client, where=None, **said):
    return client.post(where or reverse("alerts:budget"), said or BUDGET, follow=True).content.decode()


def typed(**said):
    return {**COMMON, "name": "", "below": "50", "leave_from": "60", **said}


def test_a_budget_sets_the_thresholds_it_spends(manager):
    refused = manager.post(reverse("alerts:budget"), {**BUDGET, "budget": "0"})
    assert (refused.status_code, "greater than or equal to 1" in refused.content.decode()) == (422, True)
    make_rule("score_band", "By hand", below=60, leave_from=70)
    make_rule("score_band", "Off", below=60, leave_from=70, is_on=False, follows_budget=True)
    make_rule("score_band", "Hard", below=60, leave_from=70, is_hard=True, follows_budget=True)

    assert "Saved. No rule changes." in save(manager)  # no history yet
    assert band().budgeted_at is None
    waves()
    assert "Saved. “Score at risk” opens below 40 now." in save(manager)
    assert "Saved. No rule changes." in save(manager)
    rule = band()
    assert (rule.parameters, rule.changed_by, rule.budgeted_at) == (
        {"below": 40, "leave_from": 50}, manager.member.user, NOON,
    )  # fmt: skip
    assert audited()[-1][1] == {
        "from": {"parameters": {"below": 50, "leave_from": 60}},
        "to": {"parameters": {"below": 40, "leave_from": 50}},
        "set_by": "budget",
    }
    assert "opens below 70 now." in save(manager, **BUDGET | {"budget": "100"})  # no more than below 45, and earlier
    others = AlertRule.objects.filter(name__in=["By hand", "Off", "Hard"])
    assert [one.parameters["below"] for one in others] == [60, 60, 60]


def test_rules_share_the_budget_and_leave_what_others_open(manager):
    """About 25 alerts a month for each 100 accounts are spent below 45 and every threshold above."""
    waves()
    Account.objects.update(created_at=NOON - 200 * DAY)
    assert "opens below 70 now." in save(manager, **BUDGET | {"budget": "40"})
    make_rule("score_band", "Another", below=30, leave_from=40, follows_budget=True)
    assert "opens below 40 now." in save(manager, **BUDGET | {"budget": "40"})

    def told():
        return {
            one.rule.label: (one.share, one.suggested, one.how_much) for one in manager.get(RULES).context["spending"]
        }

    words = "Its share of the budget is 20.0 alerts a month for each 100 accounts: the rules that follow the budget "
    both = (20.0, 40, words + "divide what all others leave of it, half of it at least.")
    assert told() == {"Score at risk": both, "Another": both}
    body = manager.get(RULES).content.decode()
    assert (body.count(words), "spends its share" in body) == (2, True)

    AlertRule.objects.filter(name="Another").update(follows_budget=False)
    silent = make_rule("silence", "Silent")
    closed(Account.objects.order_by("pk")[0], silent.key, 40)
    left = 40 - queries.load(NOON).rate
    assert (told()["Score at risk"][0], told()["Another"][0]) == (left, left / 2)
    assert told()["Another"][2].startswith(f"Its share of the budget would be {left / 2:.1f} alerts a month")
    assert "No rule changes." in save(manager, **BUDGET | {"budget": "40"})  # 21 are left
    assert "opens below 70 now." in save(manager, **BUDGET | {"budget": "50"})


FOLLOWING = (
    "The budget sets its threshold: every month by 5 points at most, so that few alerts open at once, and whenever you "
    "save the budget."
)


def test_the_page_says_of_which_rules_the_budget_sets_the_threshold_and_why_not(manager):
    make_rule("score_band", "By hand", below=60, leave_from=70)
    make_rule("score_band", "Hard", below=60, leave_from=70, is_hard=True, follows_budget=True)

    def told():
        return [(one.rule.label, one.why, one.is_counted) for one in manager.get(RULES).context["spending"]]

    hard = ("Hard", "It always opens an alert of its own: the budget does not set its threshold.", False)
    by_hand = "Its threshold was set by hand: the budget leaves it as it is."
    young = "The budget sets its threshold once eight weeks of scores are stored. Until then it stays."
    assert told() == [hard, ("Score at risk", young, False), ("By hand", by_hand, False)]
    assert manager.get(RULES).content.decode().count("The budget sets its threshold.") == 1
    waves()
    later = FOLLOWING
    assert told() == [hard, ("Score at risk", later, True), ("By hand", by_hand, True)]
    assert manager.get(RULES).content.decode().count("Let the budget set it") == 1
    save(manager)
    assert told()[1][1] == "The budget sets its threshold, and it spends its share."
    body = manager.get(RULES).content.decode()
    assert "The budget sets its threshold, last " in body
    AlertRule.objects.filter(key="score_band").update(budgeted_at=None)
    assert "The budget sets its threshold.</span>" in manager.get(RULES).content.decode()


def test_what_a_new_threshold_opens_at_once_is_told_when_it_is_saved_and_handed_back(manager, monkeypatch):
    waves()
    for score in (62, 66, 71):
        with_score(make_account(), score)
    make_alert(with_score(make_account(), 61), rule="bad_answer")
    assert save(manager).count("It opens no alert now.") == 1
    assert "opens below 70 now. It opens an alert for up to 2 accounts now." in save(
        manager, **BUDGET | {"budget": "100"}
    )
    alerts.evaluate(account_ids=list(Account.objects.values_list("pk", flat=True)), at=NOON)
    save(manager)
    with_score(make_account(), 55)
    assert "up to 1 account now." in save(manager, **BUDGET | {"budget": "100"})  # others are told already

    actions.update_rule(rule=band(), parameters={"below": 30, "leave_from": 45}, at=NOON, by=None)
    follow = reverse("alerts:rule_follow", args=[band().pk])
    assert "It opens below 70. It opens an alert for up to 1 account now." in save(manager, follow)

    monkeypatch.setattr(queries, "would_open", lambda *_: None)
    body = save(manager)
    assert ("opens below 40 now." in body, "It opens an" in body) == (True, False)


def test_every_threshold_may_spend_more_than_the_budget(manager):
    for _ in range(4):
        history(make_account(), *[(20, 90), (10, 10)] * 4)
    rule = actions.update_rule(rule=band(), cool_down_days=0, at=NOON, by=None)
    assert "Saved. No rule changes." in save(manager, **BUDGET | {"budget": "1"})
    assert band().budgeted_at == NOON
    told = {one.rule.pk: one.why for one in manager.get(RULES).context["spending"]}
    assert told == {rule.pk: "Every threshold spends more than its share of the budget: it stays as it is."}


def test_a_threshold_that_the_budget_moves_closes_nothing_that_is_open(manager):
    waves()
    account = with_score(make_account(), 62)

    def saved(budget, day):
        save(manager, **BUDGET | {"budget": budget})
        alerts.evaluate(account_ids=[account.pk], at=NOON + day * DAY)
        return band().parameters["below"], Alert.objects.filter(closed_at=None).count()

    assert saved("100", 0) == (70, 1)
    assert saved("5", 1) == (40, 1)
    assert saved("100", 2) == (70, 1)
    assert Alert.objects.get().drivers[0]["leave_from"] == 80
    save(manager, reverse("alerts:rule_edit", args=[band().pk]), **typed())
    alerts.evaluate(account_ids=[account.pk], at=NOON + 3 * DAY)
    assert Alert.objects.get().closed_how == "recovered"


def test_who_types_a_threshold_takes_it_from_the_budget_and_can_hand_it_back(manager):
    waves()
    where = reverse("alerts:rule_edit", args=[band().pk])
    assert "The budget sets this threshold" in manager.get(where).content.decode()
    save(manager, where, **typed(name="Low", follows_budget="on"))
    assert (band().follows_budget, band().name) == (True, "Low")
    save(manager, where, **typed(below="45", follows_budget="on"))  # the tick was there before the number
    assert (band().follows_budget, band().parameters) == (False, {"below": 45, "leave_from": 60})
    assert "Saved. No rule changes." in save(manager)
    save(manager, where, **typed(below="45", follows_budget="on"))
    assert (band().follows_budget, band().parameters) == (True, {"below": 40, "leave_from": 50})
    save(manager, where, **typed(below="40", leave_from="50"))  # without the tick
    assert (band().follows_budget, band().parameters) == (False, {"below": 40, "leave_from": 50})
    actions.update_rule(rule=band(), parameters={"below": 30, "leave_from": 45}, at=NOON, by=None)

    follow = reverse("alerts:rule_follow", args=[band().pk])
    assert "of “Score at risk” from now on. It opens below 40." in save(manager, follow)
    assert (band().follows_budget, band().parameters) == (True, {"below": 40, "leave_from": 50})
    other = reverse("alerts:rule_follow", args=[make_rule("silence").pk])
    assert "This rule has no threshold of a score." in save(manager, other)
    assert "The budget sets this threshold" not in manager.get(f"{NEW}?kind=silence").content.decode()


def test_a_rule_can_begin_with_the_budget(manager):
    waves()
    save(manager, f"{NEW}?kind=score_band", **typed(name="All", follows_budget="on"))
    save(manager, f"{NEW}?kind=score_band", **typed(name="Mine"))
    found = AlertRule.objects.filter(name__in=["All", "Mine"]).order_by("pk")
    assert [(one.follows_budget, one.parameters["below"]) for one in found] == [(True, 40), (False, 50)]


def below_after(_: None) -> int:
    return band().parameters["below"]


def test_every_month_the_budget_sets_thresholds_anew(workspace):
    first = NOON.replace(month=7, day=1)
    effect = Effect(kind="alerts.keep_budget", dedupe_key="slot")
    tasks.keep_budget(effect, NOON)
    assert band().budgeted_at is None  # too little history: asked again every day
    waves()
    settings.set_alerts(budget=100, at=NOON, by=None)
    tasks.keep_budget(effect, NOON)
    tasks.keep_budget(effect, NOON)
    rule = band()
    assert (rule.parameters["below"], rule.budgeted_at, rule.changed_at, rule.changed_by) == (55, NOON, NOON, None)
    assert [detail["set_by"] for kind, detail in audited()] == ["budget"]
    settings.set_alerts(budget=5, at=NOON, by=None)
    tasks.keep_budget(effect, first - DAY)
    assert band().parameters["below"] == 55
    with tenancy.entered(make_workspace("Other").pk):
        tasks.keep_budget(effect, first)
    assert band().parameters["below"] == 55
    tasks.keep_budget(effect, first)
    tasks.keep_budget(effect, first + 30 * DAY)
    assert (band().parameters, band().budgeted_at) == ({"below": 50, "leave_from": 60}, first)
    assert [detail["set_by"] for kind, detail in audited()] == ["budget", "budget"]
    later = [first.replace(month=8), first.replace(month=9), first.replace(month=10)]
    assert [below_after(tasks.keep_budget(effect, at)) for at in later] == [45, 40, 40], "by a step a month"
    assert Daily("alerts.keep_budget", 5) in schedule


def test_what_the_budget_set_meanwhile_stays_when_a_rule_is_put_away_and_brought_back(workspace):
    waves()
    read_before = band()
    settings.set_budget(budget=5, at=NOON, by=None)
    actions.retire_rule(rule=read_before, at=NOON, by=None)
    assert (band().parameters["below"], band().budgeted_at) == (40, NOON)
    read_before = band()
    AlertRule.objects.filter(key="score_band").update(is_hard=True, parameters={"below": 45, "leave_from": 55})
    actions.restore_rule(rule=read_before, at=NOON, by=None)
    assert (band().is_hard, band().parameters["below"]) == (True, 45)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ({"is_on": False}, {"is_on": True}),
        ({"is_hard": True}, {"is_hard": False}),
        ({"cool_down_days": 7}, {"cool_down_days": 42}),
        ({}, {"segment_id": "own"}),
        ({}, {"parameters": {"below": 60, "leave_from": 90}, "follows_budget": True}),
        ({"follows_budget": False}, {"follows_budget": True}),
    ],
)
def test_a_rule_that_follows_is_set_at_once_whatever_of_it_changes(workspace, was, becomes):
    waves()
    segment = make_segment()
    SegmentMember.objects.bulk_create(
        [SegmentMember(segment=segment, account=account, since=NOON) for account in Account.objects.all()]
    )
    AlertRule.objects.filter(key="score_band").update(**was)
    said = {name: segment.pk if value == "own" else value for name, value in becomes.items()}
    rule = actions.update_rule(rule=band(), **said, at=NOON, by=None)
    assert (rule.parameters, rule.budgeted_at) == ({"below": 40, "leave_from": 50}, NOON)
    assert band().parameters == rule.parameters


def test_a_rule_that_follows_is_set_at_once_when_it_is_used_again_and_not_when_it_is_only_named(workspace):
    actions.retire_rule(rule=band(), at=NOON, by=None)
    waves()
    rule = actions.restore_rule(rule=band(), at=NOON, by=None)
    assert rule.parameters == band().parameters == {"below": 40, "leave_from": 50}
    AlertRule.objects.filter(key="score_band").update(parameters={"below": 45, "leave_from": 55})
    assert actions.update_rule(rule=band(), name="Low", at=NOON, by=None).parameters["below"] == 45
    assert actions.update_rule(rule=band(), is_on=False, at=NOON, by=None).parameters["below"] == 45


def test_the_first_rules_switched_on_together_are_set_at_once_too(workspace):
    waves()
    actions.switch_first_rules(off=["score_band"], at=NOON, by=None)
    assert band().parameters["below"] == 50
    actions.switch_first_rules(off=[], at=NOON, by=None)
    assert band().parameters["below"] == 40


def test_an_upgrade_gives_the_budget_what_nobody_may_have_set_by_hand(workspace):
    """The migration's own statement, on what an older version left."""
    make_rule("score_band", "Made by somebody")
    AlertRule.objects.update(follows_budget=False)
    follow = import_module("alerts.migrations.0006_untouched_follow").FOLLOW

    def following():
        with connection.cursor() as cursor:
            cursor.execute(follow)
        return list(AlertRule.objects.filter(follows_budget=True).values_list("key", flat=True))

    AlertRule.objects.filter(key="score_band").update(parameters={"below": 45, "leave_from": 55})
    assert following() == []
    AlertRule.objects.filter(key="score_band").update(parameters={"leave_from": 60, "below": 50})
    assert following() == ["score_band"]


def test_the_figures_of_a_rule_open_to_their_alerts(workspace, time_machine):
    time_machine.move_to(NOON, tick=False)
    account = make_account("Cedar")
    DAY = timedelta(days=1)
    ages = {"recent": 3, "old": 120, "older": 200, "oldest": 800}
    pks = {
        name: make_alert(account, opened_at=NOON - age * DAY, closed_at=NOON - DAY, closed_how="recovered").pk
        for name, age in ages.items()
    }
    make_alert(account, snoozed_until=TODAY + DAY)
    client = sign_in(Role.ADMIN)
    page = client.get(RULES).content.decode().replace("&amp;", "&")
    row = next(one for one in client.get(RULES).context["rows"] if one.rule.key == "bad_answer")
    assert (row.figures.opened, row.figures.open_now, row.figures.judged) == (3, 0, 2)

    def opened(pattern):
        address = re.search(f'href="(/alerts/[^"]*rule=bad_answer{pattern})"', page)[1]
        shown = client.get(address)
        export = client.get(address.replace("/alerts/", "/alerts/export/")).getvalue().decode()
        assert len(export.strip().splitlines()) == 1 + len(shown.context["alerts"])
        return [alert.pk for alert in shown.context["alerts"]]

    assert len(opened("&since=[^&]{10}")) == 3
    assert opened("&joined=on&since=[^&]{10}&until=[^&]{10}") == [pks["old"], pks["older"]]
    assert opened("") == []


def test_the_precision_of_a_rule_opens_to_what_it_opened_or_joined(workspace, time_machine):
    time_machine.move_to(NOON, tick=False)
    account = make_account("Cedar")
    ages = {"early": (300, 200), "late": (150, 80), "silent": (140, 130), "none": (130, None), "both": (120, 110)}
    pks = {}
    for name, (age, at) in ages.items():
        drivers = [joined("score_band", age)]
        drivers += [joined("score_drop", at, is_silent=name == "silent")] if at else []
        rule = "score_drop" if name == "both" else "score_band"
        pks[name] = opened(make_account(), rule, age, drivers=drivers).pk
    before = opened(account, "score_band", 100, drivers=[joined("score_band", 100), joined("score_drop", 120)]).pk
    client = sign_in(Role.ADMIN)
    page = client.get(RULES).content.decode().replace("&amp;", "&")
    assert "0 of 3" in page
    address = re.search(r'href="(/alerts/[^"]*rule=score_drop&joined=on[^"]*)"', page)[1]
    shown = client.get(address)
    assert {alert.pk for alert in shown.context["alerts"]} == {pks["early"], pks["both"], before}
    body = shown.content.decode()
    assert "opened by the rule, or joined by it, from " in body
    assert 'name="joined" value="True"' in body
    everything = client.get("/alerts/?who=all&show=all&rule=score_drop&joined=on")
    assert len(everything.context["alerts"]) == 4
    since = client.get(f"/alerts/?who=all&show=all&rule=score_drop&joined=on&since={TODAY - 90 * DAY}")
    assert [alert.pk for alert in since.context["alerts"]] == [pks["late"]]
    assert "or joined by it, since " in since.content.decode()
    assert client.get("/alerts/?who=all&show=all&joined=on").context["wanted"].joined is False
