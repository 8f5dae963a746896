"""Surveys and their questions, as a workspace makes them."""

import pytest
from django.test import Client

from accounts.actions import personas
from segments.actions import segments as segment_actions
from surveys.actions import surveys as actions
from surveys.models import Question, Survey, SurveyVersion
from tests.builders import (
    NOON,
    make_member,
    make_segment,
    make_survey_invitation,
    make_survey_question,
    make_workspace,
    survey_of,
)
from workspaces import tenancy
from workspaces.capabilities import Role
from workspaces.models import AuditEvent

LIST, NEW = "/surveys/definitions/", "/surveys/definitions/new/"
SAID = {
    "name": "Onboarding", "scale": "ces:7", "trigger": "onboarding_finished", "sample_percent": "50",
    "quiet_days": "30",    "expiry_days": "14", "reminder_after_days": "4", "roles": ["champion"], "delay_hours": "48",
}  # fmt: skip
ASKED = {"kind": "text", "wording": "What was hard?", "choices": [], "asked_from": None, "asked_to": 3}


@pytest.fixture
def client(workspace):
    client = Client()
    client.force_login(make_member(Role.MANAGER).user)
    return client


@pytest.fixture
def survey(workspace):
    said = {"name": "Effort", "kind": "ces", "points": 7, "trigger": "ticket_closed"}
    return actions.create_survey(said=said, at=NOON, by=None, is_on=True)


def test_every_workspace_starts_with_two(workspace):
    found = Survey.objects.order_by("pk").values_list("name", "kind", "points", "trigger", "is_on", "delay_hours")
    assert list(found) == [
        ("After support", "csat", 5, "ticket_closed", True, 24),
        ("Relationship", "nps", 11, "by_hand", True, 0),
    ]
    actions.give_first_surveys(at=NOON)
    assert Survey.objects.count() == 2


def test_the_migration_gives_what_the_code_gives(workspace):
    from importlib import import_module

    from django.db import connection

    names = ("name", "kind", "points", "trigger", "days", "delay_hours", "roles", "quiet_days", "expiry_days", "is_on")
    ours = list(Survey.objects.order_by("pk").values(*names))
    Survey.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            import_module("surveys.migrations.0005_first_surveys")
            .GIVE.replace("s.closure_delay_hours", "24")
            .replace("s.nps_quiet_days", "90")
            .replace("s.expiry_days", "14")
        )
    assert list(Survey.objects.order_by("pk").values(*names)) == ours


# ------------------------------------------------------------------ pages
def test_a_survey_is_made_seen_changed_switched_and_retired(client):
    response = client.post(NEW, SAID)
    survey = Survey.objects.get(name="Onboarding")
    assert response["Location"] == f"{LIST}{survey.pk}/"
    assert (survey.kind, survey.points, survey.trigger, survey.is_on) == ("ces", 7, "onboarding_finished", False)
    assert (survey.sample_percent, survey.quiet_days, survey.reminder_after_days, survey.roles) == (
        50,
        30,
        4,
        ["champion"],
    )

    page = client.get(f"{LIST}{survey.pk}/").content.decode()
    assert "Effort (CES 2.0), 1 to 7: agreeing that it was easy; more is better" in page
    assert "Onboarding is finished, 48 hours later" in page
    assert "about one event; never added up with the other kind" in page

    client.post(f"{LIST}{survey.pk}/switch/", {"on": "1"})
    assert Survey.objects.get(pk=survey.pk).is_on
    changed = client.post(f"{LIST}{survey.pk}/edit/", SAID | {"name": "Start", "sample_percent": "100", "roles": []})
    survey.refresh_from_db()
    assert (changed.status_code, survey.name, survey.sample_percent, survey.roles, survey.is_on) == (
        302,
        "Start",
        100,
        [],
        True,
    )
    client.post(f"{LIST}{survey.pk}/switch/", {"on": "0"})
    client.post(f"{LIST}{survey.pk}/retire/")
    survey.refresh_from_db()
    assert (survey.is_on, survey.retired_at is None) == (False, False)
    page = client.get(LIST).content.decode()
    assert page.index("Retired") < page.index(">Start<")
    for path in ("switch", "retire"):
        assert "This survey was retired." in client.post(f"{LIST}{survey.pk}/{path}/", follow=True).content.decode()
    assert "This survey was retired." in client.post(f"{LIST}{survey.pk}/edit/", SAID).content.decode()
    kinds = set(AuditEvent.objects.filter(kind__startswith="survey.").values_list("kind", flat=True))
    assert kinds == {"survey.created", "survey.changed", "survey.switched_on", "survey.switched_off", "survey.retired"}


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"name": "after SUPPORT"}, "name", "Another survey has this name."),
        ({"scale": "nps:5"}, "scale", "Select a valid choice."),
        ({"trigger": "stage_entered"}, "stage", "Choose the stage."),
        ({"trigger": "renewal_near"}, "days", "Say how many days"),
        ({"trigger": "recurring", "days": "0"}, "days", "greater than or equal to 1"),
        ({"sample_percent": "0"}, "sample_percent", "greater than or equal to 1"),
        ({"sample_percent": "101"}, "sample_percent", "less than or equal to 100"),
        ({"reminder_after_days": "14"}, "reminder_after_days", "Must come before the time to answer is over."),
        ({"expiry_days": "0"}, "expiry_days", "greater than or equal to 1"),
        ({"segment": "99999"}, "segment", "Select a valid choice."),
        ({"persona_ids": ["99999"]}, "persona_ids", "Select a valid choice."),
        ({"roles": ["boss"]}, "roles", "Select a valid choice."),
        ({"days": "x"}, "days", "Enter a whole number."),
    ],
)
def test_a_mistake_names_its_field_and_keeps_the_rest(client, change, field, message):
    response = client.post(NEW, SAID | change)
    html = response.content.decode()
    assert response.status_code == 422
    assert message in html[html.index(f'id="id_{field}_error"') :]
    assert 'name="quiet_days" value="30"' in html
    assert Survey.objects.count() == 2


