"""Bringing in files: upload, columns, preview, check, commit; each a page or a button."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from imports import ledger, preview, queries, refusals, words
from imports.actions import checking, merging, receiving
from imports.forms import ColumnsForm, FormatForm, UploadForm
from imports.models import Import
from imports.reading import MOST_BYTES, Unreadable
from lib import downloads
from lib.paging import Sort, page_of
from lib.time import now
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

NEWEST_FIRST = Sort("id", falls=True, ids_fall=True)
COLUMNS = [
    "pk", "file_name", "kind", "source", "rows", "created_at", "mapped_at", "begun_at", "checked_at", "confirmed_at",
    "done_at", "stopped_at", "discarded_at", "forgotten_at", "by__name", "by__email",
]  # fmt: skip
FORM_OVERHEAD = 64 * 1024  # of an upload: the other fields and what separates them
DRAINED = 64 * 1024 * 1024


def _import_or_404(pk: int) -> Import:
    found = queries.import_of(pk)
    if found is None:
        raise Http404
    return found


@requires(Capability.EDIT_ACCOUNTS)
@require_safe
def import_list(request: WorkspaceRequest) -> HttpResponse:
    """Every file that was brought in, newest first."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = page_of(queries.imports(), NEWEST_FIRST, COLUMNS, after=after, before=before)
    rows = []
    for values in page.rows:
        by = values.pop("by__name") or values.pop("by__email", "")
        values.pop("by__email", None)
        source = Import(**values)
        key, told = words.state(source)
        rows.append({"source": source, "state": told, "tone": words.tone(key), "by": by})
    context = {
        "rows": rows,
        "previous_url": f"?before={page.before}" if page.before else "",
        "next_url": f"?after={page.after}" if page.after else "",
    }
    return render(request, "imports/import_list.html", context)


@requires(Capability.EDIT_ACCOUNTS)
@require_safe
def import_list_export(request: WorkspaceRequest) -> HttpResponse:
    """The same as CSV."""
    return downloads.export("imports", ledger.rows(queries.imports().defer("headers", "sample", "mapping", "manner")))


@requires(Capability.EDIT_ACCOUNTS)
@csrf_exempt  # until the size is known: the token stands in the body, which must not be read if it is too large
@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: WorkspaceRequest) -> HttpResponse:
    """Upload a file; what cannot be read is said at once, and not kept."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES + FORM_OVERHEAD:
        _drain(request)
        return _too_large(request)
    response: HttpResponse = _import_new(request)
    return response


def _drain(request: WorkspaceRequest) -> None:
    """Take what the browser is still sending, or it would see a broken connection and no answer."""
    left = DRAINED
    while left > 0 and (chunk := request.read(65_536)):
        left -= len(chunk)


def _too_large(request: WorkspaceRequest) -> HttpResponse:
    form = UploadForm({}, MultiValueDict())
    form.errors.clear()
    form.add_error("file", words.problem("too_large"))
    return _upload_page(request, form, status=413)


@csrf_protect
def _import_new(request: WorkspaceRequest) -> HttpResponse:
    if request.method != "POST":
        return _upload_page(request, UploadForm(), status=200)
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = receiving.receive(
                file_name=file.name,
                chunks=file.chunks(),
                at=now(),
                by=request.user,
                kind=form.cleaned_data["kind"],
                source=form.cleaned_data["source"],
            )
        except Unreadable as bad:
            form.refuse(bad)
        else:
            return redirect("imports:import_columns", made.pk)
    return _upload_page(request, form, status=422)


def _upload_page(request: WorkspaceRequest, form: UploadForm, status: int) -> HttpResponse:
    context = {"form": form, "systems": queries.sources()}
    return render(request, "imports/import_new.html", context, status=status)


@requires(Capability.EDIT_ACCOUNTS)
@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Say what each column is."""
    source = _import_or_404(pk)
    if words.state(source)[0] not in {"draft", "ready", "checked", "checking"}:
        return redirect("imports:import_detail", pk)
    form = ColumnsForm(request.POST if request.method == "POST" else None, source=source)
    if request.method == "POST" and form.is_valid():
        try:
            receiving.understand(
                source=source,
                mapping=form.mapping(),
                system=form.cleaned_data["system"],
                manner=form.manner(),
                at=now(),
            )
        except receiving.TooLate:
            messages.error(request, _("This file is being brought in already."))
        return redirect("imports:import_detail", pk)
    return _columns_page(request, source, form, _format_form(source), 422 if form.is_bound else 200)


