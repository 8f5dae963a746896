"""Which accounts the rules about answers are asked about: those that are left out would have had nothing to say."""

from datetime import timedelta

from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from accounts.models import Fact
from alerts import queries, standings
from alerts.actions import alerts, care
from alerts.models import Alert, AlertRule
from alerts.rules import Outcome
from alerts.standings import situations
from tests.alerts.test_alerts import with_score
from tests.builders import NOON, make_account, make_contact, make_rule, make_survey_fact

DAY = timedelta(days=1)
EVERYBODY = standings._ANSWERS.replace(
    "a.id = any(array(select account_id from meant))", "a.id = any(%(ids)s::bigint[])"
)

steps = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), st.integers(0, 1), st.integers(1, 5)),
        st.tuples(st.just("again"), st.integers(1, 5)),
        st.tuples(st.just("wait"), st.sampled_from([1, 9, 29, 30, 31])),
        st.tuples(st.just("resolve")),
        st.tuples(st.just("limit"), st.integers(1, 5)),
        st.tuples(st.just("switch"), st.booleans()),
        st.tuples(st.just("forget")),
    ),
    min_size=1,
    max_size=9,
)


def outcomes(ids, at):
    rules = queries.terms()
    found = situations(ids, rules, at)
    return {pk: alerts._decide(situation, rules) for pk, situation in found.items()}


class Story:
    """What happens to one customer, an hour after the other; `at` is when."""

    def __init__(self):
        self.at = NOON
        self.account = with_score(make_account(), 80)
        self.people = [make_contact(self.account), make_contact(self.account, role="decision_maker")]
        self.second = make_rule("answer", name="Very bad", is_hard=False, csat_most=1)
        self.number = 900

    def answer(self, person, value):
        self.number += 1
        make_survey_fact(self.account, self.people[person], value, answer_id=self.number, at=self.at)

    def again(self, value):
        if last := Fact.objects.filter(kind="survey.answered").last():
            person = next(one for one in self.people if one.pk == last.data["contact_id"])
            make_survey_fact(self.account, person, value, answer_id=last.data["answer_id"], at=self.at)

    def wait(self, days):
        self.at += days * DAY

    def resolve(self):
        for alert in Alert.objects.filter(account=self.account, closed_at=None)[:1]:
            care.resolve_alert(alert=alert, at=self.at, by=None)

    def limit(self, most):
        AlertRule.objects.filter(key="bad_answer").update(parameters={"csat_most": most})

    def switch(self, is_on):
        AlertRule.objects.filter(pk=self.second.pk).update(is_on=is_on)

    def forget(self):
        Alert.objects.filter(account=self.account, closed_at=None).update(drivers=[])


@hypothesis(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=steps)
def test_whoever_is_not_asked_about_would_have_had_nothing_to_say(workspace, steps):
    with transaction.atomic():
        story = Story()
        for what, *told in steps:
            story.at += timedelta(hours=1)
            getattr(story, what)(*told)
            _compare(story.account, story.at)
            alerts.evaluate(account_ids=[story.account.pk], at=story.at)
        transaction.set_rollback(True)


def _compare(account, at):
    asked = outcomes([account.pk], at)
    kept, standings._ANSWERS = standings._ANSWERS, EVERYBODY
    try:
        everybody = outcomes([account.pk], at)
    finally:
        standings._ANSWERS = kept
    assert everybody.get(account.pk, Outcome()) == asked.get(account.pk, Outcome())
