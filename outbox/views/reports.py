"""Reports about our mail come in: from a mail provider, or from a mail server that hands them on."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from lib.time import now
from outbox import intake
from workspaces.access import public


@public
@csrf_exempt
def provider(request: HttpRequest, direction: str = "tracking") -> HttpResponse:
    """The provider that sends our mail says what became of it; anymail checks the secret, and reads it."""
    if not getattr(settings, "ANYMAIL", {}).get("WEBHOOK_SECRET"):
        raise Http404
    return _webhook(direction)(request)


def _webhook(direction: str) -> Callable[[HttpRequest], HttpResponse]:
    from anymail.urls import urlpatterns  # the code of every provider, so only when a report comes

    name = settings.EMAIL_BACKEND.removeprefix("anymail.backends.").partition(".")[0]
    for pattern in urlpatterns:
        if pattern.name == f"{name}_{direction}_webhook":
            found: Callable[[HttpRequest], HttpResponse] = pattern.callback
            return found
    raise Http404


@public
@csrf_exempt
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """A mail that came to the address for reports, whole, as the body; `Authorization: Bearer` brings the secret."""
    if not settings.MAIL_REPORT_SECRET:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.MAIL_REPORT_SECRET}"):
        return HttpResponse("The secret is wrong.\n", status=401, content_type="text/plain")
    is_noted = intake.take_mail(raw=request.body, at=now())
    return HttpResponse("Noted.\n" if is_noted else "Nothing to note.\n", content_type="text/plain")


def on_tracking(event: Any, **_: Any) -> None:
    """anymail's signal: a provider has told what became of a mail."""
    intake.take_event(event=event, at=now())


def on_inbound(event: Any, **_: Any) -> None:
    """anymail's signal: a provider has taken in a mail, perhaps a report."""
    intake.take_mail(raw=event.message.as_bytes(), at=now())
