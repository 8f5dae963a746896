"""One row of everything that the API lists, each with all that it can show."""

from datetime import timedelta

from accounts.actions import erasing
from accounts.actions import fields as field_actions
from accounts.actions import personas as persona_actions
from accounts.actions import tags as tag_actions
from accounts.models import Account, Contact, Metric
from alerts.actions import dismissals
from alerts.models import Alert
from expectations import actions as expectation_actions
from health.actions import scores
from health.models import HealthProfile, WeightsChange
from imports.actions import receiving
from integrations.models import InboxEvent
from lib.time import now, today
from outbox import actions as outbox_actions
from outbox import mail
from outbox import queries as outbox_queries
from outbox.models import Effect
from reviews import actions as review_actions
from segments.models import AccountFit, FitSnapshot, SegmentDay
from surveys.actions import holds as hold_actions
from surveys.models import AnswerRevision, Question, Refusal, Silence, SurveyVersion, Wave, Wish
from tests.builders import (
    make_account,
    make_action,
    make_answer,
    make_bulk_change,
    make_chat,
    make_chat_message,
    make_complaint,
    make_completion,
    make_connection,
    make_contact,
    make_contract,
    make_criterion,
    make_delivery,
    make_endpoint,
    make_expectation,
    make_goal,
    make_goal_reading,
    make_improvement,
    make_member,
    make_metric,
    make_milestone,
    make_move,
    make_peer,
    make_plan,
    make_play,
    make_pulse,
    make_remark,
    make_review,
    make_rise,
    make_risk,
    make_risk_run,
    make_rule,
    make_segment,
    make_suggestion,
    make_task,
    make_theme,
    make_ticket,
    make_touchpoint,
    survey_of,
)
from voice.models import Rereading
from workspaces import actions as workspace_actions


def one_of_each() -> None:
    number = Metric.objects.count()
    member = make_member()
    account = make_account(owner=member, external_ids={"crm": f"A-{number}", "desk": f"D-{number}"})
    contact = make_contact(account)
    make_contract(account)
    make_ticket(account, contact=contact)
    make_touchpoint(account, contact=contact)
    make_metric(f"metric_{number}")
    make_answer(1, contact)
    make_alert_row(account)
    make_delivery(make_endpoint())
    make_chat_message(make_chat(), account)
    make_move(account, "loyalty")
    make_plan(account)
    make_pulse(account)
    dismissals.dismiss(account=account, until=today() + timedelta(days=9), reason="Away", at=now(), by=None)
    make_completion(contact=contact)
    make_goal_reading(make_goal(account))
    make_milestone(account)
    make_play(account, at=now())
    make_task(account, assignee=member)
    promise = make_expectation(account)
    expectation_actions.ask(account=account, expectation_ids=[promise.pk], at=now(), by=member.user)
    review = make_review(account, year=2001 + number)
    make_action(review)
    review_actions.share(review=review, at=now(), by=member.user)
    tag_actions.tag(account_ids=[account.pk], name=f"Tag {number}", at=now(), by=None)
    make_bulk_change(accounts=Account.objects.filter(pk=account.pk), by=member.user, at=now())
    make_segment(f"Segment {number}")
    make_criterion(f"Criterion {number}")
    make_rule("silence", f"Rule {number}")
    SegmentDay.objects.create(segment=make_segment(f"Days {number}"), day=today(), entered=2, left=1, members=5)
    FitSnapshot.objects.create(account=account, score=50, met=[1], missed=[2], unknown=[], at=now())
    AccountFit.objects.create(account=account, score=50, met=[1], missed=[2], unknown=[], at=now())
    persona_actions.add_persona(name=f"Persona {number}", at=now(), by=None)
    field_actions.define_field(about="account", name=f"Field {number}", kind="text", at=now(), by=None)
    make_wave(account, contact)
    make_inbox_event(number, account)
    receiving.receive(file_name="accounts.csv", chunks=[b"Name,Id\nCedar,1\n"], at=now(), by=member.user)
    workspace_actions.record(kind="token.issued", subject="CRM", at=now(), by=member.user, detail={"scopes": ["read"]})
    invited = {"email": f"new{number}@vendor.example", "role": "csm"}
    workspace_actions.invite(**invited, at=now(), by=member.user)
    Effect.objects.create(
        kind="outbox.send_mail",
        queue="mail",
        dedupe_key=str(number),
        state="dead",
        available_at=now(),
        created_at=now(),
        last_error="refused",
    )
    make_remark(contact, "Parking is bad")
    make_rise(make_theme(f"Theme {number}"))
    make_improvement(owner=member)
    make_suggestion(f"phrase {number}")
    make_said_after(contact)
    make_peer(make_complaint(account), make_account())
    hold_actions.begin(account=account, kind="dispute", note="The price", at=now(), by=member.user)
    erasing.erase_contact(contact=make_contact(account), at=now(), by=member.user)
    mail.post(to=f"mei{number}@cedar.example", subject="Hello", text="Hello", key=f"row {number}", at=now())
    outbox_actions.suppress(
        digest=outbox_queries.digests(f"mei{number}@cedar.example")[0], reason="bounced", code="5.1.1", at=now()
    )
    make_risk_run()
    scores.rescore_all(day=now().date(), at=now())
    make_risk(account)


def make_wave(account: Account, contact: Contact) -> None:
    Question.objects.create(survey=survey_of("nps"), place=1, kind="text", wording="Why?", created_at=now())
    Silence.objects.create(account=account, unanswered=3, people=2, chance=0.2, asked_at=now(), computed_at=now())
    wave = Wave.objects.create(
        survey=survey_of("nps"),
        name="Summer",
        account_ids=[account.pk],
        roles=["decision_maker"],
        created_at=now(),
        by=None,
    )
    Refusal.objects.create(
        survey=survey_of("nps"), metric="nps", account=account, contact=contact, wave=wave, reason="quiet", at=now()
    )


def make_said_after(contact: Contact) -> None:
    answer = make_answer(2, contact)
    account, survey = contact.account, survey_of("csat")
    AnswerRevision.objects.create(answer=answer, value=4, comment="Fine", at=now())
    Wish.objects.create(kind="call", answer=answer, account=account, contact=contact, reach="+49 30 1", at=now())
    number = SurveyVersion.objects.filter(survey=survey).count() + 10
    SurveyVersion.objects.create(survey=survey, number=number, content={"points": 5, "questions": []}, at=now())
    profile = HealthProfile.objects.first()
    WeightsChange.objects.create(profile=profile, at=now(), before={"csat": 10}, after={"csat": 20}, total=4)
    Rereading.objects.create(started_at=now(), total=9, finished_at=now())


def make_inbox_event(number: int, account: Account) -> None:
    connection = make_connection(token=f"hook-{number}")
    InboxEvent.objects.create(
        connection=connection,
        delivery_key="1",
        body=b"{}",
        received_at=now(),
        state="processed",
        account=account,
        match="name",
        subject="Printer on fire",
    )


def make_alert_row(account: object) -> Alert:
    driver = {"rule": "score_band", "at": now().isoformat(), "score": 43.2, "causes": []}
    return Alert.objects.create(
        account=account, rule="score_band", opened_at=now() - timedelta(days=1), drivers=[driver], held=["score_band"]
    )
