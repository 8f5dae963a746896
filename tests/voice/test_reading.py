"""What is said is read: at once, at night, again when themes change, and never past a correction."""

from datetime import timedelta

import pytest

from accounts.actions.facts import record_fact
from segments.models import SegmentMember
from surveys.actions import answers as answer_actions
from surveys.models import Answer
from tests.builders import (
    NOON,
    make_account,
    make_answer,
    make_contact,
    make_member,
    make_move,
    make_remark,
    make_segment,
    make_survey_invitation,
    make_theme,
    make_ticket,
    make_touchpoint,
)
from voice.actions import concluding, reading, themes
from voice.models import Mention, Remark, Rereading
from voice.queries import remarks as remark_queries
from voice.queries import texts
from voice.queries import themes as theme_queries

DAY = timedelta(days=1)


def themes_of(remark):
    return sorted(remark.mentions.values_list("theme__name", flat=True))


def test_an_answer_is_read_when_it_is_given_and_again_when_it_is_changed(workspace, clock):
    invitation = make_survey_invitation()
    answer_actions.answer(invitation=invitation, value=5, comment="Quick reply, thank you", at=NOON)
    clock.run()
    one = Remark.objects.get()
    assert (one.source, one.feeling, one.language, one.account) == ("answer", "positive", "en", invitation.account)
    assert themes_of(one) == ["Response time"]
    clock.later(minutes=1)
    answer_actions.answer(invitation=invitation, value=1, comment="The invoice is wrong again", at=clock.at)
    clock.run()
    one.refresh_from_db()
    assert (one.feeling, themes_of(one)) == ("negative", ["Billing"])
    answer_actions.answer(invitation=invitation, value=1, comment="", at=clock.later(minutes=1))
    clock.run()
    assert not Remark.objects.exists()


def test_a_touchpoint_is_read_and_a_note_to_ourselves_is_not(workspace, clock):
    account = make_account()
    make_touchpoint(account, summary="They are unhappy with the price")
    make_touchpoint(account, summary="Mind the price", channel="note", direction="one_way")
    record_fact(account=account, kind="survey.answered", at=NOON)  # told without its answer: nothing to read
    clock.run()
    assert [(one.source, one.feeling) for one in Remark.objects.all()] == [("touchpoint", "negative")]


def test_replies_to_further_questions_are_read_with_the_comment(workspace):
    one = make_remark(comment="Fine", replies={"7": "The invoice is wrong", "8": ["Price"]})
    assert texts.texts_of([(one.source, one.source_id)]) == {("answer", one.source_id): "Fine\nThe invoice is wrong"}
    assert themes_of(one) == ["Billing"]


def test_an_answer_in_doubt_is_not_read_until_it_is_cleared(workspace):
    answer = make_answer(1, comment="Slow", doubt="too_fast")
    assert reading.read(source="answer", ids=[answer.pk], at=NOON) == 0
    Answer.objects.update(cleared_at=NOON)
    assert reading.read(source="answer", ids=[answer.pk], at=NOON) == 1


@pytest.mark.parametrize(("value", "odds"), [(1, True), (3, False), (5, False)])
def test_words_against_the_score_are_told(workspace, value, odds):
    assert make_remark(comment="Excellent work, thank you", value=value).is_at_odds is odds


def test_a_remark_keeps_the_stage_and_the_segments_of_its_time(workspace):
    account = make_account(stage="use")
    segment = make_segment()
    SegmentMember.objects.get_or_create(segment=segment, account=account, since=NOON)
    make_move(account, "loyalty", at=NOON - 3 * DAY)
    make_move(account, "churn", at=NOON)
    one = make_remark(make_contact(account))
    assert one.stage == "loyalty"
    ticket = make_ticket(account, subject="Parking", opened_at=NOON - 9 * DAY)
    reading.read(source="ticket", ids=[ticket.pk], at=NOON)
    assert Remark.objects.get(source="ticket").stage == "use"
    assert one.segment_ids == [segment.pk]