def _format_form(source: Import) -> FormatForm:
    return FormatForm(initial={"kind": source.kind, "encoding": source.encoding, "delimiter": source.delimiter})


def _columns_page(
    request: WorkspaceRequest, source: Import, form: ColumnsForm, reading: FormatForm, status: int
) -> HttpResponse:
    context = {
        "source": source,
        "form": form,
        "columns": form.columns(),
        "manner": form.manner_fields(),
        "reading": reading,
        "systems": queries.sources(),
    }
    return render(request, "imports/import_columns.html", context, status=status)


@requires(Capability.EDIT_ACCOUNTS)
@require_POST
def import_format(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Read the file in another way, or as rows of another kind."""
    source = _import_or_404(pk)
    reading = FormatForm(request.POST)
    if reading.is_valid():
        data = reading.cleaned_data
        try:
            if (data["encoding"], data["delimiter"]) != (source.encoding, source.delimiter):
                source = receiving.read_as(source=source, encoding=data["encoding"], delimiter=data["delimiter"])
            receiving.turn_into(source=source, kind=data["kind"])
        except Unreadable as bad:
            reading.refuse(bad)
        except receiving.TooLate:
            messages.error(request, _("This file is being brought in already."))
        if reading.is_valid():
            return redirect("imports:import_columns", pk)
    return _columns_page(request, source, ColumnsForm(None, source=source), reading, 422)


@requires(Capability.EDIT_ACCOUNTS)
@require_safe
def import_detail(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One file: its preview, how far it is, what came of it."""
    source = _import_or_404(pk)
    key, told = words.state(source)
    if key == "draft":
        return redirect("imports:import_columns", pk)
    totals = queries.totals(source)
    context: dict[str, Any] = {
        "source": source,
        "key": key,
        "state": told,
        "tone": words.tone(key),
        "totals": totals,
        "problem": words.problem(source.problem, source.problem_row) if source.problem else "",
        "is_stuck": key in {"checking", "writing"} and queries.is_stuck(source),
        "percent": words.percent(key, source.rows, totals),
        "refused": refusals.first(source) if key in {"checked", "done"} and not source.forgotten_at else [],
    }
    if request.htmx:
        return render(request, "imports/import_detail.html#state", context)
    if key == "ready":
        layout = checking.layout_of(source)
        names = {**queries.metric_names(), **{name: own.name for name, own in layout.book.own_fields.items()}}
        rows = preview.rows(source, layout)
        has_problems = any(row.problem for row in rows)
        context |= {"headers": preview.headers(source, names), "rows": rows, "has_problems": has_problems}
    return render(request, "imports/import_detail.html", context)


@requires(Capability.EDIT_ACCOUNTS)
@require_POST
def import_check(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Check every row in the background."""
    try:
        checking.begin_check(source=_import_or_404(pk), at=now())
    except receiving.TooLate:
        messages.error(request, _("This file cannot be checked any more."))
    return redirect("imports:import_detail", pk)


@requires(Capability.EDIT_ACCOUNTS)
@require_POST
def import_commit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Bring in the good rows in the background."""
    try:
        merging.confirm(source=_import_or_404(pk), at=now(), by=request.user)
    except receiving.TooLate:
        messages.error(request, _("Check the file first; what is being brought in goes on by itself."))
    except merging.NothingGood:
        messages.error(request, _("No row of this file can be brought in."))
    return redirect("imports:import_detail", pk)


@requires(Capability.EDIT_ACCOUNTS)
@require_POST
def import_discard(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Bring in nothing of the file."""
    try:
        receiving.discard(source=_import_or_404(pk), at=now())
    except receiving.TooLate:
        messages.error(request, _("It is too late: rows of this file are here already."))
    else:
        messages.success(request, _("Nothing of this file was brought in."))
    return redirect("imports:import_list")


@requires(Capability.EDIT_ACCOUNTS)
@require_safe
def import_refused(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The refused rows with the reasons, as CSV."""
    source = _import_or_404(pk)
    if source.forgotten_at:
        raise Http404
    name = source.file_name.rpartition(".")[0] or source.file_name
    return downloads.table(f"{name}-refused.csv", refusals.rows(source))
