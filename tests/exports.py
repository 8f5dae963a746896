"""A workspace whose every text a spreadsheet would run, and the addresses of its exports."""

from datetime import timedelta
from types import SimpleNamespace

from django.urls import reverse

from accounts.actions import facts as fact_actions
from accounts.actions import fields as field_actions
from accounts.actions import personas as persona_actions
from accounts.models import Account, Fact, Metric, MetricSource, Suppression
from accounts.stages import Stage
from alerts.actions import dismissals
from bulk.models import BulkRow
from health.actions import profiles as profile_actions
from health.models import HealthDay, HealthScore
from health.parts import DEFAULT_WEIGHTS, PARTS
from integrations.models import InboxEvent
from outbox.actions import suppress
from outbox.models import Effect
from reviews import actions as review_actions
from segments.models import FitSnapshot
from surveys.actions import holds as hold_actions
from surveys.models import Refusal, Silence, Survey, Wave
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_action,
    make_answer,
    make_bulk_change,
    make_chat,
    make_chat_message,
    make_complaint,
    make_complaint_rule,
    make_completion,
    make_connection,
    make_contact,
    make_contract,
    make_criterion,
    make_customer,
    make_delivery,
    make_endpoint,
    make_expectation,
    make_follow_up,
    make_goal,
    make_improvement,
    make_item,
    make_member,
    make_milestone,
    make_move,
    make_peer,
    make_play,
    make_playbook,
    make_pulse,
    make_remark,
    make_review,
    make_rise,
    make_rule,
    make_segment,
    make_step,
    make_suggestion,
    make_survey_invitation,
    make_task,
    make_theme,
    make_ticket,
    make_touchpoint,
    make_user,
    survey_of,
)
from tests.imports.files import received
from tests.risk.given import found, make_run
from workspaces import actions as workspace_actions
from workspaces.models import Member

DAY = timedelta(days=1)
LATEST = TODAY - DAY
RUN = "cmd|'/C calc'!A0"  # what a spreadsheet would run after a sign


def begin(text: str) -> SimpleNamespace:
    """The objects that addresses name; `grow` hangs rows on them."""
    home = make_customer(text, days=20, score=30, alerts=1)
    review = make_review(home)
    HealthDay.objects.create(day=LATEST, healthy=0, watch=0, at_risk=1, no_band=0, mean=30)
    return SimpleNamespace(
        home=home,
        review=review,
        wave=_wave(text),
        playbook=make_playbook(text),
        change=make_bulk_change(accounts=Account.objects.filter(pk=home.pk)),
        connection=make_connection(name=text, token=f"the door of {text}"),
        endpoint=make_endpoint(),
        chat=make_chat(),
        complaint=make_complaint(home, text),
        run=make_run(found(missed=[home], false_alarms=[home], caught=[home], quiet=[home])),
        number=0,
    )


def grow(world: SimpleNamespace, text: str) -> None:
    """One more row in every list."""
    world.number += 1
    text = f"{text}{world.number}"
    _customers(world, text, make_member(user=make_user(name=text)))
    _surveys(world, text)
    _voice(world, text)
    _settings(world, text)
    make_expectation(world.home, text, due_on=TODAY)
    make_account(text, parent=world.home)
    make_contract(world.home, name=text)
    make_ticket(world.home, subject=text)
    make_touchpoint(world.home, summary=text)
    make_goal(world.home, text)
    make_milestone(world.home, text)
    make_pulse(world.home, reason=text)
    make_complaint(world.home, text)
    make_step(world.complaint, text)
    make_peer(world.complaint, make_account(text))
    make_complaint_rule(text)
    away = make_account(text)
    dismissals.dismiss(account=away, until=TODAY + 9 * DAY, reason=text, at=NOON, by=make_user(name=text))
    make_task(world.home, text)
    make_playbook(text)
    make_play(make_account(text), world.playbook)
    make_action(world.review, text, due_on=TODAY - DAY)
    make_segment(text)
    make_rule("silence", text)
    whole = {"weights": DEFAULT_WEIGHTS, "targets": dict.fromkeys(PARTS, 50)}
    metric = Metric.objects.create(key=f"metric-{world.number}", name=text, kind="counter")
    MetricSource.objects.create(metric=metric, kind="api", name=text, first_at=NOON, last_at=NOON)
    profile_actions.create_profile(name=text, stages=["use"], at=NOON, by=None, **whole)
    received("Name,Id\nCedar,1\n", file_name=text)
    make_run(started_by=make_user(name=text))


