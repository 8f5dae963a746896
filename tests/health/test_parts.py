"""Each measure by examples worked by hand, and what a score is made of them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from accounts.stages import Stage
from health import stored
from health.parts import DEFAULT_WEIGHTS, MEASURES, PARTS, PLACES, band_of
from health.stored import from_numbers, to_numbers
from tests.builders import NOON, TODAY
from tests.health import reference
from tests.health.reference import LONG_AGO, REFERENCE, Aim, Case, Known, Lesson, Person, Plan, Step, Touch, noon
from tests.health.test_scoring import ago, make_typical, measure, parts_of, score_of, store

YEAR = (LONG_AGO, TODAY + timedelta(days=100))
NO = (None, 0.0)
CHAMPION, DECIDER, USER = Person("champion"), Person("decision_maker"), Person("end_user")
ABSURD = [float("nan"), float("inf"), float("-inf"), -5.0, 1e300, -1e300, 1.7e308, 5e-324]


def daily(last: float, before: float) -> dict:
    return {ago(age): (last if age < 28 else before) for age in range(56)}


def on(*ages: int, value: float = 1.0) -> dict:
    return {ago(age): value for age in ages}


def talk(age: int, person: int | None = None, **fields) -> Touch:
    return Touch(noon(ago(age)), person=person, **fields)


def mail(age: int, **fields) -> Touch:
    return Touch(noon(ago(age)), is_two_way=False, channel="email", **fields)


def planned(**fields) -> Known:
    return Known(plans=[Plan(recorded=TODAY, **fields)])


def begun() -> Known:
    """A feature that is planned since long was used for the first time five days ago."""
    return Known(plans=[Plan(recorded=ago(89), metrics=("feature_a",))], feature_a=on(5))


def full(used: dict[int, float]) -> Known:
    """So many of 50 seats used, by how many days ago."""
    return Known(seats_used={ago(age): value for age, value in used.items()}, contracts=[(*YEAR, 50)])


def met(*touches: Touch, people=(CHAMPION, DECIDER, USER, USER)) -> Known:
    return Known(people=list(people), touches=list(touches))


def half_way(**fields) -> Aim:
    """A goal from 0 to 100 of which half should be reached by now."""
    return Aim(ago(50), ago(-50), **fields)


def read_at(value: float, **fields) -> Aim:
    return half_way(readings=((TODAY, value, TODAY),), **fields)


def asked(*cases: Case, seats: int | None = 100) -> Known:
    return Known(tickets=list(cases), contracts=[(*YEAR, seats)])


TABLE: dict[str, list[tuple[Known, tuple[float | None, float]]]] = {
    # -------------------------------------------------------------------------------------------------- intent
    "known": [
        (Known(), NO),
        (planned(answers=6), (100.0, 1.0)),
        (planned(answers=3), (50.0, 1.0)),
        (planned(answers=0), (0.0, 1.0)),
        (Known(plans=[Plan(recorded=ago(180))]), (50.0, 1.0)),  # written half a year ago
        (Known(plans=[Plan(recorded=TODAY, confirmed=ago(180))]), (50.0, 1.0)),
        (Known(plans=[Plan(recorded=ago(180), confirmed=TODAY)]), (100.0, 1.0)),
        (Known(plans=[Plan(recorded=TODAY), Plan(answers=3, recorded=TODAY)]), (50.0, 1.0)),  # the newest holds
        (Known(plans=[Plan(recorded=ago(-1))]), NO),
        (planned(confirmed=date(1, 1, 1)), (0.0, 1.0)),
    ],
    "aligned": [
        (replace(planned(metrics=("feature_a",)), logins=on(*range(10)), feature_a=on(1, 2)), (20.0, 1.0)),
        (replace(planned(metrics=("feature_a",)), logins=on(1, 2), feature_a=on(1, 2)), (100.0, 0.2)),
        (replace(planned(metrics=("feature_a", "feature_b")), logins=on(1, 2, 3, 4), feature_b=on(1)), (25.0, 0.4)),
        (replace(planned(metrics=("feature_a",)), logins=on(27, 28), feature_a=on(27, 28)), (100.0, 0.1)),
        (replace(planned(metrics=("feature_a",)), logins=on(1, value=0.0), feature_a=on(1)), NO),
        (replace(planned(), logins=on(1)), NO),
        (Known(logins=on(1), feature_a=on(1)), NO),
    ],
    "stated": [
        (planned(intent=5, intent_on=TODAY), (100.0, 1.0)),
        (planned(intent=1, intent_on=TODAY), (0.0, 1.0)),
        (planned(intent=4, intent_on=ago(120)), (75.0, 0.5)),
        (planned(intent=4, intent_on=date(1, 1, 1)), (75.0, 0.0)),
        (planned(), NO),
        (Known(), NO),
    ],
    # --------------------------------------------------------------------------------------------------- needs
    "met": [
        (asked(Case(ago(5), topic="question")), (0.0, 0.2)),
        (asked(Case(ago(5), topic="problem")), NO),
        (asked(Case(ago(90), topic="question")), NO),
        (asked(Case(ago(89), topic="question")), (0.0, 0.2)),
        (replace(asked(Case(ago(5), topic="question")), touches=[talk(6, is_proactive=True)]), (100.0, 0.2)),
        (replace(asked(Case(ago(5), topic="question")), touches=[talk(35, is_proactive=True)]), (100.0, 0.2)),
        (replace(asked(Case(ago(5), topic="question")), touches=[talk(36, is_proactive=True)]), (0.0, 0.2)),
        (replace(asked(Case(ago(5), topic="question")), touches=[talk(4, is_proactive=True)]), (0.0, 0.2)),
        (replace(asked(Case(ago(5), topic="question")), touches=[talk(6, is_proactive=False)]), (0.0, 0.2)),
        (replace(asked(Case(ago(5), topic="question")), touches=[mail(6, is_proactive=True)]), (0.0, 0.2)),
        (
            Known(steps=[Step(ago(5)), Step(ago(6), ago(5)), Step(ago(7), ago(7)), Step(TODAY), Step(ago(90))]),
            (0.0, 0.33),
        ),
        (Known(people=[USER], lessons=[Lesson(0, ago(20), ago(20))], steps=[Step(ago(5))]), (100.0, 0.2)),
        (Known(people=[USER], lessons=[Lesson(0, ago(20))], steps=[Step(ago(5))]), (0.0, 0.2)),
        (begun(), (0.0, 0.2)),
        (full({9: 49.0, 8: 50.0}), (0.0, 0.2)),
        (full({9: 49.0, 8: 50.0, 7: 49.0, 6: 50.0}), (0.0, 0.2)),  # once
        (full({9: 50.0, 8: 50.0}), NO),  # it was full before
        (full({9: 49.0, 8: 49.0}), NO),
        (full({90: 49.0, 89: 50.0, 1: 45.0}), (0.0, 0.2)),
        (full({91: 49.0, 90: 50.0, 1: 45.0}), NO),
        (full({9: 49.0, 8: 50.0, 1: 44.0}), NO),  # not any more
        (full({9: 10.0, 8: 50.0}), (0.0, 0.2)),  # lately
        (full({9: 49.0, 8: 5000.0}), NO),  # not believed
        (replace(full({9: 49.0, 8: 50.0}), touches=[talk(9, is_proactive=True)]), (100.0, 0.2)),
        (replace(full({9: 49.0, 8: 50.0}), touches=[talk(8, is_proactive=True)]), (0.0, 0.2)),  # too late
        (replace(begun(), feature_a=on(5, 91, value=0.0) | on(5)), (0.0, 0.2)),
        (replace(begun(), feature_a=on(5, 91)), NO),  # used long before
        (replace(begun(), feature_a=on(89)), NO),  # on the day the plan was written, and so maybe before
        (replace(begun(), feature_b=on(5)), (0.0, 0.2)),  # only one of them is planned
        (replace(begun(), touches=[talk(6, is_proactive=True)]), (100.0, 0.2)),
        (replace(begun(), touches=[talk(5, is_proactive=True)]), (0.0, 0.2)),  # that day is too late
        (replace(begun(), people=[USER], lessons=[Lesson(0, ago(6), ago(6))]), (100.0, 0.2)),
        (
            Known(
                plans=[
                    Plan(recorded=ago(89)),
                    Plan(recorded=TODAY, metrics=("feature_a",)),
                ],
                feature_a=on(5),
            ),
            (0.0, 0.2),
        ),  # a later version names it
    ],
    "ready": [
        (Known(steps=[Step(ago(-1), is_prepared=True), Step(ago(-60)), Step(ago(-61)), Step(TODAY)]), (50.0, 1.0)),
        (Known(steps=[Step(ago(-1), done=TODAY)]), NO),
        (Known(steps=[Step(ago(-1), recorded=ago(-1))]), NO),
        (Known(), NO),
    ],
    "proactive": [
        (met(talk(0, is_proactive=True), talk(89, is_proactive=False)), (50.0, 0.33)),
        (met(talk(90, is_proactive=True)), NO),
        (met(talk(0)), NO),  # nobody said who began
        (met(mail(0, is_proactive=True)), NO),
        (met(talk(0, is_proactive=True, outcome="missed")), NO),
        (met(talk(0, is_proactive=True, channel="note")), NO),
        (met(talk(-1, is_proactive=True)), NO),
    ],
    # ------------------------------------------------------------------------------------------------ adoption
    "seats": [
        (Known(seats_used={ago(1): 30.0, ago(2): 20.0}, contracts=[(*YEAR, 50)]), (50.0, 1.0)),
        (Known(seats_used={ago(1): 80.0}, contracts=[(*YEAR, 50)]), (100.0, 1.0)),
        (Known(seats_used={ago(1): 30.0}, contracts=[(*YEAR, 50), (*YEAR, 10)]), (50.0, 1.0)),
        (Known(seats_used={ago(1): 500.0}, contracts=[(*YEAR, 50)]), (100.0, 1.0)),
        (Known(seats_used={ago(1): 501.0}, contracts=[(*YEAR, 50)]), NO),  # not believed
        (Known(seats_used={ago(1): 1e9, ago(2): 20.0, ago(3): 25.0}, contracts=[(*YEAR, 50)]), (50.0, 1.0)),
        (Known(seats_used={ago(1): -1e6, ago(2): 20.0, ago(3): 25.0}, contracts=[(*YEAR, 50)]), (40.0, 1.0)),
        (Known(seats_used={ago(1): -5.0}, contracts=[(*YEAR, 50)]), NO),
        (Known(active_users={ago(1): 1e9, ago(2): 20.0}, contracts=[(*YEAR, 50)]), (40.0, 1.0)),
        (Known(active_users={ago(1): -5.0}, contracts=[(*YEAR, 50)]), NO),
        (Known(seats_used={ago(1): 501.0}, active_users={ago(1): 20.0}, contracts=[(*YEAR, 50)]), NO),
        (Known(active_users={ago(1): 501.0}, contracts=[(*YEAR, 50)]), NO),
        (
            Known(
                seats_used={ago(14): 30.0},
                active_users={ago(27): 10.0, ago(28): 40.0, ago(3): 5.0},
                contracts=[(*YEAR, 50)],
            ),
            (20.0, 1.0),
        ),
        (Known(seats_used={ago(13): 30.0}, active_users={TODAY: 5.0}, contracts=[(*YEAR, 50)]), (60.0, 1.0)),
        (Known(seats_used={ago(1): 30.0}), NO),
        (Known(seats_used={ago(1): 30.0}, contracts=[(LONG_AGO, TODAY, 50)]), NO),  # ended this day
        (Known(seats_used={ago(1): 30.0}, contracts=[(ago(-1), ago(-9), 50)]), NO),
        (Known(seats_used={ago(-1): 30.0}, contracts=[(*YEAR, 50)]), NO),
        (Known(seats_used={ago(1): 30.0}, contracts=[(*YEAR, None)]), NO),
        (Known(contracts=[(*YEAR, 50)]), NO),
    ],
    "breadth": [
        (replace(planned(metrics=("feature_a", "feature_b")), feature_a=on(27), feature_b=on(28)), (50.0, 1.0)),
        (replace(planned(metrics=("feature_a",)), feature_a=on(1, value=0.0)), (0.0, 1.0)),
        (replace(planned(metrics=("feature_a",)), feature_a=on(-1)), (0.0, 1.0)),
        (planned(), NO),
        (Known(feature_a=on(1)), NO),
    ],
    "depth": [(Known(key_actions=daily(10, 10), active_users=daily(5, 5)), NO)],  # no median: see below
    "regularity": [
        (Known(logins=daily(1, 1)), (100.0, 1.0)),
        (Known(logins=on(0, 3, 7)), (100.0, 0.25)),
        (Known(logins=on(0, 55)), (25.0, 1.0)),
        (Known(logins=on(0) | on(13, value=0.0)), (50.0, 0.25)),
        (Known(logins=on(56, -1)), NO),
    ],
    "trend": [
        (Known(key_actions=daily(10, 10)), (77.8, 1.0)),  # unchanged
        (Known(key_actions=daily(13, 10)), (100.0, 1.0)),
        (Known(key_actions=daily(5, 10)), (1.2, 1.0)),  # halved
        (Known(key_actions=daily(0, 10)), (0.0, 1.0)),
        (Known(key_actions=daily(1000, 1)), (100.0, 1.0)),
        (Known(key_actions=daily(5000, 0.9)), (100.0, 1.0)),  # they began
        (Known(key_actions=daily(1, 5000)), (0.0, 1.0)),
        (Known(key_actions=daily(10, 10) | {ago(3): 9e11}), (77.8, 1.0)),  # the median day counts
        (Known(key_actions=daily(10, 10) | {ago(40): 9e11}), (77.8, 1.0)),
        (Known(key_actions=daily(5, 10) | {ago(40): 9e11}), (1.2, 1.0)),
        (Known(key_actions={ago(40): 500.0}), (0.0, 0.04)),  # it stopped
        (Known(key_actions={ago(3): 500.0}), NO),  # nothing to compare with
        (Known(key_actions={ago(56): 500.0, ago(-1): 3.0}), NO),  # outside the window
        (Known(key_actions=on(*range(35), value=10.0)), (77.8, 0.75)),  # read for 35 days: the same rate, no growth
        (Known(logins=daily(5, 10), active_users=daily(13, 10)), (1.2, 1.0)),
        (Known(active_users=daily(13, 10)), (100.0, 1.0)),
        (Known(key_actions={ago(1): 1.0}, logins=daily(5, 10)), NO),
        (Known(), NO),
    ],
    "blockers": [
        (asked(Case(ago(5), ago(4))), (0.4, 1.0)),  # 1 per 100 seats
        (asked(Case(ago(5), ago(4)), seats=5), (1.6, 1.0)),  # fewer than 25 seats count as 25
        (asked(Case(ago(5), ago(4)), seats=None), (0.8, 1.0)),  # unknown seats count as 50
        (asked(Case(ago(29), ago(28))), (0.4, 1.0)),
        (asked(Case(ago(30), ago(29))), (0.0, 1.0)),
        (asked(Case(ago(40))), (5.0, 1.0)),  # waiting
        (asked(Case(ago(40), topic="question")), (0.0, 1.0)),
        (asked(Case(ago(40), priority="low")), (0.0, 1.0)),
        (asked(Case(ago(40), ago(-1))), (5.0, 1.0)),
        (asked(Case(ago(7))), (0.4, 1.0)),  # seven days are not over seven
        (asked(Case(ago(8))), (5.4, 1.0)),
        (asked(Case(ago(40), ago(39), ago(29))), (3.0, 1.0)),
        (asked(Case(ago(40), ago(39), ago(30))), (0.0, 1.0)),
        (asked(*[Case(ago(2))] * 30), (8.0, 1.0)),
        (asked(*[Case(ago(200))] * 9), (20.0, 1.0)),
        (asked(Case(ago(-1))), NO),  # not yet
    ],
    # ------------------------------------------------------------------------------------------------ outcomes
    "progress": [
        (Known(goals=[read_at(25.0)]), (50.0, 1.0)),
        (Known(goals=[read_at(80.0)]), (100.0, 1.0)),  # ahead
        (Known(goals=[read_at(-9.0)]), (0.0, 1.0)),
        (Known(goals=[read_at(25.0, weight=3), half_way(reached=TODAY)]), (62.5, 1.0)),
        (Known(goals=[half_way(reached=ago(-1))]), NO),
        (Known(goals=[half_way()]), NO),
        (Known(goals=[read_at(25.0, ended=TODAY)]), NO),
        (Known(goals=[read_at(25.0, ended=ago(-1))]), (50.0, 1.0)),
        (Known(goals=[read_at(25.0, recorded=ago(-1))]), NO),
        (Known(goals=[Aim(ago(9), ago(-91), readings=((TODAY, 1.0, TODAY),))]), NO),  # just begun
        (Known(goals=[Aim(ago(10), ago(-90), readings=((TODAY, 5.0, TODAY),))]), (50.0, 1.0)),
        (Known(goals=[Aim(ago(200), ago(100), readings=((TODAY, 30.0, TODAY),))]), (30.0, 1.0)),  # over
        (Known(goals=[half_way(baseline=50.0, target=0.0, readings=((ago(9), 40.0, TODAY),))]), (40.0, 1.0)),
        (Known(goals=[half_way(readings=((ago(9), 25.0, TODAY), (ago(-1), 50.0, TODAY)))]), (50.0, 1.0)),
        (Known(goals=[half_way(readings=((ago(9), 25.0, TODAY), (ago(2), 50.0, ago(-1))))]), (50.0, 1.0)),
        (Known(feature_a={ago(90): 10.0, ago(5): 25.0}, goals=[read_at(50.0, metric="feature_a")]), (50.0, 1.0)),
        (Known(goals=[read_at(50.0, metric="feature_a")]), (100.0, 1.0)),
    ],
    "confirmed": [
        (Known(goals=[half_way(reached=ago(2), confirmed=ago(1))]), (100.0, 0.33)),
        (Known(goals=[half_way(reached=ago(2), confirmed=ago(-1)), half_way(reached=TODAY)]), (0.0, 0.5)),
        (Known(goals=[half_way(reached=ago(-1))]), NO),
        (Known(), NO),
    ],
    "spread": [
        (Known(goals=[half_way(site="Berlin", reached=TODAY), half_way(site="Lagos")]), (50.0, 1.0)),
        (Known(goals=[half_way(site="Berlin", reached=TODAY), half_way(site="Berlin"), half_way()]), NO),
        (Known(goals=[half_way(site="Berlin"), half_way(site="Lagos", ended=ago(1))]), NO),
    ],
    # ------------------------------------------------------------------------------------------- relationships
    "width": [
        (met(talk(1, 0), talk(2, 1), talk(3, 2)), (63.2, 1.0)),  # three roles: n = 3
        (met(talk(1, 2), talk(2, 3)), (39.3, 1.0)),  # two of one role: n = 1.5
        (met(talk(89, 0)), (28.3, 1.0)),
        (met(talk(90, 0), mail(1), talk(1, 1, outcome="missed"), talk(1)), (0.0, 1.0)),
        (met(talk(1, 0), people=[Person("champion", ago(1))]), (28.3, 1.0)),
        (met(talk(1), people=[]), NO),
        (Known(people=[USER]), NO),  # the workspace logs no touchpoints
    ],
    "sponsor": [
        (met(talk(1, 0), talk(119, 1)), (100.0, 1.0)),
        (met(talk(1, 0), people=[CHAMPION]), (50.0, 1.0)),
        (met(talk(120, 0), talk(1, 2)), (0.0, 1.0)),
        (met(talk(1, 1), people=[Person("champion", ago(89)), DECIDER]), (25.0, 1.0)),
        (met(talk(1, 1), people=[Person("champion", ago(90)), DECIDER]), (50.0, 1.0)),
        (met(talk(1, 1), people=[Person("champion", ago(-1)), DECIDER]), (50.0, 1.0)),
        (met(talk(1), people=[Person("champion", ago(1)), USER]), (0.0, 1.0)),
        (met(talk(1, 0), people=[Person("champion", ago(1))]), NO),
        (Known(people=[CHAMPION]), NO),
    ],
    "sentiment": [
        (Known(csat={TODAY: [1]}), (0.0, 0.2)),
        (Known(csat={TODAY: [2]}), (0.0, 0.2)),  # every bad answer is 0
        (Known(nps={TODAY: [6]}), (0.0, 0.2)),
        (Known(csat={TODAY: [5]}), (100.0, 0.2)),
        (Known(nps={TODAY: [8]}), (50.0, 0.2)),
        (Known(csat={TODAY: [5, 5]}), (100.0, 0.33)),
        (Known(csat={TODAY: [5], ago(120): [2]}), (66.7, 0.27)),  # half its weight
        (Known(csat={ago(365): [5], ago(-1): [5]}), NO),
    ],
    "advocacy": [
        (Known(people=[USER]), (0.0, 1.0)),
        (Known(people=[USER], stage=Stage.ADVOCACY), (100.0, 1.0)),
        (Known(people=[USER], advocate_on=ago(364)), (100.0, 1.0)),
        (Known(people=[USER], advocate_on=ago(365)), (0.0, 1.0)),
        (Known(people=[USER], stage=Stage.DELIVERY), NO),
        (Known(people=[USER], stage=Stage.CHURN), NO),
        (Known(), NO),
    ],
    "executive": [
        (met(talk(0, 1)), (100.0, 1.0)),
        (met(talk(90, 1)), (50.0, 1.0)),
        (met(talk(180, 1)), (0.0, 1.0)),
        (met(talk(0, 0)), (0.0, 1.0)),
        (met(talk(0, 0), people=[CHAMPION]), NO),
        (Known(people=[DECIDER]), NO),
    ],
    # ---------------------------------------------------------------------------------------------- engagement
    "reply": [
        (met(mail(20), talk(6)), (100.0, 0.2)),
        (met(mail(20), talk(5)), (0.0, 0.2)),  # 15 days
        (met(mail(20), talk(21)), (0.0, 0.2)),
        (met(mail(20), mail(0), talk(20)), (0.0, 0.33)),  # at the same moment is no answer
        (met(mail(89), mail(88), talk(80)), (100.0, 0.2)),  # before one conversation the last alone counts
        (met(mail(89), mail(60), talk(50), mail(40), talk(39)), (100.0, 0.33)),
        (met(mail(70), talk(60), mail(40), mail(20), mail(10)), (25.0, 0.5)),
        (met(mail(90), mail(1, outcome="missed"), mail(1)._replace(channel="note"), mail(-1)), NO),
    ],
    "attendance": [
        (met(talk(0, outcome="held"), talk(179, outcome="missed"), talk(1)), (50.0, 0.5)),
        (met(talk(180, outcome="held"), talk(1)), NO),
    ],
    "tone": [
        (met(talk(0, felt=2), talk(179, felt=-1), talk(1)), (62.5, 0.5)),
        (met(talk(1, felt=-2)), (0.0, 0.33)),
        (met(talk(1, felt=0)), (50.0, 0.33)),
        (met(talk(180, felt=2), talk(1)), NO),
    ],
    "recency": [
        (met(talk(0)), (100.0, 1.0)),
        (met(talk(30), talk(90)), (50.0, 1.0)),
        (Known(two_way=[ago(900)]), (0.0, 1.0)),
        (Known(two_way=[date(1, 1, 1)]), (0.0, 1.0)),
        (met(mail(1), talk(1, outcome="missed"), talk(1, channel="note"), talk(-1)), NO),
    ],
    # ----------------------------------------------------------------------------------------------- education
    "taught": [
        (Known(people=[USER, USER], lessons=[Lesson(0, ago(9), ago(9)), Lesson(0, ago(8), ago(8))]), (50.0, 1.0)),
        (Known(people=[USER], lessons=[Lesson(0, ago(179), ago(179))]), (100.0, 1.0)),
        (Known(people=[USER], lessons=[Lesson(0, ago(180), ago(180))]), (0.0, 1.0)),
        (Known(people=[USER], lessons=[Lesson(0, ago(500), ago(9))]), (100.0, 1.0)),
        (Known(people=[USER], lessons=[Lesson(0, ago(9), ago(9), roles=("champion",))]), (0.0, 1.0)),
        (Known(people=[USER], lessons=[Lesson(0, ago(9), ago(9), roles=("champion", "end_user"))]), (100.0, 1.0)),
        (Known(people=[USER, Person(left=ago(1))], lessons=[Lesson(1, ago(9), ago(9))]), (0.0, 1.0)),
        (Known(people=[USER], lessons=[Lesson(0, ago(9))]), (0.0, 1.0)),
        (Known(people=[USER]), NO),  # there is nothing to learn
        (Known(people=[Person(left=ago(1))], lessons=[Lesson(0, ago(9), ago(9))]), NO),
    ],
    "completion": [
        (Known(people=[USER], lessons=[Lesson(0, ago(364), ago(9)), Lesson(0, ago(9), ago(-1))]), (50.0, 0.5)),
        (Known(people=[USER], lessons=[Lesson(0, ago(365), ago(9))]), NO),
        (Known(people=[USER], lessons=[Lesson(0, ago(9), ago(9), recorded=ago(-1))]), NO),
    ],
    "put_to_use": [
        (Known(people=[USER], feature_a=on(6), lessons=[Lesson(0, ago(99), ago(20), (), "feature_a")]), (100.0, 0.33)),
        (Known(people=[USER], feature_a=on(5), lessons=[Lesson(0, ago(99), ago(20), (), "feature_a")]), (0.0, 0.33)),
        (Known(people=[USER], feature_a=on(21), lessons=[Lesson(0, ago(99), ago(20), (), "feature_a")]), (0.0, 0.33)),
        (Known(people=[USER], feature_a=on(-1), lessons=[Lesson(0, ago(9), ago(9), (), "feature_a")]), (0.0, 0.33)),
        (Known(people=[USER], feature_a=on(6), lessons=[Lesson(0, ago(500), ago(9), (), "feature_a")]), (100.0, 0.33)),
        (Known(people=[USER], lessons=[Lesson(0, ago(9), ago(9)), Lesson(0, ago(9), None, (), "feature_a")]), NO),
    ],
    # ------------------------------------------------------------------------------------------------- journey
    "timeliness": [
        (Known(steps=[Step(ago(9), ago(9)), Step(TODAY)]), (100.0, 0.5)),
        (Known(steps=[Step(ago(364), ago(350))]), (36.8, 0.33)),
        (Known(steps=[Step(ago(14))]), (36.8, 0.33)),
        (Known(steps=[Step(ago(14), ago(-1))]), (36.8, 0.33)),
        (Known(steps=[Step(ago(14), ago(14), done_recorded=ago(-1))]), (36.8, 0.33)),  # nobody knew
        (Known(steps=[Step(ago(365)), Step(ago(-1)), Step(ago(1), recorded=ago(-1))]), NO),
    ],
    "effort": [
        (Known(ces={TODAY: [7]}), (100.0, 0.2)),
        (Known(ces={TODAY: [1], ago(179): [7, 7, 7]}), (75.0, 0.5)),
        (Known(ces={ago(180): [7], ago(-1): [7]}), NO),
    ],
    "bumps": [
        (asked(Case(ago(400), ago(399))), (100.0, 1.0)),
        (Known(steps=[Step(TODAY)]), (100.0, 1.0)),
        (Known(tickets=[Case(ago(200), reopened=ago(89))], steps=[Step(ago(5))]), (36.8, 1.0)),
        (Known(tickets=[Case(ago(200), reopened=ago(90))], steps=[Step(ago(90))]), (100.0, 1.0)),
        (Known(), NO),
    ],
}


def examples() -> list:
    return [
        pytest.param(key, known, expected, id=f"{key}-{number}")
        for key, told in TABLE.items()
        for number, (known, expected) in enumerate(told)
    ]


def test_every_measure_has_examples():
    keys = [one.key for part in PARTS for one in MEASURES[part]]
    assert list(TABLE) == keys
    assert list(REFERENCE) == keys


@pytest.mark.parametrize(("key", "known", "expected"), examples())
def test_measures(workspace, key, known, expected):
    found = measure(known, key)
    assert (found["value"], found["coverage"]) == expected


@pytest.mark.parametrize(
    ("median", "value"), [(1.0, 100.0), (2.0, 66.7), (4.0, 20.5), (10.0, 0.0), (0.0, None), (None, None)]
)
def test_depth_against_the_median(workspace, median, value):
    """280 key actions in 28 days by 5 people a day are 2 a day for each."""
    make_typical(reference.Typical(depth=median))
    found = measure(Known(key_actions=daily(10, 0), active_users=daily(5, 9)), "depth")
    assert (found["value"], found["each"]) == (value, 2.0)


@pytest.mark.parametrize(
    ("actions", "users", "seats", "value"),
    [
        (1000, 1, None, 100.0),
        (1001, 1, None, None),
        (900, 500, 50, 100.0),
        (900, 501, 50, None),
        (900, 501, None, 100.0),
    ],
)
def test_depth_that_cannot_be_right_is_not_believed(workspace, actions, users, seats, value):
    """More than 1,000 times the median, or more people than ten times the seats."""
    make_typical(reference.Typical(depth=1.0))
    contracts = [(*YEAR, seats)] if seats else []
    known = Known(key_actions=daily(actions * users, 0), active_users=daily(users, 1), contracts=contracts)
    assert measure(known, "depth")["value"] == value


def test_one_day_that_cannot_be_right_decides_nothing_about_depth(workspace):
    make_typical(reference.Typical(depth=1.0))
    people, actions = daily(5, 9), daily(10, 10)
    each = [
        measure(Known(key_actions=acts, active_users=users), "depth")["each"]
        for acts, users in (
            (actions, people),
            (actions | {ago(3): 9e11}, people),
            (actions, people | {ago(0): 1e9}),
            (actions, people | {ago(3): 1e9}),
            (actions, people | {ago(3): -1e9}),
        )
    ]
    assert each == [2.0] * 5


@pytest.mark.parametrize("known", [Known(key_actions=daily(10, 10)), Known(active_users=daily(5, 5))])
def test_depth_needs_actions_and_people(workspace, known):
    make_typical(reference.Typical(depth=1.0))
    assert measure(known, "depth")["value"] is None


def test_details_say_what_was_counted(workspace):
    known = Known(
        logins=daily(5, 10),
        seats_used={ago(1): 30.0, ago(2): 21.0},
        contracts=[(*YEAR, 50)],
        people=[CHAMPION],
        touches=[talk(7, 0), mail(9)],
        csat={ago(7): [5]},
        steps=[Step(ago(20), ago(10)), Step(ago(3))],
    )
    parts = score_of(store(known)).parts
    found = {key: stored.measure_of(parts, key) for key in REFERENCE}
    facts = {
        "trend": {"metric": "logins", "last": 140, "before": 280},
        "seats": {"metric": "seats_used", "used": 26, "seats": 50},
        "sponsor": {"champion": 1, "decider": 0, "left": 0},
        "recency": {"age": 7, "on": ago(7).isoformat()},
        "reply": {"sent": 1, "answered": 1},
        "sentiment": {"n": 1, "mean": 100, "on": ago(7).isoformat()},
        "timeliness": {"due": 2, "late": 1, "overdue": 1},
        "bumps": {"reopened": 0, "late": 2},
        "known": {"filled": None, "age": None},
    }
    assert {key: {name: found[key][name] for name in names} for key, names in facts.items()} == facts


# ----------------------------------------------------------------------------------------------------- absurd readings
@pytest.mark.parametrize("absurd", ABSURD)
def test_absurd_readings_do_not_break_the_score(workspace, absurd):
    make_typical(reference.Typical(depth=1.0))
    for readings in ({ago(1): absurd}, {ago(1): absurd, ago(2): 5.0, ago(3): absurd, ago(30): absurd, ago(31): absurd}):
        everywhere = dict.fromkeys(("key_actions", "logins", "active_users", "seats_used", "feature_a"), readings)
        known = Known(
            **everywhere,
            contracts=[(*YEAR, 10)],
            plans=[Plan(metrics=("feature_a",))],
            goals=[read_at(1.0, metric="feature_a"), read_at(absurd), read_at(absurd, target=5e-324)],
            people=[USER],
            lessons=[Lesson(0, ago(9), ago(9), (), "feature_a")],
        )
        row = score_of(store(known))
        assert 0 <= row.score <= 100
        assert all(
            0 <= one["value"] <= 100 for part in row.parts for one in part["measures"] if one["value"] is not None
        )


@pytest.mark.parametrize("absurd", ABSURD)
def test_absurd_ratings_do_not_break_the_score(workspace, absurd):
    account = store(Known(csat={ago(1): [5, 5]}, nps={ago(1): [5]}, ces={ago(1): [5], ago(2): [5, 5, 5]}))
    account.metric_days.update(total=absurd, last=absurd)
    row = score_of(account)
    assert 0 <= row.score <= 100


def test_very_many_of_everything_do_not_break_the_score(workspace):
    known = asked(*[Case(ago(40), ago(39), ago(2))] * 1600)
    assert measure(known, "bumps")["value"] == 0.0


# -------------------------------------------------------------------------------------------------- parts and the score
def test_default_weights_total_100_in_the_order_of_the_parts():
    assert list(DEFAULT_WEIGHTS) == PARTS
    assert sum(DEFAULT_WEIGHTS.values()) == 100


@pytest.mark.parametrize("part", PARTS)
def test_measures_of_a_part_weigh_1_in_all(part):
    assert sum(one.weight for one in MEASURES[part]) == pytest.approx(1)


@pytest.mark.parametrize(
    ("score", "coverage", "band"),
    [
        (None, 1.0, ""), (70, 0.24, ""), (70, 0.25, "healthy"), (69.9, 1, "watch"),
        (50, 1, "watch"), (49.9, 1, "at_risk"), (0, 1, "at_risk"),
    ],
)  # fmt: skip
def test_bands(score, coverage, band):
    assert band_of(score, coverage) == band


def test_a_part_is_the_mean_of_its_measures_by_weight_times_coverage(workspace):
    """Tone 62.5 at 0.2 x 0.5, attendance 0 at 0.2 x 1/3, the last conversation 100 at 0.15."""
    found = parts_of(score_of(store(met(talk(0, felt=2), talk(1, felt=-1), talk(2, outcome="missed")))))["engagement"]
    assert (found["value"], found["coverage"]) == (67.1, 0.32)


def test_blockers_come_off_adoption_but_not_below_0(workspace):
    waiting = [Case(ago(40))] * 3
    full = Known(seats_used=on(1, value=50.0), contracts=[(*YEAR, 50)], tickets=waiting)
    empty = replace(full, seats_used=on(1, value=4.0))
    unknown = replace(full, seats_used={})
    values = [parts_of(score_of(store(known)))["adoption"]["value"] for known in (full, empty, unknown)]
    assert values == [85.0, 0.0, None]


def test_nothing_known_is_no_score(workspace):
    row = score_of(store(Known()))
    assert (row.score, row.band, row.coverage) == (None, "", 0)
    assert [part["points"] for part in row.parts] == [None] * 8


def test_missing_is_neither_zero_nor_fine(workspace):
    """What is not known drops out."""
    row = score_of(store(Known(two_way=[ago(30)])))
    assert (float(row.score), row.band) == (50.0, "")
    assert {part["key"]: part["points"] for part in row.parts if part["points"] is not None} == {"engagement": 50.0}


def test_what_others_are_worth_is_told_and_changes_nothing(workspace):
    make_typical(reference.Typical(means={"engagement": 90.0, "outcomes": 40.0}))
    row = score_of(store(Known(two_way=[ago(30)])))
    assert (float(row.score), row.band) == (50.0, "")
    assert {part["key"]: part["mean"] for part in row.parts if part["mean"]} == {"outcomes": 40.0, "engagement": 90.0}
    assert score_of(store(Known())).score is None


def test_a_part_weighs_as_much_as_is_known_of_it(workspace):
    """Engagement 100 by 10 x 0.15, relationships 0 by 15 x 0.3 / 3: they weigh the same."""
    row = score_of(store(Known(two_way=[TODAY], csat={TODAY: [1, 1]})))
    assert float(row.score) == 50.0


def test_confidence_is_over_the_parts_that_the_workspace_works_with(workspace):
    """Without plans, steps, goals, lessons and tickets 50 of 100 are asked; 10 x 0.15 are known."""
    account = store(Known(two_way=[TODAY]))
    assert score_of(account).coverage == 0.03
    store(Known(goals=[half_way()]))
    assert score_of(account).coverage == 0.02


def test_points_add_up_exactly(workspace):
    make_typical(reference.Typical(means=dict.fromkeys(PARTS, 61.7), depth=0.3))
    known = Known(
        key_actions=daily(9, 10),
        active_users=daily(7, 3),
        seats_used={ago(1): 33.0},
        contracts=[(*YEAR, 57)],
        tickets=[Case(ago(3))],
        csat={ago(7): [4, 3]},
        people=[CHAMPION, USER],
        touches=[talk(17, 0, felt=1), mail(11)],
        goals=[read_at(13.0)],
        steps=[Step(ago(3)), Step(ago(-3))],
    )
    row = score_of(store(known))
    assert round(sum(part["points"] or 0 for part in row.parts), 1) == float(row.score)


# -------------------------------------------------------------------------------------------------------- the past
def test_a_past_day_is_scored_by_what_was_known_then(workspace):
    known = Known(
        tickets=[Case(ago(40), ago(20))],
        touches=[talk(10)],
        plans=[Plan(answers=3, recorded=ago(50)), Plan(recorded=ago(10))],
        goals=[half_way(readings=((ago(40), 10.0, ago(40)), (ago(39), 90.0, ago(5)))), half_way(recorded=ago(5))],
        steps=[Step(ago(40), ago(40), done_recorded=ago(5)), Step(ago(35), ago(35), recorded=ago(5))],
        people=[USER],
        lessons=[Lesson(0, ago(60), ago(55), recorded=ago(50)), Lesson(0, ago(60), ago(55), recorded=ago(5))],
    )
    account = store(known)
    then, now = (score_of(account, day).parts for day in (ago(30), TODAY))

    def told(parts, key, name):
        return stored.measure_of(parts, key)[name]

    names = [
        ("blockers", "waiting"), ("recency", "age"), ("known", "filled"), ("progress", "value"), ("timeliness", "due"),
        ("timeliness", "overdue"), ("met", "events"), ("completion", "started"),
    ]  # fmt: skip
    assert [told(then, *name) for name in names] == [1, None, 3, 50.0, 1, 1, 1, 1]
    assert [told(now, *name) for name in names] == [0, 10, 6, 100.0, 2, 0, None, 2]


def test_a_lesson_noted_later_had_met_no_need_then(workspace):
    lessons = [Lesson(0, ago(60), ago(45), recorded=ago(5))]
    account = store(Known(people=[USER], lessons=lessons, steps=[Step(ago(40))]))
    answered = [stored.measure_of(score_of(account, day).parts, "met")["met"] for day in (ago(30), TODAY)]
    assert answered == [0, 1]


# ---------------------------------------------------------------------------------------------------------- storage
def some_parts() -> list[dict]:
    row = {"weight": 30, "value": 77.8, "points": 23.3, "coverage": 0.87, "mean": 61.0}
    found = []
    for key in ("adoption", "relationships"):
        measures = [
            {"key": one.key, "value": None, "coverage": 0.0} | dict.fromkeys(one.details) for one in MEASURES[key]
        ]
        found.append({"key": key, **row, "measures": measures})
    stored.measure_of(found, "trend").update(value=77.8, coverage=1.0, metric="logins", last=1240)
    stored.measure_of(found, "depth").update(value=12.5, coverage=1.0, each=2.33, median=4.0)
    stored.measure_of(found, "sentiment").update(value=-0.0, coverage=0.33, n=3, mean=90, on="2026-06-15")
    return found


def test_parts_are_stored_as_numbers_and_read_back():
    parts = some_parts()
    numbers = to_numbers(parts)
    assert len(numbers) == len(PLACES)
    assert from_numbers(numbers) == parts
    assert "-0.0" not in str(from_numbers(numbers))


def test_a_score_is_read_back_as_it_was_stored(workspace):
    row = score_of(store(Known(logins=daily(5, 10), csat={ago(3): [4]}, touches=[talk(9)])))
    assert from_numbers(to_numbers(row.parts)) == row.parts
    assert [part["key"] for part in row.parts] == PARTS


@pytest.mark.parametrize("numbers", [[], [1.0] * 31, [1.0] * (len(PLACES) - 1), [None] * len(PLACES)])
def test_rows_of_an_older_layout_tell_nothing(numbers):
    assert from_numbers(numbers) == []


def test_no_parts_are_no_numbers():
    assert to_numbers([]) == []


def test_noon_is_what_the_examples_say():
    assert noon(TODAY) == NOON
