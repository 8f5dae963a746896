"""Answers, mails, refusals and figures, to be opened in a spreadsheet."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.models import Account
from lib import downloads
from lib.time import now
from surveys import definitions, doubts, exports, queries
from surveys.models import Wave
from surveys.views.results import seen
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
@require_safe
def survey_export(request: WorkspaceRequest) -> HttpResponse:
    """The rows of the same address."""
    view = seen(request)
    return downloads.export(f"{view.lens.survey}-{view.lens.show}", exports.rows(view.lens, now()))


@requires(Capability.VIEW)
@require_safe
def figure_export(request: WorkspaceRequest) -> HttpResponse:
    """The figures of the same address, and how they were month by month, week by week and wave by wave."""
    view = seen(request)
    return downloads.export(f"{view.lens.survey}-figures", exports.figures(view.lens, view.measure, now()))


@requires(Capability.VIEW)
@require_safe
def group_export(request: WorkspaceRequest) -> HttpResponse:
    """The breakdown of the same address."""
    view = seen(request)
    return downloads.export(f"{view.lens.survey}-{view.lens.by}", exports.groups(view.lens, view.measure, now()))


@requires(Capability.VIEW)
@require_safe
def definition_export(request: WorkspaceRequest) -> HttpResponse:
    """Every survey in use."""
    return downloads.export("surveys", exports.surveys(definitions.in_use()))


@requires(Capability.VIEW)
@require_safe
def hold_export(request: WorkspaceRequest) -> HttpResponse:
    """Whom nobody may ask, and might not ask before."""
    return downloads.export("do-not-poke", exports.holds(queries.holds()))


@requires(Capability.VIEW)
@require_safe
def doubt_export(request: WorkspaceRequest) -> HttpResponse:
    """Answers that nobody has confirmed."""
    return downloads.export("answers-to-confirm", exports.doubtful(doubts.waiting()))


@requires(Capability.VIEW)
@require_safe
def wave_list_export(request: WorkspaceRequest) -> HttpResponse:
    """Every wave there was."""
    return downloads.export("waves", exports.waves(queries.waves()))


@requires(Capability.VIEW)
@require_safe
def wave_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """What became of everybody a wave was for."""
    wave = get_object_or_404(Wave, pk=pk)
    rows = exports.people(queries.invitations_of(wave), queries.refusals_in(wave))
    return downloads.export(f"wave-{pk}", rows)


@requires(Capability.VIEW)
@require_safe
def account_survey_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Everybody at an account who was asked, or was not, and what they said."""
    account = get_object_or_404(Account, pk=pk)
    rows = exports.people(queries.asked_at(account), queries.refusals_of(account))
    return downloads.export(f"answers-{pk}", rows)
