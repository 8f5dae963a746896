"""What scores say, from stored numbers."""

import pytest
from django.utils import translation

from health import sentences, telling, words
from health.parts import MEASURES, PARTS, confidence_of
from tests.health.given import measure, part

NBSP = "\N{NO-BREAK SPACE}"


def trend(last, before, metric="key_actions"):
    return measure("trend", metric=metric, last=last, before=before)


def seats(**numbers):
    return measure("seats", **{"metric": "seats_used", "used": 31, "seats": 50, **numbers})


def blockers(value=0.0, **numbers):
    return measure("blockers", value, **{"ever": 3, "opened": 0, "waiting": 0, "reopened": 0, **numbers})


def ones(key, *numbers):
    """A measure with its details in order."""
    names = next(one.details for measures in MEASURES.values() for one in measures if one.key == key)
    return measure(key, **dict(zip(names, numbers, strict=True)))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (ones("known", 4, 30), "The success plan answers 4 of 6 questions; it was confirmed or written 30 days ago."),
        (ones("aligned", 20, 15), "On 15 of 20 days with use they used what the plan is about."),
        (ones("stated", 4, 1), "They gave their will to renew 4 of 5, 1 day ago."),
        (ones("met", 4, 1),
         "1 of 4 needs in 90 days were met by a lesson or a call of ours before: questions, late steps, first uses of "
         "a planned feature, and seats that ran out."),
        (ones("ready", 3, 2), "2 of 3 steps of the next 60 days have material prepared."),
        (ones("proactive", 2, 1), "We began 2 of 3 conversations in 90 days before they asked."),
        (seats(), f"31 of 50 seats used (62{NBSP}%), on average over 14 days."),
        (seats(metric="active_users"), f"Up to 31 people a day on 50 seats (62{NBSP}%), the most in 28 days."),
        (ones("breadth", 2, 3), "2 of 3 features of their plan were used in 28 days."),
        (ones("depth", 4.25, 9.0),
         "4.3 key actions a day for each active user; 9.0 is usual among your customers."),
        (ones("regularity", 6, 8), "Used in 6 of the last 8 weeks."),
        (trend(1240.0, 2003.0), f"Key actions fell 38{NBSP}%: 1,240 in the last 28 days, 2,003 in the 28 before."),
        (trend(12.0, 10.0, "logins"), f"Logins rose 20{NBSP}%: 12 in the last 28 days, 10 in the 28 before."),
        (trend(10.0, 10.0, "active_users"),
         "Active user days did not change: 10 in the last 28 days, as in the 28 before."),
        (trend(996.0, 1000.0), "Key actions hardly changed: 996 in the last 28 days, 1,000 in the 28 before."),
        (trend(1005.0, 1000.0), f"Key actions rose 1{NBSP}%: 1,005 in the last 28 days, 1,000 in the 28 before."),
        (trend(10.0, 0.0), "Key actions began: 10 in the last 28 days, none in the 28 before."),
        (blockers(), "0 tickets opened in 30 days."),
        (blockers(19.5, opened=1, waiting=2, reopened=3),
         "1 ticket opened in 30 days, 2 open for more than 7 days, 3 reopened: 19.5 off the value of this part."),
        (blockers(ever=0), "This customer has never had a ticket."),
        (ones("progress", 3, 0, 1), "3 goals, all where they should be by now."),
        (ones("progress", 3, 2, 0), "2 of 3 goals are behind where they should be by now."),
        (ones("confirmed", 2, 1), "They confirmed 1 of 2 goals that were reached."),
        (ones("spread", 3, 1), "1 of 3 sites have reached a goal."),
        (ones("width", 0, 0), "Nobody there was spoken with in 90 days."),
        (ones("width", 3, 2), "3 people spoken with in 90 days, in 2 roles."),
        (ones("sponsor", 1, 1, 0), "Champion and decision maker were both spoken with in 120 days."),
        (ones("sponsor", 0, 1, 0), "A decision maker was spoken with in 120 days, no champion was."),
        (ones("sponsor", 0, 0, 1),
         "Neither a champion nor a decision maker was spoken with in 120 days. A champion left in the last 90 days."),
        (ones("sentiment", 1, 17, "2026-06-12"),
         "1 answer in the last 365 days gives 17 of 100; it came on 12 Jun 2026."),
        (measure("advocacy", 100.0), "They speak for us: advocate now, or within the last year."),
        (measure("advocacy", 0.0), "They have not become advocates in the last year."),
        (ones("executive", None), "No decision maker was spoken with in half a year."),
        (ones("executive", 3), "A decision maker was last spoken with 3 days ago."),
        (
            ones("reply", 4, 1),
            "They answered 1 of 4 messages of the last 90 days within 14 days; "
            "those before one conversation count once.",
        ),
        (ones("attendance", 4, 3), "3 of 4 planned talks of half a year took place."),
        (ones("tone", 1, 75), "1 conversation of half a year felt 75 of 100 to them; 50 is as usual."),
        (ones("recency", 0, None), "The last two-way touchpoint was on this day."),
        (ones("recency", 1, None), "The last two-way touchpoint was 1 day ago."),
        (ones("recency", 82, None), "The last two-way touchpoint was 82 days ago."),
        (ones("taught", 5, 2), "2 of 5 people completed something for their role in half a year."),
        (ones("completion", 4, 1), "1 of 4 lessons begun in a year were completed."),
        (ones("put_to_use", 4, 1), "1 of 4 lessons were followed by use of what they teach within 14 days."),
        (ones("timeliness", 2, 0, 0), "2 steps were due in a year, all done on time."),
        (ones("timeliness", 4, 1, 2), "Of 4 steps due in a year 1 were done late, and 2 are overdue."),
        (ones("effort", 2, 80), "2 answers say how easy it was: 80 of 100."),
        (ones("bumps", 0, 0), "No ticket was reopened and no step was late in 90 days."),
        (ones("bumps", 2, 1), "Tickets reopened in 90 days: 2. Steps late: 1."),
    ],
)  # fmt: skip
def test_measures(told, said):
    assert telling.tell(told) == said