def test_what_was_asked_stays_what_is_asked(client):
    survey = survey_of("csat")
    make_survey_invitation()
    same = {"name": "After support", "scale": "csat:5", "trigger": "ticket_closed", "sample_percent": "100",
            "quiet_days": "0", "expiry_days": "14"}  # fmt: skip
    for change in ({"scale": "csat:3"}, {"trigger": "by_hand"}):
        response = client.post(f"{LIST}{survey.pk}/edit/", same | change)
        assert (response.status_code, "People were asked already." in response.content.decode()) == (422, True)
    assert client.post(f"{LIST}{survey.pk}/edit/", same | {"trigger": "escalation_resolved"}).status_code == 302
    survey.refresh_from_db()
    assert (survey.trigger, survey.version) == ("escalation_resolved", 1)


def test_before_anybody_was_asked_the_scale_may_change_and_takes_its_questions_along(client, survey):
    for said in (ASKED, ASKED | {"wording": "Anything else?", "asked_to": None}):
        actions.add_question(survey=survey, said=said, at=NOON, by=None)
    survey.refresh_from_db()
    said = {"kind": "csat", "points": 2, "roles": ["champion"]}
    changed = actions.change_survey(survey=survey, said=said, at=NOON, by=None)
    assert (changed.kind, changed.points, changed.version) == ("csat", 2, 4)
    assert list(Question.objects.in_use().values_list("wording", flat=True)) == ["Anything else?"]
    assert list(SurveyVersion.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4]
    assert actions.change_survey(survey=survey, said=said, at=NOON, by=None).version == 4
    with pytest.raises(actions.NoSuchScale):
        actions.change_survey(survey=survey, said={"points": 7}, at=NOON, by=None)


def test_a_retired_survey_is_changed_no_more(survey):
    actions.retire_survey(survey=survey, at=NOON, by=None)
    calls = [
        lambda: actions.change_survey(survey=survey, said={"name": "x"}, at=NOON, by=None),
        lambda: actions.switch_survey(survey=survey, is_on=True, at=NOON, by=None),
        lambda: actions.retire_survey(survey=survey, at=NOON, by=None),
        lambda: actions.add_question(survey=survey, said=ASKED, at=NOON, by=None),
    ]
    for call in calls:
        with pytest.raises(actions.Retired):
            call()


def test_an_error_of_the_database_that_is_no_name_is_not_hidden(survey):
    from django.db import IntegrityError

    with pytest.raises(IntegrityError):
        actions.change_survey(survey=survey, said={"sample_percent": 0}, at=NOON, by=None)


def test_switching_to_what_it_is_notes_nothing(survey):
    actions.switch_survey(survey=survey, is_on=True, at=NOON, by=None)
    assert not AuditEvent.objects.filter(kind="survey.switched_on").exists()


