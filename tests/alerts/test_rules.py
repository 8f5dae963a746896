"""When alerts open and when they are over: tables of examples, no database."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.kinds import Kind
from alerts.rules import BUILT_IN, Answer, Entry, Episode, Outcome, Standing, Terms, has_fallen_further
from alerts.rules import decide as decide_by
from surveys.scales import scale
from tests.builders import NOON

DAY = timedelta(days=1)
ANSWER, BAND, DROP = BUILT_IN
DECIDER = Terms("rule_4", Kind.NO_DECIDER, {"days": 30}, name="Nobody decides")
CHAMPION = Terms("rule_5", Kind.CHAMPION_LEFT, {}, is_hard=True)
ALL = [*BUILT_IN, DECIDER, CHAMPION]


def decide(standing, episodes, rules=ALL):
    return decide_by(standing, episodes, rules)


def entry(rule):
    return Entry(rule, [rule.driver(NOON, {"score": 45.0})])


def standing(score=None, *entered, left=(), **fields):
    return Standing(at=NOON, score=score, entered=[entry(rule) for rule in entered], left=frozenset(left), **fields)


def answer(value=1, contact=1, age=1, fact=10, answer_id=1, metric="csat", high=None):
    return Answer(
        fact_id=fact,
        answer_id=answer_id,
        at=NOON - age * DAY,
        contact_id=contact,
        is_bad=value <= 2,
        value=value,
        about={"metric": metric, "scale_max": high or scale(metric).high},
    )


def told(value=1, contact=1, age=1, fact=10, answer_id=1):
    at = (NOON - age * DAY).isoformat()
    return {
        "rule": "bad_answer", "at": at, "fact_id": fact, "answer_id": answer_id, "contact_id": contact, "value": value,
    }  # fmt: skip


def band(age=1):
    return {"rule": "score_band", "at": (NOON - age * DAY).isoformat(), "score": 45.0}


def episode(rule, *drivers, is_open=True, is_resolved=False, held=None, age=100, score=None):
    held = [rule] if held is None else held
    return Episode(
        rule=rule,
        is_open=is_open,
        is_resolved=is_resolved,
        drivers=drivers,
        held=held,
        opened_at=NOON - age * DAY,
        score=score,
    )


def opened(outcome: Outcome) -> list[tuple[str, list[str]]]:
    return [(rule, [driver["rule"] for driver in drivers]) for rule, drivers in outcome.opened]


def appended(outcome: Outcome) -> dict[int, list[str]]:
    return {position: [driver["rule"] for driver in drivers] for position, drivers in outcome.appended.items()}


def test_a_soft_rule_opens_an_alert_and_a_second_joins_it():
    assert opened(decide(standing(45.0, BAND), [])) == [("score_band", ["score_band"])]
    assert opened(decide(standing(45.0, BAND, DROP), [])) == [("score_band", ["score_band", "score_drop"])]


def test_a_rule_is_left_when_it_is_said_to_be():
    held = episode("score_band", band(), held=["score_band", "gone_rule"])
    assert decide(standing(61.0, left=["score_band"]), [held]).left == {0: ["score_band"]}
    assert decide(standing(61.0, left=["score_drop"]), [held]).left == {}


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
    outcome = decide(standing(40.0, BAND, DROP, answers=[answer()]), [])
    assert opened(outcome) == [("bad_answer", ["bad_answer", "score_band", "score_drop"])]


def test_a_score_rule_joins_the_open_alert():
    outcome = decide(standing(40.0, BAND, DROP, answers=[answer()]), [episode("bad_answer", told())])
    assert opened(outcome) == []
    assert appended(outcome) == {0: ["score_band", "score_drop"]}


def test_a_bad_answer_opens_beside_a_score_alert():
    outcome = decide(standing(40.0, answers=[answer()]), [episode("score_band", band())])
    assert opened(outcome) == [("bad_answer", ["bad_answer"])]


def test_what_a_customer_does_never_hides_in_an_alert_about_ourselves():
    ours, theirs = episode("rule_4"), episode("score_drop")
    assert opened(decide(standing(40.0, BAND), [ours])) == [("score_band", ["score_band"])]
    assert appended(decide(standing(40.0, BAND), [ours, theirs])) == {1: ["score_band"]}
    assert appended(decide(standing(40.0, DECIDER), [theirs])) == {0: ["rule_4"]}
    outcome = decide(standing(40.0, BAND, DECIDER), [])
    assert opened(outcome) == [("score_band", ["score_band", "rule_4"])]


def test_what_a_customer_does_never_hides_in_an_alert_about_ourselves_that_opens_with_it():
    both = [("rule_5", ["rule_5"]), ("score_band", ["score_band", "score_drop"])]
    assert opened(decide(standing(40.0, CHAMPION, BAND, DROP), [])) == both
    ours_too = [("rule_5", ["rule_5", "rule_4"]), ("score_band", ["score_band"])]
    assert opened(decide(standing(40.0, CHAMPION, BAND, DECIDER), [])) == ours_too
    assert opened(decide(standing(80.0, CHAMPION, DECIDER), [])) == [("rule_5", ["rule_5", "rule_4"])]
    outcome = decide(standing(40.0, CHAMPION, BAND), [episode("score_drop")])
    assert (opened(outcome), appended(outcome)) == ([("rule_5", ["rule_5"])], {0: ["score_band"]})
    heard = decide(standing(40.0, CHAMPION, BAND, answers=[answer()]), [])
    assert opened(heard) == [("bad_answer", ["bad_answer", "score_band"]), ("rule_5", ["rule_5"])]


def test_what_else_a_rule_says_is_told_to_the_alert_that_holds_it_whatever_opened_since():
    newer, holder = episode("bad_answer", told(), age=1), episode("score_drop", held=["score_drop", "score_band"])
    outcome = decide(standing(30.0, BAND, CHAMPION), [newer, holder])
    assert (opened(outcome), appended(outcome)) == ([("rule_5", ["rule_5"])], {1: ["score_band"]})
    assert appended(decide(standing(30.0, BAND), [newer, replace(holder, is_open=False)])) == {0: ["score_band"]}


@pytest.mark.parametrize(
    ("own", "held", "entered", "left", "leaves", "opens"),
    [
        ("score_band", ["score_band", "rule_4"], [], ["score_band"], ["score_band", "rule_4"], []),
        ("score_band", ["rule_4"], [], [], ["rule_4"], []),  # the score had been better before
        ("score_band", ["score_band", "score_drop", "rule_4"], [], ["score_band"], ["score_band"], []),
        ("score_band", ["score_band", "gone_rule"], [], ["score_band"], ["score_band"], []),  # nobody knows about whom
        ("score_band", ["score_band", "rule_4"], [DROP], ["score_band"], ["score_band"], []),  # which holds it anew
        ("score_band", ["score_band"], [DECIDER], ["score_band"], ["score_band"], ["rule_4"]),  # no reason to stay open
        ("score_band", ["score_band"], [DECIDER], [], [], []),
        ("rule_4", ["rule_4", "score_band"], [], ["score_band"], ["score_band"], []),  # its own rule is about us
    ],
)
def test_a_gap_of_ours_alone_keeps_no_alert_about_the_customer_open(own, held, entered, left, leaves, opens):
    outcome = decide(standing(70.0, *entered, left=left), [episode(own, held=held)])
    assert (outcome.left.get(0, []), [rule for rule, _ in outcome.opened]) == (leaves, opens)


def test_what_a_closed_alert_holds_of_ours_stays():
    closed = episode("score_band", is_open=False, is_resolved=True, held=["score_band", "rule_4"])
    assert decide(standing(70.0, left=["score_band"]), [closed]).left == {0: ["score_band"]}


def test_a_hard_rule_opens_its_own_alert_or_joins_its_own():
    assert opened(decide(standing(80.0, CHAMPION), [episode("score_band")])) == [("rule_5", ["rule_5"])]
    own = episode("rule_5", held=["score_band"])
    outcome = decide(standing(80.0, CHAMPION), [own])
    assert (opened(outcome), appended(outcome)) == ([], {0: ["rule_5"]})


def test_a_rule_that_turned_hard_stays_in_the_alert_that_holds_it():
    hard = replace(BAND, is_hard=True)
    outcome = decide(standing(40.0, hard), [episode("score_drop", held=["score_drop", "score_band"])])
    assert (opened(outcome), appended(outcome)) == ([], {0: ["score_band"]})


# ------------------------------------------------------------------------------------------- cool-down
SPELL = timedelta(days=42)


@pytest.mark.parametrize(
    ("age", "then", "now", "becomes"),
    [
        (10, 48.0, 45.0, "silent"),  # within the cool-down
        (41, 48.0, 45.0, "silent"),
        (42, 48.0, 45.0, "open"),  # it is over
        (10, 48.0, 38.1, "silent"),
        (10, 48.0, 38.0, "open"),  # ten points further
        (10, None, 20.0, "silent"),  # nobody knows how far it fell
        (10, 48.0, None, "silent"),
    ],
)
def test_a_soft_rule_cools_down(age, then, now, becomes):
    last = episode("score_band", band(), is_open=False, held=[], age=age, score=then)
    outcome = decide(standing(now, BAND), [last])
    silent = {place: [one["is_silent"] for one in drivers] for place, drivers in outcome.silent.items()}
    expected = ([("score_band", ["score_band"])], {}) if becomes == "open" else ([], {0: [True]})
    assert (opened(outcome), silent) == expected


def test_a_cool_down_is_that_of_the_rules_own_last_episode():
    old = episode("score_band", is_open=False, held=[], age=60, score=48.0)
    new = episode("score_band", is_open=False, held=[], age=20, score=30.0)
    other = episode("score_drop", is_open=False, held=[], age=1, score=48.0)
    assert opened(decide(standing(35.0, BAND), [other, new, old])) == []
    assert decide(standing(35.0, BAND), [other, new, old]).silent.keys() == {1}
    assert opened(decide(standing(35.0, BAND), [other, old])) == [("score_band", ["score_band"])]


def test_what_is_held_silently_is_not_told_again():
    last = episode("score_band", is_open=False, held=["score_band"], age=10, score=48.0)
    assert decide(standing(45.0, BAND), [last]) == Outcome()


def test_a_rule_that_does_not_cool_opens_and_tells_of_one_that_does():
    cooling = episode("score_band", is_open=False, held=[], age=10, score=48.0)
    outcome = decide(standing(45.0, BAND, DROP), [cooling])
    assert opened(outcome) == [("score_drop", ["score_drop", "score_band"])]
    assert outcome.silent == {}


def test_a_further_fall_opens_again_and_takes_over_from_the_closed_alert():
    resolved = episode("score_band", band(), is_open=False, is_resolved=True, age=10, score=48.0)
    outcome = decide(standing(38.0, BAND), [resolved])
    assert opened(outcome) == [("score_band", ["score_band"])]
    assert outcome.left == {0: ["score_band"]}


def test_hard_rules_know_no_cool_down():
    last = episode("rule_5", is_open=False, held=[], age=1, score=48.0)
    assert opened(decide(standing(48.0, CHAMPION), [last])) == [("rule_5", ["rule_5"])]


def test_a_soft_rule_about_answers_cools_down_too():
    soft = replace(ANSWER, is_hard=False)
    last = episode("bad_answer", told(fact=3), is_open=False, is_resolved=True, held=[], age=10, score=80.0)
    outcome = decide(standing(80.0, answers=[answer(fact=12, answer_id=2, contact=2)]), [last], [soft])
    assert [one["fact_id"] for one in outcome.silent[0]] == [12]


@given(
    scores=st.lists(st.one_of(st.none(), st.integers(0, 100)), max_size=120),
    gaps=st.lists(st.integers(1, 12), min_size=120, max_size=120),
    resolves=st.sets(st.integers(0, 119)),
)
def test_no_readings_open_two_episodes_within_the_cool_down(scores, gaps, resolves):
    """As the statement for a threshold says it: entered below 50 unless held, left from 60, nothing without a score."""
    at, episodes = NOON, []  # newest first, as decided
    for number, score in enumerate(scores):
        at += gaps[number] * DAY
        if score is None:
            continue
        entered, left = [], []
        held = next((one for one in episodes if "score_band" in one.held), None)
        fell = held is not None and not held.is_open and has_fallen_further(held.score, score)
        if score < 50 and (held is None or fell):
            entered = [Entry(BAND, [BAND.driver(at, {"score": score})])]
        elif score >= 60 and held is not None:
            left = ["score_band"]
        here = Standing(at=at, score=score, entered=entered, left=frozenset(left))
        outcome = decide(here, episodes, BUILT_IN)
        episodes = [after(one, place, outcome) for place, one in enumerate(episodes)]
        for key, drivers in outcome.opened:
            assert key == "score_band"
            new = Episode(key, True, False, drivers, [key], at, score)
            last = next((one for one in episodes), None)
            within = last is not None and at - last.opened_at < SPELL
            assert not within or has_fallen_further(last.score, score)
            episodes.insert(0, new)
        assert sum(one.is_open for one in episodes) <= 1
        if number in resolves and episodes and episodes[0].is_open:
            episodes[0] = replace(episodes[0], is_open=False, is_resolved=True)


def after(one, place, outcome):
    held = [key for key in one.held if key not in outcome.left.get(place, ())]
    held += [driver["rule"] for driver in outcome.silent.get(place, ())]
    return replace(one, held=held, is_open=one.is_open and bool(held))


# ------------------------------------------------------------------------------------------- answers again
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


def test_a_rule_about_answers_can_be_off_or_for_a_segment():
    heard = standing(80.0, answers=[answer()])
    assert decide(heard, [], [replace(ANSWER, is_on=False)]) == Outcome()
    only = replace(ANSWER, segment_id=7)
    assert decide(heard, [], [only]) == Outcome()
    member = replace(heard, segments=frozenset([7]))
    assert opened(decide(member, [], [only])) == [("bad_answer", ["bad_answer"])]


@pytest.mark.parametrize(
    ("most", "said", "counts"),
    [
        ({"csat_most": 3, "nps_most": None}, answer(3), True),
        ({"csat_most": 3, "nps_most": None}, answer(4), False),
        ({"csat_most": 3, "nps_most": None}, answer(0, metric="nps"), False),
        ({"csat_most": None, "nps_most": 0}, answer(0, metric="nps"), True),
        ({"csat_most": None, "nps_most": 0}, answer(1), False),
        ({"csat_most": 2}, answer(1, high=2), True),
        ({"csat_most": 2}, answer(2, high=2), False),  # the best there is
        ({"csat_most": 2}, answer(2, high=3), False),
        ({"csat_most": 3}, answer(2, high=3), True),
        ({"csat_most": 3}, answer(1, high=4), False),  # no scale of ours
        ({"csat_most": 2}, answer(1, metric="ces"), False),
        ({"ces_most": 3}, answer(3, metric="ces"), True),
        ({"ces_most": 3}, answer(4, metric="ces"), False),
    ],
)
def test_which_answers_count_is_said_by_kind_and_value(most, said, counts):
    rule = Terms("rule_9", Kind.ANSWER, most, is_hard=True, name="Own")
    outcome = decide(standing(80.0, answers=[said]), [], [rule])
    assert [driver["name"] for _, drivers in outcome.opened for driver in drivers] == ["Own"] * counts


def test_a_lost_customer_opens_no_soft_alert_but_an_answer_still_does():
    lost = standing(40.0, BAND, DROP, may_open_soft=False)
    assert decide(lost, []) == Outcome()
    spoke = standing(40.0, BAND, DROP, may_open_soft=False, answers=[answer()])
    assert opened(decide(spoke, [])) == [("bad_answer", ["bad_answer", "score_band", "score_drop"])]
