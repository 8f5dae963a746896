"""The rows of the alert list, ready to be shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from alerts import queries
from alerts.forms import AlertFilter
from alerts.models import Alert, AlertQuerySet
from lib.paging import Page, Sort, page_of
from lib.time import midnight
from workspaces.capabilities import Role
from workspaces.queries import Membership

NEWEST_FIRST = Sort("opened_at", falls=True, ids_fall=True)
LAST_CLOSED_FIRST = Sort("closed_at", falls=True, ids_fall=True)
DEFAULT_MINE = [Role.CSM]


@dataclass(frozen=True)
class Chosen:
    """Which alerts the address asks for; what it does not say is `mine` for a CSM and `open`.

    `since` and `until`: opened from the beginning of the one UTC day, and before the other. With `joined` also those
    that the rule did not open but joined, by when that was.
    """

    who: str
    show: str
    rule: str
    account_id: int | None
    since: date | None = None
    until: date | None = None
    joined: bool = False

    @property
    def is_narrowed(self) -> bool:
        return bool(self.rule or self.account_id or self.since or self.until)


def chosen(form: AlertFilter, member: Membership) -> Chosen:
    form.is_valid()
    read = form.cleaned_data
    account_id = read.get("account")
    who = read.get("who") or ("mine" if member.role in DEFAULT_MINE and not account_id else "all")
    span = (read.get("since"), read.get("until"))
    rule = read.get("rule") or ""
    return Chosen(who, read.get("show") or "open", rule, account_id, *span, bool(rule and read.get("joined")))


def matching(wanted: Chosen, member: Membership, today: date) -> AlertQuerySet:
    """The alerts that fit, unordered."""
    rows: AlertQuerySet = Alert.objects.told()
    if wanted.who == "mine":
        rows = queries.in_care_of(rows, member)
    if wanted.who == "assigned":
        rows = rows.filter(assignee=member.member_id)
    if wanted.account_id:
        rows = rows.filter(account=wanted.account_id)
    return shown(_of_rule(rows, wanted), wanted.show, today)


def _of_rule(rows: AlertQuerySet, wanted: Chosen) -> AlertQuerySet:
    when = "told_at" if wanted.joined else "opened_at"
    if wanted.rule:
        rows = rows.told_of(wanted.rule) if wanted.joined else rows.filter(rule=wanted.rule)
    if wanted.since:
        rows = rows.filter(**{f"{when}__gte": midnight(wanted.since)})
    if wanted.until:
        rows = rows.filter(**{f"{when}__lt": midnight(wanted.until)})
    return rows


def shown(rows: AlertQuerySet, show: str, today: date) -> AlertQuerySet:
    if show in {"closed", "all"}:
        return rows.closed() if show == "closed" else rows
    return rows.snoozed(today) if show == "snoozed" else rows.visible(today)


def newest_first(show: str) -> Sort:
    """By when they closed, where closed ones are shown, else by when they opened."""
    return LAST_CLOSED_FIRST if show == "closed" else NEWEST_FIRST


def page(rows: "QuerySet[Alert]", show: str, *, after: str, before: str) -> tuple[list[Alert], Page]:
    """One page of alerts with their accounts and people, in two statements."""
    place = page_of(rows, newest_first(show), [], after=after, before=before)
    return with_people([row["pk"] for row in place.rows]), place


def with_people(pks: Sequence[int]) -> list[Alert]:
    found = queries.alerts_with_people().in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]