# ------------------------------------------------------------------ gaps
def test_a_segment_or_persona_that_was_put_away_is_a_gap_that_is_shown(client, survey):
    segment = make_segment("Big", raw={"all": [{"field": "stage", "op": "any_of", "value": ["use"]}]})
    buyer, user = (personas.add_persona(name=name, at=NOON, by=None) for name in ("Buyer", "User"))
    said = {"segment_id": segment.pk, "persona_ids": [buyer.pk, user.pk], "roles": ["champion"]}
    actions.change_survey(survey=survey, said=said, at=NOON, by=None)
    page = client.get(f"{LIST}{survey.pk}/").content.decode()
    assert "Segment “Big”; Champion; Buyer, User" in page
    assert "Something is missing" not in page
    personas.set_retired(persona=buyer, is_retired=True, at=NOON, by=None)
    assert "Retired personas: Buyer. They hold nobody any more." in client.get(LIST).content.decode()
    personas.set_retired(persona=user, is_retired=True, at=NOON, by=None)
    assert "Buyer, User. It asks nobody until you choose anew." in client.get(LIST).content.decode()
    segment_actions.archive(segment=segment, at=NOON, by=None)
    for url in (LIST, f"{LIST}{survey.pk}/", f"{LIST}{survey.pk}/edit/"):
        assert "The segment “Big” was put away." in client.get(url).content.decode()


def test_a_workspace_that_asks_nobody_says_so(client):
    from surveys.actions.settings import update_settings

    assert "Surveys are switched off" not in client.get(LIST).content.decode()
    update_settings(changes={"is_on": False}, at=NOON, by=None)
    assert "Surveys are switched off" in client.get(LIST).content.decode()
    for survey in Survey.objects.all():
        actions.retire_survey(survey=survey, at=NOON, by=None)
    assert "No survey is in use" in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"trigger": "stage_entered", "stage": "loyalty"}, "A stage was entered: Loyalty"),
        ({"trigger": "renewal_near", "days": 60}, "60 days before the renewal"),
        ({"trigger": "recurring", "days": 90, "spread_days": 5}, "A wave every 90 days"),
        ({"trigger": "by_hand"}, "When somebody sends a wave"),
    ],
)
def test_when_a_survey_asks_is_told_in_words(client, said, words):
    survey = actions.create_survey(said={"name": "x", "kind": "nps", "points": 11, **said}, at=NOON, by=None)
    page = client.get(f"{LIST}{survey.pk}/").content.decode()
    assert words in page
    assert ("over 5 working days" in page) == ("spread_days" in said)


# ------------------------------------------------------------------ questions
def test_questions_are_added_replaced_moved_and_retired(client, survey):
    new = f"{LIST}{survey.pk}/questions/new/"
    client.post(new, {"language": "en", "kind": "text", "wording": "What was hard?", "asked_to": "3"})
    client.post(
        new,
        {
            "language": "en",
            "kind": "multiple",
            "wording": "What helped?",
            "choices": "People\n\nDocs\nPeople ",
            "asked_from": "5",
        },
    )
    client.post(
        new,
        {
            "language": "en",
            "kind": "single",
            "wording": "May we call?",
            "choices": "Yes\nNo",
            "asked_from": "2",
            "asked_to": "3",
        },
    )
    page = client.get(f"{LIST}{survey.pk}/").content.decode()
    for words in ("for scores up to 3", "for scores from 5", "for scores from 2 to 3", "People · Docs"):
        assert words in page

    hard, helped, call = Question.objects.order_by("place")
    assert (helped.choices, hard.is_for(3), hard.is_for(4), helped.is_for(4)) == (
        ["People", "Docs"],
        True,
        False,
        False,
    )
    client.post(f"/surveys/questions/{call.pk}/move/")
    client.post(f"/surveys/questions/{hard.pk}/move/")  # the first stays
    client.post(f"/surveys/questions/{helped.pk}/move/", {"to": "later"})  # the last stays
    order = lambda: list(Question.objects.in_use().order_by("place").values_list("wording", flat=True))  # noqa: E731
    assert order() == ["What was hard?", "May we call?", "What helped?"]

    client.post(
        f"/surveys/questions/{hard.pk}/",
        {"language": "en", "kind": "text", "wording": "What was hard?", "asked_to": "3"},
    )
    assert Question.objects.count() == 3
    client.post(
        f"/surveys/questions/{hard.pk}/",
        {"language": "en", "kind": "text", "wording": "What was hardest?", "asked_to": "3"},
    )
    assert order() == ["What was hardest?", "May we call?", "What helped?"]
    assert Question.objects.get(pk=hard.pk).wording == "What was hard?"
    assert client.get(f"/surveys/questions/{hard.pk}/").status_code == 404
    client.post(f"/surveys/questions/{call.pk}/retire/")
    assert order() == ["What was hardest?", "What helped?"]
    assert "checked" in client.get(f"/surveys/questions/{helped.pk}/").content.decode()
    survey.refresh_from_db()
    kept = SurveyVersion.objects.get(survey=survey, number=survey.version)
    assert [question["wording"] for question in kept.content["questions"]] == order()


