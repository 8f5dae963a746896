"""Alerts and what opens them, to be opened in a spreadsheet."""

from itertools import chain

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from alerts import exports, queries, rows, rulebook
from alerts.forms import AlertFilter
from lib import downloads
from lib.time import now, today
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
@require_safe
def alert_export(request: WorkspaceRequest) -> HttpResponse:
    """The alerts of the same address."""
    wanted = rows.chosen(AlertFilter(request.GET, rules=queries.rule_names()), request.member)
    found = rows.matching(wanted, request.member, today())
    return downloads.export(f"alerts-{wanted.show}", exports.alerts(found, wanted.show))


@requires(Capability.CONFIGURE_HEALTH)
@require_safe
def rule_export(request: WorkspaceRequest) -> HttpResponse:
    """Every alert rule, those retired last."""
    found = chain(queries.alert_rules(), queries.retired_rules())
    return downloads.export("alert-rules", exports.rules(rulebook.rows(found, now())))
