"""How a timeline is looked at: its groups of kinds, where a line leads, and lines that say the same at once.

Facts are named by any room; here stand their nouns, as in the icons, and addresses by their names.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import registry


@dataclass(frozen=True)
class Group:
    """What a reader may want to see alone: facts about any of `nouns`."""

    label: Promise
    nouns: tuple[str, ...]


GROUPS = {
    "conversations": Group(_("Conversations"), ("touchpoint",)),
    "tickets": Group(_("Tickets"), ("ticket",)),
    "surveys": Group(_("Surveys and complaints"), ("survey", "complaint", "follow_up")),
    "stages": Group(_("Stages"), ("stage",)),
    "health": Group(_("Health and alerts"), ("health", "alert", "pulse", "escalation")),
    "contracts": Group(_("Contracts and promises"), ("contract", "promise", "renewal")),
    "plan": Group(_("Success plan"), ("plan", "goal", "milestone")),
    "work": Group(_("Playbooks and tasks"), ("playbook", "task", "work")),
    "learning": Group(_("Learning"), ("content",)),
    "people": Group(_("People"), ("contact",)),
    "reviews": Group(_("Reviews"), ("review", "action")),
    "details": Group(_("Details"), ("account", "segment")),
}

# Where a line leads: to its object by the id in its data, else to the panel of the account that holds it.
OBJECTS = {
    "contact": ("accounts:contact", "contact_id"),
    "alert": ("alerts:alert", "alert_id"),
    "complaint": ("complaints:complaint", "complaint_id"),
    "follow_up": ("complaints:follow_up", "follow_up_id"),
    "goal": ("plans:goal", "goal_id"),
    "review": ("reviews:review", "review_id"),
}
PANELS = {
    "action": "reviews", "content": "learning", "contract": "contracts", "health": "health", "milestone": "plan",
    "plan": "plan", "playbook": "tasks", "promise": "expectations", "pulse": "health", "stage": "stages",
    "survey": "answers", "task": "tasks", "ticket": "tickets", "touchpoint": "touchpoints",
}  # fmt: skip
MARKED = {  # what can be marked as a complaint: as what, and by which id of its data
    "survey.answered": ("answer", "answer_id"),
    "ticket.opened": ("ticket", "ticket_id"),
    "touchpoint.logged": ("touchpoint", "touchpoint_id"),
}
LISTS = {"account.tagged": "tag", "segment.entered": "segment_id"}  # of accounts, by this of their data


def chosen(asked: Iterable[str]) -> list[str]:
    """The groups of an address, in their order, without what is none."""
    wanted = set(asked)
    return [key for key in GROUPS if key in wanted]


def kinds_of(groups: Sequence[str]) -> list[str]:
    """Every kind of fact in these groups that some room has described."""
    nouns = {noun for key in groups for noun in GROUPS[key].nouns}
    return sorted(kind for kind in registry.words if kind.partition(".")[0] in nouns)


def place_of(kind: str, data: dict[str, Any], account_id: int) -> str:
    """The address of what a fact is about; empty where it has none."""
    noun = kind.partition(".")[0]
    if noun in OBJECTS:
        name, key = OBJECTS[noun]
        return reverse(name, args=[data[key]]) if data.get(key) else ""
    if kind in LISTS and data.get(LISTS[kind]):
        name = LISTS[kind].removesuffix("_id")
        return f"{reverse('dashboard:account_list')}?{urlencode({name: data[LISTS[kind]]})}"
    return reverse("dashboard:account_panel", args=[account_id, PANELS[noun]]) if noun in PANELS else ""


def mark_of(kind: str, data: dict[str, Any]) -> str:
    """The address of the form that marks what a fact tells of as a complaint; empty where it is none to be."""
    source, key = MARKED.get(kind, ("", ""))
    if not data.get(key):
        return ""
    return f"{reverse('complaints:complaint_new')}?{urlencode({'source': source, 'id': data[key]})}"


def told_together(kind: str, first: str, count: int) -> str:
    """So many facts of one kind in one line; `first` is how one of them is told."""
    many = registry.words_of_many.get(kind)
    if many:
        return many(count)
    more = count - 1
    return ngettext("%(first)s, and %(more)s more like it", "%(first)s, and %(more)s more like it", more) % {
        "first": first,
        "more": more,
    }


@dataclass(frozen=True)
class Switch:
    """One group to show or to leave out: `url` is the timeline after the click, `panel_url` the same for a panel."""

    label: Promise
    url: str
    panel_url: str
    is_on: bool


def switches(account_id: int, shown: Sequence[str]) -> list[Switch]:
    """One for each group; none on means that everything is shown."""
    return [
        Switch(group.label, url, f"{url}{'&' if '?' in url else '?'}panel=1", key in shown)
        for key, group in GROUPS.items()
        for url in [address(account_id, [one for one in GROUPS if (one in shown) != (one == key)])]
    ]


def address(account_id: int, shown: Sequence[str], *, before: str = "", name: str = "timeline") -> str:
    """The timeline, or its export, of these groups, from a place on."""
    query = [*(("show", key) for key in shown), *([("before", before)] if before else [])]
    return reverse(f"accounts:{name}", args=[account_id]) + (f"?{urlencode(query)}" if query else "")


def context(account_id: int, shown: Sequence[str], older: str, *, in_panel: bool) -> dict[str, Any]:
    """What the template of the timeline asks for beside its moments."""
    before = address(account_id, shown, before=older) if older else ""
    return {
        "switches": switches(account_id, shown),
        "shown": shown,
        "whole_url": address(account_id, shown),
        "export_url": address(account_id, shown, name="timeline_export"),
        "before_url": before,
        "more_url": f"{before}&panel=1" if before and in_panel else before,
        "in_panel": in_panel,
    }
