"""Improvements: what was measured before stays, what comes after is counted at night, and the verdict is honest."""

from datetime import timedelta

import pytest

from tests.builders import NOON, TODAY, make_answer, make_improvement, make_remark, make_theme
from voice import words
from voice.actions import concluding, improvements, reading, themes
from voice.models import Improvement
from voice.queries import improvements as queries
from voice.queries.improvements import Outcome

DAY = timedelta(days=1)


def say(times, comment, *, at, value=3):
    for _ in range(times):
        answer = make_answer(value, comment=comment, answered_at=at)
        reading.read(source="answer", ids=[answer.pk], at=NOON)


def test_share_before_is_kept_and_share_after_verified(workspace):
    theme = make_theme()
    say(8, "Parking is bad", at=NOON - 9 * DAY)
    say(2, "Fine", at=NOON - 9 * DAY)
    say(5, "Parking is bad", at=NOON - 40 * DAY)  # before the window
    one = make_improvement(theme=theme, measure="share", window_days=30)
    assert (one.before_hits, one.before_n) == (8, 10)
    assert queries.effect(one).outcome == Outcome.OPEN
    improvements.finish(improvement=one, at=NOON + DAY, by=None)
    say(1, "Parking is bad", at=NOON + 5 * DAY)
    say(9, "Fine", at=NOON + 5 * DAY)
    concluding.conclude(at=NOON + 10 * DAY)
    one.refresh_from_db()
    assert (one.after_hits, one.after_n, one.verified_at) == (1, 10, None)
    assert queries.effect(one).outcome == Outcome.EARLY
    say(40, "Parking is bad", at=NOON + 32 * DAY)  # after the window
    concluding.conclude(at=NOON + 31 * DAY)
    one.refresh_from_db()
    effect = queries.effect(one)
    assert (one.after_hits, one.after_n, one.verified_at) == (1, 10, NOON + 31 * DAY)
    assert (effect.outcome, round(effect.change, 2)) == (Outcome.HELPED, -0.7)
    assert effect.interval[1] < 0
    themes.retire_theme(theme=theme, at=NOON, by=None)
    assert improvements.measure_done(at=NOON + 60 * DAY) == 0  # for good


@pytest.mark.parametrize(
    ("measure", "before", "after", "outcome"),
    [
        ("share", (8, 20), (8, 20), Outcome.UNCLEAR), ("share", (1, 20), (15, 20), Outcome.WORSE),
        ("negative", (15, 20), (1, 20), Outcome.HELPED), ("csat", (2, 20), (18, 20), Outcome.HELPED),
        ("csat", (18, 20), (2, 20), Outcome.WORSE), ("csat", (2, 4), (20, 20), Outcome.FEW),
    ],
)  # fmt: skip
def test_effect_says_no_more_than_the_numbers(workspace, measure, before, after, outcome):
    one = make_improvement(theme=make_theme(), measure=measure)
    one.before_hits, one.before_n = before
    one.after_hits, one.after_n = after
    one.done_at = one.verified_at = NOON
    effect = queries.effect(one)
    assert effect.outcome == outcome
    assert words.effect_sentence(one, effect)
    assert (words.change(effect) == "–") is (outcome == Outcome.FEW)


def test_csat_of_touched_answers_and_of_all(workspace):
    theme = make_theme()
    say(3, "Parking is great", at=NOON - DAY, value=5)
    say(1, "Parking is bad", at=NOON - DAY, value=1)
    say(6, "", at=NOON - DAY, value=2)
    touched, every = (queries.measured("csat", pk, NOON - 9 * DAY, NOON) for pk in (theme.pk, None))
    assert ((touched.hits, touched.n), (every.hits, every.n)) == ((3, 4), (3, 10))
    bad = queries.measured("negative", theme.pk, NOON - 9 * DAY, NOON)
    assert (bad.hits, bad.n, bad.share) == (1, 4, 0.25)
    assert queries.measured("share", theme.pk, NOON, NOON + DAY).share is None


def test_a_share_needs_a_theme(workspace):
    with pytest.raises(improvements.NeedsTheme):
        make_improvement(measure="share")


def test_measured_by_something_else_is_counted_anew(workspace):
    one = make_improvement(theme=make_theme())
    say(3, "Parking is great", at=NOON - DAY, value=5)
    one = improvements.change_improvement(improvement=one, changes={"title": "Renamed"})
    assert (one.title, one.before_n) == ("Renamed", 0)
    assert improvements.change_improvement(improvement=one, changes={"measure": "share"}).before_n == 3


def test_what_is_settled_is_not_settled_again_until_it_is_opened(workspace):
    one = make_improvement()
    improvements.finish(improvement=one, at=NOON, by=None)
    for act in (
        lambda: improvements.finish(improvement=one, at=NOON, by=None),
        lambda: improvements.drop(improvement=one, at=NOON),
        lambda: improvements.change_improvement(improvement=one, changes={}),
    ):
        with pytest.raises(improvements.Settled):
            act()
    one = improvements.reopen(improvement=one)
    assert (one.is_open, one.after_n, str(one)) == (True, None, "More places to park")
    assert improvements.drop(improvement=one, at=NOON).dropped_at == NOON


def test_lists_hold_each_where_it_belongs(workspace):
    late, later, done, dropped = (
        make_improvement(name, due_on=TODAY + days * DAY)
        for name, days in (("late", -1), ("later", 5), ("done", 0), ("dropped", 0))
    )
    improvements.finish(improvement=done, at=NOON, by=None)
    improvements.drop(improvement=dropped, at=NOON)
    shown = {
        show: [one.title for one in queries.listed(show, TODAY)] for show in ("open", "overdue", "done", "dropped")
    }
    assert shown == {"open": ["late", "later"], "overdue": ["late"], "done": ["done"], "dropped": ["dropped"]}
    assert queries.counts(TODAY) == {"open": 2, "overdue": 1, "done": 1, "dropped": 1}
    assert queries.listed("", TODAY).count() == Improvement.objects.count() == 4
    assert [str(words.state(one, is_late)) for one, is_late in ((late, True), (later, False))] != []
    assert make_remark().pk
