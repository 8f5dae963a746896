"""The panels of the account page: each loads beside the others, and is a page of its own at its own address.

A room adds a panel by one more line in `_PANELS`: its key (the anchor, and the end of the address), title, template
(what stands inside the card) and builder (a Visit to that template's context, in a fixed number of queries).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts import chronicle, custom, stakeholders
from accounts import queries as account_queries
from accounts.models import Account
from accounts.queries import family as family_queries
from accounts.queries import field as field_queries
from accounts.queries import tag as tag_queries
from complaints import portraits as complaint_portraits
from dashboard import portraits
from expectations import queries as expectation_queries
from health import queries as health_queries
from journeys import actions as journey_actions
from journeys import queries as journey_queries
from journeys.actions import plays as play_actions
from journeys.queries import playbooks as playbook_queries
from journeys.queries import tasks as task_queries
from learning import queries as learning_queries
from lib.time import day_of
from plans import portraits as plan_portraits
from plans import queries as plan_queries
from reviews import queries as review_queries
from risk import portraits as risk_portraits
from segments import icp
from surveys import queries as survey_queries
from workspaces.capabilities import Capability
from workspaces.queries import Membership

MOST_ROWS = 20
MOST_CONTACTS = 100
MOST_TOUCHPOINTS = 5
MOST_REVIEWS = 8
MOST_EXPECTATIONS = 5
MOST_GOALS = 4
MOST_MILESTONES = 3

AT_ONCE = "load"
AFTERWARDS = "load delay:150ms"  # what stands below the fold lets the rest go first


@dataclass(frozen=True)
class Visit:
    """Who reads about which account, and when."""

    account: Account
    member: Membership
    at: datetime
    today: date

    def context(self) -> dict[str, Any]:
        """What every template of the account page may ask for."""
        return {
            "account": self.account,
            "stage_day": day_of(self.account.stage_since),
            "at": self.at,
            "today": self.today,
            "can_work": self.member.can(Capability.WORK),
            "can_edit": self.member.can(Capability.EDIT_ACCOUNTS),
            "can_review": self.member.can(Capability.REVIEW),
            "nav": "accounts",
        }


@dataclass(frozen=True)
class Panel:
    """One card of the account page. `size` (`short`, `middle`, `tall`) is the room kept free until it is there."""

    key: str
    title: Promise
    template: str
    build: Callable[[Visit], dict[str, Any]]
    size: str = "middle"
    is_aside: bool = False
    trigger: str = AFTERWARDS

    def context(self, visit: Visit) -> dict[str, Any]:
        return {**visit.context(), "panel": self, **self.build(visit)}

    def drawn(self, visit: Visit, request: HttpRequest) -> SafeString:
        """What stands inside its card."""
        return render_to_string(self.template, self.context(visit), request)


def _health(visit: Visit) -> dict[str, Any]:
    score = health_queries.score_now(visit.account)
    history = health_queries.history(visit.account, days=portraits.HISTORY_DAYS, today=visit.today)
    return {
        "health": score,
        "health_chart": portraits.health_chart(history, visit.today),
        "health_parts": [portraits.part_row(part) for part in score.parts] if score else [],
    }


def _risk(visit: Visit) -> dict[str, Any]:
    return risk_portraits.account_panel(visit.account, visit.today)


def _people(visit: Visit) -> dict[str, Any]:
    contacts = list(account_queries.contacts_of(visit.account).select_related("persona")[:MOST_CONTACTS])
    is_full = len(contacts) == MOST_CONTACTS  # whoever left stands last
    known = account_queries.deciders_and_champions(visit.account) if is_full else contacts
    return {"contacts": contacts, "gaps": stakeholders.signals(known)}


def _contracts(visit: Visit) -> dict[str, Any]:
    return {"contracts": account_queries.contracts_of(visit.account)[:MOST_ROWS]}


def _expectations(visit: Visit) -> dict[str, Any]:
    found = expectation_queries.expectations_of(visit.account)
    return {
        "expectations": found.select_related(None).open()[:MOST_EXPECTATIONS],
        "record": expectation_queries.record(visit.today, visit.account),
    }


def _plan(visit: Visit) -> dict[str, Any]:
    account, day = visit.account, visit.today
    newest = plan_queries.newest(account)
    goals = plan_queries.goals_of(account, day).open()[:MOST_GOALS]
    milestones = plan_queries.next_milestones(account)[:MOST_MILESTONES]
    return {
        "plan": newest,
        "intent": plan_portraits.intent(newest),
        "goals": plan_portraits.goal_rows(plan_queries.lines(goals, day)),
        "milestones": [plan_portraits.milestone_row(one, day) for one in milestones],
    }


def _answers(visit: Visit) -> dict[str, Any]:
    answers = survey_queries.answers_of(visit.account).select_related(None)
    found = answers.select_related("contact", "invitation__ticket")[:MOST_ROWS]
    rows = [portraits.answer_row(answer) for answer in found]
    return {"answers": complaint_portraits.with_loops(rows, visit.at)}


def _complaints(visit: Visit) -> dict[str, Any]:
    return complaint_portraits.account_panel(visit.account, visit.at)


def _tickets(visit: Visit) -> dict[str, Any]:
    tickets = list(account_queries.tickets_of(visit.account)[:MOST_ROWS])
    complaint_portraits.mark("ticket", tickets)
    there = sum(ticket.is_open for ticket in tickets)  # open ones lead
    is_full = there == MOST_ROWS
    return {
        "tickets": tickets,
        "open_tickets": account_queries.tickets_of(visit.account).open().count() if is_full else there,
    }


def _stages(visit: Visit) -> dict[str, Any]:
    moves = list(journey_queries.moves_of(visit.account))
    return {
        "moves": moves,
        "stays": journey_queries.stays(visit.account, moves, visit.at),
        "can_take_back": bool(moves) and journey_actions.can_be_taken_back(moves[0], visit.at),
    }


def _tasks(visit: Visit) -> dict[str, Any]:
    plays: Any = playbook_queries.plays_of(visit.account).running()
    tasks = list(task_queries.tasks_of(visit.account)[: MOST_ROWS + 1])
    return {
        "plays": [(play, play.settled == 0 and play_actions.can_be_taken_back(play, visit.at)) for play in plays],
        "lines": task_queries.lines(tasks[:MOST_ROWS]),
        "has_more": len(tasks) > MOST_ROWS,
    }


def _touchpoints(visit: Visit) -> dict[str, Any]:
    found = list(journey_queries.touchpoints_of(visit.account)[:MOST_TOUCHPOINTS])
    complaint_portraits.mark("touchpoint", found)
    return {"touchpoints": found}


def _learning(visit: Visit) -> dict[str, Any]:
    return {"learning": learning_queries.learning_of(visit.account)}


def _reviews(visit: Visit) -> dict[str, Any]:
    actions = review_queries.open_actions_of(visit.account).select_related(None).select_related("owner__user")
    return {
        "reviews": review_queries.reviews_of(visit.account).defer("snapshot")[:MOST_REVIEWS],
        "actions": actions[:MOST_ROWS],
    }


def _timeline(visit: Visit) -> dict[str, Any]:
    moments, older = account_queries.timeline(visit.account)
    return {"moments": moments, **chronicle.context(visit.account.pk, [], older, in_panel=True)}


def _family(visit: Visit) -> dict[str, Any]:
    children = list(family_queries.children_of(visit.account)[: MOST_ROWS + 1])
    return {
        "parent": family_queries.parent_of(visit.account),
        "roll_up": family_queries.roll_up(visit.account),
        "family_health": health_queries.family_health(visit.account),
        "children": children[:MOST_ROWS],
        "has_more_children": len(children) > MOST_ROWS,
    }


def _profile(visit: Visit) -> dict[str, Any]:
    own, account = field_queries.fields_of("account"), visit.account
    return {
        "external_ids": account_queries.external_ids_of(account),
        "own": [(field, custom.shown(field, account.custom.get(field.key))) for field in own],
        "tags": tag_queries.tags_of([account.pk]).get(account.pk, []),
        "tags_offered": tag_queries.tags_in_use() if visit.member.can(Capability.EDIT_ACCOUNTS) else [],
    }


def _fit(visit: Visit) -> dict[str, Any]:
    return icp.account_panel(visit.account)


_PANELS = (
    Panel("health", _("Health"), "dashboard/account/health.html", _health, "tall", trigger=AT_ONCE),
    Panel("risk", _("Churn risk"), "risk/account_panel.html", _risk),
    Panel("people", _("People"), "dashboard/account/people.html", _people, is_aside=True, trigger=AT_ONCE),
    Panel("contracts", _("Contracts"), "dashboard/account/contracts.html", _contracts, "short", is_aside=True),
    Panel("plan", _("Success plan"), "plans/account_panel.html", _plan, is_aside=True),
    Panel("expectations", _("Expectations"), "expectations/account_panel.html", _expectations, is_aside=True),
    Panel("tasks", _("Tasks"), "journeys/account_tasks.html", _tasks, is_aside=True),
    Panel("stages", _("Journey"), "dashboard/account/stages.html", _stages, is_aside=True),
    Panel("touchpoints", _("Touchpoints"), "dashboard/account/touchpoints.html", _touchpoints, is_aside=True),
    Panel("learning", _("Learning"), "learning/account_panel.html", _learning, is_aside=True),
    Panel("answers", _("Answers"), "dashboard/account/answers.html", _answers),
    Panel("complaints", _("Complaints"), "complaints/account_panel.html", _complaints, "short"),
    Panel("tickets", _("Tickets"), "dashboard/account/tickets.html", _tickets),
    Panel("reviews", _("Reviews"), "dashboard/account/reviews.html", _reviews, "short", is_aside=True),
    Panel("family", _("Family"), "accounts/family_panel.html", _family, "short", is_aside=True),
    Panel("fit", _("Segments and fit"), "segments/account_panel.html", _fit, "short", is_aside=True),
    Panel("profile", _("Profile"), "dashboard/account/profile.html", _profile, is_aside=True),
    Panel("timeline", _("Timeline"), "dashboard/account/timeline.html", _timeline, "tall"),
)
PANELS = {panel.key: panel for panel in _PANELS}


def panel_tabs(account: Account, current: str) -> list[dict[str, Any]]:
    """The account's summary and each panel as pages, for whoever reads them one by one."""
    pages = [
        {
            "label": panel.title,
            "url": reverse("dashboard:account_panel", args=[account.pk, key]),
            "active": key == current,
        }
        for key, panel in PANELS.items()
    ]
    return [{"label": _("In short"), "url": reverse("dashboard:account", args=[account.pk]), "active": False}, *pages]
