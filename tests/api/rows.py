"""One row of everything that the API lists, each with all that it can show."""

from datetime import timedelta

from accounts.actions import fields as field_actions
from accounts.actions import personas as persona_actions
from accounts.actions import tags as tag_actions
from accounts.models import Account, Contact, Metric
from alerts.actions import dismissals
from alerts.models import Alert
from expectations import actions as expectation_actions
from health.actions import scores
from imports.actions import receiving
from integrations.models import InboxEvent
from lib.time import now, today
from outbox.models import Effect
from reviews import actions as review_actions
from segments.models import AccountFit
from surveys.models import Question, Refusal, Silence, Wave
from tests.builders import (
    make_account,
    make_action,
    make_answer,
    make_bulk_change,
    make_chat,
    make_chat_message,
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
    make_task,
    make_theme,
    make_ticket,
    make_touchpoint,
    survey_of,
)
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
