"""When alerts open and when they are over: tables of examples, no database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health.rules import Answer, Episode, Outcome, Standing, decide, is_at_rest
from tests.builders import NOON

DAY = timedelta(days=1)


def standing(score=None, past=None, **fields):
    return Standing(at=NOON, score=score, past_score=past, past_day=date(2026, 6, 1), **fields)


def answer(value=1, contact=1, age=1, fact=10, answer_id=1):
    return Answer(
        fact_id=fact, answer_id=answer_id, at=NOON - age * DAY, contact_id=contact, is_bad=value <= 2, value=value
    )


def told(value=1, contact=1, age=1, fact=10, answer_id=1):
    at = (NOON - age * DAY).isoformat()
    return {
        "rule": "bad_answer", "at": at, "fact_id": fact, "answer_id": answer_id, "contact_id": contact, "value": value,
    }  # fmt: skip


def drop(from_score=70.0, age=1):
    at = (NOON - age * DAY).isoformat()
    return {"rule": "score_drop", "at": at, "score": 50.0, "from_score": from_score, "since": "2026-06-01"}


def band(age=1):
    return {"rule": "score_band", "at": (NOON - age * DAY).isoformat(), "score": 45.0}


def episode(rule, *drivers, is_open=True, is_resolved=False, held=None):
    held = [rule] if held is None else held
    return Episode(rule=rule, is_open=is_open, is_resolved=is_resolved, drivers=drivers, held=held)


def opened(outcome: Outcome) -> list[tuple[str, list[str]]]:
    return [(rule, [driver["rule"] for driver in drivers]) for rule, drivers in outcome.opened]


def appended(outcome: Outcome) -> dict[int, list[str]]:
    return {position: [driver["rule"] for driver in drivers] for position, drivers in outcome.appended.items()}


@pytest.mark.parametrize(
    ("now", "past", "rules"),
    [
        (49.9, None, [("score_band", ["score_band"])]),
        (50.0, None, []),
        (None, None, []),
        (None, 90.0, []),
        (70.0, 85.0, [("score_drop", ["score_drop"])]),
        (70.1, 85.0, []),
        (85.0, 70.0, []),
        (45.0, 60.0, [("score_band", ["score_band", "score_drop"])]),
    ],
)
def test_score_rules_enter(now, past, rules):
    assert opened(decide(standing(now, past), [])) == rules


@pytest.mark.parametrize(
    ("score", "is_over"), [(None, False), (49.0, False), (50.0, False), (59.9, False), (60.0, True), (90.0, True)]
)
def test_score_band_is_left_only_at_60(score, is_over):
    outcome = decide(standing(score), [episode("score_band", band())])
    assert outcome.left == ({0: ["score_band"]} if is_over else {})
    assert outcome.opened == []


@pytest.mark.parametrize(
    ("score", "age", "is_over"),
    [(64.9, 1, False), (65.0, 1, True), (None, 1, False), (50.0, 27, False), (50.0, 28, True), (None, 28, True)],
)
def test_score_drop_is_left_within_5_points_or_after_28_days(score, age, is_over):
    outcome = decide(standing(score), [episode("score_drop", drop(age=age))])
    assert outcome.left == ({0: ["score_drop"]} if is_over else {})


@pytest.mark.parametrize(
    ("answers", "is_over"),
    [
        ([], False),  # forgotten answers change nothing before 30 days
        ([answer(1)], False),
        ([answer(5, fact=11)], True),
        ([answer(5, contact=2, fact=11, answer_id=2), answer(1)], False),
    ],
)
def test_bad_answer_is_left_when_the_same_contact_answers_well(answers, is_over):
    outcome = decide(standing(80.0, answers=answers), [episode("bad_answer", told())])
    assert outcome.left == ({0: ["bad_answer"]} if is_over else {})


def test_bad_answer_is_left_after_30_days():
    assert decide(standing(80.0), [episode("bad_answer", told(age=30))]).left == {0: ["bad_answer"]}


def test_two_unhappy_people_must_both_be_happy_again():
    both = episode("bad_answer", told(), told(contact=2, fact=11, answer_id=2))
    assert decide(standing(80.0, answers=[answer(5, fact=12)]), [both]).left == {}
    happy = [answer(5, fact=12), answer(4, contact=2, fact=13, answer_id=2)]
    assert decide(standing(80.0, answers=happy), [both]).left == {0: ["bad_answer"]}


def test_one_bad_answer_that_sinks_the_score_is_one_alert():
    outcome = decide(standing(40.0, 80.0, answers=[answer()]), [])
    assert opened(outcome) == [("bad_answer", ["bad_answer", "score_band", "score_drop"])]


def test_a_score_rule_joins_the_open_alert():
    outcome = decide(standing(40.0, 80.0, answers=[answer()]), [episode("bad_answer", told())])
    assert opened(outcome) == []
    assert appended(outcome) == {0: ["score_band", "score_drop"]}


def test_a_bad_answer_opens_beside_a_score_alert():
    outcome = decide(standing(40.0, answers=[answer()]), [episode("score_band", band())])
    assert opened(outcome) == [("bad_answer", ["bad_answer"])]


def test_a_held_rule_is_not_entered_again_after_a_person_resolved_its_alert():
    done = episode("bad_answer", told(), band(), is_open=False, is_resolved=True, held=["score_band"])
    assert decide(standing(40.0, answers=[answer()]), [done]) == Outcome()


def test_a_held_rule_of_a_closed_alert_is_left_and_may_be_entered_again():
    done = episode("score_band", band(), is_open=False, is_resolved=True)
    assert decide(standing(61.0), [done]).left == {0: ["score_band"]}
    left = episode("score_band", band(), is_open=False, is_resolved=True, held=[])
    assert opened(decide(standing(40.0), [left])) == [("score_band", ["score_band"])]


@pytest.mark.parametrize(
    ("closed", "latest", "opens"),
    [
        (told(), answer(), False),  # the same answer
        (told(), answer(fact=12), False),  # a comment added after it was resolved
        (told(value=2), answer(1, fact=12), True),  # changed for the worse
        (told(fact=10), answer(1, contact=2, fact=12, answer_id=2), True),  # somebody else, later
        (told(fact=10), answer(1, contact=2, fact=9, answer_id=2), False),  # somebody else, before: the same episode
    ],
)
def test_a_bad_answer_opens_again_only_if_it_is_newer_than_the_last_episode(closed, latest, opens):
    done = episode("bad_answer", closed, is_open=False, is_resolved=True, held=[])
    assert bool(opened(decide(standing(80.0, answers=[latest]), [done]))) == opens


def test_good_then_bad_again_is_a_new_episode():
    recovered = episode("bad_answer", told(), is_open=False, held=[])
    assert opened(decide(standing(80.0, answers=[answer(1, fact=12)]), [recovered])) == [("bad_answer", ["bad_answer"])]


def test_a_new_comment_refreshes_the_open_alert():
    outcome = decide(standing(80.0, answers=[answer(1, fact=12)]), [episode("bad_answer", told())])
    assert [driver["fact_id"] for driver in outcome.appended[0]] == [12]


def test_a_second_bad_answer_keeps_open_what_would_be_left():
    answers = [answer(5, fact=11), answer(1, contact=2, fact=12, answer_id=2)]
    outcome = decide(standing(80.0, answers=answers), [episode("bad_answer", told())])
    assert appended(outcome) == {0: ["bad_answer"]}
    assert outcome.left == {0: []}


@pytest.mark.parametrize("late", [answer(age=30), answer(4)])
def test_old_and_good_answers_open_nothing(late):
    assert decide(standing(80.0, answers=[late]), []) == Outcome()


def test_rules_can_be_switched_off():
    everything = standing(40.0, 80.0, answers=[answer()])
    assert decide(everything, [], off=["bad_answer", "score_band", "score_drop"]) == Outcome()


def test_a_lost_customer_opens_no_score_alert_but_an_answer_still_does():
    lost = standing(40.0, 80.0, may_open_soft=False)
    assert decide(lost, []) == Outcome()
    spoke = standing(40.0, 80.0, may_open_soft=False, answers=[answer()])
    assert opened(decide(spoke, [])) == [("bad_answer", ["bad_answer", "score_band", "score_drop"])]


scores = st.one_of(st.none(), st.integers(400, 900).map(lambda tenths: tenths / 10))
episodes = st.one_of(
    st.builds(episode, st.just("score_band"), st.builds(band), is_open=st.booleans(), held=st.none()),
    st.builds(episode, st.just("score_drop"), st.builds(drop), is_open=st.booleans(), held=st.none()),
    st.builds(episode, st.just("bad_answer"), st.builds(told), is_open=st.just(False), held=st.just([])),
)


@given(
    now=scores,
    past=scores,
    answers=st.lists(st.builds(answer, value=st.integers(1, 5)), max_size=1),
    known=st.lists(episodes, max_size=3),
)
def test_nothing_is_decided_about_an_account_at_rest(now, past, answers, known):
    here = standing(now, past, answers=answers)
    if is_at_rest(here, [one.held for one in known]):
        assert decide(here, known) == Outcome()


@pytest.mark.parametrize(
    ("here", "held", "rests"),
    [
        (standing(40.0), [["score_band"]], True),
        (standing(59.9), [["score_band"], []], True),
        (standing(None), [["score_band"]], True),
        (standing(70.0), [], True),
        (standing(70.0), [[]], True),
        (standing(60.0), [["score_band"]], False),
        (standing(40.0), [], False),
        (standing(40.0), [["score_drop"]], False),
        (standing(40.0, 60.0), [["score_band"]], False),
        (standing(40.0, answers=[answer()]), [["score_band"]], False),
    ],
)
def test_who_is_at_rest(here, held, rests):
    assert is_at_rest(here, held) is rests