IN_THREE = {
    "language": "zh-hans",
    "kind": "single",
    "wording": "可以给您打电话吗？",
    "choices": "可以\n不用",
    "wording_zh-hant": "可以打電話給您嗎？",
    "choices_zh-hant": "可以\n不用了",
}


def test_a_question_is_written_in_several_languages(client, survey):
    new = f"{LIST}{survey.pk}/questions/new/"
    assert 'name="wording_zh-hans"' in client.get(new).content.decode()
    client.post(new, IN_THREE)
    question = Question.objects.get()
    assert (question.language, question.translations) == (
        "zh-hans",
        {"zh-hant": {"wording": "可以打電話給您嗎？", "choices": ["可以", "不用了"]}},
    )
    page = client.get(f"{LIST}{survey.pk}/").content.decode()
    assert '<span lang="zh-hans">可以给您打电话吗？</span>' in page
    assert "简体中文, 繁體中文" in page
    assert '<option value="zh-hans" selected>' in client.get(new).content.decode()  # as the last one was

    edit = f"/surveys/questions/{question.pk}/"
    assert "不用了</textarea>" in client.get(edit).content.decode()
    client.post(edit, IN_THREE | {"wording_en": "May we call?", "choices_en": "Yes\nNo"})  # nobody has read it yet
    assert Question.objects.get().translations["en"] == {"wording": "May we call?", "choices": ["Yes", "No"]}
    survey.refresh_from_db()
    assert survey.version == 3

    client.post(edit, IN_THREE | {"wording_en": "Could we call?", "choices_en": "Yes\nNo"})  # some may have
    assert Question.objects.in_use().get().pk != question.pk
    assert "Somebody replaced this question" in lost_race(client, question)


