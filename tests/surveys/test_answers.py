"""Answers: their scales, what follows the score, late ones, and those that may not be a person's."""

from datetime import timedelta

import pytest

from accounts.models import Fact, MetricDay
from surveys.actions import answers
from surveys.actions import surveys as survey_actions
from surveys.models import Answer, AnswerRevision
from surveys.scales import scale, scale_of
from tests.builders import NOON, make_account, make_contact, make_member, make_survey_invitation, survey_of
from workspaces.models import AuditEvent

DAY = timedelta(days=1)


@pytest.fixture
def invitation(workspace):
    return make_survey_invitation()


def give(invitation, value=5, comment="", at=NOON, **said):
    return answers.answer(invitation=invitation, value=value, comment=comment, at=at, **said)


def made(trigger="ticket_closed", kind="csat", points=5):
    said = {"name": f"{kind} {points} {trigger}", "kind": kind, "points": points, "trigger": trigger}
    return survey_actions.create_survey(said=said, at=NOON, by=None, is_on=True)


@pytest.fixture
def facts(run):
    """The values that the timeline tells, with all work done."""

    def told() -> list[int]:
        run(NOON + 60 * DAY)
        return list(Fact.objects.filter(kind="survey.answered").order_by("pk").values_list("data__value", flat=True))

    return told


# ------------------------------------------------------------------ scales
@pytest.mark.parametrize(
    ("kind", "points", "values", "bad", "good"),
    [
        ("csat", 5, [1, 2, 3, 4, 5], [1, 2], [4, 5]),
        ("csat", 3, [1, 2, 3], [1], [3]),
        ("csat", 2, [1, 2], [1], [2]),
        ("ces", 7, [1, 2, 3, 4, 5, 6, 7], [1, 2, 3], [5, 6, 7]),
        ("nps", 11, list(range(11)), list(range(7)), [9, 10]),
    ],
)
def test_each_scale_knows_its_values_and_what_they_mean(kind, points, values, bad, good):
    found = scale_of(kind, points)
    assert found == scale(kind, values[-1])
    assert found.values == values
    assert [value for value in values if found.is_bad(value)] == bad
    assert [value for value in values if found.is_good(value)] == good
    assert (found.rating(values[0]), found.rating(values[-1])) == (0, 100)


def test_the_usual_scale_of_a_kind():
    assert [scale(kind).high for kind in ("csat", "ces", "nps")] == [5, 7, 10]


@pytest.mark.parametrize(("kind", "points", "wrong"), [("csat", 3, 4), ("csat", 2, 0), ("ces", 7, 8), ("nps", 11, 11)])
def test_a_value_off_the_scale_is_refused_and_the_scale_named(workspace, kind, points, wrong):
    invitation = make_survey_invitation(metric=kind, survey=made(kind=kind, points=points, trigger="by_hand"))
    ends = scale_of(kind, points)
    with pytest.raises(answers.OffScale, match=f"{wrong} is not on the scale from {ends.low} to {ends.high}"):
        give(invitation, wrong)
    assert give(invitation, ends.low).scale_max == ends.high


# ------------------------------------------------------------------ never pooled
def test_what_is_asked_about_an_event_and_about_the_relationship_is_counted_apart(workspace, run):
    account = make_account()
    for survey, value in (
        (survey_of("csat"), 5),
        (made("renewal_near"), 1),
        (survey_of("nps"), 10),
        (made(kind="nps", points=11), 0),
        (made(kind="ces", points=7), 7),
        (made("by_hand", "ces", 7), 1),
        (made(points=3), 1),
    ):
        invitation = make_survey_invitation(make_contact(account), metric=survey.kind, survey=survey)
        give(invitation, value)
    run()
    found = {key: (n, total) for key, n, total in MetricDay.objects.values_list("metric__key", "n", "total")}
    assert found == {
        "csat": (2, 100),  # 5 of 5, and 1 of 3
        "csat_relational": (1, 0),
        "nps": (1, 100),
        "nps_transactional": (1, 0),
        "ces": (1, 100),
        "ces_relational": (1, 0),
    }


# ------------------------------------------------------------------ what follows the score
@pytest.fixture
def asked(invitation):
    survey = invitation.survey
    said = {"kind": "text", "wording": "Why?", "choices": [], "asked_from": None, "asked_to": 2}
    why = survey_actions.add_question(survey=survey, said=said, at=NOON, by=None)
    said = {"kind": "single", "wording": "Call?", "choices": ["Yes", "No"], "asked_from": None, "asked_to": None}
    call = survey_actions.add_question(survey=survey, said=said, at=NOON, by=None)
    said = {"kind": "multiple", "wording": "What?", "choices": ["Speed", "Tone"], "asked_from": 3, "asked_to": None}
    what = survey_actions.add_question(survey=survey, said=said, at=NOON, by=None)
    return [str(one.pk) for one in (why, call, what)]