def _customers(world: SimpleNamespace, text: str, member: Member) -> None:
    user, criterion = member.user, make_criterion(text)
    account = make_customer(text, days=20, score=30, alerts=1, owner=member)
    FitSnapshot.objects.create(account=account, met=[], missed=[criterion.pk], unknown=[], at=NOON)
    account.stage = Stage.CHURN if world.number % 2 else Stage.DISAPPOINTMENT
    account.save()
    make_bulk_change(accounts=Account.objects.filter(pk=account.pk), by=user)
    BulkRow.objects.create(change=world.change, account=account, outcome="changed", at=NOON)
    make_review(account)
    earlier = make_review(world.home, year=2026 - world.number)
    earlier.attendees = text
    earlier.save()
    stages = [Stage.LOYALTY, Stage.USE]
    make_move(world.home, stages[world.number % 2 - 1], reason=text, at=NOON - DAY, by=user)
    fact_actions.record_fact(account=world.home, kind="account.created", at=NOON, by=user, stage="use")
    review_actions.share(review=world.review, at=NOON, by=user)
    for scored, day in ((account, LATEST), (world.home, LATEST - world.number * DAY)):
        parts = [{"key": PARTS[-1], "weight": 15, "value": None, "points": None, "coverage": 0}]
        HealthScore.objects.create(account=scored, day=day, score=30, coverage=0.5, parts=parts, computed_at=NOON)


def _wave(text: str) -> Wave:
    return Wave.objects.create(
        survey=survey_of("nps"), name=text, account_ids=[1], roles=["champion"], created_at=NOON, handled_at=NOON
    )


def _surveys(world: SimpleNamespace, text: str) -> None:
    contact = make_contact(world.home, name=text)
    asked = make_survey_invitation(contact, agent_name=text, sent_at=NOON - DAY, send_at=NOON - DAY)
    make_answer(4, contact, comment=text, answered_at=NOON - DAY, invitation=asked)
    silent = {"unanswered": 3, "people": 1, "chance": 0.2, "answered_at": NOON, "asked_at": NOON, "computed_at": NOON}
    Silence.objects.create(account=make_account(text), **silent)
    make_follow_up(make_answer(1, contact, comment=text, answered_at=NOON - 2 * DAY))
    make_survey_invitation(contact, metric="nps", wave=world.wave)
    make_completion(make_item(text), contact)
    Refusal.objects.create(
        survey=survey_of("nps"),
        metric="nps",
        account=world.home,
        contact=contact,
        wave=world.wave,
        reason="quiet",
        at=NOON,
    )
    _wave(text)
    make_answer(5, contact, comment=text, answered_at=NOON - 3 * DAY, doubt="too_fast")
    hold_actions.begin(account=make_account(text), kind="dispute", note=text, at=NOON, by=None)
    Survey.objects.create(name=text, kind="csat", points=5, trigger="by_hand", created_at=NOON)


def _settings(world: SimpleNamespace, text: str) -> None:
    admin = make_member("admin").user
    workspace_actions.issue_token(name=text, scopes=["read"], at=NOON, by=admin)
    persona_actions.add_persona(name=text, at=NOON, by=admin)
    field_actions.define_field(about="account", name=text, kind="text", at=NOON, by=admin)
    Effect.objects.create(
        kind="mail.send", queue="mail", dedupe_key=text, state="dead", available_at=NOON, created_at=NOON,
        last_error=text,
    )  # fmt: skip
    make_connection(name=text, token=f"another door of {text}")
    InboxEvent.objects.create(
        connection=world.connection, delivery_key=text, body=b"{}", received_at=NOON, subject=text,
        state=InboxEvent.State.UNMATCHED,
    )  # fmt: skip
    suppress(digest=text, reason="bounced", code=text, at=NOON)
    Suppression.objects.create(digest=text, contact_id=Suppression.objects.count() + 1, at=NOON)
    make_endpoint(description=text)
    make_delivery(world.endpoint, fact=Fact.objects.filter(account=world.home).first())
    make_chat(name=text)
    make_chat_message(world.chat, world.home, last_error=text)


def _voice(world: SimpleNamespace, text: str) -> None:
    theme = make_theme(text, en=["calc"], zh=[])
    make_remark(make_contact(world.home, name=text), text)
    make_rise(theme)
    make_suggestion(text)
    make_improvement(text, theme, due_on=TODAY - DAY, about=text)


def address(name: str, route: str, world: SimpleNamespace, query: str = "") -> str:
    """Where an export or a page of `world` is."""
    if "pk" not in route:
        return reverse(name) + query
    named = {
        "accounts": world.home,
        "bulk": world.change,
        "complaints": world.complaint,
        "insights/backtest": world.run,
        "journey/playbooks": world.playbook,
        "reviews": world.review,
        "surveys/waves": world.wave,
        "settings/chats": world.chat,
        "settings/connections": world.connection,
        "settings/webhooks": world.endpoint,
    }
    first = route.split("<")[0].rstrip("/")
    return reverse(name, kwargs={"pk": named[first].pk}) + query