def lost_race(client, question):
    """What is shown who saves a question that was asked when the page found it, and is no more."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("surveys.views.definition_questions._find", lambda pk: question)
        return client.post(f"/surveys/questions/{question.pk}/", IN_THREE).content.decode()


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"wording_zh-hans": "请写在上面"}, "wording_zh-hans", "This is the language of the question above"),
        ({"wording_en": ""}, "wording_en", "The choices are there, the question is missing."),
        ({"choices_en": "Yes\nNo\nPerhaps"}, "choices_en", "As many choices as above, in the same order: 2."),
        ({"choices_en": "Yes\nyes\nYes"}, "choices_en", ""),
        ({"choices_en": f"Yes\n{'x' * 121}"}, "choices_en", "Keep each choice under 120 characters."),
        ({"language": "tlh"}, "language", "Select a valid choice."),
    ],
)
def test_a_mistake_in_another_language_names_its_field(client, survey, change, field, message):
    said = IN_THREE | {"wording_en": "May we call?", "choices_en": "Yes\nNo"} | change
    response = client.post(f"{LIST}{survey.pk}/questions/new/", said)
    if not message:
        assert response.status_code == 302  # two different ones are left, as many as there should be
        return
    html = response.content.decode()
    assert (response.status_code, Question.objects.count()) == (422, 0)
    assert message in html[html.index(f'id="id_{field}_error"') :]


def test_the_preview_shows_a_question_in_the_language_looked_at(client, survey):
    make_survey_question(survey, wording="Why?", translations={"zh-hant": {"wording": "為什麼？", "choices": []}})
    preview = f"{LIST}{survey.pk}/preview/"
    assert '<span lang="zh-hant">為什麼？</span>' in client.get(preview, {"language": "zh-hant"}).content.decode()
    assert '<span lang="en">Why?</span>' in client.get(preview, {"language": "zh-hans"}).content.decode()


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"wording": ""}, "wording", "This field is required."),
        ({"asked_to": "8"}, "asked_to", "The scale of this survey goes from 1 to 7."),
        ({"asked_from": "0"}, "asked_from", "The scale of this survey goes from 1 to 7."),
        ({"asked_from": "5", "asked_to": "3"}, "asked_to", "Must not be lower than the first score."),
        ({"choices": "Yes\nNo"}, "choices", "A text has no choices"),
        ({"kind": "single", "choices": "Yes"}, "choices", "Give two to twelve choices"),
        ({"kind": "single", "choices": ""}, "choices", "Give two to twelve choices"),
        ({"kind": "multiple", "choices": f"Yes\n{'x' * 121}"}, "choices", "Keep each choice under 120 characters."),
    ],
)
def test_a_mistake_in_a_question_names_its_field(client, survey, change, field, message):
    response = client.post(
        f"{LIST}{survey.pk}/questions/new/", {"language": "en", "kind": "text", "wording": "Why?"} | change
    )
    html = response.content.decode()
    assert (response.status_code, Question.objects.count()) == (422, 0)
    assert message in html[html.index(f'id="id_{field}_error"') :]


def test_nobody_answers_more_than_ten_questions(client, survey):
    for nth in range(actions.MOST_QUESTIONS):
        actions.add_question(survey=survey, said=ASKED | {"wording": f"{nth}?"}, at=NOON, by=None)
    response = client.post(
        f"{LIST}{survey.pk}/questions/new/", {"language": "en", "kind": "text", "wording": "One more?"}
    )
    assert (response.status_code, "There are 10 questions already" in response.content.decode()) == (422, True)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"choices": ["Yes", "No"]}, actions.NoChoices),
        ({"kind": "single"}, actions.NoChoices),
        ({"kind": "single", "choices": ["Yes", "Yes"]}, actions.NoChoices),
        ({"asked_from": 8, "asked_to": None}, actions.OffScale),
        ({"asked_from": 3, "asked_to": 2}, actions.OffScale),
    ],
)
def test_the_actions_refuse_what_nobody_could_be_asked(survey, change, refusal):
    with pytest.raises(refusal):
        actions.add_question(survey=survey, said=ASKED | change, at=NOON, by=None)


def test_a_question_retired_twice_or_moved_afterwards_changes_nothing(survey):
    question = actions.add_question(survey=survey, said=ASKED, at=NOON, by=None)
    for _ in range(2):
        actions.retire_question(question=question, at=NOON, by=None)
    actions.move_question(question=question, is_up=True, at=NOON, by=None)
    survey.refresh_from_db()
    assert survey.version == 3


# ------------------------------------------------------------------ previews and doors
@pytest.mark.parametrize(("language", "lang"), [("", "en"), ("xx", "en"), ("zh-hans", "zh-hans")])
def test_mail_and_page_are_seen_before_anybody_gets_them(client, survey, mails, language, lang):
    actions.add_question(survey=survey, said=ASKED, at=NOON, by=None)
    page = client.get(f"{LIST}{survey.pk}/preview/", {"language": language})
    assert "What was hard?" in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    mail = client.get(f"{LIST}{survey.pk}/mail/", {"language": language})
    assert f'lang="{lang}"' in mail.content.decode()
    assert "sandbox" in mail["Content-Security-Policy"]
    assert mails() == []


def test_a_viewer_sees_surveys_and_changes_none(workspace, survey):
    client = Client()
    client.force_login(make_member(Role.VIEWER).user)
    question = actions.add_question(survey=survey, said=ASKED, at=NOON, by=None)
    page = client.get(f"{LIST}{survey.pk}/")
    assert page.status_code == 200
    assert "Switch off" not in page.content.decode()
    for path in (NEW, f"{LIST}{survey.pk}/edit/", f"{LIST}{survey.pk}/switch/", f"/surveys/questions/{question.pk}/"):
        assert client.post(path).status_code == 403


def test_another_workspaces_survey_is_not_there(client):
    with tenancy.entered(make_workspace("Other").pk):
        theirs = survey_of("nps")
    assert client.get(f"{LIST}{theirs.pk}/").status_code == 404


def test_the_list_costs_the_same_at_any_size(client, survey, django_assert_num_queries):
    persona = personas.add_persona(name="Buyer", at=NOON, by=None)
    actions.change_survey(survey=survey, said={"persona_ids": [persona.pk]}, at=NOON, by=None)
    client.get(LIST)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for nth in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        counts.append(len(captured))
        said = {"name": f"n{nth}", "kind": "nps", "points": 11, "trigger": "by_hand", "persona_ids": [persona.pk]}
        actions.create_survey(said=said, at=NOON, by=None)
    assert counts[0] == counts[1]
