"""One real object behind every address, and the short list of those that need no sign-in."""

from datetime import timedelta

from django.urls import reverse

from accounts.actions import erasing
from accounts.actions import fields as field_actions
from accounts.actions import personas as persona_actions
from accounts.models import Fact
from alerts.actions import dismissals
from expectations import actions as expectation_actions
from health import queries as health_queries
from health.models import WeightsChange
from integrations.models import InboxEvent
from lib.time import now, today
from outbox.actions import suppress
from outbox.mail import post
from outbox.models import Effect
from reviews import actions as review_actions
from surveys.actions import holds as hold_actions
from surveys.models import AnswerRevision, Refusal, Silence, SurveyVersion, Wave, Wish
from tests.builders import (
    NOON,
    make_account,
    make_alert,
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
    make_delivery,
    make_endpoint,
    make_expectation,
    make_follow_up,
    make_goal,
    make_goal_reading,
    make_improvement,
    make_item,
    make_member,
    make_milestone,
    make_move,
    make_notice,
    make_peer,
    make_plan,
    make_play,
    make_pulse,
    make_remark,
    make_rise,
    make_rule,
    make_segment,
    make_step,
    make_suggestion,
    make_survey_question,
    make_task,
    make_theme,
    make_ticket,
    make_touchpoint,
    make_user,
    survey_of,
)
from tests.imports.files import received, understood
from tests.risk.given import found, make_run
from voice.models import Rereading
from workspaces import actions as workspace_actions
from workspaces.models import AuditEvent

PUBLIC = {
    "surveys:call",
    "surveys:confirm",
    "surveys:hidden",
    "surveys:look_logo",
    "surveys:look_style",
    "surveys:lost",
    "surveys:refer",
    "surveys:respond",
    "surveys:thanks",
    "surveys:unsubscribe",
    "reviews:shared",
    "expectations:acknowledge",
    "notices:unsubscribe",
    "voice:unsubscribe",
    "integrations:receive",
    "outbox:livez",
    "outbox:provider_inbound",
    "outbox:provider_tracking",
    "outbox:report",
    "outbox:readyz",
    "outbox:metrics",
    "workspaces:invitation_accept",
}


def objects() -> dict[str, object]:
    """A row of every kind that an address can name, by the address's first words."""
    rows = _objects()
    return rows | {
        "alert-rules": rows["settings/alerts"],
        "answer-revisions": AnswerRevision.objects.create(answer=rows["answers"], value=2, at=NOON),
        "audit-events": AuditEvent.objects.order_by("pk").first(),
        "bulk-changes": rows["bulk"],
        "chat-messages": make_chat_message(),
        "chats": rows["settings/chats"],
        "complaint-peers": rows["complaints/others"],
        "complaint-rules": rows["settings/complaints"],
        "complaint-steps": make_step(rows["complaints"]),
        "connections": rows["settings/connections"],
        "deliveries": rows["settings/deliveries"],
        "dismissals": rows["today/dismissed"],
        "erased-people": erasing.erase_contact(contact=make_contact(rows["accounts"]), at=NOON, by=None),
        "expectation-links": rows["expectations/links"],
        "risk": rows["accounts"],
        "risk-runs": rows["insights/backtest"],
        "follow-ups": rows["complaints/follow-ups"],
        "facts": Fact.objects.order_by("pk").first(),
        "icp-criteria": rows["settings/icp"],
        "mails": rows["mailbox"],
        "member-invitations": workspace_actions.invite(
            email="soon@vendor.example", role="csm", at=now(), by=rows["settings/members"].user
        ),
        "members": rows["settings/members"],
        "review-actions": rows["reviews/actions"],
        "review-links": rows["reviews/shares"],
        "stage-moves": make_move(rows["accounts"], "churn"),
        "stuck-work": rows["settings/work"],
        "survey-invitations": rows["answers"].invitation,
        "survey-refusals": Refusal.objects.create(
            survey=survey_of("csat"), metric="csat", account=rows["accounts"], reason="quiet", at=NOON
        ),
        "survey-silences": Silence.objects.create(
            account=rows["accounts"], unanswered=3, people=2, chance=0.2, asked_at=NOON, computed_at=NOON
        ),
        "suppressed-addresses": rows["settings/suppressed"],
        "survey-holds": rows["surveys/holds"],
        "survey-versions": SurveyVersion.objects.order_by("pk").first()
        or SurveyVersion.objects.create(survey=survey_of("csat"), number=9, content={}, at=NOON),
        "survey-wishes": Wish.objects.create(
            kind="call", answer=rows["answers"], account=rows["accounts"], contact=rows["contacts"], at=NOON
        ),
        "survey-questions": rows["surveys/questions"],
        "surveys": rows["surveys/definitions"],
        "survey-waves": rows["surveys/waves"],
        "themes": rows["insights/themes/words"],
        "theme-suggestions": rows["insights/themes/suggestions"],
        "theme-rereadings": Rereading.objects.create(started_at=NOON),
        "theme-rises": make_rise(rows["insights/themes/words"]),
        "comments": rows["insights/themes/comments"],
        "improvements": rows["insights/improvements"],
        "tokens": rows["settings/tokens"],
        "webhook-deliveries": rows["settings/webhooks/deliveries"],
        "weights-changes": WeightsChange.objects.create(
            profile=rows["health-profiles"], at=NOON, before={}, after={}, total=1
        ),
    }


