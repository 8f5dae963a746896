"""What the pages of this room have in common."""

from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.models import Account
from workspaces.access import WorkspaceRequest


def edit_page(
    request: WorkspaceRequest, form: Form, account: Account | None, *, cancel: str = "", **context: Any
) -> HttpResponse:
    """A form about an account or something of it; 422 with what was typed when that is wrong."""
    cancel = cancel or (address_of(account) if account else reverse("dashboard:account_list"))
    context = {"form": form, "account": account, "cancel": cancel, "nav": "accounts", **context}
    return render(request, "accounts/edit.html", context, status=422 if form.is_bound else 200)


def address_of(account: Account, part: str = "") -> str:
    """The account's page, at the panel `part`."""
    return reverse("dashboard:account", args=[account.pk]) + (f"#{part}" if part else "")
