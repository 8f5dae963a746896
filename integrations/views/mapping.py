"""Say where our fields are, while looking at what came in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from integrations.actions import mapping as mapping_actions
from integrations.forms.mapping import MappingForm, guess
from integrations.models import Connection
from integrations.queries import mapping as mapping_queries
from lib.time import now
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.ADMINISTER)
def connection_mapping(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """A POST with `show` only shows what the samples would become."""
    connection = get_object_or_404(Connection, pk=pk)
    if not connection.help_desk.is_mapped:
        return redirect("integrations:connection", pk)
    samples = mapping_queries.samples(connection)
    places = mapping_queries.places(samples)
    typed = request.POST if request.method == "POST" else None
    form = MappingForm(typed, places=places, mapping=connection.options.get("mapping") or guess(places))
    is_saved = request.method == "POST" and "show" not in request.POST
    if is_saved and form.is_valid():
        mapping_actions.save_mapping(connection=connection, mapping=form.mapping(), at=now(), by=request.user)
        messages.success(request, _("Saved. Deliveries that waited for it are being processed."))
        return redirect("integrations:connection", pk)
    mapping = form.mapping()
    context = {
        "connection": connection,
        "form": form,
        "outcomes": [mapping_queries.outcome(one, mapping) for one in samples],
        "places": places.items(),
    }
    return render(request, "integrations/connection_mapping.html", context, status=422 if is_saved else 200)