def test_replies_to_what_was_asked_for_the_value_are_kept(invitation, asked):
    why, call, what = asked
    everything = {why: "Slow", call: "Yes", what: ["Tone", "Speed"], "999": "x"}
    assert give(invitation, 1, replies=everything).replies == {why: "Slow", call: "Yes"}
    changed = give(invitation, 4, replies=everything, at=NOON + DAY)
    assert changed.replies == {call: "Yes", what: ["Speed", "Tone"]}
    assert AnswerRevision.objects.get().replies == {why: "Slow", call: "Yes"}


def test_replies_that_do_not_fit_are_left_out(invitation, asked):
    why, call, what = asked
    assert give(invitation, 1, replies={why: ["x"], call: "Maybe"}).replies == {}
    assert give(invitation, 3, replies={call: ["Yes"], what: "Speed"}).replies == {}
    assert give(invitation, 3, replies={what: ["Speed", "Price"]}).replies == {what: ["Speed"]}


# ------------------------------------------------------------------ late
def test_a_first_answer_that_is_late_is_kept_and_marked(invitation, facts):
    late = give(invitation, 2, at=invitation.expires_at + 5 * DAY)
    assert (late.is_late, facts()) == (True, [2])
    with pytest.raises(answers.SurveyClosed):
        give(invitation, 3, at=invitation.expires_at + 6 * DAY)


def test_a_change_is_not_taken_late(invitation):
    assert not give(invitation, 2, at=invitation.expires_at - timedelta(seconds=1)).is_late
    with pytest.raises(answers.SurveyClosed):
        give(invitation, 3, at=invitation.expires_at)
    assert Answer.objects.get().value == 2


# ------------------------------------------------------------------ doubtful
def test_a_doubtful_answer_counts_when_it_is_cleared(invitation, facts):
    by = make_member().user
    given = give(invitation, 1, doubt="too_fast")
    assert (given.is_counted, facts(), MetricDay.objects.count()) == (False, [], 0)
    assert (list(Answer.objects.counted()), list(Answer.objects.doubtful())) == ([], [given])
    cleared = answers.clear_doubt(answer=given, at=NOON + DAY, by=by)
    assert (cleared.cleared_by, facts(), MetricDay.objects.get().day) == (by, [1], NOON.date())
    assert (list(Answer.objects.counted()), list(Answer.objects.doubtful())) == ([given], [])
    assert AuditEvent.objects.get(kind="answer.cleared").detail == {"doubt": "too_fast"}
    with pytest.raises(answers.NotDoubtful):
        answers.clear_doubt(answer=given, at=NOON, by=by)


def test_the_person_themself_takes_the_doubt_away(invitation, facts):
    give(invitation, 1, doubt="hidden_link")
    assert give(invitation, 1, doubt="too_fast").doubt == "hidden_link"
    given = give(invitation, 1, at=NOON + DAY)
    assert (given.is_counted, given.doubt, facts()) == (True, "", [1])


def test_a_machine_that_comes_after_the_person_changes_nothing(invitation, facts):
    give(invitation, 5)
    given = give(invitation, 1, doubt="hidden_link", at=NOON + DAY)
    assert (given.value, given.is_counted, facts()) == (5, True, [5])
    noted = AnswerRevision.objects.get()
    assert (noted.value, noted.doubt) == (1, "hidden_link")


# ------------------------------------------------------------------ told
def test_an_answer_is_told_once_however_often_it_is_tried(invitation, facts):
    given = give(invitation, 5)
    assert facts() == [5]
    answers.tell(answer_id=given.pk, at=NOON)
    assert facts() == [5]


def test_versions_are_told_in_order_by_whichever_work_comes_first(invitation, facts):
    given = give(invitation, 1)
    give(invitation, 5, at=NOON + DAY)
    give(invitation, 2, doubt="too_fast", at=NOON + DAY)
    give(invitation, 4, at=NOON + 2 * DAY)
    answers.tell(answer_id=given.pk, at=NOON + 2 * DAY)
    assert facts() == [1, 5, 4]
    told = Fact.objects.filter(kind="survey.answered").order_by("pk").values_list("data__is_change", "at")
    assert list(told) == [(False, NOON), (True, NOON + DAY), (True, NOON + 2 * DAY)]


def test_of_an_answer_given_in_doubt_only_what_counts_is_told(invitation, facts):
    give(invitation, 1, doubt="too_fast")
    give(invitation, 4, at=NOON + DAY)
    give(invitation, 3, at=NOON + 2 * DAY)
    assert facts() == [4, 3]


def test_an_answer_that_is_no_longer_kept_is_not_told(invitation, facts):
    give(invitation, 1).delete()
    assert facts() == []


def test_an_answer_known_before_versions_were_numbered_is_told_when_it_changes(invitation, facts):
    Answer.objects.filter(pk=give(invitation, 1).pk).update(version=0)
    give(invitation, 4, at=NOON + DAY)
    assert facts() == [4]
    assert Fact.objects.get(kind="survey.answered").data["is_change"]
