"""What the shell around every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Template context of `base.html`."""
    return {"is_demo": settings.DEMO, "member": getattr(request, "member", None)}
