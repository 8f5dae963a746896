"""`/livez`, `/readyz`, `/metrics`."""

import hmac

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from outbox import probes
from workspaces.access import public


@public
@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked of it."""
    return HttpResponse("ok", content_type="text/plain")


@public
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers, is up to date, and we are the right role in it."""
    reason = probes.not_ready()
    return HttpResponse(reason or "ok", content_type="text/plain", status=503 if reason else 200)


@public
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus, with METRICS_TOKEN as bearer; without one in the settings there is no such page."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN:
        raise Http404
    if not hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry(auto_describe=False)
    registry.register(probes.WorkCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
