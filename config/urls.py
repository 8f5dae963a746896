"""Every address, by room."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

import accounts.api.routing
import alerts.api
import bulk.api
import complaints.api
import dashboard.api
import expectations.api
import health.api
import imports.api
import integrations.api
import journeys.api
import learning.api
import notices.api
import outbox.api
import plans.api
import reviews.api
import risk.api
import segments.api
import surveys.api
import voice.api
import webhooks.api
import workspaces.resources
from lib.rest import otherwise
from workspaces.access import public

docs = SpectacularSwaggerSplitView.as_view(url_name="schema", template_name="api/docs.html")

router = SimpleRouter()
for api in (
    dashboard.api,
    accounts.api.routing,
    segments.api,
    expectations.api,
    plans.api,
    learning.api,
    journeys.api,
    health.api,
    alerts.api,
    surveys.api,
    complaints.api,
    risk.api,
    voice.api,
    reviews.api,
    integrations.api,
    imports.api,
    webhooks.api,
    bulk.api,
    notices.api,
    outbox.api,
    workspaces.resources,
):
    api.routes(router)

handler500 = "lib.problems.server_error"

urlpatterns = [
    path("", include("surveys.urls")),  # first: every customer who opens a mail comes here
    path("auth/", include("allauth.urls")),
    path("api/v1/", include((router.urls, "api"))),
    path("api/v1/schema/", public(SpectacularAPIView.as_view()), name="schema"),
    path("api/v1/docs/", public(docs), name="docs"),
    re_path("^api/", public(otherwise)),
    path("", include("dashboard.urls")),
    path("", include("accounts.urls")),
    path("", include("segments.urls")),
    path("", include("expectations.urls")),
    path("", include("plans.urls")),
    path("", include("learning.urls")),
    path("", include("journeys.urls")),
    path("", include("health.urls")),
    path("", include("alerts.urls")),
    path("", include("risk.urls")),
    path("", include("voice.urls")),
    path("", include("complaints.urls")),
    path("", include("reviews.urls")),
    path("", include("integrations.urls")),
    path("", include("imports.urls")),
    path("", include("webhooks.urls")),
    path("", include("bulk.urls")),
    path("", include("notices.urls")),
    path("", include("outbox.urls")),
    path("", include("workspaces.urls")),
]
