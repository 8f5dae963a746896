"""Who asks."""

import structlog
from django.conf import settings
from django.http import HttpRequest
from django_structlog import middlewares


def address_of(request: HttpRequest) -> str:
    """The address of the visitor, as far as our own proxies tell it; what the visitor says about it counts nothing."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")
    address = forwarded[-proxies] if proxies and len(forwarded) >= proxies else request.META.get("REMOTE_ADDR", "")
    return str(address).strip()


class RequestMiddleware(middlewares.RequestMiddleware):
    """Each log line of a request says which one it is, whose, and from where."""

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        structlog.contextvars.bind_contextvars(ip=address_of(request))
