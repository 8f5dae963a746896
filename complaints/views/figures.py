"""What complaints add up to, with the arithmetic in words."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from complaints import sentences
from complaints.queries import figure as queries
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
@require_safe
def figures(request: WorkspaceRequest) -> HttpResponse:
    """Silent others, and complainants who recommend us later."""
    silent, conversion = queries.silent(), queries.conversion()
    context = {
        "silent": silent,
        "silent_words": sentences.silent(silent),
        "basis": sentences.basis(silent),
        "conversion": conversion,
        "conversion_words": sentences.conversion(conversion),
        "can_configure": request.member.can(Capability.CONFIGURE_HEALTH),
        "nav": "surveys",
    }
    return render(request, "complaints/figures.html", context)
