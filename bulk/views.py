"""Pages that change many accounts at once: choose, preview, watch, undo."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.queries.tag import tags_in_use
from bulk import exports, queries, words
from bulk.actions import changes
from bulk.forms import FORMS, KindForm
from bulk.models import BulkChange, BulkRow
from bulk.registry import Unreadable
from bulk.rights import NEEDS
from bulk.selection import Selection
from lib import downloads
from lib.formatting import number
from lib.paging import Sort, page_of
from lib.time import now, today
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

NEWEST_FIRST = Sort("id", falls=True, ids_fall=True)


@dataclass(frozen=True)
class Draft:
    """What somebody is about to change, as the address or the form says."""

    selection: Selection
    kind: BulkChange.Kind
    form: KindForm

    @classmethod
    def of(cls, request: WorkspaceRequest) -> "Draft":
        said: Any = request.POST if request.method == "POST" else request.GET
        offered = kinds_for(request)
        kind = BulkChange.Kind(said["kind"]) if said.get("kind") in offered else offered[0]
        is_filled = any(name in said for name in FORMS[kind].base_fields)
        return cls(Selection.read(said), kind, FORMS[kind](said if is_filled else None))

    def pairs(self) -> list[tuple[str, str]]:
        """The selection and the kind, for an address or hidden fields."""
        return [*self.selection.pairs, ("kind", self.kind.value)]

    def all_pairs(self) -> list[tuple[str, str]]:
        """And what is filled in."""
        return [*self.pairs(), *((name, str(self.form[name].value())) for name in self.form.fields)]


def kinds_for(request: WorkspaceRequest) -> list[BulkChange.Kind]:
    """What this member may do to many accounts."""
    return [kind for kind in BulkChange.Kind if request.member.can(NEEDS[kind])]


@requires(Capability.WORK)
def change_new(request: WorkspaceRequest) -> HttpResponse:
    """What to do with the accounts chosen; once that is said, what it would do. A POST does it."""
    draft = Draft.of(request)
    if not draft.selection:
        context = {"books": queries.books(), "query": request.GET.get("list", ""), "nav": "accounts"}
        return render(request, "bulk/nothing_chosen.html", context)
    try:
        accounts = queries.chosen(draft.selection, request.member, today())
    except Unreadable:
        return render(request, "bulk/unreadable.html", {"nav": "accounts"}, status=422)
    if request.method == "POST" and draft.form.is_valid():
        return _begin(request, draft, accounts)
    return _draft_page(request, draft, accounts)


def _begin(request: WorkspaceRequest, draft: Draft, accounts: Any) -> HttpResponse:
    expected = request.POST.get("expected", "")
    try:
        change = changes.begin(
            kind=draft.kind,
            params=draft.form.params(),
            accounts=accounts,
            expected=int(expected) if expected.isdecimal() and len(expected) < 9 else 0,
            source=draft.selection.source,
            at=now(),
            by=request.user,
        )
    except changes.NothingChosen:
        problem = _("None of these accounts is there any more.")
    except changes.TooMany:
        problem = too_many()
    except changes.NotAsPreviewed as now_there:
        count = number(now_there.args[0])
        problem = _("By now these are %(count)s accounts. Nothing was changed: look again.") % {"count": count}
    else:
        return redirect("bulk:change", change.pk)
    return _draft_page(request, draft, accounts, problem)


def too_many() -> str:
    return _("At most %(most)s accounts can be changed at once: narrow the list.") % {"most": number(changes.MOST)}


def _draft_page(request: WorkspaceRequest, draft: Draft, accounts: Any, problem: str = "") -> HttpResponse:
    form = draft.form
    preview = queries.preview(accounts, draft.kind, form.params()) if form.is_bound and form.is_valid() else None
    count = preview.total if preview else accounts.count()
    address = reverse("bulk:change_new")
    tabs = [
        {
            "label": kind.label,
            "url": f"{address}?{urlencode([*draft.selection.pairs, ('kind', kind.value)])}",
            "active": kind == draft.kind,
        }
        for kind in kinds_for(request)
    ]
    if count > changes.MOST:
        problem = too_many()
    context = {
        "draft": draft,
        "form": form,
        "count": count,
        "tabs": tabs,
        "problem": problem,
        "tags": tags_in_use() if draft.kind in {BulkChange.Kind.TAG, BulkChange.Kind.UNTAG} else [],
        "preview": preview if count <= changes.MOST else None,
        "nav": "accounts",
        **(_told(draft, preview) if preview else {}),
    }
    is_wrong = problem or (form.is_bound and not form.is_valid())
    return render(request, "bulk/change_new.html", context, status=422 if is_wrong else 200)


def _told(draft: Draft, preview: queries.Preview) -> dict[str, Any]:
    params = draft.form.params()
    after = words.becomes(draft.kind, params)
    return {
        "deed": words.deed(draft.kind, params),
        "skipped": words.skipped(draft.kind, preview.same),
        "sample": [(account, words.was(draft.kind, account), after) for account in preview.sample],
    }


@requires(Capability.WORK)
def change_list(request: WorkspaceRequest) -> HttpResponse:
    """What was done to many accounts, the last first."""
    page = page_of(
        queries.changes(), NEWEST_FIRST, ["id"], after=_place(request, "after"), before=_place(request, "before")
    )
    found = queries.changes().in_bulk([row["pk"] for row in page.rows])
    rows = [(change, words.deed(change.kind, change.params)) for change in (found[row["pk"]] for row in page.rows)]
    context = {"rows": rows, "before": page.before, "after": page.after, "at": now(), "nav": "accounts"}
    return render(request, "bulk/change_list.html", context)


@requires(Capability.WORK)
@require_safe
def change_list_export(request: WorkspaceRequest) -> HttpResponse:
    return downloads.export("changes-of-many", exports.changes(queries.newest_changes()))


def _place(request: WorkspaceRequest, name: str) -> str:
    return str(request.GET.get(name, ""))


@requires(Capability.WORK)
def change(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """How far a change has come, what it did, and the way back; htmx asks for its state only."""
    one: BulkChange = get_object_or_404(queries.changes(), pk=pk)
    at = now()
    context = {
        "change": one,
        "deed": words.deed(one.kind, one.params),
        "audience": words.audience(one.source),
        "can_undo": one.can_be_undone(at) and request.member.can(NEEDS[one.kind]),
        "at": at,
        "nav": "accounts",
    }
    if request.htmx:
        return render(request, "bulk/change.html#state", context)
    return render(request, "bulk/change.html", {**context, **_rows(request, one)})


def _rows(request: WorkspaceRequest, one: BulkChange) -> dict[str, Any]:
    """A page of the accounts with one outcome, by id."""
    shown, outcome = _outcomes(request, one)
    page = page_of(
        queries.accounts_of(one, outcome),
        Sort("id"),
        ["name", "stage", "owner__user__name"],
        after=_place(request, "after"),
        before=_place(request, "before"),
    )
    counts = {
        BulkRow.Outcome.CHANGED: one.changed - one.put_back,
        BulkRow.Outcome.SAME: one.same,
        BulkRow.Outcome.RESTORED: one.restored,
        BulkRow.Outcome.KEPT: one.kept,
    }
    tabs = [
        {"label": key.label, "url": f"{request.path}?outcome={key}", "active": key == outcome, "count": counts[key]}
        for key in shown
    ]
    rows = [{**row, "stage_label": words.stage_label(row["stage"])} for row in page.rows]
    neighbours = {"before": page.before, "after": page.after}
    return {"rows": rows, "tabs": tabs, "is_forgotten": not rows and counts[outcome] > 0, **neighbours}


def _outcomes(request: WorkspaceRequest, one: BulkChange) -> tuple[list[BulkRow.Outcome], BulkRow.Outcome]:
    """Those there can be, and the one that is asked for: `?outcome=`."""
    shown = [BulkRow.Outcome.CHANGED, BulkRow.Outcome.SAME]
    if one.undoing_at:
        shown += [BulkRow.Outcome.RESTORED, BulkRow.Outcome.KEPT]
    default = BulkRow.Outcome.CHANGED
    if one.put_back:
        default = BulkRow.Outcome.KEPT if one.kept else BulkRow.Outcome.RESTORED
    asked = request.GET.get("outcome")
    return shown, BulkRow.Outcome(asked) if asked in shown else default


@requires(Capability.WORK)
@require_safe
def change_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The accounts of one change with the outcome that its page shows."""
    one: BulkChange = get_object_or_404(queries.changes(), pk=pk)
    _shown, outcome = _outcomes(request, one)
    found = queries.rows_of(one).filter(outcome=outcome).order_by("account_id")
    return downloads.export(f"change-{pk}-{outcome}", exports.rows(found))


@requires(Capability.WORK)
@require_POST
def change_undo(request: WorkspaceRequest, pk: int) -> HttpResponse:
    one: BulkChange = get_object_or_404(queries.changes(), pk=pk)
    if not request.member.can(NEEDS[one.kind]):
        raise PermissionDenied
    try:
        changes.undo(change=one, at=now(), by=request.user)
    except changes.TooLate:
        messages.error(request, _("It is too late to undo this: ten minutes have passed, or somebody undid it."))
    return redirect("bulk:change", one.pk)
