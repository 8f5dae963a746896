"""What the pages of playbooks and tasks have in common: a form, and the way back."""

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models import Account
from lib.ways import way_back
from workspaces.access import WorkspaceRequest


def tasks_of(account_id: int) -> str:
    """Where an account's page shows its tasks."""
    return reverse("dashboard:account", args=[account_id]) + "#tasks"


def back(request: WorkspaceRequest, account_id: int) -> HttpResponse:
    return redirect(way_back(request, tasks_of(account_id)))


def edit_page(
    request: WorkspaceRequest,
    form: Form,
    account: Account,
    *,
    heading: str,
    submit: str,
    subject: str = "",
    drop_url: str = "",
) -> HttpResponse:
    context = {
        "form": form,
        "account": account,
        "heading": heading,
        "submit": submit,
        "subject": subject,
        "drop_url": drop_url,
        "next": way_back(request, ""),
        "cancel": way_back(request, tasks_of(account.pk)),
        "nav": "accounts",
    }
    return render(request, "journeys/task_edit.html", context, status=422 if form.is_bound else 200)
