"""What the pages of this room show, to be opened in a spreadsheet."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from lib import downloads
from lib.time import now, today
from voice import exports
from voice.lens import Lens
from voice.models import Theme
from voice.queries import improvements as improvement_queries
from voice.queries import themes as theme_queries
from voice.views.improvements import asked_show
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
@require_safe
def heat_map_export(request: WorkspaceRequest) -> HttpResponse:
    """Every cell of the same address, by stage and by segment."""
    lens = Lens.of(request.GET).but(theme=None, account=None, only="")
    return downloads.export("heat-map", exports.heat(lens, now()))


@requires(Capability.VIEW)
@require_safe
def remark_export(request: WorkspaceRequest) -> HttpResponse:
    """The comments of the same address."""
    return downloads.export("comments", exports.remarks(Lens.of(request.GET), now()))


@requires(Capability.VIEW)
@require_safe
def theme_export(request: WorkspaceRequest) -> HttpResponse:
    """Every theme, the retired as well."""
    return downloads.export("themes", exports.themes(Theme.objects.order_by("name", "pk")))


@requires(Capability.VIEW)
@require_safe
def rise_export(request: WorkspaceRequest) -> HttpResponse:
    """Every week in which a theme rose."""
    return downloads.export("rising-themes", exports.rises(theme_queries.rises()))


@requires(Capability.VIEW)
@require_safe
def improvement_export(request: WorkspaceRequest) -> HttpResponse:
    """The improvements of the same address."""
    found = improvement_queries.listed(asked_show(request), today())
    return downloads.export("improvements", exports.improvements(found))