def test_a_part_tells_the_two_measures_that_cost_it_most():
    told = part(
        "adoption", 50, 9, seats={"value": 90, "metric": "seats_used", "used": 9, "seats": 10},
        regularity={"value": 25, "weeks": 2, "of": 8}, trend={"value": 0, "metric": "logins", "last": 0, "before": 9},
        blockers={"value": 0.0, "ever": 0},
    )  # fmt: skip
    assert sentences.tell(told) == (
        f"Logins fell 100{NBSP}%: 0 in the last 28 days, 9 in the 28 before. Used in 2 of the last 8 weeks."
    )
    blocked = part("adoption", 50, 9, blockers={"value": 20.0, "ever": 4, "opened": 4, "waiting": 3, "reopened": 0})
    assert sentences.tell(blocked).startswith("4 tickets opened in 30 days, 3 open for more than 7 days: 20.0 off")


def test_a_part_of_which_nothing_is_known_says_what_it_needs():
    assert sentences.tell(part("outcomes", None, None)) == "It needs goals with readings, in the success plan."


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"contact_name": "Mei Chen", "contact_role": "decision_maker", "value": 1, "scale_max": 5},
         "Mei Chen (decision maker) answered 1 of 5."),
        ({"contact_name": "Mei", "contact_role": "", "value": 6, "scale_max": 10, "comment": "So  so\n"},
         "Mei answered 6 of 10: “So so”"),
        ({"value": 2, "scale_max": 5, "comment": "x" * 300}, "Somebody answered 2 of 5: “" + "x" * 199 + "…”"),
    ],
)  # fmt: skip
def test_answers(about, said):
    assert sentences.answer(about) == said


def test_every_part_has_its_words():
    for key in PARTS:
        assert sentences.part_step(key) != sentences.part_step("")
        assert sentences.filling(key)
        assert sentences.label(key)
        for one in MEASURES[key]:
            assert telling.label(one.key) != one.key
            assert telling.tell(measure(one.key, None))
    assert sentences.label("survey_voice") == "survey_voice"


def test_numbers_are_written_as_the_reader_writes_them():
    with translation.override("de"):
        assert "1.240" in telling.tell(trend(1240.0, 2003.0))


def test_the_timeline_tells_what_health_records():
    changed = {"from_score": 71.2, "to_score": 45.0, "from_band": "healthy", "to_band": "at_risk"}
    assert words.health_changed(changed) == "Health: Healthy → At risk (71 → 45)"


def test_what_helps_is_about_what_is_said_first():
    def lost(key, value, coverage=1.0):
        return {"key": key, "value": value, "coverage": coverage}

    people = [lost("sponsor", 0.0), lost("sentiment", 90.0), lost("width", 60.0)]
    assert sentences.helps({"key": "relationships", "measures": people}) == (
        "Speak with their champion and with whoever decides."
    )
    unhappy = [lost("sponsor", 100.0), lost("sentiment", 0.0)]
    assert sentences.helps({"key": "relationships", "measures": unhappy}) == "Speak with the people who answered badly."
    unknown = [lost("sponsor", None, 0.0)]
    assert sentences.helps({"key": "relationships", "measures": unknown}) == sentences.part_step("relationships")
    assert sentences.helps({"key": "usage_trend"}) == sentences.part_step("")
    for key, measures in MEASURES.items():
        for one in measures:
            assert sentences.helps({"key": key, "measures": [lost(one.key, 10.0)]})


@pytest.mark.parametrize(
    ("coverage", "words"),
    [
        (0.24, "not enough data"),
        (0.25, "low confidence"),
        (0.39, "low confidence"),
        (0.4, "medium confidence"),
        (0.69, "medium confidence"),
        (0.7, "high confidence"),
    ],
)
def test_confidence_is_said_in_words(coverage, words):
    assert confidence_of(coverage).label == words