def _objects() -> dict[str, object]:
    """A row of every kind that an address can name, by the address's first words."""
    user = make_user()
    account = make_account("Cedar Logistics")
    contact = make_contact(account)
    review = review_actions.open_review(account=account, year=2026, quarter=2, at=NOON, by=user)
    link, _ = review_actions.share(review=review, at=NOON, by=user)
    connection = make_connection()
    one = make_expectation(account)
    play = make_play(account)
    goal = make_goal(account)
    complaint = make_complaint(account)
    completion = make_completion(make_item(), contact)
    token, _ = workspace_actions.issue_token(name="Scripts", scopes=["read"], at=NOON, by=user)
    field = field_actions.define_field(about="account", name="Site", kind="text", at=NOON, by=user)
    persona = persona_actions.add_persona(name="Head of IT", at=NOON, by=user)
    return {
        "accounts": account,
        "contacts": contact,
        "contracts": make_contract(account),
        "tickets": make_ticket(account),
        "touchpoints": make_touchpoint(account),
        "alerts": make_alert(account),
        "answers": make_answer(4, contact),
        "complaints": complaint,
        "complaints/follow-ups": make_follow_up(make_answer(1, contact)),
        "complaints/others": make_peer(complaint),
        "settings/complaints": make_complaint_rule(),
        "today/dismissed": dismissals.dismiss(
            account=account, until=today() + timedelta(days=9), reason="Away", at=now(), by=user
        ),
        "health": account,
        "insights/backtest": make_run(found(missed=[account])),
        "insights/improvements": make_improvement(),
        "insights/themes/comments": make_remark(contact),
        "insights/themes/suggestions": make_suggestion(),
        "insights/themes/words": make_theme(),
        "expectations": one,
        "plans": make_plan(account),
        "pulses": make_pulse(account),
        "goals": goal,
        "content": completion.item,
        "completions": completion,
        "learning": completion.item,
        "learning/completions": completion,
        "goal-readings": make_goal_reading(goal),
        "milestones": make_milestone(account),
        "journey/playbooks": play.playbook,
        "playbooks": play.playbook,
        "plays": play,
        "tasks": make_task(account),
        "expectations/links": expectation_actions.ask(account=account, expectation_ids=[one.pk], at=NOON, by=user)[0],
        "surveys/doubtful": make_answer(1, contact, doubt="too_fast"),
        "surveys/definitions": survey_of("csat"),
        "surveys/questions": make_survey_question(),
        "surveys/holds": hold_actions.begin(account=account, kind="dispute", at=NOON, by=None),
        "surveys/waves": Wave.objects.create(
            survey=survey_of("nps"), name="Spring", account_ids=[], roles=[], created_at=NOON, handled_at=NOON
        ),
        "reviews/actions": review_actions.add_action(review=review, text="Call", at=NOON, by=user),
        "reviews/shares": link,
        "reviews": review,
        "segments": make_segment(),
        "bulk": make_bulk_change(),
        "settings/icp": make_criterion(),
        "settings/alerts": make_rule(),
        "settings/health": health_queries.profiles()[0],
        "health-profiles": health_queries.profiles()[0],
        "notices": make_notice(make_member(), account=account),
        "settings/chats": make_chat(),
        "settings/connections": connection,
        "custom-fields": field,
        "personas": persona,
        "settings/fields": field,
        "settings/personas": persona,
        "settings/deliveries": _event(connection, "1", InboxEvent.State.PROCESSED),
        "settings/unmatched": _event(connection, "2", InboxEvent.State.UNMATCHED),
        "settings/members": make_member(),
        "settings/webhooks": make_endpoint(),
        "webhooks": make_endpoint(),
        "settings/webhooks/deliveries": make_delivery(),
        "settings/invitations": workspace_actions.invite(
            email="new@vendor.example", role="csm", at=NOON, by=make_member("admin").user
        ),
        "settings/tokens": token,
        "settings/suppressed": suppress(digest="0" * 64, reason="bounced", code="5.1.1", at=NOON),
        "settings/work": Effect.objects.create(
            kind="mail.send", queue="mail", dedupe_key="x", state="dead", available_at=NOON, created_at=NOON
        ),
        "imports": understood(received("Record ID,Company name\n1,Elm\n")),
        "mailbox": post(to="a@b.example", subject="Hello", text="Hello", html="<p>Hello</p>", key="m", at=NOON),
    }


def _event(connection: object, key: str, state: str) -> InboxEvent:
    return InboxEvent.objects.create(
        connection=connection, delivery_key=key, body=b"{}", received_at=NOON, state=state, subject="Help"
    )


def samples(names: dict[str, str]) -> dict[str, str]:
    """An address for each of `names` (name to route), pointing at a real object where it points at one."""
    rows = objects()
    return {name: _address(name, route, rows) for name, route in names.items()}


def _address(name: str, route: str, rows: dict[str, object]) -> str:
    if "pk" not in route:
        return reverse(name)
    path = route.removeprefix("api/v1/").lstrip("^")
    prefix = max((prefix for prefix in rows if path.startswith(prefix)), key=len)
    parts = {"key": "tickets"} if "<slug:key>" in route else {}
    return reverse(name, kwargs={"pk": rows[prefix].pk, **parts})
