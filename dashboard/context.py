"""What the shell around every page needs. Each costs nothing until the page asks for it."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from dashboard.demo.base import PASSWORD
from notices.queries.notices import Bell, bell
from workspaces.capabilities import Role
from workspaces.models import User
from workspaces.queries import Membership

# Who the demo offers at the door, one of each role and one of another workspace; dashboard.demo makes them.
DEMO_LOGINS = {
    "sofia@northwind.example": (Role.CSM, "Northwind Managed IT"),
    "manager@northwind.example": (Role.MANAGER, "Northwind Managed IT"),
    "admin@northwind.example": (Role.ADMIN, "Northwind Managed IT"),
    "viewer@northwind.example": (Role.VIEWER, "Northwind Managed IT"),
    "admin@brightleaf.example": (Role.ADMIN, "Brightleaf Software"),
}


def shell(request: HttpRequest) -> dict[str, Any]:
    """Template context of `base.html` and of the sign-in page."""
    member: Membership | None = getattr(request, "member", None)
    return {
        "is_demo": settings.DEMO,
        "member": member,
        "bell": _bell(member, request.path),
        "demo_logins": demo_logins if settings.DEMO else [],
    }


def _bell(member: Membership | None, path: str) -> Callable[[], Bell]:
    @cache
    def ring() -> Bell:
        return bell(member, path=path) if member else Bell()

    return ring


def demo_logins() -> list[dict[str, str]]:
    """The demo's people who may sign in here, as far as the demo has been loaded; everybody has one password."""
    there = set(User.objects.filter(is_active=True, email__in=DEMO_LOGINS).values_list("email", flat=True))
    return [
        {"email": email, "password": PASSWORD, "role": str(role.label), "workspace": workspace}
        for email, (role, workspace) in DEMO_LOGINS.items()
        if email in there
    ]