def test_the_night_reads_what_came_otherwise_and_then_concludes(workspace, clock, monkeypatch):
    monkeypatch.setattr(reading, "CHUNK", 2)
    account = make_account()
    for nth in range(5):
        make_ticket(account, subject=f"Invoice {nth}")
    make_ticket(account, subject="Invoice of long ago", opened_at=NOON - 500 * DAY)
    make_answer(3, make_contact(account), comment="Fine")
    reading.keep_up(at=NOON)
    clock.run()
    assert Remark.objects.filter(source="ticket").count() == 5
    assert Remark.objects.count() == 6
    reading.keep_up(at=clock.later(days=1))
    clock.run()
    assert Remark.objects.count() == 6


def test_all_is_read_again_in_chunks_and_a_killed_one_costs_nothing(workspace, clock, monkeypatch):
    monkeypatch.setattr(reading, "CHUNK", 2)
    for _ in range(5):
        make_remark(comment="Parking is bad")
    themes.add_theme(name="Parking", words={"en": ["parking"], "zh": []}, at=NOON, by=None)
    run = theme_queries.rereading()
    assert (run.done, run.total) == (0, 5)
    write = reading.write

    def killed(**given):
        raise SystemExit

    monkeypatch.setattr(reading, "write", killed)
    with pytest.raises(SystemExit):
        reading.read_again(rereading_id=run.pk, at=NOON)
    monkeypatch.setattr(reading, "write", write)
    run.refresh_from_db()
    assert run.done == 0
    clock.run()
    run.refresh_from_db()
    assert (run.done, run.finished_at) == (5, NOON)
    assert Mention.objects.filter(theme__name="Parking").count() == 5
    assert theme_queries.rereading() is None
    reading.read_again(rereading_id=run.pk, at=NOON)  # a repeat does nothing


def test_a_second_change_begins_the_pass_anew(workspace, clock):
    make_remark()
    one = reading.read_all_again(at=NOON, by=None)
    two = reading.read_all_again(at=NOON, by=None)
    one.refresh_from_db()
    assert one.finished_at == NOON
    clock.run()
    assert list(Rereading.objects.filter(finished_at=None)) == []
    assert str(two) == "0 of 1"


def test_what_a_member_corrected_stays_over_every_reading(workspace, clock):
    by = make_member().user
    one = make_remark(comment="The invoice is wrong")
    care = theme_queries.themes().get(name="Account care")
    themes.correct(remark=one, feeling="positive", theme_ids=[care.pk], at=NOON, by=by)
    reading.read_all_again(at=NOON, by=by)
    clock.run()
    one.refresh_from_db()
    assert (one.feeling, themes_of(one), one.corrected_by, one.is_corrected) == (
        "positive", ["Account care"], by, True,
    )  # fmt: skip
    assert one.mentions.get().places == []
    billing = theme_queries.themes().get(name="Billing")
    themes.merge_theme(theme=care, into=billing, at=NOON, by=by)
    clock.run()
    assert themes_of(one) == ["Billing"]
    themes.retire_theme(theme=billing, at=NOON, by=by)
    clock.run()
    assert themes_of(one) == []
    themes.restore_theme(theme=billing, at=NOON, by=by)
    themes.take_back_correction(remark=one, at=NOON)
    one.refresh_from_db()
    assert (one.feeling, themes_of(one), one.is_corrected) == ("negative", ["Billing"], False)


def test_reading_costs_as_many_statements_at_any_size(workspace, django_assert_max_num_queries):
    many = [make_answer(3, comment=f"Parking {nth}").pk for nth in range(12)]
    with django_assert_max_num_queries(22):
        reading.read(source="answer", ids=many, at=NOON)
    assert reading.read(source="answer", ids=[], at=NOON) == 0


def test_nul_and_marks_and_ten_thousand_letters_are_read(workspace):
    make_theme()
    text = "‮😀 slow 停車 " + "好" * 9_980
    one = make_remark(comment=text)
    assert one.length == len(text)
    assert themes_of(one) == ["Parking"]


def test_old_remarks_are_let_go(workspace):
    one = make_remark()
    assert concluding.forget_remarks(before=NOON - 2 * DAY, limit=9, at=NOON) == 0
    assert concluding.forget_remarks(before=NOON, limit=9, at=NOON) == 1
    assert not remark_queries.old(NOON + DAY).exists()
    assert str(one) == f"answer {one.source_id}"
