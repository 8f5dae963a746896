"""The complaints and follow-ups that an address asks for, a page at a time, ready for flat templates."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.forms.case import ComplaintFilter
from complaints.forms.follow_up import FollowUpFilter
from complaints.models import Complaint, ComplaintQuerySet, FollowUp, FollowUpQuerySet
from complaints.next_step import Step
from complaints.queries import case as queries
from complaints.queries import figure
from complaints.queries import follow_up as follow_up_queries
from complaints.queries.case import Line
from lib.formatting import exact
from lib.markup import state_chip
from lib.paging import Page, Sort, page_of
from lib.time import DAY, midnight, named_days
from workspaces.capabilities import Role
from workspaces.queries import Membership, members

DEFAULT_MINE = [Role.CSM]
DEFAULT_DAYS = 90
PROMISED = Sort("promised_at")
SORTS = {
    "open": PROMISED,
    "overdue": PROMISED,
    "closed": Sort("closed_at", falls=True, ids_fall=True),
    "all": Sort("opened_at", falls=True, ids_fall=True),
}
DUE = Sort("due_at")
NEWEST = Sort("opened_at", falls=True, ids_fall=True)
NEXT = {
    Step.OWN_UP: gettext_lazy("The promised time has passed: tell them, and promise a new one"),
    Step.HEAR: gettext_lazy("Tell them that you have heard it"),
    Step.SOLVE: gettext_lazy("Solve it: the promised time is near"),
    Step.REPORT: gettext_lazy("Tell them how far you are"),
    Step.WORK: gettext_lazy("Work on it"),
}


@dataclass(frozen=True)
class Chosen:
    """Which rows are asked for; without a word a CSM's own, and open ones."""

    who: str
    show: str
    source: str = ""
    later: str = ""
    account_id: int | None = None
    days: int = DEFAULT_DAYS
    since: date | None = None
    until: date | None = None

    @property
    def is_narrowed(self) -> bool:
        return bool(self.source or self.later or self.account_id or self.since)

    @property
    def told_days(self) -> str:
        """What the list shows of its days; nothing without."""
        words = {"first": exact(self.since), "last": exact(self.until)}
        told = {
            "all": _("Opened from %(first)s to %(last)s"),
            "closed": _("Closed from %(first)s to %(last)s"),
            "open": _("Open at the end of %(last)s"),
            "overdue": _("Overdue at the end of %(last)s"),
        }
        return told[self.show] % words if self.since else ""


def people() -> list[tuple[str, str]]:
    """Whose rows can be chosen."""
    return [(str(member.pk), str(member)) for member in members()]


def _who(asked: str | None, member: Membership, account_id: int | None = None) -> str:
    return asked or ("mine" if member.role in DEFAULT_MINE and not account_id else "all")


# --------------------------------------------------------------------------------------------- complaints
def chosen(form: ComplaintFilter, member: Membership) -> Chosen:
    form.is_valid()
    read = form.cleaned_data
    since, until = named_days(read.get("since", ""), read.get("until", ""))
    return Chosen(
        who=_who(read.get("who"), member, read.get("account")),
        show=read.get("show") or "open",
        source=read.get("source") or "",
        later=read.get("later") or "",
        account_id=read.get("account"),
        since=since,
        until=until,
    )


def matching(wanted: Chosen, member: Membership, at: datetime) -> ComplaintQuerySet:
    """The complaints that fit, unordered."""
    found: ComplaintQuerySet = Complaint.objects.all()
    if wanted.who != "all":
        found = found.in_care_of(member.member_id if wanted.who == "mine" else int(wanted.who))
    if wanted.source:
        found = found.filter(source=wanted.source)
    if wanted.account_id:
        found = found.filter(account=wanted.account_id)
    if wanted.later == "others":
        found = found.filter(pk__in=figure.asked_about().values("pk"))
    elif wanted.later:
        found = found.filter(pk__in=figure.came_round(is_promoter=wanted.later == "promoter").values("pk"))
    if wanted.since and wanted.until:
        return found.filter(figure.within(wanted.show, midnight(wanted.since), midnight(wanted.until + DAY)))
    return _shown(found, wanted.show, at)


def _shown(found: ComplaintQuerySet, show: str, at: datetime) -> ComplaintQuerySet:
    if show == "overdue":
        return found.overdue(at)
    if show == "closed":
        return found.closed()
    return found if show == "all" else found.open()


def complaint_page(
    found: ComplaintQuerySet, show: str, at: datetime, *, after: str, before: str
) -> tuple[list[Line], Page]:
    """One page, in two statements: what is open by its promised time, what is closed the last first."""
    page = page_of(found, SORTS[show], [], after=after, before=before)
    return queries.in_order([row["pk"] for row in page.rows], at), page


def line(one: Line, at: datetime) -> dict[str, Any]:
    """A line of any list."""
    return {
        "complaint": one.complaint,
        "chip": state(one.complaint, at),
        "next": NEXT[one.next] if one.next else "",
        "told_at": one.told_at,
    }


def state(complaint: Complaint, at: datetime) -> SafeString:
    """Its state as a chip."""
    if not complaint.is_open:
        looks = {Complaint.Outcome.SOLVED: "good", Complaint.Outcome.NOT_SOLVED: "bad"}
        look = looks.get(Complaint.Outcome(complaint.outcome), "muted")
        return state_chip(look, complaint.get_outcome_display())
    return state_chip("critical", _("Overdue")) if complaint.is_overdue_at(at) else state_chip("watch", _("Open"))


# --------------------------------------------------------------------------------------------- follow-ups
def chosen_follow_ups(form: FollowUpFilter, member: Membership) -> Chosen:
    form.is_valid()
    read = form.cleaned_data
    return Chosen(
        who=_who(read.get("who"), member), show=read.get("show") or "open", days=read.get("days") or DEFAULT_DAYS
    )


def followed(wanted: Chosen, member: Membership) -> FollowUpQuerySet:
    """Follow-ups in the chosen care, unordered."""
    found: FollowUpQuerySet = FollowUp.objects.all()
    if wanted.who == "all":
        return found
    return found.in_care_of(member.member_id if wanted.who == "mine" else int(wanted.who))


def shown_follow_ups(found: FollowUpQuerySet, wanted: Chosen, at: datetime) -> FollowUpQuerySet:
    """What is open, whenever it began; what is over, and all, of the chosen days."""
    recent = found.filter(opened_at__gte=at - timedelta(days=wanted.days))
    if wanted.show == "all":
        return recent
    if wanted.show == "done":
        return recent.done()
    if wanted.show == "dropped":
        return recent.dropped()
    return found.overdue(at) if wanted.show == "overdue" else found.open()


def follow_up_page(found: FollowUpQuerySet, show: str, *, after: str, before: str) -> tuple[list[FollowUp], Page]:
    """One page, in two statements: what is open by when it is due, the rest the newest first."""
    page = page_of(found, DUE if show in {"open", "overdue"} else NEWEST, [], after=after, before=before)
    return follow_up_queries.in_order([row["pk"] for row in page.rows]), page


def follow_up_state(one: FollowUp, at: datetime) -> SafeString:
    if one.task.done_at:
        return state_chip("good", _("In time")) if one.is_in_time else state_chip("muted", _("Late"))
    if one.task.dropped_at:
        return state_chip("muted", _("Dropped"))
    return state_chip("critical", _("Overdue")) if one.is_overdue_at(at) else state_chip("watch", _("Open"))


def follow_up_line(one: FollowUp, at: datetime) -> dict[str, Any]:
    return {"follow_up": one, "chip": follow_up_state(one, at), "who": one.told_by or one.task.done_by}
