"""The smallest valid rows. Each app's tests add the builders of its own rows here, by noun."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from accounts.actions import accounts as account_actions
from accounts.actions import contacts as contact_actions
from accounts.actions import contracts as contract_actions
from accounts.actions import facts as fact_actions
from accounts.actions import metrics as metric_actions
from accounts.models import Account, Contact, Contract, Fact, Metric, MetricDay, Ticket
from accounts.stages import Stage
from alerts import kinds
from alerts.actions import rules as rule_actions
from alerts.models import Alert, AlertRule
from bulk.actions import changes as bulk_actions
from bulk.models import BulkChange
from complaints.actions import case as case_actions
from complaints.actions import follow_up as follow_up_actions
from complaints.actions import setting as complaint_setting_actions
from complaints.actions import step as step_actions
from complaints.models import Complaint, ComplaintRule, ComplaintStep, FollowUp, Peer
from expectations import actions as expectation_actions
from expectations.models import Expectation
from health.actions import pulses as pulse_actions
from health.models import Pulse
from integrations.actions.connections import create_connection
from integrations.models import Connection
from journeys import actions as journey_actions
from journeys.actions import playbooks as playbook_actions
from journeys.actions import plays as play_actions
from journeys.actions import tasks as task_actions
from journeys.models import Play, Playbook, StageMove, Task, Touchpoint
from learning import actions as learning_actions
from learning.models import Completion, ContentItem
from notices.actions import chats as chat_actions
from notices.models import ChatHook, ChatMessage, Notice, Occasion
from plans.actions import goals as goal_actions
from plans.actions import milestones as milestone_actions
from plans.actions import versions as plan_actions
from plans.models import Goal, GoalReading, Milestone, PlanVersion
from reviews import actions as review_actions
from reviews.models import ActionItem, Review
from risk.columns import NAMES
from risk.models import RiskRun, RiskScore
from risk.prediction.card import probability
from segments.actions import criteria as criterion_actions
from segments.actions import segments as segment_actions
from segments.models import Criterion, Segment
from surveys import tokens
from surveys.actions import surveys as survey_actions
from surveys.models import Answer, Invitation, Question, Survey
from surveys.scales import scale_of
from voice.actions import improvements as voice_improvements
from voice.actions import reading as voice_reading
from voice.models import Improvement, Remark, Rise, Suggestion, Theme
from webhooks.actions import endpoints as webhook_actions
from webhooks.models import Delivery, Endpoint
from workspaces import actions as workspace_actions
from workspaces.capabilities import Role
from workspaces.models import Member, User, Workspace
from workspaces.secrets import digest

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
TODAY = NOON.date()
PASSWORD = "correct horse battery"

_number = count(1)


def make_workspace(name: str = "Acme Services") -> Workspace:
    return workspace_actions.found_workspace(name=name, at=NOON)


def make_user(email: str = "", name: str = "Mei Chen") -> User:
    return workspace_actions.create_user(
        email=email or f"user{next(_number)}@vendor.example", name=name, password=PASSWORD, at=NOON
    )


def make_member(role: str = Role.CSM, user: User | None = None) -> Member:
    return workspace_actions.add_member(user=user or make_user(), role=role, at=NOON, by=None)


def make_account(name: str = "", **fields: Any) -> Account:
    fields.setdefault("stage", Stage.USE)
    fields.setdefault("at", NOON)
    return account_actions.create_account(name=name or f"Customer {next(_number)}", by=None, **fields)


def make_contact(account: Account, **fields: Any) -> Contact:
    number = next(_number)
    fields = {"name": f"Person {number}", "email": f"person{number}@customer.example", "at": NOON, **fields}
    return contact_actions.add_contact(account=account, by=None, **fields)


def make_contract(account: Account, **fields: Any) -> Contract:
    fields = {
        "name": "Managed services",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2027, 1, 1),
        "at": NOON,
        **fields,
    }
    return contract_actions.add_contract(account=account, by=None, **fields)


def make_ticket(account: Account, **fields: Any) -> Ticket:
    fields = {
        "source": "zammad",
        "external_id": str(next(_number)),
        "subject": "Printer on fire",
        "opened_at": NOON - timedelta(days=1),
        "source_updated_at": NOON,
        **fields,
    }
    return Ticket.objects.create(account=account, **fields)


def make_metric(key: str = "logins", kind: str = Metric.Kind.COUNTER) -> Metric:
    return metric_actions.define_metric(key=key, name=key.title(), kind=kind)


# ------------------------------------------------------------------------------------------------- journeys
def make_touchpoint(account: Account, **fields: Any) -> Touchpoint:
    fields = {"channel": "call", "direction": "two_way", "summary": "Talked about the rollout", "at": NOON, **fields}
    return journey_actions.log_touchpoint(account=account, by=None, **fields)


def make_move(account: Account, to_stage: str, **fields: Any) -> StageMove:
    fields = {"reason": "They said so", "at": NOON, "by": None, **fields}
    return journey_actions.move_stage(account=account, to_stage=to_stage, **fields)


# ------------------------------------------------------------------------------------------------- surveys
def survey_of(kind: str) -> Survey:
    """The survey of a kind that every workspace starts with; one of 7 points for CES, which nobody starts with."""
    found = Survey.objects.filter(kind=kind).order_by("pk").first()
    return found or Survey.objects.create(name="Effort", kind=kind, points=7, trigger="ticket_closed", created_at=NOON)


def make_survey_question(survey: Survey | None = None, **said: Any) -> Question:
    """A text asked of everybody after the score, unless told."""
    said = {"kind": "text", "wording": "Why?", "choices": [], "asked_from": None, "asked_to": None, **said}
    return survey_actions.add_question(survey=survey or survey_of("csat"), said=said, at=NOON, by=None)


def make_survey_invitation(contact: Contact | None = None, **fields: Any) -> Invitation:
    """A mail sent at NOON whose link works (`surveys.tokens.token_of`); `sent_at=None` for one still to be sent."""
    contact = contact or make_contact(make_account())
    fields = {"metric": "csat", "created_at": NOON, "send_at": NOON, "sent_at": NOON, **fields}
    fields.setdefault("expires_at", fields["send_at"] + timedelta(days=14))
    fields["survey"] = fields.get("survey") or survey_of(fields["metric"])
    invitation = Invitation.objects.create(account=contact.account, contact=contact, **fields)
    invitation.token_hash = digest(tokens.token_of(invitation))
    invitation.save(update_fields=["token_hash"])
    return invitation


def make_answer(value: int, contact: Contact | None = None, **fields: Any) -> Answer:
    """An answer at NOON, with the mail it answers; without its metric day and fact."""
    fields = {"metric": "csat", "answered_at": NOON, **fields}
    at = fields["answered_at"]
    invitation = fields.pop("invitation", None) or make_survey_invitation(
        contact, metric=fields["metric"], sent_at=at, send_at=at
    )
    fields.setdefault("scale_max", scale_of(invitation.metric, invitation.survey.points).high)
    return Answer.objects.create(
        survey=invitation.survey,
        invitation=invitation,
        account=invitation.account,
        contact=invitation.contact,
        value=value,
        **fields,
    )


# ------------------------------------------------------------------------------------------------- integrations
HOOK_TOKEN = "the-door"
ZAMMAD_SECRET = "a shared secret of the help desk"


def make_connection(kind: str = "zammad", token: str = HOOK_TOKEN, **fields: Any) -> Connection:
    """A door at /hooks/the-door/; Zammad's secret is ZAMMAD_SECRET, a generic one's is drawn (`decrypt` it)."""
    fields.setdefault("secret", ZAMMAD_SECRET if kind == "zammad" else "")
    fields = {"name": "Support desk", "at": NOON, "by": None, **fields}
    return create_connection(kind=kind, token=token, **fields)[0]


def zammad_ticket(**changes: Any) -> dict[str, Any]:
    """What a Zammad trigger posts when a ticket is closed at NOON."""
    ticket = {
        "id": 4711,
        "number": "82711",
        "title": "Printer on fire",
        "priority": {"id": 3, "name": "3 high"},
        "state": "closed",
        "created_at": "2026-06-14T08:00:00.000Z",
        "updated_at": "2026-06-15T12:00:00.000Z",
        "close_at": "2026-06-15T12:00:00.000Z",
        "last_close_at": None,
        "customer": {"id": 9, "email": "mei@cedar.example", "firstname": "Mei", "lastname": "Chen"},
        "organization": {"id": 77, "name": "Cedar Logistics", "domain": ""},
        "owner": {"firstname": "Pia", "lastname": "Sommer", "email": "pia@vendor.example"},
    }
    return {"ticket": {**ticket, **changes}, "article": {}}


# ------------------------------------------------------------------------------------------------- health
def make_reading(account: Account, key: str, day: date, value: float, *, kind: str = Metric.Kind.COUNTER) -> None:
    """One metric day row as a bulk import would leave it, without setting anything off."""
    metric = make_metric(key, kind)
    MetricDay.objects.create(account=account, metric=metric, day=day, n=1, total=value, last=value)


def make_survey_fact(account: Account, contact: Contact, value: int, **fields: Any) -> Fact:
    """What the timeline keeps of an answer: the fact alone, as health reads it."""
    fields = {"metric": "csat", "scale_max": 5, "is_bad": value <= 2, "comment": "", "at": NOON, **fields}
    at = fields.pop("at")
    return fact_actions.record_fact(
        account=account,
        kind="survey.answered",
        at=at,
        answer_id=fields.pop("answer_id", contact.pk),
        contact_id=contact.pk,
        contact_name=contact.name,
        contact_role=contact.role,
        value=value,
        **fields,
    )


def make_alert(account: Account, **fields: Any) -> Alert:
    """An open alert that a bad answer led to."""
    driver = {
        "rule": "bad_answer",
        "at": NOON.isoformat(),
        "fact_id": 0,
        "answer_id": 0,
        "contact_id": 0,
        "contact_name": "Ana Ruiz",
        "contact_role": "decision_maker",
        "metric": "csat",
        "value": 1,
        "scale_max": 5,
        "comment": "Nobody called back.",
    }
    fields = {"rule": "bad_answer", "opened_at": NOON, "drivers": [driver], **fields}
    fields.setdefault("held", [fields["rule"]])
    return Alert.objects.create(account=account, **fields)


# ------------------------------------------------------------------------------------------------- reviews
def make_review(account: Account | None = None, year: int = 2026, quarter: int = 2, **fields: Any) -> Review:
    fields = {"at": NOON, "by": None, **fields}
    return review_actions.open_review(account=account or make_account(), year=year, quarter=quarter, **fields)


def make_action(review: Review | None = None, text: str = "Send the plan", **fields: Any) -> ActionItem:
    fields = {"at": NOON, "by": None, **fields}
    return review_actions.add_action(review=review or make_review(), text=text, **fields)


# ------------------------------------------------------------------------------------------------- dashboard
def make_customer(
    name: str = "", *, score: Any = 80, days: int | None = None, alerts: int = 0, **fields: Any
) -> Account:
    """A customer as health and contracts would have left them: `days` to the renewal, so many open `alerts`."""
    account = make_account(name, **fields)
    account.health_score = score
    account.health_band = "" if score is None else "healthy" if score >= 70 else "watch" if score >= 50 else "at_risk"
    account.renews_on = None if days is None else TODAY + timedelta(days=days)
    account.save()
    for rule in ["bad_answer", "score_band", "score_drop"][:alerts]:
        make_alert(account, rule=rule)
    return account


# ------------------------------------------------------------------------------------------------- webhooks
def make_endpoint(url: str = "https://hooks.example/ninefold", *, kinds: Any = (), **fields: Any) -> Endpoint:
    """Told of everything unless `kinds` are given."""
    fields = {"at": NOON, "by": None, "wants_all": not kinds, **fields}
    return webhook_actions.create_endpoint(url=url, kinds=kinds, **fields)[0]


def make_delivery(endpoint: Endpoint | None = None, **fields: Any) -> Delivery:
    fields = {"kind": "webhook.test", "message_id": f"msg_{next(_number)}", "body": "{}", "created_at": NOON, **fields}
    return Delivery.objects.create(endpoint=endpoint or make_endpoint(), **fields)


# ------------------------------------------------------------------------------------------------- segments
def make_segment(name: str = "Unwell", raw: Any = None, **fields: Any) -> Segment:
    """Customers with a score below 60, unless told; its accounts are found when its effect runs."""
    raw = raw or {"all": [{"field": "score", "op": "below", "value": 60}]}
    return segment_actions.create_segment(name=name, raw=raw, **{"at": NOON, "by": None, **fields})


def make_criterion(name: str = "Retail", raw: Any = None, weight: int = 10, **fields: Any) -> Criterion:
    """What the ideal customer has: to be in retail, unless told."""
    raw = raw or {"all": [{"field": "industry", "op": "is", "value": "Retail"}]}
    return criterion_actions.add_criterion(name=name, raw=raw, weight=weight, **{"at": NOON, "by": None, **fields})


# --------------------------------------------------------------------------------------------------- learning
def make_item(title: str = "Reports in five minutes", **fields: Any) -> ContentItem:
    fields = {"url": f"https://learn.example/{next(_number)}", "kind": "video", "at": NOON, "by": None, **fields}
    return learning_actions.add_item(title=title, **fields)


def make_completion(item: ContentItem | None = None, contact: Contact | None = None, **fields: Any) -> Completion:
    """Started at NOON, unless told."""
    contact = contact or make_contact(make_account())
    return learning_actions.note(item=item or make_item(), contact=contact, **{"at": NOON, "by": None, **fields})


# ----------------------------------------------------------------------------------------------- expectations
def make_expectation(account: Account | None = None, wording: str = "One named engineer", **fields: Any) -> Expectation:
    fields = {"kind": "promise", "made_on": TODAY, "at": NOON, "by": None, **fields}
    return expectation_actions.add_expectation(account=account or make_account(), wording=wording, **fields)


# ------------------------------------------------------------------------------------------------------- bulk
def make_bulk_change(kind: str = "tag", params: Any = None, **fields: Any) -> BulkChange:
    """Every account of the workspace is tagged “pilot”, unless told."""
    accounts = fields.pop("accounts", Account.objects.all())
    fields = {"expected": accounts.count(), "source": {"list": ""}, "at": NOON, "by": None, **fields}
    return bulk_actions.begin(kind=kind, params=params or {"tag": "pilot"}, accounts=accounts, **fields)


# ------------------------------------------------------------------------------------------------- plans
def make_plan(account: Account | None = None, **changes: Any) -> PlanVersion:
    changes = {"use_case": "One queue for the service desk", **changes}
    return plan_actions.save_plan(account=account or make_account(), changes=changes, at=NOON, by=None)


def make_goal(account: Account | None = None, name: str = "Everybody signs in", **fields: Any) -> Goal:
    """From 0 to 100, begun 50 days ago and due in 50: half of it is expected at NOON."""
    days = {"starts_on": TODAY - timedelta(days=50), "due_on": TODAY + timedelta(days=50)}
    fields = {"baseline": 0.0, "target": 100.0, **days, "at": NOON, "by": None, **fields}
    return goal_actions.set_goal(account=account or make_account(), name=name, **fields)


def make_goal_reading(goal: Goal | None = None, value: float = 40.0, **fields: Any) -> GoalReading:
    fields = {"day": TODAY, "at": NOON, "by": None, **fields}
    return goal_actions.read_goal(goal=goal or make_goal(), value=value, **fields)[0]


def make_milestone(account: Account | None = None, name: str = "Kick-off", **fields: Any) -> Milestone:
    fields = {"phase": "onboarding", "due_on": TODAY, "at": NOON, "by": None, **fields}
    return milestone_actions.plan_milestone(account=account or make_account(), name=name, **fields)


# ------------------------------------------------------------------------------------------- alert rules
def make_rule(kind: str = "no_decider", name: str = "", **fields: Any) -> AlertRule:
    """A rule of a kind with the parameters it starts with, unless told."""
    told = {name: fields.pop(name) for name in list(fields) if name in kinds.defaults(kind)}
    fields = {"parameters": {**kinds.defaults(kind), **told}, "at": NOON, "by": None, **fields}
    return rule_actions.create_rule(name=name or f"Rule {next(_number)}", kind=kind, **fields)


# ------------------------------------------------------------------------------------- playbooks and tasks
def make_playbook(name: str = "", **fields: Any) -> Playbook:
    """Two steps, due on the day of the start, a Monday at NOON, and three days later."""
    steps = [{"text": "Read", "due_in_days": 0, "role": ""}, {"text": "Call", "due_in_days": 3, "role": "champion"}]
    fields = {"steps": steps, "at": NOON, "by": None, **fields}
    return playbook_actions.write_playbook(name=name or f"Playbook {next(_number)}", **fields)


def make_play(account: Account | None = None, playbook: Playbook | None = None, **fields: Any) -> Play:
    fields = {"account": account or make_account(), "playbook": playbook or make_playbook(), **fields}
    return play_actions.start_playbook(**{"at": NOON, "by": None, **fields})


def make_task(account: Account | None = None, text: str = "Send the offer", **fields: Any) -> Task:
    fields = {"due_on": TODAY, "at": NOON, "by": None, **fields}
    return task_actions.add_task(account=account or make_account(), text=text, **fields)


# ------------------------------------------------------------------------------------------- pulse
def make_pulse(account: Account | None = None, step: int = 4, reason: str = "All as usual", **fields: Any) -> Pulse:
    fields = {"at": NOON, "by": None, **fields}
    return pulse_actions.set_pulse(account=account or make_account(), step=step, reason=reason, **fields)


# ------------------------------------------------------------------------------------------------ notices
def make_notice(member: Member, kind: str = "renewal_near", account: Account | None = None, **fields: Any) -> Notice:
    """That an account renews in ten days, unread and waiting for the digest, unless told."""
    number = next(_number)
    told = {
        "data": {"renews_on": str(TODAY + timedelta(days=10))},
        "link": f"/accounts/{account.pk}/" if account else f"/there/{number}/",
        "key": f"told:{number}",
        "created_at": NOON,
    }
    told |= {name: fields.pop(name) for name in list(fields) if name in told or name == "fact"}
    occasion = Occasion.objects.create(kind=kind, account=account, **told)
    return Notice.objects.create(occasion=occasion, member=member, **{"mail": "digest", **fields})


def make_chat(url: str = "https://hooks.slack.com/services/T0/B0/wXyZ", **fields: Any) -> ChatHook:
    """Told of every alert of all customers, unless told."""
    fields = {"name": "#customers", "flavour": "slack", "kinds": ["alert_opened", "urgent_alert"], **fields}
    return chat_actions.add_chat(url=url, **{"at": NOON, "by": None, **fields})


def make_chat_message(hook: ChatHook | None = None, account: Account | None = None, **fields: Any) -> ChatMessage:
    """That an account renews in ten days, delivered, unless told; a test without an account."""
    number = next(_number)
    data, link = {"renews_on": str(TODAY + timedelta(days=10))}, f"/there/{number}/"
    told = {"kind": "renewal_near", "data": data, "link": link, "key": f"told:{number}", "created_at": NOON}
    occasion = Occasion.objects.create(account=account, **told) if account else None
    fields = {"state": "delivered", "attempts": 1, "last_status": 200, "created_at": NOON, **fields}
    return ChatMessage.objects.create(hook=hook or make_chat(), occasion=occasion, **fields)


# ------------------------------------------------------------------------------------------------- risk
def make_risk_run(**fields: Any) -> RiskRun:
    """One that found something, and may not be adopted."""
    asked = {"horizon_days": 90, "counts_downgrade": False, "counts_non_renewal": False, "budget": 5, "currency": "EUR"}
    report = {"gate": {"is_passed": False, "reasons": ["not_better"]}}
    fields = {"started_at": NOON, "progress_at": NOON, "finished_at": NOON, "report": report, "card": {}, **fields}
    return RiskRun.objects.create(settings=asked, verdict="weak", rung="anchored", **fields)


def make_risk(account: Account, points: int = -71, **fields: Any) -> RiskScore:
    """By hand weights: a chance of 8 % unless told, five points of it for the adoption."""
    account_actions.set_risk(account_ids=[account.pk], chances=[probability(points)], days=90, at=NOON)
    terms = [5 if name == "adoption" else 0 for name in NAMES]
    fields = {"day": TODAY, "horizon_days": 90, "computed_at": NOON, **fields}
    return RiskScore.objects.create(account=account, points=points, chance=probability(points), terms=terms, **fields)


# --------------------------------------------------------------------------------------------- complaints
def make_complaint(account: Account | None = None, text: str = "Nobody called back", **fields: Any) -> Complaint:
    """Written down on a Monday at NOON, promised for Wednesday 12:00, unless told."""
    fields = {"at": NOON, "by": None, **fields}
    return case_actions.open_complaint(account=account or make_account(), text=text, **fields)


def make_step(complaint: Complaint | None = None, text: str = "We are on it", **fields: Any) -> ComplaintStep:
    """A note, unless told."""
    fields = {"kind": "note", "at": NOON, "by": None, **fields}
    return step_actions.add_step(complaint=complaint or make_complaint(), text=text, **fields)


def make_follow_up(answer: Answer | None = None, **fields: Any) -> FollowUp:
    """Of a bad answer at NOON, due on Wednesday 12:00."""
    return follow_up_actions.begin_follow_up(answer=answer or make_answer(1), **{"at": NOON, **fields})


def make_peer(complaint: Complaint | None = None, account: Account | None = None, **fields: Any) -> Peer:
    """Asked at NOON, and silent so far."""
    fields = {"asked_at": NOON, **fields}
    return Peer.objects.create(complaint=complaint or make_complaint(), account=account or make_account(), **fields)


def make_complaint_rule(name: str = "Urgent problems", **fields: Any) -> ComplaintRule:
    """Of urgent tickets, unless told."""
    fields = {"name": name, "source": "ticket", "priorities": ["urgent"], **fields}
    return complaint_setting_actions.add_rule(fields=fields, at=NOON, by=None)


# ------------------------------------------------------------------------------------------------- voice
def make_theme(name: str = "Parking", *, en: Any = ("parking",), zh: Any = ("停车",), **fields: Any) -> Theme:
    """A theme beside the first ones; nothing is read again."""
    return Theme.objects.create(name=name, words={"en": [*en], "zh": [*zh]}, created_at=NOON, **fields)


def make_remark(contact: Contact | None = None, comment: str = "Parking is bad", **fields: Any) -> Remark:
    """An answer of the day before NOON with this comment, read."""
    answer = make_answer(
        fields.pop("value", 4), contact, comment=comment, answered_at=NOON - timedelta(days=1), **fields
    )
    voice_reading.read(source="answer", ids=[answer.pk], at=NOON)
    return Remark.objects.get(source="answer", source_id=answer.pk)


def make_improvement(title: str = "More places to park", theme: Theme | None = None, **fields: Any) -> Improvement:
    """An open one, measured by CSAT and due at NOON, unless told."""
    changes = {"title": title, "theme": theme, "measure": "csat", "due_on": TODAY, **fields}
    return voice_improvements.add_improvement(changes=changes, at=NOON, by=None)


def make_rise(theme: Theme | None = None, **fields: Any) -> Rise:
    counts = {"customers": 9, "of_customers": 40, "before": 20, "of_before": 400, "negative": 7, "chance": 0.0001}
    fields = {"day": TODAY, "found_at": NOON, **counts, **fields}
    return Rise.objects.create(theme=theme or make_theme(), **fields)


def make_suggestion(phrase: str = "single sign on", **fields: Any) -> Suggestion:
    fields = {"language": "en", "comments": 9, "customers": 7, "expected": 0.4, "found_at": NOON, **fields}
    return Suggestion.objects.create(phrase=phrase, **fields)
